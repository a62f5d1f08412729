"""A part of a problem solved again where some options may not be taken, among the options that can still be part of it.

At the prices every plan of the part that takes the whole of option j costs at least

    phi + sum over the groups of the least excess left to them + excess_j - the least excess left to j's group,

so options for which that is beyond the cost of a plan in hand are left out (reduced-cost fixing, as in ``vicinity``).
What is left is small, and is given to HiGHS as it is.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy import sparse

from optimizer.arrays import Flags, Floats, Integers
from optimizer.dual.restricted import COST_EXPONENT, Restricted, solve_whole
from optimizer.evaluate import ROW_TOLERANCE, evaluate, row_tolerance
from optimizer.parts import Part, Split, split
from optimizer.problem import ChoiceProblem
from optimizer.settings import Settings
from optimizer.solution import ROUNDING, Solution
from optimizer.vicinity import Memory, Priced, drawn_in_at, part_at, solve_parts

MOST_COLUMNS = 500
"""Options looked at beside the nearest of each group at most; the rest is bounded by the excess of the next one."""


@dataclass(frozen=True, slots=True, eq=False)
class Nearby:
    """The best choice of a part's groups: ``option`` and ``share`` of what it takes, None where none was found.

    ``bound`` is what any choice of them costs at least, infinite where there is none. ``is_cut``: there were more
    options than were looked at.
    """

    option: Integers | None
    share: Floats
    cost: float
    bound: float
    nodes: int
    is_cut: bool


@dataclass(frozen=True, slots=True, eq=False)
class _Choices:
    """What is left to a part: ``option`` and ``group`` (choice,), ``starts`` (group,) of each group's choices.

    ``base`` (group,) is the choice of least excess of each group, ``base_of`` (choice,) that of each choice's group;
    ``above`` (choice,) the excess beyond it; ``floor`` what all choices of the part cost at least.
    """

    option: Integers
    group: Integers
    starts: Integers
    base: Integers
    base_of: Integers
    above: Floats
    floor: float


@dataclass(frozen=True, slots=True, eq=False)
class Ground:
    """A part of a problem at prices: ``groups`` int64, by place; ``phi``, what it costs at least at the prices."""

    at: Priced
    part: Part
    groups: Integers
    phi: float

    def cost(self, level: Floats) -> float:
        """Return what the part's groups cost in a choice, float64 (option,)."""
        own = self._places()
        return float(self.at.problem.cost[own] @ level[own])

    def changes(self, level: Floats, option: Integers, share: Floats) -> tuple[Integers, Floats]:
        """Return where the part's groups differ from a choice when they take ``option`` in ``share``, and what then."""
        own = self._places()
        new = np.zeros(len(own))
        new[np.searchsorted(own, option)] = share
        differs = np.flatnonzero(new != level[own])
        return own[differs], new[differs]

    def _places(self) -> Integers:
        """Return all options of the part's groups, int64."""
        is_own = np.zeros(self.at.problem.group_count, dtype=bool)
        is_own[self.groups] = True
        return np.flatnonzero(np.repeat(is_own, np.diff(self.at.problem.starts)))

    def solve(self, left: dict[int, Integers], settings: Settings, *, gap: float, plan: Floats, most: float) -> Nearby:
        """Choose for the part's groups where some groups, by place, have only some options left.

        Parameters
        ----------
        left
            What is left to some of the part's groups, int64 (option,) each.
        settings
            Seed and limits.
        gap
            Absolute gap that is asked for.
        plan
            A choice, float64 (option,), to start from; it may be none for these groups.
        most
            What the part costs in a plan at hand, infinite without one; dearer choices are not looked for.

        """
        choices = self._choices(left)
        found = self._among(choices, settings, gap=gap, plan=plan, most=most)
        if found.option is None or not found.is_cut or found.cost - found.bound <= gap:
            return found
        # what was found leaves fewer options that can still be part of something better
        again = self._among(choices, settings, gap=gap, plan=plan, most=found.cost)
        bound, nodes = max(found.bound, again.bound), found.nodes + again.nodes
        better = again if again.option is not None and again.cost < found.cost else found
        return replace(better, bound=bound, nodes=nodes)

    def _choices(self, left: dict[int, Integers]) -> _Choices:
        option = self._options(left)
        group = np.searchsorted(self.at.problem.starts, option, side="right") - 1
        starts = np.flatnonzero(np.diff(group, prepend=-1))
        sizes = np.diff(np.append(starts, len(option)))
        excess = self.at.excess[option]
        least = np.minimum.reduceat(excess, starts)
        above = excess - np.repeat(least, sizes)
        first = np.lexsort((above, np.repeat(starts, sizes)))[starts]
        return _Choices(option, group, starts, first, np.repeat(first, sizes), above, self.phi + float(least.sum()))

    def _among(self, choices: _Choices, settings: Settings, *, gap: float, plan: Floats, most: float) -> Nearby:
        """Solve among the options that plans no dearer than ``most`` can hold, the nearest where there are many."""
        mixes = self.at.problem.is_divisible[choices.group]
        room = max(most - choices.floor, 0.0) + ROUNDING * max(abs(choices.floor), 1.0)
        ranked = np.where(mixes, 0.0, choices.above)
        ranked[choices.base] = np.inf
        near = np.flatnonzero(ranked <= room)
        outside = most
        if len(near) > MOST_COLUMNS:
            order = near[np.argsort(ranked[near], kind="stable")]
            near, outside = np.sort(order[:MOST_COLUMNS]), choices.floor + float(ranked[order[MOST_COLUMNS]])
        model = self._model(choices, near)
        answer = solve_whole(model, settings, gap=gap, start=plan[model.option])
        bound = max(min(answer.bound, outside), choices.floor)
        share = None if answer.share is None else self._whole(model, answer.share)
        if share is None:
            return Nearby(None, np.empty(0), np.inf, bound, answer.nodes, is_cut=outside < most)
        taken = np.flatnonzero(share > 0.0)
        rest = 1.0 - np.bincount(
            np.searchsorted(choices.group[choices.starts], model.group), share, len(choices.starts)
        )
        bases = np.flatnonzero(rest > ROUNDING)
        own = choices.option[choices.base[bases]]
        option, amount = np.concatenate([model.option[taken], own]), np.concatenate([share[taken], rest[bases]])
        cost = float(self.at.problem.cost[option] @ amount)
        return Nearby(option, amount, cost, min(bound, cost), answer.nodes, is_cut=outside < most)

    def _options(self, left: dict[int, Integers]) -> Integers:
        """Return the part's options, int64 (option,), those of some groups only as far as they are left to them."""
        starts = self.at.problem.starts
        kept = np.ones(len(self.part.option), dtype=bool)
        for group in left:
            kept &= (self.part.option < starts[group]) | (self.part.option >= starts[group + 1])
        return np.sort(np.concatenate([self.part.option[kept], *left.values()]))

    def _model(self, choices: _Choices, columns: Integers) -> Restricted:
        problem, rows = self.at.problem, self.part.row
        option, group, base = choices.option, choices.group, choices.base
        instead_of = choices.base_of[columns]
        sign = np.where(np.array([problem.senses[row] for row in rows]) == "<=", -1.0, 1.0)[:, None]
        own, other, least = (sign * problem.metrics[np.ix_(rows, option[of])] for of in (columns, instead_of, base))
        tolerance = row_tolerance(self.part.problem)
        row_scale = np.array([math.ldexp(1.0, 1 - math.frexp(value)[1]) for value in tolerance / ROW_TOLERANCE])
        dearer = problem.cost[option[columns]] - problem.cost[option[instead_of]]
        largest = np.abs(dearer).max(initial=0.0)
        cost_scale = math.ldexp(1.0, COST_EXPONENT - math.frexp(largest)[1]) if largest > 0.0 else 1.0
        left = sign[:, 0] * self.part.problem.bounds - least.sum(axis=1)
        return Restricted(
            base=option[base],
            base_cost=float(problem.cost[option[base]].sum()),
            option=option[columns],
            group=group[columns],
            is_whole=~problem.is_divisible[group[columns]],
            cost=dearer * cost_scale,
            matrix=sparse.csr_array(row_scale[:, None] * (own - other)),
            lower=left * row_scale,
            is_equal=np.array([problem.senses[row] == "=" for row in rows]),
            row_scale=row_scale,
            cost_scale=cost_scale,
        )

    def _whole(self, model: Restricted, share: Floats) -> Floats | None:
        """Return shares that are whole where they must be, None where they miss a row by more than rounding."""
        whole = model.choice_of(share)
        spare = (np.asarray(model.matrix @ whole) - model.lower) / model.row_scale
        missing = np.where(model.is_equal, np.abs(spare), -spare)
        return None if (missing > row_tolerance(self.part.problem)).any() else whole


@dataclass(frozen=True, slots=True, eq=False)
class Proven:
    """What the parts of a problem cost at least, each by itself.

    ``grounds``: the parts; ``part`` int64 (group,): the part of each group, -1 for those in none; ``bound`` float64
    (part,): what a part costs at least, by having been solved; ``rest``: what the groups in no part cost at least.
    """

    grounds: tuple[Ground, ...]
    part: Integers
    bound: Floats
    rest: float

    def least(self, rises: Mapping[int, float]) -> float:
        """Return what plans cost at least in which some groups cost so much more than their best at the prices."""
        own = np.zeros(len(self.bound))
        rest = self.rest
        for group, rise in rises.items():
            if self.part[group] < 0:
                rest += rise
            else:
                own[self.part[group]] += rise
        phi = np.array([ground.phi for ground in self.grounds])
        return float(np.maximum(self.bound, phi + own).sum() + rest)


def proven(at: Priced, settings: Settings, memory: Memory) -> Proven:
    """Solve the parts of a problem, each by itself, and return what they cost at least.

    Rows that bear no price and that the parts together break are drawn in, as long as there are such.
    """
    rows = drawn_in_at(at)
    while True:
        pieces = split(at.problem, at.useful, rows)
        solutions = solve_parts(at, pieces, settings, memory)
        broken = _broken(at.problem, pieces, solutions) & ~rows
        if not broken.any():
            return _proven(at, pieces, solutions)
        rows |= broken


def _broken(problem: ChoiceProblem, pieces: Split, solutions: Sequence[Solution]) -> Flags:
    """Return the rows that the parts' plans break together, bool (row,); none where a part has no plan."""
    level = np.zeros(problem.option_count)
    level[pieces.free] = 1.0
    for piece, found in zip(pieces.parts, solutions, strict=True):
        if found.level is None:
            return np.zeros(problem.row_count, dtype=bool)
        level[piece.option] = found.level
    evaluation = evaluate(problem, level)
    return np.asarray(evaluation.shortfall > evaluation.tolerance)


def _proven(at: Priced, pieces: Split, solutions: Sequence[Solution]) -> Proven:
    part = np.full(at.problem.group_count, -1)
    grounds, bound = [], np.zeros(len(solutions))
    for number, (piece, found) in enumerate(zip(pieces.parts, solutions, strict=True)):
        groups = np.unique(np.searchsorted(at.problem.starts, piece.option, side="right") - 1)
        part[groups] = number
        grounds.append(Ground(at, piece, groups, part_at(at, piece).bound))
        bound[number] = max(grounds[-1].phi, -np.inf if found.bound is None else found.bound)
    return Proven(tuple(grounds), part, bound, float(at.problem.cost[pieces.free].sum()))
