"""The processes that work off jobs: started when there is work, replaced when they end, gone when the dashboard is."""

from __future__ import annotations

import contextlib
import os
import secrets
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field

from scenarios.store import Store

LOOK_S = 0.5
SHORTEST_S = 5.0
"""Seconds between two starts in the same place, so that a process that cannot start does not start forever."""
PATIENCE_S = 5.0


def fair_size() -> int:
    """Return how many processes leave a core to whoever is at the screen."""
    return max(1, (os.cpu_count() or 1) - 1)


@dataclass(slots=True)
class _Post:
    """A place in the crew: the process that holds it and when it began."""

    name: str
    process: subprocess.Popen[bytes]
    since: float


@dataclass(slots=True)
class Crew:
    """Some worker processes on one store."""

    store: Store
    size: int = field(default_factory=fair_size)
    _posts: list[_Post] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _end: threading.Event = field(default_factory=threading.Event)

    def start(self) -> None:
        """Start the processes if they are not there."""
        with self._lock:
            if self._posts or self._end.is_set():
                return
            self._posts += [self._hired() for _ in range(self.size)]
        threading.Thread(target=self._watch, daemon=True, name="crew").start()

    def close(self) -> None:
        """End the processes and give back what they were at; nothing is started afterwards."""
        self._end.set()
        with self._lock:
            posts, self._posts = self._posts, []
        for post in posts:
            _dismiss(post)
            self.store.give_back(post.name)

    @property
    def pids(self) -> list[int]:
        """Ids of the processes."""
        with self._lock:
            return [post.process.pid for post in self._posts]

    def _hired(self) -> _Post:
        name = secrets.token_hex(8)
        command = [sys.executable, "-m", "scenarios.live.worker", name]
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)  # noqa: S603 - our own program
        if process.stdin is not None:
            process.stdin.write(f"{self.store.url}\n".encode())
            process.stdin.flush()
        return _Post(name, process, time.monotonic())

    def _watch(self) -> None:
        """Replace processes that ended, and queue their jobs again."""
        while not self._end.wait(LOOK_S):
            with self._lock:
                for place, post in enumerate(self._posts):
                    if post.process.poll() is not None and time.monotonic() - post.since > SHORTEST_S:
                        _dismiss(post)
                        self.store.give_back(post.name)
                        self._posts[place] = self._hired()


def _dismiss(post: _Post) -> None:
    """Close a process's input, at which it ends, and make sure that it did."""
    if post.process.stdin is not None:
        with contextlib.suppress(BrokenPipeError):
            post.process.stdin.close()
    try:
        post.process.wait(PATIENCE_S)
    except subprocess.TimeoutExpired:
        post.process.kill()
        post.process.wait()
