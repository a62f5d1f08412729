"""Worked examples of phospho-chemical plants, phosphogypsum stacks and phosphate mines."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.sectors.phosphorus_sites import SECTOR
from tests.test_model.land import QUICK, Ground, Row, row_of

G = Ground(SECTOR, {"site_type": "plant"})
STACK: Row = {"stack_area_ha": 20.0, "rain_mm_per_year": 1_200.0, "leachate_tp_mg_per_l": 2_000.0}
YARD: Row = {"runoff_area_ha": 20.0, "rain_mm_per_year": 1_200.0, "runoff_fraction": 0.6, "runoff_tp_mg_per_l": 5.0}
WATER: Row = {"process_water_m3_per_day": 2_000.0, "process_tp_mg_per_l": 2.0}
MINE: Row = {"mine_land_ha": 142.0}
ACID: Row = {"p2o5_t_per_year": 100_000.0, "gypsum_used_fraction": 0.4}
DRAINAGE: Row = {"drainage_m3_per_day": 1_000.0, "drainage_tp_mg_per_l": 4.0}


def test_leachate_of_a_stack() -> None:
    """20 ha x 1 200 mm x 0.3 = 72 000 m3/yr x 2 000 mg/L = 144 t (ACCOUNTING section 8)."""
    assert G.tp(STACK) == pytest.approx(144, rel=1e-9)
    assert G.one("leached_m3_per_year", STACK) == pytest.approx(72_000, rel=1e-9)


def test_measured_leachate_goes_before_rain() -> None:
    """100 m3/d x 365 x 2 kg = 73 t."""
    assert G.tp({**STACK, "leachate_m3_per_day": 100.0}) == pytest.approx(73, rel=1e-9)


def test_lining_and_treatment_of_leachate_act_in_series() -> None:
    """144 x 0.2 x 0.001 = 0.0288 t; each alone 28.8 and 0.144 t."""
    assert G.tp(STACK, stack_cover_fraction=0.8) == pytest.approx(28.8, rel=1e-9)
    assert G.tp(STACK, leachate_tp_removal_fraction=0.999) == pytest.approx(0.144, rel=1e-9)
    both = {"stack_cover_fraction": 0.8, "leachate_tp_removal_fraction": 0.999}
    assert G.tp(STACK, **both) == pytest.approx(0.0288, rel=1e-9)


def test_run_off_of_a_yard() -> None:
    """20 ha x 1 200 mm x 0.6 = 144 000 m3 x 5 g = 0.72 t; 70 % captured leave 0.216 t."""
    assert G.tp(YARD) == pytest.approx(0.72, rel=1e-9)
    assert G.tp(YARD, runoff_capture_fraction=0.7) == pytest.approx(0.216, rel=1e-9)


def test_process_water_recycled_and_polished() -> None:
    """730 000 m3 x 2 g = 1.46 t; recycled 0.073 t, at 0.5 mg/L 0.365 t, both 0.01825 t."""
    assert G.tp(WATER) == pytest.approx(1.46, rel=1e-9)
    assert G.tp(WATER, process_recycle_fraction=0.95) == pytest.approx(0.073, rel=1e-9)
    assert G.tp(WATER, process_tp_mg_per_l=0.5) == pytest.approx(0.365, rel=1e-9)
    assert G.tp(WATER, process_recycle_fraction=0.95, process_tp_mg_per_l=0.5) == pytest.approx(0.01825, rel=1e-9)
    assert G.one("tp_mg_per_l", WATER, process_tp_mg_per_l=0.5) == pytest.approx(0.5, rel=1e-12)


@pytest.mark.parametrize(("export", "tonnes"), [(51.0, 7.242), (193.0, 27.406)])
def test_mine_land_as_delivered_and_as_leached(export: float, tonnes: float) -> None:
    """142 ha x 193 kg = 27.4 t are leached, x 51 kg = 7.24 t delivered (F318, F319), which is the default."""
    assert G.tp({**MINE, "mine_land_tp_kg_per_ha_year": export}) == pytest.approx(tonnes, rel=1e-9)
    assert G.tp(MINE) == pytest.approx(7.242, rel=1e-9)
    assert G.tp(MINE, land_restored_fraction=0.7) == pytest.approx(2.1726, rel=1e-9)


def test_mine_drainage() -> None:
    """365 000 m3 x 4 g = 1.46 t; 75 % removed leave 0.365 t."""
    assert G.tp(DRAINAGE) == pytest.approx(1.46, rel=1e-9)
    assert G.tp(DRAINAGE, drainage_tp_removal_fraction=0.75) == pytest.approx(0.365, rel=1e-9)


def test_parts_of_a_site_add_up() -> None:
    """144 + 0.72 + 1.46 + 7.242 + 1.46 = 154.882 t."""
    assert G.tp({**STACK, **YARD, **WATER, **MINE, **DRAINAGE}) == pytest.approx(154.882, rel=1e-9)


def test_no_treatment_goes_below_the_floor_nor_worsens_what_is_below_it() -> None:
    """40 mg/L x 0.001 = 0.04 stops at 0.05 mg/L: 0.0036 t of 72 000 m3; at 0.03 mg/L nothing changes: 0.00216 t."""
    strong, weak = ({**STACK, "leachate_tp_mg_per_l": value} for value in (40.0, 0.03))
    assert G.tp(strong, leachate_tp_removal_fraction=0.999) == pytest.approx(0.0036, rel=1e-9)
    assert G.tp(weak, leachate_tp_removal_fraction=0.999) == pytest.approx(0.00216, rel=1e-9)


def test_gypsum_produced_used_and_stacked() -> None:
    """100 000 t x 5 = 500 000 t (ACCOUNTING section 8); 40 % used, 300 000 t to the stack."""
    result = G.flows(ACID)
    names = ("gypsum_produced_t_per_year", "gypsum_used_t_per_year", "gypsum_stacked_t_per_year")
    assert [result[name][0] for name in names] == pytest.approx([500_000, 200_000, 300_000], rel=1e-12)


@pytest.mark.parametrize(("potential", "used"), [(100_000.0, 300_000), (300_000.0, 500_000), (900_000.0, 500_000)])
def test_no_more_gypsum_is_used_than_is_produced(potential: float, used: float) -> None:
    """Production set by use: used / produced reaches 1 and no more, however large the works."""
    row = {**ACID, "gypsum_potential_t_per_year": potential}
    assert G.one("gypsum_used_t_per_year", row, gypsum_project_fraction=1.0) == pytest.approx(used, rel=1e-12)


def test_gypsum_use_counts_no_phosphorus() -> None:
    """Its effect is a stack that does not grow: a number of its own, which stands at 0 with a range up to 20 %."""
    table = G.options({**ACID, **STACK})
    row = row_of(table, "gypsum-use")
    assert table.change["tp_t_per_year"][row] == 0
    assert table.capital_cny[row] == pytest.approx(300_000 * 120, rel=1e-12)
    assert table.running_cny_per_year[row] == pytest.approx(300_000 * 40, rel=1e-12)


RIVERSIDE: Row = {"is_riverside": 1.0, "value_added_cny_per_year": 5e7, "nox_t_per_year": 30.0, "so2_t_per_year": 9.0}


def test_a_closed_plant_leaves_its_stack_and_its_value_added() -> None:
    """1.46 + 0.72 t go, 144 t of the stack stay; 50 million CNY a year are lost and charged."""
    row = {**STACK, **YARD, **WATER, **ACID, **RIVERSIDE}
    table = G.options(row, "nox_t_per_year", "so2_t_per_year", "gypsum_produced_t_per_year")
    closed = row_of(table, "plant-relocation")
    assert table.change["tp_t_per_year"][closed] == pytest.approx(-2.18, rel=1e-9)
    assert table.change["nox_t_per_year"][closed] == -30
    assert table.change["so2_t_per_year"][closed] == -9
    assert table.change["gypsum_produced_t_per_year"][closed] == -500_000
    assert table.capital_cny[closed] == 1.5e8
    assert table.running_cny_per_year[closed] == pytest.approx(5e7, rel=1e-12)


def test_nothing_else_is_built_in_a_closed_plant() -> None:
    """Closed it may still treat the leachate of its stack, which stays; no package has the plant's own measures."""
    table = G.options({**STACK, **YARD, **WATER, **ACID, **RIVERSIDE})
    beside = {name for entry in table.packages if "plant-relocation" in entry.measure_ids for name in entry.measure_ids}
    assert beside == {"plant-relocation", "stack-lining", "leachate-treatment"}


def test_a_plant_without_value_added_is_not_closed() -> None:
    assert G.offered({**WATER, "is_riverside": 1.0}) == {"process-recycle", "process-polishing"}


@pytest.mark.parametrize(
    ("row", "names"),
    [
        (STACK, {"stack-lining", "leachate-treatment"}),
        ({**STACK, "has_stack_cover": 1.0}, {"leachate-treatment"}),
        ({**STACK, "has_leachate_treatment": 1.0}, {"stack-lining"}),
        (YARD, {"plant-runoff-capture"}),
        ({**YARD, "has_runoff_capture": 1.0}, set()),
        (DRAINAGE, {"mine-drainage"}),
        ({**DRAINAGE, "has_drainage_treatment": 1.0}, set()),
        ({**WATER, "has_process_recycle": 1.0}, {"process-polishing"}),
        ({**WATER, "process_tp_mg_per_l": 0.4}, {"process-recycle"}),
        ({**WATER, "process_tp_mg_per_l": 30.0}, {"process-recycle"}),
        (MINE, {"mine-restoration"}),
        (ACID, {"gypsum-use"}),
        ({**ACID, "gypsum_used_fraction": 1.0}, set()),
    ],
)
def test_a_site_is_offered_what_it_lacks(row: Row, names: set[str]) -> None:
    assert G.offered(row) == names


def test_leachate_is_treated_after_lining_at_its_size() -> None:
    """72 000 / 365 = 197.26 m3/d x 3 500 + 72 000 x 25 CNY; behind the lining a fifth; 20 ha x 3 million for lining."""
    table = G.options(STACK)
    alone, both = row_of(table, "leachate-treatment"), row_of(table, "stack-lining", "leachate-treatment")
    assert table.capital_cny[alone] == pytest.approx(72_000 / 365 * 3_500, rel=1e-9)
    assert table.running_cny_per_year[alone] == pytest.approx(1_800_000, rel=1e-9)
    assert table.capital_cny[both] == pytest.approx(6e7 + 14_400 / 365 * 3_500, rel=1e-9)
    assert table.running_cny_per_year[both] == pytest.approx(360_000, rel=1e-9)


def test_run_off_works_follow_the_area() -> None:
    """8 million CNY for 20 ha, 3 % a year: 10 ha cost 4 million and 120 000 a year."""
    table = G.options({**YARD, "runoff_area_ha": 10.0})
    row = row_of(table, "plant-runoff-capture")
    assert table.capital_cny[row] == pytest.approx(4e6, rel=1e-12)
    assert table.fixed_cny_per_year[row] == pytest.approx(120_000, rel=1e-12)


def test_power_of_recycle_is_charged_once() -> None:
    """730 000 m3 x 6 CNY, with 2 kWh x 0.65 within it: 4 380 000 CNY/yr, not 5 329 000."""
    table = G.options(WATER)
    assert table.running_cny_per_year[row_of(table, "process-recycle")] == pytest.approx(4_380_000, rel=1e-9)


SITE: Row = {**STACK, **YARD, **WATER, **MINE, **DRAINAGE, **ACID, **RIVERSIDE}


@QUICK
@given(growth=st.floats(0.2, 5), cover=st.floats(0, 1), used=st.floats(0, 1), kept=st.floats(0, 1))
def test_flows_grow_with_activity(growth: float, cover: float, used: float, kept: float) -> None:
    changes = {"stack_cover_fraction": cover, "gypsum_project_fraction": used, "served_fraction": kept}
    G.assert_homogeneous(SITE, growth, **changes)


@QUICK
@given(tp=st.floats(0.01, 3_000), area=st.floats(0, 50), used=st.floats(0, 1))
def test_no_measure_raises_a_load(tp: float, area: float, used: float) -> None:
    row = {**SITE, "leachate_tp_mg_per_l": tp, "process_tp_mg_per_l": tp, "runoff_area_ha": area}
    G.assert_no_measure_raises({**row, "gypsum_used_fraction": used})


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ({**WATER, "process_tp_mg_per_l": 0.0}, "process_tp_mg_per_l"),
        ({**YARD, "runoff_fraction": 0.0}, "runoff_fraction"),
        ({**STACK, "leachate_tp_mg_per_l": 0.0}, "leachate_tp_mg_per_l"),
        ({"stack_area_ha": 20.0}, "leachate_m3_per_day"),
        ({**DRAINAGE, "drainage_tp_mg_per_l": 0.0}, "drainage_tp_mg_per_l"),
        ({"has_process_recycle": 0.5}, "has_process_recycle"),
    ],
)
def test_rows_that_lack_a_number_are_named(row: Row, column: str) -> None:
    assert G.complaints(SITE, row) == [(1, column)]
