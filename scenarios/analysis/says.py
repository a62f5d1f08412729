"""Sentences about requirements, money and projects, in Chinese and English, for readers who know no optimisation."""

from __future__ import annotations

from model.text import Text
from scenarios.analysis.study import Study
from scenarios.result import RequirementResult
from scenarios.shown import MONEY, UNITS, YEARLY_MONEY, called, scope, subject

ASKS = {
    ">=": Text("不少于", "at least"),
    "<=": Text("不多于", "at most"),
    "=": Text("正好", "exactly"),
}


def names(study: Study) -> dict[str, Text]:
    """Return what districts and the author's own columns are called."""
    districts = {item.id: item.name for item in study.bundle.scenario.districts}
    return {**districts, **study.bundle.scenario.columns}


def requirement_text(study: Study, requirement: RequirementResult) -> Text:
    """Return what a requirement asks, with its number: "NOx减排，全域，不少于130吨/年（nox）"."""
    about, where, unit = subject(requirement, names(study)), scope(requirement, names(study)), UNITS[requirement.unit]
    asked = unit.say(requirement.asked)
    word = ASKS[requirement.sense]
    return Text(
        f"{about.zh}（{where.zh}，{requirement.year}年）{word.zh}{asked}{unit.name.zh}[{requirement.row}]",
        f"{about.en} ({where.en}, {requirement.year}) of {word.en} {asked} {unit.name.en} [{requirement.row}]",
    )


def value_text(unit: str, value: float | None) -> Text:
    """Return a value with the name of its unit."""
    shown = UNITS[unit]
    return Text(f"{shown.say(value)}{shown.name.zh}", f"{shown.say(value)} {shown.name.en}")


def money_text(study: Study, value: float | None) -> Text:
    """Return an amount of the objective: a year's cost, or its present value where there are several years."""
    said = amount_text(study, value)
    if study.compiled.mode == "most_reduction" or len(study.bundle.timeline.years) == 1:
        return said
    return Text(f"{said.zh}（规划期现值）", f"{said.en} (present value over the plan years)")


def amount_text(study: Study, value: float | None) -> Text:
    """Return an amount of the objective without saying what years it is of, for a sentence that has said so."""
    if study.compiled.mode == "most_reduction":
        return value_text("weighted t/yr", value)
    unit = YEARLY_MONEY if len(study.bundle.timeline.years) == 1 else MONEY
    return Text(f"{unit.say(value)}{unit.name.zh}", f"{unit.say(value)} {unit.name.en}")


def project_text(study: Study, source: int, measures: Text) -> Text:
    """Return what is done where."""
    row = study.sources[source]
    district, name = called(row["district"], names(study)), row["name"]
    place = name if name.startswith(district.zh) else f"{district.zh}“{name}”"
    return Text(f"{place}的{measures.zh}", f"{measures.en} at {name} ({district.en})")


def step_text(study: Study, more: float, *, room: float) -> Text | None:
    """Return an amount of the objective, None where it is nothing beyond what is open in the proof."""
    return None if abs(more) <= room else money_text(study, more)


def joined(parts: list[Text], marks: tuple[str, str] = ("；", "; ")) -> Text:
    """Return texts one after the other."""
    return Text(marks[0].join(part.zh for part in parts), marks[1].join(part.en for part in parts))
