"""Groups that rows between single options tie together, as one group whose options are the combinations they allow.

Two projects of which one requires, or excludes, the other are two groups and a row over some of their options. One
group with an option for every pair that keeps the row says the same without the row: costs and metrics of a combination
are the sums of its parts. So the choices are the same, with the same costs, and the problem has the shape again in
which every group decides alone at prices of the rows. A cluster is a set of groups that side rows connect; its
combinations are as many as the product of its groups' options, so that only small clusters are put together.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import cast

import numpy as np
from scipy import sparse

from optimizer.arrays import Flags, Floats, Integers
from optimizer.components import components
from optimizer.evaluate import ROW_TOLERANCE
from optimizer.problem import ChoiceProblem, Row

MOST_COMBINATIONS = 2048
"""Combinations of a cluster that is put together ..."""

MOST_IN_ALL = 400_000
"""... and of all clusters together."""

MOST_NUMBERS = 40_000_000
"""Numbers that the metrics of what is put together may have: a row that takes in a part of a cluster needs its own."""

SHOWN = 8
"""Rows and groups named in a sentence."""

UNIT_ROUNDOFF = 2.0**-53


@dataclass(frozen=True, slots=True, eq=False)
class Clusters:
    """Which groups side rows tie together.

    ``label`` int64 (group,): the cluster of each group, -1 where it is alone; ``row`` int64 (side row,): that of each
    side row, -1 for one without entries; ``size`` float64 (cluster,): the combinations of each.
    """

    label: Integers
    row: Integers
    size: Floats

    def obstacle(self, problem: ChoiceProblem) -> str:
        """Return, as a clause, why the clusters cannot be put together, nothing where they can."""
        largest = float(self.size.max(initial=0.0))
        if largest > MOST_COMBINATIONS or float(self.size.sum()) > MOST_IN_ALL:
            many = f"{largest:.4g} combinations" if largest > MOST_COMBINATIONS else f"{self.size.sum():.4g} in all"
            return f"rows between single options tie groups into {len(self.size)} clusters of up to {many}"
        if (problem.is_divisible & (self.label >= 0)).any():
            return "rows between single options tie groups that may be mixed"
        metrics = len(problem.metrics) + int(_is_split(problem, self.label).sum())
        if metrics * float(problem.option_count + self.size.sum()) > MOST_NUMBERS:
            return (
                f"rows between single options tie groups of different rows together, which asks for {metrics} metrics"
            )
        return ""


@dataclass(frozen=True, slots=True, eq=False)
class Linked:
    """A problem without side rows.

    ``parts`` float64 (option of what is left, option of the whole): 1 where the one holds the other; ``conflict`` says
    which side rows no combination keeps, and is empty where there is one; ``deepest``: most groups of a cluster.
    """

    problem: ChoiceProblem
    parts: sparse.csr_array
    whole: ChoiceProblem
    deepest: int
    remark: str
    conflict: str = ""

    def level(self, level: Floats) -> Floats:
        """Return a choice of combinations as one of their parts, float64 (option of the whole,)."""
        return np.asarray(self.parts.T @ level)

    def by_row(self, values: Floats) -> Floats:
        """Return values of the rows, 0 for those between single options, which have gone."""
        return np.concatenate([values, np.zeros(self.whole.row_count - len(values))])

    def inner(self, values: Floats) -> Floats:
        """Return values of the whole's rows, (row,), as those of the rows that are left."""
        return values[: len(self.problem.rows)]

    def under(self, asked: ChoiceProblem) -> Linked | None:
        """Return the same under other bounds; None where those of the side rows moved."""
        own = len(asked.rows)
        if not np.array_equal(asked.bounds[own:], self.whole.bounds[own:]):
            return None
        bounds = zip(self.problem.rows, asked.bounds[:own].tolist(), strict=True)
        rows = tuple(row if row.bound == bound else replace(row, bound=bound) for row, bound in bounds)
        return replace(self, problem=self.problem.with_rows(rows), whole=asked)

    def remarks(self, _whole: ChoiceProblem) -> tuple[str, ...]:
        """Return what was put together, in words."""
        return (self.remark,)

    def rounding(self, prices: Floats) -> float:
        """Return what adding up parts may be off by at prices (row,)."""
        starts = self.problem.starts[:-1]
        size = float(np.maximum.reduceat(np.abs(self.problem.cost), starts).sum())
        for row, price in enumerate(prices.tolist()):
            if price != 0.0:
                size += abs(price) * float(np.maximum.reduceat(np.abs(self.problem.contribution(row)), starts).sum())
        return (self.deepest - 1) * UNIT_ROUNDOFF * size


def clusters(problem: ChoiceProblem) -> Clusters:
    """Return which groups the side rows of a problem tie together."""
    side = sparse.csr_array((0, problem.option_count)) if problem.side is None else problem.side.copy()
    side.eliminate_zeros()
    entries = side.tocoo()
    group = np.repeat(np.arange(problem.group_count), np.diff(problem.starts))[entries.col]
    rows, groups = side.shape[0], problem.group_count
    graph = sparse.coo_array((np.ones(len(group)), (entries.row, rows + group)), shape=(rows + groups, rows + groups))
    found = components(graph)
    is_tied = np.zeros(groups, dtype=bool)
    is_tied[group] = True
    used, tied = np.unique(found[rows:][is_tied], return_inverse=True)
    label = np.full(groups, -1)
    label[is_tied] = tied
    place = np.searchsorted(used, found[:rows])
    row = np.where(np.append(used, -1)[place] == found[:rows], place, -1)
    counts = np.log(np.diff(problem.starts)[is_tied].astype(np.float64))
    size = np.exp(np.bincount(tied, counts, len(used))) if len(used) else np.empty(0)
    return Clusters(label, row, np.rint(np.minimum(size, 1e300)))


def linked(problem: ChoiceProblem) -> Linked | None:
    """Return a problem with the groups that its side rows tie together put into one; None where there are too many."""
    found = clusters(problem)
    if found.obstacle(problem):
        return None
    cluster, parts = _combinations(problem, found)
    conflict, is_kept = _kept(problem, found, cluster, parts)
    if conflict:
        return Linked(problem, sparse.csr_array((0, problem.option_count)), problem, 1, "", conflict)
    cluster, parts = cluster[is_kept], sparse.csr_array(parts[np.flatnonzero(is_kept)])
    first = np.zeros(len(found.size) + 1, dtype=np.int64)  # the last one for groups that stand alone
    members = np.flatnonzero(found.label >= 0)[::-1]
    first[found.label[members]] = members
    home = np.where(found.label >= 0, first[found.label], np.arange(problem.group_count))
    alone = np.flatnonzero(np.repeat(found.label < 0, np.diff(problem.starts)))
    everything = sparse.vstack([_picked(alone, problem.option_count), parts], format="csr")
    group = np.concatenate([problem.group[alone], problem.group_ids[first[cluster]]])
    order = np.argsort(group, kind="stable")
    parts = sparse.csr_array(everything[order])
    depth = int(np.bincount(found.label[members], minlength=1).max())
    remark = (
        f"{problem.row_count - len(problem.rows)} rows between single options tie {len(members)} groups together, "
        f"taken as {len(found.size)} with {len(cluster)} combinations"
    )
    return Linked(_put_together(problem, found, home, group[order], parts), parts, problem, depth, remark)


def _combinations(problem: ChoiceProblem, found: Clusters) -> tuple[Integers, sparse.csr_array]:
    """Return the cluster of every combination and its parts, (combination, option), clusters of equal shape at once."""
    by_cluster = np.argsort(found.label, kind="stable")
    by_cluster = by_cluster[found.label[by_cluster] >= 0]
    sizes, label = np.diff(problem.starts)[by_cluster], found.label[by_cluster]
    cuts = np.flatnonzero(np.diff(label, prepend=-1))
    shapes: dict[tuple[int, ...], list[int]] = {}
    for cut, end in zip(cuts, np.append(cuts, len(label))[1:], strict=True):
        shapes.setdefault(tuple(sizes[cut:end].tolist()), []).append(int(cut))
    clusters_, options, counts = [np.empty(0, dtype=np.int64)], [np.empty(0, dtype=np.int64)], [np.zeros(1, np.int64)]
    for shape, places in shapes.items():
        grid = np.indices(shape).reshape(len(shape), -1).T
        groups = by_cluster[np.array(places)[:, None] + np.arange(len(shape))]
        chosen = problem.starts[groups][:, None, :] + grid[None]
        clusters_.append(np.repeat(label[places], len(grid)))
        options.append(chosen.ravel())
        counts.append(np.full(len(places) * len(grid), len(shape)))
    indices, ends = np.concatenate(options), np.cumsum(np.concatenate(counts))
    parts = sparse.csr_array((np.ones(len(indices)), indices, ends), shape=(len(ends) - 1, problem.option_count))
    return np.concatenate(clusters_), parts


def _kept(problem: ChoiceProblem, found: Clusters, cluster: Integers, parts: sparse.csr_array) -> tuple[str, Flags]:
    """Return which side rows no combination keeps, in words, and which combinations keep all of theirs, bool."""
    side = cast("sparse.csr_array", problem.side)
    bounds = problem.bounds[len(problem.rows) :]
    senses = np.array(problem.senses[len(problem.rows) :], dtype="U2")
    room = ROW_TOLERANCE * np.maximum(np.abs(bounds), abs(side).max(axis=1).toarray().ravel())
    low, high = np.where(senses == "<=", -np.inf, bounds - room), np.where(senses == ">=", np.inf, bounds + room)
    values = sparse.csr_array(side @ parts.T)
    row = np.repeat(np.arange(len(bounds)), np.diff(values.indptr))
    is_met = (values.data >= low[row]) & (values.data <= high[row])
    is_kept = np.ones(len(cluster), dtype=bool)
    is_kept[values.indices[~is_met]] = False
    asks = (low > 0.0) | (high < 0.0)
    answered = np.bincount(values.indices[asks[row]], minlength=len(cluster))
    asked = np.bincount(found.row[asks & (found.row >= 0)], minlength=len(found.size))
    is_kept &= answered == asked[cluster]
    return _conflict(problem, found, asks, np.bincount(cluster[is_kept], minlength=len(found.size))), is_kept


def _conflict(problem: ChoiceProblem, found: Clusters, asks: Flags, left: Integers) -> str:
    """Return a sentence on side rows that cannot be kept: without entries, or of a cluster without combinations."""
    names = problem.row_ids[len(problem.rows) :]
    empty = np.flatnonzero(asks & (found.row < 0))
    if len(empty):
        return f"row {names[empty[0]]!r} asks for more than nothing, and no option adds anything to it"
    if (left > 0).all():
        return ""
    number = int(np.flatnonzero(left == 0)[0])
    rows = ", ".join(repr(names[row]) for row in np.flatnonzero(found.row == number)[:SHOWN])
    groups = ", ".join(str(group) for group in problem.group_ids[found.label == number][:SHOWN])
    return f"none of the {found.size[number]:.0f} combinations of the groups {groups} keeps {rows}"


def _picked(option: Integers, option_count: int) -> sparse.csr_array:
    """Return parts of options that stand alone, (picked option, option)."""
    places = np.arange(len(option))
    return sparse.csr_array((np.ones(len(option)), (places, option)), shape=(len(option), option_count))


def _put_together(
    problem: ChoiceProblem, found: Clusters, home: Integers, group: Integers, parts: sparse.csr_array
) -> ChoiceProblem:
    """Return the problem of combinations; ``home`` int64 (group,): where each group has gone."""
    is_split = _is_split(problem, found.label)
    own = [problem.contribution(row) for row in np.flatnonzero(is_split).tolist()]
    metrics = np.vstack([problem.metrics, *own]) @ parts.T
    rows: list[Row] = []
    count = len(problem.metrics)
    for number, row in enumerate(problem.rows):
        metric = count + int(is_split[:number].sum()) if is_split[number] else row.metric
        groups = None if row.groups is None else np.unique(home[np.searchsorted(problem.group_ids, row.groups)])
        rows.append(replace(row, metric=metric, groups=None if groups is None else problem.group_ids[groups]))
    ids = np.unique(home)
    return ChoiceProblem(
        cost=np.asarray(parts @ problem.cost),
        group=group,
        metrics=np.asarray(metrics),
        rows=rows,
        divisible=None if problem.divisible is None else problem.divisible[ids],
    )


def _is_split(problem: ChoiceProblem, label: Integers) -> Flags:
    """Return which rows take in some groups of a cluster and leave out others, bool (own row,)."""
    count = int(label.max(initial=-1)) + 1
    whole = np.bincount(label[label >= 0], minlength=count)
    split = np.zeros(len(problem.rows), dtype=bool)
    for number, row in enumerate(problem.rows):
        if row.groups is not None:
            own = label[np.searchsorted(problem.group_ids, row.groups)]
            held = np.bincount(own[own >= 0], minlength=count)
            split[number] = bool(((held > 0) & (held < whole)).any())
    return split
