"""Industrial boilers that burn coal, gas or biomass: columns, emission formula, slots.

The state holds the useful heat and how it is made (shares of coal, gas, biomass, electricity, network); every fuel is
derived from that, so that a fuel switch conserves heat. Removal columns act on what solid fuel emits; a gas burner has
its own factor. A heat network emits elsewhere: its factors are net of the central plant, which must therefore not be
counted a second time. Electricity that a measure itself uses is a side flow of the measure, and so is its CO2, at
``grid_co2_t_per_mwh``; the formula counts electricity for heat only.
"""

from __future__ import annotations

import numpy as np

from model.numbers import Factors
from model.sector import FloatArray, Flows, Sector, State
from model.sectors.coal_boilers_columns import COLUMNS, cross_checks
from model.sectors.helpers import concentration, limited, passes, technical_floor
from model.text import Text


def formula(state: State, factors: Factors) -> Flows:
    """Return flows [t/yr, m3/yr, kWh/yr, GJ/yr] and levels [mg/m3 at reference oxygen], each (row,).

    ``fuel = heat share (1 - saving) / (LHV efficiency)``; ``E = fuel e (1 - removal) / 1000``, under the stated limit
    and above the technical floor (ACCOUNTING sections 2, 9, 12). A closed boiler (``served_share`` 0) burns nothing.
    """
    flows = _energy(state, factors)
    gas_m3, bought_gj = flows["gas_m3_per_year"], flows["heat_bought_gj_per_year"]
    coal_m3 = flows["coal_t_per_year"] * factors["coal_flue_gas_m3_per_t"]
    biomass_m3 = flows["biomass_t_per_year"] * factors["biomass_flue_gas_m3_per_t"]
    stack_m3 = coal_m3 + biomass_m3 + gas_m3 * factors["gas_flue_gas_m3_per_m3"]
    for pollutant, levels in (("nox", _nox), ("so2", _so2), ("pm", _pm)):
        coal_mg_per_m3, biomass_mg_per_m3, gas_kg_per_10k_m3 = levels(state, factors)
        solid_t = (coal_m3 * coal_mg_per_m3 + biomass_m3 * biomass_mg_per_m3) / 1e9
        on_site_t = solid_t + gas_m3 * gas_kg_per_10k_m3 / 1e7
        elsewhere_t = bought_gj * factors[f"network_{pollutant}_kg_per_gj"] / 1000
        flows[f"{pollutant}_t_per_year"] = on_site_t + elsewhere_t
        flows[f"{pollutant}_mg_per_m3"] = np.divide(1e9 * on_site_t, stack_m3, where=stack_m3 > 0, out=0.0 * stack_m3)
    return flows


def _energy(state: State, factors: Factors) -> Flows:
    """Return the fuels, steam and heat of the state and their CO2: ``coal 1.9003 + gas 2.1622e-3 + MWh 0.5703`` t."""
    heat_gj = state["useful_heat_gj_per_year"] * state["served_share"]
    input_gj = heat_gj * (1.0 - state["fuel_saving_fraction"])
    coal_t = input_gj * state["coal_share"] / (factors["coal_gj_per_t"] * factors["coal_boiler_efficiency"])
    gas_m3 = input_gj * state["gas_share"] / (factors["gas_gj_per_m3"] * factors["gas_boiler_efficiency"])
    biomass_t = input_gj * state["biomass_share"] / (factors["biomass_gj_per_t"] * factors["biomass_boiler_efficiency"])
    electricity_kwh = (
        input_gj * state["electric_share"] / (factors["gj_per_kwh"] * factors["electric_boiler_efficiency"])
    )
    bought_gj = input_gj * state["network_share"]
    co2_t = coal_t * factors["coal_co2_t_per_t"] + gas_m3 * factors["gas_co2_kg_per_m3"] / 1000
    co2_t = co2_t + electricity_kwh / 1000 * factors["grid_co2_t_per_mwh"] + bought_gj * factors["network_co2_t_per_gj"]
    return {
        "coal_t_per_year": coal_t,
        "gas_m3_per_year": gas_m3,
        "biomass_t_per_year": biomass_t,
        "electricity_kwh_per_year": electricity_kwh,
        "heat_bought_gj_per_year": bought_gj,
        "heat_delivered_gj_per_year": heat_gj,
        "steam_t_per_year": heat_gj / factors["steam_gj_per_t"],
        "co2_t_per_year": co2_t,
    }


def _nox(state: State, factors: Factors) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return NOx of coal and biomass [mg/m3 at 9 % oxygen] and of gas [kg per 10 000 m3 of gas]."""
    passing = passes(state["combustion_nox_removal_fraction"], state["flue_gas_nox_removal_fraction"])
    floor = technical_floor(factors["solid_fuel_nox_floor_mg_per_m3"], state["nox_as_is_mg_per_m3"])
    coal_kg = state["coal_nox_kg_per_t"] * state["coal_monitoring_ratio"] * passing
    biomass_kg = state["biomass_nox_kg_per_t"] * state["biomass_monitoring_ratio"] * passing
    coal = concentration(coal_kg, factors["coal_flue_gas_m3_per_t"])
    biomass = concentration(biomass_kg, factors["biomass_flue_gas_m3_per_t"])
    burner = state["gas_nox_kg_per_10k_m3"] * state["gas_monitoring_ratio"]
    gas = np.minimum(burner, state["gas_nox_limit_kg_per_10k_m3"])
    limit = state["nox_limit_mg_per_m3"]
    return limited(coal, limit, floor), limited(biomass, limit, floor), gas


def _so2(state: State, factors: Factors) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return SO2 of coal, biomass and gas as `_nox` does; coal gives 16 kg/t per % sulphur."""
    return _dust_or_sulphur("so2", state["coal_sulphur_fraction"], state, factors)


def _pm(state: State, factors: Factors) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return dust of coal, biomass and gas as `_nox` does; coal gives 1.25 kg/t per % ash."""
    return _dust_or_sulphur("pm", state["coal_ash_fraction"], state, factors)


def _dust_or_sulphur(
    pollutant: str, content: FloatArray, state: State, factors: Factors
) -> tuple[FloatArray, FloatArray, FloatArray]:
    passing = passes(state[f"dust_and_sulphur_{pollutant}_removal_fraction"])
    limit = state[f"{pollutant}_limit_mg_per_m3"]
    coal_kg = factors[f"coal_{pollutant}_kg_per_t_per_percent"] * 100 * content * passing
    biomass_kg = factors[f"biomass_{pollutant}_kg_per_t"] * passing
    coal = concentration(coal_kg, factors["coal_flue_gas_m3_per_t"])
    biomass = concentration(biomass_kg, factors["biomass_flue_gas_m3_per_t"])
    gas = np.full_like(content, factors[f"gas_{pollutant}_kg_per_10k_m3"])
    return np.minimum(coal, limit), np.minimum(biomass, limit), gas


SECTOR = Sector(
    id="coal_boilers",
    title=Text("工业锅炉", "Industrial boilers"),
    columns=COLUMNS,
    slots=("fuel", "combustion", "flue_gas", "dust_and_sulphur"),
    formula=formula,
    services=("heat_delivered_gj_per_year",),
    cross_checks=cross_checks,
)
