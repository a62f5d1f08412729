"""Worked examples of urban run-off."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.sectors.urban_runoff import SECTOR
from tests.test_model.land import QUICK, Ground, Row, row_of

# 500 ha x 3.16 kg = 1.58 t, 30 % of it can be retrofitted
G = Ground(SECTOR, {"impervious_ha": 500.0, "retrofit_fraction": 0.3})
INCH = 25.4


def removal(measure: str, depth_mm: float = INCH) -> float:
    """What a structure alone removes of the phosphorus of the area it takes."""
    table = G.options({"captured_runoff_mm": depth_mm})
    return float(-table.change["tp_t_per_year"][row_of(table, measure)] / (1.58 * 0.3))


def test_load_of_impervious_land() -> None:
    assert G.tp({}) == pytest.approx(1.58, rel=1e-9)
    assert G.one("tn_t_per_year", {"tn_kg_per_ha_year": 20.0}) == pytest.approx(10, rel=1e-12)


def test_a_rain_garden_on_a_part_of_the_area() -> None:
    """1.58 x (1 - 0.3 x 0.5193287) = 1.333838 t."""
    table = G.options({}, "treated_area_ha")
    row = row_of(table, "sponge-bioretention")
    assert 1.58 + table.change["tp_t_per_year"][row] == pytest.approx(1.333838, rel=1e-6)
    assert table.change["treated_area_ha"][row] == pytest.approx(150, rel=1e-12)


@pytest.mark.parametrize(
    ("measure", "percent"),
    [
        ("sponge-bioretention", 51.9),
        ("sponge-biofiltration", 74.7),
        ("sponge-gravel-wetland", 58.0),
        ("sponge-wet-pond", 51.9),
        ("sponge-sand-filter", 51.9),
        ("sponge-infiltration-trench", 95.2),
        ("sponge-infiltration-basin", 96.6),
        ("sponge-dry-detention", 20.8),
        ("sponge-grass-swale", 20.8),
        ("sponge-porous-pavement", 62.6),
    ],
)
def test_curves_at_one_inch_are_the_packs(measure: str, percent: float) -> None:
    """0.1 of a percent, as the quotes of the pack have them: 0.0234 + 0.9685 (1 - exp(-3.18)) = 95.2 % and so on."""
    assert 100 * removal(measure) == pytest.approx(percent, abs=0.06)


@pytest.mark.parametrize(
    ("measure", "inches", "fraction"),
    [
        ("sponge-bioretention", 0.5, 0.5193287 + 0.1645796 * math.log(0.5)),
        ("sponge-biofiltration", 2.0, 0.7470736 + 0.2411891 * math.log(2)),
        ("sponge-infiltration-trench", 0.5, 0.0234164 + 0.9685204 * (1 - math.exp(-3.1834591 * 0.5))),
        ("sponge-dry-detention", 2.0, -0.0003386 - 0.0284059 * 4 + 0.2368215 * 2),
        ("sponge-porous-pavement", 0.5, 0.2146364 + 0.1656912 * math.log(12)),
    ],
)
def test_curves_follow_the_depth_captured(measure: str, inches: float, fraction: float) -> None:
    """It is a + b ln x, a + b (1 - exp(c x)), a + b x^2 + c x; porous pavement by a filter course of 12 inches."""
    assert removal(measure, inches * INCH) == pytest.approx(fraction, rel=1e-5)


@pytest.mark.parametrize(("constant", "kept"), [(1.3, 0.7), (-0.4, 1.0)])
def test_no_structure_removes_more_than_all_or_less_than_nothing(constant: float, kept: float) -> None:
    assert G.tp({}, curve_constant=constant) == pytest.approx(1.58 * kept, rel=1e-9)


def test_storage_is_254_m3_for_each_hectare_and_inch() -> None:
    """150 ha x 254 = 38 100 m3 x 4 826 CNY = 183 870 600 CNY and 240 CNY a year each."""
    assert G.completed({})["storage_m3"][0] == pytest.approx(38_100, rel=1e-12)
    table = G.options({})
    row = row_of(table, "sponge-bioretention")
    assert table.capital_cny[row] == pytest.approx(183_870_600, rel=1e-9)
    assert table.fixed_cny_per_year[row] == pytest.approx(9_144_000, rel=1e-9)


def test_sweeping_structure_and_river_act_in_series() -> None:
    """1.58 x 0.92 x (1 - 0.3 x 0.5193287) x 0.9 = 1.104418 t."""
    table = G.options({"road_km": 60.0, "river_km": 3.0, "tn_kg_per_ha_year": 20.0}, "tn_t_per_year")
    row = row_of(table, "street-sweeping", "sponge-bioretention", "river-restoration")
    assert 1.58 + table.change["tp_t_per_year"][row] == pytest.approx(1.104418, rel=1e-6)
    assert table.change["tn_t_per_year"][row] == pytest.approx(-0.3, rel=1e-9)


def test_sweeping_costs_by_the_year_and_the_river_by_its_length() -> None:
    """60 km x 12 000 CNY/yr; 3 km x 4 million CNY."""
    table = G.options({"road_km": 60.0, "river_km": 3.0})
    sweeping, river = row_of(table, "street-sweeping"), row_of(table, "river-restoration")
    assert [table.capital_cny[sweeping], table.fixed_cny_per_year[sweeping]] == [0, 720_000]
    assert table.capital_cny[river] == pytest.approx(1.2e7, rel=1e-12)


def test_structures_exclude_each_other() -> None:
    """Sweeping 2 x ten structures or none 11 x river 2 = 44."""
    assert G.options({"road_km": 60.0, "river_km": 3.0}).size == 44
    assert G.options({}).size == 11
    assert G.offered({"retrofit_fraction": 0.0}) == set()


@QUICK
@given(growth=st.floats(0.2, 5), depth=st.floats(2.54, 50.8), share=st.floats(0, 1), slope=st.floats(0, 0.3))
def test_flows_grow_with_activity(growth: float, depth: float, share: float, slope: float) -> None:
    row: Row = {"captured_runoff_mm": depth, "retrofit_fraction": share, "tn_kg_per_ha_year": 20.0}
    G.assert_homogeneous(row, growth, curve_constant=0.5, curve_log=slope, structure_fraction=1.0)


@QUICK
@given(depth=st.floats(2.54, 50.8), share=st.floats(0, 1))
def test_every_structure_removes_something_within_all(depth: float, share: float) -> None:
    table = G.options({"captured_runoff_mm": depth, "retrofit_fraction": share})
    change = table.change["tp_t_per_year"]
    assert ((change <= 1e-12) & (change >= -1.58 * share - 1e-12)).all()
