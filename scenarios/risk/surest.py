"""How sure one requirement can be made at all: the plan at hand with the choices that keep it best."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from model.sector import FloatArray
from scenarios.compiling.compile import Compiled
from scenarios.compiling.metrics import metric_values
from scenarios.compiling.rows import RowPlan
from scenarios.reading.bundle import Bundle
from scenarios.risk.draws import Sampling
from scenarios.risk.frame import frame_of
from scenarios.risk.limits import has_limit
from scenarios.risk.outcome import outcomes


def surest(bundle: Bundle, compiled: Compiled, level: FloatArray, row: int, *, draws: tuple[Sampling, int]) -> float:
    """Return the share of samples in which a row is kept where every source in its scope does the most for it.

    ``level`` (option,) is the plan that all other sources keep to, ``draws`` the sampling and how many samples. What
    does the most is judged by the catalogue's values: the lowest level under a limit, otherwise the largest part of the
    row. Other requirements are set aside.
    """
    sampling, count = draws
    best = _devoted(compiled, level, compiled.plans[row], compiled.metric_of[row])
    found = outcomes(frame_of(bundle, compiled, best), sampling, count)
    return float(found.kept[:, row].mean())


def _devoted(compiled: Compiled, level: FloatArray, plan: RowPlan, metric: int) -> FloatArray:
    """Return the plan with the best choice for one row at every source in its scope, (option,) of the problem."""
    options = compiled.options
    missed = _distance(compiled, plan, metric)
    order = np.lexsort((compiled.problem.cost[: options.size], missed, options.source))
    best = order[options.starts]
    whole = level.copy()
    own = whole[: options.size]
    own[plan.mask[options.source]] = 0.0
    own[best[plan.mask]] = 1.0
    return whole


def _distance(compiled: Compiled, plan: RowPlan, metric: int) -> FloatArray:
    """Return what is the lower the more a choice does for a row, (choice,)."""
    options = compiled.options
    if not has_limit(plan):
        sign = 1.0 if plan.sense == "<=" else -1.0
        return np.asarray(sign * compiled.problem.metrics[metric][: options.size])
    held = plan.metric
    seen = options if held.by is None else options.by(held.by)
    level = seen.table.level[held.level][seen.in_force(held.year)]
    otherwise = metric_values(replace(held, level="", limit=np.inf), options) > 0
    return np.where(otherwise, 0.0, np.where(np.isnan(level), np.inf, level / held.limit))
