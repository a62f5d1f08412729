"""Tables as they are printed: every cell a text with its lines, ready for Word and for HTML."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from model.text import Language, Text
from scenarios.export.blocks import Block, BlockCell, Figure
from scenarios.export.table import Cell, Column, rounded, totals
from scenarios.wording.shown import ReportUnit, lines
from scenarios.wording.words import LABEL

type Align = Literal["left", "center", "right"]
type Tone = Literal["", "good", "bad"]

ALIGN: dict[str, Align] = {
    "text": "left",
    "name": "center",
    "tonnes": "right",
    "money": "right",
    "whole": "right",
    "year": "center",
    "date": "center",
    "percent": "right",
}
VERDICTS: dict[Text, Tone] = {LABEL["yes"]: "good", LABEL["no"]: "bad", LABEL["pending"]: "bad"}
MONEY_UNIT = re.compile(r"(?<=\d )CNY(?:/(?P<per>\S+))?$")
"""An amount of money as the scenario wrote it, such as ``900 CNY/t``."""

UNPRINTABLE = re.compile("[\\x00-\\x08\\x0b-\\x1f\\x7f-\\x9f\\ud800-\\udfff\\ufffe\\uffff]")
"""Characters that neither XML nor HTML can hold, and carriage returns."""

PER = {"yr": "年", "CNY": "元"}


@dataclass(frozen=True, slots=True)
class PrintedColumn:
    """A column: its heading, its width in any unit common to the table, where its texts stand."""

    title: str
    width: float
    align: Align


@dataclass(frozen=True, slots=True)
class PrintedCell:
    """A text and what it means for the reader: good, bad, or neither."""

    text: str
    tone: Tone = ""


@dataclass(frozen=True, slots=True)
class Printed:
    """A table; ``total`` is its last row, empty where nothing is added up; ``note`` stands below it."""

    title: str
    columns: tuple[PrintedColumn, ...]
    rows: Sequence[Sequence[PrintedCell]]
    total: Sequence[str] = ()
    note: str = ""


def printed(block: Block, language: Language) -> Printed:
    """Return a block as it is printed; of two languages each has a line of its own."""
    columns = tuple(
        PrintedColumn(lines(column.title, language), column.width, ALIGN[column.form]) for column in block.columns
    )
    rows = [
        [_cell(column, cell, language) for column, cell in zip(block.columns, row, strict=True)] for row in block.rows
    ]
    sums = _total(block, language) if block.has_total else ()
    return Printed(lines(block.title, language), columns, rows, sums, lines(block.note, language).strip())


def with_widths(content: Printed, widths: Sequence[float]) -> Printed:
    """Return a table whose columns have other widths."""
    columns = tuple(replace(column, width=width) for column, width in zip(content.columns, widths, strict=True))
    return replace(content, columns=columns)


def printable(text: str) -> str:
    """Return a text without the characters that a document cannot hold."""
    return UNPRINTABLE.sub("", text)


def fixed(value: float, decimals: int) -> str:
    """Return a number as it is printed, halves rounded up."""
    return ReportUnit(Text("", ""), decimals=decimals).say(value)


def _total(block: Block, language: Language) -> list[str]:
    numbers = [[cell if isinstance(cell, int | float) else None for cell in row] for row in block.rows]
    sums = totals(block.columns, numbers)
    said = [
        "" if value is None else _said(column, value, language)
        for column, value in zip(block.columns, sums, strict=True)
    ]
    return [LABEL["total"].say(language), *said[1:]]


def _cell(column: Column, cell: BlockCell, language: Language) -> PrintedCell:
    if isinstance(cell, Figure):
        return PrintedCell(f"{cell.before}{fixed(cell.value, cell.decimals)}")
    tone = VERDICTS.get(cell, "") if isinstance(cell, Text) else ""
    return PrintedCell(_said(column, rounded(cell), language), tone)


def _said(column: Column, cell: Cell, language: Language) -> str:
    match cell:
        case None:
            return ""
        case Text():
            return lines(cell, language)
        case str():
            return chinese_money(cell) if language == "zh" else cell
        case date():
            return cell.isoformat()
        case _:
            return NUMBERS[column.form](cell)


NUMBERS: dict[str, Callable[[float], str]] = {
    "tonnes": lambda value: fixed(value, 2) if value else "–",
    "money": lambda value: fixed(value, 2),
    "whole": lambda value: fixed(value, 0),
    "year": lambda value: f"{value:g}",
    "percent": lambda value: f"{value:.1%}",
    "text": lambda value: f"{value:g}",
    "name": lambda value: f"{value:g}",
}


def chinese_money(text: str) -> str:
    """Return an amount of money with its unit in Chinese; any other text as it is.

    >>> chinese_money("900 CNY/t"), chinese_money("5 CNY/yr"), chinese_money("CNY")
    ('900 元/t', '5 元/年', 'CNY')
    """

    def unit(found: re.Match[str]) -> str:
        per = found["per"]
        return f"元/{PER.get(per, per)}" if per else "元"

    return MONEY_UNIT.sub(unit, text)
