"""What a catalogue or factor file is refused for: the place, what is wrong, and what was expected and found."""

import pytest

from model.catalogue import parse_catalogue, parse_factors
from model.problems import InputError, Problem
from model.sectors import SECTORS
from tests.test_model.kilns import COST, FACTOR, FACTORS, HEAD, KILNS, PLAIN, catalogue


def refused(text: str, *, is_bundled: bool = False) -> tuple[Problem, ...]:
    with pytest.raises(InputError) as error:
        catalogue(text, is_bundled=is_bundled)
    return error.value.problems


def refused_factors(*texts: str) -> tuple[Problem, ...]:
    with pytest.raises(InputError) as error:
        parse_factors({f"{number}.toml": text for number, text in enumerate(texts, start=1)})
    return error.value.problems


CAPITAL = COST + "lifetime_years = 15\n"

CASES = {
    "unknown key": (PLAIN + "prise = 1", "prise", "an unknown key; .*found: prise"),
    "unknown key of a term": (
        CAPITAL + 'capital = { value = 1, unit = "CNY", exponnet = 0.6 }',
        "cost.capital.exponnet",
        'an unknown key; .*did you mean "exponent"',
    ),
    "unknown sector": (PLAIN.replace('"kilns"', '"kiln"'), "sector", 'unknown sector .kiln.; .*did you mean "kilns"'),
    "unknown slot": (
        PLAIN.replace('"flue_gas"', '"flue_gass"'),
        "slot",
        'no slot .*expected: combustion, flue_gas; .*did you mean "flue_gas"',
    ),
    "slot twice": (PLAIN.replace('"flue_gas"', '["flue_gas", "flue_gas"]'), "slot", "listed twice"),
    "unknown column": (
        HEAD + "lead_time_months = 6\nset = { removal_fractoin = 0.8 }",
        "set.removal_fractoin",
        'no column .*did you mean "removal_fraction"',
    ),
    "change of a text column": (
        HEAD + "lead_time_months = 6\nset = { fuel = 1 }",
        "set.fuel",
        r"holds no numbers; .*found: fuel \(choice\)",
    ),
    "changed twice": (PLAIN + "cap = { removal_fraction = 0.9 }", "cap.removal_fraction", "changed twice"),
    "nothing changed": (
        HEAD + "lead_time_months = 6",
        "",
        "changes nothing; expected: set, scale, cap, floor or removes",
    ),
    "fraction above one": (
        PLAIN.replace("0.8", "80"),
        "set.removal_fraction",
        "outside the bounds of its column; expected: 0 to 1; found: 80 to 80",
    ),
    "range above one": (
        PLAIN.replace("0.8", "{ value = 0.8, low = 0.5, high = 1.2 }"),
        "set.removal_fraction",
        "expected: 0 to 1; found: 0.5 to 1.2",
    ),
    "limit of zero": (
        HEAD + "lead_time_months = 6\ncap = { nox_limit_mg_per_m3 = 0 }",
        "cap.nox_limit_mg_per_m3",
        "expected: -inf to inf, above 0; found: 0 to 0",
    ),
    "negative scale": (
        HEAD + "lead_time_months = 6\nscale = { coal_t_per_year = -0.1 }",
        "scale.coal_t_per_year",
        "a negative number; expected: at least 0; found: -0.1",
    ),
    "value outside its range": (
        PLAIN.replace("0.8", "{ value = 0.8, low = 0.85, high = 0.9 }"),
        "set.removal_fraction",
        "outside its own range; expected: low <= value <= high; found: 0.85, 0.8, 0.9",
    ),
    "half a range": (
        PLAIN.replace("0.8", "{ value = 0.8, low = 0.7 }"),
        "set.removal_fraction",
        "one end of a range without the other",
    ),
    "bad tag": (
        PLAIN.replace("0.8", '{ value = 0.8, tag = "guess" }'),
        "set.removal_fraction.tag",
        "not one of the allowed values; expected: sourced, derived, estimate or definition; found: 'guess'",
    ),
    "text for a number": (PLAIN.replace("0.8", "true"), "set.removal_fraction", "not a number"),
    "wrong unit of a column": (PLAIN.replace("0.8", '"0.8 t"'), "set.removal_fraction", "a unit of another kind"),
    "removes in a computing sector": (
        HEAD + "lead_time_months = 6\nremoves = { nox = 0.8 }",
        "removes.nox",
        "in a sector that computes its emissions; .*set a removal column",
    ),
    "removes an unknown pollutant": (
        HEAD + "lead_time_months = 6\nremoves = { nxo = 0.8 }",
        "removes.nxo",
        'unknown pollutant .nxo.; .*did you mean "nox"',
    ),
    "no lead time": (HEAD + "set = { removal_fraction = 0.8 }", "lead_time_months", "must be stated is missing"),
    "negative lead time": (PLAIN.replace("= 6", "= -1"), "lead_time_months", "a negative number"),
    "id not kebab-case": (
        PLAIN.replace('"scr"', '"SCR_1"'),
        "id",
        "not kebab-case; expected: an id such as boiler-scr",
    ),
    "name not a text": (PLAIN.replace('"SCR"', "{ zh = 1 }"), "name", "not a text"),
    "shares not adding up": (
        PLAIN + "payer = { enterprise = 0.6, county = 0.3 }",
        "payer",
        "do not add up to 1; expected: a sum of 1; found: 0.9",
    ),
    "unknown payer": (PLAIN + "payer = { state = 1 }", "payer.state", "unknown payer .state."),
    "share of a payer too large": (PLAIN + "payer = { county = 2 }", "payer.county", "not a share"),
    "unknown filter column": (
        PLAIN + "where = { capacity_t_h = { below = 35 } }",
        "where.capacity_t_h",
        'no column .*did you mean "capacity_t_per_h"',
    ),
    "filter on no choice": (
        PLAIN + 'where = { fuel = "cole" }',
        "where.fuel",
        r'not a choice of this column; expected: coal \| gas; .*did you mean "coal"',
    ),
    "filter with text on numbers": (PLAIN + 'where = { line_count = "two" }', "where.line_count", "of another kind"),
    "bad filter": (PLAIN + "where = { line_count = { mni = 2 } }", "where.line_count", "unknown key .mni. in a range"),
    "money without a unit": (
        CAPITAL + "capital = 1200000",
        "cost.capital",
        "an amount of money without a unit; expected: a unit, such as CNY; found: 1.2e\\+06",
    ),
    "capital per year": (
        CAPITAL + 'capital = "5 CNY/yr"',
        "cost.capital",
        "another kind; expected: CNY; found: CNY/yr",
    ),
    "annual not per year": (COST + 'annual = "5 CNY"', "cost.annual", "another kind; expected: CNY/yr; found: CNY"),
    "short variable on a daily or hourly column": (
        COST + 'variable = { value = 5, unit = "CNY", per = "exhaust_m3_per_h" }',
        "cost.variable",
        r"another kind; expected: CNY/yr/\(m3/h\) or CNY/yr; found: CNY",
    ),
    "unknown quantity": (
        CAPITAL + 'capital = { value = 5, unit = "CNY", per = "capacity_mw" }',
        "cost.capital",
        "neither a column of numbers nor a flow of the sector",
    ),
    "quantity of text": (
        CAPITAL + 'capital = { value = 5, unit = "CNY", per = "fuel" }',
        "cost.capital",
        "neither a column of numbers nor a flow of the sector; expected: a column or flow; found: fuel",
    ),
    "of a column": (
        COST + 'fixed = { value = 5, unit = "CNY/yr", per = "line_count", of = "added" }',
        "cost.fixed",
        "'of' picks a value of a flow, but this is none; expected: a flow; found: line_count",
    ),
    "second of a list": (
        COST + 'fixed = ["5 CNY/yr", "5 CNY"]',
        "cost.fixed.2",
        "a unit of another kind",
    ),
    "per tonne of a flow it does not have": (
        COST + 'per_t_removed = { tp = "5 CNY/t" }',
        "cost.per_t_removed.tp",
        "neither a column of numbers nor a flow",
    ),
    "negative capital": (CAPITAL + 'capital = "-5 CNY"', "cost.capital", "negative capital; expected: at least 0"),
    "capital without a lifetime": (COST + 'capital = "5 CNY"', "cost.lifetime_years", "capital without a lifetime"),
    "lifetime of zero": (COST + 'capital = "5 CNY"\nlifetime_years = 0', "cost.lifetime_years", "not above zero"),
    "money without a price year": (
        PLAIN + '[measure.cost]\nannual = "5 CNY/yr"',
        "cost.price_year",
        "money without a price year",
    ),
    "share of no capital": (
        COST + "fixed_share_of_capital = 0.04",
        "cost.fixed_share_of_capital",
        "a share of capital without capital",
    ),
    "share of capital above one": (
        CAPITAL + 'capital = "5 CNY"\nfixed_share_of_capital = 4',
        "cost.fixed_share_of_capital",
        "not a share between 0 and 1; .*found: 4",
    ),
    "unknown side flow": (
        PLAIN + '[[measure.side]]\nflow = "electricty_kwh_per_year"\namount = "5 kWh/yr"',
        "side.electricty_kwh_per_year",
        'unknown flow .*did you mean "electricity_kwh_per_year"',
    ),
    "side flow not per year": (
        PLAIN + '[[measure.side]]\nflow = "sludge_m3_per_day"\namount = "5 m3/d"',
        "side.sludge_m3_per_day",
        "expected: a yearly flow",
    ),
    "side flow without a unit": (
        PLAIN + '[[measure.side]]\nflow = "co2_t_per_year"\namount = 5',
        "side.co2_t_per_year",
        "an amount without a unit; expected: a unit, such as t/yr; found: 5",
    ),
}


@pytest.mark.parametrize(("text", "key", "says"), CASES.values(), ids=CASES)
def test_a_mistake_is_named_with_its_key(text: str, key: str, says: str) -> None:
    (problem,) = refused(text)
    has_id = 'id = "scr"' in text
    assert problem.file == "measures.toml"
    assert problem.column == ".".join(part for part in ("measure", "scr" if has_id else "SCR_1", key) if part)
    with pytest.raises(InputError, match=says):
        catalogue(text)


def test_all_problems_of_all_measures_come_at_once() -> None:
    bad = PLAIN.replace("0.8", "80").replace('"flue_gas"', '"flue"') + "[measure.cost]\nannual = 5\n"
    worse = PLAIN.replace('"scr"', '"sncr"') + "prise = 1\n"
    unplaced = PLAIN.replace('id = "scr"', "")
    columns = [problem.column for problem in refused(bad + worse + unplaced)]
    assert columns == [
        "measure.sncr.prise",
        "measure.3.id",
        "measure.scr.slot",
        "measure.scr.set.removal_fraction",
        "measure.scr.cost.annual",
    ]


def test_an_id_stands_once_over_all_files() -> None:
    with pytest.raises(InputError) as error:
        parse_catalogue({"a.toml": PLAIN, "b.toml": PLAIN}, FACTORS, {"kilns": KILNS})
    (problem,) = error.value.problems
    assert (problem.file, problem.column, problem.found) == ("b.toml", "measure.scr", "also in a.toml")


def test_a_removal_above_one_is_refused() -> None:
    text = HEAD.replace("kilns", "point_sources") + "lead_time_months = 6\nremoves = { nox = 1.2 }"
    with pytest.raises(InputError, match=r"a removal above 1; expected: a fraction of at most 1; found: 1.2"):
        parse_catalogue({"m.toml": text}, FACTORS, {"point_sources": SECTORS["point_sources"]})


def test_a_bundled_number_states_range_tag_and_reference() -> None:
    problems = refused(PLAIN.replace("0.8", '{ value = 0.8, tag = "sourced", ref = "" }'), is_bundled=True)
    assert [(problem.column, problem.found) for problem in problems] == [
        ("measure.scr.refs", "[]"),
        ("measure.scr.set.removal_fraction", "no ref, no low and high"),
        ("measure.scr.lead_time_months", "no tag, no ref, no low and high"),
    ]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[[measure]\n", "row 1: not valid TOML"),
        ("a = ", "not valid TOML"),
        ("", "a catalogue without a measure"),
        ("measure = 3", "a catalogue without a measure"),
        ("[[mesure]]\n", r'column mesure: an unknown key; .*did you mean "measure"'),
        ("measure = [3]", "column measure.1: not a table"),
    ],
)
def test_a_file_that_holds_no_catalogue_is_refused(text: str, says: str) -> None:
    with pytest.raises(InputError, match=says):
        catalogue(text)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (FACTOR.replace('ref = "F001"', 'ref = ""'), "column nox_kg_per_t: .*found: no ref"),
        (FACTOR.replace('unit = "kg/t"\n', ""), "a factor without a unit"),
        (FACTOR.replace("low = 2", "low = 3.5"), "outside its own range"),
        (FACTOR + "vlaue = 3", 'nox_kg_per_t.vlaue: an unknown key; .*did you mean "value"'),
        (FACTOR.replace("value = 3", ""), "nox_kg_per_t.value: a key that must be stated is missing"),
        ("nox_kg_per_t = 3", "found: no tag, no ref"),
        ("nox_kg_per_t = [3]", "column nox_kg_per_t: not a table"),
        ("[nox", "not valid TOML"),
    ],
)
def test_a_factor_states_where_it_comes_from(text: str, says: str) -> None:
    refused_factors(text)
    with pytest.raises(InputError, match=says):
        parse_factors({"f.toml": text})


def test_a_factor_stands_once_over_all_files() -> None:
    (problem,) = refused_factors(FACTOR, FACTOR)
    assert (problem.file, problem.column, problem.found) == ("2.toml", "nox_kg_per_t", "also in 1.toml")
