"""Prices from a sample: a small relaxation that stands for a large one, corrected by exact passes.

The relaxation of a miniature (``miniature``) gives prices y; one exact pass over all groups tells what every row
misses at y, and the sample's bounds move by as much, so that the sample only has to be right about how rows answer to
prices. That is Newton's method with the sample as the model of the slope.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from optimizer.arrays import Floats
from optimizer.dual.extremes import Extremes
from optimizer.dual.layout import Layout
from optimizer.dual.miniature import miniature
from optimizer.dual.pricing import Priced, price_out
from optimizer.dual.restricted import Band, Relaxed, restrict
from optimizer.settings import Settings

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


class Sample:
    """A miniature's relaxation, which answers to bounds of the rows as all groups would."""

    def __init__(self, layout: Layout, sizes: Extremes, settings: Settings, count: int, band: Band | None) -> None:
        self.small = miniature(layout, sizes, count, settings.seed)
        own = self.small.layout
        options = np.arange(own.problem.option_count)
        self.model = restrict(own, self.small.sizes.tolerance, own.problem.starts[:-1], options)
        self.relaxed = Relaxed(self.model, settings, widest(layout, sizes) if band is None else band)

    def solve(self, target: Floats) -> Floats | None:
        """Return prices, (row,), at bounds of the miniature, (row,); None without an answer."""
        own = self.small.layout
        answer = self.relaxed.solve(self.model.lower + (target - own.target) * self.model.row_scale)
        return None if answer.price is None else own.project(answer.price)

    def asked(self) -> Floats:
        """Return bounds of the miniature, (row,), that ask as much of its reach as the rows ask of theirs."""
        return self.small.layout.target

    def value(self, priced: Priced) -> Floats:
        """Return what the miniature adds to the rows, (row,), where its groups choose as priced."""
        return self.small.value(priced)


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
