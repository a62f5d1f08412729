"""Whether requirements on monitoring sections fit the sections there are."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from model.problems import Problem
from model.refusal import NOTHING, RefusedError
from model.suggest import did_you_mean
from model.text import Text
from model.water_classes import WATER_CLASS_LIMITS
from scenarios.reading.requirements import Requirement
from scenarios.reading.requirements.water import Concentration, SectionsInClass
from scenarios.reading.sections import INDICATIVE, Sections
from scenarios.reading.spec import Scenario

type Refusal = tuple[str, RefusedError]


def section_problems(scenario: Scenario, sections: Sections | None, file: str) -> list[Problem]:
    """Return the requirements on sections that name none, an unknown one, or one without a level or a limit."""
    found = [refusal for requirement in scenario.requirement for refusal in _refusals(requirement, sections)]
    return [error.problem(file, key) for key, error in found]


def indicative(scenario: Scenario) -> tuple[Text, ...]:
    """Return what an answer says about concentrations, where one is asked for."""
    asks = any(isinstance(item, Concentration | SectionsInClass) for item in scenario.requirement)
    return (INDICATIVE,) if asks else ()


def _refusals(requirement: Requirement, sections: Sections | None) -> Iterator[Refusal]:
    if not isinstance(requirement, Concentration | SectionsInClass):
        return
    place = f"requirement.{requirement.id}"
    if sections is None:
        what = Text("情景未给出断面与传递系数", "the scenario states no sections")
        expected = '[sections] with file = "sections.csv" and transfer = "transfer.csv"'
        yield place, RefusedError(what, expected=expected, found="none")
        return
    is_one = isinstance(requirement, Concentration)
    key = f"{place}.section" if is_one else f"{place}.of"
    asked = (requirement.section,) if isinstance(requirement, Concentration) else requirement.of or sections.ids
    for name in asked:
        if name not in sections.ids:
            what = Text(f"未知断面“{name}”", f"unknown section {name!r}")
            advice = did_you_mean(name, sections.ids, NOTHING)
            yield key, RefusedError(what, expected="a section_id", found=name, advice=advice)
        else:
            yield from _missing(requirement, sections, sections.place(name), key)
    if isinstance(requirement, SectionsInClass) and requirement.amount > len(asked):
        what = Text("断面数多于列出的断面", "more sections than there are")
        yield f"{place}.amount", RefusedError(what, expected=f"at most {len(asked)}", found=str(requirement.amount))


def _missing(
    requirement: Concentration | SectionsInClass, sections: Sections, place: int, key: str
) -> Iterator[Refusal]:
    """Yield a refusal where a section states no level of the pollutant, or the standard no limit."""
    name, pollutant = sections.ids[place], requirement.pollutant
    levels = sections.level.get(pollutant)
    if levels is None or np.isnan(levels[place]):
        what = Text("断面没有该污染物的浓度", "a section without a concentration of the pollutant")
        yield key, RefusedError(what, expected=f"{pollutant}_mg_per_l", found=f"none at {name}")
    elif isinstance(requirement, SectionsInClass):
        limit = (pollutant, sections.water_bodies[place], requirement.water_class)
        if limit not in WATER_CLASS_LIMITS:
            what = Text("标准中没有该污染物的限值", "the standard has no limit for the pollutant")
            found = f"{pollutant}, {sections.water_bodies[place]} ({name})"
            yield key, RefusedError(what, expected="a pollutant of GB 3838-2002", found=found)
