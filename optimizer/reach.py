"""How far each row can be pushed: alone, and with all other rows held.

Alone the answer is a sum of group extremes (``reachable``). Together it is the least or the most of the row's own total
over the choices that keep all other rows: first the choice that is extreme group by group is tried, with ties broken
towards the other rows; if it keeps them, nothing can beat it. Otherwise the total takes the place of the cost and the
problem is solved.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import cast

import numpy as np
from scipy import sparse

from optimizer.arrays import Floats
from optimizer.engines import solve
from optimizer.evaluate import evaluate, row_tolerance
from optimizer.parallel import in_parallel
from optimizer.problem import ChoiceProblem, Row, Sense
from optimizer.settings import Settings
from optimizer.solution import Status


@dataclass(frozen=True, slots=True)
class Extent:
    """One end of what a row can be with all others held, in the row's unit.

    ``value`` is attained by a choice that keeps all other rows; ``limit`` is proven: no choice goes beyond it. Both are
    None without an answer. ``status`` OPTIMAL: the two are within the gap asked for; FEASIBLE: they are not;
    INFEASIBLE: no choice keeps the other rows; NO_ANSWER: neither was found. ``reason`` says so in words.
    """

    status: Status
    value: float | None
    limit: float | None
    reason: str


@dataclass(frozen=True, slots=True)
class RowReach:
    """What a row can be, in its own unit.

    ``least_alone`` and ``most_alone`` ignore all other rows. ``least`` and ``most`` hold them: ``most`` is None for a
    ``<=`` row and ``least`` for a ``>=`` row, whose far ends nobody asks about.
    """

    row_id: str
    sense: Sense
    bound: float
    least_alone: float
    most_alone: float
    least: Extent | None
    most: Extent | None

    @property
    def alone(self) -> float:
        """The most of a ``>=`` or ``=`` row, the least of a ``<=`` row, other rows ignored."""
        return self.least_alone if self.sense == "<=" else self.most_alone

    @property
    def together(self) -> Extent:
        """The most of a ``>=`` or ``=`` row, the least of a ``<=`` row, other rows held."""
        return cast("Extent", self.least if self.sense == "<=" else self.most)


def reach(problem: ChoiceProblem, settings: Settings) -> tuple[RowReach, ...]:
    """Return how far every row can be pushed, in order of rows, side rows last.

    The row's own bound is dropped while the others are held. ``settings.gap`` says how close ``value`` and ``limit``
    have to come; 1e-3 is plenty for a report and much faster than the gap of a plan. ``settings.threads`` rows are
    looked at side by side.
    """

    def one(row: int) -> RowReach:
        asked = _Asked(problem.row_ids[row], problem.senses[row], float(problem.bounds[row]))
        return _row_reach(_without(problem, row), problem.contribution(row), asked, settings)

    return tuple(in_parallel(one, range(problem.row_count), settings.threads))


def reach_of(problem: ChoiceProblem, row: Row, settings: Settings) -> RowReach:
    """Return how far a row beside the problem's own can be pushed with those held; its bound plays no part."""
    rows = (replace(row, id="asked"),)
    own = ChoiceProblem(cost=problem.cost, group=problem.group, metrics=problem.metrics, rows=rows)
    return _row_reach(problem, own.contribution(0), _Asked(row.id, row.sense, row.bound), settings)


@dataclass(frozen=True, slots=True)
class _Asked:
    row_id: str
    sense: Sense
    bound: float


def _row_reach(others: ChoiceProblem, values: Floats, asked: _Asked, settings: Settings) -> RowReach:
    starts = others.starts[:-1]
    least_alone = float(np.minimum.reduceat(values, starts).sum())
    most_alone = float(np.maximum.reduceat(values, starts).sum())
    return RowReach(
        row_id=asked.row_id,
        sense=asked.sense,
        bound=asked.bound,
        least_alone=least_alone,
        most_alone=most_alone,
        least=None if asked.sense == ">=" else _end(others, values, least_alone, settings, sign=1.0),
        most=None if asked.sense == "<=" else _end(others, -values, most_alone, settings, sign=-1.0),
    )


def _end(others: ChoiceProblem, values: Floats, alone: float, settings: Settings, *, sign: float) -> Extent:
    """Return the least total of ``values`` (option,) over the choices that keep all rows, reported times ``sign``."""
    if not evaluate(others, extreme(others, values)).faults:
        return Extent(Status.OPTIMAL, alone, alone, "the choice that is extreme in every group keeps all other rows")
    solution = solve(replace(others, cost=values), settings)
    if solution.objective is None or solution.bound is None:
        return Extent(solution.status, None, None, solution.reason)
    limit = max(solution.bound, sign * alone)
    return Extent(solution.status, sign * solution.objective, sign * limit, solution.reason)


def extreme(others: ChoiceProblem, values: Floats) -> Floats:
    """Return the choice (option,) of least value in every group, of equals the one that helps the other rows most."""
    by_group = np.lexsort((-_help(others), values, others.group))
    level = np.zeros(others.option_count)
    level[by_group[others.starts[:-1]]] = 1.0
    return level


def _help(others: ChoiceProblem) -> Floats:
    """Return what each option adds towards all rows, by each row's scale, (option,); ``=`` rows take no side."""
    help_of = np.zeros(others.option_count)
    sides = {">=": 1.0, "<=": -1.0, "=": 0.0}
    for row, tolerance in enumerate(row_tolerance(others)):
        if tolerance > 0.0:
            help_of += sides[others.senses[row]] / tolerance * others.contribution(row)
    return help_of


def _without(problem: ChoiceProblem, row: int) -> ChoiceProblem:
    """Return the problem without one of its rows."""
    own = len(problem.rows)
    if row < own:
        return replace(problem, rows=tuple(other for place, other in enumerate(problem.rows) if place != row))
    stays = np.arange(problem.row_count - own) != row - own
    senses = tuple(sense for sense, is_kept in zip(problem.senses[own:], stays, strict=True) if is_kept)
    side = cast("sparse.csr_array", problem.side)[np.flatnonzero(stays)]
    return replace(problem, side=side, side_sense=senses, side_bound=problem.bounds[own:][stays])
