"""Which engine ``auto`` takes, and why."""

from __future__ import annotations

from typing import Literal

from optimizer.problem import ChoiceProblem
from optimizer.settings import Settings

EXACT_OPTIONS = 150_000
"""Options up to which presolve, relaxation and HiGHS settle what plans look like in seconds to a few minutes."""

PRICED_BY = "HiGHS"


def choose_engine(problem: ChoiceProblem, settings: Settings) -> tuple[Literal["dual", "milp"], str]:
    """Return the engine for a problem and why, as a clause."""
    size = f"{problem.group_count} groups, {problem.option_count} options, {problem.row_count} rows"
    if settings.solver != PRICED_BY:
        return "milp", f"auto took milp, the engine that knows the solver {settings.solver} ({size})"
    if problem.option_count <= EXACT_OPTIONS:
        return "milp", f"auto took milp, which is exact for every kind of row up to {EXACT_OPTIONS} options ({size})"
    return "dual", f"auto took dual, which decides by prices above {EXACT_OPTIONS} options ({size})"
