"""The columns of a boiler, and what must hold between them."""

from __future__ import annotations

import numpy as np
import pandas as pd

from model.sector import Column, Default
from model.sectors import coal_boilers_defaults as defaults
from model.sectors.coal_boilers_defaults import TYPES_OF_FUEL
from model.sectors.helpers import HOURS_OF_A_YEAR, NO_LIMIT, common_columns, constant, derived
from model.text import Text

MOST_STEAM_GJ_PER_T = 3.0
"""More than any industrial steam carries: heat beyond ``capacity x 8784 h x 3 GJ/t`` is a slip of units."""

FUELS = {"coal": Text("燃煤", "Coal"), "gas": Text("燃气", "Gas"), "biomass": Text("生物质", "Biomass")}
TYPES = {
    "chain_grate": Text("链条炉", "Chain grate"),
    "cfb": Text("循环流化床", "Circulating fluidised bed"),
    "pulverised": Text("煤粉炉", "Pulverised coal"),
    "gas": Text("燃气锅炉", "Gas"),
    "biomass": Text("生物质锅炉", "Biomass"),
}
FACTOR_HELP = Text("治理前；留空取目录系数", "Before control; empty: the catalogue's factor")
BURNER_HELP = Text("现有燃烧器；留空取普通燃烧器系数", "Of the burner in place; empty: an ordinary burner's factor")


def cross_checks(table: pd.DataFrame) -> list[tuple[int, str, Text]]:
    """Return (row position, column, what is wrong) for cells that contradict each other."""
    return [*_wrong_types(table), *_too_much_fuel(table), *_removal_on_gas(table)]


def _wrong_types(table: pd.DataFrame) -> list[tuple[int, str, Text]]:
    fits = [(table["fuel"] == fuel) & table["boiler_type"].isin(types) for fuel, types in TYPES_OF_FUEL.items()]
    what = Text("该类型锅炉不燃用此燃料", "a boiler of this type does not burn this fuel")
    return [(int(row), "boiler_type", what) for row in np.flatnonzero(~np.any(fits, axis=0))]


def _too_much_fuel(table: pd.DataFrame) -> list[tuple[int, str, Text]]:
    most_gj = table["capacity_t_per_h"] * HOURS_OF_A_YEAR * MOST_STEAM_GJ_PER_T
    rows = np.flatnonzero(table["useful_heat_gj_per_year"] > most_gj)
    what = Text("超出该容量锅炉全年满负荷所需燃料", "more fuel than a boiler of this capacity burns in a whole year")
    return [(int(row), _amount_name(table["fuel"].iloc[row]), what) for row in rows]


def _removal_on_gas(table: pd.DataFrame) -> list[tuple[int, str, Text]]:
    """A removal that would act on nothing: it must not be lost without a word."""
    only_gas = (table["coal_share"] == 0) & (table["biomass_share"] == 0)
    what = Text(
        "去除率只作用于固体燃料：燃气锅炉的低氮燃烧或脱硝请改填燃气NOx系数或NOx监测浓度",
        "removal acts on solid fuel only: state a gas boiler's burner or control by its NOx per gas or NOx monitored",
    )
    return [
        (int(row), f"{slot}_nox_removal_fraction", what)
        for slot in ("combustion", "flue_gas")
        for row in np.flatnonzero(only_gas & (table[f"{slot}_nox_removal_fraction"] > 0))
    ]


def _amount_name(fuel: str) -> str:
    return f"{fuel}_{defaults.UNITS[fuel]}_per_year"


def _amount(fuel: str, zh: str) -> Column:
    return Column(
        _amount_name(fuel),
        Text(zh, f"{FUELS[fuel].en} burned"),
        f"{defaults.UNITS[fuel]}/yr",
        default=defaults.amount(fuel),
        minimum=0,
        help=Text("留空按容量与满负荷小时推算", "Empty: from capacity and full-load hours"),
    )


def _factor(
    name: str, title: Text, unit: str, default: Default, maximum: float, *, help_text: Text = FACTOR_HELP
) -> Column:
    return Column(name, title, unit, default=default, minimum=0, maximum=maximum, better="lower", help=help_text)


def _content(name: str, title: Text, maximum: float, example: float) -> Column:
    default = constant(f"default_{name}")
    return Column(name, title, default=default, minimum=0, maximum=maximum, better="lower", example=example)


def _existing(slot: str, title: Text) -> Column:
    name, help_text = f"{slot}_nox_removal_fraction", Text("现有设施；无则0", "Equipment in place; 0 if none")
    return Column(name, title, default=0.0, minimum=0, maximum=1, better="higher", help=help_text)


def _in_service(pollutant: str, title: Text) -> Column:
    return Column(
        f"dust_and_sulphur_{pollutant}_removal_fraction",
        title,
        default=defaults.removal_in_service(pollutant),
        minimum=0,
        maximum=1,
        better="higher",
        help=Text(
            "现有设施；留空视为恰好达标（GB 13271-2014表2）",
            "Equipment in place; empty: just meets GB 13271-2014 table 2",
        ),
    )


def _near(name: str, title: Text) -> Column:
    return Column(name, title, default=0.0, minimum=0, maximum=1, help=Text("1为有，0为无", "1 yes, 0 no"), example=1)


def _share(fuel: str, zh: str) -> Column:
    return derived(f"{fuel}_share", Text(zh, f"Share of {fuel}"), defaults.share(fuel))


def _ratio(fuel: str, zh: str) -> Column:
    title = Text(f"{zh}监测/系数比", f"Monitored over factor, {fuel}")
    return derived(f"{fuel}_monitoring_ratio", title, defaults.monitoring_ratio(fuel))


def _limit(pollutant: str, symbol: str) -> Column:
    title = Text(f"{symbol}限值", f"{symbol} limit")
    return derived(f"{pollutant}_limit_mg_per_m3", title, NO_LIMIT, "mg/m3", "lower")


COLUMNS = (
    *common_columns(),
    Column("fuel", Text("燃料", "Fuel"), kind="choice", choices=FUELS, example="coal"),
    Column(
        "boiler_type",
        Text("锅炉类型", "Boiler type"),
        kind="choice",
        choices=TYPES,
        default=defaults.boiler_type,
        help=Text("留空按燃料，燃煤视为链条炉", "Empty: by fuel, coal on a chain grate"),
        example="chain_grate",
    ),
    Column("capacity_t_per_h", Text("锅炉容量", "Capacity"), "t/h", above=0, maximum=5000, example=35),
    Column(
        "full_load_hours_per_year",
        Text("年满负荷小时数", "Full-load hours"),
        "h/yr",
        minimum=0,
        maximum=HOURS_OF_A_YEAR,
        help=Text("运行小时×平均负荷率", "Operating hours times mean load"),
        example=3500,
    ),
    _amount("coal", "燃煤量"),
    _amount("gas", "燃气量"),
    _amount("biomass", "生物质燃料量"),
    _factor("coal_nox_kg_per_t", Text("煤NOx产污系数", "NOx of coal"), "kg/t", defaults.coal_nox, 30),
    _factor(
        "gas_nox_kg_per_10k_m3",
        Text("燃气NOx产污系数", "NOx of gas"),
        "kg/万m3",
        constant("gas_nox_ordinary_burner_kg_per_10k_m3"),
        200,
        help_text=BURNER_HELP,
    ),
    _factor(
        "biomass_nox_kg_per_t",
        Text("生物质NOx产污系数", "NOx of biomass"),
        "kg/t",
        constant("biomass_nox_before_control_kg_per_t"),
        30,
    ),
    _content("coal_sulphur_fraction", Text("煤收到基硫分", "Sulphur in coal"), 0.1, 0.008),
    _content("coal_ash_fraction", Text("煤收到基灰分", "Ash in coal"), 0.7, 0.2),
    _existing("combustion", Text("现有低氮燃烧NOx去除率", "NOx removal by combustion control in place")),
    _existing("flue_gas", Text("现有烟气脱硝NOx去除率", "NOx removal by flue-gas control in place")),
    _in_service("so2", Text("现有脱硫去除率", "SO2 removal in place")),
    _in_service("pm", Text("现有除尘去除率", "Dust removal in place")),
    Column(
        "o2_fraction",
        Text("烟气含氧量", "Oxygen in the flue gas"),
        default=defaults.reference_o2,
        minimum=0,
        maximum=0.2,
        help=Text("监测浓度对应的含氧量；留空为基准含氧量", "At which NOx is monitored; empty: the reference oxygen"),
    ),
    Column(
        "nox_mg_per_m3",
        Text("NOx监测浓度", "NOx monitored"),
        "mg/m3",
        default=defaults.stack_nox,
        minimum=0,
        maximum=5000,
        help=Text("优先于产污系数；留空由系数推算", "Preferred to the factor; empty: computed from the factor"),
    ),
    _near("is_gas_network_near", Text("天然气管网可及", "Gas network within reach")),
    _near("is_heat_network_near", Text("热网可及", "Heat network within reach")),
    Column(
        "is_due_for_replacement",
        Text("已到更新年限", "Due for replacement"),
        default=0.0,
        minimum=0,
        maximum=1,
        help=Text("1为是，0为否；为1才提供整机更换", "1 yes, 0 no; a whole new boiler is offered only for 1"),
    ),
    Column(
        "useful_heat_gj_per_year",
        Text("有效供热量", "Useful heat"),
        "GJ/yr",
        default=defaults.useful_heat,
        minimum=0,
        activity=True,
        derived=True,
    ),
    _share("coal", "煤供热占比"),
    _share("gas", "气供热占比"),
    _share("biomass", "生物质供热占比"),
    derived("electric_share", Text("电供热占比", "Share of electricity"), 0.0),
    derived("network_share", Text("热网供热占比", "Share of the heat network"), 0.0),
    derived("served_share", Text("保留供热占比", "Share still served"), 1.0),
    derived("fuel_saving_fraction", Text("节能率", "Fuel saved"), 0.0, better="higher"),
    derived("nox_as_is_mg_per_m3", Text("NOx现状折算浓度", "NOx level as is"), defaults.nox_as_is, "mg/m3"),
    _ratio("coal", "煤"),
    _ratio("gas", "气"),
    _ratio("biomass", "生物质"),
    derived("gas_nox_limit_kg_per_10k_m3", Text("低氮燃烧器限值", "Low-NOx burner"), NO_LIMIT, "kg/万m3", "lower"),
    _limit("nox", "NOx"),
    _limit("so2", "SO2"),
    _limit("pm", "PM"),
)
