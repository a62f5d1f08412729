"""The problem: one option of each group, least cost, linear requirements.

    minimise    sum_j c_j x_j
    subject to  sum_{j in group i} x_j = 1          for every group i
                sum_j a_kj x_j  {>=, <=, =}  b_k    for every row k
                x_j in {0, 1}, or in [0, 1] where the group is divisible

A row takes its coefficients a_kj from one metric, over the options of some groups; rows that do not fit that mould
stand in a sparse block beside it. The multiple-choice knapsack problem is the case of one row: Kellerer, Pferschy and
Pisinger, Knapsack Problems, Springer 2004, chapter 11.
"""

from __future__ import annotations

import copy
import operator
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal, cast

import numpy as np
from scipy import sparse

from optimizer.arrays import Flags, Floats, Integers, describe, flags, integers, is_increasing, numbers, read_only

type Sense = Literal[">=", "<=", "="]

SENSES: tuple[Sense, ...] = (">=", "<=", "=")


@dataclass(frozen=True, slots=True, eq=False)
class Row:
    """One requirement: the metric, summed over the choices of some groups, stands in ``sense`` to ``bound``.

    ``metric`` is an index into ``ChoiceProblem.metrics``; ``groups`` holds group ids, int64 (member,), None for all
    groups. The unit of ``bound`` is the metric's own.

    Raises
    ------
    ValueError
        Unknown sense, bound not finite, metric not an index, groups not distinct integers; all of it in one message.

    """

    id: str
    metric: int
    sense: Sense
    bound: float
    groups: Integers | None = None

    def __post_init__(self) -> None:
        problems: list[str] = []
        if not self.id:
            problems.append(f"id: expected a text that is not empty, found {self.id!r}")
        if self.sense not in SENSES:
            problems.append(f"sense: expected one of {', '.join(SENSES)}, found {self.sense!r}")
        object.__setattr__(self, "metric", _index(self.metric, problems))
        bound = numbers("bound", self.bound, 0, problems)
        if self.groups is not None:
            groups = integers("groups", self.groups, problems)
            if not is_increasing(groups) and len(np.unique(groups)) < len(groups):
                problems.append(f"groups: expected distinct ids, found some twice, {describe(groups)}")
            object.__setattr__(self, "groups", groups)
        if problems:
            raise ValueError("; ".join(f"row {self.id!r}: {problem}" for problem in problems))
        object.__setattr__(self, "bound", float(bound))


@dataclass(frozen=True, slots=True, eq=False)
class ChoiceProblem:
    """Groups of options, their cost and metrics, and the rows that bind the choice (equations: see the module).

    Parameters
    ----------
    cost
        float64 (option,), minimised; may be negative.
    group
        int64 (option,), non-decreasing ids: options of one id form one group, of which exactly one is chosen.
    metrics
        float64 (metric, option); any unit, any sign.
    rows
        Requirements over metrics, with ids of their own.
    side, side_sense, side_bound
        Sparse (side row, option) with one sense and one bound for each row. Side rows follow ``rows`` in every result
        and are called ``side0``, ``side1``, ...
    divisible
        bool (group,), in order of group ids: the group's choice may be a mixture. None: every choice is whole.

    Raises
    ------
    ValueError
        One line for each array that is empty, misshapen, of a wrong type, out of order, or not finite.

    """

    cost: Floats
    group: Integers
    metrics: Floats
    rows: Sequence[Row]
    side: sparse.csr_array | None = None
    side_sense: Sequence[Sense] | None = None
    side_bound: Floats | None = None
    divisible: Flags | None = None
    group_ids: Integers = field(init=False)
    starts: Integers = field(init=False)

    def __post_init__(self) -> None:
        problems: list[str] = []
        self._take_options(problems)
        self._take_metrics(problems)
        self._take_rows(problems)
        self._take_side(problems)
        if problems:
            raise ValueError("\n".join(problems))

    def _set(self, name: str, value: object) -> None:
        object.__setattr__(self, name, value)

    def _take_options(self, problems: list[str]) -> None:
        cost = numbers("cost", self.cost, 1, problems)
        group = integers("group", self.group, problems)
        if not problems and cost.size == 0:
            problems.append("cost: expected at least one option in at least one group, found none: shape (0,)")
        if not problems and group.shape != cost.shape:
            problems.append(f"group: expected one id for each of {cost.size} options, {describe(group)}")
        changes = np.flatnonzero(group[1:] != group[:-1])
        first = np.append(np.zeros(min(len(group), 1), dtype=np.int64), changes + 1)
        ids = group[first]
        if not is_increasing(ids):
            fall = int(changes[np.flatnonzero(ids[1:] < ids[:-1])[0]])
            problems.append(
                f"group: expected non-decreasing ids, found {group[fall]} before {group[fall + 1]} "
                f"at option {fall}, shape {group.shape}"
            )
            ids, first = np.unique(group, return_index=True)
        self._set("cost", cost)
        self._set("group", group)
        self._set("group_ids", read_only(ids))
        self._set("starts", read_only(np.append(first, group.size).astype(np.int64)))
        if self.divisible is not None:
            self._set("divisible", flags("divisible", self.divisible, ids.size, problems))

    def _take_metrics(self, problems: list[str]) -> None:
        metrics = numbers("metrics", self.metrics, 2, problems)
        if len(metrics) and self.cost.size and metrics.shape[1] != self.cost.size:
            problems.append(f"metrics: expected shape (metric, {self.cost.size}), {describe(metrics)}")
        self._set("metrics", metrics)

    def _take_rows(self, problems: list[str]) -> None:
        rows = tuple(self.rows)
        self._set("rows", rows)
        seen: set[str] = set()
        for row in rows:
            if not isinstance(row, Row):
                problems.append(f"rows: expected Row objects, found {type(row).__name__}")
                continue
            if row.id in seen:
                problems.append(f"rows: expected ids of their own, found {row.id!r} twice")
            seen.add(row.id)
            if row.metric >= self.metrics.shape[0]:
                problems.append(
                    f"row {row.id!r}: metric {row.metric} is out of range; metrics has shape {self.metrics.shape}"
                )
            problems.extend(self._unknown_groups(row))

    def _unknown_groups(self, row: Row) -> list[str]:
        if row.groups is None:
            return []
        ids, groups = self.group_ids, row.groups
        if len(ids) and ids[-1] - ids[0] + 1 == len(ids):
            is_unknown = (groups < ids[0]) | (groups > ids[-1])
        else:
            is_unknown = ~np.isin(groups, ids)
        if not is_unknown.any():
            return []
        unknown = np.unique(groups[is_unknown])
        some = ", ".join(str(int(group)) for group in unknown[:5])
        return [f"row {row.id!r}: groups holds {unknown.size} ids that group does not have ({some})"]

    def _take_side(self, problems: list[str]) -> None:
        parts = {"side": self.side, "side_sense": self.side_sense, "side_bound": self.side_bound}
        missing = [name for name, part in parts.items() if part is None]
        if len(missing) == len(parts):
            return
        if missing:
            problems.append(f"side: expected side, side_sense and side_bound together, found no {', '.join(missing)}")
            return
        side = self._side_matrix(problems)
        senses = tuple(cast("Sequence[Sense]", self.side_sense))
        bound = numbers("side_bound", self.side_bound, 1, problems)
        unknown = sorted({str(sense) for sense in senses} - set(SENSES))
        if unknown:
            problems.append(f"side_sense: expected {', '.join(SENSES)}, found {', '.join(unknown)}")
        if len(senses) != side.shape[0] or bound.shape != (side.shape[0],):
            problems.append(
                f"side: expected one sense and one bound for each of {side.shape[0]} rows, found {len(senses)} senses "
                f"and side_bound of shape {bound.shape}"
            )
        self._set("side", side)
        self._set("side_sense", senses)
        self._set("side_bound", bound)

    def _side_matrix(self, problems: list[str]) -> sparse.csr_array:
        if not sparse.issparse(self.side):
            problems.append(f"side: expected a scipy.sparse matrix, found {type(self.side).__name__}")
            return sparse.csr_array((0, self.cost.size))
        side = sparse.csr_array(self.side)
        side.sum_duplicates()
        if side.ndim != 2 or side.shape[1] != self.cost.size:  # noqa: PLR2004 - a matrix
            problems.append(
                f"side: expected shape (side row, {self.cost.size}), found shape {side.shape}, dtype {side.dtype}"
            )
        side.data = numbers("side", side.data, 1, problems)
        return side

    def with_rows(self, rows: Sequence[Row]) -> ChoiceProblem:
        """Return the problem under other rows over its metrics; the options are not checked once more.

        Raises
        ------
        ValueError
            As when a problem is made.

        """
        other = copy.copy(self)
        object.__setattr__(other, "rows", rows)
        problems: list[str] = []
        other._take_rows(problems)  # noqa: SLF001 - of its own kind
        if problems:
            raise ValueError("\n".join(problems))
        return other

    @property
    def option_count(self) -> int:
        """How many options there are in all."""
        return int(self.cost.size)

    @property
    def group_count(self) -> int:
        """How many groups there are."""
        return int(self.group_ids.size)

    @property
    def row_count(self) -> int:
        """How many rows there are, side rows among them."""
        return len(self.rows) + len(self.side_sense or ())

    @property
    def row_ids(self) -> tuple[str, ...]:
        """What each row is called."""
        return tuple(row.id for row in self.rows) + tuple(f"side{k}" for k in range(self.row_count - len(self.rows)))

    @property
    def senses(self) -> tuple[Sense, ...]:
        """The sense of each row."""
        return tuple(row.sense for row in self.rows) + tuple(self.side_sense or ())

    @property
    def bounds(self) -> Floats:
        """Return b_k, float64 (row,)."""
        own = np.array([row.bound for row in self.rows], dtype=np.float64)
        return own if self.side_bound is None else np.concatenate([own, self.side_bound])

    @property
    def is_divisible(self) -> Flags:
        """Whether each group's choice may be a mixture, bool (group,)."""
        return np.zeros(self.group_count, dtype=bool) if self.divisible is None else self.divisible

    def members(self, row: int) -> Flags:
        """Which groups a row takes in, bool (group,); a side row takes in the groups it has an entry for."""
        if row >= len(self.rows):
            mask = np.zeros(self.group_count, dtype=bool)
            mask[np.searchsorted(self.group_ids, self.group[self.contribution(row) != 0.0])] = True
            return mask
        groups = self.rows[row].groups
        if groups is None:
            return np.ones(self.group_count, dtype=bool)
        mask = np.zeros(self.group_count, dtype=bool)
        mask[np.searchsorted(self.group_ids, groups)] = True
        return mask

    def contribution(self, row: int) -> Floats:
        """What each option adds to a row, a_k in the row's own unit, float64 (option,)."""
        if row >= len(self.rows):
            side = cast("sparse.csr_array", self.side)
            own = slice(side.indptr[row - len(self.rows)], side.indptr[row - len(self.rows) + 1])
            dense = np.zeros(self.option_count)
            dense[side.indices[own]] = side.data[own]
            return dense
        values: Floats = self.metrics[self.rows[row].metric]
        if self.rows[row].groups is None:
            return values
        is_in = np.repeat(self.members(row), np.diff(self.starts))
        return np.asarray(np.where(is_in, values, 0.0), dtype=np.float64)


def _index(metric: object, problems: list[str]) -> int:
    try:
        index = operator.index(cast("int", metric))
    except TypeError:
        index = -1
    if index < 0:
        problems.append(f"metric: expected an index from 0, found {metric!r}")
        return 0
    return index
