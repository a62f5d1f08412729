"""The bundled measures of wastewater plants: whole, sourced, equal to the domain pack, and offered where they fit."""

import csv
import re
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from model.catalogue import parse_catalogue, parse_factors
from model.complete import complete
from model.economics import Economics
from model.inventory import Inventory
from model.measures import Catalogue
from model.options import OptionTable, build_options
from model.sector import FloatArray
from model.sectors.land import WATER
from model.sectors.wastewater_plants import EQUIPMENT, SECTOR

ROOT = Path(__file__).resolve().parents[2]
PACK = ROOT.parent / "shared" / "domain" / "MEASURES.csv"
DATA = ROOT / "model" / "data"
NAME = "wastewater_plants.toml"
OF_PACK = {f"WW{number:02d}" for number in (*range(1, 14), 16, 17)} | {"IP01", "IP02", "IP03"}
ELECTRICITY_CNY_PER_KWH = 0.65
GRID_T_PER_KWH = 0.5703e-3
LATER_MONEY = {"WW09": 1.5}
"""The pack states these in money of about 2008, and 1.5 to bring it to 2023."""

type Entry = Mapping[str, Any]


def read(folder: str) -> dict[str, Any]:
    return tomllib.loads((DATA / folder / NAME).read_text(encoding="utf-8"))


MEASURES: dict[str, Entry] = {entry["id"]: entry for entry in read("measures")["measure"]}


@cache
def catalogue() -> Catalogue:
    factors = parse_factors({NAME: (DATA / "factors" / NAME).read_text(encoding="utf-8")})
    texts = {NAME: (DATA / "measures" / NAME).read_text(encoding="utf-8")}
    return parse_catalogue(texts, factors, {SECTOR.id: SECTOR}, bundled=[NAME])


@cache
def pack() -> dict[str, dict[str, str]]:
    if not PACK.is_file():
        pytest.skip("the domain pack is not here")
    with PACK.open(encoding="utf-8", newline="") as lines:
        return {row["measure_id"]: row for row in csv.DictReader(lines)}


def numbers(entry: object) -> Iterator[Entry]:
    """Every table below ``entry`` that states a value."""
    if isinstance(entry, Mapping) and "value" in entry:
        yield entry
    elif isinstance(entry, Mapping):
        for part in entry.values():
            yield from numbers(part)
    elif isinstance(entry, list):
        for part in entry:
            yield from numbers(part)


def stated(row: Mapping[str, str], name: str) -> list[float]:
    """Value, low and high of one parameter of the pack; empty where it states none."""
    value = row.get(f"{name}_pct", row.get(name, ""))
    return [float(value), float(row[f"{name}_low"]), float(row[f"{name}_high"])] if value else []


def three(number: Entry) -> list[float]:
    return [number["value"], number["low"], number["high"]]


def side(entry: Entry, flow: str) -> list[float]:
    return next((three(part["amount"]) for part in entry.get("side", []) if part["flow"] == flow), [])


def test_every_plant_measure_of_the_pack_stands_here() -> None:
    assert {entry["refs"][0] for entry in MEASURES.values()} == OF_PACK
    assert len(MEASURES) >= 17


def test_the_loader_takes_every_measure() -> None:
    assert list(catalogue().measures) == list(MEASURES)


@pytest.mark.parametrize("measure", MEASURES)
def test_every_number_says_its_range_tag_and_where_it_is_from(measure: str) -> None:
    entry = MEASURES[measure]
    for number in numbers(entry):
        assert number["low"] <= number["value"] <= number["high"]
        assert number["tag"] in {"sourced", "derived", "estimate", "definition"}
        assert re.search(r"\b(WW|IP|F)\d+|definition|all of the", number["ref"]), number["ref"]
    assert entry["payer"] == {"enterprise" if measure.startswith("park-") else "municipality": 1.0}
    assert entry["content"]["zh"]
    assert entry["content"]["en"]


@pytest.mark.parametrize("measure", [name for name in MEASURES if "cap" not in MEASURES[name]])
def test_efficiencies_are_the_packs(measure: str) -> None:
    """A removal of the pack is what all slots of a measure remove in series; reuse removes its share."""
    entry, row = MEASURES[measure], pack()[MEASURES[measure]["refs"][0]]
    for pollutant in WATER:
        expected = stated(row, f"eff_{pollutant.upper()}")
        changes = {name: three(number) for name, number in (entry.get("set") or entry["floor"]).items()}
        parts = [part for name, part in changes.items() if name.endswith(f"_{pollutant}_removal_fraction")]
        parts += [changes["reuse_fraction"]] if "reuse_fraction" in changes else []
        removed: FloatArray = 100 * (1 - np.prod(1 - np.array(parts), axis=0)) if parts else np.zeros(0)
        assert removed == pytest.approx(expected, abs=1e-4), pollutant


OLD_LIMITS: dict[str, dict[str, float]] = {
    "wwtp-grade-2-to-1b": {"cod": 100, "nh3n": 25, "tp": 3},
    "wwtp-1b-to-1a": {"cod": 60, "nh3n": 8, "tn": 20, "tp": 1},
    "wwtp-1a-to-clean-discharge": {"cod": 50, "nh3n": 5, "tn": 15, "tp": 0.5},
}
"""GB 18918-2002 grade 2, 1B and 1A, mg/L (F139 to F158)."""


@pytest.mark.parametrize("measure", OLD_LIMITS)
def test_limits_of_standard_upgrades_are_the_packs_efficiencies(measure: str) -> None:
    """1 - new / old limit: grade 1B to 1A gives 1 - 0.5 / 1.0 = 50 % for phosphorus, as the pack has it."""
    entry, row = MEASURES[measure], pack()[MEASURES[measure]["refs"][0]]
    for pollutant, old in OLD_LIMITS[measure].items():
        new = entry["cap"][f"effluent_{pollutant}_mg_per_l"]
        removed = [100 * (1 - new[end] / old) for end in ("value", "high", "low")]
        assert removed == pytest.approx(stated(row, f"eff_{pollutant.upper()}"), abs=0.5)
        assert entry["where"].get(f"effluent_{pollutant}_mg_per_l", {"max": old}) == {"max": old}


@pytest.mark.parametrize("measure", MEASURES)
def test_costs_are_the_packs(measure: str) -> None:
    """Variable cost and power at 0.65 CNY/kWh together are the pack's figure."""
    entry, row = MEASURES[measure], pack()[MEASURES[measure]["refs"][0]]
    cost, inflation = entry["cost"], LATER_MONEY.get(entry["refs"][0], 1.0)
    assert three(cost["capital"]) == pytest.approx([inflation * part for part in stated(row, "capex")])
    assert three(cost["lifetime_years"]) == [float(row[f"lifetime_yr{end}"]) for end in ("", "_low", "_high")]
    assert three(entry["lead_time_months"]) == [float(row[f"lead_time_months{end}"]) for end in ("", "_low", "_high")]
    power = side(entry, "electricity_kwh_per_year")
    running = np.array(three(cost["variable"])) if "variable" in cost else np.zeros(0)
    running = running + (power[0] * ELECTRICITY_CNY_PER_KWH if power else 0.0)
    assert running == pytest.approx([inflation * part for part in stated(row, "variable_om")])
    share = three(cost["fixed_share_of_capital"]) if "fixed_share_of_capital" in cost else []
    assert share == pytest.approx([part / 100 for part in stated(row, "fixed_om")])


@pytest.mark.parametrize("measure", MEASURES)
def test_power_and_carbon_are_the_packs_and_never_counted_twice(measure: str) -> None:
    """Process figures of the pack include power; where it has none, power times 0.5703 t/MWh stands in."""
    entry, row = MEASURES[measure], pack()[MEASURES[measure]["refs"][0]]
    power = stated(row, "electricity")
    assert side(entry, "electricity_kwh_per_year") == pytest.approx(power)
    expected = [part / 1000 for part in stated(row, "co2_side")] or [part * GRID_T_PER_KWH for part in power]
    assert side(entry, "co2_t_per_year") == pytest.approx(expected)


def test_present_equipment_removes_what_the_same_measure_would() -> None:
    factors = read("factors")
    named = {"tp_floor_mg_per_l"}
    for slot, (_, stem) in EQUIPMENT.items():
        measure = {"process": "chemical-dosing", "polishing": "filtration"}.get(slot, slot)
        for pollutant in WATER:
            name = f"{slot}_{pollutant}_removal_fraction"
            if name in MEASURES[f"wwtp-{measure}"]["set"]:
                named.add(f"{stem}_{pollutant}_removal_fraction")
                assert three(factors[f"{stem}_{pollutant}_removal_fraction"]) == three(
                    MEASURES[f"wwtp-{measure}"]["set"][name]
                )
    assert named == factors.keys()


PLANT: Mapping[str, object] = {
    "source_id": "W1",
    "name": "Plant",
    "district": "East",
    "plant_type": "municipal",
    "capacity_m3_per_day": 50_000.0,
    "flow_m3_per_day": 40_000.0,
    "influent_tp_mg_per_l": 4.0,
    "effluent_tp_mg_per_l": 1.0,
}


def options(**plant: object) -> OptionTable:
    given = pd.DataFrame([{**PLANT, **plant}])
    table = complete(given, SECTOR.columns, catalogue().factors)
    economics = Economics(0.08, 2023, {"electricity_kwh_per_year": ELECTRICITY_CNY_PER_KWH}, {})
    flows = ("tp_t_per_year", "co2_t_per_year", "electricity_kwh_per_year", "reused_m3_per_year")
    return build_options(Inventory({SECTOR.id: table}), catalogue(), economics, flows=flows)


def row_of(table: OptionTable, *measures: str) -> int:
    package = [entry.measure_ids for entry in table.packages].index(measures)
    return int(np.flatnonzero(table.package == package)[0])


def offered(**plant: object) -> set[str]:
    """Measures that stand alone in a package of this plant."""
    table = options(**plant)
    packages = [table.packages[package].measure_ids for package in table.package]
    return {package[0] for package in packages if len(package) == 1}


def test_worked_cost_of_chemical_phosphorus_removal() -> None:
    """ACCOUNTING section 11: 6.5 t P/yr for 1.05 million CNY/yr, 162 CNY/kg.

    50 000 m3/d x 30 CNY = 1 500 000 CNY; x CRF(8 %, 15 years) 0.11682954 = 175 244 CNY/yr. 14.6 million m3 x
    0.05675 CNY = 828 550 CNY, power 14.6 million x 0.005 kWh x 0.65 = 47 450 CNY: 0.06 CNY/m3 together. In all
    1 051 244 CNY/yr for 14.6 x 0.445 = 6.497 t: 161.805 CNY/kg. Power counted twice would make it 169.
    """
    table = options()
    row = row_of(table, "wwtp-chemical-dosing")
    yearly = table.annuity_cny_per_year[row] + table.fixed_cny_per_year[row] + table.running_cny_per_year[row]
    assert table.capital_cny[row] == pytest.approx(1_500_000, rel=1e-9)
    assert table.public_capital_cny[row] == pytest.approx(1_500_000, rel=1e-9)
    assert table.change["tp_t_per_year"][row] == pytest.approx(-6.497, rel=1e-9)
    assert yearly == pytest.approx(1_051_244.3, rel=1e-6)
    assert yearly / 6_497 == pytest.approx(161.805, rel=1e-5)
    assert table.change["co2_t_per_year"][row] == pytest.approx(14.6e6 * 0.005 * 0.5703e-3, rel=1e-9)


def test_reuse_pays_for_what_is_added() -> None:
    """From 10 to 25 % of 40 000 m3/d are 6 000 m3/d: 9 million CNY; 2.19 million m3 x 0.3 kWh = 657 000 kWh."""
    table = options(reuse_fraction=0.1)
    row = row_of(table, "wwtp-reuse")
    assert table.capital_cny[row] == pytest.approx(9e6, rel=1e-9)
    assert table.change["reused_m3_per_year"][row] == pytest.approx(2.19e6, rel=1e-9)
    assert table.change["electricity_kwh_per_year"][row] == pytest.approx(657_000, rel=1e-9)
    assert table.change["tp_t_per_year"][row] == pytest.approx(-2.19, rel=1e-9)


def test_new_capacity_is_priced_on_what_was_untreated() -> None:
    """10 000 m3/d x 4 000 CNY = 40 million CNY; 3.65 million m3 x 4 g x 0.875 = 12.775 t and x 0.35 kWh of power."""
    table = options(untreated_m3_per_day=10_000.0)
    row = row_of(table, "wwtp-new-capacity")
    assert table.capital_cny[row] == pytest.approx(40e6, rel=1e-9)
    assert table.change["tp_t_per_year"][row] == pytest.approx(-12.775, rel=1e-9)
    assert table.change["electricity_kwh_per_year"][row] == pytest.approx(1_277_500, rel=1e-9)


ALWAYS = {"wwtp-denitrifying-filter", "wwtp-mbr", "wwtp-reverse-osmosis", "wwtp-reuse", "wwtp-operation"}
TERTIARY = {"wwtp-magnetic-coagulation", "wwtp-filtration"}


@pytest.mark.parametrize(
    ("plant", "more"),
    [
        ({}, TERTIARY | {"wwtp-chemical-dosing", "wwtp-1b-to-1a"}),
        ({"has_p_removal": 1.0}, TERTIARY | {"wwtp-1b-to-1a"}),
        ({"effluent_tp_mg_per_l": 0.6}, TERTIARY | {"wwtp-1b-to-1a"}),
        ({"effluent_tp_mg_per_l": 0.45}, TERTIARY | {"wwtp-1a-to-clean-discharge"}),
        ({"effluent_tp_mg_per_l": 0.25}, TERTIARY),
        ({"effluent_tp_mg_per_l": 0.25, "has_filtration": 1.0}, set()),
        ({"effluent_tp_mg_per_l": 0.25, "effluent_tn_mg_per_l": 14.0}, TERTIARY | {"wwtp-1a-to-clean-discharge"}),
        ({"effluent_tp_mg_per_l": 2.0}, TERTIARY | {"wwtp-chemical-dosing", "wwtp-grade-2-to-1b"}),
        ({"effluent_tp_mg_per_l": 3.5}, TERTIARY | {"wwtp-chemical-dosing"}),
        ({"effluent_tp_mg_per_l": 0.25, "process_type": "conventional"}, TERTIARY | {"wwtp-a2o"}),
        ({"effluent_tp_mg_per_l": 0.25, "process_type": "a2o"}, TERTIARY | {"wwtp-bardenpho"}),
        ({"effluent_tp_mg_per_l": 0.25, "has_land_for_wetland": 1.0}, TERTIARY | {"wwtp-wetland"}),
        ({"effluent_tp_mg_per_l": 0.25, "untreated_m3_per_day": 1.0}, TERTIARY | {"wwtp-new-capacity"}),
    ],
)
def test_a_municipal_plant_is_offered_what_it_lacks(plant: dict[str, object], more: set[str]) -> None:
    assert offered(**plant) == ALWAYS | more


def test_a_plant_is_not_offered_what_it_has() -> None:
    has = {"process_type": "mbr", "reuse_fraction": 0.3, "has_precise_operation": 1.0, "effluent_tp_mg_per_l": 0.2}
    assert offered(**has) == {"wwtp-denitrifying-filter", "wwtp-reverse-osmosis"}


def test_a_park_is_offered_measures_of_parks() -> None:
    park = {"plant_type": "industrial_park", "untreated_m3_per_day": 500.0, "pretreatable_m3_per_day": 4_000.0}
    assert offered(**park) == {name for name in MEASURES if name.startswith("park-")}


def test_an_area_without_a_plant_is_offered_one_and_no_upgrades() -> None:
    area = {"capacity_m3_per_day": 0.0, "flow_m3_per_day": 0.0, "untreated_m3_per_day": 500.0}
    assert offered(**area) == {"wwtp-new-capacity"}


def test_the_fullest_plant_stays_within_the_cap_on_packages() -> None:
    """Process 4 x polishing 5 + 3 that take both slots, each with or without operation, reuse and new capacity: 184.

    With the wetland besides it would be 368, above the cap of 256; a note then says so.
    """
    fullest: dict[str, object] = {"process_type": "conventional", "untreated_m3_per_day": 1.0}
    table = options(**fullest)
    assert table.size <= 184
    assert table.notes == ()
    assert len(options(**fullest, has_land_for_wetland=1.0).notes) == 1
