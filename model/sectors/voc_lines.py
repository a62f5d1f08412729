"""Lines that emit volatile organic compounds, by mass balance (ACCOUNTING section 4).

For a line that uses U t/yr of material with VOC fraction w, recovers the share r, captures the fraction kappa and
destroys the fraction delta of what is captured::

    G = U w (1 - r)                                                             [t/yr] generated
    S = max(G kappa (1 - delta) (1 - o), min(G kappa, least))                   [t/yr] from the stack
    E = G (1 - kappa) + S                                                       [t/yr] process
    least = min(10 mg/m3 * exhaust, stack as is)     where flow and hours of the exhaust are known
          = G kappa (1 - max(0.99, delta as is))     where they are not

which is G (1 - kappa delta) above the floor. r is what the stated recovery is of the solvent input as is, so that the
recovered amount falls in proportion when less solvent goes in (section 16). o is what better operation of an existing
low-efficiency control takes from what it lets through. w never falls below min(1 % by mass, w as is). Leaks, tanks,
loading, drains and flares are parts of their own, stated as is and divided by the pass-through of their existing
control; PM likewise. A closed line (``served_share`` 0) emits nothing and ends its value added.

Destruction is what the equipment does in service, not what it is designed for; a design figure is stated in a column of
its own and discounted.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from model.numbers import Factors
from model.sector import FloatArray, Flows, Sector, State
from model.sectors.helpers import passes, technical_floor
from model.sectors.voc_lines_columns import PARTS, columns
from model.text import Text

FLAGS = ("has_single_solvent", "has_oven_sized_parts", "has_severe_corrosion", "is_scattered_polluting")
NOT_A_FLAG = Text("应为1或0", "expected 1 or 0")
ABOVE_INPUT = Text("回收量大于溶剂投入量", "more is recovered than goes in with the material")
NO_CONTROL = Text("填写了设计去除效率而现有治理设施为无", "a design efficiency is stated, but no existing control")
TOLERANCE = 1e-9


def _solvent_input(state: State, factors: Factors) -> FloatArray:
    """VOCs in the material [t/yr], (row,); substitution stops at the technical floor of the content."""
    floor = technical_floor(factors["least_voc_content_fraction"], state["voc_content_as_is_fraction"])
    return state["material_t_per_year"] * np.maximum(state["voc_content_fraction"], floor)


def _process_vocs(state: State, solvent_t_per_year: FloatArray) -> FloatArray:
    """What escapes the hood and what leaves the stack [t/yr], (row,)."""
    generated = solvent_t_per_year * (1.0 - state["recovered_fraction"])
    captured = generated * state["capture_fraction"]
    treated = captured * passes(state["destruction_fraction"], state["operation_vocs_removal_fraction"])
    least = state["stack_floor_t_per_year"] + captured * state["least_pass_fraction"]
    return generated - captured + np.maximum(treated, np.minimum(captured, least))


def flows(state: State, factors: Factors) -> Flows:
    """Return emissions [t/yr], solvent input [t/yr] and value added [CNY/yr] of lines, each of shape (row,).

    Power and CO2 of the line as it stands are not counted: both flows are zero here, and measures add what they change.

    Worked example (ACCOUNTING section 4): 100 t of paint with w 0.455 give G = 45.5 t; kappa 0.30 and delta 0.50 leave
    45.5 (1 - 0.15) = 38.675 t, 0.85 and 0.90 leave 10.6925 t, with water-borne paint (w 0.19) 4.465 t.
    """
    served = state["served_share"]
    solvent = _solvent_input(state, factors)
    vocs = _process_vocs(state, solvent)
    for stem, (slot, _, _) in PARTS.items():
        vocs = vocs + state[f"{stem}_before_control_t_per_year"] * passes(state[f"{slot}_vocs_removal_fraction"])
    nothing = np.zeros_like(vocs)
    return {
        "vocs_t_per_year": vocs * served,
        "pm_t_per_year": state["pm_before_control_t_per_year"]
        * passes(state["destruction_pm_removal_fraction"])
        * served,
        "co2_t_per_year": nothing,
        "electricity_kwh_per_year": nothing,
        "solvent_input_t_per_year": solvent * served,
        "value_added_cny_per_year": state["value_added_cny_per_year"] * served,
    }


def _cross_checks(table: pd.DataFrame) -> list[tuple[int, str, Text]]:
    """Return what no single cell shows: row position, column, and what is wrong."""
    solvent = table["material_t_per_year"] * table["voc_content_fraction"]
    above = table["recovered_t_per_year"] > solvent * (1.0 + TOLERANCE)
    unequipped = (table["control_type"] == "none") & (table["design_destruction_fraction"] > 0)
    found = [(row, flag, NOT_A_FLAG) for flag in FLAGS for row in np.flatnonzero(~table[flag].isin((0.0, 1.0)))]
    found += [(row, "recovered_t_per_year", ABOVE_INPUT) for row in np.flatnonzero(above)]
    found += [(row, "design_destruction_fraction", NO_CONTROL) for row in np.flatnonzero(unequipped)]
    return [(int(row), column, what) for row, column, what in found]


SECTOR = Sector(
    id="voc_lines",
    title=Text("VOCs生产线", "VOCs lines"),
    columns=columns(),
    slots=("material", "capture", "destruction", *(slot for slot, _, _ in PARTS.values())),
    formula=flows,
    services=("value_added_cny_per_year",),
    cross_checks=_cross_checks,
)
