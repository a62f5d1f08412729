"""Groups whose choice may be a mixture."""

from dataclasses import replace

import numpy as np
import pytest

from optimizer import ChoiceProblem, Row, Settings, Status, evaluate, solve
from tests.test_optimizer.oracle import least_cost, least_cost_of_shares, random_problem

EXACT = Settings(engine="milp", gap=0.0)


def test_a_mixture_meets_a_target_exactly() -> None:
    """0 t for 0 or 80 t for 90, asked 60 t: three quarters of the second option, 67.5. Whole, it would be 90."""
    problem = ChoiceProblem(
        cost=np.array([0.0, 90.0]),
        group=np.array([0, 0]),
        metrics=np.array([[0.0, 80.0]]),
        rows=[Row(id="nox", metric=0, sense=">=", bound=60.0)],
        divisible=np.array([True]),
    )
    solution = solve(problem, EXACT)
    assert solution.objective == pytest.approx(67.5, rel=1e-12)
    assert solution.level is not None
    assert solution.level.tolist() == pytest.approx([0.25, 0.75])
    assert solve(replace(problem, divisible=None), EXACT).objective == 90.0


def test_one_group_mixes_while_the_other_is_whole() -> None:
    """Whole A: 0 or 50 t for 40; divisible B: 0 or 40 t for 60; asked 60 t.

    With A, B gives the missing 10 t, a quarter, for 15: 55 in all. Without A, B reaches only 40 t. Were both divisible
    it would be the same; were both whole, 100.
    """
    problem = ChoiceProblem(
        cost=np.array([0.0, 40.0, 0.0, 60.0]),
        group=np.array([0, 0, 1, 1]),
        metrics=np.array([[0.0, 50.0, 0.0, 40.0]]),
        rows=[Row(id="nox", metric=0, sense=">=", bound=60.0)],
        divisible=np.array([False, True]),
    )
    solution = solve(problem, EXACT)
    assert solution.objective == pytest.approx(55.0, rel=1e-12)
    assert solution.level is not None
    assert solution.level.tolist() == pytest.approx([0.0, 1.0, 0.75, 0.25])


def test_all_divisible_equals_a_linear_programme_written_out() -> None:
    """100 random problems against scipy's linear programming."""
    answered = 0
    for seed in range(100):
        problem = random_problem(1000 + seed)
        mixed = replace(problem, divisible=np.ones(problem.group_count, dtype=bool))
        expected, solution = least_cost_of_shares(problem), solve(mixed, EXACT)
        assert solution.status is (Status.INFEASIBLE if expected is None else Status.OPTIMAL), seed
        if expected is not None and solution.level is not None:
            answered += 1
            assert solution.objective == pytest.approx(expected, rel=1e-9, abs=1e-7)
            assert evaluate(mixed, solution.level).faults == ()
    assert answered > 50


def test_partly_divisible_lies_between_shares_and_whole_choices() -> None:
    """Some groups divisible: no dearer than all whole, no cheaper than all divisible, and a plan on the arrays."""
    answered = 0
    for seed in range(100):
        problem = random_problem(2000 + seed, has_divisible=True)
        whole, shares, solution = least_cost(problem), least_cost_of_shares(problem), solve(problem, EXACT)
        if solution.objective is None or solution.level is None:
            assert whole is None
            continue
        answered += 1
        assert shares is not None
        assert shares - 1e-7 <= solution.objective
        assert whole is None or solution.objective <= whole + 1e-7
        assert evaluate(problem, solution.level).faults == ()
    assert answered > 50
