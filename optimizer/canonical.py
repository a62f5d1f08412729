"""An order of groups, options and rows that depends on what they hold and not on how they were listed.

A solver's path follows the order of its columns. Columns are therefore handed over by content, so that the same plan
comes out whatever order the groups or the rows were listed in. Only groups that are equal in everything keep their
listing order between them.

Content is compared by 64-bit keys (the finaliser of SplitMix64: Steele, Lea and Flood, OOPSLA 2014). Equal keys of
unequal things would cost the independence of listing order and nothing else.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from optimizer.arrays import Flags, Floats, Integers

type Keys = NDArray[np.uint64]


def mix(keys: Keys) -> Keys:
    """Scramble 64-bit keys, one to one."""
    keys = (keys ^ (keys >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    keys = (keys ^ (keys >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return keys ^ (keys >> np.uint64(31))


def key_of(values: Floats) -> Keys:
    """Return a key for each number; 0.0 and -0.0 are one number."""
    return mix((np.asarray(values, dtype=np.float64) + 0.0).view(np.uint64) + np.uint64(0x9E3779B97F4A7C15))


def _sum(keys: Keys, ends: NDArray[np.integer]) -> Keys:
    """Return the sums of consecutive pieces of ``keys``, whatever order each piece is in; ends (piece + 1,)."""
    running = np.concatenate([np.zeros(1, dtype=np.uint64), np.cumsum(keys, dtype=np.uint64)])
    return np.asarray(running[ends[1:]] - running[ends[:-1]], dtype=np.uint64)


def column_keys(cost: Floats, matrix: sparse.csr_array, lower: Floats, upper: Floats) -> tuple[Keys, Keys]:
    """Return keys of the columns, and of the rows, that do not depend on the order of either."""
    own = key_of(lower) * np.uint64(3) + key_of(upper) + _sum(key_of(matrix.data), matrix.indptr)
    row_keys = mix(own)
    columns = sparse.csc_array(matrix)
    entries = mix(key_of(columns.data) + row_keys[columns.indices])
    keys = mix(key_of(cost) + _sum(entries, columns.indptr))
    return keys, mix(own + _sum(mix(key_of(matrix.data) + keys[matrix.indices]), matrix.indptr))


def column_order(keys: Keys, starts: Integers, is_divisible: Flags) -> tuple[Integers, Integers, Keys]:
    """Return columns in canonical order, the groups in that order, and each group's key.

    Parameters
    ----------
    keys
        Key of each column (column,), columns of a group together.
    starts
        First column of each group, and the end: (group + 1,).
    is_divisible
        bool (group,).

    """
    group_keys = mix(_sum(keys, starts) + is_divisible.astype(np.uint64))
    groups = np.argsort(group_keys, kind="stable")
    rank = np.empty_like(groups)
    rank[groups] = np.arange(len(groups))
    columns = np.lexsort((keys, np.repeat(rank, np.diff(starts))))
    return columns.astype(np.int64), groups.astype(np.int64), group_keys
