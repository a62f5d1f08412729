"""Solving the same problem again and again: part by part, and only the options near the best prices at first.

At prices p of the rows every plan that takes option j whole costs at least phi(p) + excess_j (see ``relaxation``). So a
plan of cost z among the options of excess at most s is within the gap of all plans when z is close to the smaller of
what the solver proved among these options and phi + s: the options left out cannot beat it. Otherwise s grows to
z - phi, which no better plan can leave (reduced-cost fixing: Nemhauser and Wolsey, Integer and Combinatorial
Optimization, 1988, section II.5.2). Groups that may mix their options keep all of them.

Rows without a price are left out first, so that the problem falls into parts (``parts``); a row that the answer then
breaks is drawn in, and the rest is done again. Parts that were solved before, equal to the last digit, are not solved
twice when the caller keeps a ``memory``.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import MutableMapping
from dataclasses import dataclass, replace

import numpy as np

from optimizer.arrays import Flags, Floats
from optimizer.core import core_of
from optimizer.dominance import undominated
from optimizer.engines import solve
from optimizer.evaluate import evaluate, row_tolerance
from optimizer.parts import Part, Split, split
from optimizer.problem import ChoiceProblem, Row
from optimizer.reachable import out_of_reach, ranges
from optimizer.relaxation import Outcome, relax
from optimizer.settings import Settings
from optimizer.solution import ROUNDING, Solution, Status, relative_gap

NEAR_A_ROW = 12
"""Options beyond the best of each group that are looked at first, for each row."""

NEAR_AT_LEAST = 40

GROWTH = 8.0
"""How much farther is looked when nothing near keeps the rows."""

LARGEST = 3_000_000
"""Coefficients beyond which a problem is left to the engines as it is: the dense table would be large."""

NEAR_GROUPS = 400
"""Groups of a part up to which few options are looked at first; in larger ones too much is near."""

PART_GAP = 1e-3
"""Relative gap that several parts together are solved to at least: taken apart they are easy."""

type Memory = MutableMapping[bytes, Solution]
"""Parts solved before, by the digest of their arrays."""


@dataclass(frozen=True, slots=True, eq=False)
class Priced:
    """A problem at prices of its rows.

    ``problem`` reads one metric a row, over all groups; ``prices`` float64 (row,); ``excess`` float64 (option,): what
    taking the option costs beyond the best of its group; ``bound`` phi; ``useful`` bool (option,): not dominated.
    """

    problem: ChoiceProblem
    prices: Floats
    excess: Floats
    bound: float
    useful: Flags


def flat(problem: ChoiceProblem) -> ChoiceProblem:
    """Return the same problem with one metric for each row, and bounds of whole rows on whole numbers.

    A row that adds up whole numbers over groups that are chosen whole cannot end between two of them; saying so brings
    the relaxation much closer (a quota of 10.8 sources is one of 11).
    """
    metrics = np.array([problem.contribution(row) for row in range(problem.row_count)])
    metrics = metrics.reshape(problem.row_count, problem.option_count)
    names = zip(problem.row_ids, problem.senses, _whole_bounds(problem, metrics), strict=True)
    rows = tuple(Row(id=id_, metric=k, sense=sense, bound=float(bound)) for k, (id_, sense, bound) in enumerate(names))
    return ChoiceProblem(
        cost=problem.cost,
        group=problem.group,
        metrics=metrics,
        rows=rows,
        divisible=problem.divisible,
    )


def _whole_bounds(problem: ChoiceProblem, metrics: Floats) -> Floats:
    """Return the bounds, those of rows of whole numbers drawn in to the next whole number, (row,)."""
    mixes = np.repeat(problem.is_divisible, np.diff(problem.starts))
    is_whole = (metrics == np.rint(metrics)).all(axis=1) & ~(metrics[:, mixes] != 0.0).any(axis=1)
    bounds, room = problem.bounds, row_tolerance(problem)
    up, down = np.ceil(bounds - room), np.floor(bounds + room)
    senses = np.array(problem.senses, dtype="U2")
    drawn_in = np.where(senses == ">=", up, np.where(senses == "<=", down, bounds))
    return np.asarray(np.where(is_whole, drawn_in, bounds), dtype=np.float64)


def at_prices(problem: ChoiceProblem, prices: Floats) -> Priced:
    """Return a problem at prices (row,): at least 0 for a ``>=`` row, at most 0 for a ``<=`` row."""
    plain = flat(problem)
    reduced = plain.cost - prices @ plain.metrics[: len(prices)]
    best = np.minimum.reduceat(reduced, plain.starts[:-1])
    excess = reduced - np.repeat(best, np.diff(plain.starts))
    bound = float(best.sum() + prices @ plain.bounds)
    return Priced(plain, prices, excess, bound, undominated(plain, range(plain.row_count)))


def priced(problem: ChoiceProblem, settings: Settings) -> Priced | None:
    """Return a problem at the prices of its relaxation, None where no shares of options keep the rows."""
    plain = flat(problem)
    extremes = ranges(plain)
    if out_of_reach(plain, extremes):
        return None
    core = core_of(plain, extremes)
    relaxed = relax(core, time_limit_s=settings.time_limit_s)
    if relaxed.outcome is not Outcome.SOLVED:
        return None
    prices = np.zeros(plain.row_count)
    prices[core.row] = relaxed.price * core.row_scale / core.cost_scale
    return at_prices(plain, prices)


def solve_near(
    problem: ChoiceProblem,
    settings: Settings,
    *,
    known: Priced | None = None,
    only: Flags | None = None,
    memory: Memory | None = None,
) -> Solution:
    """Solve a problem as ``solve`` does, part by part and looking among few options first.

    Parameters
    ----------
    problem
        What is asked.
    settings
        How it is to be solved.
    known
        The same problem at prices, where they are known.
    only
        bool (option,): the options that may be taken, at least one of each group; None for all.
    memory
        Parts solved before with these settings; new ones are added.

    Raises
    ------
    ValueError
        ``only`` leaves a group without options.

    """
    allowed = np.ones(problem.option_count, dtype=bool) if only is None else only
    if not np.logical_or.reduceat(allowed, problem.starts[:-1]).all():
        raise ValueError("only: expected at least one option of each group, found a group without any")
    is_small = problem.option_count * max(problem.row_count, 1) <= LARGEST
    at = known or (priced(problem, settings) if is_small else None)
    if at is None:
        return solve(problem, settings) if only is None else _among(flat(problem), allowed, settings)
    return _by_parts(at, settings, allowed, {} if memory is None else memory)


def drawn_in_at(at: Priced) -> Flags:
    """Return the rows that tie groups together from the start, bool (row,)."""
    return np.asarray((at.prices != 0.0) | (np.array(at.problem.senses, dtype="U2") == "="))


def _by_parts(at: Priced, settings: Settings, only: Flags, memory: Memory) -> Solution:
    """Solve in parts, with the rows that bear a price and those that the answer breaks."""
    problem = at.problem
    is_whole_group = np.logical_and.reduceat(only, problem.starts[:-1])
    options = only & (at.useful | ~np.repeat(is_whole_group, np.diff(problem.starts)))
    drawn_in = drawn_in_at(at)
    while True:
        pieces = split(problem, options, drawn_in)
        solutions = solve_parts(at, pieces, settings, memory)
        stopped = next((solution for solution in solutions if solution.level is None), None)
        if stopped is not None:
            return stopped
        joined = _joined(at, pieces, solutions, settings)
        evaluation = evaluate(problem, joined.level if joined.level is not None else np.zeros(0))
        broken = evaluation.shortfall > evaluation.tolerance
        if not evaluation.faults:
            return joined if joined.status is Status.OPTIMAL else _better(at, options, settings, joined)
        if not (broken & ~drawn_in).any():
            return _among(problem, options, settings)
        drawn_in |= broken


def _better(at: Priced, options: Flags, settings: Settings, joined: Solution) -> Solution:
    """Return the engines' plan where the parts together are not proven to the gap, unless limits cut them short."""
    if settings.time_limit_s is not None or settings.node_limit is not None:
        return joined
    whole = _among(at.problem, options, settings)
    return whole if whole.status is Status.OPTIMAL else joined


def solve_parts(at: Priced, pieces: Split, settings: Settings, memory: Memory) -> list[Solution]:
    """Solve every part to its share of the gap: |phi| over the sum of |phi| of the parts.

    The share is a power of two, so that parts that stay the same are solved to the same gap again.
    """
    priced_parts = [part_at(at, part) for part in pieces.parts]
    sizes = sum(abs(part.bound) for part in priced_parts) + abs(float(at.problem.cost[pieces.free].sum()))
    share = min(1.0, abs(at.bound) / sizes) if sizes > 0.0 else 1.0
    gap = min(settings.gap, PART_GAP) if len(priced_parts) > 1 else settings.gap
    own = replace(settings, gap=gap * math.ldexp(0.5, math.frexp(share)[1]))
    return [_remembered(part, own, memory) for part in priced_parts]


def part_at(at: Priced, part: Part) -> Priced:
    """Return a part at the prices of the whole."""
    prices, problem = at.prices[part.row], part.problem
    reduced = problem.cost - prices @ problem.metrics
    best = np.minimum.reduceat(reduced, problem.starts[:-1])
    excess = reduced - np.repeat(best, np.diff(problem.starts))
    everything = np.ones(problem.option_count, dtype=bool)
    return Priced(problem, prices, excess, float(best.sum() + prices @ problem.bounds), everything)


def _remembered(at: Priced, settings: Settings, memory: Memory) -> Solution:
    problem = at.problem
    digest = hashlib.blake2b(repr((settings.gap, problem.senses)).encode())
    for array in (problem.cost, problem.group, problem.metrics, problem.bounds, problem.is_divisible):
        digest.update(np.ascontiguousarray(array).data)
    key = digest.digest()
    if key not in memory:
        memory[key] = _widening(at, settings) if problem.group_count <= NEAR_GROUPS else solve(problem, settings)
    return memory[key]


def _joined(at: Priced, pieces: Split, solutions: list[Solution], settings: Settings) -> Solution:
    """Return the parts' plans as one."""
    problem = at.problem
    level = np.zeros(problem.option_count)
    level[pieces.free] = 1.0
    bound = float(problem.cost[pieces.free].sum())
    for part, solution in zip(pieces.parts, solutions, strict=True):
        level[part.option] = solution.level
        bound += solution.bound or 0.0
    taken = np.flatnonzero(level)
    whole = Solution(
        status=Status.FEASIBLE,
        reason=f"{len(pieces.parts)} parts",
        engine=solutions[0].engine if solutions else "none",
        engine_version=solutions[0].engine_version if solutions else "",
        objective=float(problem.cost[taken] @ level[taken]),
        level=level,
        row_values=problem.metrics @ level,
        prices=at.prices,
        nodes=sum(solution.nodes or 0 for solution in solutions),
        seconds=sum(solution.seconds for solution in solutions),
    )
    return _bounded(problem, whole, bound, settings)


def _widening(at: Priced, settings: Settings) -> Solution:
    """Solve a part among the options of small excess, of larger excess where that proves too little."""
    problem = at.problem
    excess = np.where(np.repeat(problem.is_divisible, np.diff(problem.starts)), 0.0, at.excess)
    slack = _first_slack(excess, problem)
    while True:
        keep = excess <= slack
        is_all = bool(keep.all())
        solution = _among(problem, keep, settings)
        outside = np.inf if is_all else at.bound + slack
        known = _bounded(
            problem, solution, min(outside, np.inf if solution.bound is None else solution.bound), settings
        )
        if is_all or known.status is Status.OPTIMAL or solution.status in {Status.FEASIBLE, Status.NO_ANSWER}:
            return known
        distance = np.inf if solution.objective is None else solution.objective - at.bound
        beyond = float(np.min(excess, where=excess > slack, initial=np.inf))
        slack = min(GROWTH * max(slack, beyond), max(distance, slack * (1.0 + ROUNDING), beyond))


def _first_slack(excess: Floats, problem: ChoiceProblem) -> float:
    beyond = np.sort(excess[excess > 0.0])
    count = max(NEAR_A_ROW * problem.row_count, NEAR_AT_LEAST)
    return float(beyond[count]) if len(beyond) > count else float(beyond.max(initial=0.0))


def _bounded(problem: ChoiceProblem, solution: Solution, bound: float, settings: Settings) -> Solution:
    """Return a solution with the bound that is proven, and the status and gap that go with it."""
    if solution.objective is None:
        return solution
    bound = min(bound, solution.objective)
    gap = relative_gap(problem, solution.objective, bound)
    status = Status.OPTIMAL if gap <= max(settings.gap, ROUNDING) else Status.FEASIBLE
    return replace(solution, status=status, bound=bound, gap=gap)


def _among(problem: ChoiceProblem, keep: Flags, settings: Settings) -> Solution:
    """Solve among the options kept, with the engines."""
    if keep.all():
        return solve(problem, settings)
    part = ChoiceProblem(
        cost=problem.cost[keep],
        group=problem.group[keep],
        metrics=problem.metrics[:, keep],
        rows=problem.rows,
        divisible=problem.divisible,
    )
    solution = solve(part, settings)
    if solution.level is None:
        return solution
    level = np.zeros(problem.option_count)
    level[keep] = solution.level
    return replace(solution, level=level)
