"""Regions: parts of a problem that only a few wide rows tie together.

With the wide rows W at prices y the problem falls into regions r that share no row,

    sum_{k in W} y_k b_k + sum_r z_r(y),
    z_r(y) = min over whole choices of region r that keep its own rows of sum c_j - sum_{k in W} y_k a_kj,

and this is a bound no lower than phi, because a region's choices are whole (Geoffrion, Mathematical Programming
Study 2, 1974, pp. 82-114; Guignard and Kim, Mathematical Programming 39, 1987, pp. 215-228). Each z_r is a small
problem of the same kind. The regions' choices together keep every narrow row and are where the plan for the whole
starts.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from scipy import sparse

from optimizer.arrays import Flags, Floats, Integers
from optimizer.components import components
from optimizer.deadline import Deadline
from optimizer.dual.arrange import arrange
from optimizer.dual.extremes import extremes_of
from optimizer.dual.layout import Layout
from optimizer.dual.miniature import options_of
from optimizer.dual.prices import Start, best_prices
from optimizer.dual.pricing import UNIT_ROUNDOFF, pieces, price_out, rounding
from optimizer.dual.restricted import Relaxed, restrict
from optimizer.dual.task import Progress, Task, better
from optimizer.dual.whole import around, settled, whole_plan
from optimizer.parallel import in_parallel
from optimizer.problem import ChoiceProblem
from optimizer.settings import Settings

WIDE = 0.5
"""A row is wide when it takes in this share of the groups or more."""
MORE_WIDE = 12
"""Most shorter rows that are taken for wide ones because regions would be larger otherwise."""

LARGEST_REGION = 5000
MOST_REGIONS = 200
SHARE_OF_GAP = 0.3
"""What of the gap asked for the regions together may leave open, half of it by size and half of it evenly."""
REGION_NODES = 300
"""Nodes after which a region counts with what is proven of it: the gap is of the whole, and may be had elsewhere."""
ALONE = 0.9
"""The same where no wide row ties them: what they leave open is then all there is."""

PASSES = 3
WORTHWHILE = 0.1
"""The regions are solved so often, and again only after they raised the bound by this share of what is left."""


def regions_of(layout: Layout) -> tuple[Integers, Flags]:
    """Return the region of each group, int64 (group,), and the wide rows, bool (row,).

    Wide are side rows, rows over ``WIDE`` of the groups, and, of those that take in most cells, as many others as it
    takes, up to ``MORE_WIDE``, until no region has more than ``WIDE`` of the groups.
    """
    per_cell = np.bincount(layout.cell, minlength=layout.cell_count)
    metrics = len(layout.metric)
    entries = sparse.coo_array(layout.matrix)
    takes = sparse.csr_array(
        (np.ones(entries.nnz), (entries.row, entries.col // max(metrics, 1))),
        shape=(layout.own_count, layout.cell_count),
    )
    most = WIDE * layout.group_count
    is_long = np.asarray(takes @ per_cell) >= most
    order, first = np.lexsort((-np.diff(takes.indptr), ~is_long)), int(is_long.sum())
    for count in range(first, min(first + MORE_WIDE, layout.own_count) + 1):
        region = _tied(takes[np.sort(order[count:])])
        if np.bincount(region, per_cell).max() <= most:
            break
    else:
        count, region = first, _tied(takes[np.sort(order[first:])])
    is_wide = np.ones(layout.row_count, dtype=bool)
    is_wide[order[count:]] = False
    return region[layout.cell], is_wide


def _tied(takes: sparse.csr_array) -> Integers:
    """Return the region of each cell where rows, (row, cell), tie those together that they take in, int64 (cell,)."""
    return components(takes.T @ takes)


def by_region(task: Task, progress: Progress) -> Progress:
    """Solve regions by themselves at the wide rows' prices: a better bound, and a plan where the wide rows can be kept.

    The relaxation of what is nearly tied with the regions' choices, whose large groups are whole, has other prices than
    that of shares: at these the regions are solved again, as long as it pays.
    """
    region, is_wide = regions_of(task.layout)
    sizes = np.bincount(region)
    if not 1 < len(sizes) <= MOST_REGIONS or sizes.max() > LARGEST_REGION:
        return progress
    at: Task | None = task
    for _ in range(PASSES):
        if at is None:
            return progress
        before = progress.bound
        progress, choice = _pass(at, progress, region, is_wide)
        if choice is None or task.is_done(progress):
            return progress
        progress = _joined(at, progress, choice)
        is_over = task.is_done(progress) or task.is_stopped(progress) or task.is_far(progress)
        if is_over or progress.bound - before <= WORTHWHILE * progress.distance:
            return progress
        at = _repriced(at, progress, choice)
    return progress


def _pass(task: Task, progress: Progress, region: Integers, is_wide: Flags) -> tuple[Progress, Floats | None]:
    """Solve the regions; return their choice too, float64 (option,), None where one has none.

    A region that is not solved counts with its part of phi. Those that raised the bound most the last time come first,
    and none comes after the gap is proven.
    """
    work = _Regions(task, region, is_wide)
    values, gain = work.phi.copy(), work.known_gain(progress)
    order = np.lexsort((-np.bincount(region), -gain)).tolist()
    choice = np.zeros(task.layout.problem.option_count)
    share = SHARE_OF_GAP if is_wide.any() else ALONE
    room, left = share * task.room(progress), task.left(progress, REGION_NODES)
    for number, found in zip(order, work.solved(order, left, room), strict=False):
        if found is None:
            return progress, None
        progress = replace(progress, nodes=progress.nodes + found.nodes, seconds=progress.seconds + found.seconds)
        if found.is_infeasible:
            conflict = tuple(sorted(task.layout.problem.row_ids[row] for row in work.rows_of(number)))
            return replace(progress, is_infeasible=True, conflict=conflict), None
        values[number] = max(values[number], found.bound)
        gain[number] = values[number] - work.phi[number]
        if found.plan is not None:
            own = options_of(task.layout, work.members(number))
            choice[own] = found.plan.model.level(found.plan.share, len(own))
        progress = replace(progress, bound=max(progress.bound, work.total(values)), gain=gain)
        if task.is_done(progress):
            break
    is_whole = (np.add.reduceat(choice, task.layout.problem.starts[:-1]) > 0.0).all()
    return progress, choice if is_whole else None


class _Regions:
    """The regions of a layout at the wide rows' prices, and phi of each at all prices, float64 (region,)."""

    def __init__(self, task: Task, region: Integers, is_wide: Flags) -> None:
        layout, price = task.layout, task.refined.price
        self.task, self.region, self.count = task, region, int(region.max()) + 1
        self.row_region = _row_regions(layout, region, is_wide)
        is_own = self.row_region >= 0
        asked = price * layout.sign * layout.problem.bounds
        least = np.minimum.reduceat(_priced(layout, price), layout.problem.starts[:-1])
        self.cost = _priced(layout, np.where(is_own, 0.0, price))
        self.earned = asked[~is_own]
        self.phi = np.bincount(region, least, self.count)
        self.phi += np.bincount(self.row_region[is_own], asked[is_own], self.count)
        self.size = float(np.abs(least).sum() + np.abs(asked).sum())

    def known_gain(self, progress: Progress) -> Floats:
        """Return by how much each region was seen to raise the bound, float64 (region,), 0 where nothing is known."""
        known = self.task.known
        gain = progress.gain if len(progress.gain) or known is None else known.gain
        return gain.copy() if len(gain) == self.count else np.zeros(self.count)

    def members(self, number: int) -> Integers:
        """Return a region's groups, int64."""
        return np.flatnonzero(self.region == number)

    def rows_of(self, number: int) -> Integers:
        """Return a region's own rows, int64."""
        return np.flatnonzero(self.row_region == number)

    def total(self, values: Floats) -> float:
        """Return the bound that values (region,) come to, less what rounding may have added."""
        layout = self.task.layout
        size = self.size + float(np.abs(values).sum())
        allowance = rounding(layout, self.task.sizes, self.task.refined.price)
        return math.fsum([*values, *self.earned]) - allowance - 2.0 * layout.group_count * UNIT_ROUNDOFF * size

    def solved(self, order: list[int], left: Settings, room: float) -> Iterator[Progress | None]:
        """Yield what was found of each region, in order."""

        def solve(number: int) -> Progress | None:
            groups, rows = self.members(number), self.rows_of(number)
            own = _sub_problem(self.task.layout, groups, rows, self.cost)
            share = 0.5 * len(groups) / self.task.layout.group_count + 0.5 / self.count
            return _solve(own, left, room * share, Start(self.task.refined.price[rows]))

        return in_parallel(solve, order, self.task.settings.threads)


def _row_regions(layout: Layout, region: Integers, is_wide: Flags) -> Integers:
    """Return the region that each row lies in, int64 (row,), -1 for wide ones and those without groups."""
    of_cell = np.zeros(layout.cell_count, dtype=np.int64)
    of_cell[layout.cell] = region
    found = np.full(layout.row_count, -1)
    rows = np.flatnonzero(~is_wide[: layout.own_count] & (np.diff(layout.matrix.indptr) > 0))
    found[rows] = of_cell[layout.matrix.indices[layout.matrix.indptr[rows]] // len(layout.metric)]
    return found


def _priced(layout: Layout, price: Floats) -> Floats:
    """Return c_j - sum_k y_k a_kj of all options, float64 (option,)."""
    cost = np.empty(layout.problem.option_count)
    for block, piece, reduced in pieces(layout, price):
        cost[(block.first[piece][:, None] + np.arange(reduced.shape[1])).ravel()] = reduced.ravel()
    return cost


def _sub_problem(layout: Layout, groups: Integers, rows: Integers, cost: Floats) -> ChoiceProblem:
    problem, options = layout.problem, options_of(layout, groups)
    metric = np.unique(np.array([problem.rows[row].metric for row in rows.tolist()], dtype=np.int64))
    own = [problem.rows[row] for row in rows.tolist()]
    return ChoiceProblem(
        cost=cost[options],
        group=problem.group[options],
        metrics=problem.metrics[np.ix_(metric, options)],
        rows=[replace(row, metric=int(np.searchsorted(metric, row.metric))) for row in own],
        divisible=problem.is_divisible[groups],
    )


def _solve(problem: ChoiceProblem, settings: Settings, room: float, start: Start) -> Progress | None:
    layout = arrange(problem)
    sizes = extremes_of(layout)
    deadline = Deadline.after(settings.time_limit_s)
    refined = best_prices(layout, sizes, settings, start)
    return None if refined is None else whole_plan(Task(layout, sizes, settings, refined, deadline, absolute_gap=room))


def _base(task: Task, level: Floats) -> Integers:
    """Return the option of each group that has the largest part, int64 (group,)."""
    starts = task.layout.problem.starts
    return np.lexsort((-level, np.repeat(np.arange(len(starts) - 1), np.diff(starts))))[starts[:-1]]


def _joined(task: Task, progress: Progress, level: Floats) -> Progress:
    """Take the regions' choices, level (option,), where they keep the wide rows; else look for a plan near them."""
    base, taken = _base(task, level), np.flatnonzero(level)
    model = restrict(task.layout, task.sizes.tolerance, base, taken)
    progress = better(progress, task.plan(model, level[model.option]))
    return progress if task.is_done(progress) else settled(task, progress, base, taken)


def _repriced(task: Task, progress: Progress, level: Floats) -> Task | None:
    """Return the task at the prices of the relaxation around the regions' choices; None without an answer."""
    model = around(task, _base(task, level), np.flatnonzero(level))
    answer = Relaxed(model, task.left(progress), task.dearest).solve()
    if answer.price is None:
        return None
    refined, price = task.refined, task.layout.project(answer.price)
    priced = price_out(refined.box.open, task.sizes, price)
    return replace(task, refined=replace(refined, price=price, priced=priced))
