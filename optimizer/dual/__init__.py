"""The engine ``dual``: prices of the rows decide for every group, and a small exact model settles the rest.

The rows couple groups that would otherwise decide alone. At prices of the rows every group takes its best option
(``pricing``), which bounds every plan from below; the best prices come from samples and small relaxations
(``sample``, ``survey``, ``prices``); whole choices from the relaxation by descent, and from models of what is nearly
tied or could still be better (``descent``, ``whole``). What is reported was added up on the problem's own arrays.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from optimizer.dual.arrange import arrange
from optimizer.dual.extremes import extremes_of
from optimizer.dual.layout import Layout
from optimizer.dual.prices import best_prices
from optimizer.dual.proof import conflicting, out_of_reach
from optimizer.dual.regions import by_region
from optimizer.dual.whole import Plan, Progress, Task, whole_plan
from optimizer.highs import version
from optimizer.problem import ChoiceProblem
from optimizer.settings import Settings
from optimizer.solution import ROUNDING, Solution, Status

__all__: Sequence[str] = ("solve_dual",)

ENGINE = "dual"


def solve_dual(problem: ChoiceProblem, settings: Settings, warm: Solution | None) -> Solution:
    """Solve by prices; the search starts at those of ``warm``, a solution of a problem with the same rows."""
    layout = arrange(problem)
    sizes = extremes_of(layout)
    reason = out_of_reach(layout, sizes)
    if reason:
        return _without(Status.INFEASIBLE, reason)
    refined = best_prices(layout, sizes, settings, _warm_prices(layout, warm))
    if refined is None or refined.answer.traded > 0.0:
        reason = conflicting(layout, settings)
        if reason:
            return _without(Status.INFEASIBLE, reason)
    if refined is None:
        return _without(Status.NO_ANSWER, "HiGHS gave no prices")
    task = Task(layout, sizes, settings, refined)
    progress = whole_plan(task, by_region)
    if progress.is_infeasible:
        return _without(Status.INFEASIBLE, "HiGHS proved that no whole choice keeps every row", progress)
    if progress.plan is None:
        return _without(Status.NO_ANSWER, f"no plan found; any costs at least {progress.bound:.12g}", progress)
    return _solution(task, progress, progress.plan)


def _warm_prices(layout: Layout, warm: Solution | None) -> np.ndarray[tuple[int], np.dtype[np.float64]] | None:
    if warm is None or warm.prices is None or len(warm.prices) != layout.row_count:
        return None
    return np.asarray(warm.prices * layout.sign)


def _without(status: Status, reason: str, progress: Progress | None = None) -> Solution:
    nodes, seconds = (None, 0.0) if progress is None else (progress.nodes, progress.seconds)
    return Solution(
        status=status, reason=reason, engine=ENGINE, engine_version=_version(), nodes=nodes, seconds=seconds
    )


def _version() -> str:
    return f"HiGHS {version()}"


def _solution(task: Task, progress: Progress, plan: Plan) -> Solution:
    layout, sizes, settings, refined = task.layout, task.sizes, task.settings, task.refined
    bound = min(progress.bound, plan.cost)
    distance = plan.cost - bound
    gap = distance / max(abs(plan.cost), 1e-9 * sizes.cost_size) if distance > 0.0 else 0.0
    is_proven = gap <= max(settings.gap, ROUNDING)
    taken = np.flatnonzero(plan.level)
    return Solution(
        status=Status.OPTIMAL if is_proven else Status.FEASIBLE,
        reason=f"prices of {layout.row_count} rows, {len(refined.box.groups)} of {layout.group_count} groups left open",
        engine=ENGINE,
        engine_version=_version(),
        objective=plan.cost,
        bound=bound,
        gap=gap,
        level=plan.level,
        row_values=layout.sign * layout.values(taken, plan.level[taken]),
        prices=layout.sign * refined.price,
        nodes=progress.nodes,
        seconds=progress.seconds,
    )
