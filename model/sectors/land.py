"""What the sectors of water and land share: pollutants, column builders, checks."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from model.pollutants import POLLUTANTS
from model.sector import Better, Column, Default
from model.text import Text

DAYS_PER_YEAR = 365.0
TONNES_PER_GRAM = 1e-6
TONNES_PER_KG = 1e-3
M3_PER_HA_MM = 10.0
"""One millimetre on one hectare, by definition."""

WATER = {name: (POLLUTANTS[name].title.zh, POLLUTANTS[name].symbol) for name in ("tp", "cod", "nh3n", "tn")}
"""What the sectors of water and land emit, with its names in Chinese and English."""

NO_NOTE = Text("", "")
YES_OR_NO = Text("1为是，0为否", "1 yes, 0 no")
NOT_A_FLAG = Text("应为1或0", "expected 1 or 0")

type Found = list[tuple[int, str, Text]]


def amount(
    name: str,
    words: tuple[str, str],
    unit: str,
    *,
    default: float | Default | None = None,
    example: float | str = "",
    activity: bool = False,
    note: Text = NO_NOTE,
) -> Column:
    """Return a number from 0 up; ``words`` are its title in Chinese and English."""
    title = Text(*words)
    return Column(name, title, unit, default=default, minimum=0, activity=activity, example=example, help=note)


def share(
    name: str,
    words: tuple[str, str],
    *,
    default: float | Default | None = None,
    example: float | str = "",
    better: Better | None = None,
    note: Text = NO_NOTE,
) -> Column:
    """Return a fraction of 0 to 1 that the author states."""
    title = Text(*words)
    return Column(name, title, default=default, minimum=0, maximum=1, better=better, example=example, help=note)


def flag(name: str, words: tuple[str, str], *, default: float = 0.0, note: Text = YES_OR_NO) -> Column:
    """Return a yes-or-no column."""
    return Column(name, Text(*words), default=default, minimum=0, maximum=1, help=note)


def effect(name: str, words: tuple[str, str], *, lowest: float = 0.0) -> Column:
    """Return the derived fraction that a measure raises; nothing stands there in the base year.

    Loads are stated as they are, with present equipment, so that only what is new stands in such a column.
    """
    return Column(name, Text(*words), default=0.0, minimum=lowest, maximum=1, better="higher", derived=True)


def removals(place: str, words: tuple[str, str], *, lowest: float = 0.0) -> tuple[Column, ...]:
    """Return what a measure removes of each water pollutant in one place."""
    return tuple(
        effect(f"{place}_{key}_removal_fraction", (f"{words[0]}{zh}去除率", f"{en} removal, {words[1]}"), lowest=lowest)
        for key, (zh, en) in WATER.items()
    )


def lacking(table: pd.DataFrame, needs: Mapping[str, tuple[str, ...]]) -> Found:
    """Return the cells that must be above 0 because another column is: row position, column, and what is wrong."""
    found: Found = []
    for cause, columns in needs.items():
        for column in columns:
            rows = np.flatnonzero((table[cause] > 0) & (table[column] == 0))
            what = Text(f"填写了{cause}时须大于0", f"must be above 0 where {cause} is")
            found += [(int(row), column, what) for row in rows]
    return found


def above(table: pd.DataFrame, pairs: Mapping[str, str], what: Text) -> Found:
    """Return the cells that stand above the one they are part of."""
    return [
        (int(row), part, what)
        for part, whole in pairs.items()
        for row in np.flatnonzero(table[part] > table[whole] * (1 + 1e-9))
    ]


def not_flags(table: pd.DataFrame, names: tuple[str, ...]) -> Found:
    """Return the yes-or-no cells that hold neither."""
    return [(int(row), name, NOT_A_FLAG) for name in names for row in np.flatnonzero(~table[name].isin((0.0, 1.0)))]
