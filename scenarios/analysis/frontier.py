"""The least cost against the level of one requirement: every point solved and proven, none above a tighter one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace

import numpy as np

from model.problems import InputError, Problem
from model.text import Text
from optimizer import Solution, reach_of
from optimizer.frontier import sweep
from optimizer.vicinity import solve_near
from scenarios.analysis.frontier_words import curve_words
from scenarios.analysis.says import money_text, requirement_text, value_text
from scenarios.analysis.study import Study
from scenarios.answering.result import Json, said
from scenarios.compiling.giving_way import penalty_of
from scenarios.compiling.held_rows import first_row, without
from scenarios.compiling.rows.plan import COUNTED
from scenarios.wording.shown import percent

POINT_GAP = 5e-3
"""Relative gap to which points are proven at least; most come much closer."""

INSIDE = 1e-9
"""Share of the range by which the outermost level stays inside what was proven to be reachable."""


@dataclass(frozen=True, slots=True)
class Point:
    """One plan: asked ``level`` and what it reached, in the requirement's unit; its cost, and what is proven.

    ``cost`` and ``bound`` are in the unit of the objective, without what other targets that are missed count;
    ``annual_cny`` [CNY/yr] is the cost of the last plan year,
    ``capital_cny`` [CNY] that of all plan years. Without a plan all of it is None.
    """

    level: float
    reached: float | None
    cost: float | None
    bound: float | None
    gap: float | None
    status: str
    annual_cny: float | None
    capital_cny: float | None
    projects: int


@dataclass(frozen=True, slots=True)
class Frontier:
    """Points from the loosest level to the tightest."""

    row: str
    pollutant: str | None
    unit: str
    sense: str
    asked: float | None
    objective_unit: str
    points: Sequence[Point]
    says: Text

    def to_json(self) -> Json:
        """Return it as it stands in JSON."""
        return {**asdict(self), "points": [asdict(point) for point in self.points], "says": said(self.says)}


def frontier(study: Study, row_id: str, *, points: int = 25, gap: float | None = None) -> Frontier:
    """Return the least cost at evenly spaced levels of one requirement, from what comes by itself to the most there is.

    Where the most reduction is planned for, the most reduction in place of the least cost.

    The loosest level is what the best plan reaches when the requirement is left out, the tightest what can be reached
    with all others held. Every point is proven to ``gap`` at least, by default 0.5 %. The plan of the scenario itself
    is not needed: the study may be unsolved. ``study.settings.threads`` points are solved side by side.

    Raises
    ------
    InputError
        The requirement is unknown, has several rows or asks for an exact number or a ratio, or fewer than two points
        are asked for.

    """
    place = study.plan_of(row_id)
    plan = study.compiled.plans[place]
    if points < 2 or plan.reported_sense == "=" or plan.per is not None:  # noqa: PLR2004 - a curve has two ends
        what = Text("无法沿该要求画出曲线", "no curve can be drawn along this requirement")
        raise InputError([Problem("--requirement", what, "at least or at most a total, and 2 points or more", row_id)])
    settings = replace(study.settings, gap=POINT_GAP if gap is None else gap)
    base = without(study.compiled.problem, plan)
    metric = study.compiled.metric_of[place]
    asked = first_row(replace(plan, bound=plan.bound or 0.0), metric)
    far = reach_of(base, asked, settings).together.value
    free = solve_near(base, settings)
    if far is None or free.level is None:
        return _frontier(study, place, [], [])
    near = float(study.compiled.plan_values(free.level)[place])
    bounds = _levels(near, far, points, is_count=plan.unit == COUNTED)
    problem = replace(base, rows=(*base.rows, replace(asked, bound=bounds[0])))
    return _frontier(study, place, bounds, sweep(problem, len(problem.rows) - 1, bounds, settings))


def _levels(near: float, far: float, points: int, *, is_count: bool) -> list[float]:
    """Return bounds from the loosest to the tightest; whole numbers where sources are counted."""
    inside = far + (near - far) * INSIDE
    levels = np.linspace(near, far if is_count else inside, points)
    return sorted(set(np.rint(levels).tolist()), reverse=far < near) if is_count else levels.tolist()


def _frontier(study: Study, place: int, bounds: Sequence[float], solutions: Sequence[Solution]) -> Frontier:
    plan, requirement = study.compiled.plans[place], study.requirements[place]
    found = [_point(study, place, bound, solution) for bound, solution in zip(bounds, solutions, strict=True)]
    return Frontier(
        row=plan.row_id,
        pollutant=requirement.pollutant,
        unit=plan.unit,
        sense=plan.reported_sense,
        asked=plan.asked,
        objective_unit=_objective_unit(study),
        points=tuple(found),
        says=_says(study, place, found),
    )


def _objective_unit(study: Study) -> str:
    if study.compiled.mode == "most_reduction":
        return "weighted t/yr"
    return "CNY/yr" if len(study.bundle.timeline.years) == 1 else "CNY"


def _point(study: Study, place: int, bound: float, solution: Solution) -> Point:
    plan, options = study.compiled.plans[place], study.compiled.options
    if solution.level is None:
        return Point(plan.report(bound), None, None, None, None, str(solution.status), None, None, 0)
    level = solution.level[: options.size]
    capital = sum(float(options.capital(year) @ level) for year in study.bundle.timeline.years)
    sign = -1.0 if study.compiled.mode == "most_reduction" else 1.0
    penalty = penalty_of(study.compiled, solution.level)
    return Point(
        level=plan.report(bound),
        reached=plan.report(float(study.compiled.plan_values(solution.level)[place])),
        cost=None if solution.objective is None else sign * (solution.objective - penalty),
        bound=None if solution.bound is None else sign * (solution.bound - penalty),
        gap=solution.gap,
        status=str(solution.status),
        annual_cny=float(study.annual_cost @ level),
        capital_cny=capital,
        projects=int((level[~options.is_as_is()] > 0).sum()),
    )


def _says(study: Study, place: int, points: Sequence[Point]) -> Text:
    about = requirement_text(study, study.requirements[place])
    known = [point for point in points if point.cost is not None]
    if not known:
        return Text(
            f"{about.zh}：其他要求不能同时满足，没有可画的点。", f"{about.en}: the other requirements leave no plan."
        )
    unit, words = study.compiled.plans[place].unit, curve_words(_objective_unit(study))
    ends = [value_text(unit, point.level) for point in (known[0], known[-1])]
    near, far = (money_text(study, point.cost) for point in (known[0], known[-1]))
    value, way = words.value, words.way
    if near == far:
        moves = Text(f"{value.zh}一直是{near.zh}", f"the {value.en.lower()} stays at {near.en}")
    else:
        moves = Text(
            f"{value.zh}从{near.zh}{way.zh}到{far.zh}", f"the {value.en.lower()} {way.en} from {near.en} to {far.en}"
        )
    gap = percent(max(point.gap or 0.0 for point in known))
    return Text(
        f"{about.zh}：从{ends[0].zh}到{ends[1].zh}，{moves.zh}；每个点都是完整的方案，已证明与最优值相差不超过{gap}。",
        f"{about.en}: from {ends[0].en} to {ends[1].en} {moves.en}; every point is a whole plan, "
        f"proven to be within {gap} of the best possible.",
    )
