"""Decisions that a planner can take back: measures that are forbidden, and rules between projects that are a choice.

That at most so many of some projects are done, and that one project excludes another, is somebody's choice. What a
project needs to work, and what a shared plant can take, are facts and are never given up.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass

from model.text import Text
from scenarios.analysis.study import Study
from scenarios.analysis.variants import with_requirement, without_requirement
from scenarios.answering.result import Json, said
from scenarios.compiling.rows.plan import COUNTED
from scenarios.reading.bundle import Bundle
from scenarios.reading.requirements import Forbid
from scenarios.reading.requirements.rules import AtMost, Excludes
from scenarios.wording.shown import listed

WHOLE_CHANGE = 1.0
"""What a change without a number counts for when changes are ranked: as much as giving a requirement up."""


@dataclass(frozen=True, slots=True)
class Change:
    """One change: ``requirement`` is the row it concerns, ``set`` how ``--set`` applies it, empty where it goes."""

    change: str
    requirement: str
    old: float | None
    new: float | None
    unit: str
    set: Mapping[str, str]
    relative: float
    says: Text

    def to_json(self) -> Json:
        """Return it as it stands in JSON."""
        tree = {key: value for key, value in asdict(self).items() if key not in {"old", "new", "says", "relative"}}
        return {**tree, "from": self.old, "to": self.new, "says": said(self.says)}


type Way = tuple[Change, Bundle]
"""A change and the scenario with it."""


def decisions_of(study: Study) -> Iterator[Sequence[Way]]:
    """Yield, for each decision of a scenario, the ways to take it back, the smallest change first."""
    for item in study.bundle.scenario.requirement:
        if isinstance(item, Forbid):
            yield [(_admission(study, item), without_requirement(study.bundle, item.id))]
        elif isinstance(item, Excludes):
            yield [(_lifting(study, item), without_requirement(study.bundle, item.id))]
        elif isinstance(item, AtMost):
            yield [
                (_more(item, amount), with_requirement(study.bundle, item.model_copy(update={"amount": amount})))
                for amount in range(item.amount + 1, len(item.projects) + 1)
            ]


def _admission(study: Study, item: Forbid) -> Change:
    named = _named(study, item.measures)
    says = Text(f"允许使用“{named.zh}”（取消{item.id}）", f"admit {named.en} (drop {item.id})")
    return Change("admit the measure", item.id, None, None, "", {}, WHOLE_CHANGE, says)


def _lifting(study: Study, item: Excludes) -> Change:
    named, against = _named(study, item.measures), _named(study, item.against.measures)
    place = next(row["name"] for row in study.sources if row["source_id"] == item.against.source_id)
    says = Text(
        f"允许“{named.zh}”与{place}的“{against.zh}”同时实施（取消{item.id}）",
        f"allow {named.en} together with {against.en} at {place} (drop {item.id})",
    )
    return Change("lift the exclusion", item.id, None, None, "", {}, WHOLE_CHANGE, says)


def _more(item: AtMost, amount: int) -> Change:
    says = Text(
        f"把“{item.id}”允许实施的项目数由{item.amount}个增加到{amount}个",
        f"allow {amount} instead of {item.amount} of the projects of “{item.id}”",
    )
    relative = (amount - item.amount) / max(item.amount, 1)
    applied = {f"requirement.{item.id}.amount": str(amount)}
    return Change("raise the value", item.id, float(item.amount), float(amount), COUNTED, applied, relative, says)


def _named(study: Study, measures: Sequence[str]) -> Text:
    return listed(study.bundle.catalogue.measures[name].name for name in measures)
