"""What happens when something is moved: one action, one callback, one solve, every number and picture in one answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from dash import ALL, MATCH, ClientsideFunction, Dash, Input, Output, ctx, no_update
from dash import State as Kept
from dash.exceptions import PreventUpdate

from dashboard.lane import PATIENT_S, Lane
from dashboard.numbers import SHOWN
from dashboard.pages.try_it import excluded
from dashboard.service import Service, View, lever_value
from dashboard.sheet import refusal, sheet
from dashboard.state import State, read_state
from model.problems import InputError
from scenarios.live.edits import Edits, forbid, with_edit
from scenarios.live.levers import miss_price

MOST_BACK = 100
PERCENT = 100.0
RATE = "discount_rate"
HIGHEST = 1e12

OUTPUTS = (
    Output("live", "data", allow_duplicate=True),
    Output("past", "data"),
    Output({"type": "slid", "id": ALL}, "value"),
    Output({"type": "soft", "id": ALL}, "value"),
    Output("excluded", "value"),
    Output("answer", "data"),
    Output("moved", "data"),
)
INPUTS = (
    Input({"type": "slid", "id": ALL}, "value"),
    Input({"type": "soft", "id": ALL}, "value"),
    Input("excluded", "value"),
    Input("pollutant", "value"),
    Input("undo", "n_clicks"),
    Input("redo", "n_clicks"),
    Input("reset", "n_clicks"),
    Input("offer", "data"),
    Input("settle", "data"),
    Kept({"type": "slid", "id": ALL}, "id"),
    Kept({"type": "soft", "id": ALL}, "id"),
    Kept("live", "data"),
    Kept("past", "data"),
)
TOUCHED = ("undo", "redo", "reset", "offer", "slid", "soft", "excluded", "pollutant", "settle")
"""What can be touched, what counts more first."""


@dataclass(frozen=True, slots=True)
class Moved:
    """What the page sends: where everything stands, what was touched, and the states before."""

    touched: str
    values: Mapping[str, float]
    order: tuple[str, ...]
    prices: Mapping[str, float]
    priced: tuple[str, ...]
    offered: str
    left_out: tuple[str, ...]
    pollutant: str
    live: State
    back: tuple[str, ...]
    ahead: tuple[str, ...]


def register(app: Dash, service: Service) -> None:
    """Answer whatever is moved on the page Try; what settles a preview lets moves go first."""
    lane = Lane()

    @app.callback(*OUTPUTS, *INPUTS, prevent_initial_call=True)
    def move(*sent: Any) -> tuple[Any, ...]:  # noqa: ANN401 - whatever a browser sends
        touched = touched_first([prop["prop_id"] for prop in ctx.triggered if prop["value"] is not None])
        moved = read_move(service, touched, sent)
        with lane.turn(PATIENT_S if touched == "settle" else 0.0):
            return answer(service, moved)

    app.clientside_callback(  # type: ignore[no-untyped-call]
        ClientsideFunction("jianpai", "pair"),
        Output({"type": "slid", "id": MATCH}, "value", allow_duplicate=True),
        Output({"type": "typed", "id": MATCH}, "value"),
        Input({"type": "slid", "id": MATCH}, "value"),
        Input({"type": "typed", "id": MATCH}, "value"),
        prevent_initial_call=True,
    )


def touched_first(props: Sequence[str]) -> str:
    """Return what of everything that a request says has moved counts: a wish before the clock that settles a preview.

    A slider moved while the clock went off comes in one request with it; taken for the clock alone, the move is lost.
    """
    found = [kind for kind in TOUCHED if any(f'"{kind}"' in prop or prop.startswith(f"{kind}.") for prop in props)]
    if not found:
        raise PreventUpdate
    return found[0]


def read_move(service: Service, touched: str, sent: Sequence[Any]) -> Moved:
    """Return what the page sent, with whatever is not of the right kind left out."""
    slid, soft, left_out, pollutant, _, _, _, offer, _, ids, soft_ids, live, past = sent
    names, priced = _named(ids, "id"), _named(soft_ids, "id")
    past = past if isinstance(past, dict) else {}
    return Moved(
        touched=touched,
        values=_numbers(names, slid),
        order=tuple(names),
        prices=_numbers(priced, soft),
        priced=tuple(priced),
        offered=str(offer.get("id")) if isinstance(offer, dict) else "",
        left_out=tuple(name for name in left_out if isinstance(name, str))[:100] if isinstance(left_out, list) else (),
        pollutant=pollutant if pollutant in SHOWN else SHOWN[0],
        live=replace(read_state(live, service.scenario_ids()), path="/try"),
        back=_searches(past.get("back")),
        ahead=_searches(past.get("ahead")),
    )


def answer(service: Service, moved: Moved) -> tuple[Any, ...]:
    """Return every output of a move."""
    is_fine = moved.touched == "settle"
    state, back, ahead = _next(service, moved)
    is_slid = moved.touched in {"slid", "soft", "excluded", "pollutant", "settle"}
    if state == moved.live and moved.touched in {"slid", "soft", "excluded"}:
        raise PreventUpdate
    is_moved = moved.touched not in {"pollutant", "settle"} or state != moved.live
    past = {"back": back[-MOST_BACK:], "ahead": ahead[-MOST_BACK:]} if is_moved else no_update
    live = no_update if is_fine and not is_moved else state.search()
    still = _still(moved)
    try:
        view = service.view(state, is_fine=is_fine)
    except InputError as error:
        return (live, past, *still, refusal(state, error), live)
    stand = still if is_slid else _stand(view, state, moved)
    return (live, past, *stand, sheet(service, state, view, moved.pollutant, is_fine=is_fine), live)


def _still(moved: Moved) -> tuple[Any, Any, Any]:
    """Leave everything that can be moved where the hand has put it."""
    return [no_update] * len(moved.order), [no_update] * len(moved.priced), no_update


def _stand(view: View, state: State, moved: Moved) -> tuple[Any, Any, Any]:
    """Return where everything that can be moved stands in a state."""
    levers = {lever.requirement_id: lever for lever in view.levers}
    prices = [miss_price(levers[name], state.edits) if name in levers else None for name in moved.priced]
    return (
        [_standing(view, state, name) for name in moved.order],
        ["" if price is None else price for price in prices],
        excluded(state),
    )


def _next(service: Service, moved: Moved) -> tuple[State, list[str], list[str]]:
    """Return the state that a move leads to, and the states before and after it.

    Answers to quick moves may overtake each other, and then the page holds an older one: what settles a preview goes by
    where the sliders stand.
    """
    now, back, ahead = moved.live.search(), list(moved.back), list(moved.ahead)
    if moved.touched == "undo":
        return (_read(service, back.pop()), back, [*ahead, now]) if back else (moved.live, back, ahead)
    if moved.touched == "redo":
        return (_read(service, ahead.pop()), [*back, now], ahead) if ahead else (moved.live, back, ahead)
    if moved.touched == "reset":
        return replace(moved.live, edits=()), [*back, now], []
    if moved.touched == "offer":
        return service.offered(moved.live, moved.offered), [*back, now], []
    edits = moved.live.edits if moved.touched == "pollutant" else _edits(service, moved)
    if moved.touched in {"pollutant", "settle"} and dict(edits) == dict(moved.live.edits):
        return moved.live, back, ahead
    return replace(moved.live, edits=edits), [*back, now], []


def _read(service: Service, search: str) -> State:
    return replace(read_state(search, service.scenario_ids()), path="/try")


def _edits(service: Service, moved: Moved) -> Edits:
    """Return the edits that everything on the page amounts to; what the page does not hold stays."""
    base = service.view(replace(moved.live, edits=()))
    edits: Edits = tuple(
        edit for edit in moved.live.edits if edit[0].removeprefix("requirement.no-") not in excluded(moved.live)
    )
    for measure in moved.left_out:
        edits = with_edit(edits, *forbid(measure))
    for lever in base.levers:
        value, before = moved.values.get(lever.requirement_id), lever_value(lever, moved.live.edits)
        if value is not None and value != (lever.low if before is None else before):
            edits = with_edit(edits, lever.key, None if value == lever.value else lever.written(value))
        if lever.requirement_id in moved.priced:
            price = moved.prices.get(lever.requirement_id)
            if price != miss_price(lever, moved.live.edits):
                edits = with_edit(edits, lever.soft_key, None if price is None else f"{price:.10g} {lever.miss_unit}")
    rate, stated = moved.values.get(RATE), base.base.bundle.scenario.discount_rate
    if rate is not None:
        edits = with_edit(edits, RATE, None if abs(rate / PERCENT - stated) < 1e-9 else round(rate / PERCENT, 6))  # noqa: PLR2004 - rounding
    return edits


def _standing(view: View, state: State, name: str) -> float:
    """Return where a slider stands in a state."""
    if name == RATE:
        rate = dict(state.edits).get(RATE, view.base.bundle.scenario.discount_rate)
        return PERCENT * float(rate) if isinstance(rate, int | float) else 0.0
    lever = next((one for one in view.levers if one.requirement_id == name), None)
    value = None if lever is None else lever_value(lever, state.edits)
    return 0.0 if value is None else value


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= HIGHEST


def _numbers(names: Sequence[str], values: object) -> dict[str, float]:
    pairs = zip(names, values if isinstance(values, list) else [], strict=False)
    return {name: float(value) for name, value in pairs if _is_number(value)}


def _named(ids: object, key: str) -> list[str]:
    return [str(one.get(key)) for one in ids if isinstance(one, dict)] if isinstance(ids, list) else []


def _searches(found: object) -> tuple[str, ...]:
    return tuple(one for one in found if isinstance(one, str))[-MOST_BACK:] if isinstance(found, list) else ()


__all__ = ["Moved", "answer", "read_move", "register", "touched_first"]
