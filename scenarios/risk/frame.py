"""What of a compiled scenario one plan needs: the options it uses, and what its rows are computed from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from model.options import OptionTable
from model.packages import in_slot_order
from model.sector import FloatArray
from model.sectors import SECTORS
from scenarios.compiling.compile import SMALLEST_SHARE, Compiled
from scenarios.compiling.expand import YearOptions
from scenarios.compiling.extensions import Ways, extended
from scenarios.reading.bundle import Bundle

type Integers = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Group:
    """Options of one package: the places of its measures in slot order, its rows in the sector's table, and options.

    ``rows`` and ``options`` (member,) go together; ``options`` are places in the frame's table.
    """

    places: tuple[int, ...]
    rows: Integers
    options: Integers


@dataclass(frozen=True, slots=True)
class Frame:
    """A plan and the options it uses.

    ``options`` are the choices taken, over a table that holds "as is" of every source, the options taken and those
    that price extensions; ``level`` (choice,) is the share of each. ``groups`` are the packages by sector.
    """

    bundle: Bundle
    compiled: Compiled
    options: YearOptions
    level: FloatArray
    groups: Mapping[str, tuple[Group, ...]]

    @property
    def table(self) -> OptionTable:
        """The options used, as the catalogue's values give them."""
        return self.options.table

    def at(self, table: OptionTable, count: int) -> YearOptions:
        """Return the choices over the options of ``count`` samples, one sample after the other."""
        plain, later = self.options, self.options.later
        copies = np.arange(count)

        def shifted(values: Integers, step: int) -> Integers:
            return (copies[:, None] * step + values).ravel()

        if len(later.choice):
            before, after = shifted(later.before, self.table.size), shifted(later.after, self.table.size)
            years = np.tile(later.start_year, count)
            ways = Ways(before, after, years, years, np.tile(later.ready, count))
            later = extended(table, shifted(later.choice, plain.size), ways)
        return replace(
            plain,
            table=table,
            option=shifted(plain.option, self.table.size),
            start_year=np.tile(plain.start_year, count),
            ready=np.tile(plain.ready, count),
            source=shifted(plain.source, len(plain.entry)),
            activity={year: np.tile(values, count) for year, values in plain.activity.items()},
            entry=np.tile(plain.entry, count),
            later=later,
        )


def frame_of(bundle: Bundle, compiled: Compiled, level: FloatArray) -> Frame:
    """Return what is needed of a plan, ``level`` (option,) of the compiled problem."""
    own = compiled.own(level)
    taken = own > SMALLEST_SHARE
    options = compiled.options.only(taken)
    whole, later = options.table, options.later
    used = np.zeros(whole.size, dtype=bool)
    used[np.searchsorted(whole.source, np.arange(bundle.inventory.size))] = True
    used[options.option] = True
    used[later.before] = True
    used[later.after] = True
    _with_prefixes(whole, used, later.after)
    kept = np.flatnonzero(used)
    place = np.full(whole.size, -1, dtype=np.int64)
    place[kept] = np.arange(len(kept))
    table = _only(whole, kept)
    moved = replace(later, before=place[later.before], after=place[later.after])
    small = replace(options, table=table, option=place[options.option], later=moved)
    return Frame(bundle, compiled, small, own[taken], _groups(bundle, table))


def _with_prefixes(table: OptionTable, used: NDArray[np.bool_], options: Integers) -> None:
    """Mark the packages that begin those of ``options``, by which an extension is priced measure by measure."""
    place = {(package.sector, package.measure_ids): number for number, package in enumerate(table.packages)}
    for option in options.tolist():
        package, source = table.packages[table.package[option]], table.source[option]
        first, last = np.searchsorted(table.source, [source, source + 1])
        begins = [place[package.sector, package.measure_ids[:count]] for count in range(len(package.measure_ids))]
        used[first:last] |= np.isin(table.package[first:last], begins)


def _only(table: OptionTable, kept: Integers) -> OptionTable:
    arrays = (
        "source",
        "package",
        "capital_cny",
        "public_capital_cny",
        "annuity_cny_per_year",
        "fixed_cny_per_year",
        "running_cny_per_year",
        "lead_time_months",
        "divisible",
    )
    maps = ("payer_capital_cny", "change", "level")
    taken = {name: getattr(table, name)[kept] for name in arrays}
    taken |= {name: {key: values[kept] for key, values in getattr(table, name).items()} for name in maps}
    number = {(package.sector, package.measure_ids): place for place, package in enumerate(table.packages)}
    packages = [table.packages[place] for place in np.unique(taken["package"]).tolist()]
    begins = {(one.sector, one.measure_ids[:count]) for one in packages for count in range(len(one.measure_ids) + 1)}
    used = sorted(number[key] for key in begins)
    taken["package"] = np.searchsorted(used, taken["package"])
    return replace(table, packages=tuple(table.packages[place] for place in used), **taken)


def _groups(bundle: Bundle, table: OptionTable) -> dict[str, tuple[Group, ...]]:
    """Return the packages other than "as is" by sector."""
    offsets = bundle.inventory.offsets()
    groups: dict[str, list[Group]] = {sector: [] for sector in bundle.inventory.tables}
    order = np.argsort(table.package, kind="stable")
    bounds = np.searchsorted(table.package[order], np.arange(len(table.packages) + 1))
    numbers = {
        sector: {
            one.id: place
            for place, one in enumerate(in_slot_order(bundle.catalogue.of_sector(sector), SECTORS[sector]))
        }
        for sector in groups
    }
    for number, package in enumerate(table.packages):
        options = order[bounds[number] : bounds[number + 1]]
        if len(options) and package.measure_ids:
            places = tuple(numbers[package.sector][name] for name in package.measure_ids)
            groups[package.sector].append(Group(places, table.source[options] - offsets[package.sector], options))
    return {sector: tuple(found) for sector, found in groups.items()}
