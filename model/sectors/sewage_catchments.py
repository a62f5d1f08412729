"""Sewage catchments: what people discharge, what sewers collect, what plants can treat (ACCOUNTING section 5).

With Q wastewater generated, s the share sewers collect, m and o the shares of it that are misconnected and that
overflow in wet weather, K the capacity as is and K' the new one, volumes in m3/yr::

    S  = Q (s + (1 - s) sewers)                        collected
    M  = S m (1 - repair),  O = S o (1 - repair)       misconnected or leaked, overflowing; A = S - M - O arrives
    T  = min(A, K),  T' = min(A - T, K')               treated in the plant there is, and in the new one
    H  = min(O storage, K + K' - T - T')               held back and treated once there is room

so that sewers without capacity, capacity without sewers and tanks without room save nothing: what arrives above the
capacity is discharged untreated. For a pollutant of c = g / w mg/L (g/d and m3/d per person)::

    L = c ((Q - S) tau + M + O (1 - eta H / (O storage)) + (A - T - T') + T (1 - r) + T' (1 - r')) * 1e-6   [t/yr]

A plant that is listed as a source of its own (``is_plant_listed``) discharges what it treats today there: load and
volume of that part are left out here, and only what reaches the plant anew counts, net of its removal. Growth scales a
catchment as a whole, its capacity too; where people outgrow the plant, state the population of the plan year.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from model.numbers import Factors
from model.sector import Column, FloatArray, Flows, Sector, State
from model.sectors.helpers import common_columns, constant, derived_share
from model.sectors.land import (
    DAYS_PER_YEAR,
    TONNES_PER_GRAM,
    WATER,
    Found,
    amount,
    effect,
    flag,
    not_flags,
    removals,
    share,
)
from model.text import Text

EXAMPLES = {"tp": 1.75, "cod": 70.0, "nh3n": 8.0, "tn": 11.0}
ABOVE_ALL = Text("错接与溢流比例之和大于1", "misconnected and overflowing shares add up to more than 1")
LISTED = Text(
    "1：所接污水厂另列于污水处理厂表，其现状处理水量不在此重复计算；未处理水量只在一处填写",
    "1: the plant stands in the table of plants too, and what it treats today is not counted here again; "
    "state untreated water in one place only",
)


def _generated(table: pd.DataFrame) -> FloatArray:
    """Wastewater as is [m3/d]."""
    volume: FloatArray = (table["population"] * table["water_m3_per_person_day"]).to_numpy(dtype=np.float64)
    return volume


def _shortfall(table: pd.DataFrame, _: Factors) -> FloatArray:
    """Return the capacity that all wastewater would need besides what there is."""
    missing: FloatArray = np.maximum(_generated(table) - table["capacity_m3_per_day"].to_numpy(), 0.0)
    return missing


def _treated_share(table: pd.DataFrame, _: Factors) -> FloatArray:
    """Return the share of all wastewater that is treated as is."""
    arriving = table["collection_fraction"] * (1.0 - table["misconnected_fraction"] - table["overflow_fraction"])
    generated = _generated(table)
    capacity = np.divide(
        table["capacity_m3_per_day"].to_numpy(), generated, out=np.zeros_like(generated), where=generated > 0
    )
    treated: FloatArray = np.minimum(arriving.to_numpy(), capacity)
    return treated


def _people() -> tuple[Column, ...]:
    loads = (
        amount(
            f"{key}_g_per_person_day",
            (f"人均{zh}产生量", f"{en} per person"),
            "g/d",
            default=None if key == "tp" else 0.0,
            example=EXAMPLES[key],
            note=Text("按当地实测或官方系数填写", "From local measurement or an official coefficient"),
        )
        for key, (zh, en) in WATER.items()
    )
    return (
        amount("population", ("人口", "Population"), "1", example=200_000, activity=True),
        Column("water_m3_per_person_day", Text("人均污水量", "Wastewater per person"), "m3/d", above=0, example=0.15),
        *loads,
    )


def _network() -> tuple[Column, ...]:
    return (
        share("collection_fraction", ("污水收集率", "Share collected by sewers"), example=0.7),
        share(
            "misconnected_fraction",
            ("收集污水错接渗漏入河比例", "Share of collected wastewater misconnected or leaking to the water"),
            default=0.0,
        ),
        share(
            "overflow_fraction",
            ("收集污水雨天溢流比例", "Share of collected wastewater overflowing in wet weather"),
            default=0.0,
        ),
        share(
            "uncollected_to_water_fraction",
            ("未收集污水入河比例", "Share of uncollected wastewater that reaches the water"),
            example=1.0,
        ),
        amount("missing_sewer_km", ("待建污水管网", "Sewers to lay"), "km", default=0.0, example=40),
        amount("repair_sewer_km", ("待改造管网", "Sewers to separate or repair"), "km", default=0.0),
        amount("overflow_storage_m3", ("拟建调蓄容积", "Storage to build"), "m3", default=0.0),
    )


def _plant() -> tuple[Column, ...]:
    removal = (
        share(
            f"plant_{key}_removal_fraction",
            (f"污水厂{zh}去除率", f"{en} removal of the plant"),
            default=constant(f"sewage_plant_{key}_removal_fraction"),
        )
        for key, (zh, en) in WATER.items()
    )
    return (
        amount(
            "capacity_m3_per_day",
            ("可用处理能力", "Treatment capacity for this catchment"),
            "m3/d",
            example=25_000,
            activity=True,
        ),
        amount(
            "planned_capacity_m3_per_day",
            ("可新增处理能力", "New capacity that can be built"),
            "m3/d",
            default=_shortfall,
            activity=True,
            note=Text("不填时为全部污水与现有能力之差", "When empty, what all wastewater needs above the present one"),
        ),
        flag("is_plant_listed", ("污水厂另列为源", "Plant listed as a source of its own"), note=LISTED),
        *removal,
    )


def _columns() -> tuple[Column, ...]:
    return (
        *common_columns(),
        *_people(),
        *_network(),
        *_plant(),
        effect("sewers_capture_fraction", ("新建管网收集比例", "Share of the unsewered that new sewers collect")),
        effect("repair_recovered_fraction", ("管网改造挽回比例", "Share of losses that repair recovers")),
        effect("storage_capture_fraction", ("调蓄收集比例", "Share of overflow that storage holds")),
        effect("capacity_built_fraction", ("新增能力建成比例", "Share of new capacity built")),
        *removals("storage", ("调蓄", "storage")),
        *removals("capacity", ("新厂", "new plant")),
        derived_share("treated_as_is_fraction", Text("现状处理率", "Share treated as is"), _treated_share),
    )


def _volumes(state: State) -> Flows:
    """Return where the water goes [m3/yr], each of shape (row,)."""
    generated = DAYS_PER_YEAR * state["population"] * state["water_m3_per_person_day"]
    sewered = state["collection_fraction"]
    collected = generated * (sewered + (1.0 - sewered) * state["sewers_capture_fraction"])
    unrepaired = collected * (1.0 - state["repair_recovered_fraction"])
    lost, overflow = unrepaired * state["misconnected_fraction"], unrepaired * state["overflow_fraction"]
    arriving = np.maximum(collected - lost - overflow, 0.0)
    capacity = DAYS_PER_YEAR * state["capacity_m3_per_day"]
    extra = DAYS_PER_YEAR * state["planned_capacity_m3_per_day"] * state["capacity_built_fraction"]
    old = np.minimum(arriving, capacity)
    new = np.minimum(arriving - old, extra)
    held = np.minimum(overflow * state["storage_capture_fraction"], capacity + extra - old - new)
    return {
        "generated": generated,
        "collected": collected,
        "lost": lost,
        "overflow": overflow,
        "untreated": arriving - old - new,
        "old": old,
        "new": new,
        "held": held,
        "elsewhere": np.minimum(generated * state["treated_as_is_fraction"], old) * state["is_plant_listed"],
    }


def _load(pollutant: str, state: State, water: Flows) -> FloatArray:
    """Return the load that reaches the water [t/yr], (row,)."""
    wanted = water["overflow"] * state["storage_capture_fraction"]
    room = np.divide(water["held"], wanted, out=np.zeros_like(wanted), where=wanted > 0)
    plant = 1.0 - state[f"plant_{pollutant}_removal_fraction"]
    volume = (
        (water["generated"] - water["collected"]) * state["uncollected_to_water_fraction"]
        + water["lost"]
        + water["overflow"] * (1.0 - state[f"storage_{pollutant}_removal_fraction"] * room)
        + water["untreated"]
        + (water["old"] - water["elsewhere"]) * plant
        + water["new"] * (1.0 - state[f"capacity_{pollutant}_removal_fraction"])
    )
    concentration = state[f"{pollutant}_g_per_person_day"] / state["water_m3_per_person_day"]
    return volume * concentration * TONNES_PER_GRAM


def flows(state: State, _: Factors) -> Flows:
    """Return loads [t/yr] and volumes [m3/yr] of catchments, each of shape (row,).

    Treatment rate: ``treated_m3_per_year / generated_m3_per_year``; collection rate: collected / generated. Power and
    CO2 as is are not counted: both flows are zero, and measures add what they change.

    Worked example (ACCOUNTING section 5): 200 000 people of 1.75 g P/d are 127.75 t/yr; collection from 70 to 90 % at
    87.5 % removal and tau = 1 takes 127.75 x 0.2 x 0.875 = 22.35625 t.
    """
    water = _volumes(state)
    nothing = np.zeros_like(water["generated"])
    return {
        **{f"{pollutant}_t_per_year": _load(pollutant, state, water) for pollutant in WATER},
        "generated_m3_per_year": water["generated"] - water["elsewhere"],
        "collected_m3_per_year": water["collected"] - water["elsewhere"],
        "treated_m3_per_year": water["old"] + water["new"] + water["held"] - water["elsewhere"],
        "stored_m3_per_year": water["held"],
        "co2_t_per_year": nothing,
        "electricity_kwh_per_year": nothing,
    }


def _cross_checks(table: pd.DataFrame) -> Found:
    """Return what no single cell shows: row position, column, and what is wrong."""
    over = np.flatnonzero(table["misconnected_fraction"] + table["overflow_fraction"] > 1)
    return [*((int(row), "overflow_fraction", ABOVE_ALL) for row in over), *not_flags(table, ("is_plant_listed",))]


SECTOR = Sector(
    id="sewage_catchments",
    title=Text("污水收集片区", "Sewage catchments"),
    columns=_columns(),
    slots=("capacity", "sewers", "repair", "storage"),
    formula=flows,
    cross_checks=_cross_checks,
)
