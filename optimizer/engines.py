"""The engines by name, and which one ``auto`` takes.

An engine is a function of problem, settings and a solution to start from; another one is one more line here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType

from optimizer.dual import solve_dual
from optimizer.dual.choice import choose_engine
from optimizer.milp import solve_milp
from optimizer.problem import ChoiceProblem
from optimizer.settings import Settings
from optimizer.solution import Solution

type Engine = Callable[[ChoiceProblem, Settings, Solution | None], Solution]

ENGINES: Mapping[str, Engine] = MappingProxyType({"milp": solve_milp, "dual": solve_dual})


def solve(problem: ChoiceProblem, settings: Settings, warm: Solution | None = None) -> Solution:
    """Choose one option of each group at least cost so that every row is kept.

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
    solution = ENGINES[name](problem, settings, warm)
    return replace(solution, reason=f"{why}: {solution.reason}")


def choose(problem: ChoiceProblem, settings: Settings) -> tuple[str, str]:
    """Return the engine to use and why, in words."""
    if settings.engine != "auto":
        return settings.engine, f"engine {settings.engine} was asked for"
    return choose_engine(problem, settings)
