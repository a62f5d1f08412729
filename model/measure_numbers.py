"""Numbers of a measure in the units the model computes in: CNY, CNY/yr, the unit of a column or of a flow."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from model.catalogue_schema import NumberSpec, TermSpec
from model.flow_names import unit_of
from model.measures import Quantity
from model.numbers import Number
from model.problems import Problem
from model.refusal import NOTHING, RefusedError
from model.sector import Column
from model.suggest import did_you_mean
from model.text import Text
from model.units import convert, is_same_kind, is_unit


@dataclass(frozen=True, slots=True)
class Ground:
    """What a measure stands on: the columns of its sector and the flows its formula gives, by name.

    ``is_bundled`` files must state range, tag and reference of every number. ``file`` is the reference of a number that
    states none. ``side_flows`` are the flows that any sector's formula gives.
    """

    file: str
    is_bundled: bool
    columns: Mapping[str, Column]
    flows: frozenset[str]
    side_flows: frozenset[str]

    def quantity(self, term: TermSpec) -> Quantity:
        """Return what an amount is multiplied by; raises `RefusedError` for a name that is no column and no flow."""
        column = self.columns.get(term.per)
        is_number = column is not None and column.kind == "number"
        if term.per and not is_number and term.per not in self.flows:
            known = sorted({*self.flows, *(name for name, column in self.columns.items() if column.kind == "number")})
            what = Text("既不是该行业的数值列也不是流量", "neither a column of numbers nor a flow of the sector")
            raise RefusedError(what, expected="a column or flow", found=term.per, advice=_near(term.per, known))
        if term.of != "before" and term.per not in self.flows:
            what = Text("of 只用于流量", "'of' picks a value of a flow, but this is none")
            raise RefusedError(what, expected="a flow", found=term.per or "no 'per'", advice=NOTHING)
        return Quantity(term.per, term.of, term.exponent, term.reference)

    def unit_of(self, name: str) -> str:
        """Return the unit of a column or flow; empty when it has none that can be computed with."""
        column = self.columns.get(name)
        unit = column.unit if column is not None and name not in self.flows else unit_of(name)
        return unit if unit is not None and is_unit(unit) else ""


@dataclass(slots=True)
class Collector:
    """Gathers what is refused while a measure is built, with the key each value stands at."""

    file: str
    place: str
    problems: list[Problem] = field(default_factory=list)

    def attempt[**P, T](self, key: str, make: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T | None:
        """Return ``make(...)``, or None when it refuses; the refusal is kept with the key it concerns."""
        try:
            return make(*args, **kwargs)
        except RefusedError as error:
            self.refuse(key, error)
            return None

    def refuse(self, key: str, error: RefusedError) -> None:
        """Keep one refusal; an empty key is the measure as a whole."""
        self.problems.append(error.problem(self.file, f"{self.place}.{key}" if key else self.place))


def plain_number(spec: NumberSpec, unit: str, ground: Ground) -> Number:
    """Return a number whose key already says its unit, so that it may be written bare; raises `RefusedError`."""
    return _number(spec, unit, unit if spec.unit is None else spec.unit, ground)


def bounded(spec: NumberSpec, column: Column, ground: Ground) -> Number:
    """Return what a measure sets a column to, within the bounds of that column; raises `RefusedError`."""
    number = plain_number(spec, column.unit, ground)
    at_least = -float("inf") if column.minimum is None else column.minimum
    at_most = float("inf") if column.maximum is None else column.maximum
    is_above = column.above is None or number.low > column.above
    if not (at_least <= number.low and number.high <= at_most and is_above):
        what = Text("数值超出该列的范围", "a number outside the bounds of its column")
        expected = f"{at_least:g} to {at_most:g}" + ("" if column.above is None else f", above {column.above:g}")
        raise RefusedError(what, expected=expected, found=f"{number.low:g} to {number.high:g}")
    return number


def pass_through(spec: NumberSpec, ground: Ground) -> Number:
    """Return 1 - removal, low and high changed over; above 1 is refused, a negative removal is a side emission."""
    removal = plain_number(spec, "", ground)
    if removal.high > 1:
        what = Text("去除率大于 1", "a removal above 1")
        raise RefusedError(what, expected="a fraction of at most 1", found=f"{removal.high:g}")
    value, low, high = (_one_minus(part) for part in (removal.value, removal.high, removal.low))
    return Number(value, low, high, "", removal.tag, f"1 - removal; {removal.ref}")


def money(term: TermSpec, base: str, ground: Ground, price_year: int | None) -> Number:
    """Return a price in ``base`` (CNY or CNY/yr) per unit of its quantity; raises `RefusedError`.

    The unit may be written in full (``CNY/(m3/d)`` per ``capacity_m3_per_day``) or short, as what one unit of the
    quantity costs (``CNY``, ``CNY/yr``). Short ``CNY`` for a yearly cost needs a quantity per year, such as t/yr.
    """
    if term.unit is None:
        what = Text("金额缺少单位", "an amount of money without a unit")
        raise RefusedError(what, expected=f"a unit, such as {base}", found=f"{term.value:g}")
    per = ground.unit_of(term.per) if term.exponent == 1 else ""
    full = _divided(base, per)
    short = [base] if not term.per or base == "CNY" or not per.endswith("/yr") else [base, "CNY"]
    unit = _matching(term.unit, [full, *short] if per else short)
    year = term.price_year or price_year
    number = _number(term, unit, term.unit, ground)
    return Number(number.value, number.low, number.high, full, number.tag, number.ref, year)


def side_amount(term: TermSpec, flow_unit: str, ground: Ground) -> Number:
    """Return the amount of a side flow per unit of its quantity, written in full or short as `money` says."""
    if term.unit is None:
        what = Text("数量缺少单位", "an amount without a unit")
        raise RefusedError(what, expected=f"a unit, such as {flow_unit}", found=f"{term.value:g}")
    per = ground.unit_of(term.per) if term.exponent == 1 else ""
    full = _divided(flow_unit, per)
    short = [flow_unit, flow_unit.removesuffix("/yr")] if per.endswith("/yr") else [flow_unit]
    unit = _matching(term.unit, [full, *short] if per else short)
    number = _number(term, unit, term.unit, ground)
    return Number(number.value, number.low, number.high, full, number.tag, number.ref)


def _number(spec: NumberSpec, unit: str, written: str, ground: Ground) -> Number:
    """Convert a number to ``unit`` and give it tag and reference."""
    if ground.is_bundled:
        refuse_bare(spec)
    value, low, high = (
        part if written == unit else convert(part, written, unit)
        for part in (spec.value, _or(spec.low, spec.value), _or(spec.high, spec.value))
    )
    return Number(value, low, high, unit, spec.tag or "definition", spec.ref or ground.file)


def refuse_bare(spec: NumberSpec) -> None:
    """Raise `RefusedError` for a bundled number without tag or reference, or, unless exact, without a range."""
    lacks = [name for name in ("tag", "ref") if not getattr(spec, name)]
    lacks += ["low and high"] if spec.low is None and spec.tag != "definition" else []
    if lacks:
        what = Text("随附目录中的数值须注明范围、标签和出处", "a bundled number without range, tag or reference")
        raise RefusedError(what, expected="low, high, tag and ref", found=f"no {', no '.join(lacks)}")


def _matching(written: str, units: list[str]) -> str:
    """Return the first of ``units`` that measures the same kind of thing as the written one."""
    for unit in units:
        if is_same_kind(written, unit):
            return unit
    what = Text("单位的量纲不符", "a unit of another kind")
    raise RefusedError(what, expected=" or ".join(dict.fromkeys(units)), found=written)


def _divided(unit: str, per: str) -> str:
    """Write ``unit / per``: CNY/yr by t/yr is CNY/t."""
    if not per:
        return unit
    if unit.endswith("/yr") and per.endswith("/yr"):
        unit, per = unit.removesuffix("/yr"), per.removesuffix("/yr")
    return f"{unit}/({per})" if "/" in per else f"{unit}/{per}"


def _one_minus(value: float) -> float:
    """1 - value in decimal, so that 1 - 0.8 is 0.2."""
    return float(1 - Decimal(repr(value)))


def _or(stated: float | None, otherwise: float) -> float:
    return otherwise if stated is None else stated


def _near(name: str, known: list[str]) -> Text:
    return did_you_mean(name, known, NOTHING)
