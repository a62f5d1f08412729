"""Sources whose emissions are stated instead of computed, such as EPA point files or a 总量 ledger.

Measures are control efficiencies that multiply in series across slots of any name; the catalogue brings none, because
what suits a stated tonnage only its author knows. Emissions are yearly totals, so there is no level and no floor.
"""

from __future__ import annotations

from model.numbers import Factors
from model.sector import Column, Flows, Sector, State
from model.sectors.helpers import common_columns
from model.text import Text

TITLES = {
    "nox": Text("氮氧化物", "NOx"),
    "vocs": Text("挥发性有机物", "VOCs"),
    "tp": Text("总磷", "TP"),
    "so2": Text("二氧化硫", "SO2"),
    "pm": Text("颗粒物", "PM"),
    "cod": Text("化学需氧量", "COD"),
    "nh3n": Text("氨氮", "NH3-N"),
    "tn": Text("总氮", "TN"),
    "co2": Text("二氧化碳", "CO2"),
}


def flows(state: State, _: Factors) -> Flows:
    """Return the emissions as stated [t/yr], each of shape (row,).

    Worked example (ACCOUNTING section 9): 100 t under 25 %, 45 % and 60 % in series leave
    100 x 0.75 x 0.55 x 0.40 = 16.5 t.
    """
    return {f"{pollutant}_t_per_year": state[f"{pollutant}_t_per_year"] for pollutant in TITLES}


def _emission(pollutant: str, title: Text) -> Column:
    example = 100.0 if pollutant == "nox" else ""
    return Column(
        f"{pollutant}_t_per_year", title, "t/yr", default=0.0, minimum=0, better="lower", activity=True, example=example
    )


SECTOR = Sector(
    id="point_sources",
    title=Text("点源（直接给定排放量）", "Point sources with stated emissions"),
    columns=(
        *common_columns(),
        Column("source_class", Text("源类别", "Source class"), kind="text", default="", example="kiln"),
        *(_emission(pollutant, title) for pollutant, title in TITLES.items()),
    ),
    slots=(),
    formula=flows,
)
