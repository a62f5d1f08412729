"""Short ways to compile a scenario, and the least cost found by trying every choice."""

from collections.abc import Iterator, Mapping
from datetime import date
from itertools import product

import numpy as np

from model.sector import FloatArray
from optimizer import ChoiceProblem, Solution, Status
from scenarios.compiling.compile import Compiled, compile_scenario, options_of
from scenarios.compiling.expand import YearOptions, expand
from scenarios.reading.bundle import Bundle


def compiled(bundle: Bundle, *, is_open: bool = False) -> Compiled:
    return compile_scenario(bundle, options_of(bundle), is_open=is_open)


def expanded(bundle: Bundle, started: Mapping[tuple[int, int], date] | None = None) -> YearOptions:
    return expand(
        options_of(bundle),
        bundle.inventory,
        bundle.growth,
        timeline=bundle.timeline,
        economics=bundle.economics,
        started=started or {},
    )


def choices_in(options: YearOptions) -> list[tuple[int, tuple[str, ...], int]]:
    """Source number, measures and start year of every choice, in order."""
    packages = [options.table.packages[place].measure_ids for place in options.table.package[options.option]]
    return list(zip(options.source.tolist(), packages, options.start_year.tolist(), strict=True))


def every_level(problem: ChoiceProblem) -> Iterator[FloatArray]:
    """Every way to choose one option of each group."""
    groups = [np.flatnonzero(problem.group == group) for group in np.unique(problem.group)]
    for chosen in product(*groups):
        level = np.zeros(len(problem.cost))
        level[list(chosen)] = 1.0
        yield level


def kept(problem: ChoiceProblem, level: FloatArray) -> bool:
    """Whether a choice keeps every row, to 1e-9 of what the row is about."""
    for row in problem.rows:
        own = np.ones(len(level), dtype=bool) if row.groups is None else np.isin(problem.group, row.groups)
        value = float((problem.metrics[row.metric] * level)[own].sum())
        room = 1e-9 * max(1.0, abs(row.bound))
        if (row.sense != "<=" and value < row.bound - room) or (row.sense != ">=" and value > row.bound + room):
            return False
    return True


def cheapest(problem: ChoiceProblem) -> tuple[float, FloatArray | None]:
    """The least cost over every choice that keeps the rows, by trying them all; infinity and None without any."""
    best: tuple[float, FloatArray | None] = (np.inf, None)
    for level in every_level(problem):
        cost = float(problem.cost @ level)
        if cost < best[0] and kept(problem, level):
            best = (cost, level)
    return best


def solved(level: FloatArray) -> Solution:
    """A solution that holds nothing but its choice."""
    return Solution(status=Status.OPTIMAL, reason="by hand", engine="none", engine_version="", level=level)


def unsolved(status: Status) -> Solution:
    return Solution(status=status, reason="by hand", engine="none", engine_version="")
