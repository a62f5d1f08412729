"""The task list as CSV: UTF-8 with BOM, so that a spreadsheet shows Chinese at once."""

from __future__ import annotations

import csv
import io
from datetime import date

from model.text import Language, Text
from scenarios.export.table import Cell, task_columns, task_rows
from scenarios.result import Result

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
    writer.writerows([[_written(cell, language) for cell in row] for row in task_rows(columns, result.tasks)])
    return BOM + buffer.getvalue()


def _written(cell: Cell, language: Language) -> str | float | None:
    match cell:
        case Text():
            return _safe(cell.say(language))
        case str():
            return _safe(cell)
        case date():
            return cell.isoformat()
        case _:
            return cell


def _safe(text: str) -> str:
    return f"'{text}" if text.startswith(RISKY) else text
