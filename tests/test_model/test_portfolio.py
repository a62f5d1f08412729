"""What a portfolio comes to, worked by hand on toy boilers (5 000 t coal, 15 t NOx a year) and toy tanks (2 t TP)."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Literal

import pandas as pd
import pytest

from model.economics import Economics
from model.inventory import Inventory
from model.measures import Catalogue
from model.portfolio import Portfolio, evaluate
from model.problems import InputError
from model.timeline import Growth, GrowthRate, Timeline
from tests.test_model import toy

type Choice = tuple[int, tuple[str, ...], int, float]

LOW_NOX = toy.measure(
    "lnb",
    "burner",
    {"burner_removal_fraction": ("set", 0.4)},
    costs=toy.cost(variable=[toy.term(1000, "nox_t_per_year", "removed")]),
    lead_time_months=4,
)
SNCR = toy.measure(
    "sncr",
    "tail",
    {"tail_removal_fraction": ("set", 0.5)},
    costs=toy.cost(
        capital=[toy.term(1e6)], share=0.04, variable=[toy.term(10000, "nox_t_per_year", "removed")], years=15
    ),
    sides=[toy.side("electricity_kwh_per_year", 4, "coal_t_per_year")],
    lead_time_months=8,
    payer={"enterprise": 0.75, "county": 0.25},
)
CLOSE = toy.measure("close", "fuel", {"served_share": ("set", 0.0)})
DOSE = toy.measure(
    "dose",
    "end",
    {"tp_mg_per_l": ("cap", 0.5)},
    sector="tanks",
    costs=toy.cost(fixed=[toy.term(30000)]),
    divisible=True,
)
ALL = toy.catalogue(LOW_NOX, SNCR, CLOSE, DOSE)
WORLD = toy.inventory([{"district": "West"}, {"district": "East"}], tanks=[{"district": "East"}])
NO_GROWTH = Growth()
MONEY = toy.economics(prices={"electricity_kwh_per_year": 0.65, "heat_delivered_gj_per_year": 80})


def frame(*choices: Choice) -> pd.DataFrame:
    return pd.DataFrame(list(choices), columns=["source", "measure_ids", "start_year", "share"])


def portfolio(
    *choices: Choice,
    years: Sequence[int] = (2023,),
    credit: Literal["full_year", "months"] = "full_year",
    growth: Growth = NO_GROWTH,
    economics: Economics = MONEY,
    catalogue: Catalogue = ALL,
    inventory: Inventory = WORLD,
) -> Portfolio:
    timeline = Timeline(2022, tuple(years), date(2023, 1, 1), credit)
    return evaluate(
        frame(*choices),
        inventory,
        catalogue,
        economics,
        timeline,
        growth,
        pollutants=["nox", "tp"],
        sectors=toy.SECTORS,
    )


def row(table: pd.DataFrame, **keys: object) -> pd.Series:
    for name, value in keys.items():
        table = table[table[name] == value]
    assert len(table) == 1
    return table.iloc[0]


def test_a_task_states_its_source_its_money_and_its_tonnes() -> None:
    """SNCR: 1 000 000 x 0.1168295 = 116 829.545 annuity, 40 000 fixed, 7.5 t x 10 000 = 75 000 and 20 000 kWh x 0.65.

    Together 244 829.545 CNY a year for 7.5 t.
    """
    task = portfolio((0, ("sncr",), 2023, 1.0)).tasks.iloc[0]
    assert task[["source", "source_id", "source_name", "district", "sector"]].tolist() == [
        0,
        "s0",
        "Source 0",
        "West",
        "boilers",
    ]
    assert task[["measure_ids", "share", "start_year", "due", "lead_unit"]].tolist() == [
        ("sncr",),
        1.0,
        2023,
        date(2023, 12, 31),
        "bureau",
    ]
    assert task["capital_cny"] == 1e6
    assert task["annual_cost_cny"] == pytest.approx(244829.545, abs=1e-3)
    assert task["nox_reduction_t_per_year"] == pytest.approx(7.5)
    assert task["tp_reduction_t_per_year"] == 0


def test_lines_explain_every_amount() -> None:
    """Burner before tail: 15 t -> 9 t -> 4.5 t; each measure's own removal, its power, its capital and 4 % of it."""
    lines = portfolio((0, ("lnb", "sncr"), 2023, 1.0)).lines
    found = lines[["measure_id", "kind", "name", "of", "quantity", "unit_price_cny", "amount_cny"]]
    expected = [
        ("lnb", "variable", "nox_t_per_year", "removed", 6.0, 1000.0, 6000.0),
        ("sncr", "capital", "", "", 1.0, 1e6, 1e6),
        ("sncr", "fixed", "capital_cny", "", 1e6, 0.04, 40000.0),
        ("sncr", "variable", "nox_t_per_year", "removed", 4.5, 10000.0, 45000.0),
        ("sncr", "fuel", "electricity_kwh_per_year", "added", 20000.0, 0.65, 13000.0),
    ]
    assert found.iloc[:, :4].apply(tuple, axis=1).tolist() == [line[:4] for line in expected]
    assert found.iloc[:, 4:].to_numpy() == pytest.approx(pd.DataFrame(expected).iloc[:, 4:].to_numpy(dtype=float))


def test_lines_add_up_to_the_task() -> None:
    """With no growth the yearly amounts of the lines are the task's annual cost."""
    result = portfolio((0, ("lnb", "sncr"), 2023, 1.0), (2, ("dose",), 2023, 0.5))
    sums = result.lines.groupby("task")["annual_cny"].sum()
    assert sums.tolist() == pytest.approx(result.tasks["annual_cost_cny"].tolist(), rel=1e-12)


def test_the_scaling_law_stands_in_the_lines() -> None:
    """Size 10 t/h, quantity (10 / 35)^0.6 = 0.471584, unit price 90 000, amount 42 442.58 CNY."""
    term = toy.term(90000, "capacity_t_per_h", exponent=0.6, reference=35)
    scaled = toy.measure("m", "tail", {}, costs=toy.cost(capital=[term], years=15))
    line = portfolio((0, ("m",), 2023, 1.0), catalogue=toy.catalogue(scaled)).lines.iloc[0]
    assert line[["size", "quantity", "unit_price_cny"]].tolist() == pytest.approx([10, 0.471584, 90000], abs=1e-6)
    assert line["amount_cny"] == pytest.approx(42442.58, abs=0.02)


def test_closing_stands_in_the_lines_as_heat_bought_and_coal_not_credited() -> None:
    """100 000 GJ x 80; 5 000 t coal less at a credit of zero (with credit: - 4 500 000)."""
    prices = {"coal_t_per_year": 900.0, "heat_delivered_gj_per_year": 80.0}
    result = portfolio((0, ("close",), 2023, 1.0), economics=toy.economics(prices=prices))
    service, coal = row(result.lines, kind="service"), row(result.lines, kind="fuel")
    assert service[["quantity", "unit_price_cny", "amount_cny"]].tolist() == [1e5, 80, 8e6]
    assert coal[["quantity", "unit_price_cny", "amount_cny"]].tolist() == [-5000, 0, 0]
    assert result.cost.annual_cny == 8e6


def test_a_gained_service_earns_nothing() -> None:
    more = toy.measure("more", "fuel", {"served_share": ("set", 1.2)})
    assert portfolio((0, ("more",), 2023, 1.0), catalogue=toy.catalogue(more)).cost.annual_cny == 0


def test_a_share_of_a_divisible_task_counts_in_proportion() -> None:
    """A quarter of 30 000 CNY and of 1.5 t TP."""
    task = portfolio((2, ("dose",), 2023, 0.25)).tasks.iloc[0]
    assert task["annual_cost_cny"] == pytest.approx(7500)
    assert task["tp_reduction_t_per_year"] == pytest.approx(0.375)


def test_running_cost_and_tonnes_grow_with_activity_and_fixed_cost_does_not() -> None:
    """10 % a year from 2022: x 1.21 in 2024. 116 829.545 + 40 000 + 1.21 x 88 000 = 263 309.545; 1.21 x 7.5 = 9.075 t.

    Letting everything grow would say 296 244.
    """
    growth = Growth((GrowthRate("boilers", None, 0.1),))
    task = portfolio((0, ("sncr",), 2024, 1.0), years=(2024,), growth=growth).tasks.iloc[0]
    assert task["annual_cost_cny"] == pytest.approx(263309.545, abs=1e-3)
    assert task["nox_reduction_t_per_year"] == pytest.approx(9.075)


def test_credit_by_months_counts_tonnes_in_twelfths_and_money_in_full() -> None:
    """Ready on 1 September: 4/12 of 7.5 t = 2.5 t in 2023; in full 7.5 t; the year's cost is not reduced."""
    task = portfolio((0, ("sncr",), 2023, 1.0), credit="months").tasks.iloc[0]
    assert task["nox_reduction_t_per_year"] == pytest.approx(2.5)
    assert task["nox_full_year_reduction_t_per_year"] == pytest.approx(7.5)
    assert task["annual_cost_cny"] == pytest.approx(244829.545, abs=1e-3)
    assert task["due"] == date(2023, 9, 1)


def test_emissions_with_and_without_the_plan_in_every_year() -> None:
    """West, 10 % growth: 16.5 t in 2023 and 18.15 t in 2024 without; 4/12 of 8.25 t off in 2023, 9.075 t in 2024."""
    growth = Growth((GrowthRate("boilers", None, 0.1),))
    result = portfolio((0, ("sncr",), 2023, 1.0), years=(2023, 2024), credit="months", growth=growth)
    west = result.emissions[(result.emissions["district"] == "West") & (result.emissions["pollutant"] == "nox")]
    assert west[["year", "sector"]].values.tolist() == [[2023, "boilers"], [2024, "boilers"]]
    assert west["base_t_per_year"].tolist() == [15, 15]
    assert west["without_plan_t_per_year"].tolist() == pytest.approx([16.5, 18.15])
    assert west["with_plan_t_per_year"].tolist() == pytest.approx([16.5 - 2.75, 18.15 - 9.075])


def test_emissions_cover_every_district_sector_and_pollutant() -> None:
    found = portfolio().emissions
    assert found[["district", "sector", "pollutant"]].apply(tuple, axis=1).tolist() == [
        (district, sector, pollutant)
        for district, sector in [("East", "boilers"), ("East", "tanks"), ("West", "boilers")]
        for pollutant in ["nox", "tp"]
    ]
    assert found["base_t_per_year"].tolist() == found["with_plan_t_per_year"].tolist() == [15, 0, 0, 2, 15, 0]


def test_without_choices_nothing_is_done_and_nothing_paid() -> None:
    """ACCOUNTING 15, invariant 1."""
    result = portfolio()
    assert (len(result.tasks), len(result.lines)) == (0, 0)
    assert (result.cost.annual_cny, result.cost.capital_cny, result.cost.present_value_cny) == (0, 0, 0)
    assert {"due", "annual_cost_cny", "nox_reduction_t_per_year"} <= set(result.tasks.columns)


def test_present_value_discounts_each_plan_year_to_the_first() -> None:
    """30 000 CNY from 2024 at 8 %, years 2023 to 2025: 30 000 / 1.08 + 30 000 / 1.08^2 = 53 497.94 CNY.

    Undiscounted it would be 60 000, and 90 000 when the year before the start counted.
    """
    cost = portfolio((2, ("dose",), 2024, 1.0), years=(2023, 2024, 2025)).cost
    assert cost.present_value_cny == pytest.approx(53497.942, abs=1e-3)
    assert cost.by_year["annual_cny"].tolist() == [0, 30000, 30000]
    assert cost.annual_cny == 30000


def test_capital_stands_in_the_year_of_the_start() -> None:
    cost = portfolio((0, ("sncr",), 2024, 1.0), (1, ("sncr",), 2025, 1.0), years=(2023, 2024, 2025)).cost
    assert cost.by_year["capital_cny"].tolist() == [0, 1e6, 1e6]
    assert cost.capital_cny == 2e6


def test_a_task_that_starts_after_the_plan_costs_and_removes_nothing_in_it() -> None:
    result = portfolio((0, ("sncr",), 2026, 1.0), years=(2023, 2025))
    assert (result.cost.annual_cny, result.tasks["nox_reduction_t_per_year"].item()) == (0, 0)
    assert result.tasks["nox_full_year_reduction_t_per_year"].item() == pytest.approx(7.5)


def test_cost_by_district_sector_and_payer_adds_up() -> None:
    """West has the SNCR (capital 1 000 000, a quarter of it and of each year's cost the county's), East only dosing."""
    cost = portfolio((0, ("sncr",), 2023, 1.0), (2, ("dose",), 2023, 1.0)).cost
    assert cost.by_district[["district", "capital_cny"]].values.tolist() == [["East", 0], ["West", 1e6]]
    assert cost.by_sector["sector"].tolist() == ["boilers", "tanks"]
    assert cost.by_sector["annual_cny"].tolist() == pytest.approx([244829.545, 30000], abs=1e-3)
    county, enterprise = row(cost.by_payer, payer="county"), row(cost.by_payer, payer="enterprise")
    assert [county["capital_cny"], enterprise["capital_cny"]] == [250000, 750000]
    assert county["annual_cny"] == pytest.approx(61207.386, abs=1e-3)
    for table in (cost.by_district, cost.by_sector, cost.by_payer):
        sums = table[["annual_cny", "capital_cny", "present_value_cny"]].sum()
        totals = [cost.annual_cny, cost.capital_cny, cost.present_value_cny]
        assert sums.tolist() == pytest.approx(totals, rel=1e-12)


def test_a_lost_service_is_borne_by_the_enterprise_whoever_pays_for_the_measure() -> None:
    """The county pays 200 000 CNY to close, 0.1018522 of it a year; it does not buy the heat, 100 000 GJ at 80 CNY."""
    costs = toy.cost(capital=[toy.term(200_000)], years=20)
    close = toy.measure("close", "fuel", {"served_share": ("set", 0.0)}, costs=costs, payer={"county": 1.0})
    by_payer = portfolio((0, ("close",), 2023, 1.0), catalogue=toy.catalogue(close)).cost.by_payer
    county, enterprise = row(by_payer, payer="county"), row(by_payer, payer="enterprise")
    assert (county["capital_cny"], enterprise["capital_cny"]) == (200_000, 0)
    assert county["annual_cny"] == pytest.approx(20_370.4418, abs=1e-3)
    assert enterprise["annual_cny"] == pytest.approx(8e6)


def test_tasks_stand_by_source_year_and_measures_whatever_the_order_of_choices() -> None:
    choices: list[Choice] = [(2, ("dose",), 2023, 0.5), (1, ("lnb",), 2024, 1.0), (0, ("sncr", "lnb"), 2023, 1.0)]
    result = portfolio(*choices, years=(2023, 2024))
    assert result.tasks["measure_ids"].tolist() == [("lnb", "sncr"), ("lnb",), ("dose",)]
    again = portfolio(*choices[::-1], years=(2023, 2024))
    assert (result.tasks["row"].tolist(), again.tasks["row"].tolist()) == ([2, 1, 0], [0, 1, 2])
    pd.testing.assert_frame_equal(result.tasks.drop(columns="row"), again.tasks.drop(columns="row"))
    for name in ("lines", "emissions"):
        pd.testing.assert_frame_equal(getattr(result, name), getattr(again, name))


def test_shares_of_one_source_stand_by_start_year() -> None:
    result = portfolio((2, ("dose",), 2024, 0.4), (2, ("dose",), 2023, 0.3), years=(2023, 2024))
    assert result.tasks[["start_year", "share"]].values.tolist() == [[2023, 0.3], [2024, 0.4]]


def test_changes_of_one_column_act_in_turn() -> None:
    """2 mg/L capped at 1.2 and then halved is 0.6: 1.4 t of 2 t."""
    halved = toy.measure("dose", "end", {"tp_mg_per_l": ("scale", 0.5)}, sector="tanks")
    capped = toy.measure("dose", "end", {"tp_mg_per_l": ("cap", 1.2)}, sector="tanks")
    both = toy.catalogue(replace(capped, changes=capped.changes + halved.changes))
    result = portfolio((2, ("dose",), 2023, 1.0), catalogue=both)
    assert result.tasks["tp_reduction_t_per_year"].tolist() == pytest.approx([1.4])


@pytest.mark.parametrize(
    ("choice", "words"),
    [
        ((3, ("dose",), 2023, 1.0), "expected source numbers below 3; found \\[3\\]"),
        ((0, ("dose",), 2023, 1.0), "expected measures of boilers; found 'dose'"),
        ((0, ("scrub",), 2023, 1.0), "expected measures of boilers; found 'scrub'"),
        ((0, ("sncr", "sncr"), 2023, 1.0), "at most one measure in each slot"),
        ((0, (), 2023, 1.0), "differ from as is"),
        ((0, ("sncr",), 2023, 0.5), "expected a share of 1"),
        ((2, ("dose",), 2023, 0.0), "expected a share of 1"),
        ((2, ("dose",), 2023, 1.5), "expected a share of 1"),
    ],
)
def test_malformed_choices_are_refused(choice: Choice, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        portfolio(choice)


def test_a_source_is_not_shared_out_twice() -> None:
    with pytest.raises(ValueError, match="add up to at most 1"):
        portfolio((2, ("dose",), 2023, 0.6), (2, ("dose",), 2024, 0.6))


def test_a_missing_price_index_is_refused_only_for_measures_in_use() -> None:
    other = toy.economics(price_year=2025, prices={})
    with pytest.raises(InputError, match="no value for 2023"):
        portfolio((0, ("sncr",), 2023, 1.0), economics=other)
    assert len(portfolio(economics=other).tasks) == 0


def test_prices_are_brought_to_the_price_year() -> None:
    """30 000 CNY of 2023 at index 100 are 31 200 CNY of 2025 at index 104."""
    economics = toy.economics(price_year=2025, index={2023: 100.0, 2025: 104.0})
    assert portfolio((2, ("dose",), 2023, 1.0), economics=economics).cost.annual_cny == pytest.approx(31200)


def test_without_interest_capital_is_paid_in_equal_parts() -> None:
    """1 000 000 / 15 + 40 000 + 75 000 + 13 000 = 194 666.67 CNY a year."""
    economics = toy.economics(discount_rate=0, prices=MONEY.flow_prices)
    assert portfolio((0, ("sncr",), 2023, 1.0), economics=economics).cost.annual_cny == pytest.approx(
        194666.667, abs=1e-3
    )


def test_a_lost_service_without_a_price_is_refused() -> None:
    with pytest.raises(InputError, match=r"prices\.heat_delivered_gj_per_year"):
        portfolio((0, ("close",), 2023, 1.0), economics=toy.economics(prices={}))


def test_capital_without_a_lifetime_is_refused() -> None:
    endless = toy.measure("m", "tail", {}, costs=toy.cost(capital=[toy.term(1)]))
    with pytest.raises(ValueError, match="m: expected a lifetime"):
        portfolio((0, ("m",), 2023, 1.0), catalogue=toy.catalogue(endless))
