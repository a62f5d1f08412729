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
from dataclasses import replace

import numpy as np
from scipy import sparse
from scipy.sparse import csgraph

from optimizer.arrays import Flags, Floats, Integers
from optimizer.deadline import Deadline
from optimizer.dual.arrange import arrange
from optimizer.dual.descent import descend
from optimizer.dual.extremes import extremes_of
from optimizer.dual.layout import Layout
from optimizer.dual.prices import best_prices
from optimizer.dual.pricing import UNIT_ROUNDOFF, pieces, rounding
from optimizer.dual.restricted import restrict
from optimizer.dual.sample import options_of
from optimizer.dual.survey import candidates
from optimizer.dual.whole import SIZE_POWER, Plan, Progress, Task, better, descent_columns, whole_plan
from optimizer.parallel import in_parallel
from optimizer.problem import ChoiceProblem, Row
from optimizer.settings import Settings

WIDE = 0.5
"""A row is wide when it takes in this share of the groups or more."""

LARGEST_REGION = 5000
MOST_REGIONS = 200
SHARE_OF_GAP = 0.15
"""What of the gap asked for the regions together may leave open."""


def regions_of(layout: Layout) -> tuple[Integers, Flags]:
    """Return the region of each group, int64 (group,), and the wide rows, bool (row,)."""
    per_cell = np.bincount(layout.cell, minlength=layout.cell_count)
    metrics = len(layout.metric)
    entries = sparse.coo_array(layout.matrix)
    takes = sparse.csr_array(
        (np.ones(entries.nnz), (entries.row, entries.col // max(metrics, 1))),
        shape=(layout.own_count, layout.cell_count),
    )
    is_wide = np.ones(layout.row_count, dtype=bool)
    is_wide[: layout.own_count] = np.asarray(takes @ per_cell) >= WIDE * layout.group_count
    narrow = takes[np.flatnonzero(~is_wide[: layout.own_count])]
    region = csgraph.connected_components(sparse.csr_array(narrow.T @ narrow), directed=False)[1]
    return region[layout.cell].astype(np.int64), is_wide


def by_region(task: Task, progress: Progress) -> Progress:
    """Solve every region at the wide rows' prices: a better bound, and a plan where the wide rows can be kept."""
    layout = task.layout
    region, is_wide = regions_of(layout)
    sizes = np.bincount(region)
    if not 1 < len(sizes) <= MOST_REGIONS or sizes.max() > LARGEST_REGION:
        return progress
    price = np.where(is_wide, task.refined.price, 0.0)
    cost = _priced(layout, price)
    parts = [np.flatnonzero(region == number) for number in range(len(sizes))]
    room, left = SHARE_OF_GAP * task.room(progress), task.left(progress)
    values, choice = [], np.zeros(layout.problem.option_count)

    def solve(groups: Integers) -> tuple[ChoiceProblem, Progress | None]:
        own = _sub_problem(layout, groups, options_of(layout, groups), cost, is_wide)
        return own, _solve(own, left, room * len(groups) / layout.group_count)

    for groups, (own, found) in zip(parts, in_parallel(solve, parts, task.settings.threads), strict=True):
        if found is None:
            return progress
        progress = replace(progress, nodes=progress.nodes + found.nodes, seconds=progress.seconds + found.seconds)
        if found.is_infeasible:
            return replace(progress, is_infeasible=True, conflict=own.row_ids)
        values.append(found.bound)
        if found.plan is not None:
            choice[options_of(layout, groups)] = found.plan.model.level(found.plan.share, own.option_count)
    earned = price * (layout.sign * layout.problem.bounds)
    total = math.fsum([*values, *earned])
    allowance = rounding(layout, task.sizes, price) + 64.0 * UNIT_ROUNDOFF * float(np.abs([*values, *earned]).sum())
    progress = replace(progress, bound=max(progress.bound, total - allowance))
    return better(progress, _joined(task, choice))


def _priced(layout: Layout, price: Floats) -> Floats:
    """Return c_j - sum_k y_k a_kj of all options, float64 (option,)."""
    cost = np.empty(layout.problem.option_count)
    for block, piece, reduced in pieces(layout, price):
        cost[(block.first[piece][:, None] + np.arange(reduced.shape[1])).ravel()] = reduced.ravel()
    return cost


def _sub_problem(layout: Layout, groups: Integers, options: Integers, cost: Floats, is_wide: Flags) -> ChoiceProblem:
    problem = layout.problem
    ids = problem.group_ids[groups]
    rows = []
    for number in np.flatnonzero(~is_wide[: layout.own_count]):
        row = problem.rows[int(number)]
        members = ids if row.groups is None else np.intersect1d(row.groups, ids)
        if len(members):
            rows.append(Row(row.id, row.metric, row.sense, row.bound, members))
    return ChoiceProblem(
        cost=cost[options],
        group=problem.group[options],
        metrics=problem.metrics[:, options],
        rows=rows,
        divisible=problem.is_divisible[groups],
    )


def _solve(problem: ChoiceProblem, settings: Settings, room: float) -> Progress | None:
    layout = arrange(problem)
    sizes = extremes_of(layout)
    deadline = Deadline.after(settings.time_limit_s)
    refined = best_prices(layout, sizes, settings, None)
    return None if refined is None else whole_plan(Task(layout, sizes, settings, refined, deadline, absolute_gap=room))


def _joined(task: Task, level: Floats) -> Plan | None:
    """Return a plan near the regions' choices, with the wide rows kept."""
    layout, price = task.layout, task.refined.price
    if not (np.add.reduceat(level, layout.problem.starts[:-1]) > 0.0).all() or layout.problem.is_divisible.any():
        return None
    base = np.flatnonzero(level)
    near = candidates(task.refined.box.open, price).nearest(descent_columns(layout), SIZE_POWER)
    model = restrict(layout, task.sizes.tolerance, base, near)
    share = descend(model, np.zeros(len(model.option)), price)
    return None if share is None else task.plan(model, share)
