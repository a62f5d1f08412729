"""The task list by columns reads like a list of mappings, whatever is asked of it."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from scenarios.answering import task_table
from scenarios.answering.result import Json, as_json
from scenarios.answering.task_table import Columns, TaskTable, column_of, numbers_of, split_by, sum_of

KIND: Json = {"measures": ["scrub"], "measure_names": {"zh": "治理", "en": "Scrubber"}, "content": {}, "references": []}
THIRDS = np.array([1e-3 / 3, 2.0, 0.0])
NONE: Json = {**KIND, "measures": ["polish"]}
EAST: Json = {"lead_unit": "东局", "support_units": "", "serves": ["nox"], "cites": []}
WEST: Json = {**EAST, "lead_unit": "西局"}


@pytest.fixture
def table() -> TaskTable:
    """Three tasks kept as C, A, B and listed as A, B, C."""
    columns = Columns(
        plain={
            "source_id": ["C", "A", "B"],
            "source_name": ["丙", "甲", "乙"],
            "district": ["West", "East", "West"],
            "sector": ["x", "x", "y"],
            "lon": [None, 120.5, None],
            "lat": [None, 30.5, None],
            "share": [1.0, 1.0, 0.5],
            "start_year": [2025, 2025, 2026],
            "due": ["2025-12-31", "2025-12-31", "2026-12-31"],
            "capital_cny": [3.0, 1.0, 2.0],
            "annual_cost_cny": [30.0, 10.0, 20.0],
            "operating_cost_cny": [0.0, 0.0, 0.0],
            "is_decided": [True, False, False],
        },
        tonnes={
            "reduction_t_per_year": {"nox": np.array([5.0, 2.0, 0.0])},
            "accountable_t_per_year": {"nox": np.array([4.0, 1.0, 0.0])},
        },
        kind=np.array([0, 0, 1]),
        kinds=[KIND, NONE],
        reason=np.array([1, 0, 1]),
        reasons=[EAST, WEST],
    )
    return TaskTable(columns, np.array([1, 2, 0]))


def ids(tasks: Any) -> list[str]:  # noqa: ANN401 - any sequence of tasks
    return [f"{task['task_id']} {task['source_id']}" for task in tasks]


def test_tasks_come_in_order_with_their_numbers(table: TaskTable) -> None:
    assert ids(table) == ["T00001 A", "T00002 B", "T00003 C"]
    assert len(table) == 3


def test_a_task_holds_its_own_and_what_it_shares(table: TaskTable) -> None:
    """C costs 30 a year and removes 5 t: 6 a tonne; B removes nothing and has no cost per tonne."""
    task = table[2]
    assert (task["lead_unit"], task["measures"], task["is_decided"]) == ("西局", ["scrub"], True)
    assert (task["reduction_t_per_year"], task["cost_per_t"]) == ({"nox": 5.0}, {"nox": 6.0})
    assert table[1]["cost_per_t"] == {}
    assert (table[0]["lon"], task["lon"]) == (120.5, None)


def test_a_part_keeps_its_numbers(table: TaskTable) -> None:
    assert ids(table[1:]) == ["T00002 B", "T00003 C"]
    assert ids(table[1:][:1]) == ["T00002 B"]


@pytest.mark.parametrize(
    ("key", "of", "expected"),
    [
        ("capital_cny", None, [1.0, 2.0, 3.0]),
        ("is_decided", None, [0.0, 0.0, 1.0]),
        ("reduction_t_per_year", "nox", [2.0, 0.0, 5.0]),
        ("reduction_t_per_year", "tp", [0.0, 0.0, 0.0]),
    ],
)
def test_numbers_are_those_of_the_tasks(table: TaskTable, key: str, of: str | None, expected: list[float]) -> None:
    for tasks in (table, list(table)):
        assert numbers_of(tasks, key, of).tolist() == expected
        assert sum_of(tasks, key, of) == sum(expected)


@pytest.mark.parametrize("key", ["district", "lead_unit"])
def test_parts_are_those_of_a_list(table: TaskTable, key: str) -> None:
    plain: Mapping[str, Any] = split_by(list(table), key)
    found = split_by(table, key)
    assert {name: ids(part) for name, part in found.items()} == {name: ids(part) for name, part in plain.items()}
    assert list(found) == list(plain)


@pytest.mark.parametrize("key", ["due", "lead_unit", "measures"])
def test_columns_are_those_of_a_list(table: TaskTable, key: str) -> None:
    assert column_of(table, key) == column_of(list(table), key)


def test_it_equals_the_list_it_stands_for(table: TaskTable) -> None:
    assert table == list(table)
    assert table != list(table)[:2]
    assert table != 3


def test_its_lines_are_what_json_makes_of_the_tasks(table: TaskTable, monkeypatch: pytest.MonkeyPatch) -> None:
    """One third of 1e-3 in twelve digits, a task without a cost per tonne, and parts of two."""
    monkeypatch.setattr(task_table, "AT_ONCE", 2)
    columns = replace(table._columns, tonnes={**table._columns.tonnes, "reduction_t_per_year": {"nox": THIRDS}})  # noqa: SLF001 - the table has no other way to be changed
    changed = TaskTable(columns, np.array([1, 2, 0]))
    assert list(changed.json_lines()) == [as_json(task) for task in changed]
    assert list(changed[:0].json_lines()) == []
