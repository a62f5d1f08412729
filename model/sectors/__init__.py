"""The kinds of sources: each module states its columns, its one emission formula and its slots."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from model.sector import Sector
from model.sectors import (
    coal_boilers,
    farmland,
    furnaces,
    mobile_sources,
    phosphorus_sites,
    point_sources,
    rural_wastewater,
    sewage_catchments,
    urban_runoff,
    voc_lines,
    wastewater_plants,
)

SECTORS: Mapping[str, Sector] = MappingProxyType(
    {
        module.SECTOR.id: module.SECTOR
        for module in (
            coal_boilers,
            furnaces,
            voc_lines,
            wastewater_plants,
            point_sources,
            sewage_catchments,
            rural_wastewater,
            phosphorus_sites,
            farmland,
            urban_runoff,
            mobile_sources,
        )
    }
)
"""Every sector by id, in registry order: numbering of sources and order of sheets follow it."""
