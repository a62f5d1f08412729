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


def test_a_side_row_ties_its_groups_together_and_stands_in_their_piece() -> None:
    """Row a asks for two units of groups 10 and 11, 1 + 2; the side row for one of 12 and 13 together: 4. In all 7.

    Without the side row in its piece the second costs nothing.
    """
    base = four_pairs()
    side = sparse.csr_array(np.array([[0.0, 0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 1.0]]))
    problem = ChoiceProblem(base.cost, base.group, base.metrics, base.rows[:1], side, [">="], np.ones(1))
    pieces = take_apart(problem).pieces
    assert [(piece.rows, piece.movable) for piece in pieces] == [((0,), (0,)), ((1,), ())]
    assert [solve(piece.problem, Settings(gap=0.0)).objective for piece in pieces] == pytest.approx([3.0, 4.0])


def test_a_row_over_other_numbers_makes_only_its_own_piece_anew() -> None:
    """One unit of work from groups 12 and 13 costs 4; once group 12 does half a unit only, group 13 is needed: 8."""
    base = four_pairs(second=1.0)
    pieces = take_apart(base)
    halved = base.metrics.copy()
    halved[0, 5] = 0.5
    problem = ChoiceProblem(base.cost, base.group, halved, base.rows)
    moved = pieces.over(problem, {1})
    assert moved is not None
    assert moved.pieces[0] is pieces.pieces[0]
    found = [solve(one.pieces[1].problem, Settings(gap=0.0)).objective for one in (pieces, moved)]
    assert found == pytest.approx([4.0, 8.0])


def test_a_row_that_reaches_further_or_was_left_out_takes_the_whole_apart_anew() -> None:
    base = four_pairs()
    pieces = take_apart(base)
    wider = (Row("a", 0, ">=", 2.0), *base.rows[1:])
    assert pieces.over(base.with_rows(wider), {0}) is None
    assert pieces.over(base, {2}) is None


@given(st.lists(st.integers(0, 6), min_size=8, max_size=8), st.integers(0, 2), st.integers(0, 2))
def test_pieces_together_cost_what_the_whole_costs(costs: list[int], first: int, second: int) -> None:
    """Where the wide row has room, the sum of the pieces' least costs is the least cost of the whole."""
    base = four_pairs(float(first), float(second), 1000.0)
    cost = np.array(costs, dtype=np.float64)
    problem = ChoiceProblem(cost, base.group, np.vstack([base.metrics[0], cost]), base.rows)
    whole = solve(problem, Settings(gap=0.0))
    found = [solve(piece.problem, Settings(gap=0.0)).objective for piece in take_apart(problem).pieces]
    assert sum(value or 0.0 for value in found) == pytest.approx(whole.objective or 0.0)
