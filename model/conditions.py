"""Filters on columns as an author writes them: equality, membership, or a range; there is no expression language."""

from __future__ import annotations

import math
from collections.abc import Mapping

from model.measures import Condition
from model.refusal import NOTHING, RefusedError
from model.sector import Column
from model.suggest import did_you_mean
from model.text import Text

BOUNDS = {"min": "minimum", "max": "maximum", "above": "above", "below": "below"}
SHAPES = "a value, a list of values, or a range such as { min = 10, below = 35 } (min >=, max <=, above >, below <)"


def parse_condition(raw: object) -> Condition:
    """Return the condition of one column: ``"a"``, ``["a", "b"]``, ``3``, ``true`` (1), or a table of bounds.

    Raises `RefusedError` for any other shape, an empty list, a bound that is no number, and a range that is empty.

    >>> parse_condition(["a", "b"]).values, parse_condition({"below": 35}).below
    (('a', 'b'), 35.0)
    """
    if isinstance(raw, Mapping):
        return _range(raw)
    members = raw if isinstance(raw, list) else [raw]
    values = tuple(_value(member, raw) for member in members)
    if not values:
        raise RefusedError(Text("筛选条件为空", "an empty filter"), expected=SHAPES, found=repr(raw))
    return Condition(values=values)


def check_condition(condition: Condition, column: Column) -> None:
    """Raise `RefusedError` for what can never hold in a column: text for numbers, or a choice it does not have."""
    values = condition.values or ()
    is_number = column.kind == "number"
    if condition.values is None and not is_number:
        what = Text("文本列不能按范围筛选", "a range on a column of text")
        raise RefusedError(what, expected=_allowed(column), found="a range")
    for value in values:
        if isinstance(value, str) == is_number:
            what = Text("取值类型与该列不符", "a value of another kind than the column's")
            raise RefusedError(what, expected=_allowed(column), found=repr(value))
        if column.choices is not None and value not in column.choices:
            what = Text("该列没有此选项", "not a choice of this column")
            advice = did_you_mean(str(value), column.choices, NOTHING)
            raise RefusedError(what, expected=_allowed(column), found=repr(value), advice=advice)


def _range(raw: Mapping[str, object]) -> Condition:
    for key in raw:
        if key not in BOUNDS:
            what = Text(f"未知的范围键“{key}”", f"unknown key {key!r} in a range")
            raise RefusedError(what, expected=", ".join(BOUNDS), found=key, advice=did_you_mean(key, BOUNDS, NOTHING))
    bounds = {BOUNDS[key]: _bound(value) for key, value in raw.items()}
    if not bounds:
        raise RefusedError(Text("范围为空表", "a range without bounds"), expected=SHAPES, found="{}")
    condition = Condition(None, *(bounds.get(name) for name in BOUNDS.values()))
    _refuse_empty(condition, raw)
    return condition


def _value(member: object, raw: object) -> str | float:
    if isinstance(member, str):
        return member
    if isinstance(member, int | float) and math.isfinite(member):
        return float(member)
    raise RefusedError(Text("筛选条件无法识别", "not a filter"), expected=SHAPES, found=repr(raw))


def _bound(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        what = Text("范围的界限不是数值", "a bound that is no number")
        raise RefusedError(what, expected="a number in the unit of the column", found=repr(value))
    return float(value)


def _refuse_empty(condition: Condition, raw: Mapping[str, object]) -> None:
    lows = [bound for bound in (condition.minimum, condition.above) if bound is not None]
    highs = [bound for bound in (condition.maximum, condition.below) if bound is not None]
    if not lows or not highs:
        return
    low, high = max(lows), min(highs)
    is_open = low == condition.above or high == condition.below
    if low > high or (low == high and is_open):
        what = Text("范围内没有任何数值", "a range that no number is in")
        raise RefusedError(what, expected="a lower bound below the upper bound", found=str(dict(raw)))


def _allowed(column: Column) -> str:
    if column.choices is not None:
        return " | ".join(column.choices)
    return "numbers" if column.kind == "number" else "text"
