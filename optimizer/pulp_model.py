"""A core as a PuLP model, a PuLP solver by name, and what the solver truly said.

Variables are called ``x0, x1, ...`` after their option, rows ``r0, r1, ...`` after theirs, groups ``g0, g1, ...``: no
label of the caller reaches a solver.
"""

from __future__ import annotations

import inspect
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, cast

import highspy
import numpy as np
import pulp

from optimizer.arrays import Flags, Floats
from optimizer.core import Core
from optimizer.highs import OPTIONS, SEARCH, claim_thread
from optimizer.highs import version as highs_version
from optimizer.settings import Settings

HIGHS = "HiGHS"


@dataclass(frozen=True, slots=True, eq=False)
class Attempt:
    """What one run of a solver gave, in the core's scaled units.

    ``share`` float64 (column,), None without an answer; ``bound`` the solver's own, None where it states none;
    ``is_infeasible`` when it proved that there is no plan; ``ending`` why it stopped, in words.
    """

    share: Floats | None
    bound: float | None
    is_infeasible: bool
    ending: str
    nodes: int | None
    seconds: float


@dataclass(frozen=True, slots=True, eq=False)
class Limits:
    """How far one run goes: relative gap, absolute gap in scaled units, seconds left, nodes left."""

    gap: float
    absolute_gap: float
    time_limit_s: float | None
    node_limit: int | None


def require_solver(name: str) -> None:
    """Refuse a solver that PuLP does not know or that is not installed.

    Raises
    ------
    ValueError
        With the names of those that are available.

    """
    if name == HIGHS:
        return
    if name not in pulp.listSolvers() or not pulp.getSolver(name, msg=False).available():
        available = ", ".join(pulp.listSolvers(onlyAvailable=True))
        raise ValueError(f"settings: solver: expected one that is installed ({available}), found {name!r}")


def version_of(name: str) -> str:
    """Return PuLP's version and the solver's, as far as it states one."""
    return f"PuLP {pulp.__version__}, {name} {highs_version()}" if name == HIGHS else f"PuLP {pulp.__version__}, {name}"


def build(core: Core) -> tuple[pulp.LpProblem, list[pulp.LpVariable]]:
    """Return the model of a core and its variables in order of columns."""
    model = pulp.LpProblem("choice", pulp.LpMinimize)
    variables = _variables(model, core)
    model.setObjective(pulp.lpSum_vars_coefs(zip(variables, core.cost.tolist(), strict=True)) + core.settled_cost)
    for group, first, end in zip(core.group, core.starts[:-1], core.starts[1:], strict=True):
        model.addConstraint(pulp.lpSum_vars(variables[first:end]) == 1.0, f"g{group}")
    for place, row in enumerate(core.row):
        own = slice(core.matrix.indptr[place], core.matrix.indptr[place + 1])
        taken = [variables[column] for column in core.matrix.indices[own]]
        total = pulp.lpSum_vars_coefs(zip(taken, core.matrix.data[own].tolist(), strict=True))
        model.addConstraint(_bounded(total, float(core.lower[place]), float(core.upper[place])), f"r{row}")
    return model, variables


def _variables(model: pulp.LpProblem, core: Core) -> list[pulp.LpVariable]:
    named: dict[int, pulp.LpVariable] = {}
    categories: tuple[tuple[Flags, Literal["Integer", "Continuous"]], ...] = (
        (core.is_whole, "Integer"),
        (~core.is_whole, "Continuous"),
    )
    for is_in, category in categories:
        options = core.option[is_in].tolist()
        made = model.add_variable_matrix("x%s", options, lowBound=0.0, upBound=1.0, cat=category)
        named.update(zip(options, made, strict=True))
    return [named[option] for option in core.option.tolist()]


def _bounded(total: pulp.LpAffineExpression, lower: float, upper: float) -> pulp.LpAffineExpression:
    if lower == upper:
        return total == lower
    return total >= lower if math.isfinite(lower) else total <= upper


def run(core: Core, settings: Settings, limits: Limits, start: Floats | None, *, presolve: str = "choose") -> Attempt:
    """Hand a core to the solver that is asked for, from ``start`` (column,) if given, NaN where it says nothing.

    PuLP leaves 0.0 in the variables of a model without an answer, so values are read only where the solver states that
    it has a solution, and its word is taken for nothing else: the caller adds up the plan again. ``presolve`` is for
    HiGHS alone.
    """
    model, variables = build(core)
    if start is not None:
        for column in np.flatnonzero(np.isfinite(start)):
            variables[column].setInitialValue(float(start[column]), check=False)
    if settings.solver == HIGHS:
        claim_thread()
    try:
        stats = model.solve(solver_for(settings, limits, is_started=start is not None, presolve=presolve))
    except pulp.PulpError as error:
        return Attempt(None, None, is_infeasible=False, ending=f"failed: {error}", nodes=None, seconds=0.0)
    values = [variable.varValue for variable in variables] if stats.has_solution else []
    share = np.array(values, dtype=np.float64) if values and None not in values else None
    nodes, is_infeasible = stats.nodes, stats.status == pulp.LpSolveStatus.Infeasible
    if settings.solver == HIGHS:
        highs = cast("highspy.Highs", model.solverModel)
        nodes = max(int(highs.getInfo().mip_node_count), 0)
        # every variable lies in 0 to 1, so "unbounded or infeasible" is infeasible
        is_infeasible |= highs.getModelStatus() == highspy.HighsModelStatus.kUnboundedOrInfeasible
    return Attempt(share, stats.best_bound, is_infeasible and share is None, stats.status_str, nodes, stats.time)


def solver_for(settings: Settings, limits: Limits, *, is_started: bool, presolve: str = "choose") -> pulp.LpSolver:
    """Return the PuLP solver with everything it understands of the settings."""
    asked: dict[str, Any] = {
        "msg": False,
        "gapRel": limits.gap,
        "gapAbs": limits.absolute_gap,
        "timeLimit": limits.time_limit_s,
        "threads": settings.threads,
        "warmStart": is_started,
    }
    if settings.solver == HIGHS:
        asked |= OPTIONS | {"random_seed": settings.seed, "threads": 1, "presolve": presolve} | SEARCH
        asked |= {} if limits.node_limit is None else {"mip_max_nodes": limits.node_limit}
        return pulp.HiGHS(**asked)
    asked |= {"maxNodes": limits.node_limit, "randomSeed": settings.seed}
    known = _known(settings.solver)
    return pulp.getSolver(settings.solver, **{name: value for name, value in asked.items() if name in known})


def not_understood(settings: Settings) -> str:
    """Return what of the settings the solver has no word for, as a sentence; nothing for HiGHS."""
    if settings.solver == HIGHS:
        return ""
    words = {
        "gapRel": "gap",
        "maxNodes": "node limit",
        "timeLimit": "time limit",
        "randomSeed": "seed",
        "threads": "threads",
    }
    missing = [word for name, word in words.items() if name not in _known(settings.solver)]
    return f"PuLP passes {settings.solver} no {', no '.join(missing)}" if missing else ""


def _known(name: str) -> Sequence[str]:
    solver = pulp.getSolver(name, msg=False)
    return list(inspect.signature(type(solver).__init__).parameters)
