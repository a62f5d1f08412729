"""A small problem without what no plan needs: bounds between the amounts a row can have, options that others dominate.

A row whose entries are all whole multiples of d adds up to a whole multiple of d, whatever is chosen, if none of its
groups may be mixed. Its bound therefore moves to the next multiple: at least 10.8 of 12 plants are at least 11
(rounding as in Gomory's and Chvatal's cuts: Nemhauser and Wolsey, Integer and Combinatorial Optimization, 1988,
section II.1.1). No choice is lost; what is lost are shares between. Then dominated options go (``dominance``).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from optimizer.arrays import Flags, Floats, Integers
from optimizer.dominance import undominated
from optimizer.evaluate import ROW_TOLERANCE
from optimizer.problem import ChoiceProblem, Row, Sense
from optimizer.reachable import Ranges, binding, ranges

LARGEST_WHOLE = 2.0**52
"""Numbers of which neighbours are a half apart or less: above it every number is whole and says nothing."""

LARGE_GROUP = 16
"""Options of a group from which on it is worth while to compare them before a large problem is solved ..."""

MOST_PAIRS = 2.0**29
"""... where there are no more pairs than this to compare."""

FIRST_LOOK = 64
"""Entries looked at before all of them are: one that is not whole tells enough."""


@dataclass(frozen=True, slots=True, eq=False)
class Lean:
    """What is left of a problem of ``whole`` options.

    ``option`` int64 (option,): which option of the whole each is; ``step`` float64 (row,): what the row counts in, 0
    where in nothing; ``extremes`` of the whole; ``is_compared`` bool (row,): rows with regard to which options went.
    """

    problem: ChoiceProblem
    whole: int
    option: Integers
    step: Floats
    extremes: Ranges
    is_compared: Flags

    def level(self, level: Floats) -> Floats:
        """Return a choice among what is left as one among all options of the whole, float64 (option,)."""
        full = np.zeros(self.whole)
        full[self.option] = level
        return full

    def by_row(self, values: Floats) -> Floats:
        """Return what belongs to the rows of what is left as what belongs to those of the whole: it is the same."""
        return values

    def inner(self, values: Floats) -> Floats:
        """Return values of the whole's rows, (row,), as those of the rows that are left."""
        return values

    def under(self, asked: ChoiceProblem) -> Lean | None:
        """Return what is left of the whole under other bounds; None where more rows bind than were looked at."""
        if asked.side is not None:
            return None
        left = self.problem.with_rows(_bounded(self.problem.rows, moved_bounds(asked, self.step)))
        binds = binding(left, self.extremes)
        return None if (binds & ~self.is_compared).any() else replace(self, problem=left)

    def remarks(self, whole: ChoiceProblem) -> tuple[str, ...]:
        """Return a sentence for each row whose bound has moved."""
        return tuple(
            f"row {whole.row_ids[row]!r} counts in steps, so {sense} {asked:.12g} is {sense} {bound:.12g}"
            for row, (sense, asked, bound) in enumerate(
                zip(whole.senses, whole.bounds, self.problem.bounds, strict=True)
            )
            if asked != bound
        )


def lean(problem: ChoiceProblem) -> Lean:
    """Return a problem without the options that no plan needs, its bounds at amounts that its rows can have."""
    step = steps(problem)
    tight = _tight(problem, step)
    extremes = ranges(tight)
    is_compared = binding(tight, extremes)
    option = np.flatnonzero(undominated(tight, np.flatnonzero(is_compared).tolist()))
    return Lean(_among(tight, option), problem.option_count, option, step, extremes, is_compared)


def thinned(problem: ChoiceProblem) -> Lean | None:
    """Return a problem whose large groups have no options that no plan needs; None where there are none, or too many.

    Every row counts as one that may bind, and bounds stay as they are.
    """
    sizes = np.diff(problem.starts)
    large = sizes[sizes >= LARGE_GROUP].astype(np.float64)
    if not len(large) or float((large**2).sum()) > MOST_PAIRS:
        return None
    keep = undominated(problem, range(problem.row_count), smallest=LARGE_GROUP)
    if keep.all():
        return None
    option, nothing = np.flatnonzero(keep), np.zeros(problem.row_count)
    extremes, is_compared = Ranges(nothing, nothing), np.ones(problem.row_count, dtype=bool)
    return Lean(_among(problem, option), problem.option_count, option, nothing, extremes, is_compared)


def _among(problem: ChoiceProblem, option: Integers) -> ChoiceProblem:
    """Return the problem with some of its options, of every group at least one."""
    if len(option) == problem.option_count:
        return problem
    return replace(
        problem,
        cost=problem.cost[option],
        group=problem.group[option],
        metrics=problem.metrics[:, option],
        side=None if problem.side is None else problem.side[:, option],
    )


def with_whole_bounds(problem: ChoiceProblem) -> ChoiceProblem:
    """Return the problem with the bounds of rows that count in steps moved to the next step; ``=`` rows stay."""
    return _tight(problem, steps(problem))


def _tight(problem: ChoiceProblem, step: Floats) -> ChoiceProblem:
    bounds = moved_bounds(problem, step)
    if (bounds == problem.bounds).all():
        return problem
    own = len(problem.rows)
    return replace(
        problem, rows=_bounded(problem.rows, bounds[:own]), side_bound=None if problem.side is None else bounds[own:]
    )


def _bounded(rows: Sequence[Row], bounds: Floats) -> tuple[Row, ...]:
    pairs = zip(rows, bounds.tolist(), strict=True)
    return tuple(row if row.bound == bound else replace(row, bound=bound) for row, bound in pairs)


def moved_bounds(problem: ChoiceProblem, step: Floats) -> Floats:
    """Return every bound, moved to the next amount the row can have where it counts in steps, float64 (row,)."""
    return np.array([_moved(*one) for one in zip(problem.bounds.tolist(), problem.senses, step.tolist(), strict=True)])


def _moved(bound: float, sense: Sense, step: float) -> float:
    if step == 0.0:
        return bound
    room = ROW_TOLERANCE * max(abs(bound), step)
    moved = step * (math.ceil((bound - room) / step) if sense == ">=" else math.floor((bound + room) / step))
    return moved if abs(moved - bound) > room else bound


def steps(problem: ChoiceProblem) -> Floats:
    """Return what each row counts in, 0 where in nothing and for ``=`` rows, float64 (row,)."""
    return np.array([0.0 if problem.senses[row] == "=" else _step(problem, row) for row in range(problem.row_count)])


def _step(problem: ChoiceProblem, row: int) -> float:
    """Return the largest number that every entry of a row is a whole multiple of, 0 where there is none to speak of."""
    values = problem.contribution(row)
    for some in (values[:FIRST_LOOK], values):
        if not (some == np.rint(some)).all() or np.abs(some).max(initial=0.0) > LARGEST_WHOLE:
            return 0.0
    if problem.divisible is not None and (problem.members(row) & problem.is_divisible).any():
        return 0.0
    return float(np.gcd.reduce(values.astype(np.int64))) if len(values) else 0.0
