"""When a solve that was given a time limit has to end: all its steps share what is left."""

from __future__ import annotations

import time
from dataclasses import dataclass

SOON = 1e-3
"""Seconds that a step begun at the last moment may take."""


@dataclass(frozen=True, slots=True)
class Deadline:
    """``ends_at`` in seconds of the monotonic clock, None for a solve without a limit, which never reads the clock."""

    ends_at: float | None

    @classmethod
    def after(cls, limit_s: float | None) -> Deadline:
        """Return the deadline of a solve that begins at this moment."""
        return cls(None if limit_s is None else time.monotonic() + limit_s)

    @property
    def left_s(self) -> float | None:
        """Seconds left, at least ``SOON``, None without a limit."""
        return None if self.ends_at is None else max(self.ends_at - time.monotonic(), SOON)

    @property
    def is_over(self) -> bool:
        """Whether the limit is reached."""
        return self.ends_at is not None and time.monotonic() >= self.ends_at


NO_DEADLINE = Deadline(None)
