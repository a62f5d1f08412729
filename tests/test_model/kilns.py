"""A small sector of its own, and the beginnings of measures for it, on which catalogue files are tried."""

import numpy as np

from model.catalogue import parse_catalogue, parse_factors
from model.measures import Catalogue
from model.sector import Column, Sector
from model.text import Text

TITLE = Text("", "")
KILNS = Sector(
    id="kilns",
    title=Text("窑炉", "Kilns"),
    columns=(
        Column("source_id", TITLE, kind="text"),
        Column("fuel", TITLE, kind="choice", choices={"coal": TITLE, "gas": TITLE}),
        Column("capacity_t_per_h", TITLE, "t/h", minimum=0),
        Column("exhaust_m3_per_h", TITLE, "m3/h", minimum=0),
        Column("coal_t_per_year", TITLE, "t/yr", minimum=0, activity=True),
        Column("removal_fraction", TITLE, minimum=0, maximum=1, better="higher"),
        Column("nox_limit_mg_per_m3", TITLE, "mg/m3", above=0, better="lower"),
        Column("line_count", TITLE, "", minimum=0),
    ),
    slots=("combustion", "flue_gas"),
    formula=lambda state, factors: {
        "coal_t_per_year": state["coal_t_per_year"],
        "nox_t_per_year": state["coal_t_per_year"] * factors["nox_kg_per_t"] * (1 - state["removal_fraction"]) / 1000,
        "electricity_kwh_per_year": np.zeros_like(state["coal_t_per_year"]),
    },
)
FACTOR = '[nox_kg_per_t]\nvalue = 3\nlow = 2\nhigh = 4\nunit = "kg/t"\ntag = "sourced"\nref = "F001"\n'
FACTORS = parse_factors({"kilns.toml": FACTOR})

HEAD = """
[[measure]]
id = "scr"
sector = "kilns"
slot = "flue_gas"
name = "SCR"
"""
PLAIN = HEAD + "lead_time_months = 6\nset = { removal_fraction = 0.8 }\n"
COST = PLAIN + "[measure.cost]\nprice_year = 2023\n"


def catalogue(text: str, *, sector: Sector = KILNS, is_bundled: bool = False) -> Catalogue:
    bundled = {"measures.toml"} if is_bundled else set[str]()
    return parse_catalogue({"measures.toml": text}, FACTORS, {sector.id: sector}, bundled=bundled)
