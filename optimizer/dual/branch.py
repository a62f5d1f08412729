"""Branching on large groups: the bound of a model from a few relaxations.

What a relaxation leaves open is worth much where a group is large beside the rows it stands in, and next to nothing
where it is small. So branches are made on the alternative whose change of the rows, times how far its share is from a
whole one, is largest, and the node of least bound is the next one (best-first search: Nemhauser and Wolsey, Integer
and Combinatorial Optimization, 1988, section II.4.2). Every node is bounded by phi at the prices of its relaxation,

    sum_k y_k b_k + sum_i min over the alternatives of group i that the node allows of c_q - sum_k y_k a_kq,

which holds at any prices y, however well HiGHS solved the relaxation. In a band of prices every relaxation has an
answer, so no node is called infeasible: one that is costs too much.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass

import numpy as np

from optimizer.arrays import Floats, Integers
from optimizer.dual.restricted import Band, Relaxed, Restricted
from optimizer.settings import Settings

WHOLE = 1e-7
"""Shares nearer than this to 0 or 1 are whole."""

ROUNDED = 1e-12
"""What sums of some thousand numbers, each the difference of two, may be off by, as a share of their sizes."""


@dataclass(frozen=True, slots=True, eq=False)
class Node:
    """``column`` held at ``held``, int64 and float64 (held,); the relaxation's ``share`` (column,); phi, scaled."""

    column: Integers
    held: Floats
    share: Floats
    phi: float


class Tree:
    """The search over a model; ``bound`` in own units is true of every whole choice at any time."""

    def __init__(self, model: Restricted, settings: Settings, band: Band) -> None:
        self.model, self.relaxed = model, Relaxed(model, settings, band)
        groups, self.member = np.unique(model.group, return_inverse=True)
        self.group_count = len(groups)
        self.size = np.where(model.is_whole, np.asarray(abs(model.matrix).sum(axis=0)).ravel(), 0.0)
        self.nodes: list[tuple[float, int, Node]] = []
        self.closed = np.inf
        self.solved = 0
        self._open(np.empty(0, dtype=np.int64), np.empty(0), -np.inf)

    @property
    def bound(self) -> float:
        """What every whole choice of the model costs at least, own units."""
        phi = min(self.closed, self.nodes[0][0] if self.nodes else np.inf)
        return phi / self.model.cost_scale + self.model.base_cost

    @property
    def lowest(self) -> Floats | None:
        """Return the shares (column,) of the open node of least phi, None without one."""
        return self.nodes[0][2].share if self.nodes else None

    def grow(self, enough: float, most: int) -> None:
        """Branch until no choice can cost less than ``enough``, own units, or ``most`` relaxations are solved."""
        while self.nodes and self.bound < enough and self.solved < most:
            node = heapq.heappop(self.nodes)[2]
            worth = self.size * np.minimum(node.share, 1.0 - node.share)
            column = int(worth.argmax())
            if worth[column] <= WHOLE * self.size[column]:
                self.closed = min(self.closed, node.phi)
                continue
            for held in (0.0, 1.0):
                self._open(np.append(node.column, column), np.append(node.held, held), node.phi)

    def _open(self, column: Integers, held: Floats, least: float) -> None:
        """Keep a node whose phi is ``least`` or more; one that HiGHS does not answer is left at that."""
        self.relaxed.hold(column, held)
        answer = self.relaxed.solve()
        self.solved += 1
        if answer.share is None or answer.price is None:
            self.closed = min(self.closed, least)
            return
        phi = max(least, self._phi(answer.price, column, held))
        heapq.heappush(self.nodes, (phi, self.solved, Node(column, held, answer.share, phi)))

    def _phi(self, price: Floats, column: Integers, held: Floats) -> float:
        """Return phi, scaled, less what rounding may have added, of the choices that hold columns as given."""
        model = self.model
        scaled = price * model.cost_scale / model.row_scale
        scaled = np.where(model.is_equal, scaled, np.maximum(scaled, 0.0))
        reduced = model.cost - model.matrix.T @ scaled
        best = np.zeros(self.group_count)
        is_out = np.zeros(len(reduced), dtype=bool)
        is_out[column[held == 0.0]] = True
        np.minimum.at(best, self.member[~is_out], reduced[~is_out])
        taken = column[held == 1.0]
        best[self.member[taken]] = reduced[taken]
        earned = scaled * model.lower
        total = float(best.sum() + earned.sum())
        return total - ROUNDED * float(np.abs(best).sum() + np.abs(earned).sum())
