"""Every ending has its own status and sentence, and no values where there is no answer."""

from dataclasses import fields

import numpy as np
import pytest

from optimizer import ChoiceProblem, Row, Settings, Solution, Status, evaluate, relative_gap, solve

VALUES = ("objective", "bound", "gap", "level", "row_values", "prices")


def hard_problem(groups: int = 60, seed: int = 0) -> ChoiceProblem:
    """Groups of very different size and five rows that pull apart: no solver proves 1e-6 at the first node."""
    rng = np.random.default_rng(seed)
    size = rng.lognormal(0.0, 1.5, size=(groups, 1))
    depth = np.sort(rng.uniform(0.0, 1.0, size=(groups, 6)), axis=1) * size
    metrics = depth * rng.uniform(0.4, 1.6, size=(5, groups, 6))
    rows = [Row(f"r{k}", k, ">=", float(0.6 * metrics[k].max(axis=1).sum())) for k in range(5)]
    cost = depth**1.3 * rng.uniform(0.5, 2.0, size=depth.shape)
    return ChoiceProblem(cost.ravel(), np.repeat(np.arange(groups), 6), metrics.reshape(5, -1), rows)


def equal_split(items: int = 40) -> ChoiceProblem:
    """Return odd numbers of which some must add up to a stated odd one: shares do it at once, whole choices hardly."""
    odd = 2.0 * np.random.default_rng(3).integers(2**20, 2**21, size=items) + 1.0
    values = np.column_stack([np.zeros(items), odd]).ravel()
    return ChoiceProblem(
        cost=np.zeros(2 * items),
        group=np.repeat(np.arange(items), 2),
        metrics=values[None, :],
        rows=[Row("half", 0, "=", float(np.floor(odd.sum() / 4) * 2 + 1))],
    )


def has_no_values(solution: Solution) -> bool:
    return all(getattr(solution, name) is None for name in VALUES)


def test_values_without_an_answer_are_those_listed_here() -> None:
    others = {"status", "reason", "engine", "engine_version", "nodes", "seconds", "memory"}
    assert {field.name for field in fields(Solution)} == others | set(VALUES)


def test_row_out_of_reach_is_infeasible_and_named_with_its_most() -> None:
    """10 + 20 t is all there is; asked 31."""
    problem = ChoiceProblem(
        cost=np.array([0.0, 3.0, 0.0, 4.0]),
        group=np.array([0, 0, 1, 1]),
        metrics=np.array([[0.0, 10.0, 0.0, 20.0]]),
        rows=[Row("nox", 0, ">=", 31.0), Row("cap", 0, "<=", -1.0)],
    )
    solution = solve(problem, Settings(engine="milp"))
    assert solution.status is Status.INFEASIBLE
    assert "row 'nox' asks >= 31, the most any choice gives is 30" in solution.reason
    assert "row 'cap' asks <= -1, the least any choice gives is 0" in solution.reason
    assert has_no_values(solution)


@pytest.mark.parametrize(
    ("bound", "status"), [(30.0, Status.OPTIMAL), (30.5, Status.INFEASIBLE), (-0.5, Status.INFEASIBLE)]
)
def test_equality_out_of_reach_on_either_side_is_infeasible(bound: float, status: Status) -> None:
    problem = ChoiceProblem(
        cost=np.array([0.0, 3.0, 0.0, 4.0]),
        group=np.array([0, 0, 1, 1]),
        metrics=np.array([[0.0, 10.0, 0.0, 20.0]]),
        rows=[Row("exactly", 0, "=", bound)],
    )
    assert solve(problem, Settings(engine="milp")).status is status


@pytest.mark.parametrize(
    ("bound", "status"),
    [(30.0 + 1e-9, Status.OPTIMAL), (30.0 + 1e-8, Status.INFEASIBLE), (30.0 + 1e-6, Status.INFEASIBLE)],
)
def test_what_is_out_of_reach_by_more_than_rounding_is_named(bound: float, status: Status) -> None:
    """30 t is all there is. Rounding is 1e-10 of 16, the power of two below 30: 1e-9 t more passes, 1e-8 t does not."""
    problem = ChoiceProblem(
        cost=np.array([0.0, 3.0, 0.0, 4.0]),
        group=np.array([0, 0, 1, 1]),
        metrics=np.array([[0.0, 10.0, 0.0, 20.0]]),
        rows=[Row("nox", 0, ">=", bound)],
    )
    solution = solve(problem, Settings(engine="milp"))
    assert solution.status is status
    assert ("row 'nox' asks" in solution.reason) == (status is Status.INFEASIBLE)


def test_rows_that_exclude_each_other_are_infeasible() -> None:
    """Each can be kept alone: 10 t takes the second option, whose cost of 3 the budget of 2 does not allow."""
    problem = ChoiceProblem(
        cost=np.array([0.0, 3.0]),
        group=np.array([0, 0]),
        metrics=np.array([[0.0, 10.0], [0.0, 3.0]]),
        rows=[Row("nox", 0, ">=", 10.0), Row("money", 1, "<=", 2.0)],
    )
    solution = solve(problem, Settings(engine="milp"))
    assert solution.status is Status.INFEASIBLE
    assert "each row can be kept alone" in solution.reason
    assert has_no_values(solution)


def test_infeasible_for_whole_choices_alone() -> None:
    """Exactly 5 t from options of 0 or 10 t: half of one does it, no whole one does."""
    problem = ChoiceProblem(
        cost=np.array([0.0, 3.0, 0.0, 4.0]),
        group=np.array([0, 0, 1, 1]),
        metrics=np.array([[0.0, 10.0, 0.0, 10.0]]),
        rows=[Row("exactly", 0, "=", 5.0)],
    )
    solution = solve(problem, Settings(engine="milp"))
    assert solution.status is Status.INFEASIBLE
    assert "no whole choices keep all rows together" in solution.reason
    assert has_no_values(solution)


def test_node_limit_with_a_plan_is_feasible_with_its_true_gap() -> None:
    problem = hard_problem()
    solution = solve(problem, Settings(engine="milp", gap=0.0, node_limit=1))
    best = solve(problem, Settings(engine="milp", gap=1e-3))
    assert solution.status is Status.FEASIBLE
    assert solution.objective is not None
    assert solution.bound is not None
    assert solution.level is not None
    assert best.objective is not None
    assert solution.gap == relative_gap(problem, solution.objective, solution.bound) > 0.0
    assert solution.bound <= best.objective
    assert evaluate(problem, solution.level).faults == ()


def test_time_limit_with_a_plan_is_feasible_and_not_optimal() -> None:
    """PuLP calls this run a success; its gap of 0 was not proven."""
    solution = solve(hard_problem(300), Settings(engine="milp", gap=0.0, time_limit_s=3.0))
    assert solution.status is Status.FEASIBLE
    assert solution.gap is not None
    assert solution.gap > 0.0
    assert "TimeLimit" in solution.reason


def test_time_limit_without_a_plan_is_no_answer() -> None:
    solution = solve(equal_split(), Settings(engine="milp", time_limit_s=0.3))
    assert solution.status is Status.NO_ANSWER
    assert "no plan was found, nor a proof that there is none" in solution.reason
    assert has_no_values(solution)


def test_node_limit_without_a_plan_is_no_answer() -> None:
    solution = solve(equal_split(), Settings(engine="milp", node_limit=0))
    assert solution.status is Status.NO_ANSWER
    assert has_no_values(solution)


def test_time_limit_within_the_relaxation_is_no_answer() -> None:
    solution = solve(hard_problem(), Settings(engine="milp", time_limit_s=1e-9))
    assert solution.status is Status.NO_ANSWER
    assert "linear relaxation" in solution.reason
    assert has_no_values(solution)


def test_a_run_that_stops_on_nodes_repeats() -> None:
    first, second = (solve(hard_problem(), Settings(engine="milp", gap=0.0, node_limit=20)) for _ in range(2))
    assert first.level is not None
    assert second.level is not None
    assert first.level.tobytes() == second.level.tobytes()
    assert (first.bound, first.nodes, first.reason) == (second.bound, second.nodes, second.reason)


def test_reason_says_which_engine_and_why() -> None:
    problem = hard_problem(5)
    assert solve(problem, Settings(gap=0.5)).reason.startswith("auto took ")
    assert solve(problem, Settings(engine="milp", gap=0.5)).reason.startswith("engine milp was asked for")


def test_engine_and_versions_are_told() -> None:
    solution = solve(hard_problem(5), Settings(engine="milp", gap=0.5))
    assert solution.engine == "milp"
    assert solution.engine_version.startswith("PuLP 4.")
    assert "HiGHS 1." in solution.engine_version


def test_unknown_engine_is_refused() -> None:
    with pytest.raises(ValueError, match=r"engine: expected auto, .*milp.*found 'simplex'"):
        solve(hard_problem(5), Settings(engine="simplex"))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("objective", "bound", "gap"),
    [(10.0, 9.0, 0.1), (-10.0, -11.0, 0.1), (0.0, 0.0, 0.0), (0.0, -2e-9, 1.0)],
)
def test_gap_is_relative_to_the_objective_and_never_to_nothing(objective: float, bound: float, gap: float) -> None:
    """Dearest options |-2|: a distance of 2e-9 from a zero objective is 2e-9 / (1e-9 x 2) = 1."""
    problem = ChoiceProblem(np.array([1.0, -2.0]), np.array([0, 0]), np.zeros((0, 2)), [])
    assert relative_gap(problem, objective, bound) == pytest.approx(gap)
