"""What the best plan costs without some options: the same as leaving the options out and trying every choice."""

from dataclasses import replace

import numpy as np
import pytest

from optimizer import ChoiceProblem, Row, Settings, Solution, Status, importance, solve, vicinity
from optimizer.importance import losses
from tests.test_optimizer.oracle import least_cost, random_problem

EXACT = Settings(gap=0.0)


def without(problem: ChoiceProblem, options: np.ndarray[tuple[int], np.dtype[np.int64]]) -> float | None:
    left = np.ones(problem.option_count, dtype=bool)
    left[options] = False
    part = replace(problem, cost=problem.cost[left], group=problem.group[left], metrics=problem.metrics[:, left])
    return least_cost(part)


def test_every_loss_is_that_of_solving_without_the_options() -> None:
    """Of 25 problems every option of the plan is forbidden in turn."""
    ways = set()
    for seed in range(25):
        problem = random_problem(seed, most_choices=800)
        solution = solve(problem, EXACT)
        if problem.side is not None or solution.level is None:
            continue
        sizes = np.diff(problem.starts)
        taken = [
            place
            for place in np.flatnonzero(solution.level)
            if sizes[np.searchsorted(problem.group_ids, problem.group[place])] > 1
        ]
        banned = [np.array([place]) for place in taken]
        for options, loss in zip(banned, losses(problem, solution, banned, EXACT), strict=True):
            best = without(problem, options)
            ways.add(loss.way)
            assert loss.cost == (None if best is None else pytest.approx(best, abs=1e-6)), seed
            assert loss.is_impossible == (best is None)
            assert loss.level is None or not loss.level[options].any()
    assert ways == {"solve", "bounds"}


def small() -> tuple[ChoiceProblem, Solution]:
    """Ten are needed: A gives 10 for 4, B gives 10 for 6; C has one option only."""
    problem = ChoiceProblem(
        cost=np.array([0.0, 4.0, 0.0, 6.0, 1.0]),
        group=np.array([0, 0, 1, 1, 2]),
        metrics=np.array([[0.0, 10.0, 0.0, 10.0, 0.0]]),
        rows=[Row("ten", 0, ">=", 10.0)],
    )
    return problem, solve(problem, EXACT)


def test_a_group_that_would_be_left_without_options_has_no_plan() -> None:
    problem, solution = small()
    (loss,) = losses(problem, solution, [np.array([4])], EXACT)
    assert (loss.cost, loss.way, loss.is_impossible) == (None, "no option", True)


def test_options_that_the_plan_does_not_take_cost_nothing() -> None:
    problem, solution = small()
    (loss,) = losses(problem, solution, [np.array([3])], EXACT)
    assert (loss.cost, loss.way) == (5.0, "bounds")


def test_beyond_the_most_that_is_solved_again_bounds_are_stated() -> None:
    """Without A the plan takes B: 7 in all. Unsolved it is known to cost at least the 5 of the best plan."""
    problem, solution = small()
    (solved,) = losses(problem, solution, [np.array([1])], EXACT)
    (unsolved,) = losses(problem, solution, [np.array([1])], EXACT, most=0)
    assert (solved.cost, solved.bound) == (7.0, 7.0)
    assert (unsolved.cost, unsolved.way) == (None, "not asked")
    assert 5.0 <= unsolved.bound <= 7.0


def test_a_solution_without_a_plan_is_refused() -> None:
    problem, _ = small()
    nothing = Solution(status=Status.NO_ANSWER, reason="", engine="", engine_version="")
    with pytest.raises(ValueError, match="expected one with a plan"):
        losses(problem, nothing, [], EXACT)


def test_a_search_cut_short_says_nothing_it_does_not_know(monkeypatch: pytest.MonkeyPatch) -> None:
    problem, solution = small()
    nothing = Solution(status=Status.NO_ANSWER, reason="", engine="", engine_version="")
    monkeypatch.setattr(importance, "solve_near", lambda *_, **__: nothing)
    (loss,) = losses(problem, solution, [np.array([1])], EXACT)
    assert (loss.cost, loss.bound, loss.is_impossible) == (None, -np.inf, False)


def test_only_groups_that_lose_what_they_have_change_in_a_first_try() -> None:
    """B, which is not taken, may go too: A's place is taken by "as it is", which breaks the row, so it is solved."""
    problem, solution = small()
    (loss,) = losses(problem, solution, [np.array([1, 3])], EXACT)
    assert loss.is_impossible


def test_where_nothing_falls_apart_only_a_few_are_solved_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """With parts of more than no group called large, and none to be solved then, bounds are stated."""
    monkeypatch.setattr(vicinity, "NEAR_GROUPS", 0)
    problem, solution = small()
    monkeypatch.setattr(importance, "TIED_MOST", 0)
    (unsolved,) = losses(problem, solution, [np.array([1])], EXACT)
    assert unsolved.way == "not asked"
    monkeypatch.setattr(importance, "TIED_MOST", 1)
    (solved,) = losses(problem, solution, [np.array([1])], EXACT)
    assert (solved.cost, solved.way) == (7.0, "solve")
