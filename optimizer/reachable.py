"""What each row can be alone: groups decide apart from each other, so the extremes are sums of group extremes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from optimizer.arrays import Flags, Floats
from optimizer.evaluate import ROW_TOLERANCE, row_tolerance
from optimizer.problem import ChoiceProblem


@dataclass(frozen=True, slots=True, eq=False)
class Ranges:
    """``least`` and ``most`` float64 (row,): smallest and largest value any choice gives a row, other rows ignored."""

    least: Floats
    most: Floats


def ranges(problem: ChoiceProblem) -> Ranges:
    """Return sum_i min_{j in i} a_kj and sum_i max_{j in i} a_kj for every row k.

    Divisible groups are no different: a linear function is extreme at a single option.
    """
    least, most = np.zeros(problem.row_count), np.zeros(problem.row_count)
    for row in range(problem.row_count):
        values = problem.contribution(row)
        least[row] = np.minimum.reduceat(values, problem.starts[:-1]).sum()
        most[row] = np.maximum.reduceat(values, problem.starts[:-1]).sum()
    return Ranges(least, most)


def out_of_reach(problem: ChoiceProblem, extremes: Ranges) -> tuple[str, ...]:
    """Return one sentence for each row that no choice keeps, however the other rows fare.

    Missing by less than a tenth of what a plan may miss is rounding. HiGHS, which scales rows once more, allows for
    that much in any case, so that no row is called within reach here and refused there.
    """
    tolerance = 0.1 * ROW_TOLERANCE / row_scale(problem)
    return tuple(
        f"row {problem.row_ids[row]!r} asks {sense} {problem.bounds[row]:.12g}, {word} any choice gives is {value:.12g}"
        for row, sense in enumerate(problem.senses)
        for is_asked, word, value, missing in (
            (sense != "<=", "the most", extremes.most[row], problem.bounds[row] - extremes.most[row]),
            (sense != ">=", "the least", extremes.least[row], extremes.least[row] - problem.bounds[row]),
        )
        if is_asked and missing > tolerance[row]
    )


def row_scale(problem: ChoiceProblem) -> Floats:
    """Return the powers of two that bring the larger of |b_k| and the largest |a_kj| into [1, 2), float64 (row,)."""
    largest = row_tolerance(problem) / ROW_TOLERANCE
    return np.where(largest > 0.0, np.ldexp(1.0, 1 - np.frexp(largest)[1]), 1.0)


def binding(problem: ChoiceProblem, extremes: Ranges) -> Flags:
    """Return which rows some choice breaks, bool (row,); the others bind nothing."""
    senses = np.array(problem.senses, dtype="U2")
    falls_short = extremes.least < problem.bounds
    goes_beyond = extremes.most > problem.bounds
    return np.asarray((falls_short & (senses != "<=")) | (goes_beyond & (senses != ">=")), dtype=bool)
