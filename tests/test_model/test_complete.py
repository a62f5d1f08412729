"""Filling what an author left empty, and computing what no author states."""

import numpy as np
import pandas as pd
import pytest

from model.complete import complete
from model.numbers import Factors
from model.sector import Column
from model.text import Text
from tests.toy_sector import BOILERS, FACTORS

TITLE = Text("", "")


def given(**columns: list[object]) -> pd.DataFrame:
    """Two gas boilers and a coal boiler as their author stated them."""
    stated: dict[str, list[object]] = {
        "source_id": ["a", "b", "c"],
        "name": ["A", "B", "C"],
        "district": ["x", "x", "x"],
        "fuel": ["coal", "gas", "coal"],
        "capacity_t_per_h": [10.0, 20.0, 30.0],
        "flow_m3_per_day": [1.0, 2.0, 3.0],
    }
    return pd.DataFrame(stated | columns)


def test_every_column_is_there_in_the_order_listed() -> None:
    table = complete(given(), BOILERS.columns, FACTORS)
    assert list(table.columns) == [column.name for column in BOILERS.columns]


def test_numbers_are_float64_and_the_rest_is_text() -> None:
    table = complete(given(), BOILERS.columns, FACTORS)
    kinds = {column.name: "float64" if column.kind == "number" else "str" for column in BOILERS.columns}
    assert {name: str(dtype) for name, dtype in table.dtypes.items()} == kinds


def test_a_default_fills_only_what_is_empty_and_sees_columns_before_its_own() -> None:
    """Coal is capacity x hours x 0.16: 10 x 5000 x 0.16 = 8000 t and 30 x 8000 x 0.16 = 38 400 t; 77 t was stated.

    Without the completed hours (8000 where empty) the third row would have no coal at all.
    """
    table = complete(
        given(hours_per_year=[5000.0, np.nan, np.nan], coal_t_per_year=[np.nan, 77.0, np.nan]), BOILERS.columns, FACTORS
    )
    assert table["hours_per_year"].tolist() == [5000.0, 8000.0, 8000.0]
    assert table["coal_t_per_year"].tolist() == [8000.0, 77.0, 38_400.0]


def test_a_derived_column_is_computed_for_every_row() -> None:
    """77 t / 8000 h = 0.009 625 t/h; the stated number of a derived column is not looked at."""
    table = complete(given(coal_t_per_year=[77.0] * 3, coal_t_per_h=[5.0] * 3), BOILERS.columns, FACTORS)
    assert table["coal_t_per_h"].tolist() == [0.009625] * 3


def test_a_text_default_may_be_computed() -> None:
    table = complete(given(boiler_type=["", "", "cfb"]), BOILERS.columns, FACTORS)
    assert table["boiler_type"].tolist() == ["chain_grate", "burner", "cfb"]


def test_a_gap_may_stay_where_the_default_says_so() -> None:
    assert complete(given(), BOILERS.columns, FACTORS)["lon"].isna().all()


def test_what_is_given_is_not_changed() -> None:
    stated = given(hours_per_year=[np.nan] * 3)
    complete(stated, BOILERS.columns, FACTORS)
    assert stated["hours_per_year"].isna().all()


def test_a_default_is_not_asked_when_nothing_is_empty() -> None:
    def fail(_: pd.DataFrame, __: Factors) -> pd.Series:
        pytest.fail("asked")

    columns = (Column("x", TITLE, default=fail),)
    assert complete(pd.DataFrame({"x": [1.0]}), columns, FACTORS)["x"].tolist() == [1.0]


def test_a_division_by_zero_in_a_row_that_needs_no_default_is_nobodys_business() -> None:
    columns = (Column("x", TITLE), Column("y", TITLE, default=lambda table, _: 1 / table["x"].to_numpy()))
    table = complete(pd.DataFrame({"x": [0.0, 4.0], "y": [7.0, np.nan]}), columns, FACTORS)
    assert table["y"].tolist() == [7.0, 0.25]


def test_a_table_may_have_many_columns() -> None:
    """Beyond a hundred, a table built column by column makes pandas warn, and warnings are errors here."""
    columns = tuple(Column(f"x{number}", TITLE, default=lambda table, _: np.ones(len(table))) for number in range(150))
    assert complete(pd.DataFrame(index=range(2)), columns, FACTORS).to_numpy().sum() == 300
