"""What to change so that an infeasible scenario can be met: one requirement eased, each proposal solved again.

The most a requirement can reach with all others held is attained by a plan that keeps those others, so easing that
one requirement to it makes the scenario feasible. No source, existing control or physical limit is ever proposed for
change.
"""

from __future__ import annotations

import math

import numpy as np

from model.sector import FloatArray
from optimizer import Settings, solve
from scenarios.answering.result import Json
from scenarios.compiling.compile import Compiled
from scenarios.compiling.held_rows import asking
from scenarios.compiling.rows import RowPlan
from scenarios.compiling.rows.plan import COUNTED

DIGITS = 6
"""Significant digits of a proposed value, rounded to the safe side."""

WHOLE = 1e-6
"""What a sum of whole shares may lack of the whole number that it is."""


def repairs(compiled: Compiled, together: FloatArray, settings: Settings) -> list[Json]:
    """Return the single changes that make the scenario feasible, the smallest relative change first.

    ``together`` (row plan,) is how far each row reaches with all others held, in its own unit, NaN where nothing keeps
    the others. Each change is solved again with only that requirement eased; one that still has no plan is left out.
    What may be missed is never to blame. The list is empty when no single requirement is, as with two shortfalls that
    have nothing to do with each other.
    """
    found = []
    for number, (plan, row, value) in enumerate(zip(compiled.plans, compiled.row_of, together, strict=True)):
        if row is None or plan.asked is None or np.isnan(value) or number in compiled.slack.places:
            continue
        ease = _ease(plan)
        proposed = safe_value(plan, plan.report(float(value)) / ease)
        solution = solve(asking(compiled, plan.at(proposed, ease=ease)), settings)
        if solution.level is not None:
            found.append(_repair(compiled, plan, proposed, solution.level))
    return sorted(found, key=lambda repair: (_relative(repair), repair["requirement"]))


def _ease(plan: RowPlan) -> float:
    """Return the tolerance that still eases a proposed value; what a mandate counts is all that it has to give way."""
    return 1.0 if plan.is_mandatory else plan.ease or 1.0


def safe_value(plan: RowPlan, value: float) -> float:
    """Return a value rounded to six digits in the direction that is easier to meet; counts are whole."""
    if value == 0:
        return 0.0
    is_least = plan.reported_sense == ">="
    whole = math.floor if is_least else math.ceil
    if plan.unit == COUNTED:
        return float(whole(value + WHOLE if is_least else value - WHOLE))
    step = 10.0 ** (math.floor(math.log10(abs(value))) + 1 - DIGITS)
    return float(f"{whole(value / step) * step:.{DIGITS}g}")


def _repair(compiled: Compiled, plan: RowPlan, proposed: float, level: FloatArray) -> Json:
    """Return one change; a plan of most reduction was not sought for its cost, so none is named."""
    options = compiled.options
    annual = float(options.yearly_cost(options.timeline.years[-1]) @ compiled.own(level))
    is_lower = plan.asked is not None and proposed < plan.asked
    return {
        "change": "lower the value" if is_lower else "raise the value",
        "requirement": plan.row_id,
        "from": plan.asked,
        "to": proposed,
        "unit": plan.unit,
        "cost_annual_cny": None if compiled.mode == "most_reduction" else annual,
        "verified": True,
    }


def _relative(repair: Json) -> float:
    asked = float(repair["from"])
    return abs(float(repair["to"]) - asked) / max(abs(asked), 1e-12)
