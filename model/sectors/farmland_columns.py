"""The columns of farmland, livestock and aquaculture."""

from __future__ import annotations

import numpy as np
import pandas as pd

from model.numbers import Factors
from model.sector import Column, Default, FloatArray
from model.sectors.helpers import common_columns, constant, derived_share
from model.sectors.land import WATER, amount, effect, flag, removals, share
from model.text import Text

KINDS = {
    "cropland": Text("种植", "Cropland"),
    "livestock": Text("畜禽养殖", "Livestock"),
    "aquaculture": Text("水产养殖", "Aquaculture"),
}
ACTIVITIES = {"cropland": "cropland_ha", "livestock": "animal_heads", "aquaculture": "aquaculture_ha"}
FLAGS = {
    "is_sloping": ("坡耕地", "Sloping land"),
    "has_pond_site": ("有建塘用地", "Has land for ponds"),
    "is_coverage_nested": ("各级设施覆盖同一批农田", "Structures treat the same fields"),
}
PLACES = {
    "cover": ("绿肥", "cover crops"),
    "tillage": ("耕作", "tillage"),
    "manuring": ("粪肥", "manuring"),
    "irrigation": ("灌排", "irrigation"),
    "edge": ("田边", "field edge"),
    "ditch": ("沟渠", "ditch"),
    "pond": ("塘系", "pond"),
    "bank": ("河岸", "bank"),
    "livestock": ("畜禽", "livestock"),
    "tail_water": ("养殖尾水", "tail water"),
}
LOWEST = {"tillage": -1.0}
"""Less tillage may set dissolved phosphorus free: its removal may be negative."""

EXPORT_NEEDS = {
    "animal_heads": ("livestock_tp_kg_per_head_year",),
    "aquaculture_ha": ("aquaculture_tp_kg_per_ha_year",),
}


def _part_of(whole: str, part: str) -> Default:
    """Return the area that a share of the cropland makes."""
    return lambda table, _: table[whole] * table[part]


def _pond_area(table: pd.DataFrame, factors: Factors) -> FloatArray:
    """Return the cropland that ponds can treat."""
    reach = np.minimum(table["coverage_fraction"].to_numpy(), factors["farm_pond_reach_fraction"])
    area: FloatArray = table["cropland_ha"].to_numpy() * reach
    return area


def _equipped(table: pd.DataFrame, _: Factors) -> FloatArray:
    farms, equipped = table["large_farms"].to_numpy(), table["equipped_farms"].to_numpy()
    share_equipped: FloatArray = np.divide(equipped, farms, out=np.zeros_like(farms), where=farms > 0)
    return share_equipped


def _cropland() -> tuple[Column, ...]:
    return (
        Column("land_kind", Text("类型", "Kind"), kind="choice", choices=KINDS, example="cropland"),
        amount("cropland_ha", ("耕地面积", "Cropland"), "ha", default=0.0, example=10_000, activity=True),
        amount(
            "tp_kg_per_ha_year",
            ("耕地总磷输出系数", "TP export of cropland"),
            "kg/(ha*yr)",
            default=constant("cropland_tp_kg_per_ha_year"),
            note=Text("田边值；若按入河值填写，入河系数填1", "At the field edge; with 1 for delivery, at the river"),
        ),
        amount(
            "tn_kg_per_ha_year",
            ("耕地总氮输出系数", "TN export of cropland"),
            "kg/(ha*yr)",
            default=constant("cropland_tn_kg_per_ha_year"),
        ),
        share("tp_delivery_fraction", ("总磷入河系数", "TP delivered"), default=constant("tp_delivery_fraction")),
        share("tn_delivery_fraction", ("总氮入河系数", "TN delivered"), default=constant("tn_delivery_fraction")),
        amount(
            "fertiliser_as_is_t_per_year",
            ("化肥用量(折纯)", "Fertiliser use"),
            "t/yr",
            default=0.0,
            example=3_000,
            activity=True,
        ),
        share("soil_tested_fraction", ("测土配方施肥覆盖率", "Share with soil tests"), default=0.0, better="higher"),
        share("winter_fallow_fraction", ("冬闲田比例", "Share fallow in winter"), default=0.0),
        share("manured_fraction", ("施用粪肥比例", "Share with manure"), default=0.0),
        share("irrigated_fraction", ("灌溉面积比例", "Share irrigated"), default=0.0),
        share(
            "efficient_irrigation_fraction",
            ("高效节水灌溉占灌溉面积比例", "Share of the irrigated that saves water"),
            default=0.0,
            better="higher",
        ),
    )


def _structures() -> tuple[Column, ...]:
    return (
        share(
            "coverage_fraction",
            ("拦截设施可覆盖比例", "Share of fields that structures can reach"),
            default=1.0,
            example=0.6,
        ),
        flag("is_coverage_nested", FLAGS["is_coverage_nested"], default=1.0),
        flag("is_sloping", FLAGS["is_sloping"]),
        flag("has_pond_site", FLAGS["has_pond_site"]),
        amount("terrace_m2", ("可建梯田与草沟面积", "Terraces and waterways to build"), "m2", default=0.0),
        amount("ditch_km", ("可建生态沟渠", "Ditches to build"), "km", default=0.0, example=50),
        amount("drain_wetland_ha", ("可建排水沟湿地", "Drain wetland to build"), "ha", default=0.0),
        amount("buffer_m2", ("可建河岸缓冲带", "Riparian buffer to build"), "m2", default=0.0),
    )


def _animals() -> tuple[Column, ...]:
    heads = (
        amount(
            f"livestock_{key}_kg_per_head_year",
            (f"每头{zh}产生量", f"{en} of one head"),
            "kg/yr",
            default=0.0,
        )
        for key, (zh, en) in WATER.items()
    )
    ponds = (
        amount(
            f"aquaculture_{key}_kg_per_ha_year",
            (f"养殖水面{zh}输出系数", f"{en} export of ponds"),
            "kg/(ha*yr)",
            default=0.0,
        )
        for key, (zh, en) in WATER.items()
    )
    return (
        amount("animal_heads", ("存栏(折猪当量)", "Animals as pig places"), "1", default=0.0, activity=True),
        *heads,
        share("manure_reuse_fraction", ("粪污资源化利用率", "Share of manure reused"), default=0.0),
        share("no_go_fraction", ("禁养区内存栏比例", "Share inside no-go zones"), default=0.0),
        amount("large_farms", ("规模养殖场数", "Large farms"), "1", default=0.0, activity=True),
        amount("equipped_farms", ("已配套粪污设施场数", "Large farms with facilities"), "1", default=0.0),
        amount("aquaculture_ha", ("养殖水面", "Fish ponds"), "ha", default=0.0, activity=True),
        *ponds,
    )


def _derived() -> tuple[Column, ...]:
    areas = {
        "fallow_ha": ("冬闲田", "Winter fallow", "winter_fallow_fraction"),
        "manured_ha": ("施粪肥面积", "Manured land", "manured_fraction"),
        "covered_ha": ("设施覆盖面积", "Land that structures reach", "coverage_fraction"),
    }
    return (
        *(
            Column(name, Text(zh, en), "ha", default=_part_of("cropland_ha", part), derived=True)
            for name, (zh, en, part) in areas.items()
        ),
        Column(
            "pond_treated_ha", Text("塘系覆盖面积", "Land that ponds treat"), "ha", default=_pond_area, derived=True
        ),
        Column(
            "efficient_irrigation_as_is_fraction",
            Text("现状高效灌溉比例", "Share that saves water as is"),
            default=lambda table, _: table["efficient_irrigation_fraction"],
            derived=True,
        ),
        Column(
            "fertiliser_use_fraction", Text("化肥用量比", "Fertiliser use against today"), default=1.0, derived=True
        ),
        derived_share("pond_reach_fraction", Text("塘系可达比例", "Share that ponds can reach"), 1.0),
        derived_share(
            "equipped_fraction", Text("设施配套率", "Share of large farms with facilities"), _equipped, better="higher"
        ),
        effect("facility_reuse_fraction", ("设施粪污利用率", "Share of manure that facilities reuse")),
        effect("no_go_closed_fraction", ("禁养区关闭比例", "Share of no-go farms closed")),
    )


def columns() -> tuple[Column, ...]:
    """Return the columns in the order in which they are completed."""
    return (
        *common_columns(),
        *_cropland(),
        *_structures(),
        *_animals(),
        *_derived(),
        *(
            column
            for place, words in PLACES.items()
            for column in removals(place, words, lowest=LOWEST.get(place, 0.0))
        ),
    )
