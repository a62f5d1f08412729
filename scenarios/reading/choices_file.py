"""A file of given choices: which packages, at which sources, from which year."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd

from model.cells import parse_numbers, parse_texts
from model.files.tables import read_tables
from model.problems import InputError, Problem
from model.rawtable import RawTable
from model.refusal import NOTHING
from model.suggest import did_you_mean
from model.text import Text
from scenarios.reading.bundle import Bundle
from scenarios.reading.requirements import Fix

COLUMNS = ("source_id", "measures", "start_year", "share")
NO_SOURCE = Text("源清单中没有这个源", "no source of this id")
NO_MEASURE = Text("措施目录中没有这项措施", "no measure of this id")
NO_YEAR = Text("不是规划年", "not a plan year")
NO_SHARE = Text("份额不成立", "a share that does not fit")
CHECK_ID = Text("请核对编号", "check the id")
BETWEEN_MEASURES = re.compile("[;；]")
ROW = "row"


@dataclass(frozen=True, slots=True)
class GivenChoices:
    """The rows that can be understood, and what is wrong with the others.

    ``table``: source_id, measures (tuple, empty for as is), start_year (of the first, 0 for as is), start_years (tuple,
    one for each measure), share; its index, named ``row``, is the row of the file.
    """

    table: pd.DataFrame
    problems: tuple[Problem, ...]
    notes: tuple[Text, ...] = ()


def read_choices(path: Path, bundle: Bundle) -> GivenChoices:
    """Read choices from a CSV, Parquet or xlsx file with the columns of `COLUMNS`, measures separated by ``;``.

    Where some measures start later than others the start year lists a year for each of them, likewise separated.
    Unknown sources and measures, years that are no plan years, and cells that are no numbers are problems of their
    rows; whether a package is on offer at its source is for `scenarios.compiling.choices` to say. Raises `InputError`
    when there is no table to read, or a column is missing.
    """
    file = read_tables(path)
    if file.problems:
        raise InputError(file.problems)
    if len(file.tables) != 1:
        what = Text("应只有一张表", "not exactly one table")
        raise InputError([Problem(str(path), what, "1", str(len(file.tables)))])
    raw = file.tables[0]
    problems = [*raw.problems, *_heading_problems(raw)]
    if problems:
        raise InputError(problems)
    return _choices(raw, bundle)


def _heading_problems(raw: RawTable) -> Iterator[Problem]:
    for name in COLUMNS:
        if raw.headings.count(name) != 1:
            what = Text("缺少列，或列重复", "a column that is missing, or there twice")
            yield raw.problem(what, row=1, column=name, expected=",".join(COLUMNS), advice=NOTHING)
    for name in raw.headings:
        if name not in COLUMNS:
            what = Text("未知列", "an unknown column")
            advice = did_you_mean(name, COLUMNS, Text("请删去", "leave it out"))
            yield raw.problem(what, row=1, column=name, expected=",".join(COLUMNS), found=name, advice=advice)


@dataclass(frozen=True, slots=True)
class _Row:
    """One row of the file: numbers as they were read, NaN where there is none, and as they were written.

    ``start_years`` has one for each measure, unless their number does not fit.
    """

    number: int
    source_id: str
    measures: tuple[str, ...]
    start_years: tuple[float, ...]
    share: float
    written_year: str
    written_share: str


def _choices(raw: RawTable, bundle: Bundle) -> GivenChoices:
    known = _Known(frozenset(bundle.inventory.sources()["source_id"]), tuple(bundle.catalogue.measures), _years(bundle))
    good: list[_Row] = []
    problems: list[Problem] = []
    for row in _rows(raw):
        found = list(known.problems(raw, row))
        problems += found
        good += [] if found else [row]
    table = pd.DataFrame(
        {
            "source_id": pd.Series([row.source_id for row in good], dtype=object),
            "measures": pd.Series([row.measures for row in good], dtype=object),
            "start_year": np.array([min(row.start_years, default=0) for row in good], dtype=np.int64),
            "start_years": pd.Series([tuple(int(year) for year in row.start_years) for row in good], dtype=object),
            "share": np.array([row.share if row.measures else 1.0 for row in good], dtype=np.float64),
        }
    )
    table.index = pd.Index([row.number for row in good], name=ROW)
    return GivenChoices(table, tuple(problems), raw.notes)


def _years(bundle: Bundle) -> tuple[int, ...]:
    """Plan years, and the years in which decided work started before them."""
    decided = {item.start_year for item in bundle.scenario.requirement if isinstance(item, Fix)}
    return tuple(sorted({*bundle.timeline.years, *(year for year in decided if year is not None)}))


def _start_years(written: str, year: float, count: int) -> tuple[float, ...]:
    """One year for each of ``count`` measures; as many as are written where that is neither one nor ``count``."""
    parts = BETWEEN_MEASURES.split(written)
    if len(parts) == 1:
        return (year,) * count
    return tuple(parse_numbers(pd.Series([part.strip() for part in parts], dtype="str")).values.tolist())


def _rows(raw: RawTable) -> Iterator[_Row]:
    cells = {name: raw.cells[raw.headings.index(name)] for name in COLUMNS}
    texts = [parse_texts(cells[name]).values for name in COLUMNS]
    years, shares = (parse_numbers(cells[name]).values for name in ("start_year", "share"))
    for place, number in enumerate(raw.rows):
        source_id, measures, written_year, written_share = (column.iloc[place] for column in texts)
        named = (part.strip() for part in BETWEEN_MEASURES.split(measures))
        ids = tuple(dict.fromkeys(part for part in named if part))
        yield _Row(
            number=int(number),
            source_id=source_id,
            measures=ids,
            start_years=_start_years(written_year, float(years.iloc[place]), len(ids)),
            share=float(shares.iloc[place]),
            written_year=written_year,
            written_share=written_share,
        )


@dataclass(frozen=True, slots=True)
class _Known:
    """What a row may name."""

    sources: frozenset[str]
    measures: Sequence[str]
    years: Sequence[int]

    def problems(self, raw: RawTable, row: _Row) -> Iterator[Problem]:
        """Yield what is wrong with a row by itself; year and share of a source left as it is do not matter."""
        place = partial(raw.problem, row=row.number)
        if row.source_id not in self.sources:
            expected = "a source_id of the inventory"
            yield place(NO_SOURCE, column="source_id", expected=expected, found=row.source_id, advice=CHECK_ID)
        for measure in row.measures:
            if measure not in self.measures:
                advice = did_you_mean(measure, self.measures, CHECK_ID)
                yield place(NO_MEASURE, column="measures", expected="a measure id", found=measure, advice=advice)
        if len(row.start_years) != len(row.measures) or not set(row.start_years) <= set(self.years):
            expected = f"one of {list(self.years)}"
            yield place(NO_YEAR, column="start_year", expected=expected, found=row.written_year, advice=NOTHING)
        if row.measures and not 0 < row.share <= 1:
            yield place(
                NO_SHARE, column="share", expected="above 0, at most 1", found=row.written_share, advice=NOTHING
            )
