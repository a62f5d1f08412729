"""Memory of large scenarios: options that wait on disk, and what is free and kept all the same.

glibc and Arrow hold on to what reading a large inventory has left.
"""

from __future__ import annotations

import ctypes
import mmap
import sys
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np

from model.options import OptionTable
from model.sector import FloatArray

MANY_CHOICES = 5_000_000
"""With fewer choices there is nothing worth the trouble."""

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


def unread(values: FloatArray) -> FloatArray:
    """Return an array `on_disk` after giving back the memory that its pages took; any other as it is."""
    mapped = getattr(values.base, "base", None)
    if isinstance(mapped, mmap.mmap) and hasattr(mmap, "MADV_DONTNEED"):
        mapped.madvise(mmap.MADV_DONTNEED)
    return values


def laid_aside(table: OptionTable, *, many: int = MANY_CHOICES) -> OptionTable:
    """Return options whose costs and changes of flow wait in temporary files; few options stay as they are.

    They are read where they are looked at, and `let_go` again.
    """
    return table if table.size < many else changed(table, on_disk)


def let_go(table: OptionTable) -> None:
    """Give the memory back that reading a table which is `laid_aside` took."""
    changed(table, unread)


def changed(table: OptionTable, change: Callable[[FloatArray], FloatArray]) -> OptionTable:
    """Return a table whose numbers (option,) went through a function each."""

    def each(named: Mapping[str, FloatArray]) -> dict[str, FloatArray]:
        return {name: change(values) for name, values in named.items()}

    return replace(
        table,
        capital_cny=change(table.capital_cny),
        public_capital_cny=change(table.public_capital_cny),
        annuity_cny_per_year=change(table.annuity_cny_per_year),
        fixed_cny_per_year=change(table.fixed_cny_per_year),
        running_cny_per_year=change(table.running_cny_per_year),
        lead_time_months=change(table.lead_time_months),
        payer_capital_cny=each(table.payer_capital_cny),
        change=each(table.change),
        level=each(table.level),
    )
