"""Data: the inventory and the catalogue with references, the empty workbook, and the check of a filled one."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import dash_ag_grid as dag
import dash_mantine_components as dmc
from dash import dcc, html
from dash.development.base_component import Component

from dashboard.kit import card, extra, icon, region, say
from dashboard.service import Service, View
from dashboard.state import State
from dashboard.words import GRID_ZH
from model.problems import Problem
from scenarios.live.browse import Browse
from scenarios.live.intake import Verdict
from scenarios.wording.shown import sector_title

MOST_PROBLEMS = 200


def page(state: State, _: View, service: Service) -> list[Component]:
    """Return the page."""
    shelves = [{"value": key, "label": state.say(title)} for key, title in service.shelves(state)]
    first = shelves[0]["value"]
    return [
        card(
            say(state, "workbook"),
            [
                html.Div(
                    [
                        html.A(
                            [icon("download"), say(state, "template")],
                            href=f"/files/template.xlsx{state.search()}",
                            className="button",
                            download="template.xlsx",
                        )
                    ],
                    className="tools",
                ),
                dcc.Upload(
                    html.Div([icon("upload"), say(state, "drop")], className="drop"),
                    id="upload",
                    accept=".xlsx",
                    max_size=8_000_000,
                    multiple=False,
                ),
                html.Div(id="checked", **extra({"aria-live": "polite"})),
            ],
            note=say(state, "workbook_note"),
        ),
        card(
            say(state, "browse"),
            [
                dmc.Select(
                    id="shelf-of",
                    data=shelves,
                    value=first,
                    label=say(state, "table"),
                    size="xs",
                    allowDeselect=False,
                    w=320,
                ),
                html.Div(grid(state, service.browse(state, first)), id="shelf-grid", className="grid-wrap"),
            ],
            note=say(state, "browse_note"),
            className="gap",
        ),
    ]


def grid(state: State, table: Browse) -> Component:
    """Return a table that fetches its rows as it is scrolled."""
    text: dict[str, Any] = {
        "filter": "agTextColumnFilter",
        "filterParams": {"filterOptions": ["contains"], "maxNumConditions": 1},
    }
    columns = [
        {
            "field": f"c{number}",
            "tooltipField": f"c{number}",
            "headerName": state.say(title),
            "width": 180 if number < 2 else 150,  # noqa: PLR2004 - names are longer
            **({"type": "rightAligned"} if number in table.numeric else {}),
            **text,
        }
        for number, title in enumerate(table.titles)
    ]
    table_of: Component = dag.AgGrid(
        id="browse-grid",
        className="ag-theme-quartz",
        columnDefs=columns,
        rowModelType="infinite",
        defaultColDef={
            "sortable": False,
            "resizable": True,
            "suppressMovable": True,
            "wrapHeaderText": True,
            "autoHeaderHeight": True,
        },
        style={"height": "520px"},
        dashGridOptions={
            "cacheBlockSize": 100,
            "localeText": GRID_ZH if state.language == "zh" else {},
            "ensureDomOrder": True,
            "tooltipShowDelay": 400,
        },
    )
    return table_of


def checked(state: State, verdict: Verdict) -> list[Component]:
    """Return what was found in a workbook: every problem by sheet and cell, or what it holds."""
    if verdict.problems:
        rows = [
            html.Tr(
                [
                    html.Td(problem.sheet or "—"),
                    html.Td("" if problem.row is None else str(problem.row)),
                    html.Td(problem.column or "—"),
                    html.Td(_without_place(state, problem)),
                ]
            )
            for problem in verdict.problems[:MOST_PROBLEMS]
        ]
        head = html.Thead(
            html.Tr([html.Th(say(state, name), scope="col") for name in ("sheet", "row", "column", "problem")])
        )
        return [
            html.P(say(state, "problems_found", count=len(verdict.problems)), className="verdict bad", role="status"),
            region(say(state, "problem"), html.Table([head, html.Tbody(rows)], className="table left")),
        ]
    counts = [html.Li(f"{state.say(sector_title(sector))}: {count:,}") for sector, count in verdict.counts.items()]
    return [html.P(say(state, "workbook_good"), className="verdict good", role="status"), html.Ul(counts)]


def _without_place(state: State, problem: Problem) -> str:
    """Return what is wrong; where it is stands in columns of its own."""
    return replace(problem, file="", sheet="", row=None, column="").say(state.language).removeprefix(": ")
