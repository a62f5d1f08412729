"""Filling what an author left empty, and computing what no author states."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

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
            table = pd.DataFrame(done, index=given.index, copy=False)
            values = values.mask(empty, _default(table, column, factors))
        done[column.name] = values
    return pd.DataFrame(done, index=given.index, copy=False)


def _stated(given: pd.DataFrame, column: Column) -> pd.Series:
    if column.name in given and not column.derived:
        return given[column.name]
    if column.kind == "number":
        return pd.Series(np.nan, index=given.index)
    return pd.Series("", index=given.index, dtype="str")


def _default(table: pd.DataFrame, column: Column, factors: Factors) -> pd.Series:
    default = column.default
    dtype = "float64" if column.kind == "number" else "str"
    with np.errstate(all="ignore"):
        values = default(table, factors) if callable(default) else default
    return pd.Series(values, index=table.index, dtype=dtype)
