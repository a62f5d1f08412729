"""Prices of fuels, power, heat and other flows: what a scenario may state, and what stands where it states nothing."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from model.flow_names import unit_of
from model.numbers import Factors, Number
from model.problems import InputError, Problem
from model.refusal import NOTHING, RefusedError
from model.suggest import did_you_mean
from model.text import Text
from model.toml_fields import each
from model.units import Amount
from scenarios.reading.fields import read_amount

FLOWS = {
    "coal": ("coal_t_per_year",),
    "gas": ("gas_m3_per_year",),
    "biomass": ("biomass_t_per_year",),
    "electricity": ("electricity_kwh_per_year",),
    "heat": ("heat_bought_gj_per_year", "heat_delivered_gj_per_year"),
    "value_added": ("value_added_cny_per_year",),
}
"""The flows each name prices; the second flow of heat is the service that a closed boiler no longer gives."""

UNITS = {
    "coal": "CNY/t",
    "gas": "CNY/m3",
    "biomass": "CNY/t",
    "electricity": "CNY/kWh",
    "heat": "CNY/GJ",
    "value_added": "CNY/CNY",
}

DEFAULTS = {
    "coal": "coal_cny_per_t",
    "gas": "gas_cny_per_m3",
    "biomass": "biomass_cny_per_t",
    "electricity": "electricity_cny_per_kwh",
    "heat": "heat_cny_per_gj",
    "value_added": "value_added_cny_per_cny",
}
"""Names of the default prices in ``model/data/factors/prices.toml``."""


@dataclass(frozen=True, slots=True)
class PriceUsed:
    """One price a plan is made with: ``value`` in ``unit``, stated in the scenario or a default from ``ref``."""

    name: str
    value: float
    unit: str
    is_default: bool
    ref: str


def read_prices(raw: object) -> Mapping[str, Amount]:
    """Return the stated prices by name: one of `FLOWS`, or a flow such as ``sludge_t_per_year``."""
    return each(raw, lambda name, price: read_amount(price, price_unit(name), least=0.0), '{ coal = "900 CNY/t" }')


def price_unit(name: str) -> str:
    """Return the unit of a price; raises `RefusedError` for a name that prices nothing."""
    if name in UNITS:
        return UNITS[name]
    unit = unit_of(name)
    if unit is None or not unit.endswith("/yr"):
        what = Text(f"未知价格“{name}”", f"no price is named {name!r}")
        expected = f"{', '.join(UNITS)}, or a yearly flow such as sludge_t_per_year"
        raise RefusedError(what, expected=expected, found=repr(name), advice=did_you_mean(name, UNITS, NOTHING))
    return f"CNY/{unit.removesuffix('/yr')}"


def prices_used(
    stated: Mapping[str, Amount],
    factors: Factors,
    flows: Collection[str],
    *,
    price_year: int,
    price_index: Mapping[int, float],
    file: str,
) -> tuple[PriceUsed, ...]:
    """Return the prices a plan is made with [CNY of ``price_year`` per unit of flow], and where each comes from.

    A stated price wins and is of the scenario's own price year. For the names of `DEFAULTS` that the scenario leaves
    out, and whose flows are among ``flows``, the factor's value is taken, moved to the price year by the index, and
    recorded as a default. Raises `InputError` when a default is of another year and the index lacks one of the two.
    """
    used = [PriceUsed(name, price.value, price.unit, is_default=False, ref=file) for name, price in stated.items()]
    problems = []
    for name, factor in DEFAULTS.items():
        if name in stated or not set(FLOWS[name]) & set(flows):
            continue
        number = factors.number(factor)
        years = {price_year, number.price_year} - {None}
        if len(years) > 1 and not years <= price_index.keys():
            problems.append(_no_index(name, number, price_year, file))
            continue
        moved = price_index[price_year] / price_index[number.price_year or price_year] if len(years) > 1 else 1.0
        used.append(PriceUsed(name, number.value * moved, UNITS[name], is_default=True, ref=number.ref))
    if problems:
        raise InputError(problems)
    return tuple(used)


def flow_prices(used: Iterable[PriceUsed]) -> dict[str, float]:
    """Return the price of every flow by its name; heat bought and heat no longer delivered have the same price."""
    return {flow: price.value for price in used for flow in FLOWS.get(price.name, (price.name,))}


def _no_index(name: str, number: Number, price_year: int, file: str) -> Problem:
    what = Text("默认价格属于另一价格年", "the default price is of another year, and the index does not lead to it")
    expected = f"{name} stated in [prices], or [price_index] with {number.price_year} and {price_year}"
    return Problem(file, what, expected, f"a default of {number.price_year}", column=f"prices.{name}")
