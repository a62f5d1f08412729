"""General solvers and modelling layers on a choice problem, each as its documentation would have it used.

Every peer gets the same model: ``x`` in 0 to 1 (whole for a plan), ``sum x = 1`` for each source, ``sum a x >= b`` for
each row. A peer reports seconds from the arrays to the answer, the optimum it claims and its own gap; nothing here is
part of the product.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from time import perf_counter
from typing import Any, Literal

import highspy
import numpy as np
import pandas as pd
import pulp
from numpy.typing import NDArray
from scipy import optimize, sparse

from optimizer import ChoiceProblem

type Floats = NDArray[np.float64]
type Matrix = Any
"""A scipy sparse array; its stubs differ between releases."""


@dataclass(frozen=True, slots=True, eq=False)
class Task:
    """What a peer is asked: the relaxation or a whole plan, to which gap, within how many seconds.

    ``rows`` float64 sparse (row, option) with ``at_least`` (row,); ``once`` 0/1 sparse (source, option).
    """

    cost: Floats
    rows: Matrix
    at_least: Floats
    once: Matrix
    is_whole: bool
    gap: float
    limit_s: float


@dataclass(frozen=True, slots=True)
class Report:
    """What came out: ``value`` None where the peer has no answer within its limit."""

    seconds: float
    build_s: float
    value: float | None
    gap: float | None


def task_of(problem: ChoiceProblem, *, is_whole: bool, gap: float, limit_s: float) -> Task:
    """Return a problem whose rows all say "at least" as the matrices that a general solver reads."""
    options = len(problem.cost)
    blocks = []
    for row in problem.rows:
        values = np.asarray(problem.metrics[row.metric])
        inside = values if row.groups is None else np.where(np.isin(problem.group, row.groups), values, 0.0)
        blocks.append(sparse.csr_array(inside[None, :]))
    once = sparse.csr_array((np.ones(options), (problem.group, np.arange(options))))
    at_least = np.array([row.bound for row in problem.rows])
    rows = sparse.csr_array(sparse.vstack(blocks))
    return Task(np.asarray(problem.cost), rows, at_least, once, is_whole=is_whole, gap=gap, limit_s=limit_s)


def by_highs(task: Task) -> Report:
    """HiGHS itself, its model passed as arrays in one call."""
    begin = perf_counter()
    matrix = sparse.csc_array(sparse.vstack([task.once, task.rows]))
    sources, options = task.once.shape
    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = options, matrix.shape[0]
    model.col_cost_ = task.cost
    model.col_lower_, model.col_upper_ = np.zeros(options), np.ones(options)
    model.row_lower_ = np.concatenate([np.ones(sources), task.at_least])
    model.row_upper_ = np.concatenate([np.ones(sources), np.full(len(task.at_least), np.inf)])
    model.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    model.a_matrix_.start_, model.a_matrix_.index_ = matrix.indptr, matrix.indices
    model.a_matrix_.value_ = matrix.data
    if task.is_whole:
        model.integrality_ = [highspy.HighsVarType.kInteger] * options
    highs = highspy.Highs()  # type: ignore[no-untyped-call]
    highs.setOptionValue("output_flag", False)
    highs.setOptionValue("time_limit", task.limit_s)
    highs.setOptionValue("mip_rel_gap", task.gap)
    highs.passModel(model)
    built = perf_counter() - begin
    highs.run()
    seconds, info = perf_counter() - begin, highs.getInfo()
    is_done = highs.getModelStatus() == highspy.HighsModelStatus.kOptimal
    has_plan = task.is_whole and info.primal_solution_status == highspy.kSolutionStatusFeasible
    value = info.objective_function_value if is_done or has_plan else None
    return Report(seconds, built, value, info.mip_gap if task.is_whole and value is not None else None)


def by_pulp(task: Task, solver: str) -> Report:
    """PuLP with variables, sums and constraints as its manual writes them, and one of its solvers."""
    begin = perf_counter()
    model = pulp.LpProblem("peer", pulp.LpMinimize)
    category: Literal["Integer", "Continuous"] = "Integer" if task.is_whole else "Continuous"
    x = model.add_variable_matrix("x%s", list(range(len(task.cost))), lowBound=0.0, upBound=1.0, cat=category)
    model.setObjective(pulp.lpSum_vars_coefs(zip(x, task.cost.tolist(), strict=True)))
    for first, end in zip(task.once.indptr[:-1], task.once.indptr[1:], strict=True):
        model.addConstraint(pulp.lpSum_vars([x[column] for column in task.once.indices[first:end]]) == 1.0)
    for place, bound in enumerate(task.at_least.tolist()):
        own = slice(task.rows.indptr[place], task.rows.indptr[place + 1])
        taken = [x[column] for column in task.rows.indices[own]]
        model.addConstraint(pulp.lpSum_vars_coefs(zip(taken, task.rows.data[own].tolist(), strict=True)) >= bound)
    built = perf_counter() - begin
    stats = model.solve(pulp.getSolver(solver, msg=False, timeLimit=task.limit_s, gapRel=task.gap))
    value = model.objective.value() if stats.has_solution and model.objective is not None else None
    return Report(perf_counter() - begin, built, value, None)


def by_linopy(task: Task) -> Report:
    """Linopy with one array variable, its constraints grouped by source, and HiGHS."""
    linopy = importlib.import_module("linopy")
    begin = perf_counter()
    model = linopy.Model()
    options = pd.RangeIndex(len(task.cost), name="option")
    x = model.add_variables(lower=0.0, upper=1.0, coords=[options], name="x", integer=task.is_whole)
    group = pd.Series(np.repeat(np.arange(task.once.shape[0]), np.diff(task.once.indptr)), index=options, name="source")
    model.add_constraints((1 * x).groupby(group).sum() == 1, name="once")
    for place, bound in enumerate(task.at_least.tolist()):
        own = slice(task.rows.indptr[place], task.rows.indptr[place + 1])
        if own.start == own.stop:
            continue
        taken = x.sel(option=task.rows.indices[own])
        model.add_constraints((taken * task.rows.data[own]).sum() >= bound, name=f"row{place}")
    model.add_objective((x * task.cost).sum())
    built = perf_counter() - begin
    status, _ = model.solve("highs", time_limit=task.limit_s, mip_rel_gap=task.gap, output_flag=False, progress=False)
    value = float(model.objective.value) if status == "ok" else None
    return Report(perf_counter() - begin, built, value, None)


def by_pyomo(task: Task) -> Report:
    """Pyomo's concrete model with linear expressions, through its persistent interface to HiGHS."""
    pyo = importlib.import_module("pyomo.environ")
    linear = importlib.import_module("pyomo.core.expr.numeric_expr").LinearExpression
    begin = perf_counter()
    model = pyo.ConcreteModel()
    domain = pyo.Binary if task.is_whole else pyo.UnitInterval
    model.x = pyo.Var(range(len(task.cost)), domain=domain)
    x = [model.x[number] for number in range(len(task.cost))]
    model.cost = pyo.Objective(expr=linear(constant=0.0, linear_coefs=task.cost.tolist(), linear_vars=x))
    model.rows = pyo.ConstraintList()
    for first, end in zip(task.once.indptr[:-1], task.once.indptr[1:], strict=True):
        own = [x[column] for column in task.once.indices[first:end]]
        model.rows.add(linear(constant=0.0, linear_coefs=[1.0] * len(own), linear_vars=own) == 1.0)
    for place, bound in enumerate(task.at_least.tolist()):
        part = slice(task.rows.indptr[place], task.rows.indptr[place + 1])
        own = [x[column] for column in task.rows.indices[part]]
        total = linear(constant=0.0, linear_coefs=task.rows.data[part].tolist(), linear_vars=own)
        model.rows.add(total >= bound)
    built = perf_counter() - begin
    solver = pyo.SolverFactory("appsi_highs")
    solver.config.time_limit, solver.config.mip_gap = task.limit_s, task.gap
    solver.config.load_solution = False
    answer = solver.solve(model, load_solutions=False)
    best = answer.problem.upper_bound
    return Report(perf_counter() - begin, built, float(best) if best is not None and np.isfinite(best) else None, None)


def by_scipy(task: Task) -> Report:
    """scipy.optimize.milp, which takes relaxations too."""
    begin = perf_counter()
    constraints = (
        optimize.LinearConstraint(task.once, 1.0, 1.0),
        optimize.LinearConstraint(task.rows, task.at_least, np.inf),
    )
    answer = optimize.milp(
        task.cost,
        integrality=np.full(len(task.cost), int(task.is_whole)),
        bounds=optimize.Bounds(0.0, 1.0),
        constraints=constraints,
        options={"time_limit": task.limit_s, "mip_rel_gap": task.gap},
    )
    value = None if answer.x is None else float(answer.fun)
    gap = float(answer.mip_gap) if task.is_whole and value is not None and answer.mip_gap is not None else None
    return Report(perf_counter() - begin, 0.0, value, gap)


def _is_installed(module: str) -> bool:
    return importlib.util.find_spec(module) is not None


PEERS: Mapping[str, Callable[[Task], Report]] = {
    "HiGHS arrays": by_highs,
    "PuLP + HiGHS": lambda task: by_pulp(task, "HiGHS"),
    "PuLP + CBC": lambda task: by_pulp(task, "COIN_CMD"),
    "linopy": by_linopy,
    "Pyomo": by_pyomo,
    "scipy": by_scipy,
}


def available() -> tuple[str, ...]:
    """Return the peers that this machine has."""
    missing = {
        "PuLP + CBC": "COIN_CMD" not in pulp.listSolvers(onlyAvailable=True),
        "linopy": not _is_installed("linopy"),
        "Pyomo": not _is_installed("pyomo"),
    }
    return tuple(name for name in PEERS if not missing.get(name, False))
