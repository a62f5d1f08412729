"""What a layout can give at most and at least, row by row, and the sizes rounding is measured against: one pass."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from optimizer.arrays import Floats
from optimizer.dual.layout import Layout
from optimizer.evaluate import ROW_TOLERANCE


@dataclass(frozen=True, slots=True, eq=False)
class Extremes:
    """Extremes of a layout, rows in the sense ``>=``.

    ``least``, ``most`` float64 (row,): sums of group extremes, what any choice gives a row at least and at most.
    ``tolerance`` float64 (row,), as ``evaluate.row_tolerance``. ``span`` float64 (metric, group): largest less
    smallest value of a metric in a group. ``cost_span`` float64 (group,) likewise. ``size`` float64 (cell, metric),
    ``cost_size`` and ``side_size`` (side row,): sums over groups of the largest absolute value. ``dearest`` cost of
    the dearest choice.
    """

    least: Floats
    most: Floats
    tolerance: Floats
    span: Floats
    cost_span: Floats
    size: Floats
    cost_size: float
    side_size: Floats
    dearest: float


def extremes_of(layout: Layout) -> Extremes:
    """Return the extremes of a whole problem's layout."""
    shape = (layout.cell_count, len(layout.metric))
    high, low, size, largest = np.zeros(shape), np.zeros(shape), np.zeros(shape), np.zeros(shape)
    span = np.empty((shape[1], layout.group_count))
    cost_span = np.empty(layout.group_count)
    cost_size, dearest = 0.0, 0.0
    for block in layout.blocks:
        cells = block.cell
        top, bottom = across(block.cost)
        cost_span[block.groups] = top - bottom
        cost_size += float(np.maximum(top, -bottom).sum())
        dearest += float(top.sum())
        for k, values in enumerate(block.metrics):
            top, bottom = across(values)
            span[k, block.groups] = top - bottom
            absolute = np.maximum(top, -bottom)
            for total, weights in ((high, top), (low, bottom), (size, absolute)):
                total[:, k] += np.bincount(cells, weights, shape[0])
            if shape[0] == 1:
                largest[0, k] = max(largest[0, k], absolute.max())
            else:
                np.maximum.at(largest[:, k], cells, absolute)
    least, most = _row_extremes(layout, low, high)
    return Extremes(
        least, most, _tolerance(layout, largest), span, cost_span, size, cost_size, _side_size(layout), dearest
    )


def across(values: Floats) -> tuple[Floats, Floats]:
    """Return the most and the least of each row of (group, option), by pieces that stay in cache."""
    top, bottom = np.empty(len(values)), np.empty(len(values))
    step = max(1, 2**15 // values.shape[1])
    for start in range(0, len(values), step):
        piece = values[start : start + step]
        high, low = top[start : start + step], bottom[start : start + step]
        high[:] = piece[:, 0]
        low[:] = high
        for column in range(1, values.shape[1]):
            np.maximum(high, piece[:, column], out=high)
            np.minimum(low, piece[:, column], out=low)
    return top, bottom


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


def _tolerance(layout: Layout, largest: Floats) -> Floats:
    most = np.zeros(layout.row_count)
    matrix, own = layout.matrix, layout.own_count
    filled = np.flatnonzero(np.diff(matrix.indptr))
    if len(filled):
        most[filled] = np.maximum.reduceat(largest.ravel()[matrix.indices], matrix.indptr[filled])
    if layout.problem.side is not None:
        most[own:] = np.asarray(abs(layout.problem.side).max(axis=1).toarray()).ravel()
    return ROW_TOLERANCE * np.maximum(most, np.abs(layout.problem.bounds))


def _side_size(layout: Layout) -> Floats:
    if layout.problem.side is None:
        return np.empty(0)
    return np.asarray(abs(layout.problem.side).sum(axis=1)).ravel()
