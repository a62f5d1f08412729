"""The task list as CSV: UTF-8 with BOM, so that a spreadsheet shows Chinese at once."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import date

from model.text import Language, Text
from scenarios.export.table import Cell, TaskColumn, rounded_cells, task_columns
from scenarios.result import Json, Result

BOM = "\ufeff"
RISKY = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""First characters of a text that a spreadsheet may take for a formula, full-width forms among them."""


def tasks_csv(result: Result, language: Language) -> str:
    """Return the whole task list as CSV text, with a heading line and LF line ends.

    Text cells that a spreadsheet would take for a formula are prefixed with an apostrophe; numbers are never touched,
    and are written with up to 12 significant digits, as in ``result.json``. A cell without a value is empty.
    """
    columns = task_columns(result)
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow([column.column.title.say(language) for column in columns])
    writer.writerows(zip(*(_column(column, result.tasks, language) for column in columns), strict=True))
    return BOM + buffer.getvalue()


def _column(column: TaskColumn, tasks: Sequence[Json], language: Language) -> list[str | float | None]:
    """Return a column as it is written; texts that tasks share are made once."""
    cells = rounded_cells(column, tasks)
    if column.column.form in {"tonnes", "money", "whole", "year"}:
        return [_written(cell, language) for cell in cells]
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
