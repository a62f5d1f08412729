"""Every bundled number of boilers and furnaces against the domain pack it was taken from, where the pack is at hand."""

import csv
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from model.measures import Measure
from model.numbers import Number
from tests.test_model.air import CATALOGUE, FACTORS

PACK = Path(__file__).resolve().parents[3] / "shared" / "domain"
PACK_ID = re.compile(r"\b(?:F\d{3}|(?:CB|GB|PW|WI|GL|CM|IK)\d{2}|ACCOUNTING section \d+)\b")
needs_pack = pytest.mark.skipif(not PACK.exists(), reason="the domain pack is not part of the product")

TAGS = {
    "sourced": "sourced",
    "found in source": "sourced",
    "by definition": "definition",
    "engineering estimate": "estimate",
    "background knowledge, unverified": "estimate",
    "commonly cited, primary source not seen": "estimate",
    "derived from source": "derived",
    "derived from sourced numbers": "derived",
    "derived from unverified inputs (commonly cited; / background / estimate)": "derived",
}
CAPITAL_UNITS = {"capacity_mw": 1000}
"""CNY per kW in the pack, per MW here."""

SPLIT = {
    "boiler-district-heat": (-150, "400"),
    "boiler-gas": (-100, "790"),
    "boiler-gas-ultra-low-nox": (-90, "800"),
    "boiler-electric": (-60, "2150"),
    "boiler-low-nox-burner-sncr": (6000 * 22 / 69.5, "6"),
    "boiler-low-nox-burner-scr": (8000 * 43.5 / 91, "8"),
    "power-scr": (6.2 - 1.5 * 0.65, "6.2"),
}
"""Running cost of which only a part stands in the catalogue: that part, and the pack's figure it was taken from."""

LESS_POWER = {"boiler-sncr", "biomass-boiler-sncr"}
"""Their running cost holds their power, which a second term takes out."""

FUEL_ONLY = {"CB05": "63", "CB19": "-72", "GB04": "-0.175"}
"""Running cost in the pack that is a fuel price gap and nothing else: the flows bring it."""

BY_FLOWS = {"biomass-boiler-gas"}
CARRIED_OVER = {"biomass-boiler-sncr", "furnace-close"}
COMBINED = {"boiler-low-nox-burner-sncr", "boiler-low-nox-burner-scr", "incinerator-sncr-upgrade"}

FACTOR_IDS = {
    "coal_gj_per_t": ("F013", 1),
    "coal_co2_t_per_t": ("F014", 1),
    "gas_co2_kg_per_m3": ("F027", 1),
    "grid_co2_t_per_mwh": ("F277", 1),
    "coal_nox_chain_grate_kg_per_t": ("F001", 1),
    "coal_nox_cfb_kg_per_t": ("F006", 1),
    "coal_nox_pulverised_kg_per_t": ("F007", 1),
    "gas_nox_ordinary_burner_kg_per_10k_m3": ("F023", 1),
    "biomass_nox_before_control_kg_per_t": ("F031", 1),
    "coal_so2_kg_per_t_per_percent": ("F011", 1),
    "coal_pm_kg_per_t_per_percent": ("F012", 1),
    "waste_incinerator_nox_after_control_kg_per_unit": ("F039", 1),
    "glass_nox_after_control_kg_per_unit": ("F044", 20),
    "cement_nox_after_control_kg_per_unit": ("F046", 1),
}


def rows(name: str, key: str) -> dict[str, dict[str, str]]:
    with (PACK / name).open(encoding="utf-8-sig", newline="") as file:
        return {row[key]: row for row in csv.DictReader(file)}


@pytest.fixture(scope="module")
def pack() -> dict[str, dict[str, str]]:
    return rows("MEASURES.csv", "measure_id")


def measures() -> list[Measure]:
    """Measures that are rows of the pack; closing a furnace is a rule of its accounting instead."""
    return [measure for measure in CATALOGUE.measures.values() if measure.id != "furnace-close"]


def agrees(number: Number | None, row: dict[str, str], field: str, times: float = 1.0) -> None:
    """Value, range and tag as in the pack, in the unit the catalogue uses."""
    stem = field.removesuffix("_pct")
    value = float(row[field])
    assert number is not None
    expected = [value, *(float(row[f"{stem}_{end}"] or value) for end in ("low", "high"))]
    assert [number.value, number.low, number.high] == pytest.approx([part * times for part in expected], rel=1e-6)
    assert number.tag == TAGS[row[f"{stem}_tag"]]


def numbers(measure: Measure) -> Iterator[Number]:
    cost = measure.cost
    terms = (*cost.capital, *cost.fixed, *cost.variable)
    yield from (term.price for term in terms)
    yield from (change.amount for change in measure.changes)
    yield from (side.amount for side in measure.side)
    yield from (number for number in (cost.fixed_share_of_capital, cost.lifetime_years) if number is not None)
    yield measure.lead_time_months


@needs_pack
@pytest.mark.parametrize("measure", measures(), ids=lambda measure: measure.id)
def test_capital_upkeep_life_and_lead_time(measure: Measure, pack: dict[str, dict[str, str]]) -> None:
    row, cost = pack[measure.refs[0]], measure.cost
    if float(row["capex"]):
        (capital,) = cost.capital
        agrees(capital.price, row, "capex", CAPITAL_UNITS.get(capital.quantity.name, 1))
    else:
        assert cost.capital == ()
    assert (cost.fixed_share_of_capital is None) == (row["fixed_om"] == "")
    if cost.fixed_share_of_capital is not None:
        agrees(cost.fixed_share_of_capital, row, "fixed_om", 0.01)
    agrees(cost.lifetime_years, row, "lifetime_yr")
    agrees(measure.lead_time_months, row, "lead_time_months")


@needs_pack
@pytest.mark.parametrize("measure", measures(), ids=lambda measure: measure.id)
def test_running_cost(measure: Measure, pack: dict[str, dict[str, str]]) -> None:
    row, terms = pack[measure.refs[0]], measure.cost.variable
    if measure.id in LESS_POWER:
        power, terms = terms[0], terms[1:]
        kwh = float(row["electricity"])
        assert (power.quantity.name, power.price.value) == (
            "steam_t_per_year",
            -kwh * FACTORS["electricity_cny_per_kwh"],
        )
    if measure.id in SPLIT:
        part, whole = SPLIT[measure.id]
        assert terms[0].price.value == pytest.approx(part, rel=1e-6)
        assert terms[0].price.tag == "derived"
        assert row["variable_om"] == whole
    elif terms:
        agrees(terms[0].price, row, "variable_om", 1000 if "per kg" in row["variable_om_unit"] else 1)
    elif measure.id not in BY_FLOWS:
        assert row["variable_om"] == FUEL_ONLY.get(measure.refs[0], "")


@needs_pack
@pytest.mark.parametrize("measure", measures(), ids=lambda measure: measure.id)
def test_removal(measure: Measure, pack: dict[str, dict[str, str]]) -> None:
    """Columns named for a pollutant's removal hold the pack's efficiency; combined retrofits hold its total."""
    row = pack[measure.refs[0]]
    removals = {
        change.column: change.amount for change in measure.changes if change.column.endswith("removal_fraction")
    }
    if measure.id in COMBINED:
        passing = 1.0
        for number in removals.values():
            passing *= 1 - number.value
        total = float(row["eff_NOx_pct"]) / 100
        existing = 0.45 if measure.id == "incinerator-sncr-upgrade" else 0
        assert 1 - passing == pytest.approx(1 - (1 - existing) * (1 - total), abs=1e-7)
    elif measure.id not in CARRIED_OVER:
        for column, number in removals.items():
            pollutant = next(name for name in ("NOx", "SO2", "PM") if f"_{name.lower()}_" in column)
            agrees(number, row, f"eff_{pollutant}_pct", 0.01)


@needs_pack
@pytest.mark.parametrize("measure", measures(), ids=lambda measure: measure.id)
def test_own_power_and_co2(measure: Measure, pack: dict[str, dict[str, str]]) -> None:
    """Power as in the pack; its CO2 at the grid factor, unless the pack's CO2 includes it. CB06's power is a flow."""
    row = pack[measure.refs[0]]
    sides = {side.flow: side.amount for side in measure.side}
    if row["electricity"] == "" or measure.refs[0] == "CB06":
        assert sides == {}
        return
    agrees(sides["electricity_kwh_per_year"], row, "electricity")
    if row["co2_side"]:
        agrees(sides["co2_t_per_year"], row, "co2_side")
    else:
        expected = float(row["electricity"]) * FACTORS["grid_co2_t_per_mwh"] / 1000
        assert sides["co2_t_per_year"].value == pytest.approx(expected, rel=1e-6)


@needs_pack
@pytest.mark.parametrize("name", FACTOR_IDS)
def test_factors(name: str) -> None:
    number, (factor_id, times) = FACTORS.number(name), FACTOR_IDS[name]
    row = rows("FACTORS.csv", "id")[factor_id]
    assert number.value == pytest.approx(float(row["value"]) * times, rel=1e-9)
    assert number.tag == TAGS[row["provenance"]]
    assert factor_id in number.ref


@needs_pack
def test_every_row_of_the_pack_is_there(pack: dict[str, dict[str, str]]) -> None:
    prefixes = ("CB", "GB", "PW", "WI", "GL", "CM", "IK")
    cited = {measure.refs[0] for measure in measures()}
    assert cited == {measure_id for measure_id in pack if measure_id.startswith(prefixes)}


@needs_pack
def test_prices_are_the_packs_defaults() -> None:
    values = rows("FACTORS.csv", "id")["F279"]["value"].split(" / ")
    gas, coal, power, steam = (float(value) for value in values)
    assert FACTORS["gas_cny_per_m3"] == gas
    assert FACTORS["coal_cny_per_t"] == coal
    assert FACTORS["electricity_cny_per_kwh"] == power
    assert FACTORS["heat_cny_per_gj"] == pytest.approx(steam / 2.52, rel=1e-8)


@pytest.mark.parametrize("measure", list(CATALOGUE.measures.values()), ids=lambda measure: measure.id)
def test_every_reference_names_an_id_of_the_pack(measure: Measure) -> None:
    assert all(PACK_ID.search(number.ref) for number in numbers(measure))


def test_every_factor_names_where_it_is_from() -> None:
    known = re.compile(rf"{PACK_ID.pattern}|definition|GB \d+|engineering estimate|background")
    assert [name for name in FACTORS if not known.search(FACTORS.number(name).ref)] == []
