"""Other plans of nearly the same cost, as different from each other as can be.

After Brill, Chang and Hopkins, Management Science 28, 1982 (modelling to generate alternatives): within a budget a
little above the least cost, the plan is sought that shares least with those found before. Each search is solved with a
bound, and every plan differs from every other in at least one group.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from optimizer.arrays import Flags, Floats
from optimizer.evaluate import evaluate
from optimizer.problem import ChoiceProblem, Row
from optimizer.settings import Settings
from optimizer.solution import Solution
from optimizer.vicinity import flat, solve_near

COST_WEIGHT = 0.01
"""What the whole room above the least cost counts for, in shared options: cost decides between plans equally far."""


@dataclass(frozen=True, slots=True, eq=False)
class Alternative:
    """A plan: ``level`` (option,), its ``cost``, ``shared``: counted options in common with the earlier plans."""

    level: Floats
    cost: float
    shared: int


def alternatives(
    problem: ChoiceProblem,
    solution: Solution,
    counted: Flags,
    settings: Settings,
    *,
    within: float,
    count: int,
    telling: Flags | None = None,
) -> list[Alternative]:
    """Return up to ``count`` plans, the given one first; fewer when there are no more within the budget.

    Parameters
    ----------
    problem, solution
        A problem and its plan.
    counted
        bool (option,): options that make two plans alike when both take them.
    settings
        How each search is done; its gap concerns the number of shared options.
    within
        The budget: this share of |cost| above the plan's cost.
    count
        How many plans.
    telling
        bool (option,): options of the groups in which two plans have to differ; None: of all groups.

    Raises
    ------
    ValueError
        The solution holds no plan.

    """
    if solution.level is None or solution.objective is None:
        raise ValueError("solution: expected one with a plan")
    room = within * abs(solution.objective)
    told = np.ones(problem.option_count, dtype=bool) if telling is None else telling
    found = [Alternative(solution.level, solution.objective, 0)]
    budget = Row(id="/budget", metric=0, sense="<=", bound=solution.objective + room)
    while len(found) < count:
        level = _farthest(problem, found, (counted, told), settings, budget=budget, room=room)
        if level is None:
            break
        shared = int(sum(((plan.level > 0) & (level > 0) & counted).sum() for plan in found))
        found.append(Alternative(level, float(problem.cost @ level), shared))
    return found


def _farthest(
    problem: ChoiceProblem,
    found: list[Alternative],
    flags: tuple[Flags, Flags],
    settings: Settings,
    *,
    budget: Row,
    room: float,
) -> Floats | None:
    """Return the plan within the budget that shares least with those found, None where there is no other."""
    plain, (counted, told) = flat(problem), flags
    uses = np.sum([plan.level for plan in found], axis=0)
    cost = np.where(counted, uses, 0.0) + COST_WEIGHT * problem.cost / max(room, 1e-12 + abs(budget.bound))
    rows = (*plain.rows, replace(budget, metric=len(plain.rows)))
    rows += tuple(
        Row(id=f"/other{number}", metric=len(rows) + number, sense="<=", bound=_most_in_common(plan, problem, told))
        for number, plan in enumerate(found)
    )
    metrics = np.vstack([plain.metrics, problem.cost[None, :], *((plan.level * told)[None, :] for plan in found)])
    solution = solve_near(replace(plain, cost=cost, metrics=metrics, rows=rows), settings)
    if solution.level is None or evaluate(problem, solution.level).faults:
        return None
    return solution.level


def _most_in_common(plan: Alternative, problem: ChoiceProblem, told: Flags) -> float:
    """Return what the product of two levels adds up to at most when they differ in one group or by a hundredth."""
    own = float((plan.level * plan.level)[told].sum())
    return own - (0.01 if (problem.is_divisible & told[problem.starts[:-1]]).any() else 1.0)
