"""Which rows to give way, and by how much, so that a problem without a plan gets one.

Every family of rows that may give way gets a group of its own in the problem: "held", which adds nothing, and "gives
way", which adds as much as the row can ever lack. Fewest families is then a least-cost choice; by how much they give
way is another one, with a mixture of the two (elastic programming: Chinneck, Feasibility and Infeasibility in
Optimization, Springer 2008, chapter 6).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from optimizer.arrays import Floats
from optimizer.conflict import Family
from optimizer.engines import solve
from optimizer.problem import ChoiceProblem, Row, Sense
from optimizer.reachable import ranges
from optimizer.settings import Settings
from optimizer.solution import Solution
from optimizer.vicinity import flat


def smallest_sets(
    problem: ChoiceProblem, families: Sequence[Family], settings: Settings, *, most: int
) -> list[tuple[int, ...]]:
    """Return up to ``most`` sets of as few families as possible that let the others be kept when they give way.

    Their order is the solver's. Empty when the rows of no family already have no plan.
    """
    elastic = _Elastic(flat(problem), families)
    found: list[tuple[int, ...]] = []
    while len(found) < most:
        given = elastic.fewest(found, settings)
        if given is None or (found and len(given) > len(found[0])):
            break
        found.append(given)
    return found


def least_easing(
    problem: ChoiceProblem, families: Sequence[Family], weights: Floats, settings: Settings
) -> Solution | None:
    """Return the plan for which the families give way least, None where there is none.

    ``weights`` (family,) is the price of one unit of giving way; ``level`` and ``row_values`` of the answer are those
    of the problem's own options and rows.
    """
    elastic = _Elastic(flat(problem), families)
    found = elastic.least(weights, settings)
    if found.level is None:
        return None
    level = found.level[: problem.option_count]
    values = np.array([float(problem.contribution(row) @ level) for row in range(problem.row_count)])
    return replace(found, level=level, row_values=values, prices=None)


class _Elastic:
    """The problem with two options more for each family; ``=`` rows stand as two."""

    def __init__(self, problem: ChoiceProblem, families: Sequence[Family]) -> None:
        extremes = ranges(problem)
        self._problem = problem
        self._count = len(families)
        owner = {row: place for place, family in enumerate(families) for row in family}
        rows: list[Row] = []
        lines: list[Floats] = []
        for number, row in enumerate(problem.rows):
            for sense in _sides(row.sense):
                lack = row.bound - extremes.least[number] if sense == ">=" else row.bound - extremes.most[number]
                more = np.zeros(2 * self._count)
                if number in owner:
                    more[2 * owner[number] + 1] = max(lack, 0.0) if sense == ">=" else min(lack, 0.0)
                lines.append(np.concatenate([problem.metrics[number], more]))
                rows.append(Row(id=f"{number}{sense}", metric=len(rows), sense=sense, bound=row.bound))
        self._rows, self._lines = rows, lines
        first = int(problem.group[-1]) + 1
        self._group = np.concatenate([problem.group, first + np.repeat(np.arange(self._count), 2)])

    def fewest(self, found: Sequence[tuple[int, ...]], settings: Settings) -> tuple[int, ...] | None:
        """Return the fewest families that have to give way, not all of those of any set found."""
        options = self._problem.option_count
        cost = np.zeros(options + 2 * self._count)
        cost[options + 1 :: 2] = 1.0
        rows, lines = list(self._rows), list(self._lines)
        for number, given in enumerate(found):
            line = np.zeros(len(cost))
            line[[options + 2 * place + 1 for place in given]] = 1.0
            rows.append(Row(id=f"/not{number}", metric=len(rows), sense="<=", bound=len(given) - 1.0))
            lines.append(line)
        # costs are whole: within half of one is exact
        gap = 0.5 / (self._count + 1.0)
        solution = self._solve(cost, rows, lines, replace(settings, gap=min(gap, 0.5)), mixes=False)
        if solution.level is None:
            return None
        return tuple(int(place) for place in np.flatnonzero(solution.level[options + 1 :: 2] > 0.0))

    def least(self, weights: Floats, settings: Settings) -> Solution:
        """Return the plan of least weighted giving way."""
        options = self._problem.option_count
        lack = np.abs(np.array(self._lines)[:, options + 1 :: 2]).max(axis=0, initial=0.0)
        cost = np.zeros(options + 2 * self._count)
        cost[options + 1 :: 2] = weights * lack
        return self._solve(cost, self._rows, self._lines, settings, mixes=True)

    def _solve(
        self, cost: Floats, rows: Sequence[Row], lines: Sequence[Floats], settings: Settings, *, mixes: bool
    ) -> Solution:
        own = self._problem.is_divisible
        problem = ChoiceProblem(
            cost=cost,
            group=self._group,
            metrics=np.array(lines).reshape(len(lines), len(cost)),
            rows=rows,
            divisible=np.concatenate([own, np.full(self._count, mixes)]),
        )
        return solve(problem, settings)


def _sides(sense: Sense) -> tuple[Sense, ...]:
    return (">=", "<=") if sense == "=" else (sense,)
