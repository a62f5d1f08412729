"""Years: when a measure can start, how much of its first year counts, how activity grows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from model.inventory import Inventory
from model.sector import FloatArray

type DateArray = NDArray[np.datetime64]
type IntArray = NDArray[np.int64]

DAYS_PER_MONTH = 365.25 / 12
MONTHS_PER_YEAR = 12


@dataclass(frozen=True, slots=True)
class Timeline:
    """The base year, the plan years in increasing order, the date lead times count from, and how a part year counts.

    ``credit``: ``full_year`` counts the whole start year, ``months`` only the whole calendar months in service (m/12).
    """

    base_year: int
    years: tuple[int, ...]
    decision_date: date
    credit: Literal["full_year", "months"]

    def __post_init__(self) -> None:
        if not self.years or list(self.years) != sorted(set(self.years)):
            raise ValueError(f"years: expected at least one plan year, in increasing order; found {self.years}")


def ready_date(timeline: Timeline, lead_time_months: ArrayLike) -> DateArray:
    """Return the day on which work begun on the decision date is ready, one ``datetime64[D]`` per lead time.

    Whole months are counted by the calendar (31 January + 1 month is the last of February); the rest of a month is
    365.25 / 12 days long and rounded up to whole days.
    """
    lead: FloatArray = np.asarray(lead_time_months, dtype=np.float64)
    whole = np.floor(lead)
    rest_days = np.ceil(np.round((lead - whole) * DAYS_PER_MONTH, 6)).astype(np.int64)
    month = np.datetime64(timeline.decision_date, "M").astype(np.int64) + whole.astype(np.int64)
    first_day, next_month = _days(month, "M"), _days(month + 1, "M")
    day = np.minimum(timeline.decision_date.day, next_month - first_day) - 1
    ready: DateArray = (first_day + day + rest_days).astype("datetime64[D]")
    return ready


def earliest_start_year(timeline: Timeline, lead_time_months: ArrayLike) -> IntArray:
    """Return the year in which decision date + lead time falls, one per lead time."""
    return _year(ready_date(timeline, lead_time_months))


def in_service_date(ready: ArrayLike, start_year: ArrayLike) -> DateArray:
    """Return the first day in service: when the work is ready, but not before its start year begins."""
    year = np.asarray(start_year, dtype=np.int64) - 1970
    days: DateArray = np.maximum(np.asarray(ready, dtype="datetime64[D]"), _days(year, "Y").astype("datetime64[D]"))
    return days


def months_in_service(ready: ArrayLike, start_year: ArrayLike) -> IntArray:
    """Return the whole calendar months of ``start_year`` after the work is ready: 12 when it is ready before the year.

    A month counts when the work is ready on its first day; a start year before the year of readiness has none.
    """
    day: DateArray = np.asarray(ready, dtype="datetime64[D]")
    month = day.astype("datetime64[M]")
    is_first_day = day == month.astype("datetime64[D]")
    first_whole_month = month.astype(np.int64) + np.where(is_first_day, 0, 1)
    next_year = (np.asarray(start_year, dtype=np.int64) + 1 - 1970) * MONTHS_PER_YEAR
    months: IntArray = np.clip(next_year - first_whole_month, 0, MONTHS_PER_YEAR)
    return months


def credited_share(timeline: Timeline, ready: ArrayLike, start_year: ArrayLike, year: ArrayLike) -> FloatArray:
    """Return the part of a measure's yearly effect that counts in ``year``: 0 before its start year, 1 after it.

    In the start year itself it is 1 with credit ``full_year`` and months in service / 12 with credit ``months``.
    ``ready`` is the day the work is ready. The arguments broadcast against each other.
    """
    start, now = np.asarray(start_year, dtype=np.int64), np.asarray(year, dtype=np.int64)
    day: DateArray = np.asarray(ready, dtype="datetime64[D]")
    if timeline.credit == "full_year":
        shape = np.broadcast_shapes(day.shape, start.shape, now.shape)
        return np.broadcast_to(now >= start, shape).astype(np.float64)
    first = months_in_service(day, start) / MONTHS_PER_YEAR
    share: FloatArray = np.where(now < start, 0.0, np.where(now == start, first, 1.0))
    return share


def due_date(timeline: Timeline, ready: ArrayLike, start_year: ArrayLike) -> DateArray:
    """Return the day by which the work must be done for its credit to be earned, one ``datetime64[D]`` per task.

    With credit ``full_year`` a task of a year is due on its last day. With credit ``months`` it is due when it can be
    ready, or on the first day of a later start year.
    """
    if timeline.credit == "months":
        return in_service_date(ready, start_year)
    last_day = last_day_of(start_year)
    shape = np.broadcast_shapes(np.shape(ready), last_day.shape)
    return np.broadcast_to(last_day, shape).copy()


def last_day_of(year: ArrayLike) -> DateArray:
    """Return 31 December of each year."""
    since_1970 = np.asarray(year, dtype=np.int64) - 1970
    days: DateArray = (_days(since_1970 + 1, "Y") - 1).astype("datetime64[D]")
    return days


@dataclass(frozen=True, slots=True)
class GrowthRate:
    """Growth of activity [1/yr] in one sector and one district; None stands for all of them."""

    sector: str | None
    district: str | None
    rate: float

    @property
    def rank(self) -> int:
        """How specific the rate is: sector and district 3, sector 2, district 1, neither 0."""
        return 2 * (self.sector is not None) + (self.district is not None)


@dataclass(frozen=True, slots=True)
class Growth:
    """Growth rates; for each source the most specific wins, and sources without any stay as they are."""

    rates: tuple[GrowthRate, ...] = ()

    def __post_init__(self) -> None:
        scopes = [(rate.sector, rate.district) for rate in self.rates]
        repeated = sorted({str(scope) for scope in scopes if scopes.count(scope) > 1})
        if repeated:
            raise ValueError(f"growth: expected one rate for each sector and district; found several for {repeated}")
        shrunk = [rate for rate in self.rates if not rate.rate > -1]
        if shrunk:
            raise ValueError(f"growth: expected rates above -1 per year; found {shrunk}")


def activity_factors(inventory: Inventory, growth: Growth, base_year: int, years: Sequence[int]) -> FloatArray:
    """Return activity relative to what each row states, shape (year, source).

    ``(1 + rate) ** (year - base_year)`` for a source that stands in the base year. One that enters later states its
    first year: 0 before it, then ``(1 + rate) ** (year - entry_year)``.
    """
    rates = np.zeros(inventory.size)
    starts = inventory.offsets()
    for rate in sorted(growth.rates, key=lambda rate: rate.rank):
        for sector, table in inventory.tables.items():
            if rate.sector in {None, sector}:
                here = slice(starts[sector], starts[sector] + len(table))
                covered = True if rate.district is None else (table["district"] == rate.district).to_numpy()
                rates[here] = np.where(covered, rate.rate, rates[here])
    first = np.maximum(entry_years(inventory, base_year), base_year)
    elapsed = np.asarray(years, dtype=np.float64)[:, np.newaxis] - first
    factors: FloatArray = np.where((elapsed < 0) & (first > base_year), 0.0, (1 + rates) ** elapsed)
    return factors


def entry_years(inventory: Inventory, base_year: int) -> IntArray:
    """Return the year in which each source enters, shape (source,); the base year for those that state none."""
    columns = [
        table["start_year"].fillna(base_year) if "start_year" in table else pd.Series(base_year, table.index)
        for table in inventory.tables.values()
    ]
    years = [column.to_numpy(dtype=np.int64) for column in columns]
    return np.concatenate(years) if years else np.empty(0, dtype=np.int64)


def _days(since_1970: IntArray, unit: Literal["M", "Y"]) -> IntArray:
    """Days from 1970 to the first day of a month or year, itself counted from 1970."""
    days: IntArray = since_1970.astype(f"datetime64[{unit}]").astype("datetime64[D]").astype(np.int64)
    return days


def _year(day: DateArray) -> IntArray:
    """Calendar year of each day."""
    years: IntArray = day.astype("datetime64[Y]").astype(np.int64) + 1970
    return years
