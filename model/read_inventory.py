"""The inventory a scenario names: read, checked table by table, and put together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from model.checks import Checked, check_table
from model.explain import Reason
from model.files.tables import read_tables
from model.headings import CHOICES, READ_ME, USER_PREFIXES, sheet_names, sheet_title
from model.inventory import Inventory
from model.numbers import Factors
from model.placed import PlacedTable
from model.problems import InputError, Problem
from model.rawtable import MAX_LISTED, RawFile, RawTable, listed
from model.sector import Sector
from model.suggest import did_you_mean, plain
from model.text import Text

WORKBOOK = "workbook"
"""The key of a workbook whose sheets name their sectors."""

NO_SOURCES = Text("没有任何源", "there are no sources")
FILL_IN = Text("请在列标题下填写数据", "fill in rows below the headings")


@dataclass(frozen=True, slots=True)
class _Part:
    """A table and the sector it belongs to; ``is_optional`` for a sheet of a template that may stay unfilled."""

    sector: Sector
    raw: RawTable
    is_optional: bool


def load_inventory(
    sources: Mapping[str, Path],
    factors: Factors,
    *,
    sectors: Mapping[str, Sector],
    districts: Sequence[str] | None,
) -> Inventory:
    """Return the inventory in the files that ``sources`` names.

    A key is a sector id, its file CSV, Parquet or xlsx (the sheet with the sector's name, or the only one); or
    ``workbook``, an xlsx in which each sheet named by a sector's title or id holds that sector. Sectors without a row
    are left out. ``districts`` are the names allowed, None allows any. Raises `InputError` with every problem of every
    file; what was accepted though it is odd stands in the inventory's notes.
    """
    files = {path: read_tables(path) for path in dict.fromkeys(sources.values())}
    problems = [problem for file in files.values() for problem in file.problems]
    parts: list[_Part] = []
    for key, path in sources.items():
        found, wrong = _parts(key, path, files[path], sectors)
        parts += found
        problems += wrong
    problems += _given_twice(parts)
    checked = [(part, check_table(part.raw, part.sector, factors, districts=districts)) for part in parts]
    filled = [(part.sector, table) for part, table in checked if len(table.ids) or not part.is_optional]
    problems += [problem for _, table in filled for problem in _table_problems(table)]
    problems += _repeated_ids([table for _, table in filled])
    if not problems and not filled:
        problems.append(Problem(", ".join(str(path) for path in files) or "[inventory]", NO_SOURCES, advice=FILL_IN))
    if problems:
        raise InputError(problems)
    return _inventory(filled, sectors)


def _parts(key: str, path: Path, file: RawFile, sectors: Mapping[str, Sector]) -> tuple[list[_Part], list[Problem]]:
    if key == WORKBOOK:
        return _named_sheets(file.tables, sectors)
    if key not in sectors:
        what = Text(f"没有行业「{key}」", f'there is no sector "{key}"')
        known = [*sectors, WORKBOOK]
        advice = did_you_mean(key, known, Text("请改用所列名称", "use one of the names listed"))
        return [], [Problem(str(path), what, " | ".join(known), key, advice)]
    sector = sectors[key]
    tables = [table for table in file.tables if not table.sheet or plain(table.sheet) in sheet_names(sector)]
    tables = tables or [table for table in file.tables if not _is_aside(table)]
    if len(tables) == 1:
        empty = _without_headings(tables[0])
        return ([], [empty]) if empty else ([_Part(sector, tables[0], is_optional=False)], [])
    if not file.tables:
        return [], []
    what = Text("工作簿中没有该行业的工作表", "the workbook has no sheet for the sector")
    found = ", ".join(table.sheet for table in file.tables)
    advice = Text("请按行业名称命名工作表", "name the sheet after the sector")
    return [], [Problem(str(path), what, sheet_title(sector, "zh"), found, advice)]


def _named_sheets(tables: Iterable[RawTable], sectors: Mapping[str, Sector]) -> tuple[list[_Part], list[Problem]]:
    by_name = {name: sector for sector in sectors.values() for name in sheet_names(sector)}
    parts: list[_Part] = []
    problems: list[Problem] = []
    for table in tables:
        sector = by_name.get(plain(table.sheet))
        if sector is not None:
            empty = _without_headings(table)
            problems += [empty] if empty else []
            parts += [] if empty else [_Part(sector, table, is_optional=True)]
        elif not _is_aside(table):
            problems.append(_unknown_sheet(table, sectors))
    return parts, problems


def _is_aside(table: RawTable) -> bool:
    """Tell whether a sheet belongs to the template or to its author, or holds nothing and has no sector's name."""
    name = plain(table.sheet)
    ours = {plain(word) for title in (READ_ME, CHOICES) for word in (title.zh, title.en)}
    return name in ours or name.startswith(USER_PREFIXES) or not (table.headings or len(table.rows))


def _unknown_sheet(table: RawTable, sectors: Mapping[str, Sector]) -> Problem:
    titles = [sheet_title(sector, "en" if table.sheet.isascii() else "zh") for sector in sectors.values()]
    what = Text("没有行业叫这个名称", "no sector has the name of this sheet")
    otherwise = Text("请改名；不属于清单的表请以“自定义_”开头", "rename it; a sheet of your own must begin with user_")
    advice = did_you_mean(table.sheet, titles, otherwise)
    return table.problem(what, expected=" | ".join(titles), found=table.sheet, advice=advice)


def _without_headings(table: RawTable) -> Problem | None:
    if table.headings:
        return None
    what = Text("第1行为空", "row 1 is empty") if len(table.rows) else Text("工作表是空的", "the sheet is empty")
    advice = Text(
        "请在第1行写列标题（见模板），不用的工作表请删去",
        "write the headings of the template in row 1; delete a sheet not used",
    )
    return table.problem(what, row=1, advice=advice)


def _given_twice(parts: Sequence[_Part]) -> list[Problem]:
    what = Text("同一行业有两张表", "two tables for the same sector")
    advice = Text("请合并为一张", "put them together")
    first: dict[str, RawTable] = {}
    problems = []
    for part in parts:
        other = first.setdefault(part.sector.id, part.raw)
        if other is not part.raw:
            found = f"{_place(other)}; {_place(part.raw)}"
            problems.append(part.raw.problem(what, found=found, advice=advice))
    return problems


def _table_problems(table: Checked) -> tuple[Problem, ...]:
    if table.problems or len(table.ids):
        return table.problems
    return (table.placed.raw.problem(NO_SOURCES, advice=FILL_IN),)


def _repeated_ids(tables: Sequence[Checked]) -> list[Problem]:
    """Return a problem for each row whose source id stands in an earlier row, of whichever table, and say where."""
    every = [
        pd.DataFrame({"id": table.ids, "table": number, "row": range(len(table.ids))})
        for number, table in enumerate(tables)
    ]
    if not every:
        return []
    rows = pd.concat(every, ignore_index=True)
    rows = rows[rows["id"] != ""]
    repeated = rows[rows["id"].duplicated()].merge(rows.drop_duplicates("id"), on="id", suffixes=("", "_first"))
    problems = []
    for number, table in enumerate(tables):
        here = repeated[repeated["table"] == number]
        shown = here.head(MAX_LISTED)
        places = zip(shown["id"], shown["row"], shown["table_first"], shown["row_first"], strict=True)
        said = [
            _repeated_id(name, table.placed, row, tables[first].placed, first_row)
            for name, row, first, first_row in places
        ]
        problems += listed(said, len(here))
    return problems


def _repeated_id(name: str, here: PlacedTable, row: int, first: PlacedTable, first_row: int) -> Problem:
    elsewhere = "" if first is here else f"{_place(first.raw)}, "
    found = f"{name} ({elsewhere}row {first.raw.rows[first_row]}; row {here.raw.rows[row]})"
    what = Text("源编号重复", "the source id is not unique")
    return here.problem("source_id", row, Reason(what, Text("请改为唯一的编号", "give each its own id"), found=found))


def _inventory(filled: Sequence[tuple[Sector, Checked]], sectors: Mapping[str, Sector]) -> Inventory:
    done = {sector.id: (table.table, table.filled) for sector, table in filled if table.table is not None}
    tables, empty = {}, {}
    for name in sectors:
        if name in done:
            table, cells = done[name]
            ordered = table.sort_values("source_id", kind="stable")
            tables[name] = ordered.reset_index(drop=True)
            order = ordered.index.to_numpy()
            empty[name] = {column: mask if mask.all() else mask[order] for column, mask in cells.items()}
    notes = tuple(_placed_note(table.placed.raw, note) for _, table in filled for note in table.notes)
    return Inventory(tables, notes, empty)


def _placed_note(raw: RawTable, note: Text) -> Text:
    """A note goes into the result, which must not depend on the folder the file lies in."""
    place = f"{Path(raw.file).name}, {raw.sheet}" if raw.sheet else Path(raw.file).name
    return Text(f"{place}：{note.zh}", f"{place}: {note.en}")


def _place(raw: RawTable) -> str:
    return f"{raw.file}, sheet {raw.sheet}" if raw.sheet else raw.file
