"""Which groups rows tie together, and what falls into parts that decide apart from each other.

A row ties the groups in which it tells options apart; elsewhere what it counts is settled. Groups that no chain of rows
joins decide apart, so that a question about one part needs no look at the others.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import cast

import numpy as np
from scipy import sparse

from optimizer.arrays import Flags, Floats, Integers
from optimizer.evaluate import ROW_TOLERANCE, shortfall
from optimizer.problem import ChoiceProblem, Row


@dataclass(frozen=True, slots=True, eq=False)
class Ties:
    """The rows of a problem and the groups they tie.

    ``least`` and ``most`` float64 (metric, group): extremes of each metric that a row reads, 0 elsewhere. ``tied`` by
    row: places of the groups in which it tells options apart, increasing. ``constant`` float64 (row,): what each row
    counts elsewhere.
    """

    problem: ChoiceProblem
    least: Floats
    most: Floats
    tied: tuple[Integers, ...]
    constant: Floats

    def parts(self, rows: Iterable[int]) -> tuple[Integers, dict[int, list[int]]]:
        """Return the part of each group under some rows, int64 (group,), -1 for none, and the rows of each part.

        A part is called by the number of one of its rows; a row that ties nothing is a part without groups.
        """
        counted = list(rows)
        root = np.append(np.arange(len(self.tied)), -1)
        label = np.full(self.problem.group_count, -1, dtype=np.int64)
        for row in counted:
            groups = self.tied[row]
            met = np.flatnonzero(np.bincount(label[groups] + 1, minlength=1)[1:])
            root[np.isin(root, root[met])] = row
            label[groups] = row
        found: dict[int, list[int]] = {}
        for row in counted:
            found.setdefault(int(root[row]), []).append(row)
        return root[label], found

    def tolerance(self) -> Floats:
        """Return how far each row may miss its bound, as ``evaluate.row_tolerance`` does, float64 (row,)."""
        problem = self.problem
        size = np.maximum(np.abs(self.least), np.abs(self.most))
        largest = [size[own.metric][problem.members(row)].max(initial=0.0) for row, own in enumerate(problem.rows)]
        beside = range(len(problem.rows), problem.row_count)
        largest += [np.abs(problem.contribution(row)).max(initial=0.0) for row in beside]
        return np.asarray(ROW_TOLERANCE * np.maximum(largest, np.abs(problem.bounds)), dtype=np.float64)

    def are_kept(self, level: Floats, rows: Iterable[int]) -> bool:
        """Whether a choice (option,) of whole or mixed groups keeps some rows."""
        problem = self.problem
        given = {
            metric: np.add.reduceat(problem.metrics[metric] * level, problem.starts[:-1])
            for metric in {row.metric for row in problem.rows}
        }
        values = np.zeros(problem.row_count)
        for row in rows:
            if row < len(problem.rows):
                values[row] = given[problem.rows[row].metric][problem.members(row)].sum()
            else:
                values[row] = problem.contribution(row) @ level
        missed = shortfall(problem.senses, values, problem.bounds) > self.tolerance()
        return not missed[list(rows)].any()

    def settled(self, row: int, groups: Flags) -> float:
        """Return what a row counts outside some groups, bool (group,), that hold all it ties."""
        if row >= len(self.problem.rows):
            return 0.0
        outside = self.problem.members(row) & ~groups
        return float(self.least[self.problem.rows[row].metric][outside].sum())

    def part(self, groups: Flags, rows: Sequence[int]) -> Part:
        """Return some groups, bool (group,), under some rows, whose bounds are less by what is settled elsewhere.

        The rows tie no other groups.
        """
        problem, first = self.problem, len(self.problem.rows)
        is_whole = bool(groups.all())
        option = np.flatnonzero(np.repeat(groups, np.diff(problem.starts)))
        own, beside = [row for row in rows if row < first], [row for row in rows if row >= first]
        used = sorted({problem.rows[row].metric for row in own})
        made = ChoiceProblem(
            cost=problem.cost if is_whole else problem.cost[option],
            group=problem.group if is_whole else problem.group[option],
            metrics=_picked(problem.metrics, used, None if is_whole else option),
            rows=[self._within(row, groups, used.index(problem.rows[row].metric)) for row in own],
            divisible=problem.is_divisible[groups],
            side=sparse.csr_array(_side(problem)[np.subtract(beside, first)][:, option]) if beside else None,
            side_sense=[problem.senses[row] for row in beside] if beside else None,
            side_bound=problem.bounds[beside] if beside else None,
        )
        return Part(made, option, (*own, *beside))

    def _within(self, row: int, groups: Flags, metric: int) -> Row:
        """Return a row over some groups, its metric at another place."""
        problem, members = self.problem, self.problem.members(row) & groups
        bound = problem.rows[row].bound - self.settled(row, groups)
        ids = None if members.sum() == groups.sum() else problem.group_ids[members]
        return replace(problem.rows[row], metric=metric, bound=bound, groups=ids)


def _side(problem: ChoiceProblem) -> sparse.csr_array:
    return cast("sparse.csr_array", problem.side)


def _picked(metrics: Floats, used: Sequence[int], option: Integers | None) -> Floats:
    """Return some metrics of some options, all of them for None; nothing is copied where all is kept."""
    if option is not None:
        return np.asarray(metrics[np.ix_(used, option)], dtype=np.float64)
    return metrics if len(used) == len(metrics) else metrics[np.asarray(used, dtype=np.int64)]


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """Groups under rows: ``option`` int64 (option,) and ``row`` are places in the whole problem."""

    problem: ChoiceProblem
    option: Integers
    row: tuple[int, ...]


def ties_of(problem: ChoiceProblem) -> Ties:
    """Return what each row of a problem ties."""
    starts = problem.starts[:-1]
    least, most = np.zeros((2, len(problem.metrics), problem.group_count))
    for metric in {row.metric for row in problem.rows}:
        least[metric] = np.minimum.reduceat(problem.metrics[metric], starts)
        most[metric] = np.maximum.reduceat(problem.metrics[metric], starts)
    differs = least != most
    tied, constant = [], np.zeros(problem.row_count)
    for row, own in enumerate(problem.rows):
        member = problem.members(row)
        tied.append(np.flatnonzero(member & differs[own.metric]))
        constant[row] = least[own.metric][member & ~differs[own.metric]].sum()
    tied += [np.flatnonzero(problem.members(row)) for row in range(len(problem.rows), problem.row_count)]
    return Ties(problem, least, most, tuple(tied), constant)
