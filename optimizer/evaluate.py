"""Any choice against the problem's own arrays: what it costs, what each row adds up to, what it breaks.

Shares nothing with the engines, so that it can judge them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from optimizer.arrays import Flags, Floats, describe
from optimizer.problem import ChoiceProblem, Sense

ROW_TOLERANCE = 1e-9
"""How far a row may miss its bound, relative to the larger of |b_k| and the largest |a_kj|."""


@dataclass(frozen=True, slots=True, eq=False)
class Evaluation:
    """A choice re-added from scratch.

    ``objective`` is sum_j c_j x_j; ``row_values`` float64 (row,) sum_j a_kj x_j; ``shortfall`` float64 (row,) how far
    each row misses its bound, in its own unit, 0 where it is met; ``tolerance`` float64 (row,) how much of that is
    rounding; ``faults`` says in words what is broken, nothing when the choice is a plan.
    """

    objective: float
    row_values: Floats
    shortfall: Floats
    tolerance: Floats
    faults: tuple[str, ...]


def evaluate(problem: ChoiceProblem, level: Floats) -> Evaluation:
    """Return what a choice costs and yields, and what is wrong with it.

    Parameters
    ----------
    problem
        The problem.
    level
        float64 (option,).

    Raises
    ------
    ValueError
        ``level`` has another shape, or is not finite.

    """
    level = np.asarray(level, dtype=np.float64)
    if level.shape != problem.cost.shape or not np.isfinite(level).all():
        raise ValueError(f"level: expected {problem.option_count} finite numbers, one an option, {describe(level)}")
    taken = np.flatnonzero(level)
    amounts = level[taken]
    values = np.array([float(problem.contribution(row)[taken] @ amounts) for row in range(problem.row_count)])
    short = shortfall(problem.senses, values, problem.bounds)
    tolerance = row_tolerance(problem)
    faults = [*_group_faults(problem, level), *_row_faults(problem, values, short > tolerance)]
    return Evaluation(float(problem.cost[taken] @ amounts), values, short, tolerance, tuple(faults))


def row_tolerance(problem: ChoiceProblem) -> Floats:
    """Return how far each row may miss its bound, in its own unit, float64 (row,)."""
    largest = np.array([np.abs(problem.contribution(row)).max(initial=0.0) for row in range(problem.row_count)])
    return np.asarray(ROW_TOLERANCE * np.maximum(largest, np.abs(problem.bounds)), dtype=np.float64)


def shortfall(senses: tuple[Sense, ...], values: Floats, bounds: Floats) -> Floats:
    """Return how far each value misses its bound, float64 (row,), 0 where it does not."""
    missing = bounds - values
    by_sense = {">=": np.maximum(missing, 0.0), "<=": np.maximum(-missing, 0.0), "=": np.abs(missing)}
    return np.array([by_sense[sense][row] for row, sense in enumerate(senses)], dtype=np.float64)


def _group_faults(problem: ChoiceProblem, level: Floats) -> list[str]:
    starts = problem.starts[:-1]
    total = np.add.reduceat(level, starts)
    is_whole = np.logical_and.reduceat((level == 0.0) | (level == 1.0), starts)
    is_share = np.logical_and.reduceat((level >= 0.0) & (level <= 1.0), starts)
    wrong = {
        "has a level outside 0 to 1": ~is_share,
        "has a share although it is not divisible": is_share & ~is_whole & ~problem.is_divisible,
        "does not add up to one option": np.abs(total - 1.0) > ROW_TOLERANCE,
    }
    return [
        f"group {problem.group_ids[group]} {what}" for what, mask in wrong.items() for group in np.flatnonzero(mask)
    ]


def _row_faults(problem: ChoiceProblem, values: Floats, is_missed: Flags) -> list[str]:
    ids, senses, bounds = problem.row_ids, problem.senses, problem.bounds
    return [
        f"row {ids[row]!r}: asked {senses[row]} {bounds[row]:.12g}, reached {values[row]:.12g}"
        for row in np.flatnonzero(is_missed)
    ]
