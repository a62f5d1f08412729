"""Worked examples of farmland, livestock and aquaculture."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.sectors.farmland import SECTOR
from tests.test_model.land import QUICK, Ground, Row, row_of

# 10 000 ha x 1.02 kg = 10.2 t of phosphorus at the field edge, x 0.342 = 3.4884 t in the river
G = Ground(SECTOR, {"land_kind": "cropland", "cropland_ha": 10_000.0})
FERTILISED: Row = {"fertiliser_as_is_t_per_year": 3_000.0}
PIGS: Row = {
    "land_kind": "livestock",
    "cropland_ha": 0.0,
    "animal_heads": 10_000.0,
    "livestock_tp_kg_per_head_year": 1.5,
    "manure_reuse_fraction": 0.6,
}
PONDS: Row = {
    "land_kind": "aquaculture",
    "cropland_ha": 0.0,
    "aquaculture_ha": 100.0,
    "aquaculture_tp_kg_per_ha_year": 5.0,
}


def test_export_of_cropland() -> None:
    """10.2 t x 0.342 = 3.4884 t, the 3.5 t of ACCOUNTING section 7; nitrogen 183.3 t x 0.447 = 81.9351 t."""
    result = G.flows({})
    assert result["tp_t_per_year"][0] == pytest.approx(3.4884, rel=1e-9)
    assert result["tn_t_per_year"][0] == pytest.approx(81.9351, rel=1e-9)


def test_export_calibrated_at_the_river() -> None:
    """With 1 for delivery the coefficient is taken as it is: 10.2 t."""
    assert G.tp({"tp_delivery_fraction": 1.0}) == pytest.approx(10.2, rel=1e-9)


@pytest.mark.parametrize(("years", "use", "phosphorus"), [(0, 3_000, 1), (1, 2_550, 0.93), (2, 2_167.5, 0.8649)])
def test_fertiliser_falls_year_on_year(years: int, use: float, phosphorus: float) -> None:
    """use_t = use_0 x 0.85^t: two years are -27.75 %, not -30 %; the load follows with 7 % a year, 0.93^2 = 0.8649."""
    result = G.flows(FERTILISED, fertiliser_use_fraction=0.85**years)
    assert result["fertiliser_t_per_year"][0] == pytest.approx(use, rel=1e-12)
    assert result["tp_t_per_year"][0] == pytest.approx(3.4884 * phosphorus, rel=1e-6)
    assert result["tn_t_per_year"][0] == pytest.approx(81.9351 * 0.85**years, rel=1e-9)


def test_two_yearly_cuts_make_a_package() -> None:
    """3 000 x (0.7225 - 1) = -832.5 t; 2 x 276 CNY/ha and 225 + 191.25 CNY/ha of fertiliser saved."""
    table = G.options(FERTILISED, "fertiliser_t_per_year")
    row = row_of(table, "farm-fertiliser-cut", "farm-fertiliser-second-cut")
    assert table.change["fertiliser_t_per_year"][row] == pytest.approx(-832.5, rel=1e-12)
    assert table.change["tp_t_per_year"][row] == pytest.approx(-3.4884 * 0.1351, rel=1e-5)
    assert table.capital_cny[row] == 0
    assert table.fixed_cny_per_year[row] == pytest.approx(5_520_000, rel=1e-12)
    assert table.running_cny_per_year[row] == pytest.approx(-4_162_500, rel=1e-12)


STRUCTURES = {"edge_tp_removal_fraction": 0.5, "ditch_tp_removal_fraction": 0.4}
POND = {"pond_tp_removal_fraction": 0.75, "pond_reach_fraction": 0.1}


@pytest.mark.parametrize(("nested", "left"), [(1.0, 0.58), (0.0, 0.532)])
def test_train_on_the_same_fields_and_on_fields_of_their_own(nested: float, left: float) -> None:
    """On 60 %: nested 0.4 + 0.6 x 0.5 x 0.6 = 0.58, independent 0.7 x 0.76 = 0.532; on all fields both are 0.3."""
    row = {"coverage_fraction": 0.6, "is_coverage_nested": nested}
    assert G.tp(row, **STRUCTURES) == pytest.approx(3.4884 * left, rel=1e-9)
    assert G.tp({**row, "coverage_fraction": 1.0}, **STRUCTURES) == pytest.approx(3.4884 * 0.3, rel=1e-9)


@pytest.mark.parametrize(("nested", "left"), [(1.0, 0.5575), (0.0, 0.4921)])
def test_a_pond_takes_a_tenth_of_the_fields(nested: float, left: float) -> None:
    """Nested 0.4 + 0.3 x (0.6 - 0.1 x 0.75) = 0.5575; independent 0.532 x 0.925 = 0.4921; on all of the 60 % 0.445."""
    row = {"coverage_fraction": 0.6, "is_coverage_nested": nested}
    assert G.tp(row, **STRUCTURES, **POND) == pytest.approx(3.4884 * left, rel=1e-9)


def test_a_pond_takes_no_more_than_structures_can_reach() -> None:
    """On 5 % of the fields: 1 - 0.05 x 0.75 = 0.9625."""
    assert G.tp({"coverage_fraction": 0.05}, **POND) == pytest.approx(3.4884 * 0.9625, rel=1e-9)


def test_practices_act_on_their_share_of_the_land() -> None:
    """Cover crops on 40 %, injection on 30 %, irrigation on 50 %, of which 20 % save water already, in series.

    (1 - 0.4 x 0.3) (1 - 0.3 x 0.36) (1 - 0.5 x 0.8 x 0.2) (1 - 0.021) = 0.88 x 0.892 x 0.92 x 0.979 = 0.706998...
    """
    row: Row = {
        "winter_fallow_fraction": 0.4,
        "manured_fraction": 0.3,
        "irrigated_fraction": 0.5,
        "efficient_irrigation_fraction": 0.2,
    }
    done = {
        "cover_tp_removal_fraction": 0.3,
        "manuring_tp_removal_fraction": 0.36,
        "irrigation_tp_removal_fraction": 0.2,
        "tillage_tp_removal_fraction": 0.021,
    }
    assert G.tp(row, **done) == pytest.approx(3.4884 * 0.88 * 0.892 * 0.92 * 0.979, rel=1e-9)


def test_reduced_tillage_may_raise_the_load() -> None:
    """Its range reaches -28 %: at the low end 3.4884 x 1.28 = 4.465152 t; the catalogue keeps the range and says so."""
    assert G.tp({}, tillage_tp_removal_fraction=-0.28) == pytest.approx(4.465152, rel=1e-9)
    measure = G.catalogue.measures["farm-reduced-tillage"]
    assert [measure.changes[0].amount.low, measure.changes[0].amount.value] == [-0.28, 0.02]
    assert "uncertain" in measure.note.en


def test_livestock() -> None:
    """10 000 x 1.5 kg x 0.4 x 0.342 = 2.052 t; facilities 0.6156 t; 30 % in the zone closed 1.4364 t."""
    row = {**PIGS, "no_go_fraction": 0.3}
    assert G.tp(PIGS) == pytest.approx(2.052, rel=1e-9)
    assert G.tp(PIGS, livestock_tp_removal_fraction=0.7) == pytest.approx(0.6156, rel=1e-9)
    assert G.tp(row, no_go_closed_fraction=1.0) == pytest.approx(1.4364, rel=1e-9)


def test_ammonia_and_cod_of_livestock_are_as_they_reach_the_water() -> None:
    """10 000 x 20 kg x 0.4 = 80 t of COD."""
    assert G.one("cod_t_per_year", {**PIGS, "livestock_cod_kg_per_head_year": 20.0}) == pytest.approx(80, rel=1e-12)


def test_reuse_of_manure_serves_the_indicator_and_is_not_credited_twice() -> None:
    """15 t of phosphorus in manure, 60 % reused, then 90 %; the load falls by 70 %, not by 70 % and another 75 %."""
    table = G.options(PIGS, "manure_p_t_per_year", "reused_manure_p_t_per_year")
    row = row_of(table, "farm-manure-treatment")
    assert table.base["manure_p_t_per_year"][0] == pytest.approx(15, rel=1e-12)
    assert table.base["reused_manure_p_t_per_year"][0] == pytest.approx(9, rel=1e-12)
    assert table.change["reused_manure_p_t_per_year"][row] == pytest.approx(4.5, rel=1e-12)
    assert table.change["tp_t_per_year"][row] == pytest.approx(-2.052 * 0.7, rel=1e-9)


def test_ponds() -> None:
    """100 ha x 5 kg x 0.342 = 0.171 t; half of it with tail-water ponds."""
    assert G.tp(PONDS) == pytest.approx(0.171, rel=1e-9)
    assert G.tp(PONDS, tail_water_tp_removal_fraction=0.5) == pytest.approx(0.0855, rel=1e-9)


def test_shares_of_land_and_farms() -> None:
    row = {"soil_tested_fraction": 0.5, "irrigated_fraction": 0.4, "efficient_irrigation_fraction": 0.25}
    result = G.flows(row)
    names = ("cropland_area_ha", "soil_tested_area_ha", "irrigated_area_ha", "efficient_irrigated_area_ha")
    assert [result[name][0] for name in names] == pytest.approx([10_000, 5_000, 4_000, 1_000], rel=1e-12)
    farms = G.flows({**PIGS, "large_farms": 40.0, "equipped_farms": 30.0})
    assert [farms["large_farm_count"][0], farms["equipped_farm_count"][0]] == pytest.approx([40, 30], rel=1e-12)


def test_closing_farms_pays_compensation_and_the_value_added() -> None:
    """3 000 places x 1 000 CNY once and 30 % of 2 million CNY a year; a third less manure is treated after."""
    row = {**PIGS, "no_go_fraction": 0.3, "value_added_cny_per_year": 2e6}
    table = G.options(row)
    closed, both = row_of(table, "farm-close-no-go"), row_of(table, "farm-close-no-go", "farm-manure-treatment")
    assert table.capital_cny[closed] == pytest.approx(3e6, rel=1e-12)
    assert table.running_cny_per_year[closed] == pytest.approx(6e5, rel=1e-12)
    assert table.capital_cny[both] == pytest.approx(3e6 + 7_000 * 400, rel=1e-12)
    assert table.change["tp_t_per_year"][both] == pytest.approx(-2.052 * (1 - 0.7 * 0.3), rel=1e-9)


ALWAYS = {"farm-filter-strip"}
FERTILISER = {"farm-fertiliser-cut", "farm-fertiliser-second-cut"}


@pytest.mark.parametrize(
    ("row", "names"),
    [
        ({}, ALWAYS),
        (FERTILISED, ALWAYS | FERTILISER),
        ({"coverage_fraction": 0.0, "ditch_km": 5.0}, set()),
        ({"winter_fallow_fraction": 0.2}, ALWAYS | {"farm-cover-crops"}),
        ({"is_sloping": 1.0}, ALWAYS | {"farm-reduced-tillage", "farm-contour-farming"}),
        (
            {"is_sloping": 1.0, "terrace_m2": 9.0},
            ALWAYS | {"farm-reduced-tillage", "farm-contour-farming", "farm-terraces"},
        ),
        ({"manured_fraction": 0.2}, ALWAYS | {"farm-manure-injection"}),
        ({"irrigated_fraction": 0.2}, ALWAYS | {"farm-efficient-irrigation"}),
        ({"irrigated_fraction": 0.2, "efficient_irrigation_fraction": 1.0}, ALWAYS),
        ({"ditch_km": 5.0}, ALWAYS | {"farm-ecological-ditch"}),
        ({"has_pond_site": 1.0}, ALWAYS | {"farm-pond"}),
        ({"drain_wetland_ha": 2.0}, ALWAYS | {"farm-drain-wetland"}),
        ({"buffer_m2": 2.0}, ALWAYS | {"farm-grass-buffer", "farm-forest-buffer"}),
        (PIGS, {"farm-manure-treatment"}),
        ({**PIGS, "manure_reuse_fraction": 0.92}, set()),
        ({**PIGS, "no_go_fraction": 0.2}, {"farm-manure-treatment"}),
        (PONDS, {"farm-tail-water"}),
    ],
)
def test_land_is_offered_what_fits(row: Row, names: set[str]) -> None:
    assert G.offered(row) == names


def test_structures_of_one_place_exclude_each_other() -> None:
    """Edge 3 x pond 3 x bank 3 x tillage 3 = 81 packages; without places it would be 2^8 = 256."""
    row = {"is_sloping": 1.0, "terrace_m2": 9.0, "has_pond_site": 1.0, "drain_wetland_ha": 2.0, "buffer_m2": 2.0}
    table = G.options(row)
    assert table.size == 81
    assert table.notes == ()


def test_the_fullest_block_meets_the_cap_on_packages_and_says_so() -> None:
    full = {**FERTILISED, "is_sloping": 1.0, "has_pond_site": 1.0, "ditch_km": 5.0, "buffer_m2": 2.0}
    table = G.options({**full, "irrigated_fraction": 0.5, "manured_fraction": 0.5, "winter_fallow_fraction": 0.5})
    assert table.size == 256
    assert len(table.notes) == 1


def test_structures_are_priced_on_the_land_they_treat() -> None:
    """60 % of 10 000 ha: 6 000 x 45.1 CNY and 6 000 x 152.1 a year; ponds take 1 000 ha x 13 464.9 CNY and 2 %."""
    table = G.options({"coverage_fraction": 0.6, "has_pond_site": 1.0})
    strip, pond = row_of(table, "farm-filter-strip"), row_of(table, "farm-pond")
    assert table.capital_cny[strip] == pytest.approx(270_600, rel=1e-9)
    assert table.fixed_cny_per_year[strip] == pytest.approx(912_600, rel=1e-9)
    assert table.capital_cny[pond] == pytest.approx(13_464_900, rel=1e-9)
    assert table.fixed_cny_per_year[pond] == pytest.approx(269_298, rel=1e-9)
    assert table.change["tp_t_per_year"][pond] == pytest.approx(-3.4884 * 0.0752, rel=1e-9)


def test_irrigation_is_priced_on_what_is_added() -> None:
    """10 000 ha x 50 % x (1 - 20 %) = 4 000 ha x 22 500 = 90 million CNY."""
    table = G.options({"irrigated_fraction": 0.5, "efficient_irrigation_fraction": 0.2})
    row = row_of(table, "farm-efficient-irrigation")
    assert table.capital_cny[row] == pytest.approx(9e7, rel=1e-9)
    assert table.change["tp_t_per_year"][row] == pytest.approx(-3.4884 * 0.08, rel=1e-9)


def test_trees_take_up_carbon() -> None:
    """20 000 m2 x 0.6 kg = 12 t a year."""
    table = G.options({"buffer_m2": 20_000.0}, "co2_t_per_year")
    assert table.change["co2_t_per_year"][row_of(table, "farm-forest-buffer")] == pytest.approx(-12, rel=1e-9)


shares = st.floats(0, 1)


@QUICK
@given(growth=st.floats(0.2, 5), coverage=shares, nested=st.sampled_from([0.0, 1.0]), removal=shares, use=shares)
def test_flows_grow_with_activity(growth: float, coverage: float, nested: float, removal: float, use: float) -> None:
    block = {"coverage_fraction": coverage, "is_coverage_nested": nested, "fertiliser_use_fraction": use}
    G.assert_homogeneous(FERTILISED, growth, **POND, **block, edge_tp_removal_fraction=removal)
    farms = {**PIGS, "large_farms": 4.0, "equipped_farms": 1.0}
    G.assert_homogeneous(farms, growth, no_go_fraction=coverage, no_go_closed_fraction=removal)


@QUICK
@given(coverage=shares, nested=st.sampled_from([0.0, 1.0]), part=shares, reuse=shares)
def test_no_measure_raises_a_load(coverage: float, nested: float, part: float, reuse: float) -> None:
    block = {"coverage_fraction": coverage, "is_coverage_nested": nested, "winter_fallow_fraction": part}
    G.assert_no_measure_raises(FERTILISED, **block, manured_fraction=part, irrigated_fraction=part)
    G.assert_no_measure_raises(PIGS, manure_reuse_fraction=reuse, no_go_fraction=part)
    G.assert_no_measure_raises(PONDS)


@QUICK
@given(coverage=shares, edge=shares, ditch=shares, bank=shares)
def test_the_same_fields_never_gain_more_than_fields_of_their_own(
    coverage: float, edge: float, ditch: float, bank: float
) -> None:
    done = {"edge_tp_removal_fraction": edge, "ditch_tp_removal_fraction": ditch, "bank_tp_removal_fraction": bank}
    nested, independent = (
        G.tp({}, coverage_fraction=coverage, is_coverage_nested=value, **done) for value in (1.0, 0.0)
    )
    assert nested >= independent - 1e-12


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ({"animal_heads": 5.0, "livestock_tp_kg_per_head_year": 1.0}, "animal_heads"),
        ({"land_kind": "livestock"}, "cropland_ha"),
        ({**PIGS, "livestock_tp_kg_per_head_year": 0.0}, "livestock_tp_kg_per_head_year"),
        ({**PONDS, "aquaculture_tp_kg_per_ha_year": 0.0}, "aquaculture_tp_kg_per_ha_year"),
        ({**PIGS, "large_farms": 3.0, "equipped_farms": 4.0}, "equipped_farms"),
        ({"is_sloping": 0.5}, "is_sloping"),
    ],
)
def test_rows_that_contradict_themselves_are_named(row: Row, column: str) -> None:
    assert G.complaints({}, row) == [(1, column)]
