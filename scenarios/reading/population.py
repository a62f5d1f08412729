"""How many people live in each district, and what the plan costs each of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from model.sector import FloatArray
from scenarios.compiling.scope import number_column

if TYPE_CHECKING:
    from model.inventory import Inventory
    from scenarios.answering.result import CostSummary, Json
    from scenarios.reading.bundle import Bundle
    from scenarios.reading.spec import Population


def population_of(inventory: Inventory, stated: Population | None) -> Mapping[str, float]:
    """Return the people of each district: as stated, or a number column of the inventory added up over its sources."""
    if stated is None or not isinstance(stated, str):
        return stated or {}
    districts = inventory.sources()["district"].to_numpy(dtype=object)
    people = np.nan_to_num(number_column(inventory, stated))
    return {district: float(people[districts == district].sum()) for district in sorted(set(districts))}


def district_weights(bundle: Bundle, *, per_head: bool) -> FloatArray:
    """Return, shape (district, source), 1 where a source stands in a district, or 1 / its people; by district id."""
    districts = bundle.inventory.sources()["district"].to_numpy(dtype=object)
    names = sorted(set(districts))
    people = population_of(bundle.inventory, bundle.scenario.population)
    share = [1.0 / people[name] if per_head else 1.0 for name in names]
    return np.array([(districts == name) * part for name, part in zip(names, share, strict=True)])


def per_head(bundle: Bundle, cost: CostSummary) -> Sequence[Json]:
    """Return what the plan costs each district and each of its people: last plan year, and capital of all years.

    Empty where the scenario does not say how many live there. ``annual_times_mean`` is how many times the mean of the
    districts each pays per head, None where the mean is not above zero.
    """
    people = population_of(bundle.inventory, bundle.scenario.population)
    if not people:
        return ()
    shares = {row["district"]: row for row in cost.by_district if row["district"] in people}
    annual = {name: float(row["annual_cny"]) / people[name] for name, row in shares.items()}
    mean = float(np.mean(list(annual.values())))
    return [
        {
            "district": name,
            "population": people[name],
            "annual_cny_per_head": annual[name],
            "capital_cny_per_head": float(row["capital_cny"]) / people[name],
            "annual_times_mean": annual[name] / mean if mean > 0.0 else None,
        }
        for name, row in shares.items()
    ]
