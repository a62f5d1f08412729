"""The exact engine: presolve, linear relaxation, then PuLP with HiGHS, or with another PuLP solver, on what is left."""

from __future__ import annotations

import numpy as np

from optimizer.arrays import Floats, describe
from optimizer.core import core_of
from optimizer.deadline import Deadline
from optimizer.lean import with_whole_bounds
from optimizer.problem import ChoiceProblem
from optimizer.pulp_model import HIGHS, not_understood, require_solver, version_of
from optimizer.reachable import out_of_reach, ranges
from optimizer.relaxation import Outcome, relax
from optimizer.search import Found, Task, is_proven, proven_bound, search
from optimizer.settings import Settings
from optimizer.solution import Solution, Status, relative_gap

NAME = "milp"


def solve_milp(problem: ChoiceProblem, settings: Settings, warm: Solution | None) -> Solution:
    """Solve a problem exactly; ``warm`` is where the solver starts from, as far as its options are still there.

    Raises
    ------
    ValueError
        ``settings.solver`` is not installed, or ``warm`` belongs to a problem with other options.

    """
    require_solver(settings.solver)
    start = _level_of(warm, problem)
    extremes = ranges(problem)
    impossible = out_of_reach(problem, extremes)
    if impossible:
        return _without_plan(settings, Status.INFEASIBLE, "; ".join(impossible))
    deadline = Deadline.after(settings.time_limit_s)
    core = core_of(with_whole_bounds(problem), extremes)
    relaxed = relax(core, time_limit_s=deadline.left_s)
    if relaxed.outcome is Outcome.INFEASIBLE:
        reason = "each row can be kept alone, but no shares of options, so no whole ones either, keep all rows together"
        return _without_plan(settings, Status.INFEASIBLE, reason, seconds=relaxed.seconds)
    if relaxed.outcome is Outcome.STOPPED:
        reason = "stopped in the linear relaxation, before any plan was found"
        return _without_plan(settings, Status.NO_ANSWER, reason, seconds=relaxed.seconds)
    task = Task(problem, settings, core, relaxed, start, deadline)
    return _solution(task, search(task))


def _level_of(warm: Solution | None, problem: ChoiceProblem) -> Floats | None:
    if warm is None or warm.level is None:
        return None
    if warm.level.shape != problem.cost.shape:
        expected = f"a solution of a problem with {problem.option_count} options"
        raise ValueError(f"warm: expected {expected}, {describe(warm.level)}")
    return warm.level


def _without_plan(
    settings: Settings, status: Status, reason: str, *, nodes: int | None = 0, seconds: float = 0.0
) -> Solution:
    return Solution(
        status=status,
        reason=reason,
        engine=NAME,
        engine_version=version_of(settings.solver),
        nodes=nodes,
        seconds=seconds,
    )


def _solution(task: Task, found: Found) -> Solution:
    settings = task.settings
    remarks = "; ".join(text for text in (found.ending, not_understood(settings)) if text)
    if found.plan is None:
        if found.is_infeasible:
            status, why = Status.INFEASIBLE, f"{settings.solver} proved that no whole choices keep all rows together"
        else:
            status, why = Status.NO_ANSWER, f"no plan was found, nor a proof that there is none; {remarks}"
        return _without_plan(settings, status, why, nodes=found.nodes, seconds=found.seconds)
    evaluation = found.plan.evaluation
    bound = proven_bound(task, found, evaluation.objective)
    if settings.solver != HIGHS:
        remarks += f"; the bound is the linear relaxation's, since {settings.solver} states none in full precision"
    return Solution(
        status=Status.OPTIMAL if is_proven(task, found) else Status.FEASIBLE,
        reason=remarks,
        engine=NAME,
        engine_version=version_of(settings.solver),
        objective=evaluation.objective,
        bound=bound,
        gap=relative_gap(task.problem, evaluation.objective, bound),
        level=found.plan.level,
        row_values=evaluation.row_values,
        prices=_prices(task),
        nodes=found.nodes,
        seconds=found.seconds,
    )


def _prices(task: Task) -> Floats:
    """Return the relaxation's price of every row in cost per unit of the row, 0 for rows that bind nothing."""
    core = task.core
    prices = np.zeros(task.problem.row_count)
    prices[core.row] = task.relaxed.price * core.row_scale / core.cost_scale
    return prices
