"""Which groups can change their choice when prices move a little: the rest is frozen and summed.

Let P be the prices of a cell's metrics and let each move by at most r. The reduced cost of option j against the best
option of its group changes by at most sum_m r_m |a_mj - a_m,best| <= sum_m r_m s_mi, with s_mi the span of metric m
in group i. A group whose second best option is worse than the best by more than that keeps its choice everywhere in
the box, so inside the box the layout of the other groups, the frozen choices added to its rows and cost, has the
same phi as the whole (variable fixing by reduced costs: Nauss, European Journal of Operational Research 2, 1978, pp.
125-131). Groups with entries in side rows are never frozen.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from optimizer.arrays import Flags, Floats, Integers
from optimizer.dual import passes
from optimizer.dual.arrange import part
from optimizer.dual.extremes import Extremes
from optimizer.dual.layout import Block, Layout, joined
from optimizer.dual.passes import best_of
from optimizer.dual.pricing import Priced, pieces
from optimizer.dual.restricted import Band
from optimizer.dual.sample import widest

FLOOR = 0.15
"""A metric's price in a cell counts as at least this share of its mean over cells."""

LOOKED_AT = 17
"""One score in so many is looked at to see how large the least ones are."""


@dataclass(frozen=True, slots=True, eq=False)
class Box:
    """The part of a layout that is open while prices of the rows stay in ``band``.

    ``groups`` those open, int64; ``base`` option of each group of the whole layout, int64 (group,): the choice at
    ``price``, the centre.
    """

    open: Layout
    groups: Integers
    price: Floats
    band: Band | None
    base: Integers

    def choice(self, priced: Priced) -> Integers:
        """Return the choice of all groups, from that of the open ones in order of blocks."""
        return spread(self.open, priced.choice, self.base)

    def holds(self, choice: Integers) -> bool:
        """Whether a choice, int64 (group,), is the box's own for all groups that are not open."""
        return bool(np.isin(np.flatnonzero(choice != self.base), self.groups).all())

    def at_edge(self, price: Floats) -> Flags:
        """Return the prices that would leave the band, bool (row,)."""
        if self.band is None:
            return np.zeros(len(price), dtype=bool)
        reach = 1e-6 * (self.band.high - self.band.low)
        is_low = (price <= self.band.low + reach) & ((self.band.low > 0.0) | self.open.is_free)
        return np.asarray((is_low | (price >= self.band.high - reach)) & (reach > 0.0), dtype=bool)

    def reach(self, price: Floats) -> float:
        """Return how far the box goes to either side, as a share of the prices (row,) that count; 0 without a band."""
        if self.band is None or not price.any():
            return 0.0
        is_own = price != 0.0
        return float(np.median((self.band.high - self.band.low)[is_own] / (2.0 * np.abs(price[is_own]))))


def spread(layout: Layout, choice: Integers, base: Integers) -> Integers:
    """Return ``base`` with the choice, in order of blocks, put in its place."""
    if len(layout.blocks) == 1 and len(choice) == len(base):
        return choice
    everything = base.copy()
    place = 0
    for block in layout.blocks:
        everything[block.groups] = choice[place : place + len(block.groups)]
        place += len(block.groups)
    return everything


def reference(prices: Floats) -> Floats:
    """Return prices (cell, metric) as sizes to measure by: absolute, and not near zero where others are not."""
    absolute = np.abs(prices)
    mean = absolute.mean(axis=0, keepdims=True)
    everywhere = float(absolute.mean()) if absolute.size else 0.0
    floor = np.where(mean > 0.0, mean, everywhere)
    found: Floats = np.maximum(absolute, FLOOR * floor)
    return found


def everything(layout: Layout, band: Band | None = None) -> Box:
    """Return the box with every group open."""
    return Box(layout, np.arange(layout.group_count), np.zeros(layout.row_count), band, layout.problem.starts[:-1])


def radius_of(layout: Layout, price: Floats, width: Floats) -> Floats:
    """Return ``width`` (row,) times the larger of each row's price and half the mean price of the metric it takes."""
    prices = reference(layout.cell_prices(price)).ravel()
    matrix = abs(layout.matrix)
    count = np.maximum(np.asarray(matrix.sum(axis=1)).ravel(), 1.0)
    own = np.asarray(matrix @ prices) / count
    radius: Floats = width * np.maximum(np.abs(price), np.concatenate([0.5 * own, np.zeros(len(price) - len(own))]))
    return radius


def survey(box: Box, sizes: Extremes, price: Floats, width: Floats) -> Box:
    """Return the box around prices of the rows in ``box``, each free to move by ``width`` (row,) of itself."""
    layout = box.open
    radius = radius_of(layout, price, width)
    own = np.asarray(abs(layout.matrix).T @ radius[: layout.own_count]).reshape(layout.cell_count, -1)
    prices, side = (layout.cell_prices(price), own), price[layout.own_count :]
    found = [passes.survey(layout, block, prices, side, sizes.span) for block in layout.blocks]
    sums = np.zeros((layout.cell_count, len(layout.metric)))
    for one in found:
        sums += one.sums
    is_open = [one.is_open for one in found]
    base = spread(layout, joined([one.choice for one in found]), box.base)
    cost = math.fsum(number for one in found for number in one.strips[0].tolist())
    opened = part(layout, is_open, cost, layout.row_values(sums, joined([])))
    return Box(opened, np.sort(opened.open_groups()), price, _band(box, sizes, price, radius), base)


def _band(box: Box, sizes: Extremes, price: Floats, radius: Floats) -> Band:
    """Return the prices within ``radius`` of some, side rows at will, none outside the box's own band."""
    layout = box.open
    outer = widest(layout, sizes) if box.band is None else box.band
    is_side = np.arange(layout.row_count) >= layout.own_count
    low = np.where(layout.is_free, price - radius, np.maximum(price - radius, 0.0))
    low, high = np.maximum(outer.low, low), np.minimum(np.maximum(outer.high, price), price + radius)
    return Band(np.where(is_side, outer.low, low), np.where(is_side, outer.high, high))


def nearest(layout: Layout, price: Floats, count: int, *, is_damped: bool) -> Integers:
    """Return the ``count`` options of a layout that are nearest to being the best of their group, int64, in order.

    ``passes.nearness`` says how near; all options if there are no more.
    """
    prices = layout.cell_prices(price)
    measured, side = (prices, reference(prices)), price[layout.own_count :]
    if count >= sum(block.cost.size for block in layout.blocks):
        return np.sort(joined([_options(block, np.arange(block.cost.size)) for block in layout.blocks]))
    found = [passes.nearness(layout, block, measured, side, is_damped=is_damped).ravel() for block in layout.blocks]
    score = found[0] if len(found) == 1 else np.concatenate(found)
    keep = least_of(score, count)
    ends = np.cumsum([0, *(len(one) for one in found)])
    keep = np.sort(keep[np.isfinite(score[keep])])
    own = np.split(keep, np.searchsorted(keep, ends[1:-1]))
    parts = [_options(block, one - end) for block, one, end in zip(layout.blocks, own, ends[:-1], strict=True)]
    return np.sort(joined(parts))


def _options(block: Block, place: Integers) -> Integers:
    """Return the options at places of a block, (group x option), int64."""
    size = block.cost.shape[1]
    return np.asarray(block.first[place // size] + place % size)


def least_of(score: Floats, count: int) -> Integers:
    """Return the places of the ``count`` least numbers, int64, in any order; most are left out by a look at some."""
    some = score[::LOOKED_AT]
    most = 2 * (count // LOOKED_AT) + LOOKED_AT
    if most < len(some) // 2:
        low = np.flatnonzero(score <= np.partition(some, most)[most])
        if len(low) > count:
            return low[np.argpartition(score[low], count)[:count]]
    return np.argpartition(score, count)[:count]


def sizes_of(layout: Layout, price: Floats, best: Integers, option: Integers) -> Floats:
    """Return what sets options apart from the best of their groups, ``best`` int64 (group,), float64 (option,)."""
    problem, group = layout.problem, layout.group_of(option)
    prices = reference(layout.cell_prices(price))[layout.cell[group]]
    size = np.zeros(len(option))
    for k, metric in enumerate(layout.metric):
        size += np.abs(problem.metrics[metric][option] - problem.metrics[metric][best[group]]) * prices[:, k]
    if problem.side is None:
        return size
    entries = abs(sparse.csc_array(problem.side)[:, option])
    return size + np.asarray(entries.T @ np.abs(price[layout.own_count :]))


def within(layout: Layout, price: Floats, excess: float) -> Integers:
    """Return options that cost at most ``excess`` beyond the best of their group, the best left out.

    All options of divisible groups are among them: a small share of a dear option costs little.
    """
    options = []
    is_divisible = layout.problem.is_divisible
    for block, piece, reduced in pieces(layout, price):
        best, place = best_of(reduced)
        is_near = (reduced <= (best + excess)[:, None]) | is_divisible[block.groups[piece], None]
        is_near[np.arange(len(best)), place] = False
        group, column = np.nonzero(is_near)
        options.append(block.first[piece][group] + column)
    return np.sort(joined([np.empty(0, dtype=np.int64), *options]))
