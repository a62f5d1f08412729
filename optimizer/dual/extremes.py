"""What a layout can give at most and at least, row by row, and the sizes rounding is measured against: one pass."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from optimizer.arrays import Floats
from optimizer.dual import passes
from optimizer.dual.layout import Layout
from optimizer.evaluate import ROW_TOLERANCE
from optimizer.problem import ChoiceProblem


@dataclass(frozen=True, slots=True, eq=False)
class Extremes:
    """Extremes of a layout, rows in the sense ``>=``.

    ``least``, ``most`` float64 (row,): sums of group extremes, what any choice gives a row at least and at most.
    ``largest`` float64 (row,): absolute value of an option; ``tolerance`` float64 (row,), as
    ``evaluate.row_tolerance``. ``span`` float64 (metric, group): largest less smallest value of a metric in a group.
    ``cost_reach``: the same of the cost, summed. ``size`` float64 (cell, metric), ``cost_size`` and ``side_size``
    (side row,): sums over groups of the largest absolute value.
    """

    least: Floats
    most: Floats
    largest: Floats
    tolerance: Floats
    span: Floats
    cost_reach: float
    size: Floats
    cost_size: float
    side_size: Floats

    def under(self, problem: ChoiceProblem) -> Extremes:
        """Return the extremes of the same options under other bounds of the rows."""
        return replace(self, tolerance=ROW_TOLERANCE * np.maximum(self.largest, np.abs(problem.bounds)))


def extremes_of(layout: Layout) -> Extremes:
    """Return the extremes of a whole problem's layout."""
    span = np.empty((len(layout.metric), layout.group_count))
    measured = [passes.extremes(layout, block, span) for block in layout.blocks]
    high, low, size = (np.sum([one.sums[k] for one in measured], axis=0) for k in range(3))
    least, most = _row_extremes(layout, low, high)
    largest = _largest(layout, np.max([one.sums[3] for one in measured], axis=0))
    return Extremes(
        least=least,
        most=most,
        largest=largest,
        tolerance=largest,
        span=span,
        cost_reach=math.fsum(np.concatenate([one.strips[1] for one in measured])),
        size=size,
        cost_size=math.fsum(np.concatenate([one.strips[0] for one in measured])),
        side_size=_side_size(layout),
    ).under(layout.problem)


def _row_extremes(layout: Layout, low: Floats, high: Floats) -> tuple[Floats, Floats]:
    gains, losses = layout.matrix.maximum(0.0), layout.matrix.minimum(0.0)
    least = np.asarray(gains @ low.ravel() + losses @ high.ravel())
    most = np.asarray(gains @ high.ravel() + losses @ low.ravel())
    side_least, side_most = [], []
    starts = layout.problem.starts[:-1]
    for row in range(layout.own_count, layout.row_count):
        values = layout.sign[row] * layout.problem.contribution(row)
        side_least.append(np.minimum.reduceat(values, starts).sum())
        side_most.append(np.maximum.reduceat(values, starts).sum())
    return np.concatenate([least, side_least]), np.concatenate([most, side_most])


def _largest(layout: Layout, largest: Floats) -> Floats:
    most = np.zeros(layout.row_count)
    matrix, own = layout.matrix, layout.own_count
    filled = np.flatnonzero(np.diff(matrix.indptr))
    if len(filled):
        most[filled] = np.maximum.reduceat(largest.ravel()[matrix.indices], matrix.indptr[filled])
    if layout.problem.side is not None:
        most[own:] = np.asarray(abs(layout.problem.side).max(axis=1).toarray()).ravel()
    return most


def _side_size(layout: Layout) -> Floats:
    if layout.problem.side is None:
        return np.empty(0)
    return np.asarray(abs(layout.problem.side).sum(axis=1)).ravel()
