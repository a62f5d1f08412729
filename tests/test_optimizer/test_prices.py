"""Prices are what one unit more of a row costs in the linear relaxation, in the problem's own units."""

from dataclasses import replace

import numpy as np
import pytest

from optimizer import ChoiceProblem, Row, Settings, solve
from tests.test_optimizer.oracle import least_cost_of_shares

EXACT = Settings(engine="milp", gap=0.0)


def ladder(rows: list[Row]) -> ChoiceProblem:
    """Two groups of 0 or 50 t for 40 (0.8 a tonne) and of 0 or 40 t for 60 (1.5 a tonne); second metric: the cost."""
    return ChoiceProblem(
        cost=np.array([0.0, 40.0, 0.0, 60.0]),
        group=np.array([0, 0, 1, 1]),
        metrics=np.array([[0.0, 50.0, 0.0, 40.0], [0.0, 40.0, 0.0, 60.0]]),
        rows=rows,
    )


def test_price_of_a_target_is_the_cost_of_its_last_tonne() -> None:
    """Asked 60 t: 50 t at 0.8, the rest at 1.5. The first group's rate, or the average 55/60, would be wrong."""
    solution = solve(ladder([Row("nox", 0, ">=", 60.0), Row("idle", 0, "<=", 500.0)]), EXACT)
    assert solution.prices is not None
    assert solution.prices.tolist() == pytest.approx([1.5, 0.0])


def test_price_of_a_budget_is_what_one_more_unit_of_it_saves() -> None:
    """Minus tonnes minimised, at most 55 to spend: 40 buys 50 t, 15 buys 10 t. One more buys 40/60 t: -2/3."""
    problem = replace(ladder([Row("money", 1, "<=", 55.0)]), cost=-np.array([0.0, 50.0, 0.0, 40.0]))
    solution = solve(problem, EXACT)
    assert solution.prices is not None
    assert solution.prices.tolist() == pytest.approx([-2.0 / 3.0])


def test_prices_equal_finite_differences_of_a_linear_programme_written_out() -> None:
    """Rows of every sense on continuous data; cost of the relaxation at bounds a little up and down.

    Groups of the ``=`` row are divisible: whole choices never add up to 11 exactly.
    """
    rng = np.random.default_rng(9)
    metrics = rng.lognormal(0.0, 1.0, size=(3, 40))
    rows = [Row("a", 0, ">=", 18.0), Row("b", 1, "<=", 9.0), Row("c", 2, "=", 11.0, np.arange(6))]
    problem = ChoiceProblem(
        rng.uniform(1.0, 9.0, size=40), np.repeat(np.arange(10), 4), metrics, rows, divisible=np.arange(10) < 6
    )
    solution = solve(problem, Settings(engine="milp", gap=0.5))
    assert solution.prices is not None
    for place, row in enumerate(rows):
        costs = []
        for step in (-1e-4, 1e-4):
            moved = [*rows]
            moved[place] = replace(row, bound=row.bound + step)
            cost = least_cost_of_shares(replace(problem, rows=moved))
            assert cost is not None
            costs.append(cost)
        assert solution.prices[place] == pytest.approx((costs[1] - costs[0]) / 2e-4, rel=1e-5, abs=1e-6)
    assert solution.prices[0] > 0.0 > solution.prices[1]
    assert solution.prices[2] != 0.0


def test_prices_do_not_depend_on_what_dominance_removed() -> None:
    problem = ladder([Row("nox", 0, ">=", 60.0)])
    longer = ChoiceProblem(
        cost=np.insert(problem.cost, 4, 61.0),
        group=np.insert(problem.group, 4, 1),
        metrics=np.insert(problem.metrics, 4, [39.0, 61.0], axis=1),
        rows=problem.rows,
    )
    solution = solve(longer, EXACT)
    assert solution.prices is not None
    assert solution.prices.tolist() == pytest.approx([1.5])
