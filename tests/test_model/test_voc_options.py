"""What packages of a VOCs line cost and remove, priced by hand."""

from pathlib import Path

import pandas as pd
import pytest

from model.catalogue import parse_catalogue, parse_factors
from model.complete import complete
from model.economics import Economics
from model.inventory import Inventory
from model.options import OptionTable, build_options
from model.sectors.voc_lines import SECTOR

DATA = Path(__file__).resolve().parents[2] / "model" / "data"
NAME = "voc_lines.toml"
FACTORS = parse_factors({NAME: (DATA / "factors" / NAME).read_text(encoding="utf-8")})
MEASURES = (DATA / "measures" / NAME).read_text(encoding="utf-8")
CATALOGUE = parse_catalogue({NAME: MEASURES}, FACTORS, {SECTOR.id: SECTOR}, bundled=[NAME])
PRICES = {"electricity_kwh_per_year": 0.65, "value_added_cny_per_year": 1.0}
FLOWS = ("vocs_t_per_year", "co2_t_per_year", "electricity_kwh_per_year")
LINE = {
    "source_id": "V1",
    "name": "Line",
    "district": "East",
    "industry": "steel_structure",
    "material_t_per_year": 100.0,
    "voc_content_fraction": 0.455,
    "exhaust_m3_per_h": 20_000.0,
    "is_scattered_polluting": 1.0,
    "value_added_cny_per_year": 2e6,
}


def options(**cells: object) -> OptionTable:
    table = complete(pd.DataFrame([{**LINE, **cells}]), SECTOR.columns, FACTORS)
    economics = Economics(discount_rate=0.05, price_year=2023, flow_prices=PRICES, price_index={})
    return build_options(Inventory({SECTOR.id: table}), CATALOGUE, economics, flows=FLOWS)


def place(found: OptionTable, *measure_ids: str) -> int:
    packages = [found.packages[package].measure_ids for package in found.package]
    return packages.index(measure_ids)


def test_carbon_alone() -> None:
    """45.5 * 0.30 * 0.50 = 6.825 t removed at 60 000 CNY/t = 409 500 CNY/yr; capital 25 * 20 000 = 500 000 CNY.

    CRF at 5 % over 8 years is 0.154722, so the annuity is 77 360.9 CNY/yr.
    """
    found = options()
    at = place(found, "voc-carbon")
    assert found.change["vocs_t_per_year"][at] == pytest.approx(-6.825)
    assert found.running_cny_per_year[at] == pytest.approx(409_500)
    assert found.capital_cny[at] == pytest.approx(500_000)
    assert found.annuity_cny_per_year[at] == pytest.approx(77_360.9, rel=1e-6)


def test_capture_removes_nothing_itself_and_lets_carbon_remove_more() -> None:
    """45.5 * 0.85 * 0.50 = 19.3375 t, all of it the carbon's: 1 160 250 CNY/yr, and 6 * 20 000 for the enclosure."""
    found = options()
    alone, both = place(found, "voc-negative-pressure"), place(found, "voc-negative-pressure", "voc-carbon")
    assert found.change["vocs_t_per_year"][alone] == pytest.approx(0.0, abs=1e-12)
    assert found.change["vocs_t_per_year"][both] == pytest.approx(-19.3375)
    assert found.running_cny_per_year[both] == pytest.approx(1_160_250 + 120_000)


def test_power_of_an_oxidiser_is_paid_once() -> None:
    """Running 53.3 * 20 000 = 1 066 000 and 360 000 kWh at 0.65 = 234 000 CNY/yr make the pack's 65 * 20 000.

    CO2 is the pack's 60 kg per m3/h, 1 200 t/yr, which includes the power; adding 0.5703 t/MWh would give 1 405.3.
    """
    found = options()
    at = place(found, "voc-rto")
    assert found.change["electricity_kwh_per_year"][at] == pytest.approx(360_000)
    assert found.running_cny_per_year[at] == pytest.approx(65 * 20_000)
    assert found.fixed_cny_per_year[at] == pytest.approx(15 * 20_000)
    assert found.change["co2_t_per_year"][at] == pytest.approx(1_200)


def test_solvent_that_is_avoided_is_credited() -> None:
    """94 % of 45.5 t is 42.77 t at 4 000 CNY/t saved: -171 080 CNY/yr; capital is 50 000 CNY for the site."""
    found = options(process="cleaning")
    at = place(found, "voc-cleaning")
    assert found.running_cny_per_year[at] == pytest.approx(-171_080)
    assert found.capital_cny[at] == pytest.approx(50_000)


def test_closing_pays_for_what_is_lost() -> None:
    """The value added of 2 million CNY/yr is lost on top of 200 000 CNY of compensation.

    Without the first part closing would cost 16 048.5 CNY/yr (CRF at 5 % over 20 years 0.0802426) for 45.5 t and be
    cheaper than every treatment, so that the least cost would close everything (ACCOUNTING section 16).
    """
    found = options()
    at = place(found, "voc-close-scattered")
    assert found.change["vocs_t_per_year"][at] == pytest.approx(-45.5)
    assert found.annuity_cny_per_year[at] == pytest.approx(16_048.5, rel=1e-5)
    assert found.running_cny_per_year[at] == pytest.approx(2e6)
    assert found.public_capital_cny[at] == pytest.approx(200_000)


@pytest.mark.parametrize(("industry", "expected"), [("petrochemical", 161), ("pharma", 209)])
def test_the_fullest_works_stays_below_the_cap_on_packages(industry: str, expected: int) -> None:
    """Petrochemical: 5 treatments x 2^5 parts + closing = 161. Pharma: (2 captures x 6 + 1) x 2^4 + closing = 209."""
    parts = ("leak", "tank", "loading", "drain", "flare")
    sizes = ("sealing_points", "tank_volume_m3", "loading_units", "open_surface_m2", "flare_count")
    cells = {f"{part}_vocs_t_per_year": 10.0 for part in parts} | dict.fromkeys(sizes, 3_000.0)
    found = options(industry=industry, control_type="uv_plasma", has_single_solvent=1.0, **cells)
    assert found.size == expected
    assert found.notes == ()
