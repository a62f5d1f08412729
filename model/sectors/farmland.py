"""Farmland, livestock and aquaculture by export coefficients (ACCOUNTING section 7).

A row is a block of cropland, a group of farms or a group of ponds. For phosphorus and nitrogen, with area A [ha],
export e at the field edge [kg/(ha yr)] and delivery lambda::

    crop      = A e lambda u^epsilon (1 - f eta_cover) (1 - eta_tillage) (1 - m eta_manure) (1 - i eta_irrigation) train
    livestock = heads g (1 - reuse) (1 - closed) (1 - eta_treatment) lambda
    ponds     = A_p e_p lambda (1 - eta_tail)

f, m and i are the shares of the cropland that lie fallow in winter, get manure, and are irrigated the old way. u is
fertiliser use against today's: each year's cut scales it again, use_t = use_0 * 0.85^t, and the load follows with the
elasticity epsilon. Structures stand at the edge, in the ditch, in ponds and on the bank, one in each place, and reach
the share phi of the fields (a pond at most its own reach, rho). On the same fields, and on fields of their own::

    nested       train = 1 - phi + prod(1 - eta_k) (phi - min(phi, rho) eta_pond)
    independent  train = prod(1 - phi eta_k) (1 - min(phi, rho) eta_pond)                 k = edge, ditch, bank

COD and ammonia nitrogen of livestock and ponds are stated as they reach the water.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from model.numbers import Factors
from model.sector import FloatArray, Flows, Sector, State
from model.sectors.farmland_columns import ACTIVITIES, EXPORT_NEEDS, FLAGS, columns
from model.sectors.helpers import passes
from model.sectors.land import TONNES_PER_KG, Found, above, lacking, not_flags
from model.text import Text

ABOVE_ALL = Text("大于养殖场总数", "more than the number of large farms")
OTHER_KIND = Text("与本行类型不符，请另列一行", "not of the kind of this row; give it a row of its own")


def _train(pollutant: str, state: State) -> FloatArray:
    """Return what passes the structures, (row,): 50 % and 40 % on 60 % of the fields let 58 % (nested) pass."""
    reach = state["coverage_fraction"]
    edge, ditch, pond, bank = (state[f"{k}_{pollutant}_removal_fraction"] for k in ("edge", "ditch", "pond", "bank"))
    ponded = np.minimum(reach, state["pond_reach_fraction"]) * pond
    nested = 1.0 - reach + passes(edge, ditch, bank) * (reach - ponded)
    independent = passes(reach * edge, reach * ditch, reach * bank, ponded)
    return np.where(state["is_coverage_nested"] > 0, nested, independent)


def _crop(pollutant: str, state: State, factors: Factors) -> FloatArray:
    """Return the load of cropland at the field edge [kg/yr], (row,)."""
    use = state["fertiliser_use_fraction"] ** factors[f"fertiliser_{pollutant}_elasticity"]
    old = state["irrigated_fraction"] * (1.0 - state["efficient_irrigation_as_is_fraction"])
    return (
        state["cropland_ha"]
        * state[f"{pollutant}_kg_per_ha_year"]
        * use
        * passes(
            state["winter_fallow_fraction"] * state[f"cover_{pollutant}_removal_fraction"],
            state[f"tillage_{pollutant}_removal_fraction"],
            state["manured_fraction"] * state[f"manuring_{pollutant}_removal_fraction"],
            old * state[f"irrigation_{pollutant}_removal_fraction"],
        )
        * _train(pollutant, state)
    )


def _animals(pollutant: str, state: State) -> FloatArray:
    """Return the load of livestock and ponds before delivery [kg/yr], (row,)."""
    livestock = _heads(state) * state[f"livestock_{pollutant}_kg_per_head_year"]
    livestock = livestock * passes(state["manure_reuse_fraction"], state[f"livestock_{pollutant}_removal_fraction"])
    ponds = state["aquaculture_ha"] * state[f"aquaculture_{pollutant}_kg_per_ha_year"]
    return livestock + ponds * (1.0 - state[f"tail_water_{pollutant}_removal_fraction"])


def _heads(state: State) -> FloatArray:
    return state["animal_heads"] * (1.0 - state["no_go_fraction"] * state["no_go_closed_fraction"])


def _loads(state: State, factors: Factors) -> Flows:
    """Return what reaches the water [t/yr] of each pollutant, (row,)."""
    loads = {f"{key}_t_per_year": _animals(key, state) * TONNES_PER_KG for key in ("cod", "nh3n")}
    for key in ("tp", "tn"):
        edge = _crop(key, state, factors) + _animals(key, state)
        loads[f"{key}_t_per_year"] = edge * state[f"{key}_delivery_fraction"] * TONNES_PER_KG
    return loads


def _shares(state: State) -> Flows:
    """Return numerators and denominators of coverage and reuse, each of shape (row,)."""
    kept = 1.0 - state["no_go_fraction"] * state["no_go_closed_fraction"]
    manure = _heads(state) * state["livestock_tp_kg_per_head_year"] * TONNES_PER_KG
    cropland = state["cropland_ha"]
    irrigated = cropland * state["irrigated_fraction"]
    return {
        "cropland_area_ha": cropland,
        "soil_tested_area_ha": cropland * state["soil_tested_fraction"],
        "irrigated_area_ha": irrigated,
        "efficient_irrigated_area_ha": irrigated * state["efficient_irrigation_fraction"],
        "animal_head_count": _heads(state),
        "manure_p_t_per_year": manure,
        "reused_manure_p_t_per_year": manure
        * np.maximum(state["manure_reuse_fraction"], state["facility_reuse_fraction"]),
        "large_farm_count": state["large_farms"] * kept,
        "equipped_farm_count": state["large_farms"] * kept * state["equipped_fraction"],
    }


def flows(state: State, factors: Factors) -> Flows:
    """Return loads [t/yr], fertiliser use [t/yr], areas [ha], heads, farms and value added, each of shape (row,).

    Year on year: a package of two yearly cuts leaves ``fertiliser_t_per_year`` at 0.85 x 0.85 = 72.25 %.

    Worked example (ACCOUNTING section 7): 10 000 ha x 1.02 kg = 10.2 t at the edge, x 0.342 = 3.4884 t in the river.
    """
    closed = state["no_go_fraction"] * state["no_go_closed_fraction"]
    return {
        **_loads(state, factors),
        **_shares(state),
        "fertiliser_t_per_year": state["fertiliser_as_is_t_per_year"] * state["fertiliser_use_fraction"],
        "value_added_cny_per_year": state["value_added_cny_per_year"] * (1.0 - closed),
        "co2_t_per_year": np.zeros_like(closed),
    }


def _cross_checks(table: pd.DataFrame) -> Found:
    """Return what no single cell shows: row position, column, and what is wrong."""
    other = [
        (int(row), name, OTHER_KIND)
        for kind, name in ACTIVITIES.items()
        for row in np.flatnonzero((table["land_kind"] != kind) & (table[name] > 0))
    ]
    return [
        *other,
        *lacking(table, EXPORT_NEEDS),
        *above(table, {"equipped_farms": "large_farms"}, ABOVE_ALL),
        *not_flags(table, tuple(FLAGS)),
    ]


SECTOR = Sector(
    id="farmland",
    title=Text("种植与养殖", "Farmland and livestock"),
    columns=columns(),
    slots=(
        "irrigation",
        "fertiliser",
        "fertiliser_again",
        "cover",
        "tillage",
        "manuring",
        "edge",
        "ditch",
        "pond",
        "bank",
        "farms",
        "livestock",
        "tail_water",
    ),
    formula=flows,
    services=("value_added_cny_per_year",),
    cross_checks=_cross_checks,
)
