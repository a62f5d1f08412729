"""The data dictionary of a sector, which a whole table is held against at once."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from model.cells import BoolArray, Cells
from model.sector import Column

type Rows = NDArray[np.int64]


def failing_rows(table: pd.DataFrame, columns: Sequence[Column], *, is_complete: bool) -> dict[str, Rows]:
    """Return, by column name, the positions of rows that break bounds or choices.

    In a complete table a gap or an infinite number is a failure as well, except in a column whose default is NaN.
    Columns that ``table`` lacks are passed over.
    """
    found: dict[str, Rows] = {}
    for column in columns:
        if column.name in table:
            fails = _wrong_number if column.kind == "number" else _wrong_text
            wrong = fails(table[column.name], column, is_complete=is_complete)
            if wrong.any():
                found[column.name] = np.flatnonzero(wrong)
    return found


def _wrong_number(cells: Cells, column: Column, *, is_complete: bool) -> BoolArray:
    """Mark numbers out of bounds, (row,); a comparison with NaN never holds."""
    values = cells.to_numpy(dtype=np.float64)
    may_be_empty = isinstance(column.default, float) and math.isnan(column.default)
    wrong = np.zeros(len(values), dtype=bool)
    if is_complete:
        wrong |= np.isinf(values) if may_be_empty else ~np.isfinite(values)
    for limit, breaks in (
        (column.minimum, np.less),
        (column.above, np.less_equal),
        (column.maximum, np.greater),
    ):
        if limit is not None:
            wrong |= breaks(values, limit)
    return wrong


def _wrong_text(cells: Cells, column: Column, *, is_complete: bool) -> BoolArray:
    """Mark gaps, and in a complete table texts that are none of the choices, (row,)."""
    is_gap = cells.isna().to_numpy(dtype=bool)
    if is_complete and column.kind == "choice" and column.choices:
        return is_gap | ~cells.isin(list(column.choices)).to_numpy(dtype=bool)
    return is_gap
