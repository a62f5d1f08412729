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
from scenarios.bundle import Bundle
from scenarios.fields import PENDING
from scenarios.requirements import Fix, Intensity, Quota, Reduce, Requirement
from scenarios.scope import scope_mask

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
    if requirement.each is not None and _is_asked_of_each(requirement):
        yield from _empty_districts(bundle, requirement, mask)


def _without_emission(requirement: Reduce | Intensity, emission: FloatArray) -> Iterator[RefusedError]:
    if not emission.any():
        what = Text(
            f"范围内的源在基准年没有 {requirement.pollutant} 排放",
            f"no source in scope emits {requirement.pollutant} in the base year, so a share of it means nothing",
        )
        yield RefusedError(what, expected="emissions above 0 t/yr", found="0 t/yr")


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
    return isinstance(requirement, Quota) and requirement.sense != "<=" and requirement.amount not in {0, PENDING}
