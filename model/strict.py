"""Tables of a TOML file: read strictly, and what is wrong with them said with the dotted key of its place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_core import ErrorDetails

from model.problems import Problem
from model.refusal import NOTHING, RefusedError
from model.suggest import did_you_mean
from model.text import Text

type Place = tuple[int | str, ...]

LONGEST_FOUND = 80

TYPES = {
    "missing": (Text("缺少必填项", "a key that must be stated is missing"), ""),
    "string_type": (Text("应为文字", "not a text"), "a text in quotation marks"),
    "int_type": (Text("应为整数", "not a whole number"), "a whole number"),
    "float_type": (Text("应为数值", "not a number"), "a number"),
    "bool_type": (Text("应为 true 或 false", "neither true nor false"), "true or false"),
    "date_type": (Text("应为日期", "not a date"), "a date such as 2024-01-01, without quotation marks"),
    "tuple_type": (Text("应为列表", "not a list"), "a list in square brackets"),
    "model_type": (Text("应为表", "not a table"), "a table"),
    "model_attributes_type": (Text("应为表", "not a table"), "a table"),
    "dict_type": (Text("应为表", "not a table"), "a table"),
    "union_tag_not_found": (Text("缺少 kind", "a requirement without a kind"), "a kind"),
}


class Strict(BaseModel):
    """A table that is frozen once read: no unknown key, no silent conversion of types, no infinite number."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)


def problems_of(
    error: ValidationError, raw: Mapping[str, Any], model: type[BaseModel], file: str, *, prefix: Place = ()
) -> list[Problem]:
    """Return one problem for each thing wrong; lists of tables with an ``id`` are named by it, not by position.

    ``prefix`` is the place in ``raw`` of the table that was held against ``model``.
    """
    return [_problem(details, raw, model, file, prefix) for details in error.errors(include_url=False)]


def _problem(
    details: ErrorDetails, raw: Mapping[str, Any], model: type[BaseModel], file: str, prefix: Place
) -> Problem:
    place: Place = details["loc"]
    context, kind, found = details.get("ctx", {}), details["type"], shown(details["input"])
    key = dotted_key(prefix + place, raw, has_key=kind == "missing")
    cause = context.get("error")
    if isinstance(cause, RefusedError):
        return cause.problem(file, key)
    if kind == "extra_forbidden":
        names = field_names(model, place[:-1])
        what = Text("未知的键", "an unknown key")
        advice = did_you_mean(str(place[-1]), names, NOTHING)
        expected = ", ".join(names) if advice == NOTHING else ""
        return Problem(file, what, expected, str(place[-1]), advice, column=key)
    if kind in {"literal_error", "union_tag_invalid"}:
        allowed = str(context.get("expected") or context.get("expected_tags")).replace("'", "")
        written = context.get("tag", details["input"])
        what = Text("不在允许的取值之列", "not one of the allowed values")
        advice = did_you_mean(str(written), _split(allowed), NOTHING)
        column = f"{key}.kind" if kind == "union_tag_invalid" else key
        return Problem(file, what, allowed, shown(written), advice, column=column)
    if kind == "missing":
        return Problem(file, TYPES[kind][0], str(place[-1]), "nothing", column=key)
    what, expected = TYPES.get(kind, (Text("取值无效", details["msg"][:1].lower() + details["msg"][1:]), ""))
    return Problem(file, what, expected, found, column=key)


def dotted_key(place: Place, raw: Mapping[str, Any], *, has_key: bool = False) -> str:
    """Return a place as the author would name it: ``requirement.nox-total.amount``.

    Parts that only pydantic knows (the tag of a union) are left out; ``has_key`` keeps a last part that is not there.
    """
    here: Any = raw
    parts: list[str] = []
    for part in place:
        if isinstance(part, int) and isinstance(here, Sequence) and part < len(here):
            here = here[part]
            has_id = isinstance(here, Mapping) and isinstance(here.get("id"), str)
            parts.append(here["id"] if has_id else str(part + 1))
        elif isinstance(here, Mapping) and part in here:
            here = here[part]
            parts.append(str(part))
        elif has_key and part == place[-1]:
            parts.append(str(part))
    return ".".join(parts)


def field_names(model: type[BaseModel], place: Place) -> list[str]:
    """Return the keys a table at ``place`` may have, as written in the file."""
    here: list[Any] = [model]
    for part in place:
        here = [inner for annotation in here for inner in _step(annotation, part)]
    return sorted({field.alias or name for found in here for name, field in _fields(found).items()})


def shown(value: object) -> str:
    """Return a value as it is shown in a problem, cut when long."""
    text = repr(value)
    return text if len(text) <= LONGEST_FOUND else f"{text[:LONGEST_FOUND]}..."


def _fields(annotation: object) -> Mapping[str, Any]:
    return annotation.model_fields if isinstance(annotation, type) and issubclass(annotation, BaseModel) else {}


def _step(annotation: object, part: int | str) -> Iterator[object]:
    """One step down: into a list by position, into a union by its tag, into a table by its key."""
    for found in _members(annotation):
        if get_origin(found) is tuple and isinstance(part, int):
            yield get_args(found)[0]
        fields = _fields(found)
        tag = fields.get("kind")
        if part in fields:
            yield from _members(fields[str(part)].annotation)
        elif tag is not None and part in get_args(tag.annotation):
            yield found


def _members(annotation: Any) -> Iterator[object]:  # noqa: ANN401 - annotations are of every type
    """An annotation without its wrappers; each member of a union."""
    if get_origin(annotation) is Annotated:
        annotation = get_args(annotation)[0]
    if get_origin(annotation) in {Union, UnionType}:
        for member in get_args(annotation):
            yield from _members(member)
    else:
        yield annotation


def _split(allowed: str) -> list[str]:
    return [word.strip() for word in allowed.replace(" or ", ",").split(",")]
