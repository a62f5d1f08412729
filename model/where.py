"""Which rows of a table a condition covers."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from model.measures import Condition, Where

type BoolArray = NDArray[np.bool_]


def matches(table: pd.DataFrame, where: Where) -> BoolArray:
    """Return, shape (row,), which rows meet every condition of ``where``; an empty ``where`` covers all.

    Values are compared exactly, text with text and numbers with numbers; a missing number (NaN) is in no range.

    Raises
    ------
    ValueError
        When the table lacks a column, or a text column is compared with a number or the other way round.

    """
    covered: BoolArray = np.ones(len(table), dtype=np.bool_)
    for name, condition in where.items():
        if name not in table.columns:
            raise ValueError(f"where: expected a column of the table; found {name!r}, not in {sorted(table.columns)}")
        covered &= _meets(table[name], condition)
    return covered


def _meets(column: pd.Series, condition: Condition) -> BoolArray:
    """Which values of one column meet a condition, shape (row,)."""
    is_number = pd.api.types.is_numeric_dtype(column)
    met: BoolArray = np.ones(len(column), dtype=np.bool_)
    members = condition.values
    if members is not None:
        _check_kind(column.name, members, is_number=is_number)
        met &= column.isin(list(members)).to_numpy(dtype=np.bool_)
    if _is_range(condition):
        if not is_number:
            raise ValueError(f"where: expected numbers in {column.name!r} for a range; found text")
        met &= _in_range(column.to_numpy(dtype=np.float64), condition)
    return met


def _is_range(condition: Condition) -> bool:
    bounds = (condition.minimum, condition.maximum, condition.above, condition.below)
    return any(bound is not None for bound in bounds)


def _in_range(values: NDArray[np.float64], condition: Condition) -> BoolArray:
    """Which numbers lie within all stated bounds; NaN compares false and so lies in none."""
    inside: BoolArray = np.ones(len(values), dtype=np.bool_)
    if condition.minimum is not None:
        inside &= values >= condition.minimum
    if condition.maximum is not None:
        inside &= values <= condition.maximum
    if condition.above is not None:
        inside &= values > condition.above
    if condition.below is not None:
        inside &= values < condition.below
    return inside


def _check_kind(name: object, values: tuple[str | float, ...], *, is_number: bool) -> None:
    """Refuse text sought in a column of numbers and numbers sought in a column of text: they could never match."""
    wrong = [value for value in values if isinstance(value, str) == is_number]
    if wrong:
        kind = "numbers" if is_number else "text"
        raise ValueError(f"where: expected {kind} for {name!r}; found {wrong}")
