"""The model of what is left: each group has a base option, and a few alternatives may take its place.

minimise    sum_q (c_q - c_base(q)) z_q subject to  sum_q (a_kq - a_k,base(q)) z_q  >=, =  b_k - sum_i a_k,base(i)
for every row k sum_{q in i} z_q <= 1                                             for groups with two alternatives or
more 0 <= z_q <= 1, whole unless the group is divisible

No row is needed for a group with one alternative, so a thousand undecided groups make a model of a few rows, and
with every variable boxed the dual simplex method starts at once (Maros, Computational Techniques of the Simplex
Method, 2003, ch. 10). Rows and costs are scaled by powers of two, which is exact.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import highspy
import numpy as np
from scipy import sparse

from optimizer.arrays import Flags, Floats, Integers
from optimizer.dual.layout import Layout
from optimizer.dual.pricing import tally
from optimizer.evaluate import ROW_TOLERANCE
from optimizer.highs import SEARCH, claim_thread, new_highs
from optimizer.rounding import NO_SHARE
from optimizer.settings import Settings

COST_EXPONENT = 14
NO_PLAN = (highspy.HighsModelStatus.kInfeasible, highspy.HighsModelStatus.kUnboundedOrInfeasible)
"""Every variable is boxed or pays for growing, so "unbounded or infeasible" is infeasible."""

BOUNDED = (
    highspy.HighsModelStatus.kOptimal,
    highspy.HighsModelStatus.kTimeLimit,
    highspy.HighsModelStatus.kSolutionLimit,
    highspy.HighsModelStatus.kIterationLimit,
)
"""Ways to end with a bound; otherwise the number that stands in its place means nothing."""


@dataclass(frozen=True, slots=True, eq=False)
class Restricted:
    """The model in scaled units.

    ``base`` option of each group, int64 (group,); ``base_cost`` what these cost, in own units; ``option``, ``group``
    of each alternative, int64 (column,), by group; ``cost`` float64 (column,); ``matrix`` (row, column); ``lower``
    float64 (row,), also the upper bound where ``is_equal``; ``row_scale`` float64 (row,), ``cost_scale``: scaled =
    scale x own unit.
    """

    base: Integers
    base_cost: float
    option: Integers
    group: Integers
    is_whole: Flags
    cost: Floats
    matrix: sparse.csr_array
    lower: Floats
    is_equal: Flags
    row_scale: Floats
    cost_scale: float

    def level_of(self, share: Floats, option: Integers, group: Integers) -> Floats:
        """Return the part that some options, of some groups, have in the choice that shares mean, float64 (option,)."""
        active, member = np.unique(self.group, return_inverse=True)
        rest = np.append(1.0 - np.bincount(member, share, len(active)), 1.0)
        place = np.searchsorted(active, group)
        is_active = np.append(active, -1)[place] == group
        level = np.where(self.base[group] == option, rest[np.where(is_active, place, len(active))], 0.0)
        column = np.searchsorted(self.option, option)
        return level + np.where(np.append(self.option, -1)[column] == option, np.append(share, 0.0)[column], 0.0)

    def choice_of(self, share: Floats) -> Floats:
        """Return shares (column,) rounded where they must be whole, between 0 and 1 and at most 1 a group elsewhere."""
        whole = np.where(self.is_whole, np.rint(share), np.where(share > NO_SHARE, np.minimum(share, 1.0), 0.0))
        if self.is_whole.all():
            return whole
        member = np.unique(self.group, return_inverse=True)[1]
        total = np.bincount(member, whole)[member]
        return np.where(self.is_whole | (total <= 1.0 - NO_SHARE), whole, whole / np.maximum(total, NO_SHARE))

    def level(self, share: Floats, option_count: int) -> Floats:
        """Return the choice that shares of the alternatives mean, float64 (option,)."""
        return self.written(share, np.zeros(option_count))

    def written(self, share: Floats, level: Floats) -> Floats:
        """Return zeros, float64 (option,), with the choice written into them that shares of the alternatives mean."""
        level[self.base] = 1.0
        own = self.base[self.group]
        np.subtract.at(level, own, share)
        level[own] = np.maximum(level[own], 0.0)
        level[self.option] += share
        return level


@dataclass(frozen=True, slots=True, eq=False)
class Answer:
    """What HiGHS said.

    ``share`` float64 (column,) and ``price`` of the rows in own units, float64 (row,), None without an answer;
    ``bound`` on the restricted model's cost in own units; ``traded`` what rows bought and sold at the band's prices,
    scaled.
    """

    share: Floats | None
    price: Floats | None
    bound: float
    is_infeasible: bool
    traded: float
    nodes: int
    seconds: float


def restrict(layout: Layout, tolerance: Floats, base: Integers, option: Integers) -> Restricted:
    """Return the model with some alternatives, by option; ``base`` itself may be among them and is left out."""
    problem = layout.problem
    option = np.sort(option)
    group = layout.group_of(option)
    is_other = option != base[group]
    option, group = option[is_other], group[is_other]
    row_scale = np.array([math.ldexp(1.0, 1 - math.frexp(value)[1]) for value in tolerance / ROW_TOLERANCE])
    change = layout.coefficients(option, base[group])
    change.data *= np.repeat(row_scale, np.diff(change.indptr))
    cost = problem.cost[option] - problem.cost[base[group]]
    largest = np.abs(cost).max(initial=0.0)
    cost_scale = math.ldexp(1.0, COST_EXPONENT - math.frexp(largest)[1]) if largest > 0.0 else 1.0
    base_cost, values = tally(layout, base)
    return Restricted(
        base=base,
        base_cost=layout.constant + base_cost,
        option=option,
        group=group,
        is_whole=~problem.is_divisible[group],
        cost=cost * cost_scale,
        matrix=change,
        lower=(layout.target - values) * row_scale,
        is_equal=layout.is_free,
        row_scale=row_scale,
        cost_scale=cost_scale,
    )


@dataclass(frozen=True, slots=True, eq=False)
class Band:
    """Prices of the rows that a relaxation may answer with, own units: ``low``, ``high`` float64 (row,)."""

    low: Floats
    high: Floats


class Relaxed:
    """The relaxation of a model, kept by HiGHS so that other bounds are solved from the last basis.

    With a band, what a row misses is bought at its high price and what it has to spare is sold at its low one, so
    that the prices stay in the band and there is always an answer (Marsten, Hogan and Blankenship, Operations
    Research 23, 1975, pp. 389-405).
    """

    def __init__(self, model: Restricted, settings: Settings, band: Band | None) -> None:
        self.model = model
        self.highs = _new(settings)
        self.highs.setOptionValue("presolve", "off")
        self.highs.passModel(_model(model, band, is_whole=False))

    def solve(self, lower: Floats | None = None) -> Answer:
        """Solve, with other bounds of the rows where given, scaled, float64 (row,)."""
        model, highs = self.model, self.highs
        if lower is not None:
            upper = np.where(model.is_equal, lower, highspy.kHighsInf)
            rows = np.arange(len(lower), dtype=np.int32)
            highs.changeRowsBounds(len(lower), rows, lower, upper)  # type: ignore[attr-defined]
        highs.run()
        status = highs.getModelStatus()
        if status not in (highspy.HighsModelStatus.kOptimal, highspy.HighsModelStatus.kModelEmpty):
            return Answer(None, None, -np.inf, status in NO_PLAN, np.inf, 0, highs.getRunTime())
        solution = highs.getSolution()
        values = np.asarray(solution.col_value)
        share = np.clip(values[: len(model.option)], 0.0, 1.0)
        price = np.asarray(solution.row_dual)[: len(model.lower)] * model.row_scale / model.cost_scale
        bound = highs.getInfo().objective_function_value / model.cost_scale + model.base_cost
        return Answer(
            share=share,
            price=price,
            bound=bound,
            is_infeasible=False,
            traded=float(values[len(model.option) :].sum()),
            nodes=0,
            seconds=highs.getRunTime(),
        )

    def kept(self, answer: Answer) -> Answer:
        """Solve with nothing bought or sold; ``answer``, the last one, where rows cannot be kept so."""
        traded = np.arange(len(self.model.option), self.highs.getNumCol(), dtype=np.int32)
        self.highs.changeColsBounds(len(traded), traded, np.zeros(len(traded)), np.zeros(len(traded)))
        found = self.solve()
        return answer if found.share is None else found

    def fix(self, columns: Integers, share: Floats) -> None:
        """Hold columns at given shares."""
        self.highs.changeColsBounds(len(columns), columns.astype(np.int32), share, share)

    def hold(self, columns: Integers, share: Floats) -> None:
        """Hold columns at given shares, and let go of all others."""
        count = len(self.model.option)
        self.highs.changeColsBounds(count, np.arange(count, dtype=np.int32), np.zeros(count), np.ones(count))
        self.fix(columns, share)


def solve_whole(model: Restricted, settings: Settings, *, gap: float, start: Floats | None) -> Answer:
    """Solve for whole choices to an absolute gap in own units, from ``start`` (column,) when given.

    That there is none is believed when HiGHS says so without its presolve too, which loses plans now and then.
    """
    if not len(model.option):
        return _nothing_to_choose(model)
    answer = _run_whole(model, settings, gap, start, presolve="choose")
    return _run_whole(model, settings, gap, start, presolve="off") if answer.is_infeasible else answer


def _run_whole(model: Restricted, settings: Settings, gap: float, start: Floats | None, *, presolve: str) -> Answer:
    highs = _new(settings)
    highs.setOptionValue("presolve", presolve)
    highs.setOptionValue("mip_rel_gap", 0.0)
    highs.setOptionValue("mip_abs_gap", gap * model.cost_scale)
    highs.passModel(_model(model, None, is_whole=True))
    if start is not None:
        guess = highspy.HighsSolution()
        guess.col_value = start
        highs.setSolution(guess)
    highs.run()
    status, info = highs.getModelStatus(), highs.getInfo()
    is_infeasible, is_bounded = status in NO_PLAN, status in BOUNDED
    has_plan = info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
    share = np.asarray(highs.getSolution().col_value) if has_plan else None
    bound = np.inf if is_infeasible else -np.inf
    if is_bounded:
        bound = info.mip_dual_bound / model.cost_scale + model.base_cost
    return Answer(share, None, bound, is_infeasible, 0.0, max(int(info.mip_node_count), 0), highs.getRunTime())


def _nothing_to_choose(model: Restricted) -> Answer:
    """Return what HiGHS does not say of a model without columns: whether the base options keep the rows."""
    missed = (model.lower > ROW_TOLERANCE) | (model.is_equal & (model.lower < -ROW_TOLERANCE))
    is_infeasible = bool(missed.any())
    bound = np.inf if is_infeasible else model.base_cost
    return Answer(None if is_infeasible else np.empty(0), None, bound, is_infeasible, 0.0, 0, 0.0)


def _new(settings: Settings) -> highspy.Highs:
    claim_thread()
    highs = new_highs(time_limit_s=settings.time_limit_s)
    highs.setOptionValue("random_seed", settings.seed)
    for name, value in SEARCH.items():
        highs.setOptionValue(name, value)
    if settings.node_limit is not None:
        highs.setOptionValue("mip_max_nodes", settings.node_limit)
    return highs


def _model(model: Restricted, band: Band | None, *, is_whole: bool) -> highspy.HighsLp:
    """Return the model as HiGHS takes it: the rows, then one for each group with two alternatives or more."""
    rows, columns = model.matrix.shape
    crowded, limited, count = _crowded(model.group)
    entries = sparse.coo_array(model.matrix)
    parts = [(entries.row, entries.col, entries.data), (rows + limited, crowded, np.ones(len(limited)))]
    cost, upper = model.cost, np.ones(columns)
    if band is not None:
        row, way, prices = _traded(model, band)
        parts.append((row, columns + np.arange(len(row)), way))
        cost, upper = np.concatenate([cost, prices]), np.concatenate([upper, np.full(len(prices), np.inf)])
    row_of, column_of, values = (np.concatenate([part[k] for part in parts]) for k in range(3))
    matrix = sparse.csc_array((values, (row_of, column_of)), shape=(rows + count, len(cost)))
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = matrix.shape[1], matrix.shape[0]
    lp.col_cost_, lp.col_lower_, lp.col_upper_ = cost, np.zeros(len(cost)), upper
    lp.row_lower_ = np.concatenate([model.lower, np.full(count, -np.inf)])
    lp.row_upper_ = np.concatenate([np.where(model.is_equal, model.lower, np.inf), np.ones(count)])
    lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    lp.a_matrix_.start_ = matrix.indptr.astype(np.int32)
    lp.a_matrix_.index_ = matrix.indices.astype(np.int32)
    lp.a_matrix_.value_ = matrix.data
    if is_whole:
        kinds = (highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger)
        lp.integrality_ = [kinds[int(flag)] for flag in model.is_whole]
    return lp


def _crowded(group: Integers) -> tuple[Integers, Integers, int]:
    """Return the columns of groups with two or more, the number of the group of each, and how many groups there are."""
    starts = np.flatnonzero(np.concatenate([[True], group[1:] != group[:-1]]))[: len(group)]
    counts = np.diff(np.append(starts, len(group)))
    is_crowded = counts > 1
    number = np.repeat(np.cumsum(is_crowded) - 1, counts)
    crowded = np.flatnonzero(np.repeat(is_crowded, counts))
    return crowded, number[crowded], int(is_crowded.sum())


def _traded(model: Restricted, band: Band) -> tuple[Integers, Floats, Floats]:
    """Return columns that buy what rows miss and sell what they can spare: rows, 1 or -1, what they cost, scaled."""
    scale = model.cost_scale / model.row_scale
    sold = np.flatnonzero((band.low > 0.0) | model.is_equal)
    way = np.concatenate([np.ones(len(scale)), -np.ones(len(sold))])
    prices = np.concatenate([band.high * scale, -(band.low * scale)[sold]])
    return np.concatenate([np.arange(len(scale)), sold]), way, prices
