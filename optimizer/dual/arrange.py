"""From a problem to its layout: which groups stand in the same rows, and blocks of groups of equal size."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy import sparse

from optimizer.arrays import Integers
from optimizer.dual.layout import Block, Layout
from optimizer.problem import ChoiceProblem, Row


def arrange(problem: ChoiceProblem) -> Layout:
    """Return the layout of a whole problem."""
    places = _places(problem)
    cell, cell_count = _cells(problem.group_count, places)
    metric = np.unique(np.array([row.metric for row in problem.rows], dtype=np.int64))
    sign = np.where(np.array(problem.senses, dtype="U2") == "<=", -1.0, 1.0)
    own = len(problem.rows)
    side = None
    if problem.side is not None:
        side = sparse.csr_array(problem.side.T.tocsr() @ sparse.diags_array(sign[own:]))
    return Layout(
        problem=problem,
        blocks=_blocks(problem, metric, cell, side),
        group_count=problem.group_count,
        cell_count=cell_count,
        cell=cell,
        matrix=_matrix(problem.rows, places, cell, cell_count, metric),
        metric=metric,
        sign=sign,
        target=sign * problem.bounds,
        is_free=np.array(problem.senses, dtype="U2") == "=",
        constant=0.0,
    )


def _places(problem: ChoiceProblem) -> list[Integers | None]:
    """Return the numbers of each row's groups, None for all; rows that share an array share the answer."""
    ids = problem.group_ids
    is_run = int(ids[-1]) - int(ids[0]) + 1 == len(ids)
    known: dict[tuple[int, int, int], Integers] = {}
    places: list[Integers | None] = []
    for row in problem.rows:
        if row.groups is None:
            places.append(None)
            continue
        key = (row.groups.ctypes.data, len(row.groups), row.groups.strides[0])
        if key not in known:
            known[key] = row.groups - ids[0] if is_run else np.searchsorted(ids, row.groups)
        places.append(known[key])
    return places


def _cells(group_count: int, places: list[Integers | None]) -> tuple[Integers, int]:
    """Return the cell of each group and how many there are: every set of groups splits the cells it cuts."""
    cell, count = np.zeros(group_count, dtype=np.int64), 1
    for members in {id(one): one for one in places if one is not None}.values():
        old = cell[members]
        is_cut = np.bincount(old, minlength=count) > 0
        number = np.cumsum(is_cut) - 1 + count
        cell[members] = number[old]
        count += int(is_cut.sum())
        if count > 4 * group_count:
            cell, count = _close_ranks(cell, count)
    return _close_ranks(cell, count)


def _close_ranks(cell: Integers, count: int) -> tuple[Integers, int]:
    is_used = np.bincount(cell, minlength=count) > 0
    return (np.cumsum(is_used) - 1)[cell], int(is_used.sum())


def _matrix(
    rows: Sequence[Row], places: list[Integers | None], cell: Integers, cell_count: int, metric: Integers
) -> sparse.csr_array:
    """Return M, (own row, cell x metric)."""
    known: dict[int, Integers] = {}
    row_of, column_of, entries = [], [], []
    for number, (row, members) in enumerate(zip(rows, places, strict=True)):
        if id(members) not in known:
            everything = np.arange(cell_count)
            known[id(members)] = (
                everything if members is None else np.flatnonzero(np.bincount(cell[members], minlength=cell_count))
            )
        columns = known[id(members)] * len(metric) + int(np.searchsorted(metric, row.metric))
        row_of.append(np.full(len(columns), number))
        column_of.append(columns)
        entries.append(np.full(len(columns), -1.0 if row.sense == "<=" else 1.0))
    shape = (len(places), cell_count * len(metric))
    if not places:
        return sparse.csr_array(shape)
    where = (np.concatenate(row_of), np.concatenate(column_of))
    return sparse.csr_array((np.concatenate(entries), where), shape=shape)


def _blocks(
    problem: ChoiceProblem, metric: Integers, cell: Integers, side: sparse.csr_array | None
) -> tuple[Block, ...]:
    sizes = np.diff(problem.starts)
    return tuple(_block(problem, np.flatnonzero(sizes == size), metric, cell, side) for size in np.unique(sizes))


def _block(
    problem: ChoiceProblem, groups: Integers, metric: Integers, cell: Integers, side: sparse.csr_array | None
) -> Block:
    first = problem.starts[groups]
    size = int(problem.starts[groups[0] + 1] - first[0])
    if len(groups) == problem.group_count:
        cost = problem.cost.reshape(-1, size)
        metrics = tuple(problem.metrics[k].reshape(-1, size) for k in metric)
        return Block(groups, first, cost, metrics, cell, side)
    options = first[:, None] + np.arange(size)
    metrics = tuple(problem.metrics[k][options] for k in metric)
    own = None if side is None else sparse.csr_array(side[options.ravel()])
    return Block(groups, first, problem.cost[options], metrics, cell[groups], own)


def part(layout: Layout, groups: Integers, base: Integers) -> Layout:
    """Return the layout of some of its groups; its others take their option in ``base``, int64 (group,)."""
    is_in = np.zeros(layout.group_count, dtype=bool)
    is_in[groups] = True
    frozen = np.concatenate(
        [np.empty(0, dtype=np.int64), *(block.groups[~is_in[block.groups]] for block in layout.blocks)]
    )
    outside = base[frozen]
    return Layout(
        problem=layout.problem,
        blocks=tuple(cut for block in layout.blocks if len((cut := _cut(block, is_in)).groups)),
        group_count=layout.group_count,
        cell_count=layout.cell_count,
        cell=layout.cell,
        matrix=layout.matrix,
        metric=layout.metric,
        sign=layout.sign,
        target=layout.target - layout.values(outside, np.ones(len(outside)), layout.cell[frozen]),
        is_free=layout.is_free,
        constant=layout.constant + float(layout.problem.cost[outside].sum()),
    )


def _cut(block: Block, is_in: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> Block:
    own = np.flatnonzero(is_in[block.groups])
    size = block.cost.shape[1]
    flat = (own[:, None] * size + np.arange(size)).ravel()
    return Block(
        groups=block.groups[own],
        first=block.first[own],
        cost=block.cost[own],
        metrics=tuple(values[own] for values in block.metrics),
        cell=block.cell[own],
        side=None if block.side is None else sparse.csr_array(block.side[flat]),
    )
