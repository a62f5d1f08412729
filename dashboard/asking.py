"""What happens on the other pages: curves, map, limits, data."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dash import ALL, MATCH, Dash, Input, Output, ctx, html, no_update
from dash import State as Kept
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate

from dashboard.kit import link, notice, say
from dashboard.pages.answers import answered
from dashboard.pages.curves import mac_of, trade_of
from dashboard.pages.data import checked, grid
from dashboard.pages.places import map_of
from dashboard.pages.reaching import together
from dashboard.service import Service
from dashboard.state import State, read_state
from model.problems import InputError
from scenarios.figures import Figure
from scenarios.live.browse import window
from scenarios.live.finals import BusyError
from scenarios.live.inquiries import ASK

LIVE = Kept("live", "data")


def register(app: Dash, service: Service) -> None:
    """Answer what is asked on the pages that show more than the plan itself."""
    _pictures(app, service)
    _data(app, service)
    _jobs(app, service)
    _inquiries(app, service)


def _pictures(app: Dash, service: Service) -> None:
    @app.callback(
        Output("mac", "figure"), Input({"type": "about", "of": "mac"}, "value"), LIVE, prevent_initial_call=True
    )
    def mac(pollutant: object, live: object) -> Figure:
        state = _state(service, live)
        return mac_of(state, service.view(state), pollutant)

    @app.callback(Output("trade-off", "figure"), Input({"type": "about", "of": "frontier"}, "value"), LIVE)
    def trade(lever: object, live: object) -> Figure:
        state = _state(service, live)
        return trade_of(state, service.view(state), service, lever)

    @app.callback(
        Output("map", "figure"),
        Output("outlines-said", "children"),
        Input("map-of", "value"),
        Input("outlines", "contents"),
        LIVE,
        prevent_initial_call=True,
    )
    def place(shown: object, contents: object, live: object) -> tuple[Any, Any]:
        return placed(service, _state(service, live), shown, contents if ctx.triggered_id == "outlines" else None)


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

    @app.callback(
        Output("checked", "children"),
        Input("upload", "contents"),
        Kept("upload", "filename"),
        LIVE,
        prevent_initial_call=True,
    )
    def upload(contents: object, name: object, live: object) -> list[Component]:
        return received(service, _state(service, live), contents, name)


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


def _inquiries(app: Dash, service: Service) -> None:
    @app.callback(
        Output({"type": "ask-out", "kind": MATCH}, "children"),
        Output({"type": "ask-tick", "kind": MATCH}, "disabled"),
        Output({"type": "ask-box", "kind": MATCH}, "hidden"),
        Output({"type": "ask-about", "kind": MATCH}, "data"),
        Input({"type": "ask-go", "kind": MATCH}, "n_clicks"),
        Input({"type": "ask-stop", "kind": MATCH}, "n_clicks"),
        Input({"type": "ask-tick", "kind": MATCH}, "n_intervals"),
        Kept({"type": "ask-about", "kind": MATCH}, "data"),
        Kept({"type": "about", "of": ALL}, "value"),
        Kept({"type": "about", "of": ALL}, "id"),
        LIVE,
        prevent_initial_call=True,
    )
    def ask(_go: object, _stop: object, _tick: object, asked: object, *sent: Any) -> tuple[Any, ...]:  # noqa: ANN401 - a browser's
        named = ctx.triggered_id
        kind = str(named.get("kind")) if isinstance(named, dict) else ""
        chosen = next((str(value) for value, one in zip(*sent[:2], strict=True) if one["of"] == kind), "")
        what = str(named.get("type")).removeprefix("ask-") if isinstance(named, dict) else ""
        about = chosen if what == "go" else str(asked or "")
        return *inquiry_of(service, _state(service, sent[2]), kind, what, about=about), about


def inquiry_of(service: Service, state: State, kind: str, what: str, *, about: str) -> tuple[Any, bool, bool]:
    """Ask a question, take it back, or see where it stands; once it is answered, show what came out.

    Also returned: whether the clock stands still, and whether there is nothing to take back.
    """
    if kind not in ASK or what not in {"go", "stop", "tick"}:
        raise PreventUpdate
    if what == "stop":
        service.take_back(state, kind, about)
    try:
        found = service.ask(state, kind, about) if what == "go" else service.look(state, kind, about)
    except BusyError:
        return notice(say(state, "busy"), []), True, True
    if found is None or what == "stop":
        return html.P(say(state, "stopped"), className="note", role="status"), True, True
    if not found.is_done:
        word = "asking" if not found.ahead else "waiting"
        said = say(state, word, seconds=f"{found.seconds:.0f}", ahead=found.ahead)
        return html.P(said, role="status"), False, False
    if found.answer is None:
        return (
            notice(say(state, "no_reply"), [problem.what.say(state.language) for problem in found.problems]),
            True,
            True,
        )
    return answered(state, found.answer), True, True


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


def placed(service: Service, state: State, shown: object, contents: object) -> tuple[Any, Any]:
    """Return the map, with outlines that were just handed in; why these cannot be used, otherwise."""
    if contents is not None:
        try:
            service.draw(state, contents)
        except InputError as error:
            said = [problem.say(state.language) for problem in error.problems]
            return no_update, notice(say(state, "no_outlines"), said)
    return map_of(state, service.view(state), service, shown), ""


def received(service: Service, state: State, contents: object, name: object) -> list[Component]:
    """Say what a workbook holds and what is wrong with it; a good one can be planned with at once."""
    found = service.judge(contents)
    said = checked(state, found)
    if found.problems:
        return said
    try:
        there = service.adopt(state, contents, name)
    except InputError as error:
        return [*said, notice(say(state, "no_plan_of_it"), [problem.say(state.language) for problem in error.problems])]
    way = link(say(state, "plan_with_it"), there.href(), is_button=True)
    return [*said, html.P(say(state, "plan_note"), className="note"), html.Div(way, className="tools")]


def reach_of(service: Service, state: State, clicks: object) -> tuple[Any, Any]:
    """Say where the thorough answer stands; once it is there, show it."""
    if not clicks:
        raise PreventUpdate
    try:
        final = service.final(state)
    except BusyError:
        return notice(say(state, "busy"), []), True
    if not final.is_done:
        return html.P(say(state, "making", seconds=f"{final.seconds:.0f}"), role="status"), False
    return together(state, service.view(state), final), True


def _state(service: Service, live: object) -> State:
    return read_state(live, service.scenario_ids())
