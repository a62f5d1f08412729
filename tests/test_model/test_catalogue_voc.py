"""Every number of the VOCs catalogue against the pack it was collected in, and what its measures do to lines."""

import csv
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model.apply import alters, changed_columns, numeric_state
from model.catalogue import parse_catalogue, parse_factors
from model.complete import complete
from model.measures import Catalogue, CostTerm, Measure, Operation
from model.numbers import Number
from model.sector import FloatArray
from model.sectors.voc_lines import SECTOR
from model.where import matches

ROOT = Path(__file__).resolve().parents[2]
PACK = ROOT.parent / "shared" / "domain"
NAME = "voc_lines.toml"
LEFT_OUT = {"VE06", "VE08", "VM6", "VM7"}
IN_SERVICE = {"VE02": (0.95, 0.93, 0.95), "VS08": (0.95, 0.93, 0.95)}
"""Design figures: discount for value, low and high (FACTORS: thermal_in_service_fraction)."""

TAGS = {
    "sourced": "sourced",
    "derived from sourced numbers": "derived",
    "engineering estimate": "estimate",
    "by definition": "definition",
}
CAPITAL = {
    "CNY per (m3/h)": ("exhaust_m3_per_h", 1),
    "CNY million per site": ("", 1e6),
    "CNY million per ": ("line_count", 1e6),
    "CNY per oven": ("line_count", 1),
    "CNY per enterprise": ("", 1),
    "CNY per m3 tank volume": ("tank_volume_m3", 1),
    "CNY per loading unit": ("loading_units", 1),
    "CNY per m2 of open surface": ("open_surface_m2", 1),
    "CNY per flare": ("flare_count", 1),
}
RUNNING = {
    "CNY per (m3/h) per yr": ("exhaust_m3_per_h", "before", 1),
    "CNY per m2 per yr": ("open_surface_m2", "before", 1),
    "CNY per kg solvent avoided": ("solvent_input_t_per_year", "removed", 1000),
    "CNY per kg VOC": ("vocs_t_per_year", "removed", 1000),
    "CNY per kg recovered": ("vocs_t_per_year", "removed", 1000),
    "CNY per kg ": ("material_t_per_year", "before", 1000),
}
PARTS = {"VX1": "leaks", "VX2": "leaks", "VX3": "tanks", "VX4": "loading", "VX5": "drains", "VX6": "flares"}
type Triple = tuple[float, float, float]

FACTORS = parse_factors({NAME: (ROOT / "model" / "data" / "factors" / NAME).read_text(encoding="utf-8")})
MEASURES = (ROOT / "model" / "data" / "measures" / NAME).read_text(encoding="utf-8")
CATALOGUE: Catalogue = parse_catalogue({NAME: MEASURES}, FACTORS, {SECTOR.id: SECTOR}, bundled=[NAME])
every_measure = pytest.mark.parametrize("measure", CATALOGUE.measures.values(), ids=CATALOGUE.measures)


@cache
def pack(file: str, key: str) -> dict[str, dict[str, str]]:
    if not PACK.is_dir():
        pytest.skip("the pack of numbers is not here")
    with (PACK / file).open(encoding="utf-8", newline="") as handle:
        return {row[key]: row for row in csv.DictReader(handle)}


def source(measure: Measure) -> dict[str, str]:
    return pack("MEASURES.csv", "measure_id")[measure.refs[0]]


def triple(row: dict[str, str], field: str, factor: float = 1.0) -> Triple:
    stem = field.removesuffix("_pct") if field.startswith("eff_") else field
    low, high = (row[f"{stem}_{end}"] or row[field] for end in ("low", "high"))
    return float(row[field]) * factor, float(low) * factor, float(high) * factor


def numbers(number: Number) -> Triple:
    return number.value, number.low, number.high


def looked_up[T](unit: str, table: dict[str, T]) -> T:
    return next(value for start, value in table.items() if unit.startswith(start))


def all_numbers(measure: Measure) -> Iterator[Number]:
    cost = measure.cost
    yield measure.lead_time_months
    yield from (change.amount for change in measure.changes)
    yield from (term.price for term in (*cost.capital, *cost.fixed, *cost.variable))
    yield from (side.amount for side in measure.side)
    yield from (cost.lifetime_years,) if cost.lifetime_years else ()


def assert_terms(terms: tuple[CostTerm, ...], expected: list[tuple[str, str, Triple]]) -> None:
    assert [(term.quantity.name, term.quantity.of) for term in terms] == [(name, of) for name, of, _ in expected]
    for term, (_, _, amounts) in zip(terms, expected, strict=True):
        assert numbers(term.price) == pytest.approx(amounts)
        assert term.price.price_year == 2023


def test_the_catalogue_holds_every_measure_that_fits_a_line() -> None:
    """VE01 to VE10, VC, VS, VP, VD, VF, VX and VM are 46 in the pack; four do not fit a line."""
    wanted = {name for name in pack("MEASURES.csv", "measure_id") if name[:2] in {"VE", "VC", "VS", "VD", "VF"}}
    wanted |= {name for name in pack("MEASURES.csv", "measure_id") if name[:2] in {"VP", "VX", "VM"}}
    assert len(wanted) == 46
    assert {measure.refs[0] for measure in CATALOGUE.measures.values()} == wanted - LEFT_OUT
    assert len(CATALOGUE.measures) == 42


@every_measure
def test_capital_equals_the_pack(measure: Measure) -> None:
    row = source(measure)
    per, factor = looked_up(row["capex_unit"], CAPITAL) if float(row["capex"]) else ("", 1)
    expected = [(per, "before", triple(row, "capex", factor))] if float(row["capex"]) else []
    assert_terms(measure.cost.capital, expected)


@every_measure
def test_running_cost_equals_the_pack(measure: Measure) -> None:
    """VE01 states 65 with power: 65 - 18 kWh * 0.65 CNY = 53.3 is left, because power is priced from its flow."""
    row = source(measure)
    expected = []
    if row["variable_om"]:
        per, of, factor = looked_up(row["variable_om_unit"], RUNNING)
        power = 18 * 0.65 if measure.refs[0] == "VE01" else 0.0
        value, low, high = triple(row, "variable_om", factor)
        expected = [(per, of, (value - power, low - power, high - power))]
    assert_terms(measure.cost.variable, expected)


@every_measure
def test_fixed_cost_equals_the_pack(measure: Measure) -> None:
    """Leak detection is priced per point and round: two rounds a year."""
    row = source(measure)
    expected = []
    if row["fixed_om"]:
        is_leak = "sealing point" in row["fixed_om_unit"]
        name, factor = ("sealing_points", 2) if is_leak else ("exhaust_m3_per_h", 1)
        expected = [(name, "before", triple(row, "fixed_om", factor))]
    assert_terms(measure.cost.fixed, expected)


@every_measure
def test_times_equal_the_pack(measure: Measure) -> None:
    row = source(measure)
    assert numbers(measure.lead_time_months) == triple(row, "lead_time_months")
    if measure.cost.capital:
        assert measure.cost.lifetime_years is not None
        assert numbers(measure.cost.lifetime_years) == triple(row, "lifetime_yr")


def expected_changes(row: dict[str, str]) -> dict[str, tuple[Operation, Triple]]:
    """What the pack's efficiencies mean for a line's state, by kind of measure."""
    name, kind = row["measure_id"], row["type"]
    one = (1.0, 1.0, 1.0)
    if kind == "capture":
        return {"capture_fraction": (Operation.SET, triple(row, "capture_eff_pct", 0.01))}
    if kind == "retire":
        return {"served_share": (Operation.SET, (0.0, 0.0, 0.0))}
    value, low, high = triple(row, "eff_VOCs_pct", 0.01)
    if kind == "source substitution":
        return {"voc_content_fraction": (Operation.SCALE, (1 - value, 1 - high, 1 - low))}
    factor = IN_SERVICE.get(name, one)
    column = f"{PARTS[name]}_vocs_removal_fraction" if name in PARTS else "destruction_fraction"
    column = "operation_vocs_removal_fraction" if name == "VE10" else column
    changes = {column: (Operation.SET, (value * factor[0], low * factor[1], high * factor[2]))}
    if kind in {"end of pipe package", "combined"}:
        changes["capture_fraction"] = (Operation.SET, one)
    if row["eff_PM_pct"]:
        changes["destruction_pm_removal_fraction"] = (Operation.SET, triple(row, "eff_PM_pct", 0.01))
    return changes


@every_measure
def test_efficiencies_equal_the_pack(measure: Measure) -> None:
    found = {change.column: (change.operation, numbers(change.amount)) for change in measure.changes}
    expected = expected_changes(source(measure))
    assert found.keys() == expected.keys()
    for column, (operation, amounts) in expected.items():
        assert found[column][0] == operation
        assert found[column][1] == pytest.approx(amounts, abs=1e-12)


@every_measure
def test_side_flows_equal_the_pack(measure: Measure) -> None:
    """CO2 is the pack's figure, which includes power, or else power times 0.5703 t/MWh."""
    row = source(measure)
    expected: dict[str, Triple] = {}
    if row["electricity"]:
        expected["electricity_kwh_per_year"] = triple(row, "electricity")
        expected["co2_t_per_year"] = triple(row, "electricity", 0.5703e-3)
    if row["co2_side"]:
        expected["co2_t_per_year"] = triple(row, "co2_side", 0.001)
    area = "m2" in row["electricity_unit"]
    assert {side.flow: numbers(side.amount) for side in measure.side} == {
        flow: pytest.approx(amounts) for flow, amounts in expected.items()
    }
    assert {side.quantity.name for side in measure.side} <= {"coated_area_m2_per_year" if area else "exhaust_m3_per_h"}


@every_measure
def test_tags_equal_the_pack_unless_something_was_computed(measure: Measure) -> None:
    row = source(measure)
    known = {row[field] for field in row if field.endswith("_tag")} - {""}
    assert {number.tag for number in all_numbers(measure)} <= {TAGS[tag] for tag in known} | {"derived", "definition"}
    for number in all_numbers(measure):
        assert number.low <= number.value <= number.high
        assert measure.refs[0] in number.ref


CONTENTS = {
    "wood_solvent": "F098",
    "wood_water": "F099",
    "steel_solvent": "F100",
    "high_solids": "F101",
    "powder": "F102",
    "ink_solvent": "F103",
    "ink_water": "F104",
    "ink_offset": "F105",
    "wire_varnish": "F106",
    "foundry_binder": "F107",
}
CAPTURED = {"open_hood": "F132", "semi_enclosed": "F133", "negative_pressure": "F134", "total_enclosure": "F135"}
DESTROYED = {
    "activated_carbon": "VE04",
    "uv_plasma": "VE08",
    "biofilter": "VE07",
    "scrubber_electrostatic": "VD2",
    "recovery": "VE09",
    "adsorption_catalytic": "VE05",
    "rotor_rto": "VE03",
    "rto": "VE01",
}


@pytest.mark.parametrize(
    ("name", "row", "factor"),
    [(f"{stem}_voc_content_fraction", row, 0.001) for stem, row in CONTENTS.items()]
    + [(f"{stem}_capture_fraction", row, 0.01) for stem, row in CAPTURED.items()]
    + [("least_voc_content_fraction", "F102", 0.001)],
)
def test_factors_with_a_range_equal_the_pack(name: str, row: str, factor: float) -> None:
    entry = pack("FACTORS.csv", "id")[row]
    expected = tuple(float(entry[field]) * factor for field in ("value", "low", "high"))
    assert numbers(FACTORS.number(name)) == pytest.approx(expected)
    assert row in FACTORS.number(name).ref


@pytest.mark.parametrize(("control", "row"), DESTROYED.items())
def test_existing_controls_do_in_service_what_the_pack_found(control: str, row: str) -> None:
    expected = triple(pack("MEASURES.csv", "measure_id")[row], "eff_VOCs_pct", 0.01)
    assert numbers(FACTORS.number(f"{control}_vocs_destruction_fraction")) == pytest.approx(expected)


def test_an_existing_catalytic_oxidiser_does_what_a_new_one_does() -> None:
    new = CATALOGUE.measures["voc-rco"].changes[0].amount
    assert numbers(FACTORS.number("rco_vocs_destruction_fraction")) == pytest.approx(numbers(new), abs=1e-3)


@pytest.mark.parametrize(
    ("name", "row", "expected"),
    [
        ("coating_solvent_voc_content_fraction", "F299", (0.455, 0.40, 0.51)),
        ("coating_water_voc_content_fraction", "F300", (0.19, 0.14, 0.24)),
        ("textile_product_voc_content_fraction", "F111", (0.0814, 0.06512, 0.09768)),
        ("pharma_product_voc_content_fraction", "F112", (0.43, 0.344, 0.516)),
    ],
)
def test_factors_read_from_a_span_or_without_range(name: str, row: str, expected: Triple) -> None:
    """Middle of 0.40-0.51 is 0.455, of 0.14-0.24 is 0.19; 81.4 and 430 g/kg stand alone, 20 % either way."""
    entry = pack("FACTORS.csv", "id")[row]
    span = [float(part) for part in entry["value"].split("-")]
    middle = sum(span) / len(span) * (0.001 if entry["unit"].startswith("g/kg") else 1)
    assert middle == pytest.approx(expected[0])
    assert numbers(FACTORS.number(name)) == pytest.approx(expected)


def lines(seed: int, size: int) -> pd.DataFrame:
    """Random lines of every industry and process; a third have unknown hours."""
    rng = np.random.default_rng(seed)
    stems = ("leak", "tank", "loading", "drain", "flare")
    picked = {name: list(SECTOR.column(name).choices or ()) for name in ("industry", "process", "material_type")}
    picked |= {name: list(SECTOR.column(name).choices or ()) for name in ("capture_type", "control_type")}
    given_cells: dict[str, object] = {name: rng.choice(values, size) for name, values in picked.items()}
    given_cells |= {name: [f"{name} {row}" for row in range(size)] for name in ("source_id", "name", "district")}
    flags = [column.name for column in SECTOR.columns if column.name.startswith(("is_", "has_")) and not column.derived]
    given_cells |= {name: rng.integers(0, 2, size).astype(float) for name in flags}
    given_cells |= {f"{stem}_vocs_t_per_year": rng.uniform(0, 30, size) for stem in stems}
    sizes = ("sealing_points", "tank_volume_m3", "loading_units", "open_surface_m2", "flare_count", "line_count")
    given_cells |= {name: rng.uniform(1, 9_000, size) for name in (*sizes, "pm_t_per_year", "value_added_cny_per_year")}
    given_cells["material_t_per_year"] = rng.uniform(0.1, 900, size)
    given_cells["voc_content_fraction"] = rng.uniform(0, 1, size)
    given_cells["exhaust_m3_per_h"] = rng.uniform(1_000, 90_000, size)
    given_cells["operating_hours_per_year"] = rng.choice([0.0, 1_500.0, 6_000.0], size)
    return complete(pd.DataFrame(given_cells), SECTOR.columns, FACTORS)


def applied(measure: Measure, table: pd.DataFrame) -> tuple[FloatArray, FloatArray]:
    """VOCs before and after one measure at the rows it is offered to."""
    state = numeric_state(table[matches(table, measure.where)], SECTOR)
    changed = changed_columns(measure, state, SECTOR)
    offered = alters(changed, state)
    before, after = (SECTOR.formula(each, FACTORS)["vocs_t_per_year"] for each in (state, state | changed))
    return before[offered], after[offered]


@settings(max_examples=5, deadline=None)
@given(seed=st.integers(0, 1_000))
def test_no_applicable_measure_raises_vocs(seed: int) -> None:
    table = lines(seed, 400)
    for measure in CATALOGUE.measures.values():
        before, after = applied(measure, table)
        assert np.all(after <= before * (1 + 1e-12)), measure.id


@every_measure
def test_each_measure_helps_some_line(measure: Measure) -> None:
    """Capture alone helps the lines that destroy something already."""
    before, after = applied(measure, every_line())
    assert np.any(after < before)


@cache
def every_line() -> pd.DataFrame:
    return lines(0, 4_000)


@every_measure
def test_a_size_that_is_paid_for_is_known_where_the_measure_is_offered(measure: Measure) -> None:
    terms = (*measure.cost.capital, *measure.cost.fixed)
    sizes = {term.quantity.name for term in terms} - {""}
    assert {name for name in sizes if name not in measure.where or measure.where[name].above is None} == set()


@pytest.mark.parametrize("industry", SECTOR.column("industry").choices or ())
def test_every_industry_has_several_measures(industry: str) -> None:
    """Beside closing the works and better operation, at least two."""
    table = every_line()
    rows = table[table["industry"] == industry]
    usable = [name for name, measure in CATALOGUE.measures.items() if matches(rows, measure.where).any()]
    assert len(set(usable) - {"voc-close-scattered", "voc-operation"}) >= 2


def one(**cells: object) -> pd.DataFrame:
    base: dict[str, object] = {"source_id": "V1", "name": "Line", "district": "East", "industry": "steel_structure"}
    base |= {"material_t_per_year": 100.0, "voc_content_fraction": 0.455, "exhaust_m3_per_h": 20_000.0}
    base |= {"capture_fraction": 0.30, "destruction_fraction": 0.50}
    return complete(pd.DataFrame([{**base, **cells}]), SECTOR.columns, FACTORS)


def test_an_enclosed_oxidiser_is_not_multiplied_by_capture_again() -> None:
    """45.5 (1 - 0.95) = 2.275 t/yr; with the hood's 30 % once more it would be 45.5 (1 - 0.285) = 32.5325."""
    _, after = applied(CATALOGUE.measures["voc-metal-enclosed-oxidiser"], one())
    assert after == pytest.approx([2.275])


def test_an_oxidiser_alone_keeps_the_hood() -> None:
    """45.5 (1 - 0.30 * 0.90) = 33.215 t/yr."""
    _, after = applied(CATALOGUE.measures["voc-rotor-rto"], one())
    assert after == pytest.approx([33.215])


def test_a_package_is_not_offered_to_better_equipment() -> None:
    """An oxidiser of 96 % with an open hood needs an enclosure, not a second oxidiser."""
    before, _ = applied(CATALOGUE.measures["voc-metal-enclosed-oxidiser"], one(destruction_fraction=0.96))
    assert len(before) == 0


@pytest.mark.parametrize(("control", "offers"), [("uv_plasma", 1), ("biofilter", 1), ("rto", 0), ("none", 0)])
def test_better_operation_is_for_low_efficiency_controls(control: str, offers: int) -> None:
    before, _ = applied(CATALOGUE.measures["voc-operation"], one(control_type=control))
    assert len(before) == offers


@pytest.mark.parametrize(("is_scattered", "value_added", "offers"), [(1.0, 5e5, 1), (1.0, 0.0, 0), (0.0, 5e5, 0)])
def test_closing_needs_a_scattered_enterprise_with_a_known_value(
    is_scattered: float, value_added: float, offers: int
) -> None:
    table = one(is_scattered_polluting=is_scattered, value_added_cny_per_year=value_added)
    _, after = applied(CATALOGUE.measures["voc-close-scattered"], table)
    assert after.tolist() == [0.0] * offers


def test_closing_leaves_no_room_for_another_measure() -> None:
    assert CATALOGUE.measures["voc-close-scattered"].slots == SECTOR.slots
