"""Illustrative monitoring sections, and how much the phosphorus of each source moves them.

A profile may list kinds of sections beside its sources. Each lies in a district, has a river's flow Q [m3/s] and
is passed by a share r of the district's load; one tonne a year of a source in that district then adds ::

    r * 1e6 g / (Q * 31 536 000 s)   mg/L

to its yearly mean, 0.00634 mg/L at r = 0.2 and Q = 1 m3/s: full mixing, no retention, no other district. That is how an
illustration is drawn, not how a real transfer factor is found.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from scenarios.illustrating.synth import Profile, draw_column, draw_districts

WATER_SECTORS = (
    "wastewater_plants",
    "sewage_catchments",
    "rural_wastewater",
    "phosphorus_sites",
    "farmland",
    "urban_runoff",
)
GRAMS_PER_T = 1e6
SECONDS_PER_YEAR = 365 * 86_400.0
SECTIONS, TRANSFER = "sections", "transfer"
MIXING = ("district", "flow_m3_per_s", "reach_fraction")
"""Columns that make the transfer factors and stand in no file."""

FIRST_STREAM = 1_000
"""Random streams of sections begin here, above those of source classes."""

DIGITS = 6


def draw_sections(profile: Profile, tables: Mapping[str, pd.DataFrame], *, seed: int) -> dict[str, pd.DataFrame]:
    """Return the tables ``sections`` and ``transfer`` of a profile that lists sections, else nothing.

    ``tables`` are the sources by sector, as `scenarios.illustrating.synth.synthesise` draws them.
    """
    kinds = profile.get("section", [])
    drawn = [_draw_kind(kind, profile, np.random.default_rng([seed, FIRST_STREAM + n])) for n, kind in enumerate(kinds)]
    if not drawn:
        return {}
    sections = pd.concat(drawn, ignore_index=True)
    return {SECTIONS: sections.drop(columns=list(MIXING)), TRANSFER: _transfer(sections, tables)}


def _draw_kind(kind: Mapping[str, Any], profile: Profile, generator: np.random.Generator) -> pd.DataFrame:
    count = int(kind["count"])
    district = draw_districts(profile["district"], SECTIONS, count, generator)
    if "district" in kind:
        district[:] = kind["district"]
    number = [f"{value + 1:02d}" for value in range(count)]
    named = kind["name"] if "district" in kind else None
    table = pd.DataFrame(
        {
            "section_id": [f"{kind['prefix']}-{value}" for value in number],
            "name": [
                named or f"{where}（示意）{kind['name']}{value}" for where, value in zip(district, number, strict=True)
            ],
            "district": district,
            "water_body_type": kind["water_body_type"],
        }
    )
    for column, draw in kind["columns"].items():
        table[column] = draw_column(column, draw, table, generator)
    return table


def _transfer(sections: pd.DataFrame, tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Return section, source and factor [mg/L per t/yr] of every source in the district of a section."""
    sources = pd.concat([tables[name][["source_id", "district"]] for name in WATER_SECTORS if name in tables])
    factor = sections["reach_fraction"] * GRAMS_PER_T / (sections["flow_m3_per_s"] * SECONDS_PER_YEAR)
    pairs = sections.assign(tp_mg_per_l_per_t=factor).merge(sources, on="district")
    pairs["tp_mg_per_l_per_t"] = [float(f"{value:.{DIGITS}g}") for value in pairs["tp_mg_per_l_per_t"]]
    return pairs[["section_id", "source_id", "tp_mg_per_l_per_t"]]
