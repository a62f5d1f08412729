"""What happens on the page Tasks: rows on demand, groups, the picked task, files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from dash import ALL, Dash, Input, Output, ctx, html, no_update
from dash import State as Kept
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate

from dashboard.kit import notice, say
from dashboard.pages.tasks import GROUPS, detail, groups, row
from dashboard.service import Service
from dashboard.state import State, read_state
from model.problems import InputError
from scenarios.answering.result import Json
from scenarios.live.edits import forbid, lock
from scenarios.live.finals import BusyError
from scenarios.live.listing import Order, listed, window
from scenarios.wording.shown import MONEY, names_of, percent

KINDS: Mapping[str, str] = {
    "xlsx": "tasks.xlsx",
    "docx": "plan.docx",
    "csv": "tasks.csv",
    "html": "report.html",
    "json": "result.json",
}
MOST_TEXT = 80


def register(app: Dash, service: Service) -> None:
    """Answer what is done on the page Tasks."""

    @app.callback(Output("grid", "getRowsResponse"), Input("grid", "getRowsRequest"), Kept("live", "data"))
    def rows(request: object, live: object) -> dict[str, Any]:
        return rows_of(service, _state(service, live), request)

    @app.callback(
        Output("groups", "children"), Input("group-by", "value"), Kept("live", "data"), prevent_initial_call=True
    )
    def group(by: object, live: object) -> Component:
        state = _state(service, live)
        return groups(state, service, by if isinstance(by, str) and by in GROUPS else "district")

    @app.callback(
        Output("detail", "children"), Input("grid", "selectedRows"), Kept("live", "data"), prevent_initial_call=True
    )
    def pick(selected: object, live: object) -> list[Component]:
        state = _state(service, live)
        return detail(state, _picked(service, state, selected))

    @app.callback(
        Output("why", "children"),
        Output("route", "data", allow_duplicate=True),
        Input({"type": "do", "what": ALL, "task": ALL}, "n_clicks"),
        Kept("live", "data"),
        prevent_initial_call=True,
    )
    def act(clicks: list[object], live: object) -> tuple[Any, Any]:
        if not any(clicks):
            raise PreventUpdate
        return act_on(service, _state(service, live), ctx.triggered_id)

    @app.callback(
        Output("final", "children"),
        Output("tick", "disabled"),
        Input({"type": "export", "kind": ALL}, "n_clicks"),
        Input("tick", "n_intervals"),
        Kept("live", "data"),
        prevent_initial_call=True,
    )
    def export(clicks: list[object], _: object, live: object) -> tuple[Any, Any]:
        if not any(clicks):
            raise PreventUpdate
        return final_of(service, _state(service, live))


def rows_of(service: Service, state: State, request: object) -> dict[str, Any]:
    """Return the rows a grid asks for, at most 100."""
    if not isinstance(request, dict):
        raise PreventUpdate
    first, last = (value if isinstance(value := request.get(name), int) else 0 for name in ("startRow", "endRow"))
    names = names_of(service.view(state).result)
    found = listed(service.tasks(state), _filters(request), _orders(request), state.language)
    return {"rowData": [row(state, task, names) for task in window(found, first, last)], "rowCount": len(found)}


def _filters(request: Mapping[str, Any]) -> dict[str, str]:
    model = request.get("filterModel")
    pairs = model.items() if isinstance(model, dict) else ()
    return {name: str(rule.get("filter", ""))[:MOST_TEXT] for name, rule in pairs if isinstance(rule, dict)}


def _orders(request: Mapping[str, Any]) -> list[Order]:
    model = request.get("sortModel")
    rules: Sequence[object] = model if isinstance(model, list) else ()
    return [Order(str(rule.get("colId")), rule.get("sort") == "desc") for rule in rules[:3] if isinstance(rule, dict)]


def act_on(service: Service, state: State, touched: object) -> tuple[Any, Any]:
    """Return why a task is in, or the state with it locked or forbidden."""
    named: Mapping[str, Any] = touched if isinstance(touched, dict) else {}
    task, what = _task(service, state, named.get("task")), named.get("what")
    if task is None or what not in {"lock_in", "forbid_here", "forbid_all", "why"}:
        raise PreventUpdate
    if what == "why":
        return html.P(_why(service, state, task), className="why"), no_update
    return no_update, {"href": _changed(state, task, str(what)).href(), "push": True}


def _changed(state: State, task: Json, what: str) -> State:
    if what == "lock_in":
        return state.with_edit(*lock(str(task["source_id"]), task["measures"], int(task["start_year"])))
    for measure in task["measures"]:
        source = str(task["source_id"]) if what == "forbid_here" else None
        state = state.with_edit(*forbid(measure, source))
    return state


def _why(service: Service, state: State, task: Json) -> str:
    """Say what the plan would cost without a task."""
    if task["is_decided"]:
        return say(state, "why_fixed")
    now = service.view(state).result
    try:
        then = service.without(state, task).result
    except InputError:
        return say(state, "why_none")
    if then.objective.value is None or now.objective.value is None:
        return say(state, "why_none")
    rise = then.objective.value - now.objective.value
    if rise <= (now.gap or 0.0) * abs(now.objective.value):
        return say(state, "why_same")
    return say(state, "why_cost", cost=MONEY.say(rise), share=percent(rise / abs(now.objective.value)))


def final_of(service: Service, state: State) -> tuple[Any, Any]:
    """Say where the plan to hand out stands; once it is there, link its files."""
    try:
        final = service.final(state)
    except BusyError:
        return notice(say(state, "busy"), []), True
    if not final.is_done:
        return html.Span(say(state, "making", seconds=f"{final.seconds:.0f}"), role="status"), False
    if final.result is None:
        return notice(say(state, "bad_link"), final.problems), True
    links = [
        html.A(name, href=f"/files/{name}{state.search()}", className="button", download=name)
        for name in KINDS.values()
    ]
    return html.Div([html.Span(say(state, "ready")), *links], className="tools", role="status"), True


def _state(service: Service, live: object) -> State:
    return replace(read_state(live, service.scenario_ids()), path="/tasks")


def _picked(service: Service, state: State, selected: object) -> Json | None:
    first = selected[0] if isinstance(selected, list) and selected else None
    return _task(service, state, first.get("task_id")) if isinstance(first, dict) else None


def _task(service: Service, state: State, task_id: object) -> Json | None:
    return next((task for task in service.tasks(state) if task["task_id"] == task_id), None)
