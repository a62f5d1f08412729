"""A problem taken apart once, to be solved again and again under other bounds: each part by itself, when its own move.

A row that most groups enter and that asks for nothing by itself, such as a ceiling on all money, would tie everything
together. It is left out first: where the cheapest choices of the pieces keep it, nothing is lost, because a choice that
is cheapest without a row and keeps it is cheapest with it.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TypedDict

import numpy as np
from scipy import sparse

from optimizer.arrays import Flags, Floats, Integers
from optimizer.components import components
from optimizer.entered import enters
from optimizer.evaluate import evaluate
from optimizer.problem import ChoiceProblem, Row, Sense

WIDE = 0.2
"""A row is wide when this share of the groups or more enters it, and each group's cheapest option keeps it."""


class _Side(TypedDict, total=False):
    """The side rows of a `ChoiceProblem`."""

    side: sparse.csr_array
    side_sense: Sequence[Sense]
    side_bound: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Piece:
    """Groups that share rows with each other and with no other group.

    ``options`` int64: places of their options in the whole problem; ``rows``: places of the rows they share, side rows
    last, none for groups that no row binds; ``problem``: the piece by itself, its rows in the same order.
    """

    options: Integers
    rows: tuple[int, ...]
    problem: ChoiceProblem

    @property
    def movable(self) -> tuple[int, ...]:
        """Places of the rows whose bounds can be given: all but the side rows."""
        return self.rows[: len(self.problem.rows)]

    def bounded(self, bounds: tuple[float, ...]) -> ChoiceProblem:
        """Return the piece's problem with other bounds of ``movable``, over the same arrays."""
        own = zip(self.problem.rows, bounds, strict=True)
        return self.problem.with_rows([Row(row.id, row.metric, row.sense, bound, row.groups) for row, bound in own])


@dataclass(frozen=True, slots=True, eq=False)
class Pieces:
    """The pieces of a problem, and the wide rows that were left out."""

    pieces: tuple[Piece, ...]
    wide: tuple[int, ...]

    def over(self, problem: ChoiceProblem, rows: Collection[int]) -> Pieces | None:
        """Return the pieces of a problem that differs in what options add to some rows: only theirs are made anew.

        None where such a row takes in options of further pieces now, or where it was left out.
        """
        made = []
        for piece in self.pieces:
            own = set(rows) & set(piece.rows)
            outside = np.ones(problem.option_count, dtype=bool)
            outside[piece.options] = False
            if any(bool((problem.contribution(row)[outside] != 0.0).any()) for row in own):
                return None
            made.append(_piece(problem, piece.options, piece.rows) if own else piece)
        return None if set(rows) & set(self.wide) else Pieces(tuple(made), self.wide)


def take_apart(problem: ChoiceProblem) -> Pieces:
    """Take a problem apart; groups that no row binds are one piece."""
    found = np.array([enters(problem, row) for row in range(problem.row_count)], dtype=bool)
    found = found.reshape(-1, problem.group_count)
    is_wide = (found.mean(axis=1) >= WIDE) & _idle(problem)
    narrow = found & ~is_wide[:, None]
    label = np.where(narrow.any(axis=0), _tied(narrow), -1)
    pieces = []
    for number in np.unique(label):
        own = label == number
        options = np.flatnonzero(np.repeat(own, np.diff(problem.starts)))
        pieces.append(_piece(problem, options, tuple(np.flatnonzero(narrow[:, own].any(axis=1)).tolist())))
    return Pieces(tuple(pieces), tuple(np.flatnonzero(is_wide).tolist()))


def _tied(narrow: Flags) -> Integers:
    """Return the component of each group, int64 (group,): those that enter one of the rows, (row, group), are tied."""
    rows, groups = np.nonzero(narrow)
    count = sum(narrow.shape)
    entries = np.ones(len(rows)), (groups, narrow.shape[1] + rows)
    return components(sparse.coo_array(entries, shape=(count, count)))[: narrow.shape[1]]


def _idle(problem: ChoiceProblem) -> Flags:
    """Return the rows that the cheapest option of every group keeps, bool (row,)."""
    cheapest = np.lexsort((problem.cost, problem.group))[problem.starts[:-1]]
    level = np.zeros(problem.option_count)
    level[cheapest] = 1.0
    found = evaluate(problem, level)
    return np.asarray(found.shortfall <= found.tolerance)


def _piece(problem: ChoiceProblem, options: Integers, places: tuple[int, ...]) -> Piece:
    ids = np.unique(problem.group[options])
    own, sides = ([place for place in places if (place < len(problem.rows)) is is_own] for is_own in (True, False))
    metrics = sorted({problem.rows[row].metric for row in own})
    made = []
    for row in own:
        whole = problem.rows[row]
        members = None if whole.groups is None else np.intersect1d(whole.groups, ids)
        made.append(Row(whole.id, metrics.index(whole.metric), whole.sense, whole.bound, members))
    part = ChoiceProblem(
        cost=problem.cost[options],
        group=problem.group[options],
        metrics=problem.metrics[np.ix_(metrics, options)],
        rows=made,
        divisible=problem.is_divisible[np.searchsorted(problem.group_ids, ids)],
        **_side(problem, options, [place - len(problem.rows) for place in sides]),
    )
    return Piece(options, places, part)


def _side(problem: ChoiceProblem, options: Integers, places: list[int]) -> _Side:
    """Return the side rows of a piece, none where it has none."""
    if not places or problem.side is None or problem.side_sense is None or problem.side_bound is None:
        return {}
    return {
        "side": sparse.csr_array(problem.side[places][:, options]),
        "side_sense": [problem.side_sense[place] for place in places],
        "side_bound": problem.side_bound[places],
    }
