"""The same options at another discount rate."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from model.economics import capital_recovery_factor
from model.measures import Catalogue
from model.options import OptionTable
from model.sector import FloatArray


def at_rate(table: OptionTable, catalogue: Catalogue, discount_rate: float) -> OptionTable:
    """Return options with their annuities at another rate; nothing else of them depends on it.

    With each package comes the one without its last measure, at every source. The difference of their capital is that
    measure's own, so, p being the package and q the one without its last measure,
    ``annuity(p) = annuity(q) + (capital(p) - capital(q)) CRF(rate, lifetime of the last measure)``.

    Raises
    ------
    ValueError
        When a source has a package without the one that begins it: then the table is none of `build_options`.

    """
    annuity = np.zeros(table.size)
    capital, begun = table.capital_cny, _begun(table)
    recovery = _recovery(table, catalogue, discount_rate)[table.package]
    depth = np.array([len(package.measure_ids) for package in table.packages])[table.package]
    for count in range(1, int(depth.max(initial=0)) + 1):
        at = np.flatnonzero(depth == count)
        own = capital[at] - capital[begun[at]]
        annuity[at] = annuity[begun[at]] + own * recovery[at]
    return replace(table, annuity_cny_per_year=annuity)


def _begun(table: OptionTable) -> NDArray[np.int64]:
    """Return, shape (option,), the option of the same source without the last measure; "as is" is its own."""
    places = {(package.sector, package.measure_ids): place for place, package in enumerate(table.packages)}
    before = np.array([places[package.sector, package.measure_ids[:-1]] for package in table.packages], dtype=np.int64)
    count = len(table.packages)
    wanted = table.source * count + before[table.package]
    key = table.source * count + table.package
    found = np.minimum(np.searchsorted(key, wanted), max(table.size - 1, 0))
    if not np.array_equal(key[found], wanted):
        raise ValueError("table: expected with each package the one without its last measure; found one without")
    return found


def _recovery(table: OptionTable, catalogue: Catalogue, discount_rate: float) -> FloatArray:
    """Return, shape (package,), the capital recovery factor of each package's last measure; 0 without a lifetime."""
    factors = np.zeros(len(table.packages))
    for place, package in enumerate(table.packages):
        lifetime = catalogue.measures[package.measure_ids[-1]].cost.lifetime_years if package.measure_ids else None
        if lifetime is not None:
            factors[place] = capital_recovery_factor(discount_rate, lifetime.value)
    return factors
