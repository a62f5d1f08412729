"""The data dictionary of a sector as a schema that a whole table is held against at once."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pandas as pd
import pandera.pandas as pa
from numpy.typing import NDArray
from pandera.errors import SchemaErrors

from model.sector import Column

type Rows = NDArray[np.int64]


def failing_rows(table: pd.DataFrame, columns: Sequence[Column], *, is_complete: bool) -> dict[str, Rows]:
    """Return, by column name, the positions of rows that break bounds or choices; ``table`` has a default index.

    In a complete table a gap or an infinite number is a failure as well, except in a column whose default is NaN.
    Columns that ``table`` lacks are passed over.
    """
    present = [column for column in columns if column.name in table]
    schema = pa.DataFrameSchema({column.name: _rules(column, is_complete=is_complete) for column in present})
    try:
        schema.validate(table, lazy=True)
    except SchemaErrors as errors:
        cases = errors.failure_cases
        return {str(name): np.unique(rows.to_numpy(dtype=np.int64)) for name, rows in cases.groupby("column")["index"]}
    return {}


def _rules(column: Column, *, is_complete: bool) -> pa.Column:
    if column.kind != "number":
        allowed = column.choices if column.kind == "choice" and is_complete else None
        return pa.Column(None, [pa.Check.isin(list(allowed))] if allowed else [])
    rules = [pa.Check.lt(math.inf), pa.Check.gt(-math.inf)] if is_complete else []
    rules += [pa.Check.ge(column.minimum)] if column.minimum is not None else []
    rules += [pa.Check.gt(column.above)] if column.above is not None else []
    rules += [pa.Check.le(column.maximum)] if column.maximum is not None else []
    may_be_empty = isinstance(column.default, float) and math.isnan(column.default)
    return pa.Column(float, rules, nullable=may_be_empty or not is_complete)
