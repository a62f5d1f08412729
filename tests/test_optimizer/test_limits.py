"""Limits hold for a whole solve, and the number of threads changes no byte."""

import time
from dataclasses import replace
from typing import Literal

import pytest

from optimizer import Settings, Solution, Status, evaluate, reach, solve
from optimizer.deadline import NO_DEADLINE, SOON, Deadline
from tests.test_optimizer.dual_cases import abatement

type Engine = Literal["milp", "dual"]


def test_without_a_limit_there_is_no_end() -> None:
    assert Deadline.after(None) == NO_DEADLINE
    assert NO_DEADLINE.left_s is None
    assert not NO_DEADLINE.is_over


def test_a_deadline_leaves_what_is_left() -> None:
    """Of an hour, a little less than an hour; of a moment gone by, just enough to say so."""
    assert 3500.0 < (Deadline.after(3600.0).left_s or 0.0) <= 3600.0
    gone = Deadline.after(1e-9)
    time.sleep(1e-3)
    assert gone.is_over
    assert gone.left_s == SOON


@pytest.mark.parametrize("engine", ["milp", "dual"])
def test_a_time_limit_holds_for_all_steps_together(engine: Engine) -> None:
    """Five regions of 120 sources take a minute to prove to 1e-9; 1 s is given. A plan found by then is a plan."""
    problem = abatement(600, 5, seed=1)
    begin = time.monotonic()
    solution = solve(problem, Settings(engine=engine, gap=1e-9, time_limit_s=1.0))
    assert time.monotonic() - begin < 12.0
    assert solution.status in {Status.FEASIBLE, Status.NO_ANSWER}
    if solution.level is not None and solution.objective is not None and solution.bound is not None:
        assert evaluate(problem, solution.level).faults == ()
        assert solution.bound <= solution.objective


def test_nodes_are_counted_over_all_steps() -> None:
    """12 nodes in all: each of the engine's models could have taken 50 and more."""
    solution = solve(abatement(300, 3, seed=1), Settings(engine="dual", gap=1e-9, node_limit=12))
    assert solution.status is Status.FEASIBLE
    assert "the limits ended it" in solution.reason


@pytest.mark.parametrize(("engine", "gap"), [("milp", 1e-3), ("dual", 1e-3)])
def test_threads_change_no_byte(engine: Engine, gap: float) -> None:
    """Regions are solved side by side, and whatever is done first, the answers are put together in their order."""
    problem = abatement(240, 4, seed=2)
    one, two = (solve(problem, Settings(engine=engine, gap=gap, threads=threads)) for threads in (1, 2))
    assert one.level is not None
    assert two.level is not None
    assert one.level.tobytes() == two.level.tobytes()
    assert told(one) == told(two)


def told(solution: Solution) -> tuple[object, ...]:
    """Return what a solution says apart from its level and its seconds."""
    prices = None if solution.prices is None else solution.prices.tobytes()
    return solution.status, solution.reason, solution.objective, solution.bound, prices, solution.nodes


def test_rows_reached_side_by_side_are_the_same() -> None:
    problem = abatement(80, 2, seed=3)
    rows = [replace(row, bound=0.9 * row.bound) for row in problem.rows]
    one, two = (reach(replace(problem, rows=rows), Settings(gap=1e-2, threads=threads)) for threads in (1, 2))
    assert one == two
