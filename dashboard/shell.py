"""The frame of every page: side bar, head line, language, light and dark."""

from __future__ import annotations

from typing import Any

import dash_mantine_components as dmc
from dash import dcc, html
from dash.development.base_component import Component

from dashboard.kit import Children, badge, extra, icon, notice, say
from dashboard.service import Service
from dashboard.state import State
from dashboard.words import LEDE, PAGE
from model.text import Text
from scenarios.reading.found import Shipped

ICONS = {
    "/": "home",
    "/try": "sliders",
    "/tasks": "list",
    "/reach": "target",
    "/curves": "curve",
    "/map": "map",
    "/timeline": "calendar",
    "/compare": "columns",
    "/jobs": "layers",
    "/data": "table",
}
LEAD = "#e6f4f1 #cfe8e3 #a3d3ca #74bdb0 #56b8a9 #3fb3a3 #1b9a8a #12796d #0b6157 #084a43"
NIGHT = "#e5eeec #c9d6d5 #b4c3c2 #93a6a5 #3a4d4e #2f4142 #213132 #182728 #101c1d #0b1415"
"""Ten shades each, the lightest first: of what can be pressed, of the dark ground; hues as in ``assets/app.css``."""

THEME = {
    "colors": {"lead": LEAD.split(), "dark": NIGHT.split()},
    "primaryColor": "lead",
    "primaryShade": {"light": 8, "dark": 5},
    "autoContrast": True,
    "fontFamily": "'Noto Sans CJK SC','Source Han Sans SC','PingFang SC','Microsoft YaHei',system-ui,sans-serif",
    "defaultRadius": "md",
}


def empty_page() -> Component:
    """Return the page before anything is known: the stores, and the place where the shell goes."""
    page: Component = dmc.MantineProvider(
        [
            dcc.Store(id="route"),
            dcc.Store(id="live"),
            dcc.Store(id="moved"),
            html.Div(id="address", hidden=True),
            html.Div(html.Div("减排 · Jianpai", className="splash"), id="root"),
        ],
        theme=THEME,
    )
    return page


def shell(state: State, service: Service, children: Children, *, title: Text | None = None) -> Component:
    """Return the frame with a page in it."""
    heading = PAGE.get(state.path, Text("", ""))
    problems = [notice(say(state, "bad_link"), state.problems)] if state.problems else []
    return html.Div(
        [
            html.A(say(state, "skip"), href="#main", className="skip"),
            _side(state, service.scenarios()),
            html.Div(className="veil", **extra({"data-menu": "1"})),
            html.Div(
                [
                    _head(state, title),
                    html.Main(
                        [
                            html.H1(state.say(heading)),
                            html.P(state.say(LEDE.get(state.path, Text("", ""))), className="lede"),
                            *problems,
                            html.Div(children, id="page"),
                        ],
                        id="main",
                        tabIndex="-1",
                    ),
                ],
                className="body",
            ),
        ],
        className="shell",
    )


def _side(state: State, scenarios: list[Shipped]) -> Component:
    links = [
        html.Li(
            html.A(
                [icon(ICONS[path]), state.say(name)],
                href=state.href(path),
                **extra({"data-nav": path}),
                **_current(state, path),
            )
        )
        for path, name in PAGE.items()
    ]
    shelf = [
        html.Li(
            html.A(
                state.say(one.title),
                href=_open(state, one),
                **extra({"data-go": _open(state, one)}),
                className="now" if one.id == state.scenario else "",
            )
        )
        for one in scenarios
    ]
    return html.Nav(
        [
            html.Div(
                [
                    html.Span("减", className="mark", **extra({"aria-hidden": "true"})),
                    html.Div([html.Strong(say(state, "app")), html.Span(say(state, "tagline"))]),
                ],
                className="brand",
            ),
            html.Ul(links, className="pages"),
            html.H2(say(state, "scenario"), className="shelf-title"),
            html.Ul(shelf, className="shelf"),
        ],
        className="side",
        id="side",
        **extra({"aria-label": say(state, "menu")}),
    )


def _current(state: State, path: str) -> dict[str, Any]:
    return {"aria-current": "page"} if path == state.path else {}


def _open(state: State, scenario: Shipped) -> str:
    """Return the address of a scenario as it stands."""
    return State(state.path, scenario.id, state.language).href()


def _head(state: State, title: Text | None) -> Component:
    other = "zh" if state.language == "en" else "en"
    return html.Header(
        [
            html.Button(
                icon("menu"),
                className="plain menu",
                type="button",
                **extra({"data-menu": "1", "aria-label": say(state, "menu")}),
            ),
            html.Div([html.Strong(state.say(title) if title else "")], className="head-title"),
            html.Div(
                [
                    html.Button(
                        [icon("link"), html.Span(say(state, "copy_link"))],
                        className="plain",
                        type="button",
                        **extra({"data-copy": "1", "aria-label": say(state, "copy_link")}),
                    ),
                    html.Button(
                        icon("moon"),
                        className="plain",
                        type="button",
                        **extra({"data-scheme": "1", "aria-label": say(state, "scheme")}),
                    ),
                    html.A(
                        say(state, "other_language"),
                        href=f"?lang={other}",
                        lang="zh-CN" if other == "zh" else "en",
                        className="plain language",
                        **extra({"data-lang": other}),
                    ),
                ],
                className="head-tools",
            ),
        ],
        className="head",
    )


def illustrative(state: State, note: str) -> Component:
    """Return the label of a scenario whose data describe no real place."""
    return html.Span(
        [badge(say(state, "illustrative"), "wait"), html.Span(note, className="note")], className="illustrative"
    )
