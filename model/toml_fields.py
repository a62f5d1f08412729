"""Kinds of value that TOML files of more than one sort hold: texts in two languages, lists of names, filters."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, PlainValidator, ValidationError
from pydantic_core import InitErrorDetails

from model.conditions import parse_condition
from model.measures import Condition
from model.pollutants import POLLUTANTS
from model.refusal import NOTHING, RefusedError
from model.suggest import did_you_mean
from model.text import Text
from model.toml_text import read_text


def read_names(raw: object) -> tuple[str, ...]:
    """Return one name or a list of names as a tuple without repetition; an empty list or name is refused."""
    names = [raw] if isinstance(raw, str) else raw
    if not isinstance(names, list) or not names or not all(isinstance(name, str) and name for name in names):
        what = Text("不是名称或名称列表", "not a name or a list of names")
        raise RefusedError(what, expected='"name" or ["one", "another"]', found=repr(raw))
    if len(set(names)) < len(names):
        raise RefusedError(Text("名称重复", "a name that is listed twice"), expected="each name once", found=repr(raw))
    return tuple(names)


def each[T](raw: object, read: Callable[[str, object], T], expected: str) -> dict[str, T]:
    """Return ``read(key, value)`` for every key of a table; every key that is refused is told, with its own place."""
    if not isinstance(raw, Mapping):
        raise RefusedError(Text("应为表", "not a table"), expected=expected, found=repr(raw))
    values: dict[str, T] = {}
    refused: list[InitErrorDetails] = []
    for key, value in raw.items():
        try:
            values[str(key)] = read(str(key), value)
        except RefusedError as error:
            refused.append(InitErrorDetails(type="value_error", loc=(key,), input=value, ctx={"error": error}))
    if refused:
        raise ValidationError.from_exception_data("table", refused)
    return values


def read_where(raw: object) -> Mapping[str, Condition]:
    """Return the filter of a requirement, column by column."""
    return each(raw, lambda _, condition: parse_condition(condition), "{ column = value, ... }")


def read_pollutant(name: str) -> str:
    """Return the id of a known pollutant."""
    if name not in POLLUTANTS:
        what = Text(f"未知污染物“{name}”", f"unknown pollutant {name!r}")
        advice = did_you_mean(name, POLLUTANTS, NOTHING)
        raise RefusedError(what, expected=", ".join(POLLUTANTS), found=repr(name), advice=advice)
    return name


def _as_tuple(raw: object) -> object:
    return tuple(raw) if isinstance(raw, list) else raw


TextField = Annotated[Text, PlainValidator(read_text)]
Names = Annotated[tuple[str, ...], PlainValidator(read_names)]
WhereField = Annotated[Mapping[str, Condition], PlainValidator(read_where)]
PollutantId = Annotated[str, AfterValidator(read_pollutant)]
Listed = BeforeValidator(_as_tuple)
"""Makes a TOML list the tuple that a frozen table holds."""
