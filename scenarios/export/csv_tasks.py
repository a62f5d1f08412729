"""The task list as CSV: UTF-8 with BOM, so that a spreadsheet shows Chinese at once."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from model.text import Language, Text
from scenarios.answering.result import Json, Result
from scenarios.answering.task_table import AT_ONCE, as_numbers
from scenarios.export.table import Cell, TaskColumn, task_columns

BOM = "\ufeff"
RISKY = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""First characters of a text that a spreadsheet may take for a formula, full-width forms among them."""


def tasks_csv(result: Result, language: Language) -> str:
    """Return the whole task list as CSV text, with a heading line and LF line ends.

    Text cells that a spreadsheet would take for a formula are prefixed with an apostrophe; numbers are never touched,
    and are written with up to 12 significant digits, as in ``result.json``. A cell without a value is empty.
    """
    return "".join(csv_pieces(result, language))


def csv_pieces(result: Result, language: Language) -> Iterator[str]:
    """Yield the text of `tasks_csv` some tasks at a time."""
    columns = task_columns(result)
    yield BOM + _lines([[column.column.title.say(language) for column in columns]])
    for first in range(0, len(result.tasks), AT_ONCE):
        tasks = result.tasks[first : first + AT_ONCE]
        yield _lines(zip(*(_column(column, tasks, language) for column in columns), strict=True))


def _lines(rows: Iterable[Iterable[object]]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\n").writerows(rows)
    return buffer.getvalue()


def _column(column: TaskColumn, tasks: Sequence[Json], language: Language) -> list[str | float | None]:
    """Return a column as it is written; texts that tasks share are made once."""
    cells = column.cells(tasks)
    if column.column.form in {"tonnes", "money", "whole", "year"}:
        numbers = iter(as_numbers([cell for cell in cells if isinstance(cell, float)]))
        return [next(numbers) if isinstance(cell, float) else _written(cell, language) for cell in cells]
    made = {id(cell): _written(cell, language) for cell in {id(cell): cell for cell in cells}.values()}
    return [made[id(cell)] for cell in cells]


def _written(cell: Cell, language: Language) -> str | float | None:
    match cell:
        case Text():
            return safe_text(cell.say(language))
        case str():
            return safe_text(cell)
        case date():
            return cell.isoformat()
        case _:
            return cell


def safe_text(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(RISKY) else text
