"""Aims taken in turn: each is made as good as it gets while those before it keep what they reached.

Aim n minimises f_n over the choices with ``f_m <= (1 + tolerance_m) f_m*`` for every aim m before it, f_m* being what
was found there (lexicographic optimisation: H. Isermann, Linear lexicographic optimization, OR Spektrum 4 (1982) 223).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy import sparse

from model.sector import FloatArray
from optimizer import ChoiceProblem, Row, Settings, Solution, Status, solve
from scenarios.answering.result import Json
from scenarios.answering.solving import solution_of
from scenarios.compiling.compile import Compiled, compile_scenario
from scenarios.compiling.giving_way import tidied
from scenarios.reading.bundle import Bundle
from scenarios.reading.population import district_weights
from scenarios.wording.level_words import level_json

KEPT = 1e-8
"""Relative difference from the least cost at which a plan still has it, `ROOM` of several aims added up."""

ROOM = 1e-9
"""Relative room that a later aim leaves what an earlier one reached, besides its stated tolerance."""


@dataclass(frozen=True, slots=True, eq=False)
class Step:
    """One aim: what it minimises, float64 (option,), and the problem it is minimised over.

    ``count`` is how many rows an aim on requirements is about, ``priority`` their rank.
    """

    aim: str
    unit: str
    tolerance: float
    cost: FloatArray
    count: int = 0
    priority: int | None = None
    weights: FloatArray | None = None

    def on(self, problem: ChoiceProblem) -> tuple[ChoiceProblem, FloatArray]:
        """Return the problem and the cost of this aim on it; ``problem`` may hold more options than the aim knows."""
        if self.weights is None:
            return problem, np.pad(self.cost, (0, problem.option_count - len(self.cost)))
        return _with_greatest(problem, self.cost, self.weights, name=self.aim)


@dataclass(frozen=True, slots=True, eq=False)
class Answer:
    """A scenario solved: the problem that was solved last, its solution, what each aim reached."""

    compiled: Compiled
    solution: Solution
    levels: Sequence[Json] = ()


def answer_of(bundle: Bundle, compiled: Compiled, settings: Settings) -> Answer:
    """Solve a scenario as its mode asks, in one step or in several.

    "Closest" is the least-cost plan where all requirements can be met; otherwise the least shortfall, then the least
    cost. "Hierarchical" takes the scenario's aims in their order.
    """
    mode = bundle.scenario.mode
    if mode == "hierarchical":
        return _hierarchical(bundle, compiled, settings)
    solution = solution_of(bundle, compiled, settings)
    if mode != "closest" or solution.status is not Status.INFEASIBLE:
        return Answer(compiled, solution)
    giving = compile_scenario(bundle, compiled.options.table, giving="share")
    priced = giving.slack.is_priced
    missing = np.zeros(giving.problem.option_count)
    missing[giving.slack_options] = giving.slack.counts
    aim, unit = ("penalty", "CNY") if priced else ("shortfall", "share")
    answer = _in_turn(giving, [Step(aim, unit, 0.0, missing), _cost(giving)], settings)
    return answer if answer.levels else Answer(compiled, solution)


def _cost(compiled: Compiled, tolerance: float = 0.0) -> Step:
    years = compiled.options.timeline.years
    cost = compiled.widened(compiled.options.present_value())
    return Step("cost", "CNY/yr" if len(years) == 1 else "CNY", tolerance, cost)


def _hierarchical(bundle: Bundle, compiled: Compiled, settings: Settings) -> Answer:
    aims = bundle.scenario.aims
    if any(aim.aim == "requirements" for aim in aims):
        compiled = compile_scenario(bundle, compiled.options.table, giving="whole")
    steps: list[Step] = []
    for aim in aims:
        if aim.aim == "requirements":
            steps += _requirements(compiled, aim.tolerance)
        elif aim.aim == "cost":
            steps.append(_cost(compiled, aim.tolerance))
        else:
            steps.append(_greatest(bundle, compiled, aim.aim, aim.tolerance))
    return _in_turn(compiled, steps, settings)


def _requirements(compiled: Compiled, tolerance: float) -> Iterator[Step]:
    """Yield an aim for each priority, the first one first: as few of its rows missed as can be."""
    ranks = {place: compiled.demands[place].requirement.priority for place in compiled.slack.places}
    for rank in sorted(set(ranks.values())):
        cost = np.zeros(compiled.problem.option_count)
        missed = [number for number, give in enumerate(compiled.slack.gives) if ranks[give.place] == rank]
        cost[compiled.slack_options] = np.isin(compiled.slack.of, missed) & (compiled.slack.amount != 0.0)
        count = sum(other == rank for other in ranks.values())
        yield Step("requirements", "count", tolerance, cost, count=count, priority=rank)


def _greatest(bundle: Bundle, compiled: Compiled, aim: str, tolerance: float) -> Step:
    """Return the aim that the district with the greatest cost, in all or per head, has as little as can be."""
    options = compiled.options
    cost = compiled.widened(options.yearly_cost(bundle.timeline.years[-1]))
    weights = district_weights(bundle, per_head=aim == "burden")[:, options.source]
    unit = "CNY/yr per head" if aim == "burden" else "CNY/yr"
    return Step(aim, unit, tolerance, cost, weights=np.pad(weights, ((0, 0), (0, len(cost) - options.size))))


def _with_greatest(
    problem: ChoiceProblem, cost: FloatArray, weights: FloatArray, *, name: str
) -> tuple[ChoiceProblem, FloatArray]:
    """Return a problem with one more group t that is at least every ``weights[d] * cost`` added up, and its cost.

    The group is a mixture of the least and the most that the greatest can be; row d is ``sum_j w_dj c_j x_j - t <= 0``.
    """
    starts = problem.starts[:-1]
    values = np.pad(weights * cost, ((0, 0), (0, problem.option_count - len(cost))))
    low = float(np.minimum.reduceat(values, starts, axis=1).sum(axis=1).max())
    high = float(np.maximum.reduceat(values, starts, axis=1).sum(axis=1).max())
    ends = np.array([low, high])
    rows = [
        Row(id=f"/{name}/{place}", metric=len(problem.metrics) + place, sense="<=", bound=0.0)
        for place in range(len(values))
    ]
    metrics = np.pad(problem.metrics, ((0, 0), (0, 2)))
    more = np.hstack([values, np.broadcast_to(-ends, (len(values), 2))])
    side = problem.side
    wider = replace(
        problem,
        cost=np.append(problem.cost, [0.0, 0.0]),
        group=np.append(problem.group, [problem.group[-1] + 1] * 2),
        metrics=np.vstack([metrics, more]),
        rows=(*problem.rows, *rows),
        divisible=np.append(problem.is_divisible, True),
        side=None if side is None else sparse.csr_array(sparse.hstack([side, sparse.csr_array((side.shape[0], 2))])),
    )
    return wider, np.append(np.zeros(problem.option_count), ends)


def _in_turn(compiled: Compiled, steps: Sequence[Step], settings: Settings) -> Answer:
    """Solve for each aim in turn; one without an answer within the limits ends the search with what stands."""
    problem = compiled.problem
    found: list[Solution] = []
    levels: list[Json] = []
    for number, step in enumerate(steps):
        problem, cost = step.on(problem)
        solution = solve(replace(problem, cost=cost), settings)
        if solution.level is None or solution.objective is None:
            if not found:
                return Answer(compiled, solution)
            break
        found.append(solution)
        levels.append(level_json(step, solution))
        room = step.tolerance * abs(solution.objective) + ROOM * max(abs(solution.objective), 1.0)
        held = Row(id=f"/aim/{number}", metric=len(problem.metrics), sense="<=", bound=solution.objective + room)
        problem = replace(problem, metrics=np.vstack([problem.metrics, cost]), rows=(*problem.rows, held))
    return Answer(compiled, _whole(compiled, steps, found), levels)


def _whole(compiled: Compiled, steps: Sequence[Step], found: Sequence[Solution]) -> Solution:
    """Return the last answer as one of the scenario: its cost, and the bound that the aim on cost has proven.

    Where a later aim gave up some of the cost there is none: the plan is not the cheapest by design.
    """
    last = found[-1]
    if last.level is None:
        raise ValueError("an aim without an answer was kept")
    level = tidied(compiled, last.level[: compiled.problem.option_count])
    objective = float(compiled.problem.cost @ level)
    costs = [solution for step, solution in zip(steps, found, strict=False) if step.aim == "cost"]
    keeps = costs and objective <= (costs[0].objective or 0.0) + KEPT * abs(objective)
    is_proven = len(found) == len(steps) and all(solution.status is Status.OPTIMAL for solution in found)
    return replace(
        last,
        status=Status.OPTIMAL if is_proven else Status.FEASIBLE,
        objective=objective,
        bound=costs[0].bound if keeps else None,
        gap=max(solution.gap or 0.0 for solution in found),
        level=level,
        row_values=None,
        prices=None,
        nodes=sum(solution.nodes or 0 for solution in found),
    )
