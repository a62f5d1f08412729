"""What sorting by cost per tonne would have chosen, beside the optimum.

The rule that is used in practice: first the projects that are demanded by number, the cheapest ones; then, pollutant by
pollutant in the order of the requirements, projects in the order of their yearly cost per tonne until the requirement
is met. A source gets one project. What money allows is looked at afterwards, as it is in practice.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass

import numpy as np
from numpy.typing import NDArray

from model.sector import FloatArray
from model.text import Text
from scenarios.analysis.says import money_text, names
from scenarios.analysis.study import Study
from scenarios.answering.answer import is_kept
from scenarios.answering.result import Json, said
from scenarios.compiling.giving_way import penalty_of
from scenarios.compiling.rows import RowPlan
from scenarios.wording.shown import listed, percent, short_by, titled

TONNES = frozenset({"reduction", "project", "remaining"})
"""Metrics that are pollutants' tonnes."""

COUNTS = frozenset({"count", "comply"})
"""Metrics that count sources."""

SOME = 1e-9


@dataclass(frozen=True, slots=True)
class Met:
    """One requirement under the ranking: asked, reached, and how far it is missed, in ``unit``."""

    row: str
    unit: str
    asked: float
    reached: float
    miss: float
    is_met: bool


@dataclass(frozen=True, slots=True)
class Ranking:
    """The plan that ranking gives; costs in the unit of the objective, ``excess_share`` relative to the optimum.

    ``sequence`` are the requirements in the order in which they were served. What missed targets count is in no cost.
    """

    sequence: Sequence[str]
    projects: int
    cost: float
    optimum: float
    excess: float
    excess_share: float | None
    capital_cny: float
    requirements: Sequence[Met]
    level: FloatArray
    says: Text

    def to_json(self) -> Json:
        """Return it as it stands in JSON, without the choice itself."""
        tree = {key: value for key, value in asdict(self).items() if key != "level"}
        return {**tree, "says": said(self.says)}


def ranking(study: Study) -> Ranking | None:
    """Return what ranking by cost per tonne would choose; None where no requirement is about tonnes."""
    options = study.compiled.options
    plans = [
        (place, plan) for place, plan in enumerate(study.compiled.plans) if plan.bound is not None and plan.per is None
    ]
    by_tonnes = [place for place, plan in plans if plan.metric.name in TONNES]
    if not by_tonnes or study.compiled.mode == "most_reduction":
        return None
    served = [place for place, plan in plans if plan.metric.name in COUNTS and plan.sense != "<="] + by_tonnes
    level = _start(study)
    for place in served:
        level = _serve(study, study.compiled.plans[place], level)
    whole = np.zeros(study.compiled.problem.option_count)
    whole[: options.size] = level
    cost = float(study.compiled.problem.cost @ whole)
    capital = sum(float(options.capital(year) @ level) for year in study.bundle.timeline.years)
    met = tuple(_met(study, whole))
    optimum = study.objective - penalty_of(study.compiled, study.level)
    excess = cost - optimum
    share = excess / abs(optimum) if optimum else None
    sequence = [study.compiled.plans[place].row_id for place in served]
    count = int((level[~options.is_as_is()] > 0).sum())
    says = _says(study, sequence, cost, optimum, met)
    return Ranking(sequence, count, cost, optimum, excess, share, capital, met, level, says)


def _start(study: Study) -> FloatArray:
    """Return the choice before anything is ranked: as it is, or the first choice where that is ruled out."""
    options = study.compiled.options
    level = np.zeros(options.size)
    level[options.starts] = 1.0
    return level


def _serve(study: Study, plan: RowPlan, level: FloatArray) -> FloatArray:
    """Return the choice with projects added in the order of cost per unit of one requirement until it is met."""
    options, starts = study.compiled.options, study.compiled.options.starts
    cost = study.compiled.problem.cost[: options.size]
    values = study.compiled.problem.metrics[_metric(study, plan)][: options.size]
    sign = -1.0 if plan.sense == "<=" else 1.0
    gain = np.where(plan.mask[options.source], sign * values, 0.0)
    lacking = sign * (plan.bound or 0.0) - float(gain @ level)
    if lacking <= 0.0:
        return level
    more, dearer = gain - _now(gain, level, starts), cost - _now(cost, level, starts)
    idle = options.source[(level > 0.0) & options.is_as_is()]
    candidates = np.flatnonzero(np.isin(options.source, idle) & (more > SOME))
    order = candidates[np.lexsort((candidates, dearer[candidates] / more[candidates]))]
    first = order[np.sort(np.unique(options.source[order], return_index=True)[1])]
    count = int(np.searchsorted(np.cumsum(more[first]), lacking * (1.0 - SOME))) + 1
    changed = np.where(np.isin(options.source, options.source[first[:count]]), 0.0, level)
    changed[first[:count]] = 1.0
    return changed


def _now(values: FloatArray, level: FloatArray, starts: NDArray[np.int64]) -> FloatArray:
    """Return what each source's choice is now, for every option, shape (option,)."""
    own = np.add.reduceat(values * level, starts)
    return np.repeat(own, np.diff(np.append(starts, len(level))))


def _metric(study: Study, plan: RowPlan) -> int:
    return study.compiled.metric_of[next(place for place, other in enumerate(study.compiled.plans) if other is plan)]


def _met(study: Study, level: FloatArray) -> Iterator[Met]:
    for plan, value in zip(study.compiled.plans, study.compiled.plan_values(level), strict=True):
        if plan.asked is None:
            continue
        reached, is_met = plan.report(float(value)), is_kept(plan, float(value))
        short = {">=": plan.asked - reached, "<=": reached - plan.asked, "=": abs(reached - plan.asked)}
        miss = 0.0 if is_met else max(short[plan.reported_sense], 0.0)
        yield Met(plan.row_id, plan.unit, plan.asked, reached, miss, is_met)


def _says(study: Study, sequence: Sequence[str], cost: float, optimum: float, met: Sequence[Met]) -> Text:
    total, excess = money_text(study, cost), cost - optimum
    more, share = money_text(study, abs(excess)), percent(abs(excess) / abs(optimum)) if optimum else "—"
    verb = Text("多", "more") if excess >= 0 else Text("少", "less")
    titles = titled(study.requirements, names(study))
    served = listed(titles[row] for row in sequence)
    head = Text(
        f"按单位减排成本从低到高选项目，费用为{total.zh}，比本方案{verb.zh}{more.zh}（{share}）；"
        f"依次满足的要求：{served.zh}",
        f"Taking projects in the order of their cost per tonne costs {total.en}, {more.en} ({share}) {verb.en} than "
        f"this plan; requirements are served in this order: {served.en}",
    )
    missed = [short_by(titles, item.row, item.unit, item.miss) for item in met if not item.is_met]
    if not missed:
        return Text(f"{head.zh}。各项要求都满足。", f"{head.en}. Every requirement is met.")
    lacks = listed(missed)
    return Text(f"{head.zh}。没有满足的：{lacks.zh}。", f"{head.en}. It misses {lacks.en}.")
