"""What happens with saved versions: save, declare final, remove."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from dash import ALL, Dash, Input, Output, ctx, html, no_update
from dash import State as Kept
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate

from dashboard.kit import link, notice, say
from dashboard.pages.comparing import shelf
from dashboard.service import Service
from dashboard.state import State, read_state
from dashboard.users import owner
from scenarios.live.archive import LONGEST_NAME, Wish, ref_of
from scenarios.live.finals import BusyError
from scenarios.store import Saved, StoreError, Version

type Answer = tuple[Any, Any, Any, Any, Any]
"""What is said, whether the clock stands still, the list of versions, the state, its address."""

MOST_TEXT = 400
ACTS = frozenset({"final", "withdraw", "remove"})


def register(app: Dash, service: Service) -> None:
    """Answer what is done with versions on the page Compare."""

    @app.callback(
        Output("saved", "children"),
        Output("save-tick", "disabled"),
        Output("shelf", "children"),
        Output("live", "data", allow_duplicate=True),
        Output("moved", "data", allow_duplicate=True),
        Input("save-go", "n_clicks"),
        Input("save-tick", "n_intervals"),
        Kept("save-note", "value"),
        Kept("save-author", "value"),
        Kept("save-ground", "data"),
        Kept("live", "data"),
        prevent_initial_call=True,
    )
    def save(clicks: object, _: object, note: object, author: object, ground: object, live: object) -> Answer:
        if not isinstance(clicks, int) or not clicks:
            raise PreventUpdate
        return saved(service, _state(service, live), wish_of(note, author, ground, clicks))

    @app.callback(
        Output("saved", "children", allow_duplicate=True),
        Output("shelf", "children", allow_duplicate=True),
        Input({"type": "version", "what": ALL, "ref": ALL}, "n_clicks"),
        Kept("save-author", "value"),
        Kept("live", "data"),
        prevent_initial_call=True,
    )
    def act(clicks: list[object], author: object, live: object) -> tuple[Any, Any]:
        if not any(clicks):
            raise PreventUpdate
        return acted(service, _state(service, live), ctx.triggered_id, author)


def wish_of(note: object, author: object, ground: object, clicks: int) -> Wish:
    """Return what is to be saved, from whatever a browser sends; a click on a page is one wish however often sent."""
    known: Mapping[str, object] = ground if isinstance(ground, dict) else {}
    token, seen = known.get("token"), known.get("seen")
    who = owner()
    return Wish(
        author=_text(author),
        note=_text(note),
        seen=seen if isinstance(seen, int) and seen >= 0 else 0,
        owner=who,
        key=f"{who}/{token[:40]}/{clicks}" if isinstance(token, str) else None,
    )


def saved(service: Service, state: State, wish: Wish) -> Answer:
    """Save the state as a version once its plan is worked out."""
    try:
        final, done = service.save(state, replace(wish, based_on=state.based_on))
    except BusyError:
        return _still(notice(say(state, "busy"), []))
    except StoreError as error:
        return _still(notice(state.say(error.what), []))
    if done is None and not final.is_done:
        making = html.P(say(state, "making", seconds=f"{final.seconds:.0f}"), role="status")
        return making, False, no_update, no_update, no_update
    if done is None:
        return _still(notice(say(state, "bad_link"), final.problems))
    now = replace(state, based_on=done.version.number)
    return told(now, done), True, shelf(now, service), now.search(), now.search()


def told(state: State, done: Saved) -> list[Component]:
    """Say which version it became, and who else saved one meanwhile: neither is lost."""
    head = html.P(say(state, "saved_as", number=done.version.number), className="verdict good", role="status")
    if not done.meanwhile:
        return [head]
    lines = [_other(state, version) for version in done.meanwhile]
    refs = tuple(ref_of(version) for version in (*done.meanwhile[-3:], done.version))
    beside = link(say(state, "see_both"), replace(state, versions=refs).href(), is_button=True)
    return [head, notice(say(state, "meanwhile"), lines), beside]


def acted(service: Service, state: State, touched: object, author: object) -> tuple[Any, Any]:
    """Declare a version final, take that back, or remove one's own."""
    named: Mapping[str, Any] = touched if isinstance(touched, dict) else {}
    found = service.archive.find((str(named.get("ref")),), service.known(state))
    if not found or named.get("what") not in ACTS:
        raise PreventUpdate
    try:
        said = _act(service, state, found[0], str(named["what"]), _text(author).strip()[:LONGEST_NAME])
    except StoreError as error:
        said = notice(state.say(error.what), [])
    return said, shelf(state, service)


def _act(service: Service, state: State, version: Version, what: str, author: str) -> Component | str:
    store = service.archive.store
    if what == "remove":
        store.remove(version.scenario, version.number, owner())
    elif not author:
        return notice(say(state, "sign_first"), [])
    elif what == "final":
        store.declare_final(version.scenario, version.number, author)
    else:
        store.withdraw_final(version.scenario)
    return ""


def _other(state: State, version: Version) -> str:
    return say(state, "other_version", number=version.number, author=version.author, note=version.note)


def _still(said: Component) -> Answer:
    return said, True, no_update, no_update, no_update


def _text(value: object) -> str:
    return value[:MOST_TEXT] if isinstance(value, str) else ""


def _state(service: Service, live: object) -> State:
    return replace(read_state(live, service.scenario_ids()), path="/compare")
