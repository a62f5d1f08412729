"""Rows on how the burden is spread over districts."""

from __future__ import annotations

import numpy as np

from scenarios.compiling.metrics import Metric, PerSource
from scenarios.compiling.rows.plan import RATIO, Body, Facts, Mask
from scenarios.reading.requirements import Fair


def fair_body(requirement: Fair, mask: Mask, facts: Facts, year: int, *, district: str) -> Body:
    """Return what a district pays per head, as a multiple of the mean over the districts in scope.

    ``C_d / P_d <= k (1 / D) sum_e C_e / P_e`` over the D districts that have a source in scope, linear in the choices.
    """
    districts = sorted(set(facts.districts[mask]))
    people = np.array([facts.population[name] for name in facts.districts])
    share = np.where(mask, 1.0 / people, 0.0)
    own = PerSource.of(np.where(facts.districts == district, share, 0.0))
    mean = PerSource.of(share / len(districts))
    paid, spread = (Metric(requirement.metric, year, by_source=weight) for weight in (own, mean))
    return Body(paid, "<=", requirement.ratio, RATIO, per=spread, mask=mask)
