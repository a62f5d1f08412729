"""Sources with stated emissions."""

import numpy as np
import pandas as pd
import pytest

from model.catalogue import parse_catalogue
from model.complete import complete
from model.economics import Economics
from model.files import bundled_text
from model.inventory import Inventory
from model.numbers import Factors
from model.options import build_options
from model.sectors.point_sources import SECTOR

POLLUTANTS = ("nox", "vocs", "tp", "so2", "pm", "cod", "nh3n", "tn", "co2")


def test_emissions_are_those_stated() -> None:
    state = {f"{name}_t_per_year": np.array([float(place), 0.0]) for place, name in enumerate(POLLUTANTS)}
    result = SECTOR.formula(state, Factors({}))
    assert result.keys() == state.keys()
    assert [result[f"{name}_t_per_year"][0] for name in POLLUTANTS] == list(range(9))


def test_each_line_of_the_list_of_pollutants_is_a_column() -> None:
    """Adding a pollutant takes no code: its column is there once the line is."""
    lines = bundled_text("pollutants.csv").splitlines()[1:]
    listed = [f"{line.partition(',')[0]}_t_per_year" for line in lines if line]
    assert [column.name for column in SECTOR.columns][-len(listed) :] == listed


MEASURES = "".join(
    f"""
[[measure]]
id = "{name}"
sector = "point_sources"
slot = "{name}"
name = "{name}"
removes = {{ nox = {nox}, so2 = {so2} }}
lead_time_months = 6
"""
    for name, nox, so2 in (("first", 0.25, -0.1), ("second", 0.45, 0.0), ("third", 0.60, 0.5))
)


def test_removals_of_the_users_measures_multiply_in_series() -> None:
    """100 t NOx x 0.75 x 0.55 x 0.40 = 16.5 t; added up they would be 130 %. 10 t SO2 x 1.1 x 0.5 = 5.5 t."""
    given = pd.DataFrame(
        {"source_id": ["A"], "name": ["A"], "district": ["East"], "nox_t_per_year": [100.0], "so2_t_per_year": [10.0]}
    )
    catalogue = parse_catalogue({"measures.toml": MEASURES}, Factors({}), {SECTOR.id: SECTOR})
    inventory = Inventory({SECTOR.id: complete(given, SECTOR.columns, Factors({}))})
    table = build_options(
        inventory, catalogue, Economics(0.05, 2023, {}, {}), flows=("nox_t_per_year", "so2_t_per_year")
    )
    ids = [table.packages[package].measure_ids for package in table.package]
    row = ids.index(("first", "second", "third"))
    assert table.change["nox_t_per_year"][row] == pytest.approx(-83.5, rel=1e-12)
    assert table.change["so2_t_per_year"][row] == pytest.approx(-4.5, rel=1e-12)
    assert len(ids) == 8


@pytest.mark.parametrize("pollutant", POLLUTANTS)
def test_every_pollutant_may_be_left_empty_and_grows_with_activity(pollutant: str) -> None:
    column = SECTOR.column(f"{pollutant}_t_per_year")
    assert (column.default, column.minimum, column.activity, column.unit) == (0.0, 0, True, "t/yr")


def test_source_class_is_free_text_and_slots_are_free() -> None:
    column = SECTOR.column("source_class")
    assert (column.kind, column.default) == ("text", "")
    assert SECTOR.slots == ()
    assert SECTOR.services == ()
