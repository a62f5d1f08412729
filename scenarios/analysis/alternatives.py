"""Other plans of nearly the same cost, and the projects that all of them share: the no-regret core."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Literal

import numpy as np

from model.sector import FloatArray
from model.text import Text
from optimizer.alternatives import alternatives as find_alternatives
from optimizer.vicinity import Memory, solve_near
from scenarios.analysis.says import money_text
from scenarios.analysis.study import Study
from scenarios.answering.result import Json, said
from scenarios.compiling.compile import SMALLEST_SHARE
from scenarios.compiling.giving_way import penalty_of, tidied
from scenarios.compiling.held_rows import asking
from scenarios.compiling.rows import RowPlan
from scenarios.compiling.rows.plan import COUNTED
from scenarios.wording.shown import percent

FAR_ENOUGH = 0.05
"""Relative gap of "as different as possible": a count of shared projects, so that a few more or less do not matter."""

type Group = Literal["always", "sometimes", "never"]
type Key = tuple[int, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class OtherPlan:
    """A plan: its cost in the unit of the objective, ``above_share`` above the least, and its projects.

    The share counts what missed targets cost, ``cost`` does not.

    ``shared`` is how many of its projects each plan of the list has too, in their order, itself among them.
    ``added`` and ``dropped`` are against the first plan, as (source id, measures).
    """

    cost: float
    above_share: float
    annual_cny: float
    projects: int
    shared: Sequence[int]
    added: Sequence[Json]
    dropped: Sequence[Json]


@dataclass(frozen=True, slots=True)
class CoreProject:
    """A project, and in how many of the plans looked at it is."""

    source_id: str
    source_name: str
    district: str
    sector: str
    measures: Sequence[str]
    measure_names: Text
    count: int
    of: int

    def to_json(self) -> Json:
        """Return it as it stands in JSON."""
        return {**asdict(self), "measure_names": said(self.measure_names)}


@dataclass(frozen=True, slots=True)
class Alternatives:
    """Plans within a share of the least cost, the least-cost plan first; the core counts plans at other levels too.

    ``levels`` are the shares of what is asked at which least-cost plans were added for the core, and whether there was
    one. ``never`` counts the sources that no plan touches, although something is on offer there.
    """

    within: float
    asked_count: int
    plans: Sequence[OtherPlan]
    levels: Mapping[str, bool]
    always: Sequence[CoreProject]
    sometimes: Sequence[CoreProject]
    never: Sequence[Json]
    choices: Sequence[FloatArray]
    says: Text

    def to_json(self) -> Json:
        """Return it as it stands in JSON, without the choices themselves."""
        return {
            "within": self.within,
            "asked_count": self.asked_count,
            "plans": [asdict(plan) for plan in self.plans],
            "levels": dict(self.levels),
            "core": {
                "always": [project.to_json() for project in self.always],
                "sometimes": [project.to_json() for project in self.sometimes],
                "never": list(self.never),
            },
            "says": said(self.says),
        }


def alternatives(
    study: Study, *, within: float = 0.05, count: int = 5, levels: Sequence[float] = (0.9, 1.1)
) -> Alternatives:
    """Return different plans within a share of the least cost, as far apart as can be, and the core of all of them.

    Parameters
    ----------
    study
        A scenario with a plan.
    within
        The share above the least cost that a plan may cost.
    count
        How many plans, the least-cost plan among them.
    levels
        Shares of what every tonnage target asks for; the least-cost plan at each joins the core, where there is one.

    """
    options = study.compiled.options
    counted = np.zeros(study.compiled.problem.option_count, dtype=bool)
    counted[: options.size] = ~options.is_as_is()
    told = np.zeros_like(counted)
    told[: options.size] = True
    far = replace(study.settings, gap=max(study.settings.gap, FAR_ENOUGH))
    found = find_alternatives(
        study.compiled.problem, study.solution, counted, far, within=within, count=count, telling=told
    )
    choices = [tidied(study.compiled, plan.level) for plan in found]
    memory: Memory = {}
    others = {level: _at_level(study, level, memory) for level in levels}
    every = [*choices, *(level for level in others.values() if level is not None)]
    plans = [_plan(study, level, choices) for level in choices]
    core = _core(study, every)
    return Alternatives(
        within=within,
        asked_count=count,
        plans=tuple(plans),
        levels={f"{level:g}": other is not None for level, other in others.items()},
        always=tuple(project for project in core if project.count == project.of),
        sometimes=tuple(project for project in core if project.count < project.of),
        never=tuple(_never(study, every)),
        choices=tuple(choices),
        says=_says(study, plans, core, within=within, count=count),
    )


def _at_level(study: Study, level: float, memory: Memory) -> FloatArray | None:
    """Return the least-cost plan with every tonnage target asked at a share of what it asks now."""
    problem = study.compiled.problem
    for plan, rows in zip(study.compiled.plans, study.rows_of, strict=True):
        if rows and _is_target(plan):
            scaled = asking(study.compiled, plan.at((plan.asked or 0.0) * level))
            new = {row.id: row for row in scaled.rows}
            metrics = scaled.metrics
            held = [row for row in problem.rows if row.id != plan.row_id]
            added = replace(new[plan.row_id], metric=len(problem.metrics))
            metrics = np.vstack([problem.metrics, metrics[new[plan.row_id].metric][None, :]])
            problem = replace(problem, metrics=metrics, rows=(*held, added))
    return solve_near(problem, study.settings, memory=memory).level


def _is_target(plan: RowPlan) -> bool:
    return plan.reported_sense == ">=" and plan.unit != COUNTED and plan.per is None


def _keys(study: Study, level: FloatArray) -> dict[Key, int]:
    """Return the projects of a plan by source and measures, with their choice."""
    options = study.compiled.options
    taken = np.flatnonzero((level[: options.size] > SMALLEST_SHARE) & ~options.is_as_is())
    labels = study.measures_at(taken)
    return {(int(options.source[place]), names): int(place) for place, (names, _) in zip(taken, labels, strict=True)}


def _plan(study: Study, level: FloatArray, choices: Sequence[FloatArray]) -> OtherPlan:
    own, first = _keys(study, level), _keys(study, choices[0])
    total = float(study.compiled.problem.cost @ level)
    above = total - study.objective
    return OtherPlan(
        cost=total - penalty_of(study.compiled, level),
        above_share=above / abs(study.objective) if study.objective else 0.0,
        annual_cny=float(study.annual_cost @ level[: study.compiled.options.size]),
        projects=len(own),
        shared=tuple(len(own.keys() & _keys(study, other).keys()) for other in choices),
        added=tuple(_named(study, key) for key in sorted(own.keys() - first.keys())),
        dropped=tuple(_named(study, key) for key in sorted(first.keys() - own.keys())),
    )


def _named(study: Study, key: Key) -> Json:
    row = study.sources[key[0]]
    return {"source_id": row["source_id"], "source_name": row["name"], "measures": list(key[1])}


def _core(study: Study, plans: Sequence[FloatArray]) -> list[CoreProject]:
    counts = Counter(key for level in plans for key in _keys(study, level))
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return [
        CoreProject(
            source_id=study.sources[source]["source_id"],
            source_name=study.sources[source]["name"],
            district=study.sources[source]["district"],
            sector=study.sources[source]["sector"],
            measures=names,
            measure_names=study.name_of(names),
            count=count,
            of=len(plans),
        )
        for (source, names), count in ordered
    ]


def _never(study: Study, plans: Sequence[FloatArray]) -> list[Json]:
    options = study.compiled.options
    touched = {source for level in plans for source, _ in _keys(study, level)}
    offered = np.unique(options.source[~options.is_as_is()]).tolist()
    rows = [study.sources[source] for source in offered if source not in touched]
    return [{"source_id": row["source_id"], "source_name": row["name"], "district": row["district"]} for row in rows]


def _says(study: Study, plans: Sequence[OtherPlan], core: Sequence[CoreProject], *, within: float, count: int) -> Text:
    dearest = money_text(study, max(plan.cost for plan in plans))
    always = sum(1 for project in core if project.count == project.of)
    fewer = Text("", "")
    if len(plans) < count:
        fewer = Text(
            f"（在此范围内只有{len(plans)}个不同的方案）", " (there are no more different plans within that range)"
        )
    return Text(
        f"比最低费用高出不超过{percent(within)}的不同方案有{len(plans)}个{fewer.zh}，其中最贵的为{dearest.zh}；"
        f"{always}个项目在所有方案里都有，{len(core) - always}个只在部分方案里有。",
        f"Different plans within {percent(within)} of the least cost: {len(plans)}{fewer.en}, "
        f"the dearest at {dearest.en}. Projects that are in all of them: {always}; in some only: {len(core) - always}.",
    )
