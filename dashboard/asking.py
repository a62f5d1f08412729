"""What happens on the other pages: curves, map, limits, versions, data."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dash import Dash, Input, Output, html, no_update
from dash import State as Kept
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate

from dashboard.kit import notice, say
from dashboard.pages.curves import mac_of, trade_of
from dashboard.pages.data import checked, grid
from dashboard.pages.places import map_of
from dashboard.pages.reaching import together
from dashboard.service import Service
from dashboard.state import State, read_state
from scenarios.figures import Figure
from scenarios.live.browse import window
from scenarios.live.finals import BusyError
from scenarios.versions import NotSavedError

LIVE = Kept("live", "data")
NAME_LENGTH = 200


def register(app: Dash, service: Service) -> None:
    """Answer what is asked on the pages that show more than the plan itself."""
    _pictures(app, service)
    _data(app, service)
    _jobs(app, service)


def _pictures(app: Dash, service: Service) -> None:
    @app.callback(Output("mac", "figure"), Input("mac-of", "value"), LIVE, prevent_initial_call=True)
    def mac(pollutant: object, live: object) -> Figure:
        state = _state(service, live)
        return mac_of(state, service.view(state), pollutant)

    @app.callback(Output("trade-off", "figure"), Input("trade-of", "value"), LIVE)
    def trade(lever: object, live: object) -> Figure:
        state = _state(service, live)
        return trade_of(state, service.view(state), service, lever)

    @app.callback(Output("map", "figure"), Input("map-of", "value"), LIVE, prevent_initial_call=True)
    def place(shown: object, live: object) -> Figure:
        state = _state(service, live)
        return map_of(state, service.view(state), shown)


def _data(app: Dash, service: Service) -> None:
    @app.callback(
        Output("browse-grid", "getRowsResponse"),
        Input("browse-grid", "getRowsRequest"),
        Kept("shelf-of", "value"),
        LIVE,
    )
    def rows(request: object, shelf: object, live: object) -> dict[str, Any]:
        return rows_of(service, _state(service, live), shelf, request)

    @app.callback(Output("shelf-grid", "children"), Input("shelf-of", "value"), LIVE, prevent_initial_call=True)
    def table(shelf: object, live: object) -> Component:
        state = _state(service, live)
        return grid(state, service.browse(state, str(shelf)))

    @app.callback(Output("checked", "children"), Input("upload", "contents"), LIVE, prevent_initial_call=True)
    def upload(contents: object, live: object) -> list[Component]:
        state = _state(service, live)
        return checked(state, service.judge(contents))


def _jobs(app: Dash, service: Service) -> None:
    @app.callback(
        Output("reach-out", "children"),
        Output("reach-tick", "disabled"),
        Input("reach-go", "n_clicks"),
        Input("reach-tick", "n_intervals"),
        LIVE,
        prevent_initial_call=True,
    )
    def reach(clicks: object, _: object, live: object) -> tuple[Any, Any]:
        return reach_of(service, _state(service, live), clicks)

    @app.callback(
        Output("saved", "children"),
        Output("save-tick", "disabled"),
        Output("route", "data", allow_duplicate=True),
        Input("save-go", "n_clicks"),
        Input("save-tick", "n_intervals"),
        Kept("save-name", "value"),
        Kept("save-author", "value"),
        LIVE,
        prevent_initial_call=True,
    )
    def save(clicks: object, _: object, name: object, author: object, live: object) -> tuple[Any, Any, Any]:
        return saved(service, _state(service, live), clicks, name=name, author=author)


def rows_of(service: Service, state: State, shelf: object, request: object) -> dict[str, Any]:
    """Return the rows that a table of the data page asks for, at most 100, those that hold what is looked for."""
    if not isinstance(request, Mapping):
        raise PreventUpdate
    first, last = (value if isinstance(value := request.get(name), int) else 0 for name in ("startRow", "endRow"))
    table = service.browse(state, str(shelf))
    rules = request.get("filterModel")
    wanted = (
        {name: str(rule.get("filter", ""))[:80].casefold() for name, rule in rules.items() if isinstance(rule, Mapping)}
        if isinstance(rules, Mapping)
        else {}
    )
    if not wanted:
        rows = window(table, first, last, state.language)
        return {"rowData": [_row(cells) for cells in rows], "rowCount": table.count}
    found = [
        row
        for row in map(_row, table.cells(0, table.count, state.language))
        if all(text in row.get(name, "").casefold() for name, text in wanted.items())
    ]
    return {"rowData": found[first : min(last, first + 100)], "rowCount": len(found)}


def _row(cells: Any) -> dict[str, str]:  # noqa: ANN401 - a sequence of texts
    return {f"c{number}": str(cell) for number, cell in enumerate(cells)}


def reach_of(service: Service, state: State, clicks: object) -> tuple[Any, Any]:
    """Say where the thorough answer stands; once it is there, show it."""
    if not clicks:
        raise PreventUpdate
    try:
        final = service.limits(state)
    except BusyError:
        return notice(say(state, "busy"), []), True
    if not final.is_done:
        return html.P(say(state, "making", seconds=f"{final.seconds:.0f}"), role="status"), False
    return together(state, service.view(state), final), True


def saved(service: Service, state: State, clicks: object, *, name: object, author: object) -> tuple[Any, Any, Any]:
    """Save the state as a version once its plan is worked out."""
    if not clicks:
        raise PreventUpdate
    named = name[:NAME_LENGTH] if isinstance(name, str) else ""
    try:
        final = service.save(state, name=named, author=author[:NAME_LENGTH] if isinstance(author, str) else "")
    except BusyError:
        return notice(say(state, "busy"), []), True, no_update
    except NotSavedError as error:
        return notice(state.say(error.says), []), True, no_update
    if not final.is_done:
        return html.P(say(state, "making", seconds=f"{final.seconds:.0f}"), role="status"), False, no_update
    if final.problems:
        return notice(say(state, "bad_link"), final.problems), True, no_update
    return "", True, {"href": state.href("/compare")}


def _state(service: Service, live: object) -> State:
    return read_state(live, service.scenario_ids())
