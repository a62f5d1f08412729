"""What was read: the shipped scenarios in a line each, and one scenario with its sources, measures and requirements."""

from __future__ import annotations

from dataclasses import asdict

from model.problems import Problem
from model.text import Language, Text
from scenarios.answering.result import Json, said
from scenarios.compiling.compile import Compiled
from scenarios.reading.bundle import Bundle
from scenarios.wording.facts import Fact
from scenarios.wording.shown import listed, sector_title
from scenarios.wording.words import LABEL, MODE


def check_json(bundle: Bundle, compiled: Compiled) -> Json:
    """Return what was read, as JSON, without problems."""
    return {
        "scenario": bundle.scenario.id,
        "title": said(bundle.scenario.title),
        "years": list(bundle.scenario.years),
        "sources": source_counts(bundle),
        "measures": measure_counts(bundle),
        "options": compiled.options.size,
        "requirements": [{"id": item.id, "kind": item.kind} for item in bundle.scenario.requirement],
        "inputs": [{"name": item.name, "sha256": item.sha256} for item in bundle.inputs],
        "notes": [said(note) for note in notes(bundle, compiled)],
        "problems": [],
    }


def problems_json(problems: tuple[Problem, ...]) -> Json:
    """Return what is wrong, as JSON."""
    return {"problems": [asdict(problem) for problem in problems]}


def check_facts(bundle: Bundle, compiled: Compiled, language: Language) -> list[Fact]:
    """Return what was read, in words."""
    scenario = bundle.scenario
    kinds = listed(Text(f"{item.id}", f"{item.id}") for item in scenario.requirement)
    return [
        (LABEL["scenario"], f"{scenario.id}: {scenario.title.say(language)}"),
        (LABEL["plan_years"], ", ".join(str(year) for year in scenario.years)),
        (LABEL["mode"], MODE[scenario.mode].say(language)),
        (LABEL["sources_read"], _counted(source_counts(bundle), language)),
        (LABEL["measures_read"], _counted(measure_counts(bundle), language)),
        (LABEL["options_read"], f"{compiled.options.size:,}"),
        (LABEL["requirements_read"], f"{len(scenario.requirement)}\n{kinds.en}"),
        *((LABEL["note"], note.say(language)) for note in notes(bundle, compiled)),
        (LABEL["status"], LABEL["no_problems"].say(language)),
    ]


def source_counts(bundle: Bundle) -> dict[str, int]:
    """Return the number of sources of each sector."""
    return {sector: len(table) for sector, table in bundle.inventory.tables.items()}


def measure_counts(bundle: Bundle) -> dict[str, int]:
    """Return the number of measures in the catalogue for each sector of the inventory."""
    return {sector: len(bundle.catalogue.of_sector(sector)) for sector in bundle.inventory.tables}


def notes(bundle: Bundle, compiled: Compiled) -> tuple[Text, ...]:
    """Return what reading and compiling found worth saying."""
    return (*bundle.notes, *compiled.notes)


def _counted(counts: dict[str, int], language: Language) -> str:
    """Return the total and each part below it."""
    parts = [f"{sector_title(sector).say(language)}: {count:,}" for sector, count in counts.items()]
    return "\n".join([f"{sum(counts.values()):,}", *parts])
