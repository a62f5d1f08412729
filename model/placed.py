"""A raw table whose headings are understood: cells by column name, and problems at their place."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from model.cells import Cells
from model.explain import Reason, quote
from model.headings import Layout
from model.problems import Problem
from model.rawtable import MAX_LISTED, RawTable, listed

type BoolArray = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class PlacedTable:
    """A raw table and where its columns stand."""

    raw: RawTable
    layout: Layout

    def __contains__(self, name: str) -> bool:
        return name in self.layout.columns

    def __len__(self) -> int:
        return len(self.raw.cells)

    def cells(self, name: str) -> Cells:
        """Return the cells of a column as its author wrote them."""
        return self.raw.cells[self.layout.columns[name]]

    def heading(self, name: str) -> str:
        """Return a column's heading as its author wrote it, the column's name where there is none."""
        return self.raw.headings[self.layout.columns[name]] if name in self else name

    def where(self, kept: BoolArray) -> PlacedTable:
        """Return the table with the rows for which ``kept`` (row,) holds."""
        if kept.all():
            return self
        cells = self.raw.cells.loc[kept].reset_index(drop=True)
        return PlacedTable(replace(self.raw, cells=cells, rows=self.raw.rows[kept]), self.layout)

    def row_numbers(self, rows: BoolArray) -> str:
        """Return spreadsheet row numbers as words such as ``2, 5``."""
        return ", ".join(str(number) for number in self.raw.rows[rows][:MAX_LISTED])

    def problems(self, name: str, wrong: BoolArray, reason: Callable[[int], Reason]) -> list[Problem]:
        """Return a problem for each ``wrong`` (row,) cell of a column, the first 50 in full.

        ``reason`` is asked with the position of the row.
        """
        places = np.flatnonzero(wrong).tolist()
        return listed([self.problem(name, row, reason(row)) for row in places[:MAX_LISTED]], len(places))

    def problem(self, name: str, row: int, reason: Reason) -> Problem:
        """Return the problem of one cell."""
        cell = self.cells(name).iloc[row] if name in self else None
        return self.raw.problem(
            reason.what,
            row=int(self.raw.rows[row]),
            column=self.heading(name),
            expected=reason.expected,
            found=reason.found or quote(cell),
            advice=reason.advice,
        )
