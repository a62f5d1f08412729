"""Compare: save what is on the screen as a version; two to four versions side by side."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

import dash_mantine_components as dmc
from dash import dcc, html
from dash.development.base_component import Component

from dashboard.kit import badge, card, extra, icon, link, region, say
from dashboard.service import Service, View
from dashboard.state import State
from dashboard.users import owner
from model.problems import InputError
from scenarios.answering.result import RequirementResult, Result
from scenarios.live.archive import edits_of, ref_of
from scenarios.store import Version
from scenarios.wording.shown import DASH, MONEY, UNITS, YEARLY_MONEY, as_text, names_of, percent, status, titled

MOST_TASKS = 100
MOST_SHOWN = 4
ACT: Mapping[str, str] = MappingProxyType({"final": "make_final", "withdraw": "withdraw_final", "remove": "remove"})


def page(state: State, _: View, service: Service) -> list[Component]:
    """Return the page."""
    ground = {"token": secrets.token_hex(8), "seen": service.archive.newest(state.scenario)}
    return [
        dcc.Interval(id="save-tick", interval=1000, disabled=True),
        dcc.Store(id="save-ground", data=ground),
        card(
            say(state, "save_version"),
            [_form(state), html.Div(id="saved", className="answer", **extra({"aria-live": "polite"}))],
            note=say(state, "save_note"),
        ),
        html.Div(shelf(state, service), id="shelf"),
    ]


def _form(state: State) -> Component:
    based_on = [] if state.based_on is None else [badge(say(state, "made_from", number=state.based_on))]
    return html.Div(
        [
            dmc.TextInput(id="save-note", label=say(state, "version_note"), size="xs", w=260),
            dmc.TextInput(id="save-author", label=say(state, "author"), size="xs", w=180, persistence=True),
            dmc.Button([icon("save"), say(state, "save")], id="save-go", size="xs"),
            *based_on,
        ],
        className="tools form",
    )


def shelf(state: State, service: Service) -> list[Component]:
    """Return the saved versions, the newest first, and those that are compared side by side."""
    known = service.known(state)
    titles = {one.id: state.say(one.title) for one in service.scenarios()}
    versions = service.archive.listed(known)
    if not versions:
        return [card(say(state, "versions"), html.P(say(state, "no_versions"), className="note"), className="gap")]
    chosen = [(version, service.answer_of(version)) for version in service.archive.find(state.versions, known)]
    shown = [(version, answer) for version, answer in chosen if answer is not None]
    return [
        card(
            say(state, "versions"),
            html.Ul([_version(state, version, titles) for version in versions], className="changes"),
            note=say(state, "pick_versions"),
            className="gap",
        ),
        *([card(say(state, "side_by_side"), side_by_side(state, shown), className="gap")] if shown else []),
    ]


def _version(state: State, version: Version, titles: Mapping[str, str]) -> Component:
    is_in = ref_of(version) in state.versions
    marks = [
        *([badge(say(state, "final_by", author=version.final_by), "good")] if version.is_final else []),
        *([badge(say(state, "shown"), "good")] if is_in else []),
    ]
    origin = f" · {say(state, 'made_from', number=version.based_on)}" if version.based_on else ""
    title = titles.get(version.scenario, version.scenario)
    at = version.saved_at.astimezone().strftime("%Y-%m-%d %H:%M")
    return html.Li(
        [
            html.Span(
                [
                    html.Strong(f"{say(state, 'version_number', number=version.number)} · {version.note}"),
                    html.Span(f" {title} · {version.author} · {at}{origin} ", className="note"),
                    html.Span(marks, className="marks"),
                ]
            ),
            html.Span(_doings(state, version, is_in=is_in), className="tools"),
        ]
    )


def _doings(state: State, version: Version, *, is_in: bool) -> list[Component]:
    """Return what can be done with a version: compare, open, declare final, remove."""
    ref = ref_of(version)
    rest = tuple(one for one in state.versions if one != ref)
    shown = rest if is_in else (*rest, ref)[-MOST_SHOWN:]
    acts = ["withdraw" if version.is_final else "final"]
    acts += ["remove"] if version.owner == owner() and not version.is_final else []
    return [
        link(say(state, "hide" if is_in else "show"), replace(state, versions=shown).href()),
        *_opened(state, version),
        *(
            dmc.Button(
                say(state, ACT[act]),
                id={"type": "version", "what": act, "ref": ref},
                variant="subtle",
                size="compact-xs",
            )
            for act in acts
        ),
    ]


def _opened(state: State, version: Version) -> list[Component]:
    try:
        edits = edits_of(version)
    except InputError:
        return []
    opened = State("/", version.scenario, state.language, edits, state.versions, based_on=version.number)
    return [link(say(state, "open"), opened.href())]


def called(state: State, version: Version, result: Result) -> str:
    """Return what a version is called beside others."""
    title = state.say(as_text(result.title))
    return f"{title} · {say(state, 'version_number', number=version.number)} · {version.note}"


def side_by_side(state: State, chosen: Sequence[tuple[Version, Result]]) -> list[Component]:
    """Return cost, tonnes, requirements and the tasks that differ, a column for each version."""
    head = html.Thead(html.Tr([html.Td(""), *(html.Th(called(state, *one), scope="col") for one in chosen)]))
    results = [result for _, result in chosen]
    asked = _requirements(state, results)
    moved = [(name, values) for name, values in asked if len(set(values)) > 1]
    same = [one for one in asked if one not in moved]
    rows, count = _differing(state, results)
    tasks = [
        html.Tr([html.Th(name, scope="row"), *(html.Td(value or DASH) for value in values)]) for name, values in rows
    ]
    return [
        region(say(state, "side_by_side"), _table(head, [*_facts(state, results), *moved])),
        *([_folded(state, head, same)] if same else []),
        html.H3(f"{say(state, 'differing')} ({count:,})"),
        region(say(state, "differing"), html.Table([head, html.Tbody(tasks)], className="table left")),
    ]


def _table(head: Component, rows: Sequence[tuple[str, list[str]]]) -> Component:
    body = [html.Tr([html.Th(name, scope="row"), *(html.Td(value) for value in values)]) for name, values in rows]
    table: Component = html.Table([head, html.Tbody(body)], className="table")
    return table


def _folded(state: State, head: Component, rows: Sequence[tuple[str, list[str]]]) -> Component:
    """Return the requirements that all versions reach alike, to be opened."""
    title = say(state, "same_rows", count=len(rows))
    whole: Component = html.Details([html.Summary(title), region(title, _table(head, rows))], className="choice")
    return whole


def _facts(state: State, results: Sequence[Result]) -> list[tuple[str, list[str]]]:
    return [
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


def _requirements(state: State, results: Sequence[Result]) -> list[tuple[str, list[str]]]:
    """Return what every version reaches and asks of each requirement that one of them has."""
    by_row = [{one.row: one for one in result.requirements} for result in results]
    first = {row: one for own in reversed(by_row) for row, one in own.items()}
    titles = titled(list(first.values()), {name: text for result in results for name, text in names_of(result).items()})
    return [
        (
            f"{state.say(titles[row])} ({state.say(UNITS[one.unit].name)})",
            [_reached(own.get(row)) for own in by_row],
        )
        for row, one in first.items()
    ]


def _reached(requirement: RequirementResult | None) -> str:
    if requirement is None:
        return DASH
    unit = UNITS[requirement.unit]
    return f"{unit.say(requirement.reached)} / {unit.say(requirement.asked)}"


def _differing(state: State, results: Sequence[Result]) -> tuple[list[tuple[str, list[str]]], int]:
    """Return the sources whose measures are not the same in all versions, at most 100, and how many there are."""
    columns: list[dict[str, str]] = []
    names: dict[str, str] = {}
    for result in results:
        own: dict[str, str] = {}
        for task in result.tasks:
            names[str(task["source_id"])] = str(task["source_name"])
            own[str(task["source_id"])] = f"{state.say(as_text(task['measure_names']))} {task['start_year']}"
        columns.append(own)
    differing = [source for source in sorted(names) if len({own.get(source) for own in columns}) > 1]
    rows = [(names[source], [own.get(source, "") for own in columns]) for source in differing[:MOST_TASKS]]
    return rows, len(differing)
