"""The dashboard behind a web server on this machine."""

from __future__ import annotations

import socket
import sys
import threading

import waitress

from dashboard.app import create_app
from dashboard.security import UnsafeError, check_host
from dashboard.service import Service
from dashboard.state import DEFAULT_SCENARIO

THREADS = 8


def serve(host: str = "127.0.0.1", port: int = 8050) -> int:
    """Serve until stopped, and return the exit code: 0, or 2 when it may not or cannot listen."""
    try:
        check_host(host)
        listener = socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    except (UnsafeError, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    service = Service()
    server = waitress.create_server(create_app(service).server, sockets=[listener], threads=THREADS, ident=None)
    threading.Thread(target=service.warm, args=(DEFAULT_SCENARIO,), daemon=True).start()
    sys.stderr.write(f"http://{host}:{port}/\n")
    try:
        server.run()
    except KeyboardInterrupt:
        server.close()
    service.close()
    return 0
