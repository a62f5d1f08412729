"""Where a measure would change nothing because the equipment already stands."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from model.apply import BoolArray, changed_columns
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
    state = {change.column: table[change.column].to_numpy(dtype=np.float64) for change in measure.changes}
    kept = matches(table, measure.where)
    for name, values in changed_columns(measure, state, sectors[measure.sector]).items():
        kept = kept & (values == state[name])
    start = inventory.offsets()[measure.sector]
    there[start : start + len(table)] = kept
    return there
