"""From a problem to its layout: which groups stand in the same rows, and blocks of groups of equal size."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from scipy import sparse

from optimizer.arrays import Flags, Floats, Integers, is_increasing, read_only
from optimizer.dual.layout import Block, Layout, step_of
from optimizer.dual.passes import way_of
from optimizer.problem import ChoiceProblem, Row
from optimizer.settings import Settings

type Members = Integers | slice


def arrange(problem: ChoiceProblem, settings: Settings | None = None) -> Layout:
    """Return the layout of a whole problem; without settings its size decides how it is passed over."""
    places = _places(problem)
    cell, cell_count = _cells(problem.group_count, places)
    metric = np.unique(np.array([row.metric for row in problem.rows], dtype=np.int64))
    sign = np.where(np.array(problem.senses, dtype="U2") == "<=", -1.0, 1.0)
    own = len(problem.rows)
    return Layout(
        problem=problem,
        blocks=blocks_of(problem, metric, cell, cell_count, sign[own:]),
        group_count=problem.group_count,
        cell_count=cell_count,
        cell=cell,
        matrix=_matrix(problem.rows, places, cell, cell_count, metric),
        metric=metric,
        sign=sign,
        target=sign * problem.bounds,
        is_free=np.array(problem.senses, dtype="U2") == "=",
        constant=0.0,
        way=way_of(problem, settings),
    )


def _places(problem: ChoiceProblem) -> list[Members | None]:
    """Return the numbers of each row's groups, None for all; rows of the same groups share the answer where it shows.

    Groups one after another are a slice, which rows share whatever array they come in.
    """
    ids = problem.group_ids
    is_run = int(ids[-1]) - int(ids[0]) + 1 == len(ids)
    known: dict[tuple[int, int, int], Members] = {}
    places: list[Members | None] = []
    for row in problem.rows:
        groups = row.groups
        if groups is None:
            places.append(None)
            continue
        start, stop = (int(groups[0] - ids[0]), int(groups[-1] - ids[0]) + 1) if len(groups) else (0, 0)
        is_slice = is_run and stop - start == len(groups) and is_increasing(groups)
        key = (start, stop, 0) if is_slice else (groups.ctypes.data, len(groups), groups.strides[0])
        if key not in known:
            found = groups - ids[0] if is_run else np.searchsorted(ids, groups)
            known[key] = slice(start, stop) if is_slice else found
        places.append(known[key])
    return places


def _cells(group_count: int, places: list[Members | None]) -> tuple[Integers, int]:
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
    rows: Sequence[Row], places: list[Members | None], cell: Integers, cell_count: int, metric: Integers
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


def blocks_of(
    problem: ChoiceProblem, metric: Integers, cell: Integers, cell_count: int, side_sign: Floats
) -> tuple[Block, ...]:
    """Return the groups of a problem by size; ``side_sign`` of the side rows, float64 (side row,)."""
    side = None
    if problem.side is not None:
        side = sparse.csr_array(problem.side.T.tocsr() @ sparse.diags_array(side_sign))
    sizes = np.diff(problem.starts)
    size = int(sizes[0])
    if (sizes == size).all():
        block = Block(
            groups=read_only(np.arange(problem.group_count)),
            first=problem.starts[:-1],
            cost=problem.cost.reshape(-1, size),
            table=problem.metrics.reshape(-1, problem.group_count, size),
            which=read_only(metric),
            cell=read_only(cell),
            step=step_of(size, cell_count),
            side=side,
        )
        return (block,)
    return tuple(
        _block(problem, np.flatnonzero(sizes == size), (metric, cell, step_of(size, cell_count)), side)
        for size in np.unique(sizes).tolist()
    )


def _block(
    problem: ChoiceProblem, groups: Integers, common: tuple[Integers, Integers, int], side: sparse.csr_array | None
) -> Block:
    metric, cell, step = common
    first = problem.starts[groups]
    options = first[:, None] + np.arange(int(problem.starts[groups[0] + 1] - first[0]))
    return Block(
        groups=read_only(groups),
        first=read_only(first),
        cost=read_only(problem.cost[options]),
        table=read_only(np.stack([problem.metrics[k][options] for k in metric]) if len(metric) else _no_table(options)),
        which=read_only(np.arange(len(metric))),
        cell=read_only(cell[groups]),
        step=step,
        side=None if side is None else sparse.csr_array(side[options.ravel()]),
    )


def _no_table(options: Integers) -> Floats:
    return np.empty((0, *options.shape))


def part(layout: Layout, is_open: Sequence[Flags], frozen_cost: float, frozen_values: Floats) -> Layout:
    """Return the layout of its open groups, bool (group,) for each block; what the others cost and add to the rows."""
    blocks = tuple(_cut(block, np.flatnonzero(own)) for block, own in zip(layout.blocks, is_open, strict=True))
    return replace(
        layout,
        blocks=tuple(block for block in blocks if len(block.groups)),
        target=layout.target - frozen_values,
        constant=layout.constant + frozen_cost,
    )


def _cut(block: Block, own: Integers) -> Block:
    size = block.cost.shape[1]
    table = np.empty((len(block.which), len(own), size))
    for k, metric in enumerate(block.metrics):
        np.take(metric, own, axis=0, out=table[k], mode="clip")
    side = None
    if block.side is not None:
        side = sparse.csr_array(block.side[(own[:, None] * size + np.arange(size)).ravel()])
    return Block(
        groups=read_only(block.groups[own]),
        first=read_only(block.first[own]),
        cost=read_only(np.take(block.cost, own, axis=0)),
        table=read_only(table),
        which=read_only(np.arange(len(block.which))),
        cell=read_only(block.cell[own]),
        step=block.step,
        side=side,
    )
