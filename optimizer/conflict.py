"""Which rows cannot be kept together: small sets of which every row is needed for the conflict.

The deletion filter of Chinneck and Dravnieks, ORSA Journal on Computing 3, 1991, pp. 157-168: rows are left out one by
one, and stay out as long as the rest still has no plan. It is run on the relaxation first, which is quick, and then on
whole choices, so that a conflict that only whole choices have is found too.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from optimizer.core import core_of
from optimizer.engines import solve
from optimizer.problem import ChoiceProblem
from optimizer.reachable import out_of_reach, ranges
from optimizer.relaxation import Outcome, relax
from optimizer.settings import Settings
from optimizer.solution import Status
from optimizer.vicinity import flat

type Family = tuple[int, ...]
"""Rows that are asked for together."""


@dataclass(frozen=True, slots=True)
class Conflict:
    """Families, by their place, that cannot all be kept; ``is_irreducible``: proven that any fewer of them can."""

    families: tuple[int, ...]
    is_irreducible: bool


def conflicts(problem: ChoiceProblem, families: Sequence[Family], settings: Settings) -> list[Conflict]:
    """Return conflicts that have no family in common, until the families left can be kept together.

    Rows of no family are facts: they are always held and never named. A conflict without families says that the facts
    alone cannot be kept. Nothing is returned for a problem that has a plan.
    """
    plain = flat(problem)
    left = list(range(len(families)))
    found: list[Conflict] = []
    while True:
        verdict = _is_impossible(plain, families, left, settings)
        if not verdict:
            return found
        conflict = _filtered(plain, families, left, settings)
        found.append(conflict)
        if not conflict.families:
            return found
        left = [place for place in left if place not in conflict.families]


def _filtered(problem: ChoiceProblem, families: Sequence[Family], among: Sequence[int], settings: Settings) -> Conflict:
    """Return one conflict among some families that cannot all be kept."""
    kept = list(among)
    if _shares_impossible(problem, families, kept, settings):
        for place in among:
            fewer = [other for other in kept if other != place]
            if _shares_impossible(problem, families, fewer, settings):
                kept = fewer
    is_sure = True
    for place in tuple(kept):
        fewer = [other for other in kept if other != place]
        verdict = _is_impossible(problem, families, fewer, settings)
        is_sure &= verdict is not None
        if verdict:
            kept = fewer
    return Conflict(tuple(kept), is_sure)


def _with(problem: ChoiceProblem, families: Sequence[Family], kept: Iterable[int]) -> ChoiceProblem:
    """Return the problem of no cost with the rows of some families, and those of none."""
    out = {row for family in families for row in family}
    out -= {row for place in kept for row in families[place]}
    rows = tuple(row for number, row in enumerate(problem.rows) if number not in out)
    return replace(problem, cost=np.zeros(problem.option_count), rows=rows)


def _shares_impossible(
    problem: ChoiceProblem, families: Sequence[Family], kept: Sequence[int], settings: Settings
) -> bool:
    """Say whether no shares of options keep the rows."""
    asked = _with(problem, families, kept)
    extremes = ranges(asked)
    if out_of_reach(asked, extremes):
        return True
    core = core_of(asked, extremes)
    return relax(core, time_limit_s=settings.time_limit_s).outcome is Outcome.INFEASIBLE


def _is_impossible(
    problem: ChoiceProblem, families: Sequence[Family], kept: Sequence[int], settings: Settings
) -> bool | None:
    """Say whether no whole choice keeps the rows; None where limits end the search."""
    status = solve(_with(problem, families, kept), replace(settings, gap=1.0)).status
    return None if status is Status.NO_ANSWER else status is Status.INFEASIBLE
