"""Parts of pages that only some states show, and the server itself."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from pathlib import Path

import pytest

from dashboard.bullets import bar
from dashboard.changes import changes
from dashboard.kit import amount_said
from dashboard.numbers import numbers
from dashboard.pages.data import checked
from dashboard.pages.places import map_of
from dashboard.pages.reaching import together
from dashboard.service import Service
from dashboard.state import State
from dashboard.verdict import verdict
from model.problems import Problem
from model.text import Text
from optimizer import Settings
from scenarios.answering import run
from scenarios.live.edits import read_edits
from scenarios.live.finals import Final
from scenarios.live.intake import Verdict
from tests.test_scenarios.stacks import NOX_TOTAL, load, write


def shown(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, default=lambda part: part.to_plotly_json())


def test_limits_and_repairs_of_an_impossible_scenario(tmp_path: Path, service: Service) -> None:
    """130 t are asked of stacks that can give 120 t."""
    bundle = load(write(tmp_path, NOX_TOTAL.replace("60 t/yr", "130 t/yr")))
    result = run.plan(bundle, settings=Settings())
    said = shown(together(State(), service.view(State()), Final(is_done=True, seconds=1.0, result=result)))
    assert "130.00 → 120.00" in said
    assert "nox-total" in said


def test_a_repair_of_a_lever_has_a_button(service: Service) -> None:
    view = service.view(State())
    repair = {"requirement": "tp-total", "from": 20.0, "to": 10.0, "unit": "t/yr"}
    result = replace(view.result, repairs=[repair])
    said = shown(together(State(), view, Final(is_done=True, seconds=1.0, result=result)))
    assert "tp-total.amount%3D%2212.5+%25%22" in said


def test_a_refused_plan_says_why(service: Service) -> None:
    said = shown(together(State(), service.view(State()), Final(is_done=True, seconds=1.0, problems=("坏了",))))
    assert "坏了" in said


def test_every_problem_of_a_workbook_is_named_by_sheet_and_cell() -> None:
    problem = Problem("workbook.xlsx", Text("不是数", "not a number"), row=7, column="规模", sheet="锅炉")
    said = shown(checked(State(language="en"), Verdict((problem,))))
    assert all(word in said for word in ("锅炉", "7", "规模", "not a number", "Problems found: 1"))
    assert "VOCs生产线: 12" in shown(checked(State(), Verdict((), {"voc_lines": 12})))


def test_pending_unknown_and_missed_requirements_are_marked(service: Service) -> None:
    row = service.view(State()).result.requirements[0]
    assert "待定" in shown(bar(State(), replace(row, asked=None, met=None)))
    assert "—" in shown(bar(State(), replace(row, met=None)))
    assert "未满足" in shown(bar(State(), replace(row, met=False)))
    assert shown(bar(State(), replace(row, reached=None, reachable_alone=None, asked=0.0)))


def test_an_edit_of_something_gone_is_shown_as_it_stands(service: Service) -> None:
    state = State(
        edits=(("requirement.gone.amount", "3 t/yr"), ("requirement.only-x", {"kind": "fix", "source_id": "X"}))
    )
    said = shown(changes(state, service.view(State())))
    assert "requirement.gone.amount = 3 t/yr" in said
    assert "锁定: " in said


@pytest.mark.parametrize("shown_", ["capital", "annual_cost", "reduction-vocs", "reduction-odd", None, 3])
def test_the_map_shows_whatever_is_asked(service: Service, shown_: object) -> None:
    assert map_of(State(), service.view(State()), service, shown_)["data"]


def test_the_first_visitor_need_not_wait(service: Service) -> None:
    service.warm("huzhou-2023")
    assert service.view(State()).is_answered


def test_requirements_that_wait_for_a_value_are_not_called_met(service: Service) -> None:
    """Lingwu's plan leaves some values to higher authorities, Huzhou's leaves none."""
    for scenario, words in (("lingwu-2020", "Every requirement that has a value is met"), ("huzhou-2023", "is met")):
        state = State("/", scenario, "en")
        said = shown(verdict(state, service.view(state), service))
        assert words in said
        assert ("has a value" in said) is (scenario == "lingwu-2020")


def test_what_is_saved_is_proven_closer_than_what_moves_with_the_hand(service: Service) -> None:
    """The preview says its gap; the plan that is saved or handed out is solved afresh, to 0.01 %."""
    state = State("/try", edits=read_edits(["requirement.tp-total.amount=26 %"]))
    loose = service.view(state, is_fine=False)
    assert "preview" in shown(numbers(replace(state, language="en"), loose, is_fine=False))
    end = time.monotonic() + 120.0
    while not (final := service.final(state)).is_done:
        assert time.monotonic() < end
        time.sleep(0.1)
    assert final.result is not None
    assert final.result.gap is not None
    assert final.result.gap <= 1e-4
    assert final.result.ledger is not None


def test_amounts_in_levers_have_units_in_the_readers_language_and_no_powers_of_ten() -> None:
    """16 254.01 t/yr with four digits would read 1.625e+04."""
    assert amount_said(State(), 16_254.01, "t/yr") == "16,254 吨/年"
    assert amount_said(State(language="en"), 0.16, "亿元") == "0.16 ×10⁸ CNY"
    assert amount_said(State(), 67.0, "%") == "67 %"
    assert amount_said(State(), 23.0, "") == "23"
