"""A solve that starts from another: the same answer as from nothing, less work, and no memory where it is of no use."""

from __future__ import annotations

import copy
import pickle
from dataclasses import replace

import numpy as np
import pytest

from optimizer.dual import memory, solve_dual
from optimizer.dual.memory import Memory, recall
from optimizer.evaluate import evaluate
from optimizer.problem import ChoiceProblem, Row
from optimizer.settings import Settings
from optimizer.solution import Solution, Status
from tests.test_optimizer.dual_cases import abatement

ASKED = Settings(gap=1e-3)


@pytest.fixture(scope="module")
def problem() -> ChoiceProblem:
    return abatement(6000, 2, seed=7)


@pytest.fixture(scope="module")
def solved(problem: ChoiceProblem) -> Solution:
    return solve_dual(problem, ASKED, None)


def moved(problem: ChoiceProblem, share: float) -> ChoiceProblem:
    """Return the problem with its first target times ``share``."""
    first, *others = problem.rows
    return problem.with_rows([replace(first, bound=first.bound * share), *others])


@pytest.mark.parametrize("share", [0.5, 0.99, 1.0, 1.01, 1.2])
def test_a_changed_target_is_solved_as_from_nothing(problem: ChoiceProblem, solved: Solution, share: float) -> None:
    """Bound and plan of the second solve are proven on the whole problem, so the two can differ by the gap only."""
    asked = moved(problem, share)
    cold, warm = solve_dual(asked, ASKED, None), solve_dual(asked, ASKED, solved)
    assert warm.status is cold.status is Status.OPTIMAL
    assert warm.level is not None
    assert warm.objective is not None
    assert warm.bound is not None
    assert cold.objective is not None
    assert cold.bound is not None
    judged = evaluate(asked, warm.level)
    assert judged.faults == ()
    assert warm.objective == pytest.approx(judged.objective, rel=1e-12)
    assert max(warm.bound, cold.bound) <= min(warm.objective, cold.objective)
    assert warm.bound == pytest.approx(cold.bound, rel=1e-4)


def test_nothing_is_measured_again(problem: ChoiceProblem, solved: Solution, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "arrange", None)
    monkeypatch.setattr(memory, "extremes_of", None)
    assert solve_dual(moved(problem, 1.01), ASKED, solved).status is Status.OPTIMAL


def test_the_memory_of_a_problem_is_not_used_for_another(problem: ChoiceProblem, solved: Solution) -> None:
    """Other arrays, other rows or other groups of a row: prices serve as a start, nothing else does."""
    first, *others = problem.rows
    assert isinstance(solved.memory, Memory)
    known = solved.memory.layout.problem
    assert recall(moved(problem, 1.01), ASKED, solved).sizes.span is solved.memory.sizes.span
    strangers = [
        replace(problem, cost=problem.cost * 2.0),
        problem.with_rows([replace(first, sense="<="), *others]),
        problem.with_rows([replace(first, groups=np.arange(10)), *others]),
        problem.with_rows([replace(first, groups=None), *others]),
        problem.with_rows(problem.rows[1:]),
    ]
    for other in strangers:
        found = recall(other, ASKED, solved)
        assert found.layout.problem is other is not known
        assert found.sizes.span is not solved.memory.sizes.span


def test_equal_groups_in_other_arrays_are_the_same_row(problem: ChoiceProblem, solved: Solution) -> None:
    assert isinstance(solved.memory, Memory)
    copied = [replace(row, groups=None if row.groups is None else row.groups.copy()) for row in problem.rows]
    assert recall(problem.with_rows(copied), ASKED, solved).sizes.span is solved.memory.sizes.span


@pytest.mark.parametrize("share", [0.8, 0.99, 1.01, 1.15])
def test_a_city_with_districts_repairs_its_plan(share: float) -> None:
    """600 sources in 4 districts, 15 rows: solved again from plan, prices and what districts gained; proven again."""
    asked = Settings(gap=1e-2)
    city = abatement(600, 4, seed=3)
    first = solve_dual(city, asked, None)
    other = moved(city, share)
    warm = solve_dual(other, asked, first)
    assert warm.status is Status.OPTIMAL
    assert warm.level is not None
    assert warm.objective is not None
    assert warm.bound is not None
    judged = evaluate(other, warm.level)
    assert judged.faults == ()
    assert warm.objective == pytest.approx(judged.objective, rel=1e-12)
    cold = solve_dual(other, asked, None)
    assert cold.bound is not None
    assert cold.objective is not None
    assert warm.bound <= cold.objective * (1.0 + 1e-9)
    assert cold.bound <= warm.objective * (1.0 + 1e-9)


@pytest.mark.parametrize("sources", [300, 6000])
def test_prices_alone_are_a_start(sources: int) -> None:
    """A solution that comes from a file, or from one option fewer, has prices and no memory."""
    problem = abatement(sources, 2, seed=7)
    known = pickle.loads(pickle.dumps(solve_dual(problem, Settings(gap=1e-2), None)))  # noqa: S301 - our own bytes
    warm = solve_dual(moved(problem, 1.01), Settings(gap=1e-2), known)
    assert warm.status is Status.OPTIMAL
    assert warm.level is not None
    assert evaluate(moved(problem, 1.01), warm.level).faults == ()


def test_a_time_limit_that_is_over_at_once_is_no_answer_or_a_proven_one(problem: ChoiceProblem) -> None:
    """HiGHS may stop in the first relaxation; whatever is said then holds."""
    found = solve_dual(problem, Settings(time_limit_s=1e-9), None)
    assert found.status in {Status.NO_ANSWER, Status.FEASIBLE, Status.OPTIMAL}
    assert found.level is None or evaluate(problem, found.level).faults == ()


def test_impossible_after_possible(problem: ChoiceProblem, solved: Solution) -> None:
    """The first target of twice what there is: half of the reach was asked, so 2.5 times is out of it."""
    assert solve_dual(moved(problem, 2.5), ASKED, solved).status is Status.INFEASIBLE


def test_memory_is_no_part_of_what_a_solution_says(solved: Solution) -> None:
    """It is neither shown nor copied nor written: what stands in other fields is."""
    assert "memory" not in repr(solved)
    for other in (pickle.loads(pickle.dumps(solved)), copy.deepcopy(solved)):  # noqa: S301 - our own bytes
        assert other.memory is None
        assert other.objective == solved.objective
        np.testing.assert_array_equal(other.level, solved.level)


def test_other_rows_are_checked_as_new_ones_are(problem: ChoiceProblem) -> None:
    with pytest.raises(ValueError, match="metric 9 is out of range"):
        problem.with_rows([Row("a", 9, ">=", 1.0)])
    with pytest.raises(ValueError, match="2 ids that group does not have"):
        problem.with_rows([Row("a", 0, ">=", 1.0, np.array([-1, 0, 6000]))])
    assert problem.with_rows([Row("a", 0, ">=", 1.0)]).cost is problem.cost
