import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.measures import Condition
from model.where import matches

TABLE = pd.DataFrame(
    {
        "fuel": ["coal", "gas", "coal", "biomass"],
        "capacity_t_per_h": [10.0, 35.0, 65.0, np.nan],
        "is_near": [0.0, 1.0, 1.0, 0.0],
    }
)


def test_no_condition_covers_everything() -> None:
    assert matches(TABLE, {}).tolist() == [True] * 4


@pytest.mark.parametrize(
    ("condition", "covered"),
    [
        (Condition(values=(35.0,)), [False, True, False, False]),
        (Condition(minimum=35.0), [False, True, True, False]),
        (Condition(above=35.0), [False, False, True, False]),
        (Condition(maximum=35.0), [True, True, False, False]),
        (Condition(below=35.0), [True, False, False, False]),
        (Condition(minimum=10.0, below=65.0), [True, True, False, False]),
        (Condition(values=(10.0, 65.0), above=10.0), [False, False, True, False]),
    ],
)
def test_numbers_match_by_value_and_by_open_and_closed_ranges(condition: Condition, covered: list[bool]) -> None:
    """35 t/h is "min 35" and "max 35" but neither above nor below 35; a missing number is in no range."""
    assert matches(TABLE, {"capacity_t_per_h": condition}).tolist() == covered


def test_text_matches_by_membership() -> None:
    assert matches(TABLE, {"fuel": Condition(values=("coal", "peat"))}).tolist() == [True, False, True, False]


def test_categories_match_like_text() -> None:
    table = TABLE.astype({"fuel": "category"})
    assert matches(table, {"fuel": Condition(values=("gas",))}).tolist() == [False, True, False, False]


def test_all_conditions_must_hold() -> None:
    where = {"fuel": Condition(values=("coal",)), "is_near": Condition(values=(1,))}
    assert matches(TABLE, where).tolist() == [False, False, True, False]


def test_an_unknown_column_is_refused() -> None:
    with pytest.raises(ValueError, match="'feul', not in"):
        matches(TABLE, {"feul": Condition(values=("coal",))})


def test_a_range_over_text_is_refused() -> None:
    with pytest.raises(ValueError, match="found text"):
        matches(TABLE, {"fuel": Condition(minimum=1.0)})


@pytest.mark.parametrize(("name", "value"), [("fuel", 1.0), ("capacity_t_per_h", "35")])
def test_text_and_numbers_are_never_compared(name: str, value: str | float) -> None:
    with pytest.raises(ValueError, match="expected"):
        matches(TABLE, {name: Condition(values=(value,))})


NUMBERS = st.one_of(st.integers(-3, 3).map(float), st.just(float("nan")))
BOUND = st.one_of(st.none(), st.integers(-3, 3).map(float))


@given(st.lists(NUMBERS), BOUND, BOUND, BOUND, BOUND)
def test_ranges_agree_with_comparing_one_number_at_a_time(
    numbers: list[float], low: float | None, high: float | None, above: float | None, below: float | None
) -> None:
    condition = Condition(minimum=low, maximum=high, above=above, below=below)
    expected = [
        (low is None or x >= low)
        and (high is None or x <= high)
        and (above is None or x > above)
        and (below is None or x < below)
        for x in numbers
    ]
    table = pd.DataFrame({"x": np.array(numbers, dtype=np.float64)})
    assert matches(table, {"x": condition}).tolist() == expected
