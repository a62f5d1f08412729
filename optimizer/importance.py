"""What a choice is worth: how much dearer the best plan gets when some options may not be taken.

Solving again without the options of a chosen project gives its replacement cost (Cabeza and Moilanen, Landscape Ecology
21, 2006, pp. 167-179); solving again without the option that a group has now, what it takes for another one to enter.

Most sets are bounded without solving: from above by plans next to the one in hand (``swaps``), from below by prices
and by what the other parts of the problem cost at least (``nearby``). Groups that are
alike to the last digit share one answer. What is left is solved while there is something to be learnt from it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal, cast

import numpy as np

from optimizer.arrays import Flags, Floats, Integers
from optimizer.nearby import Proven, proven
from optimizer.problem import ChoiceProblem
from optimizer.settings import Settings
from optimizer.solution import ROUNDING, Solution, Status, smallest_scale
from optimizer.swaps import Neighbourhood
from optimizer.vicinity import Memory, Priced, priced, solve_near

NODES_EACH = 100
"""Nodes of one solve at most: what so many leave open stays an interval."""

EASY_NODES = 5
NODES_IN_ALL = 800
CLOSED = 10
"""Nodes that a solve has free, and how many more all of them may take before nothing more is solved. A solve that
leaves its set open counts for ``NODES_EACH`` at least, the nodes of one that does not for a part, one in ``CLOSED``."""

SHARE_OF_GAP = 0.1
"""Share of the gap asked for to which a part is solved, so that what the plan itself leaves open still finds room."""

WIDER = 1.5
"""A set is solved for when its interval is so many times as wide as what is open about the plan in hand."""

type Way = Literal["solve", "bounds", "no option", "open"]


@dataclass(frozen=True, slots=True, eq=False)
class Loss:
    """The best plan without some options.

    ``cost`` is what the plan found costs, None where there is none; ``bound`` is proven: no plan without them costs
    less, infinite where there is none at all. ``way`` says how it was found: by solving again, from bounds within the
    gap, because a group would be left without options, or open: no more than an interval is known. ``estimate`` is what
    the prices of the rows say that it costs more than the plan in hand, NaN where nothing has a price. ``changed``
    (changed,) are the options at which the plan found differs from the one in hand, ``share`` what it takes of them.
    """

    cost: float | None
    bound: float
    way: Way
    estimate: float
    changed: Integers
    share: Floats

    @property
    def is_impossible(self) -> bool:
        """True where it is proven that no plan does without the options."""
        return self.cost is None and self.bound == np.inf

    def level(self, plan: Floats) -> Floats | None:
        """Return the plan found, (option,), None where there is none; ``plan`` is the one in hand."""
        if self.cost is None:
            return None
        level = plan.copy()
        level[self.changed] = self.share
        return level


def losses(
    problem: ChoiceProblem,
    solution: Solution,
    banned: Sequence[Integers],
    settings: Settings,
    *,
    most: int | None = None,
) -> list[Loss]:
    """Return, for every set of options, the best plan that takes none of them.

    Parameters
    ----------
    problem, solution
        A problem and its plan.
    banned
        Sets of options, int64 (banned,) each.
    settings
        How closely each is solved again.
    most
        Solve again at most so many times, in the order of the sets; the rest stay open. None for no such limit.

    Raises
    ------
    ValueError
        The solution holds no plan.

    """
    if solution.level is None or solution.objective is None:
        raise ValueError("solution: expected one with a plan")
    asking = _Asking(problem, solution, settings, np.inf if most is None else most)
    found: list[Loss] = []
    first_of: dict[bytes, int] = {}
    for number, options in enumerate(banned):
        ask = _Ask.of(problem, np.asarray(options, dtype=np.int64))
        likeness = asking.likeness(ask)
        twin = number if likeness is None else first_of.setdefault(likeness, number)
        if twin == number:
            found.append(asking.loss(ask))
        else:
            other = _Ask.of(problem, np.asarray(banned[twin], dtype=np.int64))
            found.append(asking.mirrored(found[twin], other, ask))
    return found


@dataclass(frozen=True, slots=True, eq=False)
class _Ask:
    """Options that may not be taken, the groups they are of, and what is left of those."""

    banned: Integers
    left: dict[int, Integers]

    @classmethod
    def of(cls, problem: ChoiceProblem, banned: Integers) -> _Ask:
        groups = np.unique(np.searchsorted(problem.starts, banned, side="right") - 1).tolist()
        own = {group: np.arange(problem.starts[group], problem.starts[group + 1]) for group in groups}
        return cls(banned, {group: places[~np.isin(places, banned)] for group, places in own.items()})

    @property
    def is_possible(self) -> bool:
        return all(len(options) for options in self.left.values())


class _Asking:
    """A problem and its plan, with what the answers so far have found out."""

    def __init__(self, problem: ChoiceProblem, solution: Solution, settings: Settings, most: float) -> None:
        self._problem, self._settings = problem, replace(settings, node_limit=settings.node_limit or NODES_EACH)
        self._level = np.asarray(solution.level)
        self._cost, self._bound = float(solution.objective or 0.0), solution.bound
        self._at: Priced | None = priced(problem, settings)
        self._memory: Memory = {}
        self._known: Proven | None = None if self._at is None else proven(self._at, self._settings, self._memory)
        self._near = None if self._at is None else Neighbourhood(self._at, self._level)
        self._left, self._nodes = most, 0

    def likeness(self, ask: _Ask) -> bytes | None:
        """Return a key, equal for groups that are alike in all that the answer depends on; None for several groups."""
        if len(ask.left) != 1 or self._at is None:
            return None
        (group,) = ask.left
        first, end = self._problem.starts[group : group + 2]
        plain = self._at.problem
        parts = (plain.cost[first:end], plain.metrics[:, first:end], self._level[first:end], ask.banned - first)
        return b"|".join(
            [b"%d %d" % (end - first, self._problem.is_divisible[group]), *(part.tobytes() for part in parts)]
        )

    def loss(self, ask: _Ask) -> Loss:
        """Return the answer for one set."""
        nothing = np.empty(0, dtype=np.int64)
        if not ask.is_possible:
            return Loss(None, np.inf, "no option", np.nan, nothing, np.empty(0))
        if not self._level[ask.banned].any():
            return Loss(self._cost, self._least(ask), "bounds", 0.0, nothing, np.empty(0))
        first = self._from_bounds(ask)
        if first.way == "bounds" or not self._is_worth(first):
            return first
        self._left -= 1
        return self._solved(ask, first)

    def mirrored(self, loss: Loss, other: _Ask, ask: _Ask) -> Loss:
        """Return the answer for a group that is like the one of another answer: the two change places in the plan."""
        (there,), (here,) = other.left, ask.left
        starts = self._problem.starts
        size, shift = starts[there + 1] - starts[there], starts[here] - starts[there]
        is_there = (loss.changed >= starts[there]) & (loss.changed < starts[there] + size)
        is_here = (loss.changed >= starts[here]) & (loss.changed < starts[here] + size)
        moved = loss.changed + np.where(is_there, shift, 0) - np.where(is_here, shift, 0)
        return replace(loss, changed=moved)

    def _least(self, ask: _Ask) -> float:
        """Return what plans without the options cost at least."""
        bound = -np.inf if self._bound is None else self._bound
        if self._at is None or self._known is None:
            return bound
        rises = {group: float(self._at.excess[options].min()) for group, options in ask.left.items()}
        return max(bound, self._known.least(rises))

    def _room(self, cost: float) -> float:
        return max(self._settings.gap, ROUNDING) * max(abs(cost), smallest_scale(self._problem))

    def _from_bounds(self, ask: _Ask) -> Loss:
        """Return what is known without solving: the cheapest plan at hand, and what none is below."""
        bound, best = self._least(ask), self._next_to(ask)
        estimate = self._estimate(ask)
        if best is None:
            return Loss(None, bound, "open", estimate, np.empty(0, dtype=np.int64), np.empty(0))
        bound = min(bound, best.cost or bound)
        is_proven = (best.cost or 0.0) - bound <= self._room(best.cost or 0.0)
        return replace(best, bound=bound, estimate=estimate, way="bounds" if is_proven else "open")

    def _estimate(self, ask: _Ask) -> float:
        if self._at is None:
            return np.nan
        excess, level = self._at.excess, self._level
        rises = [float(excess[options].min()) for options in ask.left.values()]
        own = [excess[self._own(group)] @ level[self._own(group)] for group in ask.left]
        return max(float(sum(rises) - sum(own)), 0.0)

    def _own(self, group: int) -> slice:
        return slice(int(self._problem.starts[group]), int(self._problem.starts[group + 1]))

    def _next_to(self, ask: _Ask) -> Loss | None:
        """Return the best plan next to the one in hand."""
        takes = {group: left for group, left in ask.left.items() if self._level[ask.banned].any()}
        swap = None if self._near is None else self._near.without(takes)
        if swap is None:
            return None
        groups = np.searchsorted(self._problem.starts, swap.options, side="right") - 1
        own = np.concatenate([np.arange(self._own(group).start, self._own(group).stop) for group in groups.tolist()])
        share = np.isin(own, swap.options).astype(np.float64)
        differs = share != self._level[own]
        return Loss(swap.cost, -np.inf, "open", np.nan, own[differs], share[differs])

    def _is_worth(self, first: Loss) -> bool:
        """Say whether a solve would tell more than is known, and whether there is effort left for one."""
        if self._left <= 0 or self._nodes >= NODES_IN_ALL:
            return False
        if first.cost is None or self._known is None:
            return True
        is_open = self._cost - self._known.least({})
        return first.cost - first.bound > max(WIDER * is_open, self._room(first.cost))

    def _solved(self, ask: _Ask, first: Loss) -> Loss:
        """Return the answer found by solving again: the part of the groups alone where that is enough."""
        parts = set() if self._known is None else {int(self._known.part[group]) for group in ask.left}
        found, before = None, self._nodes
        if self._near is not None and len(parts) == 1 and min(parts) >= 0:
            found = self._in_part(self._near, parts.pop(), ask, first)
        found = self._in_all(ask, first) if found is None else found
        spent = self._nodes - before
        self._nodes = before + (max(spent, NODES_EACH) if found.way == "open" else spent // CLOSED)
        return found

    def _in_part(self, near: Neighbourhood, number: int, ask: _Ask, first: Loss) -> Loss | None:
        """Return the plan that differs in one part, None where it breaks a row that no part was thought to touch."""
        known = cast("Proven", self._known)
        ground, plan = known.grounds[number], first.level(self._level)
        found = ground.solve(
            ask.left,
            self._settings,
            gap=SHARE_OF_GAP * self._room(self._cost),
            plan=self._level if plan is None else plan,
            most=np.inf if plan is None else ground.cost(plan),
        )
        self._nodes += max(found.nodes - EASY_NODES, 0)
        bound = max(first.bound, known.least({}) - float(known.bound[number]) + found.bound)
        if found.option is None:
            return self._closed(replace(first, bound=bound))
        changed, share = ground.changes(self._level, found.option, found.share)
        more = share - self._level[changed]
        if not near.keeps(changed, more):
            return None
        cost = self._cost + float(self._problem.cost[changed] @ more)
        if first.cost is not None and first.cost <= cost:
            return self._closed(replace(first, bound=bound))
        return self._closed(Loss(cost, bound, "open", first.estimate, changed, share))

    def _in_all(self, ask: _Ask, first: Loss) -> Loss:
        """Return the plan that may differ anywhere."""
        only: Flags = np.ones(self._problem.option_count, dtype=bool)
        only[ask.banned] = False
        found = solve_near(self._problem, self._settings, known=self._at, only=only, memory=self._memory)
        self._nodes += max((found.nodes or 0) - EASY_NODES, 0)
        if found.status is Status.INFEASIBLE:
            return self._closed(replace(first, cost=None, bound=np.inf))
        if found.level is None or found.objective is None or found.bound is None:
            return first
        bound = max(first.bound, found.bound)
        if first.cost is not None and first.cost <= found.objective:
            return self._closed(replace(first, bound=bound))
        changed = np.flatnonzero(found.level != self._level)
        return self._closed(Loss(found.objective, bound, "open", first.estimate, changed, found.level[changed]))

    def _closed(self, loss: Loss) -> Loss:
        """Return what a solve told: an answer where it is proven, otherwise still an interval."""
        if loss.cost is None:
            return replace(loss, way="solve" if loss.bound == np.inf else "open")
        bound = min(loss.bound, loss.cost)
        return replace(loss, bound=bound, way="solve" if loss.cost - bound <= self._room(loss.cost) else "open")
