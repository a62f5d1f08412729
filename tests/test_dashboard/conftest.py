"""What the dashboard's tests share: one service on Huzhou, one server on this machine, and a watched browser."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import waitress
from flask.testing import FlaskClient

from dashboard.app import create_app
from dashboard.service import Service

CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--force-color-profile=srgb",
    "--font-render-hinting=none",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
)
PATIENCE_MS = 15_000
FIRST_MS = 60_000
"""For the first page of a browser, which fetches every script."""

SCENARIOS = ("huzhou-2023", "lingwu-2020")

type Open = Callable[..., Any]


@pytest.fixture(scope="session")
def service() -> Iterator[Service]:
    """One service for all tests: what it keeps is the same for every user."""
    made = Service()
    yield made
    made.close()


@pytest.fixture(scope="session")
def address(service: Service) -> Iterator[str]:
    """A server in this process, so that coverage sees what callbacks do; its scenarios are read already."""
    for scenario in SCENARIOS:
        service.warm(scenario)
    server = waitress.create_server(create_app(service).server, host="127.0.0.1", port=0, threads=8)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.effective_port}"
    server.close()
    thread.join(5)


class Buffered(FlaskClient):
    """A client that reads every answer to its end, so that no file stays open."""

    def open(self, *args: Any, **settings: Any) -> Any:  # noqa: ANN401 - as the class it stands for
        return super().open(*args, **{"buffered": True, **settings})


@pytest.fixture(scope="session")
def client(service: Service) -> FlaskClient:
    """Requests without a browser."""
    server = create_app(service).server
    return Buffered(server, server.response_class)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """A browser that finds no other host."""
    playwright = pytest.importorskip("playwright.sync_api")
    if not Path(CHROMIUM).exists():
        pytest.skip("no chromium on this machine")
    playwright.expect.set_options(timeout=PATIENCE_MS)
    with playwright.sync_playwright() as running:
        browser = running.chromium.launch(executable_path=CHROMIUM, headless=True, args=list(FLAGS))
        yield browser
        browser.close()


class Desk:
    """Contexts of the browser: one shared by most tests, so that files are fetched once, and new ones for new users."""

    def __init__(self, browser: Any) -> None:  # noqa: ANN401 - playwright is optional
        self._browser = browser
        self._shared: dict[bool, Any] = {}

    def context(self, *, is_new: bool, bypass_csp: bool) -> Any:  # noqa: ANN401 - as above
        if is_new:
            return self._browser.new_context()
        if bypass_csp not in self._shared:
            self._shared[bypass_csp] = self._browser.new_context(bypass_csp=bypass_csp)
        return self._shared[bypass_csp]


@pytest.fixture(scope="session")
def desk(chromium: Any) -> Desk:  # noqa: ANN401 - as above
    """The browser's contexts."""
    return Desk(chromium)


@pytest.fixture
def open_page(desk: Desk, address: str) -> Iterator[Open]:
    """Open a page of the dashboard; the test fails on any complaint of the browser."""
    complaints: list[str] = []
    pages: list[Any] = []

    def open_(
        path: str = "/", *, width: int = 1440, height: int = 900, is_new: bool = False, bypass_csp: bool = False
    ) -> Any:  # noqa: ANN401 - as above
        page = desk.context(is_new=is_new, bypass_csp=bypass_csp).new_page()
        pages.append(page)
        page.set_viewport_size({"width": width, "height": height})
        page.set_default_timeout(PATIENCE_MS)
        page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("request", lambda sent: complaints.append(sent.url) if _is_outside(sent.url) else None)
        page.goto(f"{address}{path}")
        page.wait_for_selector("#page", timeout=FIRST_MS)
        return page

    yield open_
    for page in pages:
        page.evaluate("window.localStorage.clear()")
        page.close()
    assert complaints == []


def _is_outside(url: str) -> bool:
    return urlsplit(url).scheme not in {"data", "blob"} and urlsplit(url).hostname != "127.0.0.1"


@pytest.fixture(scope="session")
def axe() -> str:
    """The accessibility checker, where it is installed: ``npm install axe-core`` beside the tests."""
    root = Path(__file__).parents[2]
    folders = [
        Path(folder) for folder in (os.environ.get("AXE_CORE", ""), str(root / "node_modules" / "axe-core")) if folder
    ]
    found = next((folder / "axe.min.js" for folder in folders if (folder / "axe.min.js").is_file()), None)
    if found is None:
        pytest.skip("axe-core is not installed")
    return found.read_text(encoding="utf-8")
