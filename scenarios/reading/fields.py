"""The kinds of value a scenario file holds: amounts with units, shares, texts in two languages, filters."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import AfterValidator, PlainValidator

from model.refusal import NOTHING, RefusedError
from model.text import Text
from model.toml_fields import each, read_pollutant
from model.toml_text import read_text
from model.units import Amount, amount, parts

PENDING: Literal["pending"] = "pending"
PROPOSE: Literal["propose"] = "propose"
ID_PATTERN = re.compile(r"[\w-]+")
MONEY = ("CNY", "CNY/yr")
OUTPUTS = ("CNY/yr", "t/yr", "m3/yr", "kWh/yr", "m2/yr")


@dataclass(frozen=True, slots=True)
class Cite:
    """Where a requirement or an assumption comes from; ``summary`` is in our own words."""

    document: Text
    clause: str = ""
    summary: Text = NOTHING


@dataclass(frozen=True, slots=True)
class District:
    """A district: ``id`` as the inventory writes it, ``name`` as shown."""

    id: str
    name: Text


def read_amount(raw: object, *units: str, least: float = -math.inf) -> Amount:
    """Return an amount of at least ``least`` in one of ``units``; a bare number is refused, written as text or not."""
    if isinstance(raw, bool) or not isinstance(raw, str | int | float):
        what = Text("不是带单位的数值", "not an amount with a unit")
        raise RefusedError(what, expected='a text such as "60 t/yr"', found=repr(raw))
    read = amount(str(raw), *units)
    if read.value < least:
        raise RefusedError(Text("数值不能为负", "a negative amount"), expected="at least 0", found=repr(raw))
    return read


def read_share(raw: object) -> float:
    """Return a share of 0 to 1, given as a number or with a percent sign: 0.05 or ``"5 %"``."""
    value = amount(raw, "").value if isinstance(raw, str) else raw
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
        what = Text("不是 0 到 1 之间的份额", "not a share between 0 and 1")
        raise RefusedError(what, expected='a fraction such as 0.05, or "5 %"', found=repr(raw))
    return float(value)


def read_rate(raw: object) -> float:
    """Return a growth rate [1/yr], always written with a percent sign: ``"3 %"`` or ``"-1 %/yr"``; above -100 %."""
    value = read_amount(raw, "", "1/yr").value
    if value <= -1:
        what = Text("增长率须大于 -100 %", "a growth rate of -100 % or less")
        raise RefusedError(what, expected='a rate such as "3 %"', found=repr(raw))
    return value


def read_cites(raw: object) -> tuple[Cite, ...]:
    """Return references: a text, one table, or a list of these."""
    entries = raw if isinstance(raw, list) else [raw]
    return tuple(_cite(entry) for entry in entries)


def read_district(raw: object) -> District:
    """Return a district given as its name, or as a table of ``id``, ``zh`` and ``en``."""
    if isinstance(raw, str) and raw:
        return District(raw, Text(raw, raw))
    keys = {"id", "zh", "en"}
    if isinstance(raw, Mapping) and set(raw) == keys and all(isinstance(word, str) and word for word in raw.values()):
        return District(raw["id"], Text(raw["zh"], raw["en"]))
    what = Text("不是区县名称", "not a district")
    raise RefusedError(what, expected='"name" or { id = "...", zh = "...", en = "..." }', found=repr(raw))


def read_output(raw: object) -> Mapping[str, Amount]:
    """Return the output of each district in the base year, all in one unit and above zero."""
    outputs = each(raw, lambda _, value: _positive(value, OUTPUTS), '{ East = "1e9 CNY/yr" }')
    if not outputs:
        what = Text("缺少各区县产出", "no output per district")
        raise RefusedError(what, expected='{ East = "1e9 CNY/yr" }', found="none")
    if len({output.unit for output in outputs.values()}) > 1:
        what = Text("各区县产出的单位不同", "outputs in units of different kinds")
        raise RefusedError(what, expected="one kind of unit", found=repr(raw))
    return outputs


def read_weight(pollutant: str, raw: object) -> float:
    """Return the weight of one tonne of a known pollutant."""
    read_pollutant(pollutant)
    return _number(raw, Text("权重不是非负数", "a weight that is not a number of at least 0"))


def read_factor(raw: object) -> float:
    """Return a factor above zero, such as a weight."""
    return _number(raw, Text("权重不是正数", "a weight that is not above zero"), above=0.0)


def read_soft(raw: object) -> bool | str:
    """Return whether a requirement may be missed, or the price of each unit that is missing, as it is written.

    What unit the price is per is known with the requirement's rows: `scenarios.compiling.giving_way.price_of` reads it.
    """
    if isinstance(raw, bool):
        return raw
    if not isinstance(raw, str):
        what = Text("soft 不是单价，也不是 true 或 false", "neither a price of what is missing nor true or false")
        raise RefusedError(what, expected='"1200 CNY/t", true or false', found=repr(raw))
    number, _ = parts(raw)
    if number <= 0.0:
        raise RefusedError(Text("单价须大于 0", "a price that is not above zero"), expected="above 0", found=repr(raw))
    return raw


def read_index(year: str, raw: object) -> float:
    """Return the price level of one year."""
    if not year.isdecimal():
        raise RefusedError(Text("不是年份", "not a year"), expected="a year such as 2023", found=repr(year))
    return _number(raw, Text("价格指数不是正数", "a price level that is not above zero"), above=0.0)


def read_population(raw: object) -> Mapping[str, float] | str:
    """Return the people of each district, or the name of a number column of the inventory."""
    if isinstance(raw, str) and raw:
        return raw
    what = Text("人口数不是正数", "a number of people that is not above zero")
    people = each(raw, lambda _, count: _number(count, what, above=0.0), '{ East = 300000 }, or "user_population"')
    if not people:
        raise RefusedError(Text("缺少人口数", "no population"), expected="{ East = 300000 }", found="none")
    return people


def read_id(name: str) -> str:
    """Return an id: letters, digits, ``-`` and ``_``, so that it can be part of a dotted key."""
    if not ID_PATTERN.fullmatch(name):
        what = Text("编号含有不允许的字符", "an id with characters that are not allowed")
        raise RefusedError(what, expected='letters, digits and hyphens, such as "nox-total"', found=repr(name))
    return name


def read_basis_of_share(raw: object) -> Amount | Literal["base_year"]:
    """Return what a percentage is of: the base year's emissions, or an amount such as a plan-period task."""
    return "base_year" if raw == "base_year" else _positive(raw, ("t/yr",))


def read_count(raw: object) -> int:
    """Return a number of sources."""
    if isinstance(raw, bool) or not isinstance(raw, int) or raw < 0:
        what = Text("不是个数", "not a number of sources")
        raise RefusedError(what, expected='a whole number such as 422, or "pending"', found=repr(raw))
    return raw


def amount_or_pending(*units: str) -> PlainValidator:
    """Return a validator for an amount of at least zero in one of ``units``, or ``"pending"``."""
    return PlainValidator(lambda raw: PENDING if raw == PENDING else read_amount(raw, *units, least=0.0))


def amount_or_word(*units: str) -> PlainValidator:
    """Return a validator as `amount_or_pending` gives, that admits ``"propose"`` too: the planner finds the number."""
    return PlainValidator(lambda raw: raw if raw in (PENDING, PROPOSE) else read_amount(raw, *units, least=0.0))


def read_ratio(raw: object) -> float:
    """Return a ratio above zero, given as a number or with a percent sign: 1.5 or ``"150 %"``."""
    value = amount(raw, "").value if isinstance(raw, str) else raw
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < math.inf:
        what = Text("不是大于 0 的倍数", "not a ratio above zero")
        raise RefusedError(what, expected='a number such as 1.5, or "150 %"', found=repr(raw))
    return float(value)


def _cite(raw: object) -> Cite:
    if isinstance(raw, str):
        return Cite(read_text(raw))
    keys = {"document", "clause", "summary"}
    if not isinstance(raw, Mapping) or "document" not in raw or not set(raw) <= keys:
        what = Text("不是出处", "not a reference")
        raise RefusedError(
            what, expected='a text, or { document = "...", clause = "...", summary = {...} }', found=repr(raw)
        )
    summary = read_text(raw["summary"]) if "summary" in raw else NOTHING
    return Cite(read_text(raw["document"]), str(raw.get("clause", "")), summary)


def _number(raw: object, what: Text, *, above: float = -1.0) -> float:
    """Return a finite number of at least zero, and above ``above``."""
    if isinstance(raw, int | float) and not isinstance(raw, bool) and 0 <= raw < math.inf and raw > above:
        return float(raw)
    raise RefusedError(what, expected="a number", found=repr(raw))


def _positive(raw: object, units: tuple[str, ...]) -> Amount:
    read = read_amount(raw, *units)
    if read.value <= 0:
        raise RefusedError(
            Text("数值须大于 0", "an amount that is not above zero"), expected="above 0", found=repr(raw)
        )
    return read


Soft = Annotated[bool | str, PlainValidator(read_soft)]
Factor = Annotated[float, PlainValidator(read_factor)]
Share = Annotated[float, PlainValidator(read_share)]
Rate = Annotated[float, PlainValidator(read_rate)]
Cites = Annotated[tuple[Cite, ...], PlainValidator(read_cites)]
DistrictField = Annotated[District, PlainValidator(read_district)]
Id = Annotated[str, AfterValidator(read_id)]
