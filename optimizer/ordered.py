"""A small problem with groups, options and rows in an order of what they hold: how they were listed does not show.

Every step of an engine follows the order of what it is given, in ties and in the last digit of sums. So groups, the
options of each and the rows are put in order of keys (``canonical``): that of an option from its cost, metrics and
entries in side rows, that of a group from its options and from the rows it stands in, that of a row from its bound and
the groups it takes in. Groups that are equal in all of it keep the order they were listed in.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy import sparse

from optimizer.arrays import Floats, Integers
from optimizer.canonical import Keys, column_order, key_of, mix
from optimizer.problem import SENSES, ChoiceProblem


@dataclass(frozen=True, slots=True, eq=False)
class Ordered:
    """A problem in order; ``option`` int64 (option,) and ``row`` int64 (row,): which one of the whole each is."""

    problem: ChoiceProblem
    option: Integers
    row: Integers

    def level(self, level: Floats) -> Floats:
        """Return a choice in the order of the whole, float64 (option,)."""
        return _put_back(level, self.option)

    def by_row(self, values: Floats) -> Floats:
        """Return values of the rows in the order of the whole, float64 (row,)."""
        return _put_back(values, self.row)

    def inner(self, values: Floats) -> Floats:
        """Return values of the whole's rows, (row,), as those of the rows that are left."""
        return values[self.row]

    def under(self, asked: ChoiceProblem) -> Ordered | None:
        """Return the same order under other bounds; None with side rows."""
        if asked.side is not None:
            return None
        bounds = zip(self.problem.rows, asked.bounds[self.row].tolist(), strict=True)
        rows = tuple(row if row.bound == bound else replace(row, bound=bound) for row, bound in bounds)
        return replace(self, problem=self.problem.with_rows(rows))

    def remarks(self, _whole: ChoiceProblem) -> tuple[str, ...]:
        """Return nothing: an order needs no words."""
        return ()


def _put_back(values: Floats, place: Integers) -> Floats:
    back = np.empty_like(values)
    back[place] = values
    return back


def ordered(problem: ChoiceProblem) -> Ordered:
    """Return a problem in the order of what it holds."""
    row_keys = _row_keys(problem)
    option_keys = _option_keys(problem, row_keys[len(problem.rows) :])
    stands_in = _stands_in(problem, row_keys)
    keys = mix(option_keys + np.repeat(stands_in, np.diff(problem.starts)))
    option, groups, group_keys = column_order(keys, problem.starts, problem.is_divisible)
    row = _row_order(problem, row_keys, group_keys, keys)
    return Ordered(_in_order(problem, option, groups, row), option, row)


def _row_keys(problem: ChoiceProblem) -> Keys:
    """Return keys of the rows from their sense, bound and metric, (row,)."""
    sense = np.array([SENSES.index(sense) for sense in problem.senses], dtype=np.float64)
    metric = np.array([row.metric for row in problem.rows] + [-1] * (problem.row_count - len(problem.rows)), np.float64)
    return mix(key_of(problem.bounds) + np.uint64(3) * key_of(sense) + np.uint64(5) * key_of(metric))


def _option_keys(problem: ChoiceProblem, side_keys: Keys) -> Keys:
    keys = key_of(problem.cost)
    for metric in sorted({row.metric for row in problem.rows}):
        keys = keys + mix(key_of(problem.metrics[metric]) + key_of(np.array([float(metric)])))
    if problem.side is not None:
        entries = sparse.csr_array(problem.side).tocoo()
        np.add.at(keys, entries.col, mix(key_of(entries.data) + side_keys[entries.row]))
    return mix(keys)


def _places(problem: ChoiceProblem, row: int) -> Integers | slice:
    groups = problem.rows[row].groups
    return slice(None) if groups is None else np.searchsorted(problem.group_ids, groups)


def _stands_in(problem: ChoiceProblem, row_keys: Keys) -> Keys:
    """Return the sum of the keys of the rows that each group stands in, (group,)."""
    keys = np.zeros(problem.group_count, dtype=np.uint64)
    for row in range(len(problem.rows)):
        keys[_places(problem, row)] += row_keys[row]
    return keys


def _row_order(problem: ChoiceProblem, row_keys: Keys, group_keys: Keys, option_keys: Keys) -> Integers:
    """Return the rows in order, side rows last, int64 (row,)."""
    own = np.array([group_keys[_places(problem, row)].sum() for row in range(len(problem.rows))], dtype=np.uint64)
    side = np.zeros(problem.row_count - len(own), dtype=np.uint64)
    if problem.side is not None:
        entries = sparse.csr_array(problem.side).tocoo()
        np.add.at(side, entries.row, mix(key_of(entries.data) + option_keys[entries.col]))
    keys = mix(row_keys + mix(np.concatenate([own, side])))
    return np.lexsort((keys, np.arange(len(keys)) >= len(own)))


def _in_order(problem: ChoiceProblem, option: Integers, groups: Integers, row: Integers) -> ChoiceProblem:
    own = len(problem.rows)
    place = np.empty_like(groups)
    place[groups] = np.arange(len(groups))
    rows = []
    for number in row[:own].tolist():
        listed = problem.rows[number]
        members = None if listed.groups is None else np.sort(place[np.searchsorted(problem.group_ids, listed.groups)])
        rows.append(replace(listed, groups=members))
    side = row[own:] - own
    return ChoiceProblem(
        cost=problem.cost[option],
        group=np.repeat(np.arange(len(groups)), np.diff(problem.starts)[groups]),
        metrics=problem.metrics[:, option],
        rows=rows,
        side=None if problem.side is None else sparse.csr_array(problem.side)[side][:, option],
        side_sense=None if problem.side_sense is None else tuple(problem.side_sense[one] for one in side.tolist()),
        side_bound=None if problem.side_bound is None else problem.side_bound[side],
        divisible=None if problem.divisible is None else problem.divisible[groups],
    )
