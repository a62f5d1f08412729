"""The columns of a furnace, and what must hold between them."""

from __future__ import annotations

import numpy as np
import pandas as pd

from model.sector import Column, Default
from model.sectors import furnaces_defaults as defaults
from model.sectors.helpers import HOURS_OF_A_YEAR, NO_LIMIT, common_columns, derived
from model.text import Text

TYPES = {
    "power_unit": Text("火电机组", "Thermal power unit"),
    "waste_incinerator": Text("垃圾焚烧炉", "Waste incinerator"),
    "glass": Text("玻璃熔窑", "Glass furnace"),
    "cement": Text("水泥窑", "Cement kiln"),
    "steel": Text("钢铁加热炉", "Steel reheating furnace"),
    "foundry": Text("铸造炉", "Foundry furnace"),
    "coke": Text("焦炉", "Coke oven"),
}
FUELS = {
    "coal": Text("煤", "Coal"),
    "gas": Text("气", "Gas"),
    "waste": Text("垃圾", "Waste"),
    "electricity": Text("电", "Electricity"),
    "other": Text("其他或不详", "Other or not known"),
}
FIRINGS = {
    "wall_fired": Text("墙式燃烧", "Wall-fired"),
    "tangential": Text("四角切圆", "Tangential"),
    "cfb": Text("循环流化床", "Circulating fluidised bed"),
    "grate": Text("炉排", "Grate"),
    "other": Text("其他或不详", "Other or not known"),
}
PROCESSES = {
    "float": Text("浮法平板玻璃", "Float glass"),
    "container": Text("日用或包装玻璃", "Container glass"),
    "new_dry": Text("新型干法", "New dry process"),
    "other": Text("其他或不详", "Other or not known"),
}
BASES = {"before": Text("治理前", "Before control"), "after": Text("治理后", "After control")}
CAPACITY_OF_TYPE = {
    "power_unit": ("capacity_mw", 8784.0),
    "waste_incinerator": ("capacity_t_per_day", 366.0),
    "glass": ("capacity_t_per_day", 366.0),
    "cement": ("capacity_t_per_day", 366.0),
}
"""The capacity column a type needs, and how many times its figure a full year gives."""

CAPACITY_OF_FUEL = {"gas": "thermal_mw", "coal": "capacity_t_per_h"}
"""The capacity column a steel or foundry furnace needs: its measures are priced by it."""

MOST_OVERLOAD = 1.3


def cross_checks(table: pd.DataFrame) -> list[tuple[int, str, Text]]:
    """Return (row position, column, what is wrong) for cells that are needed together or contradict each other."""
    return [*_capacity_missing(table), *_output_too_large(table), *_nox_unknown(table), *_half_monitored(table)]


def _found(rows: pd.Series, column: str, zh: str, en: str) -> list[tuple[int, str, Text]]:
    return [(int(row), column, Text(zh, en)) for row in np.flatnonzero(rows)]


def _capacity_missing(table: pd.DataFrame) -> list[tuple[int, str, Text]]:
    kind, fuel = table["furnace_type"], table["fuel"]
    needs = [(kind == name, column) for name, (column, _) in CAPACITY_OF_TYPE.items()]
    needs += [(kind.isin(["steel", "foundry"]) & (fuel == name), column) for name, column in CAPACITY_OF_FUEL.items()]
    return [
        problem
        for rows, column in needs
        for problem in _found(
            rows & (table[column] <= 0), column, "该类炉窑须填此项", "needed for this type of furnace"
        )
    ]


def _output_too_large(table: pd.DataFrame) -> list[tuple[int, str, Text]]:
    found = []
    for name, (column, times) in CAPACITY_OF_TYPE.items():
        most = table[column] * times * MOST_OVERLOAD
        rows = (table["furnace_type"] == name) & (most > 0) & (table["output_per_year"] > most)
        found += _found(
            rows, "output_per_year", "超出该产能全年所能达到", "more than this capacity gives in a whole year"
        )
    return found


def _nox_unknown(table: pd.DataFrame) -> list[tuple[int, str, Text]]:
    rows = (table["nox_before_control_kg_per_unit"] <= 0) & (table["fuel"] != "electricity")
    zh = "该类炉窑无默认系数：请填系数，或填监测浓度、烟气量和运行小时"
    en = "no factor is known for this type: state one, or NOx monitored with flue gas and operating hours"
    return _found(rows & (table["output_per_year"] > 0), "nox_kg_per_unit", zh, en)


def _half_monitored(table: pd.DataFrame) -> list[tuple[int, str, Text]]:
    rows = (table["flue_gas_m3_per_h"] > 0) != (table["operating_hours_per_year"] > 0)
    return _found(rows, "flue_gas_m3_per_h", "烟气量与运行小时须同时填写", "flue gas and operating hours go together")


def _choice(name: str, title: Text, choices: dict[str, Text], default: str | Default, help_text: Text) -> Column:
    return Column(name, title, kind="choice", choices=choices, default=default, help=help_text)


def _capacity(name: str, title: Text, unit: str, help_text: Text, default: float | Default = 0.0) -> Column:
    return Column(name, title, unit, default=default, minimum=0, help=help_text)


def _existing(slot: str, title: Text, default: float | Default = 0.0) -> Column:
    help_text = Text("现有设施；留空为行业平均或0", "Equipment in place; empty: the fleet's mean, or 0")
    name = f"{slot}_nox_removal_fraction"
    return Column(name, title, default=default, minimum=0, maximum=1, better="higher", help=help_text)


def _today(pollutant: str, symbol: str) -> Column:
    title = Text(f"每兆瓦时或吨{symbol}（现状）", f"{symbol} per MWh or t, as emitted today")
    help_text = Text("不填则不计协同减排", "Empty: co-effects are not counted")
    return Column(f"{pollutant}_kg_per_unit", title, "kg", default=0.0, minimum=0, help=help_text)


COLUMNS = (
    *common_columns(),
    Column("furnace_type", Text("炉窑类型", "Furnace type"), kind="choice", choices=TYPES, example="glass"),
    _choice(
        "fuel",
        Text("燃料", "Fuel"),
        FUELS,
        defaults.text_by_type({"power_unit": "coal", "waste_incinerator": "waste"}, "other"),
        Text("钢铁、铸造须填，否则不提供相应措施", "State it for steel and foundry, or their measures are not offered"),
    ),
    _choice(
        "firing",
        Text("燃烧方式", "Firing"),
        FIRINGS,
        defaults.text_by_type({"waste_incinerator": "grate"}, "other"),
        Text("火电机组须填，否则不提供低氮燃烧和SNCR", "State it for power units, or burners and SNCR are not offered"),
    ),
    _choice(
        "process",
        Text("工艺", "Process"),
        PROCESSES,
        defaults.text_by_type({"glass": "float", "cement": "new_dry"}, "other"),
        Text("玻璃默认浮法，水泥默认新型干法", "Empty: float for glass, new dry process for cement"),
    ),
    _capacity("capacity_mw", Text("装机容量", "Capacity"), "MW", Text("火电机组必填", "Needed for power units")),
    Column(
        "capacity_t_per_day",
        Text("日处理或生产能力", "Daily capacity"),
        "t/d",
        default=0.0,
        minimum=0,
        help=Text("垃圾焚烧、玻璃、水泥必填", "Needed for waste, glass and cement"),
        example=700,
    ),
    _capacity(
        "thermal_mw",
        Text("热功率", "Thermal power"),
        "MW",
        Text("燃气的钢铁、铸造炉必填", "Needed for gas-fired furnaces"),
    ),
    _capacity(
        "capacity_t_per_h",
        Text("小时熔化能力", "Melting capacity"),
        "t/h",
        Text("燃煤的钢铁、铸造炉必填", "Needed for coal-fired furnaces"),
    ),
    Column(
        "output_per_year",
        Text("年产量，兆瓦时或吨", "Output in MWh or t"),
        "1/yr",
        minimum=0,
        activity=True,
        help=Text("火电MWh；焚烧t垃圾；水泥t熟料；其他t产品", "MWh; t waste; t clinker; t product"),
        example=250000,
    ),
    _capacity(
        "capacity_t_per_year",
        Text("年产能（焦炭）", "Coke capacity"),
        "t/yr",
        Text("留空取产量", "Empty: the output"),
        defaults.coke_output,
    ),
    _existing("combustion", Text("现有低氮燃烧NOx去除率", "NOx removal by combustion control in place")),
    _existing("staging", Text("现有分级燃烧NOx去除率", "NOx removal by staging in place")),
    _existing(
        "flue_gas",
        Text("现有烟气脱硝NOx去除率", "NOx removal by flue-gas control in place"),
        defaults.by_type("fleet_nox_removal_fraction"),
    ),
    _existing("polishing", Text("现有深度脱硝NOx去除率", "NOx removal by polishing in place")),
    _choice(
        "nox_factor_basis",
        Text("NOx系数口径", "Basis of the NOx factor"),
        BASES,
        "after",
        Text("治理后系数已含现有设施", "After control includes the equipment in place"),
    ),
    Column(
        "nox_kg_per_unit",
        Text("每兆瓦时或吨NOx", "NOx per MWh or t"),
        "kg",
        default=defaults.nox_per_unit,
        minimum=0,
        maximum=100,
        help=Text("焚烧、玻璃、水泥留空取目录系数", "Empty for waste, glass and cement: the catalogue's factor"),
    ),
    Column("flue_gas_m3_per_h", Text("标态干烟气量", "Dry flue gas at standard state"), "m3/h", default=0.0, minimum=0),
    Column(
        "operating_hours_per_year",
        Text("年运行小时数", "Operating hours"),
        "h/yr",
        default=0.0,
        minimum=0,
        maximum=HOURS_OF_A_YEAR,
    ),
    Column(
        "o2_fraction",
        Text("烟气含氧量", "Oxygen in the flue gas"),
        default=defaults.by_type("reference_o2_fraction"),
        minimum=0,
        maximum=0.2,
        help=Text("烟气量和监测浓度对应的含氧量", "At which flue gas and NOx are measured"),
    ),
    derived(
        "flue_gas_m3_per_unit", Text("每兆瓦时或吨烟气量", "Flue gas per MWh or t"), defaults.flue_gas_per_unit, "m3"
    ),
    Column(
        "nox_mg_per_m3",
        Text("NOx监测浓度", "NOx monitored"),
        "mg/m3",
        default=defaults.stack_nox,
        minimum=0,
        maximum=10000,
        help=Text("优先于系数；留空由系数推算", "Preferred to the factor; empty: computed from the factor"),
    ),
    Column(
        "is_cold_repair_due",
        Text("规划期内冷修", "Cold repair within the plan"),
        default=0.0,
        minimum=0,
        maximum=1,
        help=Text("1为是，0为否；全氧燃烧只在冷修时提供", "1 yes, 0 no; oxy-fuel firing is offered only for 1"),
    ),
    _today("so2", "SO2"),
    _today("pm", "PM"),
    derived("nox_as_is_mg_per_m3", Text("NOx现状折算浓度", "NOx level as is"), defaults.nox_as_is, "mg/m3"),
    derived(
        "nox_before_control_kg_per_unit",
        Text("每兆瓦时或吨NOx（治理前）", "NOx per MWh or t, before control"),
        defaults.nox_before_control,
        "kg",
        "lower",
    ),
    derived(
        "nox_floor_mg_per_m3",
        Text("NOx技术下限", "Technical floor of NOx"),
        defaults.by_type("nox_floor_mg_per_m3"),
        "mg/m3",
    ),
    derived("fuel_nox_removal_fraction", Text("换燃料NOx去除率", "NOx avoided by the fuel"), 0.0, better="higher"),
    derived("added_so2_removal_fraction", Text("新增SO2去除率", "SO2 removal added"), 0.0, better="higher"),
    derived("added_pm_removal_fraction", Text("新增除尘率", "Dust removal added"), 0.0, better="higher"),
    derived("served_share", Text("保留产量占比", "Share of output kept"), 1.0),
    derived("nox_limit_mg_per_m3", Text("NOx限值", "NOx limit"), NO_LIMIT, "mg/m3", "lower"),
)
