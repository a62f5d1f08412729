"""Which engine ``auto`` takes, and why."""

from __future__ import annotations

from typing import Literal

from optimizer.linked import clusters
from optimizer.problem import ChoiceProblem
from optimizer.settings import Settings

PRICED_BY = "HiGHS"

EXACT_OPTIONS = 300_000
"""Most options that the exact engine is tried on where ``dual`` has not done."""


def choose_engine(problem: ChoiceProblem, settings: Settings) -> tuple[Literal["dual", "milp"], str]:
    """Return the engine for a problem and why, as a clause.

    ``milp`` for a solver that ``dual`` does not know, and for rows between single options that tie more groups together
    than can be put into one (``linked``): there are many such rows, each over few groups, and no price settles them.
    ``dual`` for all else at every size, so that nothing changes of a sudden as a problem grows.
    """
    size = f"{problem.group_count} groups, {problem.option_count} options, {problem.row_count} rows"
    if settings.solver != PRICED_BY:
        return "milp", f"auto took milp, the engine that knows the solver {settings.solver} ({size})"
    obstacle = "" if problem.side is None else clusters(problem).obstacle(problem)
    if obstacle:
        return "milp", f"auto took milp, which settles rows between single options: {obstacle} ({size})"
    return "dual", f"auto took dual, which decides by prices of the rows and leaves the rest to HiGHS ({size})"
