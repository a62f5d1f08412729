"""Which groups rows tie together, and totals pushed part by part, against every choice there is."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimizer import Asked, ChoiceProblem, Row, Settings, Status, evaluate, reach_each
from optimizer.push import lagrangian
from optimizer.ties import ties_of
from tests.test_optimizer.oracle import every_choice

EXACT = Settings(gap=0.0)


def districts(*, budget: float | None = None) -> ChoiceProblem:
    """Return two districts of two sources; each source does nothing, or 10 t for 5, or 16 t for 12."""
    cost = np.tile([0.0, 5.0, 12.0], 4)
    rows = [
        Row("east", 0, ">=", 20.0, np.array([0, 1])),
        Row("west", 0, ">=", 10.0, np.array([2, 3])),
    ]
    rows += [] if budget is None else [Row("money", 1, "<=", budget)]
    return ChoiceProblem(cost, np.repeat(np.arange(4), 3), np.array([np.tile([0.0, 10.0, 16.0], 4), cost]), rows)


def asked(problem: ChoiceProblem) -> list[Asked]:
    """Return a question for each row, which is not held itself."""
    return [Asked(row, frozenset([row.id])) for row in problem.rows]


def test_rows_over_other_groups_are_parts_of_their_own() -> None:
    label, found = ties_of(districts()).parts([0, 1])
    assert label.tolist() == [0, 0, 1, 1]
    assert found == {0: [0], 1: [1]}


def test_one_row_over_all_groups_joins_the_parts() -> None:
    label, found = ties_of(districts(budget=30.0)).parts([0, 1, 2])
    assert len(set(label.tolist())) == 1
    assert list(found.values()) == [[0, 1, 2]]


def test_groups_in_which_a_row_tells_nothing_apart_are_settled() -> None:
    """Both options of the second group give 3 t: of the 5 t that are asked the first group has to bring 2."""
    problem = ChoiceProblem(
        np.zeros(4), np.array([0, 0, 1, 1]), np.array([[0.0, 4.0, 3.0, 3.0]]), [Row("all", 0, ">=", 5.0)]
    )
    ties = ties_of(problem)
    assert [groups.tolist() for groups in ties.tied] == [[0]]
    assert ties.constant.tolist() == [3.0]
    part = ties.part(np.array([True, False]), [0])
    assert part.problem.rows[0].bound == 2.0
    assert part.problem.option_count == 2


def test_a_budget_leaves_a_district_what_the_other_needs_at_least() -> None:
    """West needs 10 t, 5 at least; with 25 to spend 20 are left in the east.

    There 12 + 5 = 17 buys 26 t and 24 would buy 32 t: 26 t. Were the west's 5 forgotten, 25 would do for 32 t. In the
    west 25 - 10 = 15 are left, since 20 t in the east cost 10: 10 would buy 20 t, and 12 16 t: 20 t. Money: 10 + 5.
    """
    problem = districts(budget=25.0)
    east, west, money = reach_each(problem, asked(problem), EXACT)
    assert (east.together.value, west.together.value, money.together.value) == (26.0, 20.0, 15.0)
    assert [row.together.status for row in (east, west, money)] == [Status.OPTIMAL] * 3


def test_a_known_choice_is_never_undercut() -> None:
    """No engine may look at a single node; what the given choice reaches stands, and nothing beyond the limit."""
    problem = districts(budget=25.0)
    start = np.array([0, 1, 0, 0, 1, 0, 0, 1, 0, 1, 0, 0], dtype=np.float64)
    assert not evaluate(problem, start).faults
    found = reach_each(problem, asked(problem), Settings(gap=0.0, node_limit=0), start)
    for row, least, best in zip(found[:2], (20.0, 10.0), (26.0, 20.0), strict=True):
        assert row.together.value is not None
        assert row.together.limit is not None
        assert least <= row.together.value <= best <= row.together.limit + 1e-9


def test_a_choice_that_breaks_a_row_is_no_start() -> None:
    """Doing nothing at all breaks both districts' rows: the answers are those without a start."""
    problem = districts(budget=25.0)
    nothing = np.tile([1.0, 0.0, 0.0], 4)
    found = reach_each(problem, asked(problem), EXACT, nothing)
    assert [row.together.value for row in found] == [26.0, 20.0, 15.0]


def test_a_part_that_nothing_keeps_leaves_no_reach_elsewhere() -> None:
    """The west asks for 40 of 32 t: the east, which shares nothing with it, has no plan to belong to either."""
    problem = districts()
    problem = replace(problem, rows=[problem.rows[0], replace(problem.rows[1], bound=40.0)])
    east, west = reach_each(problem, asked(problem), EXACT)
    assert (east.together.status, east.together.value) == (Status.INFEASIBLE, None)
    assert west.together.value == 32.0


def test_a_row_without_groups_that_fails_leaves_no_reach() -> None:
    """Nobody gives the last row 1 t."""
    nobody = Row("nobody", 0, ">=", 1.0, np.array([], dtype=np.int64))
    problem = replace(districts(), rows=[*districts().rows, nobody])
    east, _, last = reach_each(problem, asked(problem), EXACT)
    assert east.together.status is Status.INFEASIBLE
    assert (last.together.status, last.together.value) == (Status.OPTIMAL, 0.0)


def test_a_bound_at_prices_is_one_of_the_least_cost() -> None:
    """At 0.5 a tonne: 0.5 x 30 + min(0, 5 - 5, 12 - 8) four times = 15, and 30 t cost 15 at least."""
    problem = districts()
    assert lagrangian(problem, np.array([0.5, 0.5])) == pytest.approx(15.0)
    assert lagrangian(problem, np.array([-1.0, 0.0])) == pytest.approx(0.0)


@st.composite
def parted(draw: st.DrawFn) -> ChoiceProblem:
    """Return up to three districts of two groups, a row for each, and a budget over all."""
    count = draw(st.integers(1, 3))
    numbers = st.lists(st.integers(0, 9), min_size=6 * count, max_size=6 * count)
    gains, costs = (np.array(draw(numbers), dtype=np.float64) for _ in range(2))
    rows = [
        Row(f"d{place}", 0, ">=", float(draw(st.integers(0, 12))), np.array([2 * place, 2 * place + 1]))
        for place in range(count)
    ]
    rows.append(Row("money", 1, draw(st.sampled_from(["<=", ">="])), float(draw(st.integers(0, 30)))))
    return ChoiceProblem(np.zeros(6 * count), np.repeat(np.arange(2 * count), 3), np.array([gains, costs]), rows)


@settings(max_examples=60, deadline=None)
@given(parted())
def test_parts_joined_by_a_budget_reach_what_enumeration_finds(problem: ChoiceProblem) -> None:
    """Every choice of up to six groups of three; senses and bounds are drawn, so that many hold nothing together."""
    _, values = every_choice(problem)
    is_kept = np.column_stack(
        [
            values[:, k] >= row.bound if row.sense == ">=" else values[:, k] <= row.bound
            for k, row in enumerate(problem.rows)
        ]
    )
    for place, row in enumerate(reach_each(problem, asked(problem), EXACT)):
        held = np.delete(is_kept, place, axis=1).all(axis=1)
        if not held.any():
            assert row.together.value is None
            continue
        own = values[held, place]
        best = own.min() if row.sense == "<=" else own.max()
        assert row.together.value == pytest.approx(best, abs=1e-9)
