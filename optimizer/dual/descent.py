"""From a relaxation to whole choices: round, then take the single change that helps most until none does.

A choice that misses rows by s_k is worth sum c x + sum_k w_k s_k, w_k a little above the row's price. Each step
looks at every change of one group to another of its options in the model and takes the one that lowers this the
most; the weights grow until no row is missed (a Lagrangian heuristic: Beasley, in Reeves (ed.), Modern Heuristic
Techniques for Combinatorial Problems, 1993, ch. 6). Groups whose shares are not whole stay as they are.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from scipy import sparse

from optimizer.arrays import Flags, Floats, Integers
from optimizer.dual.restricted import Restricted

WEIGHTS = (1.02, 1.5, 3.0, 10.0, 100.0, 1e4, 1e7)
BREAKOUTS = 80
GROWTH = 1.5
"""How often the weights of missed rows grow, and by what."""

STEPS_PER_ROW = 40
LEAST_STEPS = 300
SLACK = 5e-10
"""A row counts as kept when it misses its bound by no more than this, scaled: half of what is allowed."""


class Descent:
    """Changes of one group at a time, each with what it does to the rows its group touches.

    Moves are the model's columns, then one for each group, back to its base option.
    """

    def __init__(self, model: Restricted, share: Floats) -> None:
        self.model = model
        groups, member = np.unique(model.group, return_inverse=True)
        self.member = np.concatenate([member, np.arange(len(groups))])
        rows, place = _touched(model.matrix, member, len(groups))
        self.rows = rows[self.member]
        entries = np.zeros(self.rows.shape)
        by_row = sparse.coo_array(model.matrix)
        entries[by_row.col, place] = by_row.data
        self.entries = entries
        self.cost = np.concatenate([model.cost, np.zeros(len(groups))])
        self.taken = _rounded(share, member, len(groups), model.is_whole)
        is_mixed = np.zeros(len(groups), dtype=bool)
        is_mixed[member[(share > 0.0) & (share < 1.0) & ~model.is_whole]] = True
        self.is_stuck = is_mixed[self.member]
        self.mixed = np.where(is_mixed[member], share, 0.0)
        whole = self.taken[~is_mixed]
        value = model.matrix @ self._share(whole)
        self.spare = np.append(np.asarray(value) - model.lower, 0.0)
        self.change = self.entries - self.entries[self.taken][self.member]
        self.extra = self.cost - self.cost[self.taken][self.member]
        self.places, self.starts = _by_row(self.rows, len(model.lower))

    def _share(self, taken: Integers) -> Floats:
        share = self.mixed.copy()
        share[taken[taken < len(share)]] = 1.0
        return share

    @property
    def share(self) -> Floats:
        """Shares of the model's columns, float64 (column,)."""
        stuck = np.zeros(len(self.taken), dtype=bool)
        stuck[self.member[self.is_stuck]] = True
        return self._share(self.taken[~stuck])

    @property
    def missed(self) -> Flags:
        """Which rows are missed, bool (row,)."""
        spare = self.spare[:-1]
        return np.asarray((spare < -SLACK) | (self.model.is_equal & (spare > SLACK)), dtype=bool)

    def run(self, weight: Floats, steps: int) -> None:
        """Take up to ``steps`` changes, each the one that helps most; ``weight`` float64 (row,) of a miss, scaled."""
        part = np.zeros(self.rows.shape)
        gain = self.extra.copy()
        gain[self.is_stuck] = np.inf
        self._weigh(range(len(weight)), weight, part, gain)
        for _ in range(steps):
            move = self._best(part, gain)
            if move is None:
                return
            self._take(move, gain)
            self._weigh([row for row in self.rows[move].tolist() if row < len(weight)], weight, part, gain)

    def _best(self, part: Floats, gain: Floats) -> int | None:
        """Return the move that helps most, None where none does; its gain is added up again, without what drifted."""
        while True:
            move = int(gain.argmin())
            least = -1e-9 * (1.0 + abs(float(self.extra[move])))
            if gain[move] >= least:
                return None
            gain[move] = self.extra[move] + part[move].sum()
            if gain[move] < least:
                return move

    def _weigh(self, rows: Iterable[int], weight: Floats, part: Floats, gain: Floats) -> None:
        """Bring ``gain`` (move,) up to date in some rows; ``part`` (move, place) is what each row has in it."""
        changes, parts, width = self.change.ravel(), part.ravel(), part.shape[1]
        for row in rows:
            own = self.places[self.starts[row] : self.starts[row + 1]]
            spare = self.spare[row]
            after = spare + changes[own]
            if self.model.is_equal[row]:
                new = weight[row] * (np.abs(after) - abs(spare))
            else:
                new = weight[row] * (np.maximum(-after, 0.0) - max(-spare, 0.0))
            gain[own // width] += new - parts[own]
            parts[own] = new

    def _take(self, move: int, gain: Floats) -> None:
        group = self.member[move]
        np.add.at(self.spare, self.rows[move], self.change[move])
        self.spare[-1] = 0.0
        self.taken[group] = move
        own = np.flatnonzero(self.member == group)
        self.change[own] = self.entries[own] - self.entries[move]
        gain[own] -= self.extra[own]
        self.extra[own] = self.cost[own] - self.cost[move]
        gain[own] += self.extra[own]


def descend(model: Restricted, share: Floats, price: Floats, *, is_quick: bool = False) -> Floats | None:
    """Return whole shares (column,) that keep every row, from a relaxation's; None where none are found.

    ``price`` float64 (row,), own units. A quick descent gives up where the weights of all rows together do not help.
    """
    if len(model.option) == 0:
        return share if _keeps(model, share) else None
    steps = LEAST_STEPS + STEPS_PER_ROW * len(model.lower)
    scaled = np.abs(price) * model.cost_scale / model.row_scale
    scaled = np.maximum(scaled, 0.3 * float(scaled.sum()) / max(len(scaled), 1) + 1e-12)
    for way in (_all_dearer,) if is_quick else (_all_dearer, _missed_dearer):
        descent = Descent(model, share)
        way(descent, scaled, steps)
        found = descent.share
        if _keeps(model, found):
            return found
    return None


def _all_dearer(descent: Descent, weight: Floats, steps: int) -> None:
    """Descend with the weights of all rows growing together: the cheapest plans come out of this."""
    for factor in WEIGHTS:
        descent.run(factor * weight, steps)
        if not descent.missed.any():
            return


def _missed_dearer(descent: Descent, weight: Floats, steps: int) -> None:
    """Descend with the weights of missed rows growing alone, so that rows make room for each other.

    (The breakout method: Morris, Proceedings AAAI-93, pp. 40-45.) A target under a budget is often missed whatever the
    weights of both are together.
    """
    grown = WEIGHTS[0] * weight
    for _ in range(BREAKOUTS):
        descent.run(grown, steps)
        if not descent.missed.any():
            return
        grown = np.where(descent.missed, GROWTH * grown, grown)


def _keeps(model: Restricted, share: Floats) -> bool:
    spare = np.asarray(model.matrix @ share) - model.lower
    return bool(((spare >= -2.0 * SLACK) & (~model.is_equal | (spare <= 2.0 * SLACK))).all())


def _rounded(share: Floats, member: Integers, count: int, is_whole: Flags) -> Integers:
    """Return the move each group stands at: its largest share, or the base option."""
    taken = len(share) + np.arange(count)
    base = 1.0 - np.bincount(member, share, count)
    order = np.lexsort((-share, member))
    first = order[np.concatenate([[True], np.diff(member[order]) > 0])]
    is_larger = (share[first] > base) & (is_whole[first] | (share[first] >= 1.0))
    taken[is_larger] = first[is_larger]
    return taken


def _touched(matrix: sparse.csr_array, member: Integers, count: int) -> tuple[Integers, Integers]:
    """Return the rows each group touches, (group, place), padded with the row count, and each entry's place there."""
    entries = sparse.coo_array(matrix)
    rows = matrix.shape[0]
    keys, place = np.unique(member[entries.col] * rows + entries.row, return_inverse=True)
    group, row = keys // rows, keys % rows
    starts = np.searchsorted(group, np.arange(count))
    within = np.arange(len(keys)) - starts[group]
    touched = np.full((count, int(within.max(initial=-1)) + 1), rows)
    touched[group, within] = row
    return touched, within[place]


def _by_row(rows: Integers, count: int) -> tuple[Integers, Integers]:
    """Return the places of (move, place) that stand in each row, row by row, and where those of each row begin."""
    flat = rows.ravel()
    order = np.argsort(flat, kind="stable")
    return order, np.searchsorted(flat[order], np.arange(count + 1))
