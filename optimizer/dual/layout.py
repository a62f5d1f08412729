"""A choice problem arranged for pricing: blocks of groups of equal size, cells of groups that stand in the same rows.

Groups of a cell see the same prices. With rows k in the sense ``>=`` (a ``<=`` row is taken with both sides
negated), the value of row k is sum_{c, m} M_k,cm A_cm: A_cm is metric m summed over the choices of cell c, and
M_k,cm is 1, or -1, where row k takes metric m from cell c. Prices y of the rows become prices (M^T y)_cm of a cell's
metrics. Side rows are kept as sparse entries of single options.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from optimizer.arrays import Flags, Floats, Integers
from optimizer.problem import ChoiceProblem

OPTIONS_AT_ONCE = 2**16
"""Options priced at a time: a few arrays of this size stay in a core's own cache."""

STRIP = 512
"""Groups whose numbers are added one after another; the sums of strips are added exactly."""

GROUPS_PER_CELL = 4
"""Groups of a piece to a cell at least, so that sums of cells take little room."""


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """Groups of equal size; views of the problem's arrays where all groups are of one size. Arrays are read-only.

    ``groups`` places among the layout's groups, int64 (group,); ``first`` first option of each, int64 (group,);
    ``cost`` float64 (group, option); ``table`` float64 (metric, group, option), of which ``which`` int64 (metric,) are
    in use; ``cell`` int64 (group,); ``step`` how many groups are priced at a time; ``side`` (group x option, side row),
    negated where the row is ``<=``, None without side rows.
    """

    groups: Integers
    first: Integers
    cost: Floats
    table: Floats
    which: Integers
    cell: Integers
    step: int
    side: sparse.csr_array | None

    @property
    def metrics(self) -> tuple[Floats, ...]:
        """The metrics in use, each float64 (group, option)."""
        return tuple(self.table[k] for k in self.which)

    def pieces(self) -> Iterator[slice]:
        """Yield slices of ``step`` groups."""
        for start in range(0, len(self.groups), self.step):
            yield slice(start, min(start + self.step, len(self.groups)))


def step_of(group_size: int, cell_count: int) -> int:
    """Return how many groups are priced at a time: whole strips, about ``OPTIONS_AT_ONCE`` options."""
    groups = max(OPTIONS_AT_ONCE // group_size, GROUPS_PER_CELL * cell_count, 1)
    return -(-groups // STRIP) * STRIP


@dataclass(frozen=True, slots=True)
class Way:
    """How passes over a layout are made: compiled, on up to ``threads`` threads, or by NumPy. The bits are the same."""

    is_compiled: bool
    threads: int


@dataclass(frozen=True, slots=True, eq=False)
class Layout:
    """Blocks and rows of a problem, or of a part of it, every row in the sense ``>=`` or ``=``.

    Parameters
    ----------
    problem
        The problem on whose arrays everything is checked.
    blocks
        The groups to decide.
    group_count, cell_count
        How many there are; groups are numbered from 0 in order of their ids.
    cell
        Of each group, int64 (group,).
    matrix
        M, (own row, cell x metric).
    metric
        Metrics in use, int64 (metric,).
    sign
        1, or -1 for a ``<=`` row, float64 (row,).
    target
        sign x bound, less what groups outside the layout add, float64 (row,).
    is_free
        Rows whose price may have any sign: ``=``, bool (row,).
    constant
        Cost of groups outside the layout.
    way
        How passes are made.

    """

    problem: ChoiceProblem
    blocks: tuple[Block, ...]
    group_count: int
    cell_count: int
    cell: Integers
    matrix: sparse.csr_array
    metric: Integers
    sign: Floats
    target: Floats
    is_free: Flags
    constant: float
    way: Way

    @property
    def row_count(self) -> int:
        """How many rows there are, side rows among them."""
        return len(self.target)

    @property
    def own_count(self) -> int:
        """How many rows are not side rows."""
        return self.matrix.shape[0]

    def cell_prices(self, price: Floats) -> Floats:
        """Return the price of each metric in each cell, float64 (cell, metric)."""
        return np.asarray(self.matrix.T @ price[: self.own_count]).reshape(self.cell_count, len(self.metric))

    def project(self, price: Floats) -> Floats:
        """Return prices with those of a wrong sign put to 0."""
        return np.where(self.is_free, price, np.maximum(price, 0.0))

    def group_of(self, option: Integers) -> Integers:
        """Return the group of each option, int64."""
        if len(self.blocks) == 1 and len(self.blocks[0].groups) == self.group_count:
            return np.asarray(option // self.blocks[0].cost.shape[1])
        return np.searchsorted(self.problem.starts, option, side="right") - 1

    def coefficients(self, option: Integers, instead_of: Integers | None = None) -> sparse.csr_array:
        """Return what each of some options adds to the rows, (row, option), beyond what others of its group do."""
        amount = np.stack([self.problem.metrics[metric][option] for metric in self.metric] or [np.empty(0)], axis=-1)
        if instead_of is not None and len(self.metric):
            amount -= np.stack([self.problem.metrics[metric][instead_of] for metric in self.metric], axis=-1)
        place, k = np.nonzero(amount) if len(self.metric) else (np.empty(0, dtype=np.int64),) * 2
        by_column = self.matrix.tocsc()
        column = self.cell[self.group_of(option)][place] * len(self.metric) + k
        first, counts = by_column.indptr[column], np.diff(by_column.indptr)[column]
        entry = np.repeat(first - (np.cumsum(counts) - counts), counts) + np.arange(int(counts.sum()))
        own = sparse.csr_array(
            (
                by_column.data[entry] * np.repeat(amount[place, k], counts),
                (by_column.indices[entry], np.repeat(place, counts)),
            ),
            shape=(self.own_count, len(option)),
        )
        if self.problem.side is None:
            return own
        side = sparse.csc_array(self.problem.side)
        both = side[:, option] if instead_of is None else side[:, option] - side[:, instead_of]
        return sparse.csr_array(sparse.vstack([own, both.multiply(self.sign[self.own_count :, None])], format="csr"))

    def values(self, option: Integers, amount: Floats, cell: Integers | None = None) -> Floats:
        """Return what options in some amounts add to the rows, float64 (row,); ``cell`` of each where known."""
        cell = self.cell[self.group_of(option)] if cell is None else cell
        sums = np.empty((self.cell_count, len(self.metric)))
        for k, metric in enumerate(self.metric):
            weights = self.problem.metrics[metric][option] * amount
            sums[:, k] = np.bincount(cell, weights, self.cell_count)
        return self.row_values(sums, option, amount)

    def row_values(self, sums: Floats, option: Integers, amount: Floats | None = None) -> Floats:
        """Return what the rows add up to, float64 (row,), from sums (cell, metric) over options in some amounts."""
        own = np.asarray(self.matrix @ sums.ravel())
        if self.problem.side is None:
            return own
        level = np.zeros(self.problem.option_count)
        level[option] = 1.0 if amount is None else amount
        return np.concatenate([own, self.sign[self.own_count :] * (self.problem.side @ level)])

    def open_groups(self) -> Integers:
        """Return the groups in order of blocks, int64."""
        return joined([block.groups for block in self.blocks])


def joined(parts: Sequence[Integers]) -> Integers:
    """Return vectors one after another, int64; the vector itself where there is one."""
    return parts[0] if len(parts) == 1 else np.concatenate([np.empty(0, dtype=np.int64), *parts])
