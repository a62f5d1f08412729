"""Work on several threads of the process; the answers come in the order they were asked for, whatever their number."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor


def in_parallel[Given, Made](work: Callable[[Given], Made], given: Sequence[Given], threads: int) -> Iterator[Made]:
    """Yield what the work makes of each thing given, in order; HiGHS and NumPy run side by side."""
    if threads == 1 or len(given) <= 1:
        yield from map(work, given)
        return
    with ThreadPoolExecutor(min(threads, len(given))) as pool:
        yield from pool.map(work, given)


def processors() -> int:
    """Return how many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
