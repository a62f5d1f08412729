"""A value that can be had, for an amount that nobody has set yet or that asks for too much."""

from __future__ import annotations

import math

from optimizer import ChoiceProblem, Settings, reach_of
from scenarios.compiling.compile import Compiled
from scenarios.compiling.held_rows import without
from scenarios.compiling.rows import RowPlan
from scenarios.live.ground import Ground
from scenarios.live.levers import Lever
from scenarios.wording.shown import UNITS

SECONDS = 5.0
GAP = 1e-2
DIGITS = 4
LESS = (1.0, 0.99, 0.97, 0.9)
"""Parts of what was found that are tried in turn: rows of one amount may stand in each other's way."""


def offers(ground: Ground, lever: Lever) -> list[str | int]:
    """Return amounts to try, the best first, from how far the rows go with all other requirements held.

    Each row's total comes from a choice that exists and keeps every other requirement; of several rows of one amount
    the one with the least to give counts. Nothing where a row cannot be pushed at all.
    """
    compiled = ground.compiled
    places = [n for n, plan in enumerate(compiled.plans) if plan.requirement.id == lever.requirement_id]
    found = [_amount(compiled, place, lever) for place in places]
    known = [value for value in found if value is not None]
    if not known or len(known) < len(found):
        return []
    best = max(known) if lever.is_least else min(known)
    return [lever.written(_safe(best * (2.0 - part if lever.is_least else part), lever)) for part in LESS]


def _amount(compiled: Compiled, place: int, lever: Lever) -> float | None:
    """Return how far a row goes with the others held, in the unit of the lever."""
    plan = compiled.plans[place]
    value = float(compiled.alone[place]) if plan.per is not None else _reached(compiled, place)
    if value is None or not math.isfinite(value):
        return None
    reported = plan.report(value)
    if lever.value is not None and plan.asked:
        return float(lever.value * reported / plan.asked)
    return float(UNITS[plan.unit].of(reported) if plan.unit in UNITS else reported)


def _reached(compiled: Compiled, place: int) -> float | None:
    others = _others(compiled, compiled.plans[place])
    found = reach_of(others, compiled.reach_row(place), Settings(gap=GAP, time_limit_s=SECONDS)).together
    return found.value


def _others(compiled: Compiled, plan: RowPlan) -> ChoiceProblem:
    """Return the problem without the rows of the plan's requirement."""
    problem = compiled.problem
    for one in compiled.plans:
        if one.requirement.id == plan.requirement.id:
            problem = without(problem, one)
    return problem


def _safe(number: float, lever: Lever) -> float:
    """Round to the side that can be had: whole, or to four digits."""
    if number <= 0:
        return 0.0
    unit = 1.0 if lever.is_whole else 10.0 ** (math.floor(math.log10(number)) - DIGITS + 1)
    parts = number / unit
    return (math.ceil(parts - 1e-9) if lever.is_least else math.floor(parts + 1e-9)) * unit
