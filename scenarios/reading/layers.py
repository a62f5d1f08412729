"""Scenarios that build on others: a base and what differs, as plain tables."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

type Raw = Mapping[str, Any]


def merge(base: Raw, own: Raw) -> dict[str, Any]:
    """Return ``base`` with what ``own`` states put on top; neither is changed.

    Tables merge key by key. Lists of tables that all have an ``id`` merge entry by entry: an entry of the same id is
    merged, one of another ``kind`` replaced, a new one added at the end. Everything else is replaced. An inventory that
    names a ``workbook`` leaves out the base's files, because the workbook holds every sector.

    >>> merge({"a": 1, "t": {"x": 1}}, {"t": {"y": 2}})
    {'a': 1, 't': {'x': 1, 'y': 2}}
    """
    merged = dict(base)
    for key, value in own.items():
        merged[key] = _merged(base[key], value) if key in base else value
    inventory = own.get("inventory")
    if isinstance(inventory, Mapping) and "workbook" in inventory:
        merged["inventory"] = inventory
    return merged


def entry_place(entries: list[Any], name: str) -> int | None:
    """Return where the entry with an id stands in a list of tables; None when there is none."""
    return next((place for place, entry in enumerate(entries) if _id(entry) == name), None)


def put_entry(entries: list[Any], entry: Raw) -> list[Any]:
    """Return the entries with one merged into that of its id, or added."""
    place = entry_place(entries, str(entry["id"]))
    if place is None:
        return [*entries, dict(entry)]
    there = entries[place]
    is_other_kind = "kind" in entry and entry["kind"] != there.get("kind")
    return [*entries[:place], dict(entry) if is_other_kind else merge(there, entry), *entries[place + 1 :]]


def _merged(base: Any, own: Any) -> Any:  # noqa: ANN401 - TOML values are of every type
    if isinstance(base, Mapping) and isinstance(own, Mapping):
        return merge(base, own)
    if _has_ids(base) and _has_ids(own):
        for entry in own:
            base = put_entry(base, entry)
        return base
    return own


def _has_ids(value: object) -> bool:
    return isinstance(value, list) and bool(value) and all(_id(entry) is not None for entry in value)


def _id(entry: object) -> str | None:
    name = entry.get("id") if isinstance(entry, Mapping) else None
    return name if isinstance(name, str) else None
