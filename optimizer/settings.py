"""How a problem is to be solved: engine, proof asked for, limits."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal, get_args

type EngineName = Literal["auto", "milp", "dual"]
type Passes = Literal["auto", "compiled", "numpy"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Choices of the caller; equal settings and problem give equal bytes unless ``time_limit_s`` cuts a run short.

    Parameters
    ----------
    engine
        ``auto`` picks one and says why in ``Solution.reason``.
    gap
        Relative gap at which a plan counts as proven, |objective - bound| / max(|objective|, tiny), 0 to 1.
    time_limit_s
        Seconds for the whole solve, all its steps together; None, the default, lets a run end on gap or nodes only, so
        that it repeats. HiGHS looks at the clock between steps and may overrun.
    seed
        Random seed of the solver.
    node_limit
        Branch-and-bound nodes; None for no limit. Repeats, unlike a time limit.
    solver
        Name of a PuLP solver for the ``milp`` engine.
    threads
        How many parts of a problem (regions, rows of a reach) are solved side by side, and the threads of a solver
        other than HiGHS, which always works on one. With HiGHS the answer is the same.
    passes
        How the engine ``dual`` passes over the options: ``compiled`` needs Numba; ``auto`` takes it for large problems
        where it is installed. The answer is the same.
    pass_threads
        Threads of a compiled pass over many options; None takes the processors there are. The answer is the same.

    Raises
    ------
    ValueError
        For every value out of range, in one message. Whether engine and solver exist is asked when a problem is solved.

    """

    engine: EngineName = "auto"
    gap: float = 1e-4
    time_limit_s: float | None = None
    seed: int = 0
    node_limit: int | None = None
    solver: str = "HiGHS"
    threads: int = 1
    passes: Passes = "auto"
    pass_threads: int | None = None

    def __post_init__(self) -> None:
        limit = self.time_limit_s
        wrong = {
            f"gap: expected 0 to 1, found {self.gap}": not 0.0 <= self.gap <= 1.0,
            f"time_limit_s: expected seconds above 0 or None, found {limit}": limit is not None
            and not (limit > 0.0 and math.isfinite(limit)),
            f"seed: expected 0 to 2147483647, found {self.seed}": not 0 <= self.seed < 2**31,
            f"node_limit: expected 0 or more or None, found {self.node_limit}": self.node_limit is not None
            and not 0 <= self.node_limit < 2**31,
            f"threads: expected 1 or more, found {self.threads}": self.threads < 1,
            f"passes: expected auto, compiled, numpy, found {self.passes!r}": self.passes
            not in get_args(Passes.__value__),
            f"pass_threads: expected 1 or more or None, found {self.pass_threads}": self.pass_threads is not None
            and self.pass_threads < 1,
        }
        problems = [message for message, is_wrong in wrong.items() if is_wrong]
        if problems:
            raise ValueError("settings: " + "; ".join(problems))
