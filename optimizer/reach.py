"""How far each row can be pushed: alone, and with all other rows held.

Alone the answer is a sum of group extremes. Together it is the least or the most of the row's own total over the
choices that keep all other rows (``push``). Questions about the same part of a problem are asked together.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import cast

import numpy as np

from optimizer.arrays import Floats, Integers
from optimizer.parallel import in_parallel
from optimizer.problem import ChoiceProblem, Row, Sense
from optimizer.push import EXTREME, NOTHING, Extent, Scene, is_feasible, push, scene_of
from optimizer.settings import Settings
from optimizer.solution import Status
from optimizer.ties import Part, Ties, ties_of


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


@dataclass(frozen=True, slots=True, eq=False)
class Asked:
    """A row to be pushed, over the problem's metrics; its bound plays no part, nor do rows called ``dropped``."""

    row: Row
    dropped: frozenset[str] = frozenset()


def reach(problem: ChoiceProblem, settings: Settings) -> tuple[RowReach, ...]:
    """Return how far every row can be pushed, in order of rows, side rows last.

    The row's own bound is dropped while the others are held. ``settings.gap`` says how close ``value`` and ``limit``
    have to come; 1e-3 is plenty for a report and much faster than the gap of a plan. ``settings.threads`` parts of the
    problem are looked at side by side.
    """
    rows = range(problem.row_count)
    return _answered(problem, [_Question(row, frozenset([row])) for row in rows], rows, settings, None)


def reach_of(problem: ChoiceProblem, row: Row, settings: Settings) -> RowReach:
    """Return how far a row beside the problem's own can be pushed with those held; its bound plays no part."""
    return reach_each(problem, [Asked(row)], settings)[0]


def reach_each(
    problem: ChoiceProblem, asked: Sequence[Asked], settings: Settings, start: Floats | None = None
) -> tuple[RowReach, ...]:
    """Return how far rows can be pushed, each while all rows of the problem but some are held, in the order asked.

    ``start`` (option,) is a choice that is known; if it keeps all rows of the problem, what it gives is reached in any
    case, also where ``settings`` leave too little room to find a better one.
    """
    first, count = len(problem.rows), len(asked)
    whole = problem.with_rows(
        [*problem.rows, *(replace(one.row, id=f"/asked/{number}") for number, one in enumerate(asked))]
    )
    place = {name: row for row, name in enumerate(whole.row_ids)}
    questions = [
        _Question(first + number, frozenset(place[name] for name in one.dropped if name in place))
        for number, one in enumerate(asked)
    ]
    held = [*range(first), *range(first + count, whole.row_count)]
    found = _answered(whole, questions, held, settings, start)
    return tuple(
        replace(answer, row_id=one.row.id, bound=one.row.bound) for answer, one in zip(found, asked, strict=True)
    )


@dataclass(frozen=True, slots=True)
class _Question:
    """The row to be pushed, and the rows that are not held, by their places."""

    row: int
    dropped: frozenset[int]


def _answered(
    problem: ChoiceProblem,
    questions: Sequence[_Question],
    held: Sequence[int],
    settings: Settings,
    start: Floats | None,
) -> tuple[RowReach, ...]:
    """Return the answers in the order of the questions; those about the same parts are answered one after another."""
    ties = ties_of(problem)
    label, found = ties.parts(held)
    part_of = {row: part for part, rows in found.items() for row in rows}
    about: dict[frozenset[int], list[int]] = {}
    for number, question in enumerate(questions):
        touched = {int(one) for one in np.unique(label[ties.tied[question.row]]) if one >= 0}
        dropped = {part_of[row] for row in question.dropped if row in part_of}
        about.setdefault(frozenset(touched | dropped), []).append(number)
    known = start if start is not None and ties.are_kept(start, held) else None
    stage = _Stage(ties, label, found, settings, known)

    def of(parts: frozenset[int]) -> list[tuple[int, RowReach]]:
        numbers = about[parts]
        replies = stage.answers(parts, [questions[number] for number in numbers])
        return list(zip(numbers, replies, strict=True))

    answers = dict(pair for pairs in in_parallel(of, list(about), settings.threads) for pair in pairs)
    return tuple(answers[number] for number in range(len(questions)))


@dataclass(frozen=True, slots=True, eq=False)
class _Stage:
    """The whole problem in parts, and the choice (option,) that keeps all rows where one is known."""

    ties: Ties
    label: Integers
    found: Mapping[int, Sequence[int]]
    settings: Settings
    start: Floats | None
    feasible: dict[int, bool] = field(default_factory=dict)

    def answers(self, parts: frozenset[int], questions: Sequence[_Question]) -> Iterator[RowReach]:
        """Yield the answers to questions about the same parts."""
        is_inside = np.isin(self.label, list(parts))
        rows = sorted(row for part in parts for row in self.found[part])
        part = self.ties.part(is_inside, rows) if is_inside.any() else None
        elsewhere = [other for other in self.found if other not in parts]
        is_kept = self.start is not None or all(map(self._is_feasible, elsewhere))
        level = None if self.start is None or part is None else self.start[part.option]
        scene = None if part is None else scene_of(ties_of(part.problem), self.settings, level)
        for question in questions:
            yield self._answer(question, part, scene, is_kept=is_kept)

    def _is_feasible(self, part: int) -> bool:
        if part not in self.feasible:
            self.feasible[part] = is_feasible(self.ties, self.label == part, self.found[part], self.settings)
        return self.feasible[part]

    def _answer(self, question: _Question, part: Part | None, scene: Scene | None, *, is_kept: bool) -> RowReach:
        """Return the answer to a question about a part of the problem, None where it is about none."""
        problem = self.ties.problem
        sense = problem.senses[question.row]
        alone = self._alone(question.row)
        ends: list[Extent | None] = []
        for sign, far, is_asked in ((1.0, alone[0], sense != ">="), (-1.0, alone[1], sense != "<=")):
            if not is_asked or not is_kept:
                ends.append(NOTHING if is_asked else None)
            elif part is None or scene is None:
                ends.append(Extent(Status.OPTIMAL, far, far, EXTREME))
            else:
                held = [place for place, row in enumerate(part.row) if row not in question.dropped]
                ends.append(_end(scene, sign * self._values(question.row, part), held, far=far, sign=sign))
        least, most = ends
        name, bound = problem.row_ids[question.row], float(problem.bounds[question.row])
        return RowReach(name, sense, bound, *alone, least, most)

    def _alone(self, row: int) -> tuple[float, float]:
        """Return the least and the most of a row's total, all other rows ignored."""
        problem, ties = self.ties.problem, self.ties
        if row < len(problem.rows):
            member, metric = problem.members(row), problem.rows[row].metric
            return float(ties.least[metric][member].sum()), float(ties.most[metric][member].sum())
        values, starts = problem.contribution(row), problem.starts[:-1]
        return float(np.minimum.reduceat(values, starts).sum()), float(np.maximum.reduceat(values, starts).sum())

    def _values(self, row: int, part: Part) -> Floats:
        """Return what the options of a part add to a row of the whole problem."""
        problem = self.ties.problem
        if row >= len(problem.rows):
            return problem.contribution(row)[part.option]
        groups = problem.rows[row].groups
        values: Floats = problem.metrics[problem.rows[row].metric][part.option]
        if groups is None:
            return values
        sizes = np.diff(part.problem.starts)
        inside = np.repeat(np.isin(part.problem.group_ids, groups), sizes)
        return np.asarray(np.where(inside, values, 0.0), dtype=np.float64)


def _end(scene: Scene, values: Floats, rows: Sequence[int], *, far: float, sign: float) -> Extent:
    """Return one end of a total: ``sign`` times the least of ``values`` (option,) in a part, and the rest."""
    found = push(scene, values, rows)
    if found.value is None or found.limit is None:
        return found
    alone = float(np.minimum.reduceat(values, scene.problem.starts[:-1]).sum())
    return replace(found, value=far + sign * (found.value - alone), limit=far + sign * (found.limit - alone))
