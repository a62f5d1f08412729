"""Requirements that ask something of nothing: no source in scope, or no emission to take a share of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TypeGuard

import numpy as np
from numpy.typing import NDArray

from model.problems import Problem
from model.refusal import RefusedError
from model.sector import FloatArray
from model.text import Text
from model.units import Amount
from scenarios.compiling.scope import number_column, scope_mask
from scenarios.reading.bundle import Bundle
from scenarios.reading.fields import PENDING, PROPOSE
from scenarios.reading.requirements import (
    Fix,
    Indicator,
    Intensity,
    Offset,
    Quota,
    RankOut,
    Reduce,
    Requirement,
    Resource,
)

type Mask = NDArray[np.bool_]


def mask_of(bundle: Bundle, requirement: Requirement) -> Mask:
    """Return which sources a requirement covers, shape (source,)."""
    return scope_mask(
        bundle.inventory, districts=requirement.district, sectors=requirement.sector, where=requirement.where
    )


def uncovered(bundle: Bundle, base: Mapping[str, FloatArray]) -> list[Problem]:
    """Return a problem for each requirement that covers nothing, and for an aim measured in allowances.

    ``base`` [t/yr], shape (source,), is the emission of the base year by flow. Refused is a requirement without any
    source in scope; a share of base-year emissions, or an intensity, where there are none; and with
    ``each = "district"`` a district that has no source to yield what is asked of each.
    """
    found = [*_aim(bundle)]
    for requirement in bundle.scenario.requirement:
        if not isinstance(requirement, Fix):
            place = f"requirement.{requirement.id}"
            found += [(place, error) for error in _refusals(bundle, requirement, base)]
    return [error.problem(bundle.scenario_file, key) for key, error in found]


def _aim(bundle: Bundle) -> Iterator[tuple[str, RefusedError]]:
    scenario = bundle.scenario
    if scenario.mode == "most_reduction" and scenario.basis == "quota":
        what = Text("本版本不读取排污权配额", "this version reads no allowances, so none can be made the most of")
        yield "basis", RefusedError(what, expected="inventory or project", found="quota")


def _refusals(bundle: Bundle, requirement: Requirement, base: Mapping[str, FloatArray]) -> Iterator[RefusedError]:
    mask = mask_of(bundle, requirement)
    if not mask.any():
        what = Text("范围内没有任何源", "no source is in the scope of the requirement")
        advice = Text("检查 district、sector 与 where", "check district, sector and where")
        expected = "at least one source"
        yield RefusedError(what, expected=expected, found=f"none of {len(mask)} sources", advice=advice)
        return
    if _is_share_of_base(requirement):
        yield from _without_emission(requirement, base[f"{requirement.pollutant}_t_per_year"][mask])
    yield from _without_flow(requirement, mask, base)
    if isinstance(requirement, Offset):
        yield from _nothing_new(bundle, requirement, mask)
    if isinstance(requirement, RankOut):
        yield from _without_score(bundle, requirement, mask)
    if requirement.each == "district" and _is_asked_of_each(requirement):
        yield from _empty_districts(bundle, requirement, mask)


def _without_emission(requirement: Reduce | Intensity, emission: FloatArray) -> Iterator[RefusedError]:
    if not emission.any():
        what = Text(
            f"范围内的源在基准年没有 {requirement.pollutant} 排放",
            f"no source in scope emits {requirement.pollutant} in the base year, so a share of it means nothing",
        )
        yield RefusedError(what, expected="emissions above 0 t/yr", found="0 t/yr")


def _without_flow(requirement: Requirement, mask: Mask, base: Mapping[str, FloatArray]) -> Iterator[RefusedError]:
    """A share of a flow that nothing in scope has means nothing."""
    name = None
    if isinstance(requirement, Indicator):
        name = requirement.denominator
    elif isinstance(requirement, Resource) and requirement.is_of_base_year:
        name = requirement.flow
    if name is not None and not base[name][mask].any():
        what = Text(
            f"范围内的源在基准年没有 {name}",
            f"no source in scope has {name} in the base year, so a share means nothing",
        )
        yield RefusedError(what, expected="a flow above 0", found="0")


def _nothing_new(bundle: Bundle, requirement: Offset, mask: Mask) -> Iterator[RefusedError]:
    """An offset needs a new source that must be offset, and others that can give way for it."""
    new, owing = new_sources(bundle, requirement)
    for name, (zh, en), sources in (
        ("new", ("没有需要替代的新增源", "no new source that needs an offset"), mask & owing),
        ("where", ("没有可提供替代量的已有源", "no other source that could give way for the new ones"), mask & ~new),
    ):
        if not sources.any():
            what = Text(f"范围内{zh}", f"in the scope there is {en}")
            advice = Text(f"检查 {name}", f"check {name}")
            yield RefusedError(what, expected="at least one source", found="none", advice=advice)


def new_sources(bundle: Bundle, requirement: Offset) -> tuple[Mask, Mask]:
    """Return which sources are new, and which of them need an offset, shape (source,) each."""
    inventory = bundle.inventory
    new = np.zeros(inventory.size, dtype=bool)
    if requirement.new:
        new |= scope_mask(inventory, where=requirement.new)
    if requirement.new_from:
        new |= number_column(inventory, "start_year") > bundle.timeline.base_year
    exempt = scope_mask(inventory, where=requirement.exempt) if requirement.exempt else np.zeros_like(new)
    return new, new & ~exempt


def _without_score(bundle: Bundle, requirement: RankOut, mask: Mask) -> Iterator[RefusedError]:
    """Only what has a score can be ranked, and no more than there is."""
    lacking = int(np.isnan(number_column(bundle.inventory, requirement.score)[mask]).sum())
    if lacking:
        what = Text(
            f"有{lacking}个源没有 {requirement.score}，无法排序", "sources that cannot be ranked: they have no score"
        )
        yield RefusedError(what, expected=f"{requirement.score} at every source in scope", found=f"none at {lacking}")
    if requirement.count is not None and requirement.count > int(mask.sum()):
        what = Text("名次多于范围内的源", "more sources to rank out than there are in scope")
        yield RefusedError(what, expected=f"at most {int(mask.sum())}", found=str(requirement.count))


def _empty_districts(bundle: Bundle, requirement: Requirement, mask: Mask) -> Iterator[RefusedError]:
    of_source = bundle.inventory.sources()["district"].to_numpy(dtype=object)
    asked = requirement.district or bundle.scenario.district_ids or sorted(set(of_source))
    empty = [district for district in asked if not (mask & (of_source == district)).any()]
    if empty:
        what = Text("有的区县没有可以承担该要求的源", "districts without any source to yield what is asked of each")
        advice = Text("用 district 列出要承担的区县", "name the districts that are meant with district = [...]")
        expected = "a source in scope in every district"
        yield RefusedError(what, expected=expected, found=f"none in {', '.join(empty)}", advice=advice)


def _is_share_of_base(requirement: Requirement) -> TypeGuard[Reduce | Intensity]:
    if isinstance(requirement, Reduce):
        amount = requirement.amount
        return requirement.of == "base_year" and isinstance(amount, Amount) and amount.unit == ""
    return isinstance(requirement, Intensity)


def _is_asked_of_each(requirement: Requirement) -> bool:
    """True for what a district without sources could only miss: tonnes, a share of a task, a number of sources."""
    if isinstance(requirement, Reduce):
        is_stated = isinstance(requirement.amount, Amount) and requirement.amount.value > 0
        return is_stated and not _is_share_of_base(requirement)
    if not isinstance(requirement, Quota) or requirement.sense == "<=":
        return False
    amount = requirement.amount.value if isinstance(requirement.amount, Amount) else requirement.amount
    return amount not in {0, PENDING, PROPOSE} and requirement.share != 0
