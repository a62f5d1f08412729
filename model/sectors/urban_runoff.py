"""Run-off of built-up areas: sweeping, sponge-city structures, river banks (ACCOUNTING section 7).

    L = A e (1 - s) (1 - phi eta(x)) (1 - b) * 1e-3                                                          [t/yr]

with impervious area A [ha], export e [kg/(ha yr)], the removals s of sweeping and b of the river, and phi the share of
the area whose run-off a structure can take. What a structure removes follows from the depth of run-off it captures, x
inches, by the curves of US EPA's RBEROST::

    eta(x) = a + b ln x + c x + d x^2 + f (1 - exp(-g x)),   kept within 0 and 1

of which each structure has its own few terms. Storage is 10 m3 per hectare and millimetre: 254 m3 per hectare and inch.
One structure takes a given run-off, so that all share one slot; the export is as it stands, with present structures.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from model.numbers import Factors
from model.sector import Column, FloatArray, Flows, Sector, State
from model.sectors.helpers import common_columns, constant, passes
from model.sectors.land import M3_PER_HA_MM, TONNES_PER_KG, amount, effect, share
from model.text import Text

MM_PER_INCH = 25.4
CURVE = {
    "curve_constant": ("曲线常数项", "Curve, constant"),
    "curve_log": ("曲线对数项", "Curve, logarithm"),
    "curve_linear": ("曲线一次项", "Curve, linear"),
    "curve_square": ("曲线二次项", "Curve, square"),
    "curve_rise": ("曲线指数项", "Curve, exponential"),
    "curve_rate": ("曲线指数速率", "Curve, rate"),
}


def _storage(table: pd.DataFrame, _: Factors) -> FloatArray:
    """Return the storage that the captured depth takes [m3]."""
    area = table["impervious_ha"] * table["retrofit_fraction"]
    return (area * table["captured_runoff_mm"]).to_numpy(dtype=np.float64) * M3_PER_HA_MM


def _columns() -> tuple[Column, ...]:
    return (
        *common_columns(),
        amount("impervious_ha", ("不透水面积", "Impervious area"), "ha", example=500, activity=True),
        amount(
            "tp_kg_per_ha_year",
            ("总磷输出系数", "TP export"),
            "kg/(ha*yr)",
            default=constant("impervious_tp_kg_per_ha_year"),
        ),
        amount("tn_kg_per_ha_year", ("总氮输出系数", "TN export"), "kg/(ha*yr)", default=0.0),
        share(
            "retrofit_fraction",
            ("可改造面积比例", "Share of the area that can be retrofitted"),
            default=1.0,
            example=0.3,
        ),
        Column(
            "captured_runoff_mm",
            Text("设计截流雨量", "Depth of run-off captured"),
            "mm",
            default=MM_PER_INCH,
            minimum=2.54,
            maximum=50.8,
            help=Text("曲线适用于0.1至2英寸", "The curves hold from 0.1 to 2 inches"),
        ),
        amount("road_km", ("可机扫道路", "Roads to sweep"), "km", default=0.0, example=60),
        amount("river_km", ("待修复河道", "River banks to restore"), "km", default=0.0),
        Column("storage_m3", Text("调蓄容积", "Storage"), "m3", default=_storage, derived=True),
        *(Column(name, Text(*words), default=0.0, derived=True) for name, words in CURVE.items()),
        effect("structure_fraction", ("设施建成比例", "Share of structures built")),
        effect("sweeping_tp_removal_fraction", ("清扫总磷去除率", "TP removal of sweeping")),
        effect("sweeping_tn_removal_fraction", ("清扫总氮去除率", "TN removal of sweeping")),
        effect("river_tp_removal_fraction", ("河道总磷去除率", "TP removal in the river")),
    )


def _removal(state: State) -> FloatArray:
    """Return what a structure removes of the phosphorus it takes, (row,)."""
    depth = state["captured_runoff_mm"] / MM_PER_INCH
    removal = (
        state["curve_constant"]
        + state["curve_log"] * np.log(depth)
        + state["curve_linear"] * depth
        + state["curve_square"] * depth**2
        + state["curve_rise"] * (1.0 - np.exp(-state["curve_rate"] * depth))
    )
    return np.clip(removal, 0.0, 1.0)


def flows(state: State, _: Factors) -> Flows:
    """Return loads [t/yr] and areas [ha] of built-up areas, each of shape (row,).

    Sponge-city share: ``treated_area_ha / impervious_area_ha``.

    Worked example: 500 ha x 3.16 kg = 1.58 t; a rain garden on 30 % of it at one inch (eta 0.51933) leaves 1.33384 t.
    """
    treated = state["retrofit_fraction"] * state["structure_fraction"]
    phosphorus = passes(
        state["sweeping_tp_removal_fraction"],
        state["retrofit_fraction"] * _removal(state),
        state["river_tp_removal_fraction"],
    )
    area = state["impervious_ha"] * TONNES_PER_KG
    return {
        "tp_t_per_year": area * state["tp_kg_per_ha_year"] * phosphorus,
        "tn_t_per_year": area * state["tn_kg_per_ha_year"] * passes(state["sweeping_tn_removal_fraction"]),
        "impervious_area_ha": state["impervious_ha"],
        "treated_area_ha": state["impervious_ha"] * treated,
    }


SECTOR = Sector(
    id="urban_runoff",
    title=Text("城市径流", "Urban run-off"),
    columns=_columns(),
    slots=("sweeping", "structure", "river"),
    formula=flows,
)
