"""What the server refuses, and what every answer carries."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from datetime import timedelta
from urllib.parse import urlsplit

from flask import Flask, Response, abort, request

LOOPBACK = ("127.0.0.1", "localhost", "[::1]", "::1")
MOST_BYTES = 12_000_000
"""Of a request's body: a workbook of some 8 MB in base64."""

REMEMBERED = timedelta(days=180)
"""How long a browser is known again: its jobs are its own."""

WEAK_SECRETS = frozenset({"", "secret", "changeme", "change-me", "dev", "password", "jianpai"})
SHORTEST_SECRET = 16

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}


class UnsafeError(Exception):
    """The server is asked to run in a way that is not safe; the message says what to do instead."""


def check_host(host: str, *, has_login: bool = False) -> None:
    """Refuse to listen to other machines without a login in front. Raises `UnsafeError`."""
    if host not in LOOPBACK and not has_login:
        raise UnsafeError(
            f"拒绝监听 {host}：没有登录保护，只能用 127.0.0.1。请在其前面架设带登录的反向代理。\n"
            f"refusing to listen on {host}: there is no login, so only 127.0.0.1 is served; "
            "put a reverse proxy with a login in front"
        )


def secret_key(given: str | None) -> str:
    """Return the key that cookies are signed with: a random one unless a strong one is given. Raises `UnsafeError`."""
    if given is None:
        return secrets.token_hex(32)
    if given.strip().lower() in WEAK_SECRETS or len(given) < SHORTEST_SECRET:
        raise UnsafeError("密钥过弱，请使用至少16个随机字符。\nthe secret is weak: use at least 16 random characters")
    return given


def protect(server: Flask, *, hosts: Sequence[str], secret: str | None = None) -> None:
    """Set limits and cookies, and refuse requests that another site sends."""
    server.config.update(
        SECRET_KEY=secret_key(secret),
        TRUSTED_HOSTS=[*LOOPBACK, *hosts],
        MAX_CONTENT_LENGTH=MOST_BYTES,
        SESSION_COOKIE_NAME="jianpai",
        SESSION_REFRESH_EACH_REQUEST=False,
        PERMANENT_SESSION_LIFETIME=REMEMBERED,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Strict",
    )
    server.before_request(refuse_other_sites)


def refuse_other_sites() -> None:
    """Refuse what a page of another site sends: a browser says so in ``Sec-Fetch-Site`` and ``Origin``."""
    if request.method in {"GET", "HEAD", "OPTIONS"}:
        return
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in {"same-origin", "none"}:
        abort(403)
    origin = request.headers.get("Origin")
    if origin is not None and urlsplit(origin).netloc != request.host:
        abort(403)
    if not request.is_json:
        abort(415)


def content_policy(script_hashes: Iterable[str]) -> str:
    """Return the content policy: everything from this server, scripts from files or of a known hash, no eval.

    Styles may stand in the page because the components write theirs there.
    """
    rules = {
        "default-src": "'self'",
        "script-src": " ".join(["'self'", *script_hashes]),
        "style-src": "'self' 'unsafe-inline'",
        "img-src": "'self' data: blob:",
        "font-src": "'self' data:",
        "connect-src": "'self'",
        "worker-src": "'self' blob:",
        "object-src": "'none'",
        "base-uri": "'self'",
        "form-action": "'self'",
        "frame-ancestors": "'none'",
    }
    return "; ".join(f"{name} {value}" for name, value in rules.items())


def add_headers(response: Response, policy: str) -> Response:
    """Put the safety headers on an answer."""
    response.headers.update(HEADERS)
    response.headers["Content-Security-Policy"] = policy
    return response
