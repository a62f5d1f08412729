"""The best prices: sample, survey, sample what is open, and at last relaxations over near-tied options.

Each survey leaves open the groups that can change in a narrower box of prices. Once few are open the relaxation over
the options that the box holds nearly tied is solved; its prices are priced out, and the options that look cheap
there join the next one (column generation: Dantzig and Wolfe, Operations Research 8, 1960, pp. 101-111), until the
relaxation's value, which bounds phi from above, and what is priced out meet.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from optimizer.arrays import Floats, Integers
from optimizer.dual.extremes import Extremes
from optimizer.dual.layout import Layout
from optimizer.dual.pricing import Priced, price_out
from optimizer.dual.restricted import Answer, Band, Relaxed, Restricted, restrict
from optimizer.dual.sample import missed, search
from optimizer.dual.survey import Box, candidates, everything, survey
from optimizer.settings import Settings
from optimizer.solution import ROUNDING

SAMPLED_OPTIONS = 16_000
"""Problems of fewer options are solved as one relaxation ..."""
GROUPS_PER_ROW = 400
MOST_OPTIONS = 120_000
"""... and those up to this size with fewer groups to a row, of which a sample would say little."""

SAMPLE = 1000
SAMPLE_PER_ROW = 60
OPEN_GROUPS = 8000
WIDTH = 0.03
LEAST_WIDTH = 0.005
WIDER = 5.0
WIDEST = 3.0
STEPS = 2.0
"""The first box is this many times as wide as the last step, or what the rows miss, as a share."""
NARROWER = 0.2
WORTHWHILE = 0.9
ROUNDS = 12
RECENTRES = 8
LEAST_COLUMNS = 2500
COLUMNS_PER_ROW = 60
TINY = 1e-13
MET = 0.05
"""Rounds end when bound and relaxation are this share of the gap asked for apart."""


@dataclass(frozen=True, slots=True, eq=False)
class Refined:
    """``price`` with the best bound, what it gives for the open groups of ``box``; the last relaxation, its answer."""

    box: Box
    price: Floats
    priced: Priced
    model: Restricted
    answer: Answer


def best_prices(
    layout: Layout, sizes: Extremes, settings: Settings, warm: Floats | None, band: Band | None = None
) -> Refined | None:
    """Return the best prices found, from ``warm`` prices (row,) when given; None where HiGHS gives no answer.

    Without a ``band`` any price is allowed, and a relaxation without an answer may mean that there is no plan.
    """
    whole = everything(layout, band)
    if is_small(layout):
        return refine(whole, sizes, settings, np.zeros(layout.row_count), count=layout.problem.option_count)
    count = SAMPLE + SAMPLE_PER_ROW * layout.row_count
    price = layout.project(np.zeros(layout.row_count) if warm is None else warm)
    if warm is None:
        found = search(layout, sizes, settings, count, None if band is None else (price, band))
        if found is None:
            return None
        price, step = found.price, found.step
    else:
        step = missed(price, price_out(layout, sizes, price))
    width = np.full(layout.row_count, float(np.clip(STEPS * step, LEAST_WIDTH, WIDTH)))
    refined: Refined | None = None
    for centre in range(RECENTRES):
        box = survey(whole, sizes, price, width)
        box, price = narrow(box, sizes, settings, price, width=width, count=count)
        is_at_edge = box.at_edge(price)
        if not is_at_edge.any() or len(box.groups) <= OPEN_GROUPS + count or centre == RECENTRES - 1:
            last = -np.inf if refined is None else refined.priced.bound
            refined = refine(box, sizes, settings, price, count=LEAST_COLUMNS + COLUMNS_PER_ROW * layout.row_count)
            if refined is None:
                return None
            price, bound = refined.price, refined.priced.bound
            is_at_edge = box.at_edge(price)
            if not is_at_edge.any() or bound - last <= near_enough(sizes, settings, bound):
                return refined
        width = np.where(is_at_edge, np.minimum(WIDER * width, WIDEST), np.maximum(width / 2.0, LEAST_WIDTH))
    return refined


def is_small(layout: Layout) -> bool:
    """Whether one relaxation takes all options: few of them, or too few groups to a row for a sample to say much."""
    options = layout.problem.option_count
    is_thin = layout.group_count < GROUPS_PER_ROW * layout.row_count
    return options <= SAMPLED_OPTIONS or (is_thin and options <= MOST_OPTIONS)


def near_enough(sizes: Extremes, settings: Settings, bound: float) -> float:
    """Return by how much a bound need not be better."""
    return MET * max(settings.gap, ROUNDING) * abs(bound) + TINY * sizes.cost_size


def narrow(
    box: Box, sizes: Extremes, settings: Settings, price: Floats, *, width: Floats, count: int
) -> tuple[Box, Floats]:
    """Return a box within ``box`` with few open groups, and its prices: samples of what is open find where to look."""
    while len(box.groups) > OPEN_GROUPS + count:
        found = search(box.open, sizes, settings, count, (price, box.band))
        if found is None:
            break
        if not found.is_inside:
            return box, found.price
        price, width = found.price, NARROWER * width
        last, box = box, survey(box, sizes, price, width)
        if len(box.groups) > WORTHWHILE * len(last.groups):
            break
    return box, price


def refine(box: Box, sizes: Extremes, settings: Settings, price: Floats, *, count: int) -> Refined | None:
    """Return the best prices in a box, from relaxations over ``count`` options or more; None without an answer."""
    layout = box.open
    priced = price_out(layout, sizes, price)
    best: Refined | None = None
    support = np.empty(0, dtype=np.int64)
    for _ in range(ROUNDS):
        near = candidates(layout, price).nearest(count, 1.0)
        model = restrict(layout, sizes.tolerance, box.choice(priced), np.union1d(near, support))
        answer = Relaxed(model, settings, box.band).solve()
        if answer.share is None or answer.price is None:
            return best
        price = layout.project(answer.price)
        priced = price_out(layout, sizes, price)
        if best is None or priced.bound > best.priced.bound:
            best = Refined(box, price, priced, model, answer)
        else:
            best = Refined(box, best.price, best.priced, model, answer)
            count *= 2
        if answer.bound - best.priced.bound <= near_enough(sizes, settings, best.priced.bound):
            break
        support = _support(model, answer.share)
    return best


def _support(model: Restricted, share: Floats) -> Integers:
    """Return the options that a relaxation takes in the groups it decides, base options among them."""
    return np.union1d(model.option[share > 0.0], model.base[np.unique(model.group)])
