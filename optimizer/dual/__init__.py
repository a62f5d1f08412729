"""The engine ``dual``: prices of the rows decide for every group, and a small exact model settles the rest.

The rows couple groups that would otherwise decide alone. At prices of the rows every group takes its best option
(``pricing``), which bounds every plan from below; the best prices come from samples and small relaxations
(``sample``, ``survey``, ``prices``); whole choices from the relaxation by descent, from regions, and from models of
what is nearly tied or could still be better (``descent``, ``regions``, ``branch``, ``whole``). What is solved is less
than what was asked and has the same answer (``reduced``); what is reported was added up on the problem's own arrays.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from optimizer.arrays import Floats
from optimizer.deadline import Deadline
from optimizer.dual.blank import zeros_beside
from optimizer.dual.layout import Layout
from optimizer.dual.memory import Memory, recall
from optimizer.dual.prices import Start, best_prices, is_small
from optimizer.dual.pricing import tally
from optimizer.dual.proof import conflicting, no_whole_choice, out_of_reach
from optimizer.dual.regions import by_region
from optimizer.dual.restricted import Restricted
from optimizer.dual.task import Known, Plan, Progress, Task
from optimizer.dual.whole import whole_plan
from optimizer.highs import version
from optimizer.problem import ChoiceProblem
from optimizer.settings import Settings
from optimizer.solution import ROUNDING, Solution, Status

__all__: Sequence[str] = ("solve_dual",)

ENGINE = "dual"


def solve_dual(problem: ChoiceProblem, settings: Settings, warm: Solution | None) -> Solution:
    """Solve by prices; the search starts at those of ``warm``, a solution of a problem with the same rows."""
    deadline = Deadline.after(settings.time_limit_s)
    memory = recall(problem, settings, warm)
    reason = memory.reduced.conflict or out_of_reach(memory.layout, memory.sizes)
    if reason:
        return memory.reduced.restored(_without(Status.INFEASIBLE, reason), settings.gap)
    with zeros_beside(memory.layout.problem.option_count, memory.layout.way.threads) as zeros:
        return memory.reduced.restored(_solve(memory, settings, deadline, zeros), settings.gap)


def _solve(memory: Memory, settings: Settings, deadline: Deadline, zeros: Callable[[], Floats]) -> Solution:
    layout, sizes = memory.layout, memory.sizes
    refined = best_prices(layout, sizes, settings, memory.start)
    if refined is None or refined.is_without_end(layout, sizes):
        reason = conflicting(layout, settings)
        if reason:
            return _without(Status.INFEASIBLE, reason)
    if refined is None:
        return _without(Status.NO_ANSWER, "HiGHS gave no prices")
    task = Task(layout, sizes, settings, refined, deadline, known=memory.known)
    progress = whole_plan(task, by_region)
    if progress.is_infeasible:
        return _without(Status.INFEASIBLE, no_whole_choice(progress.conflict), progress)
    if progress.plan is None:
        return _without(
            Status.NO_ANSWER, f"no plan found; any costs at least {progress.bound:.12g}; {progress.ending}", progress
        )
    plan = progress.plan
    solution = _solution(task, progress, plan)
    level = plan.model.written(plan.share, zeros())
    return replace(solution, level=level, memory=_memory(memory, task, progress, plan))


def _without(status: Status, reason: str, progress: Progress | None = None) -> Solution:
    nodes, seconds = (None, 0.0) if progress is None else (progress.nodes, progress.seconds)
    return Solution(
        status=status, reason=reason, engine=ENGINE, engine_version=_version(), nodes=nodes, seconds=seconds
    )


def _version() -> str:
    return f"HiGHS {version()}"


def _solution(task: Task, progress: Progress, plan: Plan) -> Solution:
    layout, sizes, settings, refined = task.layout, task.sizes, task.settings, task.refined
    objective, values = added_up(layout, plan.model, plan.share)
    bound = min(progress.bound, objective)
    distance = objective - bound
    gap = distance / max(abs(objective), 1e-9 * sizes.cost_size) if distance > 0.0 else 0.0
    is_proven = gap <= max(settings.gap, ROUNDING)
    return Solution(
        status=Status.OPTIMAL if is_proven else Status.FEASIBLE,
        reason=f"prices of {layout.row_count} rows left {len(refined.box.groups)} of {layout.group_count} groups open; "
        f"{progress.ending}",
        engine=ENGINE,
        engine_version=_version(),
        objective=objective,
        bound=bound,
        gap=gap,
        row_values=layout.sign * values,
        prices=layout.sign * refined.price,
        nodes=progress.nodes,
        seconds=progress.seconds,
    )


def _memory(memory: Memory, task: Task, progress: Progress, plan: Plan) -> Memory:
    """Return what the next solve may use: of a small problem the plan too."""
    start = Start(task.refined.price, task.refined.boxes)
    known = Known(plan.choice, task.best, progress.gain) if is_small(task.layout.problem) else None
    return Memory(memory.reduced, task.layout, task.sizes, start, known)


def added_up(layout: Layout, model: Restricted, share: Floats) -> tuple[float, Floats]:
    """Return what a choice costs and gives the rows, float64 (row,), re-added on the problem's own arrays."""
    is_whole = share == 1.0
    choice = model.base.copy()
    choice[model.group[is_whole]] = model.option[is_whole]
    mixed = np.flatnonzero((share > 0.0) & ~is_whole)
    option = np.concatenate([model.option[mixed], model.base[model.group[mixed]]])
    amount = np.concatenate([share[mixed], -share[mixed]])
    cost, values = tally(layout, choice)
    cost = math.fsum([cost, *(layout.problem.cost[option] * amount).tolist()])
    return cost, values + np.asarray(layout.coefficients(option) @ amount)
