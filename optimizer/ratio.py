"""How far a ratio of two totals can be pushed over the choices that keep all rows: a linear-fractional problem.

With N and D the totals of two columns, D at least 0, the most of N / D is the root of ``F(a) = max (N - a D)``, which
falls in a; at the root no choice gives more than a. From a choice with ratio a the next one maximises N - a D and has a
ratio above a, until none has: W. Dinkelbach, On nonlinear fractional programming, Management Science 13 (1967) 492.
Every step is a problem of choice, solved to the gap asked for, relative to N: so close do value and limit come.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from optimizer.arrays import Floats
from optimizer.engines import solve
from optimizer.evaluate import evaluate
from optimizer.problem import ChoiceProblem
from optimizer.push import Extent, extreme
from optimizer.settings import Settings
from optimizer.solution import Status

MOST_STEPS = 50
SMALLEST_GAIN = 1e-9
"""Relative; by less than that no step gains."""


def reach_ratio(
    others: ChoiceProblem,
    numerator: Floats,
    denominator: Floats,
    settings: Settings,
    start: Floats | None = None,
) -> Extent:
    """Return the most of a ratio over the choices that keep all rows of ``others``.

    ``numerator`` and ``denominator`` are float64 (option,); the latter adds up to at least 0 under every choice. The
    least of N / D is minus the most of -N / D. Where the extreme choice of every group keeps all rows, a step is exact
    and solves nothing. ``start`` (option,) is where the search begins if it keeps all rows. ``value`` and ``limit`` are
    None where nothing keeps the rows, or nothing need stand below the line, so that the ratio has no bound.
    """
    found, ratio = _first(others, denominator, settings, start), -np.inf
    for _ in range(MOST_STEPS):
        if isinstance(found, Extent):
            return found
        above, below = float(numerator @ found.level), float(denominator @ found.level)
        if below <= 0.0:
            return Extent(Status.NO_ANSWER, None, None, "the ratio has no bound: nothing need stand below the line")
        ratio, scale = above / below, max(abs(above), SMALLEST_GAIN * below)
        further = _most(others, numerator - ratio * denominator, settings, scale=scale)
        room = max(settings.gap, SMALLEST_GAIN) * scale
        if isinstance(further, _Step) and further.is_last(room, SMALLEST_GAIN * scale):
            return _settled(others, denominator, ratio, further, room)
        found = further
    return Extent(Status.FEASIBLE, ratio, np.inf, f"not settled in {MOST_STEPS} steps")


def _first(others: ChoiceProblem, denominator: Floats, settings: Settings, start: Floats | None) -> _Step | Extent:
    """Return a choice with something below the line: the one that is known, or the one with most of it."""
    if start is not None and float(denominator @ start) > 0.0 and not evaluate(others, start).faults:
        return _Step(start, 0.0, np.inf)
    return _most(others, denominator, settings, scale=0.0)


@dataclass(frozen=True, slots=True, eq=False)
class _Step:
    """A choice (option,) that keeps all rows, what it gains, and what no choice gains more than."""

    level: Floats
    gain: float
    bound: float

    def is_last(self, room: float, least: float) -> bool:
        """Whether to stop: nothing is gained, or no more than the room; a gain that is known exactly costs little."""
        return self.gain <= least or (self.bound <= room and self.gain < self.bound)


def _settled(others: ChoiceProblem, denominator: Floats, ratio: float, last: _Step, room: float) -> Extent:
    """Return the end of the search: of a gain of at most g over D no choice has a ratio above ``a + g / min D``."""
    bound = max(last.bound, 0.0)
    least = float(np.minimum.reduceat(denominator, others.starts[:-1]).sum())
    limit = ratio if bound == 0.0 else ratio + bound / least if least > 0.0 else np.inf
    status = Status.OPTIMAL if bound <= room else Status.FEASIBLE
    return Extent(status, ratio, limit, "no choice gains on the ratio by more than the gap")


def _most(others: ChoiceProblem, values: Floats, settings: Settings, *, scale: float) -> _Step | Extent:
    """Return a choice of the most ``values`` (option,) that keeps all rows, within ``gap * scale`` of the best."""
    best = extreme(others, -values)
    most = float(values @ best)
    if not evaluate(others, best).faults:
        return _Step(best, most, most)
    lifted = -values
    lifted[others.starts[0] : others.starts[1]] += scale  # a relative gap around zero would ask for the impossible
    solution = solve(replace(others, cost=lifted), settings)
    if solution.level is None or solution.bound is None:
        return Extent(solution.status, None, None, solution.reason)
    return _Step(solution.level, float(values @ solution.level), scale - solution.bound)
