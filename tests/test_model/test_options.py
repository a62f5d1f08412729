"""What each kind of cost term and each rule comes to, worked by hand on toy boilers: 5 000 t coal, 15 t NOx a year."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import pytest

from model.apply import BoolArray
from model.economics import Economics
from model.inventory import Inventory
from model.measures import Condition, Cost, Measure, Of
from model.options import OptionTable, build_options
from model.problems import InputError
from tests.test_model import toy

FLOWS = ("nox_t_per_year", "coal_t_per_year", "electricity_kwh_per_year")
ONE = toy.inventory([{}])
LOW_NOX = {"burner_removal_fraction": ("set", 0.4)}
SNCR = {"tail_removal_fraction": ("set", 0.5)}
TO_GAS = {"coal_share": ("set", 0.0), "gas_share": ("set", 1.0)}
CLOSE = {"served_share": ("set", 0.0)}


def build(
    *measures: Measure,
    inventory: Inventory = ONE,
    economics: Economics | None = None,
    flows: Sequence[str] = FLOWS,
    levels: Sequence[str] = (),
    max_packages: int = 256,
    forbidden: Mapping[str, BoolArray] | None = None,
) -> OptionTable:
    return build_options(
        inventory,
        toy.catalogue(*measures),
        economics or toy.economics(),
        flows=flows,
        levels=levels,
        max_packages=max_packages,
        forbidden=forbidden,
        sectors=toy.SECTORS,
    )


def packages(table: OptionTable, source: int = 0) -> list[tuple[str, ...]]:
    return [table.packages[package].measure_ids for package in table.package[table.source == source]]


def at(table: OptionTable, *measure_ids: str, source: int = 0) -> int:
    """Number of the option."""
    first = int(np.flatnonzero(table.source == source)[0])
    return first + packages(table, source).index(measure_ids)


def sncr(costs: Cost | None = None) -> Measure:
    return toy.measure("sncr", "tail", SNCR, costs=costs)


def running(costs: Cost) -> float:
    table = build(sncr(costs))
    return float(table.running_cny_per_year[at(table, "sncr")])


def test_as_is_costs_and_changes_nothing() -> None:
    table = build(sncr(toy.cost(capital=[toy.term(1e6)], years=15)))
    assert packages(table) == [(), ("sncr",)]
    money = [table.capital_cny, table.public_capital_cny, table.annuity_cny_per_year, table.fixed_cny_per_year]
    assert [values[0] for values in [*money, table.running_cny_per_year, *table.change.values()]] == [0] * 8
    assert (table.lead_time_months[0], table.divisible[0]) == (0, True)


def test_base_is_what_the_sources_emit_as_they_are() -> None:
    """100 000 GJ x 0.05 t = 5 000 t coal; x 3 kg / 1000 = 15 t NOx; no formula gives power, so it counts as zero."""
    base = build().base
    assert [base[flow].tolist() for flow in FLOWS] == [[15.0], [5000.0], [0.0]]


def test_capital_is_annualised_over_its_own_lifetime() -> None:
    """1 200 000 CNY at 8 % over 15 years: x 0.08 x 1.08^15 / (1.08^15 - 1) = x 0.1168295 = 140 195.45 CNY a year."""
    table = build(sncr(toy.cost(capital=[toy.term(1.2e6)], years=15)))
    assert table.capital_cny[1] == 1.2e6
    assert table.annuity_cny_per_year[1] == pytest.approx(140195.454, abs=1e-3)
    assert table.running_cny_per_year[1] == 0


def test_each_measure_of_a_package_has_its_own_lifetime() -> None:
    """1 000 000 over 10 years + 1 000 000 over 20: 149 029.489 + 101 852.209; both over 15 would be 233 659."""
    burner = toy.measure("lnb", "burner", LOW_NOX, costs=toy.cost(capital=[toy.term(1e6)], years=20))
    table = build(burner, sncr(toy.cost(capital=[toy.term(1e6)], years=10)))
    assert table.annuity_cny_per_year[at(table, "lnb", "sncr")] == pytest.approx(149029.489 + 101852.209, abs=2e-3)


def test_capital_grows_with_size_by_the_scaling_law() -> None:
    """90 000 x (10 / 35)^0.6: ln(10/35) = -1.252763, x 0.6 = -0.751658, exp = 0.471584: 42 442.58; linear: 25 714."""
    term = toy.term(90000, "capacity_t_per_h", exponent=0.6, reference=35)
    table = build(sncr(toy.cost(capital=[term], years=15)))
    assert table.capital_cny[1] == pytest.approx(42442.58, abs=0.02)


def test_capital_per_unit_of_a_column() -> None:
    """60 000 CNY per t/h x 10 t/h."""
    assert build(sncr(toy.cost(capital=[toy.term(60000, "capacity_t_per_h")], years=15))).capital_cny[1] == 600000


def test_fixed_cost_is_its_terms_and_a_share_of_capital() -> None:
    """50 000 a year + 1 500 x 10 t/h + 4 % of 1 000 000 = 105 000 CNY a year."""
    costs = toy.cost(
        capital=[toy.term(1e6)], fixed=[toy.term(50000), toy.term(1500, "capacity_t_per_h")], share=0.04, years=15
    )
    table = build(sncr(costs))
    assert table.fixed_cny_per_year[1] == pytest.approx(105000, rel=1e-12)
    assert table.running_cny_per_year[1] == 0


@pytest.mark.parametrize(("of", "expected"), [("before", 15000), ("after", 7500), ("removed", 7500), ("added", -7500)])
def test_variable_cost_per_tonne_before_after_removed_and_added(of: Of, expected: float) -> None:
    """15 t before, 7.5 t after 50 % removal, at 1 000 CNY/t."""
    assert running(toy.cost(variable=[toy.term(1000, "nox_t_per_year", of)])) == pytest.approx(expected, rel=1e-12)


def test_variable_cost_per_unit_of_a_flow_that_does_not_change() -> None:
    """12 CNY per t coal x 5 000 t."""
    assert running(toy.cost(variable=[toy.term(12, "coal_t_per_year")])) == pytest.approx(60000)


def test_a_name_that_is_both_flow_and_column_means_the_flow() -> None:
    """The tank's concentration is a column and a level: after a cap at 0.5 it is 0.5, as a column it would stay 2."""
    costs = toy.cost(variable=[toy.term(100, "tp_mg_per_l", "after")])
    polish = toy.measure("polish", "end", {"tp_mg_per_l": ("cap", 0.5)}, sector="tanks", costs=costs)
    table = build(polish, inventory=toy.inventory(tanks=[{}]), flows=["tp_t_per_year"])
    assert table.running_cny_per_year[1] == 50


def test_each_measure_is_charged_for_what_it_removes_itself() -> None:
    """Burner first: 15 t -> 9 t (40 %), SNCR then 9 t -> 4.5 t: 6 000 x 1 + 4 500 x 10 = 51 000 CNY.

    Charging both for the source's own 15 t would give 6 000 + 75 000 = 81 000, for the package total 10 500 x 11.
    """
    burner = toy.measure(
        "lnb", "burner", LOW_NOX, costs=toy.cost(variable=[toy.term(1000, "nox_t_per_year", "removed")])
    )
    table = build(sncr(toy.cost(variable=[toy.term(10000, "nox_t_per_year", "removed")])), burner)
    both = at(table, "lnb", "sncr")
    assert table.change["nox_t_per_year"][both] == pytest.approx(-10.5)
    assert table.running_cny_per_year[both] == pytest.approx(51000)


def test_side_flows_count_and_are_priced() -> None:
    """4 kWh per t coal x 5 000 t = 20 000 kWh, and 0.5 kWh per kg NOx removed x 7 500 kg = 3 750 kWh; at 0.65 CNY."""
    sides = [
        toy.side("electricity_kwh_per_year", 4, "coal_t_per_year"),
        toy.side("electricity_kwh_per_year", 500, "nox_t_per_year", "removed"),
    ]
    economics = toy.economics(prices={"electricity_kwh_per_year": 0.65, "heat_delivered_gj_per_year": 80})
    table = build(toy.measure("sncr", "tail", SNCR, sides=sides), economics=economics)
    assert table.change["electricity_kwh_per_year"][1] == pytest.approx(23750)
    assert table.running_cny_per_year[1] == pytest.approx(15437.5)


def test_side_flows_of_all_measures_add_up() -> None:
    """3 000 kWh at the burner, 500 kWh at the tail."""
    burner = toy.measure("lnb", "burner", LOW_NOX, sides=[toy.side("electricity_kwh_per_year", 3000)])
    table = build(burner, toy.measure("sncr", "tail", SNCR, sides=[toy.side("electricity_kwh_per_year", 500)]))
    assert table.change["electricity_kwh_per_year"][at(table, "lnb", "sncr")] == 3500


FUELS = {"coal_t_per_year": 900.0, "gas_m3_per_year": 3.5, "heat_delivered_gj_per_year": 80.0}


def test_a_fuel_switch_pays_the_difference_of_fuels() -> None:
    """100 000 GJ: + 3 000 000 m3 x 3.5 = 10.5 million, - 5 000 t x 900 = 4.5 million: 6 million CNY a year.

    Heat is delivered as before, so coal is credited in full. NOx: 15 t -> 3 000 000 x 0.0005 / 1000 = 1.5 t.
    """
    table = build(toy.measure("gas", "fuel", TO_GAS), economics=toy.economics(prices=FUELS))
    assert table.running_cny_per_year[1] == pytest.approx(6e6)
    assert table.change["nox_t_per_year"][1] == pytest.approx(-13.5)


def test_closing_buys_the_heat_and_earns_no_coal() -> None:
    """100 000 GJ x 80 = 8 000 000 CNY a year; with coal credited it would be 8.0 - 4.5 = 3.5 million."""
    table = build(toy.measure("close", "fuel", CLOSE), economics=toy.economics(prices=FUELS))
    assert table.running_cny_per_year[1] == pytest.approx(8e6)
    assert table.change["coal_t_per_year"][1] == -5000


def test_half_a_service_credits_half_the_savings() -> None:
    """Half closed: 50 000 GJ x 80 = 4 million lost, 2 500 t coal saved, credited by half: 2 500 x 900 x 0.5 = 1.125."""
    half = toy.measure("half", "fuel", {"served_share": ("set", 0.5)})
    table = build(half, economics=toy.economics(prices=FUELS))
    assert table.running_cny_per_year[1] == pytest.approx(4e6 - 1.125e6)


def test_a_gained_service_earns_nothing_and_credits_in_full() -> None:
    """Serving 1.2 times the heat buys 1 000 t more coal; the 20 000 GJ more are nobody's payment."""
    more = toy.measure("more", "fuel", {"served_share": ("set", 1.2)})
    table = build(more, economics=toy.economics(prices=FUELS))
    assert table.running_cny_per_year[1] == pytest.approx(900000)


def test_a_source_without_service_loses_none() -> None:
    """A boiler that delivers no heat has none to lose: the proportion kept is 1, not 0/0."""
    idle = toy.inventory([{"heat_gj_per_year": 0.0}])
    table = build(toy.measure("close", "fuel", CLOSE), inventory=idle, economics=toy.economics(prices=FUELS))
    assert table.running_cny_per_year.tolist() == [0, 0]


def test_closing_everything_is_not_the_least_cost() -> None:
    """ACCOUNTING 16. Halving 30 t NOx of two boilers by SNCR at 3 000 CNY/t: 2 x 22 500 CNY = 45 000 CNY a year.

    Closing one removes the same 15 t for 200 000 CNY x CRF(8 %, 20) = 20 370 CNY capital cost and buys 100 000 GJ
    x 80 = 8 000 000 CNY of heat. Without the rule it would earn 5 000 t x 900 = 4 500 000 CNY of coal, and closing
    every boiler would be the cheapest plan there is, at -8 959 259 CNY a year.
    """
    close = toy.measure("close", "fuel", CLOSE, costs=toy.cost(capital=[toy.term(200000)], years=20))
    tail = sncr(toy.cost(variable=[toy.term(3000, "nox_t_per_year", "removed")]))
    two = toy.inventory([{}, {}])
    table = build(close, tail, inventory=two, economics=toy.economics(prices=FUELS))
    annual = table.annuity_cny_per_year + table.fixed_cny_per_year + table.running_cny_per_year
    sncr_twice = annual[at(table, "sncr")] + annual[at(table, "sncr", source=1)]
    assert sncr_twice == pytest.approx(45000)
    assert annual[at(table, "close")] == pytest.approx(8e6 + 20370.44, abs=0.01)
    without_rule = annual[at(table, "close")] - 8e6 - 4.5e6
    assert 2 * without_rule == pytest.approx(-8959259.1, abs=0.1)
    assert without_rule < 0 < sncr_twice < annual[at(table, "close")]


def test_a_service_without_a_price_is_refused_when_a_package_lowers_it() -> None:
    with pytest.raises(InputError) as refused:
        build(toy.measure("close", "fuel", CLOSE), economics=toy.economics(prices={}))
    assert [problem.column for problem in refused.value.problems] == ["prices.heat_delivered_gj_per_year"]


def test_a_service_that_goes_on_needs_no_price() -> None:
    assert build(toy.measure("gas", "fuel", TO_GAS), sncr(), economics=toy.economics(prices={})).size == 4


def test_existing_equipment_leaves_only_the_difference() -> None:
    """With SNCR at 50 % the source emits 7.5 t; SCR at 80 % leaves 15 x 0.2 = 3 t: 4.5 t, not 0.8 x 7.5 = 6 t."""
    scr = toy.measure("scr", "tail", {"tail_removal_fraction": ("set", 0.8)})
    table = build(scr, inventory=toy.inventory([{"tail_removal_fraction": 0.5}]))
    assert table.change["nox_t_per_year"][1] == pytest.approx(-4.5)


def test_better_equipment_is_never_made_worse_and_not_offered() -> None:
    """SNCR at 50 % where 60 % is removed already, a limit of 200 where 150 holds already: nothing to do."""
    limit = toy.measure("limit", "burner", {"nox_limit_mg_per_m3": ("set", 200)})
    good = toy.inventory([{"tail_removal_fraction": 0.6, "nox_limit_mg_per_m3": 150.0}])
    assert packages(build(sncr(), limit, inventory=good)) == [()]


def test_a_measure_is_offered_where_its_conditions_hold_on_the_source_as_is() -> None:
    """35 t/h and above; the fuel switch does not take the tail measure for coal away."""
    where = {"capacity_t_per_h": Condition(minimum=35), "fuel": Condition(values=("coal",))}
    big = toy.measure("sncr", "tail", SNCR, where=where)
    rows = toy.inventory([{"capacity_t_per_h": 34.9}, {"capacity_t_per_h": 35.0}])
    table = build(big, toy.measure("gas", "fuel", TO_GAS), inventory=rows)
    assert packages(table, 0) == [(), ("gas",)]
    assert packages(table, 1) == [(), ("gas",), ("sncr",), ("gas", "sncr")]


def test_a_package_whose_last_measure_alters_nothing_is_dropped_for_those_sources() -> None:
    """Under a limit of 100 one of 200 is idle. Half of 300 is 150, below 200 already; half of 500 is 250, not."""
    strict = toy.measure("strict", "burner", {"nox_limit_mg_per_m3": ("set", 100)})
    lax = toy.measure("lax", "tail", {"nox_limit_mg_per_m3": ("set", 200)})
    scale = toy.measure("half", "fuel", {"nox_limit_mg_per_m3": ("scale", 0.5)})
    rows = toy.inventory([{"nox_limit_mg_per_m3": 300.0}, {"nox_limit_mg_per_m3": 500.0}])
    table = build(scale, strict, lax, inventory=rows)
    assert packages(table, 0) == [(), ("half",), ("strict",), ("lax",), ("half", "strict")]
    assert packages(table, 1) == [(), ("half",), ("strict",), ("lax",), ("half", "strict"), ("half", "lax")]


def test_a_package_that_no_source_is_left_with_is_not_listed() -> None:
    """A limit of 200 after one of 100 is idle at the only source, so no such package exists."""
    strict = toy.measure("strict", "burner", {"nox_limit_mg_per_m3": ("set", 100)})
    lax = toy.measure("lax", "tail", {"nox_limit_mg_per_m3": ("set", 200)})
    assert [package.measure_ids for package in build(strict, lax).packages] == [(), ("strict",), ("lax",)]


def test_changes_of_one_column_act_in_turn() -> None:
    """2 mg/L capped at 1.2 and then halved is 0.6; each on its own would leave 1.2 or 1.0."""
    capped = toy.measure("m", "end", {"tp_mg_per_l": ("cap", 1.2)}, sector="tanks")
    halved = toy.measure("m", "end", {"tp_mg_per_l": ("scale", 0.5)}, sector="tanks")
    both = replace(capped, changes=capped.changes + halved.changes)
    table = build(both, inventory=toy.inventory(tanks=[{}]), levels=["tp_mg_per_l"])
    assert table.level["tp_mg_per_l"].tolist() == [2, 0.6]


def test_forbidden_measures_are_left_out_source_by_source() -> None:
    rows = toy.inventory([{}, {}], tanks=[{}])
    forbidden = {"sncr": np.array([True, False, False]), "dose": np.array([False, False, True])}
    dose = toy.measure("dose", "end", {"tp_mg_per_l": ("cap", 0.5)}, sector="tanks")
    table = build(sncr(), dose, inventory=rows, forbidden=forbidden)
    assert [packages(table, source) for source in range(3)] == [[()], [(), ("sncr",)], [()]]


def test_a_cap_that_bites_is_said() -> None:
    table = build(sncr(), toy.measure("lnb", "burner", LOW_NOX), max_packages=3)
    assert packages(table) == [(), ("lnb",), ("sncr",)]
    assert [note.en.split(";")[0] for note in table.notes] == ["Toy boilers: 1 sources have more than 3 packages"]


def test_prices_are_brought_to_the_price_year() -> None:
    """Terms of 2023 at index 100 in a plan of 2025 at index 104: 1 000 CNY/t x 7.5 t x 1.04 = 7 800; fuel as stated."""
    costs = toy.cost(capital=[toy.term(1e6)], variable=[toy.term(1000, "nox_t_per_year", "removed")], years=15)
    economics = toy.economics(price_year=2025, index={2023: 100.0, 2025: 104.0})
    table = build(sncr(costs), economics=economics)
    assert table.running_cny_per_year[1] == pytest.approx(7800)
    assert table.capital_cny[1] == pytest.approx(1.04e6)


def test_a_missing_price_index_is_refused() -> None:
    with pytest.raises(InputError, match="no value for 2023"):
        build(sncr(toy.cost(capital=[toy.term(1e6)], years=15)), economics=toy.economics(price_year=2025))


def test_public_capital_is_what_others_than_the_enterprise_pay() -> None:
    """1 000 000 x (30 % county + 20 % province) = 500 000 CNY."""
    costs = toy.cost(capital=[toy.term(1e6)], years=15)
    payer = {"enterprise": 0.5, "county": 0.3, "province": 0.2}
    table = build(toy.measure("sncr", "tail", SNCR, costs=costs, payer=payer))
    assert table.public_capital_cny[1] == pytest.approx(500000)


def test_a_package_takes_as_long_as_its_slowest_measure_and_is_divisible_when_all_are() -> None:
    burner = toy.measure("lnb", "burner", LOW_NOX, lead_time_months=4, divisible=True)
    table = build(burner, toy.measure("sncr", "tail", SNCR, lead_time_months=9))
    assert table.lead_time_months.tolist() == [0, 4, 9, 9]
    assert table.divisible.tolist() == [True, True, False, False]


def test_levels_are_those_after_the_package_and_missing_where_the_sector_has_none() -> None:
    """300 mg/m3 x (1 - 0.5) = 150; a tank has no stack."""
    rows = toy.inventory([{}], tanks=[{}])
    level = build(sncr(), inventory=rows, levels=["nox_mg_per_m3"]).level["nox_mg_per_m3"]
    assert level[:2].tolist() == [300, 150]
    assert np.isnan(level[2])


def test_capital_without_a_lifetime_is_refused() -> None:
    with pytest.raises(ValueError, match="sncr: expected a lifetime"):
        build(sncr(toy.cost(capital=[toy.term(1e6)])))


def test_a_cost_by_an_unknown_quantity_is_refused() -> None:
    with pytest.raises(ValueError, match="expected a column or flow of the sector; found 'caol'"):
        build(sncr(toy.cost(variable=[toy.term(1, "caol")])))


def test_costs_that_are_not_finite_are_refused_with_a_source() -> None:
    """(0 t/h / 35)^-0.5 is infinite."""
    term = toy.term(90000, "capacity_t_per_h", exponent=-0.5, reference=35)
    rows = toy.inventory([{}, {"capacity_t_per_h": 0.0}])
    with pytest.raises(InputError, match="not a finite number at 1 sources of boilers, such as s1"):
        build(sncr(toy.cost(capital=[term], years=15)), inventory=rows)


def test_sources_are_numbered_through_the_sectors_and_start_with_as_is() -> None:
    dose = toy.measure("dose", "end", {"tp_mg_per_l": ("cap", 0.5)}, sector="tanks")
    table = build(sncr(), dose, inventory=toy.inventory([{}, {}], tanks=[{}]), flows=["tp_t_per_year"])
    assert table.source.tolist() == [0, 0, 1, 1, 2, 2]
    assert [packages(table, source)[0] for source in range(3)] == [()] * 3
    assert table.change["tp_t_per_year"].tolist() == pytest.approx([0, 0, 0, 0, 0, -1.5])
    assert [(package.sector, package.measure_ids) for package in table.packages] == [
        ("boilers", ()),
        ("boilers", ("sncr",)),
        ("tanks", ()),
        ("tanks", ("dose",)),
    ]


def test_a_sector_without_sources_has_no_packages() -> None:
    empty = Inventory({**ONE.tables, "tanks": toy.table([{}], toy.TANK).iloc[:0]})
    assert {package.sector for package in build(inventory=empty).packages} == {"boilers"}
    nothing = build(inventory=Inventory({"tanks": empty.tables["tanks"]}))
    assert (nothing.size, nothing.packages, nothing.base["nox_t_per_year"].size) == (0, (), 0)
