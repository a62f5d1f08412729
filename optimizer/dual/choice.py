"""Which engine ``auto`` takes, and why."""

from __future__ import annotations

from typing import Literal

from optimizer.problem import ChoiceProblem
from optimizer.settings import Settings

PRICED_BY = "HiGHS"

MANY = 32
"""Options a group above which most of them are dominated."""

EXACT_OPTIONS = 300_000
"""Most options that the exact engine is tried on where ``dual`` would do, or has not done."""


def choose_engine(problem: ChoiceProblem, settings: Settings) -> tuple[Literal["dual", "milp"], str]:
    """Return the engine for a problem and why, as a clause.

    ``milp`` for rows over single options: there are many of them, each over few groups, and no price settles them; and
    for groups with very many options, such as packages that start in one year and grow in another (1 500 groups x 85
    with 7 rows, gap 1e-4: 4 s of processor time, where ``dual`` is at 7e-4 after 19 s).
    ``dual`` for all else at every size, so that nothing changes of a sudden as a problem grows. Measured, gap 1e-4,
    processor time of ``dual`` against ``milp``: 640 sources of a city with 13 rows 1.7 and 4.8 s; four random problems
    of 600 x 8 with 18 rows 1.3 to 11 and 1.2 to 22 s; 1 000 x 8 with 3 rows 0.9 and 3.5 s.
    """
    size = f"{problem.group_count} groups, {problem.option_count} options, {problem.row_count} rows"
    if settings.solver != PRICED_BY:
        return "milp", f"auto took milp, the engine that knows the solver {settings.solver} ({size})"
    if problem.side is not None:
        return "milp", f"auto took milp, which settles rows between single options ({size})"
    if problem.option_count > MANY * problem.group_count and problem.option_count <= EXACT_OPTIONS:
        return "milp", f"auto took milp, which leaves out at once most of the many options a group has ({size})"
    return "dual", f"auto took dual, which decides by prices of the rows and leaves the rest to HiGHS ({size})"
