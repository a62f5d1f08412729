"""Files that leave the dashboard: those of a plan that is worked out, and the empty workbook."""

from __future__ import annotations

from flask import Flask, Response, abort, request

from dashboard.service import Service
from dashboard.state import read_state

TYPES = {
    "tasks.xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "plan.docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "tasks.csv": "text/csv",
    "report.html": "text/html",
    "result.json": "application/json",
    "template.xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def register(server: Flask, service: Service) -> None:
    """Serve files by name."""

    def send(name: str) -> Response:
        state = read_state(request.full_path, service.scenario_ids())
        if name not in TYPES or state.problems:
            abort(404)
        made = service.template(state) if name == "template.xlsx" else service.file(state, name)
        if made is None:
            abort(409)
        head = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
        return Response(made, headers=head, mimetype=TYPES[name])

    server.add_url_rule("/files/<name>", "files", send)
