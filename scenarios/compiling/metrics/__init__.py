"""The numbers rows are made of: one array per metric, each built once however many rows use it.

A further metric is a builder in a module for its family and one line in ``BUILDERS``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType

import numpy as np

from model.sector import FloatArray
from scenarios.compiling.expand import YearOptions
from scenarios.compiling.metrics.counted import added, comply, count, holds_any
from scenarios.compiling.metrics.metric import Metric, MetricName, PerSource

__all__ = ["Metric", "MetricName", "PerSource", "holds_any", "metric_values", "stack"]


def _sum(metric: Metric, options: YearOptions) -> FloatArray:
    total = np.zeros(options.size)
    for factor, part in metric.parts:
        total += factor * metric_values(part, options)
    return total


BUILDERS: Mapping[str, Callable[[Metric, YearOptions], FloatArray]] = MappingProxyType(
    {
        "reduction": lambda metric, options: options.reduction(metric.flow, metric.year),
        "project": lambda metric, options: options.project_reduction(metric.flow, metric.year),
        "remaining": lambda metric, options: options.remaining(metric.flow, metric.year),
        "capital": lambda metric, options: options.capital(metric.year, payer=metric.payer or None),
        "public": lambda metric, options: options.capital(metric.year, public_only=True),
        "annual": lambda metric, options: options.yearly_cost(metric.year),
        "count": count,
        "comply": comply,
        "added": added,
        "sum": _sum,
    }
)


def metric_values(metric: Metric, options: YearOptions) -> FloatArray:
    """Return the metric of every choice, shape (choice,)."""
    seen = options if metric.by is None else options.by(metric.by)
    values = BUILDERS[metric.name](metric, seen)
    return values if metric.by_source is None else values * metric.by_source.values[options.source]


def stack(metrics: Iterable[Metric], options: YearOptions) -> tuple[Mapping[Metric, int], FloatArray]:
    """Return the place of each distinct metric and their values, shape (metric, choice)."""
    distinct = tuple(dict.fromkeys(metrics))
    values = [metric_values(metric, options) for metric in distinct]
    return {metric: place for place, metric in enumerate(distinct)}, np.reshape(values, (len(distinct), options.size))
