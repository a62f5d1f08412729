"""Money over time: discounting, price years, what a unit of fuel or heat costs."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from model.measures import Measure
from model.numbers import Number
from model.problems import Problem
from model.text import Text

SHOWN = 5


@dataclass(frozen=True, slots=True)
class Economics:
    """What the scenario states about money; all amounts end up in CNY of ``price_year``.

    ``flow_prices`` [CNY per unit of flow, in money of ``price_year``] prices fuels, power and services by flow name;
    ``price_index`` gives the price level by year and may be empty when every amount is of ``price_year``.
    """

    discount_rate: float
    price_year: int
    flow_prices: Mapping[str, float]
    price_index: Mapping[int, float]


def capital_recovery_factor(discount_rate: float, lifetime_years: float) -> float:
    """Return the yearly payment [1/yr] that repays one unit of capital over its lifetime.

    ``CRF = r (1 + r)^n / ((1 + r)^n - 1)`` and 1/n at r = 0, the limit for small r (US EPA Air Pollution Control Cost
    Manual, section 1 chapter 2).

    Raises
    ------
    ValueError
        When the rate is below zero or the lifetime is not above zero.

    >>> round(capital_recovery_factor(0.08, 15), 6)
    0.11683
    >>> capital_recovery_factor(0, 20)
    0.05

    """
    if not discount_rate >= 0:
        raise ValueError(f"discount_rate: expected a number of at least 0; found {discount_rate}")
    if not lifetime_years > 0:
        raise ValueError(f"lifetime_years: expected a number above 0; found {lifetime_years}")
    if discount_rate == 0:
        return 1 / lifetime_years
    interest = math.expm1(lifetime_years * math.log1p(discount_rate))  # (1 + r)^n - 1, exact for small rates too
    return discount_rate * (1 + interest) / interest


def price_factor(economics: Economics, price_year: int | None) -> float:
    """Return what one CNY of ``price_year`` is in CNY of the scenario's price year: ``index[b] / index[a]``.

    An amount without a price year, or of the scenario's own, needs no index and counts as it stands.

    Raises
    ------
    KeyError
        When the index lacks one of the two years; ``price_problems`` says so to the user beforehand.

    """
    if price_year is None or price_year == economics.price_year:
        return 1.0
    return economics.price_index[economics.price_year] / economics.price_index[price_year]


def price_problems(measures: Iterable[Measure], economics: Economics) -> list[Problem]:
    """Return one problem for each year the price index lacks, naming the measures whose amounts need it."""
    users: dict[int, list[str]] = {}
    for measure in measures:
        years = {number.price_year for number in money(measure)} - {None, economics.price_year}
        needed = years | {economics.price_year} if years else years
        for year in needed:
            if year is not None and year not in economics.price_index:
                users.setdefault(year, []).append(measure.id)
    return [_missing_index(year, users[year]) for year in sorted(users)]


def money(measure: Measure) -> Iterator[Number]:
    """Yield the prices of all cost terms of a measure."""
    cost = measure.cost
    for term in (*cost.capital, *cost.fixed, *cost.variable):
        yield term.price


def service_problems(lost: Iterable[tuple[str, str]]) -> list[Problem]:
    """Return one problem for each (sector, service) that a plan can lower although the scenario states no price."""
    return [
        Problem(
            file="scenario.toml",
            column=f"prices.{service}",
            what=Text(
                f"{sector} 的措施会减少 {service}，但没有价格",
                f"measures of {sector} lower {service}, which has no price",
            ),
            expected="a price in CNY per unit",
            found="none",
            advice=Text(
                "请给出替代该服务的价格；否则关停会显得不花钱",
                "state what replacing the service costs; without it closing would look free",
            ),
        )
        for sector, service in sorted(set(lost))
    ]


def _missing_index(year: int, measure_ids: list[str]) -> Problem:
    """Say that the price index lacks a year, and for which measures."""
    shown = ", ".join(measure_ids[:SHOWN]) + (", ..." if len(measure_ids) > SHOWN else "")
    return Problem(
        file="scenario.toml",
        column="price_index",
        what=Text(f"缺少{year}年的价格指数", f"the price index has no value for {year}"),
        expected=f"an index for {year}",
        found=f"none, and these measures need it: {shown}",
        advice=Text(
            "请在 [price_index] 中补充该年份，或改用与措施相同的价格年",
            "add the year to [price_index], or plan in the price year of the measures",
        ),
    )
