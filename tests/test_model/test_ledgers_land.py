"""Both ledgers on every package of catchments, villages, sites, land and run-off."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from model.economics import Economics
from model.inventory import Inventory
from model.pollutants import POLLUTANTS
from model.sectors import SECTORS
from model.timeline import Growth, GrowthRate, Timeline
from tests.test_model.agreement import World, assert_ledgers_agree, pick
from tests.test_model.land import PRICES, Ground, Row

ROWS: dict[str, tuple[Row, ...]] = {
    "sewage_catchments": (
        {
            "population": 200_000.0,
            "water_m3_per_person_day": 0.15,
            "tp_g_per_person_day": 1.75,
            "cod_g_per_person_day": 70.0,
            "collection_fraction": 0.7,
            "misconnected_fraction": 0.1,
            "overflow_fraction": 0.1,
            "uncollected_to_water_fraction": 0.8,
            "capacity_m3_per_day": 18_000.0,
            "missing_sewer_km": 40.0,
            "repair_sewer_km": 12.0,
            "overflow_storage_m3": 5_000.0,
        },
    ),
    "rural_wastewater": tuple(
        {
            "villages_total": 20.0,
            "villages_covered": 12.0,
            "population": 30_000.0,
            "facilities_total": 12.0,
            "facilities_compliant": 8.0,
            "influent_tp_mg_per_l": 5.0,
            "effluent_tp_mg_per_l": 1.5,
            "unimproved_toilet_fraction": 0.4,
            "is_sewer_near": 1.0,
            "sewer_spare_m3_per_day": 300.0,
            "has_land_for_wetland": 1.0,
            "new_facility_m3_per_day": size,
        }
        for size in (10.0, 120.0)
    ),
    "phosphorus_sites": (
        {
            "site_type": "plant",
            "process_water_m3_per_day": 2_000.0,
            "process_tp_mg_per_l": 1.5,
            "rain_mm_per_year": 1_200.0,
            "runoff_area_ha": 20.0,
            "runoff_fraction": 0.6,
            "runoff_tp_mg_per_l": 5.0,
            "stack_area_ha": 20.0,
            "leachate_tp_mg_per_l": 2_000.0,
            "p2o5_t_per_year": 1e5,
            "is_riverside": 1.0,
            "value_added_cny_per_year": 5e7,
            "nox_t_per_year": 30.0,
        },
        {
            "site_type": "mine",
            "drainage_m3_per_day": 1_000.0,
            "drainage_tp_mg_per_l": 4.0,
            "mine_land_ha": 142.0,
        },
    ),
    "farmland": (
        {
            "land_kind": "cropland",
            "cropland_ha": 10_000.0,
            "fertiliser_as_is_t_per_year": 3_000.0,
            "coverage_fraction": 0.6,
            "ditch_km": 50.0,
            "drain_wetland_ha": 4.0,
            "buffer_m2": 20_000.0,
            "has_pond_site": 1.0,
        },
        {
            "land_kind": "cropland",
            "cropland_ha": 800.0,
            "is_sloping": 1.0,
            "terrace_m2": 90_000.0,
            "winter_fallow_fraction": 0.3,
            "manured_fraction": 0.4,
            "irrigated_fraction": 0.5,
            "is_coverage_nested": 0.0,
        },
        {
            "land_kind": "livestock",
            "animal_heads": 10_000.0,
            "livestock_tp_kg_per_head_year": 1.5,
            "no_go_fraction": 0.3,
            "value_added_cny_per_year": 2e6,
        },
        {"land_kind": "aquaculture", "aquaculture_ha": 100.0, "aquaculture_tp_kg_per_ha_year": 5.0},
    ),
    "urban_runoff": (
        {"impervious_ha": 500.0, "retrofit_fraction": 0.3, "road_km": 60.0, "river_km": 3.0},
        {"impervious_ha": 200.0, "captured_runoff_mm": 12.0, "tn_kg_per_ha_year": 15.0},
    ),
}


def world(sector: str, copies: int) -> World:
    """Every row so many times, so that each of its packages can sit at a source of its own."""
    ground = Ground(SECTORS[sector], {})
    rows = [
        {**row, "source_id": f"{number}-{copy:03}"} for number, row in enumerate(ROWS[sector]) for copy in range(copies)
    ]
    table = ground.completed(*rows).sort_values("source_id").reset_index(drop=True)
    return World(
        Inventory({sector: table}),
        ground.catalogue,
        Economics(0.05, 2024, PRICES, {year: 80.0 + year % 100 for year in range(2000, 2030)}),
        Timeline(2022, (2024, 2026), date(2023, 5, 10), "months"),
        Growth((GrowthRate(None, None, 0.03),)),
        SECTORS,
        tuple(POLLUTANTS),
    )


@pytest.mark.parametrize("sector", ROWS)
def test_ledgers_agree_on_every_package(sector: str) -> None:
    """The nth copy of a row books the nth package of that row; together they offer every measure of the sector."""
    sizes = pd.Series(world(sector, 1).options().source).value_counts()
    copies = int(sizes.max()) - 1
    drawn = world(sector, copies)
    options = drawn.options()
    place = pd.Series(options.source).groupby(options.source).cumcount().to_numpy()
    option = np.flatnonzero(place == options.source % copies + 1).astype(np.int64)
    booked = {name for package in options.package[option] for name in options.packages[package].measure_ids}
    assert booked == set(drawn.catalogue.measures)
    assert len(option) == sizes.sum() - len(sizes)
    assert_ledgers_agree(drawn, pick(drawn, options, option, np.random.default_rng(7)), seed=8)
