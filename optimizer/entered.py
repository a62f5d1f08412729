"""Rows over the groups that add something to them: which groups a row ties together does not hang on how it is listed.

A row that takes in all groups by name, though most of them add nothing to it whatever they choose, would tie them all
together. What is left out adds exactly 0, so plans, prices and values of the rows are the same.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from optimizer.arrays import Flags, Floats
from optimizer.problem import ChoiceProblem, Row

WORTHWHILE = 0.5
"""A row is narrowed when less than this share of its groups is left."""


@dataclass(frozen=True, slots=True, eq=False)
class Entered:
    """A problem whose rows take in fewer groups; all else is as it was."""

    problem: ChoiceProblem

    def level(self, level: Floats) -> Floats:
        """Return a choice, float64 (option,): the same."""
        return level

    def by_row(self, values: Floats) -> Floats:
        """Return values of the rows, float64 (row,): the same."""
        return values

    def inner(self, values: Floats) -> Floats:
        """Return values of the rows, float64 (row,): the same."""
        return values

    def under(self, asked: ChoiceProblem) -> Entered:
        """Return the same under other bounds."""
        rows = [replace(row, groups=own.groups) for row, own in zip(asked.rows, self.problem.rows, strict=True)]
        return Entered(asked.with_rows(rows))

    def remarks(self, _whole: ChoiceProblem) -> tuple[str, ...]:
        """Return nothing: nobody has to know."""
        return ()


def entered(problem: ChoiceProblem) -> Entered | None:
    """Return a problem with its rows over the groups that enter them; None where that leaves out few."""
    rows = [_narrowed(problem, number) for number in range(len(problem.rows))]
    is_same = all(row is listed for row, listed in zip(rows, problem.rows, strict=True))
    return None if is_same else Entered(problem.with_rows(rows))


def enters(problem: ChoiceProblem, row: int) -> Flags:
    """Return the groups that add anything to a row, bool (group,)."""
    values, starts = problem.contribution(row), problem.starts[:-1]
    return np.asarray((np.minimum.reduceat(values, starts) != 0.0) | (np.maximum.reduceat(values, starts) != 0.0))


def _narrowed(problem: ChoiceProblem, number: int) -> Row:
    row = problem.rows[number]
    listed = problem.group_count if row.groups is None else len(row.groups)
    if listed < WORTHWHILE * problem.group_count:
        return row
    found = enters(problem, number)
    is_worth = 0 < int(found.sum()) < WORTHWHILE * listed
    return replace(row, groups=problem.group_ids[found]) if is_worth else row
