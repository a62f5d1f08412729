"""A small problem without what no plan needs: bounds between the amounts a row can have, options that others dominate.

A row whose entries are all whole multiples of d adds up to a whole multiple of d, whatever is chosen, if none of its
groups may be mixed. Its bound therefore moves to the next multiple: at least 10.8 of 12 plants are at least 11
(rounding as in Gomory's and Chvatal's cuts: Nemhauser and Wolsey, Integer and Combinatorial Optimization, 1988,
section II.1.1). No choice is lost; what is lost are shares between. Then dominated options go (``dominance``).
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from optimizer.arrays import Floats, Integers
from optimizer.dominance import undominated
from optimizer.evaluate import ROW_TOLERANCE
from optimizer.problem import ChoiceProblem
from optimizer.reachable import binding, ranges

LARGEST_WHOLE = 2.0**52
"""Numbers of which neighbours are a half apart or less: above it every number is whole and says nothing."""

FIRST_LOOK = 64
"""Entries looked at before all of them are: one that is not whole tells enough."""


@dataclass(frozen=True, slots=True, eq=False)
class Lean:
    """What is left of a problem, and which option each of its options was, int64 (option,)."""

    problem: ChoiceProblem
    option: Integers

    def restored(self, level: Floats, problem: ChoiceProblem) -> Floats:
        """Return a choice among what is left as one among all options of the problem, float64 (option,)."""
        full = np.zeros(problem.option_count)
        full[self.option] = level
        return full

    def moved(self, problem: ChoiceProblem) -> tuple[str, ...]:
        """Return a sentence for each row whose bound has moved."""
        return tuple(
            f"row {problem.row_ids[row]!r} counts in steps, so {sense} {asked:.12g} is {sense} {bound:.12g}"
            for row, (sense, asked, bound) in enumerate(
                zip(problem.senses, problem.bounds, self.problem.bounds, strict=True)
            )
            if asked != bound
        )


def lean(problem: ChoiceProblem) -> Lean:
    """Return a problem without the options that no plan needs, its bounds at amounts that its rows can have."""
    tight = with_whole_bounds(problem)
    option = np.flatnonzero(undominated(tight, np.flatnonzero(binding(tight, ranges(tight))).tolist()))
    if len(option) == problem.option_count:
        return Lean(tight, option)
    left = replace(
        tight,
        cost=tight.cost[option],
        group=tight.group[option],
        metrics=tight.metrics[:, option],
        side=None if tight.side is None else tight.side[:, option],
    )
    return Lean(left, option)


def with_whole_bounds(problem: ChoiceProblem) -> ChoiceProblem:
    """Return the problem with the bounds of rows that count in steps moved to the next step; ``=`` rows stay."""
    bounds = np.array([whole_bound(problem, row) for row in range(problem.row_count)])
    if (bounds == problem.bounds).all():
        return problem
    own = len(problem.rows)
    rows = tuple(
        row if row.bound == bound else replace(row, bound=bound)
        for row, bound in zip(problem.rows, bounds[:own].tolist(), strict=True)
    )
    return replace(problem, rows=rows, side_bound=None if problem.side is None else bounds[own:])


def whole_bound(problem: ChoiceProblem, row: int) -> float:
    """Return a row's bound, moved to the next amount that the row can have where it counts in steps."""
    bound, sense = float(problem.bounds[row]), problem.senses[row]
    if sense == "=":
        return bound
    step = _step(problem, row)
    if step == 0.0:
        return bound
    room = ROW_TOLERANCE * max(abs(bound), step)
    moved = step * (math.ceil((bound - room) / step) if sense == ">=" else math.floor((bound + room) / step))
    return moved if abs(moved - bound) > room else bound


def _step(problem: ChoiceProblem, row: int) -> float:
    """Return the largest number that every entry of a row is a whole multiple of, 0 where there is none to speak of."""
    values = problem.contribution(row)
    for some in (values[:FIRST_LOOK], values):
        if not (some == np.rint(some)).all() or np.abs(some).max(initial=0.0) > LARGEST_WHOLE:
            return 0.0
    if problem.divisible is not None and (problem.members(row) & problem.is_divisible).any():
        return 0.0
    return float(np.gcd.reduce(values.astype(np.int64))) if len(values) else 0.0
