"""The server itself: where it keeps things, what it refuses, and that nothing of it is left when it ends."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

import psutil
import pytest
import waitress
from typer.testing import CliRunner

from dashboard import serve as serving
from dashboard.service import Service
from scenarios.cli import app
from scenarios.live.orders import Order
from scenarios.store import Quota, open_store
from scenarios.store.place import data_folder, default_url, kept_secret, temporary_store

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_S = 60.0
SWEEP = 'schema = 1\nbase = "huzhou-2023"\n[grid]\ndiscount_rate = [0.03, 0.031, 0.032, 0.033, 0.034, 0.035, 0.036]\n'


class _Server:
    """Stands for a server that is stopped by the keyboard at once."""

    def __init__(self) -> None:
        self.is_closed = False

    def run(self) -> None:
        raise KeyboardInterrupt

    def close(self) -> None:
        self.is_closed = True


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path))
    return tmp_path / "jianpai"


def test_the_server_starts_says_where_and_ends_with_the_keyboard(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], home: Path
) -> None:
    server = _Server()

    def make(_: object, **settings: Any) -> _Server:  # noqa: ANN401 - as the server takes them
        for listener in settings["sockets"]:
            listener.close()
        return server

    monkeypatch.setattr(waitress, "create_server", make)
    monkeypatch.setattr(Service, "warm", lambda *_: None)
    before = signal.getsignal(signal.SIGTERM)
    try:
        assert serving.serve(port=0) == 0
        with pytest.raises(KeyboardInterrupt):
            serving._stop()  # noqa: SLF001 - what SIGTERM calls
    finally:
        signal.signal(signal.SIGTERM, before)
    assert server.is_closed
    assert "http://127.0.0.1" in capsys.readouterr().err
    assert (home / "plans.sqlite").exists()


@pytest.mark.usefixtures("home")
def test_a_store_that_cannot_be_used_is_a_message() -> None:
    result = CliRunner().invoke(app, ["dashboard", "--store", "nonsense", "--port", "18999"])
    assert result.exit_code == 2
    assert "not the address of a database" in result.stderr


def test_the_secret_is_kept_for_this_user_alone(home: Path) -> None:
    secret = kept_secret(home)
    assert len(secret) == 64
    assert kept_secret(home) == secret
    assert os.name == "nt" or (home / "session.key").stat().st_mode & 0o077 == 0


def test_data_stand_where_the_system_keeps_such(tmp_path: Path) -> None:
    assert data_folder({"XDG_DATA_HOME": "/data"}, "linux") == Path("/data/jianpai")
    assert data_folder({}, "linux") == Path.home() / ".local" / "share" / "jianpai"
    assert data_folder({"LOCALAPPDATA": "C:/data"}, "win32") == Path("C:/data/jianpai")
    assert default_url(tmp_path / "new") == f"sqlite:///{tmp_path / 'new' / 'plans.sqlite'}"
    assert (tmp_path / "new").is_dir()


def test_a_store_of_no_address_is_empty_and_its_own() -> None:
    one, other = temporary_store(), temporary_store()
    assert one.url != other.url
    for store in (one, other):
        assert store.scenarios() == ()
        store.close()


def until(holds: Callable[[], bool]) -> None:
    """Wait until something holds."""
    end = time.monotonic() + PATIENCE_S
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.1)


def answers(port: int) -> bool:
    """Say whether the server is there."""
    try:
        with urlopen(f"http://127.0.0.1:{port}/_dash-layout", timeout=5) as answer:
            return int(answer.status) == 200
    except (URLError, OSError):
        return False


@pytest.mark.slow
@pytest.mark.parametrize("how", ["SIGTERM", "SIGKILL"])
def test_what_was_left_is_gone_on_with_and_no_process_stays(tmp_path: Path, how: str) -> None:
    """A job from yesterday is taken up; whoever ends the server, and be it with SIGKILL, ends its workers too."""
    url = f"sqlite:///{tmp_path / 'plans.sqlite'}"
    store = open_store(url)
    store.queue("甲", "batch", Order("huzhou-2023", SWEEP).to_json(), quota=Quota())
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    program = [sys.executable, "-c", "from scenarios.cli import main; main()"]
    command = [*program, "dashboard", "--port", str(port), "--store", url]
    environment = os.environ | {"XDG_DATA_HOME": str(tmp_path)}
    with subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.DEVNULL) as server:
        until(lambda: answers(port))
        until(lambda: store.jobs("甲")[0].done > 0)
        workers = psutil.Process(server.pid).children(recursive=True)
        assert workers
        server.send_signal(getattr(signal, how))
        server.wait(PATIENCE_S)
    until(lambda: not any(worker.is_running() and worker.status() != psutil.STATUS_ZOMBIE for worker in workers))
    assert store.jobs("甲")[0].state == ("queued" if how == "SIGTERM" else "running")
    store.close()
