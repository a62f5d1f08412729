"""The engines by name, and which one ``auto`` takes.

An engine is a function of problem, settings and a solution to start from; another one is one more line here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType

from optimizer.deadline import Deadline
from optimizer.dual import solve_dual
from optimizer.dual.choice import EXACT_OPTIONS, choose_engine
from optimizer.problem import ChoiceProblem
from optimizer.settings import Settings
from optimizer.solution import ROUNDING, Solution, Status, relative_gap

type Engine = Callable[[ChoiceProblem, Settings, Solution | None], Solution]


def solve_exactly(problem: ChoiceProblem, settings: Settings, warm: Solution | None) -> Solution:
    """Solve with the exact engine, which is loaded here."""
    from optimizer.milp import solve_milp  # noqa: PLC0415 - PuLP: a fifth of a second that plans by prices save

    return solve_milp(problem, settings, warm)


ENGINES: Mapping[str, Engine] = MappingProxyType({"milp": solve_exactly, "dual": solve_dual})


def solve(problem: ChoiceProblem, settings: Settings, warm: Solution | None = None) -> Solution:
    """Choose one option of each group at least cost so that every row is kept.

    The order in which groups, options and rows are listed does not show in the answer of ``milp``, nor in that of
    ``dual`` where the problem is small (``dual.prices.is_small``: up to 16 000 options, or up to 120 000 with fewer
    than 400 groups a row), but for groups that are equal in everything: these keep the order they are listed in. A
    larger problem is sampled in the order it is listed; another order may bring another plan within the gap asked for.

    Parameters
    ----------
    problem
        What is asked.
    settings
        How it is to be solved.
    warm
        A solution of a problem with the same options, to start from. It can change which of several plans within the
        gap comes out, so runs that must repeat whatever ran before them leave it out.

    Returns
    -------
    Solution
        A status, with values only where there is an answer. Infeasible is a status and never an exception.

    Raises
    ------
    ValueError
        The engine or the solver is unknown or not installed, or ``warm`` belongs to other options.

    """
    name, why = choose(problem, settings)
    if name not in ENGINES:
        raise ValueError(f"settings: engine: expected auto, {', '.join(ENGINES)}, found {name!r}")
    deadline = Deadline.after(settings.time_limit_s)
    solution = ENGINES[name](problem, settings, warm)
    if settings.engine == "auto" and name == "dual" and _is_open(solution, problem, settings) and not deadline.is_over:
        exact = solve_exactly(problem, replace(settings, time_limit_s=deadline.left_s), solution)
        solution = _joined(problem, solution, exact, settings.gap)
    return replace(solution, reason=f"{why}: {solution.reason}")


def _is_open(solution: Solution, problem: ChoiceProblem, settings: Settings) -> bool:
    """Say whether the exact engine should go on where prices ended: no proof, nothing cut short, not too large."""
    is_settled = solution.status in {Status.OPTIMAL, Status.INFEASIBLE}
    return not is_settled and settings.node_limit is None and problem.option_count <= EXACT_OPTIONS


def _joined(problem: ChoiceProblem, first: Solution, second: Solution, gap_asked: float) -> Solution:
    """Return the better plan of two solutions with the better bound."""
    reason = f"{first.reason}; then milp: {second.reason}"
    if second.level is None or second.objective is None:
        kept = first if second.status is Status.NO_ANSWER else second
        return replace(kept, reason=reason)
    bounds = [bound for bound in (first.bound, second.bound) if bound is not None]
    is_first = first.objective is not None and first.objective <= second.objective
    better, bound = first if is_first else second, max(bounds, default=None)
    if better.objective is None or bound is None:
        return replace(better, reason=reason)
    bound = min(bound, better.objective)
    gap = relative_gap(problem, better.objective, bound)
    status = Status.OPTIMAL if gap <= max(gap_asked, ROUNDING) else Status.FEASIBLE
    return replace(better, bound=bound, gap=gap, status=status, reason=reason)


def choose(problem: ChoiceProblem, settings: Settings) -> tuple[str, str]:
    """Return the engine to use and why, in words."""
    if settings.engine != "auto":
        return settings.engine, f"engine {settings.engine} was asked for"
    return choose_engine(problem, settings)
