"""A table as its author wrote it, before anything is understood."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from model.problems import Problem
from model.text import Text


@dataclass(frozen=True, slots=True)
class RawTable:
    """One sheet, CSV or Parquet file.

    ``cells`` has one column per heading, labelled 0, 1, ...; a CSV column is text, a workbook column holds Python
    objects with None for an empty cell, a Parquet column keeps its type. Rows without any content are left out;
    ``rows`` gives the row number a spreadsheet shows for each row kept, the headings standing in row 1.
    ``problems`` are what reading alone reveals: merged cells, formulas without a value, cells without a heading.
    A sheet without any cell has no headings.
    """

    file: str
    sheet: str
    headings: tuple[str, ...]
    cells: pd.DataFrame
    rows: NDArray[np.int64]
    problems: tuple[Problem, ...] = ()
    notes: tuple[Text, ...] = ()

    def problem(
        self, what: Text, *, row: int | None = None, column: str = "", expected: str = "", found: str = "", advice: Text
    ) -> Problem:
        """Return a problem placed in this table; ``row`` is a spreadsheet row number."""
        return Problem(self.file, what, expected, found, advice, self.sheet, row, column)


@dataclass(frozen=True, slots=True)
class RawFile:
    """The tables of one file, and what is wrong with the file as a whole."""

    tables: tuple[RawTable, ...] = ()
    problems: tuple[Problem, ...] = ()


MAX_LISTED = 50


def listed(problems: list[Problem], total: int) -> list[Problem]:
    """Return the first 50 of ``total`` problems of one kind; a last one says how many more there are.

    ``problems`` may already be cut to 50; it is not empty when ``total`` is not zero.
    """
    if total <= MAX_LISTED:
        return problems
    last = problems[MAX_LISTED - 1]
    more = total - MAX_LISTED
    words = Text(f"另有 {more} 处同类问题未列出", f"{more} more problems of this kind are not listed")
    return [*problems[:MAX_LISTED], Problem(last.file, words, sheet=last.sheet, column=last.column)]
