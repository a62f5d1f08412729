"""How groups, options and rows are listed does not show in the answer of a small problem."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse

from optimizer.dual import solve_dual
from optimizer.engines import solve
from optimizer.ordered import ordered
from optimizer.problem import ChoiceProblem, Row
from optimizer.settings import Settings
from optimizer.solution import Solution
from tests.test_optimizer.dual_cases import abatement, random_problem

EXACT = Settings(gap=0.0)


def listed_otherwise(problem: ChoiceProblem, seed: int) -> tuple[ChoiceProblem, np.ndarray, np.ndarray]:
    """Return the problem with groups, options and rows shuffled, and where options and rows have come from."""
    rng = np.random.default_rng(seed)
    order = rng.permutation(problem.group_count)
    options = [rng.permutation(np.arange(problem.starts[one], problem.starts[one + 1])) for one in order]
    option, rows = np.concatenate(options), rng.permutation(len(problem.rows))
    sides = rng.permutation(problem.row_count - len(problem.rows))
    place = np.argsort(order)
    shuffled = []
    for number in rows.tolist():
        row = problem.rows[number]
        own = None if row.groups is None else rng.permutation(place[np.searchsorted(problem.group_ids, row.groups)])
        shuffled.append(Row(row.id, row.metric, row.sense, row.bound, own))
    other = ChoiceProblem(
        cost=problem.cost[option],
        group=np.repeat(np.arange(len(order)), [len(one) for one in options]),
        metrics=problem.metrics[:, option],
        rows=shuffled,
        side=None if problem.side is None else sparse.csr_array(problem.side.tocsc()[:, option].tocsr()[sides]),
        side_sense=None if problem.side_sense is None else [problem.side_sense[one] for one in sides],
        side_bound=None if problem.side_bound is None else problem.side_bound[sides],
        divisible=None if problem.divisible is None else problem.divisible[order],
    )
    return other, option, np.concatenate([rows, sides + len(rows)]).astype(np.int64)


def same(one: Solution, other: Solution, option: np.ndarray, row: np.ndarray) -> bool:
    """Say whether two answers are one, bit by bit, of which the second's options and rows came from elsewhere."""
    if one.level is None or other.level is None:
        return one.status is other.status and one.level is other.level
    assert one.row_values is not None
    assert other.row_values is not None
    is_one = (one.objective, one.bound, one.gap) == (other.objective, other.bound, other.gap)
    return is_one and bool((one.level[option] == other.level).all() and (one.row_values[row] == other.row_values).all())


@pytest.mark.parametrize("seed", range(2))
def test_regions_listed_in_any_order(seed: int) -> None:
    """40 sources in 4 regions, 15 rows, engine auto: plan, bound and rows' values are the same to the last bit."""
    problem = abatement(40, 4, seed=seed)
    other, option, row = listed_otherwise(problem, seed)
    asked = Settings(gap=2e-2)
    assert same(solve(problem, asked), solve(other, asked), option, row)


@pytest.mark.parametrize("seed", range(0, 60, 2))
def test_rows_of_every_kind_listed_in_any_order(seed: int) -> None:
    """Costs are real numbers: no two groups are equal in everything, and such keep the order they were listed in."""
    problem = random_problem(4000 + seed, has_mixtures=bool(seed % 4))
    if (np.unique(problem.cost).size < problem.option_count) or problem.side is not None:
        return
    other, option, row = listed_otherwise(problem, seed)
    assert same(solve_dual(problem, EXACT, None), solve_dual(other, EXACT, None), option, row)


def test_an_order_is_undone() -> None:
    """Side rows come last in any order; what is given back is in the order of the listing."""
    for seed in range(40):
        problem = random_problem(seed)
        found = ordered(problem)
        level = np.arange(problem.option_count, dtype=np.float64)
        np.testing.assert_array_equal(found.level(level[found.option]), level)
        values = np.array([problem.contribution(row) @ level for row in range(problem.row_count)])
        again = [found.problem.contribution(row) @ level[found.option] for row in range(problem.row_count)]
        np.testing.assert_allclose(found.by_row(np.array(again)), values)
        np.testing.assert_array_equal(found.inner(values), values[found.row])
