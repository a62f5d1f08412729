"""What fuel switches, closure and retrofits cost: fuel is priced from the flows, so no price gap is charged twice.

Prices in CNY: coal 900 per t, gas 3.5 per m3, power 0.65 per kWh, heat 220 / 2.52 = 87.301587 per GJ, pellets
713.128889 per t.
"""

import numpy as np
import pytest

from model.economics import Economics
from model.inventory import Inventory
from model.options import OptionTable, build_options
from tests.test_model.air import BOILERS, CATALOGUE, FACTORS, FURNACES, boilers, furnaces

PRICES = {
    "coal_t_per_year": FACTORS["coal_cny_per_t"],
    "gas_m3_per_year": FACTORS["gas_cny_per_m3"],
    "biomass_t_per_year": FACTORS["biomass_cny_per_t"],
    "electricity_kwh_per_year": FACTORS["electricity_cny_per_kwh"],
    "heat_bought_gj_per_year": FACTORS["heat_cny_per_gj"],
    "heat_delivered_gj_per_year": FACTORS["heat_cny_per_gj"],
    "value_added_cny_per_year": FACTORS["value_added_cny_per_cny"],
}
ECONOMICS = Economics(0.08, 2023, PRICES, {})
TABLES = {
    BOILERS.id: boilers(
        {"source_id": "B1", "coal_t_per_year": 1000.0, "is_heat_network_near": 1.0, "is_gas_network_near": 1.0},
        {"source_id": "B2", "capacity_t_per_h": 20.0, "coal_t_per_year": 1000.0},
        {
            "source_id": "B3",
            "fuel": "gas",
            "capacity_t_per_h": 10.0,
            "gas_m3_per_year": 1e6,
            "is_due_for_replacement": 1.0,
        },
    ),
    FURNACES.id: furnaces(
        {
            "source_id": "F1",
            "furnace_type": "glass",
            "capacity_t_per_day": 600.0,
            "value_added_cny_per_year": 3e8,
        }
    ),
}


@pytest.fixture(scope="module")
def options() -> OptionTable:
    flows = ["nox_t_per_year", "co2_t_per_year", "electricity_kwh_per_year"]
    return build_options(Inventory(TABLES), CATALOGUE, ECONOMICS, flows=flows)


def option(options: OptionTable, source: int, *measure_ids: str) -> int:
    packages = [package.measure_ids for package in options.packages]
    is_package = np.array([packages[number] == measure_ids for number in options.package])
    (found,) = np.flatnonzero(is_package & (options.source == source))
    return int(found)


def running(options: OptionTable, source: int, *measure_ids: str) -> float:
    return float(options.running_cny_per_year[option(options, source, *measure_ids)])


@pytest.mark.parametrize(
    ("source", "measure_id", "per_t", "pack"),
    [
        (0, "boiler-district-heat", 16.7264 * 87.301587 - 900 - 150, 400),
        (0, "boiler-gas", 510.698583 * 3.5 - 900 - 100, 790),
        (0, "boiler-gas-ultra-low-nox", 510.698583 * 3.5 - 900 - 90, 800),
        (1, "boiler-biomass", 3 * 20.908, 63),
        (1, "boiler-electric", 4789.91982 * 0.65 - 900 - 60, 2150),
        (1, "boiler-efficiency", -0.08 * 900, -72),
    ],
)
def test_running_cost_of_a_switch_is_the_packs_once(
    options: OptionTable, source: int, measure_id: str, per_t: float, pack: float
) -> None:
    """Per t coal, from the flows: 410, 787, 797, 63, 2153 and -72 CNY; the pack's figure on top makes gas 1 577."""
    found = running(options, source, measure_id) / 1000
    assert found == pytest.approx(per_t, rel=1e-6)
    assert found == pytest.approx(pack, rel=0.03)


def test_gas_saved_by_a_condensing_boiler(options: OptionTable) -> None:
    """5 % of 1e6 m3 at 3.5 CNY: 175 000 CNY, the pack's 0.175 per m3."""
    assert running(options, 2, "gas-boiler-condensing") == pytest.approx(-175_000, rel=1e-9)


def test_closing_buys_the_heat_elsewhere_and_earns_no_coal_money(options: OptionTable) -> None:
    """1 000 t x 16.7264 GJ x 87.301587 CNY = 1 460 241 CNY; with the coal credited it would be 560 241."""
    assert running(options, 1, "boiler-close") == pytest.approx(1_460_241.27, rel=1e-7)


def test_closing_a_furnace_loses_its_value_added(options: OptionTable) -> None:
    assert running(options, 3, "furnace-close") == pytest.approx(3e8, rel=1e-9)


def test_sncr_pays_for_its_power_once(options: OptionTable) -> None:
    """1 000 t coal: 1.323 t NOx removed x 6 000 = 7 938 CNY, power within; its 6 637.46 kWh on top make it 12 252."""
    assert running(options, 1, "boiler-sncr") == pytest.approx(7938, rel=1e-7)


def test_worked_cost_of_sncr() -> None:
    """ACCOUNTING section 11: SNCR at 35 t/h and 3 500 h costs 311 500 CNY a year for 24.5 t NOx, 12 700 CNY/t.

    35 x 30 000 CNY x 0.11682954 (8 %, 15 years) = 122 671.02; x 0.04 = 42 000; 54.38265 t x 0.45 = 24.4721925 t, x
    6 000 = 146 833.155: together 311 504.18, or 12 728.90 CNY/t. With the power counted twice it would be 15 990.
    """
    found = build_options(Inventory({BOILERS.id: boilers({})}), CATALOGUE, ECONOMICS, flows=["nox_t_per_year"])
    row = option(found, 0, "boiler-sncr")
    annual = found.annuity_cny_per_year[row] + found.fixed_cny_per_year[row] + found.running_cny_per_year[row]
    assert annual == pytest.approx(311_504.175, rel=1e-7)
    assert annual / -found.change["nox_t_per_year"][row] == pytest.approx(12_728.90, rel=1e-6)


def test_power_at_another_price_moves_the_cost_of_sncr() -> None:
    """At 0.75 CNY/kWh the 6 637.46 kWh of 1 000 t coal cost 663.746 CNY more."""
    dearer = Economics(0.08, 2023, {**PRICES, "electricity_kwh_per_year": 0.75}, {})
    found = build_options(Inventory(TABLES), CATALOGUE, dearer, flows=[])
    assert running(found, 1, "boiler-sncr") == pytest.approx(7938 + 663.746032, rel=1e-7)


def test_a_measures_own_power_carries_its_co2(options: OptionTable) -> None:
    """6 637.46 kWh x 0.5703 t/MWh = 3.785344 t."""
    row = option(options, 1, "boiler-sncr")
    assert options.change["electricity_kwh_per_year"][row] == pytest.approx(6637.46032, rel=1e-8)
    assert options.change["co2_t_per_year"][row] == pytest.approx(3.78534362, rel=1e-7)


def test_capital_and_yearly_cost_of_sncr(options: OptionTable) -> None:
    """SNCR at 20 t/h: 600 000 CNY; 8 %, 15 years: x 0.11682954 = 70 097.73 a year, and 4 % upkeep, 24 000."""
    row = option(options, 1, "boiler-sncr")
    assert options.capital_cny[row] == pytest.approx(600_000)
    assert options.annuity_cny_per_year[row] == pytest.approx(70_097.7270, rel=1e-8)
    assert options.fixed_cny_per_year[row] == pytest.approx(24_000)


def test_washed_coal_costs_its_premium_on_what_is_burned(options: OptionTable) -> None:
    assert running(options, 1, "boiler-washed-coal") == pytest.approx(120_000, rel=1e-9)


def test_no_package_is_cut_off_by_the_usual_cap(options: OptionTable) -> None:
    assert options.notes == ()
