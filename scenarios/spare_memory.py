"""Memory that is free and kept all the same: glibc and Arrow hold on to what reading a large inventory has left."""

from __future__ import annotations

import ctypes
import sys
import tempfile

import numpy as np

from model.sector import FloatArray

MANY_SOURCES = 100_000
"""With fewer sources there is nothing worth giving back."""


def give_back(sources: int) -> None:
    """Return what is free to the system, where there is a way to; nothing for few sources."""
    if sources < MANY_SOURCES:
        return
    pyarrow = sys.modules.get("pyarrow")
    if pyarrow is not None:
        pyarrow.default_memory_pool().release_unused()
    if sys.platform == "linux":
        getattr(ctypes.CDLL(None), "malloc_trim", int)(0)


def on_disk(values: FloatArray) -> FloatArray:
    """Return an array that is read from a temporary file, which goes with it; an empty one as it is."""
    if not values.size:
        return values
    with tempfile.TemporaryFile(prefix="jianpai-") as file:
        values.tofile(file)
        file.flush()
        return np.asarray(np.memmap(file, dtype=np.float64, mode="r", shape=values.shape))
