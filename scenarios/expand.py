"""Options in time: every package of every source, once for each plan year in which it can start."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from model.economics import Economics
from model.inventory import Inventory
from model.options import OptionTable
from model.sector import FloatArray
from model.timeline import Growth, Timeline, activity_factors, credited_share, earliest_start_year

NEVER = 0
"""Start year of "as is"."""


@dataclass(frozen=True, slots=True)
class YearOptions:
    """Options x start years, sorted by source.

    ``option`` (choice,) indexes the option table; ``start_year`` (choice,) is a plan year, or ``NEVER`` for "as is";
    ``source`` (choice,) is non-decreasing; ``activity`` maps every year from the base year to the last plan year to the
    activity of every source relative to the base year, shape (source,).
    """

    table: OptionTable
    timeline: Timeline
    economics: Economics
    option: NDArray[np.int64]
    start_year: NDArray[np.int64]
    source: NDArray[np.int64]
    activity: Mapping[int, FloatArray]

    @property
    def size(self) -> int:
        """Number of choices."""
        return len(self.option)

    def only(self, admitted: NDArray[np.bool_]) -> YearOptions:
        """Return the choices where ``admitted`` (choice,) holds."""
        kept = {name: getattr(self, name)[admitted] for name in ("option", "start_year", "source")}
        return replace(self, **kept)

    def is_as_is(self) -> NDArray[np.bool_]:
        """True where the choice leaves the source as it is, shape (choice,)."""
        return np.asarray(self.start_year == NEVER)

    def credited(self, year: int) -> FloatArray:
        """Return the share of a year in which each choice counts, shape (choice,): 0 before its start, 1 after it."""
        lead = self.table.lead_time_months[self.option]
        share = credited_share(self.timeline, lead, self.start_year, year)
        return np.where(self.is_as_is(), 0.0, share)

    def yearly_cost(self, year: int) -> FloatArray:
        """Return the cost of ``year`` [CNY/yr], shape (choice,).

        From the start year on: annuity + fixed + running x activity of the year.
        """
        table, option = self.table, self.option
        running = table.running_cny_per_year[option] * self.activity[year][self.source]
        cost = table.annuity_cny_per_year[option] + table.fixed_cny_per_year[option] + running
        return np.where(self._has_started(year), cost, 0.0)

    def capital(self, year: int, *, public_only: bool = False) -> FloatArray:
        """Return the capital spent in ``year`` [CNY], shape (choice,): all of it in the year of the start."""
        table = self.table
        capital = table.public_capital_cny if public_only else table.capital_cny
        return np.where(self.start_year == year, capital[self.option], 0.0)

    def present_value(self) -> FloatArray:
        """Return the present value in the first plan year [CNY], shape (choice,).

        ``sum_y cost_y / (1 + r)**(y - y_0)`` over the plan years.
        """
        years = self.timeline.years
        total = np.zeros(self.size)
        for year in years:
            total += self.yearly_cost(year) / (1.0 + self.economics.discount_rate) ** (year - years[0])
        return total

    def reduction(self, flow: str, year: int) -> FloatArray:
        """Return emission without the plan minus with it in ``year`` [t/yr], shape (choice,): the inventory basis."""
        change = self.table.change[flow][self.option] * self.activity[year][self.source]
        return -change * self.credited(year)

    def project_reduction(self, flow: str, year: int) -> FloatArray:
        """Return the reduction on the project basis [t/yr], shape (choice,).

        It is the project's own emission of the year before its start minus that of its start year.
        Sources that do nothing do not enter; in the start year only the credited months count.
        """
        before, after = np.zeros(self.size), np.zeros(self.size)
        base, change = self.table.base[flow][self.source], self.table.change[flow][self.option]
        for start in self.timeline.years:
            starts = self.start_year == start
            before[starts] = (base * self.activity[start - 1][self.source])[starts]
            after[starts] = ((base + change) * self.activity[start][self.source])[starts]
        return (before - after) * self.credited(year)

    def remaining(self, flow: str, year: int) -> FloatArray:
        """Return the emission that is left in ``year`` [t/yr], shape (choice,), growth counted."""
        without = self.table.base[flow][self.source] * self.activity[year][self.source]
        return without - self.reduction(flow, year)

    def _has_started(self, year: int) -> NDArray[np.bool_]:
        return np.asarray((self.start_year != NEVER) & (self.start_year <= year))


def expand(
    table: OptionTable,
    inventory: Inventory,
    growth: Growth,
    *,
    timeline: Timeline,
    economics: Economics,
    started: Iterable[tuple[int, int]] = (),
) -> YearOptions:
    """Give every package one choice per plan year in which its lead time allows a start; "as is" once.

    ``started`` lists (option, start year) of work that is decided already, whose lead time has run. Choices of a source
    keep the table's order, and start years rise within a package.
    """
    years = np.asarray(timeline.years, dtype=np.int64)
    first = np.zeros(len(table.source), dtype=bool)
    first[np.flatnonzero(np.diff(table.source, prepend=-1))] = True
    earliest = earliest_start_year(timeline, table.lead_time_months)
    can_start = (years[None, :] >= earliest[:, None]) & ~first[:, None]
    for option, year in started:
        can_start[option, years == year] = True
    admitted = np.column_stack([first, can_start])
    place, column = np.nonzero(admitted)
    start = np.concatenate([[NEVER], years])[column]
    span = range(timeline.base_year, max(timeline.years) + 1)
    factors = activity_factors(inventory, growth, timeline.base_year, tuple(span))
    activity = dict(zip(span, factors, strict=True))
    return YearOptions(table, timeline, economics, place.astype(np.int64), start, table.source[place], activity)
