"""Can it be met: how far each requirement goes, alone and with the others, what conflicts, and what mends it."""

from __future__ import annotations

from collections.abc import Mapping

import dash_mantine_components as dmc
from dash import dcc, html
from dash.development.base_component import Component

from dashboard.bullets import bullets
from dashboard.kit import card, extra, icon, link, say
from dashboard.pages.answers import panel
from dashboard.service import Final, Service, View, lever_value
from dashboard.state import State
from dashboard.verdict import verdict
from scenarios.answering.result import Json, RequirementResult, Result
from scenarios.live.levers import Lever
from scenarios.wording.shown import UNITS, as_text, names_of, subject, titled


def page(state: State, view: View, service: Service) -> list[Component]:
    """Return the page."""
    return [
        verdict(state, view, service),
        dcc.Interval(id="reach-tick", interval=1000, disabled=True),
        card(
            say(state, "together"),
            [
                dmc.Button([icon("target"), say(state, "work_out")], id="reach-go", size="xs"),
                html.Div(id="reach-out", className="answer", **extra({"aria-live": "polite"})),
            ],
            note=say(state, "together_note"),
            className="gap",
        ),
        html.Div(panel(state, "explain"), className="gap"),
        card(say(state, "alone"), bullets(state, view.result), note=say(state, "limit_alone"), className="gap outcome"),
    ]


def together(state: State, view: View, final: Final) -> list[Component]:
    """Return what the thorough answer says of limits and repairs."""
    result = final.result
    if result is None:
        return [html.P(problem) for problem in final.problems]
    return [
        html.P(state.say(as_text(result.says)), className="why"),
        *([_repairs(state, view.levers, result)] if result.repairs else []),
        html.Div(
            _table(state, result.requirements),
            className="scroll",
            tabIndex="0",
            role="region",
            **extra({"aria-label": say(state, "together")}),
        ),
    ]


def _table(state: State, requirements: object) -> Component:
    rows = (
        [row for row in requirements if isinstance(row, RequirementResult)]
        if isinstance(requirements, list | tuple)
        else []
    )
    names = ("requirement", "asked", "reached", "together_short", "alone_short", "unit", "marginal")
    head = html.Thead(html.Tr([html.Th(say(state, name), scope="col") for name in names]))
    return html.Table([head, html.Tbody([_row(state, row) for row in rows])], className="table")


def _row(state: State, row: RequirementResult) -> Component:
    unit = UNITS[row.unit]
    marginal = "—" if not row.marginal_cost else f"{abs(row.marginal_cost):,.0f} CNY"
    return html.Tr(
        [
            html.Th([state.say(subject(row)), html.Div(row.row, className="note")], scope="row"),
            html.Td(say(state, "pending") if row.asked is None else unit.say(row.asked)),
            html.Td(unit.say(row.reached)),
            html.Td(unit.say(row.reachable)),
            html.Td(unit.say(row.reachable_alone)),
            html.Td(state.say(unit.name)),
            html.Td(marginal),
        ]
    )


def _repairs(state: State, levers: tuple[Lever, ...], result: Result) -> Component:
    titles = {row: state.say(title) for row, title in titled(result.requirements, names_of(result)).items()}
    items = [html.Li(_repair(state, levers, repair, titles)) for repair in result.repairs]
    return html.Div([html.H3(say(state, "repairs")), html.Ul(items, className="changes")])


def _repair(state: State, levers: tuple[Lever, ...], repair: Json, titles: Mapping[str, str]) -> list[Component]:
    title = titles.get(str(repair["requirement"]), str(repair["requirement"]))
    unit = UNITS[repair["unit"]]
    said = f"{title}: {unit.say(repair['from'])} → {unit.say(repair['to'])} {state.say(unit.name)}"
    lever = next((one for one in levers if one.requirement_id == str(repair["requirement"]).split("/")[0]), None)
    if lever is None or lever.value is None or not repair["from"]:
        return [html.Span(said)]
    number = float(repair["to"]) / float(repair["from"]) * _standing(state, lever)
    return [
        html.Span(said),
        link(say(state, "apply"), state.with_edit(lever.key, lever.written(number)).href(), is_button=True),
    ]


def _standing(state: State, lever: Lever) -> float:
    return lever_value(lever, state.edits) or 0.0
