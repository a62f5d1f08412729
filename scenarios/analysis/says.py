"""Sentences about requirements, money and projects, in Chinese and English, for readers who know no optimisation."""

from __future__ import annotations

from collections.abc import Mapping

from model.text import Text
from scenarios.analysis.study import Study
from scenarios.answering.result import RequirementResult
from scenarios.wording.shown import UNITS, called, row_name, scope, subject

ASKS = {
    ">=": Text("不少于", "at least"),
    "<=": Text("不多于", "at most"),
    "=": Text("正好", "exactly"),
}


def names(study: Study) -> Mapping[str, Text]:
    """Return what districts and the author's own columns are called."""
    return study.bundle.scenario.titles


def requirement_text(study: Study, requirement: RequirementResult) -> Text:
    """Return what a requirement asks, with its number: "NOx减排，全域，不少于130吨/年（nox）"."""
    about, where, unit = subject(requirement, names(study)), scope(requirement, names(study)), UNITS[requirement.unit]
    word, row = ASKS[requirement.sense], row_name(requirement.row, names(study))
    zh, en = unit.with_name(requirement.asked, "zh"), unit.with_name(requirement.asked, "en")
    return Text(
        f"{about.zh}（{where.zh}，{requirement.year}年）{word.zh}{zh}[{row.zh}]",
        f"{about.en} ({where.en}, {requirement.year}) of {word.en} {en} [{row.en}]",
    )


def value_text(unit: str, value: float | None) -> Text:
    """Return a value with the name of its unit."""
    shown = UNITS[unit]
    return Text(shown.with_name(value, "zh"), shown.with_name(value, "en"))


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
    return value_text("CNY/yr" if len(study.bundle.timeline.years) == 1 else "CNY", value)


def project_text(study: Study, source: int, measures: Text) -> Text:
    """Return what is done where."""
    row = study.sources[source]
    district, name = called(row["district"], names(study)), row["name"]
    place = name if name.startswith(district.zh) else f"{district.zh}“{name}”"
    return Text(f"{place}的{measures.zh}", f"“{measures.en}” at {name} ({district.en})")


def joined(parts: list[Text], marks: tuple[str, str] = ("；", "; ")) -> Text:
    """Return texts one after the other."""
    return Text(marks[0].join(part.zh for part in parts), marks[1].join(part.en for part in parts))
