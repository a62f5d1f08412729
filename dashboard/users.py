"""Who asks: a browser, told from others by a signed cookie that scripts cannot read."""

from __future__ import annotations

import secrets

from flask import Flask, has_request_context, request, session

FILES = ("/_dash-component-suites/", "/assets/", "/_favicon")
"""Addresses of what is the same for everybody."""


def owner() -> str:
    """Return the id of whoever asks; outside a request, that of nobody."""
    if not has_request_context():
        return ""
    found = session.get("owner")
    if not isinstance(found, str):
        found = secrets.token_hex(16)
        session["owner"] = found
        session.permanent = True
    return found


def register(server: Flask) -> None:
    """Know every browser from its first page on."""

    def greet() -> None:
        if request.method == "GET" and not request.path.startswith(FILES):
            owner()

    server.before_request(greet)
