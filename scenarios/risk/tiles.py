"""A plan's options in many drawn worlds at once: samples x rows through the sectors' formulas, numbers as arrays."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import cast

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from model.complete import complete
from model.numbers import Number
from model.options import OptionTable
from model.packages import in_slot_order
from model.pricing import Charge
from model.restate import stated_table
from model.sector import FloatArray, Sector, State
from model.sectors import SECTORS
from model.tree import PackageTree, Priced, Setting
from scenarios.compiling.needs import payers_read
from scenarios.risk.draws import Sampling
from scenarios.risk.frame import Frame, Group
from scenarios.risk.numbers import Revalue, revalued_economics, revalued_factors, revalued_measure

ROWS_AT_ONCE = 300_000
"""Samples x sources evaluated together; bounds memory, changes no result."""

type Samples = NDArray[np.int64]
type Columns = dict[tuple[str, str], FloatArray]


@dataclass(frozen=True, slots=True)
class Tile:
    """The options of a frame in some samples: by kind and name (sample, option), and flows as is (sample, source)."""

    columns: Mapping[tuple[str, str], FloatArray]
    base: Mapping[str, FloatArray]

    @property
    def count(self) -> int:
        """Number of samples."""
        return len(self.columns["capital", ""])

    def table(self, frame: Frame, samples: slice) -> OptionTable:
        """Return the options of some of the samples, one sample after the other, each with sources of its own."""
        plain, columns = frame.table, {key: values[samples].ravel() for key, values in self.columns.items()}
        base = {name: values[samples] for name, values in self.base.items()}
        count = len(range(*samples.indices(self.count)))
        shift = np.repeat(np.arange(count) * frame.bundle.inventory.size, plain.size)

        def named(kind: str, names: Mapping[str, FloatArray]) -> dict[str, FloatArray]:
            return {name: columns[kind, name] for name in names}

        return replace(
            plain,
            source=np.tile(plain.source, count) + shift,
            package=np.tile(plain.package, count),
            capital_cny=columns["capital", ""],
            public_capital_cny=columns["public_capital", ""],
            annuity_cny_per_year=columns["annuity", ""],
            fixed_cny_per_year=columns["fixed", ""],
            running_cny_per_year=columns["running", ""],
            payer_capital_cny=named("payer_capital", plain.payer_capital_cny),
            lead_time_months=np.tile(plain.lead_time_months, count),
            divisible=np.tile(plain.divisible, count),
            change=named("change", plain.change),
            level=named("level", plain.level),
            base={name: values.ravel() for name, values in base.items()},
        )


def tiles(frame: Frame, sampling: Sampling, samples: Samples) -> Iterator[Tile]:
    """Yield the options in all samples, some samples at a time."""
    most = max(1, ROWS_AT_ONCE // max(frame.bundle.inventory.size, 1))
    for start in range(0, len(samples), most):
        yield _tile(frame, sampling, samples[start : start + most])


def _tile(frame: Frame, sampling: Sampling, samples: Samples) -> Tile:
    bundle, table = frame.bundle, frame.table
    shape = (len(samples), table.size)
    columns: Columns = {
        (kind, ""): np.zeros(shape) for kind in ("capital", "public_capital", "annuity", "fixed", "running")
    }
    columns |= {("payer_capital", name): np.zeros(shape) for name in table.payer_capital_cny}
    columns |= {("change", name): np.zeros(shape) for name in table.change}
    columns |= {("level", name): np.full(shape, np.nan) for name in table.level}
    base: dict[str, list[FloatArray]] = {name: [] for name in table.base}
    starts = np.searchsorted(table.source, np.arange(bundle.inventory.size))
    activity = sampling.activity(bundle.inventory.sources()["source_id"].tolist(), samples)
    for sector, offset in bundle.inventory.offsets().items():
        world = _World(frame, SECTORS[sector], sampling, samples)
        sources = slice(offset, offset + world.size)
        as_is = world.as_is()
        for name, found in base.items():
            flow = as_is.get(name, np.zeros((len(samples), world.size)))
            found.append(flow * activity[:, sources])
        for name in table.level:
            if name in as_is:
                columns["level", name][:, starts[sources]] = as_is[name]
        for group in frame.groups[sector]:
            _put(columns, group.options, world.package(group), activity[:, sources][:, group.rows])
    return Tile(columns, {name: np.hstack(parts) for name, parts in base.items()})


def _put(columns: Columns, options: NDArray[np.int64], priced: Priced, activity: FloatArray) -> None:
    """Enter a package at its options; what grows with activity is multiplied by it, (sample, member)."""
    charge: Charge = priced.charge
    found = {
        ("capital", ""): charge.capital_cny,
        ("public_capital", ""): charge.public_capital_cny,
        ("annuity", ""): charge.annuity_cny_per_year,
        ("fixed", ""): charge.fixed_cny_per_year,
    }
    found |= {("payer_capital", name): values for name, values in charge.payer_capital_cny.items()}
    found |= {("level", name): values for name, values in priced.level.items()}
    growing = {("running", ""): priced.running_cny_per_year}
    growing |= {("change", name): values for name, values in priced.change.items()}
    for key, values in found.items():
        columns[key][:, options] = values.reshape(activity.shape)
    for key, values in growing.items():
        columns[key][:, options] = values.reshape(activity.shape) * activity


class _World:
    """One sector's rows in some samples: completed with the drawn factors, sample by sample, row by row."""

    def __init__(self, frame: Frame, sector: Sector, sampling: Sampling, samples: Samples) -> None:
        self._frame, self._sector, self._sampling, self._samples = frame, sector, sampling, samples
        self._drawn: dict[str, FloatArray] = {}
        table = stated_table(frame.bundle.inventory, sector)
        self.size = len(table)
        self._source_ids = table["source_id"].tolist()
        self._measures = in_slot_order(frame.bundle.catalogue.of_sector(sector.id), sector)
        self._state = self._completed(table)

    def as_is(self) -> dict[str, FloatArray]:
        """Return flows and levels of the rows as they are, (sample, row) each."""
        tree = PackageTree(self._setting(np.arange(self.size), ()), self._flat(np.arange(self.size)))
        return {name: values.reshape(len(self._samples), self.size) for name, values in tree.base.items()}

    def package(self, group: Group) -> Priced:
        """Return a package at its rows: arrays (sample x row,), by sample and then by row."""
        places = tuple(range(len(group.places)))
        return PackageTree(self._setting(group.rows, group.places), self._flat(group.rows)).built(places)

    def _completed(self, stated: pd.DataFrame) -> dict[str, FloatArray]:
        """Return the number columns (sample, row), completed with the factors of each sample."""
        count = len(self._samples)
        rows = np.arange(self.size)
        tiled = {}
        for column in self._sector.columns:
            cells = stated[column.name]
            if column.kind == "number":
                tiled[column.name] = pd.Series(np.tile(cells.to_numpy(), count))
            else:
                few = pd.Categorical(cells)
                tiled[column.name] = pd.Series(pd.Categorical.from_codes(np.tile(few.codes, count), dtype=few.dtype))
        factors = revalued_factors(self._frame.bundle.catalogue.factors, self._revalue(rows))
        done = complete(pd.DataFrame(tiled, copy=False), self._sector.columns, factors)
        numbers = [column.name for column in self._sector.columns if column.kind == "number"]
        return {name: done[name].to_numpy().reshape(count, self.size) for name in numbers}

    def _flat(self, rows: NDArray[np.int64]) -> State:
        return {name: values[:, rows].ravel() for name, values in self._state.items()}

    def _setting(self, rows: NDArray[np.int64], places: tuple[int, ...]) -> Setting:
        bundle, table, revalue = self._frame.bundle, self._frame.table, self._revalue(rows)
        return Setting(
            self._sector,
            tuple(revalued_measure(self._measures[place], revalue) for place in places),
            revalued_factors(bundle.catalogue.factors, revalue),
            revalued_economics(bundle, revalue),
            tuple(table.change),
            tuple(table.level),
            payers_read(bundle),
        )

    def _revalue(self, rows: NDArray[np.int64]) -> Revalue:
        """Return numbers as arrays (sample x row,), each sample's draw repeated for its rows, or drawn row by row.

        Arithmetic on an array is that on a number, element by element, so that it stands where a number does.
        """
        pick: Callable[[FloatArray], FloatArray] = (
            (lambda drawn: np.repeat(drawn[0], len(rows)))
            if self._sampling.is_shared
            else (lambda drawn: drawn[rows].T.ravel())
        )

        def revalue(name: str, number: Number) -> Number:
            if number.high <= number.low:
                return number
            if name not in self._drawn:
                names = [name] if self._sampling.is_shared else [f"{name}/{source}" for source in self._source_ids]
                uniforms = self._sampling.uniforms(names, self._samples)
                self._drawn[name] = self._sampling.draw(number, uniforms)
            return replace(number, value=cast("float", pick(self._drawn[name])))

        return revalue
