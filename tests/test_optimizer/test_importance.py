"""What the best plan costs without some options: the same as leaving the options out and trying every choice."""

from dataclasses import replace

import numpy as np
import pytest

from optimizer import ChoiceProblem, Row, Settings, Solution, Status, evaluate, importance, nearby, solve, swaps
from optimizer.arrays import Floats, Integers
from optimizer.importance import losses
from tests.test_optimizer.oracle import least_cost, random_problem

EXACT = Settings(gap=0.0)


def cut(problem: ChoiceProblem, options: Integers) -> ChoiceProblem:
    """Return the problem without some options."""
    left = np.ones(problem.option_count, dtype=bool)
    left[options] = False
    side = None if problem.side is None else problem.side[:, np.flatnonzero(left)]
    return replace(
        problem, cost=problem.cost[left], group=problem.group[left], metrics=problem.metrics[:, left], side=side
    )


def open_choices(problem: ChoiceProblem, level: Floats) -> list[Integers]:
    """Return each option that a plan takes of a group of several."""
    sizes = np.diff(problem.starts)
    group = np.searchsorted(problem.starts, np.arange(problem.option_count), side="right") - 1
    return [np.array([place]) for place in np.flatnonzero(level) if sizes[group[place]] > 1]


def test_every_loss_is_that_of_solving_without_the_options() -> None:
    """Of 40 problems, side rows among them, every option of the plan is forbidden in turn."""
    ways = set()
    for seed in range(40):
        problem = random_problem(seed, most_choices=800)
        solution = solve(problem, EXACT)
        if solution.level is None:
            continue
        banned = open_choices(problem, solution.level)
        for options, loss in zip(banned, losses(problem, solution, banned, EXACT), strict=True):
            best = least_cost(cut(problem, options))
            ways.add(loss.way)
            assert loss.cost == (None if best is None else pytest.approx(best, abs=1e-6)), seed
            assert loss.is_impossible == (best is None)
            level = loss.level(solution.level)
            assert (level is None) == (best is None)
            if level is not None:
                assert not level[options].any()
                assert evaluate(problem, level).faults == ()
                assert evaluate(problem, level).objective == pytest.approx(best, abs=1e-6)
    assert ways == {"solve", "bounds"}


def districts(seed: int, *, count: int, mixes: float) -> ChoiceProblem:
    """Draw districts of 7 groups that each have to give so much, and a ceiling over all of them."""
    rng = np.random.default_rng(seed)
    groups = 7 * count
    gain = rng.uniform(0.0, 30.0, size=4 * groups)
    gain[::4] = 0.0
    cost = gain * rng.uniform(0.5, 2.0, size=4 * groups) + np.where(gain > 0.0, rng.uniform(0.0, 20.0, 4 * groups), 0.0)
    own = [np.arange(7 * number, 7 * number + 7) for number in range(count)]
    rows = [Row(f"d{number}", 0, ">=", 60.0, members) for number, members in enumerate(own)]
    rows.append(Row("ceiling", 1, "<=", float(cost.sum())))
    divisible = rng.random(groups) < mixes
    group = np.repeat(np.arange(groups), 4)
    return ChoiceProblem(cost=cost, group=group, metrics=np.array([gain, cost]), rows=rows, divisible=divisible)


@pytest.mark.parametrize(("nodes", "columns", "mixes"), [(100, 500, 0.0), (1, 5, 0.0), (1, 500, 0.4)])
def test_what_is_proven_holds_however_little_is_solved(
    monkeypatch: pytest.MonkeyPatch, nodes: int, columns: int, mixes: float
) -> None:
    """Each of two districts is a part; the true cost lies in every interval, and every plan keeps the rows."""
    monkeypatch.setattr(importance, "NODES_EACH", nodes)
    monkeypatch.setattr(nearby, "MOST_COLUMNS", columns)
    problem = districts(3, count=2, mixes=mixes)
    solution = solve(problem, EXACT)
    assert solution.level is not None
    banned = open_choices(problem, solution.level)[::2]
    for options, loss in zip(banned, losses(problem, solution, banned, EXACT), strict=True):
        true = solve(cut(problem, options), EXACT).objective
        level = loss.level(solution.level)
        assert true is not None
        assert level is not None
        assert loss.bound - 1e-6 <= true <= evaluate(problem, level).objective + 1e-6
        assert evaluate(problem, level).faults == ()
        assert not level[options].any()
        assert loss.cost == pytest.approx(evaluate(problem, level).objective)
        if loss.way != "open":
            assert loss.cost == pytest.approx(true, abs=1e-6)


def test_groups_that_are_alike_share_an_answer() -> None:
    """Three equal groups give 10 for 4, a dear one 10 for 9; 20 are asked. Any of the two taken gives way to the third.

    Without sharing the second would be solved again; its plan is the mirror of the first one's.
    """
    problem = ChoiceProblem(
        cost=np.array([0.0, 4.0, 0.0, 4.0, 0.0, 4.0, 0.0, 9.0]),
        group=np.repeat(np.arange(4), 2),
        metrics=np.array([[0.0, 10.0] * 4]),
        rows=[Row("twenty", 0, ">=", 20.0)],
    )
    solution = solve(problem, EXACT)
    assert solution.level is not None
    taken = [np.array([place]) for place in np.flatnonzero(solution.level) if place % 2]
    idle = [np.array([place]) for place in np.flatnonzero(solution.level[::2]) * 2]
    found = losses(problem, solution, [*taken, *idle], EXACT, most=0)
    assert [loss.cost for loss in found] == [8.0, 8.0, 8.0, 13.0]
    for options, loss in zip([*taken, *idle], found, strict=True):
        level = loss.level(solution.level)
        assert level is not None
        assert not level[options].any()
        assert evaluate(problem, level).faults == ()


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


def test_beyond_the_most_that_is_solved_again_bounds_are_stated(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without A the plan takes B: 7 in all. Unsolved and without a plan next to it, it costs at least the 5 of now."""
    problem, solution = small()
    monkeypatch.setattr(swaps, "FIRST", 0)
    (solved,) = losses(problem, solution, [np.array([1])], EXACT)
    (unsolved,) = losses(problem, solution, [np.array([1])], EXACT, most=0)
    assert (solved.cost, solved.bound, solved.way) == (7.0, 7.0, "solve")
    assert (unsolved.cost, unsolved.way) == (None, "open")
    assert 5.0 <= unsolved.bound <= 7.0


def test_a_solution_without_a_plan_is_refused() -> None:
    problem, _ = small()
    nothing = Solution(status=Status.NO_ANSWER, reason="", engine="", engine_version="")
    with pytest.raises(ValueError, match="expected one with a plan"):
        losses(problem, nothing, [], EXACT)


def test_a_search_cut_short_says_nothing_it_does_not_know(monkeypatch: pytest.MonkeyPatch) -> None:
    problem, solution = small()
    nothing = Solution(status=Status.NO_ANSWER, reason="", engine="", engine_version="")
    monkeypatch.setattr(importance, "priced", lambda *_: None)
    monkeypatch.setattr(importance, "solve_near", lambda *_, **__: nothing)
    (loss,) = losses(problem, solution, [np.array([1])], EXACT)
    assert (loss.cost, loss.is_impossible, loss.way) == (None, False, "open")
    assert loss.bound <= 7.0


def test_without_prices_everything_is_solved_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    problem, solution = small()
    monkeypatch.setattr(importance, "priced", lambda *_: None)
    (loss,) = losses(problem, solution, [np.array([1])], EXACT)
    assert (loss.cost, loss.way) == (7.0, "solve")
    assert np.isnan(loss.estimate)


def test_a_row_that_no_part_was_thought_to_touch_is_kept() -> None:
    """The ceiling of 3.9 binds nothing at first: A takes 2 of it. Without A, B would give 10 for 5 but takes 4 of it.

    C gives 10 for 6 and takes 1: 6. If the ceiling were left out it would be 5.
    """
    problem = ChoiceProblem(
        cost=np.array([0.0, 4.0, 0.0, 5.0, 0.0, 6.0]),
        group=np.repeat(np.arange(3), 2),
        metrics=np.array([[0.0, 10.0, 0.0, 10.0, 0.0, 10.0], [0.0, 2.0, 0.0, 4.0, 0.0, 1.0]]),
        rows=[Row("ten", 0, ">=", 10.0), Row("ceiling", 1, "<=", 3.9)],
    )
    (loss,) = losses(problem, solve(problem, EXACT), [np.array([1])], EXACT)
    assert loss.cost == 6.0


def test_only_groups_that_lose_what_they_have_change_in_a_first_try() -> None:
    """B, which is not taken, may go too: A's place is taken by "as it is", which breaks the row, so it is solved."""
    problem, solution = small()
    (loss,) = losses(problem, solution, [np.array([1, 3])], EXACT)
    assert loss.is_impossible
