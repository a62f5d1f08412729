"""Cost curves: what each further tonne costs, and what the plan costs at other levels of a requirement."""

from __future__ import annotations

import dash_mantine_components as dmc
from dash import dcc, html
from dash.development.base_component import Component

from dashboard.kit import bare, card, extra, picture, say
from dashboard.numbers import SHOWN
from dashboard.pages.answers import panel
from dashboard.service import Service, View
from dashboard.state import State
from dashboard.verdict import verdict
from scenarios.figures import Figure, mac_curve
from scenarios.wording.shown import symbol

HEIGHT = "400px"


def page(state: State, view: View, service: Service) -> list[Component]:
    """Return the page."""
    if not view.is_answered:
        return [verdict(state, view, service)]
    levers = [{"value": lever.requirement_id, "label": state.say(lever.title)} for lever in view.levers]
    pollutants = [{"value": pollutant, "label": symbol(pollutant)} for pollutant in SHOWN]
    mac = card(
        say(state, "mac"),
        [
            dmc.SegmentedControl(id={"type": "about", "of": "mac"}, data=pollutants, value="nox", size="xs"),
            picture("mac", mac_curve(view.result, "nox", state.language), say(state, "mac")),
        ],
        note=say(state, "mac_note"),
    )
    graph = dcc.Graph(id="trade-off", responsive=True, config={"displayModeBar": False}, style={"height": HEIGHT})
    trade = card(
        say(state, "trade_off"),
        [
            dmc.Select(
                id={"type": "about", "of": "frontier"},
                data=levers,
                value=levers[0]["value"] if levers else None,
                label=say(state, "requirement"),
                size="xs",
                allowDeselect=False,
                w=320,
            ),
            html.Div(
                dcc.Loading(graph, type="dot", delay_show=200),
                className="picture",
                role="img",
                tabIndex="0",
                **extra({"aria-label": say(state, "trade_off")}),
            ),
        ],
        note=say(state, "trade_note"),
    )
    asked = {kind: panel(state, kind) for kind in ("frontier", "mac", "alternatives")}
    shown = [trade, asked["frontier"], mac] if levers else [mac]
    return [
        verdict(state, view, service),
        html.Div([*shown, asked["mac"], asked["alternatives"]], className="stack gap"),
    ]


def mac_of(state: State, view: View, pollutant: object) -> Figure:
    """Return the curve of a pollutant."""
    known = pollutant if isinstance(pollutant, str) and pollutant in SHOWN else SHOWN[0]
    return bare(mac_curve(view.result, known, state.language))


def trade_of(state: State, view: View, service: Service, lever_id: object) -> Figure:
    """Return the curve of a requirement."""
    lever = next((one for one in view.levers if one.requirement_id == lever_id), view.levers[0])
    return bare(service.trade_off(state, lever))
