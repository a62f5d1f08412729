"""The linear relaxation: shares instead of choices. It gives prices, a bound that holds, and often the answer itself.

For prices p (p_k >= 0 for a ``>=`` row, <= 0 for a ``<=`` row, any sign for ``=``) every plan costs at least

    phi(p) = sum_k p_k b_k + sum_i min_{j in i} (c_j - sum_k p_k a_kj),

and the largest phi equals the relaxation's optimum (Lagrangian duality: Geoffrion, Mathematical Programming Study 2,
1974, pp. 82-114). So the solver's duals are prices whatever their accuracy, and phi at those prices is a bound that
needs no trust in the solver.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto

import highspy
import numpy as np

from optimizer.arrays import Floats
from optimizer.core import Core
from optimizer.highs import claim_thread, new_highs


class Outcome(Enum):
    """How the relaxation ended."""

    SOLVED = auto()
    INFEASIBLE = auto()
    STOPPED = auto()


@dataclass(frozen=True, slots=True, eq=False)
class Relaxation:
    """The relaxation of a core, in its scaled units; arrays are empty unless the outcome is SOLVED.

    ``share`` float64 (column,); ``price`` float64 (core row,), signs as in the module; ``excess`` float64 (column,),
    c_j - sum_k p_k a_kj less the smallest of its group, what taking the option costs at these prices; ``bound`` phi.
    """

    outcome: Outcome
    share: Floats
    price: Floats
    excess: Floats
    bound: float
    seconds: float


def relax(core: Core, *, time_limit_s: float | None) -> Relaxation:
    """Solve the relaxation of a core."""
    if not len(core.option):
        nothing = np.empty(0)
        return Relaxation(Outcome.SOLVED, nothing, np.zeros(len(core.row)), nothing, core.settled_cost, 0.0)
    claim_thread()
    highs = new_highs(time_limit_s=time_limit_s)
    highs.passModel(_model(core))
    highs.run()
    status, seconds = highs.getModelStatus(), highs.getRunTime()
    nothing = np.empty(0)
    if status in (highspy.HighsModelStatus.kInfeasible, highspy.HighsModelStatus.kUnboundedOrInfeasible):
        return Relaxation(Outcome.INFEASIBLE, nothing, nothing, nothing, np.inf, seconds)
    if status != highspy.HighsModelStatus.kOptimal:
        return Relaxation(Outcome.STOPPED, nothing, nothing, nothing, -np.inf, seconds)
    answer = highs.getSolution()
    duals = np.asarray(answer.row_dual, dtype=np.float64)[len(core.group) :]
    price = np.where(
        np.isinf(core.upper), np.maximum(duals, 0.0), np.where(np.isinf(core.lower), np.minimum(duals, 0.0), duals)
    )
    excess, bound = priced(core, price)
    share = np.asarray(answer.col_value, dtype=np.float64)
    return Relaxation(Outcome.SOLVED, share, price, excess, bound, seconds)


def priced(core: Core, price: Floats) -> tuple[Floats, float]:
    """Return what every column costs beyond the best of its group at prices of the right sign, and phi."""
    reduced = core.cost - core.matrix.T @ price
    best = np.minimum.reduceat(reduced, core.starts[:-1])
    bounds = np.where(price >= 0.0, core.lower, core.upper)
    earned = float(np.where(price == 0.0, 0.0, price * np.where(price == 0.0, 0.0, bounds)).sum())
    return reduced - np.repeat(best, np.diff(core.starts)), core.settled_cost + earned + float(best.sum())


def _model(core: Core) -> highspy.HighsLp:
    """Return the core as HiGHS takes it: one row for each group, then the core rows, by rows."""
    groups, columns = len(core.group), len(core.option)
    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = columns, groups + len(core.row)
    model.col_cost_ = core.cost
    model.col_lower_, model.col_upper_ = np.zeros(columns), np.ones(columns)
    model.row_lower_ = np.concatenate([np.ones(groups), core.lower])
    model.row_upper_ = np.concatenate([np.ones(groups), core.upper])
    model.offset_ = core.settled_cost
    model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    model.a_matrix_.start_ = np.concatenate([core.starts, columns + core.matrix.indptr[1:]]).astype(np.int32)
    model.a_matrix_.index_ = np.concatenate([np.arange(columns), core.matrix.indices]).astype(np.int32)
    model.a_matrix_.value_ = np.concatenate([np.ones(columns), core.matrix.data])
    return model
