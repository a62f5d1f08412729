"""A small world to price by hand: toy boilers and toy tanks, and short ways to write measures and inventories."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

import numpy as np
import pandas as pd

from model.economics import Economics
from model.inventory import Inventory
from model.measures import Catalogue, Change, Cost, CostTerm, Measure, Of, Operation, Quantity, SideFlow, Where
from model.numbers import Factors, Number
from model.sector import Column, Flows, Sector, State
from model.text import Text

NOTHING = Text("", "")
NO_FACTORS = Factors({})


def boiler_flows(state: State, _: Factors) -> Flows:
    """Coal 0.05 t/GJ, gas 30 m3/GJ; NOx 3 kg/t coal and 0.0005 kg/m3 gas before control, 300 mg/m3 before control."""
    heat = state["heat_gj_per_year"] * state["served_share"]
    coal, gas = 0.05 * heat * state["coal_share"], 30 * heat * state["gas_share"]
    passed = (1 - state["burner_removal_fraction"]) * (1 - state["tail_removal_fraction"])
    return {
        "nox_t_per_year": (3 * coal + 0.0005 * gas) * passed / 1000,
        "coal_t_per_year": coal,
        "gas_m3_per_year": gas,
        "heat_delivered_gj_per_year": heat,
        "nox_mg_per_m3": np.minimum(300 * passed, state["nox_limit_mg_per_m3"]),
    }


def tank_flows(state: State, _: Factors) -> Flows:
    """Load [t/yr] = flow [m3/yr] times concentration [mg/L] / 1e6."""
    tp = state["flow_m3_per_year"] * state["tp_mg_per_l"] / 1e6
    return {"tp_t_per_year": tp, "treated_m3_per_year": state["flow_m3_per_year"], "tp_mg_per_l": state["tp_mg_per_l"]}


def texts(*names: str) -> tuple[Column, ...]:
    return tuple(Column(name, NOTHING, kind="text") for name in names)


COMMON = texts("source_id", "name", "district", "owner", "lead_unit", "support_units")

BOILERS = Sector(
    id="boilers",
    title=Text("玩具锅炉", "Toy boilers"),
    columns=(
        *COMMON,
        *texts("fuel"),
        Column("lon", NOTHING),
        Column("capacity_t_per_h", NOTHING),
        Column("heat_gj_per_year", NOTHING, activity=True),
        Column("coal_share", NOTHING),
        Column("gas_share", NOTHING),
        Column("served_share", NOTHING),
        Column("burner_removal_fraction", NOTHING, better="higher"),
        Column("tail_removal_fraction", NOTHING, better="higher"),
        Column("nox_limit_mg_per_m3", NOTHING, better="lower"),
    ),
    slots=("fuel", "burner", "tail"),
    formula=boiler_flows,
    services=("heat_delivered_gj_per_year",),
)

TANKS = Sector(
    id="tanks",
    title=Text("玩具池", "Toy tanks"),
    columns=(
        *COMMON,
        Column("flow_m3_per_year", NOTHING, activity=True),
        Column("tp_mg_per_l", NOTHING, better="lower"),
    ),
    slots=(),
    formula=tank_flows,
)

SECTORS: Mapping[str, Sector] = MappingProxyType({"boilers": BOILERS, "tanks": TANKS})

BOILER = MappingProxyType(
    {
        "district": "East",
        "fuel": "coal",
        "lon": np.nan,
        "capacity_t_per_h": 10.0,
        "heat_gj_per_year": 100_000.0,
        "coal_share": 1.0,
        "gas_share": 0.0,
        "served_share": 1.0,
        "burner_removal_fraction": 0.0,
        "tail_removal_fraction": 0.0,
        "nox_limit_mg_per_m3": 1e9,
    }
)
"""5 000 t coal, 15 t NOx, 100 000 GJ a year."""

TANK = MappingProxyType({"district": "East", "flow_m3_per_year": 1e6, "tp_mg_per_l": 2.0})
"""2 t TP a year."""


def table(rows: Sequence[Mapping[str, object]], like: Mapping[str, object]) -> pd.DataFrame:
    """Rows that differ from ``like`` as stated; ids s0, s1, ... in the order given."""
    blank = {"owner": "", "lead_unit": "bureau", "support_units": ""}
    named = [{"source_id": f"s{i}", "name": f"Source {i}", **blank, **like, **row} for i, row in enumerate(rows)]
    return pd.DataFrame(named).sort_values("source_id", ignore_index=True)


def inventory(boilers: Sequence[Mapping[str, object]] = (), tanks: Sequence[Mapping[str, object]] = ()) -> Inventory:
    tables = {"boilers": table(boilers, BOILER)} if boilers else {}
    return Inventory(tables | ({"tanks": table(tanks, TANK)} if tanks else {}))


def number(value: float, *, price_year: int | None = None) -> Number:
    return Number.exact(value, price_year=price_year)


def term(price: float, per: str = "", of: Of = "before", *, exponent: float = 1, reference: float = 1) -> CostTerm:
    return CostTerm(number(price, price_year=2023), Quantity(per, of, exponent, reference))


def side(flow: str, amount: float, per: str = "", of: Of = "before") -> SideFlow:
    return SideFlow(flow, number(amount), Quantity(per, of))


def cost(
    *,
    capital: Sequence[CostTerm] = (),
    fixed: Sequence[CostTerm] = (),
    variable: Sequence[CostTerm] = (),
    share: float | None = None,
    years: float | None = None,
) -> Cost:
    return Cost(
        tuple(capital),
        tuple(fixed),
        None if share is None else number(share),
        tuple(variable),
        None if years is None else number(years),
    )


def measure(  # noqa: PLR0913 - every field of a measure that a test may state
    measure_id: str,
    slot: str | tuple[str, ...],
    changes: Mapping[str, tuple[str, float]],
    *,
    costs: Cost | None = None,
    sector: str = "boilers",
    where: Where = MappingProxyType({}),
    sides: Sequence[SideFlow] = (),
    lead_time_months: float = 6,
    divisible: bool = False,
    payer: Mapping[str, float] = MappingProxyType({"enterprise": 1.0}),
) -> Measure:
    """A measure; ``changes`` maps a column to (operation, amount)."""
    return Measure(
        id=measure_id,
        sector=sector,
        slots=(slot,) if isinstance(slot, str) else slot,
        name=Text(measure_id, measure_id),
        content=NOTHING,
        where=where,
        changes=tuple(Change(name, Operation(how), number(amount)) for name, (how, amount) in changes.items()),
        cost=costs or Cost(),
        side=tuple(sides),
        lead_time_months=number(lead_time_months),
        divisible=divisible,
        payer=payer,
        refs=(),
    )


def catalogue(*measures: Measure) -> Catalogue:
    return Catalogue({entry.id: entry for entry in measures}, NO_FACTORS)


def economics(
    *,
    discount_rate: float = 0.08,
    price_year: int = 2023,
    prices: Mapping[str, float] = MappingProxyType({"heat_delivered_gj_per_year": 80.0}),
    index: Mapping[int, float] = MappingProxyType({}),
) -> Economics:
    return Economics(discount_rate, price_year, prices, index)
