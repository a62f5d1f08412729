"""The bound: at given prices of the rows every group decides for itself.

For prices y (y_k >= 0 for a ``>=`` row, any sign for ``=``; ``<=`` rows are negated) every plan costs at least

    phi(y) = sum_k y_k b_k + sum_i min_{j in i} (c_j - sum_k y_k a_kj)

(Lagrangian duality: Geoffrion, Mathematical Programming Study 2, 1974, pp. 82-114; Everett, Operations Research 11,
1963, pp. 399-417). phi is computed on the problem's own arrays: group minima are added one after another within a
strip of 512 groups, strips exactly (Shewchuk's algorithm, ``math.fsum``). What rounding may have added is taken off:
with unit roundoff u, K metrics and prices summed from at most L rows, a reduced cost is off by at most (2 K + L + 2) u
(|c_j| + sum |y_k a_kj|) and a sum of n numbers by at most (n - 1) u of the sum of their absolute values, to first order
(Higham, Accuracy and Stability of Numerical Algorithms, 2nd ed., 2002, sections 3.1 and 4.2). Of a layout whose other
groups are frozen (``survey``) the bound is good to ordinary rounding only; what is reported is priced on the whole.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from optimizer.arrays import Floats, Integers
from optimizer.dual import passes
from optimizer.dual.extremes import Extremes
from optimizer.dual.layout import STRIP, Block, Layout, joined

UNIT_ROUNDOFF = 2.0**-53


@dataclass(frozen=True, slots=True, eq=False)
class Priced:
    """What prices give.

    ``bound`` phi less the rounding allowance; ``choice`` the first best option of each group of the layout in order of
    blocks, int64 (priced group,); ``short`` b - a of that choice, float64 (row,): phi's gradient; ``cost`` what that
    choice costs.
    """

    bound: float
    choice: Integers
    short: Floats
    cost: float


def pieces(layout: Layout, price: Floats) -> Iterator[tuple[Block, slice, Floats]]:
    """Yield block, slice of groups and reduced costs (group, option), in order."""
    prices, side = layout.cell_prices(price), price[layout.own_count :]
    for block in layout.blocks:
        for piece in block.pieces():
            yield block, piece, passes.reduced_costs(block, piece, prices, side)


def price_out(layout: Layout, sizes: Extremes, price: Floats) -> Priced:
    """Return bound, choice and gradient at prices of the right sign."""
    prices, side = layout.cell_prices(price), price[layout.own_count :]
    chosen = [passes.price(layout, block, prices, side) for block in layout.blocks]
    choice = joined([one.choice for one in chosen])
    strips = np.concatenate([np.empty((3, 0)), *(one.strips for one in chosen)], axis=1)
    sums = np.zeros((layout.cell_count, len(layout.metric)))
    for one in chosen:
        sums += one.sums
    earned = price * layout.target
    total = math.fsum([layout.constant, *strips[0].tolist(), *earned.tolist()])
    size = math.fsum(strips[1].tolist()) + float(np.abs(earned).sum()) + abs(layout.constant)
    return Priced(
        bound=total - rounding(layout, sizes, price) - 2.0 * (min(STRIP, len(choice)) + 8) * UNIT_ROUNDOFF * size,
        choice=choice,
        short=layout.target - layout.row_values(sums, choice),
        cost=layout.constant + math.fsum(strips[2].tolist()),
    )


def tally(layout: Layout, choice: Integers) -> tuple[float, Floats]:
    """Return cost and values of the rows, float64 (row,), of a choice of a layout's groups.

    ``choice`` is an option of each group of the problem, int64 (group,); what others add is left out.
    """
    added = [passes.tally(layout, block, choice[block.groups]) for block in layout.blocks]
    sums = np.zeros((layout.cell_count, len(layout.metric)))
    for one in added:
        sums += one.sums
    cost = math.fsum(number for one in added for number in one.strips[0].tolist())
    return cost, layout.row_values(sums, choice)


def rounding(layout: Layout, sizes: Extremes, price: Floats) -> float:
    """Return what rounding may have added to the reduced costs of the groups together."""
    own, side = np.abs(price[: layout.own_count]), np.abs(price[layout.own_count :])
    prices = np.asarray(abs(layout.matrix).T @ own)
    size = sizes.cost_size + float(prices @ sizes.size.ravel()) + float(side @ sizes.side_size)
    terms = 2 * len(layout.metric) + layout.row_count + 3 + len(side)
    return terms * UNIT_ROUNDOFF * size
