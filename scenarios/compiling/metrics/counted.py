"""Choices counted: those that hold a measure, those that keep a mandate, and what the counted ones add."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from model.sector import FloatArray
from scenarios.compiling.expand import YearOptions
from scenarios.compiling.metrics.metric import ROUNDING, Metric


def holds_any(options: YearOptions, measures: frozenset[str]) -> NDArray[np.bool_]:
    """Return where a choice's package holds one of ``measures`` at its start, shape (choice,)."""
    return _holds(options, measures, options.option)


def count(metric: Metric, options: YearOptions) -> FloatArray:
    """Return 1 where a choice holds one of the measures in the metric's year, else 0, shape (choice,)."""
    return _holds(options, metric.measures, options.in_force(metric.year)).astype(np.float64)


def added(metric: Metric, options: YearOptions) -> FloatArray:
    """Return what choices that hold one of the measures add to a flow in the metric's year, a full year's, (choice,).

    The part year of the start is not counted: capacity and lengths are there or not.
    """
    in_force = options.in_force(metric.year)
    change = options.table.change[metric.flow][in_force] * options.activity[metric.year][options.source]
    return np.where(_holds(options, metric.measures, in_force), change, 0.0)


def comply(metric: Metric, options: YearOptions) -> FloatArray:
    """Return 1 where a choice keeps a mandate: by a measure, by its level, or by what stands there already."""
    complies = count(metric, options) > 0
    if metric.level:
        in_force = options.in_force(metric.year)
        complies |= options.table.level[metric.level][in_force] <= metric.limit * (1 + ROUNDING)
    if metric.compliant:
        complies |= np.isin(options.source, np.fromiter(sorted(metric.compliant), dtype=np.int64))
    return complies.astype(np.float64)


def _holds(options: YearOptions, measures: frozenset[str], option: NDArray[np.int64]) -> NDArray[np.bool_]:
    table = options.table
    has = np.array([not measures.isdisjoint(package.measure_ids) for package in table.packages], dtype=bool)
    return has[table.package[option]]
