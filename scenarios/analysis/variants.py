"""The same scenario with something else asked: requirements left out or moved, more plan years, mandates as rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from optimizer import Settings
from scenarios.analysis.study import Study
from scenarios.answering.solving import solution_of
from scenarios.compiling.compile import compile_scenario, options_of
from scenarios.reading.bundle import Bundle, timeline_of
from scenarios.reading.requirements import Fix, Forbid, Shared
from scenarios.reading.requirements.rules import Rule


def loosened(study: Study) -> Study:
    """Return the study with mandates as rows instead of choices left out, unsolved."""
    compiled = compile_scenario(study.bundle, study.compiled.options.table, has_mandate_rows=True)
    return Study(study.bundle, compiled, study.solution, study.settings)


def without_requirement(bundle: Bundle, requirement_id: str) -> Bundle:
    """Return the scenario without one requirement."""
    kept = tuple(item for item in bundle.scenario.requirement if item.id != requirement_id)
    return _with(bundle, requirement=kept)


def with_requirement(bundle: Bundle, changed: Shared) -> Bundle:
    """Return the scenario with a requirement in place of the one of its id."""
    items = tuple(changed if item.id == changed.id else item for item in bundle.scenario.requirement)
    return _with(bundle, requirement=items)


def moved(bundle: Bundle, requirement_id: str, year: int) -> Bundle:
    """Return the scenario with one requirement asked of a later year, a plan year more where it is beyond the last.

    All other requirements stay in their years. A deadline within the year moves to the same day.
    """
    scenario = bundle.scenario
    last = scenario.years[-1]
    items = []
    for item in scenario.requirement:
        if item.id == requirement_id:
            items.append(_in_year(item, year))
        else:
            items.append(item if _has_year(item) or year <= last else item.model_copy(update={"year": last}))
    years = scenario.years if year in scenario.years else (*scenario.years, year)
    return _with(bundle, requirement=tuple(items), years=tuple(sorted(years)))


def moving(bundle: Bundle, requirement_id: str, year: int) -> Mapping[str, str]:
    """Return how `moved` is asked for with ``--set``, value by key."""
    before, after = bundle.scenario, moved(bundle, requirement_id, year).scenario
    found = {} if after.years == before.years else {"years": str(list(after.years))}
    for old, new in zip(before.requirement, after.requirement, strict=True):
        if _by(new) != _by(old):
            found[f"requirement.{new.id}.by"] = str(_by(new))
        if new.year != old.year and (_by(new) is None or old.year is not None):
            found[f"requirement.{new.id}.year"] = str(new.year)
    return found


def _has_year(item: Shared) -> bool:
    return (
        isinstance(item, Fix | Forbid | Rule) or item.year is not None or item.each == "year" or _by(item) is not None
    )


def _by(item: Shared) -> object:
    return getattr(item, "by", None)


def _in_year(item: Shared, year: int) -> Shared:
    by = getattr(item, "by", None)
    changes: dict[str, object] = {"year": year}
    if by is not None:
        changes["by"] = by.replace(year=year, day=min(by.day, 28) if by.month == 2 else by.day)  # noqa: PLR2004
    return item.model_copy(update=changes)


def _with(bundle: Bundle, **changes: object) -> Bundle:
    scenario = bundle.scenario.model_copy(update=changes)
    return replace(bundle, scenario=scenario, timeline=timeline_of(scenario))


def study_again(bundle: Bundle, settings: Settings) -> Study:
    """Compile and solve a variant."""
    compiled = compile_scenario(bundle, options_of(bundle))
    return Study(bundle, compiled, solution_of(bundle, compiled, settings), settings)
