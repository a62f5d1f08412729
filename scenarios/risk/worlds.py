"""One drawn world as a scenario of its own: its catalogue, and its inventory completed with its factors."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from model.inventory import Inventory
from model.numbers import Factors, Number
from model.restate import with_factors
from model.sector import FloatArray
from model.sectors import SECTORS
from scenarios.reading.bundle import Bundle
from scenarios.risk.draws import Sampling
from scenarios.risk.numbers import revalued_catalogue, revalued_economics


def world_at(bundle: Bundle, sampling: Sampling, sample: int) -> Bundle:
    """Return the scenario as it would be stated in one drawn world; every number of it is certain there.

    What the author stated stays, also which sources a requirement covers by it; what defaults filled follows the drawn
    factors. Lifetimes and lead times stay.
    """
    place = np.array([sample])

    def revalue(name: str, number: Number) -> Number:
        if number.high <= number.low:
            return number
        value = float(sampling.draw(number, sampling.uniforms([name], place))[0, 0])
        return replace(number, value=value, low=value, high=value)

    lazy = revalued_catalogue(bundle.catalogue, revalue)
    catalogue = replace(lazy, factors=Factors(dict(lazy.factors.numbers)))
    inventory = with_factors(bundle.inventory, catalogue.factors)
    if sampling.activity_spread:
        inventory = _busier(inventory, sampling.activity(inventory.sources()["source_id"].tolist(), place)[0])
    economics = revalued_economics(bundle, revalue)
    return replace(bundle, catalogue=catalogue, inventory=inventory, economics=economics)


def _busier(inventory: Inventory, activity: FloatArray) -> Inventory:
    """Return the inventory with the activity of every source multiplied, ``activity`` (source,)."""
    tables = dict(inventory.tables)
    for sector, offset in inventory.offsets().items():
        table = tables[sector]
        own = activity[offset : offset + len(table)]
        columns = [column.name for column in SECTORS[sector].columns if column.activity]
        tables[sector] = table.assign(**{name: table[name] * own for name in columns})
    return replace(inventory, tables=tables)
