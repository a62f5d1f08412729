"""Overview: what the plan reaches, what it costs, how far one could go, what was changed."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from dashboard.bullets import bullets
from dashboard.changes import changes
from dashboard.kit import card, extra, icon, link, picture, say
from dashboard.numbers import numbers
from dashboard.service import Service, View
from dashboard.state import State
from dashboard.verdict import verdict
from scenarios.figures import costs, emissions


def page(state: State, view: View, service: Service) -> list[Component]:
    """Return the page."""
    result = view.result
    shown = [
        card(
            say(state, "by_district"),
            picture("pic-cost", costs(result, "district", state.language), say(state, "by_district")),
        ),
        *(
            card(
                f"{name} · {say(state, 'emissions')}",
                picture(f"pic-{name}", emissions(result, pollutant, state.language), name),
            )
            for pollutant, name in (("nox", "NOx"), ("vocs", "VOCs"), ("tp", "TP"))
        ),
    ]
    return [
        _hint(state, view),
        verdict(state, view, service),
        html.Div(numbers(state, view), className="kpis"),
        html.Div(
            [
                card(say(state, "targets"), bullets(state, result), note=say(state, "limit_alone"), className="wide"),
                html.Div(
                    [card(say(state, "changed"), changes(state, view)), *(shown if view.is_answered else [])],
                    className="stack",
                ),
            ],
            className="split",
        ),
        html.P(say(state, "preview_note"), className="note foot"),
    ]


def _hint(state: State, view: View) -> Component:
    title = state.say(view.base.bundle.scenario.title)
    said = [say(state, f"hint_{number}", title=title) for number in (1, 2, 3)]
    steps = [html.Li([html.Span(str(number), className="step"), text]) for number, text in enumerate(said, start=1)]
    return html.Section(
        [
            html.H2(say(state, "hint")),
            html.Ol(steps),
            html.Div(
                [
                    link(say(state, "go_try"), state.href("/try"), is_button=True),
                    link(say(state, "see_tasks"), state.href("/tasks")),
                    html.Button(
                        [icon("close"), say(state, "close")],
                        type="button",
                        className="plain",
                        **extra({"data-hide": "hint"}),
                    ),
                ],
                className="hint-tools",
            ),
        ],
        className="hint",
        **extra({"data-once": "hint"}),
    )
