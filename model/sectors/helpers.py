"""Small vector helpers that the sectors' formulas share, and the columns every sector has."""

from __future__ import annotations

from collections.abc import Mapping
from functools import reduce

import numpy as np
import pandas as pd

from model.numbers import Factors
from model.pollutants import Pollutant
from model.sector import Better, Column, Default, FloatArray
from model.text import Text

NO_LIMIT = 1e9
"""A limit that binds nowhere, in any unit of concentration."""

AIR_O2_FRACTION = 0.21
"""Oxygen in air, by volume."""

HOURS_OF_A_YEAR = 8784.0
"""Of the longest year: more operating hours than these are a mistake."""


def passes(*removals: FloatArray) -> FloatArray:
    """Return what passes removals in series, ``prod(1 - removal)``; every array has shape (row,), fractions 0 to 1.

    ACCOUNTING section 9: 25 %, 45 % and 60 % in series remove 83.5 %, not 130 %.

    >>> float(1 - passes(np.array([0.25]), np.array([0.45]), np.array([0.60]))[0])
    0.835
    """
    return reduce(np.multiply, (1.0 - removal for removal in removals))


def technical_floor(floor: FloatArray | float, as_is: FloatArray) -> FloatArray:
    """Return the level no measure goes below, ``min(floor, as_is)``: a source already below it is not worsened."""
    return np.minimum(floor, as_is)


def limited(level: FloatArray, limit: FloatArray, floor: FloatArray) -> FloatArray:
    """Return the level under a stated limit, ``max(min(level, limit), floor)``, each (row,), all in one unit.

    ``floor`` comes from `technical_floor`, so the result never exceeds a level as is that stands within its limit.
    """
    return np.maximum(np.minimum(level, limit), floor)


def stack_level(
    measured_mg_per_m3: FloatArray, o2_fraction: FloatArray, reference_o2_fraction: FloatArray | float
) -> FloatArray:
    """Return a concentration at reference oxygen, ``C (21 - O2_ref) / (21 - O2)`` with oxygen in percent by volume.

    ``o2_fraction`` (row,) is below 0.21, the oxygen of air; source: ACCOUNTING section 0, the rule of GB 13271.
    """
    return measured_mg_per_m3 * (AIR_O2_FRACTION - reference_o2_fraction) / (AIR_O2_FRACTION - o2_fraction)


def concentration(kg_per_unit: FloatArray, m3_per_unit: FloatArray | float) -> FloatArray:
    """Return mg/m3 from an emission factor [kg per unit] and the flue gas of one unit [m3 at reference oxygen].

    >>> float(concentration(np.array([2.94]), 12_000)[0])
    245.0
    """
    return kg_per_unit * 1e6 / m3_per_unit


def looked_up(names: pd.Series, values: Mapping[str, float]) -> FloatArray:
    """Return the value of each row's name, shape (row,), NaN where there is none; a value may be one number a row."""
    codes, known = pd.factorize(names)
    found = np.full(len(names), np.nan)
    for code, name in enumerate(known):
        if name in values:
            np.copyto(found, values[name], where=codes == code)
    return found


def constant(factor: str) -> Default:
    """Return the default that is one factor for every row."""

    def of_rows(table: pd.DataFrame, factors: Factors) -> FloatArray:
        return np.full(len(table), factors[factor])

    return of_rows


def derived(name: str, title: Text, default: float | Default, unit: str = "", better: Better | None = None) -> Column:
    """Return a column of at least 0 that no author states."""
    return Column(name, title, unit, default=default, minimum=0, better=better, derived=True)


def derived_share(name: str, title: Text, default: float | Default, better: Better | None = None) -> Column:
    """Return a fraction of 0 to 1 that no author states."""
    return Column(name, title, default=default, minimum=0, maximum=1, better=better, derived=True)


def stated_emission(pollutant: Pollutant, *, example: float | str = "") -> Column:
    """Return the column of a yearly emission [t/yr] that the author states."""
    title = Text(pollutant.title.zh, pollutant.symbol)
    return Column(pollutant.flow, title, "t/yr", default=0.0, minimum=0, better="lower", activity=True, example=example)


def common_columns() -> tuple[Column, ...]:
    """Return the columns every sector's table begins with."""
    return (
        Column("source_id", Text("源编号", "Source id"), kind="text", example="B001"),
        Column("name", Text("源名称", "Source name"), kind="text", example="示例企业1号"),
        Column("district", Text("区县", "District"), kind="text", example="吴兴"),
        Column("owner", Text("业主单位", "Owner"), kind="text", default=""),
        Column("lead_unit", Text("责任单位", "Lead unit"), kind="text", default=""),
        Column("support_units", Text("配合单位", "Supporting units"), kind="text", default=""),
        Column("lon", Text("经度", "Longitude"), "degree", default=np.nan, minimum=-180, maximum=180),
        Column("lat", Text("纬度", "Latitude"), "degree", default=np.nan, minimum=-90, maximum=90),
        Column(
            "start_year",
            Text("投产年份", "Start year"),
            "year",
            default=np.nan,
            minimum=1900,
            maximum=2200,
            help=Text("规划期内新投产的源才填写", "Only for a source that starts up during the plan"),
        ),
        Column(
            "value_added_cny_per_year",
            Text("增加值", "Value added"),
            "CNY/yr",
            default=0.0,
            minimum=0,
            activity=True,
            help=Text("填写后才提供关停类措施", "Closing the source is offered only where this is stated"),
        ),
    )
