"""Connected components against SciPy's."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse
from scipy.sparse import csgraph

from optimizer.components import components


def graph(nodes: int, edges: list[tuple[int, int]]) -> sparse.coo_array:
    """A graph of some nodes with an entry for each edge."""
    one, other = (np.array([edge[end] for edge in edges], dtype=np.int64) for end in (0, 1))
    return sparse.coo_array((np.ones(len(edges)), (one, other)), shape=(nodes, nodes))


def test_components_are_numbered_by_their_first_nodes() -> None:
    """1-4 and 4-2 tie 1, 2 and 4 together; 0 and 3 stand alone: 0 is component 0, 1 is 1, 3 is 2."""
    assert components(graph(5, [(1, 4), (4, 2)])).tolist() == [0, 1, 1, 2, 1]


def test_a_long_path_is_one_component() -> None:
    """Listed at random, so that labels travel both ways."""
    nodes = np.random.default_rng(1).permutation(5_000)
    assert not components(graph(5_000, list(zip(nodes[:-1].tolist(), nodes[1:].tolist(), strict=True)))).any()


def test_a_graph_without_nodes_has_no_components() -> None:
    assert components(graph(0, [])).tolist() == []


@given(st.integers(1, 30).flatmap(lambda n: st.tuples(st.just(n), st.lists(st.tuples(*[st.integers(0, n - 1)] * 2)))))
def test_components_are_those_of_scipy(drawn: tuple[int, list[tuple[int, int]]]) -> None:
    """SciPy walks the graph node by node."""
    made = graph(*drawn)
    count, label = csgraph.connected_components(made, directed=False)
    found = components(made)
    assert found.max() + 1 == count
    assert {pair[0]: pair[1] for pair in set(zip(found.tolist(), label.tolist(), strict=True))}.keys() == set(
        range(count)
    )
    assert len(set(zip(found.tolist(), label.tolist(), strict=True))) == count
