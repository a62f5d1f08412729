"""Plans of a country's size in less memory: what nobody takes is left out once it is solved."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from model.options import OptionTable
from model.sector import FloatArray
from optimizer import ChoiceProblem
from scenarios.answering.spare_memory import MANY_CHOICES, changed, unread
from scenarios.compiling.compile import Compiled


def narrowed(compiled: Compiled, level: FloatArray, *, many: int = MANY_CHOICES) -> tuple[Compiled, FloatArray]:
    """Return a scenario with the choices that are taken or leave a source as it is, and their level (choice,).

    What is priced, checked and listed afterwards is the same. Few choices stay all, and so do those that decisions,
    rules, extensions or rows that may be missed refer to by their place.
    """
    is_taken = (compiled.own(level) > 0.0) & ~compiled.options.is_as_is()
    refers = (compiled.decided, compiled.rules, compiled.slack.gives, compiled.options.later.choice)
    if compiled.options.size < many or any(map(len, refers)) or not is_taken.any():
        return compiled, level
    kept = is_taken | compiled.options.is_as_is()
    options = compiled.options.only(kept)
    used = np.zeros(options.table.size, dtype=bool)
    used[options.option] = True
    options = replace(options, table=_only(options.table, used), option=(np.cumsum(used) - 1)[options.option])
    return replace(compiled, options=options, problem=_under(compiled.problem, kept)), level[kept]


def _under(problem: ChoiceProblem, kept: NDArray[np.bool_]) -> ChoiceProblem:
    return replace(problem, cost=problem.cost[kept], group=problem.group[kept], metrics=problem.metrics[:, kept])


def _only(table: OptionTable, kept: NDArray[np.bool_]) -> OptionTable:
    """Return some options of a table."""
    whole = replace(table, source=table.source[kept], package=table.package[kept], divisible=table.divisible[kept])

    def some(values: FloatArray) -> FloatArray:
        few = values[kept]
        unread(values)  # all columns together are the larger part of the memory that is left
        return few

    return changed(whole, some)
