"""The dashboard as a web application."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from dash import ClientsideFunction, Dash, Input, Output
from flask import Response

from dashboard import asking, files, keeping, queueing, routes, tasking, trial, turns, users
from dashboard.security import add_headers, content_policy, protect
from dashboard.service import Service
from dashboard.shell import empty_page
from dashboard.squeeze import squeeze

INDEX = """<!DOCTYPE html>
<html lang="zh-CN" data-mantine-color-scheme="light">
<head>{%metas%}<title>{%title%}</title><link rel="icon" href="data:,">{%css%}</head>
<body>{%app_entry%}<footer>{%config%}{%scripts%}{%renderer%}</footer></body>
</html>"""


def create_app(service: Service | None = None, *, hosts: Sequence[str] = (), secret: str | None = None) -> Dash:
    """Return the application; ``hosts`` are further names under which it may be asked for."""
    app = Dash(
        __name__,
        assets_folder=str(Path(__file__).parent / "assets"),
        title="减排 Jianpai",
        update_title="",
        index_string=INDEX,
        serve_locally=True,
        compress=False,
        enable_mcp=False,
        suppress_callback_exceptions=True,
        add_log_handler=False,
        meta_tags=[{"name": "viewport", "content": "width=device-width, initial-scale=1"}],
    )
    app.layout = empty_page()
    asked = service or Service()
    routes.register(app, asked)
    trial.register(app, asked)
    tasking.register(app, asked)
    asking.register(app, asked)
    keeping.register(app, asked)
    queueing.register(app, asked)
    users.register(app.server)
    files.register(app.server, asked)
    for space, name, output, inputs in CLIENT:
        app.clientside_callback(ClientsideFunction(space, name), output, *inputs)  # type: ignore[no-untyped-call]
    _guard(app, hosts=hosts, secret=secret)
    return app


CLIENT: Sequence[tuple[str, str, Output, Sequence[Input]]] = (
    ("jianpai", "visit", Output("address", "title"), [Input("route", "data")]),
    ("jianpai", "boot", Output("route", "data"), [Input("address", "id")]),
    ("drawing", "answer", Output("drawn", "data"), [Input("answer", "data"), Input("first", "data")]),
    ("jianpai", "address", Output("address", "children"), [Input("moved", "data")]),
)


def _guard(app: Dash, *, hosts: Sequence[str], secret: str | None) -> None:
    protect(app.server, hosts=hosts, secret=secret)
    turns.register(app.server, turns.Turns())
    policy = content_policy(app.csp_hashes())

    def finish(response: Response) -> Response:
        return add_headers(squeeze(response), policy)

    app.server.after_request(finish)
