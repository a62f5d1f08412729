"""The sources of a jurisdiction, sector by sector."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from model.sector import FloatArray
from model.text import Text

COMMON = ("source_id", "name", "district", "owner", "lead_unit", "support_units")
PLACE = ("lon", "lat")


@dataclass(frozen=True, slots=True)
class Inventory:
    """Completed tables by sector id: every column of the sector present, numeric columns float64 without gaps.

    Rows are sorted by ``source_id`` within a sector and the sectors stand in registry order, so that the order of rows
    in the author's file changes nothing. Source number ``i`` counts through the tables in that order.

    ``filled`` says, by sector and number column, which cells (row,) the author left empty and a default filled; a
    column that is not listed was stated throughout, or is derived.
    """

    tables: Mapping[str, pd.DataFrame]
    notes: tuple[Text, ...] = ()
    filled: Mapping[str, Mapping[str, NDArray[np.bool_]]] = field(default_factory=dict)

    @property
    def size(self) -> int:
        """Number of sources."""
        return sum(len(table) for table in self.tables.values())

    def sources(self) -> pd.DataFrame:
        """Return the common columns and ``sector`` of all sources; the index is the source number."""
        frames = [table.loc[:, list(COMMON)].assign(sector=sector) for sector, table in self.tables.items()]
        return pd.concat(frames, ignore_index=True)

    def numbers(self, source_ids: Collection[str]) -> dict[str, int]:
        """Return the source numbers of some ids; those that no source has are left out."""
        found: dict[str, int] = {}
        if not source_ids:
            return found
        for sector, start in self.offsets().items():
            ids = self.tables[sector]["source_id"]
            places = np.flatnonzero(ids.isin(list(source_ids)).to_numpy(dtype=bool))
            found |= {str(ids.iloc[place]): start + int(place) for place in places.tolist()}
        return found

    def coordinates(self) -> FloatArray:
        """Return longitude and latitude of all sources in degrees, shape (source, 2); NaN where none are stated."""
        return np.vstack([table[list(PLACE)].to_numpy(dtype=np.float64) for table in self.tables.values()])

    def offsets(self) -> dict[str, int]:
        """Return the first source number of each sector."""
        starts, start = {}, 0
        for sector, table in self.tables.items():
            starts[sector] = start
            start += len(table)
        return starts
