"""Solve part by part, and only the parts whose bounds moved since they were solved last."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from model.sector import FloatArray
from optimizer import ChoiceProblem, Settings, Solution, Status, solve
from optimizer.apart import Piece, Pieces
from optimizer.evaluate import ROW_TOLERANCE, shortfall
from optimizer.settings import EngineName
from optimizer.solution import relative_gap
from optimizer.stairs import Stairs, climb, stairs_of

FINE_GAP = 1e-3
"""Gap asked of a piece once the hand is off the mouse."""

QUICK_GAP = 2e-2
"""Gap asked of a piece while it moves."""

STAIRS_GAP = 3e-2
"""Gap at which what is looked up will do: such pieces are a small part of the whole."""

LARGE = 10_000
"""Options from which a piece is solved by prices also for the fine answer, beginning with the prices of the ground."""

WHOLE_GAP = 2e-2
"""Gap asked of the whole where a wide row binds."""

OBJECTIVES = ("objective", "bound")

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


@dataclass(frozen=True, slots=True, eq=False)
class Known:
    """What is known of a piece before anything moves, the same for everybody.

    ``warm`` is the answer that a large piece, or one with side rows, is solved from, with what the engine remembers;
    ``stairs`` are those of a piece with one row.
    """

    warm: Solution | None = None
    stairs: Stairs | None = None


def known_of(piece: Piece, bounds: Bounds) -> Known:
    """Return what to know of a piece under the bounds it has before anything moves.

    A large piece with side rows begins anew each time: prices from before do not always lead to whole choices there.
    """
    if is_large(piece) is (piece.problem.side is None):
        return Known(warm=solve(piece.bounded(bounds), Settings(engine=_engine(piece, is_fine=False), gap=QUICK_GAP)))
    return Known(stairs=stairs_of(piece.problem))


def solve_piece(piece: Piece, bounds: Bounds, *, is_fine: bool, known: Known) -> Solution:
    """Solve one piece: to a thousandth, or to a gap that keeps up with the hand.

    While it moves prices settle it: 15 to 60 ms of a processor on Huzhou, where branch and bound takes 20 to 160; on
    Zhejiang's 175 000 options 35 ms from what is known, 160 without, where branch and bound takes 1 900. Afterwards
    branch and bound, which mostly ends nearer than it was asked to. One row is looked up first, in less than 1 ms.
    Groups that side rows tie together, as sections of a lake do, always go to branch and bound: 0.3 s on Xiaogan from
    what is known, 0.5 without, where prices take 0.8. An answer depends on its question alone, whatever was asked
    before.
    """
    gap = FINE_GAP if is_fine else QUICK_GAP
    problem = piece.bounded(bounds)
    found = None if known.stairs is None else climb(known.stairs, problem, gap=gap if is_fine else STAIRS_GAP)
    if found is not None:
        return found
    settings = Settings(engine=_engine(piece, is_fine=is_fine), gap=gap)
    return replace(solve(problem, settings, warm=known.warm), memory=None)


def _engine(piece: Piece, *, is_fine: bool) -> EngineName:
    by_branching = (is_fine or piece.problem.side is not None) and not is_large(piece)
    return "milp" if by_branching else "dual"


def is_large(piece: Piece) -> bool:
    """Say whether a piece has rows and so many options that prices from before save much."""
    return bool(piece.problem.option_count >= LARGE and piece.rows)


def solve_quickly(problem: ChoiceProblem, pieces: Pieces, solve_one: Solve) -> Quick:
    """Return the cheapest choice to within the gap it states; ``solve_one`` may know parts from before."""
    answers = [
        (part, solve_one(part, number, tuple(problem.rows[row].bound for row in part.movable)))
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
    level, prices, values = (np.zeros(count) for count in (problem.option_count, problem.row_count, problem.row_count))
    left_out = set(range(problem.row_count))
    for part, answer in answers:
        level[part.options], rows = answer.level, list(part.rows)
        prices[rows], values[rows] = answer.prices, answer.row_values
        left_out -= set(rows)
    for row in left_out:
        values[row] = float((problem.contribution(row) * level).sum())
    is_kept = all(_is_kept(problem, row, values) for row in left_out)
    objective, bound = (float(sum(getattr(answer, name) or 0.0 for _, answer in answers)) for name in OBJECTIVES)
    return Solution(
        status=Status.OPTIMAL if is_kept else Status.NO_ANSWER,
        reason="part by part",
        engine="parts",
        engine_version=answers[0][1].engine_version,
        objective=objective,
        bound=min(bound, objective),
        gap=relative_gap(problem, objective, min(bound, objective)),
        level=level,
        row_values=values,
        prices=prices,
    )


def _is_kept(problem: ChoiceProblem, row: int, values: FloatArray) -> bool:
    """Say whether a row that no piece held is kept, but for rounding."""
    sense, bound = problem.senses[row], problem.bounds[row]
    allowed = ROW_TOLERANCE * max(float(np.abs(problem.contribution(row)).max(initial=0.0)), abs(bound))
    return bool(shortfall((sense,), values[[row]], np.array([bound]))[0] <= allowed)


def _whole(problem: ChoiceProblem, joined: Solution, wide: tuple[int, ...]) -> Quick:
    solution = solve(problem, Settings(engine="dual", gap=WHOLE_GAP))
    blocked = wide if solution.level is None else ()
    return Quick(solution, blocked, joined)


def _none(status: Status) -> Solution:
    return Solution(status=status, reason="part by part", engine="parts", engine_version="")
