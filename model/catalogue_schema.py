"""The tables of a catalogue file and a factor file, before they are held against sectors and units."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, Self

from pydantic import AfterValidator, BeforeValidator, Field, PlainValidator, model_validator

from model.measures import Condition, Of
from model.numbers import Tag
from model.refusal import NOTHING, RefusedError
from model.seasons import day_of
from model.strict import Strict
from model.text import Text
from model.toml_fields import Listed, Names, TextField, WhereField, each
from model.units import parts

PAYERS = ("enterprise", "municipality", "county", "province")
KEBAB = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
SHARE_TOLERANCE = 1e-9


def _value_and_unit(text: str) -> dict[str, Any]:
    value, unit = parts(text)
    return {"value": value, "unit": unit}


def _kebab(name: str) -> str:
    if not KEBAB.fullmatch(name):
        what = Text("编号须为小写英文和连字符", "an id that is not kebab-case")
        raise RefusedError(what, expected="an id such as boiler-scr", found=repr(name))
    return name


def _payers(raw: object) -> Mapping[str, float]:
    shares = each(raw, _payer, "{ enterprise = 0.7, municipality = 0.3 }")
    if abs(sum(shares.values()) - 1) > SHARE_TOLERANCE:
        what = Text("出资比例之和须为 1", "shares of payers that do not add up to 1")
        raise RefusedError(what, expected="a sum of 1", found=f"{sum(shares.values()):g}")
    return shares


def _payer(name: str, raw: object) -> float:
    if name not in PAYERS:
        what = Text(f"未知出资方“{name}”", f"unknown payer {name!r}")
        raise RefusedError(what, expected=", ".join(PAYERS), found=repr(name))
    if isinstance(raw, bool) or not isinstance(raw, int | float) or not 0 <= raw <= 1:
        raise RefusedError(Text("不是份额", "not a share"), expected="a fraction of 0 to 1", found=repr(raw))
    return float(raw)


def _day(raw: object) -> date:
    try:
        return day_of(str(raw))
    except ValueError as error:
        what = Text("不是月日", "not a day of the year")
        raise RefusedError(what, expected='month and day such as "11-15"', found=repr(raw)) from error


class NumberSpec(Strict):
    """A number as written: 0.8, ``"1200 CNY/t"``, or a table of value, low, high, unit, tag, ref and price year.

    In a table ``amount = "1200 CNY/t"`` may stand for value and unit. ``unit`` is None where none is written.
    """

    value: float
    low: float | None = None
    high: float | None = None
    unit: str | None = None
    tag: Tag | None = None
    ref: str | None = None
    price_year: Annotated[int, Field(ge=1900, le=2200)] | None = None

    @model_validator(mode="before")
    @classmethod
    def _read_short_forms(cls, raw: object) -> object:
        if isinstance(raw, str):
            return _value_and_unit(raw)
        if isinstance(raw, int | float):
            return {"value": raw}
        if isinstance(raw, Mapping) and isinstance(raw.get("amount"), str) and not {"value", "unit"} & set(raw):
            return {key: value for key, value in raw.items() if key != "amount"} | _value_and_unit(raw["amount"])
        return raw

    @model_validator(mode="after")
    def _range_holds_the_value(self) -> Self:
        if (self.low is None) != (self.high is None):
            what = Text("low 和 high 须同时给出", "one end of a range without the other")
            raise RefusedError(what, expected="low and high, or neither", found=f"low {self.low}, high {self.high}")
        if self.low is not None and self.high is not None and not self.low <= self.value <= self.high:
            what = Text("数值不在 low 与 high 之间", "a value outside its own range")
            raise RefusedError(what, expected="low <= value <= high", found=f"{self.low}, {self.value}, {self.high}")
        return self


class TermSpec(NumberSpec):
    """An amount times a quantity: a column or flow named by ``per``, scaled as ``(q / reference) ** exponent``."""

    per: str = ""
    of: Of = "before"
    exponent: Annotated[float, Field(gt=0)] = 1.0
    reference: Annotated[float, Field(gt=0)] = 1.0


class SideSpec(Strict):
    """A flow that the measure causes by itself."""

    flow: str
    amount: NumberSpec
    per: str = ""
    of: Of = "before"
    exponent: Annotated[float, Field(gt=0)] = 1.0
    reference: Annotated[float, Field(gt=0)] = 1.0

    def term(self) -> TermSpec:
        """Return amount and quantity as one term."""
        stated = self.amount.model_dump() | self.model_dump(include={"per", "of", "exponent", "reference"})
        return TermSpec.model_validate(stated)


class SeasonSpec(Strict):
    """The days on which a measure is at work, both counted: ``{ from = "11-15", to = "03-15" }``."""

    first: Annotated[date, PlainValidator(_day), Field(alias="from")]
    last: Annotated[date, PlainValidator(_day), Field(alias="to")]


def _one_or_more(raw: object) -> object:
    return tuple(raw) if isinstance(raw, list) else (raw,)


Terms = Annotated[tuple[TermSpec, ...], BeforeValidator(_one_or_more)]


class CostSpec(Strict):
    """What a measure costs; ``annual`` is a flat yearly amount."""

    price_year: Annotated[int, Field(ge=1900, le=2200)] | None = None
    capital: Terms = ()
    fixed: Terms = ()
    fixed_share_of_capital: NumberSpec | None = None
    variable: Terms = ()
    annual: NumberSpec | None = None
    per_t_removed: Mapping[str, NumberSpec] = Field(default_factory=dict[str, NumberSpec])
    lifetime_years: NumberSpec | None = None


class MeasureSpec(Strict):
    """One ``[[measure]]``."""

    id: Annotated[str, AfterValidator(_kebab)]
    sector: str
    slot: Names
    name: TextField
    content: TextField = NOTHING
    note: TextField = NOTHING
    where: WhereField = Field(default_factory=dict[str, Condition])
    set_to: Mapping[str, NumberSpec] = Field(alias="set", default_factory=dict[str, NumberSpec])
    scale: Mapping[str, NumberSpec] = Field(default_factory=dict[str, NumberSpec])
    cap: Mapping[str, NumberSpec] = Field(default_factory=dict[str, NumberSpec])
    floor: Mapping[str, NumberSpec] = Field(default_factory=dict[str, NumberSpec])
    removes: Mapping[str, NumberSpec] = Field(default_factory=dict[str, NumberSpec])
    cost: CostSpec = CostSpec()
    side: Annotated[tuple[SideSpec, ...], Listed] = ()
    lead_time_months: NumberSpec
    divisible: bool = False
    payer: Annotated[Mapping[str, float], PlainValidator(_payers)] = Field(default_factory=lambda: {"enterprise": 1.0})
    refs: Annotated[tuple[str, ...], Listed] = ()
    season: SeasonSpec | None = None
