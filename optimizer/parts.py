"""A problem in parts that decide apart from each other: groups that no row ties together.

A row ties the groups in which it tells options apart. What it counts in all other groups is settled and is taken from
its bound. Rows that are left out tie nothing; whoever leaves some out has to look afterwards whether they are kept.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from optimizer.arrays import Flags, Floats, Integers
from optimizer.components import components
from optimizer.problem import ChoiceProblem, Row


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """Groups that some rows tie together: ``option`` and ``row`` are places in the whole problem."""

    problem: ChoiceProblem
    option: Integers
    row: Integers


@dataclass(frozen=True, slots=True, eq=False)
class Split:
    """``parts``, and ``free``: the cheapest option of every group that no row tells apart, int64 (free group,)."""

    parts: tuple[Part, ...]
    free: Integers


def split(problem: ChoiceProblem, options: Flags, rows: Flags) -> Split:
    """Return the parts of a problem over some of its options, bool (option,), and rows, bool (row,).

    The problem reads one metric a row over all groups (``vicinity.flat``); each group keeps at least one option.
    """
    kept = np.flatnonzero(options)
    group_of = np.repeat(np.arange(problem.group_count), np.diff(problem.starts))[kept]
    starts = np.flatnonzero(np.diff(group_of, prepend=-1))
    used = np.flatnonzero(rows)
    metrics = problem.metrics[np.ix_(used, kept)]
    most, least = (extreme.reduceat(metrics, starts, axis=1) for extreme in (np.maximum, np.minimum))
    ties = most != least
    label, row_label = _labels(ties)
    settled = np.where(ties, 0.0, least)
    parts = []
    for number in np.unique(label[label >= 0]):
        own_rows, own_groups = np.flatnonzero(row_label == number), label == number
        option, place = kept[own_groups[group_of]], used[own_rows]
        outside = settled[np.ix_(own_rows, np.flatnonzero(~own_groups))].sum(axis=1)
        parts.append(Part(part_problem(problem, option, place, problem.bounds[place] - outside), option, place))
    return Split(tuple(parts), _cheapest(problem.cost, kept, starts, label < 0))


def _cheapest(cost: Floats, kept: Integers, starts: Integers, is_free: Flags) -> Integers:
    """Return the cheapest option of each free group, of equals the first."""
    sizes = np.diff(np.append(starts, len(kept)))
    order = np.lexsort((cost[kept], np.repeat(np.arange(len(starts)), sizes)))
    return kept[order[starts][is_free]]


def _labels(ties: Flags) -> tuple[Integers, Integers]:
    """Return the part of each group, -1 for those in none, and of each row."""
    row, group = np.nonzero(ties)
    count_rows, count_groups = ties.shape
    graph = sparse.coo_array(
        (np.ones(len(row)), (row, count_rows + group)), shape=(count_rows + count_groups, count_rows + count_groups)
    )
    label = components(graph)
    return np.where(ties.any(axis=0), label[count_rows:], -1), label[:count_rows]


def part_problem(problem: ChoiceProblem, option: Integers, row: Integers, bounds: Floats) -> ChoiceProblem:
    """Return some groups, by their options, under some rows with other bounds."""
    rows = tuple(
        Row(id=problem.rows[place].id, metric=number, sense=problem.rows[place].sense, bound=float(bound))
        for number, (place, bound) in enumerate(zip(row, bounds, strict=True))
    )
    group = problem.group[option]
    return ChoiceProblem(
        cost=problem.cost[option],
        group=group,
        metrics=problem.metrics[np.ix_(row, option)],
        rows=rows,
        divisible=problem.is_divisible[np.isin(problem.group_ids, group)],
    )
