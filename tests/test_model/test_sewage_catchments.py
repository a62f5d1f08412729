"""Worked examples of sewage catchments."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.sectors.sewage_catchments import SECTOR
from tests.test_model.land import QUICK, Ground, Row, row_of

# 200 000 people x 1.75 g x 365 = 127.75 t/yr in 200 000 x 0.15 = 30 000 m3/d = 10 950 000 m3/yr
G = Ground(
    SECTOR,
    {
        "population": 200_000.0,
        "water_m3_per_person_day": 0.15,
        "tp_g_per_person_day": 1.75,
        "collection_fraction": 0.7,
        "uncollected_to_water_fraction": 1.0,
        "capacity_m3_per_day": 50_000.0,
        "plant_tp_removal_fraction": 0.875,
    },
)
SEWERS = {"sewers_capture_fraction": 2 / 3}
"""From 70 to 70 + 30 x 2/3 = 90 %."""

FULL: Row = {"capacity_m3_per_day": 21_000.0}
"""The plant takes 70 % of 30 000 m3/d and no more."""

LEAKY: Row = {"misconnected_fraction": 0.1, "overflow_fraction": 0.1}


def test_load_is_what_is_not_collected_and_what_the_plant_lets_through() -> None:
    """127.75 x (0.3 + 0.7 x 0.125) = 127.75 x 0.3875 = 49.503125 t."""
    result = G.flows({})
    assert result["tp_t_per_year"][0] == pytest.approx(49.503125, rel=1e-9)
    assert result["generated_m3_per_year"][0] == pytest.approx(10_950_000, rel=1e-9)
    assert result["collected_m3_per_year"][0] == pytest.approx(7_665_000, rel=1e-9)
    assert result["treated_m3_per_year"][0] == pytest.approx(7_665_000, rel=1e-9)


def test_collection_from_70_to_90_percent() -> None:
    """0.1 + 0.9 x 0.125 = 0.2125; 127.75 x (0.3875 - 0.2125) = 22.35625 t: the 22.4 t of ACCOUNTING section 5."""
    assert G.tp({}) - G.tp({}, **SEWERS) == pytest.approx(22.35625, rel=1e-9)


def test_only_a_part_of_what_is_not_collected_may_reach_the_water() -> None:
    """127.75 x (0.3 x 0.5 + 0.0875) = 30.340625 t."""
    assert G.tp({"uncollected_to_water_fraction": 0.5}) == pytest.approx(30.340625, rel=1e-9)


def test_sewers_without_capacity_save_nothing() -> None:
    """20 % more arrive untreated: 0.1 + 0.2 + 0.7 x 0.125 = 0.3875 as before; ignoring the capacity saves 22.36 t."""
    assert G.tp(FULL, **SEWERS) == pytest.approx(G.tp(FULL), rel=1e-12)
    assert G.one("treated_m3_per_year", FULL, **SEWERS) == pytest.approx(7_665_000, rel=1e-9)
    assert G.one("collected_m3_per_year", FULL, **SEWERS) == pytest.approx(9_855_000, rel=1e-9)


def test_capacity_without_sewers_saves_nothing() -> None:
    built = {"capacity_built_fraction": 1.0, "capacity_tp_removal_fraction": 0.9}
    assert G.tp(FULL, **built) == pytest.approx(G.tp(FULL), rel=1e-12)
    assert G.one("treated_m3_per_year", FULL, **built) == pytest.approx(7_665_000, rel=1e-9)


def test_sewers_and_capacity_together_save() -> None:
    """The new plant takes 6 000 of the missing 9 000 m3/d: 127.75 x (0.1 + 0.7 x 0.125 + 0.2 x 0.1) = 26.508125 t."""
    both = SEWERS | {"capacity_built_fraction": 1.0, "capacity_tp_removal_fraction": 0.9}
    assert G.completed(FULL)["planned_capacity_m3_per_day"][0] == pytest.approx(9_000, rel=1e-12)
    assert G.tp(FULL, **both) == pytest.approx(26.508125, rel=1e-9)
    assert G.one("treated_m3_per_year", FULL, **both) == pytest.approx(9_855_000, rel=1e-9)


def test_a_plant_too_small_leaves_the_rest_untreated() -> None:
    """14 400 m3/d are 48 % of all: 127.75 x (0.3 + 0.22 + 0.48 x 0.125) = 74.095 t."""
    assert G.tp({"capacity_m3_per_day": 14_400.0}) == pytest.approx(74.095, rel=1e-9)


def test_losses_reach_the_water_untreated() -> None:
    """0.07 + 0.07 lost, 0.56 treated: 127.75 x (0.3 + 0.14 + 0.56 x 0.125) = 65.1525 t."""
    assert G.tp(LEAKY) == pytest.approx(65.1525, rel=1e-9)


def test_repair_recovers_its_share_of_the_losses() -> None:
    """60 %: 0.056 lost, 0.644 treated: 127.75 x (0.3 + 0.056 + 0.0805) = 55.762875 t."""
    assert G.tp(LEAKY, repair_recovered_fraction=0.6) == pytest.approx(55.762875, rel=1e-9)


STORAGE = {"storage_capture_fraction": 0.5, "storage_tp_removal_fraction": 0.5}
WET: Row = {"overflow_fraction": 0.1}


def test_storage_takes_half_of_the_overflow() -> None:
    """127.75 x (0.3 + 0.07 + 0.63 x 0.125) = 57.3278125 t, of which 0.035 x 127.75 = 4.47125 t are saved."""
    assert G.tp(WET) == pytest.approx(57.3278125, rel=1e-9)
    assert G.tp(WET, **STORAGE) == pytest.approx(52.8565625, rel=1e-9)
    assert G.one("stored_m3_per_year", WET, **STORAGE) == pytest.approx(383_250, rel=1e-9)


@pytest.mark.parametrize(("capacity", "saved"), [(18_900.0, 0.0), (19_425.0, 2.235625), (19_950.0, 4.47125)])
def test_storage_needs_room_in_the_plant(capacity: float, saved: float) -> None:
    """63 % of 30 000 = 18 900 m3/d arrive and 1 050 are held back; with room for half of them half is saved."""
    row = {**WET, "capacity_m3_per_day": capacity}
    assert G.tp(row) - G.tp(row, **STORAGE) == pytest.approx(saved, abs=1e-9)


LISTED: Row = {"is_plant_listed": 1.0}


def test_a_listed_plant_discharges_its_own_load() -> None:
    """Only 0.3 x 127.75 = 38.325 t are left here; counted in both tables the plant's 11.178 t would stand twice."""
    result = G.flows(LISTED)
    assert result["tp_t_per_year"][0] == pytest.approx(38.325, rel=1e-9)
    assert result["generated_m3_per_year"][0] == pytest.approx(3_285_000, rel=1e-9)
    assert result["treated_m3_per_year"][0] == pytest.approx(0, abs=1e-6)


def test_what_reaches_a_listed_plant_anew_counts_here_net() -> None:
    """127.75 x (0.1 + 0.2 x 0.125) = 15.96875 t: the same 22.35625 t are saved as with the plant in this table."""
    assert G.tp(LISTED) - G.tp(LISTED, **SEWERS) == pytest.approx(22.35625, rel=1e-9)
    assert G.one("treated_m3_per_year", LISTED, **SEWERS) == pytest.approx(2_190_000, rel=1e-9)


def test_nobody_discharges_nothing() -> None:
    assert G.tp({"population": 0.0}) == 0
    assert G.completed({"population": 0.0})["treated_as_is_fraction"][0] == 0


def test_other_pollutants_are_computed_where_stated() -> None:
    """200 000 x 70 g x 365 = 5 110 t COD x (0.3 + 0.7 x 0.17) = 2 141.09 t; TN is left empty."""
    result = G.flows({"cod_g_per_person_day": 70.0})
    assert result["cod_t_per_year"][0] == pytest.approx(2_141.09, rel=1e-9)
    assert result["tn_t_per_year"][0] == 0


shares = st.floats(0, 1)


@QUICK
@given(growth=st.floats(0.2, 5), capacity=st.floats(0, 60_000), capture=shares, built=shares, leak=st.floats(0, 0.5))
def test_flows_grow_with_activity(growth: float, capacity: float, capture: float, built: float, leak: float) -> None:
    row = {"capacity_m3_per_day": capacity, "misconnected_fraction": leak, "overflow_fraction": leak, **LISTED}
    changes = {"sewers_capture_fraction": capture, "capacity_built_fraction": built}
    G.assert_homogeneous(row, growth, **changes, **STORAGE)


@QUICK
@given(
    capacity=st.floats(0, 60_000),
    collected=shares,
    leak=st.floats(0, 0.5),
    overflow=st.floats(0, 0.5),
    listed=st.sampled_from([0.0, 1.0]),
)
def test_no_measure_raises_a_load(
    capacity: float, collected: float, leak: float, overflow: float, listed: float
) -> None:
    losses = {"misconnected_fraction": leak, "overflow_fraction": overflow, "is_plant_listed": listed}
    G.assert_no_measure_raises({"capacity_m3_per_day": capacity, "collection_fraction": collected, **losses})


def test_rows_that_contradict_themselves_are_named() -> None:
    over = {"misconnected_fraction": 0.6, "overflow_fraction": 0.6}
    found = G.complaints({}, over, {"is_plant_listed": 0.5})
    assert found == [(1, "overflow_fraction"), (2, "is_plant_listed")]


WORKS: Row = {"missing_sewer_km": 40.0, "repair_sewer_km": 10.0, "overflow_storage_m3": 5_000.0, **WET}


def test_measures_are_offered_where_works_are_stated() -> None:
    assert G.offered({}) == set()
    assert G.offered({**WORKS, **FULL}) == {
        "catchment-new-capacity",
        "sewer-extension",
        "sewer-repair",
        "overflow-storage",
    }


def test_sewers_pay_for_their_length_and_for_treating_what_they_bring() -> None:
    """40 km x 2.5 million = 100 million CNY, 1 % of it a year; 0.3 x 0.9 x 10.95 = 2.9565 million m3 are added.

    0.9725 CNY and 0.35 kWh x 0.65 CNY each: 1.2 x 2 956 500 = 3 547 800 CNY/yr; 127.75 x 0.27 x 0.875 = 30.1809375 t.
    """
    table = G.options({"missing_sewer_km": 40.0}, "electricity_kwh_per_year", "co2_t_per_year")
    row = row_of(table, "sewer-extension")
    assert table.capital_cny[row] == pytest.approx(1e8, rel=1e-9)
    assert table.public_capital_cny[row] == pytest.approx(1e8, rel=1e-9)
    assert table.fixed_cny_per_year[row] == pytest.approx(1e6, rel=1e-9)
    assert table.running_cny_per_year[row] == pytest.approx(3_547_800, rel=1e-9)
    assert table.change["tp_t_per_year"][row] == pytest.approx(-30.1809375, rel=1e-9)
    assert table.change["electricity_kwh_per_year"][row] == pytest.approx(1_034_775, rel=1e-9)
    assert table.change["co2_t_per_year"][row] == pytest.approx(1_478.25, rel=1e-9)


def test_treatment_is_charged_once_for_sewers_with_capacity() -> None:
    """Alone neither treats anything; together 2 956 500 m3 x 1.2 CNY once, not twice."""
    table = G.options({"missing_sewer_km": 40.0, **FULL})
    alone = [row_of(table, "catchment-new-capacity"), row_of(table, "sewer-extension")]
    assert table.running_cny_per_year[alone] == pytest.approx(0, abs=1e-6)
    assert table.change["tp_t_per_year"][alone] == pytest.approx(0, abs=1e-9)
    both = row_of(table, "catchment-new-capacity", "sewer-extension")
    assert table.running_cny_per_year[both] == pytest.approx(3_547_800, rel=1e-9)
    assert table.change["tp_t_per_year"][both] == pytest.approx(-30.1809375, rel=1e-9)
