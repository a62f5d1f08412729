"""From a raw table to a sector's completed table, or to every problem in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from model.cells import Cells, parse, parse_numbers, parse_texts
from model.complete import complete, empty_cells
from model.explain import Reason, not_computable, out_of_bounds, wrong_cell
from model.headings import lay_out
from model.numbers import Factors
from model.placed import BoolArray, PlacedTable
from model.problems import Problem
from model.rawtable import RawTable, listed
from model.schema import failing_rows
from model.sector import Column, Sector
from model.suggest import did_you_mean
from model.text import Text

EXAMPLE_PREFIX = "示例-"
"""A row whose source id begins so is the template's example."""

LABELS = ("source_id", "name", "district")
TOTALS = ("合计", "总计", "小计", "共计", "Total", "TOTAL", "total", "Sum", "SUM")
TOTALS_ROW = Reason(
    Text("这一行没有源编号，像是合计行", "the row has no source id and looks like a totals row"),
    Text("请删去该行，或补上源编号、名称、区县", "delete it, or give it an id, a name and a district"),
)
MISSING = Reason(Text("必填格为空", "a required cell is empty"), Text("请填写", "fill it in"))
NOT_A_YEAR = Reason(
    Text("不是年份", "not a year"), Text("请填整数年份，如2019", "write a whole year such as 2019"), "a whole year"
)
CROSS_CHECK = Text("请核对本行数值", "check the values of this row")
DISTRICTS_LISTED = 20


@dataclass(frozen=True, slots=True)
class Checked:
    """A table that was checked.

    ``placed`` is without example and totals rows, ``ids`` are its source ids ("" where missing), ``table`` is the
    completed table, None when there are problems. All three have one row for each source, in the author's order, as
    have the cells that defaults ``filled``, by number column.
    """

    placed: PlacedTable
    ids: Cells
    table: pd.DataFrame | None
    problems: tuple[Problem, ...]
    notes: tuple[Text, ...]
    filled: Mapping[str, BoolArray]


def check_table(raw: RawTable, sector: Sector, factors: Factors, *, districts: Sequence[str] | None) -> Checked:
    """Check headings, then cells by kind, then bounds; complete the table when nothing is wrong, and check that.

    ``districts`` are the names allowed; None allows any name.
    """
    layout = lay_out(raw, sector.columns)
    placed, notes = _without_examples(PlacedTable(raw, layout))
    totals = _totals(placed)
    problems = [*raw.problems, *layout.problems, *placed.problems("source_id", totals, lambda _: TOTALS_ROW)]
    placed = placed.where(~totals)
    given, wrong, text_notes = _given(placed, sector.columns)
    problems += wrong + _bounds_problems(placed, given, sector.columns) + _district_problems(placed, given, districts)
    table = None
    if not problems and len(placed):
        table = complete(given, sector.columns, factors)
        problems += _completed_problems(placed, table, sector) or _cross_problems(placed, table, sector)
    table = None if table is None or problems else pd.concat([table, _extras(placed)], axis=1)
    ids = given["source_id"] if "source_id" in given else pd.Series("", index=given.index, dtype="str")
    found_notes = (*raw.notes, *notes, *text_notes)
    return Checked(placed, ids, table, tuple(problems), found_notes, empty_cells(given, sector.columns))


def _without_examples(placed: PlacedTable) -> tuple[PlacedTable, list[Text]]:
    if "source_id" not in placed:
        return placed, []
    ids = parse_texts(placed.cells("source_id")).values
    examples = ids.str.startswith(EXAMPLE_PREFIX).to_numpy(dtype=bool)
    if not examples.any():
        return placed, []
    rows = placed.row_numbers(examples)
    return placed.where(~examples), [Text(f"已跳过示例行：第{rows}行", f"example rows left out: row {rows}")]


def _totals(placed: PlacedTable) -> BoolArray:
    """Mark rows that sum up others: a word such as 合计 for a label, or numbers with neither id, name nor district."""
    if "source_id" not in placed:
        return np.zeros(len(placed), dtype=bool)
    labels = pd.DataFrame({name: parse_texts(placed.cells(name)).values for name in LABELS if name in placed})
    return ((labels == "").all(axis=1) | labels.isin(TOTALS).any(axis=1)).to_numpy(dtype=bool)


def _given(placed: PlacedTable, columns: Sequence[Column]) -> tuple[pd.DataFrame, list[Problem], list[Text]]:
    """Return the typed table of what the author stated, what is wrong with its cells, and the notes."""
    given: dict[str, Cells] = {}
    problems: list[Problem] = []
    notes: list[Text] = []
    for column in columns:
        if column.name in placed:
            parsed = parse(placed.cells(column.name), column)
            given[column.name] = parsed.values
            problems += _unreadable(placed, column, parsed.bad)
            if column.default is None:
                empty = (parsed.values.isna() | (parsed.values == "")).to_numpy(dtype=bool)
                problems += placed.problems(column.name, empty & ~parsed.bad, lambda _: MISSING)
            notes += [_text_note(placed.heading(column.name), parsed.was_text)] if parsed.was_text else []
    return pd.DataFrame(given, index=pd.RangeIndex(len(placed)), copy=False), problems, notes


def _unreadable(placed: PlacedTable, column: Column, bad: BoolArray) -> list[Problem]:
    cells = placed.cells(column.name)
    return placed.problems(column.name, bad, lambda row: wrong_cell(cells.iloc[row], column))


def _text_note(written: str, count: int) -> Text:
    return Text(
        f"列「{written}」有{count}个数字存为文本，已按数字读取",
        f'column "{written}": {count} numbers stored as text were read as numbers',
    )


def _bounds_problems(placed: PlacedTable, given: pd.DataFrame, columns: Sequence[Column]) -> list[Problem]:
    failing = failing_rows(given, columns, is_complete=False)
    problems = [
        problem
        for column in columns
        if column.name in failing
        for problem in _outside(placed, given[column.name], column, _mask(failing[column.name], len(given)))
    ]
    years = [column.name for column in columns if column.unit == "year" and column.name in given]
    return problems + [problem for name in years for problem in _parts_of_years(placed, given[name])]


def _parts_of_years(placed: PlacedTable, values: Cells) -> list[Problem]:
    is_part = (values.notna() & (values % 1 != 0)).to_numpy(dtype=bool)
    return placed.problems(str(values.name), is_part, lambda _: NOT_A_YEAR)


def _outside(placed: PlacedTable, values: Cells, column: Column, wrong: BoolArray) -> list[Problem]:
    return placed.problems(column.name, wrong, lambda row: out_of_bounds(float(values.iloc[row]), column))


def _mask(rows: np.ndarray, size: int) -> BoolArray:
    mask = np.zeros(size, dtype=bool)
    mask[rows] = True
    return mask


def _district_problems(placed: PlacedTable, given: pd.DataFrame, districts: Sequence[str] | None) -> list[Problem]:
    if districts is None or "district" not in given:
        return []
    names = given["district"]
    unknown = (~names.isin([*districts, ""])).to_numpy(dtype=bool)
    expected = " | ".join(districts[:DISTRICTS_LISTED])
    what = Text("情景中没有这个区县", "the scenario has no such district")
    otherwise = Text("请改为情景所列区县，或在情景中补上", "write a district of the scenario, or add this one to it")
    return placed.problems(
        "district", unknown, lambda row: Reason(what, did_you_mean(names.iloc[row], districts, otherwise), expected)
    )


def _completed_problems(placed: PlacedTable, table: pd.DataFrame, sector: Sector) -> list[Problem]:
    """Defaults and derived columns are held against the same data dictionary as what the author stated."""
    failing = failing_rows(table, sector.columns, is_complete=True)
    return [
        problem
        for column in sector.columns
        if column.name in failing
        for problem in _not_computable(placed, table[column.name], column, _mask(failing[column.name], len(table)))
    ]


def _not_computable(placed: PlacedTable, values: Cells, column: Column, wrong: BoolArray) -> list[Problem]:
    return placed.problems(column.name, wrong, lambda row: not_computable(values.iloc[row], column))


def _cross_problems(placed: PlacedTable, table: pd.DataFrame, sector: Sector) -> list[Problem]:
    """Return what the sector finds between columns, the first 50 of each column in full."""
    if sector.cross_checks is None:
        return []
    found: dict[str, list[Problem]] = {}
    for row, name, what in sector.cross_checks(table):
        found.setdefault(name, []).append(placed.problem(name, row, Reason(what, CROSS_CHECK)))
    return [problem for problems in found.values() for problem in listed(problems, len(problems))]


def _extras(placed: PlacedTable) -> pd.DataFrame:
    """Return the author's own columns: numbers with NaN in empty cells when every cell is a number, text otherwise."""
    extras = {}
    for name, position in placed.layout.extras.items():
        cells = placed.raw.cells[position]
        numbers = parse_numbers(cells)
        texts = cells.where(cells.notna(), "").astype("str").str.strip()
        extras[name] = texts if numbers.bad.any() else numbers.values
    return pd.DataFrame(extras, index=pd.RangeIndex(len(placed)))
