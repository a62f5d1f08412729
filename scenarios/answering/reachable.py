"""How far each row can go: with all others held, and alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from model.sector import FloatArray
from optimizer import Asked, ChoiceProblem, Extent, Row, Settings, reach_each, reach_ratio
from optimizer.parallel import in_parallel
from scenarios.compiling.admission import is_of
from scenarios.compiling.decided import Decision
from scenarios.compiling.expand import YearOptions
from scenarios.compiling.held_rows import rows_of, without
from scenarios.compiling.metrics import metric_values
from scenarios.compiling.rows import RowPlan

if TYPE_CHECKING:
    from scenarios.compiling.compile import Compiled

EXACT = Settings(gap=0.0)


LARGE_OPTIONS = 30_000
NODES = 50
"""Most nodes of the exact engine for one row of a problem with more options: the rest is stated as a proven limit."""


@dataclass(frozen=True, slots=True, eq=False)
class Reached:
    """How far each row goes, shape (row plan,), in its own unit; NaN where nothing is found.

    A plan that keeps all others gives ``value``; none goes beyond ``limit``, which is infinite where nothing is proven.
    """

    value: FloatArray
    limit: FloatArray


def together(compiled: Compiled, settings: Settings, level: FloatArray | None = None) -> Reached:
    """Return how far each row goes with all others held.

    ``level`` (option,) is a choice that is known: if it keeps all rows, nothing worse than what it gives is returned.
    The most of a row that asks for at least or exactly so much, the least of one that asks for at most. As many rows as
    ``settings.threads`` are looked at side by side.
    """
    if compiled.problem.option_count > LARGE_OPTIONS and settings.node_limit is None:
        settings = replace(settings, node_limit=NODES)
    problem, plans = compiled.reach_problem(), compiled.plans
    sums = [number for number, plan in enumerate(plans) if plan.per is None and not plan.is_comparison]
    asked = [Asked(compiled.reach_row(number), rows_of(plans[number])) for number in sums]
    value, limit = np.full((2, len(plans)), np.nan)
    for number, answer in zip(sums, reach_each(problem, asked, settings, level), strict=True):
        value[number], limit[number] = _ends(answer.together)

    def ratio(number: int) -> tuple[float, float]:
        plan = plans[number]
        return _ends(_of_ratio(without(problem, plan), plan, compiled.options, settings, level))

    ratios = [number for number, plan in enumerate(plans) if plan.per is not None and not plan.is_comparison]
    for number, ends in zip(ratios, in_parallel(ratio, ratios, settings.threads), strict=True):
        value[number], limit[number] = ends
    return Reached(value, limit)


def _ends(extent: Extent) -> tuple[float, float]:
    """Return value and limit, NaN for none."""
    value, limit = (np.nan if one is None else one for one in (extent.value, extent.limit))
    return value, limit


def alone(options: YearOptions, plans: Sequence[RowPlan], decided: Sequence[Decision]) -> FloatArray:
    """Return how far each row can go when all others are ignored, shape (row plan,), in the rows' own units.

    The most of a row that asks for at least or exactly so much, the least of one that asks for at most: each source
    decides by itself, so the extreme is the sum of the sources' extremes; one that is decided in part is that part of
    its project, and for the rest as it is.
    """
    parts = [decision for decision in decided if decision.share < 1.0]
    starts = options.starts
    extremes = np.full(len(plans), np.nan)
    for metric in dict.fromkeys(plan.metric for plan in plans if plan.per is None):
        values, by_source = metric_values(metric, options), dict[bool, FloatArray]()
        for number, plan in enumerate(plans):
            if plan.metric == metric and plan.per is None:
                is_least = plan.sense == "<="
                if is_least not in by_source:
                    by_source[is_least] = (np.minimum if is_least else np.maximum).reduceat(values, starts)
                    for decision in parts:
                        by_source[is_least][decision.source] = _part(options, values, decision)
                extremes[number] = by_source[is_least][plan.mask].sum()
    ratios = [(number, plan) for number, plan in enumerate(plans) if plan.per is not None and not plan.is_comparison]
    free = _free(options, parts) if ratios else None
    for number, plan in ratios:
        extremes[number] = np.nan if free is None else _ends(_of_ratio(free, plan, options, EXACT))[0]
    return extremes


def _free(options: YearOptions, parts: Sequence[Decision]) -> ChoiceProblem:
    """Return the choice of every source by itself; one that is decided in part is that part of its project."""
    held = [is_of(options, decision).astype(np.float64) for decision in parts]
    rows = [
        Row(id=decision.requirement_id, metric=number, sense="=", bound=decision.share)
        for number, decision in enumerate(parts)
    ]
    divisible = np.isin(np.unique(options.source), [decision.source for decision in parts])
    metrics = np.reshape(held, (len(held), options.size))
    return ChoiceProblem(np.zeros(options.size), options.source, metrics, rows, divisible=divisible)


def _of_ratio(
    others: ChoiceProblem, plan: RowPlan, options: YearOptions, settings: Settings, start: FloatArray | None = None
) -> Extent:
    if plan.per is None:
        raise ValueError(f"row {plan.row_id!r} asks for no ratio")
    in_scope = plan.mask[options.source]
    room = (0, others.option_count - options.size)
    above, below = (np.pad(metric_values(metric, options) * in_scope, room) for metric in (plan.metric, plan.per))
    sign = -1.0 if plan.sense == "<=" else 1.0
    extent = reach_ratio(others, sign * above, below, settings, start)
    value, limit = (None if one is None else sign * one for one in (extent.value, extent.limit))
    return replace(extent, value=value, limit=limit)


def _part(options: YearOptions, values: FloatArray, decision: Decision) -> float:
    rest = options.is_as_is() & (options.source == decision.source)
    whole, none = (float(values[choice].sum()) for choice in (is_of(options, decision), rest))
    return decision.share * whole + (1.0 - decision.share) * none
