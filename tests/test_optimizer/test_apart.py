"""A problem taken apart and put together again."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse

from optimizer import ChoiceProblem, Row, Settings, solve
from optimizer.apart import take_apart


def four_pairs(first: float = 2.0, second: float = 3.0, money: float = 100.0) -> ChoiceProblem:
    """Four groups of two options: nothing, or one unit of work at cost 1, 2, 4, 8.

    Groups 0 and 1 share row a, groups 2 and 3 row b, and all of them the money row.
    """
    work = np.array([0.0, 1.0] * 4)
    cost = work * np.repeat([1.0, 2.0, 4.0, 8.0], 2)
    rows = (
        Row("a", 0, ">=", first, np.array([10, 11])),
        Row("b", 0, ">=", second, np.array([12, 13])),
        Row("money", 1, "<=", money),
    )
    return ChoiceProblem(cost, np.repeat([10, 11, 12, 13], 2), np.vstack([work, cost]), rows)


def test_groups_that_share_a_row_are_one_piece_and_the_wide_row_is_left_out() -> None:
    pieces = take_apart(four_pairs())
    assert pieces.wide == (2,)
    assert [piece.rows for piece in pieces.pieces] == [(0,), (1,)]
    assert [piece.options.tolist() for piece in pieces.pieces] == [[0, 1, 2, 3], [4, 5, 6, 7]]


def test_a_piece_is_solved_under_other_bounds() -> None:
    """One unit of work from groups 0 and 1 costs 1; both cost 3."""
    first = take_apart(four_pairs()).pieces[0]
    assert solve(first.bounded((1.0,)), Settings()).objective == pytest.approx(1.0)
    assert solve(first.bounded((2.0,)), Settings()).objective == pytest.approx(3.0)


def test_groups_that_no_row_binds_are_one_piece() -> None:
    problem = ChoiceProblem(
        np.array([0.0, -1.0, 0.0, 5.0, 0.0, 1.0]),
        np.repeat([0, 1, 2], 2),
        np.array([[0.0, 0.0, 0.0, 0.0, 0.0, 1.0]]),
        (Row("r", 0, ">=", 1.0),),
    )
    free, bound = take_apart(problem).pieces
    assert free.rows == ()
    assert free.options.tolist() == [0, 1, 2, 3]
    assert bound.options.tolist() == [4, 5]


def test_side_rows_are_refused() -> None:
    problem = ChoiceProblem(
        np.zeros(2),
        np.zeros(2, dtype=np.int64),
        np.zeros((1, 2)),
        (),
        sparse.csr_array([[1.0, 0.0]]),
        ["<="],
        np.ones(1),
    )
    with pytest.raises(ValueError, match="without side rows"):
        take_apart(problem)


@given(st.lists(st.integers(0, 6), min_size=8, max_size=8), st.integers(0, 2), st.integers(0, 2))
def test_pieces_together_cost_what_the_whole_costs(costs: list[int], first: int, second: int) -> None:
    """Where the wide row has room, the sum of the pieces' least costs is the least cost of the whole."""
    base = four_pairs(float(first), float(second), 1000.0)
    cost = np.array(costs, dtype=np.float64)
    problem = ChoiceProblem(cost, base.group, np.vstack([base.metrics[0], cost]), base.rows)
    whole = solve(problem, Settings(gap=0.0))
    found = [solve(piece.problem, Settings(gap=0.0)).objective for piece in take_apart(problem).pieces]
    assert sum(value or 0.0 for value in found) == pytest.approx(whole.objective or 0.0)
