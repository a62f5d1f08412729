"""Map and timeline: where the money goes, and when tasks are due."""

from __future__ import annotations

from dataclasses import replace

import dash_mantine_components as dmc
from dash import dcc, html
from dash.development.base_component import Component

from dashboard.kit import bare, card, extra, icon, picture, say
from dashboard.numbers import SHOWN
from dashboard.pages.tasks import groups
from dashboard.service import Service, View
from dashboard.state import State
from dashboard.verdict import verdict
from scenarios.figures import Figure, MapValue, district_map, timeline
from scenarios.live.tiles import tiles
from scenarios.wording.shown import symbol

VALUES: tuple[MapValue, ...] = ("capital", "annual_cost")


def map_page(state: State, view: View, service: Service) -> list[Component]:
    """Return the map."""
    if not view.is_answered:
        return [verdict(state, view, service)]
    data = [{"value": name, "label": say(state, name)} for name in VALUES]
    data += [{"value": f"reduction-{p}", "label": f"{symbol(p)} {say(state, 'reduction')}"} for p in SHOWN]
    return [
        verdict(state, view, service),
        card(
            say(state, "map"),
            [
                dmc.SegmentedControl(id="map-of", data=data, value="capital", size="xs"),
                picture("map", map_of(state, view, service, "capital"), say(state, "map")),
                *_own_outlines(state),
            ],
            note=say(state, "map_note"),
            className="gap",
        ),
    ]


def _own_outlines(state: State) -> list[Component]:
    """Return where a planner hands in the outlines of the districts."""
    drop = dcc.Upload(
        html.Div([icon("upload"), say(state, "outlines")], className="drop"),
        id="outlines",
        accept=".geojson,.json",
        max_size=3_000_000,
        multiple=False,
    )
    return [drop, html.Div(id="outlines-said", **extra({"aria-live": "polite"}))]


def map_of(state: State, view: View, service: Service, shown: object) -> Figure:
    """Return the map of a value by district: outlines where there are any, otherwise tiles."""
    cost = view.result.cost
    names = sorted(str(row["district"]) for row in (cost.by_district if cost else []))
    areas = service.outlines(state) or tiles(names)
    value, _, pollutant = str(shown).partition("-")
    if value == "reduction":
        known = pollutant if pollutant in SHOWN else SHOWN[0]
        return bare(district_map(view.result, areas, state.language, value="reduction", pollutant=known))
    chosen: MapValue = "annual_cost" if value == "annual_cost" else "capital"
    return bare(district_map(view.result, areas, state.language, value=chosen))


def timeline_page(state: State, view: View, service: Service) -> list[Component]:
    """Return the timeline."""
    if not view.is_answered:
        return [verdict(state, view, service)]
    tasks = replace(view.result, tasks=service.tasks(state))
    return [
        verdict(state, view, service),
        html.Div(
            [
                card(
                    say(state, "timeline"),
                    picture("timeline", timeline(tasks, state.language), say(state, "timeline")),
                ),
                card(say(state, "by_due"), groups(state, service, "due")),
            ],
            className="stack gap",
        ),
    ]
