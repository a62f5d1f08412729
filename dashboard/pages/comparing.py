"""Compare: save what is on the screen as a version; two to four versions side by side."""

from __future__ import annotations

from collections.abc import Sequence

import dash_mantine_components as dmc
from dash import dcc, html
from dash.development.base_component import Component

from dashboard.kit import badge, card, extra, icon, link, say
from dashboard.service import Service, View
from dashboard.state import State
from scenarios.result import RequirementResult, Result
from scenarios.shown import DASH, MONEY, UNITS, YEARLY_MONEY, as_text, percent, status, subject
from scenarios.versions import Version

MOST_TASKS = 100
MOST_SHOWN = 4


def page(state: State, _: View, service: Service) -> list[Component]:
    """Return the page."""
    return [
        dcc.Interval(id="save-tick", interval=1000, disabled=True),
        card(
            say(state, "save_version"),
            [_form(state), html.Div(id="saved", **extra({"aria-live": "polite"}))],
            note=say(state, "save_note"),
        ),
        html.Div(_shelf(state, service), id="shelf"),
    ]


def _form(state: State) -> Component:
    return html.Div(
        [
            dmc.TextInput(id="save-name", label=say(state, "version_name"), size="xs", w=260),
            dmc.TextInput(id="save-author", label=say(state, "author"), size="xs", w=180),
            dmc.Button([icon("save"), say(state, "save")], id="save-go", size="xs"),
        ],
        className="tools form",
    )


def _shelf(state: State, service: Service) -> list[Component]:
    versions = service.versions.latest()
    if not versions:
        return [card(say(state, "versions"), html.P(say(state, "no_versions"), className="note"), className="gap")]
    chosen = service.versions.get(state.versions)
    rows = [_version(state, version) for version in versions]
    return [
        card(
            say(state, "versions"),
            html.Ul(rows, className="changes"),
            note=say(state, "pick_versions"),
            className="gap",
        ),
        *([card(say(state, "side_by_side"), side_by_side(state, chosen), className="gap")] if chosen else []),
    ]


def _version(state: State, version: Version) -> Component:
    is_in = version.id in state.versions
    rest = tuple(one for one in state.versions if one != version.id)
    shown = rest if is_in else (*rest, version.id)[-MOST_SHOWN:]
    there = State(state.path, state.scenario, state.language, state.edits, shown)
    opened = State("/", version.scenario, state.language, version.edits, state.versions)
    author = f" · {version.author}" if version.author else ""
    return html.Li(
        [
            html.Span(
                [
                    html.Strong(version.name),
                    html.Span(
                        f" {version.scenario}{author} · {version.created[:16].replace('T', ' ')}", className="note"
                    ),
                    *([badge(say(state, "shown"), "good")] if is_in else []),
                ]
            ),
            html.Span(
                [
                    link(say(state, "hide" if is_in else "show"), there.href()),
                    " · ",
                    link(say(state, "open"), opened.href()),
                ]
            ),
        ]
    )


def side_by_side(state: State, versions: Sequence[Version]) -> list[Component]:
    """Return cost, tonnes, requirements and the tasks that differ, a column for each version."""
    head = html.Thead(
        html.Tr([html.Th("", scope="col"), *(html.Th(version.name, scope="col") for version in versions)])
    )
    results = [version.result for version in versions]
    body = [
        html.Tr([html.Th(name, scope="row"), *(html.Td(value) for value in values)])
        for name, values in _facts(state, results)
    ]
    rows, count = _differing(versions)
    tasks = [
        html.Tr([html.Th(name, scope="row"), *(html.Td(value or DASH) for value in values)]) for name, values in rows
    ]
    return [
        html.Div(html.Table([head, html.Tbody(body)], className="table"), className="scroll"),
        html.H3(f"{say(state, 'differing')} ({count:,})"),
        html.Div(html.Table([head, html.Tbody(tasks)], className="table left"), className="scroll"),
    ]


def _facts(state: State, results: Sequence[Result]) -> list[tuple[str, list[str]]]:
    facts = [
        (say(state, "status"), [state.say(status(result)) for result in results]),
        (
            f"{say(state, 'annual_cost')} ({state.say(YEARLY_MONEY.name)})",
            [YEARLY_MONEY.say(result.cost.annual_cny) if result.cost else DASH for result in results],
        ),
        (
            f"{say(state, 'capital')} ({state.say(MONEY.name)})",
            [MONEY.say(result.cost.capital_cny) if result.cost else DASH for result in results],
        ),
        (say(state, "tasks"), [f"{len(result.tasks):,}" for result in results]),
        (say(state, "gap"), [percent(result.gap) for result in results]),
    ]
    rows = dict.fromkeys(requirement.row for result in results for requirement in result.requirements)
    return [*facts, *(_requirement(state, row, results) for row in rows)]


def _requirement(state: State, row: str, results: Sequence[Result]) -> tuple[str, list[str]]:
    found = [next((one for one in result.requirements if one.row == row), None) for result in results]
    first = next(one for one in found if one is not None)
    unit = UNITS[first.unit]
    return f"{state.say(subject(first))} · {row} ({state.say(unit.name)})", [_reached(one) for one in found]


def _reached(requirement: RequirementResult | None) -> str:
    if requirement is None:
        return DASH
    unit = UNITS[requirement.unit]
    return f"{unit.say(requirement.reached)} / {unit.say(requirement.asked)}"


def _differing(versions: Sequence[Version]) -> tuple[list[tuple[str, list[str]]], int]:
    """Return the sources whose measures are not the same in all versions, at most 100, and how many there are."""
    columns: list[dict[str, str]] = []
    names: dict[str, str] = {}
    for version in versions:
        own: dict[str, str] = {}
        for task in version.result.tasks:
            names[str(task["source_id"])] = str(task["source_name"])
            own[str(task["source_id"])] = f"{as_text(task['measure_names']).zh} {task['start_year']}"
        columns.append(own)
    differing = [source for source in sorted(names) if len({own.get(source) for own in columns}) > 1]
    rows = [(names[source], [own.get(source, "") for own in columns]) for source in differing[:MOST_TASKS]]
    return rows, len(differing)
