"""Hand-worked VOCs lines; factors are the bundled ones, whose values stand in the docstrings."""

import tomllib
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model.apply import numeric_state
from model.complete import complete
from model.numbers import Factors, Number
from model.sector import FloatArray, Flows
from model.sectors.voc_lines import SECTOR

FILE = Path(__file__).resolve().parents[2] / "model" / "data" / "factors" / "voc_lines.toml"
ENTRIES = tomllib.loads(FILE.read_text(encoding="utf-8"))
FACTORS = Factors({name: Number(**entry) for name, entry in ENTRIES.items()})
ACTIVITY = [column.name for column in SECTOR.columns if column.activity and not column.derived]
type Row = Mapping[str, object]

LINE: Row = {
    "source_id": "V1",
    "name": "Line",
    "district": "East",
    "industry": "steel_structure",
    "material_t_per_year": 100.0,
    "voc_content_fraction": 0.455,
    "exhaust_m3_per_h": 0.0,
}
PAINTED: Row = {"capture_fraction": 0.30, "destruction_fraction": 0.50}


def table_of(*lines: Row) -> pd.DataFrame:
    return complete(pd.DataFrame([{**LINE, **line} for line in lines]), SECTOR.columns, FACTORS)


def state_of(*lines: Row, **changes: float) -> dict[str, FloatArray]:
    """The state of lines, with some columns as a measure would leave them."""
    state = numeric_state(table_of(*lines), SECTOR)
    assert changes.keys() <= state.keys()
    return state | {name: np.full(len(lines), value) for name, value in changes.items()}


def flows_of(*lines: Row, **changes: float) -> Flows:
    return SECTOR.formula(state_of(*lines, **changes), FACTORS)


def vocs(line: Row, **changes: float) -> float:
    return float(flows_of(line, **changes)["vocs_t_per_year"][0])


def default(name: str, line: Row) -> float:
    empty = {name: np.nan}
    return float(table_of({**line, **empty})[name].iloc[0])


def test_paint_line_as_is() -> None:
    """ACCOUNTING section 4: G = 100 * 0.455 = 45.5; E = 45.5 (1 - 0.30 * 0.50) = 45.5 * 0.85 = 38.675 t/yr."""
    assert vocs(PAINTED) == pytest.approx(38.675, rel=1e-9)


def test_negative_pressure_room_with_rotor_and_oxidiser() -> None:
    """45.5 (1 - 0.85 * 0.90) = 45.5 * 0.235 = 10.6925 t/yr, 72 % less."""
    reached = vocs(PAINTED, capture_fraction=0.85, destruction_fraction=0.90)
    assert reached == pytest.approx(10.6925, rel=1e-9)
    assert round(1 - reached / 38.675, 2) == 0.72


def test_substitution_acts_before_capture_and_destruction() -> None:
    """G' = 100 * 0.19 = 19; E = 19 * 0.235 = 4.465 t/yr; adding the savings of both measures would give a negative."""
    changes = {"voc_content_fraction": 0.19, "capture_fraction": 0.85, "destruction_fraction": 0.90}
    assert vocs(PAINTED, **changes) == pytest.approx(4.465, rel=1e-9)


def test_capture_alone_saves_nothing() -> None:
    """With nothing destroyed, 45.5 (1 - 0.95 * 0) stays 45.5 t/yr, however well it is captured."""
    assert vocs({"destruction_fraction": 0.0}, capture_fraction=0.95) == pytest.approx(45.5, rel=1e-12)


def test_destruction_is_limited_by_capture() -> None:
    """An open hood lets 70 % past: 45.5 (1 - 0.30 * 0.93) = 32.8055 t/yr; without the limit 45.5 * 0.07 = 3.185."""
    assert vocs(PAINTED, destruction_fraction=0.93) == pytest.approx(32.8055, rel=1e-9)


def test_better_operation_acts_on_what_the_existing_control_lets_through() -> None:
    """Captured 13.65, passed 6.825, kept back 39 % of that: 45.5 - 13.65 + 6.825 * 0.61 = 36.01325 t/yr."""
    assert vocs(PAINTED, operation_vocs_removal_fraction=0.39) == pytest.approx(36.01325, rel=1e-9)


def test_recovery_falls_with_the_solvent_input() -> None:
    """9.1 of 45.5 t recovered is 20 %. At w 0.19, G = 19 * 0.8 = 15.2 t/yr; with a fixed 9.1 t it would be 9.9."""
    line = {"recovered_t_per_year": 9.1, "destruction_fraction": 0.0}
    assert vocs(line) == pytest.approx(36.4, rel=1e-9)
    assert vocs(line, voc_content_fraction=0.19) == pytest.approx(15.2, rel=1e-9)


def test_substitution_stops_at_the_least_content() -> None:
    """Powder holds 1 %: scaling 0.455 by 0.001 leaves 100 * 0.01 = 1 t/yr, not 0.0455."""
    assert vocs({"destruction_fraction": 0.0}, voc_content_fraction=0.000455) == pytest.approx(1.0, rel=1e-12)


def test_a_content_already_below_the_least_is_not_worsened() -> None:
    """A content of 0.004 as is stays 0.4 t/yr."""
    assert vocs({"voc_content_fraction": 0.004, "destruction_fraction": 0.0}) == pytest.approx(0.4, rel=1e-12)


KNOWN_STACK: Row = {
    "material_t_per_year": 10.0,
    "capture_fraction": 0.85,
    "exhaust_m3_per_h": 20_000.0,
    "operating_hours_per_year": 2_000.0,
}


def test_treatment_stops_at_ten_milligrams_in_a_known_exhaust() -> None:
    """G = 4.55, captured 3.8675. 4e7 m3/yr at 10 mg/m3 is 0.4 t, more than 3.8675 * 0.07 = 0.270725.

    E = 4.55 - 3.8675 + 0.4 = 1.0825 t/yr; without the floor 0.953225.
    """
    line = {**KNOWN_STACK, "destruction_fraction": 0.5}
    assert vocs(line, destruction_fraction=0.93) == pytest.approx(1.0825, rel=1e-9)


def test_a_stack_below_ten_milligrams_keeps_its_level() -> None:
    """3.8675 * 0.05 = 0.193375 t is 4.8 mg/m3: it stays, and 99 % destruction brings no less. E = 0.875875 t/yr."""
    line = {**KNOWN_STACK, "destruction_fraction": 0.95}
    assert vocs(line) == pytest.approx(0.875875, rel=1e-9)
    assert vocs(line, destruction_fraction=0.99) == pytest.approx(0.875875, rel=1e-9)


def test_the_floor_binds_treatment_and_not_substitution() -> None:
    """At w 0.01 only 0.085 t is captured, 2.1 mg/m3: all of it may stay. E = 0.1 t/yr, less than the floor of 0.4 t."""
    line = {**KNOWN_STACK, "destruction_fraction": 0.5}
    assert vocs(line, voc_content_fraction=0.01, destruction_fraction=0.93) == pytest.approx(0.1, rel=1e-9)


def test_no_treatment_removes_more_than_the_ceiling_where_the_exhaust_is_unknown() -> None:
    """45.5 (1 - 0.30 * 0.99) = 31.9865 t/yr even when a measure claims to destroy everything."""
    assert vocs(PAINTED, destruction_fraction=1.0) == pytest.approx(31.9865, rel=1e-9)


def test_parts_of_a_plant_are_counted_apart_from_the_line() -> None:
    """38.675 + 12 + 3 + 2 + 1 + 0.5 = 57.175 t/yr; capture and destruction of the line leave the parts alone."""
    parts = {
        "leak_vocs_t_per_year": 12.0,
        "tank_vocs_t_per_year": 3.0,
        "loading_vocs_t_per_year": 2.0,
        "drain_vocs_t_per_year": 1.0,
        "flare_vocs_t_per_year": 0.5,
    }
    line = {**PAINTED, **parts}
    assert vocs(line) == pytest.approx(57.175, rel=1e-9)
    assert vocs(line, capture_fraction=0.85, destruction_fraction=0.90) == pytest.approx(10.6925 + 18.5, rel=1e-9)


def test_existing_leak_repair_leaves_only_the_difference() -> None:
    """12 t after 40 % repair is 20 t before it: at 60 % 8 t/yr are left; counting 60 % again would leave 4.8."""
    line = {"material_t_per_year": 0.0, "leak_vocs_t_per_year": 12.0, "leaks_vocs_removal_fraction": 0.4}
    assert vocs(line) == pytest.approx(12.0, rel=1e-12)
    assert vocs(line, leaks_vocs_removal_fraction=0.6) == pytest.approx(8.0, rel=1e-12)


def test_dust_follows_its_own_removal() -> None:
    """5 t after 50 % is 10 t before: at 90 % 1 t/yr is left."""
    line = {"pm_t_per_year": 5.0, "destruction_pm_removal_fraction": 0.5}
    assert flows_of(line)["pm_t_per_year"] == pytest.approx([5.0])
    assert flows_of(line, destruction_pm_removal_fraction=0.9)["pm_t_per_year"] == pytest.approx([1.0])


def test_a_closed_line_emits_nothing_and_ends_its_value_added() -> None:
    line = {**PAINTED, "leak_vocs_t_per_year": 1.0, "pm_t_per_year": 1.0, "value_added_cny_per_year": 2e6}
    assert flows_of(line)["value_added_cny_per_year"] == pytest.approx([2e6])
    assert [name for name, values in flows_of(line, served_share=0.0).items() if values.any()] == []


def test_value_added_is_the_service() -> None:
    assert SECTOR.services == ("value_added_cny_per_year",)


def test_solvent_input_is_what_goes_in_before_recovery() -> None:
    """100 * 0.455 = 45.5 t/yr, whatever is recovered."""
    assert flows_of({"recovered_t_per_year": 9.1})["solvent_input_t_per_year"] == pytest.approx([45.5])


@pytest.mark.parametrize(
    ("control", "expected"),
    [
        ("none", 0.0),
        ("activated_carbon", 0.50),
        ("uv_plasma", 0.25),
        ("biofilter", 0.60),
        ("adsorption_catalytic", 0.88),
        ("rotor_rto", 0.90),
        ("rto", 0.93),
        ("rco", 0.9025),
    ],
)
def test_destruction_follows_the_existing_control(control: str, expected: float) -> None:
    assert default("destruction_fraction", {"control_type": control}) == pytest.approx(expected)


@pytest.mark.parametrize(("control", "expected"), [("activated_carbon", 0.54), ("rto", 0.931)])
def test_a_design_figure_is_discounted(control: str, expected: float) -> None:
    """0.90 * 0.6 = 0.54 for adsorption, 0.98 * 0.95 = 0.931 for combustion."""
    design = {"activated_carbon": 0.90, "rto": 0.98}[control]
    line = {"control_type": control, "design_destruction_fraction": design}
    assert default("destruction_fraction", line) == pytest.approx(expected)


def test_a_stated_destruction_is_actual() -> None:
    line = {"control_type": "rto", "design_destruction_fraction": 0.98, "destruction_fraction": 0.7}
    assert table_of(line)["destruction_fraction"].tolist() == [0.7]


@pytest.mark.parametrize(
    ("kind", "expected"),
    [("none", 0), ("open_hood", 0.30), ("semi_enclosed", 0.60), ("negative_pressure", 0.85), ("total_enclosure", 0.95)],
)
def test_capture_follows_the_enclosure(kind: str, expected: float) -> None:
    assert default("capture_fraction", {"capture_type": kind}) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("industry", "process", "material", "expected"),
    [
        ("coating", "spray", "solvent", 0.455),
        ("coating", "spray", "water", 0.19),
        ("steel_structure", "general", "solvent", 0.45),
        ("steel_structure", "general", "high_solids", 0.25),
        ("steel_structure", "general", "powder", 0.01),
        ("wood_furniture", "panel", "solvent", 0.60),
        ("wood_furniture", "general", "water", 0.10),
        ("printing", "gravure", "solvent", 0.75),
        ("printing", "flexo", "water", 0.08),
        ("printing", "offset", "solvent", 0.15),
        ("enamelled_wire", "general", "solvent", 0.65),
        ("foundry", "core_making", "solvent", 0.06),
        ("textile_dyeing", "stenter", "solvent", 0.0814),
        ("pharma", "general", "solvent", 0.43),
    ],
)
def test_content_follows_industry_process_and_material(
    industry: str, process: str, material: str, expected: float
) -> None:
    line = {"industry": industry, "process": process, "material_type": material}
    assert default("voc_content_fraction", line) == pytest.approx(expected)


@pytest.mark.parametrize("line", [{"industry": "rubber"}, {"material_type": "uv"}, {"process": "gluing"}])
def test_a_content_nobody_knows_is_left_to_the_author(line: Row) -> None:
    """One empty cell, and no derived column adds a complaint of its own."""
    table = table_of({**line, "voc_content_fraction": np.nan})
    numbers = table.drop(columns=["lon", "lat", "start_year"]).select_dtypes("number")
    assert numbers.columns[numbers.isna().any()].tolist() == ["voc_content_fraction"]


def test_a_part_without_material_needs_no_content() -> None:
    assert default("voc_content_fraction", {"industry": "petrochemical", "material_t_per_year": 0.0}) == 0.0


def test_industries_have_their_usual_process() -> None:
    lines = [{"industry": industry} for industry in ("textile_dyeing", "textile_coating", "pharma")]
    assert table_of(*lines)["process"].tolist() == ["stenter", "fabric_coating", "general"]


@pytest.mark.parametrize(
    ("flow", "expected"),
    [(20_000.0, [1, 0, 0]), (10_000.0, [0, 1, 0]), (4_000.0, [0, 1, 1]), (2_000.0, [0, 0, 1]), (0.0, [1, 1, 1])],
)
def test_concentration_says_which_treatment_fits(flow: float, expected: list[int]) -> None:
    """13.65 t captured in 2 000 h: 341, 683, 1 706 and 3 413 mg/m3; nothing is ruled out where it is not known."""
    line = {**PAINTED, "exhaust_m3_per_h": flow, "operating_hours_per_year": 2_000.0}
    assert table_of(line)[["is_dilute", "is_moderate", "is_rich"]].to_numpy().tolist() == [expected]


def test_coated_area_follows_coverage() -> None:
    """0.22 kg/kg over 21.97 g/m2 is 10.01365 m2 per kg: 100 t cover 1.001365 million m2."""
    assert default("coated_area_m2_per_year", {}) == pytest.approx(1_001_365, rel=1e-6)


def complaints(line: Row) -> list[tuple[int, str]]:
    assert SECTOR.cross_checks is not None
    return [(row, column) for row, column, _ in SECTOR.cross_checks(table_of(PAINTED, line))]


@pytest.mark.parametrize(
    ("line", "column"),
    [
        ({"recovered_t_per_year": 46.0}, "recovered_t_per_year"),
        ({"design_destruction_fraction": 0.9}, "design_destruction_fraction"),
        ({"is_scattered_polluting": 0.5}, "is_scattered_polluting"),
    ],
)
def test_contradictions_are_named(line: Row, column: str) -> None:
    assert complaints(line) == [(1, column)]


def test_a_sound_table_has_no_complaints() -> None:
    assert complaints({"recovered_t_per_year": 45.5, "control_type": "rto", "design_destruction_fraction": 0.9}) == []


LINES = st.fixed_dictionaries(
    {
        "material_t_per_year": st.floats(0.1, 500),
        "voc_content_fraction": st.floats(0, 1),
        "capture_fraction": st.floats(0, 1),
        "destruction_fraction": st.floats(0, 1),
        "exhaust_m3_per_h": st.sampled_from([0.0, 5_000.0, 100_000.0]),
        "operating_hours_per_year": st.sampled_from([0.0, 1_000.0, 4_000.0]),
        "leak_vocs_t_per_year": st.floats(0, 50),
        "pm_t_per_year": st.floats(0, 50),
        "value_added_cny_per_year": st.floats(0, 1e7),
    }
)
MANY = st.lists(LINES, min_size=8, max_size=8)


@settings(max_examples=25, deadline=None)
@given(lines=MANY, factor=st.floats(0.1, 2.0))
def test_flows_are_homogeneous_of_degree_one_in_activity(lines: list[dict[str, float]], factor: float) -> None:
    """All activity columns times k, all flows times k."""
    grown = [{name: value * factor if name in ACTIVITY else value for name, value in line.items()} for line in lines]
    for name, values in flows_of(*lines, *grown).items():
        np.testing.assert_allclose(values[8:], values[:8] * factor, rtol=1e-9, atol=1e-9, err_msg=name)


@settings(max_examples=25, deadline=None)
@given(lines=MANY, capture=st.floats(0, 1), destruction=st.floats(0, 1), stays=st.floats(0, 1))
def test_better_equipment_and_less_solvent_never_raise_the_emission(
    lines: list[dict[str, float]], capture: float, destruction: float, stays: float
) -> None:
    state = state_of(*lines)
    better = state | {
        "capture_fraction": np.maximum(state["capture_fraction"], capture),
        "destruction_fraction": np.maximum(state["destruction_fraction"], destruction),
        "voc_content_fraction": state["voc_content_fraction"] * stays,
    }
    before, after = (SECTOR.formula(each, FACTORS)["vocs_t_per_year"] for each in (state, better))
    assert np.all(after <= before * (1 + 1e-12) + 1e-12)
