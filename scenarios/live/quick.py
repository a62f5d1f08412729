"""Solve part by part, and only the parts whose bounds moved since they were solved last."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from optimizer import ChoiceProblem, Settings, Solution, Status, solve
from optimizer.apart import Piece, Pieces
from optimizer.evaluate import evaluate
from optimizer.settings import EngineName
from optimizer.solution import relative_gap

FINE_GAP = 1e-3
"""Gap asked of a piece once the hand is off the mouse."""

QUICK_GAPS: Mapping[EngineName, float] = {"dual": 2e-2, "milp": 1e-2}
"""Gaps asked of a piece while it moves, by engine."""

WHOLE_GAP = 2e-2
"""Gap asked of the whole where a wide row binds."""

type Bounds = tuple[float, ...]
type Solve = Callable[[Piece, int, Bounds], Solution]
"""A piece, its number, and the bounds of its rows."""


@dataclass(frozen=True, slots=True, eq=False)
class Quick:
    """A solution, and the rows (places in the problem) that stand in the way when there is none.

    ``without`` is the choice that keeps all but the wide rows, None where there is none.
    """

    solution: Solution
    blocked: tuple[int, ...] = ()
    without: Solution | None = None


def solve_piece(piece: Piece, bounds: Bounds, *, is_fine: bool) -> Solution:
    """Solve one piece: to a thousandth, or to a gap that keeps up with the hand.

    With one row, prices settle it fastest; with several, branch and bound does (measured on Huzhou: 10 to 120 ms).
    """
    if is_fine:
        return solve(piece.bounded(bounds), Settings(engine="milp", gap=FINE_GAP))
    engine: EngineName = "dual" if len(piece.rows) == 1 else "milp"
    return solve(piece.bounded(bounds), Settings(engine=engine, gap=QUICK_GAPS[engine]))


def solve_quickly(problem: ChoiceProblem, pieces: Pieces | None, solve_one: Solve) -> Quick:
    """Return the cheapest choice to within the gap it states; ``solve_one`` may know parts from before."""
    if pieces is None:
        return _whole(problem, None, ())
    answers = [
        (part, solve_one(part, number, tuple(problem.rows[row].bound for row in part.rows)))
        for number, part in enumerate(pieces.pieces)
    ]
    blocked = tuple(row for part, answer in answers if answer.level is None for row in part.rows)
    if blocked:
        infeasible = all(answer.status is Status.INFEASIBLE for _, answer in answers if answer.level is None)
        return Quick(_none(Status.INFEASIBLE if infeasible else Status.NO_ANSWER), blocked)
    joined = _joined(problem, answers)
    if joined.status is not Status.NO_ANSWER:
        return Quick(joined)
    return _whole(problem, joined, pieces.wide)


def _joined(problem: ChoiceProblem, answers: list[tuple[Piece, Solution]]) -> Solution:
    """Put the parts' choices together; NO_ANSWER, its choice kept, where a row that was left out is not kept."""
    level, prices = np.zeros(problem.option_count), np.zeros(problem.row_count)
    for part, answer in answers:
        level[part.options] = answer.level
        prices[list(part.rows)] = answer.prices
    found = evaluate(problem, level)
    bound = float(sum(answer.bound or 0.0 for _, answer in answers))
    gap = relative_gap(problem, found.objective, min(bound, found.objective))
    return Solution(
        status=Status.NO_ANSWER if found.faults else Status.OPTIMAL,
        reason="part by part",
        engine="parts",
        engine_version=answers[0][1].engine_version,
        objective=found.objective,
        bound=min(bound, found.objective),
        gap=gap,
        level=level,
        row_values=found.row_values,
        prices=prices,
    )


def _whole(problem: ChoiceProblem, joined: Solution | None, wide: tuple[int, ...]) -> Quick:
    solution = solve(problem, Settings(engine="dual", gap=WHOLE_GAP))
    blocked = wide if solution.level is None else ()
    return Quick(solution, blocked, joined)


def _none(status: Status) -> Solution:
    return Solution(status=status, reason="part by part", engine="parts", engine_version="")
