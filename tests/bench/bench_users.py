"""Ten users at once on the page Try: whether each gets the right answer, and how long it takes.

``python tests/bench/bench_users.py [SCENARIO] [USERS] [MOVES]`` serves the dashboard in a process of its own. Each user
has a cookie and moves a slider as fast as answers come. Afterwards every move is asked again, one at a time, of a fresh
server: an answer that differs is wrong. Exits with 1 when one is, or when 95 % of the answers took more than a second.
"""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any
from urllib.request import HTTPCookieProcessor, OpenerDirector, Request, build_opener

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
MAIN = "from scenarios.cli import main; main()"
SLOWEST_S = 1.0
SPREAD = 0.25
"""How far from where it stands a user moves a slider, as a share."""


@contextmanager
def served() -> Iterator[str]:
    """Serve the dashboard on a free port, with a store that goes afterwards."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-c", MAIN, "dashboard", "--port", str(port)]
        process = subprocess.Popen(
            [*command, "--store", f"sqlite:///{folder}/plans.sqlite"], cwd=ROOT, stderr=subprocess.DEVNULL
        )
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait(30)


@dataclass(slots=True)
class User:
    """A browser without a screen: its cookie, the page Try as it got it, and how a move is sent."""

    address: str
    scenario: str
    seconds: list[float] = field(default_factory=list)
    got: dict[tuple[str, float], str] = field(default_factory=dict)
    levers: dict[str, float] = field(default_factory=dict)
    rule: dict[str, Any] = field(default_factory=dict)
    live: str = ""
    browser: OpenerDirector = field(default_factory=lambda: build_opener(HTTPCookieProcessor(CookieJar())))

    def arrive(self) -> None:
        """Open the page, and learn which sliders there are and what a move must hold."""
        until = time.monotonic() + 60
        while True:
            try:
                self.browser.open(self.address, timeout=60).read()
                break
            except OSError:
                if time.monotonic() > until:
                    raise
                time.sleep(0.2)
        rules = json.loads(self.browser.open(f"{self.address}/_dash-dependencies", timeout=60).read())
        self.rule = next(rule for rule in rules if "answer.data" in rule["output"] and rule["inputs"])
        show = next(rule for rule in rules if "root.children" in rule["output"])
        href = f"/try?s={self.scenario}&lang=en"
        page = self._ask(show, {"route": {"href": href}}, ["route.data"])
        self.live = href.partition("?")[2]
        self.levers = {
            part["props"]["id"]["id"]: float(part["props"]["value"])
            for part in _parts(page["response"]["root"]["children"])
            if isinstance(part["props"].get("id"), dict) and part["props"]["id"].get("type") == "slid"
        }

    def move(self, name: str, value: float) -> None:
        """Move a slider, and keep what came back and how long it took."""
        begin = time.perf_counter()
        values = {"slid": self.levers | {name: value}, "live": f"?{self.live}", "pollutant": "nox", "excluded": []}
        answer = self._ask(self.rule, values, [f'{{"id":"{name}","type":"slid"}}.value'])
        self.seconds.append(time.perf_counter() - begin)
        self.got[name, value] = json.dumps(answer["response"], sort_keys=True)

    def _ask(self, rule: dict[str, Any], values: dict[str, Any], changed: list[str]) -> Any:  # noqa: ANN401 - JSON
        body = {
            "output": rule["output"],
            "outputs": _named(rule, self.levers),
            "inputs": [_filled(one, values, self.levers) for one in rule["inputs"]],
            "state": [_filled(one, values, self.levers) for one in rule["state"]],
            "changedPropIds": changed,
        }
        request = Request(  # noqa: S310 - our own server
            f"{self.address}/_dash-update-component", json.dumps(body).encode(), {"Content-Type": "application/json"}
        )
        return json.loads(self.browser.open(request, timeout=120).read())


def _named(rule: dict[str, Any], levers: dict[str, float]) -> Any:  # noqa: ANN401 - JSON
    """Return the outputs of a callback as a browser names them."""
    names = [name.split("@")[0] for name in rule["output"].strip(".").split("...")]
    found: list[Any] = []
    for name in names:
        owner, _, prop = name.rpartition(".")
        is_many = owner.startswith("{")
        kind = json.loads(owner).get("type") if is_many else ""
        slid = [{"id": {"id": one, "type": kind}, "property": prop} for one in levers] if kind == "slid" else []
        found.append(slid if is_many else {"id": owner, "property": prop})
    return found if rule["output"].startswith("..") else found[0]


def _filled(one: dict[str, Any], values: dict[str, Any], levers: dict[str, float]) -> Any:  # noqa: ANN401 - JSON
    """Return an input or state with its value: those of the sliders one by one, all others by their id."""
    name, prop = one["id"], one["property"]
    if not name.startswith("{"):
        return {"id": name, "property": prop, "value": values.get(name)}
    kind = json.loads(name)["type"]
    if kind != "slid":
        return []
    slid = values.get("slid", levers)
    ids = [{"id": lever, "type": kind} for lever in levers]
    return [{"id": key, "property": prop, "value": key if prop == "id" else slid[key["id"]]} for key in ids]


def _parts(tree: Any) -> Iterator[Any]:  # noqa: ANN401 - a tree of components
    """Yield every component of a page."""
    if isinstance(tree, list):
        for part in tree:
            yield from _parts(part)
    elif isinstance(tree, dict) and "props" in tree:
        yield tree
        yield from _parts(tree["props"].get("children"))


def moves_of(user: User, number: int, moves: int) -> list[tuple[str, float]]:
    """Return what a user moves where: no two users the same."""
    draw = np.random.default_rng(number)
    names = [name for name, value in user.levers.items() if value > 0]
    picked = [names[int(place)] for place in draw.integers(len(names), size=moves)]
    shares = draw.uniform(1 - SPREAD, 1 + SPREAD, size=moves)
    return [(name, float(f"{user.levers[name] * share:.5g}")) for name, share in zip(picked, shares, strict=True)]


def main() -> None:
    """Print the figures."""
    scenario = sys.argv[1] if len(sys.argv) > 1 else "huzhou-2023"
    users, moves = (int(word) for word in (sys.argv[2:4] if len(sys.argv) > 3 else ("10", "8")))
    with served() as address:
        crowd = [User(address, scenario) for _ in range(users)]
        for user in crowd:
            user.arrive()

        def work(number: int) -> None:
            for name, value in moves_of(crowd[number], number, moves):
                crowd[number].move(name, value)

        threads = [threading.Thread(target=work, args=(number,)) for number in range(users)]
        begin = time.perf_counter()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        wall = time.perf_counter() - begin
    with served() as address:
        alone = User(address, scenario)
        alone.arrive()
        for user in crowd:
            for name, value in user.got:
                alone.move(name, value)
    wrong = sum(answer != alone.got[move] for user in crowd for move, answer in user.got.items())
    seconds = np.array([second for user in crowd for second in user.seconds])
    print(f"{users} users, {len(seconds)} moves in {wall:.1f} s on {scenario}; {wrong} answers wrong")
    print(f"all at once: p50 {np.quantile(seconds, 0.5):.2f} s, p95 {np.quantile(seconds, 0.95):.2f} s")
    print(f"one at a time: p50 {np.quantile(alone.seconds, 0.5):.2f} s, p95 {np.quantile(alone.seconds, 0.95):.2f} s")
    sys.exit(0 if wrong == 0 and np.quantile(seconds, 0.95) <= SLOWEST_S else 1)


if __name__ == "__main__":
    main()
