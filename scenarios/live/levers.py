"""What can be moved: the amount of each requirement, in the unit it is written in, with the range worth moving over."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from model.text import Text
from model.units import Amount, QuantityError, parts
from scenarios.compiling.compile import Compiled
from scenarios.compiling.rows import RowPlan
from scenarios.live.edits import Edits
from scenarios.reading.bundle import Bundle
from scenarios.reading.requirements import Requirement
from scenarios.wording.shown import UNITS, listed, sector_title, symbol
from scenarios.wording.words import KIND, METRIC

type Group = Literal["targets", "counts", "money"]

BEYOND = 1.15
"""How far beyond the limit a slider goes, so that what cannot be had can be asked for."""

MISS_UNITS = {"t/yr": "CNY/t", "%": "CNY/%", "count": "CNY"}
"""Unit of the price of what is missing, by the unit that is asked in."""

MOST_STEPS = 200
TWICE = 2.0


@dataclass(frozen=True, slots=True)
class Lever:
    """One amount: ``value`` as the scenario has it, None while pending; ``limit`` what can be had alone, None unknown.

    ``is_least`` says that the limit is a lower one: what is asked is at most so much. ``miss_unit`` is the unit of
    the price at which it may be missed, empty where it may not. All in ``unit``, as the scenario
    writes it, except that money keeps the scenario's 万元 or 亿元.
    """

    requirement_id: str
    title: Text
    group: Group
    unit: str
    value: float | None
    low: float
    high: float
    step: float
    limit: float | None = None
    is_whole: bool = False
    is_assumed: bool = False
    is_least: bool = False
    miss_unit: str = ""

    @property
    def key(self) -> str:
        """The dotted key of the amount."""
        return f"requirement.{self.requirement_id}.amount"

    @property
    def soft_key(self) -> str:
        """The dotted key of the price at which it may be missed."""
        return f"requirement.{self.requirement_id}.soft"

    def written(self, number: float) -> str | int:
        """Return a number as the scenario would write it."""
        return round(number) if self.is_whole else f"{number:.10g} {self.unit}"


def levers_of(bundle: Bundle, compiled: Compiled) -> tuple[Lever, ...]:
    """Return a lever for each requirement that has an amount, in scenario order."""
    found = []
    for requirement in bundle.scenario.requirement:
        plans = [plan for plan in compiled.plans if plan.requirement.id == requirement.id]
        alone = [float(compiled.alone[number]) for number, plan in enumerate(compiled.plans) if plan in plans]
        lever = _lever(requirement, plans, alone) if plans else None
        if lever is not None:
            found.append(lever)
    return tuple(found)


def lever_value(lever: Lever, edits: Edits) -> float | None:
    """Return where a lever stands under edits."""
    value = dict(edits).get(lever.key, lever.value)
    if isinstance(value, str):
        try:
            return parts(value)[0]
        except QuantityError:
            return lever.value
    return float(value) if isinstance(value, int | float) else None


def miss_price(lever: Lever, edits: Edits) -> float | None:
    """Return the price at which a lever's requirement may be missed under edits, None where it may not."""
    text = dict(edits).get(lever.soft_key)
    return float(text.split(" ")[0]) if isinstance(text, str) else None


def _lever(requirement: Requirement, plans: Sequence[RowPlan], alone: Sequence[float]) -> Lever | None:
    amount = getattr(requirement, "amount", None)
    if amount is None:
        return None
    is_whole = isinstance(amount, int)
    number, unit = _number(amount, plans[0])
    limit = _limit(number, plans, alone)
    low, high = 0.0, max(limit * BEYOND, number or 0.0) if limit is not None else (number or 50.0) * TWICE
    if plans[0].sense == "<=" and plans[0].scale > 0:
        high = (number or limit or 50.0) * TWICE
    step = 1.0 if is_whole else _step(high - low)
    return Lever(
        requirement_id=requirement.id,
        title=title_of(requirement),
        group="money" if requirement.kind == "budget" else "targets" if plans[0].unit != "count" else "counts",
        unit=unit,
        value=number,
        low=low,
        high=math.ceil(high / step) * step,
        step=step,
        limit=limit,
        is_whole=is_whole,
        is_assumed=requirement.assumed,
        is_least=plans[0].reported_sense == "<=",
        miss_unit=MISS_UNITS.get(plans[0].unit, "") if requirement.MAY_BE_MISSED else "",
    )


def _number(amount: object, plan: RowPlan) -> tuple[float | None, str]:
    if isinstance(amount, Amount):
        return parts(amount.text)
    if isinstance(amount, int):
        return float(amount), ""
    return None, {"t/yr": "t/yr", "CNY": "万元", "CNY/yr": "万元/年", "%": "%"}.get(plan.unit, "")


def _limit(number: float | None, plans: Sequence[RowPlan], alone: Sequence[float]) -> float | None:
    """Return what can be had alone, in the unit of the lever: of several rows the one with the least to give."""
    limits = []
    for plan, value in zip(plans, alone, strict=True):
        reported = plan.report(value)
        if number is None:
            limits.append(UNITS[plan.unit].of(reported) if plan.unit in UNITS else reported)
        elif plan.asked:
            limits.append(number * reported / plan.asked)
    if not limits:
        return None
    is_least = plans[0].reported_sense == "<="
    return max(0.0, max(limits) if is_least else min(limits))


def _step(span: float) -> float:
    """Return a round step that gives at most 200 of them: 1, 2 or 5 times a power of ten."""
    raw = max(span, 1e-9) / MOST_STEPS
    power = 10.0 ** math.floor(math.log10(raw))
    return next(factor * power for factor in (1.0, 2.0, 5.0, 10.0) if factor * power >= raw * (1 - 1e-9))


def title_of(requirement: Requirement) -> Text:
    """Return what a requirement is about and whom it covers, briefly."""
    kind = KIND.get(requirement.kind, Text(requirement.kind, requirement.kind))
    pollutant = getattr(requirement, "pollutant", None)
    metric = METRIC.get(getattr(requirement, "metric", ""))
    what = kind
    if pollutant:
        name = symbol(pollutant)
        what = Text(f"{name}{kind.zh}", f"{name} {kind.en}")
    elif metric:
        what = Text(f"{metric.zh}上限", f"{metric.en} ceiling")
    where = [*(Text(name, name) for name in requirement.district), *map(sector_title, requirement.sector)]
    if not where:
        return what
    scope = listed(where)
    return Text(f"{what.zh}（{scope.zh}）", f"{what.en} ({scope.en})")
