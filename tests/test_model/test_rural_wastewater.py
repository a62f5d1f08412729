"""Worked examples of rural wastewater."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.sectors.rural_wastewater import SECTOR
from tests.test_model.land import QUICK, Ground, Row, row_of

# 30 000 people x 0.08 m3/d = 2 400 m3/d = 876 000 m3/yr, of which 12 of 20 villages, 60 %, are served
G = Ground(
    SECTOR,
    {
        "villages_total": 20.0,
        "villages_covered": 12.0,
        "population": 30_000.0,
        "facilities_total": 12.0,
        "facilities_compliant": 8.0,
        "influent_tp_mg_per_l": 5.0,
        "effluent_tp_mg_per_l": 1.5,
    },
)
BUILT = {"new_facility_fraction": 1.0, "treatment_tp_removal_fraction": 0.5}


def test_load_is_by_facility_and_by_compliance() -> None:
    """525 600 x (1.5 x 2/3 + 5 x 1/3) + 350 400 x 5 = 1.4016 + 1.752 = 3.1536 t; all compliant it would be 2.5404."""
    result = G.flows({})
    assert result["tp_t_per_year"][0] == pytest.approx(3.1536, rel=1e-9)
    assert result["generated_m3_per_year"][0] == pytest.approx(876_000, rel=1e-9)
    assert result["treated_m3_per_year"][0] == pytest.approx(525_600, rel=1e-9)
    assert G.tp({"facilities_compliant": 12.0}) == pytest.approx(2.5404, rel=1e-9)


def test_coverage_counts_villages_and_not_people() -> None:
    """12 of 20 villages with 80 % of the people: 60 % covered, 80 % treated."""
    result = G.flows({"served_fraction": 0.8})
    assert [result["covered_village_count"][0], result["village_count"][0]] == [12, 20]
    assert result["treated_m3_per_year"][0] == pytest.approx(700_800, rel=1e-9)


def test_new_facilities_serve_the_unserved() -> None:
    """1.4016 + 1.752 x 0.5 = 2.2776 t; eight facilities more, which comply: 16 of 20."""
    result = G.flows({}, **BUILT)
    assert result["tp_t_per_year"][0] == pytest.approx(2.2776, rel=1e-9)
    assert result["covered_village_count"][0] == pytest.approx(20, rel=1e-12)
    assert result["facility_count"][0] == pytest.approx(20, rel=1e-12)
    assert result["compliant_facility_count"][0] == pytest.approx(16, rel=1e-12)
    assert result["new_m3_per_day"][0] == pytest.approx(960, rel=1e-12)


def test_operation_brings_facilities_to_comply() -> None:
    """8/12 + 0.25 = 11/12: 525 600 x (1.5 x 11/12 + 5/12) = 0.9417 t, and 1.752 t unserved."""
    result = G.flows({}, operation_gain_fraction=0.25)
    assert result["tp_t_per_year"][0] == pytest.approx(2.6937, rel=1e-9)
    assert result["compliant_facility_count"][0] == pytest.approx(11, rel=1e-9)


def test_no_more_than_all_facilities_comply() -> None:
    """11/12 + 0.25 is cut at 1; without the limit more would comply than there are."""
    gained = G.flows({"facilities_compliant": 11.0}, operation_gain_fraction=0.25)
    assert gained["compliant_facility_count"][0] == pytest.approx(12, rel=1e-12)


CONNECTED = {"connection_fraction": 1.0, "treatment_tp_removal_fraction": 0.85}


@pytest.mark.parametrize(("spare", "load", "villages"), [(0, 3.1536, 12), (240, 2.7813, 14), (5_000, 1.6644, 20)])
def test_connection_needs_room_in_the_town(spare: float, load: float, villages: float) -> None:
    """960 m3/d ask for it; 240 take 87 600 m3 x 5 g x 0.85 = 0.3723 t and two of eight villages, all 1.4892 t."""
    result = G.flows({"sewer_spare_m3_per_day": float(spare)}, **CONNECTED)
    assert result["tp_t_per_year"][0] == pytest.approx(load, rel=1e-9)
    assert result["covered_village_count"][0] == pytest.approx(villages, rel=1e-9)
    assert result["facility_count"][0] == 12


def test_toilets_act_on_the_unserved_without_one() -> None:
    """Half of the unserved at 20 %: 1.752 x 0.9 = 1.5768 t; 11 111.1 households, of which 2 222.2 get a toilet."""
    row: Row = {"unimproved_toilet_fraction": 0.5}
    done = {"source_tp_removal_fraction": 0.2, "toilet_upgrade_fraction": 1.0}
    assert G.tp(row, **done) == pytest.approx(1.4016 + 1.5768, rel=1e-9)
    before, after = G.flows(row), G.flows(row, **done)
    assert before["household_count"][0] == pytest.approx(30_000 / 2.7, rel=1e-9)
    added = after["toilet_household_count"][0] - before["toilet_household_count"][0]
    assert added == pytest.approx(2_222.2222, rel=1e-6)


def test_toilets_and_treatment_multiply() -> None:
    """1.752 x 0.9 x 0.5 = 0.7884 t; the sum of both removals would leave 0.7008."""
    done = BUILT | {"source_tp_removal_fraction": 0.2}
    left = G.tp({"unimproved_toilet_fraction": 0.5}, **done)
    assert left == pytest.approx(1.4016 + 0.7884, rel=1e-9)


def test_only_a_part_of_the_discharge_may_reach_the_water() -> None:
    assert G.tp({"delivery_fraction": 0.3}) == pytest.approx(0.94608, rel=1e-9)


@pytest.mark.parametrize(
    ("row", "facilities", "size"),
    [({}, 8, 120), ({"served_fraction": 1.0}, 0, 0), ({"villages_covered": 20.0, "served_fraction": 0.9}, 1, 240)],
)
def test_facilities_to_build_are_one_for_each_village(row: Row, facilities: float, size: float) -> None:
    table = G.completed(row)
    assert table["new_facilities"][0] == facilities
    assert table["new_facility_m3_per_day"][0] == pytest.approx(size, abs=1e-9)


def test_a_township_without_facilities_is_complete() -> None:
    nothing: Row = {
        "villages_covered": 0.0,
        "facilities_total": 0.0,
        "facilities_compliant": 0.0,
        "effluent_tp_mg_per_l": 0.0,
    }
    assert G.tp(nothing) == pytest.approx(4.38, rel=1e-9)
    assert G.complaints(nothing) == []
    assert G.flows(nothing)["compliant_facility_count"][0] == 0


shares = st.floats(0, 1)


@QUICK
@given(growth=st.floats(0.2, 5), served=shares, spare=st.floats(0, 3_000), connected=shares, gain=shares)
def test_flows_grow_with_activity(growth: float, served: float, spare: float, connected: float, gain: float) -> None:
    row = {"served_fraction": served, "sewer_spare_m3_per_day": spare, "unimproved_toilet_fraction": 0.4}
    changes = {"connection_fraction": connected, "operation_gain_fraction": gain, "toilet_upgrade_fraction": 1.0}
    G.assert_homogeneous(row, growth, **changes)


@QUICK
@given(served=shares, spare=st.floats(0, 3_000), compliant=st.floats(0, 12), toilets=shares)
def test_no_measure_raises_a_load(served: float, spare: float, compliant: float, toilets: float) -> None:
    row = {"served_fraction": served, "sewer_spare_m3_per_day": spare, "facilities_compliant": compliant}
    G.assert_no_measure_raises({**row, "unimproved_toilet_fraction": toilets})


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ({"villages_covered": 21.0, "served_fraction": 1.0}, "villages_covered"),
        ({"facilities_compliant": 13.0}, "facilities_compliant"),
        ({"effluent_tp_mg_per_l": 6.0}, "effluent_tp_mg_per_l"),
        ({"effluent_tp_mg_per_l": 0.0}, "effluent_tp_mg_per_l"),
        ({"is_sewer_near": 0.5}, "is_sewer_near"),
    ],
)
def test_rows_that_contradict_themselves_are_named(row: Row, column: str) -> None:
    assert G.complaints({}, row) == [(1, column)]


BIG = {"village-ao-plant", "village-a2o-plant", "village-mbr-plant"}


@pytest.mark.parametrize(
    ("row", "names"),
    [
        ({}, BIG | {"village-operation"}),
        ({"mean_facility_m3_per_day": 20.0}, BIG),
        ({"facilities_compliant": 12.0}, BIG),
        ({"served_fraction": 1.0}, {"village-operation"}),
        ({"new_facility_m3_per_day": 15.0, "facilities_compliant": 12.0}, {"village-small-unit"}),
        (
            {"new_facility_m3_per_day": 15.0, "facilities_compliant": 12.0, "has_land_for_wetland": 1.0},
            {"village-small-unit", "village-wetland"},
        ),
        ({"is_sewer_near": 1.0}, BIG | {"village-operation"}),
        (
            {"is_sewer_near": 1.0, "sewer_spare_m3_per_day": 90.0},
            BIG | {"village-operation", "village-sewer-connection"},
        ),
        ({"unimproved_toilet_fraction": 0.4}, BIG | {"village-operation", "village-toilets"}),
    ],
)
def test_villages_are_offered_what_fits(row: Row, names: set[str]) -> None:
    assert G.offered(row) == names


def test_new_facilities_are_priced_on_what_they_treat() -> None:
    """960 m3/d x 3 550 = 3 408 000 CNY; 350 400 m3 x 0.8 = 280 320 CNY/yr; 1.752 x 0.5 = 0.876 t, county money."""
    table = G.options({})
    row = row_of(table, "village-ao-plant")
    assert table.capital_cny[row] == pytest.approx(3_408_000, rel=1e-9)
    assert table.public_capital_cny[row] == pytest.approx(3_408_000, rel=1e-9)
    assert table.running_cny_per_year[row] == pytest.approx(280_320, rel=1e-9)
    assert table.change["tp_t_per_year"][row] == pytest.approx(-0.876, rel=1e-9)


def test_power_of_membranes_is_charged_once() -> None:
    """350 400 m3 x 0.9 CNY, power of 0.9 kWh x 0.65 within it: 315 360 CNY/yr, not 520 344."""
    table = G.options({})
    assert table.running_cny_per_year[row_of(table, "village-mbr-plant")] == pytest.approx(315_360, rel=1e-9)


def test_connection_is_priced_on_the_households_that_fit() -> None:
    """240 of 960 m3/d: a quarter of 4 444.44 households x 9 000 = 10 million CNY; 87 600 m3 x 0.8 CNY."""
    table = G.options({"is_sewer_near": 1.0, "sewer_spare_m3_per_day": 240.0})
    row = row_of(table, "village-sewer-connection")
    assert table.capital_cny[row] == pytest.approx(1e7, rel=1e-9)
    assert table.running_cny_per_year[row] == pytest.approx(70_080, rel=1e-9)


def test_ways_of_treating_the_same_water_exclude_each_other() -> None:
    """Toilets 2 x ways to treat 1 + 4 x operation 2 = 20 packages."""
    row = {"is_sewer_near": 1.0, "sewer_spare_m3_per_day": 240.0, "unimproved_toilet_fraction": 0.4}
    assert G.options(row).size == 20
