"""Pollutants, as data: adding one is a line in ``data/pollutants.csv``."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from model.files import bundled_text
from model.text import Text


@dataclass(frozen=True, slots=True)
class Pollutant:
    """What is emitted: ``symbol`` as printed (``NOx``), ``unit`` of a yearly emission, ``medium`` air or water."""

    id: str
    title: Text
    symbol: str
    unit: str
    medium: str

    @property
    def flow(self) -> str:
        """Name of its flow in a sector's formula, such as ``nox_t_per_year``."""
        return f"{self.id}_t_per_year"


def parse_pollutants(text: str) -> dict[str, Pollutant]:
    """Return the pollutants of a CSV text by id, in its order. Raises ValueError for an id that is listed twice."""
    pollutants: dict[str, Pollutant] = {}
    for row in csv.DictReader(text.splitlines()):
        if row["id"] in pollutants:
            raise ValueError(f"pollutants.csv lists {row['id']!r} twice")
        title = Text(row["title_zh"], row["title_en"])
        pollutants[row["id"]] = Pollutant(row["id"], title, row["symbol"], row["unit"], row["medium"])
    return pollutants


POLLUTANTS: Mapping[str, Pollutant] = MappingProxyType(parse_pollutants(bundled_text("pollutants.csv")))
"""Every pollutant by id: nox, vocs and tp first, then the co-effects."""
