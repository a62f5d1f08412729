"""Options in time: every package of every source, once for each plan year in which it can start."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from types import MappingProxyType

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from model.economics import Economics
from model.inventory import Inventory
from model.options import OptionTable
from model.sector import FloatArray
from model.text import Text
from model.timeline import (
    DateArray,
    Growth,
    Timeline,
    activity_factors,
    credited_share,
    earliest_start_year,
    entry_years,
    in_service_date,
    ready_date,
)
from scenarios.compiling.extensions import Extensions, Ways, extended, ways_to_extend

NEVER = 0
"""Start year of "as is"."""


@dataclass(frozen=True, slots=True)
class YearOptions:
    """Options x start years, sorted by source.

    ``option`` (choice,) indexes the option table; ``start_year`` (choice,) is the year in which the package starts, or
    ``NEVER`` for "as is"; ``ready`` (choice,) the day its work is ready; ``source`` (choice,) is non-decreasing;
    ``later`` says which choices are extended by more measures in a later year. ``activity`` maps every year from the
    base year to the last plan year to the activity of every source relative to what its row states, shape (source,):
    0 before a new source enters, in the year ``entry`` (source,).
    """

    table: OptionTable
    timeline: Timeline
    economics: Economics
    option: NDArray[np.int64]
    start_year: NDArray[np.int64]
    ready: DateArray
    source: NDArray[np.int64]
    activity: Mapping[int, FloatArray]
    entry: NDArray[np.int64]
    later: Extensions
    notes: tuple[Text, ...] = ()

    @property
    def size(self) -> int:
        """Number of choices."""
        return len(self.option)

    @property
    def starts(self) -> NDArray[np.int64]:
        """First choice of each source, shape (source,)."""
        return np.flatnonzero(np.diff(self.source, prepend=-1))

    def only(self, admitted: NDArray[np.bool_]) -> YearOptions:
        """Return the choices where ``admitted`` (choice,) holds."""
        if admitted.all():
            return self
        kept = {name: getattr(self, name)[admitted] for name in ("option", "start_year", "ready", "source")}
        return replace(self, **kept, later=self.later.only(admitted))

    def as_they_are(self) -> YearOptions:
        """Return the choices as if none of their work were ever done."""
        none = np.zeros(self.size, dtype=bool)
        return replace(self, start_year=np.full_like(self.start_year, NEVER), later=self.later.only(none))

    def by(self, day: date) -> YearOptions:
        """Return the choices as if what is not in service on ``day`` were never done."""
        limit = np.datetime64(day, "D")
        is_late = in_service_date(self.ready, self.start_year) > limit
        later = in_service_date(self.later.ready, self.later.start_year) <= limit
        return replace(
            self, start_year=np.where(is_late, NEVER, self.start_year), later=self.later.where(later, self.later.choice)
        )

    def is_as_is(self) -> NDArray[np.bool_]:
        """True where the choice leaves the source as it is, shape (choice,)."""
        return np.asarray(self.start_year == NEVER)

    def is_extended(self) -> NDArray[np.bool_]:
        """True where the choice adds measures in a later year, shape (choice,)."""
        extended = np.zeros(self.size, dtype=bool)
        extended[self.later.choice] = True
        return extended

    def last_option(self) -> NDArray[np.int64]:
        """Return the option that each choice ends with, shape (choice,)."""
        option = self.option.copy()
        option[self.later.choice] = self.later.after
        return option

    def in_force(self, year: int) -> NDArray[np.int64]:
        """Return the option in force in ``year``, shape (choice,): the source's "as is" before the start."""
        as_is = np.searchsorted(self.table.source, self.source)
        option = np.where(self.has_started(year), self.option, as_is)
        runs = self.later.start_year <= year
        option[self.later.choice[runs]] = self.later.after[runs]
        return option

    def has_started(self, year: int) -> NDArray[np.bool_]:
        """Return which choices have work that runs in ``year``, shape (choice,)."""
        return np.asarray((self.start_year != NEVER) & (self.start_year <= year))

    def credited(self, year: int) -> FloatArray:
        """Return the share of a year in which each choice's first measures count, shape (choice,): 0 before, 1 after.

        What an extended choice adds later has a share of its own.
        """
        share = credited_share(self.timeline, self.ready, self.start_year, year)
        share[self.is_as_is()] = 0.0
        return share

    def yearly_cost(self, year: int) -> FloatArray:
        """Return the cost of ``year`` [CNY/yr], shape (choice,).

        From the start year on: annuity + fixed + running x activity of the year.
        """
        table, option, later = self.table, self.option, self.later
        cost = table.annuity_cny_per_year[option]
        cost += table.fixed_cny_per_year[option]
        cost += table.running_cny_per_year[option] * self.activity[year][self.source]
        cost[~self.has_started(year)] = 0.0
        activity = self.activity[year][self.source[later.choice]]
        added = later.steady_cny_per_year + later.change(table.running_cny_per_year) * activity
        return self._with(cost, added * (later.start_year <= year))

    def capital(self, year: int, *, public_only: bool = False, payer: str | None = None) -> FloatArray:
        """Return the capital spent in ``year`` [CNY], shape (choice,): all of it in the year of the start.

        ``public_only`` takes what others than the enterprise pay, ``payer`` what that one pays.
        """
        kind = f"payer/{payer}" if payer else "public" if public_only else "all"
        capital, added = self.table.capital_by_kind[kind], self.later.capital_cny[kind]
        spent = np.where(self.start_year == year, capital[self.option], 0.0)
        return self._with(spent, added * (self.later.start_year == year))

    def present_value(self) -> FloatArray:
        """Return the present value in the first plan year [CNY], shape (choice,).

        ``sum_y cost_y / (1 + r)**(y - y_0)`` over the plan years.
        """
        years = self.timeline.years
        total = np.zeros(self.size)
        for year in years:
            cost = self.yearly_cost(year)
            cost /= (1.0 + self.economics.discount_rate) ** (year - years[0])
            total += cost
        return total

    def reduction(self, flow: str, year: int) -> FloatArray:
        """Return emission without the plan minus with it in ``year`` [t/yr], shape (choice,): the inventory basis."""
        changes, later = self.table.change[flow], self.later
        fall = -changes[self.option]
        fall *= self.activity[year][self.source]
        fall *= self.credited(year)
        more = later.change(changes) * self.activity[year][self.source[later.choice]]
        return self._with(fall, -more * self._credited_later(year))

    def project_reduction(self, flow: str, year: int) -> FloatArray:
        """Return the reduction on the project basis [t/yr], shape (choice,).

        It is the project's own emission of the year before its start minus that of its start year; an extension is a
        project of its own. Sources that do nothing or enter during the plan do not count; in the start year only the
        credited months count.
        """
        base, change, later = self.table.base[flow][self.source], self.table.change[flow], self.later
        fall = self._fall(base, base + change[self.option], self.start_year, self.source)
        base = base[later.choice]
        more = self._fall(
            base + change[later.before], base + change[later.after], later.start_year, self.source[later.choice]
        )
        return self._with(fall * self.credited(year), more * self._credited_later(year))

    def remaining(self, flow: str, year: int) -> FloatArray:
        """Return the emission that is left in ``year`` [t/yr], shape (choice,), growth counted."""
        without = self.table.base[flow][self.source] * self.activity[year][self.source]
        return without - self.reduction(flow, year)

    def base(self, flow: str) -> FloatArray:
        """Return the flow of the base year, shape (source,): 0 where the source enters later."""
        return np.asarray(self.table.base[flow] * self.activity[self.timeline.base_year])

    def _fall(
        self, before: FloatArray, after: FloatArray, start_year: NDArray[np.int64], source: NDArray[np.int64]
    ) -> FloatArray:
        """Return what was emitted in the year before each start less what is in the start year; 0 for new sources."""
        fall = np.zeros(len(before))
        for start in np.unique(start_year[start_year != NEVER]).tolist():
            here = start_year == start
            fall[here] = (
                before[here] * self.activity[start - 1][source[here]] - after[here] * self.activity[start][source[here]]
            )
        return np.where(self.entry[source] > self.timeline.base_year, 0.0, fall)

    def _credited_later(self, year: int) -> FloatArray:
        return credited_share(self.timeline, self.later.ready, self.later.start_year, year)

    def _with(self, values: FloatArray, added: FloatArray) -> FloatArray:
        """Return values (choice,) with what extensions add to them (extension,); each choice has one at most."""
        values[self.later.choice] += added
        return values


def expand(
    table: OptionTable,
    inventory: Inventory,
    growth: Growth,
    *,
    timeline: Timeline,
    economics: Economics,
    started: Mapping[tuple[int, int], date] = MappingProxyType({}),
    leads: Mapping[str, float] = MappingProxyType({}),
    max_extensions: int = 0,
) -> YearOptions:
    """Give every package one choice per plan year in which its lead time allows a start; "as is" once.

    ``started`` maps (option, start year) of work that is decided already to the day it is ready; its lead time has run.
    With ``max_extensions`` each source may also take that many choices that add measures in a later year; ``leads``
    [months] by measure says when these can be ready. Choices of a source keep the table's order, start years rise
    within a package, and extensions come last.
    """
    span = range(timeline.base_year, max(timeline.years) + 1)
    factors = activity_factors(inventory, growth, timeline.base_year, tuple(span))
    entry = entry_years(inventory, timeline.base_year)
    place, start, ready = _single(table, timeline, entry, started)
    ways, notes = Ways.none(), tuple[Text, ...]()
    if len(timeline.years) > 1 and max_extensions > 0:
        decided = table.source[[option for option, _ in started]]
        ways, notes = ways_to_extend(table, timeline, entry, leads, decided=decided, most=max_extensions)
    choice, is_whole = ways.before, len(place) == table.size and bool((place == np.arange(table.size)).all())
    if len(ways.before):
        is_whole = False
        places = np.concatenate([place, ways.before])
        order = np.lexsort((np.arange(len(places)) >= len(place), table.source[places]))
        added = ready_date(timeline, table.lead_time_months[ways.before])
        choice = np.argsort(order)[len(place) :]
        place = places[order]
        start = np.concatenate([start, ways.first_year])[order]
        ready = np.concatenate([ready, added])[order]
    return YearOptions(
        table=table,
        timeline=timeline,
        economics=economics,
        option=place,
        start_year=start,
        ready=ready,
        source=table.source if is_whole else table.source[place],
        activity=dict(zip(span, factors, strict=True)),
        entry=entry,
        later=extended(table, choice, ways),
        notes=notes,
    )


def _single(
    table: OptionTable, timeline: Timeline, entry: NDArray[np.int64], started: Mapping[tuple[int, int], date]
) -> tuple[NDArray[np.int64], NDArray[np.int64], DateArray]:
    """Return option, start year and day of readiness of every choice that starts once, by option and year."""
    years = np.asarray(timeline.years, dtype=np.int64)
    is_as_is = np.zeros(table.size, dtype=bool)
    is_as_is[np.flatnonzero(np.diff(table.source, prepend=-1))] = True
    lead, leads = pd.factorize(table.lead_time_months)
    lead = lead.astype(np.int32)
    earliest = np.maximum(earliest_start_year(timeline, leads)[lead], entry[table.source])
    starts = np.column_stack([is_as_is, (years[None, :] >= earliest[:, None]) & ~is_as_is[:, None]])
    del earliest
    place, column = np.nonzero(starts)
    start = np.concatenate([[NEVER], years])[column]
    del starts, column
    pairs = [(option, year) for option, year in started if year != NEVER]
    if pairs:
        both = np.concatenate([np.column_stack([place, start]), np.array(pairs, dtype=np.int64)])
        place, start = np.unique(both, axis=0).T
    ready = ready_date(timeline, leads)[lead[place]]
    for option, year in pairs:
        ready[(place == option) & (start == year)] = np.datetime64(started[option, year], "D")
    return place, start, ready
