"""Choices of the VOCs lines, the defaults that follow from them, and what the base year fixes.

A VOC content follows from industry, process and kind of material (FACTORS F098 to F107, F111, F112, F299, F300). Where
those know no number the default is NaN, so that the author is asked instead of being given a guess.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from model.numbers import Factors
from model.sector import Default
from model.sectors.helpers import looked_up
from model.text import Text

MG_PER_T = 1e9

INDUSTRIES = {
    "coating": Text("工业涂装", "Industrial coating"),
    "printing": Text("印刷", "Printing"),
    "enamelled_wire": Text("漆包线", "Enamelled wire"),
    "wood_furniture": Text("木质家具", "Wood furniture"),
    "steel_structure": Text("钢结构", "Steel structure"),
    "textile_dyeing": Text("印染", "Textile dyeing"),
    "textile_coating": Text("织物涂层", "Textile coating"),
    "foundry": Text("铸造", "Foundry"),
    "petrochemical": Text("石化化工", "Petrochemical"),
    "pharma": Text("制药", "Pharmaceuticals"),
    "rubber": Text("橡胶制品", "Rubber"),
}
PROCESSES = {
    "general": Text("一般或不详", "General or not known"),
    "spray": Text("喷涂", "Spraying"),
    "panel": Text("平面板材涂装", "Flat panels"),
    "refinish": Text("汽车修补", "Automobile refinishing"),
    "coil_can": Text("卷材或制罐", "Coil or can"),
    "gravure": Text("凹版", "Gravure"),
    "flexo": Text("柔版", "Flexography"),
    "offset": Text("平版", "Offset"),
    "lamination": Text("复合", "Lamination"),
    "web_coating": Text("纸塑薄膜涂布", "Paper, film and foil coating"),
    "gluing": Text("涂胶", "Gluing"),
    "cleaning": Text("清洗", "Cleaning"),
    "stenter": Text("定型", "Heat setting"),
    "fabric_coating": Text("涂层整理", "Fabric coating and finishing"),
    "pu_coating": Text("聚氨酯合成革", "Polyurethane leather"),
    "core_making": Text("造型制芯", "Core and mould making"),
    "pouring": Text("浇注", "Pouring"),
    "refinery": Text("炼油", "Refinery"),
    "chemical": Text("有机化工", "Organic chemicals"),
}
MATERIALS = {
    "solvent": Text("溶剂型", "Solvent-borne"),
    "water": Text("水性", "Water-borne"),
    "uv": Text("光固化", "UV-cured"),
    "powder": Text("粉末", "Powder"),
    "high_solids": Text("高固体分", "High solids"),
}
CAPTURES = {
    "none": Text("无收集", "None"),
    "open_hood": Text("敞开式集气罩", "Open hood"),
    "semi_enclosed": Text("半密闭罩", "Semi-enclosed hood"),
    "negative_pressure": Text("密闭负压", "Closed room at negative pressure"),
    "total_enclosure": Text("整体密闭", "Total enclosure"),
}
CONTROLS = {
    "none": Text("无", "None"),
    "activated_carbon": Text("一次性活性炭", "Once-through activated carbon"),
    "uv_plasma": Text("光解或低温等离子", "UV photolysis or plasma"),
    "biofilter": Text("生物法", "Biofilter"),
    "scrubber_electrostatic": Text("水喷淋加静电", "Scrubber and electrostatic precipitator"),
    "recovery": Text("溶剂回收", "Solvent recovery"),
    "adsorption_catalytic": Text("吸附脱附催化燃烧", "Adsorption with catalytic combustion"),
    "rotor_rto": Text("转轮浓缩燃烧", "Rotor concentrator with oxidiser"),
    "rto": Text("蓄热燃烧", "Regenerative thermal oxidiser"),
    "rco": Text("催化燃烧", "Catalytic oxidiser"),
}
THERMAL = ("adsorption_catalytic", "rotor_rto", "rto", "rco")
USUAL_PROCESS = {"textile_dyeing": "stenter", "textile_coating": "fabric_coating"}

_COATINGS = ("general", "spray", "coil_can", "refinish")
CONTENT = (
    ("coating", _COATINGS, "solvent", "coating_solvent"),
    ("coating", _COATINGS, "water", "coating_water"),
    ("coating", _COATINGS, "high_solids", "high_solids"),
    ("coating", _COATINGS, "powder", "powder"),
    ("steel_structure", _COATINGS, "solvent", "steel_solvent"),
    ("steel_structure", _COATINGS, "water", "coating_water"),
    ("steel_structure", _COATINGS, "high_solids", "high_solids"),
    ("steel_structure", _COATINGS, "powder", "powder"),
    ("wood_furniture", (*_COATINGS, "panel"), "solvent", "wood_solvent"),
    ("wood_furniture", (*_COATINGS, "panel"), "water", "wood_water"),
    ("printing", ("general", "gravure", "flexo"), "solvent", "ink_solvent"),
    ("printing", ("general", "gravure", "flexo"), "water", "ink_water"),
    ("printing", ("offset",), "solvent", "ink_offset"),
    ("enamelled_wire", ("general",), "solvent", "wire_varnish"),
    ("foundry", ("general", "core_making", "pouring"), "solvent", "foundry_binder"),
    ("textile_dyeing", ("general", "stenter"), "solvent", "textile_product"),
    ("pharma", ("general",), "solvent", "pharma_product"),
)
"""Industry, processes and material whose VOC content is the factor ``<stem>_voc_content_fraction``."""


def by_choice(column: str, factor: str, choices: Mapping[str, Text]) -> Default:
    """Return a default that looks up the factor named after each row's choice; "none" is 0."""

    def default(table: pd.DataFrame, factors: Factors) -> pd.Series:
        values = {choice: factors[factor.format(choice)] for choice in choices if choice != "none"}
        return pd.Series(looked_up(table[column], {"none": 0.0} | values), index=table.index)

    return default


def usual_process(table: pd.DataFrame, _: Factors) -> pd.Series:
    """Return the process that gives most of an industry's VOCs, where there is one."""
    return table["industry"].map(USUAL_PROCESS).fillna("general")


def voc_content(table: pd.DataFrame, factors: Factors) -> pd.Series:
    """Return the VOC content [t/t]; 0 where no material is used, NaN where no number is known."""
    found = np.full(len(table), np.nan)
    codes = {name: pd.factorize(table[name]) for name in ("industry", "process", "material_type")}
    for industry, processes, material, stem in CONTENT:
        wanted = {"industry": (industry,), "process": processes, "material_type": (material,)}
        here = [np.isin(known, wanted[name])[rows] for name, (rows, known) in codes.items()]
        np.copyto(found, factors[f"{stem}_voc_content_fraction"], where=np.logical_and.reduce(here))
    return pd.Series(found, index=table.index).where(table["material_t_per_year"] != 0, 0.0)


def coated_area(table: pd.DataFrame, factors: Factors) -> pd.Series:
    """Return the area [m2/yr] that the material covers at the usual coverage."""
    return table["material_t_per_year"] * factors["coated_area_m2_per_t"]


def destruction(table: pd.DataFrame, factors: Factors) -> pd.Series:
    """Return the destruction in service: design times discount where stated, else what such equipment was found to do.

    ``delta_actual = delta_design * rho`` with rho by kind of equipment (ACCOUNTING section 4; F125, F126, F309, F314).
    """
    found = by_choice("control_type", "{}_vocs_destruction_fraction", CONTROLS)(table, factors)
    rho = np.where(
        table["control_type"].isin(THERMAL),
        factors["thermal_in_service_fraction"],
        factors["other_in_service_fraction"],
    )
    design = table["design_destruction_fraction"]
    return (design * rho).where(design > 0, found)


def recovered_fraction(table: pd.DataFrame, _: Factors) -> pd.Series:
    """Return the share of the solvent input that is recovered or leaves as waste as is."""
    solvent = table["material_t_per_year"] * table["voc_content_fraction"]
    return (table["recovered_t_per_year"] / solvent.where(solvent > 0, np.inf)).clip(upper=1.0)


def stack_floor(table: pd.DataFrame, factors: Factors) -> pd.Series:
    """Return the least that treatment leaves in a known exhaust [t/yr]: the floor concentration, or what there is."""
    floor = factors["stack_floor_vocs_mg_per_m3"] * _exhaust_m3(table) / MG_PER_T
    return (_captured_t(table) * (1.0 - table["destruction_fraction"])).clip(upper=floor)


def least_pass(table: pd.DataFrame, factors: Factors) -> pd.Series:
    """Return the least share of the captured VOCs that treatment lets through where the exhaust is not known."""
    least = 1.0 - table["destruction_fraction"].clip(lower=factors["vocs_removal_ceiling_fraction"])
    return least.where(_exhaust_m3(table) == 0, 0.0)


def within(low: str | None, high: str | None) -> Default:
    """Return a default: 1 where the captured exhaust lies between two thresholds or its concentration is not known."""

    def default(table: pd.DataFrame, factors: Factors) -> pd.Series:
        exhaust = _exhaust_m3(table)
        level = _captured_t(table) * MG_PER_T / exhaust.where(exhaust > 0, np.inf)
        least = factors[low] if low else -np.inf
        most = factors[high] if high else np.inf
        return ((exhaust == 0) | ((level >= least) & (level < most))).astype(float)

    return default


def before_control(stated: str, removal: str) -> Default:
    """Return a default that divides a stated emission by what its existing control lets through."""
    return lambda table, _: table[stated] / (1.0 - table[removal])


def _captured_t(table: pd.DataFrame) -> pd.Series:
    """VOCs that reach the treatment as is [t/yr]; 0 where the content is missing, so that only its cell is named."""
    solvent = table["material_t_per_year"] * table["voc_content_fraction"]
    return (solvent * (1.0 - table["recovered_fraction"]) * table["capture_fraction"]).fillna(0.0)


def _exhaust_m3(table: pd.DataFrame) -> pd.Series:
    """Exhaust [m3/yr]; 0 where its flow or its hours are not known."""
    return table["exhaust_m3_per_h"] * table["operating_hours_per_year"]
