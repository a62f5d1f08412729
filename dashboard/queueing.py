"""What happens on the page Jobs: queue, watch, cancel, share, remove, look at results, take them away."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from dash import ALL, Dash, Input, Output, ctx, html, no_update
from dash import State as Kept
from dash.exceptions import PreventUpdate
from flask import Flask, Response, abort

from dashboard.kit import notice, say
from dashboard.pages.jobs import board, progress, results, signature
from dashboard.service import Service
from dashboard.state import State, read_state
from dashboard.users import owner
from model.problems import InputError
from scenarios.live.jobs import IAMC_CSV, IAMC_XLSX, RUNS_CSV
from scenarios.live.orders import LONGEST_TITLE, MOST_LEVELS, Order, grid_order, levels_between, uploaded_order
from scenarios.store import Job, StoreError

type Seen = tuple[Any, Any, Any, Any, Any]
"""The list, what it looks like, how far each job is, whether the clock stands still, the results of the picked job."""

ACTS = frozenset({"results", "cancel", "share", "unshare", "drop"})
TYPES: Mapping[str, str] = {
    RUNS_CSV: "text/csv",
    IAMC_CSV: "text/csv",
    IAMC_XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
HIGHEST = 1e12


def register(app: Dash, service: Service) -> None:
    """Answer what is done on the page Jobs."""
    _queue(app, service)
    _watch(app, service)
    _levels(app, service)
    _files(app.server, service)


def _queue(app: Dash, service: Service) -> None:
    @app.callback(
        Output("job-said", "children"),
        Output("jobs-tick", "disabled", allow_duplicate=True),
        Output("jobs-tick", "n_intervals"),
        Input("job-go", "n_clicks"),
        Input("job-upload", "contents"),
        Kept("job-lever", "value"),
        Kept("job-from", "value"),
        Kept("job-to", "value"),
        Kept("job-count", "value"),
        Kept("job-title", "value"),
        Kept("live", "data"),
        prevent_initial_call=True,
    )
    def queue(_: object, contents: object, *sent: Any) -> tuple[Any, Any, Any]:  # noqa: ANN401 - whatever a browser sends
        state = _state(service, sent[-1])
        is_file = ctx.triggered_id == "job-upload"
        return queued(service, state, contents if is_file else None, sent[:-1], is_file=is_file)


def _watch(app: Dash, service: Service) -> None:
    @app.callback(
        Output("jobs-list", "children"),
        Output("jobs-known", "data"),
        Output({"type": "job-bar", "id": ALL}, "children"),
        Output("jobs-tick", "disabled", allow_duplicate=True),
        Output("job-results", "children"),
        Output("job-picked", "data"),
        Input("jobs-tick", "n_intervals"),
        Input({"type": "job", "what": ALL, "id": ALL}, "n_clicks"),
        Kept({"type": "job-bar", "id": ALL}, "id"),
        Kept("jobs-known", "data"),
        Kept("job-picked", "data"),
        Kept("live", "data"),
        prevent_initial_call=True,
    )
    def watch(_: object, clicks: list[object], bars: object, known: object, picked: object, live: object) -> Any:  # noqa: ANN401 - outputs of Dash
        touched = ctx.triggered_id if isinstance(ctx.triggered_id, dict) else None
        if touched is not None and not any(clicks):
            raise PreventUpdate
        picked = acted(service, touched, picked)
        return *seen(service, _state(service, live), bars, known, picked), picked


def _levels(app: Dash, service: Service) -> None:
    @app.callback(
        Output("job-from", "value"),
        Output("job-to", "value"),
        Input("job-lever", "value"),
        Kept("live", "data"),
        prevent_initial_call=True,
    )
    def levels(name: object, live: object) -> tuple[float, float]:
        return levels_of(service, _state(service, live), name)


def _files(server: Flask, service: Service) -> None:
    def send(job: int, name: str) -> Response:
        if name not in TYPES:
            abort(404)
        made = service.jobs.file(owner(), job, name)
        if made is None:
            abort(404)
        head = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
        return Response(made, headers=head, mimetype=TYPES[name])

    server.add_url_rule("/jobs/<int:job>/<name>", "job_files", send)


def queued(service: Service, state: State, contents: object, sent: Sequence[Any], *, is_file: bool) -> tuple[Any, ...]:
    """Queue what is asked for, and say so or what is wrong with it."""
    try:
        order = _uploaded(service, contents, sent) if is_file else _grid(service, state, sent)
        job = service.jobs.queue(owner(), replace(order, path=service.place_of(order.base)))
    except InputError as error:
        said = [problem.say(state.language) for problem in error.problems]
        return notice(say(state, "not_queued"), said), no_update, no_update
    except StoreError as error:
        return notice(state.say(error.what), []), no_update, no_update
    return html.P(say(state, "queued", runs=f"{job.total:,}"), className="verdict good", role="status"), False, 0


def _uploaded(service: Service, contents: object, sent: Sequence[Any]) -> Order:
    return uploaded_order(contents, service.scenario_ids(), _title(sent[-1]))


def _grid(service: Service, state: State, sent: Sequence[Any]) -> Order:
    """Return the order that the form amounts to."""
    name, low, high, count, title = sent
    lever = next((one for one in service.view(state).levers if one.requirement_id == name), None)
    numbers = [value for value in (low, high, count) if _is_number(value)]
    if lever is None or len(numbers) != len((low, high, count)):
        raise PreventUpdate
    levels = levels_between(float(low), float(high), min(int(count), MOST_LEVELS + 1))
    return grid_order(state.scenario, state.edits, lever, levels, _title(title))


def levels_of(service: Service, state: State, name: object) -> tuple[float, float]:
    """Return the levels to offer for a requirement: a fifth less and more than it asks for."""
    lever = next((one for one in service.view(state).levers if one.requirement_id == name), None)
    if lever is None or lever.value is None:
        raise PreventUpdate
    return float(f"{0.8 * lever.value:.4g}"), float(f"{1.2 * lever.value:.4g}")


def acted(service: Service, touched: Mapping[str, Any] | None, picked: object) -> int | None:
    """Do what was clicked on, and return the job whose results are shown."""
    shown = picked if isinstance(picked, int) and not isinstance(picked, bool) else None
    if touched is None:
        return shown
    job, what = touched.get("id"), touched.get("what")
    if not isinstance(job, int) or what not in ACTS:
        raise PreventUpdate
    store, who = service.jobs.store, owner()
    if what == "results":
        return job
    if what == "cancel":
        store.cancel(job, who)
    elif what == "drop":
        store.remove_job(job, who)
    else:
        store.share(job, who, is_shared=what == "share")
    return None if what == "drop" and job == shown else shown


def seen(service: Service, state: State, bars: object, known: object, picked: int | None) -> Seen:
    """Return what has changed since the page was last told; a list that looks the same keeps the keyboard's place."""
    jobs = service.jobs.listed(owner())
    by_id = {job.id: job for job in jobs}
    ids = [bar.get("id") for bar in bars if isinstance(bar, dict)] if isinstance(bars, list) else []
    is_still = all(job.is_over for job in jobs)
    shown = [] if picked not in by_id else [_results(service, state, by_id[picked])]
    now = signature(jobs)
    if now == known:
        moved = [progress(state, by_id[job]) if job in by_id else no_update for job in ids]
        return no_update, no_update, moved, is_still, shown
    return board(state, jobs), now, [no_update] * len(ids), is_still, shown


def _results(service: Service, state: State, job: Job) -> Any:  # noqa: ANN401 - a component of Dash
    return results(state, job, service.jobs.table(job))


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= HIGHEST


def _title(value: object) -> str:
    return value[:LONGEST_TITLE] if isinstance(value, str) else ""


def _state(service: Service, live: object) -> State:
    return replace(read_state(live, service.scenario_ids()), path="/jobs")
