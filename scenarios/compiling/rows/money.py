"""Rows on money."""

from __future__ import annotations

from scenarios.compiling.metrics import Metric
from scenarios.compiling.rows.plan import Body, Facts, Mask, value_of
from scenarios.reading.requirements import Budget


def budget_body(requirement: Budget, _mask: Mask, _facts: Facts, year: int) -> Body:
    """Return the money spent in the year, by all or by one payer."""
    unit = "CNY/yr" if requirement.metric == "annual" else "CNY"
    metric = Metric(requirement.metric, year, payer=requirement.payer or "")
    return Body(metric, "<=", value_of(requirement.amount), unit)
