"""Whether the years and dates of requirements fit the plan's."""

from __future__ import annotations

from collections.abc import Iterator

from model.refusal import RefusedError
from model.text import Text
from scenarios.reading.requirements import Dated, Fix, Requirement
from scenarios.reading.spec import Scenario

type Refusal = tuple[str, RefusedError]

NOT_A_PLAN_YEAR = Text("不是规划年份", "not a plan year")


def year_refusals(requirement: Requirement, scenario: Scenario, place: str) -> Iterator[Refusal]:
    """Yield a dotted key and what is wrong with the year, the deadline or the start that stands there."""
    expected = ", ".join(str(one) for one in scenario.years)
    if requirement.year is not None and requirement.year not in scenario.years:
        yield f"{place}.year", RefusedError(NOT_A_PLAN_YEAR, expected=expected, found=str(requirement.year))
    if isinstance(requirement, Dated) and requirement.by is not None and requirement.by.year not in scenario.years:
        yield f"{place}.by", RefusedError(NOT_A_PLAN_YEAR, expected=expected, found=str(requirement.by))
    if isinstance(requirement, Fix):
        yield from _start(requirement, scenario, f"{place}.start_year")


def _start(fix: Fix, scenario: Scenario, place: str) -> Iterator[Refusal]:
    """A decided project starts in a plan year, or between base year and plan; what stood before is equipment."""
    year, first = fix.start_year, scenario.years[0]
    if year is None or year in scenario.years or scenario.base_year < year < first:
        return
    if year <= scenario.base_year:
        what = Text("基准年或更早投运的设施属于清单现状", "work of the base year or before stands in the inventory")
        advice = Text("请写入源清单的现有设施列", "state it as existing equipment of the source")
        yield place, RefusedError(what, expected=f"after {scenario.base_year}", found=str(year), advice=advice)
        return
    expected = ", ".join(str(one) for one in scenario.years)
    yield place, RefusedError(NOT_A_PLAN_YEAR, expected=expected, found=str(year))
