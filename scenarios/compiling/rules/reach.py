"""How many sections can keep their class at most: alone, and with everything else held."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from model.sector import FloatArray
from optimizer import ChoiceProblem, Settings, solve
from scenarios.compiling.rules.counted import SectionPlan

if TYPE_CHECKING:
    from scenarios.compiling.compile import Compiled
    from scenarios.compiling.rules.plan import Held

NODES = 50
"""Most nodes of each solve: what is found by then is stated."""


def counts_alone(plans: Sequence[Held]) -> FloatArray:
    """Return the most sections of each number that keep their class with every source at its least, shape (rule,).

    One flow of one pollutant reaches all of them, and more of it nowhere lowers a concentration, so the choices that
    are best for one section are best for all. NaN for rules, which count nothing that could be pushed.
    """
    return np.array([plan.most_kept if isinstance(plan, SectionPlan) else np.nan for plan in plans])


def counts_together(compiled: Compiled, settings: Settings, level: FloatArray | None) -> FloatArray:
    """Return the most sections with all other requirements held, shape (rule,), NaN where nothing holds them or asks.

    ``level`` (option,) is a known choice: one that has as many as can be had alone is not looked beyond.
    """
    found = np.full(len(compiled.rules), np.nan)
    for number, plan in enumerate(compiled.rules):
        if not isinstance(plan, SectionPlan):
            continue
        reached = -np.inf if level is None else plan.reached(compiled.own(level))
        if reached >= compiled.rules_alone[number]:
            found[number] = reached
            continue
        solution = solve(_most_of(compiled, number), replace(settings, node_limit=NODES))
        values = [value for value in (reached, _count(compiled, plan, solution.level)) if np.isfinite(value)]
        found[number] = max(values, default=np.nan)
    return found


def _count(compiled: Compiled, plan: SectionPlan, level: FloatArray | None) -> float:
    return -np.inf if level is None else plan.reached(compiled.own(level))


def _most_of(compiled: Compiled, number: int) -> ChoiceProblem:
    """Return the problem whose objective is the sections of one number, without what is asked of it."""
    place, row = compiled.slack_options.stop, 0
    for before in compiled.rules[:number]:
        row += len(before.side_rows(place))
        place += 2 * before.marker_count
    plan = compiled.rules[number]
    cost = np.zeros(compiled.problem.option_count)
    cost[place + 1 : place + 2 * plan.marker_count : 2] = -1.0
    bounds = compiled.problem.side_bound
    if bounds is None:
        raise ValueError("a number of sections without rows")
    bounds = bounds.copy()
    bounds[row + len(plan.side_rows(place)) - 1] = 0.0
    return replace(compiled.problem, cost=cost, side_bound=bounds)
