"""Other plans: kept rows, kept budget, all different; as far apart as trying every choice allows."""

import numpy as np
import pytest

from optimizer import ChoiceProblem, Row, Settings, Solution, Status, evaluate, solve
from optimizer.alternatives import alternatives
from tests.test_optimizer.oracle import every_choice, kept, random_problem, written

EXACT = Settings(gap=0.0)


def counted(problem: ChoiceProblem) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    mask = np.ones(problem.option_count, dtype=bool)
    mask[problem.starts[:-1]] = False
    return mask


def test_every_plan_keeps_the_rows_and_the_budget_and_differs_from_the_others() -> None:
    several = 0
    for seed in range(16):
        problem = random_problem(seed, most_choices=500)
        solution = solve(problem, EXACT)
        if solution.objective is None:
            continue
        plans = alternatives(problem, solution, counted(problem), EXACT, within=0.3, count=5)
        budget = solution.objective + 0.3 * abs(solution.objective)
        for plan in plans:
            assert not evaluate(problem, plan.level).faults
            assert plan.cost <= budget + 1e-6
        assert len({plan.level.tobytes() for plan in plans}) == len(plans)
        several += len(plans) >= 3
        cost, values = every_choice(problem)
        plain = written(problem)
        there_are = int((kept(values, plain.senses, plain.bounds) & (cost <= budget + 1e-9)).sum())
        assert len(plans) == min(5, there_are), seed
    assert several > 3


def test_the_second_plan_shares_as_little_as_can_be() -> None:
    """Two of four like projects are needed at 1 each: the other two are just as good, and share nothing."""
    problem = ChoiceProblem(
        cost=np.array([0.0, 1.0] * 4),
        group=np.repeat(np.arange(4), 2),
        metrics=np.array([[0.0, 1.0] * 4]),
        rows=[Row("two", 0, ">=", 2.0)],
    )
    first, second = alternatives(problem, solve(problem, EXACT), counted(problem), EXACT, within=0.0, count=2)
    assert (first.cost, second.cost, second.shared) == (2.0, 2.0, 0)


def test_a_project_that_only_adds_cost_is_not_taken_to_be_different() -> None:
    """The second plan swaps A (2.0) for B (2.1) and leaves out C, which would fit the budget of 2.2 and do nothing."""
    problem = ChoiceProblem(
        cost=np.array([0.0, 2.0, 0.0, 2.1, 0.0, 0.05]),
        group=np.repeat(np.arange(3), 2),
        metrics=np.array([[0.0, 1.0, 0.0, 1.0, 0.0, 0.0]]),
        rows=[Row("one", 0, ">=", 1.0)],
    )
    plans = alternatives(problem, solve(problem, EXACT), counted(problem), EXACT, within=0.1, count=2)
    assert plans[1].level.tolist() == [1.0, 0.0, 0.0, 1.0, 1.0, 0.0]


def test_a_solution_without_a_plan_is_refused() -> None:
    problem = random_problem(0)
    nothing = Solution(status=Status.NO_ANSWER, reason="", engine="", engine_version="")
    with pytest.raises(ValueError, match="expected one with a plan"):
        alternatives(problem, nothing, counted(problem), EXACT, within=0.1, count=2)
