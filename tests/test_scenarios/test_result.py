"""What result.json holds, and that the same answer is always the same bytes."""

import json
import math
from typing import Any

import numpy as np
import pytest

from scenarios.answering.result import Result, to_json
from tests.test_scenarios.hand_made import hand_made, requirement


def read(result: Result) -> dict[str, Any]:
    def refuse(constant: str) -> float:
        raise AssertionError(f"{constant} is no JSON")

    found: dict[str, Any] = json.loads(to_json(result), parse_constant=refuse)
    return found


def test_the_same_answer_is_the_same_text() -> None:
    assert to_json(hand_made()) == to_json(hand_made())


def test_keys_stand_in_the_order_of_the_fields() -> None:
    keys = list(read(hand_made()))
    assert keys[:5] == ["scenario", "title", "jurisdiction", "districts", "columns"]
    assert keys[5:9] == ["mode", "years", "status", "says"]
    assert keys[-1] == "provenance"
    assert list(read(hand_made())["requirements"][0])[:4] == ["id", "row", "kind", "pollutant"]


def test_chinese_stands_as_it_is_written() -> None:
    assert "示例市2025年减排任务" in to_json(hand_made())


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (1 / 3, "0.333333333333"),
        (123_456_789_012.345, "123456789012.0"),
        (0.1 + 0.2, "0.3"),
        (-0.0, "0.0"),
        (1e-20, "1e-20"),
        (np.float64(2.5), "2.5"),
        (float("nan"), "null"),
        (float("inf"), "null"),
        (None, "null"),
    ],
)
def test_numbers_have_twelve_digits_and_are_finite(value: float | None, written: str) -> None:
    """0.1 + 0.2 is 0.30000000000000004 in double precision: the last digits depend on the order of a sum."""
    assert f'"gap": {written},' in to_json(hand_made(gap=value))


def test_numbers_deep_inside_are_written_the_same_way() -> None:
    result = hand_made(notes=[{"nested": [{"x": math.nan}, (1 / 3, True, 7, "a")]}])
    assert read(result)["notes"] == [{"nested": [{"x": None}, [0.333333333333, True, 7, "a"]]}]


def test_keys_that_are_numbers_become_text() -> None:
    assert read(hand_made(provenance={"seconds": {2025: 1.5}}))["provenance"] == {"seconds": {"2025": 1.5}}


def test_it_reads_back_as_it_was_written() -> None:
    found = read(hand_made())
    assert found["objective"] == {"value": 1050000.5, "unit": "CNY/yr", "what": "annual cost of the last plan year"}
    assert found["cost"]["by_year"][0]["year"] == 2025
    assert found["ledger"] == {"agrees": True, "max_relative_difference": 3.1e-16}


@pytest.mark.parametrize(
    ("status", "met", "success"),
    [
        ("OPTIMAL", [True, True], True),
        ("OPTIMAL", [], True),
        ("OPTIMAL", [True, False], False),
        ("OPTIMAL", [True, None], False),
        ("FEASIBLE", [True], False),
        ("INFEASIBLE", [None], False),
        ("NO_ANSWER", [], False),
    ],
)
def test_success_is_a_proven_or_given_plan_that_meets_everything(
    status: str, met: list[bool | None], *, success: bool
) -> None:
    """What is pending is not met; a plan that is feasible but not proven to the asked gap is no success."""
    result = hand_made(status=status, requirements=[requirement(met=one) for one in met])
    assert result.is_success is success


@pytest.mark.parametrize("is_met", [True, False])
def test_given_choices_succeed_by_meeting_everything(*, is_met: bool) -> None:
    result = hand_made(status="FEASIBLE", mode="evaluate", requirements=[requirement(met=is_met)])
    assert result.is_success is is_met


def test_an_answer_has_a_cost() -> None:
    assert hand_made().is_answered
    assert not hand_made(cost=None).is_answered
