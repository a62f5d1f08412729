"""Boilers and furnaces on the bundled factors and measures, for the tests of both sectors."""

from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd

from model.apply import alters, changed_columns, numeric_state
from model.catalogue import parse_catalogue, parse_factors
from model.complete import complete
from model.files import bundled_text
from model.measures import Catalogue, Measure
from model.sector import FloatArray, Flows, Sector, State
from model.sectors import SECTORS
from model.where import matches

NAMES = ("coal_boilers", "furnaces")
BOILERS, FURNACES = (SECTORS[name] for name in NAMES)
FACTORS = parse_factors({name: bundled_text(f"factors/{name}.toml") for name in (*NAMES, "prices")})
TEXTS = {name: bundled_text(f"measures/{name}.toml") for name in NAMES}
CATALOGUE: Catalogue = parse_catalogue(TEXTS, FACTORS, {name: SECTORS[name] for name in NAMES}, bundled=NAMES)

type Row = Mapping[str, object]

BOILER: Row = {
    "source_id": "B1",
    "name": "Boiler",
    "district": "East",
    "fuel": "coal",
    "capacity_t_per_h": 35.0,
    "full_load_hours_per_year": 3500.0,
}
FURNACE: Row = {"source_id": "F1", "name": "Furnace", "district": "East", "output_per_year": 100_000.0}


def boilers(*rows: Row) -> pd.DataFrame:
    return complete(pd.DataFrame([{**BOILER, **row} for row in rows]), BOILERS.columns, FACTORS)


def furnaces(*rows: Row) -> pd.DataFrame:
    return complete(pd.DataFrame([{**FURNACE, **row} for row in rows]), FURNACES.columns, FACTORS)


def sector_of(table: pd.DataFrame) -> Sector:
    return BOILERS if "capacity_t_per_h" in table and "boiler_type" in table else FURNACES


def flows(table: pd.DataFrame, *measure_ids: str) -> Flows:
    """Flows of a table with measures, in the order given and whether or not they are offered."""
    sector = sector_of(table)
    return sector.formula(state_with(table, *measure_ids), FACTORS)


def state_with(table: pd.DataFrame, *measure_ids: str) -> dict[str, FloatArray]:
    sector = sector_of(table)
    state = numeric_state(table, sector)
    for measure_id in measure_ids:
        state |= changed_columns(CATALOGUE.measures[measure_id], state, sector)
    return state


def offered(table: pd.DataFrame) -> Iterator[Measure]:
    """Measures that the first row can have: it is covered, and something changes."""
    sector = sector_of(table)
    state: State = numeric_state(table, sector)
    for measure in CATALOGUE.of_sector(sector.id):
        if matches(table, measure.where)[0] and alters(changed_columns(measure, state, sector), state)[0]:
            yield measure


def offered_ids(table: pd.DataFrame) -> set[str]:
    return {measure.id for measure in offered(table)}


def scaled(state: State, sector: Sector, by: float) -> dict[str, FloatArray]:
    """The state with its activity columns times a number."""
    activity = {column.name for column in sector.columns if column.activity}
    return {name: values * by if name in activity else values for name, values in state.items()}


def close(one: FloatArray, other: FloatArray) -> bool:
    return bool(np.allclose(one, other, rtol=1e-12, atol=1e-12, equal_nan=True))
