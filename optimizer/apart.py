"""A problem taken apart once, to be solved again and again under other bounds: each part by itself, when its own move.

A row that most groups enter and that asks for nothing by itself, such as a ceiling on all money, would tie everything
together. It is left out first: where the cheapest choices of the pieces keep it, nothing is lost, because a choice that
is cheapest without a row and keeps it is cheapest with it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.sparse import csgraph

from optimizer.arrays import Flags, Integers
from optimizer.evaluate import evaluate
from optimizer.problem import ChoiceProblem, Row

WIDE = 0.5
"""A row is wide when this share of the groups or more enters it, and each group's cheapest option keeps it."""


@dataclass(frozen=True, slots=True, eq=False)
class Piece:
    """Groups that share rows with each other and with no other group.

    ``options`` int64: places of their options in the whole problem; ``rows``: places of the rows they share, none for
    groups that no row binds; ``problem``: the piece by itself, its rows in the same order.
    """

    options: Integers
    rows: tuple[int, ...]
    problem: ChoiceProblem

    def bounded(self, bounds: tuple[float, ...]) -> ChoiceProblem:
        """Return the piece's problem with other bounds, over the same arrays."""
        own = zip(self.problem.rows, bounds, strict=True)
        return self.problem.with_rows([Row(row.id, row.metric, row.sense, bound, row.groups) for row, bound in own])


@dataclass(frozen=True, slots=True, eq=False)
class Pieces:
    """The pieces of a problem, and the wide rows that were left out."""

    pieces: tuple[Piece, ...]
    wide: tuple[int, ...]


def take_apart(problem: ChoiceProblem) -> Pieces:
    """Take a problem apart; groups that no row binds are one piece.

    Raises
    ------
    ValueError
        The problem has side rows.

    """
    if problem.side is not None:
        raise ValueError("expected a problem without side rows")
    enters = np.array([_enters(problem, row) for row in range(len(problem.rows))], dtype=bool)
    enters = enters.reshape(-1, problem.group_count)
    is_wide = (enters.mean(axis=1) >= WIDE) & _idle(problem)
    narrow = enters & ~is_wide[:, None]
    graph = sparse.csr_array(narrow.astype(np.float64))
    label = csgraph.connected_components(sparse.csr_array(graph.T @ graph), directed=False)[1]
    label = np.where(narrow.any(axis=0), label, -1)
    pieces = [_piece(problem, label == number, narrow) for number in np.unique(label)]
    return Pieces(tuple(pieces), tuple(np.flatnonzero(is_wide).tolist()))


def _enters(problem: ChoiceProblem, row: int) -> Flags:
    """Return the groups that add anything to a row, bool (group,)."""
    values, starts = problem.contribution(row), problem.starts[:-1]
    return np.asarray((np.minimum.reduceat(values, starts) != 0.0) | (np.maximum.reduceat(values, starts) != 0.0))


def _idle(problem: ChoiceProblem) -> Flags:
    """Return the rows that the cheapest option of every group keeps, bool (row,)."""
    cheapest = np.lexsort((problem.cost, problem.group))[problem.starts[:-1]]
    level = np.zeros(problem.option_count)
    level[cheapest] = 1.0
    found = evaluate(problem, level)
    return np.asarray(found.shortfall <= found.tolerance)


def _piece(problem: ChoiceProblem, own: Flags, narrow: Flags) -> Piece:
    options = np.flatnonzero(np.repeat(own, np.diff(problem.starts)))
    ids, rows = problem.group_ids[own], np.flatnonzero(narrow[:, own].any(axis=1)).tolist()
    metrics = sorted({problem.rows[row].metric for row in rows})
    made = []
    for row in rows:
        whole = problem.rows[row]
        members = None if whole.groups is None else np.intersect1d(whole.groups, ids)
        made.append(Row(whole.id, metrics.index(whole.metric), whole.sense, whole.bound, members))
    part = ChoiceProblem(
        cost=problem.cost[options],
        group=problem.group[options],
        metrics=problem.metrics[np.ix_(metrics, options)],
        rows=made,
        divisible=problem.is_divisible[own],
    )
    return Piece(options, tuple(rows), part)
