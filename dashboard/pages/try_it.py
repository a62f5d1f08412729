"""Try: move what is asked and see the plan change."""

from __future__ import annotations

from dataclasses import replace

import dash_mantine_components as dmc
from dash import dcc, html
from dash.development.base_component import Component

from dashboard.bullets import bullets
from dashboard.kit import amount_said, card, extra, icon, picture, say, unit_said
from dashboard.numbers import SHOWN
from dashboard.service import Lever, Service, View, lever_value
from dashboard.sheet import PICTURES, figures, sheet
from dashboard.state import State
from dashboard.words import WORD
from scenarios.live.levers import miss_price
from scenarios.wording.shown import symbol

RATE = Lever("discount_rate", WORD["discount_rate"], "targets", "%", None, low=0.0, high=15.0, step=0.5)
"""The discount rate moves like an amount."""


def page(state: State, view: View, service: Service) -> list[Component]:
    """Return the page: what can be moved beside what comes of it."""
    return [
        dcc.Store(id="settle"),
        dcc.Store(id="offer"),
        dcc.Store(id="drawn"),
        dcc.Store(id="answer"),
        dcc.Store(id="first", data=sheet(service, state, view, SHOWN[0]) | {"figures": {}}),
        dcc.Store(id="past", data={"back": [], "ahead": []}),
        html.Div(
            [
                html.Div([_tools(state), *_levers(state, view), _settings(state, view, service)], className="levers"),
                html.Div(
                    [
                        html.Div(id="verdict"),
                        html.Div(
                            className="kpis small",
                            id="numbers",
                            tabIndex="0",
                            role="region",
                            **extra({"aria-label": say(state, "numbers")}),
                        ),
                        card(
                            say(state, "targets"),
                            bullets(state, view.result, is_drawn=True),
                            note=say(state, "limit_alone"),
                            id="bullets",
                        ),
                        _pictures(state, view),
                        card(say(state, "changed"), "", id="changes"),
                        html.P(say(state, "preview_note"), className="note foot"),
                    ],
                    className="outcome",
                ),
            ],
            className="trial",
        ),
    ]


def _tools(state: State) -> Component:
    named = (("undo", "undo"), ("redo", "redo"), ("reset", "reset"))
    return html.Div(
        [dmc.Button([icon(mark), say(state, name)], id=name, variant="default", size="xs") for name, mark in named],
        className="tools",
    )


def _levers(state: State, view: View) -> list[Component]:
    groups = ("targets", "counts", "money")
    return [
        card(say(state, group), [_lever(state, lever) for lever in view.levers if lever.group == group])
        for group in groups
        if any(lever.group == group for lever in view.levers)
    ]


def _lever(state: State, lever: Lever) -> Component:
    limit = "" if lever.limit is None else f"{say(state, 'reachable')} {amount_said(state, lever.limit, lever.unit)}"
    title = state.say(lever.title)
    offer = html.Span(id=f"offer-{lever.requirement_id}")
    head = [html.Span(title, className="lever-name"), offer, html.Span(limit, className="note")]
    pair = _pair(state, lever, lever_value(lever, state.edits), title)
    return html.Div([html.Div(head, className="lever-head"), pair, *_soft(state, lever, title)])


def _soft(state: State, lever: Lever, title: str) -> list[Component]:
    """Return the box for the price at which a requirement may be missed; empty says that it may not."""
    if not lever.miss_unit:
        return []
    price = miss_price(lever, state.edits)
    box = dmc.NumberInput(
        id={"type": "soft", "id": lever.requirement_id},
        value="" if price is None else price,
        min=0,
        suffix=f" {lever.miss_unit}",
        thousandSeparator=",",
        debounce=True,
        hideControls=True,
        size="xs",
        placeholder=say(state, "hard"),
        attributes={"input": {"aria-label": f"{title}: {say(state, 'soft')}"}},
    )
    pair = html.Div([html.Span(say(state, "soft"), className="note"), box], className="soft")
    return [html.Details([html.Summary(say(state, "soft_choice")), pair], className="choice", open=price is not None)]


def _pair(state: State, lever: Lever, value: float | None, title: str) -> Component:
    """Return a slider and a number box that follow each other."""
    slider = dmc.Slider(
        id={"type": "slid", "id": lever.requirement_id},
        min=lever.low,
        max=lever.high,
        step=lever.step,
        value=lever.low if value is None else value,
        marks=[] if lever.limit is None else [{"value": min(max(lever.limit, lever.low), lever.high)}],
        updatemode="mouseup",
        thumbLabel=title,
        size="sm",
    )
    box = dmc.NumberInput(
        id={"type": "typed", "id": lever.requirement_id},
        value="" if value is None else value,
        min=0,
        step=lever.step,
        suffix=f" {unit_said(state, lever.unit)}" if lever.unit else "",
        thousandSeparator=",",
        decimalScale=0 if lever.is_whole else 4,
        debounce=True,
        hideControls=True,
        size="xs",
        placeholder=say(state, "pending"),
        attributes={"input": {"aria-label": title}},
    )
    return html.Div([slider, box], className="lever")


def _settings(state: State, view: View, service: Service) -> Component:
    stated = view.base.bundle.scenario.discount_rate
    rate = dict(state.edits).get(RATE.requirement_id, stated)
    percent = 100.0 * float(rate) if isinstance(rate, int | float) else 0.0
    names = [
        {"value": measure, "label": f"{state.say(name)} · {state.say(sector)}"}
        for measure, name, sector in service.measures(state)
    ]
    left_out = dmc.MultiSelect(
        id="excluded",
        label=say(state, "excluded"),
        placeholder=say(state, "exclude_some"),
        data=names,
        value=excluded(state),
        searchable=True,
        clearable=True,
        size="xs",
        clearButtonProps={"aria-label": say(state, "reset")},
    )
    title = say(state, "discount_rate")
    head = html.Div(html.Span(title, className="lever-name"), className="lever-head")
    return card(say(state, "settings"), [head, _pair(state, RATE, percent, title), left_out])


def excluded(state: State) -> list[str]:
    """Return the measures that are left out everywhere."""
    return [
        key.removeprefix("requirement.no-")
        for key, _ in state.edits
        if key.startswith("requirement.no-") and "-at-" not in key
    ]


def _pictures(state: State, view: View) -> Component:
    shown = figures(state, view if view.is_answered else replace(view, preview=view.base), SHOWN[0])
    chosen = [{"value": pollutant, "label": symbol(pollutant)} for pollutant in SHOWN]
    titles = (say(state, name) for name in ("by_district", "mac", "emissions"))
    cards = {name: (title, picture(name, shown[name], title)) for name, title in zip(PICTURES, titles, strict=True)}
    choice = dmc.SegmentedControl(id="pollutant", data=chosen, value=SHOWN[0], size="xs")
    return html.Div(
        [
            html.P(say(state, "stale"), className="stale-note"),
            html.Div(
                [
                    card(title, [choice, drawn] if name == "pic-mac" else drawn)
                    for name, (title, drawn) in cards.items()
                ],
                className="grid",
            ),
        ],
        id="pictures",
        className="pictures" if view.is_answered else "pictures stale",
    )
