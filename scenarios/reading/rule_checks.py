"""Whether rules between choices name sources and measures that there are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from model.inventory import Inventory
from model.measures import Catalogue
from model.refusal import NOTHING, RefusedError
from model.suggest import did_you_mean
from model.text import Text
from scenarios.compiling.scope import unknown_columns
from scenarios.reading.requirements import Requirement
from scenarios.reading.requirements.rules import Requires, Rule

type Refusal = tuple[str, RefusedError]


def rule_refusals(
    requirement: Requirement, sources: Mapping[str, str], inventory: Inventory, catalogue: Catalogue
) -> Iterator[Refusal]:
    """Yield a dotted key and what is wrong there; ``sources`` maps each source id to its sector."""
    if not isinstance(requirement, Rule):
        return
    place = f"requirement.{requirement.id}"
    yield from _measures(f"{place}.measures", getattr(requirement, "measures", ()), catalogue)
    for key, source_id, measures in requirement.projects_named:
        sector = sources.get(source_id)
        if sector is None:
            what = Text("源清单中没有这个源", "no source of this id in the inventory")
            advice = did_you_mean(source_id, sources, NOTHING)
            expected = "a source_id of the inventory"
            yield f"{place}.{key}.source_id", RefusedError(what, expected=expected, found=source_id, advice=advice)
        yield from _measures(f"{place}.{key}.measures", measures, catalogue, sector)
    if isinstance(requirement, Requires) and requirement.needs.source_id is None:
        yield from _measures(f"{place}.needs.measures", requirement.needs.measures, catalogue)
        for column in unknown_columns(inventory, (), requirement.needs.where):
            what = Text(f"未知列“{column}”", f"unknown column {column!r}")
            yield f"{place}.needs.where", RefusedError(what, expected="a column of the inventory", found=column)


def _measures(place: str, names: tuple[str, ...], catalogue: Catalogue, sector: str | None = None) -> Iterator[Refusal]:
    for name in names:
        measure = catalogue.measures.get(name)
        if measure is None:
            what = Text(f"未知措施“{name}”", f"unknown measure {name!r}")
            advice = did_you_mean(name, catalogue.measures, NOTHING)
            yield place, RefusedError(what, expected="a measure of the catalogue", found=name, advice=advice)
        elif sector is not None and measure.sector != sector:
            what = Text("该措施不属于此源的行业", "a measure of another sector than the source's")
            yield place, RefusedError(what, expected=sector, found=f"{name} ({measure.sector})")
