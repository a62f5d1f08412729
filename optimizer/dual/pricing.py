"""The bound: at given prices of the rows every group decides for itself.

For prices y (y_k >= 0 for a ``>=`` row, any sign for ``=``; ``<=`` rows are negated) every plan costs at least

    phi(y) = sum_k y_k b_k + sum_i min_{j in i} (c_j - sum_k y_k a_kj)

(Lagrangian duality: Geoffrion, Mathematical Programming Study 2, 1974, pp. 82-114; Everett, Operations Research 11,
1963, pp. 399-417). phi is computed on the problem's own arrays: group minima are added pairwise within a piece of
groups, pieces exactly (Shewchuk's algorithm, ``math.fsum``). What rounding may have added is taken off: with unit
roundoff u, K metrics and prices summed from at most L rows, a reduced cost is off by at most (2 K + L + 2) u (|c_j|
+ sum |y_k a_kj|) and a pairwise sum of n numbers by at most (16 + log2 n) u of the sum of their absolute values
(Higham, Accuracy and Stability of Numerical Algorithms, 2nd ed., 2002, sections 3.1 and 4.2).
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from optimizer.arrays import Floats, Integers
from optimizer.dual.extremes import Extremes
from optimizer.dual.layout import Block, Layout

UNIT_ROUNDOFF = 2.0**-53


@dataclass(frozen=True, slots=True, eq=False)
class Priced:
    """What prices give.

    ``bound`` phi less the rounding allowance; ``choice`` the first best option of each group of the layout in order of
    blocks, int64 (priced group,); ``short`` b - a of that choice, float64 (row,): phi's gradient.
    """

    bound: float
    choice: Integers
    short: Floats


def reduced_costs(layout: Layout, block: Block, piece: slice, prices: Floats, side: Floats) -> Floats:
    """Return c_j - sum_k y_k a_kj of a piece of a block, float64 (group, option).

    ``prices`` are (cell, metric), ``side`` those of the side rows.
    """
    reduced: Floats = block.cost[piece].copy()
    scratch = np.empty_like(reduced)
    per_group = None if layout.cell_count == 1 else prices[block.cell[piece]]
    for k, values in enumerate(block.metrics):
        if per_group is None:
            if prices[0, k] == 0.0:
                continue
            np.multiply(values[piece], prices[0, k], out=scratch)
        else:
            np.multiply(values[piece], per_group[:, k, None], out=scratch)
        reduced -= scratch
    if block.side is not None and side.any():
        size = reduced.shape[1]
        reduced -= (block.side[piece.start * size : piece.stop * size] @ side).reshape(reduced.shape)
    return reduced


def best_of(reduced: Floats) -> tuple[Floats, Integers]:
    """Return the least of each row of (group, option) and the first place it stands at."""
    best = reduced[:, 0].copy()
    place = np.zeros(len(best), dtype=np.int64)
    for column in range(1, reduced.shape[1]):
        values = reduced[:, column]
        np.copyto(place, column, where=values < best)
        np.minimum(best, values, out=best)
    return best, place


def second_of(reduced: Floats, best: Floats, place: Integers) -> Floats:
    """Return the least of each row but for the place of the best; infinite for groups of one option."""
    second = np.full(len(best), np.inf)
    for column in range(reduced.shape[1]):
        np.minimum(second, np.where(place == column, np.inf, reduced[:, column]), out=second)
    return second


def pieces(layout: Layout, price: Floats) -> Iterator[tuple[Block, slice, Floats]]:
    """Yield block, slice of groups and reduced costs (group, option), in order."""
    prices, side = layout.cell_prices(price), price[layout.own_count :]
    for block in layout.blocks:
        for piece in block.pieces():
            yield block, piece, reduced_costs(layout, block, piece, prices, side)


def price_out(layout: Layout, sizes: Extremes, price: Floats) -> Priced:
    """Return bound, choice and gradient at prices of the right sign."""
    sums, size_of_minima, choices = [], 0.0, []
    for block, piece, reduced in pieces(layout, price):
        best, place = best_of(reduced)
        sums.append(float(best.sum()))
        size_of_minima += float(np.abs(best).sum())
        choices.append(block.first[piece] + place)
    earned = price * layout.target
    total = math.fsum([layout.constant, *sums, *earned])
    choice = np.concatenate([np.empty(0, dtype=np.int64), *choices])
    cell = np.concatenate([np.empty(0, dtype=np.int64), *(block.cell for block in layout.blocks)])
    short = layout.target - layout.values(choice, np.ones(len(choice)), cell)
    size = size_of_minima + float(np.abs(earned).sum()) + abs(layout.constant)
    return Priced(total - rounding(layout, sizes, price) - 64.0 * UNIT_ROUNDOFF * size, choice, short)


def rounding(layout: Layout, sizes: Extremes, price: Floats) -> float:
    """Return what rounding may have added to the reduced costs of the groups together."""
    own, side = np.abs(price[: layout.own_count]), np.abs(price[layout.own_count :])
    prices = np.asarray(abs(layout.matrix).T @ own)
    size = sizes.cost_size + float(prices @ sizes.size.ravel()) + float(side @ sizes.side_size)
    terms = 2 * len(layout.metric) + layout.row_count + 3 + len(side)
    return terms * UNIT_ROUNDOFF * size
