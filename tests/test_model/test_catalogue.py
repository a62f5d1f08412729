import textwrap

import pytest

from model.catalogue import flow_names, parse_catalogue, parse_factors
from model.measures import Condition, Measure, Operation, Quantity
from model.numbers import Factors
from model.sectors import SECTORS
from model.text import Text
from tests.test_model.kilns import COST, FACTORS, HEAD, KILNS, PLAIN, catalogue

CONTRACT = """
[[measure]]
id = "scrub"
sector = "point_sources"
slot = "control"
name = { zh = "治理", en = "Scrubber" }
where = { source_class = ["kiln"], nox_t_per_year = { min = 10 } }
divisible = false                # true: may be applied to a share of the source
removes = { nox = 0.8, so2 = 0.1 }
lead_time_months = 6
[measure.cost]
price_year = 2023
annual = "50000 CNY/yr"                      # a flat amount per source
per_t_removed = { nox = "1200 CNY/t" }       # and an amount per tonne removed
capital = "1.2e6 CNY"                        # annualised over lifetime_years at the scenario's discount rate
lifetime_years = 10
"""


def only(text: str) -> Measure:
    (measure,) = catalogue(text).measures.values()
    return measure


def test_the_example_of_the_contract_is_read_as_printed() -> None:
    """1 - 0.8 = 0.2 of NOx and 0.9 of SO2 pass; cost is flat, per tonne, and capital over ten years."""
    found = parse_catalogue({"measures.toml": CONTRACT}, Factors({}), {"point_sources": SECTORS["point_sources"]})
    scrub = found.measures["scrub"]
    assert scrub.name == Text("治理", "Scrubber")
    assert scrub.content == scrub.name
    assert scrub.slots == ("control",)
    assert scrub.where == {"source_class": Condition(values=("kiln",)), "nox_t_per_year": Condition(minimum=10.0)}
    assert [(change.column, change.operation, change.amount.value) for change in scrub.changes] == [
        ("nox_t_per_year", Operation.SCALE, 0.2),
        ("so2_t_per_year", Operation.SCALE, 0.9),
    ]
    assert scrub.lead_time_months.value == 6
    assert not scrub.divisible
    assert scrub.payer == {"enterprise": 1.0}
    (capital,), (annual,), (per_t,) = scrub.cost.capital, scrub.cost.fixed, scrub.cost.variable
    assert (capital.price.value, capital.price.unit, capital.price.price_year) == (1_200_000.0, "CNY", 2023)
    assert (annual.price.value, annual.price.unit, annual.quantity) == (50_000.0, "CNY/yr", Quantity())
    assert (per_t.price.value, per_t.quantity) == (1_200.0, Quantity("nox_t_per_year", of="removed"))
    assert scrub.cost.lifetime_years is not None
    assert scrub.cost.lifetime_years.value == 10
    assert capital.price.tag == "definition"
    assert capital.price.ref == "measures.toml"


def test_a_removal_keeps_its_range_the_other_way_round() -> None:
    """Removal 0.7 to 0.9 passes 0.1 to 0.3."""
    text = CONTRACT.replace("nox = 0.8", 'nox = { value = 0.8, low = 0.7, high = 0.9, tag = "sourced", ref = "CB10" }')
    found = parse_catalogue({"m.toml": text}, Factors({}), {"point_sources": SECTORS["point_sources"]})
    amount = found.measures["scrub"].changes[0].amount
    assert (amount.low, amount.value, amount.high) == (0.1, 0.2, 0.3)
    assert (amount.tag, amount.ref) == ("sourced", "1 - removal; CB10")


def test_a_negative_removal_is_a_side_emission() -> None:
    """-0.05 removed leaves 1.05 of what was there."""
    found = parse_catalogue(
        {"m.toml": CONTRACT.replace("so2 = 0.1", "so2 = -0.05")},
        Factors({}),
        {"point_sources": SECTORS["point_sources"]},
    )
    assert found.measures["scrub"].changes[1].amount.value == 1.05


def test_measures_keep_the_order_of_the_files() -> None:
    texts = {"b.toml": PLAIN.replace('"scr"', '"b"'), "a.toml": PLAIN.replace('"scr"', '"a"')}
    found = parse_catalogue(texts, FACTORS, {"kilns": KILNS})
    assert list(found.measures) == ["b", "a"]
    assert found.of_sector("kilns") == tuple(found.measures.values())
    assert found.factors is FACTORS


def test_a_combined_retrofit_takes_several_slots() -> None:
    assert only(PLAIN.replace('"flue_gas"', '["combustion", "flue_gas"]')).slots == ("combustion", "flue_gas")


def test_every_operation_becomes_a_change() -> None:
    text = HEAD + textwrap.dedent("""
        lead_time_months = 6
        [measure.set]
        removal_fraction = { value = 0.8, low = 0.7, high = 0.9, tag = "sourced", ref = "CB10" }
        [measure.scale]
        coal_t_per_year = 0.5
        [measure.cap]
        nox_limit_mg_per_m3 = "0.05 mg/L"
        [measure.floor]
        line_count = 2
    """)
    changes = only(text).changes
    assert [(change.operation, change.column, change.amount.value) for change in changes] == [
        (Operation.SET, "removal_fraction", 0.8),
        (Operation.SCALE, "coal_t_per_year", 0.5),
        (Operation.CAP, "nox_limit_mg_per_m3", 50.0),
        (Operation.FLOOR, "line_count", 2.0),
    ]
    assert (changes[0].amount.low, changes[0].amount.high, changes[0].amount.ref) == (0.7, 0.9, "CB10")


def test_filters_of_every_kind_are_read() -> None:
    where = 'fuel = "coal", capacity_t_per_h = { min = 10, below = 35 }, line_count = [1, 2], user_zone = "core"'
    assert only(PLAIN + f"where = {{ {where} }}").where == {
        "fuel": Condition(values=("coal",)),
        "capacity_t_per_h": Condition(minimum=10.0, below=35.0),
        "line_count": Condition(values=(1.0, 2.0)),
        "user_zone": Condition(values=("core",)),
    }


@pytest.mark.parametrize(
    ("term", "value", "unit"),
    [
        ('{ amount = "9 万元", per = "capacity_t_per_h" }', 90_000.0, "CNY/(t/h)"),
        ('{ value = 9, unit = "万元/(t/h)", per = "capacity_t_per_h" }', 90_000.0, "CNY/(t/h)"),
        ('{ value = 24, unit = "CNY/(t/d)", per = "capacity_t_per_h" }', 576.0, "CNY/(t/h)"),
        ('{ value = 500, unit = "CNY", per = "capacity_t_per_h", exponent = 0.6, reference = 35 }', 500.0, "CNY"),
        ('{ value = 500, unit = "CNY", per = "line_count" }', 500.0, "CNY"),
    ],
)
def test_capital_may_be_priced_per_size(term: str, value: float, unit: str) -> None:
    """24 CNY per t/d are 24 x 24 = 576 CNY per t/h; a short unit (CNY) is the price of one unit of the quantity."""
    (capital,) = only(COST + f"capital = {term}\nlifetime_years = 15").cost.capital
    assert (capital.price.value, capital.price.unit) == (value, unit)


def test_a_scaling_law_keeps_exponent_and_reference() -> None:
    term = '{ value = 500, unit = "CNY", per = "capacity_t_per_h", exponent = 0.6, reference = 35 }'
    (capital,) = only(COST + f"capital = {term}\nlifetime_years = 15").cost.capital
    assert capital.quantity == Quantity("capacity_t_per_h", exponent=0.6, reference=35.0)


@pytest.mark.parametrize(
    ("term", "value"),
    [
        ('{ value = 120, unit = "CNY", per = "coal_t_per_year", of = "after" }', 120.0),
        ('{ value = 120, unit = "CNY/t", per = "coal_t_per_year", of = "after" }', 120.0),
        ('{ value = 0.12, unit = "CNY/kg", per = "coal_t_per_year", of = "after" }', 120.0),
    ],
)
def test_a_variable_term_is_priced_per_flow(term: str, value: float) -> None:
    (variable,) = only(COST + f"variable = {term}").cost.variable
    assert (variable.price.value, variable.price.unit) == (value, "CNY/t")
    assert variable.quantity == Quantity("coal_t_per_year", of="after")


def test_cost_terms_may_be_lists_and_carry_their_own_price_year() -> None:
    fixed = '[{ amount = "15 CNY/yr", per = "exhaust_m3_per_h" }, { amount = "1 万元/年", price_year = 2018 }]'
    first, second = only(COST + f"fixed = {fixed}").cost.fixed
    assert (first.price.value, first.price.unit, first.price.price_year) == (15.0, "CNY/yr/(m3/h)", 2023)
    assert (second.price.value, second.price.unit, second.price.price_year) == (10_000.0, "CNY/yr", 2018)


@pytest.mark.parametrize("written", ["0.04", '"4 %/yr"', '"4 %"', '{ value = 4, unit = "%" }'])
def test_a_yearly_share_of_capital_may_be_written_in_several_ways(written: str) -> None:
    text = COST + f'capital = "1e6 CNY"\nlifetime_years = 15\nfixed_share_of_capital = {written}'
    share = only(text).cost.fixed_share_of_capital
    assert share is not None
    assert (share.value, share.unit) == (0.04, "1/yr")


def test_a_side_flow_is_an_amount_per_quantity() -> None:
    """4 kWh per t, 4000 Wh would be unknown; 2 kg CO2 per t is 0.002 t."""
    text = PLAIN + textwrap.dedent("""
        [[measure.side]]
        flow = "electricity_kwh_per_year"
        amount = { value = 4, low = 2, high = 8, unit = "kWh", tag = "estimate", ref = "CB10" }
        per = "coal_t_per_year"
        [[measure.side]]
        flow = "co2_t_per_year"
        amount = "2 kg/t"
        per = "coal_t_per_year"
        of = "removed"
        [[measure.side]]
        flow = "sludge_t_per_year"
        amount = "12 t/yr"
    """)
    electricity, co2, sludge = only(text).side
    assert (electricity.flow, electricity.amount.value, electricity.amount.unit) == (
        "electricity_kwh_per_year",
        4.0,
        "kWh/t",
    )
    assert (electricity.amount.low, electricity.amount.high) == (2.0, 8.0)
    assert (co2.amount.value, co2.quantity) == (0.002, Quantity("coal_t_per_year", of="removed"))
    assert (sludge.amount.value, sludge.quantity) == (12.0, Quantity())


def test_shares_of_payers_are_kept() -> None:
    assert only(PLAIN + "payer = { municipality = 0.6, county = 0.4 }").payer == {"municipality": 0.6, "county": 0.4}


def test_flows_are_learnt_from_the_formula() -> None:
    assert flow_names(KILNS, FACTORS) == {"coal_t_per_year", "nox_t_per_year", "electricity_kwh_per_year"}


def test_a_bundled_measure_with_everything_stated_is_read() -> None:
    number = 'low = 4, high = 8, tag = "estimate", ref = "CB10"'
    share = '{ value = 0.8, low = 0.7, high = 0.9, tag = "sourced", ref = "CB10" }'
    text = (
        HEAD + f'refs = ["CB10"]\nlead_time_months = {{ value = 6, {number} }}\nset = {{ removal_fraction = {share} }}'
    )
    (measure,) = catalogue(text, is_bundled=True).measures.values()
    assert measure.refs == ("CB10",)
    assert measure.lead_time_months.tag == "estimate"


def test_factors_keep_range_tag_and_reference() -> None:
    number = FACTORS.number("nox_kg_per_t")
    assert FACTORS["nox_kg_per_t"] == 3
    assert (number.low, number.high, number.unit, number.tag, number.ref) == (2, 4, "kg/t", "sourced", "F001")


def test_an_exact_factor_needs_no_range() -> None:
    text = '[tonne_kg]\nvalue = 1000\nunit = "kg/t"\ntag = "definition"\nref = "SI"\n'
    number = parse_factors({"f.toml": text}).number("tonne_kg")
    assert (number.low, number.value, number.high) == (1000, 1000, 1000)
