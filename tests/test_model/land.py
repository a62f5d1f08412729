"""One row after the other through a sector: completed, with changes of state, or with a measure of the catalogue."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache

import numpy as np
import pandas as pd
import pytest
from hypothesis import settings

from model.apply import changed_columns, numeric_state
from model.catalogue import parse_catalogue, parse_factors
from model.complete import complete
from model.economics import Economics
from model.files import bundled_text
from model.inventory import Inventory
from model.measures import Catalogue
from model.numbers import Factors
from model.options import OptionTable, build_options
from model.pollutants import POLLUTANTS
from model.sector import FloatArray, Flows, Sector
from model.sectors import SECTORS

QUICK = settings(deadline=None, max_examples=30)
"""An example that completes a table takes longer than a pure formula."""

type Row = Mapping[str, object]
LABELS: Row = {"source_id": "S1", "name": "Source", "district": "East"}
PRICES = {"electricity_kwh_per_year": 0.65, "value_added_cny_per_year": 1.0}


@dataclass(frozen=True)
class Ground:
    """A sector, its bundled factors and measures, and a row that other rows differ from."""

    sector: Sector
    row: Row

    @property
    def factors(self) -> Factors:
        return catalogue_of(self.sector.id).factors

    @property
    def catalogue(self) -> Catalogue:
        return catalogue_of(self.sector.id)

    def completed(self, *rows: Row) -> pd.DataFrame:
        given = pd.DataFrame([{**LABELS, **self.row, **row} for row in rows])
        return complete(given, self.sector.columns, self.factors)

    def state(self, *rows: Row, **changes: float) -> dict[str, FloatArray]:
        """The state of rows; a change must name a column, or it would pass unnoticed."""
        state = completed_state(self.sector.id, tuple(tuple({**self.row, **row}.items()) for row in rows))
        assert changes.keys() <= state.keys()
        return {**state, **{name: np.full(len(rows), value) for name, value in changes.items()}}

    def flows(self, *rows: Row, **changes: float) -> Flows:
        return self.sector.formula(self.state(*rows, **changes), self.factors)

    def one(self, flow: str, row: Row, **changes: float) -> float:
        return float(self.flows(row, **changes)[flow][0])

    def tp(self, row: Row, **changes: float) -> float:
        return self.one("tp_t_per_year", row, **changes)

    def options(self, row: Row, *flows: str) -> OptionTable:
        economics = Economics(0.08, 2023, PRICES, {})
        inventory = Inventory({self.sector.id: self.completed(row)})
        return build_options(inventory, self.catalogue, economics, flows=("tp_t_per_year", *flows))

    def offered(self, row: Row) -> set[str]:
        """Measures that stand alone in a package of this row."""
        table = self.options(row)
        packages = [table.packages[package].measure_ids for package in table.package]
        return {package[0] for package in packages if len(package) == 1}

    def complaints(self, *rows: Row) -> list[tuple[int, str]]:
        assert self.sector.cross_checks is not None
        return [(row, column) for row, column, _ in self.sector.cross_checks(self.completed(*rows))]

    def assert_homogeneous(self, row: Row, growth: float, **changes: float) -> None:
        """Flows grow with activity, levels stay: what options and growth rely on."""
        state = self.state(row, **changes)
        activity = {column.name: state[column.name] * growth for column in self.sector.columns if column.activity}
        before, after = (self.sector.formula(one, self.factors) for one in (state, state | activity))
        for name, values in before.items():
            factor = 1.0 if name.endswith("_mg_per_l") else growth
            assert after[name] == pytest.approx(values * factor, rel=1e-9, abs=1e-9), name

    def assert_no_measure_raises(self, row: Row, **changes: float) -> None:
        """Invariants 2 and 4 of ACCOUNTING section 15: 0 <= after <= before, each measure on top of all before it."""
        state = self.state(row, **changes)
        before = self.sector.formula(state, self.factors)
        loads = [f"{key}_t_per_year" for key in POLLUTANTS if key != "co2" and f"{key}_t_per_year" in before]
        for measure in self.catalogue.of_sector(self.sector.id):
            state = state | changed_columns(measure, state, self.sector)
            after = self.sector.formula(state, self.factors)
            for name in loads:
                assert -1e-9 <= after[name][0] <= before[name][0] + 1e-9, (measure.id, name)
            before = after


@cache
def catalogue_of(sector_id: str) -> Catalogue:
    name, sector = f"{sector_id}.toml", SECTORS[sector_id]
    factors = parse_factors({name: bundled_text(f"factors/{name}")})
    return parse_catalogue({name: bundled_text(f"measures/{name}")}, factors, {sector_id: sector}, bundled=[name])


@lru_cache(maxsize=64)
def completed_state(sector_id: str, rows: tuple[tuple[tuple[str, object], ...], ...]) -> Mapping[str, FloatArray]:
    """Rows completed once, however many changes of state are tried on them."""
    ground = Ground(SECTORS[sector_id], {})
    return numeric_state(ground.completed(*(dict(row) for row in rows)), ground.sector)


def row_of(table: OptionTable, *measures: str) -> int:
    package = [entry.measure_ids for entry in table.packages].index(measures)
    return int(np.flatnonzero(table.package == package)[0])
