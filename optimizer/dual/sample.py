"""Prices from a sample: a small relaxation that stands for a large one, corrected by exact passes.

Groups are drawn with probability proportional to size, the largest with certainty, and weigh 1 / probability (Hansen
and Hurwitz, Annals of Mathematical Statistics 14, 1943, pp. 333-362; drawn systematically: Madow, same journal 20,
1949, pp. 333-354). The size of a group is the sum over rows of its span as a share of the row's. The sample's
relaxation gives prices y; one exact pass over all groups tells what every row misses at y, and the sample's bounds
move by as much, so that the sample only has to be right about how rows answer to prices. That is Newton's method
with the sample as the model of the slope.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy import sparse

from optimizer.arrays import Floats, Integers
from optimizer.dual.extremes import Extremes
from optimizer.dual.layout import Layout
from optimizer.dual.pricing import Priced, price_out
from optimizer.dual.restricted import Band, Relaxed, Restricted, restrict
from optimizer.settings import Settings

EVEN_SHARE = 0.1
"""Share of the sample that is spread evenly, so that small groups are represented."""

PASSES = 4
CLOSE = 0.012
"""Passes end when the rows' misses, at their prices, come to this share of the bound."""

DEAREST = 100.0
"""The highest price a row may have in a sample: all that choices can cost over what the row can have, times this."""


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """Prices float64 (row,) and what they give; ``move`` float64 (row,): how far the last step has come."""

    price: Floats
    priced: Priced
    move: Floats


def draw(layout: Layout, sizes: Extremes, count: int, seed: int) -> tuple[Integers, Floats]:
    """Return about ``count`` groups and their weights."""
    own = np.sort(layout.open_groups())
    if count >= len(own):
        return own, np.ones(len(own))
    chance = _sizes(layout, sizes, own)
    total = chance.sum()
    floor = min(1.0, EVEN_SHARE * count / len(own))
    chance *= count / total if total > 0.0 else 0.0
    np.clip(chance, floor, 1.0, out=chance)
    steps = np.cumsum(chance)
    steps += np.random.default_rng(seed).random()
    np.floor(steps, out=steps)
    is_drawn = steps > 0.0
    is_drawn[1:] = steps[1:] > steps[:-1]
    drawn = np.flatnonzero(is_drawn)
    drawn = drawn if len(drawn) else np.array([int(chance.argmax())])
    return own[drawn], 1.0 / chance[drawn]


def _sizes(layout: Layout, sizes: Extremes, groups: Integers) -> Floats:
    """Return the size of some groups, float64."""
    reach = np.maximum(sizes.most - sizes.least, 0.0)
    share = np.divide(1.0, reach, out=np.zeros_like(reach), where=reach > 0.0)[: layout.own_count]
    weight = np.asarray(abs(layout.matrix).T @ share).reshape(layout.cell_count, -1)
    is_all = len(groups) == layout.group_count
    size = np.zeros(len(groups))
    cell = layout.cell if is_all else layout.cell[groups]
    for k in range(len(layout.metric)):
        span = sizes.span[k] if is_all else sizes.span[k, groups]
        size += span * (weight[0, k] if layout.cell_count == 1 else weight[cell, k])
    return size


def options_of(layout: Layout, groups: Integers) -> Integers:
    """Return all options of some groups."""
    starts = layout.problem.starts
    counts = starts[groups + 1] - starts[groups]
    ends = np.cumsum(counts)
    return np.repeat(starts[groups] - (ends - counts), counts) + np.arange(int(ends[-1]) if len(ends) else 0)


class Sample:
    """A sample's relaxation, which answers to bounds of the rows as all groups would."""

    def __init__(self, layout: Layout, sizes: Extremes, settings: Settings, count: int, band: Band | None) -> None:
        self.layout, self.sizes = layout, sizes
        self.groups, self.weight = draw(layout, sizes, count, settings.seed)
        self.model, self.base_value = _weighted(layout, sizes, self.groups, self.weight)
        self.relaxed = Relaxed(self.model, settings, widest(layout, sizes) if band is None else band)

    def solve(self, target: Floats) -> Floats | None:
        """Return prices, (row,), at bounds of the sample, (row,); None without an answer."""
        answer = self.relaxed.solve((target - self.base_value) * self.model.row_scale)
        return None if answer.price is None else self.layout.project(answer.price)

    def asked(self) -> Floats:
        """Return bounds of the sample, (row,), that ask as much of its reach as the rows ask of theirs."""
        return _asked(self.layout, self.groups, self.weight, self.sizes)

    def value(self, priced: Priced) -> Floats:
        """Return what the sample adds to the rows, (row,), where its groups choose as priced."""
        choice = np.empty(self.layout.group_count, dtype=np.int64)
        choice[self.layout.open_groups()] = priced.choice
        return np.asarray(self.layout.coefficients(choice[self.groups]) @ self.weight)


def search(
    layout: Layout, sizes: Extremes, settings: Settings, count: int, near: tuple[Floats, Band | None] | None = None
) -> Found | None:
    """Return prices near the best, from a sample of ``count`` groups and a few passes, None where HiGHS has no answer.

    ``near`` are prices to start from and the band to stay in.
    """
    sample = Sample(layout, sizes, settings, count, None if near is None else near[1])
    best: Found | None = None
    if near is None:
        target, last = sample.asked(), np.zeros(layout.row_count)
    else:
        last = near[0]
        priced = price_out(layout, sizes, last)
        best = Found(last, priced, np.zeros_like(last))
        target = sample.value(priced) + priced.short
    for _ in range(PASSES):
        price = sample.solve(target)
        if price is None:
            break
        priced = price_out(layout, sizes, price)
        move, last = np.abs(price - last), price
        if best is None or priced.bound > best.priced.bound:
            best = Found(price, priced, move)
        if missed(price, priced) <= CLOSE:
            break
        target = sample.value(priced) + priced.short
    return best


def missed(price: Floats, priced: Priced) -> float:
    """Return what the rows miss and spare, at their prices, as a share of the bound."""
    return float(np.abs(price * priced.short).sum()) / max(abs(priced.bound), 1e-300)


def widest(layout: Layout, sizes: Extremes) -> Band:
    """Return the band of every price that could matter."""
    reach = np.maximum(sizes.most - sizes.least, 0.0)
    total = DEAREST * max(sizes.cost_reach, 1e-300)
    high = np.divide(total, reach, out=np.zeros_like(reach), where=reach > 0.0)
    return Band(np.where(layout.is_free, -high, 0.0), high)


def _weighted(layout: Layout, sizes: Extremes, groups: Integers, weight: Floats) -> tuple[Restricted, Floats]:
    """Return the sample's model and what the first options of the sample's groups add to the rows."""
    base = layout.problem.starts[:-1]
    model = restrict(layout, sizes.tolerance, base, options_of(layout, groups))
    of_group = np.zeros(layout.group_count)
    of_group[groups] = weight
    of_column = of_group[model.group]
    base_value = np.asarray(layout.coefficients(base[groups]) @ weight)
    matrix = sparse.csr_array(model.matrix @ sparse.diags_array(of_column))
    return replace(model, cost=model.cost * of_column, matrix=matrix), base_value


def _asked(layout: Layout, groups: Integers, weight: Floats, sizes: Extremes) -> Floats:
    """Return bounds for the sample that ask as much of its reach as the rows ask of theirs."""
    options = options_of(layout, groups)
    counts = np.diff(layout.problem.starts)[groups]
    entries = layout.coefficients(options).tocsr()
    starts = np.concatenate([[0], np.cumsum(counts)[:-1]])
    least, most = np.empty(layout.row_count), np.empty(layout.row_count)
    for row in range(layout.row_count):
        values = np.zeros(len(options))
        own = slice(entries.indptr[row], entries.indptr[row + 1])
        values[entries.indices[own]] = entries.data[own]
        least[row] = (np.minimum.reduceat(values, starts) * weight).sum()
        most[row] = (np.maximum.reduceat(values, starts) * weight).sum()
    reach = sizes.most - sizes.least
    asked = np.divide(layout.target - sizes.least, reach, out=np.zeros_like(reach), where=reach > 0.0)
    return least + asked * (most - least)
