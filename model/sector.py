"""What a sector states: its columns, its one emission formula, its slots."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from model.numbers import Factors
from model.text import Text

type FloatArray = NDArray[np.float64]
type State = Mapping[str, FloatArray]
type Flows = dict[str, FloatArray]
type Formula = Callable[[State, Factors], Flows]
type Default = Callable[[pd.DataFrame, Factors], FloatArray | pd.Series]

Better = Literal["higher", "lower"]


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a sector's inventory table.

    ``default`` is None (the author must fill it), a constant, or a function of the table completed so far (columns are
    completed in the order they are listed) that returns one value per row; it fills only the cells left empty.
    ``choices`` maps each allowed text to its label. ``better`` says in which direction equipment improves: a measure's
    ``set`` never moves such a column the other way. ``activity`` columns grow with the sector's activity.
    ``derived`` columns are computed, never read. Fractions have unit ``""`` and bounds 0 to 1.
    """

    name: str
    title: Text
    unit: str = ""
    kind: Literal["number", "text", "choice"] = "number"
    default: float | str | Default | None = None
    minimum: float | None = None
    maximum: float | None = None
    above: float | None = None
    choices: Mapping[str, Text] | None = None
    better: Better | None = None
    activity: bool = False
    derived: bool = False
    help: Text = Text("", "")
    example: float | str = ""


@dataclass(frozen=True, slots=True)
class Sector:
    """A kind of source.

    ``formula`` maps the numeric state columns, each of shape (row,), to flows, each of shape (row,): pollutants and
    activities named with their unit (``nox_t_per_year``, ``coal_t_per_year``), and levels (``nox_mg_per_m3``,
    ``tp_mg_per_l``). Every flow is homogeneous of degree one in the activity columns, every level of degree zero.
    ``services`` are the flows that somebody relies on (heat, output): a measure that lowers one pays for it.
    ``slots`` are listed in physical order; an empty tuple admits any slot name.
    """

    id: str
    title: Text
    columns: tuple[Column, ...]
    slots: tuple[str, ...]
    formula: Formula
    services: tuple[str, ...] = ()
    cross_checks: Callable[[pd.DataFrame], list[tuple[int, str, Text]]] | None = None

    def column(self, name: str) -> Column:
        """Return one column; KeyError when the sector has none of that name."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)
