"""Rows on what is done at the sources."""

from __future__ import annotations

import math

import numpy as np

from model.units import Amount
from scenarios.compiling.metrics import Metric, PerSource
from scenarios.compiling.rows.plan import COUNTED, ROUNDING, Body, Facts, Mask
from scenarios.reading.requirements import Mandate, Quota, RankOut


def quota_body(requirement: Quota, mask: Mask, facts: Facts, year: int) -> Body:
    """Return the number of sources that get one of the measures, or the column or flow added up over them."""
    unit = COUNTED if requirement.of is None else requirement.unit
    measures, name = frozenset(requirement.measures), requirement.of
    if name is None:
        return Body(Metric("count", year, measures=measures), requirement.sense, _asked(requirement, mask), unit)
    column = facts.column(name)
    if np.isnan(column).all():
        whole = facts.base[name][mask]
        metric = Metric("added", year, flow=name, measures=measures)
    else:
        whole = np.nan_to_num(column)[mask]
        metric = Metric("count", year, measures=measures, by_source=PerSource.of(np.nan_to_num(column)))
    asked = _asked(requirement, mask) if requirement.share is None else requirement.share * float(whole.sum())
    return Body(metric, requirement.sense, asked, unit)


def _asked(requirement: Quota, mask: Mask) -> float | None:
    """Return the number asked for; a share of the sources is a whole number of them."""
    if requirement.share is not None:
        number = requirement.share * float(mask.sum())
        return float(math.floor(number + ROUNDING) if requirement.sense == "<=" else math.ceil(number - ROUNDING))
    amount = requirement.amount
    if isinstance(amount, Amount):
        return amount.value
    return None if amount is None or isinstance(amount, str) else float(amount)


def mandate_body(requirement: Mandate, mask: Mask, facts: Facts, year: int) -> Body:
    """Return the number of sources that keep the mandate; asked is all of them."""
    limit = requirement.limit
    metric = Metric(
        "comply",
        year,
        measures=frozenset(requirement.measures),
        level=limit.level if limit else "",
        limit=limit.at_most.value if limit else np.inf,
        compliant=facts.compliant[requirement.id],
    )
    return Body(metric, ">=", float(mask.sum()), COUNTED)


def rank_out_body(requirement: RankOut, mask: Mask, facts: Facts, year: int) -> Body:
    """Return how many of the lowest-ranked sources get one of the measures; asked is all of them."""
    lowest = ranked_lowest(requirement, mask, facts)
    metric = Metric("comply", year, measures=frozenset(requirement.measures), compliant=facts.compliant[requirement.id])
    return Body(metric, ">=", float(lowest.sum()), COUNTED, mask=lowest)


def ranked_lowest(requirement: RankOut, mask: Mask, facts: Facts) -> Mask:
    """Return which sources in scope stand lowest, shape (source,)."""
    sources = np.flatnonzero(mask)
    share = requirement.share or 0.0
    number = requirement.count if requirement.count is not None else math.ceil(share * len(sources) - ROUNDING)
    order = np.lexsort((facts.source_ids[sources].astype(str), facts.column(requirement.score)[sources]))
    lowest = np.zeros_like(mask)
    lowest[sources[order[:number]]] = True
    return lowest
