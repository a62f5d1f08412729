"""Huzhou 2023 as it is bundled: planned once, every row met, and the numbers that the README shows of it."""

import pytest

from optimizer import Settings
from scenarios.answering import run
from scenarios.answering.result import Result
from scenarios.reading.files import find_scenario, load_bundle
from tests.test_scenarios.bundled import by_id, check_proven, table_of
from tests.test_scenarios.contract import check_contract


@pytest.fixture(scope="module")
def answer() -> Result:
    return run.plan(load_bundle(find_scenario("huzhou-2023")), settings=Settings(gap=1e-3), has_reach=False)


def test_it_is_answered_to_the_gap_and_both_ledgers_agree(answer: Result) -> None:
    check_proven(answer, 1e-3)


def test_its_file_keeps_the_contract(answer: Result) -> None:
    check_contract(answer)


def test_every_row_is_met(answer: Result) -> None:
    assert [requirement.row for requirement in answer.requirements if not requirement.met] == []


def test_nox_falls_by_three_tenths_of_the_five_year_task(answer: Result) -> None:
    """S023 with the assumed task of 9000 t: 0.3 x 9000 = 2700 t, added up here from the tasks alone."""
    assert by_id(answer)["nox-share"].asked == pytest.approx(2700.0)
    assert sum(task["reduction_t_per_year"]["nox"] for task in answer.tasks) >= 2700.0


def test_power_units_are_basically_treated(answer: Result) -> None:
    """S022: of the twelve units in the file all but a tenth, so at least 10.8 and thus eleven."""
    furnaces = table_of("huzhou-2023", "furnaces")
    assert (furnaces["furnace_type"] == "power_unit").sum() == by_id(answer)["power-deep-nox"].asked == 12
    assert by_id(answer)["power-deep-nox"].reached in {11.0, 12.0}
