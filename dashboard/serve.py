"""The dashboard behind a web server on this machine."""

from __future__ import annotations

import signal
import socket
import sys
import threading

import waitress

from dashboard.app import create_app
from dashboard.security import UnsafeError, check_host
from dashboard.service import Service
from dashboard.state import DEFAULT_SCENARIO
from scenarios.store import Store, StoreError, open_store
from scenarios.store.place import data_folder, default_url, kept_secret

THREADS = 32
"""More than any one user may hold; see `dashboard.turns`."""


def serve(host: str = "127.0.0.1", port: int = 8050, store_url: str | None = None) -> int:
    """Serve until stopped, and return the exit code: 0, or 2 when it may not or cannot listen, or keep anything.

    Versions and jobs are kept at ``store_url``, by default in a file of this user.
    """
    try:
        listener = _listener(host, port)
    except (UnsafeError, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    try:
        store, secret = _kept(store_url)
    except (StoreError, OSError) as error:
        listener.close()
        said = f"{error.what.zh}\n{error.what.en}" if isinstance(error, StoreError) else str(error)
        sys.stderr.write(f"{said}\n")
        return 2
    service = Service(store=store)
    app = create_app(service, secret=secret)
    server = waitress.create_server(app.server, sockets=[listener], threads=THREADS, ident=None)
    threading.Thread(target=service.warm, args=(DEFAULT_SCENARIO,), daemon=True).start()
    sys.stderr.write(f"http://{host}:{port}/\n")
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, _stop)
    try:
        service.jobs.resume()
        server.run()
    except KeyboardInterrupt:
        server.close()
    finally:
        service.close()
    return 0


def _listener(host: str, port: int) -> socket.socket:
    check_host(host)
    return socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)


def _kept(store_url: str | None) -> tuple[Store, str]:
    """Return the store and the secret that cookies are signed with, so that a browser is known again tomorrow."""
    folder = data_folder()
    secret = kept_secret(folder)
    return open_store(store_url or default_url(folder)), secret


def _stop(*_: object) -> None:
    raise KeyboardInterrupt
