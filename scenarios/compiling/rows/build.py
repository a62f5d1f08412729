"""From a requirement to its rows, by its kind."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from types import MappingProxyType
from typing import Any

from model.units import Amount
from scenarios.compiling.rows.emissions import cap_body, intensity_body, reduce_body
from scenarios.compiling.rows.fairness import fair_body
from scenarios.compiling.rows.flows import couple_body, indicator_body, offset_body, resource_body
from scenarios.compiling.rows.measures import mandate_body, quota_body, rank_out_body
from scenarios.compiling.rows.money import budget_body
from scenarios.compiling.rows.plan import FLIPPED, Body, Facts, Mask, RowPlan, ease_of
from scenarios.compiling.rows.water import concentration_body
from scenarios.compiling.scope import stated_scope
from scenarios.reading.requirements import (
    Budget,
    Cap,
    Concentration,
    Couple,
    Dated,
    Fair,
    Indicator,
    Intensity,
    Mandate,
    Offset,
    Quota,
    RankOut,
    Reduce,
    Resource,
    Shared,
)

type Build = Callable[[Any, Mask, Facts, int], Body]
"""Requirement of one kind, sources in scope, facts, year."""

BODIES: Mapping[type[Shared], Build] = MappingProxyType(
    {
        Reduce: reduce_body,
        Cap: cap_body,
        Concentration: concentration_body,
        Intensity: intensity_body,
        Quota: quota_body,
        Mandate: mandate_body,
        Budget: budget_body,
        Indicator: indicator_body,
        Resource: resource_body,
        Offset: offset_body,
        Couple: couple_body,
        RankOut: rank_out_body,
    }
)
"""The kinds that are rows over metrics; another is one more line."""


def is_row(requirement: Shared) -> bool:
    """Say whether a requirement is stated as rows over metrics."""
    return type(requirement) in BODIES or isinstance(requirement, Fair)


def plan_rows(requirement: Shared, mask: Mask, facts: Facts) -> Iterator[RowPlan]:
    """Yield the rows of one requirement: one, or one for each district or plan year with ``each``.

    A limit of fairness has one for each district, over the sources of all.
    """
    if isinstance(requirement, Fair):
        for district in sorted(set(facts.districts[mask])):
            yield _row(requirement, mask, facts, district=district, build=partial(fair_body, district=district))
        return
    if requirement.each == "district":
        for district in sorted(set(facts.districts[mask])):
            yield _row(requirement, mask & (facts.districts == district), facts, district=district)
        return
    years = facts.years if requirement.each == "year" else (None,)
    for year in years:
        yield _row(requirement, mask, facts, of_year=year)


def _row(
    requirement: Shared,
    mask: Mask,
    facts: Facts,
    *,
    district: str | None = None,
    of_year: int | None = None,
    build: Build | None = None,
) -> RowPlan:
    by = requirement.by if isinstance(requirement, Dated) else None
    year = of_year or (by.year if by else requirement.year) or facts.last_year
    mask = mask & ~(facts.column("start_year") > year)
    body = (build or BODIES[type(requirement)])(requirement, mask, facts, year)
    part = district or of_year
    return RowPlan(
        requirement=requirement,
        row_id=f"{requirement.id}/{part}" if part else requirement.id,
        scope=stated_scope(requirement, district),
        year=year,
        basis=_basis(requirement, facts),
        metric=replace(body.metric, by=by),
        mask=mask if body.mask is None else body.mask,
        sense=body.sense,
        bound=_eased(body, requirement.tolerance),
        asked=body.asked,
        asked_text=_text(requirement),
        unit=body.unit,
        scale=body.scale,
        offset=body.offset,
        per=None if body.per is None else replace(body.per, by=by),
    )


def _basis(requirement: Shared, facts: Facts) -> str | None:
    """Return the accounting basis of what can be counted in several ways."""
    if isinstance(requirement, Reduce):
        return requirement.basis or facts.basis
    return requirement.basis if isinstance(requirement, Cap) else None


def _eased(body: Body, tolerance: float) -> float | None:
    """Return the bound in the metric's own unit: the asked value, eased by the tolerance."""
    if body.asked is None:
        return None
    reported_sense = body.sense if body.scale > 0 else FLIPPED[body.sense]
    return (body.asked * ease_of(reported_sense, tolerance) - body.offset) / body.scale


def _text(requirement: Shared) -> str:
    """Return what is asked as its author wrote it: the amount, share or ratio."""
    for name in ("amount", "share", "ratio", "count"):
        asked = getattr(requirement, name, None)
        if asked is not None:
            return (
                asked.text if isinstance(asked, Amount) else f"{asked:.6g}" if isinstance(asked, float) else str(asked)
            )
    return ""
