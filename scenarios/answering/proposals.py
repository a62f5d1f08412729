"""Values a plan could be asked for where the planner must propose one: parts of the reachable, and what each costs."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from model.sector import FloatArray
from optimizer import Settings, solve
from optimizer.parallel import in_parallel
from scenarios.answering.repair import safe_value
from scenarios.answering.result import Json
from scenarios.compiling.compile import Compiled
from scenarios.compiling.held_rows import asking
from scenarios.compiling.metrics import metric_values
from scenarios.compiling.rows import RowPlan
from scenarios.reading.fields import PROPOSE

PARTS = (0.25, 0.5, 0.75, 1.0)
"""Parts of the way from doing nothing to the most that can be reached with all other requirements held."""


def proposals(compiled: Compiled, together: FloatArray, settings: Settings) -> list[list[Json]]:
    """Return for each row plan what parts of its reachable value would cost; nothing unless it is to be proposed.

    ``together`` (row plan,) is how far each row reaches with all others held, in its own unit. Each value is rounded to
    the safe side and asked for in turn, the other requirements held, and the least-cost plan sought to the gap of
    ``settings``: value, unit, annual cost of the last plan year [CNY/yr], capital of all years [CNY], proven gap. A
    value without a plan within the limits of ``settings`` has no cost. As many values as ``settings.threads`` are asked
    for side by side.
    """
    if all(plan.asked_text != PROPOSE for plan in compiled.plans):
        return [[] for _ in compiled.plans]
    cost = compiled.widened(compiled.options.present_value())
    least_cost = replace(compiled, problem=replace(compiled.problem, cost=cost))
    asked = [
        (number, *one)
        for number, (plan, most) in enumerate(zip(compiled.plans, together.tolist(), strict=True))
        if plan.asked_text == PROPOSE and np.isfinite(most)
        for one in _parts(least_cost, plan, most)
    ]

    def proposed(one: tuple[int, float, float]) -> Json:
        number, part, value = one
        return _proposal(least_cost, compiled.plans[number], part, value, settings)

    found: list[list[Json]] = [[] for _ in compiled.plans]
    for (number, *_), proposal in zip(asked, in_parallel(proposed, asked, settings.threads), strict=True):
        found[number].append(proposal)
    return found


def _parts(compiled: Compiled, plan: RowPlan, most: float) -> list[tuple[float, float]]:
    """Return the parts of one row and their values; the whole way is rounded so that it stays within reach."""
    begin, end = plan.report(_nothing_done(compiled, plan)), plan.report(most)
    if not np.isfinite(begin):
        return []
    return [(part, safe_value(plan, begin + part * (end - begin))) for part in PARTS]


def _nothing_done(compiled: Compiled, plan: RowPlan) -> float:
    """Return the row's value without any work, in its own unit."""
    options = compiled.options.as_they_are()
    first = np.zeros(options.size)
    first[options.starts] = plan.mask[options.source[options.starts]]
    above, below = (float(metric_values(metric, options) @ first) for metric in (plan.metric, plan.per or plan.metric))
    return plan.value(above, below) if plan.per else above


def _proposal(compiled: Compiled, plan: RowPlan, part: float, value: float, settings: Settings) -> Json:
    options = compiled.options
    solution = solve(asking(compiled, plan.at(value, ease=1.0)), settings)
    annual = capital = None
    if solution.level is not None:
        years = options.timeline.years
        level = compiled.own(solution.level)
        annual = float(options.yearly_cost(years[-1]) @ level)
        capital = float(np.sum([options.capital(year) for year in years], axis=0) @ level)
    return {
        "part": part,
        "value": value,
        "unit": plan.unit,
        "annual_cost_cny": annual,
        "capital_cny": capital,
        "gap": solution.gap,
    }
