"""Filling what an author left empty, and computing what no author states."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from model.numbers import Factors
from model.sector import Column


def complete(given: pd.DataFrame, columns: Sequence[Column], factors: Factors) -> pd.DataFrame:
    """Return the table with every column, in the order listed: numbers float64, everything else text.

    ``given`` holds the columns the author stated, with NaN or "" in empty cells. A default fills only those; a derived
    column is computed for every row. A default function sees the columns completed before its own. What it computes
    where nothing is empty is thrown away, so numpy's complaints about those rows are not passed on; a gap or an
    infinite number that stays is for the check of the completed table to find.
    """
    done: dict[str, pd.Series] = {}
    for column in columns:
        values = _stated(given, column)
        empty = (values.isna() | (values == "")).to_numpy(dtype=bool)
        if empty.any() and column.default is not None:
            default = _default(done, given.index, column, factors)
            values = default if empty.all() else values.mask(empty, default)
        done[column.name] = values
    return pd.DataFrame(done, index=given.index, copy=False)


def empty_cells(given: pd.DataFrame, columns: Sequence[Column]) -> dict[str, NDArray[np.bool_]]:
    """Return, by number column with a default, which cells (row,) the author left empty, where any is.

    A column that is empty throughout takes no room: its rows are views of one value.
    """
    throughout = np.broadcast_to(np.bool_(True), len(given))  # noqa: FBT003 - a value, not an option
    found: dict[str, NDArray[np.bool_]] = {}
    for column in columns:
        if column.kind == "number" and column.default is not None and not column.derived:
            empty = given[column.name].isna().to_numpy(dtype=bool) if column.name in given else throughout
            found |= {column.name: throughout if empty.all() else empty} if empty.any() else {}
    return found


def _stated(given: pd.DataFrame, column: Column) -> pd.Series:
    if column.name in given and not column.derived:
        return given[column.name]
    if column.kind == "number":
        return pd.Series(np.nan, index=given.index)
    return pd.Series("", index=given.index, dtype="str")


def _default(done: dict[str, pd.Series], index: pd.Index, column: Column, factors: Factors) -> pd.Series:
    default = column.default
    dtype = "float64" if column.kind == "number" else "str"
    if not callable(default):
        return pd.Series(default, index=index, dtype=dtype)
    with np.errstate(all="ignore"):
        values = default(pd.DataFrame(done, index=index, copy=False), factors)
    return pd.Series(values, index=index, dtype=dtype)
