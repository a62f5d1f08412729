"""The engine against enumeration: never a false claim, whatever the rows and whatever the way to the prices."""

from __future__ import annotations

import numpy as np
import pytest

from optimizer.dual import prices, solve_dual
from optimizer.dual.choice import choose_engine
from optimizer.engines import solve
from optimizer.evaluate import evaluate
from optimizer.problem import ChoiceProblem, Row
from optimizer.settings import Settings
from optimizer.solution import Solution, Status
from tests.test_optimizer.dual_cases import abatement, least_cost, random_problem

EXACT = Settings(gap=0.0)


@pytest.fixture
def by_samples(monkeypatch: pytest.MonkeyPatch) -> None:
    """Small problems take the way of large ones: samples of a few groups, boxes, relaxations of a few options."""
    for name in (
        "SAMPLED_OPTIONS",
        "GROUPS_PER_ROW",
        "LEAST_GROUPS",
        "OPEN_GROUPS",
        "SAMPLE_PER_ROW",
        "COLUMNS_PER_ROW",
    ):
        monkeypatch.setattr(prices, name, 0)
    monkeypatch.setattr(prices, "SAMPLE", 3)
    monkeypatch.setattr(prices, "LEAST_COLUMNS", 3)


def check(problem: ChoiceProblem, solution: Solution, gap: float) -> None:
    """Assert that everything the solution claims is so."""
    least = least_cost(problem)
    assert solution.status is not Status.NO_ANSWER
    if solution.status is Status.INFEASIBLE:
        assert least is None
        assert solution.level is None
        return
    assert least is not None
    assert solution.level is not None
    assert solution.objective is not None
    assert solution.bound is not None
    assert solution.row_values is not None
    judged = evaluate(problem, solution.level)
    room = 1e-7 * abs(least) + 1e-9 * np.abs(problem.cost).sum()
    assert judged.faults == ()
    assert solution.objective == pytest.approx(judged.objective, abs=room)
    np.testing.assert_allclose(solution.row_values, judged.row_values, atol=1e-9)
    assert solution.bound <= least + room
    assert solution.status is Status.OPTIMAL
    assert solution.objective - least <= gap * abs(solution.objective) + room


@pytest.mark.parametrize("first", range(0, 400, 50))
def test_random_problems(first: int) -> None:
    for seed in range(first, first + 50):
        gap = (0.0, 1e-4, 0.05)[seed % 3]
        problem = random_problem(seed)
        check(problem, solve_dual(problem, Settings(gap=gap), None), gap)


@pytest.mark.usefixtures("by_samples")
@pytest.mark.parametrize("first", range(0, 200, 50))
def test_random_problems_by_samples(first: int) -> None:
    for seed in range(first, first + 50):
        gap = (0.0, 1e-4, 0.05)[seed % 3]
        problem = random_problem(seed)
        check(problem, solve_dual(problem, Settings(gap=gap), None), gap)


def mixture() -> ChoiceProblem:
    """Return nothing, or 4 t for 8, to be mixed; and 3 t for 9 or nothing, whole; 2 t are asked."""
    return ChoiceProblem(
        cost=np.array([0.0, 8.0, 0.0, 9.0]),
        group=np.array([1, 1, 2, 2]),
        metrics=np.array([[0.0, 4.0, 0.0, 3.0]]),
        rows=[Row("t", 0, ">=", 2.0)],
        divisible=np.array([True, False]),
    )


def test_a_mixture_is_taken_by_halves() -> None:
    """Half of 4 t for 8 is 2 t for 4. Were reduced-cost fixing used on it, its dear option would go and 9 come out."""
    solution = solve_dual(mixture(), EXACT, None)
    assert solution.objective == pytest.approx(4.0)
    assert solution.level is not None
    assert solution.level.tolist() == [0.5, 0.5, 1.0, 0.0]


@pytest.mark.parametrize("seed", range(60))
def test_mixtures_cost_no_more_than_whole_choices(seed: int) -> None:
    problem = random_problem(seed, has_mixtures=True)
    least = least_cost(problem)
    solution = solve_dual(problem, EXACT, None)
    if least is not None:
        assert solution.objective is not None
        assert solution.level is not None
        assert solution.objective <= least + 1e-9 * np.abs(problem.cost).sum()
        assert solution.status is Status.OPTIMAL
        assert evaluate(problem, solution.level).faults == ()


def test_a_row_out_of_reach_is_named() -> None:
    """The two sources give 5 t and 4 t: 9 t at most, 10 t asked."""
    problem = ChoiceProblem(
        cost=np.zeros(4),
        group=np.array([0, 0, 1, 1]),
        metrics=np.array([[0.0, 5.0, 0.0, 4.0]]),
        rows=[Row("nox", 0, ">=", 10.0)],
    )
    solution = solve_dual(problem, EXACT, None)
    assert solution.status is Status.INFEASIBLE
    assert solution.reason == "row 'nox' asks >= 10, the most any choice gives is 9"


def conflict(bound: float, each: float = 1.0) -> ChoiceProblem:
    """Return three sources that give either ``each`` t of a or of b; ``bound`` of both is asked."""
    return ChoiceProblem(
        cost=np.zeros(6),
        group=np.repeat(np.arange(3), 2),
        metrics=each * np.array([[1.0, 0.0] * 3, [0.0, 1.0] * 3]),
        rows=[Row("a", 0, ">=", bound), Row("b", 1, ">=", bound)],
    )


def test_a_conflict_is_proven_by_weights_of_rows() -> None:
    """Every choice gives 3 of a and b together and 4 are asked; neither row is out of reach alone."""
    solution = solve_dual(conflict(2.0), EXACT, None)
    assert solution.status is Status.INFEASIBLE
    assert "the rows conflict" in solution.reason
    assert "'a'" in solution.reason
    assert "'b'" in solution.reason


def test_what_only_whole_choices_cannot_do_is_infeasible() -> None:
    """Halves would give 1.65 t of both; whole choices give 1.1 and 2.2."""
    solution = solve_dual(conflict(1.65, 1.1), EXACT, None)
    assert solution.status is Status.INFEASIBLE
    assert "no whole choice" in solution.reason


def test_whole_amounts_prove_a_conflict_that_halves_hide() -> None:
    """Of 1.5 t each, counted in whole tonnes, 2 are needed: 4 in all, and every choice gives 3."""
    solution = solve_dual(conflict(1.5), EXACT, None)
    assert solution.status is Status.INFEASIBLE
    assert "the rows conflict" in solution.reason
    assert "row 'a' counts in steps, so >= 1.5 is >= 2" in solution.reason


def test_without_rows_every_group_takes_its_cheapest() -> None:
    problem = ChoiceProblem(
        cost=np.array([3.0, -1.0, 2.0]), group=np.array([0, 0, 5]), metrics=np.empty((0, 3)), rows=[]
    )
    solution = solve_dual(problem, EXACT, None)
    assert solution.status is Status.OPTIMAL
    assert solution.objective == 1.0


@pytest.mark.parametrize(("sources", "regions"), [(3000, 1), (6000, 2)])
def test_large_plans_are_proven_and_repeat(sources: int, regions: int) -> None:
    problem = abatement(sources, regions)
    first, second = (solve_dual(problem, Settings(gap=1e-3), None) for _ in range(2))
    assert first.status is Status.OPTIMAL
    assert first.level is not None
    assert second.level is not None
    assert evaluate(problem, first.level).faults == ()
    assert first.level.tobytes() == second.level.tobytes()
    assert first.bound == second.bound


def test_a_warm_start_comes_to_the_same_bound() -> None:
    problem, asked = abatement(3000, 1), Settings(gap=1e-4)
    cold = solve_dual(problem, asked, None)
    warm = solve_dual(problem, asked, cold)
    assert warm.status is Status.OPTIMAL
    assert warm.bound == pytest.approx(cold.bound, rel=1e-6)


def test_regions_raise_the_bound() -> None:
    """Six regions of 40 sources; the relaxation alone leaves more than 1e-3, what is reported is proven."""
    problem = abatement(240, 6)
    solution = solve_dual(problem, Settings(gap=1e-3), None)
    assert solution.status is Status.OPTIMAL
    assert solution.gap is not None
    assert solution.gap <= 1e-3


def test_auto_takes_prices_and_says_so() -> None:
    """At every size, but for a solver that only ``milp`` knows; the reason ends with the step that settled it."""
    problem = abatement(100, 1)
    assert choose_engine(problem, Settings(gap=0.0, solver="PULP_CBC_CMD"))[0] == "milp"
    solution = solve(problem, Settings(gap=0.02))
    assert solution.engine == "dual"
    assert "auto took dual" in solution.reason
    assert "(100 groups, 800 options, 3 rows)" in solution.reason
    assert "settled by" in solution.reason


def test_what_prices_leave_open_the_exact_engine_settles(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without regions, branching and proofs ``dual`` has a plan and no proof; ``milp`` goes on and proves one."""
    problem = abatement(30, 3, packages=3)
    with monkeypatch.context() as patch:
        patch.setattr("optimizer.dual.regions.MOST_REGIONS", 0)
        patch.setattr("optimizer.dual.whole.LARGEST_PROOF", -1)
        patch.setattr("optimizer.dual.whole.LARGEST_TREE", -10_000)
        alone, both = solve_dual(problem, EXACT, None), solve(problem, EXACT)
    assert alone.status is Status.FEASIBLE
    assert both.status is Status.OPTIMAL
    assert "; then milp: " in both.reason
    assert alone.objective is not None
    assert both.objective is not None
    assert both.objective <= alone.objective
    assert both.objective == pytest.approx(solve(problem, EXACT).objective, rel=1e-9)
