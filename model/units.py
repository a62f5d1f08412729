"""Amounts with a unit, as a planner writes them, turned into numbers: "3 亿元" is 3e8 CNY.

The units and their Chinese names stand in ``data/units.txt``, which pint reads; common texts stand in
``data/unit_texts.csv`` as pint has read them. Arithmetic is done in fractions, so that a conversion adds no rounding:
万 is exactly 1e4, 亿 1e8, a year 365 days, and ``t`` the metric tonne.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache

from model.files import bundled_text
from model.refusal import NOTHING, RefusedError
from model.suggest import did_you_mean
from model.text import Text
from model.unit_table import ONE, Unit, unit_table

LONGEST_AMOUNT = 80
EXAMPLES = {
    "t/yr": "60 t/yr",
    "%": "30 %",
    "": "30 %",
    "CNY": "3 亿元",
    "CNY/yr": "50 万元/年",
    "CNY/t": "1200 CNY/t",
    "1/yr": "4 %/yr",
}

_NUMBER = re.compile(r"(?P<number>[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,3})?)\s*(?P<unit>.*)", re.DOTALL)
_NAME = re.compile(r"[^\W\d]\w*|[%‰]")
_NOT_IN_UNITS = re.compile(r"\*\*|//|[^\w\s%‰*/()]")
_SIGNS = str.maketrans({"−": "-", "–": "-", "·": "*", "×": "*", "÷": "/", "µ": "μ"})


class QuantityError(RefusedError):
    """A text that is not the amount it should be."""


@dataclass(frozen=True, slots=True)
class Amount:
    """An amount as written, and its ``value`` in ``unit``."""

    text: str
    value: float
    unit: str


def quantity(text: str, unit: str) -> float:
    """Return an amount such as ``"60 t/yr"`` in ``unit``; the empty unit is a plain fraction (``"30 %"`` is 0.3).

    Full-width digits and signs are read like half-width ones. Raises `QuantityError` (a ``ValueError``) for a bare
    number, an unknown unit, another dimension, or anything else that is not a number and a unit.

    >>> quantity("3 亿元", "CNY"), quantity("１００ 公斤/日", "t/yr"), quantity("-5 CNY/kg", "CNY/t")
    (300000000.0, 36.5, -5000.0)
    """
    return amount(text, unit).value


def amount(text: str, *units: str) -> Amount:
    """Return an amount in the first of ``units`` whose dimension it has: ``amount("30 %", "t/yr", "%")`` is 30 %.

    Raises `QuantityError` when it has none of them.
    """
    expected = _expected(units)
    match = _read(text, expected)
    written = _unit(match["unit"], expected)
    for unit in units:
        wanted = _unit(unit or "1", unit)
        if written.bases == wanted.bases:
            return Amount(text.strip(), _convert(match["number"], written, wanted, expected), unit)
    what = Text("单位的量纲不符", "a unit of another kind")
    raise QuantityError(what, expected=expected, found=_shown(text))


def parts(text: str) -> tuple[float, str]:
    """Return the number and the unit of an amount of any kind. Raises `QuantityError` as `quantity` does.

    >>> parts("50 万元/年")
    (50.0, '万元/年')
    """
    match = _read(text, "a number with a unit, such as '1200 CNY/t'")
    _unit(match["unit"], "a known unit, such as CNY/t")
    return float(match["number"]), match["unit"]


def convert(value: float, unit: str, to: str) -> float:
    """Return ``value`` of one unit in another; an empty unit is a plain fraction. Raises `QuantityError`.

    >>> convert(0.5, "CNY/kg", "CNY/t")
    500.0
    """
    return amount(f"{value!r} {unit or '1'}", to).value


def is_unit(unit: str) -> bool:
    """Say whether a unit is known, such as ``"CNY/(m3/d)"``; the empty unit is."""
    try:
        _unit(unit or "1", "")
    except QuantityError:
        return False
    return True


def is_same_kind(unit: str, other: str) -> bool:
    """Say whether two known units measure the same kind of thing. Raises `QuantityError` for an unknown one."""
    return _unit(unit or "1", other).bases == _unit(other or "1", unit).bases


def _read(text: str, expected: str) -> re.Match[str]:
    """Split a text into number and unit, both of which must be there."""
    plain = unicodedata.normalize("NFKC", text.translate(_SIGNS)).strip()
    match = _NUMBER.fullmatch(plain) if len(plain) <= LONGEST_AMOUNT else None
    if match is None:
        raise QuantityError(Text("不是“数值+单位”", "not a number with a unit"), expected=expected, found=_shown(text))
    if not match["unit"]:
        what = Text("数值缺少单位", "a bare number where a unit is needed")
        raise QuantityError(what, expected=expected, found=_shown(text))
    return match


@cache
def _table() -> Mapping[str, Unit]:
    return unit_table(bundled_text("unit_texts.csv"))


@cache
def _unit(text: str, expected: str) -> Unit:
    """Read a unit; every name in it must be known, powers and scale factors are not written."""
    if text == "1":
        return ONE
    return _table().get(text) or _read_unit(text, expected)


def _read_unit(text: str, expected: str) -> Unit:
    from model import unit_registry  # noqa: PLC0415 - pint: a quarter of a second that common texts save

    names = _NAME.findall(text)
    unknown = [name for name in names if not unit_registry.is_known(name)]
    if unknown:
        what = Text(f"未知单位“{unknown[0]}”", f"unknown unit {unknown[0]!r}")
        advice = did_you_mean(unknown[0], unit_registry.known_names(), NOTHING)
        raise QuantityError(what, expected=expected, found=_shown(text), advice=advice)
    what = Text("单位无法识别", "not a unit")
    if not names or _NOT_IN_UNITS.search(text):
        raise QuantityError(what, expected=expected, found=_shown(text))
    try:
        return unit_registry.parsed(text)
    except ValueError as error:
        raise QuantityError(what, expected=expected, found=_shown(text)) from error


def _convert(number: str, written: Unit, wanted: Unit, expected: str) -> float:
    try:
        return float(Fraction(number) * written.factor / wanted.factor)
    except OverflowError as error:
        what = Text("数值过大", "a number too large to compute with")
        raise QuantityError(what, expected=expected, found=_shown(number)) from error


def _expected(units: tuple[str, ...]) -> str:
    names = " or ".join(unit or "%" for unit in units)
    return f"an amount in {names}, such as {EXAMPLES.get(units[0], f'12.5 {units[0]}')!r}"


def _shown(text: str) -> str:
    return repr(text if len(text) <= LONGEST_AMOUNT else f"{text[:LONGEST_AMOUNT]}...")
