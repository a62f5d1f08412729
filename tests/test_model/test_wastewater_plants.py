"""Worked examples of wastewater treatment plants."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.complete import complete
from model.numbers import Factors, Number
from model.sector import FloatArray, Flows
from model.sectors.wastewater_plants import SECTOR

NUMBERS = {
    "tp_floor_mg_per_l": 0.05,
    "p_step_tp_removal_fraction": 0.445,
    "p_step_cod_removal_fraction": 0.05,
    "filtration_tp_removal_fraction": 0.694,
    "wetland_tp_removal_fraction": 0.45,
    "precise_operation_tp_removal_fraction": 0.15,
}
FACTORS = Factors({name: Number.exact(value) for name, value in NUMBERS.items()})
type Row = Mapping[str, object]

PLANT: Row = {
    "source_id": "W1",
    "name": "Plant",
    "district": "East",
    "plant_type": "municipal",
    "capacity_m3_per_day": 50_000.0,
    "flow_m3_per_day": 40_000.0,
    "influent_tp_mg_per_l": 4.0,
    "effluent_tp_mg_per_l": 1.0,
}


def completed(*plants: Row) -> pd.DataFrame:
    return complete(pd.DataFrame([{**PLANT, **plant} for plant in plants]), SECTOR.columns, FACTORS)


def state_of(*plants: Row, **changes: float) -> dict[str, FloatArray]:
    table = completed(*plants)
    numbers = [column.name for column in SECTOR.columns if column.kind == "number"]
    state = {name: table[name].to_numpy(dtype=np.float64) for name in numbers}
    assert changes.keys() <= state.keys()
    return state | {name: np.full(len(table), value) for name, value in changes.items()}


def flows(*plants: Row, **changes: float) -> Flows:
    return SECTOR.formula(state_of(*plants, **changes), FACTORS)


def one(name: str, plant: Row, **changes: float) -> float:
    return float(flows(plant, **changes)[name][0])


def test_discharge_is_volume_times_concentration() -> None:
    """50 000 m3/d at 80 % load = 40 000 x 365 = 14 600 000 m3/yr; at 1.0, 0.5, 0.3 mg/L 14.6, 7.3, 4.38 t TP."""
    result = flows(*({"effluent_tp_mg_per_l": value} for value in (1.0, 0.5, 0.3)))
    assert result["treated_m3_per_year"] == pytest.approx(14.6e6, rel=1e-12)
    assert result["tp_t_per_year"] == pytest.approx([14.6, 7.3, 4.38], rel=1e-12)
    assert result["tp_mg_per_l"] == pytest.approx([1.0, 0.5, 0.3], rel=1e-12)


def test_kilograms_a_day_survive_the_way_to_tonnes_a_year_and_back() -> None:
    """40 000 m3/d x 0.5 g/m3 = 20 kg/d = 7.3 t/yr; 7.3 t / 365 d x 1000 = 20 kg/d. Phosphorus as P, not as PO4."""
    tonnes = one("tp_t_per_year", {"effluent_tp_mg_per_l": 0.5})
    assert tonnes == pytest.approx(20 * 0.365, rel=1e-12)
    assert tonnes / 365 * 1000 == pytest.approx(20, rel=1e-12)


def test_pollutants_left_empty_are_not_part_of_the_inventory() -> None:
    result = flows({})
    assert [result[f"{name}_t_per_year"][0] for name in ("cod", "nh3n", "tn", "co2")] == [0, 0, 0, 0]
    assert result["electricity_kwh_per_year"][0] == 0


def test_pollutants_stated_are_computed() -> None:
    """14.6 million m3 x 40 mg/L = 584 t COD."""
    assert one("cod_t_per_year", {"effluent_cod_mg_per_l": 40.0}) == pytest.approx(584, rel=1e-12)


def test_filter_acts_on_the_measured_effluent() -> None:
    """0.694 of 14.6 t goes: 14.6 x 0.306 = 4.4676 t. On the influent of 4 mg/L it would have left 17.87 t."""
    assert one("tp_t_per_year", {}, polishing_tp_removal_fraction=0.694) == pytest.approx(4.4676, rel=1e-12)


def test_plant_with_a_filter_gains_nothing_from_another() -> None:
    """The filter stands in its slot in the base year and 14.6 t is measured behind it: max(0.694, 0.694)."""
    plant = {"has_filtration": 1.0}
    assert state_of(plant)["polishing_tp_removal_fraction"][0] == 0.694
    assert one("tp_t_per_year", plant, polishing_tp_removal_fraction=0.694) == pytest.approx(14.6, rel=1e-12)


def test_plant_with_a_filter_gains_the_difference_from_reverse_osmosis() -> None:
    """Before control 14.6 / 0.306 = 47.7124 t; reverse osmosis leaves 0.1 of it, 4.77124 t. Without the rule 1.46 t."""
    left = one("tp_t_per_year", {"has_filtration": 1.0}, polishing_tp_removal_fraction=0.9)
    assert left == pytest.approx(14.6 / 0.306 * 0.1, rel=1e-12)
    assert left == pytest.approx(4.77124, rel=1e-6)


def test_measures_in_several_slots_multiply() -> None:
    """1.0 x 0.555 x 0.306 x 0.55 x 0.85 = 0.0793956 mg/L; the sum of the removals would be 173.9 %."""
    left = one(
        "tp_mg_per_l",
        {},
        process_tp_removal_fraction=0.445,
        polishing_tp_removal_fraction=0.694,
        wetland_tp_removal_fraction=0.45,
        operation_tp_removal_fraction=0.15,
    )
    assert left == pytest.approx(0.0793956, rel=1e-6)


def test_no_measure_goes_below_the_technical_floor() -> None:
    """0.3 x 0.1 = 0.03 mg/L would stand below the floor of 0.05; 14.6 million m3 x 0.05 = 0.73 t."""
    plant = {"effluent_tp_mg_per_l": 0.3}
    assert one("tp_t_per_year", plant, polishing_tp_removal_fraction=0.9) == pytest.approx(0.73, rel=1e-12)


def test_floor_does_not_worsen_a_plant_below_it() -> None:
    """0.03 mg/L stays 0.03 with and without reverse osmosis; a bare floor would lift it to 0.05."""
    plant = {"effluent_tp_mg_per_l": 0.03}
    assert one("tp_mg_per_l", plant) == pytest.approx(0.03)
    assert one("tp_mg_per_l", plant, polishing_tp_removal_fraction=0.9) == pytest.approx(0.03)


def test_floor_is_stated_for_phosphorus_only() -> None:
    """40 mg/L COD x 0.2 = 8 mg/L."""
    left = one("cod_mg_per_l", {"effluent_cod_mg_per_l": 40.0}, polishing_cod_removal_fraction=0.8)
    assert left == pytest.approx(8, rel=1e-12)


def test_upgrade_counts_from_the_measured_effluent() -> None:
    """max(0, 1.0 - 0.5) x 14.6 = 7.3 t; the plant at 0.25 mg/L keeps its 3.65 t: 1A gives it nothing."""
    plants: tuple[Row, ...] = ({"effluent_tp_mg_per_l": 1.0}, {"effluent_tp_mg_per_l": 0.25})
    state = state_of(*plants)
    capped = state | {"effluent_tp_mg_per_l": np.minimum(state["effluent_tp_mg_per_l"], 0.5)}
    gain = SECTOR.formula(state, FACTORS)["tp_t_per_year"] - SECTOR.formula(capped, FACTORS)["tp_t_per_year"]
    assert gain == pytest.approx([7.3, 0.0], abs=1e-12)


def test_reuse_keeps_its_share_out_of_the_river() -> None:
    """14.6 t x (1 - 0.25) = 10.95 t; 40 000 x 0.25 = 10 000 m3/d reused."""
    result = flows({}, reuse_fraction=0.25)
    assert result["tp_t_per_year"][0] == pytest.approx(10.95, rel=1e-12)
    assert result["reused_m3_per_day"][0] == pytest.approx(10_000, rel=1e-12)
    assert result["reused_m3_per_year"][0] == pytest.approx(3.65e6, rel=1e-12)


UNTREATED: Row = {"untreated_m3_per_day": 10_000.0}


def test_untreated_wastewater_leaves_at_influent_concentration() -> None:
    """14.6 t + 10 000 x 365 x 4 g = 14.6 + 14.6 = 29.2 t; 50 000 m3/d generated, 40 000 treated."""
    result = flows(UNTREATED)
    assert result["tp_t_per_year"][0] == pytest.approx(29.2, rel=1e-12)
    assert result["generated_m3_per_year"][0] == pytest.approx(18.25e6, rel=1e-12)
    assert result["treated_m3_per_year"][0] == pytest.approx(14.6e6, rel=1e-12)


def test_new_capacity_treats_what_was_untreated() -> None:
    """14.6 + 14.6 x (1 - 0.875) = 16.425 t, and all 18.25 million m3 are treated."""
    result = flows(UNTREATED, capacity_tp_removal_fraction=0.875, untreated_served_fraction=1.0)
    assert result["tp_t_per_year"][0] == pytest.approx(16.425, rel=1e-12)
    assert result["treated_m3_per_year"][0] == pytest.approx(18.25e6, rel=1e-12)
    assert result["tp_mg_per_l"][0] == pytest.approx(1.0)


def test_pretreatment_acts_on_its_share_of_the_load() -> None:
    """8 000 of 40 000 m3/d is 20 % of the load; 75 % of that goes: 14.6 x (1 - 0.2 x 0.75) = 12.41 t."""
    park: Row = {"plant_type": "industrial_park", "pretreatable_m3_per_day": 8_000.0}
    result = flows(park, intake_tp_removal_fraction=0.75)
    assert result["tp_t_per_year"][0] == pytest.approx(12.41, rel=1e-12)
    assert result["pretreatable_m3_per_year"][0] == pytest.approx(2.92e6, rel=1e-12)


@pytest.mark.parametrize(("flow", "share"), [(0.0, 1.0), (4_000.0, 1.0), (16_000.0, 0.5)])
def test_share_to_pretreat_is_by_volume_and_at_most_all(flow: float, share: float) -> None:
    """8 000 m3/d of none at all, of 4 000, and of 16 000."""
    table = completed({"pretreatable_m3_per_day": 8_000.0, "flow_m3_per_day": flow})
    assert table["pretreatable_load_fraction"][0] == share


def test_membrane_bioreactor_counts_as_filtration() -> None:
    assert completed({"process_type": "mbr"}, {"process_type": "sbr"})["has_filtration"].tolist() == [1.0, 0.0]


def test_every_flag_fills_its_slot() -> None:
    flags = {"has_p_removal": 1.0, "has_filtration": 1.0, "has_wetland": 1.0, "has_precise_operation": 1.0}
    table = completed(flags)
    removals = [table[f"{slot}_tp_removal_fraction"][0] for slot in ("process", "polishing", "wetland", "operation")]
    assert removals == [0.445, 0.694, 0.45, 0.15]
    assert table["tp_existing_pass_fraction"][0] == pytest.approx(0.555 * 0.306 * 0.55 * 0.85, rel=1e-12)
    assert table["process_cod_removal_fraction"][0] == 0.05
    assert table["process_tn_removal_fraction"][0] == 0


@given(
    growth=st.floats(0.2, 5),
    tp=st.floats(0, 8),
    removal=st.floats(0, 0.99),
    reuse=st.floats(0, 1),
    raw=st.floats(0, 1e5),
)
def test_flows_grow_with_activity_and_levels_do_not(
    growth: float, tp: float, removal: float, reuse: float, raw: float
) -> None:
    plant: Row = {"effluent_tp_mg_per_l": tp, "untreated_m3_per_day": raw, "reuse_fraction": reuse}
    state = state_of(plant, process_tp_removal_fraction=removal)
    grown = state | {column.name: state[column.name] * growth for column in SECTOR.columns if column.activity}
    before, after = SECTOR.formula(state, FACTORS), SECTOR.formula(grown, FACTORS)
    for name, values in before.items():
        factor = 1.0 if name.endswith("_mg_per_l") else growth
        assert after[name] == pytest.approx(values * factor, rel=1e-9, abs=1e-9)


@given(
    tp=st.floats(0, 8),
    flag=st.sampled_from([0.0, 1.0]),
    slot=st.sampled_from(["process", "polishing"]),
    more=st.floats(0, 1),
)
def test_more_removal_never_raises_the_discharge(tp: float, flag: float, slot: str, more: float) -> None:
    """Nor does it give more than the plant had: ACCOUNTING section 15, invariants 2 and 4."""
    state = state_of({"effluent_tp_mg_per_l": tp, "has_p_removal": flag, "has_filtration": flag})
    name = f"{slot}_tp_removal_fraction"
    with_more = state | {name: np.maximum(state[name], more)}
    before, after = (SECTOR.formula(one_state, FACTORS)["tp_t_per_year"][0] for one_state in (state, with_more))
    assert 0 <= after <= before * (1 + 1e-12)


@pytest.mark.parametrize(
    ("plant", "column"),
    [
        ({"effluent_tp_mg_per_l": 5.0}, "effluent_tp_mg_per_l"),
        ({"effluent_cod_mg_per_l": 40.0, "untreated_m3_per_day": 5.0}, "influent_cod_mg_per_l"),
        ({"capacity_m3_per_day": 0.0}, "capacity_m3_per_day"),
    ],
)
def test_rows_that_contradict_themselves_are_named(plant: Row, column: str) -> None:
    assert SECTOR.cross_checks is not None
    found = SECTOR.cross_checks(completed({}, plant))
    assert [(row, name) for row, name, _ in found] == [(1, column)]


def test_sound_rows_pass_the_cross_checks() -> None:
    assert SECTOR.cross_checks is not None
    park: Row = {"capacity_m3_per_day": 0.0, "flow_m3_per_day": 0.0, "effluent_tp_mg_per_l": 0.0}
    assert SECTOR.cross_checks(completed({}, UNTREATED, park)) == []


def test_slots_stand_in_the_order_of_the_water() -> None:
    assert SECTOR.slots == ("intake", "process", "polishing", "wetland", "operation", "reuse", "capacity")
