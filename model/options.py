"""Every way to run every source, with its cost and its effect: what the optimiser chooses from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from model.apply import BoolArray
from model.chunks import Part, Work, evaluated, joined
from model.economics import Economics, price_problems, service_problems
from model.inventory import Inventory
from model.measures import Catalogue
from model.packages import in_slot_order
from model.problems import InputError
from model.sector import FloatArray, Sector
from model.sectors import SECTORS
from model.text import Text
from model.tree import Setting


@dataclass(frozen=True, slots=True)
class Package:
    """One way to run a source: measures in slot order; none of them is "as is"."""

    sector: str
    measure_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OptionTable:
    """One row per source and package: cost and effect at base-year activity, in money of the scenario's price year.

    ``source`` (option,) is the source number, non-decreasing; ``package`` (option,) points into ``packages``. Within a
    source "as is" comes first, then packages with fewer measures before those with more, in slot and catalogue order.

    Cost of an option in a year of activity factor g: annuity + fixed + running g [CNY/yr]. ``public_capital_cny`` is
    the part of capital that others than the enterprise pay, ``payer_capital_cny`` that of each payer asked for.
    ``lead_time_months`` is the longest of the package's measures. ``divisible`` holds where every measure may be
    applied to a share of the source.

    ``change`` maps a flow to its value with the package minus as is (option,); ``level`` maps a level to its value with
    the package (option,), NaN where the sector has none; ``base`` maps a flow to its value as is (source,).
    """

    packages: tuple[Package, ...]
    source: NDArray[np.int64]
    package: NDArray[np.int64]
    capital_cny: FloatArray
    public_capital_cny: FloatArray
    annuity_cny_per_year: FloatArray
    fixed_cny_per_year: FloatArray
    running_cny_per_year: FloatArray
    payer_capital_cny: Mapping[str, FloatArray]
    lead_time_months: FloatArray
    divisible: BoolArray
    change: Mapping[str, FloatArray]
    level: Mapping[str, FloatArray]
    base: Mapping[str, FloatArray]
    notes: tuple[Text, ...]

    @property
    def size(self) -> int:
        """Number of options."""
        return len(self.source)

    @property
    def capital_by_kind(self) -> Mapping[str, FloatArray]:
        """All of the capital, the public part and that of each payer asked for [CNY], (option,) each."""
        kinds = {"all": self.capital_cny, "public": self.public_capital_cny}
        return kinds | {f"payer/{payer}": values for payer, values in self.payer_capital_cny.items()}


def build_options(  # noqa: PLR0913 - three inputs, and what of them the table is to hold
    inventory: Inventory,
    catalogue: Catalogue,
    economics: Economics,
    *,
    flows: Sequence[str],
    levels: Sequence[str] = (),
    payers: Sequence[str] = (),
    max_packages: int = 256,
    forbidden: Mapping[str, BoolArray] | None = None,
    sectors: Mapping[str, Sector] = SECTORS,
) -> OptionTable:
    """Evaluate every package of every source.

    Parameters
    ----------
    flows, levels, payers
        Which flows' changes, which levels and whose parts of the capital the table reports; a flow no formula gives
        counts as zero.
    max_packages
        Most options per source, "as is" included; where the cap bites, a note says so. The cap counts packages before
        those are dropped whose last measure alters nothing after the others.
    forbidden
        By measure id, shape (source,): where the measure is not available.

    Raises
    ------
    InputError
        When the price index lacks a year, a service that a package lowers has no price, or a cost is not finite.

    """
    measures = [measure for sector in inventory.tables for measure in catalogue.of_sector(sector)]
    problems = price_problems(measures, economics)
    if problems:
        raise InputError(problems)
    offsets = inventory.offsets()
    parts = []
    for sector, table in inventory.tables.items():
        if table.empty:
            continue
        ordered = in_slot_order(catalogue.of_sector(sector), sectors[sector])
        setting = Setting(
            sectors[sector], ordered, catalogue.factors, economics, tuple(flows), tuple(levels), tuple(payers)
        )
        work = Work(setting, table, offsets[sector], forbidden or {}, max_packages)
        parts.append(evaluated(work))
    unpriced = [(part.setting.sector.id, service) for part in parts for service in part.unpriced]
    if unpriced:
        raise InputError(service_problems(unpriced))
    return _table(parts, flows, levels, payers)


def _table(parts: Sequence[Part], flows: Sequence[str], levels: Sequence[str], payers: Sequence[str]) -> OptionTable:
    """Put the sectors one after the other; the parts' columns are used up on the way, so that none is held twice."""
    packages = [Package(part.setting.sector.id, ids) for part in parts for ids in part.measure_ids]
    places = np.cumsum([0, *(len(part.measure_ids) for part in parts)])
    package = joined((part.package + place for part, place in zip(parts, places[:-1], strict=True)), np.int64)
    measures = {measure.id: measure for part in parts for measure in part.setting.measures}
    of_package = [[measures[name] for name in entry.measure_ids] for entry in packages]
    lead = np.array([max((m.lead_time_months.value for m in members), default=0.0) for members in of_package])
    divisible = np.array([all(m.divisible for m in members) for members in of_package], dtype=np.bool_)

    def column(kind: str, name: str = "") -> FloatArray:
        return joined((part.columns.pop((kind, name)) for part in parts), np.float64)

    return OptionTable(
        packages=tuple(packages),
        source=joined((part.source for part in parts), np.int64),
        package=package,
        capital_cny=column("capital"),
        public_capital_cny=column("public_capital"),
        annuity_cny_per_year=column("annuity"),
        fixed_cny_per_year=column("fixed"),
        running_cny_per_year=column("running"),
        payer_capital_cny={payer: column("payer_capital", payer) for payer in payers},
        lead_time_months=lead[package],
        divisible=divisible[package],
        change={name: column("change", name) for name in flows},
        level={name: column("level", name) for name in levels},
        base={name: joined((part.base[name] for part in parts), np.float64) for name in flows},
        notes=tuple(note for part in parts for note in part.notes()),
    )
