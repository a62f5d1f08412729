"""Turns: no user computes so much at once that others wait for it."""

from __future__ import annotations

import threading
from collections import Counter
from dataclasses import dataclass, field

from flask import Flask, abort, g, request, session

AT_ONCE = 2
"""Answers that are worked out for one user at the same time."""
MOST = 8
"""Questions of one user that are open, a browser's own six among them; more are refused."""


@dataclass(slots=True)
class Turns:
    """Who has how many questions open, and how many of them are worked on."""

    at_once: int = AT_ONCE
    most: int = MOST
    _open: Counter[str] = field(default_factory=Counter)
    _working: Counter[str] = field(default_factory=Counter)
    _changed: threading.Condition = field(default_factory=threading.Condition)

    def take(self, user: str) -> bool:
        """Wait for a turn of a user; False when too many of them wait already."""
        with self._changed:
            if self._open[user] >= self.most:
                return False
            self._open[user] += 1
            self._changed.wait_for(lambda: self._working[user] < self.at_once)
            self._working[user] += 1
        return True

    def give(self, user: str) -> None:
        """Give a turn back."""
        with self._changed:
            for count in (self._open, self._working):
                count[user] -= 1
                if count[user] <= 0:
                    del count[user]
            self._changed.notify_all()


def register(server: Flask, turns: Turns) -> None:
    """Let every question that is worked out wait for its user's turn."""

    def begin() -> None:
        if request.method != "POST":
            return
        user = str(session.get("owner") or f"at {request.remote_addr}")
        if not turns.take(user):
            abort(429)
        g.turn = user

    def end(_: BaseException | None) -> None:
        user = g.pop("turn", None)
        if user is not None:
            turns.give(user)

    server.before_request(begin)
    server.teardown_request(end)
