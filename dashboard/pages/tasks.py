"""Tasks: the list a bureau hands out, a page at a time; lock, forbid, ask why, take it away as a file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import dash_ag_grid as dag
import dash_mantine_components as dmc
from dash import dcc, html
from dash.development.base_component import Component

from dashboard.kit import card, extra, icon, say
from dashboard.numbers import SHOWN
from dashboard.pages.answers import panel
from dashboard.service import Service, View
from dashboard.state import State
from dashboard.verdict import verdict
from dashboard.words import GRID_ZH
from model.text import Text
from scenarios.answering.result import Json
from scenarios.live.listing import grouped
from scenarios.wording.shown import MONEY, TONNES, YEARLY_MONEY, as_text, called, names_of, sector_title, symbol

GROUPS = ("district", "lead_unit", "sector", "measure_names")
MOST_GROUPS = 40


def page(state: State, view: View, service: Service) -> list[Component]:
    """Return the page."""
    if not view.is_answered:
        return [verdict(state, view, service)]
    return [
        verdict(state, view, service),
        html.Div([_exports(state), html.Div(id="final")], className="tools bar"),
        dcc.Interval(id="tick", interval=1000, disabled=True),
        card(
            say(state, "grouped"),
            [_group_choice(state), html.Div(groups(state, service, "district"), id="groups")],
            className="gap",
        ),
        card(
            say(state, "task_list"),
            [html.Div(detail(state, None), id="detail"), html.Div(_grid(state), className="grid-wrap")],
            note=say(state, "task_hint"),
            className="gap",
        ),
        html.Div(panel(state, "explain"), className="gap"),
    ]


def _exports(state: State) -> Component:
    names = (("xlsx", "Excel"), ("docx", "Word"), ("csv", "CSV"), ("html", "HTML"), ("json", "JSON"))
    buttons = [
        dmc.Button([icon("download"), name], id={"type": "export", "kind": kind}, variant="default", size="xs")
        for kind, name in names
    ]
    return html.Div([html.Span(say(state, "export"), className="lever-name"), *buttons], className="tools")


def _group_choice(state: State) -> Component:
    data = [{"value": name, "label": say(state, f"by_{name}")} for name in GROUPS]
    choice: Component = dmc.SegmentedControl(id="group-by", data=data, value="district", size="xs")
    return choice


def groups(state: State, service: Service, by: str) -> Component:
    """Return the sums of the tasks by one of their texts, the dearest first; days in their order."""
    names = names_of(service.view(state).result)
    rows = grouped(service.tasks(state), by, state.language)
    rows = sorted(rows, key=lambda row: row.name) if by == "due" else rows
    rows = rows[:MOST_GROUPS]
    head = [
        say(state, "due" if by == "due" else f"by_{by}"),
        say(state, "tasks"),
        f"{say(state, 'capital')} ({state.say(MONEY.name)})",
        f"{say(state, 'annual_cost')} ({state.say(YEARLY_MONEY.name)})",
    ]
    head += [f"{symbol(p)} ({state.say(TONNES.name)})" for p in SHOWN]
    body = [
        html.Tr(
            [
                html.Th(_named(state, by, row.name, names), scope="row"),
                html.Td(f"{row.count:,}"),
                html.Td(MONEY.say(row.capital_cny)),
                html.Td(YEARLY_MONEY.say(row.annual_cost_cny)),
                *(html.Td(TONNES.say(row.reduction_t_per_year.get(p, 0.0))) for p in SHOWN),
            ]
        )
        for row in rows
    ]
    table = html.Table(
        [html.Thead(html.Tr([html.Th(name, scope="col") for name in head])), html.Tbody(body)], className="table"
    )
    return html.Div(
        table, className="scroll", tabIndex="0", role="region", **extra({"aria-label": say(state, "grouped")})
    )


def _named(state: State, by: str, name: str, names: Mapping[str, Text]) -> str:
    return state.say(sector_title(name) if by == "sector" else called(name, names))


def _grid(state: State) -> Component:
    shown: Component = dag.AgGrid(
        id="grid",
        className="ag-theme-quartz",
        columnDefs=columns(state),
        rowModelType="infinite",
        defaultColDef={
            "sortable": True,
            "resizable": True,
            "suppressMovable": True,
            "minWidth": 84,
            "wrapHeaderText": True,
            "autoHeaderHeight": True,
        },
        getRowId="params.data.task_id",
        columnSize=None,
        style={"height": "560px"},
        dashGridOptions={
            "cacheBlockSize": 100,
            "maxBlocksInCache": 6,
            "rowSelection": {"mode": "singleRow", "checkboxes": False, "enableClickSelection": True},
            "rowBuffer": 5,
            "localeText": GRID_ZH if state.language == "zh" else {},
            "ensureDomOrder": True,
            "tooltipShowDelay": 400,
        },
    )
    return shown


def columns(state: State) -> list[dict[str, Any]]:
    """Return the grid's columns; who is responsible and by when never leaves the screen."""
    money = (("capital_cny", "capital", MONEY, 104), ("annual_cost_cny", "annual_cost", YEARLY_MONEY, 116))
    tonnes = [_number(f"reduction_t_per_year.{p}", f"{symbol(p)} {state.say(TONNES.name)}", 104) for p in SHOWN]
    return [
        _text("source_name", say(state, "source"), 184, pinned="left"),
        _text("measure_names", say(state, "by_measure_names"), 180),
        *(_number(name, f"{say(state, word)} {state.say(unit.name)}", width) for name, word, unit, width in money),
        *tonnes,
        _text("district", say(state, "by_district_short"), 92),
        {"field": "sector", "headerName": say(state, "by_sector"), "width": 130, "sortable": False},
        _text("lead_unit", say(state, "by_lead_unit"), 138, pinned="right"),
        _text("support_units", say(state, "support"), 106, pinned="right"),
        _text("due", say(state, "due"), 104, pinned="right"),
    ]


def _number(name: str, title: str, width: int) -> dict[str, Any]:
    return {"field": name, "headerName": title, "width": width, "type": "rightAligned"}


def _text(name: str, title: str, width: int, **more: str) -> dict[str, Any]:
    """Return a column of texts that can be filtered; what is cut off is shown beside the pointer."""
    rule = {"filterOptions": ["contains"], "maxNumConditions": 1, "debounceMs": 400}
    look = {"filter": "agTextColumnFilter", "filterParams": rule, "tooltipField": name}
    return {"field": name, "headerName": title, "width": width, **look, **more}


def row(state: State, task: Json, names: Mapping[str, Text]) -> dict[str, Any]:
    """Return a task as the grid shows it; its values are texts, so that nothing in them is read as anything else."""
    tonnes = {p: TONNES.say(task["reduction_t_per_year"].get(p) or None) for p in SHOWN}
    lock = f" · {say(state, 'decided')}" if task["is_decided"] else ""
    return {
        "task_id": task["task_id"],
        "source_id": task["source_id"],
        "source_name": task["source_name"],
        "district": state.say(called(task["district"], names)),
        "sector": state.say(sector_title(task["sector"])),
        "measure_names": state.say(as_text(task["measure_names"])) + lock,
        "reduction_t_per_year": tonnes,
        "capital_cny": MONEY.say(task["capital_cny"]),
        "annual_cost_cny": YEARLY_MONEY.say(task["annual_cost_cny"]),
        "lead_unit": task["lead_unit"],
        "support_units": task["support_units"],
        "due": task["due"],
    }


def detail(state: State, task: Json | None) -> list[Component]:
    """Return what is known of the task that is picked, and what can be done with it."""
    if task is None:
        return []
    actions = (("lock", "lock_in"), ("ban", "forbid_here"), ("ban", "forbid_all"), ("target", "why"))
    buttons = [
        dmc.Button(
            [icon(mark), say(state, name)],
            id={"type": "do", "what": name, "task": task["task_id"]},
            variant="default",
            size="xs",
        )
        for mark, name in actions
    ]
    return [
        html.Div(
            [
                html.Strong(f"{task['source_name']} · {state.say(as_text(task['measure_names']))}"),
                html.P(state.say(as_text(task["content"])), className="note"),
                html.Div(buttons, className="tools"),
                html.Div(id="why", **extra({"aria-live": "polite"})),
            ],
            className="picked",
        )
    ]
