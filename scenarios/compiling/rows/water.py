"""Rows on the concentration at a monitoring section."""

from __future__ import annotations

from scenarios.compiling.metrics import Metric, PerSource
from scenarios.compiling.rows.plan import Body, Facts, Mask, flow_of, value_of
from scenarios.reading.requirements.water import Concentration


def concentration_body(requirement: Concentration, mask: Mask, facts: Facts, year: int) -> Body:
    """Return the concentration [mg/L]: that of the base year, plus transfer times what each source emits more since.

    ``c = c_0 + sum_i t_i (E_i - E_i0)`` over the sources in scope, with growth and new sources counted.
    """
    if facts.sections is None:
        raise ValueError("a concentration without sections")
    flow = flow_of(requirement.pollutant)
    place = facts.sections.place(requirement.section)
    transfer = facts.sections.transfer[requirement.pollutant][place]
    level = float(facts.sections.level[requirement.pollutant][place])
    offset = level - float((transfer * facts.base[flow])[mask].sum())
    metric = Metric("remaining", year, flow=flow, by_source=PerSource.of(transfer))
    return Body(metric, "<=", value_of(requirement.amount), "mg/L", offset=offset)
