"""Tasks over the plan years: when they run, how much of them counts, what they cost and take away."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from model.entries import Entries, Money
from model.inventory import Inventory
from model.sector import FloatArray
from model.timeline import (
    DateArray,
    Growth,
    Timeline,
    activity_factors,
    credited_share,
    due_date,
    entry_years,
    ready_date,
)


class TaskYears:
    """Which tasks run in which plan year, how much of them is credited, and what that costs; arrays (year, task).

    ``activity`` (year, source) is of the plan years, ``base_activity`` (source,) of the base year: 0 for new sources.
    """

    def __init__(
        self, tasks: pd.DataFrame, entries: Entries, inventory: Inventory, timeline: Timeline, growth: Growth
    ) -> None:
        self.timeline = timeline
        self.entries = entries
        self.source = tasks["source"].to_numpy()
        self.start = tasks["start_year"].to_numpy()
        self.share = tasks["share"].to_numpy()
        self.ready = _ready(tasks, entries, timeline)
        self.activity = activity_factors(inventory, growth, timeline.base_year, timeline.years)
        self.base_activity = activity_factors(inventory, growth, timeline.base_year, [timeline.base_year])[0]
        self.runs = np.array([self.start <= year for year in timeline.years], dtype=np.float64)
        self.credited = np.array([credited_share(timeline, self.ready, self.start, year) for year in timeline.years])
        self._is_new = entry_years(inventory, timeline.base_year)[self.source] > timeline.base_year
        self._around = _around_start(inventory, growth, timeline.base_year, self.source, self.start)

    @property
    def growth(self) -> FloatArray:
        """Activity of each task's source in each plan year."""
        return self.activity[:, self.source]

    def annual_cny(self, money: Money) -> FloatArray:
        """Return the cost of each task in each plan year."""
        cost: FloatArray = self.runs * (money.steady_cny_per_year + money.running_cny_per_year * self.growth)
        return cost

    def capital_cny(self, money: Money) -> FloatArray:
        """Return the capital of each task in each plan year: all of it in the year of its start."""
        starts = np.array([self.start == year for year in self.timeline.years], dtype=np.float64)
        spent: FloatArray = starts * money.capital_cny
        return spent

    def change(self, flow: str) -> FloatArray:
        """Return the credited change of a flow by each task in each plan year."""
        change: FloatArray = self.credited * self.growth * self.entries.change[flow]
        return change

    def accountable(self, flow: str, as_is: FloatArray) -> FloatArray:
        """Return each task's reduction on the project basis, credited in the last plan year, shape (task,).

        The source's emission of the year before the start less that of the start year; ``as_is`` (source,) is what it
        states. What stands before the task, as with a package that is extended, is part of the emission before.
        A source that enters during the plan does not count.
        """
        before = as_is[self.source] * self.share + self.entries.change_before[flow]
        year_before, start_year = self._around
        fall = before * year_before - (before + self.entries.change[flow]) * start_year
        return np.where(self._is_new, 0.0, fall * self.credited[-1])

    def due(self) -> list[object]:
        """Return the day by which each task must be done."""
        days: list[object] = due_date(self.timeline, self.ready, self.start).astype(object).tolist()
        return days


def _ready(tasks: pd.DataFrame, entries: Entries, timeline: Timeline) -> DateArray:
    """Return the day each task is ready: as decided already, else decision date and lead time."""
    decided = tasks["ready"].to_numpy(dtype="datetime64[D]")
    return np.where(np.isnat(decided), ready_date(timeline, entries.lead_time_months), decided)


def _around_start(
    inventory: Inventory, growth: Growth, base_year: int, source: NDArray[np.int64], start: NDArray[np.int64]
) -> tuple[FloatArray, FloatArray]:
    """Return the activity of each task's source in the year before its start and in its start year, (task,) each."""
    starts, which = np.unique(start, return_inverse=True)
    before, within = (
        activity_factors(inventory, growth, base_year, years.tolist())[which, source] for years in (starts - 1, starts)
    )
    return before, within
