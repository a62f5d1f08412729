"""Phospho-chemical plants, phosphogypsum stacks, phosphate mines (ACCOUNTING section 8).

    L = W (1 - recycle) C_w + A_r rain psi (1 - capture) C_r + Q (1 - cover) C_q + D C_d + A_m e (1 - restored)

with process water W, leachate Q and mine drainage D [m3/yr], C each one's phosphorus [mg/L], run-off area A_r [ha],
rain [mm/yr], mine land A_m [ha] and its export e [kg/(ha yr)]. Treatment acts on the concentration as it stands::

    C = max(C (1 - removal), min(floor, C))

Volumes and concentrations are as measured, with present equipment; a flag says what stands already. Leachate that is
not measured is stack area x rain x infiltration. Mine land whose water is collected counts as drainage only.
A closed plant (``served_fraction`` 0) discharges nothing, produces nothing and ends its value added; its stack and mine
stay. Gypsum: produced = P2O5 x kappa, used at most what is produced, the rest goes to the stack.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from model.numbers import Factors
from model.sector import Column, Default, FloatArray, Flows, Sector, State
from model.sectors.helpers import common_columns, constant, technical_floor
from model.sectors.land import (
    DAYS_PER_YEAR,
    M3_PER_HA_MM,
    TONNES_PER_GRAM,
    TONNES_PER_KG,
    Found,
    amount,
    effect,
    flag,
    lacking,
    not_flags,
    share,
)
from model.text import Text

FLAGS = {
    "has_runoff_capture": ("已有初期雨水收集", "Has first-flush collection"),
    "has_stack_cover": ("磷石膏库已防渗覆盖", "Stack lined and covered"),
    "has_leachate_treatment": ("已有渗滤液处理", "Has leachate treatment"),
    "has_drainage_treatment": ("已有矿坑水处理", "Has drainage treatment"),
    "has_process_recycle": ("已有废水循环", "Has process-water recycle"),
    "is_riverside": ("位于沿江一公里内", "Within one kilometre of the river"),
}
EFFECTS = {
    "runoff_capture_fraction": ("初期雨水收集率", "Run-off captured"),
    "stack_cover_fraction": ("渗滤液削减率", "Leachate cut at the stack"),
    "gypsum_use_tp_removal_fraction": ("磷石膏利用的渗滤液减排率", "Leachate cut by gypsum use"),
    "leachate_tp_removal_fraction": ("渗滤液总磷去除率", "TP removal of leachate"),
    "drainage_tp_removal_fraction": ("矿坑水总磷去除率", "TP removal of drainage"),
    "land_restored_fraction": ("矿山修复减排率", "Export cut by restoration"),
    "process_recycle_fraction": ("废水循环率", "Process water recycled"),
    "gypsum_project_fraction": ("磷石膏利用项目建成比例", "Gypsum use built"),
}
NEEDS = {
    "process_water_m3_per_day": ("process_tp_mg_per_l",),
    "runoff_area_ha": ("rain_mm_per_year", "runoff_fraction", "runoff_tp_mg_per_l"),
    "stack_area_ha": ("leachate_m3_per_day",),
    "leachate_m3_per_day": ("leachate_tp_mg_per_l",),
    "drainage_m3_per_day": ("drainage_tp_mg_per_l",),
}
SITE_TYPES = {
    "plant": Text("磷化工企业", "Phospho-chemical plant"),
    "stack": Text("磷石膏库", "Phosphogypsum stack"),
    "mine": Text("磷矿", "Phosphate mine"),
    "other": Text("其他涉磷场地", "Other site"),
}


def _leachate(table: pd.DataFrame, _: Factors) -> FloatArray:
    """Return what rain leaches from the stack [m3/d]: 20 ha x 1 200 mm x 0.3 = 72 000 m3/yr."""
    depth = (table["rain_mm_per_year"] * table["stack_infiltration_fraction"]).to_numpy()
    volume: FloatArray = table["stack_area_ha"].to_numpy() * depth * M3_PER_HA_MM / DAYS_PER_YEAR
    return volume


def _unused_gypsum(table: pd.DataFrame, _: Factors) -> FloatArray:
    unused = table["p2o5_t_per_year"] * table["gypsum_t_per_t_p2o5"] * (1.0 - table["gypsum_used_fraction"])
    return unused.to_numpy(dtype=np.float64)


def _water(name: str, words: tuple[str, str], default: float | Default, example: float | str = "") -> Column:
    return amount(name, words, "m3/d", default=default, example=example, activity=True)


def _tp(name: str, zh: str, en: str, example: float | str = "") -> Column:
    return Column(name, Text(zh, en), "mg/L", default=0.0, minimum=0, better="lower", example=example)


def _plant_columns() -> tuple[Column, ...]:
    return (
        Column("site_type", Text("类型", "Type"), kind="choice", choices=SITE_TYPES, example="plant"),
        _water("process_water_m3_per_day", ("外排生产废水", "Process water discharged"), 0.0, 2_000),
        _tp("process_tp_mg_per_l", "生产废水总磷", "TP of process water", 2.0),
        amount("rain_mm_per_year", ("年降水量", "Rain"), "mm", default=0.0, example=1_200),
        amount("runoff_area_ha", ("厂区汇水面积", "Area that runs off"), "ha", default=0.0, activity=True, example=20),
        share("runoff_fraction", ("径流系数", "Share of rain that runs off"), default=0.0, example=0.6),
        _tp("runoff_tp_mg_per_l", "径流总磷", "TP of run-off", 5.0),
        amount("nox_t_per_year", ("氮氧化物", "NOx"), "t/yr", default=0.0, activity=True),
        amount("so2_t_per_year", ("二氧化硫", "SO2"), "t/yr", default=0.0, activity=True),
        amount("p2o5_t_per_year", ("磷酸产量(折P2O5)", "Acid as P2O5"), "t/yr", default=0.0, activity=True),
        amount(
            "gypsum_t_per_t_p2o5",
            ("磷石膏产生系数", "Gypsum for each tonne"),
            "t/t",
            default=constant("gypsum_t_per_t_p2o5"),
        ),
        share("gypsum_used_fraction", ("磷石膏利用率", "Share of gypsum used"), default=0.0),
        amount(
            "gypsum_potential_t_per_year",
            ("可新增磷石膏利用量", "Gypsum use that can be added"),
            "t/yr",
            default=_unused_gypsum,
            activity=True,
        ),
    )


def _stack_and_mine_columns() -> tuple[Column, ...]:
    return (
        amount("stack_area_ha", ("磷石膏库面积", "Stack area"), "ha", default=0.0),
        share(
            "stack_infiltration_fraction",
            ("库区入渗系数", "Share of rain that leaches"),
            default=constant("stack_infiltration_fraction"),
        ),
        _water("leachate_m3_per_day", ("渗滤液量", "Leachate"), _leachate),
        _tp("leachate_tp_mg_per_l", "渗滤液总磷", "TP of leachate"),
        _water("drainage_m3_per_day", ("矿坑水量", "Mine drainage"), 0.0),
        _tp("drainage_tp_mg_per_l", "矿坑水总磷", "TP of drainage"),
        amount("mine_land_ha", ("未修复矿山面积", "Mine land not restored"), "ha", default=0.0, activity=True),
        amount(
            "mine_land_tp_kg_per_ha_year",
            ("矿山总磷流失系数", "TP export of mine land"),
            "kg/(ha*yr)",
            default=constant("mine_land_tp_kg_per_ha_year"),
            note=Text("入河量，不是淋溶量", "As delivered to the water, not as leached"),
        ),
    )


def _as_is(water: str) -> Column:
    return Column(
        f"{water}_as_is_mg_per_l",
        Text("现状浓度", "As is"),
        "mg/L",
        default=lambda table, _: table[f"{water}_tp_mg_per_l"],
        derived=True,
    )


def _columns() -> tuple[Column, ...]:
    return (
        *common_columns(),
        *_plant_columns(),
        *_stack_and_mine_columns(),
        *(flag(name, words) for name, words in FLAGS.items()),
        *(effect(name, words) for name, words in EFFECTS.items()),
        *(_as_is(water) for water in ("process", "leachate", "drainage")),
        Column(
            "served_fraction",
            Text("保留产能比例", "Share of the plant kept"),
            default=1.0,
            minimum=0,
            maximum=1,
            better="lower",
            derived=True,
        ),
    )


def _level(water: str, state: State, factors: Factors) -> FloatArray:
    """Return the phosphorus of one water after treatment [mg/L], not below the technical floor."""
    treated = state[f"{water}_tp_mg_per_l"]
    if f"{water}_tp_removal_fraction" in state:
        treated = treated * (1.0 - state[f"{water}_tp_removal_fraction"])
    floor = technical_floor(factors["phosphorus_site_tp_floor_mg_per_l"], state[f"{water}_as_is_mg_per_l"])
    return np.maximum(treated, floor)


def _gypsum(state: State) -> Flows:
    """Return gypsum produced, used and stacked [t/yr]: 100 000 t P2O5 x 5 = 500 000 t."""
    kept = state["served_fraction"]
    produced = state["p2o5_t_per_year"] * state["gypsum_t_per_t_p2o5"]
    wanted = produced * state["gypsum_used_fraction"]
    wanted = wanted + state["gypsum_potential_t_per_year"] * state["gypsum_project_fraction"]
    used = np.minimum(produced, wanted)
    return {
        "gypsum_produced_t_per_year": produced * kept,
        "gypsum_used_t_per_year": used * kept,
        "gypsum_stacked_t_per_year": (produced - used) * kept,
    }


def flows(state: State, factors: Factors) -> Flows:
    """Return phosphorus [t/yr] and of process water [mg/L], volumes, gypsum, stated NOx and SO2, each of shape (row,).

    ``gypsum_used_t_per_year / gypsum_produced_t_per_year >= 1`` is production set by use.

    Worked example (ACCOUNTING section 8): a 20 ha stack, 1 200 mm, 0.3 and 2 000 mg/L leach 72 000 m3 x 2 kg = 144 t.
    """
    kept = state["served_fraction"]
    process = state["process_water_m3_per_day"] * (1.0 - state["process_recycle_fraction"]) * kept
    runoff = state["runoff_area_ha"] * state["rain_mm_per_year"] * state["runoff_fraction"] * M3_PER_HA_MM
    runoff = runoff * (1.0 - state["runoff_capture_fraction"]) * kept
    uncovered = (1.0 - state["stack_cover_fraction"]) * (1.0 - state["gypsum_use_tp_removal_fraction"])
    leachate, drainage = state["leachate_m3_per_day"] * uncovered, state["drainage_m3_per_day"]
    grams = runoff * state["runoff_tp_mg_per_l"]
    for water, volume in (("process", process), ("leachate", leachate), ("drainage", drainage)):
        grams = grams + DAYS_PER_YEAR * volume * _level(water, state, factors)
    land = state["mine_land_ha"] * (1.0 - state["land_restored_fraction"])
    nothing = np.zeros_like(grams)
    return {
        "tp_mg_per_l": _level("process", state, factors),
        "tp_t_per_year": grams * TONNES_PER_GRAM + land * state["mine_land_tp_kg_per_ha_year"] * TONNES_PER_KG,
        "nox_t_per_year": state["nox_t_per_year"] * kept,
        "so2_t_per_year": state["so2_t_per_year"] * kept,
        "discharged_m3_per_day": process,
        "discharged_m3_per_year": DAYS_PER_YEAR * process,
        "leached_m3_per_day": leachate,
        "leached_m3_per_year": DAYS_PER_YEAR * leachate,
        "drained_m3_per_year": DAYS_PER_YEAR * drainage,
        "p2o5_t_per_year": state["p2o5_t_per_year"] * kept,
        **_gypsum(state),
        "value_added_cny_per_year": state["value_added_cny_per_year"] * kept,
        "co2_t_per_year": nothing,
        "electricity_kwh_per_year": nothing,
    }


def _cross_checks(table: pd.DataFrame) -> Found:
    """Return what no single cell shows: row position, column, and what is wrong."""
    return [*lacking(table, NEEDS), *not_flags(table, tuple(FLAGS))]


SECTOR = Sector(
    id="phosphorus_sites",
    title=Text("涉磷企业与矿山", "Phosphorus sites"),
    columns=_columns(),
    slots=("gypsum", "runoff", "stack", "leachate", "drainage", "land", "process", "polishing"),
    formula=flows,
    services=("value_added_cny_per_year",),
    cross_checks=_cross_checks,
)
