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

PASSES = 3
CLOSE = 0.012
"""Passes end when the rows' misses, at their prices, come to this share of the bound."""

DEAREST = 100.0
"""The highest price a row may have in a sample: all that choices can cost over what the row can have, times this."""


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """Prices float64 (row,), what they give, whether they lie inside the band; ``step`` the last change as a share."""

    price: Floats
    priced: Priced
    is_inside: bool
    step: float


def draw(layout: Layout, sizes: Extremes, count: int, seed: int) -> tuple[Integers, Floats]:
    """Return about ``count`` groups and their weights."""
    reach = np.maximum(sizes.most - sizes.least, 0.0)
    share = np.divide(1.0, reach, out=np.zeros_like(reach), where=reach > 0.0)[: layout.own_count]
    weight = np.asarray(abs(layout.matrix).T @ share).reshape(layout.cell_count, -1)
    size = np.zeros(layout.group_count)
    for k in range(len(layout.metric)):
        size += sizes.span[k] * (weight[0, k] if layout.cell_count == 1 else weight[layout.cell, k])
    own = np.sort(np.concatenate([block.groups for block in layout.blocks]))
    size = size[own]
    total = size.sum()
    chance = np.minimum(1.0, size * (count / total)) if total > 0.0 else np.zeros_like(size)
    chance = np.maximum(chance, min(1.0, EVEN_SHARE * count / len(own)))
    steps = np.floor(np.cumsum(chance) + np.random.default_rng(seed).random())
    drawn = np.flatnonzero(np.diff(steps, prepend=0.0) > 0.0)
    drawn = drawn if len(drawn) else np.array([int(chance.argmax())])
    return own[drawn], 1.0 / chance[drawn]


def options_of(layout: Layout, groups: Integers) -> Integers:
    """Return all options of some groups."""
    starts = layout.problem.starts
    counts = starts[groups + 1] - starts[groups]
    ends = np.cumsum(counts)
    return np.repeat(starts[groups] - (ends - counts), counts) + np.arange(int(ends[-1]) if len(ends) else 0)


def search(
    layout: Layout, sizes: Extremes, settings: Settings, count: int, near: tuple[Floats, Band | None] | None = None
) -> Found | None:
    """Return prices near the best, from a sample of ``count`` groups and a few passes, None where HiGHS has no answer.

    ``near`` are prices to start from and the band to stay in.
    """
    groups, weight = draw(layout, sizes, count, settings.seed)
    base = layout.problem.starts[:-1]
    model, base_value = _weighted(layout, sizes, base, groups, weight)
    relaxed = Relaxed(model, settings, widest(layout, sizes) if near is None or near[1] is None else near[1])
    best: Found | None = None
    if near is None:
        target, last = _asked(layout, groups, weight, sizes), np.zeros(layout.row_count)
    else:
        last = near[0]
        priced = price_out(layout, sizes, last)
        best = Found(last, priced, is_inside=True, step=0.0)
        target = _value_at(layout, groups, weight, priced) + priced.short
    for _ in range(PASSES):
        answer = relaxed.solve((target - base_value) * model.row_scale)
        if answer.share is None or answer.price is None:
            break
        price = layout.project(answer.price)
        priced = price_out(layout, sizes, price)
        step = float(np.abs(price - last).sum() / max(float(np.abs(price).sum()), 1e-300))
        last = price
        if best is None or priced.bound > best.priced.bound:
            best = Found(price, priced, answer.traded <= 0.0, step)
        if missed(price, priced) <= CLOSE:
            break
        reached = base_value + np.asarray(model.matrix @ answer.share) / model.row_scale
        target = reached + priced.short
    return best


def missed(price: Floats, priced: Priced) -> float:
    """Return what the rows miss and spare, at their prices, as a share of the bound."""
    return float(np.abs(price * priced.short).sum()) / max(abs(priced.bound), 1e-300)


def widest(layout: Layout, sizes: Extremes) -> Band:
    """Return the band of every price that could matter."""
    reach = np.maximum(sizes.most - sizes.least, 0.0)
    total = DEAREST * max(float(sizes.cost_span.sum()), 1e-300)
    high = np.divide(total, reach, out=np.zeros_like(reach), where=reach > 0.0)
    return Band(np.where(layout.is_free, -high, 0.0), high)


def _weighted(
    layout: Layout, sizes: Extremes, base: Integers, groups: Integers, weight: Floats
) -> tuple[Restricted, Floats]:
    """Return the sample's model and what the base options of the sample add to the rows."""
    model = restrict(layout, sizes.tolerance, base, options_of(layout, groups))
    of_group = np.zeros(layout.group_count)
    of_group[groups] = weight
    of_column = of_group[model.group]
    base_value = np.asarray(layout.coefficients(base[groups]) @ weight)
    matrix = sparse.csr_array(model.matrix @ sparse.diags_array(of_column))
    return replace(model, cost=model.cost * of_column, matrix=matrix), base_value


def _value_at(layout: Layout, groups: Integers, weight: Floats, priced: Priced) -> Floats:
    """Return what the sample adds to the rows where its groups choose as priced."""
    choice = np.empty(layout.group_count, dtype=np.int64)
    choice[np.concatenate([block.groups for block in layout.blocks])] = priced.choice
    return np.asarray(layout.coefficients(choice[groups]) @ weight)


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
