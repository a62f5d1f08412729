"""Fleets of vehicles and machines whose emissions are stated.

The domain pack holds neither emission factors of vehicles nor costs of scrapping them, so that emissions are stated and
the catalogue brings no measure: a planner's own measures (scrappage by class and standard, retrofits) act on the stated
tonnes with ``removes``, and on the number of vehicles with ``scale``, in slots of any name.
"""

from __future__ import annotations

from model.numbers import Factors
from model.pollutants import POLLUTANTS
from model.sector import Column, Flows, Sector, State
from model.sectors.helpers import common_columns, stated_emission
from model.text import Text

FLEETS = {
    "diesel_truck": Text("柴油货车", "Diesel trucks"),
    "gas_truck": Text("燃气货车", "Gas trucks"),
    "bus": Text("客车", "Buses"),
    "car": Text("小型汽车", "Cars"),
    "motorcycle": Text("摩托车", "Motorcycles"),
    "machinery": Text("非道路移动机械", "Non-road machinery"),
    "ship": Text("船舶", "Ships"),
    "other": Text("其他", "Other"),
}
STANDARDS = {
    "china_0": Text("国零", "Before China I"),
    "china_1": Text("国一", "China I"),
    "china_2": Text("国二", "China II"),
    "china_3": Text("国三", "China III"),
    "china_4": Text("国四", "China IV"),
    "china_5": Text("国五", "China V"),
    "china_6": Text("国六", "China VI"),
    "electric": Text("电动", "Electric"),
    "unknown": Text("不详", "Not known"),
}
EMITTED = tuple(POLLUTANTS[name] for name in ("nox", "vocs", "pm", "so2", "co2"))
EXAMPLES = {"nox": 120.0}


def flows(state: State, _: Factors) -> Flows:
    """Return the emissions as stated [t/yr] and the number of vehicles, each of shape (row,)."""
    stated = {pollutant.flow: state[pollutant.flow] for pollutant in EMITTED}
    return stated | {"vehicle_count": state["vehicles"]}


SECTOR = Sector(
    id="mobile_sources",
    title=Text("移动源（直接给定排放量）", "Mobile sources"),
    columns=(
        *common_columns(),
        Column("fleet", Text("车型", "Fleet"), kind="choice", choices=FLEETS, example="diesel_truck"),
        Column(
            "standard",
            Text("排放标准", "Emission standard"),
            kind="choice",
            choices=STANDARDS,
            default="unknown",
            example="china_3",
        ),
        Column("vehicles", Text("数量", "Number"), "1", default=0.0, minimum=0, activity=True, example=800),
        *(stated_emission(pollutant, example=EXAMPLES.get(pollutant.id, "")) for pollutant in EMITTED),
    ),
    slots=(),
    formula=flows,
)
