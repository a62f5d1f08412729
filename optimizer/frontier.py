"""The least cost against the bound of one row, and all plans of two aims that no other plan beats in both."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import cast

import numpy as np

from optimizer.arrays import Floats
from optimizer.parallel import in_parallel
from optimizer.problem import ChoiceProblem, Row
from optimizer.settings import Settings
from optimizer.solution import Solution, Status, relative_gap
from optimizer.vicinity import Memory, solve_near


def rebound(problem: ChoiceProblem, row: int, bound: float) -> ChoiceProblem:
    """Return the problem with another bound of one row; ``row`` counts side rows after the rows."""
    own = len(problem.rows)
    if row >= own:
        bounds = np.array(problem.side_bound, dtype=np.float64)
        bounds[row - own] = bound
        return replace(problem, side_bound=bounds)
    rows = tuple(replace(item, bound=bound) if place == row else item for place, item in enumerate(problem.rows))
    return replace(problem, rows=rows)


def sweep(problem: ChoiceProblem, row: int, bounds: Sequence[float], settings: Settings) -> list[Solution]:
    """Return the least-cost plan at every bound of one row, in the order of ``bounds``.

    A plan for a tighter bound serves a looser one, and what no plan of a looser bound can beat, none of a tighter one
    can: so costs and proven bounds never fall as the row tightens. For ``=`` rows every bound stands for itself.
    ``settings.threads`` points are solved side by side.

    Raises
    ------
    ValueError
        The problem has no such row.

    """
    if not 0 <= row < problem.row_count:
        raise ValueError(f"row: expected 0 to {problem.row_count - 1}, found {row}")
    first: Memory = {}

    def at(bound: float) -> Solution:
        # parts that the row does not enter are solved once, at the first point: what one of the others finds may not
        # depend on which of them came before it
        return solve_near(rebound(problem, row, bound), settings, memory=dict(first))

    found = [solve_near(rebound(problem, row, bound), settings, memory=first) for bound in bounds[:1]]
    # the tightest take longest
    others = range(len(bounds) - 1, 0, -1)
    found += reversed(list(in_parallel(at, [bounds[place] for place in others], settings.threads)))
    sense = problem.senses[row]
    if sense == "=":
        return found
    tightness = np.asarray(bounds) if sense == ">=" else -np.asarray(bounds)
    return _monotone(problem, found, np.argsort(tightness, kind="stable").tolist(), settings)


def _monotone(
    problem: ChoiceProblem, found: Sequence[Solution], loosest_first: Sequence[int], settings: Settings
) -> list[Solution]:
    merged = list(found)
    best: Solution | None = None
    for place in reversed(loosest_first):
        own = merged[place]
        if best is not None and (own.objective is None or (best.objective or 0.0) < own.objective):
            keeps = own.bound if own.bound is not None else best.bound
            merged[place] = replace(best, bound=keeps)
        best = merged[place] if merged[place].level is not None else best
    bound = -np.inf
    for place in loosest_first:
        own = merged[place]
        if own.bound is None or own.objective is None:
            continue
        bound = min(max(bound, own.bound), own.objective)
        gap = relative_gap(problem, own.objective, bound)
        status = Status.OPTIMAL if gap <= max(settings.gap, 1e-9) else Status.FEASIBLE
        merged[place] = replace(own, bound=bound, gap=gap, status=status)
    return merged


def nondominated(problem: ChoiceProblem, gain: Floats, settings: Settings, *, step: float) -> list[Solution]:
    """Return one plan for every pair of cost and gain that no other plan beats in both, the least gain first.

    The bound method with two solves a point (Haimes, Lasdon and Wismer, IEEE Transactions SMC 1, 1971): least cost with
    at least so much gain, then the most gain at that cost, then a ``step`` more is asked. Plans that no weighting of
    the two aims finds are among them.

    Parameters
    ----------
    problem, settings
        The problem, and how each solve is to be done; a gap of 0 for a complete set.
    gain
        float64 (option,), summed over the plan, to be large.
    step
        What two gains differ by at least to count as two points.

    """
    least = float(np.minimum.reduceat(gain, problem.starts[:-1]).sum())
    found: list[Solution] = []
    asked = least - abs(step)
    while True:
        cheapest = solve_near(_with_row(problem, gain, ">=", asked), settings)
        if cheapest.objective is None:
            return found
        room = 1e-9 * max(1.0, abs(cheapest.objective))
        at_cost = _with_row(problem, problem.cost, "<=", cheapest.objective + room)
        fullest = solve_near(replace(at_cost, cost=-gain), settings)
        # the cheapest plan keeps the row, so that there is one
        level = cast("Floats", cheapest.level if fullest.level is None else fullest.level)
        found.append(replace(cheapest, level=level, objective=float(problem.cost @ level)))
        asked = float(gain @ level) + step


def _with_row(problem: ChoiceProblem, values: Floats, sense: str, bound: float) -> ChoiceProblem:
    """Return the problem with one row more, over all groups."""
    row = Row(id="/aim", metric=len(problem.metrics), sense=">=" if sense == ">=" else "<=", bound=bound)
    metrics = np.vstack([problem.metrics, values[None, :]])
    return replace(problem, metrics=metrics, rows=(*problem.rows, row))
