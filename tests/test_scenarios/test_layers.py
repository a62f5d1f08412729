from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenarios.reading.layers import entry_place, merge, put_entry

VALUES = st.recursive(st.integers() | st.text(max_size=3), lambda inner: st.dictionaries(st.sampled_from("abc"), inner))
TABLES = st.dictionaries(st.sampled_from("abc"), VALUES)


@pytest.mark.parametrize(
    ("base", "own", "merged"),
    [
        ({"a": 1}, {"b": 2}, {"a": 1, "b": 2}),
        ({"a": 1}, {"a": 2}, {"a": 2}),
        ({"t": {"x": 1, "y": 1}}, {"t": {"y": 2}}, {"t": {"x": 1, "y": 2}}),
        ({"years": [2025, 2026]}, {"years": [2030]}, {"years": [2030]}),
        ({"t": {"x": 1}}, {"t": 3}, {"t": 3}),
        ({"growth": [{"rate": "1 %"}]}, {"growth": [{"rate": "2 %"}]}, {"growth": [{"rate": "2 %"}]}),
    ],
)
def test_tables_merge_and_everything_else_is_replaced(
    base: dict[str, Any], own: dict[str, Any], merged: dict[str, Any]
) -> None:
    assert merge(base, own) == merged


def test_lists_of_tables_merge_by_id_and_keep_their_order() -> None:
    base = {"requirement": [{"id": "a", "kind": "cap", "amount": "1 t/yr"}, {"id": "b", "kind": "forbid"}]}
    own = {"requirement": [{"id": "c", "kind": "fix"}, {"id": "a", "amount": "2 t/yr"}]}
    assert merge(base, own)["requirement"] == [
        {"id": "a", "kind": "cap", "amount": "2 t/yr"},
        {"id": "b", "kind": "forbid"},
        {"id": "c", "kind": "fix"},
    ]


def test_an_entry_of_another_kind_replaces() -> None:
    """Merging would leave the amount of a cap in a requirement that forbids, which has none."""
    base = [{"id": "a", "kind": "cap", "amount": "1 t/yr"}]
    assert put_entry(base, {"id": "a", "kind": "forbid", "measures": ["m"]}) == [
        {"id": "a", "kind": "forbid", "measures": ["m"]}
    ]


def test_a_workbook_leaves_out_the_files_of_the_base() -> None:
    """Kept, the base's boilers would stand beside the workbook's."""
    base = {"inventory": {"coal_boilers": "boilers.csv"}}
    assert merge(base, {"inventory": {"workbook": "all.xlsx"}})["inventory"] == {"workbook": "all.xlsx"}


def test_entries_are_found_by_id() -> None:
    assert entry_place([{"id": "a"}, 3, {"id": "b"}], "b") == 2
    assert entry_place([{"id": "a"}], "b") is None


@given(TABLES)
def test_a_table_on_top_of_itself_is_itself(table: dict[str, Any]) -> None:
    assert merge(table, table) == table
    assert merge({}, table) == table
    assert merge(table, {}) == table


@given(TABLES, TABLES, TABLES)
def test_layers_may_be_merged_from_either_end(
    first: dict[str, Any], second: dict[str, Any], third: dict[str, Any]
) -> None:
    """What the last states wins; where a plain value stands between two tables, it hides the first one's."""
    down = merge(merge(first, second), third)
    assert all(key in down for key in {*first, *second, *third})
    assert merge(down, third) == down
