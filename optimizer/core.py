"""What is left to decide: the problem without settled groups, rows that bind nothing and options that no plan needs.

Rows and costs are scaled by powers of two, which is exact: a row so that the larger of its bound and its largest entry
lies in [1, 2), so that a solver's absolute tolerance of 1e-9 stays within ``evaluate.ROW_TOLERANCE``; costs so that the
largest lies in [2^14, 2^15), so that a dual tolerance of 1e-7 does not show in the objective.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
from scipy import sparse

from optimizer.arrays import Flags, Floats, Integers
from optimizer.canonical import Keys, column_keys, column_order
from optimizer.dominance import undominated
from optimizer.problem import ChoiceProblem
from optimizer.reachable import Ranges, binding, row_scale

COST_EXPONENT = 14


@dataclass(frozen=True, slots=True, eq=False)
class Core:
    """The part of a problem that a solver has to decide, in scaled units and canonical order.

    Parameters
    ----------
    option
        Option of each column, int64 (column,).
    starts
        First column of each group, and the end, int64 (core group + 1,).
    group
        Place of each core group among the problem's groups, int64 (core group,).
    group_key
        Equal for groups of equal content, (core group,).
    is_divisible
        bool (core group,).
    cost
        Scaled, float64 (column,).
    matrix
        Scaled, (core row, column).
    row
        Place of each core row among the problem's rows, int64 (core row,).
    lower, upper
        Scaled bounds less what settled groups add, float64 (core row,), infinite where a side is open.
    row_scale, cost_scale
        Scaled = scale times own unit; float64 (core row,) and one number.
    settled
        Options of groups with nothing to decide, int64 (settled group,).
    settled_cost
        Their cost, scaled.

    """

    option: Integers
    starts: Integers
    group: Integers
    group_key: Keys
    is_divisible: Flags
    cost: Floats
    matrix: sparse.csr_array
    row: Integers
    lower: Floats
    upper: Floats
    row_scale: Floats
    cost_scale: float
    settled: Integers
    settled_cost: float

    @property
    def is_whole(self) -> Flags:
        """Which columns are 0 or 1, bool (column,)."""
        return np.repeat(~self.is_divisible, np.diff(self.starts))

    @property
    def group_of_column(self) -> Integers:
        """Core group of each column, int64 (column,)."""
        return np.repeat(np.arange(len(self.group)), np.diff(self.starts))


def core_of(problem: ChoiceProblem, extremes: Ranges) -> Core:
    """Return what of a problem is left to decide; ``extremes`` say that each row is within reach alone."""
    rows = np.flatnonzero(binding(problem, extremes))
    keep = undominated(problem, rows.tolist())
    group_of_option = np.repeat(np.arange(problem.group_count), np.diff(problem.starts))
    left = np.bincount(group_of_option[keep], minlength=problem.group_count)
    is_open = keep & (left[group_of_option] > 1)
    option, settled = np.flatnonzero(is_open), np.flatnonzero(keep & ~is_open)
    matrix, lower, upper, row_scale = _rows(problem, rows, option, settled)
    cost_scale = _cost_scale(np.abs(problem.cost[option]).max(initial=0.0))
    cost = problem.cost[option] * cost_scale
    groups = np.flatnonzero(left > 1)
    starts = np.concatenate([[0], np.cumsum(left[groups])])
    is_divisible = problem.is_divisible[groups]
    keys, row_keys = column_keys(cost, matrix, lower, upper)
    columns, order, group_keys = column_order(keys, starts, is_divisible)
    row_order = np.argsort(row_keys, kind="stable")
    # a row without open columns is kept: the option left in each of its groups is the best one for it
    row_order = row_order[np.diff(matrix.indptr)[row_order] > 0]
    return Core(
        option=option[columns],
        starts=np.concatenate([[0], np.cumsum(left[groups[order]])]),
        group=groups[order],
        group_key=group_keys[order],
        is_divisible=is_divisible[order],
        cost=cost[columns],
        matrix=sparse.csr_array(matrix[row_order][:, columns]),
        row=rows[row_order],
        lower=lower[row_order],
        upper=upper[row_order],
        row_scale=row_scale[row_order],
        cost_scale=cost_scale,
        settled=settled,
        settled_cost=math.fsum(problem.cost[settled]) * cost_scale,
    )


def only(core: Core, keep: Flags) -> Core:
    """Return the core with the columns kept alone, bool (column,), at least one of each group."""
    kept_before = np.concatenate([[0], np.cumsum(keep)])
    return replace(
        core,
        option=core.option[keep],
        starts=kept_before[core.starts],
        cost=core.cost[keep],
        matrix=sparse.csr_array(core.matrix[:, np.flatnonzero(keep)]),
    )


def _rows(
    problem: ChoiceProblem, rows: Integers, option: Integers, settled: Integers
) -> tuple[sparse.csr_array, Floats, Floats, Floats]:
    """Return matrix, lower, upper and scale of the binding rows over the open columns."""
    scale = row_scale(problem)[rows]
    pieces = []
    lower, upper = np.full(len(rows), -np.inf), np.full(len(rows), np.inf)
    bounds = problem.bounds
    for place, row in enumerate(rows):
        values = problem.contribution(int(row))
        pieces.append(sparse.csr_array((values[option] * scale[place])[None, :]))
        # summed exactly, so that the order of listing does not show in the last digit
        left = math.fsum([float(bounds[row]), *(-values[settled])]) * scale[place]
        if problem.senses[row] != "<=":
            lower[place] = left
        if problem.senses[row] != ">=":
            upper[place] = left
    matrix = sparse.vstack(pieces, format="csr") if pieces else sparse.csr_array((0, len(option)))
    return sparse.csr_array(matrix), lower, upper, scale


def _cost_scale(largest: float) -> float:
    """Return the power of two that brings the largest |c_j| into [2^14, 2^15); 1 where all are 0."""
    return math.ldexp(1.0, COST_EXPONENT - math.frexp(largest)[1] + 1) if largest > 0.0 else 1.0
