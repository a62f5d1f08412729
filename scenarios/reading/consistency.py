"""Whether the parts of a scenario fit each other, its sources and its catalogue."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Literal

import pandas as pd

from model.conditions import check_condition
from model.economics import Economics, price_problems
from model.flow_names import is_flow, is_level
from model.inventory import Inventory
from model.measures import Catalogue, Condition
from model.problems import Problem
from model.refusal import NOTHING, RefusedError
from model.sector import Column, Sector
from model.suggest import did_you_mean
from model.text import Text
from scenarios.compiling.giving_way import soft_refusals
from scenarios.compiling.scope import numeric_columns, unknown_columns
from scenarios.reading.aim_checks import aim_refusals, population_refusals
from scenarios.reading.requirements import (
    Cap,
    Couple,
    Fix,
    Forbid,
    Indicator,
    Intensity,
    Mandate,
    Offset,
    Quota,
    RankOut,
    Reduce,
    Requirement,
    Resource,
    SharedPlant,
)
from scenarios.reading.requirements.rules import Rule
from scenarios.reading.rule_checks import rule_refusals
from scenarios.reading.spec import Scenario
from scenarios.reading.year_checks import year_refusals

FILTERS = ("where", "new", "exempt")
"""Keys of requirements that hold filters."""

type Refusal = tuple[str, RefusedError]
"""A dotted key and what is wrong there."""


def scenario_problems(scenario: Scenario, sectors: Collection[str], file: str) -> list[Problem]:
    """Return what does not fit within the scenario itself."""
    found = [
        *_years(scenario),
        *_repeated("requirement", (requirement.id for requirement in scenario.requirement)),
        *_repeated("assumptions", (assumption.id for assumption in scenario.assumptions)),
        *_repeated("districts", scenario.district_ids),
        *_growth(scenario, sectors),
    ]
    for requirement in scenario.requirement:
        found += _requirement(requirement, scenario, sectors)
    if scenario.mode == "most_reduction" and not any(scenario.weights.values()):
        what = Text("未给出污染物权重", "no weights for the most reduction")
        found.append(("weights", RefusedError(what, expected="[weights] nox = 1.0", found="none")))
    found += [*soft_refusals(scenario), *aim_refusals(scenario)]
    return [error.problem(file, key) for key, error in found]


def catalogue_problems(scenario: Scenario, catalogue: Catalogue, file: str) -> list[Problem]:
    """Return the measures that requirements name and the catalogue does not have."""
    return [
        error.problem(file, key)
        for requirement in scenario.requirement
        if isinstance(requirement, Quota | Mandate | Forbid | Fix | RankOut)
        for key, error in unknown_names(
            f"requirement.{requirement.id}.measures", requirement.measures, catalogue.measures, "measure"
        )
    ]


def input_problems(
    scenario: Scenario, inventory: Inventory, catalogue: Catalogue, levels: Mapping[str, Collection[str]], file: str
) -> list[Problem]:
    """Return what of the scenario does not fit its sources and measures; ``levels`` are the levels of each sector."""
    sources = inventory.sources()
    is_named = any(isinstance(requirement, Fix | Rule) for requirement in scenario.requirement)
    sector_of = dict(zip(sources["source_id"], sources["sector"], strict=True)) if is_named else {}
    districts = sorted(sources["district"].unique())
    found: list[Refusal] = []
    for requirement in scenario.requirement:
        place = f"requirement.{requirement.id}"
        if not scenario.districts:
            found += unknown_names(f"{place}.district", requirement.district, districts, "district")
        if isinstance(requirement, Fix):
            found += _decided(requirement, sector_of, catalogue)
        if isinstance(requirement, Mandate) and requirement.limit is not None:
            known = {level for name in requirement.sector or inventory.tables for level in levels.get(name, ())}
            found += unknown_names(f"{place}.limit.level", [requirement.limit.level], sorted(known), "level")
        found += _flows(requirement, inventory, levels)
        found += rule_refusals(requirement, sector_of, inventory, catalogue)
        if isinstance(requirement, Intensity):
            found += _outputs(requirement, scenario, sources)
    found += population_refusals(scenario, inventory)
    return [error.problem(file, key) for key, error in found]


def where_problems(scenario: Scenario, inventory: Inventory, sectors: Mapping[str, Sector], file: str) -> list[Problem]:
    """Return filters of requirements on columns that no sector in scope has, or that no such column could meet."""
    return [
        error.problem(file, key)
        for requirement in scenario.requirement
        for name in FILTERS
        for key, error in _filter_problems(requirement, name, inventory, sectors)
    ]


def _filter_problems(
    requirement: Requirement, name: str, inventory: Inventory, sectors: Mapping[str, Sector]
) -> Iterator[Refusal]:
    where: Mapping[str, Condition] = getattr(requirement, name, {})
    place = f"requirement.{requirement.id}.{name}"
    scope = [sector for sector in requirement.sector or inventory.tables if sector in sectors]
    unknown = unknown_columns(inventory, requirement.sector, where)
    known = sorted({column.name for sector in scope for column in sectors[sector].columns})
    yield from unknown_names(place, unknown, known, "column")
    for column, condition in where.items():
        error = None if column in unknown else _never(column, condition, [sectors[one] for one in scope])
        if error is not None:
            yield f"{place}.{column}", error


def measure_problems(catalogue: Catalogue, inventory: Inventory) -> list[Problem]:
    """Return filters of measures on columns of the author's own that the inventory lacks or has in another kind."""
    return [
        error.problem("catalogue", f"measure.{measure.id}.where.{name}")
        for sector, table in inventory.tables.items()
        for measure in catalogue.of_sector(sector)
        for name, condition in measure.where.items()
        for error in _own_column(table, name, condition)
    ]


def _own_column(table: pd.DataFrame, name: str, condition: Condition) -> Iterator[RefusedError]:
    if name not in table.columns:
        what = Text("源清单中没有该列", "a filter on a column that the inventory does not have")
        yield RefusedError(what, expected="a column of the inventory", found=name)
        return
    kind: Literal["number", "text"] = "number" if pd.api.types.is_numeric_dtype(table[name]) else "text"
    try:
        check_condition(condition, Column(name, Text(name, name), kind=kind))
    except RefusedError as error:
        yield error


def money_problems(catalogue: Catalogue, inventory: Inventory, economics: Economics, file: str) -> list[Problem]:
    """Return the years that the price index lacks for the measures of the inventory's sectors."""
    measures = [measure for sector in inventory.tables for measure in catalogue.of_sector(sector)]
    return [
        Problem(file, problem.what, problem.expected, problem.found, problem.advice, column=problem.column)
        for problem in price_problems(measures, economics)
    ]


def _years(scenario: Scenario) -> Iterator[Refusal]:
    years = scenario.years
    if list(years) != sorted(set(years)):
        what = Text("规划年份须递增且不重复", "plan years that do not increase")
        yield "years", RefusedError(what, expected="increasing years", found=str(list(years)))
    if min(years) <= scenario.base_year:
        what = Text("规划年份须晚于基准年", "a plan year that is not after the base year")
        yield "years", RefusedError(what, expected=f"years after {scenario.base_year}", found=str(min(years)))


def _repeated(place: str, names: Iterable[str]) -> Iterator[Refusal]:
    what = Text("编号重复", "an id that stands twice")
    for name, count in Counter(names).items():
        if count > 1:
            yield f"{place}.{name}", RefusedError(what, expected="each id once", found=f"{count} times")


def unknown_names(place: str, asked: Iterable[str], known: Collection[str], kind: str) -> Iterator[Refusal]:
    """Yield a refusal for each name that is not known."""
    words = {
        "sector": "行业",
        "district": "区县",
        "measure": "措施",
        "column": "列",
        "level": "浓度水平",
        "flow": "流量",
        "number": "数值列",
    }
    for name in asked:
        if name not in known:
            what = Text(f"未知{words[kind]}“{name}”", f"unknown {kind} {name!r}")
            advice = did_you_mean(name, known, NOTHING)
            yield place, RefusedError(what, expected=_listed(known), found=name, advice=advice)


def _listed(names: Collection[str], most: int = 12) -> str:
    shown = ", ".join(list(names)[:most])
    return shown if len(names) <= most else f"{shown}, ... ({len(names)} in all)"


def _growth(scenario: Scenario, sectors: Collection[str]) -> Iterator[Refusal]:
    for number, growth in enumerate(scenario.growth, start=1):
        place = f"growth.{number}"
        if growth.sector is not None:
            yield from unknown_names(f"{place}.sector", [growth.sector], sectors, "sector")
        if growth.district is not None and scenario.districts:
            yield from unknown_names(f"{place}.district", [growth.district], scenario.district_ids, "district")
    scopes = Counter((growth.sector, growth.district) for growth in scenario.growth)
    what = Text("同一行业和区县有多个增长率", "several growth rates for the same sector and district")
    for (sector, district), count in scopes.items():
        if count > 1:
            found = f"{count} for sector {sector or 'all'}, district {district or 'all'}"
            yield "growth", RefusedError(what, expected="one", found=found)


def _requirement(requirement: Requirement, scenario: Scenario, sectors: Collection[str]) -> Iterator[Refusal]:
    place = f"requirement.{requirement.id}"
    yield from unknown_names(f"{place}.sector", requirement.sector, sectors, "sector")
    if scenario.districts:
        yield from unknown_names(f"{place}.district", requirement.district, scenario.district_ids, "district")
    yield from year_refusals(requirement, scenario, place)
    yield from _basis(requirement, scenario, place)
    if isinstance(requirement, Intensity):
        yield from _output_growth(requirement, scenario, place)


def _basis(requirement: Requirement, scenario: Scenario, place: str) -> Iterator[Refusal]:
    """Allowances are not part of an inventory, and what remains is counted in no other way than by inventory."""
    if isinstance(requirement, Reduce) and (requirement.basis or scenario.basis) == "quota":
        what = Text("本版本不读取排污权配额", "this version reads no allowances, so nothing can be counted in quota")
        yield f"{place}.basis", RefusedError(what, expected="inventory or project", found="quota")
    allowed = {Cap: {None, "inventory", "quota"}, Intensity: {None, "inventory"}}
    allowed |= {kind: {None, "inventory"} for kind in (Indicator, Resource, Couple, Offset)}
    if requirement.basis not in allowed.get(type(requirement), {requirement.basis}):
        what = Text("剩余排放量只能按清单核算", "what remains is counted on the inventory basis only")
        yield f"{place}.basis", RefusedError(what, expected="inventory", found=str(requirement.basis))


def _output_growth(requirement: Intensity, scenario: Scenario, place: str) -> Iterator[Refusal]:
    """Growth of single sectors says nothing about output: a rate without a sector must be stated beside it."""
    general = {growth.district for growth in scenario.growth if growth.sector is None}
    lacking = [district for district in requirement.output if not general & {None, district}]
    if scenario.growth and lacking:
        what = Text("缺少产出的增长率", "no growth rate of output")
        advice = Text("请补充一条不带 sector 的 [[growth]]", "add a [[growth]] without a sector")
        expected = "a growth rate that names no sector"
        yield f"{place}.output", RefusedError(what, expected=expected, found=", ".join(lacking), advice=advice)


def _decided(requirement: Fix, sources: Mapping[str, str], catalogue: Catalogue) -> Iterator[Refusal]:
    place = f"requirement.{requirement.id}"
    sector = sources.get(requirement.source_id)
    if sector is None:
        what = Text("源清单中没有这个源", "no source of this id in the inventory")
        advice = did_you_mean(requirement.source_id, sources, NOTHING)
        expected = "a source_id of the inventory"
        yield f"{place}.source_id", RefusedError(what, expected=expected, found=requirement.source_id, advice=advice)
        return
    for name in requirement.measures:
        measure = catalogue.measures.get(name)
        if measure is not None and measure.sector != sector:
            what = Text("该措施不属于此源的行业", "a measure of another sector than the source's")
            yield f"{place}.measures", RefusedError(what, expected=sector, found=f"{name} ({measure.sector})")


def _outputs(requirement: Intensity, scenario: Scenario, sources: pd.DataFrame) -> Iterator[Refusal]:
    """Every district that has a source in scope needs an output."""
    place = f"requirement.{requirement.id}.output"
    in_sector = sources["sector"].isin(requirement.sector or sources["sector"].unique())
    in_district = sources["district"].isin(requirement.district or sources["district"].unique())
    yield from unknown_names(
        place, requirement.output, scenario.district_ids or sorted(sources["district"].unique()), "district"
    )
    asked = sorted(sources.loc[in_sector & in_district, "district"].unique())
    lacking = [district for district in asked if district not in requirement.output]
    if lacking:
        what = Text("缺少部分区县的产出", "districts in scope without an output")
        yield place, RefusedError(what, expected=_listed(asked), found=f"none for {_listed(lacking)}")


def _flows(requirement: Requirement, inventory: Inventory, levels: Mapping[str, Collection[str]]) -> Iterator[Refusal]:
    """Every flow must be one that a sector in scope emits; a quota adds up a number column or such a flow."""
    place = f"requirement.{requirement.id}"
    scope = [name for name in requirement.sector or inventory.tables if name in inventory.tables]
    flows = sorted({name for sector in scope for name in levels.get(sector, ()) if is_flow(name)})

    def columns() -> list[str]:
        return sorted({name for sector in scope for name in numeric_columns(inventory.tables[sector])})

    if isinstance(requirement, Indicator):
        yield from unknown_names(f"{place}.numerator", [requirement.numerator], flows, "flow")
        yield from unknown_names(f"{place}.denominator", [requirement.denominator], flows, "flow")
    elif isinstance(requirement, Resource | Offset | Couple):
        yield from unknown_names(f"{place}.flow", requirement.flows[:1], flows, "flow")
        yield from unknown_names(f"{place}.at_most", requirement.flows[1:], flows, "flow")
    elif isinstance(requirement, Quota | SharedPlant) and requirement.of is not None:
        sums = [name for name in columns() if not is_level(name)]
        yield from unknown_names(f"{place}.of", [requirement.of], [*sums, *flows], "number")
    elif isinstance(requirement, RankOut):
        yield from unknown_names(f"{place}.score", [requirement.score], columns(), "number")


def _never(name: str, condition: Condition, sectors: Sequence[Sector]) -> RefusedError | None:
    """Return why a condition can hold in none of the sectors' columns of that name; None when it can."""
    refusals = []
    for sector in sectors:
        columns = [column for column in sector.columns if column.name == name]
        try:
            for column in columns:
                check_condition(condition, column)
        except RefusedError as error:
            refusals.append(error)
        else:
            if columns:
                return None
    return refusals[0] if refusals else None
