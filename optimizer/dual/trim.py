"""What a plan could still change: options that use what rows have to spare.

A plan keeps every row, some of them with more than was asked. Let row k have s_k to spare and the price y_k. Another
option of a group, with the changes a_k of the rows and e of the reduced cost, costs

    e + sum over rows with something to spare of y_k max(a_k, -s_k)

more than the plan, where what it takes from the other rows has to be made up for, and what it gives them is of use, at
their prices. The options for which this is least are where a descent goes on.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from scipy import sparse

from optimizer.arrays import Floats, Integers
from optimizer.dual.layout import Block, Layout
from optimizer.dual.pricing import pieces

ROWS = 8
"""Rows looked at: those whose spare is worth most."""


def most_worth(layout: Layout, price: Floats, spare: Floats) -> Integers:
    """Return the rows whose ``spare`` (row,) is worth most at ``price`` (row,), int64; side rows are left out."""
    worth = (np.where(layout.is_free, 0.0, price) * np.maximum(spare, 0.0))[: layout.own_count]
    order = np.argsort(-worth, kind="stable")[:ROWS]
    return order[worth[order] > 0.0]


def savings(layout: Layout, price: Floats, choice: Integers, spare: Floats, count: int) -> Integers:
    """Return the ``count`` options that save most in place of a choice, int64, in order.

    ``choice`` is an option of each group of the problem, int64 (group,), ``spare`` float64 (row,) what the rows have
    beyond their bounds.
    """
    rows = most_worth(layout, price, spare)
    options, scores = [np.empty(0, dtype=np.int64)], [np.empty(0)]
    for block, piece, reduced in pieces(layout, price):
        groups = block.groups[piece]
        at_choice = np.arange(len(groups)), choice[groups] - block.first[piece]
        score = reduced - reduced[at_choice][:, None]
        for row, (own, change) in zip(rows.tolist(), _changes(layout, block, piece, at_choice, rows), strict=True):
            score[own] += price[row] * np.maximum(change, -spare[row])
        score[at_choice] = np.inf
        options.append((block.first[piece][:, None] + np.arange(reduced.shape[1])).ravel())
        scores.append(score.ravel())
    option, score = np.concatenate(options), np.concatenate(scores)
    keep = np.argpartition(score, count)[:count] if count < len(score) else np.arange(len(score))
    return np.sort(option[keep[np.isfinite(score[keep])]])


def _changes(
    layout: Layout, block: Block, piece: slice, at_choice: tuple[Integers, Integers], rows: Integers
) -> Iterator[tuple[Integers, Floats]]:
    """Yield, row by row, the groups of a piece that stand in it and their changes of it, (group, option)."""
    metrics, cell = len(layout.metric), block.cell[piece]
    weights = sparse.csr_array(layout.matrix[rows])
    for row in range(len(rows)):
        weight = np.zeros(layout.cell_count * metrics)
        entries = slice(weights.indptr[row], weights.indptr[row + 1])
        weight[weights.indices[entries]] = weights.data[entries]
        of_group = weight.reshape(layout.cell_count, metrics)[cell]
        own = np.flatnonzero(of_group.any(axis=1))
        change = np.zeros((len(own), block.cost.shape[1]))
        for k, values in enumerate(block.metrics):
            if of_group[own, k].any():
                mine = values[piece][own]
                change += of_group[own, k][:, None] * (mine - mine[np.arange(len(own)), at_choice[1][own]][:, None])
        yield own, change
