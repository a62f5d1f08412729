"""The best prices: sample, survey, sample what is open, and at last relaxations over near-tied options.

Each survey leaves open the groups that can change in a narrower box of prices; the boxes lie in one another. Once few
groups are open the relaxation over the options that the box holds nearly tied is solved; its prices are priced out, and
the options that look cheap there join the next one (column generation: Dantzig and Wolfe, Operations Research 8, 1960,
pp. 101-111), until the relaxation's value, which bounds phi from above, and what is priced out meet. Prices at the edge
of a box send the search back to the smallest box that holds them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from optimizer.arrays import Flags, Floats, Integers
from optimizer.dual.extremes import Extremes
from optimizer.dual.layout import Layout
from optimizer.dual.miniature import miniature
from optimizer.dual.pricing import Priced, price_out
from optimizer.dual.restricted import Answer, Band, Relaxed, Restricted, restrict
from optimizer.dual.sample import Found, search, widest
from optimizer.dual.survey import Box, everything, nearest, radius_of, survey
from optimizer.problem import ChoiceProblem
from optimizer.settings import Settings
from optimizer.solution import ROUNDING

SAMPLED_OPTIONS = 16_000
"""Problems of fewer options are solved as one relaxation ..."""
GROUPS_PER_ROW = 400
MOST_OPTIONS = 120_000
"""... and those up to this size with fewer groups to a row, of which a sample would say little."""

SAMPLE = 400
SAMPLE_PER_ROW = 20
MINIATURE = 60_000
MINIATURE_IN = 8
PREVIEWS = 3
ROUGH_GAP = 1e-3
"""Layouts of this many times as many groups are seen in miniature first: its best prices, to this gap, so often
corrected by what they give the whole less one."""

LEAST_GROUPS = 5000
OPEN_GROUPS = 60_000
"""A box has the first many groups where it can, for whole choices to be made of, and goes into the second."""
STEPS = 1.5
"""A box reaches this many times as far from its centre as the last step towards it, in each price ..."""
FIRST_WIDTH = 0.03
LEAST_WIDTH = 0.005
WIDEST = 3.0
"""... within these shares of the price; the first one at least for boxes around a first guess."""
OPEN_A_WIDTH = 3.0
"""About what share of the groups a box opens, in multiples of its width."""
GROUPS_IN_ROW = 300
"""A row of n groups can move by this over n of its price, so that some of its groups are open."""
WIDER = 5.0
NARROWER = 0.4
WORTHWHILE = 0.9
ROUNDS = 12
BOXES = 16
SAMPLES = 8
"""Most boxes in all, and those among the first that a sample may look into."""

LEAST_COLUMNS = 1000
COLUMNS_PER_ROW = 60
TINY = 1e-13
NEARLY = 0.99
MET = 0.05
"""Rounds end when bound and relaxation are this share of the gap asked for apart."""


@dataclass(frozen=True, slots=True, eq=False)
class Refined:
    """``price`` with the best bound, what it gives for the open groups of ``box``; the last relaxation, its answer.

    ``boxes`` those that ``box`` lies in, the outermost first, and itself; without the box of everything.
    """

    box: Box
    price: Floats
    priced: Priced
    model: Restricted
    answer: Answer
    boxes: tuple[Box, ...] = ()

    @property
    def most_gain(self) -> float:
        """How much better any prices can be: no more than the relaxation costs where its answer keeps the rows."""
        return self.answer.bound - self.priced.bound if self.answer.traded <= 0.0 else np.inf

    def is_without_end(self, layout: Layout, sizes: Extremes) -> bool:
        """Whether a row misses its bound at the highest price that could matter, as it does where rows conflict."""
        band = widest(layout, sizes)
        return self.answer.traded > 0.0 and bool((np.abs(self.price) >= NEARLY * band.high)[band.high > 0.0].any())


@dataclass(frozen=True, slots=True, eq=False)
class Start:
    """Where to begin: prices (row,), and boxes in one another that an earlier search has left, the outermost first."""

    price: Floats
    boxes: tuple[Box, ...] = ()


def best_prices(
    layout: Layout, sizes: Extremes, settings: Settings, start: Start | None, band: Band | None = None
) -> Refined | None:
    """Return the best prices found, from ``start`` when given and it leads anywhere; None where HiGHS has no answer.

    Without a ``band`` any price is allowed, and a relaxation without an answer may mean that there is no plan. The
    bound is priced on the whole layout, where nothing was frozen and added up before.
    """
    found = _found(layout, sizes, settings, start, band)
    return _found(layout, sizes, settings, None, band) if found is None and start is not None else found


def _found(
    layout: Layout, sizes: Extremes, settings: Settings, start: Start | None, band: Band | None
) -> Refined | None:
    whole = everything(layout, band)
    if is_small(layout.problem):
        price, count = np.zeros(layout.row_count), layout.problem.option_count
        if start is not None:
            price, count = layout.project(start.price), LEAST_COLUMNS + COLUMNS_PER_ROW * layout.row_count
        return refine(whole, sizes, settings, price, count=count)
    found = Approach(whole, sizes, settings).run(start)
    if found is None:
        return None
    bound = price_out(layout, sizes, found.price).bound
    return replace(found, priced=replace(found.priced, bound=bound))


class Approach:
    """The way from the box of everything to a box with few open groups that has the best prices inside."""

    def __init__(self, whole: Box, sizes: Extremes, settings: Settings) -> None:
        rows = whole.open.row_count
        self.boxes = [whole]
        self.sizes, self.settings = sizes, settings
        self.count = SAMPLE + SAMPLE_PER_ROW * rows
        self.columns = LEAST_COLUMNS + COLUMNS_PER_ROW * rows
        self.width = np.full(rows, FIRST_WIDTH)
        self.least = least_width(whole.open)
        self.is_shrinking = True

    def run(self, start: Start | None) -> Refined | None:
        """Return the best prices found, None where HiGHS gives no answer."""
        price = self._begin(start)
        if price is None:
            return None
        best: Refined | None = None
        for number in range(BOXES):
            box = self.boxes[-1]
            if len(box.groups) > OPEN_GROUPS and self.is_shrinking and number < SAMPLES:
                price = self._narrow(price)
                if price is None:
                    return best
                continue
            found = refine(box, self.sizes, self.settings, price, count=self.columns)
            if found is None:
                return best
            found = replace(found, boxes=tuple(self.boxes[1:]))
            price, last = found.price, -np.inf if best is None else best.priced.bound
            best = found if found.priced.bound > last else best
            is_at_edge = box.at_edge(price)
            if not is_at_edge.any():
                return best
            gain = min(found.priced.bound - last, found.most_gain)
            if gain <= near_enough(self.sizes, self.settings, found.priced.bound):
                return best
            self._back(price, is_at_edge)
        return best

    def _begin(self, start: Start | None) -> Floats | None:
        """Return first prices; the smallest box known that holds them becomes the last one."""
        layout = self.boxes[0].open
        if start is not None:
            self.boxes += start.boxes
            price = layout.project(start.price)
            if not start.boxes:
                self._enter(price)
            return price
        band = self.boxes[0].band
        near = None if band is None else (layout.project(np.zeros(layout.row_count)), band)
        if near is None and layout.group_count >= MINIATURE_IN * MINIATURE:
            found = preview(layout, self.sizes, self.settings)
            least = min(max(OPEN_GROUPS / (OPEN_A_WIDTH * layout.group_count), LEAST_WIDTH), FIRST_WIDTH)
        else:
            found = search(layout, self.sizes, self.settings, self.count, near)
            least = FIRST_WIDTH
        if found is None:
            return None
        self._measure(found.price, found.move, least)
        self._enter(found.price)
        return found.price

    def _narrow(self, price: Floats) -> Floats | None:
        """Look for better prices in the last box by a sample, and enter a box around them; None without an answer."""
        box = self.boxes[-1]
        found = search(box.open, self.sizes, self.settings, self.count, (price, box.band))
        if found is None:
            return None
        is_at_edge = box.at_edge(found.price)
        if is_at_edge.any():
            self._back(found.price, is_at_edge)
            return found.price
        most = NARROWER * self.width
        self._measure(found.price, found.move, LEAST_WIDTH)
        self.width = np.minimum(self.width, np.maximum(most, self.least))
        self._enter(found.price)
        is_narrower = bool((self.width > self.least).any())
        self.is_shrinking = is_narrower and len(self.boxes[-1].groups) <= WORTHWHILE * len(box.groups)
        return found.price

    def _measure(self, price: Floats, move: Floats, least: float) -> None:
        """Set the width of the next box, (row,), from how far the prices came."""
        unit = radius_of(self.boxes[0].open, price, np.ones(len(price)))
        share = np.divide(STEPS * move, unit, out=np.zeros_like(unit), where=unit > 0.0)
        self.width = np.clip(share, np.maximum(self.least, least), WIDEST)

    def _enter(self, price: Floats) -> None:
        """Enter a box around prices within the last one, with groups enough for whole choices."""
        outer = self.boxes[-1]
        wanted = min(LEAST_GROUPS, len(outer.groups) // (4 if len(self.boxes) == 1 else 2))
        box = survey(outer, self.sizes, price, self.width)
        while len(box.groups) < wanted and 0.0 < self.width.max(initial=0.0) < WIDEST:
            self.width = self.width * float(np.clip(wanted / max(len(box.groups), 1), 1.5, 8.0))
            box = survey(outer, self.sizes, price, self.width)
        self.boxes.append(box)

    def _back(self, price: Floats, is_at_edge: Flags) -> None:
        """Go back to the smallest box that holds prices, and enter one there, wider where they ran to the edge."""
        while len(self.boxes) > 1 and self.boxes[-1].at_edge(price).any():
            self.boxes.pop()
        self.width = np.where(is_at_edge, np.minimum(WIDER * self.width, WIDEST), self.width)
        self.is_shrinking = True
        self._enter(price)


def least_width(layout: Layout) -> Floats:
    """Return how narrow a box may become, in each price, as shares, float64 (row,)."""
    per_cell = np.bincount(layout.cell, minlength=layout.cell_count).astype(np.float64)
    count = np.asarray(abs(layout.matrix) @ np.repeat(per_cell, len(layout.metric)))
    least = np.full(layout.row_count, LEAST_WIDTH)
    least[: len(count)] = np.clip(GROUPS_IN_ROW / np.maximum(count, 1.0), LEAST_WIDTH, FIRST_WIDTH)
    return least


def preview(layout: Layout, sizes: Extremes, settings: Settings) -> Found | None:
    """Return prices near the best, those of a miniature, None where HiGHS has no answer."""
    small = miniature(layout, sizes, MINIATURE, settings.seed)
    rough = replace(settings, gap=max(settings.gap, ROUGH_GAP))
    target, last, found, start = small.layout.target, np.zeros(layout.row_count), None, None
    for number in range(PREVIEWS):
        refined = best_prices(small.under(target), small.sizes, rough, start)
        if refined is None:
            return found
        priced = price_out(layout, sizes, refined.price) if number < PREVIEWS - 1 or found is None else found.priced
        found = Found(refined.price, priced, np.abs(refined.price - last))
        last, start = refined.price, Start(refined.price)
        target = small.value(priced) + priced.short
    return found


def is_small(problem: ChoiceProblem) -> bool:
    """Whether one relaxation takes all options: few of them, or too few groups to a row for a sample to say much."""
    is_thin = problem.group_count < GROUPS_PER_ROW * problem.row_count
    return problem.option_count <= SAMPLED_OPTIONS or (is_thin and problem.option_count <= MOST_OPTIONS)


def near_enough(sizes: Extremes, settings: Settings, bound: float) -> float:
    """Return by how much a bound need not be better."""
    return MET * max(settings.gap, ROUNDING) * abs(bound) + TINY * sizes.cost_size


def refine(box: Box, sizes: Extremes, settings: Settings, price: Floats, *, count: int) -> Refined | None:
    """Return the best prices in a box, from relaxations over ``count`` options or more; None without an answer.

    Every relaxation holds what its groups choose at the best prices so far, and at the last ones.
    """
    layout = box.open
    first = priced = price_out(layout, sizes, price)
    best: Refined | None = None
    known = np.empty(0, dtype=np.int64)
    for _ in range(ROUNDS):
        near = nearest(layout, price, count, is_damped=False)
        model = restrict(layout, sizes.tolerance, box.choice(first), np.union1d(near, known))
        relaxed = Relaxed(model, settings, box.band)
        answer = relaxed.solve()
        if answer.share is None or answer.price is None:
            return best
        price = layout.project(answer.price)
        priced = price_out(layout, sizes, price)
        is_other = priced.choice != first.choice
        if best is None or priced.bound > best.priced.bound:
            best = Refined(box, price, priced, model, answer)
            known = np.union1d(_support(model, answer.share), first.choice[is_other])
            first = priced
        else:
            best = Refined(box, best.price, best.priced, model, answer)
            known = np.union1d(model.option, priced.choice[is_other])
        if answer.bound - best.priced.bound <= near_enough(sizes, settings, best.priced.bound):
            return best if answer.traded <= 0.0 else replace(best, answer=relaxed.kept(answer))
    return best


def _support(model: Restricted, share: Floats) -> Integers:
    """Return the options that a relaxation takes in the groups it decides, base options among them."""
    return np.union1d(model.option[share > 0.0], model.base[np.unique(model.group)])
