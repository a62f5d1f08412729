"""Municipal and industrial-park wastewater treatment plants (ACCOUNTING section 5).

For pollutant p of phosphorus (TP, counted as P), COD, ammonia nitrogen and total nitrogen::

    C     = max(C_meas * prod(1 - r_slot) / prod(1 - r_slot, existing) * (1 - s r_intake), min(floor, C_meas))   [mg/L]
    C_raw = max(C_in * (1 - s r_intake) * (1 - r_capacity), min(floor, C_in))                                     [mg/L]
    L     = (V (1 - reuse) C + V_untreated C_raw) * 1e-6                                                          [t/yr]

with V = 365 * flow [m3/yr]. Efficiencies act on the *measured* effluent of the plant as it stands; equipment that is
already there stands in the removal columns of its slot, so that more of the same gains only the difference. A standard
upgrade caps the measured effluent itself, so that a plant better than the standard gains nothing. ``s`` is the share of
a park's load that comes from enterprises without pre-treatment. A pollutant whose concentrations are left empty counts
as zero: it is not part of that plant's inventory. Only phosphorus has a stated floor.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from model.numbers import Factors
from model.sector import Column, Default, FloatArray, Flows, Sector, State
from model.sectors.helpers import common_columns, derived_share, passes, technical_floor
from model.sectors.land import DAYS_PER_YEAR, TONNES_PER_GRAM, WATER
from model.text import Text

EXAMPLES = {"tp": (4.0, 0.45), "cod": (250.0, 40.0), "nh3n": (25.0, 3.0), "tn": (35.0, 12.0)}
FLOOR_FACTOR = {"tp": "tp_floor_mg_per_l"}
EQUIPMENT = {
    "process": ("has_p_removal", "p_step"),
    "polishing": ("has_filtration", "filtration"),
    "wetland": ("has_wetland", "wetland"),
    "operation": ("has_precise_operation", "precise_operation"),
}
"""Slots that treat the plant's own flow: the flag that says the equipment is there, and the stem of its factors."""

PLACES = {
    "intake": ("企业预处理", "at the enterprises"),
    "process": ("主体工艺", "process"),
    "polishing": ("深度处理", "polishing"),
    "wetland": ("尾水湿地", "wetland"),
    "operation": ("精准运行", "operation"),
    "capacity": ("未处理污水", "of untreated wastewater"),
}
"""Slots with removal columns, in the order of the water, and what they are called."""

PLANT_TYPES = {"municipal": Text("城镇", "Municipal"), "industrial_park": Text("工业园区", "Industrial park")}
PROCESS_TYPES = {
    "conventional": Text("传统活性污泥", "Conventional activated sludge"),
    "a2o": Text("A2/O", "A2O"),
    "oxidation_ditch": Text("氧化沟", "Oxidation ditch"),
    "mbr": Text("膜生物反应器", "Membrane bioreactor"),
    "bardenpho": Text("五段Bardenpho", "Five-stage Bardenpho"),
    "sbr": Text("序批式", "Sequencing batch reactor"),
    "other": Text("其他或不详", "Other or not known"),
}

ABOVE_INFLUENT = Text("出水浓度高于进水浓度", "the effluent is above the influent")
NO_CAPACITY = Text("有处理水量，设计规模须大于0", "water is treated, so the capacity must be above 0")
NO_INFLUENT = Text(
    "有未处理污水，须填进水浓度", "untreated wastewater is stated, so its concentration, the influent, is needed"
)


def _flag(name: str, zh: str, en: str, *, default: float | Default = 0.0) -> Column:
    return Column(name, Text(zh, en), default=default, minimum=0, maximum=1, help=Text("1为有，0为无", "1 yes, 0 no"))


def _membranes(table: pd.DataFrame, _: Factors) -> pd.Series:
    """A membrane bioreactor filters already."""
    return (table["process_type"] == "mbr").astype(float)


def _equipped(flag: str, factor: str) -> Default:
    """Return removal of the equipment where the flag is 1; a pollutant the equipment does not touch has no factor."""
    return lambda table, factors: table[flag] * factors.get(factor, 0.0)


def _existing_pass(pollutant: str) -> Default:
    names = [f"{slot}_{pollutant}_removal_fraction" for slot in EQUIPMENT]
    return lambda table, _: passes(*(table[name].to_numpy() for name in names))


def _pretreatable_load(table: pd.DataFrame, _: Factors) -> pd.Series:
    """Share by volume, which supposes the park's mean concentration in the enterprises' water."""
    total = table["flow_m3_per_day"] + table["untreated_m3_per_day"]
    return (table["pretreatable_m3_per_day"] / total.where(total > 0, 1.0)).clip(upper=1.0)


def _volume(name: str, zh: str, en: str, *, default: float | None = None, example: float = 0.0) -> Column:
    return Column(name, Text(zh, en), "m3/d", default=default, minimum=0, activity=True, example=example)


def _size_columns() -> tuple[Column, ...]:
    return (
        Column("capacity_m3_per_day", Text("设计规模", "Design capacity"), "m3/d", minimum=0, example=50_000),
        _volume("flow_m3_per_day", "实际处理水量", "Treated flow", example=40_000),
        _volume("untreated_m3_per_day", "未处理污水量", "Untreated wastewater", default=0.0),
        _volume(
            "pretreatable_m3_per_day", "未预处理的含磷企业废水量", "Enterprise water without pre-treatment", default=0.0
        ),
        Column(
            "pretreatable_load_fraction",
            Text("未预处理企业的负荷占比", "Share of load from enterprises without pre-treatment"),
            default=_pretreatable_load,
            minimum=0,
            maximum=1,
            help=Text("不填时按水量占比", "When empty, the share by volume"),
        ),
        Column(
            "reuse_fraction",
            Text("再生水利用率", "Share of treated water reused"),
            default=0.0,
            minimum=0,
            maximum=1,
            better="higher",
            help=Text("回流同一河道的不计", "Count none that returns to the same river"),
        ),
    )


def _kind_columns() -> tuple[Column, ...]:
    return (
        Column("plant_type", Text("类型", "Type"), kind="choice", choices=PLANT_TYPES, example="municipal"),
        Column(
            "process_type",
            Text("主体工艺", "Process"),
            kind="choice",
            choices=PROCESS_TYPES,
            default="other",
            example="a2o",
        ),
        _flag("has_p_removal", "有除磷工段", "Has a phosphorus removal step"),
        _flag("has_filtration", "有深度过滤", "Has tertiary filtration", default=_membranes),
        _flag("has_wetland", "有尾水湿地", "Has a tail-water wetland"),
        _flag("has_precise_operation", "有精准加药控制", "Has online dosing control"),
        _flag("has_land_for_wetland", "有湿地用地", "Has land for a wetland"),
    )


def _concentration_columns(pollutant: str) -> tuple[Column, ...]:
    """Influent and effluent; only phosphorus must be filled in."""
    zh, en = WATER[pollutant]
    influent, effluent = EXAMPLES[pollutant]
    default = None if pollutant == "tp" else 0.0
    return (
        Column(
            f"influent_{pollutant}_mg_per_l",
            Text(f"进水{zh}", f"Influent {en}"),
            "mg/L",
            default=default,
            minimum=0,
            example=influent,
        ),
        Column(
            f"effluent_{pollutant}_mg_per_l",
            Text(f"出水{zh}", f"Effluent {en}"),
            "mg/L",
            default=default,
            minimum=0,
            better="lower",
            example=effluent,
            help=Text("填实测年均值，不填限值", "The measured yearly mean, never the limit"),
        ),
    )


def _removal(slot: str, pollutant: str) -> Column:
    """Removal in one slot as the base-year equipment gives it; nothing stands in the slots around the plant."""
    zh, en = WATER[pollutant]
    place_zh, place_en = PLACES[slot]
    flag, stem = EQUIPMENT.get(slot, ("", ""))
    default = _equipped(flag, f"{stem}_{pollutant}_removal_fraction") if flag else 0.0
    name = f"{slot}_{pollutant}_removal_fraction"
    return derived_share(name, Text(f"{place_zh}{zh}去除率", f"{en} removal, {place_en}"), default, "higher")


def _as_is(pollutant: str) -> Default:
    return lambda table, _: table[f"effluent_{pollutant}_mg_per_l"]


def _derived_columns(pollutant: str) -> tuple[Column, ...]:
    """Removal by slot, and what the formula needs to know of the base year."""
    zh, en = WATER[pollutant]
    return (
        *(_removal(slot, pollutant) for slot in PLACES),
        derived_share(
            f"{pollutant}_existing_pass_fraction",
            Text(f"现有设施{zh}通过率", f"{en} that passes present equipment"),
            _existing_pass(pollutant),
        ),
        Column(
            f"{pollutant}_as_is_mg_per_l",
            Text(f"现状出水{zh}", f"Effluent {en} as is"),
            "mg/L",
            default=_as_is(pollutant),
            derived=True,
        ),
    )


def _columns() -> tuple[Column, ...]:
    by_pollutant = [_concentration_columns(pollutant) for pollutant in WATER]
    derived = [_derived_columns(pollutant) for pollutant in WATER]
    return (
        *common_columns(),
        *_kind_columns(),
        *_size_columns(),
        *(column for columns in (*by_pollutant, *derived) for column in columns),
        derived_share(
            "untreated_served_fraction",
            Text("未处理污水新增处理率", "Share of untreated wastewater newly treated"),
            0.0,
            "higher",
        ),
    )


def _levels(pollutant: str, state: State, factors: Factors) -> tuple[FloatArray, FloatArray]:
    """Return the concentrations of the effluent and of the wastewater outside the plant [mg/L], each (row,)."""
    floor = factors[FLOOR_FACTOR[pollutant]] if pollutant in FLOOR_FACTOR else 0.0
    intake = 1.0 - state["pretreatable_load_fraction"] * state[f"intake_{pollutant}_removal_fraction"]
    now = passes(*(state[f"{slot}_{pollutant}_removal_fraction"] for slot in EQUIPMENT))
    influent = state[f"influent_{pollutant}_mg_per_l"]
    effluent = state[f"effluent_{pollutant}_mg_per_l"] * (now / state[f"{pollutant}_existing_pass_fraction"]) * intake
    outside = influent * intake * passes(state[f"capacity_{pollutant}_removal_fraction"])
    return (
        np.maximum(effluent, technical_floor(floor, state[f"{pollutant}_as_is_mg_per_l"])),
        np.maximum(outside, technical_floor(floor, influent)),
    )


def _volumes(state: State) -> Flows:
    """Return the yearly volumes [m3/yr] and the reused volume per day, which sizes reuse plants; each (row,)."""
    flow, untreated = state["flow_m3_per_day"], state["untreated_m3_per_day"]
    reused = flow * state["reuse_fraction"]
    return {
        "treated_m3_per_year": DAYS_PER_YEAR * (flow + untreated * state["untreated_served_fraction"]),
        "generated_m3_per_year": DAYS_PER_YEAR * (flow + untreated),
        "reused_m3_per_year": DAYS_PER_YEAR * reused,
        "reused_m3_per_day": reused,
        "pretreatable_m3_per_year": DAYS_PER_YEAR * state["pretreatable_m3_per_day"],
    }


def flows(state: State, factors: Factors) -> Flows:
    """Return discharges [t/yr], volumes [m3/yr] and effluent levels [mg/L] of plants, each of shape (row,).

    Power and CO2 of the plant as it stands are not counted: both flows are zero, and measures add what they change.

    Worked example (ACCOUNTING section 5): 40 000 m3/d is 14.6 million m3/yr, at 1.0, 0.5 and 0.3 mg/L 14.6, 7.3 and
    4.38 t of phosphorus a year.
    """
    discharged = DAYS_PER_YEAR * state["flow_m3_per_day"] * (1.0 - state["reuse_fraction"])
    outside = DAYS_PER_YEAR * state["untreated_m3_per_day"]
    result = _volumes(state)
    for pollutant in WATER:
        level, level_outside = _levels(pollutant, state, factors)
        result[f"{pollutant}_mg_per_l"] = level
        result[f"{pollutant}_t_per_year"] = (discharged * level + outside * level_outside) * TONNES_PER_GRAM
    return result | {flow: np.zeros_like(discharged) for flow in ("co2_t_per_year", "electricity_kwh_per_year")}


def _cross_checks(table: pd.DataFrame) -> list[tuple[int, str, Text]]:
    """Return what no single cell shows: row position, column, and what is wrong."""
    sizeless = (table["flow_m3_per_day"] > 0) & (table["capacity_m3_per_day"] == 0)
    found = [(row, "capacity_m3_per_day", NO_CAPACITY) for row in np.flatnonzero(sizeless)]
    for pollutant in WATER:
        influent, effluent = table[f"influent_{pollutant}_mg_per_l"], table[f"effluent_{pollutant}_mg_per_l"]
        swapped = (influent > 0) & (effluent > influent)
        unknown = (table["untreated_m3_per_day"] > 0) & (influent == 0) & (effluent > 0)
        found += [(row, f"effluent_{pollutant}_mg_per_l", ABOVE_INFLUENT) for row in np.flatnonzero(swapped)]
        found += [(row, f"influent_{pollutant}_mg_per_l", NO_INFLUENT) for row in np.flatnonzero(unknown)]
    return [(int(row), column, what) for row, column, what in found]


SECTOR = Sector(
    id="wastewater_plants",
    title=Text("污水处理厂", "Wastewater treatment plants"),
    columns=_columns(),
    slots=("intake", *EQUIPMENT, "reuse", "capacity"),
    formula=flows,
    cross_checks=_cross_checks,
)
