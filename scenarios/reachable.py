"""How far each row can go: with all others held, and alone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from model.sector import FloatArray
from optimizer import ChoiceProblem, Extent, Row, Settings, reach_of, reach_ratio
from optimizer.parallel import in_parallel
from scenarios.admission import is_of
from scenarios.decided import Decision
from scenarios.expand import YearOptions
from scenarios.held_rows import without
from scenarios.metrics import metric_values
from scenarios.rows import RowPlan

if TYPE_CHECKING:
    from scenarios.compile import Compiled

EXACT = Settings(gap=0.0)


def together(compiled: Compiled, settings: Settings, level: FloatArray | None = None) -> FloatArray:
    """Return how far each row goes with all others held, shape (row plan,), in its own unit; NaN where none is found.

    ``level`` (choice,) is a plan that keeps all rows, where one is known: it gives ratios a place to start from.
    The most of a row that asks for at least or exactly so much, the least of one that asks for at most. As many rows as
    ``settings.threads`` are looked at side by side.
    """
    problem = compiled.reach_problem()

    def one(number: int) -> float:
        plan = compiled.plans[number]
        others, own = without(problem, plan), problem.rows[number]
        if plan.per is None:
            value = _of_sum(others, own, settings)
        else:
            value = _of_ratio(others, plan, compiled.options, settings, level)
        return np.nan if value is None else value

    return np.array(list(in_parallel(one, range(len(compiled.plans)), settings.threads)))


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
        values = metric_values(metric, options)
        for number, plan in enumerate(plans):
            if plan.metric == metric and plan.per is None:
                extreme = np.minimum if plan.sense == "<=" else np.maximum
                by_source = extreme.reduceat(values, starts)
                for decision in parts:
                    by_source[decision.source] = _part(options, values, decision)
                extremes[number] = by_source[plan.mask].sum()
    ratios = [(number, plan) for number, plan in enumerate(plans) if plan.per is not None]
    free = _free(options, parts) if ratios else None
    for number, plan in ratios:
        found = None if free is None else _of_ratio(free, plan, options, EXACT)
        extremes[number] = np.nan if found is None else found
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


def _of_sum(others: ChoiceProblem, row: Row, settings: Settings) -> float | None:
    extent: Extent = reach_of(others, row, settings).together
    return extent.value


def _of_ratio(
    others: ChoiceProblem, plan: RowPlan, options: YearOptions, settings: Settings, start: FloatArray | None = None
) -> float | None:
    if plan.per is None:
        raise ValueError(f"row {plan.row_id!r} asks for no ratio")
    in_scope = plan.mask[options.source]
    room = (0, others.option_count - options.size)
    above, below = (np.pad(metric_values(metric, options) * in_scope, room) for metric in (plan.metric, plan.per))
    sign = -1.0 if plan.sense == "<=" else 1.0
    extent = reach_ratio(others, sign * above, below, settings, start)
    return None if extent.value is None else sign * extent.value


def _part(options: YearOptions, values: FloatArray, decision: Decision) -> float:
    rest = options.is_as_is() & (options.source == decision.source)
    whole, none = (float(values[choice].sum()) for choice in (is_of(options, decision), rest))
    return decision.share * whole + (1.0 - decision.share) * none
