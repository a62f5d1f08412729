"""Compression of what is sent; the files of the package are compressed once."""

from __future__ import annotations

import gzip
from functools import lru_cache

from flask import Response, request

SMALLEST = 1000
"""Bytes below which compression is not worth its time."""

TYPES = ("text/", "application/json", "application/javascript", "image/svg+xml")
FAST, BEST = 4, 9


def squeeze(response: Response) -> Response:
    """Compress an answer when the browser takes it."""
    takes = "gzip" in request.headers.get("Accept-Encoding", "")
    is_text = (response.mimetype or "").startswith(TYPES)
    if not takes or not is_text or response.status_code != 200 or "Content-Encoding" in response.headers:  # noqa: PLR2004 - HTTP
        return response
    response.direct_passthrough = False
    data = response.get_data()
    if len(data) < SMALLEST:
        return response
    is_file = request.method == "GET" and request.path.startswith(("/_dash-component-suites/", "/assets/"))
    response.set_data(_once(data) if is_file else gzip.compress(data, FAST, mtime=0))
    response.headers["Content-Encoding"] = "gzip"
    response.headers["Vary"] = "Accept-Encoding"
    return response


@lru_cache(maxsize=128)
def _once(data: bytes) -> bytes:
    return gzip.compress(data, BEST, mtime=0)
