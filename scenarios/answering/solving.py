"""A compiled scenario solved as its mode asks."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from optimizer import Row, Settings, Solution, solve
from scenarios.answering.result import Objective
from scenarios.compiling.compile import Compiled
from scenarios.compiling.giving_way import tidied
from scenarios.reading.bundle import Bundle

SECOND_STAGE_ROOM = 1e-9
"""Relative room that the second stage of "most reduction" leaves the reduction already found."""


def solution_of(bundle: Bundle, compiled: Compiled, settings: Settings) -> Solution:
    """Solve a compiled scenario as its mode asks, all in one step but for the cheapest of the most reduction.

    The objective includes the price of what rows that may be missed lack. The modes "closest" and "hierarchical" begin
    with this and go on in `scenarios.answering.levels`.
    """
    solution = tidy(compiled, solve(compiled.problem, settings))
    if bundle.scenario.mode != "most_reduction" or solution.level is None or solution.objective is None:
        return solution
    return _cheapest_of_the_most(compiled, solution, settings)


def tidy(compiled: Compiled, solution: Solution) -> Solution:
    """Return a solution whose missed rows count exactly what is missing."""
    if solution.level is None or not compiled.slack.gives:
        return solution
    level = tidied(compiled, solution.level)
    return replace(solution, level=level, objective=float(compiled.problem.cost @ level))


def _cheapest_of_the_most(compiled: Compiled, most: Solution, settings: Settings) -> Solution:
    """Among plans that reduce as much as ``most``, return the cheapest: reduction first, cost second."""
    problem, objective = compiled.problem, most.objective or 0.0
    held = objective + SECOND_STAGE_ROOM * abs(objective)
    second = replace(
        problem,
        cost=compiled.widened(compiled.options.present_value()),
        metrics=np.vstack([problem.metrics, problem.cost[None, :]]),
        rows=(*problem.rows, Row(id="/held", metric=len(problem.metrics), sense="<=", bound=held)),
    )
    cheaper = solve(second, settings)
    if cheaper.level is None:
        return most
    return replace(most, level=cheaper.level, objective=float(problem.cost @ cheaper.level))


def objective_of(bundle: Bundle, compiled: Compiled, solution: Solution, penalty: float) -> Objective:
    """Return what the plan costs or reduces; what missed targets count stands beside it and is never part of it.

    Beside a penalty the cost is added up by itself: the difference of two sums would lose it in the rounding of what a
    high price makes of a large miss.
    """
    value = signed(bundle, solution.objective, penalty)
    if penalty and solution.level is not None:
        value = float(compiled.own(compiled.problem.cost) @ compiled.own(solution.level))
    if bundle.scenario.mode == "most_reduction":
        return Objective(value, "weighted t/yr", "weighted reduction in the last plan year")
    if len(bundle.timeline.years) == 1:
        return Objective(value, "CNY/yr", "annual cost of the last plan year")
    return Objective(value, "CNY", "present value over the plan years")


def signed(bundle: Bundle, value: float | None, penalty: float) -> float | None:
    """Return a minimised value as it is reported: without the penalty; the most reduction with its sign turned.

    A bound less the penalty is one on the cost of every plan that misses no more than this one.
    """
    if value is None:
        return None
    return -value if bundle.scenario.mode == "most_reduction" else value - penalty
