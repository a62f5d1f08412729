"""Any PuLP solver by name, and what solvers say that is not so."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import numpy as np
import pulp
import pytest
from pulp import LpProblem
from pulp import LpSolveStats as LpStats

from optimizer import ChoiceProblem, Row, Settings, Solution, Status, solve


def knapsack() -> ChoiceProblem:
    """Three groups of 0 t for 0 or 6, 7, 8 t for 6, 7.5, 9; asked 9 t. The least cost is 13.5 for 6 + 7 t."""
    return ChoiceProblem(
        cost=np.array([0.0, 6.0, 0.0, 7.5, 0.0, 9.0]),
        group=np.array([0, 0, 1, 1, 2, 2]),
        metrics=np.array([[0.0, 6.0, 0.0, 7.0, 0.0, 8.0]]),
        rows=[Row("nox", 0, ">=", 9.0)],
    )


def scripted(answer: Callable[[LpProblem], LpStats], **known: object) -> type[pulp.LpSolver]:
    """Return a solver that answers as told; ``known`` is what it says of itself."""

    class Scripted(pulp.LpSolver):
        name = "SCRIPTED"

        def __init__(self, *, mip: bool = True, msg: bool = True, gapRel: float | None = None) -> None:  # noqa: N803
            super().__init__(mip=mip, msg=msg, gapRel=gapRel)

        def available(self) -> bool:
            return bool(known.get("is_available", True))

        def actualSolve(self, lp: LpProblem, **_: object) -> LpStats:  # noqa: N802 - PuLP's name
            return answer(lp)

    return Scripted


@contextmanager
def registered(monkeypatch: pytest.MonkeyPatch, solver: type[pulp.LpSolver]) -> Iterator[Settings]:
    """Make a solver known to PuLP and hand out settings that ask for it."""
    with monkeypatch.context() as patch:
        patch.setattr(pulp.apis, "_all_solvers", [pulp.HiGHS, solver])
        yield Settings(engine="milp", solver="SCRIPTED", gap=0.0)


def stats(status: pulp.LpSolveStatus, *, has_solution: bool, best_bound: float | None = None) -> LpStats:
    return LpStats(solver="SCRIPTED", status=status, has_solution=has_solution, best_bound=best_bound)


def put(lp: LpProblem, *taken: str) -> None:
    """Set the named variables to 1 and all others to 0."""
    for variable in lp.variables():
        variable.varValue = float(variable.name in taken)


def asked_of(lp: LpProblem) -> float:
    """Return the bound of the first row as the solver sees it: scaled by the power of two that brings 9 to 9/8."""
    row = lp.get_constraint_by_name("r0")
    assert row is not None
    bound = row.getLb()
    assert bound is not None
    return bound


def run(
    monkeypatch: pytest.MonkeyPatch, answer: Callable[[LpProblem], LpStats], problem: ChoiceProblem | None = None
) -> Solution:
    with registered(monkeypatch, scripted(answer)) as settings:
        return solve(problem or knapsack(), settings)


def honest(lp: LpProblem) -> LpStats:
    """Solve with HiGHS and keep quiet about the bound, as CBC does."""
    pulp.HiGHS(msg=False, threads=1, gapRel=0.0).solve(lp)
    return stats(pulp.LpSolveStatus.Optimal, has_solution=True)


def test_a_solver_without_a_bound_gives_a_plan_and_the_relaxations_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    """Least cost 13.5; shares: 6 t for 6, then 3 of 7 t of 7.5: 9.214. That is proven, whatever the solver calls it."""
    solution = run(monkeypatch, honest)
    assert solution.status is Status.FEASIBLE
    assert solution.objective == 13.5
    assert solution.bound == pytest.approx(6.0 + 7.5 * 3.0 / 7.0)
    assert solution.gap == pytest.approx((13.5 - 6.0 - 22.5 / 7.0) / 13.5)
    assert "SCRIPTED states none in full precision" in solution.reason
    assert "PuLP passes SCRIPTED no node limit, no time limit, no seed, no threads" in solution.reason
    assert solution.engine_version == f"PuLP {pulp.__version__}, SCRIPTED"
    assert solution.nodes is None


def test_a_bound_read_from_a_log_is_not_taken_for_proof(monkeypatch: pytest.MonkeyPatch) -> None:
    def claims(lp: LpProblem) -> LpStats:
        honest(lp)
        return stats(pulp.LpSolveStatus.Optimal, has_solution=True, best_bound=13.5)

    assert run(monkeypatch, claims).status is Status.FEASIBLE


def test_zeros_that_pulp_leaves_behind_are_not_a_plan(monkeypatch: pytest.MonkeyPatch) -> None:
    """All variables 0.0 and a claim of success: no group takes an option, so there is no answer."""

    def zeros(lp: LpProblem) -> LpStats:
        put(lp)
        return stats(pulp.LpSolveStatus.Optimal, has_solution=True)

    solution = run(monkeypatch, zeros)
    assert solution.status is Status.NO_ANSWER
    assert solution.level is None


def test_a_choice_that_misses_a_row_is_not_a_plan(monkeypatch: pytest.MonkeyPatch) -> None:
    """8 t are offered as an optimum where 9 t are asked, three times over."""
    asked: list[float] = []

    def misses(lp: LpProblem) -> LpStats:
        asked.append(asked_of(lp))
        put(lp, "x0", "x2", "x5")
        return stats(pulp.LpSolveStatus.Optimal, has_solution=True)

    solution = run(monkeypatch, misses)
    assert solution.status is Status.NO_ANSWER
    assert solution.objective is None
    assert "gave a choice that is no plan: row 'nox': asked >= 9, reached 8" in solution.reason
    assert asked == [9.0 / 8, 11.0 / 8, 13.0 / 8]


def test_a_row_missed_by_little_is_drawn_in_and_met(monkeypatch: pytest.MonkeyPatch) -> None:
    """A solver that takes 8.999 for 9: the second run asks 9.002 and gets a plan."""
    problem = ChoiceProblem(
        cost=np.array([0.0, 6.0, 8.0]),
        group=np.zeros(3, dtype=np.int64),
        metrics=np.array([[0.0, 8.999, 11.0]]),
        rows=[Row("nox", 0, ">=", 9.0)],
        divisible=np.array([False]),
    )

    def sloppy(lp: LpProblem) -> LpStats:
        put(lp, "x1" if asked_of(lp) <= 9.0 / 8 else "x2")
        return stats(pulp.LpSolveStatus.Optimal, has_solution=True)

    solution = run(monkeypatch, sloppy, problem)
    assert solution.status is Status.FEASIBLE
    assert solution.objective == 8.0


@pytest.mark.parametrize(("first", "second"), [(0.5, 0.5), (-1.0, 2.0), (1.0, 1.0)])
def test_values_that_are_no_choice_are_not_a_plan(monkeypatch: pytest.MonkeyPatch, first: float, second: float) -> None:
    def broken(lp: LpProblem) -> LpStats:
        put(lp, "x3", "x5")
        lp.variablesDict()["x0"].varValue, lp.variablesDict()["x1"].varValue = first, second
        return stats(pulp.LpSolveStatus.Optimal, has_solution=True)

    assert run(monkeypatch, broken).status is Status.NO_ANSWER


def test_a_variable_without_a_value_is_not_a_plan(monkeypatch: pytest.MonkeyPatch) -> None:
    claimed = stats(pulp.LpSolveStatus.Optimal, has_solution=True)
    assert run(monkeypatch, lambda _: claimed).status is Status.NO_ANSWER


def test_a_divisible_group_left_empty_is_not_a_plan(monkeypatch: pytest.MonkeyPatch) -> None:
    """One group is divisible and gets nothing; the others are whole, so the relaxation does not settle it."""

    def empty(lp: LpProblem) -> LpStats:
        put(lp, "x1", "x3")
        return stats(pulp.LpSolveStatus.Optimal, has_solution=True)

    problem = knapsack()
    partly = ChoiceProblem(
        problem.cost, problem.group, problem.metrics, problem.rows, divisible=np.array([False, False, True])
    )
    assert run(monkeypatch, empty, partly).status is Status.NO_ANSWER


def test_a_solver_that_fails_gives_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(_: LpProblem) -> LpStats:
        raise pulp.PulpSolverError("licence expired")

    solution = run(monkeypatch, fails)
    assert solution.status is Status.NO_ANSWER
    assert "licence expired" in solution.reason


def test_a_solver_that_says_infeasible_is_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    solution = run(monkeypatch, lambda _: stats(pulp.LpSolveStatus.Infeasible, has_solution=False))
    assert solution.status is Status.INFEASIBLE
    assert solution.objective is None


def test_a_bound_above_the_cost_of_a_plan_is_dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    """HiGHS's own word, forged: a bound of 1000 where a plan costs 13.5. The relaxation's bound stands instead."""
    original = pulp.HiGHS.findBestBound

    def forged(solver: pulp.HiGHS, lp: LpProblem) -> float | None:
        bound = original(solver, lp)
        return None if bound is None else 1e6 * bound

    monkeypatch.setattr(pulp.HiGHS, "findBestBound", forged)
    solution = solve(knapsack(), Settings(engine="milp", gap=0.0))
    assert solution.status is Status.FEASIBLE
    assert solution.bound == pytest.approx(6.0 + 22.5 / 7.0)


@pytest.mark.parametrize("name", ["NO_SUCH_SOLVER", "GLPK_CMD_X", "", "highs"])
def test_an_unknown_solver_is_refused_with_those_available(name: str) -> None:
    with pytest.raises(ValueError, match=rf"solver: expected one that is installed \(.*HiGHS.*\), found '{name}'"):
        solve(knapsack(), Settings(engine="milp", solver=name))


def test_a_solver_that_is_not_installed_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    absent = scripted(honest, is_available=False)
    with (
        registered(monkeypatch, absent) as settings,
        pytest.raises(ValueError, match=r"installed \(HiGHS\), found 'SCRIPTED'"),
    ):
        solve(knapsack(), settings)


def test_labels_never_reach_a_solver(monkeypatch: pytest.MonkeyPatch) -> None:
    """Row ids may hold anything; variables and rows are called x, g and r with numbers."""
    seen: list[str] = []

    def looks(lp: LpProblem) -> LpStats:
        seen.extend(variable.name for variable in lp.variables())
        seen.extend(str(row.name) for row in lp.constraints())
        return honest(lp)

    problem = knapsack()
    labelled = ChoiceProblem(
        problem.cost, problem.group, problem.metrics, [Row("=1+1; 氮氧化物 [t/a]\n", 0, ">=", 9.0)]
    )
    assert run(monkeypatch, looks, labelled).objective == 13.5
    assert sorted(seen) == ["g0", "g1", "g2", "r0", "x0", "x1", "x2", "x3", "x4", "x5"]


def test_cbc_agrees_where_it_is_installed() -> None:
    if "COIN_CMD" not in pulp.listSolvers(onlyAvailable=True):
        pytest.skip("CBC is not installed")
    solution = solve(knapsack(), Settings(engine="milp", solver="COIN_CMD", gap=0.0))
    assert solution.objective == 13.5


def test_number_of_threads_may_change_between_runs() -> None:
    """HiGHS refuses a run with another number of threads than the process began with."""
    costs = [solve(knapsack(), Settings(engine="milp", gap=0.0, threads=threads)).objective for threads in (1, 2, 1)]
    assert costs == [13.5, 13.5, 13.5]


def test_a_start_is_taken_where_it_still_fits() -> None:
    """The old plan as a start changes no optimum; one of other options is refused; one without values is no start."""
    problem = knapsack()
    plan = solve(problem, Settings(engine="milp", gap=0.0))
    assert solve(problem, Settings(engine="milp", gap=0.0), warm=plan).objective == 13.5
    tighter = ChoiceProblem(problem.cost, problem.group, problem.metrics, [Row("nox", 0, ">=", 14.0)])
    assert solve(tighter, Settings(engine="milp", gap=0.0), warm=plan).objective == 15.0
    out_of_reach = ChoiceProblem(problem.cost, problem.group, problem.metrics, [Row("nox", 0, ">=", 99.0)])
    assert (
        solve(problem, Settings(engine="milp", gap=0.0), warm=solve(out_of_reach, Settings(engine="milp"))).objective
        == 13.5
    )
    other = ChoiceProblem(np.zeros(2), np.zeros(2, dtype=np.int64), np.zeros((0, 2)), [])
    with pytest.raises(ValueError, match="warm: expected a solution of a problem with 2 options"):
        solve(other, Settings(engine="milp"), warm=plan)
