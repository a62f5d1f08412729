"""Columns of the VOCs lines: one row is one line, tank farm, loading rack or other part of a plant."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypedDict, Unpack

from model.sector import Better, Column, Default
from model.sectors import voc_lines_defaults as defaults
from model.sectors.helpers import common_columns
from model.text import Text

MOST_EXISTING_REMOVAL = 0.9999
PARTS = {
    "leak": ("leaks", "设备泄漏", "Equipment leaks"),
    "tank": ("tanks", "储罐", "Storage tanks"),
    "loading": ("loading", "装卸", "Loading"),
    "drain": ("drains", "废水集输", "Drains and wastewater"),
    "flare": ("flares", "火炬", "Flares"),
}
"""Parts of a plant's VOCs that no hood captures: stem of the column, the slot that treats the part, its name."""


class _More(TypedDict, total=False):
    default: float | str | Default | None
    maximum: float
    better: Better
    activity: bool
    help: Text
    example: float | str


def _choice(name: str, zh: str, en: str, choices: Mapping[str, Text], **more: Unpack[_More]) -> Column:
    return Column(name, Text(zh, en), kind="choice", choices=choices, **more)


def _number(name: str, zh: str, en: str, unit: str = "", **more: Unpack[_More]) -> Column:
    """A quantity of at least 0; without a unit a fraction or a flag, at most 1."""
    if not unit:
        more.setdefault("maximum", 1.0)
    return Column(name, Text(zh, en), unit, minimum=0.0, **more)


def _optional(name: str, zh: str, en: str, unit: str = "", **more: Unpack[_More]) -> Column:
    more.setdefault("default", 0.0)
    return _number(name, zh, en, unit, **more)


def _flag(name: str, zh: str, en: str) -> Column:
    return _optional(name, zh, en, help=Text("1为是，0为否", "1 yes, 0 no"))


def _kind_columns() -> tuple[Column, ...]:
    return (
        _choice("industry", "行业", "Industry", defaults.INDUSTRIES, example="steel_structure"),
        _choice("process", "工艺", "Process", defaults.PROCESSES, default=defaults.usual_process, example="spray"),
        _choice(
            "material_type",
            "原辅材料类型",
            "Kind of material",
            defaults.MATERIALS,
            default="solvent",
            example="solvent",
        ),
        _flag("has_single_solvent", "废气为单一溶剂", "Exhaust holds a single solvent"),
        _flag("has_oven_sized_parts", "工件可进烘房", "Parts fit a curing oven"),
        _flag("has_severe_corrosion", "户外重防腐（C5及以上）", "Severe corrosion class, C5 or worse"),
        _flag("is_scattered_polluting", "属“散乱污”企业", "Scattered polluting enterprise"),
    )


def _material_columns() -> tuple[Column, ...]:
    return (
        _number(
            "material_t_per_year",
            "含VOCs原辅材料用量",
            "Material with VOCs",
            "t/yr",
            activity=True,
            example=100.0,
            help=Text(
                "含稀释剂、清洗剂；印染和制药按产品量；储罐、装卸等无物料的填0",
                "With thinner and cleaner; product in textile dyeing and pharma; 0 for tanks, loading and the like",
            ),
        ),
        _number(
            "voc_content_fraction",
            "VOCs质量占比",
            "VOC content",
            default=defaults.voc_content,
            better="lower",
            example=0.455,
            help=Text("不填时按行业、工艺和材料类型取值", "When empty, by industry, process and kind of material"),
        ),
        _optional(
            "recovered_t_per_year",
            "回收及随废物带走的VOCs",
            "VOCs recovered or leaving with waste",
            "t/yr",
            activity=True,
            help=Text("液态回收，不含废气治理", "As liquid; exhaust treatment is not counted here"),
        ),
        _number(
            "coated_area_m2_per_year",
            "涂装面积",
            "Coated area",
            "m2/yr",
            default=defaults.coated_area,
            activity=True,
        ),
    )


def _control_columns() -> tuple[Column, ...]:
    by_choice = defaults.by_choice
    return (
        _choice("capture_type", "收集方式", "Capture", defaults.CAPTURES, default="open_hood", example="open_hood"),
        _number(
            "capture_fraction",
            "收集效率",
            "Capture efficiency",
            default=by_choice("capture_type", "{}_capture_fraction", defaults.CAPTURES),
            better="higher",
            example=0.3,
        ),
        _choice(
            "control_type", "现有治理设施", "Existing control", defaults.CONTROLS, default="none", example="uv_plasma"
        ),
        _optional(
            "design_destruction_fraction",
            "设计去除效率",
            "Design destruction efficiency",
            help=Text("铭牌值，按设施类型折减；0为不详", "Nameplate; discounted by kind of control; 0: not known"),
        ),
        _number(
            "destruction_fraction",
            "实际去除效率",
            "Actual destruction efficiency",
            default=defaults.destruction,
            better="higher",
            help=Text("实测值，不填设计值", "As measured, never the design figure"),
        ),
    )


def _exhaust_columns() -> tuple[Column, ...]:
    return (
        _number(
            "exhaust_m3_per_h",
            "废气风量",
            "Exhaust flow",
            "m3/h",
            example=20_000.0,
            help=Text(
                "现有或设计风量；填0则不提供废气治理措施", "As is or as designed; 0: no exhaust treatment is offered"
            ),
        ),
        _optional(
            "operating_hours_per_year",
            "年运行小时",
            "Operating hours",
            "h/yr",
            activity=True,
            maximum=8784.0,
            help=Text("0为不详", "0: not known"),
        ),
        _optional("line_count", "生产线（喷房、印机、烘炉）数", "Lines, booths, presses or ovens", "1", default=1.0),
        _optional("pm_t_per_year", "颗粒物排放量", "PM emission as is", "t/yr", activity=True),
        _existing("destruction_pm_removal_fraction", "现有颗粒物去除效率", "Existing PM removal"),
    )


def _existing(name: str, zh: str, en: str) -> Column:
    """Removal by equipment that is there; below 1, so that the emission before it can be told."""
    return _optional(name, zh, en, better="higher", maximum=MOST_EXISTING_REMOVAL)


def _part_columns() -> tuple[Column, ...]:
    sizes = (
        ("sealing_points", "密封点数", "Sealing points", "1"),
        ("tank_volume_m3", "储罐容积", "Tank volume", "m3"),
        ("loading_units", "装卸油气回收单元数", "Loading units", "1"),
        ("open_surface_m2", "敞开液面面积", "Open water surface", "m2"),
        ("flare_count", "火炬数", "Flares", "1"),
    )
    emissions = (
        _optional(f"{stem}_vocs_t_per_year", f"{zh}VOCs", f"{en}: VOCs as is", "t/yr", activity=True)
        for stem, (_, zh, en) in PARTS.items()
    )
    removals = (
        _existing(f"{slot}_vocs_removal_fraction", f"{zh}现有去除效率", f"{en}: existing removal")
        for slot, zh, en in PARTS.values()
    )
    return (*emissions, *removals, *(_optional(*size) for size in sizes))


def _derived(name: str, zh: str, en: str, unit: str = "", **more: Unpack[_More]) -> Column:
    return Column(name, Text(zh, en), unit, derived=True, **more)


def _before_control(name: str, zh: str, en: str, *, stated: str, removal: str) -> Column:
    default = defaults.before_control(stated, removal)
    return _derived(name, f"{zh}（控制前）", f"{en} before control", "t/yr", default=default, activity=True)


def _base_year_columns() -> tuple[Column, ...]:
    """What the base year fixes: shares, floors, emissions before control."""
    parts = (
        _before_control(
            f"{stem}_before_control_t_per_year",
            f"{zh}VOCs",
            f"{en}: VOCs",
            stated=f"{stem}_vocs_t_per_year",
            removal=f"{slot}_vocs_removal_fraction",
        )
        for stem, (slot, zh, en) in PARTS.items()
    )
    dust = {"stated": "pm_t_per_year", "removal": "destruction_pm_removal_fraction"}
    return (
        _derived("recovered_fraction", "回收占比", "Share recovered", default=defaults.recovered_fraction),
        _derived(
            "voc_content_as_is_fraction",
            "现状VOCs质量占比",
            "VOC content as is",
            default=lambda table, _: table["voc_content_fraction"].fillna(0.0),
        ),
        _derived(
            "stack_floor_t_per_year",
            "治理后最低排放",
            "Least stack emission",
            "t/yr",
            default=defaults.stack_floor,
            activity=True,
        ),
        _derived("least_pass_fraction", "治理后最低通过率", "Least share let through", default=defaults.least_pass),
        *parts,
        _before_control("pm_before_control_t_per_year", "颗粒物", "PM", **dust),
    )


def _switch_columns() -> tuple[Column, ...]:
    """What measures switch and what they ask."""
    operation = "operation_vocs_removal_fraction"
    moderate = defaults.within("moderate_from_mg_per_m3", "moderate_below_mg_per_m3")
    return (
        _derived(operation, "运维提升去除效率", "Removal by better operation", default=0.0, better="higher"),
        _derived("served_share", "生产保留比例", "Share of production that goes on", default=1.0),
        _derived(
            "is_dilute", "低浓度或不详", "Dilute or not known", default=defaults.within(None, "dilute_below_mg_per_m3")
        ),
        _derived("is_moderate", "适于催化或不详", "Fit for a catalyst or not known", default=moderate),
        _derived("is_rich", "高浓度或不详", "Rich or not known", default=defaults.within("rich_from_mg_per_m3", None)),
    )


def columns() -> tuple[Column, ...]:
    """Return all columns in the order in which they are completed."""
    return (
        *common_columns(),
        *_kind_columns(),
        *_material_columns(),
        *_control_columns(),
        *_exhaust_columns(),
        *_part_columns(),
        *_base_year_columns(),
        *_switch_columns(),
    )
