"""Rows on the emission of a pollutant."""

from __future__ import annotations

from model.units import Amount
from scenarios.compiling.metrics import Metric, MetricName
from scenarios.compiling.rows.plan import Body, Facts, Mask, flow_of, value_of
from scenarios.reading.requirements import Cap, Intensity, Reduce


def reduce_body(requirement: Reduce, mask: Mask, facts: Facts, year: int) -> Body:
    """Return the reduction [t/yr] on the requirement's basis; a share is turned into tonnes."""
    flow, asked = flow_of(requirement.pollutant), value_of(requirement.amount)
    if isinstance(requirement.amount, Amount) and requirement.amount.unit == "":
        of = requirement.of
        whole = float(facts.base[flow][mask].sum()) if of == "base_year" else of.value
        asked = requirement.amount.value * whole
    name: MetricName = "project" if (requirement.basis or facts.basis) == "project" else "reduction"
    return Body(Metric(name, year, flow=flow), ">=", asked, "t/yr")


def cap_body(requirement: Cap, _mask: Mask, _facts: Facts, year: int) -> Body:
    """Return what remains [t/yr]."""
    return Body(
        Metric("remaining", year, flow=flow_of(requirement.pollutant)), "<=", value_of(requirement.amount), "t/yr"
    )


def intensity_body(requirement: Intensity, mask: Mask, facts: Facts, year: int) -> Body:
    """Return the fall of E / Y against the base year, in per cent: ``100 - 100 (E_t / E_0) / (Y_t / Y_0)``.

    With several districts in one row their outputs are added before the ratio is taken. Where nothing is emitted in the
    base year there is no ratio to lower, and E_t <= (1 - amount) E_0 Y_t / Y_0 says that nothing may be emitted later.
    """
    flow = flow_of(requirement.pollutant)
    base = float(facts.base[flow][mask].sum())
    asked = value_of(requirement.amount)
    if base == 0.0:
        return Body(Metric("remaining", year, flow=flow), "<=", None if asked is None else 0.0, "t/yr")
    present = sorted(set(facts.districts[mask]))
    output = {district: requirement.output[district].value for district in present}
    later = sum(value * facts.output_growth(district, year) for district, value in output.items())
    growth = later / sum(output.values())
    fall = None if asked is None else 100.0 * asked
    return Body(Metric("remaining", year, flow=flow), "<=", fall, "%", -100.0 / (base * growth), 100.0)
