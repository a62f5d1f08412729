"""One page of a workbook, written from the top down: title, banner, tables, totals, page setup."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from rich.cells import cell_len
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_range
from xlsxwriter.worksheet import Worksheet

from model.text import Language, Text
from scenarios.export.blocks import Block, BlockCell, Figure
from scenarios.export.csv_tasks import RISKY
from scenarios.export.table import Cell, Column, rounded, totals
from scenarios.export.xlsx_styles import Styles, decimals
from scenarios.wording.shown import lines
from scenarios.wording.words import LABEL

A4 = 9
LINE_HEIGHT = 14.5
PADDING = 4.0
WIDE, NARROW = 1.95, 1.12
"""Characters of a column that a Chinese and a Latin letter fill."""

LONGEST_TEXT = 32_767
"""Characters a cell can hold."""

SUM, SUBTOTAL = "SUM({})", "SUBTOTAL(109,{})"
"""Totals of all rows, and of the rows that a filter shows."""

VERDICTS = {LABEL["yes"]: "good", LABEL["no"]: "bad", LABEL["pending"]: "bad"}


@dataclass(frozen=True, slots=True)
class Frame:
    """What every page says of its answer: title, subtitle, banner (empty when the data are real), page foot."""

    title: str
    banner: str
    foot_left: str
    foot_middle: str
    foot_right: str


class Page:
    """A sheet with a cursor that only moves down, so that the sheet never needs to be held in memory."""

    def __init__(self, sheet: Worksheet, styles: Styles, language: Language, widths: Sequence[float]) -> None:
        self.sheet, self.styles, self.language = sheet, styles, language
        self.widths = tuple(widths)
        self.row = 0
        for place, width in enumerate(widths):
            sheet.set_column(place, place, width)

    def head(self, frame: Frame, name: str) -> None:
        """Write the page's title and, where the data are illustrative, the banner that says so."""
        self._line(f"{frame.title}  ·  {name}", self.styles.named("title"), height=28)
        if frame.banner:
            self.across(frame.banner, self.styles.named("banner"))
        self._set_up(frame)

    def _set_up(self, frame: Frame) -> None:
        sheet = self.sheet
        sheet.set_paper(A4)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(left=0.3, right=0.3, top=0.4, bottom=0.6)
        sheet.center_horizontally()
        sheet.hide_gridlines(2)
        parts = (f"&L&8{frame.foot_left}", f"&C&8{frame.foot_middle}", f"&R&8{frame.foot_right}")
        sheet.set_footer("".join(parts))

    def space(self) -> None:
        """Leave a row empty."""
        self.row += 1

    def across(self, text: str, style: Format) -> None:
        """Write a text over all columns, as high as it needs."""
        self.sheet.set_row(self.row, text_height(text, sum(self.widths)))
        self.sheet.merge_range(self.row, 0, self.row, len(self.widths) - 1, "", style)
        self._text(0, text, style)
        self.row += 1

    def fact(self, label: Text, value: str) -> None:
        """Write a label in the first column and its value over the others."""
        name = label.say(self.language)
        height = max(text_height(name, self.widths[0]), text_height(value, sum(self.widths[1:])))
        style = self.styles.cell("text")
        self.sheet.set_row(self.row, height)
        self._text(0, name, self.styles.named("label"))
        self.sheet.merge_range(self.row, 1, self.row, len(self.widths) - 1, "", style)
        self._text(1, value, style)
        self.row += 1

    def section(self, title: Text) -> None:
        """Write the title of a part of the page."""
        self._line(title.say(self.language), self.styles.named("section"), height=22)

    def block(self, block: Block, *, repeats_heading: bool = False) -> None:
        """Write a titled table with its totals and its note; a table without rows says that there is nothing.

        ``repeats_heading`` prints its headings again on every page that follows: for the last table of a sheet.
        """
        self.section(block.title)
        if block.rows:
            if repeats_heading:
                self.sheet.repeat_rows(self.row)
            self.headings(block.columns)
            first = self.row
            for row in block.rows:
                self.cells(block.columns, row)
            if block.has_total:
                self.total(block.columns, totals(block.columns, [list(map(_number, row)) for row in block.rows]), first)
        else:
            self._line(LABEL["none"].say(self.language), self.styles.named("note"))
        if block.note.zh and block.rows:
            self.across(block.note.say(self.language), self.styles.named("note"))
        self.space()

    def headings(self, columns: Sequence[Column]) -> None:
        """Write a row of headings."""
        style = self.styles.named("heading")
        titles = [lines(column.title, self.language).replace("（", "\n（").replace(" (", "\n(") for column in columns]
        self.sheet.set_row(self.row, max(text_height(t, w) for t, w in zip(titles, self.widths, strict=False)))
        for place, title in enumerate(titles):
            self._text(place, title, style)
        self.row += 1

    def cells(self, columns: Sequence[Column], row: Sequence[BlockCell]) -> None:
        """Write a row of cells, as high as its longest text needs: not every program finds that out by itself."""
        texts = [(place, self._said(cell)) for place, cell in enumerate(row) if isinstance(cell, Text | str)]
        self.sheet.set_row(
            self.row, max([LINE_HEIGHT + PADDING, *(text_height(text, self.widths[at]) for at, text in texts)])
        )
        for place, (column, cell) in enumerate(zip(columns, row, strict=True)):
            self._cell(place, column, cell)
        self.row += 1

    def total(self, columns: Sequence[Column], sums: Sequence[float | None], first: int, *, how: str = SUM) -> None:
        """Write the row of totals of the rows from ``first``: formulas with the sums as their stored values."""
        self.sheet.set_row(self.row, LINE_HEIGHT + PADDING)
        label = LABEL["total"].say(self.language)
        for place, (column, value) in enumerate(zip(columns, sums, strict=True)):
            style = self.styles.cell(column.form, name="total")
            if value is None:
                self._text(place, label if place == 0 else "", self.styles.named("total"))
                continue
            area = xl_range(first, place, self.row - 1, place)
            self.sheet.write_formula(self.row, place, f"={how.format(area)}", style, rounded(value))
        self.row += 1

    def _cell(self, place: int, column: Column, cell: BlockCell) -> None:
        cell = rounded(cell) if not isinstance(cell, Figure) else cell
        style = self.styles.cell(column.form)
        match cell:
            case None:
                self.sheet.write_blank(self.row, place, None, style)
            case Figure():
                style = self.styles.number(decimals(cell.decimals, cell.before))
                self.sheet.write_number(self.row, place, float(f"{cell.value:.12g}"), style)
            case Text() | str():
                self._text(place, self._said(cell), self._words(cell, style))
            case date():
                self.sheet.write_datetime(self.row, place, datetime(cell.year, cell.month, cell.day), style)  # noqa: DTZ001 - a day has no zone
            case _:
                self.sheet.write_number(self.row, place, cell, style)

    def _said(self, cell: Text | str) -> str:
        return lines(cell, self.language) if isinstance(cell, Text) else cell

    def _words(self, cell: Text | str, style: Format) -> Format:
        """Return the format of a text; a verdict stands out, also in a column of numbers."""
        return self.styles.named(VERDICTS[cell]) if isinstance(cell, Text) and cell in VERDICTS else style

    def _text(self, place: int, text: str, style: Format) -> None:
        """Write a text as text, whatever it looks like; what a cell cannot hold is cut and marked."""
        if not text:
            self.sheet.write_blank(self.row, place, None, style)
            return
        kept = text if len(text) <= LONGEST_TEXT else text[: LONGEST_TEXT - 1] + "…"
        self.sheet.write_string(self.row, place, kept, self.styles.quoted(style) if kept.startswith(RISKY) else style)

    def _line(self, text: str, style: Format, *, height: float = LINE_HEIGHT) -> None:
        self.sheet.set_row(self.row, height)
        self._text(0, text, style)
        self.row += 1


def text_height(text: str, width: float) -> float:
    """Return the height in points that a wrapped text needs in a column of so many characters."""
    rows = sum(max(1, math.ceil(text_width(line) / width)) for line in text.split("\n"))
    return LINE_HEIGHT * rows + PADDING


def text_width(text: str) -> float:
    """Return the width of a text in characters of a column, on the safe side for fonts that run wide."""
    wide = cell_len(text) - len(text)
    return WIDE * wide + NARROW * (len(text) - wide)


def fitted(column: Column, cells: Sequence[Cell], language: Language) -> float:
    """Return the width of a column: a number that does not fit is not shown, and a word of its heading would be cut."""
    places = 2 if column.form in {"tonnes", "money"} else 0
    is_number = column.form in {"tonnes", "money", "whole"}
    numbers = [len(f"{cell:,.{places}f}") for cell in cells if isinstance(cell, int | float) and is_number]
    words = [len(word) for word in lines(column.title, language).split() if word.isascii()]
    return max([column.width, *(NARROW * length + 1.0 for length in (*numbers, *words))])


def _number(cell: BlockCell) -> float | None:
    return cell if isinstance(cell, int | float) else None
