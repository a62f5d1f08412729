"""The plan's problem with one requirement a step tighter, or a step looser, solved to so many nodes each.

What the nodes leave open is narrowed by the other solves: a plan for a tighter requirement serves a looser one, and
what no plan of a looser one can undercut, none of a tighter one can.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from model.sector import FloatArray
from optimizer import ChoiceProblem, Solution, Status
from optimizer.evaluate import evaluate
from optimizer.parallel import in_parallel
from optimizer.vicinity import Memory, solve_near
from scenarios.analysis.study import Study
from scenarios.compiling.held_rows import asking
from scenarios.compiling.rows.plan import COUNTED

CLOSE = 0.1
"""Share of the gap asked for to which each of the solves is proven, so that their difference says something."""

NODES = 60
"""Nodes of each solve at most, so that an answer comes in time."""

SOLVED_AS_THEY_ARE = frozenset({"least_cost", "most_reduction"})
"""Modes in which a scenario's plan is one of its problem, with a bound that holds for it."""


@dataclass(frozen=True, slots=True, eq=False)
class Beside:
    """A requirement, by ``place``, asked a ``step`` tighter and looser; ``base`` is the best plan as it is asked.

    ``is_nested``: a plan that keeps it tighter keeps it looser.
    """

    place: int
    step: float
    is_nested: bool
    base: Solution
    tighter: Solution
    looser: Solution


@dataclass(frozen=True, slots=True)
class _Asked:
    place: int
    level: float
    is_tighter: bool
    is_nested: bool


def beside(study: Study, share: float, rows: Sequence[str] | None) -> list[Beside]:
    """Return the plans beside a plan, for every requirement that can step by a share of what is asked."""
    steps = _steps(study, share, rows)
    asked = [one for place, step in steps for one in _both(study, place, step)]
    if not asked:
        return []
    own = study.settings
    close = replace(own, gap=own.gap * CLOSE, node_limit=own.node_limit or NODES)
    memory: Memory = {}
    base = solve_near(study.compiled.problem, close, memory=memory)

    def solved(one: _Asked) -> Solution:
        # what one of them finds may not depend on which of the others came before it
        return solve_near(_problem(study, one), close, memory=dict(memory))

    base, found = _shared(study, base, asked, list(in_parallel(solved, asked, close.threads)))
    return [
        Beside(place, step, ask.is_nested, base, tighter, looser)
        for (place, step), ask, tighter, looser in zip(steps, asked[::2], found[::2], found[1::2], strict=True)
    ]


def _steps(study: Study, share: float, rows: Sequence[str] | None) -> list[tuple[int, float]]:
    """Return the requirements that have a marginal cost, by place, and the step of each."""
    found = []
    for place, (plan, own) in enumerate(zip(study.compiled.plans, study.rows_of, strict=True)):
        if not own or plan.asked is None or (rows is not None and plan.row_id not in rows):
            continue
        step = abs(plan.asked) * share
        step = max(round(step), 1.0) if plan.unit == COUNTED else step
        if step > 0.0 and plan.reported_sense != "=" and place not in study.compiled.slack.places:
            found.append((place, step))
    return found


def _both(study: Study, place: int, step: float) -> tuple[_Asked, _Asked]:
    plan = study.compiled.plans[place]
    asked, sign = plan.asked or 0.0, 1.0 if plan.reported_sense == ">=" else -1.0
    tighter = _Asked(place, asked + sign * step, is_tighter=True, is_nested=plan.per is None)
    return tighter, replace(tighter, level=asked - sign * step, is_tighter=False)


def _problem(study: Study, one: _Asked) -> ChoiceProblem:
    return asking(study.compiled, study.compiled.plans[one.place].at(one.level))


type _Plan = tuple[float, FloatArray]


def _shared(
    study: Study, base: Solution, asked: Sequence[_Asked], found: Sequence[Solution]
) -> tuple[Solution, list[Solution]]:
    """Return the solutions, with cheaper plans that others found and bounds that hold for them too."""
    problem = study.compiled.problem
    levels = [own.level for own in (study.solution, base, *found) if own.level is not None]
    plans = sorted(((float(problem.cost @ level), level) for level in levels), key=lambda plan: plan[0])
    known = list(zip(asked, found, strict=True))
    looser = [solution for one, solution in known if one.is_nested and not one.is_tighter]
    own = [study.solution] if study.compiled.mode in SOLVED_AS_THEY_ARE else []
    base = _bounded(_cheapest(problem, base, _cheaper(base, plans)), [*own, *looser])
    answers = []
    for one, solution in known:
        cheaper = _cheaper(solution, plans)
        best = _cheapest(_problem(study, one), solution, cheaper) if cheaper else solution
        answers.append(_bounded(best, [base] if one.is_nested and one.is_tighter else []))
    return base, answers


def _cheaper(own: Solution, plans: Sequence[_Plan]) -> list[_Plan]:
    """Return the plans that cost less than a solution; none where it is proven that there is none."""
    if own.status is Status.INFEASIBLE:
        return []
    most = np.inf if own.objective is None else own.objective
    return [plan for plan in plans if plan[0] < most]


def _cheapest(problem: ChoiceProblem, own: Solution, plans: Sequence[_Plan]) -> Solution:
    """Return a solution with the first of some plans that keeps all rows of the problem, itself where none does."""
    for cost, level in plans:
        if not evaluate(problem, level).faults:
            return replace(own, status=Status.FEASIBLE, objective=cost, level=level)
    return own


def _bounded(own: Solution, others: Sequence[Solution]) -> Solution:
    """Return a solution with the highest of its bound and those of others, which hold for it too."""
    bounds = [one.bound for one in (own, *others) if one.bound is not None]
    if own.objective is None or not bounds:
        return own
    return replace(own, bound=min(max(bounds), own.objective))
