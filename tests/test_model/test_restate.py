"""An inventory restated with other factors, factors that differ row by row, projects built where they do nothing."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import cast

import numpy as np
import pandas as pd
import pytest

from model.complete import complete
from model.economics import Economics
from model.inventory import Inventory
from model.measures import Catalogue
from model.numbers import Factors, Number
from model.read_inventory import load_inventory
from model.restate import stated_table, with_factors
from model.sectors import SECTORS
from model.sectors.helpers import looked_up
from model.tree import PackageTree, Setting
from tests.test_model.drawn import PRICES, bundled, completed
from tests.toy_sector import BOILERS, FACTORS

ROWS = """source_id,name,district,fuel,capacity_t_per_h,flow_m3_per_day,hours_per_year,coal_t_per_year,user_note
b,B,x,coal,20,1,,,later
a,A,x,coal,10,1,5000,77,first
"""
TOYS = {BOILERS.id: BOILERS}


@pytest.fixture
def toys(tmp_path: Path) -> Inventory:
    (tmp_path / "boilers.csv").write_text(ROWS, encoding="utf-8")
    return load_inventory({"boilers": tmp_path / "boilers.csv"}, FACTORS, sectors=TOYS, districts=None)


def steam(value: float) -> Factors:
    return Factors({"coal_t_per_t_steam": Number.exact(value, "t/t")})


def test_an_inventory_knows_which_cells_defaults_filled(toys: Inventory) -> None:
    """Sorted by id the row that states hours and coal comes first; what was stated throughout is not listed."""
    filled = toys.filled["boilers"]
    assert filled["hours_per_year"].tolist() == [False, True]
    assert filled["coal_t_per_year"].tolist() == [False, True]
    assert "capacity_t_per_h" not in filled
    assert "coal_t_per_h" not in filled


def test_other_factors_fill_only_what_the_author_left_empty(toys: Inventory) -> None:
    """B burns 20 x 8000 x 0.16 = 25 600 t, by another factor 20 x 8000 x 0.2 = 32 000 t and 4 t/h; A stated 77 t."""
    table = with_factors(toys, steam(0.2), sectors=TOYS).tables["boilers"]
    assert toys.tables["boilers"]["coal_t_per_year"].tolist() == [77.0, 25_600.0]
    assert table["coal_t_per_year"].tolist() == [77.0, 32_000.0]
    assert table["coal_t_per_h"].tolist() == [77 / 5000, 4.0]
    assert table["user_note"].tolist() == ["first", "later"]


def test_the_same_factors_give_the_same_inventory(toys: Inventory) -> None:
    again = with_factors(toys, FACTORS, sectors=TOYS)
    pd.testing.assert_frame_equal(again.tables["boilers"], toys.tables["boilers"], check_exact=True)


def test_constants_stay_and_computed_cells_are_emptied(toys: Inventory) -> None:
    stated = stated_table(toys, BOILERS)
    assert stated["hours_per_year"].tolist() == [5000.0, 8000.0]
    assert stated["coal_t_per_year"].isna().tolist() == [False, True]


def test_a_name_is_looked_up_as_one_number_or_as_one_a_row() -> None:
    names = pd.Series(["a", "b", "a", "none"])
    one_a_row = cast("float", np.array([1.0, 2.0, 3.0, 4.0]))
    found = looked_up(names, {"a": one_a_row, "b": 9.0})
    assert found[:3].tolist() == [1.0, 9.0, 3.0]
    assert np.isnan(found[3])
    assert looked_up(names.astype("category"), {"b": 9.0})[1] == 9.0


@pytest.fixture(scope="module")
def everything() -> Catalogue:
    return bundled()


def varied(factors: Factors, at: Mapping[str, object]) -> Factors:
    numbers = {name: replace(number, value=cast("float", at[name])) for name, number in factors.numbers.items()}
    return Factors(numbers)


@pytest.mark.parametrize("sector", ["coal_boilers", "furnaces", "voc_lines", "wastewater_plants"])
def test_rows_with_factors_of_their_own_are_rows_completed_by_themselves(sector: str, everything: Catalogue) -> None:
    """Three factors sets, repeated row by row: every column and flow is that of the table completed with each set."""
    table = completed(SECTORS[sector], everything, np.random.default_rng(4)).iloc[:60].reset_index(drop=True)
    columns, count = SECTORS[sector].columns, len(table)
    emptied = [one.name for one in columns if callable(one.default) and one.kind == "number" and not one.derived]
    given = table.assign(**dict.fromkeys(emptied[: len(emptied) // 2], np.nan))
    sets = [{name: one.low + share * (one.high - one.low) for name, one in everything.factors.numbers.items()}
            for share in (0.0, 0.4, 1.0)]  # fmt: skip
    repeated = {name: np.repeat([one[name] for one in sets], count) for name in sets[0]}
    whole_factors = varied(everything.factors, repeated)
    whole = complete(pd.concat([given] * 3, ignore_index=True), columns, whole_factors)
    numbers = [column.name for column in columns if column.kind == "number"]
    flows = SECTORS[sector].formula({name: whole[name].to_numpy() for name in numbers}, whole_factors)
    for place, one in enumerate(sets):
        factors, rows = varied(everything.factors, one), slice(place * count, (place + 1) * count)
        alone = complete(given, columns, factors)
        for name in numbers:
            np.testing.assert_array_equal(whole[name].to_numpy()[rows], alone[name].to_numpy(), err_msg=name)
        own = SECTORS[sector].formula({name: alone[name].to_numpy() for name in numbers}, factors)
        for name, values in own.items():
            np.testing.assert_array_equal(flows[name][rows], values, err_msg=name)


def test_a_package_is_built_also_where_it_alters_nothing(everything: Catalogue) -> None:
    """SNCR at a boiler whose removal is better already changes no NOx, and costs what it costs."""
    sector = SECTORS["coal_boilers"]
    given = pd.DataFrame(
        {"source_id": ["a", "b"], "name": ["A", "B"], "district": ["x", "x"], "fuel": ["coal", "coal"]}
    )
    given = given.assign(
        capacity_t_per_h=[35.0, 35.0], full_load_hours_per_year=4000.0, flue_gas_nox_removal_fraction=[0.0, 0.99]
    )
    table = complete(given, sector.columns, everything.factors)
    state = {one.name: table[one.name].to_numpy() for one in sector.columns if one.kind == "number"}
    sncr = everything.measures["boiler-sncr"]
    economics = Economics(0.05, 2023, PRICES, {})
    setting = Setting(sector, (sncr,), everything.factors, economics, ("nox_t_per_year",), ())
    built = PackageTree(setting, state).built((0,))
    assert built.rows.tolist() == [0, 1]
    assert built.change["nox_t_per_year"][0] < 0.0
    assert built.change["nox_t_per_year"][1] == 0.0
    assert built.charge.capital_cny[0] == built.charge.capital_cny[1] > 0.0
