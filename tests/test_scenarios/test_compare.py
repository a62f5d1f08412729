"""Answers side by side: what is equal, what differs, what only one of them has."""

import pytest

from scenarios.analysis.compare import compare
from scenarios.analysis.tables import comparison_tables
from scenarios.answering.result import plain
from tests.test_scenarios.hand_made import hand_made, infeasible, requirement, task


def test_money_requirements_and_tonnes_stand_side_by_side() -> None:
    """The same answer twice, the second asked for 70 t."""
    found = compare([("one", hand_made()), ("two", hand_made(requirements=[requirement(asked=70.0)]))])
    by_key = {line.key: line for line in (*found.money, *found.tonnes)}
    assert by_key[("annual_cny",)].values == (1_050_000.5, 1_050_000.5)
    assert not by_key[("annual_cny",)].is_different
    assert by_key[("nox",)].values == pytest.approx((65.0, 65.0))
    (asked,) = found.asked
    assert (asked.values, asked.is_different) == ((60.0, 70.0), True)
    assert [line.values for line in found.reached] == [(65.0, 65.0)]


def test_projects_are_matched_by_source_and_measures() -> None:
    """The second answer has the SCR at B-001 and none of the other two, whose source is the same."""
    found = compare([("one", hand_made()), ("two", hand_made(tasks=[task(1, annual_cost_cny=300_000.0)]))])
    by_measures = {tuple(line.measures): line for line in found.tasks}
    scr = [line for line in found.tasks if line.source_id == "B-001" and line.measures == ("boiler-scr",)]
    assert scr[0].annual_cost_cny[1] == 300_000.0
    assert by_measures[("voc-rto", "voc-enclosure")].annual_cost_cny == (700_000.0, None)
    assert by_measures[("voc-rto", "voc-enclosure")].is_different
    counts = {line.key: line.values for line in found.measures}
    assert counts[("boiler-scr",)][1] == 1.0
    assert counts[("voc-rto", "voc-enclosure")] == (1.0, None)


def test_an_answer_without_a_plan_has_no_money() -> None:
    found = compare([("plan", hand_made()), ("none", infeasible())])
    assert found.statuses == ("OPTIMAL", "INFEASIBLE")
    annual = next(line for line in found.money if line.key == ("annual_cny",))
    assert (annual.values, annual.is_different) == ((1_050_000.5, None), True)


def test_one_answer_is_no_comparison() -> None:
    with pytest.raises(ValueError, match="two or more"):
        compare([("one", hand_made())])


def test_the_tables_list_only_tasks_that_differ() -> None:
    found = compare([("one", hand_made()), ("two", hand_made())])
    assert comparison_tables(found)[-1].rows == []
    tree = plain(found.to_json())
    assert [answer["name"] for answer in tree["answers"]] == ["one", "two"]
    assert all(not line["is_different"] for line in tree["money"])
