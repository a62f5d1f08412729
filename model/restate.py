"""An inventory with other factors: what the author stated stays, what defaults filled is filled anew."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pandas as pd

from model.complete import complete
from model.inventory import Inventory
from model.numbers import Factors
from model.sector import Sector
from model.sectors import SECTORS


def stated_table(inventory: Inventory, sector: Sector) -> pd.DataFrame:
    """Return a sector's completed table with NaN in every number cell whose default is computed.

    Texts and constants stay: no text default reads a factor, so that both are the same whatever the factors are.
    """
    table, filled = inventory.tables[sector.id], inventory.filled.get(sector.id, {})
    emptied = {
        name: np.where(empty, np.nan, table[name].to_numpy())
        for name, empty in filled.items()
        if callable(sector.column(name).default)
    }
    return table.assign(**emptied)


def with_factors(inventory: Inventory, factors: Factors, *, sectors: Mapping[str, Sector] = SECTORS) -> Inventory:
    """Return the inventory completed with other factors; the author's own columns follow as they are."""
    tables = {}
    for name, table in inventory.tables.items():
        done = complete(stated_table(inventory, sectors[name]), sectors[name].columns, factors)
        tables[name] = pd.concat([done, table.drop(columns=list(done.columns))], axis=1)
    return replace(inventory, tables=tables)
