"""Sources drawn at random for every bundled measure, within the bounds of their columns."""

from collections.abc import Sequence
from datetime import date

import numpy as np
import pandas as pd

from model.catalogue import parse_catalogue, parse_factors
from model.complete import complete
from model.economics import Economics
from model.files import bundled_names, bundled_text
from model.headings import is_flag
from model.inventory import Inventory
from model.measures import Catalogue, Condition
from model.pollutants import POLLUTANTS
from model.sector import Column, Sector
from model.sectors import SECTORS
from model.timeline import Growth, GrowthRate, Timeline
from tests.test_model.agreement import World

BUNDLED = ("coal_boilers", "furnaces", "voc_lines", "wastewater_plants")
"""Sectors to draw; a sector joins with what its rows must state to pass its own checks."""

ROWS_PER_MEASURE = 8
EMPTY = 0.7
STATED = {
    "furnaces": {
        "capacity_mw": (100.0, 1000.0),
        "capacity_t_per_day": (2000.0, 5000.0),
        "thermal_mw": (1.0, 50.0),
        "capacity_t_per_h": (1.0, 20.0),
        "nox_kg_per_unit": (0.3, 8.0),
        "flue_gas_m3_per_h": (2e4, 2e6),
        "operating_hours_per_year": (2000.0, 8000.0),
    },
    "voc_lines": {"voc_content_fraction": (0.05, 0.95), "recovered_t_per_year": (0.0, 5.0)},
}
"""What every drawn row states, by sector: most rows would be refused without."""

PRICES = {
    "coal_t_per_year": 900.0,
    "gas_m3_per_year": 3.5,
    "biomass_t_per_year": 713.0,
    "electricity_kwh_per_year": 0.65,
    "heat_bought_gj_per_year": 87.0,
    "heat_delivered_gj_per_year": 87.0,
    "value_added_cny_per_year": 1.0,
}


def bundled() -> Catalogue:
    """Everything that comes with the product: its measures and their factors."""
    factors = parse_factors({name: bundled_text(name) for name in bundled_names("factors")})
    texts = {name: bundled_text(name) for name in (f"measures/{sector}.toml" for sector in BUNDLED)}
    return parse_catalogue(texts, factors, {sector: SECTORS[sector] for sector in BUNDLED}, bundled=tuple(texts))


def cell(column: Column, rng: np.random.Generator) -> object:
    """Any allowed cell: a choice, a number near the example or within the bounds; often empty where it may be."""
    if column.default is not None and rng.random() < EMPTY:
        return np.nan if column.kind == "number" else ""
    if column.unit == "year":
        return float(rng.integers(2021, 2026))
    if column.kind != "number":
        return str(rng.choice([*(column.choices or ("East", "West"))]))
    if is_flag(column):
        return float(rng.integers(2))
    low = column.minimum if column.minimum is not None else (column.above or 0.0)
    if column.example == "":
        return rng.uniform(low, 100.0 if column.maximum is None else column.maximum)
    return float(np.clip(float(column.example) * rng.uniform(0.3, 3), low, column.maximum))


def inside(condition: Condition, column: Column, rng: np.random.Generator) -> object:
    """A cell that meets a condition and the bounds of its column."""
    if condition.values is not None:
        return condition.values[rng.integers(len(condition.values))]
    low = max(bound for bound in (condition.minimum, condition.above, 0.0) if bound is not None)
    highs = (condition.maximum, condition.below, column.maximum, 2 * low + 10)
    return low + (min(bound for bound in highs if bound is not None) - low) * rng.uniform(0.01, 0.99)


def completed(sector: Sector, catalogue: Catalogue, rng: np.random.Generator) -> pd.DataFrame:
    """For each measure some sources it asks for; left out are rows that a default or the sector's checks refuse."""
    columns = [column for column in sector.columns if not column.derived]
    rows = []
    for measure in catalogue.of_sector(sector.id):
        for _ in range(ROWS_PER_MEASURE):
            asked = {name: inside(condition, sector.column(name), rng) for name, condition in measure.where.items()}
            stated = {name: rng.uniform(*span) for name, span in STATED.get(sector.id, {}).items()}
            rows.append({column.name: cell(column, rng) for column in columns} | stated | asked)
    given = pd.DataFrame(rows).assign(source_id=[f"{sector.id}-{place:04}" for place in range(len(rows))])
    texts = {column.name: "str" for column in columns if column.kind != "number"}
    numbers = [column.name for column in sector.columns if column.kind == "number"]
    done = complete(given.astype(texts), sector.columns, catalogue.factors)
    finite = np.isfinite(done[numbers].drop(columns=["lon", "lat", "start_year"])).all(axis=1)
    done = done[finite].reset_index(drop=True)
    refused = {row for row, _, _ in sector.cross_checks(done)} if sector.cross_checks else set()
    return done.drop(index=sorted(refused)).reset_index(drop=True)


def world(sectors: Sequence[str], catalogue: Catalogue, seed: int) -> World:
    """A world of such sources: two plan years, credit by months, growth that differs by sector and district."""
    rng = np.random.default_rng(seed)
    tables = {sector: completed(SECTORS[sector], catalogue, rng) for sector in sectors}
    return World(
        Inventory(tables),
        catalogue,
        Economics(0.05, 2024, PRICES, {year: 80.0 + year % 100 for year in range(2000, 2030)}),
        Timeline(2022, (2024, 2026), date(2023, 5, 10), "months"),
        Growth((GrowthRate(None, None, 0.03), GrowthRate("coal_boilers", "East", -0.02))),
        SECTORS,
        tuple(POLLUTANTS),
    )
