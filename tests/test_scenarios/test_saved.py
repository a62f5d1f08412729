"""An answer read back is the answer that was written."""

import json
from typing import Any

import pytest

from scenarios import figures
from scenarios.answering.result import Result, to_json
from scenarios.answering.saved import read_result, result_of
from tests.test_scenarios.hand_made import hand_made, infeasible


@pytest.mark.parametrize("result", [hand_made(), infeasible()])
def test_what_is_read_back_is_written_the_same(result: Result) -> None:
    assert to_json(read_result(to_json(result))) == to_json(result)


def test_figures_of_a_saved_answer_are_the_same() -> None:
    assert figures.report_figures(read_result(to_json(hand_made())), "zh") == figures.report_figures(hand_made(), "zh")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"cost": {"capital_cny": 1.0}}, "cost: missing 'annual_cny', 'by_district'"),
        ({"extra": 1}, "result: unknown 'extra'"),
        ({"requirements": [3]}, r"requirements\[0\]: expected an object; found int"),
        ({"ledger": {"agrees": True, "size": 1}}, "ledger: missing 'max_relative_difference'; unknown 'size'"),
    ],
)
def test_what_is_no_answer_is_refused(change: dict[str, Any], message: str) -> None:
    parsed = json.loads(to_json(hand_made())) | change
    with pytest.raises(ValueError, match=message):
        result_of(parsed)


def test_what_is_no_json_is_refused() -> None:
    with pytest.raises(ValueError, match="Expecting value"):
        read_result("status: OPTIMAL")
