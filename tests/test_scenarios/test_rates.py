"""Options at another discount rate: annuities from the capital, all else as it was."""

from __future__ import annotations

from dataclasses import fields, replace

import numpy as np
import pytest

from model.options import OptionTable
from model.rates import at_rate
from scenarios.compiling.compile import options_of
from scenarios.reading.bundle import Bundle
from scenarios.reading.files import find_scenario, load_bundle


@pytest.fixture(scope="module")
def bundle() -> Bundle:
    return load_bundle(find_scenario("huzhou-2023"))


@pytest.fixture(scope="module")
def table(bundle: Bundle) -> OptionTable:
    return options_of(bundle)


def at(bundle: Bundle, rate: float) -> OptionTable:
    return options_of(replace(bundle, economics=replace(bundle.economics, discount_rate=rate)))


@pytest.mark.parametrize("rate", [0.0, 0.03, 0.11])
def test_annuities_are_those_of_a_table_built_at_that_rate(bundle: Bundle, table: OptionTable, rate: float) -> None:
    """Packages of several measures with lifetimes of their own; one factor for the whole package would be far off."""
    built, moved = at(bundle, rate), at_rate(table, bundle.catalogue, rate)
    assert max(len(package.measure_ids) for package in table.packages) > 2
    scale = np.abs(built.annuity_cny_per_year).max()
    assert moved.annuity_cny_per_year == pytest.approx(built.annuity_cny_per_year, rel=1e-9, abs=1e-12 * scale)


def test_nothing_else_depends_on_the_rate(bundle: Bundle, table: OptionTable) -> None:
    built = at(bundle, 0.11)
    for field in fields(OptionTable):
        if field.name != "annuity_cny_per_year":
            np.testing.assert_equal(getattr(built, field.name), getattr(table, field.name))


def test_the_same_bits_come_out_at_whatever_rate_the_table_was_built(bundle: Bundle, table: OptionTable) -> None:
    one, other = at_rate(table, bundle.catalogue, 0.05), at_rate(at(bundle, 0.11), bundle.catalogue, 0.05)
    assert np.array_equal(one.annuity_cny_per_year, other.annuity_cny_per_year)


def test_a_package_without_the_one_that_begins_it_is_refused(bundle: Bundle, table: OptionTable) -> None:
    long = next(place for place, package in enumerate(table.packages) if len(package.measure_ids) == 2)
    single = [p.measure_ids for p in table.packages].index(table.packages[long].measure_ids[:1])
    kept = table.package != single
    arrays = {name: getattr(table, name)[kept] for name in ("source", "package", "capital_cny", "annuity_cny_per_year")}
    with pytest.raises(ValueError, match="found one without"):
        at_rate(replace(table, **arrays), bundle.catalogue, 0.05)
