"""What fills the cells a furnace's author leaves empty, and its derived columns.

Every function takes the table completed so far, one row per furnace, and returns one value per row. Factors are named
``<furnace_type>_<quantity>``; a type the pack holds no number for has none, and then the author must state it.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from model.numbers import Factors
from model.sector import Default, FloatArray
from model.sectors.helpers import AIR_O2_FRACTION, looked_up, passes, stack_level

EXISTING_SLOTS = ("combustion", "staging", "flue_gas", "polishing")


def by_type(quantity: str) -> Default:
    """Return the default that is the type's factor ``<furnace_type>_<quantity>``, 0 where there is none."""
    return lambda table, factors: _of_type(quantity, table, factors)


def text_by_type(texts: dict[str, str], otherwise: str) -> Default:
    """Return the default that is a text by furnace type."""
    return lambda table, _: table["furnace_type"].map(texts).fillna(otherwise)


def coke_output(table: pd.DataFrame, _: Factors) -> pd.Series:
    """Return the yearly output of a coke oven as its capacity [t/yr]; 0 for other types."""
    return table["output_per_year"].where(table["furnace_type"] == "coke", 0.0)


def flue_gas_per_unit(table: pd.DataFrame, factors: Factors) -> FloatArray:
    """Return flue gas at reference oxygen [m3 per unit of output]: ``Q h / output`` where stated, else the type's."""
    output = _values(table, "output_per_year")
    yearly_m3 = _values(table, "flue_gas_m3_per_h") * _values(table, "operating_hours_per_year")
    measured_m3 = np.divide(yearly_m3, output, where=output > 0, out=np.zeros(len(table)))
    usual_m3 = _of_type("flue_gas_m3_per_unit", table, factors)
    return np.where(measured_m3 > 0, measured_m3 * _dilution(table, factors), usual_m3)


def nox_per_unit(table: pd.DataFrame, factors: Factors) -> FloatArray:
    """Return NOx per unit of output on the basis the row names [kg]; 0 where the type has no factor.

    The fleet's factor is *after* the fleet's control: ``before = after / (1 - fleet removal)``.
    """
    after_control = _of_type("nox_after_control_kg_per_unit", table, factors)
    before = after_control / (1.0 - _of_type("fleet_nox_removal_fraction", table, factors))
    return before * np.where(table["nox_factor_basis"] == "after", existing_pass(table), 1.0)


def stack_nox(table: pd.DataFrame, factors: Factors) -> FloatArray:
    """Return what a monitor would show at the stack's own oxygen [mg/m3], by the factor; 0 where that is not known."""
    volume_m3 = _values(table, "flue_gas_m3_per_unit")
    kg = _after_by_factor(table)
    level = np.divide(kg * 1e6, volume_m3, where=volume_m3 > 0, out=np.zeros(len(table)))
    return level / _dilution(table, factors)


def nox_as_is(table: pd.DataFrame, factors: Factors) -> FloatArray:
    """Return the NOx level as is at reference oxygen [mg/m3]; 0 where it is not known."""
    reference_o2 = _of_type("reference_o2_fraction", table, factors)
    return stack_level(_values(table, "nox_mg_per_m3"), _values(table, "o2_fraction"), reference_o2)


def nox_before_control(table: pd.DataFrame, _: Factors) -> FloatArray:
    """Return NOx before control [kg per unit]: monitored where flue gas is known, else by the factor."""
    volume_m3 = _values(table, "flue_gas_m3_per_unit")
    monitored_kg = _values(table, "nox_as_is_mg_per_m3") * volume_m3 / 1e6
    after_kg = np.where(volume_m3 > 0, monitored_kg, _after_by_factor(table))
    passing = existing_pass(table)
    return np.divide(after_kg, passing, where=passing > 0, out=np.zeros(len(table)))


def existing_pass(table: pd.DataFrame) -> FloatArray:
    """Return what passes the equipment in place."""
    return passes(*(_values(table, f"{slot}_nox_removal_fraction") for slot in EXISTING_SLOTS))


def _values(table: pd.DataFrame, name: str) -> FloatArray:
    return table[name].to_numpy(dtype=np.float64)


def _of_type(quantity: str, table: pd.DataFrame, factors: Factors) -> FloatArray:
    types = table["furnace_type"]
    return looked_up(types, {str(name): factors.get(f"{name}_{quantity}", 0.0) for name in types.unique()})


def _after_by_factor(table: pd.DataFrame) -> FloatArray:
    before = np.asarray(table["nox_factor_basis"] == "before")
    return _values(table, "nox_kg_per_unit") * np.where(before, existing_pass(table), 1.0)


def _dilution(table: pd.DataFrame, factors: Factors) -> FloatArray:
    """Volume at reference oxygen over volume at the stack's own: ``(21 - O2) / (21 - O2_ref)``."""
    reference_o2 = _of_type("reference_o2_fraction", table, factors)
    return (AIR_O2_FRACTION - _values(table, "o2_fraction")) / (AIR_O2_FRACTION - reference_o2)
