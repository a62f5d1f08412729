"""What the engine solves in place of what was asked: step by step a problem with the same answer and less in it.

Groups that side rows tie together become one (``linked``); groups of very many options lose those that no plan needs
(``lean.thinned``); the rows of a small problem take in the groups that enter them only (``entered``), it is put in an
order of what it holds (``ordered``) and made lean. Each step says how a choice of what is left is one of what was
there, and what becomes of it under other bounds.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Protocol, Self

import numpy as np

from optimizer.arrays import Floats, Integers
from optimizer.dual.prices import is_small
from optimizer.entered import entered
from optimizer.lean import lean, thinned
from optimizer.linked import Linked, linked
from optimizer.ordered import ordered
from optimizer.problem import ChoiceProblem, Row
from optimizer.solution import ROUNDING, Solution, Status, relative_gap


class Step(Protocol):
    """A problem with the same answer as another one."""

    @property
    def problem(self) -> ChoiceProblem: ...  # noqa: D102
    def level(self, level: Floats) -> Floats: ...  # noqa: D102
    def by_row(self, values: Floats) -> Floats: ...  # noqa: D102
    def inner(self, values: Floats) -> Floats: ...  # noqa: D102
    def under(self, asked: ChoiceProblem) -> Self | None: ...  # noqa: D102
    def remarks(self, whole: ChoiceProblem) -> tuple[str, ...]: ...  # noqa: D102


@dataclass(frozen=True, slots=True, eq=False)
class Reduced:
    """What was asked, and the steps to what is solved; ``conflict`` says why nothing has to be solved."""

    asked: ChoiceProblem
    steps: tuple[Step, ...] = ()
    conflict: str = ""

    @property
    def problem(self) -> ChoiceProblem:
        """What is solved."""
        return self.steps[-1].problem if self.steps else self.asked

    @property
    def remarks(self) -> tuple[str, ...]:
        """What the steps did that a reader should know."""
        stages = zip((self.asked, *(step.problem for step in self.steps)), self.steps, strict=False)
        return tuple(remark for whole, step in stages for remark in step.remarks(whole))

    def under(self, problem: ChoiceProblem) -> Reduced | None:
        """Return the same steps under other bounds; None where the problem differs in more, or a step cannot follow."""
        if not _is_alike(self.asked, problem):
            return None
        steps: list[Step] = []
        asked = problem
        for step in self.steps:
            moved = step.under(asked)
            if moved is None:
                return None
            steps.append(moved)
            asked = moved.problem
        return replace(self, asked=problem, steps=tuple(steps))

    def inner(self, values: Floats) -> Floats:
        """Return values of the rows asked, (row,), as those of the rows that are left."""
        for step in self.steps:
            values = step.inner(values)
        return values

    def restored(self, solution: Solution, gap_asked: float) -> Solution:
        """Return a solution of what is left as one of what was asked."""
        if solution.status is Status.INFEASIBLE:
            return replace(solution, reason="; ".join([solution.reason, *self.remarks]))
        reason = "; ".join([*(step.remark for step in self.steps if isinstance(step, Linked)), solution.reason])
        solution = replace(solution, reason=reason)
        level, prices, values = solution.level, solution.prices, solution.row_values
        if level is None or prices is None or values is None or not self.steps:
            return solution
        bound, asked = solution.bound or 0.0, self.asked
        for step in reversed(self.steps):
            if isinstance(step, Linked):
                bound -= step.rounding(prices)
            level, prices, values = step.level(level), step.by_row(prices), step.by_row(values)
        own = len(asked.rows)
        if asked.side is not None:
            values[own:] = asked.side @ level
        objective = solution.objective or 0.0
        if any(isinstance(step, Linked) for step in self.steps):
            taken = np.flatnonzero(level)
            objective = math.fsum((asked.cost[taken] * level[taken]).tolist())
        bound = min(bound, objective)
        gap = relative_gap(asked, objective, bound)
        status = Status.OPTIMAL if gap <= max(gap_asked, ROUNDING) else Status.FEASIBLE
        solution = replace(solution, status=status, objective=objective, bound=bound, gap=gap)
        return replace(solution, level=level, prices=prices, row_values=values)


def reduced(problem: ChoiceProblem) -> Reduced:
    """Return what is to be solved in place of a problem."""
    found = Reduced(problem)
    if problem.side is not None:
        joined = linked(problem)
        if joined is not None and joined.conflict:
            return replace(found, conflict=joined.conflict)
        found = _with(found, joined)
    found = _with(found, thinned(found.problem))
    makers: tuple[Callable[[ChoiceProblem], Step | None], ...] = (entered, ordered, lean)
    if is_small(found.problem):
        for make in makers:
            found = _with(found, make(found.problem))
    return found


def _with(found: Reduced, step: Step | None) -> Reduced:
    return found if step is None else replace(found, steps=(*found.steps, step))


def _is_alike(old: ChoiceProblem, new: ChoiceProblem) -> bool:
    is_same = old.cost is new.cost and old.group is new.group and old.metrics is new.metrics and old.side is new.side
    is_same &= old.divisible is new.divisible and len(old.rows) == len(new.rows)
    is_same &= old.side_sense is new.side_sense
    return is_same and all(_binds_alike(one, other) for one, other in zip(old.rows, new.rows, strict=True))


def _binds_alike(old: Row, new: Row) -> bool:
    return (old.metric, old.sense) == (new.metric, new.sense) and _is_same(old.groups, new.groups)


def _is_same(old: Integers | None, new: Integers | None) -> bool:
    if old is None or new is None:
        return old is new
    is_one = old.ctypes.data == new.ctypes.data and old.strides == new.strides and old.shape == new.shape
    return is_one or np.array_equal(old, new)
