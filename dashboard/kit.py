"""The building blocks of every page: cards, numbers, bars, pictures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import dash_mantine_components as dmc
from dash import dcc, html
from dash.development.base_component import Component

from dashboard.state import State
from dashboard.words import WORD
from model.text import Text
from scenarios.figures import Figure
from scenarios.wording.shown import UNITS

type Children = Sequence[Component | str] | Component | str

CLEAR = "rgba(0,0,0,0)"
UNIT_WORDS = {
    "亿": "×10⁸ ",
    "万": "×10⁴ ",
    "元": "CNY",
    "吨": "t",
    "千克": "kg",
    "年": "yr",
    "日": "d",
    "个": "",
    "家": "",
}
"""Parts of units, larger ones first."""

WHOLE_FROM = 1000.0
"""Amounts from here on are shown without decimals."""


def extra(attributes: Mapping[str, str]) -> dict[str, Any]:
    """Return attributes whose names Python cannot spell, such as ``aria-label``."""
    return dict(attributes)


def icon(name: str) -> Component:
    """Return a small drawing from the package, which no reader needs."""
    return html.Span(className=f"icon icon-{name}", **extra({"aria-hidden": "true"}))


def card(title: str, children: Children, *, note: str = "", className: str = "", id: str | None = None) -> Component:  # noqa: A002, N803 - dash's own names
    """Return a titled panel."""
    head: list[Component] = [html.H2(title)]
    if note:
        head.append(html.P(note, className="note"))
    named = extra({"id": id} if id else {})
    return html.Section(
        [html.Div(head, className="card-head"), html.Div(children, **named)], className=f"card {className}"
    )


def kpi(label: str, value: str, unit: str, detail: Children = "", *, tone: str = "") -> Component:
    """Return one big number."""
    return html.Div(
        [
            html.Div([html.Span(label), html.Span(unit, className="kpi-unit")], className="kpi-label"),
            html.Div(value, className="kpi-value"),
            html.Div(detail, className="kpi-detail"),
        ],
        className=f"kpi {tone}",
    )


def picture(name: str, figure: Figure, said: str) -> Component:
    """Return a picture that resizes with its card; ``said`` is what it shows, for those who do not see it."""
    graph = dcc.Graph(
        id=name,
        figure=bare(figure),
        responsive=True,
        config={"displayModeBar": False, "displaylogo": False},
        style={"height": f"{figure['layout'].get('height', 380)}px"},
    )
    look = "picture map" if name == "map" else "picture"
    return html.Div(graph, className=look, role="img", tabIndex="0", **extra({"aria-label": said}))


def bare(figure: Figure) -> Figure:
    """Return a figure without its own title and ground: the card has both."""
    layout: dict[str, Any] = {key: value for key, value in figure["layout"].items() if key != "title"}
    margin = {**layout.get("margin", {}), "t": 28 if layout.get("showlegend") else 12}
    return {
        "data": figure["data"],
        "layout": {**layout, "margin": margin, "autosize": True, "paper_bgcolor": CLEAR, "plot_bgcolor": CLEAR},
    }


def badge(text: str, tone: str = "") -> Component:
    """Return a small label."""
    return html.Span(text, className=f"badge {tone}")


def link(text: str, href: str, *, is_button: bool = False) -> Component:
    """Return a link within the dashboard that keeps its state."""
    return html.A(text, href=href, className="button" if is_button else "", **extra({"data-go": href}))


def region(label: str, child: Component) -> Component:
    """Return something wide that scrolls by itself, also by keyboard."""
    named = extra({"aria-label": label})
    whole: Component = html.Div(child, className="scroll", tabIndex="0", role="region", **named)
    return whole


def notice(title: str, lines: Sequence[str]) -> Component:
    """Return a box that says what is wrong."""
    box: Component = dmc.Alert([html.P(line) for line in lines], title=title, color="yellow", className="notice")
    return box


def unit_said(state: State, unit: str) -> str:
    """Return a unit as it is written in a scenario, in the page's language."""
    if state.language == "zh":
        return UNITS[unit].name.zh if unit in UNITS and not UNITS[unit].size > 1.0 else unit
    for zh, en in UNIT_WORDS.items():
        unit = unit.replace(zh, en)
    return unit


def amount_said(state: State, value: float, unit: str) -> str:
    """Return an amount in a unit of a scenario: four digits, never fewer than the whole number has."""
    number = f"{value:,.0f}" if abs(value) >= WHOLE_FROM else f"{value:.4g}"
    return f"{number} {unit_said(state, unit)}".strip()


def say(state: State, word: str, **facts: object) -> str:
    """Return one of the dashboard's words in the page's language, facts put in."""
    text = WORD[word]
    return state.say(Text(text.zh.format(**facts), text.en.format(**facts)))
