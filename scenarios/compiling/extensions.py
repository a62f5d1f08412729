"""Packages that are extended in a later year: a low-NOx burner first, a catalyst behind it the year after."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from model.options import OptionTable
from model.sector import FloatArray
from model.text import Text
from model.timeline import DateArray, Timeline, earliest_start_year, ready_date

type Integers = NDArray[np.int64]
type Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Extensions:
    """What some choices add in a later year; arrays of shape (extension,).

    ``choice`` is the place among the choices, increasing, each once at most. ``before`` and ``after`` are the options
    in force until and from ``start_year``; ``ready`` is the day the added work is ready. ``capital_cny`` by kind and
    ``steady_cny_per_year`` (annuity and fixed cost) are of the added measures alone: what stands already stays paid.
    """

    choice: Integers
    before: Integers
    after: Integers
    start_year: Integers
    ready: DateArray
    capital_cny: Mapping[str, FloatArray]
    steady_cny_per_year: FloatArray

    def change(self, values: FloatArray) -> FloatArray:
        """Return values (option,) of the extended package less those of the one before, shape (extension,)."""
        return values[self.after] - values[self.before]

    def only(self, admitted: Flags) -> Extensions:
        """Return those of the choices where ``admitted`` (choice,) holds, numbered as these."""
        place = np.cumsum(admitted) - 1
        return self.where(admitted[self.choice], place[self.choice])

    def where(self, kept: Flags, choice: Integers) -> Extensions:
        """Return those where ``kept`` (extension,) holds, at the places ``choice`` (extension,)."""
        return Extensions(
            choice[kept],
            self.before[kept],
            self.after[kept],
            self.start_year[kept],
            self.ready[kept],
            {kind: values[kept] for kind, values in self.capital_cny.items()},
            self.steady_cny_per_year[kept],
        )


@dataclass(frozen=True, slots=True)
class Ways:
    """Ways to extend packages, by source; arrays of shape (way,).

    Option ``before`` starts in ``first_year``, option ``after`` takes over in ``second_year``; ``ready`` is the day the
    measures that it adds are ready.
    """

    before: Integers
    after: Integers
    first_year: Integers
    second_year: Integers
    ready: DateArray

    @classmethod
    def none(cls) -> Ways:
        """Return no way at all."""
        empty = np.empty(0, dtype=np.int64)
        return cls(empty, empty, empty, empty, empty.astype("datetime64[D]"))


def extended(table: OptionTable, choice: Integers, ways: Ways) -> Extensions:
    """Return the extensions of the choices at the places ``choice`` (way,), with what their added measures cost."""
    own = _Added(table, ways.before, ways.after)
    steady = own.of(table.annuity_cny_per_year) + own.of(table.fixed_cny_per_year)
    capital = {kind: own.of(values) for kind, values in table.capital_by_kind.items()}
    return Extensions(choice, ways.before, ways.after, ways.second_year, ways.ready, capital, steady)


def ways_to_extend(
    table: OptionTable,
    timeline: Timeline,
    entry: Integers,
    leads: Mapping[str, float],
    *,
    decided: Integers,
    most: int,
) -> tuple[Ways, tuple[Text, ...]]:
    """Return how packages can be extended once, at most ``most`` ways at a source, and a note where some are left out.

    ``entry`` (source,) is the year in which each source enters; ``leads`` [months] are by measure; ``decided`` lists
    sources where nothing is left to choose. Ways with few measures come first.
    """
    before, after = _containing(table)
    is_open = ~np.isin(table.source[before], decided)
    before, after = before[is_open], after[is_open]
    lead = _added_lead(table, before, after, leads)
    enters = entry[table.source[before]]
    first = np.maximum(earliest_start_year(timeline, table.lead_time_months[before]), enters)
    second = np.maximum(earliest_start_year(timeline, lead), enters)
    years = np.array(list(combinations(timeline.years, 2)), dtype=np.int64)
    can = (years[None, :, 0] >= first[:, None]) & (years[None, :, 1] >= second[:, None])
    pair, when = np.nonzero(can)
    source = table.source[before[pair]]
    rank = _rank(source)
    kept = rank < most
    cut = len(np.unique(source[~kept]))
    pair, when = pair[kept], when[kept]
    first_year, second_year = years[when].T
    ways = Ways(before[pair], after[pair], first_year, second_year, ready_date(timeline, lead[pair]))
    return ways, _note(cut, most)


def _note(cut: int, most: int) -> tuple[Text, ...]:
    if not cut:
        return ()
    return (
        Text(
            f"有{cut}个源的分年扩建方式超过{most}种，超出部分（措施较多的）未纳入；可提高 packages.max_extensions。",
            f"{cut} sources could be extended in more than {most} ways; those with most measures were left out; "
            "raise packages.max_extensions.",
        ),
    )


def _rank(source: Integers) -> Integers:
    """Return the place of each entry within its source; ``source`` is non-decreasing."""
    first = np.searchsorted(source, source)
    return np.arange(len(source)) - first


def _containing(table: OptionTable) -> tuple[Integers, Integers]:
    """Return the options before and after of every pair at one source whose second holds the first's measures and more.

    They stand by source, then by ``after``, then by ``before``, in the table's order.
    """
    holds, sector = _holds(table), np.unique([package.sector for package in table.packages], return_inverse=True)[1]
    count = holds.sum(axis=1)
    is_within = (holds.astype(np.float32) @ (~holds).astype(np.float32).T) == 0
    is_pair = is_within & (count[:, None] < count) & (count[:, None] > 0) & (sector[:, None] == sector)
    larger, smaller = np.nonzero(is_pair.T)
    first = np.searchsorted(larger, np.arange(len(table.packages) + 1))
    number = np.diff(first)[table.package]
    after = np.repeat(np.arange(table.size), number)
    within = np.arange(len(after)) - np.repeat(np.cumsum(number) - number, number)
    before = _option_at(table, table.source[after], smaller[first[table.package[after]] + within])
    found = before >= 0
    return before[found], after[found]


def _added_lead(table: OptionTable, before: Integers, after: Integers, leads: Mapping[str, float]) -> FloatArray:
    """Return the longest lead time of the measures that are added [months], shape (pair,)."""
    packages = table.packages
    pairs, which = np.unique(
        np.column_stack([table.package[before], table.package[after]]), axis=0, return_inverse=True
    )
    longest = [
        max(leads[name] for name in set(packages[large].measure_ids) - set(packages[small].measure_ids))
        for small, large in pairs.tolist()
    ]
    return np.array(longest, dtype=np.float64)[which.ravel()]


class _Added:
    """What measures of ``after`` that are not in ``before`` cost: each what it adds to the package that it ends.

    Every package is charged measure by measure, in slot order, each on what those before it left. So the difference
    between a package and the same without its last measure is that measure's own cost.
    """

    def __init__(self, table: OptionTable, before: Integers, after: Integers) -> None:
        holds, shorter, last = _holds(table), _without_last(table), _last(table)
        held = table.package[before]
        self._size = len(before)
        self._steps: list[tuple[Flags, Integers, Integers]] = []
        here = after
        while (last[table.package[here]] >= 0).any():
            ends = last[table.package[here]]
            prefix = _option_at(table, table.source[here], shorter[table.package[here]])
            self._steps.append(((ends >= 0) & ~holds[held, ends], here, prefix))
            here = prefix

    def of(self, values: FloatArray) -> FloatArray:
        """Return the part of values (option,) that is the added measures' own, shape (extension,)."""
        own = np.zeros(self._size)
        for is_new, whole, prefix in self._steps:
            own += np.where(is_new, values[whole] - values[prefix], 0.0)
        return own


def _numbers(table: OptionTable) -> Mapping[str, int]:
    ids = sorted({measure for package in table.packages for measure in package.measure_ids})
    return {measure: number for number, measure in enumerate(ids)}


def _holds(table: OptionTable) -> Flags:
    """Return which package holds which measure, shape (package, measure)."""
    numbers = _numbers(table)
    holds = np.zeros((len(table.packages), max(len(numbers), 1)), dtype=bool)
    for row, package in enumerate(table.packages):
        holds[row, [numbers[measure] for measure in package.measure_ids]] = True
    return holds


def _last(table: OptionTable) -> Integers:
    """Return the last measure of each package, shape (package,), -1 for "as is"."""
    numbers = _numbers(table)
    last = [numbers[package.measure_ids[-1]] if package.measure_ids else -1 for package in table.packages]
    return np.array(last, dtype=np.int64)


def _without_last(table: OptionTable) -> Integers:
    """Return for each package the one without its last measure, shape (package,); of "as is" itself."""
    place = {(package.sector, package.measure_ids): number for number, package in enumerate(table.packages)}
    return np.array([place[package.sector, package.measure_ids[:-1]] for package in table.packages], dtype=np.int64)


def _option_at(table: OptionTable, source: Integers, package: Integers) -> Integers:
    """Return the option of a package at a source, -1 where it is not on offer, all of one shape."""
    size = len(table.packages)
    keys, wanted = table.source * size + table.package, source * size + package
    place = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    return np.where(keys[place] == wanted, place, -1)
