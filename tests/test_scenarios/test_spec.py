"""The scenario file without its requirements: what is read, and what is refused at which key."""

import re
from datetime import date

import pytest
from pydantic import ValidationError

from model.problems import Problem
from model.strict import field_names, problems_of
from model.text import Text
from model.units import Amount
from scenarios.reading.fields import Cite, District
from scenarios.reading.spec import ILLUSTRATIVE, Scenario
from tests.test_scenarios.two_stacks import SCENARIO, tables

HEAD, _, TABLES = SCENARIO.partition("[inventory]")


def scenario(head: str = "", tail: str = "") -> Scenario:
    return Scenario.model_validate(tables(text(head, tail)))


def text(head: str = "", tail: str = "") -> str:
    return f"{HEAD}{head}\n[inventory]{TABLES}{tail}"


def refused(written: str) -> list[Problem]:
    raw = tables(written)
    with pytest.raises(ValidationError) as error:
        Scenario.model_validate(raw)
    return problems_of(error.value, raw, Scenario, "scenario.toml")


def test_the_smallest_scenario_is_read() -> None:
    read = scenario()
    assert (read.id, read.title, read.jurisdiction) == (
        "two-stacks",
        Text("两个烟囱", "Two stacks"),
        Text("Example", "Example"),
    )
    assert (read.base_year, read.years, read.price_year, read.decision_date) == (2024, (2025,), 2023, date(2024, 1, 1))
    assert (read.discount_rate, read.basis, read.credit, read.mode) == (0.05, "inventory", "full_year", "least_cost")
    assert read.inventory.files == {"point_sources": "point_sources.csv"}
    assert (read.measures.files, read.measures.bundled) == (("measures.toml",), False)
    assert [requirement.id for requirement in read.requirement] == ["nox-total"]
    assert not read.is_illustrative
    assert read.district_ids == ()
    assert read.packages.max_per_source == 256


def test_everything_else_a_scenario_may_state_is_read() -> None:
    head = """
        districts = ["East", { id = "West", zh = "西区", en = "West district" }]
        illustrative = true
        note = "As an example."
        assumptions = [{ id = "task", text = { zh = "假设", en = "Assumed" }, value = "3000 t", cites = ["F278"] }]
    """
    tail = """
        [prices]
        coal = "0.9 元/公斤"
        gas = "3.5 CNY/m3"
        biomass = "700 CNY/t"
        electricity = "0.65 元/千瓦时"
        heat = "87.3 CNY/GJ"
        sludge_t_per_year = "300 CNY/t"
        [price_index]
        2020 = 1.0
        2023 = 1.04
        [[growth]]
        rate = "3 %"
        [[growth]]
        sector = "point_sources"
        district = "East"
        rate = "-1 %/yr"
        [weights]
        nox = 1
        vocs = 0.5
        [packages]
        max_per_source = 16
        [units]
        lead = "区政府"
        support = "生态环境局"
    """
    read = scenario(head, tail)
    assert read.districts == (District("East", Text("East", "East")), District("West", Text("西区", "West district")))
    assert read.illustrative == ILLUSTRATIVE
    assert read.is_illustrative
    assert read.prices["coal"] == Amount("0.9 元/公斤", 900.0, "CNY/t")
    assert read.prices["electricity"].value == 0.65
    assert read.prices["sludge_t_per_year"].unit == "CNY/t"
    assert read.price_index == {2020: 1.0, 2023: 1.04}
    assert [(growth.sector, growth.district, growth.rate) for growth in read.growth] == [
        (None, None, 0.03),
        ("point_sources", "East", -0.01),
    ]
    assert read.weights == {"nox": 1.0, "vocs": 0.5}
    assert read.packages.max_per_source == 16
    assert (read.units.lead, read.units.support) == ("区政府", "生态环境局")
    (assumption,) = read.assumptions
    assert (assumption.id, assumption.value, assumption.cites) == ("task", "3000 t", (Cite(Text("F278", "F278")),))


def test_an_illustration_may_say_so_in_its_own_words() -> None:
    assert scenario('illustrative = { zh = "示意", en = "Not real" }').illustrative == Text("示意", "Not real")
    assert not scenario("illustrative = false").is_illustrative


def test_a_discount_rate_may_be_a_percentage() -> None:
    assert Scenario.model_validate(tables(SCENARIO.replace("0.05", '"5 %"'))).discount_rate == 0.05


def test_a_workbook_may_hold_the_inventory() -> None:
    read = Scenario.model_validate(tables(SCENARIO.replace("point_sources = ", "workbook = ")))
    assert (read.inventory.workbook, read.inventory.files) == ("point_sources.csv", {})


def test_a_scenario_is_frozen() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        scenario().base_year = 2020  # type: ignore[misc]


CASES = {
    "unknown key": (text("prise_year = 2020"), "prise_year", 'an unknown key; .*did you mean "price_year"'),
    "far from any key": (text("zebra = 1"), "zebra", "expected: assumptions, base_year, .*; found: zebra"),
    "missing": (SCENARIO.replace('basis = "inventory"', ""), "basis", "must be stated is missing; expected: basis"),
    "schema of another version": (
        SCENARIO.replace("= 1\n", "= 2\n", 1),
        "schema",
        "allowed values; expected: 1; found: 2",
    ),
    "a year as text": (SCENARIO.replace("= 2024\n", '= "2024"\n'), "base_year", "not a whole number; .*found: '2024'"),
    "a year with a fraction": (SCENARIO.replace("= 2024\n", "= 2024.5\n"), "base_year", "not a whole number"),
    "a year beyond all plans": (SCENARIO.replace("= 2024\n", "= 20245\n"), "base_year", "less than or equal to 2200"),
    "no plan years": (SCENARIO.replace("[2025]", "[]"), "years", "at least 1 item"),
    "plan years no list": (SCENARIO.replace("[2025]", "2025"), "years", "not a list"),
    "plan year as text": (SCENARIO.replace("[2025]", '["2025"]'), "years.1", "not a whole number"),
    "a percentage as a number": (SCENARIO.replace("0.05", "5"), "discount_rate", "not a share between 0 and 1"),
    "a date as text": (
        SCENARIO.replace("2024-01-01", '"soon"'),
        "decision_date",
        "not a date; expected: a date such as",
    ),
    "an unknown mode": (
        SCENARIO.replace("least_cost", "nearest"),
        "mode",
        "found: 'nearest'",
    ),
    "an unknown credit": (SCENARIO.replace("full_year", "fullyear"), "credit", 'did you mean "full_year"'),
    "an id with dots": (SCENARIO.replace("two-stacks", "two.stacks"), "id", "characters that are not allowed"),
    "a title in one language": (
        SCENARIO.replace(', en = "Two stacks"', ""),
        "title",
        "not a text; expected: a text, or",
    ),
    "no inventory": (SCENARIO.replace('point_sources = "point_sources.csv"', ""), "inventory", "no inventory is named"),
    "an inventory that is no table": (
        HEAD + "inventory = 3\n" + TABLES.partition("\n\n")[2],
        "inventory",
        "not a table",
    ),
    "a file that is no text": (
        SCENARIO.replace('"point_sources.csv"', "3"),
        "inventory.point_sources",
        "not a text",
    ),
    "no catalogue": (SCENARIO.replace('files = ["measures.toml"]', ""), "measures", "no catalogue is named"),
    "a price without a unit": (
        text(tail="[prices]\ncoal = 900"),
        "prices.coal",
        "a bare number where a unit is needed",
    ),
    "a price in the wrong unit": (
        text(tail='[prices]\ngas = "3 CNY/kg"'),
        "prices.gas",
        "expected: an amount in CNY/m3",
    ),
    "a negative price": (text(tail='[prices]\ncoal = "-9 CNY/t"'), "prices.coal", "a negative amount"),
    "a price of nothing": (
        text(tail='[prices]\ncole = "900 CNY/t"'),
        "prices.cole",
        'no price is named .cole.; .*did you mean "coal"',
    ),
    "prices that are no table": (text("prices = 3"), "prices", "not a table"),
    "a price level that is no number": (text(tail='[price_index]\n2020 = "1"'), "price_index.2020", "not above zero"),
    "a price level of no year": (text(tail="[price_index]\nbase = 1"), "price_index.base", "not a year"),
    "a weight of an unknown pollutant": (text(tail="[weights]\nnxo = 1"), "weights.nxo", 'did you mean "nox"'),
    "a negative weight": (text(tail="[weights]\nnox = -1"), "weights.nox", "not a number of at least 0"),
    "growth as a bare number": (text(tail="[[growth]]\nrate = 0.03"), "growth.1.rate", "a bare number"),
    "growth below nothing": (text(tail='[[growth]]\nrate = "-100 %"'), "growth.1.rate", "-100 % or less"),
    "growth with a mistyped key": (
        text(tail='[[growth]]\nrate = "1 %"\nsectr = "furnaces"'),
        "growth.1.sectr",
        'did you mean "sector"',
    ),
    "too few packages": (
        text(tail="[packages]\nmax_per_source = 1"),
        "packages.max_per_source",
        "greater than or equal",
    ),
    "a district without a name": (text("districts = [3]"), "districts.1", "not a district"),
    "an assumption without words": (text('assumptions = [{ id = "a" }]'), "assumptions.a.text", "is missing"),
    "a reference without a document": (
        text('assumptions = [{ id = "a", text = "b", cites = [{ clause = "1" }] }]'),
        "assumptions.a.cites",
        "not a reference",
    ),
}


@pytest.mark.parametrize(("written", "key", "says"), CASES.values(), ids=CASES)
def test_a_mistake_is_named_with_its_key(written: str, key: str, says: str) -> None:
    (problem,) = refused(written)
    assert problem.column == key
    assert re.search(says, str(problem)), str(problem)


def test_all_mistakes_come_at_once() -> None:
    written = text("prise_year = 1", "[prices]\ncoal = 9\ngas = 9\n").replace('"least_cost"', '"cheap"')
    assert [problem.column for problem in refused(written)] == ["mode", "prices.coal", "prices.gas", "prise_year"]


def test_the_keys_of_inner_tables_are_known() -> None:
    assert field_names(Scenario, ("growth", 0)) == ["district", "rate", "sector"]
    assert field_names(Scenario, ("requirement", 0, "mandate", "limit")) == ["at_most", "level"]
    assert field_names(Scenario, ("nowhere",)) == []
