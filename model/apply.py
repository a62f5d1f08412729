"""What a measure does to the state of the sources it sits on."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from model.measures import Change, Measure, Operation
from model.sector import Better, FloatArray, Sector, State

type BoolArray = NDArray[np.bool_]
type Rows = NDArray[np.intp]


def numeric_state(table: pd.DataFrame, sector: Sector) -> dict[str, FloatArray]:
    """Return the number columns of a completed table, each float64 of shape (row,)."""
    names = [column.name for column in sector.columns if column.kind == "number"]
    return {name: table[name].to_numpy(dtype=np.float64) for name in names}


def take(state: State, rows: Rows) -> dict[str, FloatArray]:
    """Return the state of some rows."""
    return {name: values[rows] for name, values in state.items()}


def changed_columns(measure: Measure, state: State, sector: Sector) -> dict[str, FloatArray]:
    """Return the columns a measure touches as they are with it, each of shape (row,); several changes act in turn."""
    columns: dict[str, FloatArray] = {}
    for change in measure.changes:
        values = columns.get(change.column, state[change.column])
        columns[change.column] = _changed(values, change, sector.column(change.column).better)
    return columns


def alters(columns: Mapping[str, FloatArray], state: State) -> BoolArray:
    """Return, shape (row,), where at least one of the changed columns differs from the state."""
    size = len(next(iter(state.values())))
    altered: BoolArray = np.zeros(size, dtype=np.bool_)
    for name, values in columns.items():
        altered |= values != state[name]
    return altered


def _changed(values: FloatArray, change: Change, better: Better | None) -> FloatArray:
    """One column after one change; ``set`` never makes worse what is already better."""
    amount = change.amount.value
    match change.operation, better:
        case Operation.SCALE, _:
            return values * amount
        case (Operation.CAP, _) | (Operation.SET, "lower"):
            return np.minimum(values, amount)
        case (Operation.FLOOR, _) | (Operation.SET, "higher"):
            return np.maximum(values, amount)
        case _:
            return np.full(len(values), amount)
