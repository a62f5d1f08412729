"""A miniature of a layout: some of its groups, each as heavy as all those it stands for.

Groups are drawn with probability proportional to size, the largest with certainty, and weigh 1 / probability (Hansen
and Hurwitz, Annals of Mathematical Statistics 14, 1943, pp. 333-362; drawn systematically: Madow, same journal 20,
1949, pp. 333-354). The size of a group is the sum over rows of its span as a share of the row's. A group of weight w is
one with w times the cost and the metrics: at any prices it takes the same option. So the miniature is a layout like any
other, with the same cells and rows, and its bounds say how much of the whole it stands for.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy import sparse

from optimizer.arrays import Floats, Integers, read_only
from optimizer.dual.arrange import blocks_of
from optimizer.dual.extremes import Extremes, extremes_of
from optimizer.dual.layout import Layout
from optimizer.dual.pricing import Priced
from optimizer.problem import ChoiceProblem

EVEN_SHARE = 0.1
"""Share of the groups that is spread evenly, so that small ones are represented."""


@dataclass(frozen=True, slots=True, eq=False)
class Miniature:
    """Some groups of ``whole``, an arrangement of their own, with its extremes.

    ``place`` int64 (group,): where each stands among the groups of ``whole`` in order of blocks. The bounds of
    ``layout`` ask as much of what it can reach as those of ``whole`` do.
    """

    whole: Layout
    layout: Layout
    sizes: Extremes
    place: Integers

    def value(self, priced: Priced) -> Floats:
        """Return what the miniature adds to the rows, (row,), where its groups choose as the whole's were priced."""
        groups = self.whole.open_groups()[self.place]
        option = priced.choice[self.place] - self.whole.problem.starts[groups]
        own = self.layout.problem.starts[:-1] + option
        return self.layout.values(own, np.ones(len(own)), self.layout.cell)

    def under(self, target: Floats) -> Layout:
        """Return the layout under other bounds of its rows, (row,)."""
        return replace(self.layout, target=target)


def miniature(layout: Layout, sizes: Extremes, count: int, seed: int) -> Miniature:
    """Return a miniature of about ``count`` groups."""
    place, weight = draw(layout, sizes, count, seed)
    groups = layout.open_groups()[place]
    problem = _heavier(layout, groups, weight)
    cell = read_only(layout.cell[groups])
    small = replace(
        layout,
        problem=problem,
        blocks=blocks_of(problem, layout.metric, cell, layout.cell_count, layout.sign[layout.own_count :]),
        group_count=len(groups),
        cell=cell,
        constant=0.0,
    )
    own = extremes_of(small)
    reach = sizes.most - sizes.least
    asked = np.divide(layout.target - sizes.least, reach, out=np.zeros_like(reach), where=reach > 0.0)
    return Miniature(layout, replace(small, target=own.least + asked * (own.most - own.least)), own, place)


def draw(layout: Layout, sizes: Extremes, count: int, seed: int) -> tuple[Integers, Floats]:
    """Return where about ``count`` groups stand among those of a layout, in order of groups, and their weights."""
    own = layout.open_groups()
    order = np.argsort(own, kind="stable") if len(layout.blocks) > 1 else np.arange(len(own))
    if count >= len(own):
        return order, np.ones(len(own))
    chance = _sizes(layout, sizes, own)[order] if len(layout.blocks) > 1 else _sizes(layout, sizes, own)
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
    return order[drawn], 1.0 / chance[drawn]


def _sizes(layout: Layout, sizes: Extremes, groups: Integers) -> Floats:
    """Return the size of some groups, float64."""
    reach = np.maximum(sizes.most - sizes.least, 0.0)
    share = np.divide(1.0, reach, out=np.zeros_like(reach), where=reach > 0.0)[: layout.own_count]
    weight = np.asarray(abs(layout.matrix).T @ share).reshape(layout.cell_count, -1)
    is_all = len(groups) == layout.group_count and len(layout.blocks) == 1
    size = np.zeros(len(groups))
    cell = layout.cell if is_all else layout.cell[groups]
    for k in range(len(layout.metric)):
        span = sizes.span[k] if is_all else sizes.span[k, groups]
        size += span * (weight[0, k] if layout.cell_count == 1 else weight[cell, k])
    return size


def options_of(layout: Layout, groups: Integers) -> Integers:
    """Return all options of some groups, int64."""
    starts = layout.problem.starts
    counts = starts[groups + 1] - starts[groups]
    ends = np.cumsum(counts)
    return np.repeat(starts[groups] - (ends - counts), counts) + np.arange(int(ends[-1]) if len(ends) else 0)


def _heavier(layout: Layout, groups: Integers, weight: Floats) -> ChoiceProblem:
    """Return the problem of some groups, of weight (group,); its rows take in all groups, which cells tell apart."""
    problem = layout.problem
    options = options_of(layout, groups)
    member = np.repeat(np.arange(len(groups)), np.diff(problem.starts)[groups])
    of_option = weight[member]
    side = None
    if problem.side is not None:
        side = sparse.csr_array(sparse.csc_array(problem.side)[:, options] @ sparse.diags_array(of_option))
    return ChoiceProblem(
        cost=problem.cost[options] * of_option,
        group=member,
        metrics=problem.metrics[:, options] * of_option,
        rows=[replace(row, groups=None) for row in problem.rows],
        side=side,
        side_sense=problem.side_sense,
        side_bound=problem.side_bound,
        divisible=None if problem.divisible is None else problem.divisible[groups],
    )
