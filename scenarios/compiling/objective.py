"""What is minimised, and which sources may mix their choices."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from model.sector import FloatArray
from model.text import Text
from optimizer import ChoiceProblem
from scenarios.compiling.expand import YearOptions
from scenarios.reading.bundle import Bundle


def objective(bundle: Bundle, options: YearOptions) -> FloatArray:
    """Return what is minimised, shape (choice,).

    Least cost: the annual cost [CNY/yr] of a single plan year, which is its present value; the present value [CNY] of
    several. Most reduction: minus the weighted reduction of the last plan year [t/yr], on the scenario's basis.
    """
    scenario = bundle.scenario
    if scenario.mode != "most_reduction":
        return options.present_value()
    reduction = options.project_reduction if scenario.basis == "project" else options.reduction
    year = bundle.timeline.years[-1]
    gains = [weight * reduction(f"{pollutant}_t_per_year", year) for pollutant, weight in scenario.weights.items()]
    return -np.sum(gains, axis=0)


def divisible(options: YearOptions) -> NDArray[np.bool_]:
    """Return which sources may mix their choices: those all of whose measures may be applied to a share."""
    starts = options.starts
    all_divisible = np.logical_and.reduceat(options.table.divisible[options.last_option()], starts)
    has_measure = np.logical_or.reduceat(~options.is_as_is(), starts)
    return np.asarray(all_divisible & has_measure, dtype=bool)


def undivided(options: YearOptions, problem: ChoiceProblem) -> list[Text]:
    """Say at how many sources a measure that could be applied to a share is planned whole."""
    could = options.table.divisible[options.option] & ~options.is_as_is()
    mixes = np.repeat(problem.is_divisible, np.diff(problem.starts))[: options.size]
    count = len(np.unique(options.source[could & ~mixes]))
    if not count:
        return []
    return [
        Text(
            f"有{count}个源既有可部分实施的措施，又有只能整体实施的措施：这些源的措施一律整体实施。",
            f"{count} sources are offered measures that may be applied to a share beside others that may not: "
            "there every measure is planned whole.",
        )
    ]
