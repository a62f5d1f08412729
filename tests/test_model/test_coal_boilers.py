"""Worked examples of boilers, from ACCOUNTING sections 2, 9, 11 and 12.

Reference boiler: chain grate, 35 t/h, 3 500 full-load hours: 35 x 3500 x 0.151 = 18 497.5 t coal. Useful heat of 1 t
coal: 20.908 x 0.80 = 16.7264 GJ.
"""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model.sectors.coal_boilers_columns import cross_checks
from tests.test_model.air import BOILERS, FACTORS, boilers, close, flows, offered, offered_ids, scaled, state_with

COAL_T = 18_497.5
GAS = {"fuel": "gas", "capacity_t_per_h": 10.0}
BIOMASS = {"fuel": "biomass", "capacity_t_per_h": 10.0}
NETWORKS = {"is_gas_network_near": 1.0, "is_heat_network_near": 1.0}


def removed(pollutant: str, row: dict[str, object], *measure_ids: str) -> float:
    """Share of a flow that measures take away."""
    table = boilers(row)
    name = f"{pollutant}_t_per_year"
    return float(1 - flows(table, *measure_ids)[name][0] / flows(table)[name][0])


def test_coal_follows_from_capacity() -> None:
    assert flows(boilers({}))["coal_t_per_year"] == pytest.approx(COAL_T, rel=1e-12)


def test_nox_of_the_reference_boiler() -> None:
    """18 497.5 x 2.94 / 1000 = 54.38265 t."""
    assert flows(boilers({}))["nox_t_per_year"] == pytest.approx(54.38265, rel=1e-9)


def test_level_of_the_reference_boiler() -> None:
    """2.94 kg/t over 12 000 m3/t is 245 mg/m3."""
    assert flows(boilers({}))["nox_mg_per_m3"] == pytest.approx(245, rel=1e-9)


def test_stated_coal_is_kept() -> None:
    assert flows(boilers({"coal_t_per_year": 12_000.0}))["coal_t_per_year"] == pytest.approx(12_000, rel=1e-12)


def test_fluidised_beds_and_pulverised_coal_have_factors_of_their_own() -> None:
    """2.5 and 6.0 kg/t: 46.24375 and 110.985 t; with the chain grate's factor both would give 54.38265."""
    table = boilers({"boiler_type": "cfb"}, {"boiler_type": "pulverised"})
    assert flows(table)["nox_t_per_year"] == pytest.approx([46.24375, 110.985], rel=1e-9)


def test_monitoring_at_reference_oxygen() -> None:
    """300 mg/m3 x 12 000 m3/t x 18 497.5 t = 66.591 t."""
    assert flows(boilers({"nox_mg_per_m3": 300.0}))["nox_t_per_year"] == pytest.approx(66.591, rel=1e-9)


def test_monitoring_is_converted_to_reference_oxygen() -> None:
    """200 mg/m3 at 12 %: 200 x (21 - 9) / (21 - 12) = 266.667 mg/m3; taken as measured it would be 200."""
    level = flows(boilers({"nox_mg_per_m3": 200.0, "o2_fraction": 0.12}))["nox_mg_per_m3"]
    assert level == pytest.approx(266.666667, rel=1e-8)


def test_monitoring_is_preferred_to_a_stated_factor_and_the_gap_is_shown() -> None:
    """300 mg/m3 against 2.94 kg/t = 245 mg/m3: 66.591 t, not 54.38265 t; ratio 300 / 245 = 1.224490."""
    table = boilers({"nox_mg_per_m3": 300.0, "coal_nox_kg_per_t": 2.94})
    assert flows(table)["nox_t_per_year"] == pytest.approx(66.591, rel=1e-9)
    assert table["coal_monitoring_ratio"].iloc[0] == pytest.approx(1.22448980, rel=1e-8)


def test_monitoring_of_a_gas_boiler() -> None:
    """100 mg/m3 at 3.5 % x 10.1 m3/m3 = 10.1 kg per 10 000 m3, so 1.01 t; by the factor it would be 1.871 t."""
    found = flows(boilers({**GAS, "nox_mg_per_m3": 100.0, "gas_m3_per_year": 1e6}))
    assert found["nox_t_per_year"] == pytest.approx(1.01, rel=1e-9)
    assert found["nox_mg_per_m3"] == pytest.approx(100, rel=1e-9)


def test_existing_equipment_is_counted() -> None:
    """SNCR of 45 % in place: 54.38265 x 0.55 = 29.9104575 t."""
    table = boilers({"flue_gas_nox_removal_fraction": 0.45})
    assert flows(table)["nox_t_per_year"] == pytest.approx(29.9104575, rel=1e-9)


def test_scr_on_a_boiler_with_sncr_gains_the_difference() -> None:
    """0.55 to 0.20 of 54.38265 t is 19.0339275 t; SCR as if nothing were there would claim 80 % of 29.91 = 23.93 t."""
    table = boilers({"flue_gas_nox_removal_fraction": 0.45})
    gain = flows(table)["nox_t_per_year"] - flows(table, "boiler-scr")["nox_t_per_year"]
    assert gain == pytest.approx(19.0339275, rel=1e-9)


def test_lesser_equipment_than_what_stands_changes_nothing() -> None:
    table = boilers({"flue_gas_nox_removal_fraction": 0.8, "capacity_t_per_h": 65.0})
    assert {"boiler-sncr", "boiler-scr", "boiler-sncr-scr"}.isdisjoint(offered_ids(table))


@pytest.mark.parametrize(("level", "share"), [(300.0, 0.83333333), (245.0, 0.79591837)])
def test_a_limit_acts_from_the_boilers_own_concentration(level: float, share: float) -> None:
    """1 - 50/300 = 83.33 % and 1 - 50/245 = 79.59 %."""
    assert removed("nox", {"nox_mg_per_m3": level}, "boiler-ultra-low") == pytest.approx(share, rel=1e-7)


def test_a_limit_does_nothing_to_a_boiler_already_below_it() -> None:
    table = boilers({"nox_mg_per_m3": 40.0})
    assert close(flows(table, "boiler-ultra-low")["nox_t_per_year"], flows(table)["nox_t_per_year"])


def test_ultra_low_caps_sulphur_and_dust() -> None:
    """From 300 and 50 mg/m3, where nothing else is stated: 1 - 35/300 = 88.33 %, 1 - 10/50 = 80 % (CB14)."""
    assert removed("so2", {}, "boiler-ultra-low") == pytest.approx(0.88333333, rel=1e-7)
    assert removed("pm", {}, "boiler-ultra-low") == pytest.approx(0.8, rel=1e-9)


def test_no_equipment_goes_below_the_technical_floor() -> None:
    """Monitored 100 mg/m3 less 80 % would be 20; the floor is 30."""
    assert flows(boilers({"nox_mg_per_m3": 100.0}), "boiler-scr")["nox_mg_per_m3"] == pytest.approx(30, rel=1e-9)


def test_the_floor_never_worsens() -> None:
    """A boiler at 22 mg/m3 stays there, as is and with SCR; a floor of 30 alone would raise it."""
    table = boilers({"nox_mg_per_m3": 22.0})
    assert flows(table)["nox_mg_per_m3"] == pytest.approx(22, rel=1e-9)
    assert flows(table, "boiler-scr")["nox_mg_per_m3"] == pytest.approx(22, rel=1e-9)


def test_in_series_equipment_multiplies() -> None:
    """Staged air 25 % and SNCR 45 %: 1 - 0.75 x 0.55 = 58.75 %, not 70 %."""
    assert removed("nox", {}, "boiler-staged-air", "boiler-sncr") == pytest.approx(0.5875, rel=1e-9)


@pytest.mark.parametrize(
    ("measure_id", "share"), [("boiler-low-nox-burner-sncr", 0.695), ("boiler-low-nox-burner-scr", 0.91)]
)
def test_combined_retrofits_give_the_packs_total(measure_id: str, share: float) -> None:
    assert removed("nox", {"boiler_type": "pulverised"}, measure_id) == pytest.approx(share, abs=1e-7)


def test_coal_to_gas() -> None:
    """16.7264 / (0.0356 x 0.92) = 510.698583 m3 per t: 9 446 647.0 m3, x 6.97 and x 3.03 kg per 10 000 m3.

    NOx falls to 6.58431 t (87.89 %) and 2.86233 t (94.74 %); without conserved heat a gas boiler of the same capacity
    would be sized by 2.52 GJ/t steam and burn 9 425 378 m3.
    """
    class_2, class_3 = flows(boilers({}), "boiler-gas"), flows(boilers({}), "boiler-gas-ultra-low-nox")
    assert class_2["gas_m3_per_year"] / COAL_T == pytest.approx(510.698583, rel=1e-8)
    assert class_2["nox_t_per_year"] == pytest.approx(6.58431298, rel=1e-8)
    assert class_3["nox_t_per_year"] == pytest.approx(2.86233405, rel=1e-8)
    assert removed("nox", {}, "boiler-gas") == pytest.approx(0.878926, abs=1e-6)
    assert removed("nox", {}, "boiler-gas-ultra-low-nox") == pytest.approx(0.947367, abs=1e-6)


def test_coal_to_gas_co2() -> None:
    """510.698583 x 2.1622e-3 - 1.9003 = -0.796068 t per t coal."""
    table = boilers({})
    change = flows(table, "boiler-gas")["co2_t_per_year"] - flows(table)["co2_t_per_year"]
    assert change / COAL_T == pytest.approx(-0.7960675, rel=1e-6)


def test_coal_to_electricity() -> None:
    """16.7264 / 3.6 / 0.97 = 4.789920 MWh per t coal, x 0.5703 = +2.731691 t CO2, less 1.9003 t on site; no NOx."""
    table = boilers({})
    found = flows(table, "boiler-electric")
    assert found["electricity_kwh_per_year"] / COAL_T == pytest.approx(4789.91982, rel=1e-8)
    assert found["nox_t_per_year"] == found["nox_mg_per_m3"] == 0
    change = found["co2_t_per_year"] - flows(table)["co2_t_per_year"]
    assert change / COAL_T == pytest.approx(2.7316913 - 1.9003, rel=1e-6)


def test_coal_to_biomass() -> None:
    """1.35 t per t coal: NOx 1.02 x 1.35 / 2.94 = 46.84 % is left; SO2 20 % and dust 40 % behind the same equipment."""
    assert flows(boilers({}), "boiler-biomass")["biomass_t_per_year"] / COAL_T == pytest.approx(1.35, rel=1e-6)
    assert removed("nox", {}, "boiler-biomass") == pytest.approx(0.531633, abs=1e-6)
    assert removed("so2", {}, "boiler-biomass") == pytest.approx(0.80, abs=1e-6)
    assert removed("pm", {}, "boiler-biomass") == pytest.approx(0.60, abs=1e-6)
    assert removed("co2", {}, "boiler-biomass") == 1


def test_district_heat_is_net_of_the_central_plant() -> None:
    """CB02: 85 % of NOx, 90 % of SO2, 95 % of dust, 0.3 t CO2 per t coal; all heat is bought, the stack is cold."""
    table = boilers({})
    found = flows(table, "boiler-district-heat")
    for pollutant, share in (("nox", 0.85), ("so2", 0.90), ("pm", 0.95)):
        assert removed(pollutant, {}, "boiler-district-heat") == pytest.approx(share, abs=1e-6)
    change = found["co2_t_per_year"] - flows(table)["co2_t_per_year"]
    assert change / COAL_T == pytest.approx(-0.3, abs=1e-6)
    assert found["heat_bought_gj_per_year"] / COAL_T == pytest.approx(16.7264, rel=1e-9)
    assert found["nox_mg_per_m3"] == found["coal_t_per_year"] == 0


def test_a_closed_boiler_is_zero_in_everything() -> None:
    assert all(values == 0 for values in flows(boilers({}), "boiler-close").values())


def test_closing_ends_the_service_and_a_switch_keeps_it() -> None:
    """Without the service a closed boiler would earn 900 CNY for every tonne of coal and beat all other measures."""
    table = boilers({})
    served = flows(table)["heat_delivered_gj_per_year"]
    assert served / COAL_T == pytest.approx(16.7264, rel=1e-9)
    assert flows(table, "boiler-close")["heat_delivered_gj_per_year"] == 0
    for switch in ("gas", "gas-ultra-low-nox", "biomass", "electric", "district-heat"):
        assert close(flows(table, f"boiler-{switch}")["heat_delivered_gj_per_year"], served)


def test_efficiency_saves_fuel_and_all_that_comes_with_it() -> None:
    assert removed("coal", {}, "boiler-efficiency") == pytest.approx(0.08, rel=1e-9)
    assert removed("nox", {}, "boiler-efficiency") == pytest.approx(0.08, rel=1e-9)
    assert removed("co2", {}, "boiler-efficiency") == pytest.approx(0.08, rel=1e-9)


def test_washed_coal_brings_less_sulphur_and_ash() -> None:
    assert removed("so2", {}, "boiler-washed-coal") == pytest.approx(0.30, rel=1e-9)
    assert removed("pm", {}, "boiler-washed-coal") == pytest.approx(0.25, rel=1e-9)
    assert removed("nox", {}, "boiler-washed-coal") == 0


def test_sulphur_and_ash_by_the_classical_factors() -> None:
    """1 000 t of 1 % S behind 70 %: 1000 x 16 x 0.3 = 4.8 t; 20 % ash behind 95 %: 1000 x 20 x 1.25 x 0.05 = 1.25 t."""
    found = flows(
        boilers(
            {
                "coal_t_per_year": 1000.0,
                "coal_sulphur_fraction": 0.01,
                "coal_ash_fraction": 0.20,
                "dust_and_sulphur_so2_removal_fraction": 0.70,
                "dust_and_sulphur_pm_removal_fraction": 0.95,
            }
        )
    )
    assert found["so2_t_per_year"] == pytest.approx(4.8, rel=1e-9)
    assert found["pm_t_per_year"] == pytest.approx(1.25, rel=1e-9)


def test_a_boiler_with_nothing_stated_just_meets_the_limits_in_force() -> None:
    """300 and 50 mg/m3; with no removal at all the defaults would be 1 066.7 and 2 083 mg/m3."""
    found = flows(boilers({}))
    assert found["so2_mg_per_m3"] == pytest.approx(300, rel=1e-9)
    assert found["pm_mg_per_m3"] == pytest.approx(50, rel=1e-9)


def test_coal_cleaner_than_the_limit_has_no_desulphurisation_by_default() -> None:
    """0.2 % S gives 3.2 kg/t = 266.7 mg/m3, within 300."""
    found = flows(boilers({"coal_sulphur_fraction": 0.002}))
    assert found["so2_mg_per_m3"] == pytest.approx(266.666667, rel=1e-8)


def test_gas_boiler_from_capacity() -> None:
    """10 t/h x 3500 h x 2.52 / (0.0356 x 0.92) = 2 692 965.3 m3, x 18.71 kg per 10 000 m3 = 5.038538 t."""
    found = flows(boilers(GAS))
    assert found["gas_m3_per_year"] == pytest.approx(2_692_965.31, rel=1e-8)
    assert found["nox_t_per_year"] == pytest.approx(5.03853810, rel=1e-8)


@pytest.mark.parametrize(
    ("measure_id", "share"),
    [
        ("gas-boiler-low-nox-30", 1 - 3.03 / 18.71),
        ("gas-boiler-low-nox-80", 1 - 6.97 / 18.71),
        ("gas-boiler-recirculation", 0.40),
        ("gas-boiler-condensing", 0.85),
    ],
)
def test_burners_of_gas_boilers(measure_id: str, share: float) -> None:
    assert removed("nox", GAS, measure_id) == pytest.approx(share, abs=1e-6)


def test_a_class_3_burner_stands_at_30_mg_per_m3() -> None:
    assert flows(boilers(GAS), "gas-boiler-low-nox-30")["nox_mg_per_m3"] == pytest.approx(30, rel=1e-9)


def test_a_burner_never_worsens_a_better_one() -> None:
    """Monitored 20 mg/m3: a class-3 burner of 30 is neither offered nor does it change anything."""
    table = boilers({**GAS, "nox_mg_per_m3": 20.0})
    assert not any(measure_id.startswith("gas-boiler") for measure_id in offered_ids(table))
    assert close(flows(table, "gas-boiler-low-nox-30")["nox_t_per_year"], flows(table)["nox_t_per_year"])


def test_removal_columns_do_not_act_on_gas() -> None:
    with_sncr = flows(boilers({**GAS, "flue_gas_nox_removal_fraction": 0.45}))
    assert close(with_sncr["nox_t_per_year"], flows(boilers(GAS))["nox_t_per_year"])


def test_mixed_firing_shares_the_heat() -> None:
    """1 000 t coal and 510.698583 x 1000 m3 gas give equal heat: half each, NOx 2.94 + 0.955517 t."""
    table = boilers({"coal_t_per_year": 1000.0, "gas_m3_per_year": 510_698.583})
    assert table["coal_share"].iloc[0] == pytest.approx(0.5, rel=1e-8)
    assert flows(table)["nox_t_per_year"] == pytest.approx(2.94 + 0.95551705, rel=1e-7)


def test_a_boiler_that_stood_still_emits_nothing() -> None:
    table = boilers({"full_load_hours_per_year": 0.0})
    assert table["coal_share"].iloc[0] == 1
    assert all(values == 0 for values in flows(table).values())


def test_fuel_switches_stand_alone() -> None:
    switches = [m for m in offered(boilers(NETWORKS)) if "coal_share" in {change.column for change in m.changes}]
    assert len(switches) == 3
    assert all(measure.slots == BOILERS.slots for measure in switches)


def test_applicability_follows_the_pack() -> None:
    assert "boiler-gas" not in offered_ids(boilers({}))
    assert "boiler-gas" in offered_ids(boilers(NETWORKS))
    assert "boiler-biomass" in offered_ids(boilers({}))
    assert "boiler-biomass" not in offered_ids(boilers(NETWORKS))
    assert "boiler-ultra-low" in offered_ids(boilers({}))
    assert "boiler-scr" not in offered_ids(boilers({}))
    assert "boiler-close" not in offered_ids(boilers({"capacity_t_per_h": 40.0}))
    assert {"biomass-boiler-sncr", "biomass-boiler-gas"} <= offered_ids(boilers(BIOMASS | NETWORKS))


def test_a_new_boiler_is_for_those_due_for_replacement() -> None:
    """GB04 is for old boilers near the end of life; offered to all, its saving of gas would replace every boiler."""
    assert "gas-boiler-condensing" not in offered_ids(boilers(GAS))
    assert "gas-boiler-condensing" in offered_ids(boilers({**GAS, "is_due_for_replacement": 1.0}))


def test_contradictions_are_named_by_row_and_column() -> None:
    table = boilers({}, {"boiler_type": "gas"}, {"coal_t_per_year": 1e6}, {**GAS, "gas_m3_per_year": 1e9})
    found = [(row, column) for row, column, _ in cross_checks(table)]
    assert found == [(1, "boiler_type"), (2, "coal_t_per_year"), (3, "gas_m3_per_year")]


def test_a_removal_that_acts_on_nothing_is_refused() -> None:
    """A low-NOx burner of 60 % stated on a gas boiler would be lost, and its NOx be 2.5 times what it is."""
    burner = {"combustion_nox_removal_fraction": 0.6}
    mixed = {**GAS, **burner, "gas_m3_per_year": 1e5, "coal_t_per_year": 100.0}
    table = boilers({**GAS, **burner}, {**GAS, "flue_gas_nox_removal_fraction": 0.4}, GAS, burner, mixed)
    found = [(row, column) for row, column, _ in cross_checks(table)]
    assert found == [(0, "combustion_nox_removal_fraction"), (1, "flue_gas_nox_removal_fraction")]


def test_pellets_of_a_new_boiler_emit_what_the_pack_says() -> None:
    """A stated 10 kg/t, of whatever was co-fired, would raise NOx from 54.4 to 249.7 t; 1.02 kg/t gives 25.5 t."""
    table = boilers({"biomass_nox_kg_per_t": 10.0})
    assert flows(table, "boiler-biomass")["nox_t_per_year"] == pytest.approx(18497.5 * 1.35 * 1.02 / 1000, rel=1e-7)


def test_a_boiler_that_burns_gas_is_not_one_without_gas() -> None:
    """1 000 t coal at 1.5 kg/t and as much heat from gas at 3.03 emit 1.655 t; from pellets all of it 2.754 t."""
    burner = {"coal_nox_kg_per_t": 1.5, "gas_nox_kg_per_10k_m3": 3.03}
    table = boilers({"coal_t_per_year": 1000.0, "gas_m3_per_year": 510_698.583, **burner})
    assert "boiler-biomass" not in offered_ids(table)
    assert "boiler-biomass" in offered_ids(boilers({"coal_t_per_year": 2000.0, **burner}))


BOILER_ROWS = st.fixed_dictionaries(
    {
        "fuel": st.sampled_from(["coal", "gas", "biomass"]),
        "capacity_t_per_h": st.floats(0.5, 300),
        "full_load_hours_per_year": st.floats(1, 8000),
        "nox_mg_per_m3": st.floats(5, 900),
        "o2_fraction": st.floats(0.02, 0.15),
        "coal_sulphur_fraction": st.floats(0.001, 0.05),
        "combustion_nox_removal_fraction": st.floats(0, 0.9),
        "flue_gas_nox_removal_fraction": st.floats(0, 0.95),
        "is_gas_network_near": st.sampled_from([0.0, 1.0]),
        "is_heat_network_near": st.sampled_from([0.0, 1.0]),
    }
)


@settings(max_examples=60, deadline=None)
@given(row=BOILER_ROWS, boiler_type=st.sampled_from(["chain_grate", "cfb", "pulverised"]))
def test_no_measure_on_offer_raises_nox(row: dict[str, object], boiler_type: str) -> None:
    table = boilers({**row, "boiler_type": boiler_type} if row["fuel"] == "coal" else row)
    as_is = flows(table)["nox_t_per_year"][0]
    for measure in offered(table):
        assert flows(table, measure.id)["nox_t_per_year"][0] <= as_is * (1 + 1e-9), measure.id


@settings(max_examples=60, deadline=None)
@given(row=BOILER_ROWS)
def test_every_measure_but_closure_conserves_heat(row: dict[str, object]) -> None:
    """Useful heat = sum of fuel x LHV x efficiency, fuel saved by better boilers added back."""
    table = boilers({**row, "nox_mg_per_m3": 400.0})
    heat = flows(table)["heat_delivered_gj_per_year"]
    for measure in (measure for measure in offered(table) if measure.id != "boiler-close"):
        found, state = flows(table, measure.id), state_with(table, measure.id)
        useful = (
            found["coal_t_per_year"] * 20.908 * 0.80
            + found["gas_m3_per_year"] * 0.0356 * 0.92
            + found["biomass_t_per_year"] * FACTORS["biomass_gj_per_t"] * 0.80
            + found["electricity_kwh_per_year"] * 0.0036 * 0.97
            + found["heat_bought_gj_per_year"]
        ) / (1 - state["fuel_saving_fraction"])
        assert np.allclose(useful, heat, rtol=1e-9), measure.id


@settings(max_examples=60, deadline=None)
@given(row=BOILER_ROWS, by=st.floats(0.1, 10))
def test_flows_grow_with_activity_and_levels_do_not(row: dict[str, object], by: float) -> None:
    table = boilers(row)
    state = state_with(table)
    as_is, grown = BOILERS.formula(state, FACTORS), BOILERS.formula(scaled(state, BOILERS, by), FACTORS)
    for name, values in as_is.items():
        expected = values if name.endswith("_mg_per_m3") else values * by
        assert np.allclose(grown[name], expected, rtol=1e-9), name
