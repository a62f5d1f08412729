"""Jobs: many scenarios at once, worked off in the background; yours alone unless you share them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

import dash_mantine_components as dmc
from dash import dcc, html
from dash.development.base_component import Component

from dashboard.kit import badge, card, extra, icon, region, say, unit_said
from dashboard.service import Service, View
from dashboard.state import State
from dashboard.users import owner
from scenarios.batch.work import FAILED, Record
from scenarios.live.jobs import IAMC_CSV, IAMC_XLSX, MOST_SHOWN, RUNS_CSV
from scenarios.live.orders import MOST_BYTES, MOST_LEVELS
from scenarios.store import Job
from scenarios.wording.shown import DASH, MONEY, YEARLY_MONEY, percent
from scenarios.wording.words import STATUS

TONE: Mapping[str, str] = MappingProxyType({"done": "good", "failed": "bad", "cancelled": "", "queued": "wait"})
LEVELS = 5
TICK_MS = 1500


def page(state: State, view: View, service: Service) -> list[Component]:
    """Return the page."""
    listed = service.jobs.listed(owner())
    return [
        dcc.Interval(id="jobs-tick", interval=TICK_MS, disabled=all(job.is_over for job in listed)),
        dcc.Store(id="jobs-known", data=signature(listed)),
        dcc.Store(id="job-picked"),
        html.Div(
            [
                card(say(state, "new_batch"), _grid_form(state, view), note=say(state, "new_batch_note")),
                card(say(state, "sweep_file"), _upload(state), note=say(state, "sweep_note")),
            ],
            className="grid",
        ),
        html.Div(id="job-said", className="gap", **extra({"aria-live": "polite"})),
        html.Div(board(state, listed), id="jobs-list"),
        html.Div(id="job-results"),
    ]


def _grid_form(state: State, view: View) -> list[Component]:
    levers = [lever for lever in view.levers if lever.value is not None]
    if not levers:
        return [html.P(say(state, "no_levers"), className="note")]
    units = [f" ({unit_said(state, lever.unit)})" if lever.unit else "" for lever in levers]
    names = [
        {"value": lever.requirement_id, "label": f"{state.say(lever.title)}{unit}"}
        for lever, unit in zip(levers, units, strict=True)
    ]
    first = levers[0]
    return [
        dmc.Select(
            id="job-lever",
            data=names,
            value=first.requirement_id,
            label=say(state, "requirement"),
            size="xs",
            allowDeselect=False,
        ),
        html.Div(
            [
                _number("job-from", say(state, "level_from"), 0.8 * (first.value or 0.0)),
                _number("job-to", say(state, "level_to"), 1.2 * (first.value or 0.0)),
                _number("job-count", say(state, "level_count"), LEVELS, most=MOST_LEVELS),
                dmc.TextInput(id="job-title", label=say(state, "job_title"), size="xs", w=200),
                dmc.Button([icon("list"), say(state, "queue_it")], id="job-go", size="xs"),
            ],
            className="tools form",
        ),
    ]


def _number(name: str, label: str, value: float, most: float | None = None) -> Component:
    limits = {} if most is None else {"max": most, "allowDecimal": False}
    made: Component = dmc.NumberInput(
        id=name, label=label, value=float(f"{value:.4g}"), min=0, size="xs", w=110, hideControls=True, **limits
    )
    return made


def _upload(state: State) -> Component:
    made: Component = dcc.Upload(
        html.Div([icon("upload"), say(state, "drop_sweep")], className="drop"),
        id="job-upload",
        accept=".toml",
        max_size=MOST_BYTES,
        multiple=False,
    )
    return made


def signature(jobs: Sequence[Job]) -> list[str]:
    """Return what the list of jobs looks like apart from how far each is."""
    return [f"{job.id} {job.state} {job.is_shared} {job.done > 0}" for job in jobs]


def board(state: State, jobs: Sequence[Job]) -> Component:
    """Return the list of jobs."""
    if not jobs:
        return card(say(state, "jobs"), html.P(say(state, "no_jobs"), className="note"), className="gap")
    rows = html.Ul([_job(state, job) for job in jobs], className="changes")
    return card(say(state, "jobs"), rows, note=say(state, "jobs_note"), className="gap")


def _job(state: State, job: Job) -> Component:
    is_own = job.owner == owner()
    at = job.queued_at.astimezone().strftime("%m-%d %H:%M")
    title = str(job.asked.get("title") or "") or say(state, "job_number", number=job.id)
    marks = [badge(say(state, f"job_{job.state}"), TONE.get(job.state, ""))]
    marks += [badge(say(state, "job_shared" if is_own else "job_of_another"))] if job.is_shared else []
    facts = html.Span(f" {job.asked.get('base', '')} · {at} ", className="note")
    head = [html.Strong(title), facts, html.Span(marks, className="marks")]
    said = [html.P(job.message, className="note")] if job.message else []
    return html.Li(
        [
            html.Div([*head, html.Div(progress(state, job), id={"type": "job-bar", "id": job.id}), *said]),
            html.Span(_doings(state, job, is_own=is_own), className="tools"),
        ],
        className="job",
    )


def progress(state: State, job: Job) -> Component:
    """Return how far a job is."""
    share = 100.0 * job.done / job.total if job.total else 0.0
    track = html.Div(html.Div(className="bullet-fill", style={"width": f"{share:.1f}%"}), className="bullet-track")
    said = say(state, "job_progress", done=f"{job.done:,}", total=f"{job.total:,}")
    named = {"role": "progressbar", "aria-label": said, "aria-valuenow": f"{share:.0f}"}
    return html.Div([html.Div(track, **extra(named)), html.Span(said, className="note")])


def _doings(state: State, job: Job, *, is_own: bool) -> list[Component]:
    acts = ["results"] if job.done else []
    if is_own:
        acts += ["unshare" if job.is_shared else "share"]
        acts += ["drop" if job.is_over else "cancel"]
    names = [{"type": "job", "what": act, "id": job.id} for act in acts]
    return [
        dmc.Button(say(state, f"job_{act}"), id=name, variant="default", size="compact-xs")
        for act, name in zip(acts, names, strict=True)
    ]


def results(state: State, job: Job, rows: Sequence[Record]) -> Component:
    """Return what the runs of a job came to: the first hundred, all of them as files."""
    title = str(job.asked.get("title") or "") or say(state, "job_number", number=job.id)
    links = [
        html.A(
            [icon("download"), name],
            href=f"/jobs/{job.id}/{name}?lang={state.language}",
            className="button",
            download=name,
        )
        for name in (RUNS_CSV, IAMC_CSV, IAMC_XLSX)
    ]
    note = say(state, "results_note", most=MOST_SHOWN) if job.done > MOST_SHOWN else ""
    body = [html.Div(links, className="tools"), region(title, _table(state, rows))]
    return card(f"{say(state, 'job_results')} · {title}", body, note=note, className="gap")


def _table(state: State, rows: Sequence[Record]) -> Component:
    heads = (
        say(state, "run"),
        say(state, "set"),
        say(state, "status"),
        f"{say(state, 'annual_cost')} ({state.say(YEARLY_MONEY.name)})",
        f"{say(state, 'capital')} ({state.say(MONEY.name)})",
        say(state, "tasks"),
        say(state, "met_of"),
        say(state, "gap"),
    )
    looks = ("", "wide", *[""] * len(heads))
    named = zip(heads, looks, strict=False)
    head = html.Thead(html.Tr([html.Th(name, scope="col", className=look) for name, look in named]))
    table: Component = html.Table([head, html.Tbody([_row(state, row) for row in rows])], className="table")
    return table


def _row(state: State, row: Record) -> Component:
    name = html.Th(str(row["run"]), scope="row")
    said = html.Td(str(row["set"]), className="wide")
    if row["status"] == FAILED:
        return html.Tr([name, said, html.Td(say(state, "job_failed")), html.Td(str(row["message"]), colSpan=5)])
    met = f"{row['requirements_met']} / {row['requirements']}"
    money = [_said(YEARLY_MONEY, row["annual_cny"]), _said(MONEY, row["capital_cny"])]
    cells = [state.say(STATUS[row["status"]]), *money, f"{row['tasks']:,}", met, percent(row["gap"])]
    return html.Tr([name, said, *(html.Td(cell) for cell in cells)])


def _said(unit: Any, value: float | None) -> str:  # noqa: ANN401 - a unit of `scenarios.wording.shown`
    return DASH if value is None else str(unit.say(value))
