"""Plans next to a plan: some groups take another option, and a few others make up for it.

What a row then lacks is made up by the change that keeps all rows at least cost, or, where no single one does, by the
one that closes most of it for the money at the prices of the rows; what is left over is saved again. Each plan found
keeps every row, so that its cost bounds the best one from above: a local search of single exchanges, as in the repair
step of Chu and Beasley, Journal of Heuristics 4, 1998, pp. 63-86.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from optimizer.arrays import Flags, Floats, Integers
from optimizer.evaluate import row_tolerance
from optimizer.vicinity import Priced

FIRST = 4
"""Options of a group that are tried in its place."""

NEAR_A_ROW = 60
"""Changes that are looked at to make up for a row: the cheapest for what they give it."""

MOST_MOVES = 5
"""Changes one after the other, to keep the rows and to save again."""


@dataclass(frozen=True, slots=True)
class Swap:
    """A plan by what it changes: ``options`` are taken whole, each in place of what its group had; its cost."""

    cost: float
    options: tuple[int, ...]


class Neighbourhood:
    """The plans next to one plan, float64 (option,), of a problem at prices."""

    def __init__(self, at: Priced, level: Floats) -> None:
        problem, starts = at.problem, at.problem.starts[:-1]
        row, sign = _one_sided(problem.senses)
        self._at, self._starts = at, problem.starts
        self._gives = sign[:, None] * problem.metrics[row]
        self._own = np.add.reduceat(self._gives * level, starts, axis=1)
        self._own_cost = np.add.reduceat(problem.cost * level, starts)
        self.cost = float(self._own_cost.sum())
        values = sign * (problem.metrics @ level)[row]
        self._room = values - sign * problem.bounds[row] + 0.5 * row_tolerance(problem)[row]
        self._move, self._group = self._moves(level, np.abs(at.prices[row]))
        self._change = self._gives[:, self._move] - self._own[:, self._group]
        self._dearer = problem.cost[self._move] - self._own_cost[self._group]
        self._worth = _worth(np.abs(at.prices[row]), self._change, self._dearer)

    def _moves(self, level: Floats, price: Floats) -> tuple[Integers, Integers]:
        """Return the options that are looked at to make up for something, and their groups."""
        sizes = np.diff(self._starts)
        open_ones = np.flatnonzero(self._at.useful & (level == 0.0))
        group = np.repeat(np.arange(len(sizes)), sizes)[open_ones]
        change = self._gives[:, open_ones] - self._own[:, group]
        loss = self._at.problem.cost[open_ones] - self._own_cost[group] - price @ change
        near = [_least(loss, NEAR_A_ROW)]
        with np.errstate(divide="ignore", invalid="ignore"):
            near += [_least(np.where(line > 0.0, loss / line, np.inf), NEAR_A_ROW) for line in change]
        taken = np.unique(np.concatenate(near)) if len(open_ones) else np.empty(0, dtype=np.int64)
        return open_ones[taken], group[taken]

    def keeps(self, option: Integers, more: Floats) -> bool:
        """Say whether all rows are kept when the plan takes so much more, float64 (option,), of some options."""
        return bool((self._room + self._gives[:, option] @ more >= 0.0).all())

    def without(self, left: dict[int, Integers]) -> Swap | None:
        """Return the best plan found in which some groups take one of the options left to them, None where none is."""
        least = {group: options[np.argsort(self._at.excess[options], kind="stable")] for group, options in left.items()}
        best: Swap | None = None
        for number in range(FIRST if len(left) == 1 else 1):
            taken = {group: int(options[number]) for group, options in least.items() if number < len(options)}
            found = self._mended(taken) if taken else None
            if found is not None and (best is None or found.cost < best.cost):
                best = found
        return best

    def _mended(self, taken: dict[int, int]) -> Swap | None:
        groups, options = np.array(list(taken)), np.array(list(taken.values()))
        room = self._room + (self._gives[:, options] - self._own[:, groups]).sum(axis=1)
        cost = self.cost + float((self._at.problem.cost[options] - self._own_cost[groups]).sum())
        free = ~np.isin(self._group, groups)
        moved: list[int] = []
        for pick in (self._making_up, self._saving):
            for _ in range(MOST_MOVES):
                move = pick(room, free)
                if move is None:
                    break
                room = room + self._change[:, move]
                cost += float(self._dearer[move])
                free = free & (self._group != self._group[move])
                moved.append(int(self._move[move]))
            if (room < 0.0).any():
                return None
        return Swap(cost, (*options.tolist(), *moved))

    def _making_up(self, room: Floats, free: Flags) -> int | None:
        """Return the change that makes up for what the rows lack, or closes most of it; None when nothing lacks."""
        lack = np.maximum(-room, 0.0)
        if not lack.any() or not free.any():
            return None
        short = self._worth @ np.maximum(-(room[:, None] + self._change), 0.0)
        keeps = free & (short <= 0.0)
        if keeps.any():
            return int(np.argmin(np.where(keeps, self._dearer, np.inf)))
        closed = float(self._worth @ lack) - short
        helps = free & (closed > 0.0)
        score = np.where(helps, closed - np.maximum(self._dearer, 0.0), -np.inf)
        return int(np.argmax(score)) if helps.any() else None

    def _saving(self, room: Floats, free: Flags) -> int | None:
        """Return the change that saves most and keeps every row, None where none does."""
        saves = np.flatnonzero(free & (self._dearer < 0.0))
        keeps = saves[(room[:, None] + self._change[:, saves] >= 0.0).all(axis=0)]
        return int(keeps[np.argmin(self._dearer[keeps])]) if len(keeps) else None


def _one_sided(senses: tuple[str, ...]) -> tuple[Integers, Floats]:
    """Return the rows as ``>=`` rows, with their signs; an ``=`` row stands twice."""
    sides = [(row, 1.0) for row, sense in enumerate(senses) if sense != "<="]
    sides += [(row, -1.0) for row, sense in enumerate(senses) if sense != ">="]
    return np.array([row for row, _ in sides], dtype=np.int64), np.array([sign for _, sign in sides])


def _least(values: Floats, count: int) -> Integers:
    """Return the places of the ``count`` least finite values."""
    finite = np.flatnonzero(np.isfinite(values))
    if len(finite) <= count:
        return finite
    return finite[np.argpartition(values[finite], count)[:count]]


def _worth(price: Floats, change: Floats, dearer: Floats) -> Floats:
    """Return what a unit lacking counts for: its price, or, where it has none, a little of what changes cost."""
    largest = np.abs(change).max(axis=1, initial=0.0)
    usual = float(np.abs(dearer).mean()) if len(dearer) else 1.0
    floor = np.divide(usual, largest, out=np.ones_like(largest), where=largest > 0.0)
    return np.asarray(np.maximum(price, 0.1 * floor))
