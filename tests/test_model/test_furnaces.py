"""Worked examples of power units and industrial furnaces, from ACCOUNTING sections 3 and 9."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model.sectors.furnaces_columns import cross_checks
from tests.test_model.air import FACTORS, FURNACES, close, flows, furnaces, offered, offered_ids, scaled, state_with

WASTE = {"furnace_type": "waste_incinerator", "capacity_t_per_day": 800.0}
GLASS = {"furnace_type": "glass", "capacity_t_per_day": 600.0}
CEMENT = {"furnace_type": "cement", "capacity_t_per_day": 5000.0, "output_per_year": 1_500_000.0}
POWER = {
    "furnace_type": "power_unit",
    "firing": "wall_fired",
    "capacity_mw": 300.0,
    "output_per_year": 1_500_000.0,
    "nox_kg_per_unit": 0.4,
}
COKE = {"furnace_type": "coke", "output_per_year": 1_000_000.0, "nox_kg_per_unit": 0.8}
STEEL = {"furnace_type": "steel", "fuel": "gas", "thermal_mw": 40.0, "nox_kg_per_unit": 0.3}
FOUNDRY = {"furnace_type": "foundry", "fuel": "coal", "capacity_t_per_h": 5.0, "nox_kg_per_unit": 0.5}


def nox(row: dict[str, object], *measure_ids: str) -> float:
    return float(flows(furnaces(row), *measure_ids)["nox_t_per_year"][0])


def test_the_waste_factor_is_after_the_fleets_control() -> None:
    """100 000 t x 0.96 kg/t = 96 t; taken as before control behind SNCR of 45 % it would be 52.8 t."""
    assert nox(WASTE) == pytest.approx(96, rel=1e-9)


def test_sncr_is_not_credited_twice() -> None:
    table = furnaces(WASTE)
    assert "incinerator-sncr" not in offered_ids(table)
    assert close(flows(table, "incinerator-sncr")["nox_t_per_year"], flows(table)["nox_t_per_year"])


def test_an_incinerator_without_sncr_emits_more() -> None:
    """0.96 / 0.55 = 1.745455 kg/t: 174.5455 t, and with SNCR 96 t."""
    bare = WASTE | {"flue_gas_nox_removal_fraction": 0.0}
    assert nox(bare) == pytest.approx(174.545455, rel=1e-8)
    assert nox(bare, "incinerator-sncr") == pytest.approx(96, rel=1e-9)


def test_better_sncr_gains_on_top_of_the_old() -> None:
    """35 % less than 96 t is 62.4 t."""
    assert nox(WASTE, "incinerator-sncr-upgrade") == pytest.approx(62.4, rel=1e-9)


def test_polishing_is_in_series_with_sncr() -> None:
    """Monitored 400 mg/m3 x 5 000 m3/t = 2 kg/t: 200 t behind SNCR; SCR of 90 % leaves 20 t, which is 40 mg/m3.

    The floor of 50 mg/m3 binds: 25 t.
    """
    monitored = WASTE | {"nox_mg_per_m3": 400.0}
    assert nox(monitored) == pytest.approx(200, rel=1e-9)
    assert nox(monitored, "incinerator-scr") == pytest.approx(25, rel=1e-9)


def test_glass_is_the_fleets_mean() -> None:
    """0.37 kg per weight case of 50 kg is 7.4 kg/t: 740 t."""
    assert nox(GLASS) == pytest.approx(740, rel=1e-9)


def test_a_glass_line_without_control_is_above_the_mean_and_scr_gains_in_full() -> None:
    """7.4 / (1 - 0.42 x 0.75) = 10.802920 kg/t; SCR of 75 % leaves 2.700730 kg/t on either kind of line."""
    bare = GLASS | {"flue_gas_nox_removal_fraction": 0.0}
    assert nox(bare) == pytest.approx(1080.29197, rel=1e-8)
    assert nox(bare, "glass-scr") == pytest.approx(270.072993, rel=1e-8)
    assert nox(GLASS, "glass-scr") == pytest.approx(270.072993, rel=1e-8)


def test_cement_controls_multiply_across_slots() -> None:
    """1.3 kg/t x 1.5 Mt = 1 950 t after SNCR; burner 25 % and staging 30 % leave 0.525 of it, 1 023.75 t."""
    assert nox(CEMENT) == pytest.approx(1950, rel=1e-9)
    found = nox(CEMENT, "cement-low-nox-burner", "cement-staged-combustion")
    assert found == pytest.approx(1023.75, rel=1e-9)


def test_a_factor_before_control_passes_the_equipment_in_place() -> None:
    """2 kg/t before control behind 50 %: 1 t per 1 000 t; the same figure after control: 2 t."""
    row = CEMENT | {"nox_kg_per_unit": 2.0, "output_per_year": 1000.0}
    assert nox(row | {"nox_factor_basis": "before"}) == pytest.approx(1, rel=1e-9)
    assert nox(row | {"nox_factor_basis": "after"}) == pytest.approx(2, rel=1e-9)


def test_the_default_factor_knows_the_basis_asked_for() -> None:
    assert nox(WASTE | {"nox_factor_basis": "before"}) == pytest.approx(96, rel=1e-9)


def test_monitoring_with_flow() -> None:
    """400 000 m3/h x 150 mg/m3 x 7 000 h = 420 t; a factor stated beside it gives way."""
    row = POWER | {"flue_gas_m3_per_h": 400_000.0, "operating_hours_per_year": 7000.0, "nox_mg_per_m3": 150.0}
    assert nox(row) == pytest.approx(420, rel=1e-9)


def test_monitoring_is_converted_to_reference_oxygen() -> None:
    """150 mg/m3 at 9 %: 150 x 15 / 12 = 187.5 mg/m3 at 6 %; the tonnes stay 420."""
    row = POWER | {"flue_gas_m3_per_h": 400_000.0, "operating_hours_per_year": 7000.0, "nox_mg_per_m3": 150.0}
    found = flows(furnaces(row | {"o2_fraction": 0.09}))
    assert found["nox_mg_per_m3"] == pytest.approx(187.5, rel=1e-9)
    assert found["nox_t_per_year"] == pytest.approx(420, rel=1e-9)


def test_power_unit_by_stated_factor() -> None:
    """0.4 kg/MWh x 1.5 TWh = 600 t; over 4 000 m3/MWh 100 mg/m3, and ultra-low halves it (PW04)."""
    found = flows(furnaces(POWER))
    assert found["nox_t_per_year"] == pytest.approx(600, rel=1e-9)
    assert found["nox_mg_per_m3"] == pytest.approx(100, rel=1e-9)
    assert nox(POWER, "power-ultra-low") == pytest.approx(300, rel=1e-9)


def test_a_limit_acts_from_the_units_own_concentration() -> None:
    """80 mg/m3 to 50 is 37.5 %, not 50 %."""
    row = POWER | {"nox_kg_per_unit": 0.32}
    assert 1 - nox(row, "power-ultra-low") / nox(row) == pytest.approx(0.375, rel=1e-9)


def test_no_equipment_goes_below_the_floor_nor_worsens() -> None:
    """0.4 kg/MWh less 90 % would be 10 mg/m3; the floor is 30. A unit at 25 mg/m3 stays there."""
    assert flows(furnaces(POWER), "power-scr")["nox_mg_per_m3"] == pytest.approx(30, rel=1e-9)
    low = furnaces(POWER | {"nox_kg_per_unit": 0.1})
    assert flows(low, "power-scr")["nox_mg_per_m3"] == pytest.approx(25, rel=1e-9)


def test_scr_on_a_unit_with_sncr_gains_the_difference() -> None:
    """2 kg/MWh behind SNCR of 25 %: 3 000 t to 3 000 x 0.10 / 0.75 = 400 t; 90 % of what is left would leave 300 t."""
    row = POWER | {"nox_kg_per_unit": 2.0, "flue_gas_nox_removal_fraction": 0.25}
    assert nox(row, "power-scr") == pytest.approx(400, rel=1e-9)


def test_without_flue_gas_the_level_is_not_known() -> None:
    found = flows(furnaces(COKE), "coke-oven-scr")
    assert np.isnan(found["nox_mg_per_m3"][0])
    assert found["nox_t_per_year"] == pytest.approx(80, rel=1e-9)


def test_co_effects_start_from_what_is_emitted_today() -> None:
    """1 kg/t SO2 and 0.2 kg/t dust: 100 t and 20 t, of which 15 % and 2 % are left behind a ceramic filter."""
    table = furnaces(GLASS | {"so2_kg_per_unit": 1.0, "pm_kg_per_unit": 0.2})
    assert flows(table)["so2_t_per_year"] == pytest.approx(100, rel=1e-9)
    found = flows(table, "glass-ceramic-filter")
    assert found["so2_t_per_year"] == pytest.approx(15, rel=1e-9)
    assert found["pm_t_per_year"] == pytest.approx(0.4, rel=1e-9)


def test_clean_fuel_in_a_foundry() -> None:
    """0.5 kg/t x 100 000 t = 50 t, 60 % less is 20 t."""
    assert nox(FOUNDRY, "furnace-clean-fuel") == pytest.approx(20, rel=1e-9)


def test_closure_is_offered_only_where_value_added_is_stated_and_ends_it() -> None:
    table = furnaces(GLASS | {"value_added_cny_per_year": 3e8})
    assert "furnace-close" not in offered_ids(furnaces(GLASS))
    assert "furnace-close" in offered_ids(table)
    assert flows(table)["value_added_cny_per_year"] == 3e8
    assert all(values == 0 for values in flows(table, "furnace-close").values())


def test_applicability_follows_type_fuel_and_firing() -> None:
    assert {m for m in offered_ids(furnaces(POWER)) if m != "power-scr"} == {"power-low-nox-burner", "power-ultra-low"}
    assert "power-sncr" in offered_ids(furnaces(POWER | {"firing": "cfb"}))
    assert offered_ids(furnaces(STEEL)) == {"furnace-low-nox-burner"}
    assert offered_ids(furnaces(FOUNDRY)) == {"furnace-clean-fuel"}
    assert offered_ids(furnaces(COKE)) == {"coke-oven-scr"}
    assert offered_ids(furnaces(GLASS | {"process": "container"})) == {"glass-scr"}


def test_oxy_fuel_firing_waits_for_a_cold_repair() -> None:
    assert "glass-oxy-fuel" not in offered_ids(furnaces(GLASS))
    assert "glass-oxy-fuel" in offered_ids(furnaces(GLASS | {"is_cold_repair_due": 1.0}))


def test_coke_capacity_is_the_output_unless_stated() -> None:
    assert furnaces(COKE)["capacity_t_per_year"].iloc[0] == 1e6
    assert furnaces(COKE | {"capacity_t_per_year": 1.2e6})["capacity_t_per_year"].iloc[0] == 1.2e6
    assert furnaces(GLASS)["capacity_t_per_year"].iloc[0] == 0


def test_what_a_type_needs_is_named_by_row_and_column() -> None:
    table = furnaces(
        POWER,
        POWER | {"capacity_mw": 0.0},
        POWER | {"nox_kg_per_unit": 0.0},
        WASTE | {"output_per_year": 1e6},
        STEEL | {"thermal_mw": 0.0},
        FOUNDRY | {"capacity_t_per_h": 0.0},
        CEMENT | {"flue_gas_m3_per_h": 500_000.0},
        FOUNDRY | {"fuel": "electricity", "nox_kg_per_unit": 0.0},
    )
    assert sorted((row, column) for row, column, _ in cross_checks(table)) == [
        (1, "capacity_mw"),
        (2, "nox_kg_per_unit"),
        (3, "output_per_year"),
        (4, "thermal_mw"),
        (5, "capacity_t_per_h"),
        (6, "flue_gas_m3_per_h"),
    ]


def test_a_furnace_that_stood_still_emits_nothing() -> None:
    table = furnaces(CEMENT | {"output_per_year": 0.0})
    assert flows(table)["nox_t_per_year"] == 0
    assert cross_checks(table) == []


FURNACE_ROWS = st.one_of(
    *(
        st.fixed_dictionaries(
            {name: st.just(value) for name, value in kind.items()}
            | {
                "output_per_year": st.floats(1, 1e7),
                "nox_mg_per_m3": st.floats(10, 3000),
                "flue_gas_m3_per_h": st.floats(1e3, 1e6),
                "operating_hours_per_year": st.floats(100, 8000),
                "o2_fraction": st.floats(0.01, 0.17),
                "combustion_nox_removal_fraction": st.floats(0, 0.9),
                "flue_gas_nox_removal_fraction": st.floats(0, 0.95),
                "so2_kg_per_unit": st.floats(0, 5),
                "value_added_cny_per_year": st.floats(0, 1e9),
            }
        )
        for kind in (POWER, WASTE, GLASS, CEMENT, COKE, STEEL, FOUNDRY)
    )
)


@settings(max_examples=60, deadline=None)
@given(row=FURNACE_ROWS)
def test_no_furnace_measure_raises_nox(row: dict[str, object]) -> None:
    table = furnaces(row)
    as_is = flows(table)["nox_t_per_year"][0]
    for measure in offered(table):
        assert flows(table, measure.id)["nox_t_per_year"][0] <= as_is * (1 + 1e-9), measure.id


@settings(max_examples=60, deadline=None)
@given(row=FURNACE_ROWS, by=st.floats(0.1, 10))
def test_furnace_flows_grow_with_activity_and_levels_do_not(row: dict[str, object], by: float) -> None:
    state = state_with(furnaces(row))
    as_is, grown = FURNACES.formula(state, FACTORS), FURNACES.formula(scaled(state, FURNACES, by), FACTORS)
    for name, values in as_is.items():
        expected = values if name.endswith("_mg_per_m3") else values * by
        assert np.allclose(grown[name], expected, rtol=1e-9), name


@settings(max_examples=60, deadline=None)
@given(row=FURNACE_ROWS)
def test_monitored_tonnes_are_flow_times_concentration(row: dict[str, float]) -> None:
    """Q C h 1e-9, whatever the oxygen and the equipment."""
    expected = row["flue_gas_m3_per_h"] * row["nox_mg_per_m3"] * row["operating_hours_per_year"] * 1e-9
    assert flows(furnaces(row))["nox_t_per_year"] == pytest.approx(expected, rel=1e-9)
