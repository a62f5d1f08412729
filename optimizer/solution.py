"""What comes back from a solve: a status in plain words, and values only where there is an answer."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from enum import StrEnum

import numpy as np

from optimizer.arrays import Floats
from optimizer.problem import ChoiceProblem

ROUNDING = 1e-9
"""Relative difference that double precision and a solver's own tolerances cannot tell from nothing."""


class Status(StrEnum):
    """What a solve ended with."""

    OPTIMAL = "OPTIMAL"
    """A plan whose gap is proven to be at most the gap asked for (or ROUNDING, the larger of the two)."""
    FEASIBLE = "FEASIBLE"
    """A plan that keeps every row; its proven gap is larger than asked for."""
    INFEASIBLE = "INFEASIBLE"
    """Proven: no plan keeps every row."""
    NO_ANSWER = "NO_ANSWER"
    """Neither a plan nor a proof that there is none."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Solution:
    """Outcome of one solve. Every value is None unless the status is OPTIMAL or FEASIBLE.

    Parameters
    ----------
    status, reason
        The outcome, and a sentence: why this engine, and why there is no answer where there is none.
    objective
        Cost of ``level``, added up from the problem's own arrays.
    bound
        Proven: no plan costs less.
    gap
        ``relative_gap`` of the two.
    level
        float64 (option,): 0 or 1, or the share of the option where the group is divisible; each group adds up to 1.
    row_values
        float64 (row,): what each row adds up to, side rows last.
    prices
        float64 (row,): duals of the linear relaxation, the rise of its cost per unit added to the row's bound. At least
        0 for a ``>=`` row, at most 0 for a ``<=`` row, 0 for a row with room. A row between single options whose groups
        were put together (``linked``) has no price of its own and 0 here.
    engine, engine_version
        What solved it.
    nodes
        Branch-and-bound nodes, None where the solver does not say.
    seconds
        Time the solver says it took.
    memory
        What the engine may use when it starts from this solution; of no meaning to others, and not carried into files.

    """

    status: Status
    reason: str
    engine: str
    engine_version: str
    objective: float | None = None
    bound: float | None = None
    gap: float | None = None
    level: Floats | None = None
    row_values: Floats | None = None
    prices: Floats | None = None
    nodes: int | None = None
    seconds: float = 0.0
    memory: object = field(default=None, repr=False, compare=False)

    def __getstate__(self) -> tuple[object, ...]:
        """Leave the memory behind, which is large and can be found again."""
        return tuple(None if one.name == "memory" else getattr(self, one.name) for one in fields(self))


def relative_gap(problem: ChoiceProblem, objective: float, bound: float) -> float:
    """Return |objective - bound| / max(|objective|, 1e-9 sum_i max_{j in i} |c_j|); 0 where both are 0."""
    distance = abs(objective - bound)
    return distance / max(abs(objective), smallest_scale(problem)) if distance > 0.0 else 0.0


def smallest_scale(problem: ChoiceProblem) -> float:
    """Return what an objective near zero is measured against: 1e-9 of the total |cost| of the dearest options."""
    dearest = np.maximum.reduceat(np.abs(problem.cost), problem.starts[:-1])
    return 1e-9 * float(dearest.sum())
