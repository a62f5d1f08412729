"""Rows on flows: ratios of two, resources used, offsets of new sources, by-products."""

from __future__ import annotations

from model.flow_names import unit_of
from model.units import Amount
from scenarios.compiling.metrics import Metric, PerSource
from scenarios.compiling.rows.plan import RATIO, Body, Facts, Mask, value_of
from scenarios.reading.requirements import Couple, Indicator, Offset, Resource
from scenarios.reading.requirements.flows import PER_YEAR


def indicator_body(requirement: Indicator, _mask: Mask, _facts: Facts, year: int) -> Body:
    """Return the ratio of the two flows of the year [%]."""
    share = value_of(requirement.amount)
    return Body(
        Metric("remaining", year, flow=requirement.numerator),
        requirement.sense,
        None if share is None else 100.0 * share,
        "%",
        scale=100.0,
        per=Metric("remaining", year, flow=requirement.denominator),
    )


def resource_body(requirement: Resource, mask: Mask, facts: Facts, year: int) -> Body:
    """Return the flow of the year, or its fall in per cent of what it is a share of.

    With a rate a per year the flow of year y is at most ``base (1 - a) ** (y - base_year)``: two years of 15 % are
    27.75 % (ACCOUNTING section 7), of the base year's flow or of the amount stated in its place. Of nothing there is no
    fall, and nothing may be used later.
    """
    metric, amount = Metric("remaining", year, flow=requirement.flow), requirement.amount
    if not isinstance(amount, Amount) or not requirement.is_share:
        return Body(metric, "<=", value_of(amount), unit_of(requirement.flow) or "")
    whole = float(facts.base[requirement.flow][mask].sum()) if requirement.of == "base_year" else requirement.of.value
    if whole == 0.0:
        return Body(metric, "<=", 0.0, unit_of(requirement.flow) or "")
    is_yearly = amount.unit == PER_YEAR
    fall = 1.0 - (1.0 - amount.value) ** (year - facts.base_year) if is_yearly else amount.value
    return Body(metric, "<=", 100.0 * fall, "%", scale=-100.0 / whole, offset=100.0)


def offset_body(requirement: Offset, mask: Mask, facts: Facts, year: int) -> Body:
    """Return what the plan takes away at existing sources per unit that new ones add, both in the year.

    ACCOUNTING section 2: removed >= ratio x new. What measures at a new source save lowers what it adds.
    """
    new, owing = facts.new[requirement.id]
    removed = Metric("reduction", year, flow=requirement.flow, by_source=PerSource.of(mask & ~new))
    added = Metric("remaining", year, flow=requirement.flow, by_source=PerSource.of(mask & owing))
    return Body(removed, ">=", requirement.ratio, RATIO, per=added)


def couple_body(requirement: Couple, _mask: Mask, _facts: Facts, year: int) -> Body:
    """Return what is produced per unit that is used, both in the year (ACCOUNTING section 8)."""
    produced, used = (Metric("remaining", year, flow=flow) for flow in requirement.flows)
    return Body(produced, "<=", requirement.ratio, RATIO, per=used)
