"""The lane of moves: so many are answered at once as there are processors, the others in the order they came.

Answers worked out side by side hold each other up: ten that take 30 ms each are all late, where one after the other
the first is there at once and none waits for longer than those before it take.
"""

from __future__ import annotations

import heapq
import itertools
import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

PATIENT_S = 1.0
"""So much later than they come those count that can wait."""


def processors() -> int:
    """Return how many processors there are."""
    return os.cpu_count() or 1


@dataclass(slots=True)
class Lane:
    """Who waits, in order of when they came, and how many are at it; ``clock`` tells seconds."""

    width: int = field(default_factory=processors)
    clock: Callable[[], float] = time.monotonic
    _numbers: Iterator[int] = field(default_factory=itertools.count)
    _waiting: list[tuple[float, int]] = field(default_factory=list)
    _working: int = 0
    _changed: threading.Condition = field(default_factory=threading.Condition)

    @contextmanager
    def turn(self, patience_s: float = 0.0) -> Iterator[None]:
        """Wait for one's turn and hold it; whoever has patience lets those go first who come so much later."""
        with self._changed:
            mine = (self.clock() + patience_s, next(self._numbers))
            heapq.heappush(self._waiting, mine)
            self._changed.wait_for(lambda: self._working < self.width and self._waiting[0] == mine)
            heapq.heappop(self._waiting)
            self._working += 1
            self._changed.notify_all()
        try:
            yield
        finally:
            with self._changed:
                self._working -= 1
                self._changed.notify_all()
