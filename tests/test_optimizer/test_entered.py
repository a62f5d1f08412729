"""Rows that name every group though few enter them: narrowed, with the same plan, prices and values of the rows."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from optimizer.dual import solve_dual
from optimizer.dual.arrange import arrange
from optimizer.dual.reduced import reduced
from optimizer.dual.regions import regions_of
from optimizer.engines import solve
from optimizer.entered import entered, enters
from optimizer.problem import ChoiceProblem, Row
from optimizer.settings import Settings
from optimizer.solution import Status

EXACT = Settings(gap=0.0)


def two_basins(count: int, *, is_named: bool) -> ChoiceProblem:
    """Return ``count`` works on each of two rivers, and as many on none: rows of all groups, or of each river's own."""
    rng = np.random.default_rng(3)
    groups = np.repeat(np.arange(3 * count), 3)
    removed = np.tile([0.0, 1.0, 2.0], 3 * count) * np.repeat(rng.uniform(1.0, 2.0, 3 * count), 3)
    river = np.repeat(np.arange(3), 3 * count)
    metrics = np.stack([np.where(river == place, removed, 0.0) for place in (0, 1)])
    cost = removed * np.repeat(rng.uniform(1.0, 3.0, 3 * count), 3) + 0.3 * removed**2
    of = [np.arange(place * count, (place + 1) * count) for place in (0, 1)]
    rows = [Row(f"river-{k}", k, ">=", 0.7 * count, of[k] if is_named else None) for k in (0, 1)]
    return ChoiceProblem(cost=cost, group=groups, metrics=metrics, rows=rows)


def test_a_row_takes_in_the_groups_that_add_to_it() -> None:
    """Groups 0 to 3 on the first river, 4 to 7 on the second, 8 to 11 on none: a third of the groups for each row."""
    problem = two_basins(4, is_named=False)
    found = entered(problem)
    assert found is not None
    assert [list(row.groups) for row in found.problem.rows if row.groups is not None] == [[0, 1, 2, 3], [4, 5, 6, 7]]
    assert enters(problem, 0).tolist() == [True] * 4 + [False] * 8


def test_rows_that_most_groups_enter_stay() -> None:
    problem = two_basins(4, is_named=False)
    everywhere = replace(problem, metrics=np.ones_like(problem.metrics))
    assert entered(everywhere) is None
    assert entered(replace(problem, metrics=np.zeros_like(problem.metrics))) is None
    assert entered(two_basins(4, is_named=True)) is None


def test_rivers_are_regions_though_their_rows_name_every_group() -> None:
    """Two rivers and works on none: without the rule both rows are wide, and nothing falls apart."""
    problem = two_basins(4, is_named=False)
    assert regions_of(arrange(problem))[1].all()
    region, is_wide = regions_of(arrange(reduced(problem).problem))
    assert not is_wide.any()
    assert len(np.unique(region)) > 1


@pytest.mark.parametrize("share", [1.0, 1.2])
def test_the_answer_is_that_of_rows_that_name_their_groups(share: float) -> None:
    """Also under other bounds, from what the first solve left behind."""

    def under(problem: ChoiceProblem) -> ChoiceProblem:
        return problem.with_rows([replace(row, bound=share * row.bound) for row in problem.rows])

    listed, named = two_basins(10, is_named=False), two_basins(10, is_named=True)
    one, other = solve_dual(under(listed), EXACT, solve_dual(listed, EXACT, None)), solve(under(named), EXACT)
    assert one.status is other.status is Status.OPTIMAL
    assert one.objective == pytest.approx(other.objective, rel=1e-12)
    assert one.row_values == pytest.approx(other.row_values)
    exact = solve(under(listed), Settings(engine="milp", gap=0.0))
    assert one.objective == pytest.approx(exact.objective, rel=1e-9)
