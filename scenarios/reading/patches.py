"""Values set on top of a scenario file: ``--set KEY=VALUE``, and the patches of a sweep."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping, Sequence
from typing import Any

from model.problems import Problem
from model.refusal import NOTHING, RefusedError
from model.suggest import did_you_mean
from model.text import Text
from scenarios.reading.layers import Raw, entry_place, merge, put_entry

type Setting = tuple[str, object]
"""A dotted key and the value it is set to."""

COMMAND = "--set"
"""The place of a problem with a patch."""


def read_setting(text: str) -> Setting:
    """Return key and value of ``KEY=VALUE``; the value is read as TOML, and as plain text when it is none.

    Raises `RefusedError` for a text without a key or without ``=``.

    >>> read_setting("discount_rate=0.08"), read_setting("requirement.nox-share.amount=40 %")
    (('discount_rate', 0.08), ('requirement.nox-share.amount', '40 %'))
    """
    key, equals, value = text.partition("=")
    if not equals or not all(part.strip() for part in key.split(".")):
        what = Text("不是“键=值”", "not a key and a value")
        raise RefusedError(what, expected="KEY=VALUE, such as discount_rate=0.08", found=repr(text))
    return ".".join(part.strip() for part in key.split(".")), _value(value.strip())


def apply(raw: Raw, settings: Sequence[Setting]) -> tuple[dict[str, Any], list[Problem]]:
    """Return the tables with every setting applied in turn, and the settings that could not be.

    ``requirement.<id>.amount`` reaches a requirement by its id, and adds one that is not there; entries of a list
    without ids are reached by their number, from 1. Whether the keys mean anything is for the specification to say,
    except that a requirement that only settings make, and that has no kind, is a mistyped id and is left out.
    """
    tables: dict[str, Any] = dict(raw)
    problems: list[Problem] = []
    for key, value in settings:
        try:
            tables = _put(tables, key.split("."), value)
        except RefusedError as error:
            problems.append(error.problem(COMMAND, key))
    nameless = _without_kind(raw, tables)
    if nameless:
        slips = {problem.found for problem in nameless}
        tables["requirement"] = [entry for entry in tables["requirement"] if entry.get("id") not in slips]
    return tables, problems + nameless


def as_text(value: object) -> str:
    """Return a value as it is recorded with the run: a text as it is, anything else as JSON."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)


def _value(text: str) -> object:
    try:
        read = tomllib.loads(f"value = {text}")
    except tomllib.TOMLDecodeError:
        return text
    return read["value"] if set(read) == {"value"} else text


def _put(here: Any, parts: Sequence[str], value: object) -> Any:  # noqa: ANN401 - TOML values are of every type
    """Return a copy of ``here`` with the value at the place that ``parts`` lead to."""
    if not parts:
        return merge(here, value) if isinstance(here, Mapping) and isinstance(value, Mapping) else value
    part, rest = parts[0], parts[1:]
    if isinstance(here, Mapping):
        inner = here.get(part, [] if part == "requirement" and rest else {})
        return {**here, part: _put(inner, rest, value) if rest or part in here else value}
    if isinstance(here, list):
        return _put_in_list(here, part, rest, value)
    what = Text("此键之下没有下级键", "a key below a value that is no table")
    raise RefusedError(what, expected="the key of a table", found=part)


def _put_in_list(here: list[Any], part: str, rest: Sequence[str], value: object) -> list[Any]:
    place = entry_place(here, part)
    if place is None and part.isdecimal() and 0 < int(part) <= len(here):
        place = int(part) - 1
    if not rest and isinstance(value, Mapping) and not part.isdecimal():
        return put_entry(here, {"id": part, **value})
    if place is not None:
        return [*here[:place], _put(here[place], rest, value), *here[place + 1 :]]
    if rest and not part.isdecimal():
        return [*here, _put({"id": part}, rest, value)]
    what = Text("列表中没有这一项", "no such entry in the list")
    names = [str(entry["id"]) for entry in here if isinstance(entry, Mapping) and "id" in entry]
    raise RefusedError(what, expected=", ".join(names), found=part, advice=did_you_mean(part, names, NOTHING))


def _without_kind(before: Raw, after: Raw) -> list[Problem]:
    """Return a problem for each requirement that settings made without a kind: most likely a mistyped id."""
    known = [str(entry["id"]) for entry in _requirements(before) if "id" in entry]
    fresh = [entry for entry in _requirements(after) if entry.get("id") not in known]
    what = Text("没有这个要求", "no requirement of this id, and no kind for a new one")
    return [
        Problem(
            COMMAND,
            what,
            ", ".join(known) or "kind",
            str(entry["id"]),
            did_you_mean(str(entry["id"]), known, NOTHING),
            column=f"requirement.{entry['id']}",
        )
        for entry in fresh
        if "id" in entry and "kind" not in entry
    ]


def _requirements(raw: Raw) -> list[Mapping[str, Any]]:
    listed = raw.get("requirement", [])
    return [entry for entry in listed if isinstance(entry, Mapping)] if isinstance(listed, list) else []
