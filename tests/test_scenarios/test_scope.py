"""Which sources a requirement covers."""

import numpy as np
import pandas as pd
import pytest

from model.inventory import Inventory
from model.measures import Condition
from scenarios.compiling.scope import scope_mask, unknown_columns

BOILERS = pd.DataFrame({"district": ["East", "West", "East"], "capacity_t_per_h": [10.0, 35.0, 65.0]})
LINES = pd.DataFrame({"district": ["West", "South"], "industry": ["printing", "pharma"]})
INVENTORY = Inventory({"boilers": BOILERS, "lines": LINES})
SMALL = {"capacity_t_per_h": Condition(below=35.0)}


@pytest.mark.parametrize(
    ("scope", "expected"),
    [
        ({}, [1, 1, 1, 1, 1]),
        ({"districts": ("West",)}, [0, 1, 0, 1, 0]),
        ({"districts": ("West", "South")}, [0, 1, 0, 1, 1]),
        ({"sectors": ("lines",)}, [0, 0, 0, 1, 1]),
        ({"where": SMALL}, [1, 0, 0, 0, 0]),
        ({"where": {"capacity_t_per_h": Condition(maximum=35.0)}}, [1, 1, 0, 0, 0]),
        ({"districts": ("East",), "where": {"capacity_t_per_h": Condition(minimum=35.0)}}, [0, 0, 1, 0, 0]),
        ({"districts": ("North",)}, [0, 0, 0, 0, 0]),
    ],
)
def test_a_scope_is_the_meeting_of_district_sector_and_filter(scope: dict[str, object], expected: list[int]) -> None:
    """A source of a sector without the filter's column is outside; "below 35" leaves out 35, "max 35" does not."""
    assert scope_mask(INVENTORY, **scope).tolist() == [bool(one) for one in expected]  # type: ignore[arg-type]


def test_a_column_of_another_kind_covers_nothing() -> None:
    """A range over a column of words, as an author's own column may be in one sector and not in another."""
    assert not scope_mask(INVENTORY, where={"industry": Condition(minimum=3.0)}).any()


def test_without_sources_there_is_no_scope() -> None:
    assert scope_mask(Inventory({})).dtype == np.bool_


def test_a_column_is_unknown_when_no_sector_in_scope_has_it() -> None:
    where = SMALL | {"industry": Condition(values=("pharma",)), "colour": Condition(values=("red",))}
    assert unknown_columns(INVENTORY, (), where) == ["colour"]
    assert unknown_columns(INVENTORY, ("lines",), where) == ["capacity_t_per_h", "colour"]
