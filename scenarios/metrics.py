"""The numbers rows are made of: one array per metric, each built once however many rows use it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from model.sector import FloatArray
from scenarios.expand import YearOptions

MetricName = Literal["reduction", "project", "remaining", "capital", "public", "annual", "count", "comply"]


ROUNDING = 1e-9
"""Relative; what separates a level that was computed from a limit that was written."""


@dataclass(frozen=True, slots=True)
class Metric:
    """What a row adds up over choices, in ``year``.

    ``reduction`` (inventory basis), ``project`` (project basis) and ``remaining`` [t/yr] concern one ``flow``;
    ``capital``, ``public`` [CNY] and ``annual`` [CNY/yr] are money; ``count`` is 1 where a choice holds one of
    ``measures`` and has started; ``comply`` is 1 where it does, or the source's ``level`` in that year is at most
    ``limit``, or the source is one of ``compliant`` already.
    """

    name: MetricName
    year: int
    flow: str = ""
    measures: frozenset[str] = frozenset()
    level: str = ""
    limit: float = np.inf
    compliant: frozenset[int] = frozenset()


def metric_values(metric: Metric, options: YearOptions) -> FloatArray:
    """Return the metric of every choice, shape (choice,)."""
    return _BUILDERS[metric.name](metric, options)


def stack(metrics: Iterable[Metric], options: YearOptions) -> tuple[Mapping[Metric, int], FloatArray]:
    """Return the place of each distinct metric and their values, shape (metric, choice)."""
    distinct = tuple(dict.fromkeys(metrics))
    values = [metric_values(metric, options) for metric in distinct]
    return {metric: place for place, metric in enumerate(distinct)}, np.reshape(values, (len(distinct), options.size))


def holds_any(options: YearOptions, measures: frozenset[str]) -> NDArray[np.bool_]:
    """Return where a choice's package holds one of ``measures``, shape (choice,)."""
    table = options.table
    has = np.array([not measures.isdisjoint(package.measure_ids) for package in table.packages], dtype=bool)
    return has[table.package[options.option]]


def _started(options: YearOptions, year: int) -> NDArray[np.bool_]:
    return ~options.is_as_is() & (options.start_year <= year)


def _count(metric: Metric, options: YearOptions) -> FloatArray:
    return (holds_any(options, metric.measures) & _started(options, metric.year)).astype(np.float64)


def _comply(metric: Metric, options: YearOptions) -> FloatArray:
    complies = _count(metric, options) > 0
    if metric.level:
        as_is = np.searchsorted(options.table.source, options.source)
        in_force = np.where(_started(options, metric.year), options.option, as_is)
        complies |= options.table.level[metric.level][in_force] <= metric.limit * (1 + ROUNDING)
    if metric.compliant:
        complies |= np.isin(options.source, np.fromiter(sorted(metric.compliant), dtype=np.int64))
    return complies.astype(np.float64)


_BUILDERS: Mapping[str, Callable[[Metric, YearOptions], FloatArray]] = {
    "reduction": lambda metric, options: options.reduction(metric.flow, metric.year),
    "project": lambda metric, options: options.project_reduction(metric.flow, metric.year),
    "remaining": lambda metric, options: options.remaining(metric.flow, metric.year),
    "capital": lambda metric, options: options.capital(metric.year),
    "public": lambda metric, options: options.capital(metric.year, public_only=True),
    "annual": lambda metric, options: options.yearly_cost(metric.year),
    "count": _count,
    "comply": _comply,
}
