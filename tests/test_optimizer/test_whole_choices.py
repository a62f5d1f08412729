"""Steps from prices to whole choices: descent under a budget, shares that add up, regions that have no plan."""

import numpy as np
import pytest

from optimizer import Settings, Status, evaluate
from optimizer.dual import descent, solve_dual, whole
from optimizer.dual.arrange import arrange
from optimizer.dual.extremes import extremes_of
from optimizer.dual.prices import best_prices
from optimizer.dual.restricted import Restricted, restrict, solve_whole
from optimizer.dual.task import Progress, Task
from optimizer.dual.whole import whole_plan
from optimizer.problem import ChoiceProblem, Row
from tests.test_optimizer.dual_cases import abatement


def two_regions() -> ChoiceProblem:
    """Return three sources of 1.1 t of a or of b, 1.65 t of both asked, beside six others that give c as they like."""
    mixed = np.array([1.1, 0.0] * 3 + [0.0] * 12), np.array([0.0, 1.1] * 3 + [0.0] * 12)
    c = np.array([0.0] * 6 + [0.0, 1.3] * 6)
    few, others = np.arange(3), np.arange(3, 7)
    return ChoiceProblem(
        cost=np.array([0.0] * 6 + [0.0, 1.0] * 6),
        group=np.repeat(np.arange(9), 2),
        metrics=np.array([*mixed, c]),
        rows=[
            Row("a", 0, ">=", 1.65, few),
            Row("b", 1, ">=", 1.65, few),
            Row("c", 2, ">=", 2.0, others),
            Row("all", 2, ">=", 3.0),
        ],
    )


def test_a_region_without_a_plan_is_named_by_its_rows() -> None:
    """Halves of the three would do, whole choices give 1.1 and 2.2; the other region has nothing to do with it."""
    solution = solve_dual(two_regions(), Settings(gap=0.0), None)
    assert solution.status is Status.INFEASIBLE
    assert solution.reason == "HiGHS proved that no whole choice keeps 'a', 'b' together"


def under_a_budget(seed: int) -> ChoiceProblem:
    """Return three targets, and as much money as half of what would buy everything."""
    plain = abatement(60, 1, seed=seed, packages=4)
    metrics = np.vstack([plain.metrics, plain.cost[None, :]])
    spent = solve_dual(plain, Settings(gap=0.02), None).objective or 0.0
    rows = [*plain.rows, Row("money", 3, "<=", 1.02 * spent)]
    return ChoiceProblem(-plain.metrics[0], plain.group, metrics, rows)


def found_by_descent(problem: ChoiceProblem) -> bool:
    layout = arrange(problem)
    sizes = extremes_of(layout)
    refined = best_prices(layout, sizes, Settings(), None)
    assert refined is not None
    share = descent.descend(refined.model, refined.answer.share, refined.price)  # type: ignore[arg-type]
    if share is None:
        return False
    level = refined.model.level(share, problem.option_count)
    assert evaluate(problem, level).faults == ()
    return True


def test_targets_under_a_budget_make_room_for_each_other(monkeypatch: pytest.MonkeyPatch) -> None:
    """Weights that grow together leave most of these without a plan; growing where rows are missed, they find more."""
    problems = [under_a_budget(seed) for seed in range(12)]
    apart = sum(found_by_descent(problem) for problem in problems)
    monkeypatch.setattr(descent, "BREAKOUTS", 0)
    together = sum(found_by_descent(problem) for problem in problems)
    assert apart > together


def mixture(asked: float, alternatives: tuple[int, ...] = (1, 2), *, is_divisible: bool = True) -> Restricted:
    """Return nothing, 4 t for 8 or 2 t for 3, nothing being the base."""
    problem = ChoiceProblem(
        cost=np.array([0.0, 8.0, 3.0]),
        group=np.zeros(3, dtype=np.int64),
        metrics=np.array([[0.0, 4.0, 2.0]]),
        rows=[Row("t", 0, ">=", asked)],
        divisible=np.array([is_divisible]),
    )
    layout = arrange(problem)
    return restrict(layout, extremes_of(layout).tolerance, np.array([0]), np.array(alternatives, dtype=np.int64))


def test_shares_are_cut_to_one() -> None:
    """A hair too much of two options is made one; a hair of an option is none of it."""
    model = mixture(3.0)
    assert model.choice_of(np.array([0.5, 0.5 + 1e-12])).sum() == pytest.approx(1.0, abs=1e-15)
    assert model.level(np.array([0.5, 0.5 + 1e-12]), 3).min() == 0.0
    assert model.choice_of(np.array([0.4, 1e-12])).tolist() == [0.4, 0.0]
    assert mixture(3.0, is_divisible=False).choice_of(np.array([1.0 - 1e-7, 1e-7])).tolist() == [1.0, 0.0]


def test_a_model_without_alternatives_is_judged_by_its_base() -> None:
    """HiGHS calls a model without columns empty, whatever its rows ask: 0 t are a plan for 0 t and none for 3."""
    nothing, plan = (solve_whole(mixture(asked, ()), Settings(), gap=0.0, start=None) for asked in (3.0, 0.0))
    assert nothing.is_infeasible
    assert nothing.share is None
    assert not plan.is_infeasible
    assert plan.bound == 0.0


def test_a_large_problem_looks_around_its_plan(monkeypatch: pytest.MonkeyPatch) -> None:
    """Too large to be proven, what is near the plan is still searched: nothing gets worse, and plans stay plans."""
    monkeypatch.setattr(whole, "LARGEST_PROOF", 0)
    problem = abatement(200, 4, seed=5)
    layout = arrange(problem)
    sizes = extremes_of(layout)
    settings = Settings(gap=1e-6)
    refined = best_prices(layout, sizes, settings, None)
    assert refined is not None
    progress = whole_plan(Task(layout, sizes, settings, refined))
    assert isinstance(progress, Progress)
    assert progress.plan is not None
    level = progress.plan.model.level(progress.plan.share, problem.option_count)
    assert evaluate(problem, level).faults == ()
    assert progress.nodes > 0
    assert progress.ending == "no step was left"
