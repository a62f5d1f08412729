"""Rows, groups, actions and files of the page Tasks, and what the other pages ask, without a browser."""

from __future__ import annotations

import base64
import json
import time
from typing import Any

import pytest
from dash import no_update
from dash.exceptions import PreventUpdate
from flask.testing import FlaskClient

from dashboard import asking, keeping, tasking
from dashboard.service import Service
from dashboard.state import State
from scenarios.live.archive import Wish
from scenarios.live.finals import BusyError, Final

TASKS = State("/tasks")
SMALL = State("/tasks", "lingwu-2020")
"""A scenario of 200 sources, for what is solved to the end."""


def shown(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, default=lambda part: part.to_plotly_json())


def test_at_most_a_hundred_rows_leave_at_once(service: Service) -> None:
    found = tasking.rows_of(service, TASKS, {"startRow": 0, "endRow": 100_000})
    assert len(found["rowData"]) == 100
    assert found["rowCount"] == len(service.view(TASKS).result.tasks)


def test_rows_are_filtered_and_sorted(service: Service) -> None:
    request = {
        "startRow": 0,
        "endRow": 50,
        "filterModel": {"district": {"filter": "德清"}, "capital_cny": {"filter": "9"}, "odd": 3},
        "sortModel": [{"colId": "capital_cny", "sort": "desc"}, "odd"],
    }
    rows = tasking.rows_of(service, TASKS, request)["rowData"]
    assert {row["district"] for row in rows} == {"德清县"}
    capital = [float(row["capital_cny"].replace(",", "")) for row in rows]
    assert capital == sorted(capital, reverse=True)
    by_tonnes = {"startRow": 0, "endRow": 5, "sortModel": [{"colId": "reduction_t_per_year.nox", "sort": "desc"}]}
    tonnes = [
        float(row["reduction_t_per_year"]["nox"].replace(",", ""))
        for row in tasking.rows_of(service, TASKS, by_tonnes)["rowData"]
    ]
    assert tonnes == sorted(tonnes, reverse=True)


@pytest.mark.parametrize("request_", [None, 3, "x", []])
def test_a_request_that_is_none_is_left_alone(service: Service, request_: object) -> None:
    with pytest.raises(PreventUpdate):
        tasking.rows_of(service, TASKS, request_)


def test_a_task_is_locked_and_forbidden_by_edits(service: Service) -> None:
    task = service.view(TASKS).result.tasks[5]
    for what, sign in (("lock_in", "requirement.only-"), ("forbid_here", "-at-"), ("forbid_all", "requirement.no-")):
        why, route = tasking.act_on(service, TASKS, {"what": what, "task": task["task_id"]})
        assert why is no_update
        assert sign in route["href"]


def test_why_a_task_is_in_is_found_by_leaving_it_out(service: Service) -> None:
    tasks = service.view(TASKS).result.tasks
    free = next(task for task in tasks if not task["is_decided"])
    decided = next(task for task in tasks if task["is_decided"])
    assert "不做这一项" in shown(tasking.act_on(service, TASKS, {"what": "why", "task": free["task_id"]})[0])
    assert "已定项目" in shown(tasking.act_on(service, TASKS, {"what": "why", "task": decided["task_id"]})[0])


@pytest.mark.parametrize("touched", [None, 3, {"what": "why"}, {"what": "drop", "task": "T00001"}])
def test_an_unknown_action_does_nothing(service: Service, touched: object) -> None:
    with pytest.raises(PreventUpdate):
        tasking.act_on(service, TASKS, touched)


def test_files_leave_once_the_plan_is_worked_out(service: Service, client: FlaskClient) -> None:
    said, is_idle = tasking.final_of(service, SMALL)
    while not is_idle:
        time.sleep(0.2)
        said, is_idle = tasking.final_of(service, SMALL)
    assert "tasks.xlsx" in shown(said)
    for name in tasking.KINDS.values():
        answer = client.get(f"/files/{name}{SMALL.search()}")
        assert answer.status_code == 200
        assert "attachment" in answer.headers["Content-Disposition"]
    assert client.get("/files/template.xlsx").data.startswith(b"PK")


def test_a_plan_that_is_not_worked_out_has_no_files(
    service: Service, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "file", lambda *_: None)
    assert client.get(f"/files/tasks.xlsx{TASKS.search()}").status_code == 409


class _Stub(Service):
    """A service whose plans stand where a test wants them."""

    def __init__(self, found: Final | None) -> None:
        super().__init__()
        self._found = found

    def final(self, state: State) -> Final:
        assert state.scenario
        if self._found is None:
            raise BusyError
        return self._found


def test_waiting_refused_and_busy_plans_say_so() -> None:
    cases: list[tuple[Final | None, str, bool]] = [
        (Final(is_done=False, seconds=3.2), "已用 3 秒", False),
        (Final(is_done=True, seconds=1.0, problems=("坏",)), "坏", True),
        (None, "等待的任务太多", True),
    ]
    for found, words, is_idle in cases:
        stub = _Stub(found)
        asked = (tasking.final_of(stub, TASKS), keeping.saved(stub, TASKS, Wish("乙", "首稿"))[:2])
        for said, idle in (*asked, asking.reach_of(stub, TASKS, 1)):
            assert words in shown(said)
            assert idle is is_idle
        stub.close()


def test_nothing_is_worked_out_before_it_is_asked_for(service: Service) -> None:
    with pytest.raises(PreventUpdate):
        asking.reach_of(service, TASKS, None)


def test_tables_are_looked_through_a_page_at_a_time(service: Service) -> None:
    found = asking.rows_of(service, State("/data"), "voc_lines", {"startRow": 0, "endRow": 9_999})
    assert len(found["rowData"]) == 100
    assert found["rowCount"] == 349
    catalogue = asking.rows_of(
        service, State("/data"), "catalogue", {"startRow": 0, "endRow": 20, "filterModel": {"c0": {"filter": "SCR"}}}
    )
    assert catalogue["rowData"]
    assert all("SCR" in row["c0"] for row in catalogue["rowData"])
    with pytest.raises(PreventUpdate):
        asking.rows_of(service, State("/data"), "prices", None)


@pytest.mark.parametrize(
    "contents", [None, 7, "", "data:,x", "data:x;base64,????", "data:x;base64," + base64.b64encode(b"no zip").decode()]
)
def test_what_is_no_workbook_is_refused_in_words(service: Service, contents: Any) -> None:  # noqa: ANN401 - whatever is sent
    assert service.judge(contents).problems
