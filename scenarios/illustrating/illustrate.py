"""An illustrative inventory with a scenario that plans with it, as files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from scenarios.illustrating.drawn_sections import draw_sections
from scenarios.illustrating.synth import synthesise
from scenarios.reading.found import FILE_NAME

TARGETS: Mapping[str, tuple[str, str, tuple[str, ...]]] = {
    "nox": ("nox-share", "10 %", ("coal_boilers", "furnaces")),
    "vocs": ("vocs-share", "10 %", ("voc_lines",)),
    "tp": ("tp-share", "10 %", ("wastewater_plants",)),
}
"""Requirement id, share of the base year's emissions, and the sectors of which one must be drawn, by pollutant."""

HEAD = """# An illustrative inventory, drawn by `jianpai synth --sources {sources} --seed {seed}`. It describes no real
# enterprise, and the targets are examples. Run it with `jianpai plan` and the name of this folder.
schema = 1
id = "illustrative"
title = {{ zh = "示意清单", en = "Illustrative inventory" }}
jurisdiction = {{ zh = "示意地区", en = "Illustrative region" }}
base_year = 2022
years = [2025]
discount_rate = 0.08
price_year = 2023
decision_date = 2023-01-01
basis = "inventory"
credit = "full_year"
mode = "least_cost"
illustrative = true

[inventory]
{inventory}

[measures]
bundled = true
"""

REQUIREMENT = """
[[requirement]]
id = "{id}"
kind = "reduce"
pollutant = "{pollutant}"
amount = "{amount}"
assumed = true
"""


def illustrative_files(profile: Mapping[str, Any], *, sources: int, seed: int) -> dict[str, bytes]:
    """Return one CSV per sector and a ``scenario.toml`` by file name; raises `InputError` as `synthesise` does.

    A profile that lists monitoring sections gives ``sections.csv`` and ``transfer.csv`` as well.
    """
    tables = synthesise(profile, sources=sources, seed=seed)
    drawn = {**tables, **draw_sections(profile, tables, seed=seed)}
    files = {f"{name}.csv": _csv(table) for name, table in drawn.items()}
    return {FILE_NAME: _scenario(tuple(tables), sources, seed).encode(), **files}


def _csv(table: pd.DataFrame) -> bytes:
    """Return a table as CSV with a byte order mark, so that a spreadsheet shows Chinese at once."""
    return table.to_csv(index=False, lineterminator="\n").encode("utf-8-sig")


def _scenario(sectors: Sequence[str], sources: int, seed: int) -> str:
    inventory = "\n".join(f'{sector} = "{sector}.csv"' for sector in sectors)
    asked = [
        REQUIREMENT.format(id=id_, pollutant=pollutant, amount=amount)
        for pollutant, (id_, amount, places) in TARGETS.items()
        if any(sector in places for sector in sectors)
    ]
    return HEAD.format(sources=sources, seed=seed, inventory=inventory) + "".join(asked)
