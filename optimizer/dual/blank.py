"""Memory for an answer, written for the first time while the search goes on.

The answer is a share of every option: 0.3 GB for a national census. A virtual machine has to be given memory before it
can write to it, which takes up to three seconds a GB; a thread of its own waits for that while the search, which has
long stretches on one thread, does not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial

import numpy as np

from optimizer.arrays import Floats

MANY = 4_000_000
"""Zeros from this number on are written beside the search."""


@contextmanager
def zeros_beside(count: int, threads: int) -> Iterator[Callable[[], Floats]]:
    """Give a function that returns zeros, float64 (count,), when they are there."""
    if count < MANY or threads == 1:
        yield partial(np.zeros, count)
        return
    with ThreadPoolExecutor(1) as pool:
        yield pool.submit(_written, count).result


def _written(count: int) -> Floats:
    zeros = np.empty(count)
    zeros.fill(0.0)
    return zeros
