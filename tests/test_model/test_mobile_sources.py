"""Fleets with stated emissions."""

import pandas as pd
import pytest

from model.catalogue import parse_catalogue
from model.complete import complete
from model.economics import Economics
from model.inventory import Inventory
from model.numbers import Factors
from model.options import build_options
from model.sectors.mobile_sources import SECTOR

SCRAP = """
[[measure]]
id = "scrap-trucks"
sector = "mobile_sources"
slot = "fleet"
name = { zh = "提前淘汰", en = "Scrapping" }
where = { fleet = "diesel_truck", standard = ["china_2", "china_3"] }
divisible = true
removes = { nox = 1, pm = 1 }
lead_time_months = 6
[measure.scale]
vehicles = 0
[measure.cost]
price_year = 2023
capital = { amount = "20000 CNY", per = "vehicles" }
lifetime_years = 5
"""
FLEET = pd.DataFrame(
    {
        "source_id": ["M1", "M2"],
        "name": ["Trucks", "New trucks"],
        "district": ["East", "East"],
        "fleet": ["diesel_truck", "diesel_truck"],
        "standard": ["china_3", "china_6"],
        "vehicles": [800.0, 400.0],
        "nox_t_per_year": [120.0, 8.0],
        "pm_t_per_year": [3.0, 0.1],
    }
)


def test_emissions_are_as_stated() -> None:
    table = complete(FLEET, SECTOR.columns, Factors({}))
    numbers = [column.name for column in SECTOR.columns if column.kind == "number"]
    flows = SECTOR.formula({name: table[name].to_numpy() for name in numbers}, Factors({}))
    assert flows["nox_t_per_year"].tolist() == [120, 8]
    assert flows["vehicle_count"].tolist() == [800, 400]
    assert flows["co2_t_per_year"].tolist() == [0, 0]


def test_a_planners_own_scrappage_acts_on_tonnes_and_number() -> None:
    """800 trucks below China IV at 20 000 CNY: 16 million CNY, 120 t of NOx and 3 t of PM go; M2 is not offered."""
    catalogue = parse_catalogue({"m.toml": SCRAP}, Factors({}), {SECTOR.id: SECTOR})
    inventory = Inventory({SECTOR.id: complete(FLEET, SECTOR.columns, Factors({}))})
    flows = ("nox_t_per_year", "pm_t_per_year", "vehicle_count")
    table = build_options(inventory, catalogue, Economics(0.05, 2023, {}, {}), flows=flows)
    assert table.source.tolist() == [0, 0, 1]
    assert [table.change[flow][1] for flow in flows] == pytest.approx([-120, -3, -800], rel=1e-12)
    assert table.capital_cny[1] == pytest.approx(1.6e7, rel=1e-12)


def test_every_flow_grows_with_activity() -> None:
    activity = {column.name for column in SECTOR.columns if column.activity}
    assert activity == {
        "value_added_cny_per_year",
        "vehicles",
        "nox_t_per_year",
        "vocs_t_per_year",
        "pm_t_per_year",
        "so2_t_per_year",
        "co2_t_per_year",
    }
