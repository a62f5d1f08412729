"""How long the page Try takes from a slider's release to the numbers and to the last picture, in headless Chromium.

``python tests/bench/bench_dashboard.py [SCENARIO] [MOVES]`` starts `jianpai dashboard` in a process of its own, moves
sliders by the keyboard, one after the other, and prints the percentiles, the largest payload, the size of the first
load, and what a cold start takes: until the address answers, and until a browser with nothing in store shows numbers.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
from playwright.sync_api import sync_playwright

ROOT = Path(__file__).parents[2]
CHROMIUM = "/usr/bin/chromium"
FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run")
VIEW: Any = {"width": 1440, "height": 900}
MOVES = 32
SEED = 7
PROBE = """
(() => {
  window.painted = {};
  const seen = (name, last) => requestAnimationFrame(() => setTimeout(() => {
    if (last || !window.painted[name]) { window.painted[name] = performance.now(); }
  }, 0));
  const watch = {subtree: true, childList: true, characterData: true};
  new MutationObserver(() => seen("numbers", false)).observe(document.querySelector("#numbers"), watch);
  for (const id of ["pic-cost", "pic-mac", "pic-emissions"]) {
    document.querySelector("#" + id + " .js-plotly-plot").on("plotly_afterplot", () => seen("pictures", true));
  }
  document.addEventListener("keyup", () => { window.released = performance.now(); }, true);
})()
"""
READ = "() => [window.painted.numbers - window.released, window.painted.pictures - window.released]"
QUIET_MS = 750
"""After a move, before the settled answer comes and paints again."""

SETTLED_MS = 2500


def main(scenario: str = "huzhou-2023", moves: int = MOVES) -> None:
    """Serve, move, print."""
    port = _free_port()
    command = [sys.executable, "-c", "from scenarios.cli import main; main()", "dashboard", "--port", str(port)]
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryDirectory() as plans:
        begin = time.perf_counter()
        server = subprocess.Popen([*command, "--store", f"sqlite:///{plans}/plans.sqlite"], cwd=ROOT)
        try:
            _wait(port)
            print(f"the address answers {time.perf_counter() - begin:.2f} s after the start")
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch_persistent_context(
                    folder, executable_path=CHROMIUM, headless=True, args=list(FLAGS), viewport=VIEW
                )
                _measure(browser, f"http://127.0.0.1:{port}/try?s={scenario}&lang=zh", moves, server.pid)
                browser.close()
        finally:
            server.terminate()
            server.wait(30)


def _measure(browser: Any, address: str, moves: int, server: int) -> None:  # noqa: ANN401 - playwright is optional
    page = browser.new_page()
    first: list[int] = []
    page.on("requestfinished", lambda request: first.append(request.sizes()["responseBodySize"]))
    begin = time.perf_counter()
    page.goto(address, timeout=120_000)
    page.wait_for_selector("#numbers", timeout=120_000)
    print(f"numbers stand there {time.perf_counter() - begin:.2f} s after the first request, nothing in store")
    page.wait_for_selector("#pic-emissions .js-plotly-plot .main-svg", timeout=120_000)
    page.wait_for_timeout(2000)
    loaded = sum(first)
    usable = _usable(browser, address)
    answers: list[Any] = []
    page.on("response", lambda answer: answers.append(answer) if "_dash-update" in answer.url else None)
    page.evaluate(PROBE)
    sliders = page.locator(".levers [role=slider]")
    count, drawn = min(3, sliders.count()), np.random.default_rng(SEED)
    keys = ("ArrowLeft", "ArrowRight", "ArrowRight")
    times, payloads = [], [0]
    before = _processor_ms(server)
    for _ in range(moves):
        times.append(_move(page, sliders.nth(int(drawn.integers(count))), keys[int(drawn.integers(3))]))
        payloads += [len(answer.body()) for answer in answers]
        answers.clear()
    for name, column in zip(("numbers painted", "pictures painted"), np.array(times).T, strict=True):
        known = column[np.isfinite(column)]
        p50, p95 = np.percentile(known, [50, 95])
        print(f"{name}: p50 {p50:.0f} ms, p95 {p95:.0f} ms, {len(known)} of {moves} moves within {QUIET_MS} ms")
    print(
        f"server: {(_processor_ms(server) - before) / moves:.0f} ms of a processor a move, the settled answer counted"
    )
    sizes = f"largest payload {max(payloads) / 1000:.1f} kB, first load {loaded / 1e6:.2f} MB"
    print(f"{sizes}, usable with a warm cache after {usable:.2f} s")


def _usable(browser: Any, address: str) -> float:  # noqa: ANN401 - as above
    """Return the seconds until a page can be used whose files are in the browser's store."""
    begin = time.perf_counter()
    page = browser.new_page()
    page.goto(address)
    page.wait_for_selector("#numbers")
    seconds = time.perf_counter() - begin
    page.close()
    return seconds


def _move(page: Any, slider: Any, key: str) -> tuple[float, float]:  # noqa: ANN401 - as above
    """Move a slider by a step, and return when numbers and last picture were painted [ms after the release]."""
    slider.focus()
    page.evaluate("window.painted = {}")
    page.keyboard.press(key)
    page.wait_for_timeout(QUIET_MS)
    times = page.evaluate(READ)
    page.wait_for_timeout(SETTLED_MS)
    return float(times[0] or np.nan), float(times[1] or np.nan)


def _processor_ms(process: int) -> float:
    """Return the processor time of a process; NaN where the system does not say."""
    stat = Path(f"/proc/{process}/stat")
    if not stat.exists():
        return float("nan")
    user, system = stat.read_text().rpartition(")")[2].split()[11:13]
    return 1000.0 * (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def _wait(port: int) -> None:
    for _ in range(2400):
        with socket.socket() as there:
            if there.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)


if __name__ == "__main__":
    given = dict(enumerate(sys.argv))
    main(given.get(1, "huzhou-2023"), int(given.get(2, MOVES)))
