"""Power units, waste incinerators, glass, cement, steel, foundry and coke furnaces: columns, emission formula, slots.

Activity is the output of a year in the type's own unit: MWh, t of waste, of clinker, of glass, of product. Every factor
is stored with its basis: the fleet factors of waste (F039), glass (F044) and cement (F046) are *after* the control the
fleet has, so the same control is not credited twice. For power units and steel, foundry and coke furnaces no factor is
known: the author states one or monitors. A level is known where the flue gas per unit is; elsewhere it is NaN, which
meets no limit. CO2 comes only from the measures' side flows.
"""

from __future__ import annotations

import numpy as np

from model.numbers import Factors
from model.sector import FloatArray, Flows, Sector, State
from model.sectors.furnaces_columns import COLUMNS, cross_checks
from model.sectors.helpers import concentration, limited, passes, technical_floor
from model.text import Text

SLOTS = ("fuel", "combustion", "staging", "flue_gas", "polishing")


def formula(state: State, _: Factors) -> Flows:
    """Return flows [t/yr, CNY/yr] and the level ``nox_mg_per_m3`` [mg/m3 at reference oxygen], each (row,).

    ``E = P e prod(1 - removal) / 1000`` over the slots, with e before control [kg per unit], under the stated limit and
    above the technical floor (ACCOUNTING sections 3, 9). SO2 and dust start from what is emitted today.
    """
    output = state["output_per_year"] * state["served_share"]
    kg, level = _nox(state)
    return {
        "nox_t_per_year": output * kg / 1000,
        "so2_t_per_year": output * state["so2_kg_per_unit"] * passes(state["added_so2_removal_fraction"]) / 1000,
        "pm_t_per_year": output * state["pm_kg_per_unit"] * passes(state["added_pm_removal_fraction"]) / 1000,
        "co2_t_per_year": np.zeros_like(output),
        "electricity_kwh_per_year": np.zeros_like(output),
        "value_added_cny_per_year": state["value_added_cny_per_year"] * state["served_share"],
        "nox_mg_per_m3": np.where(state["served_share"] > 0, level, 0.0),
    }


def _nox(state: State) -> tuple[FloatArray, FloatArray]:
    """Return NOx per unit of output [kg] and its level [mg/m3]; without known flue gas neither limit nor floor acts."""
    passing = passes(*(state[f"{slot}_nox_removal_fraction"] for slot in SLOTS))
    kg = state["nox_before_control_kg_per_unit"] * passing
    volume_m3 = state["flue_gas_m3_per_unit"]
    known = volume_m3 > 0
    floor = technical_floor(state["nox_floor_mg_per_m3"], state["nox_as_is_mg_per_m3"])
    level = limited(concentration(kg, np.where(known, volume_m3, 1.0)), state["nox_limit_mg_per_m3"], floor)
    return np.where(known, level * volume_m3 / 1e6, kg), np.where(known, level, np.nan)


SECTOR = Sector(
    id="furnaces",
    title=Text("火电与工业炉窑", "Power units and industrial furnaces"),
    columns=COLUMNS,
    slots=SLOTS,
    formula=formula,
    services=("value_added_cny_per_year",),
    cross_checks=cross_checks,
)
