"""Parts of pages that only some states show, and the server itself."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import waitress

from dashboard import serve as serving
from dashboard.bullets import bar
from dashboard.changes import changes
from dashboard.pages.comparing import page as compare_page
from dashboard.pages.comparing import side_by_side
from dashboard.pages.data import checked
from dashboard.pages.places import map_of
from dashboard.pages.reaching import together
from dashboard.service import Service
from dashboard.state import State
from model.problems import Problem
from model.text import Text
from optimizer import Settings
from scenarios import run
from scenarios.live.finals import Final
from scenarios.live.intake import Verdict
from scenarios.result import Result
from scenarios.versions import Version
from tests.test_scenarios.stacks import NOX_TOTAL, load, write


def shown(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, default=lambda part: part.to_plotly_json())


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> tuple[Result, Result]:
    """Sixty tonnes, which stack A alone gives, and ninety, which take both."""
    folder = write(tmp_path_factory.mktemp("stacks"))
    more = write(tmp_path_factory.mktemp("more"), NOX_TOTAL.replace("60 t/yr", "90 t/yr"))
    return tuple(run.plan(load(one), settings=Settings(), has_reach=False) for one in (folder, more))  # type: ignore[return-value]


def version(name: str, result: Result) -> Version:
    return Version(name, "two-stacks", name, "", "2025-01-01T00:00:00", (), result)


def test_versions_side_by_side_show_cost_requirements_and_what_differs(results: tuple[Result, Result]) -> None:
    """A is built in both; B only where ninety tonnes are asked: one source differs."""
    said = shown(side_by_side(State(language="en"), [version("a", results[0]), version("b", results[1])]))
    assert "Tasks that differ (1)" in said
    assert "Stack B" in said
    assert "Stack A" not in said
    assert "80.00 / 60.00" in said
    assert "120.00 / 90.00" in said


def test_a_requirement_that_only_one_version_has_is_a_dash_in_the_other(results: tuple[Result, Result]) -> None:
    bare = replace(results[0], requirements=())
    assert "—" in shown(side_by_side(State(), [version("a", bare), version("b", results[1])]))


def test_saved_versions_are_listed_and_shown(service: Service, results: tuple[Result, Result]) -> None:
    saved = service.versions.save(scenario="huzhou-2023", name="张三的方案", author="张三", edits=(), result=results[0])
    state = State("/compare", versions=(saved,))
    page = shown(compare_page(state, service.view(State()), service))
    assert "张三的方案" in page
    assert "并排对比" in page
    assert "移出" in page


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
    assert all(word in said for word in ("锅炉", "7", "规模", "not a number", "1 problems found"))
    assert "voc_lines: 12" in shown(checked(State(), Verdict((), {"voc_lines": 12})))


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
    assert map_of(State(), service.view(State()), shown_)["data"]


class _Server:
    """Stands for a server that is stopped by the keyboard at once."""

    def __init__(self) -> None:
        self.is_closed = False

    def run(self) -> None:
        raise KeyboardInterrupt

    def close(self) -> None:
        self.is_closed = True


def test_the_server_starts_says_where_and_ends_with_the_keyboard(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    server = _Server()

    def make(_: object, **settings: Any) -> _Server:  # noqa: ANN401 - as the server takes them
        for listener in settings["sockets"]:
            listener.close()
        return server

    monkeypatch.setattr(waitress, "create_server", make)
    monkeypatch.setattr(Service, "warm", lambda *_: None)
    assert serving.serve(port=0) == 0
    assert server.is_closed
    assert "http://127.0.0.1" in capsys.readouterr().err


def test_the_first_visitor_need_not_wait(service: Service) -> None:
    service.warm("huzhou-2023")
    assert service.view(State()).is_answered
