"""The bundled measures of catchments, villages, sites, land and run-off: whole, sourced, equal to the domain pack."""

import csv
import math
import re
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from model.sectors import SECTORS
from model.sectors.land import WATER

ROOT = Path(__file__).resolve().parents[2]
PACK = ROOT.parent / "shared" / "domain"
DATA = ROOT / "model" / "data"
LAND = ("sewage_catchments", "rural_wastewater", "phosphorus_sites", "farmland", "urban_runoff")
OF_PACK = {"WW13", "WW14", "WW15", "WW18"} | {
    f"{stem}{number:02d}"
    for stem, last in (("RW", 8), ("AG", 16), ("UR", 12), ("PC", 9))
    for number in range(1, last + 1)
}
ELECTRICITY_CNY_PER_KWH = 0.65
GRID_T_PER_KWH = 0.5703e-3

type Entry = Mapping[str, Any]


def read(folder: str, sector: str) -> dict[str, Any]:
    return tomllib.loads((DATA / folder / f"{sector}.toml").read_text(encoding="utf-8"))


MEASURES: dict[str, Entry] = {entry["id"]: entry for sector in LAND for entry in read("measures", sector)["measure"]}
FACTORS: dict[str, Entry] = {name: entry for sector in LAND for name, entry in read("factors", sector).items()}
AGAIN = "farm-fertiliser-second-cut"
"""The first yearly cut once more, on what it leaves: not a row of the pack."""

OWN = sorted(MEASURES.keys() - {AGAIN})


@cache
def rows(name: str, key: str) -> dict[str, dict[str, str]]:
    if not (PACK / name).is_file():
        pytest.skip("the domain pack is not here")
    with (PACK / name).open(encoding="utf-8-sig", newline="") as lines:
        return {row[key]: row for row in csv.DictReader(lines)}


def of_pack(measure: str) -> dict[str, str]:
    return rows("MEASURES.csv", "measure_id")[MEASURES[measure]["refs"][0]]


def numbers(entry: object) -> Iterator[Entry]:
    """Every table below ``entry`` that states a value."""
    if isinstance(entry, Mapping) and "value" in entry:
        yield entry
    elif isinstance(entry, Mapping | list):
        for part in entry.values() if isinstance(entry, Mapping) else entry:
            yield from numbers(part)


def stated(row: Mapping[str, str], name: str) -> list[float]:
    """Value, low and high of one parameter of the pack; empty where it states none."""
    value = row.get(f"{name}_pct", row.get(name, ""))
    return [float(value), float(row[f"{name}_low"]), float(row[f"{name}_high"])] if value else []


def three(number: Entry) -> list[float]:
    return [number["value"], number["low"], number["high"]]


def changes(measure: str) -> dict[str, list[float]]:
    entry = MEASURES[measure]
    return {name: three(number) for key in ("set", "cap", "scale") for name, number in entry.get(key, {}).items()}


def side(measure: str, flow: str) -> list[float]:
    entries = MEASURES[measure].get("side", [])
    return next((three(part["amount"]) for part in entries if part["flow"] == flow), [])


def test_every_measure_of_the_pack_stands_here_once() -> None:
    found = [MEASURES[name]["refs"][0] for name in OWN]
    assert sorted(found) == sorted(OF_PACK)


@pytest.mark.parametrize("measure", MEASURES)
def test_every_number_says_its_range_tag_and_where_it_is_from(measure: str) -> None:
    entry = MEASURES[measure]
    for number in numbers(entry):
        assert number["low"] <= number["value"] <= number["high"]
        assert number["tag"] in {"sourced", "derived", "estimate", "definition"}
        assert re.search(r"\b(WW|RW|AG|UR|PC|F)\d+", number["ref"]), number["ref"]
    assert entry["content"]["zh"]
    assert entry["content"]["en"]
    assert sum(entry["payer"].values()) == 1


WHERE_THE_EFFECT_STANDS = {
    "WW14": ("capture_eff", "sewers_capture_fraction"),
    "WW15": ("capture_eff", "repair_recovered_fraction"),
    "RW06": ("eff_TP", "operation_gain_fraction"),
    "PC02": ("eff_TP", "runoff_capture_fraction"),
    "PC03": ("eff_TP", "stack_cover_fraction"),
    "PC04": ("eff_TP", "gypsum_use_tp_removal_fraction"),
    "PC05": ("eff_TP", "process_recycle_fraction"),
    "PC09": ("eff_TP", "land_restored_fraction"),
    "WW18": ("eff_TP", "storage_capture_fraction"),
}
"""Effects that are not a removal of a pollutant in its place."""

OTHERWISE = {"RW06", "PC02", "PC03", "PC04", "PC05", "PC07", "PC08", "PC09", "AG01", "AG13"} | {
    f"UR{number:02d}" for number in range(1, 11)
}
"""Measures whose efficiencies are held against the pack by a test of their own."""


@pytest.mark.parametrize("measure", [name for name in OWN if MEASURES[name]["refs"][0] not in OTHERWISE])
def test_efficiencies_are_the_packs(measure: str) -> None:
    """Every removal the pack states stands in its place, and no other."""
    row = of_pack(measure)
    for pollutant in WATER:
        expected = stated(row, f"eff_{pollutant.upper()}")
        found = [part for name, part in changes(measure).items() if name.endswith(f"_{pollutant}_removal_fraction")]
        assert len(found) == bool(expected), pollutant
        assert [100 * part for part in (found or [[]])[0]] == pytest.approx(expected), pollutant


@pytest.mark.parametrize("pack_id", WHERE_THE_EFFECT_STANDS)
def test_effects_of_other_kinds_are_the_packs(pack_id: str) -> None:
    parameter, column = WHERE_THE_EFFECT_STANDS[pack_id]
    measure = next(name for name in OWN if MEASURES[name]["refs"][0] == pack_id)
    row = of_pack(measure)
    expected = (
        [float(row[f"{parameter}_pct{end}"]) for end in ("", "_low", "_high")]
        if parameter == "capture_eff"
        else stated(row, parameter)
    )
    assert [100 * part for part in changes(measure)[column]] == pytest.approx(expected)


def test_operation_helps_all_pollutants_alike() -> None:
    """The share of facilities brought to work is one number in the pack, whatever the pollutant."""
    row = of_pack("village-operation")
    assert {tuple(stated(row, f"eff_{pollutant}")) for pollutant in ("TP", "COD", "NH3N")} == {(25, 10, 40)}


def test_what_is_closed_emits_nothing() -> None:
    assert changes("plant-relocation") == {"served_fraction": [0, 0, 0]}
    assert changes("farm-close-no-go") == {"no_go_closed_fraction": [1, 1, 1]}
    for measure, pollutants in (("plant-relocation", "NOx SO2 TP"), ("farm-close-no-go", "COD NH3N TN TP")):
        for pollutant in pollutants.split():
            assert stated(of_pack(measure), f"eff_{pollutant}") == [100, 100, 100]


def test_polishing_caps_at_the_special_limit() -> None:
    """75 % (50 to 90) is 1 - 0.5 / 2: the cap is 0.5 mg/L (1.0 to 0.2), offered up to 2 mg/L."""
    row, entry = of_pack("process-polishing"), MEASURES["process-polishing"]
    value, low, high = stated(row, "eff_TP")
    expected = [2 * (1 - part / 100) for part in (value, high, low)]
    assert changes("process-polishing")["process_tp_mg_per_l"] == pytest.approx(expected)
    assert entry["where"]["process_tp_mg_per_l"] == {"above": 0.5, "max": 2}


def test_fertiliser_effects_are_the_packs() -> None:
    """Use x 0.85 to the elasticity leaves what the pack's efficiency leaves: phosphorus -7 %, nitrogen -15 %."""
    row = of_pack("farm-fertiliser-cut")
    for pollutant in ("tp", "tn"):
        elasticity = three(FACTORS[f"fertiliser_{pollutant}_elasticity"])
        removed = [100 * (1 - 0.85**part) for part in elasticity]
        assert removed == pytest.approx(stated(row, f"eff_{pollutant.upper()}"), abs=1e-4)
    assert changes("farm-fertiliser-cut") == changes(AGAIN)
    assert changes(AGAIN)["fertiliser_use_fraction"] == [0.85, 0.85, 0.85]


CURVES = {
    "sponge-bioretention": "Bioretention_Basin",
    "sponge-biofiltration": "Enhanced_Biofiltration_w_ISR",
    "sponge-gravel-wetland": "Gravel_Wetland",
    "sponge-wet-pond": "Wet_Pond",
    "sponge-sand-filter": "Sand_Filter_w_underdrain",
    "sponge-infiltration-trench": "Infiltration_Trench",
    "sponge-infiltration-basin": "Infiltration_Basin",
    "sponge-dry-detention": "Extended_Dry_Detention_Basin",
    "sponge-grass-swale": "Grass_Swale_w_detention",
    "sponge-porous-pavement": "Porous_Pavement_w_underdrain",
}


@cache
def curves() -> dict[str, dict[str, str]]:
    file = PACK / "data" / "us_rberost" / "UrbanBMPPerformanceCurves.csv"
    if not file.is_file():
        pytest.skip("the domain pack is not here")
    with file.open(encoding="utf-8-sig", newline="") as lines:
        found = [row for row in csv.DictReader(lines) if row["Pollutant"] == "P"]
    return {row["BMP"]: row for row in found if row["InfiltrationRate_inperhr"] == "NA"}


@pytest.mark.parametrize("measure", CURVES)
def test_curves_are_the_sources(measure: str) -> None:
    row, found = curves()[CURVES[measure]], {name: part[0] for name, part in changes(measure).items()}
    first, second = float(row["Coef.1"]), float(row["Coef.2"])
    if measure == "sponge-porous-pavement":
        expected = {"curve_constant": first + second * math.log(12)}
    elif "exp" in row["Best.Fit.Curve"]:
        expected = {"curve_constant": first, "curve_rise": second, "curve_rate": -float(row["Coef.3"])}
    elif "^2" in row["Best.Fit.Curve"]:
        expected = {"curve_constant": first, "curve_square": second, "curve_linear": float(row["Coef.3"])}
    else:
        expected = {"curve_constant": first, "curve_log": second}
    assert found == pytest.approx(expected | {"structure_fraction": 1}, rel=1e-9, abs=1e-12)


@pytest.mark.parametrize("measure", CURVES)
def test_ranges_of_curves_at_one_inch_are_the_packs(measure: str) -> None:
    """The constant carries the range: at one inch the low and high removal are the pack's, the value within 2 %."""
    found = changes(measure)
    rest = found.get("curve_linear", [0])[0] + found.get("curve_square", [0])[0]
    rest += found.get("curve_rise", [0])[0] * (1 - math.exp(-found.get("curve_rate", [0])[0]))
    removal = [100 * (part + rest) for part in found["curve_constant"]]
    value, low, high = stated(of_pack(measure), "eff_TP")
    assert removal[1:] == pytest.approx([low, high])
    assert removal[0] == pytest.approx(value, rel=0.02)


PER_KM = dict.fromkeys(("WW14", "WW15", "AG06", "UR12"), 1_000.0)
PER_HA = {"PC03": 10_000.0}
SIZES = PER_KM | PER_HA
"""The pack prices a metre or a square metre, the column holds kilometres or hectares."""

YEARLY_CAPITAL = {"AG01", "AG02", "AG03", "AG10", "AG11"}
"""Per hectare and year with a life of one year: a yearly cost."""

YEARLY_FIXED = {"AG04"} | {f"UR{number:02d}" for number in range(1, 11)}
"""Fixed cost in money, not as a share of capital."""

TREATED_AT_THE_PRICE_OF = {"WW14": "WW13", "WW15": "WW13"}
"""Sewers bring water that is treated at the running cost of new capacity."""


def priced(measure: str, term: str) -> list[float]:
    cost = MEASURES[measure]["cost"]
    return three(cost[term]) if term in cost else []


@pytest.mark.parametrize("measure", [name for name in OWN if name != "street-sweeping"])
def test_costs_are_the_packs(measure: str) -> None:
    row, pack_id = of_pack(measure), MEASURES[measure]["refs"][0]
    capital = [SIZES.get(pack_id, 1.0) * part for part in stated(row, "capex")]
    yearly = [part / 100 for part in stated(row, "fixed_om")]
    expected: dict[str, list[float]] = {"capital": capital, "fixed": [], "fixed_share_of_capital": yearly}
    if pack_id in YEARLY_CAPITAL:
        expected |= {"capital": [], "fixed": capital}
    if pack_id in YEARLY_FIXED:
        expected |= {"fixed": stated(row, "fixed_om"), "fixed_share_of_capital": []}
    for term, numbers_of_pack in expected.items():
        assert priced(measure, term) == pytest.approx(numbers_of_pack), term


def test_sweeping_is_a_yearly_cost() -> None:
    row = of_pack("street-sweeping")
    assert stated(row, "capex") == [0, 0, 0]
    assert priced("street-sweeping", "fixed") == stated(row, "variable_om")
    assert priced("street-sweeping", "capital") == priced("street-sweeping", "variable") == []


@pytest.mark.parametrize("measure", [name for name in OWN if name != "street-sweeping"])
def test_running_costs_power_and_carbon_are_the_packs(measure: str) -> None:
    """Variable cost and power at 0.65 CNY/kWh together are the pack's figure."""
    entry, row = MEASURES[measure], of_pack(measure)
    treating = TREATED_AT_THE_PRICE_OF.get(entry["refs"][0])
    row = rows("MEASURES.csv", "measure_id")[treating] if treating else row
    power = stated(row, "electricity")
    running = np.array(three(entry["cost"]["variable"])) if "variable" in entry["cost"] else np.zeros(0)
    running = running + (power[0] * ELECTRICITY_CNY_PER_KWH if power else 0.0)
    assert running == pytest.approx(stated(row, "variable_om"))
    assert side(measure, "electricity_kwh_per_year") == pytest.approx(power)
    carbon = [part / 1000 for part in stated(row, "co2_side")] or [part * GRID_T_PER_KWH for part in power]
    assert side(measure, "co2_t_per_year") == pytest.approx(carbon)


@pytest.mark.parametrize("measure", OWN)
def test_times_are_the_packs(measure: str) -> None:
    entry, row = MEASURES[measure], of_pack(measure)
    assert three(entry["lead_time_months"]) == [float(row[f"lead_time_months{end}"]) for end in ("", "_low", "_high")]
    if "lifetime_years" in entry["cost"]:
        assert three(entry["cost"]["lifetime_years"]) == [
            float(row[f"lifetime_yr{end}"]) for end in ("", "_low", "_high")
        ]
    else:
        assert float(row["lifetime_yr"]) == 1


def test_the_second_yearly_cut_costs_the_first_and_saves_on_what_is_left() -> None:
    first, second = MEASURES["farm-fertiliser-cut"]["cost"], MEASURES[AGAIN]["cost"]
    assert second["fixed"] == first["fixed"]
    assert three(second["variable"]) == pytest.approx([0.85 * part for part in three(first["variable"])])


SHARED_SLOTS = {
    "RW": "treatment",
    "UR": "structure",
    "AG-edge": "edge",
    "AG-pond": "pond",
    "AG-rip": "bank",
    "AG-till": "tillage",
}


@pytest.mark.parametrize("group", SHARED_SLOTS)
def test_exclusive_groups_of_the_pack_share_a_slot(group: str) -> None:
    members = [name for name in OWN if of_pack(name)["exclusive_group"] == group]
    assert len(members) > 1
    assert {MEASURES[name]["slot"] for name in members} == {SHARED_SLOTS[group]}


@pytest.mark.parametrize(
    ("factor", "pack_id", "expected"),
    [
        ("sewage_plant_tp_removal_fraction", "F183", [0.808, 0.69, 0.926]),
        ("sewage_plant_tn_removal_fraction", "F184", [0.655, 0.516, 0.794]),
        ("gypsum_t_per_t_p2o5", "F320", [5, 4.5, 5.5]),
        ("mine_land_tp_kg_per_ha_year", "F319", [51, 51 * 0.65, 51 * 1.35]),
        ("cropland_tp_kg_per_ha_year", "F256", [1.02, 0.785, 1.02 * 1.2]),
        ("cropland_tn_kg_per_ha_year", "F256", [18.33, 18.33 * 0.8, 18.33 * 1.2]),
        ("tp_delivery_fraction", "F255", [0.342, 0.342 * 0.8, 0.342 * 1.2]),
        ("tn_delivery_fraction", "F255", [0.447, 0.447 * 0.8, 0.447 * 1.2]),
        ("impervious_tp_kg_per_ha_year", "F258", [3.16, 3.16 * 0.65, 3.16 * 1.35]),
        ("rural_water_m3_per_person_day", "F236", [0.08, 0.064, 0.096]),
        ("rural_household_size", "F236", [2.7, 2.16, 3.24]),
    ],
)
def test_factors_are_the_packs(factor: str, pack_id: str, expected: list[float]) -> None:
    """The pack's own range, or 20 % where a source states none and 35 % where derived (ACCOUNTING section 14)."""
    value = rows("FACTORS.csv", "id")[pack_id]["value"]
    words = [float(word) for word in re.findall(r"\d+(?:\.\d+)?", value)]
    scale = 100 if rows("FACTORS.csv", "id")[pack_id]["unit"] == "%" else 1
    assert three(FACTORS[factor]) == pytest.approx(expected)
    if pack_id == "F320":
        assert words == [4.5, 5.5]
    else:
        assert any(math.isclose(word, FACTORS[factor]["value"] * scale) for word in words)
    assert pack_id in FACTORS[factor]["ref"]


def test_every_sector_here_is_registered_after_the_first_five() -> None:
    assert list(SECTORS)[5:] == [*LAND, "mobile_sources"]
