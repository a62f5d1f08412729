"""What a choice is worth: how much dearer the best plan gets when some options may not be taken.

Solving again without the options of a chosen project gives its replacement cost (Cabeza and Moilanen, Landscape Ecology
21, 2006, pp. 167-179); solving again without the option that a group has now, what it takes for another one to enter.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, cast

import numpy as np

from optimizer.arrays import Floats, Integers
from optimizer.evaluate import evaluate
from optimizer.problem import ChoiceProblem
from optimizer.settings import Settings
from optimizer.solution import ROUNDING, Solution, Status, smallest_scale
from optimizer.vicinity import Memory, Priced, is_tied, least_rise, priced, solve_near

TIED_MOST = 20
"""Sets of options that are solved for at most where nothing falls apart."""

type Way = Literal["solve", "bounds", "no option", "not asked"]


@dataclass(frozen=True, slots=True, eq=False)
class Loss:
    """The best plan without some options.

    ``cost`` is what the plan found costs, None where there is none; ``bound`` is proven: no plan without them costs
    less, infinite where there is none at all. ``level`` (option,) is that plan. ``way`` says how it was found: by
    solving again, from bounds alone, because a group would be left without options, or not at all.
    """

    cost: float | None
    bound: float
    level: Floats | None
    way: Way

    @property
    def is_impossible(self) -> bool:
        """True where it is proven that no plan does without the options."""
        return self.cost is None and self.bound == np.inf


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
        Solve again at most so many times; the rest, those of the largest proven rise, get bounds only. None for all.

    Notes
    -----
    A set is not solved for when changing one group of the plan to its cheapest other option keeps all rows and costs
    no more than what is proven to within the gap. Where binding rows tie many groups together one solve can take
    seconds; then ``TIED_MOST`` sets at most are solved for.

    """
    if solution.level is None or solution.objective is None:
        raise ValueError("solution: expected one with a plan")
    at = priced(problem, settings)
    asks = [_Ask(problem, np.asarray(options, dtype=np.int64)) for options in banned]
    first = [_from_bounds(problem, solution, at, ask, settings) for ask in asks]
    open_ones = [place for place, loss in enumerate(first) if loss.way == "not asked"]
    order = sorted(open_ones, key=lambda place: (first[place].bound, place))
    memory: Memory = {}
    if at is not None and is_tied(at):
        most = TIED_MOST if most is None else min(most, TIED_MOST)
    for place in order[:most]:
        first[place] = _solved(problem, at, asks[place], settings, memory)
    return first


class _Ask:
    """Which options are left when some may not be taken."""

    def __init__(self, problem: ChoiceProblem, banned: Integers) -> None:
        self.only = np.ones(problem.option_count, dtype=bool)
        self.only[banned] = False
        left = np.logical_or.reduceat(self.only, problem.starts[:-1])
        self.is_possible = bool(left.all())
        groups = np.searchsorted(problem.starts, banned, side="right") - 1
        self.groups = np.unique(groups)


def _from_bounds(problem: ChoiceProblem, solution: Solution, at: Priced | None, ask: _Ask, settings: Settings) -> Loss:
    """Return what is known without solving again."""
    if not ask.is_possible:
        return Loss(None, np.inf, None, "no option")
    level, objective = cast("Floats", solution.level), cast("float", solution.objective)
    bound = max(solution.bound or -np.inf, -np.inf if at is None else at.bound + least_rise(at, ask.only))
    if not level[~ask.only].any():
        return Loss(objective, bound, level, "bounds")
    swapped = _swapped(problem, level, ask)
    cost = float(problem.cost @ swapped)
    room = max(settings.gap, ROUNDING) * max(abs(cost), smallest_scale(problem))
    if cost - bound <= room and not evaluate(problem, swapped).faults:
        return Loss(cost, bound, swapped, "bounds")
    return Loss(None, bound, None, "not asked")


def _swapped(problem: ChoiceProblem, level: Floats, ask: _Ask) -> Floats:
    """Return the plan with the cheapest option that is left in each group that loses one."""
    changed = level.copy()
    for group in ask.groups:
        own = np.arange(problem.starts[group], problem.starts[group + 1])
        if not level[own][~ask.only[own]].any():
            continue
        changed[own] = 0.0
        left = own[ask.only[own]]
        changed[left[np.argmin(problem.cost[left])]] = 1.0
    return changed


def _solved(problem: ChoiceProblem, at: Priced | None, ask: _Ask, settings: Settings, memory: Memory) -> Loss:
    found = solve_near(problem, settings, known=at, only=ask.only, memory=memory)
    if found.status is Status.INFEASIBLE:
        return Loss(None, np.inf, None, "solve")
    if found.objective is None or found.bound is None:
        return Loss(None, -np.inf, None, "solve")
    return Loss(found.objective, found.bound, found.level, "solve")
