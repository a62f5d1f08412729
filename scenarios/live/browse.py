"""Inventory and catalogue as tables to look through, a page at a time."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pandas as pd

from model.measures import Measure
from model.sector import Column
from model.sectors import SECTORS
from model.text import Text
from scenarios.reading.bundle import Bundle
from scenarios.wording.shown import sector_title

CATALOGUE = "catalogue"
PRICES = "prices"
MOST_COLUMNS = 24
DIGITS = 8


@dataclass(frozen=True, slots=True)
class Browse:
    """A table: titles of the columns, how many rows, the cells of some of them, and which columns hold numbers."""

    titles: tuple[Text, ...]
    count: int
    cells: Callable[[int, int, str], list[list[str]]]
    numeric: frozenset[int] = frozenset()


def shelves(bundle: Bundle) -> list[tuple[str, Text]]:
    """Return key and title of every table: the inventory's sectors, the catalogue, the prices."""
    sectors = [
        (name, Text(f"清单：{sector_title(name).zh}", f"Inventory: {sector_title(name).en}"))
        for name in bundle.inventory.tables
    ]
    return [*sectors, (CATALOGUE, Text("措施库", "Catalogue of measures")), (PRICES, Text("价格", "Prices"))]


def browse(bundle: Bundle, key: str) -> Browse:
    """Return a table; the first sector's for an unknown key."""
    if key == CATALOGUE:
        return _catalogue(bundle)
    if key == PRICES:
        return _prices(bundle)
    name = key if key in bundle.inventory.tables else next(iter(bundle.inventory.tables))
    return _sector(bundle.inventory.tables[name], name)


def _sector(table: pd.DataFrame, sector: str) -> Browse:
    known = {column.name: column for column in SECTORS[sector].columns}
    stated = [name for name in table.columns if name in known and _says_something(table[name])]
    columns = [known[name] for name in stated[:MOST_COLUMNS]]
    names = [column.name for column in columns]

    def cells(first: int, last: int, language: str) -> list[list[str]]:
        rows = table.iloc[first:last][names].itertuples(index=False, name=None)
        return [[_cell(column, value, language) for column, value in zip(columns, row, strict=True)] for row in rows]

    numeric = frozenset(place for place, column in enumerate(columns) if column.kind == "number")
    return Browse(tuple(map(_titled, columns)), len(table), cells, numeric)


def _titled(column: Column) -> Text:
    """Return a column's title with its unit."""
    title, unit = column.title, column.unit
    return Text(f"{title.zh}（{unit}）", f"{title.en} ({unit})") if unit else title


def _cell(column: Column, value: object, language: str) -> str:
    label = (column.choices or {}).get(value) if isinstance(value, str) else None
    return _shown(value) if label is None else (label.en if language == "en" else label.zh)


def _says_something(column: pd.Series) -> bool:
    """Tell whether a column holds more than blanks and one and the same number."""
    shown = column.map(_shown)
    return bool((shown != "").any()) and (
        column.dtype == object or bool((shown != shown.iloc[0]).any()) or len(column) == 1
    )


def _catalogue(bundle: Bundle) -> Browse:
    measures = [measure for sector in bundle.inventory.tables for measure in bundle.catalogue.of_sector(sector)]
    titles = (
        Text("措施", "Measure"),
        Text("主要内容", "Content"),
        Text("行业", "Sector"),
        Text("编号", "Id"),
        Text("工期（月）", "Lead time (months)"),
        Text("依据", "References"),
    )

    def cells(first: int, last: int, language: str) -> list[list[str]]:
        return [_measure(measure, "en" if language == "en" else "zh") for measure in measures[first:last]]

    return Browse(titles, len(measures), cells)


def _measure(measure: Measure, language: str) -> list[str]:
    def side(text: Text) -> str:
        return text.en if language == "en" else text.zh

    lead = getattr(measure.lead_time_months, "value", measure.lead_time_months)
    return [
        side(measure.name),
        side(measure.content),
        side(sector_title(measure.sector)),
        measure.id,
        f"{lead:g}",
        "; ".join(measure.refs),
    ]


def _prices(bundle: Bundle) -> Browse:
    titles = (Text("价格", "Price"), Text("数值", "Value"), Text("单位", "Unit"), Text("依据", "Reference"))

    def cells(first: int, last: int, _: str) -> list[list[str]]:
        return [[price.name, f"{price.value:g}", price.unit, price.ref] for price in bundle.prices[first:last]]

    return Browse(titles, len(bundle.prices), cells)


def _shown(value: object) -> str:
    if isinstance(value, float):
        return "" if math.isnan(value) else f"{value:,.{DIGITS}g}"
    return "" if value is None else str(value)


def window(table: Browse, first: int, last: int, language: str) -> list[Sequence[str]]:
    """Return some rows of a table, at most 100."""
    first = min(max(0, first), table.count)
    return list(table.cells(first, min(max(first, last), first + 100, table.count), language))
