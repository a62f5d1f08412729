"""Ties between groups that are equal in everything: the group listed first takes the dearer choice.

Groups with the same costs and the same entries in every binding row, after dominated options have gone, can swap their
choices at no cost and to no row's harm; a solver picks among these swaps as it happens to. Choices of such groups are
dealt out again, the dearest to the group listed first, equal ones in canonical order of options.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from optimizer.arrays import Floats, Integers
from optimizer.core import Core


def deal_out(core: Core, choice: Floats) -> Floats:
    """Return the choice (column,) with the choices of equal groups in order."""
    dealt = choice.copy()
    for groups in _equal_groups(core):
        places = core.starts[groups][:, None] + np.arange(core.starts[groups[0] + 1] - core.starts[groups[0]])
        choices = choice[places]
        if (choices == choices[0]).all() or not _are_equal(core, places):
            continue
        cost = choices @ core.cost[places[0]]
        order = np.lexsort((*(-choices.T[::-1]), -cost))
        dealt[places[np.argsort(core.group[groups], kind="stable")]] = choices[order]
    return dealt


def _equal_groups(core: Core) -> Iterator[Integers]:
    """Yield runs of two or more groups with one key; canonical order puts them side by side."""
    size = np.diff(core.starts)
    is_next = (core.group_key[1:] == core.group_key[:-1]) & (size[1:] == size[:-1])
    is_same = np.concatenate([[False], is_next, [False]])
    edges = np.flatnonzero(np.diff(is_same.astype(np.int8)))
    for first, last in zip(edges[::2], edges[1::2], strict=True):
        yield np.arange(first, last + 1)


def _are_equal(core: Core, places: Integers) -> bool:
    """Whether groups that share a key hold the same numbers, columns in canonical order."""
    if not (core.cost[places] == core.cost[places[0]]).all():
        return False
    first = core.matrix[:, places[0]]
    return all(abs(core.matrix[:, place] - first).max() == 0.0 for place in places[1:])
