"""What fills the cells a boiler's author leaves empty, and its derived columns.

Every function takes the table completed so far, one row per boiler, and returns one value per row.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from model.numbers import Factors
from model.sector import Default, FloatArray
from model.sectors.helpers import AIR_O2_FRACTION, concentration, passes, stack_level

UNITS = {"coal": "t", "gas": "m3", "biomass": "t"}
TYPES_OF_FUEL = {
    "coal": ("chain_grate", "cfb", "pulverised"),
    "gas": ("gas",),
    "biomass": ("biomass", "chain_grate", "cfb"),
}
"""Which types burn a fuel; the first stands where the author names none."""


def boiler_type(table: pd.DataFrame, _: Factors) -> pd.Series:
    """Return the usual type for the fuel."""
    return table["fuel"].map({fuel: types[0] for fuel, types in TYPES_OF_FUEL.items()})


def amount(fuel: str) -> Default:
    """Return the fuel of a year [t or m3]: coal ``D h q``; the others give the same steam at 2.52 GJ/t."""

    def of_capacity(table: pd.DataFrame, factors: Factors) -> FloatArray:
        steam_t = _values(table, "capacity_t_per_h") * _values(table, "full_load_hours_per_year")
        per_t_steam = factors["steam_gj_per_t"] / _useful_gj(fuel, factors)
        return _burns(table, fuel) * steam_t * (factors["coal_t_per_t_steam"] if fuel == "coal" else per_t_steam)

    return of_capacity


def useful_heat(table: pd.DataFrame, factors: Factors) -> FloatArray:
    """Return the useful heat of all fuels, ``fuel LHV efficiency`` [GJ/yr]."""
    return np.sum([_heat_gj(table, factors, fuel) for fuel in UNITS], axis=0, dtype=np.float64)


def share(fuel: str) -> Default:
    """Return the fuel's share of the useful heat; a boiler that stood still counts as all its main fuel."""

    def of_heat(table: pd.DataFrame, factors: Factors) -> FloatArray:
        total = _values(table, "useful_heat_gj_per_year")
        return np.divide(_heat_gj(table, factors, fuel), total, where=total > 0, out=_burns(table, fuel))

    return of_heat


def coal_nox(table: pd.DataFrame, factors: Factors) -> FloatArray:
    """Return NOx before control by type of firing [kg per t coal]."""
    types = table["boiler_type"]
    by_type = [factors["coal_nox_cfb_kg_per_t"], factors["coal_nox_pulverised_kg_per_t"]]
    return np.select([types == "cfb", types == "pulverised"], by_type, factors["coal_nox_chain_grate_kg_per_t"])


def removal_in_service(pollutant: str) -> Default:
    """Return the removal that just meets the limit for boilers in service, ``max(0, 1 - limit / uncontrolled)``.

    Nobody runs a boiler without dust removal: taking none would credit a filter with dust that is not there.
    """

    def removal(table: pd.DataFrame, factors: Factors) -> FloatArray:
        level = sum(_uncontrolled(fuel, pollutant, table, factors) for fuel in ("coal", "biomass"))
        limit = factors[f"in_service_{pollutant}_mg_per_m3"]
        return 1.0 - limit / np.maximum(level, limit)

    return removal


def reference_o2(table: pd.DataFrame, factors: Factors) -> FloatArray:
    """Return the oxygen at which limits are stated, by main fuel (fraction by volume)."""
    gas, solid = factors["gas_reference_o2_fraction"], factors["solid_reference_o2_fraction"]
    return np.where(table["fuel"] == "gas", gas, solid)


def stack_nox(table: pd.DataFrame, factors: Factors) -> FloatArray:
    """Return what a monitor would show at the stack's own oxygen, by the factor and the equipment in place [mg/m3]."""
    dilution = AIR_O2_FRACTION - _values(table, "o2_fraction")
    return _level_by_factor(table, factors) * dilution / (AIR_O2_FRACTION - reference_o2(table, factors))


def nox_as_is(table: pd.DataFrame, factors: Factors) -> FloatArray:
    """Return the NOx level as is at reference oxygen [mg/m3]."""
    return stack_level(_values(table, "nox_mg_per_m3"), _values(table, "o2_fraction"), reference_o2(table, factors))


def monitoring_ratio(fuel: str) -> Default:
    """Return monitored over computed level of the main fuel; 1 for the others and where nothing is monitored."""

    def ratio(table: pd.DataFrame, factors: Factors) -> FloatArray:
        computed = _level_by_factor(table, factors)
        known = (_burns(table, fuel) > 0) & (computed > 0)
        return np.divide(nox_as_is(table, factors), computed, where=known, out=np.ones(len(table)))

    return ratio


def _values(table: pd.DataFrame, name: str) -> FloatArray:
    return table[name].to_numpy(dtype=np.float64)


def _burns(table: pd.DataFrame, fuel: str) -> FloatArray:
    """1 where the boiler's main fuel is this one."""
    return np.asarray(table["fuel"] == fuel, dtype=np.float64)


def _useful_gj(fuel: str, factors: Factors) -> float:
    """Useful heat of one unit of fuel [GJ per t or m3]."""
    return factors[f"{fuel}_gj_per_{UNITS[fuel]}"] * factors[f"{fuel}_boiler_efficiency"]


def _heat_gj(table: pd.DataFrame, factors: Factors, fuel: str) -> FloatArray:
    return _values(table, f"{fuel}_{UNITS[fuel]}_per_year") * _useful_gj(fuel, factors)


def _uncontrolled(fuel: str, pollutant: str, table: pd.DataFrame, factors: Factors) -> FloatArray:
    """SO2 or dust before control [mg/m3], coal by its sulphur or ash; 0 where the main fuel is another."""
    if fuel == "biomass":
        kg = np.full(len(table), factors[f"biomass_{pollutant}_kg_per_t"])
    else:
        content = "coal_sulphur_fraction" if pollutant == "so2" else "coal_ash_fraction"
        kg = factors[f"coal_{pollutant}_kg_per_t_per_percent"] * 100 * _values(table, content)
    return concentration(kg, factors[f"{fuel}_flue_gas_m3_per_t"]) * _burns(table, fuel)


def _level_by_factor(table: pd.DataFrame, factors: Factors) -> FloatArray:
    """NOx of the main fuel by its factor, behind the equipment in place [mg/m3 at reference oxygen]."""
    passing = passes(*(_values(table, f"{slot}_nox_removal_fraction") for slot in ("combustion", "flue_gas")))
    coal = concentration(_values(table, "coal_nox_kg_per_t") * passing, factors["coal_flue_gas_m3_per_t"])
    biomass = concentration(_values(table, "biomass_nox_kg_per_t") * passing, factors["biomass_flue_gas_m3_per_t"])
    gas = concentration(_values(table, "gas_nox_kg_per_10k_m3"), 1e4 * factors["gas_flue_gas_m3_per_m3"])
    return np.select([table["fuel"] == "coal", table["fuel"] == "gas"], [coal, gas], biomass)
