"""Why each project is in the plan, and what keeps each other one out.

A chosen project is forbidden (its measures at its source, in any year, as a requirement ``forbid`` would) and the
scenario solved again: what the best plan then costs more is what the project saves. At a source that is left as it is,
"as it is" is forbidden: what the best plan then costs more is how much cheaper the project that enters must become.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from model.text import Text
from optimizer.conflict import conflicts
from optimizer.importance import Loss, losses
from optimizer.vicinity import flat
from scenarios.analysis.project_words import chosen_says, rejected_says
from scenarios.analysis.study import Study
from scenarios.answering.result import Json, said
from scenarios.compiling.admission import is_of
from scenarios.compiling.compile import SMALLEST_SHARE
from scenarios.compiling.metrics import holds_any

type AnsweredBy = Literal["solve", "bounds", "rule", "interval"]
type Places = NDArray[np.int64]

MOST_CONFLICTS = 12
"""Projects for which the requirements that demand them or keep them out are sought by leaving rows out."""


@dataclass(frozen=True, slots=True)
class ProjectAnswer:
    """One project: in the plan (``is_chosen``), or the one that would enter first at a source left as it is.

    ``rise`` is what the best plan costs more, in the unit of the objective, when the project is forbidden, or taken;
    None where no plan does so, or where it was not solved for. ``at_least`` and ``at_most`` bound it by what is proven,
    ``estimate`` is what the prices of the requirements say of it. ``share`` relates it to the project's own yearly
    cost. ``rows`` are the requirements that demand the project, or keep it out, where no plan does otherwise.
    ``instead`` is what then happens at the source, ``others`` at how many other sources the plan changes.
    ``answered_by``: solved again, bounds alone, no choice being left, or an interval where no more than ``at_least``
    and ``at_most`` is proven.
    """

    source: int
    source_id: str
    source_name: str
    district: str
    sector: str
    is_chosen: bool
    measures: Sequence[str]
    measure_names: Text
    start_year: int | None
    annual_cost_cny: float
    rise: float | None
    at_least: float | None
    at_most: float | None
    estimate: float | None
    share: float | None
    rows: Sequence[str]
    instead: Text | None
    others: int
    answered_by: AnsweredBy
    says: Text

    def to_json(self) -> Json:
        """Return it as it stands in JSON."""
        rise = "cost_if_forbidden" if self.is_chosen else "price_fall"
        rows = "needed_for" if self.is_chosen else "kept_out_by"
        return {
            "source_id": self.source_id,
            "source_name": self.source_name,
            "district": self.district,
            "sector": self.sector,
            "measures": list(self.measures),
            "measure_names": said(self.measure_names),
            "start_year": self.start_year,
            "annual_cost_cny": self.annual_cost_cny,
            f"{rise}_cny": self.rise,
            f"{rise}_share": self.share,
            "at_least_cny": self.at_least,
            "at_most_cny": self.at_most,
            "estimate_cny": self.estimate,
            rows: list(self.rows),
            "replaced_by": None if self.instead is None else said(self.instead),
            "other_sources_changed": self.others,
            "answered_by": self.answered_by,
            "says": said(self.says),
        }


def projects_of(study: Study, *, most: int) -> tuple[tuple[ProjectAnswer, ...], tuple[ProjectAnswer, ...]]:
    """Return the chosen projects, and for every source left as it is the project nearest to entering.

    At most ``most`` of them are solved again; for the others bounds are stated. Sources at which nothing is on offer
    are left out.
    """
    options = study.compiled.options
    level = study.level[: options.size]
    chosen = np.flatnonzero((level > SMALLEST_SHARE) & ~options.is_as_is())
    sizes = np.diff(np.append(options.starts, options.size))
    idle = options.starts[(sizes > 1) & (level[options.starts] > 1.0 - SMALLEST_SHARE)]
    idle = idle[options.is_as_is()[idle]]
    measures = study.measures_at(chosen)
    banned = _same_projects(study, chosen, [names for names, _ in measures])
    banned += [np.array([place]) for place in idle]
    found = losses(study.compiled.problem, study.solution, banned, study.settings, most=most)
    blame = _Blame(study)
    decided = np.any(
        [np.zeros(options.size, dtype=bool), *(is_of(options, one) for one in study.compiled.decided)], axis=0
    )
    after = _after(study, np.concatenate([chosen, idle]), found)
    first = [
        _chosen(study, measures[number], found[number], blame.rows(found[number], banned[number]), after[number])
        for number in range(len(chosen))
    ]
    first = [_told(study, answer, is_decided=bool(own)) for answer, own in zip(first, decided[chosen], strict=True)]
    rest = range(len(chosen), len(found))
    second = [
        _rejected(study, found[number], blame.rows(found[number], banned[number]), after[number]) for number in rest
    ]
    return tuple(first), tuple(second)


def _choices_at(study: Study, source: int) -> Places:
    options = study.compiled.options
    first, end = np.searchsorted(options.source, [source, source + 1])
    return np.arange(first, end)


def _same_projects(study: Study, chosen: Places, measures: Sequence[Sequence[str]]) -> list[Places]:
    """Return, for each choice, those at the same source that hold any of its measures."""
    options, found = study.compiled.options, []
    holds: dict[frozenset[str], NDArray[np.bool_]] = {}
    for place, names in zip(chosen.tolist(), measures, strict=True):
        wanted = frozenset(names)
        if wanted not in holds:
            holds[wanted] = holds_any(options, wanted)
        own = _choices_at(study, int(options.source[place]))
        found.append(own[holds[wanted][own]])
    return found


class _Blame:
    """Which requirements leave no other way."""

    def __init__(self, study: Study) -> None:
        self._study = study
        self._problem = flat(study.compiled.problem)
        self._left = MOST_CONFLICTS

    def rows(self, loss: Loss, banned: Places) -> tuple[str, ...]:
        """Return the rows for which no plan does without some options; none where a plan does, or none is found."""
        if not loss.is_impossible:
            return ()
        if loss.way == "no option":
            return self._by_mandate(int(self._study.compiled.options.source[banned[0]]))
        alone = self._alone(banned)
        if alone or self._left == 0:
            return alone
        self._left -= 1
        return self._together(banned)

    def _by_mandate(self, source: int) -> tuple[str, ...]:
        plans = zip(self._study.compiled.plans, self._study.rows_of, strict=True)
        return tuple(plan.row_id for plan, rows in plans if not rows and plan.bound is not None and plan.mask[source])

    def _alone(self, banned: Places) -> tuple[str, ...]:
        """Return the rows that are out of reach by themselves without the options."""
        problem, starts = self._problem, self._problem.starts[:-1]
        left = np.ones(problem.option_count, dtype=bool)
        left[banned] = False
        most = np.maximum.reduceat(np.where(left, problem.metrics, -np.inf), starts, axis=1).sum(axis=1)
        least = np.minimum.reduceat(np.where(left, problem.metrics, np.inf), starts, axis=1).sum(axis=1)
        room = 1e-9 * np.maximum(np.abs(problem.bounds), 1.0)
        senses = np.array(problem.senses)
        broken = (most < problem.bounds - room) & (senses != "<=") | (least > problem.bounds + room) & (senses != ">=")
        return self._named(np.flatnonzero(broken).tolist())

    def _together(self, banned: Places) -> tuple[str, ...]:
        left = np.ones(self._problem.option_count, dtype=bool)
        left[banned] = False
        part = replace(
            self._problem,
            cost=self._problem.cost[left],
            group=self._problem.group[left],
            metrics=self._problem.metrics[:, left],
        )
        families = [rows for rows in self._study.rows_of if rows]
        found = conflicts(part, families, self._study.settings)
        return self._named([row for conflict in found[:1] for place in conflict.families for row in families[place]])

    def _named(self, rows: Sequence[int]) -> tuple[str, ...]:
        by_row = {
            row: plan.row_id
            for plan, own in zip(self._study.compiled.plans, self._study.rows_of, strict=True)
            for row in own
        }
        return tuple(dict.fromkeys(by_row.get(row, self._problem.rows[row].id) for row in rows))


def _rise(study: Study, loss: Loss) -> tuple[float | None, float | None, float | None]:
    """Return what the best plan costs more, and what is proven of it at least and at most."""
    proven = study.solution.bound if study.solution.bound is not None else study.objective
    least = None if np.isinf(loss.bound) else max(loss.bound - study.objective, 0.0)
    if loss.cost is None:
        return None, least, None
    rise = None if loss.way == "open" else max(loss.cost - study.objective, 0.0)
    return rise, least, max(loss.cost - proven, 0.0)


def _estimate(loss: Loss, least: float | None, most: float | None) -> float | None:
    """Return what prices say that the best plan costs more, within what is proven."""
    if np.isnan(loss.estimate):
        return None
    return float(np.clip(loss.estimate, least, most)) if most is not None else max(loss.estimate, least or 0.0)


def _answered(loss: Loss) -> AnsweredBy:
    ways: dict[str, AnsweredBy] = {"solve": "solve", "no option": "rule", "open": "interval"}
    return ways.get(loss.way, "bounds")


def _instead(study: Study, place: int, loss: Loss) -> tuple[int | None, int]:
    """Return what is chosen at the source in the other plan, and at how many other sources it differs."""
    if loss.cost is None:
        return None, 0
    options, source = study.compiled.options, study.compiled.options.source
    at_source = _choices_at(study, int(source[place]))
    level = study.level[at_source].copy()
    is_here = np.isin(loss.changed, at_source)
    level[loss.changed[is_here] - at_source[0]] = loss.share[is_here]
    elsewhere = loss.changed[~is_here & (loss.changed < options.size)]
    return int(at_source[np.argmax(level)]), len(np.unique(source[elsewhere]))


@dataclass(frozen=True, slots=True)
class _After:
    """A choice, by ``place``, and what the other plan takes at its source: ``other`` with its measures and year.

    The choice itself where no other plan is known. ``others``: at how many other sources the two plans differ.
    """

    place: int
    other: int
    label: tuple[tuple[str, ...], int]
    others: int


def _after(study: Study, places: Places, found: Sequence[Loss]) -> list[_After]:
    """Return what the other plans take at the sources of some choices."""
    known = [_instead(study, place, loss) for place, loss in zip(places.tolist(), found, strict=True)]
    takes = [place if other is None else other for place, (other, _) in zip(places.tolist(), known, strict=True)]
    labels = study.measures_at(np.array(takes, dtype=np.int64))
    return [
        _After(place, other, label, others)
        for place, other, label, (_, others) in zip(places.tolist(), takes, labels, known, strict=True)
    ]


def _chosen(
    study: Study, label: tuple[tuple[str, ...], int], loss: Loss, rows: tuple[str, ...], after: _After
) -> ProjectAnswer:
    instead = None if loss.cost is None else study.name_of(after.label[0])
    answer = _answer(study, after.place, label, loss, rows, is_chosen=True)
    return replace(answer, instead=instead, others=after.others)


def _told(study: Study, answer: ProjectAnswer, *, is_decided: bool) -> ProjectAnswer:
    """Return the answer about a chosen project with its sentence."""
    answer = replace(answer, answered_by="rule" if is_decided else answer.answered_by)
    return replace(answer, says=chosen_says(study, answer, is_decided=is_decided))


def _rejected(study: Study, loss: Loss, rows: tuple[str, ...], after: _After) -> ProjectAnswer:
    answer = replace(
        _answer(study, after.other, after.label, loss, rows, is_chosen=False),
        others=after.others,
    )
    return replace(answer, says=rejected_says(study, answer))


def _answer(
    study: Study, place: int, label: tuple[tuple[str, ...], int], loss: Loss, rows: tuple[str, ...], *, is_chosen: bool
) -> ProjectAnswer:
    source = int(study.compiled.options.source[place])
    row = study.sources[source]
    rise, least, most = _rise(study, loss)
    annual = float(study.annual_cost[place])
    return ProjectAnswer(
        source=source,
        source_id=row["source_id"],
        source_name=row["name"],
        district=row["district"],
        sector=row["sector"],
        is_chosen=is_chosen,
        measures=label[0],
        measure_names=study.name_of(label[0]),
        start_year=label[1] or None,
        annual_cost_cny=annual,
        rise=rise,
        at_least=least,
        at_most=most,
        estimate=_estimate(loss, least, most),
        share=None if rise is None or annual <= 0.0 else rise / annual,
        rows=rows,
        instead=None,
        others=0,
        answered_by=_answered(loss),
        says=Text("", ""),
    )
