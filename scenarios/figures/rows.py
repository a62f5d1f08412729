"""Rows of a figure: sorted, the smallest added up when there are too many."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from model.text import Text
from scenarios.answering.result import Json
from scenarios.figures.style import MOST_ROWS
from scenarios.figures.words import FIGURE
from scenarios.wording.shown import called, sector_title
from scenarios.wording.words import PAYER


@dataclass(frozen=True, slots=True)
class Row:
    """A named row and its numbers."""

    name: Text
    values: tuple[float, ...]


def title_of(kind: str, name: object, names: Mapping[str, Text]) -> Text:
    """Return a year, district, sector or payer in words; ``names`` as `scenarios.wording.shown.names_of` gives them."""
    plain = called(str(name), names if kind == "district" else {})
    if kind == "sector":
        return sector_title(str(name))
    return PAYER.get(str(name), plain) if kind == "payer" else plain


def added(rows: Iterable[Json], by: str, columns: Sequence[str]) -> Mapping[str, tuple[float, ...]]:
    """Return the sums of ``columns`` by the value of ``by``, in the order in which values come."""
    found: dict[str, list[tuple[float, ...]]] = {}
    for row in rows:
        found.setdefault(str(row[by]), []).append(tuple(float(row[column]) for column in columns))
    return {name: tuple(map(math.fsum, zip(*parts, strict=True))) for name, parts in found.items()}


def largest_first(rows: Sequence[Row], *, most: int = MOST_ROWS) -> list[Row]:
    """Return rows by the size of their first number, the last ones of too many added up: totals stay what they are."""
    ordered = sorted(rows, key=lambda row: (-abs(row.values[0]), row.name.zh))
    if len(ordered) <= most:
        return ordered
    kept, rest = ordered[: most - 1], ordered[most - 1 :]
    name = Text(FIGURE["others"].zh.format(count=len(rest)), FIGURE["others"].en.format(count=len(rest)))
    return [*kept, Row(name, tuple(map(math.fsum, zip(*(row.values for row in rest), strict=True))))]
