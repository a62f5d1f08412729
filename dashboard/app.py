"""The dashboard as a web application."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from dash import ClientsideFunction, Dash, Input, Output
from flask import Response

from dashboard import asking, files, routes, tasking, trial
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
    files.register(app.server, asked)
    for name, output, inputs in CLIENT:
        app.clientside_callback(ClientsideFunction("jianpai", name), output, inputs)  # type: ignore[no-untyped-call]
    _guard(app, hosts=hosts, secret=secret)
    return app


CLIENT: Sequence[tuple[str, Output, Input]] = (
    ("visit", Output("address", "title"), Input("route", "data")),
    ("boot", Output("route", "data"), Input("address", "id")),
    ("address", Output("address", "children"), Input("moved", "data")),
)


def _guard(app: Dash, *, hosts: Sequence[str], secret: str | None) -> None:
    protect(app.server, hosts=hosts, secret=secret)
    policy = content_policy(app.csp_hashes())

    def finish(response: Response) -> Response:
        return add_headers(squeeze(response), policy)

    app.server.after_request(finish)
