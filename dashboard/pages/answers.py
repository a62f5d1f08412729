"""Answers that are worked out in the background: a button, how long it has taken, and what came out."""

from __future__ import annotations

from collections.abc import Sequence

import dash_mantine_components as dmc
from dash import dcc, html
from dash.development.base_component import Component

from dashboard.kit import card, extra, icon, link, picture, region, say
from dashboard.state import State
from model.text import Text
from scenarios.analysis.alternatives import Alternatives
from scenarios.analysis.explain import Explanation
from scenarios.analysis.frontier import Frontier
from scenarios.analysis.mac import MacCurve
from scenarios.analysis.projects import ProjectAnswer
from scenarios.analysis.repairs import Repair
from scenarios.analysis.tables import alternatives_tables, frontier_table
from scenarios.export.answer_tables import Cell, PlainTable
from scenarios.figures.curves import frontier_figure, mac_figure
from scenarios.live.edits import is_offered
from scenarios.live.inquiries import MOST_SOLVED, POINTS, SECONDS, Answer
from scenarios.reading.patches import read_setting
from scenarios.wording.shown import YEARLY_MONEY

MOST_ROWS = 100
FACTS = {"solved": MOST_SOLVED, "points": POINTS, "seconds": f"{SECONDS:.0f}"}


def panel(state: State, kind: str) -> Component:
    """Return the card of a question, not asked yet."""
    named = {name: {"type": f"ask-{name}", "kind": kind} for name in ("go", "stop", "box", "tick", "out", "about")}
    go = dmc.Button([icon("target"), say(state, "work_out")], id=named["go"], size="xs")
    stop = dmc.Button([icon("close"), say(state, "stop")], id=named["stop"], size="xs", variant="default")
    return card(
        say(state, f"ask_{kind}"),
        [
            html.Div([go, html.Span(stop, id=named["box"], hidden=True)], className="tools"),
            dcc.Store(id=named["about"]),
            dcc.Interval(id=named["tick"], interval=1000, disabled=True),
            html.Div(id=named["out"], className="answer", **extra({"aria-live": "polite"})),
        ],
        note=say(state, f"ask_{kind}_note", **FACTS),
    )


def answered(state: State, answer: Answer) -> list[Component]:
    """Return what came out."""
    says = html.P(state.say(answer.says), className="why")
    if isinstance(answer, Frontier):
        drawn = picture("frontier", frontier_figure(answer, state.language), say(state, "ask_frontier"))
        return [says, drawn, table(state, frontier_table(answer))]
    if isinstance(answer, MacCurve):
        return [says, picture("mac-all", mac_figure(answer, state.language), say(state, "ask_mac"))]
    if isinstance(answer, Alternatives):
        return [says, *(part for one in alternatives_tables(answer) for part in titled(state, one))]
    return [says, *explained(state, answer)]


def explained(state: State, answer: Explanation) -> list[Component]:
    """Return why there is no plan and what would make one; or what each requirement and each task costs."""
    rankings = [html.P(state.say(answer.ranking.says))] if answer.ranking is not None else []
    return [
        *(html.P(state.say(conflict.says)) for conflict in answer.conflicts),
        *_listed(state, "repairs", [_repair(state, repair) for repair in answer.repairs]),
        *_listed(state, "marginal", [[state.say(one.says)] for one in answer.marginal]),
        *rankings,
        *projects(state, "why_in", answer.chosen),
        *projects(state, "why_out", answer.rejected),
        *(html.P(state.say(note), className="note") for note in answer.notes),
    ]


def projects(state: State, word: str, found: Sequence[ProjectAnswer]) -> list[Component]:
    """Return why projects are in, or out, those that matter most first."""
    if not found:
        return []
    ordered = sorted(found, key=lambda one: -(one.rise or one.at_least or 0.0))[:MOST_ROWS]
    headings = [Text("污染源", "Source"), Text("措施", "Measure"), YEARLY_MONEY.name, Text("为什么", "Why")]
    rows: list[list[Cell]] = [
        [one.source_name, one.measure_names, "—" if one.rise is None else YEARLY_MONEY.say(one.rise), one.says]
        for one in ordered
    ]
    return titled(state, PlainTable(Text(say(state, word), say(state, word)), headings, rows))


def titled(state: State, found: PlainTable) -> list[Component]:
    """Return a table under its name."""
    count = f" ({len(found.rows):,})" if len(found.rows) > MOST_ROWS else ""
    return [html.H3(f"{state.say(found.name)}{count}"), table(state, found)]


def table(state: State, found: PlainTable) -> Component:
    """Return the first rows of a table."""
    head = html.Thead(html.Tr([html.Th(state.say(heading), scope="col") for heading in found.headings]))
    rows = [html.Tr([html.Td(_cell(state, cell)) for cell in row]) for row in found.rows[:MOST_ROWS]]
    return region(state.say(found.name), html.Table([head, html.Tbody(rows)], className="table left"))


def _cell(state: State, cell: object) -> str:
    if isinstance(cell, Text):
        return state.say(cell)
    if isinstance(cell, float):
        return f"{cell:,.6g}"
    return "—" if cell is None else str(cell)


def _listed(state: State, word: str, rows: Sequence[Sequence[Component | str]]) -> list[Component]:
    if not rows:
        return []
    return [html.H3(say(state, word)), html.Ul([html.Li(list(row)) for row in rows], className="changes")]


def _repair(state: State, repair: Repair) -> list[Component | str]:
    """Return what a repair says, and a button that applies it where the screen can."""
    said = html.Span(state.say(repair.says))
    settings = [read_setting(f"{key}={value}") for change in repair.changes for key, value in change.set.items()]
    is_whole = all(change.set for change in repair.changes) and repair.is_verified
    if not settings or not is_whole or not all(is_offered(key, value) for key, value in settings):
        return [said]
    there = state
    for key, value in settings:
        there = there.with_edit(key, value)
    return [said, link(say(state, "apply"), there.href(), is_button=True)]
