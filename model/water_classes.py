"""Limits of the surface water classes, as data: GB 3838-2002, table 1, in ``data/water_classes.csv``."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from types import MappingProxyType

from model.files import bundled_text

type Key = tuple[str, str, str]
"""Pollutant, kind of water body (river or lake), class (I to V)."""


def parse_water_classes(text: str) -> dict[Key, float]:
    """Return limits [mg/L] of a CSV text by pollutant, kind of water body and class.

    Raises ValueError for a limit that is listed twice.
    """
    limits: dict[Key, float] = {}
    for row in csv.DictReader(text.splitlines()):
        key = (row["pollutant"], row["water_body_type"], row["class"])
        if key in limits:
            raise ValueError(f"water_classes.csv lists {key} twice")
        limits[key] = float(row["limit_mg_per_l"])
    return limits


WATER_CLASS_LIMITS: Mapping[Key, float] = MappingProxyType(parse_water_classes(bundled_text("water_classes.csv")))
"""Limit [mg/L] by pollutant, kind of water body and class: of phosphorus lakes and reservoirs have their own."""
