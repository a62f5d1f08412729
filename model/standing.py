"""Where a measure would change nothing because the equipment already stands."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from model.apply import BoolArray, alters, changed_columns, numeric_state
from model.inventory import Inventory
from model.measures import Measure
from model.sector import Sector
from model.sectors import SECTORS
from model.where import matches


def already_there(inventory: Inventory, measure: Measure, *, sectors: Mapping[str, Sector] = SECTORS) -> BoolArray:
    """Return, shape (source,), the sources that a measure covers and whose state it would leave exactly as it is."""
    there: BoolArray = np.zeros(inventory.size, dtype=np.bool_)
    table = inventory.tables.get(measure.sector)
    if table is None or table.empty:
        return there
    sector = sectors[measure.sector]
    state = numeric_state(table, sector)
    unchanged = ~alters(changed_columns(measure, state, sector), state)
    start = inventory.offsets()[measure.sector]
    there[start : start + len(table)] = matches(table, measure.where) & unchanged
    return there
