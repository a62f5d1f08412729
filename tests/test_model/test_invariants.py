"""The ten invariants of ACCOUNTING section 15, on the whole bundled catalogue and sources drawn at random."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from itertools import islice, permutations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from numpy.typing import NDArray

from model.apply import changed_columns, numeric_state, take
from model.economics import Economics
from model.inventory import Inventory
from model.measures import Catalogue, Measure
from model.options import OptionTable, build_options
from model.pollutants import POLLUTANTS
from model.portfolio import Portfolio
from model.sector import FloatArray, Flows
from model.sectors import SECTORS
from model.units import convert
from tests.test_model import drawn
from tests.test_model.agreement import World, pick
from tests.test_model.drawn import BUNDLED

TARGETS = ("nox", "vocs", "tp")
EMITTED = tuple(pollutant for pollutant in POLLUTANTS if pollutant != "co2")
"""CO2 is left out where a baseline is needed: only boilers count it as they stand."""

ORDERS = 3
CHOSEN = 40
ROUNDING = 1e-9

each_sector = pytest.mark.parametrize("sector", BUNDLED)
each_seed = pytest.mark.parametrize("seed", [1, 2])


@dataclass(frozen=True)
class Drawn:
    """Sources of one sector and every option they have."""

    world: World
    options: OptionTable

    @property
    def ids(self) -> list[tuple[str, ...]]:
        """The measures of each option."""
        return [self.options.packages[package].measure_ids for package in self.options.package]

    def emitted(self, pollutant: str) -> tuple[FloatArray, FloatArray]:
        """Emission of each option's source as it is and with the option."""
        flow = f"{pollutant}_t_per_year"
        base = self.options.base[flow][self.options.source]
        return base, base + self.options.change[flow]


@cache
def catalogue() -> Catalogue:
    return drawn.bundled()


@cache
def sources(sector: str, seed: int) -> Drawn:
    world = drawn.world([sector], catalogue(), seed)
    return Drawn(world, world.options())


def at_most(found: FloatArray, bound: FloatArray) -> NDArray[np.bool_]:
    least: NDArray[np.bool_] = found <= bound * (1 + ROUNDING) + 1e-12
    return least


def some_choices(drawn_: Drawn, seed: int) -> pd.DataFrame:
    """One option with measures for each of some sources that have any."""
    rng = np.random.default_rng(seed)
    options = drawn_.options
    chosen = np.sort(rng.choice(drawn_.world.inventory.size, CHOSEN, replace=False))
    rows = [np.flatnonzero(options.source == source)[1:] for source in chosen]
    option = np.array([rng.choice(row) for row in rows if len(row)], dtype=np.int64)
    return pick(drawn_.world, options, option, rng).choices


def ending() -> set[str]:
    """Measures that end a source."""
    return {
        measure.id
        for measure in catalogue().measures.values()
        for change in measure.changes
        if change.column == "served_share" and change.amount.value == 0
    }


# 1 -------------------------------------------------------------------------------------------------------------------


@each_sector
def test_without_measures_the_plan_is_the_baseline(sector: str) -> None:
    found = sources(sector, 1)
    nothing = some_choices(found, 1).iloc[:0]
    result = found.world.portfolio(nothing)
    assert result.cost.annual_cny == result.cost.capital_cny == 0
    assert (result.emissions["with_plan_t_per_year"] == result.emissions["without_plan_t_per_year"]).all()
    as_is = np.array([not ids for ids in found.ids])
    assert as_is.sum() == found.world.inventory.size
    options = found.options
    for values in (options.capital_cny, options.running_cny_per_year, *options.change.values()):
        assert not values[as_is].any()


# 2 -------------------------------------------------------------------------------------------------------------------


@each_sector
@each_seed
@pytest.mark.parametrize("pollutant", EMITTED)
def test_no_source_is_relieved_of_more_than_it_emits(sector: str, seed: int, pollutant: str) -> None:
    base, left = sources(sector, seed).emitted(pollutant)
    assert (base >= 0).all()
    assert (left >= -ROUNDING * base).all()


# 3 -------------------------------------------------------------------------------------------------------------------


def with_measures(found: Drawn, sector: str, source: int, order: tuple[str, ...]) -> Flows:
    """Flows of one source with measures put on in an order."""
    state = take(numeric_state(found.world.inventory.tables[sector], SECTORS[sector]), np.array([source]))
    for measure_id in order:
        state |= changed_columns(catalogue().measures[measure_id], state, SECTORS[sector])
    return SECTORS[sector].formula(state, catalogue().factors)


@each_sector
def test_the_order_of_measures_changes_no_total(sector: str) -> None:
    """Every package of two measures and more, at one source, in up to three orders."""
    found = sources(sector, 1)
    _, first = np.unique(found.options.package, return_index=True)
    for option in first:
        ids, source = found.ids[option], int(found.options.source[option])
        expected = with_measures(found, sector, source, ids)
        for order in islice(permutations(ids), 1, ORDERS):
            flows = with_measures(found, sector, source, order)
            for name, values in expected.items():
                assert_allclose(flows[name], values, rtol=1e-12, atol=1e-12, err_msg=f"{name}: {order}")


@each_sector
def test_a_package_named_in_another_order_costs_the_same(sector: str) -> None:
    found = sources(sector, 1)
    choices = some_choices(found, 3)
    turned = choices.assign(measure_ids=[ids[::-1] for ids in choices["measure_ids"]])
    one, other = (found.world.portfolio(frame) for frame in (choices, turned))
    pd.testing.assert_frame_equal(one.tasks, other.tasks)


# 4 -------------------------------------------------------------------------------------------------------------------


def smaller(found: Drawn) -> Iterator[tuple[int, int]]:
    """Each option, and each option of its source that has one measure less."""
    places = {(source, frozenset(ids)): at for at, (source, ids) in enumerate(zip(*origin(found), strict=True))}
    for (source, ids), at in places.items():
        for measure_id in ids:
            without = places.get((source, ids - {measure_id}))
            if without is not None:
                yield at, without


def origin(found: Drawn) -> tuple[list[int], list[tuple[str, ...]]]:
    return found.options.source.tolist(), found.ids


@each_sector
@each_seed
def test_one_measure_more_never_raises_a_target_pollutant(sector: str, seed: int) -> None:
    found = sources(sector, seed)
    pairs = np.array(list(smaller(found)))
    more, less = pairs[:, 0], pairs[:, 1]
    for pollutant in TARGETS:
        _, left = found.emitted(pollutant)
        raised = more[~at_most(left[more], left[less])]
        assert [found.ids[at] for at in raised] == []


# 5 -------------------------------------------------------------------------------------------------------------------


def of_district(world: World, choices: pd.DataFrame, district: str) -> Portfolio:
    """The portfolio of one district alone."""
    (sector, table), *_ = world.inventory.tables.items()
    here = (table["district"] == district).to_numpy()
    part = replace(world, inventory=Inventory({sector: table[here].reset_index(drop=True)}))
    kept = choices[here[choices["source"]]]
    renumbered = np.cumsum(here) - 1
    return part.portfolio(kept.assign(source=renumbered[kept["source"]]))


@each_sector
@each_seed
def test_districts_add_up_to_the_city(sector: str, seed: int) -> None:
    """Each district planned for itself, tonnes and money."""
    world = sources(sector, seed).world
    choices = some_choices(sources(sector, seed), seed)
    city = world.portfolio(choices)
    parts = [of_district(world, choices, name) for name in sorted(set(city.emissions["district"]))]
    assert len(parts) > 1
    columns = ["base_t_per_year", "without_plan_t_per_year", "with_plan_t_per_year"]
    by_pollutant = [each.emissions.groupby(["year", "pollutant"])[columns].sum() for each in (city, *parts)]
    assert_allclose(sum(each.to_numpy() for each in by_pollutant[1:]), by_pollutant[0].to_numpy(), rtol=1e-9, atol=1e-9)
    for money in ("annual_cny", "capital_cny", "present_value_cny"):
        total = sum(getattr(each.cost, money) for each in parts)
        assert total == pytest.approx(getattr(city.cost, money), rel=1e-9)


# 6 -------------------------------------------------------------------------------------------------------------------


@each_sector
def test_a_closed_source_is_zero_and_has_no_other_measure(sector: str) -> None:
    found = sources(sector, 1)
    closed = np.array([bool(ending() & set(ids)) for ids in found.ids])
    assert all(len(ids) == 1 for ids, is_closed in zip(found.ids, closed, strict=True) if is_closed)
    for pollutant in EMITTED:
        _, left = found.emitted(pollutant)
        assert not left[closed].any()


def test_a_retired_boiler_burns_no_coal_and_pays_for_its_heat_and_itself() -> None:
    """What it costs beside its own capital is the heat that somebody else must now make."""
    found = sources("coal_boilers", 1)
    flows = ["coal_t_per_year", "heat_delivered_gj_per_year"]
    options = build_options(found.world.inventory, catalogue(), found.world.economics, flows=flows)
    closed = np.array([ids == ("boiler-close",) for ids in found.ids])
    source = options.source[closed]
    assert closed.any()
    assert_allclose(options.base["coal_t_per_year"][source] + options.change["coal_t_per_year"][closed], 0, atol=1e-9)
    assert not options.fixed_cny_per_year[closed].any()
    heat = options.base["heat_delivered_gj_per_year"][source] * drawn.PRICES["heat_delivered_gj_per_year"]
    assert_allclose(options.running_cny_per_year[closed], heat, rtol=1e-12)


# 7 -------------------------------------------------------------------------------------------------------------------

USEFUL_GJ = {
    "coal_t_per_year": 20.908 * 0.80,
    "gas_m3_per_year": 0.0356 * 0.92,
    "biomass_t_per_year": 20.908 / 1.35 * 0.80,
    "electricity_kwh_per_year": 0.0036 * 0.97,
    "heat_bought_gj_per_year": 1.0,
}
"""Useful heat of each fuel, by the figures of ACCOUNTING section 2 and CB05, CB06."""


@each_seed
def test_every_fuel_switch_keeps_the_heat(seed: int) -> None:
    """Fuel in all packages but closures carries the heat as is, less what a retrofit saves."""
    found = sources("coal_boilers", seed)
    table = found.world.inventory.tables["coal_boilers"]
    whole = numeric_state(table, SECTORS["coal_boilers"])
    for number, package in enumerate(found.options.packages):
        if ending() & set(package.measure_ids):
            continue
        rows = found.options.source[found.options.package == number]
        state = take(whole, rows)
        for measure_id in package.measure_ids:
            state |= changed_columns(catalogue().measures[measure_id], state, SECTORS["coal_boilers"])
        flows = SECTORS["coal_boilers"].formula(state, catalogue().factors)
        carried = sum(flows[name] * useful for name, useful in USEFUL_GJ.items())
        needed = whole["useful_heat_gj_per_year"][rows] * (1 - state["fuel_saving_fraction"])
        assert_allclose(carried, needed, rtol=1e-7, atol=1e-6, err_msg=str(package.measure_ids))
        assert_allclose(flows["heat_delivered_gj_per_year"], whole["useful_heat_gj_per_year"][rows], rtol=1e-12)


# 8 -------------------------------------------------------------------------------------------------------------------


@each_sector
def test_without_interest_cost_is_capital_over_life_and_upkeep(sector: str) -> None:
    """Upkeep as at 8 %, whose annuity is r (1 + r)^n / ((1 + r)^n - 1) of the capital."""
    found = sources(sector, 1)
    free, dear = (options_at(found, rate) for rate in (0.0, 0.08))
    single = np.flatnonzero([len(ids) == 1 for ids in found.ids])
    years = np.array([life(catalogue().measures[found.ids[at][0]]) for at in single])
    capital = free.capital_cny[single]
    annuity = 0.08 * 1.08**years / (1.08**years - 1) * capital
    upkeep = annual(dear)[single] - annuity
    assert_allclose(annual(free)[single], capital / years + upkeep, rtol=1e-9, atol=1e-6)


def options_at(found: Drawn, rate: float) -> OptionTable:
    economics: Economics = replace(found.world.economics, discount_rate=rate)
    return build_options(found.world.inventory, catalogue(), economics, flows=[])


def annual(options: OptionTable) -> FloatArray:
    return options.annuity_cny_per_year + options.fixed_cny_per_year + options.running_cny_per_year


def life(measure: Measure) -> float:
    """Lifetime; any number where there is no capital to repay."""
    return measure.cost.lifetime_years.value if measure.cost.lifetime_years else 1.0


# 9 -------------------------------------------------------------------------------------------------------------------


@given(st.floats(1e-6, 1e9))
def test_tonnes_survive_the_way_to_kilograms_and_back(tonnes: float) -> None:
    kilograms = convert(tonnes, "t/yr", "kg/yr")
    assert kilograms == pytest.approx(1000 * tonnes, rel=1e-15)
    assert convert(kilograms, "kg/yr", "t/yr") == pytest.approx(tonnes, rel=1e-15)


@pytest.mark.parametrize("pollutant", POLLUTANTS.values(), ids=lambda pollutant: pollutant.id)
def test_every_pollutant_is_counted_in_tonnes_a_year(pollutant: object) -> None:
    assert getattr(pollutant, "unit", "") == "t/yr"


# 10 ------------------------------------------------------------------------------------------------------------------


@each_sector
@each_seed
def test_projects_reduce_no_more_than_their_sources_emit(sector: str, seed: int) -> None:
    found = sources(sector, seed)
    choices = some_choices(found, seed)
    tasks = found.world.portfolio(choices).tasks
    for pollutant in EMITTED:
        base = found.options.base[f"{pollutant}_t_per_year"]
        emitted = base[tasks["source"]] * growth(found, tasks)
        for kind in ("reduction", "full_year_reduction"):
            reduced = tasks[f"{pollutant}_{kind}_t_per_year"].to_numpy()
            assert at_most(reduced, emitted).all()
            assert reduced.sum() <= emitted.sum() * (1 + ROUNDING)


def growth(found: Drawn, tasks: pd.DataFrame) -> FloatArray:
    """Activity of the last plan year over the base year, by the rates the drawn world states."""
    world = found.world
    rates: Mapping[bool, float] = {True: -0.02, False: 0.03}
    shrinks = (tasks["sector"] == "coal_boilers") & (tasks["district"] == "East")
    years = world.timeline.years[-1] - world.timeline.base_year
    return np.asarray((1 + shrinks.map(rates)) ** years, dtype=np.float64)


# The catalogue and the formulas --------------------------------------------------------------------------------------


def without(measure: Measure, column: str) -> Measure:
    return replace(measure, changes=tuple(change for change in measure.changes if change.column != column))


@each_sector
def test_no_measure_changes_a_column_that_nothing_reads(sector: str) -> None:
    """Left out of its measure, each change that alters some source alters one of that source's flows as well."""
    table = pd.concat([sources(sector, seed).world.inventory.tables[sector] for seed in (1, 2)], ignore_index=True)
    whole = numeric_state(table, SECTORS[sector])
    for measure in catalogue().of_sector(sector):
        full = changed_columns(measure, whole, SECTORS[sector])
        with_all = SECTORS[sector].formula(whole | full, catalogue().factors)
        for column, values in full.items():
            if (values == whole[column]).all():
                continue
            state = whole | changed_columns(without(measure, column), whole, SECTORS[sector])
            without_one = SECTORS[sector].formula(state, catalogue().factors)
            assert any((without_one[name] != flow).any() for name, flow in with_all.items()), (measure.id, column)


@each_sector
def test_every_measure_is_offered_and_lowers_something(sector: str) -> None:
    """Alone or in a package; what only saves water, such as reuse, lowers what is discharged."""
    found = sources(sector, 1)
    left = np.array([found.emitted(pollutant)[1] for pollutant in EMITTED])
    ids = found.ids
    useful: set[str] = set()
    for at, less in smaller(found):
        if (left[:, at] < left[:, less]).any():
            useful |= set(ids[at]) - set(ids[less])
    assert useful == {measure.id for measure in catalogue().of_sector(sector)}
