"""A dive: the relaxation again and again, each time with the groups of the next size made whole.

Rounding a large group leaves much to make up for, a small one little. So large ones are rounded first, to their largest
share, and the relaxation says how the rest answers; what is left to round at the end is small (diving: Berthold, Primal
Heuristics for Mixed Integer Programs, 2006, ch. 2).
"""

from __future__ import annotations

import numpy as np

from optimizer.arrays import Floats
from optimizer.dual.restricted import Band, Relaxed, Restricted
from optimizer.settings import Settings

GRADE = 0.6
"""Each step rounds groups down to this share of the largest that is not whole."""

PART = 1e-6
"""Shares nearer than this to 0 or 1 are whole."""


def dive(model: Restricted, settings: Settings, band: Band, *, size: Floats, floor: float) -> Floats | None:
    """Return shares (column,) with every group of ``size`` (column,) above ``floor`` whole; None without an answer."""
    relaxed = Relaxed(model, settings, band)
    groups, member = np.unique(model.group, return_inverse=True)
    of_group = np.zeros(len(groups))
    np.maximum.at(of_group, member, np.where(model.is_whole, size, 0.0))
    is_fixed = of_group <= 0.0
    while True:
        share = relaxed.solve().share
        if share is None:
            return None
        is_part = model.is_whole & (share > PART) & (share < 1.0 - PART) & ~is_fixed[member]
        if not is_part.any():
            return _cleaned(share)
        limit = GRADE * float(of_group[member[is_part]].max())
        if limit <= floor:
            return _cleaned(share)
        chosen = ~is_fixed & (of_group >= limit)
        own = np.flatnonzero(chosen[member])
        relaxed.fix(own, _largest(share, member, len(groups))[own])
        is_fixed |= chosen


def _cleaned(share: Floats) -> Floats:
    whole = np.rint(share)
    return np.where(np.abs(share - whole) <= PART, whole, share)


def _largest(share: Floats, member: np.ndarray[tuple[int], np.dtype[np.int64]], count: int) -> Floats:
    """Return 1 for the largest share of each group, 0 for the others; all 0 where the base option's is largest."""
    order = np.lexsort((-share, member))
    first = order[np.concatenate([[True], np.diff(member[order]) > 0])]
    base = 1.0 - np.bincount(member, share, count)
    whole = np.zeros(len(share))
    whole[first[share[first] > base]] = 1.0
    return whole
