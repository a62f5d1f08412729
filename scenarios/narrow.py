"""Scenarios of a country's size in less memory: what waits is laid aside, and what nobody takes is left out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from model.options import OptionTable
from model.sector import FloatArray
from optimizer import ChoiceProblem
from scenarios.compile import Compiled
from scenarios.spare_memory import on_disk

MANY_CHOICES = 5_000_000
"""With fewer choices there is nothing worth the trouble."""


def laid_aside(compiled: Compiled, *, many: int = MANY_CHOICES) -> Compiled:
    """Return a scenario whose costs and changes of flow wait in temporary files while the problem is solved.

    They are read back where they are looked at; few choices stay as they are.
    """
    options = compiled.options
    if options.size < many:
        return compiled
    return replace(compiled, options=replace(options, table=_changed(options.table, on_disk)))


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
    return _changed(whole, lambda values: values[kept])


def _changed(table: OptionTable, change: Callable[[FloatArray], FloatArray]) -> OptionTable:
    """Return a table whose numbers (option,) went through a function each."""

    def each(named: Mapping[str, FloatArray]) -> dict[str, FloatArray]:
        return {name: change(values) for name, values in named.items()}

    return replace(
        table,
        capital_cny=change(table.capital_cny),
        public_capital_cny=change(table.public_capital_cny),
        annuity_cny_per_year=change(table.annuity_cny_per_year),
        fixed_cny_per_year=change(table.fixed_cny_per_year),
        running_cny_per_year=change(table.running_cny_per_year),
        lead_time_months=change(table.lead_time_months),
        payer_capital_cny=each(table.payer_capital_cny),
        change=each(table.change),
        level=each(table.level),
    )
