"""Connected components of a graph, found by hooking roots to smaller ones and jumping to them.

Each round every component takes the least label next to it (Shiloach and Vishkin 1982, Journal of Algorithms 3(1)); the
graph routines of SciPy do the same, but loading them takes as long as a small plan.
"""

from __future__ import annotations

import numpy as np
from scipy import sparse

from optimizer.arrays import Integers


def components(graph: sparse.coo_array | sparse.csr_array | sparse.csc_array) -> Integers:
    """Return the component of each node of a square graph, int64 (node,); an entry joins its row and its column.

    Components are numbered by their first nodes.
    """
    entries = graph.tocoo()
    one, other = entries.coords
    label = np.arange(entries.shape[0])
    while True:
        ends = label[one], label[other]
        least = np.minimum(*ends)
        root = label.copy()
        for end in ends:
            np.minimum.at(root, end, least)
        while not np.array_equal(root, jumped := root[root]):
            root = jumped
        if np.array_equal(root, label):
            return np.unique(label, return_inverse=True)[1].astype(np.int64)
        label = root
