"""A problem with one row, prepared once and answered at any bound by looking up.

Each group's options on the lower hull of cost against what they add to the row form steps of rising price; all groups'
steps in order of price are a staircase. Taking steps until the row is kept is the greedy rule of the multiple-choice
knapsack (Sinha and Zoltners, Operations Research 27, 1979, pp. 503-515): the last step taken in part is the linear
relaxation, which bounds every plan; taken whole it is a plan.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from optimizer.arrays import Floats, Integers
from optimizer.evaluate import evaluate
from optimizer.problem import ChoiceProblem
from optimizer.solution import Solution, Status, relative_gap

SWAPS = 12
"""Times a plan is made cheaper by another option of one group."""


@dataclass(frozen=True, slots=True, eq=False)
class Stairs:
    """Steps in order of price, each (step,): the option left and the one taken, what that adds and costs, summed up.

    ``first`` int64 (group,) is the cheapest option of each group; ``sign`` turns the row into "at least".
    """

    first: Integers
    taken: Integers
    left: Integers
    value: Floats
    cost: Floats
    sign: float


def stairs_of(problem: ChoiceProblem) -> Stairs | None:
    """Return the staircase of a problem; None unless it has one row, which asks for at least or at most so much."""
    if problem.row_count != 1 or not problem.rows or problem.rows[0].sense == "=":
        return None
    sign = -1.0 if problem.rows[0].sense == "<=" else 1.0
    value, cost, starts = sign * problem.contribution(0), problem.cost, problem.starts
    order = np.lexsort((-value, cost, problem.group))
    steps: list[tuple[int, int]] = []
    for begin, end in zip(starts[:-1].tolist(), starts[1:].tolist(), strict=True):
        steps += _hull(order[begin:end].tolist(), value, cost)
    left, taken = np.array(steps, dtype=np.int64).reshape(-1, 2).T
    price = (cost[taken] - cost[left]) / (value[taken] - value[left])
    by_price = np.lexsort((taken, price))
    left, taken = left[by_price], taken[by_price]
    return Stairs(
        first=order[starts[:-1]],
        taken=taken,
        left=left,
        value=np.cumsum(value[taken] - value[left]),
        cost=np.cumsum(cost[taken] - cost[left]),
        sign=sign,
    )


def _hull(options: list[int], value: Floats, cost: Floats) -> list[tuple[int, int]]:
    """Return the steps along the lower hull of one group; ``options`` come by cost, of equal cost the best first."""
    hull = options[:1]
    for option in options[1:]:
        if value[option] <= value[hull[-1]]:
            continue
        while len(hull) > 1 and _is_above(hull[-2], hull[-1], option, value, cost):
            hull.pop()
        hull.append(option)
    return list(pairwise(hull))


def _is_above(one: int, middle: int, other: int, value: Floats, cost: Floats) -> bool:
    rise, run = cost[middle] - cost[one], value[middle] - value[one]
    return bool(rise * (value[other] - value[one]) >= (cost[other] - cost[one]) * run)


def climb(stairs: Stairs, problem: ChoiceProblem, *, gap: float) -> Solution | None:
    """Return a plan proven to ``gap`` under the row's bound as it stands in ``problem``; None where that takes more.

    ``problem`` has the options that the staircase was made of; only the bound of its row may differ. Of no plan at all
    it says nothing.
    """
    asked = stairs.sign * problem.rows[0].bound
    value, cost = stairs.sign * problem.contribution(0), problem.cost
    missing = asked - float(value[stairs.first].sum())
    least, price = float(cost[stairs.first].sum()), 0.0
    last = -1
    if missing > 0.0:
        last = int(np.searchsorted(stairs.value, missing))
        if last >= len(stairs.value):
            return None
        before, spent = (float(sums[last - 1]) if last else 0.0 for sums in (stairs.value, stairs.cost))
        price = (float(stairs.cost[last]) - spent) / (float(stairs.value[last]) - before)
        least += spent + price * (missing - before)
    plans = [_after(stairs, problem, last + 1)]
    plans += [_completed(problem, _after(stairs, problem, last), value, asked)] if last >= 0 else []
    best = min((_trimmed(problem, plan, value, asked) for plan in plans), key=lambda plan: float(cost[plan].sum()))
    return _proven(problem, best, least, gap, price=stairs.sign * price)


def _after(stairs: Stairs, problem: ChoiceProblem, count: int) -> Integers:
    """Return the choice after some of the steps, int64 (group,)."""
    chosen = stairs.first.copy()
    steps = stairs.taken[:count]
    chosen[np.searchsorted(problem.group_ids, problem.group[steps])] = steps
    return chosen


def _completed(problem: ChoiceProblem, chosen: Integers, value: Floats, asked: float) -> Integers:
    """Return a choice that misses the row with the cheapest single option that brings it there."""
    group = np.repeat(np.arange(problem.group_count), np.diff(problem.starts))
    missing = asked - float(value[chosen].sum())
    more = problem.cost - problem.cost[chosen][group]
    best = int(np.argmin(np.where(value - value[chosen][group] >= missing, more, np.inf)))
    chosen[group[best]] = best
    return chosen


def _trimmed(problem: ChoiceProblem, chosen: Integers, value: Floats, asked: float) -> Integers:
    """Return a choice with what the row has to spare turned into money, an option at a time."""
    group = np.repeat(np.arange(problem.group_count), np.diff(problem.starts))
    for _ in range(SWAPS):
        spare = float(value[chosen].sum()) - asked
        saved = problem.cost[chosen][group] - problem.cost
        may = (saved > 0.0) & (value[chosen][group] - value <= spare)
        if not may.any():
            break
        best = int(np.argmax(np.where(may, saved, 0.0)))
        chosen[group[best]] = best
    return chosen


def _proven(problem: ChoiceProblem, chosen: Integers, least: float, gap: float, *, price: float) -> Solution | None:
    level = np.zeros(problem.option_count)
    level[chosen] = 1.0
    found = evaluate(problem, level)
    bound = min(least, found.objective)
    reached = relative_gap(problem, found.objective, bound)
    if found.faults or reached > gap:
        return None
    return Solution(
        status=Status.OPTIMAL,
        reason="the staircase of its one row",
        engine="stairs",
        engine_version="1",
        objective=found.objective,
        bound=bound,
        gap=reached,
        level=level,
        row_values=found.row_values,
        prices=np.array([price]),
    )
