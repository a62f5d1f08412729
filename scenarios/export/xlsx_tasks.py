"""The workbook a bureau hands out: summary, task list, a list per district, costs, emissions, sources."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from xlsxwriter import Workbook

from model.text import Language, Text
from scenarios.answering.result import Json, Result
from scenarios.answering.task_table import split_by
from scenarios.export import blocks
from scenarios.export.blocks import Block
from scenarios.export.sheet_names import SheetNames
from scenarios.export.table import Cell, task_columns, task_rows, totals
from scenarios.export.xlsx_sheet import SUBTOTAL, Frame, Page, fitted
from scenarios.export.xlsx_styles import Styles
from scenarios.wording.facts import digest, facts
from scenarios.wording.shown import as_text, called, lines, names_of, words
from scenarios.wording.words import LABEL

CREATED = datetime(2020, 1, 1)  # noqa: DTZ001 - a time stamp of xlsx has no zone
SHEET_ROWS = 1_048_576
"""Rows a sheet can hold."""

ROOM = 8
"""Rows of a task sheet that hold no task: title, banner, heading, totals, and some to spare."""

MOST_DISTRICT_SHEETS = 60
MOST_TASKS_TWICE = 20_000
MOST_TASKS_ONCE = 200_000
FROZEN_COLUMNS = 3
FOOT_CHARACTERS = 60
"""Of 255 that a page foot can hold in all."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What a workbook can hold: rows of a sheet, sheets for districts, tasks that are listed twice and at all."""

    sheet_rows: int = SHEET_ROWS
    district_sheets: int = MOST_DISTRICT_SHEETS
    tasks_twice: int = MOST_TASKS_TWICE
    tasks_once: int = MOST_TASKS_ONCE


LIMITS = Limits()


def tasks_xlsx(result: Result, language: Language, limits: Limits = LIMITS) -> bytes:
    """Return the workbook of an answer; the same answer gives the same bytes.

    More tasks than a sheet holds go on in further sheets; with too many districts or tasks the lists by district are
    left out, with very many tasks all lists; the summary says so. No text is ever written as a formula, a number or a
    link.
    """
    stream = io.BytesIO()
    plain = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with Workbook(stream, {"constant_memory": True, **plain}) as book:
        book.set_properties({"title": words(result.title, language), "author": "Jianpai", "created": CREATED})
        book.set_size(2400, 1400)
        writer = _Writer(book, result, language, limits)
        writer.summary()
        writer.task_lists()
        costs = blocks.costs(result)
        most = max((len(block.columns) for block in costs), default=1)
        writer.pages("costs", costs, (30, *([24] * (most - 1))))
        writer.pages("emissions", blocks.emissions(result), (9, 12, 26, 20, 20, 20, 20, 16))
        writer.pages("basis", [*blocks.assumptions(result), *blocks.sources(result)], (30, 74, 20, 20, 50))
    return stream.getvalue()


class _Writer:
    """The sheets of one workbook, in their order."""

    def __init__(self, book: Workbook, result: Result, language: Language, limits: Limits) -> None:
        self.book, self.result, self.language, self.limits = book, result, language, limits
        self.styles = Styles(book, language)
        self.names = SheetNames()
        self.frame = _frame(result, language)
        self.columns = task_columns(result)
        self.has_list = len(result.tasks) <= limits.tasks_once
        self.parts = _parts(result.tasks, limits.sheet_rows - ROOM) if self.has_list else []
        self.districts = split_by(result.tasks, "district")
        self.has_district_sheets = self.has_list and (
            len(self.districts) <= limits.district_sheets and len(result.tasks) <= limits.tasks_twice
        )

    def summary(self) -> None:
        """Write the first page: what was asked, found and proven."""
        requirements = blocks.requirements(self.result)
        page = self._page("summary", [column.width for column in requirements.columns])
        page.space()
        for label, value in facts(self.result, self.language):
            page.fact(label, value)
        page.fact(LABEL["digest"], digest(self.result))
        page.space()
        page.block(blocks.reductions(self.result))
        self._notes(page)
        page.block(requirements, repeats_heading=True)

    def _notes(self, page: Page) -> None:
        notes = [*map(as_text, self.result.notes), *self._left_out()]
        if notes:
            page.section(LABEL["notes"])
            for note in notes:
                page.across(lines(note, self.language), self.styles.named("remark"))
            page.space()

    def task_lists(self) -> None:
        """Write all tasks, then those of each district."""
        for number, part in enumerate(self.parts):
            name = LABEL["tasks"]
            more = Text(f"（{LABEL['continued'].zh}{number}）", f" ({LABEL['continued'].en} {number})")
            self._tasks(Text(name.zh + more.zh, name.en + more.en) if number else name, part)
        if self.has_district_sheets:
            names = names_of(self.result)
            for district, tasks in self.districts.items():
                for part in _parts(tasks, self.limits.sheet_rows - ROOM):
                    self._tasks(called(district, names), part)

    def pages(self, label: str, parts: Sequence[Block], widths: Sequence[float]) -> None:
        """Write a page of tables."""
        page = self._page(label, widths)
        page.space()
        for part in parts:
            page.block(part)

    def _page(self, label: str, widths: Sequence[float]) -> Page:
        name = LABEL["basis_sheet" if label == "basis" else label].say(self.language)
        page = Page(self.book.add_worksheet(self.names.take(name)), self.styles, self.language, widths)
        page.head(self.frame, LABEL[label].say(self.language))
        return page

    def _tasks(self, name: Text, tasks: Sequence[Json]) -> None:
        title = name.say(self.language)
        columns = [column.column for column in self.columns]
        rows = task_rows(self.columns, tasks)
        sums = totals(columns, rows)
        shown: list[Sequence[Cell]] = [*rows, sums]
        widths = [fitted(column, [row[place] for row in shown], self.language) for place, column in enumerate(columns)]
        page = Page(self.book.add_worksheet(self.names.take(title)), self.styles, self.language, widths)
        page.head(self.frame, title)
        heading = page.row
        page.headings(columns)
        page.sheet.freeze_panes(page.row, FROZEN_COLUMNS)
        page.sheet.repeat_rows(heading)
        if not tasks:
            page.across(LABEL["no_tasks"].say(self.language), self.styles.named("note"))
            return
        for row in rows:
            page.cells(columns, row)
        page.sheet.autofilter(heading, 0, page.row - 1, len(columns) - 1)
        page.total(columns, sums, heading + 1, how=SUBTOTAL)

    def _left_out(self) -> list[Text]:
        split = [LABEL["list_split"]] if len(self.parts) > 1 else []
        if not self.has_list:
            return [LABEL["no_list"]]
        return split if self.has_district_sheets else [*split, LABEL["no_district_sheets"]]


def _frame(result: Result, language: Language) -> Frame:
    title = words(result.title, language)
    banner = words(result.illustrative, language) if result.illustrative else ""
    mark = LABEL["illustrative"].say(language) if result.illustrative else ""
    foot = f"{title[:FOOT_CHARACTERS]}  {mark}".strip()
    return Frame(
        title=title,
        banner=banner,
        foot_left=_foot(foot),
        foot_middle=LABEL["page"].say(language),
        foot_right=_foot(f"{result.scenario[:FOOT_CHARACTERS]}  {digest(result)[:12]}"),
    )


def _foot(text: str) -> str:
    """Return a text as a page foot shows it: an ampersand begins a code there unless it is doubled."""
    return text.replace("&", "&&")


def _parts(tasks: Sequence[Json], size: int) -> list[Sequence[Json]]:
    """Return the tasks in parts of at most ``size``; one empty part when there are none."""
    return [tasks[first : first + size] for first in range(0, max(len(tasks), 1), size)]
