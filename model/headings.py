"""How a column is headed, and which column a heading means."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from model.problems import Problem
from model.rawtable import RawTable
from model.sector import Column, Sector
from model.suggest import did_you_mean, nearest, plain
from model.text import Text

USER_PREFIXES = ("user_", "自定义_")
READ_ME = Text("说明", "Read me")
CHOICES = Text("选项", "Choices")
SHARE = "0-1"
YES_OR_NO = Text("是/否", "yes/no")
UNIT_SIGNS = {"1": "", "degree": "°", "year": ""}
YES_NO = {"1": Text("是", "yes"), "0": Text("否", "no")}
LONGEST_SHEET_TITLE = 31


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the columns of a table stand: ``columns`` by column name, ``extras`` by heading, counted from 0."""

    columns: dict[str, int]
    extras: dict[str, int]
    problems: tuple[Problem, ...]


def is_flag(column: Column) -> bool:
    """Tell whether a number column means yes (1) or no (0)."""
    return is_fraction(column) and column.maximum == 1 and column.name.startswith(("is_", "has_"))


def is_fraction(column: Column) -> bool:
    """Tell whether a number column is a share without a unit, from 0 to at most 1."""
    lowest = column.minimum if column.above is None else column.above
    return column.kind == "number" and not column.unit and lowest == 0 and 0 < (column.maximum or 0) <= 1


def choices(column: Column) -> dict[str, Text]:
    """Return what a drop-down offers: allowed value to label; empty when any value goes."""
    if is_flag(column):
        return YES_NO
    return dict(column.choices or {})


def heading(column: Column, language: Literal["zh", "en"]) -> str:
    """Return the heading the template writes: title and, in brackets, unit.

    >>> heading(Column("capacity_t_per_h", Text("额定蒸发量", "Capacity"), "t/h"), "zh")
    '额定蒸发量(t/h)'
    """
    unit = UNIT_SIGNS.get(column.unit, column.unit)
    if is_fraction(column):
        unit = YES_OR_NO.say(language) if is_flag(column) else SHARE
    title = column.title.say(language)
    return f"{title}({unit})" if unit else title


def sheet_title(sector: Sector, language: Literal["zh", "en"]) -> str:
    """Return the name of a sector's sheet: its title, or its id where a spreadsheet would not admit the title."""
    title = sector.title.say(language)
    fits = len(title) <= LONGEST_SHEET_TITLE and not set(title) & set(r"[]:*?/\'")
    return title if fits else sector.id


def sheet_names(sector: Sector) -> set[str]:
    """Return every name a sector's sheet may have, in the form of `plain`."""
    names = (sector.id, sector.title.zh, sector.title.en)
    return {plain(name) for name in names} | {plain(name[:LONGEST_SHEET_TITLE]) for name in names}


def lay_out(table: RawTable, columns: Sequence[Column]) -> Layout:
    """Find the column each heading means; every heading that means none, or one that is taken, is a problem."""
    known = {name: column for column in columns for name in _accepted(column)}
    found: dict[str, int] = {}
    extras: dict[str, int] = {}
    problems: list[Problem] = []
    merged = any(problem.row == 1 for problem in table.problems)
    mistaken: set[str] = set()
    for position, written in enumerate(table.headings):
        column = known.get(plain(written))
        name = column.name if column else written
        if not written:
            problems += [] if merged else _nameless(table, position)
        elif name in found or name in extras:
            first = (found | extras)[name]
            problems.append(_repeated(table, first, position))
        elif column is not None and not column.derived:
            found[name] = position
        elif column is None and plain(written).startswith(USER_PREFIXES):
            extras[name] = position
        else:
            meant, problem = _refused(table, position, columns)
            mistaken |= {meant}
            problems.append(problem)
    if not merged:
        present = mistaken | set(found)
        problems += [
            _missing(table, column) for column in columns if _is_required(column) and column.name not in present
        ]
    return Layout(found, extras, tuple(problems))


def _is_required(column: Column) -> bool:
    return column.default is None and not column.derived


def _accepted(column: Column) -> Iterator[str]:
    yield plain(column.name)
    for title, written in ((column.title.zh, heading(column, "zh")), (column.title.en, heading(column, "en"))):
        yield plain(written)
        if column.unit in {"", "1"}:
            yield plain(title)
            yield plain(f"{title}({column.unit})")


def _language(written: str) -> Literal["zh", "en"]:
    return "en" if written.isascii() else "zh"


def _nameless(table: RawTable, position: int) -> list[Problem]:
    cells = table.cells[position]
    filled = cells[cells.notna() & (cells.astype(str).str.strip() != "")]
    if filled.empty:
        return []
    what = Text("该列没有列标题", "the column has no heading")
    advice = Text("请补上标题，或删去该列", "give it a heading or delete it")
    return [table.problem(what, row=1, found=f"{position + 1}: {str(filled.iloc[0])[:40]}", advice=advice)]


def _repeated(table: RawTable, first: int, position: int) -> Problem:
    what = Text("同一列出现两次", "the same column stands twice")
    found = f"{table.headings[first]} ({first + 1}), {table.headings[position]} ({position + 1})"
    advice = Text("请只保留一列", "keep one of them")
    return table.problem(what, row=1, column=table.headings[position], found=found, advice=advice)


def _missing(table: RawTable, column: Column) -> Problem:
    written = heading(column, _language("".join(table.headings)))
    what = Text("缺少必填列", "a required column is missing")
    advice = Text(f"请补上列「{written}」", f'add the column "{written}"')
    return table.problem(what, row=1, expected=f"{written} / {column.name}", advice=advice)


def _refused(table: RawTable, position: int, columns: Sequence[Column]) -> tuple[str, Problem]:
    """Return the column that was meant, as far as can be told, and the problem."""
    written = table.headings[position]
    stem, _, unit = plain(written).removesuffix(")").rpartition("(")
    unit_written = written.replace("（", "(").strip(" )）").rpartition("(")[2]
    for column in columns:
        if column.derived and plain(written) in set(_accepted(column)):
            what = Text("该列由程序推算，不可填写", "this column is computed and cannot be given")
            advice = Text("请删去该列", "delete it")
            return "", table.problem(what, row=1, column=written, advice=advice)
        if not column.derived and (stem or unit) in {plain(column.title.zh), plain(column.title.en)}:
            return column.name, _wrong_unit(table, written, column, unit_written if stem else "")
    names = [name for column in columns if not column.derived for name in _suggestions(column, written)]
    what = Text("没有这一列", "there is no such column")
    keep = Text("要保留的自有列请以“自定义_”或user_开头", "a column of your own must begin with user_")
    meant = nearest(written, names)
    return "", table.problem(what, row=1, column=written, advice=did_you_mean(written, [meant] if meant else [], keep))


def _suggestions(column: Column, written: str) -> tuple[str, str]:
    return column.name, heading(column, _language(written))


def _wrong_unit(table: RawTable, written: str, column: Column, unit: str) -> Problem:
    right = heading(column, _language(written))
    what = (
        Text("列标题的单位不对", "the unit in the heading is wrong")
        if unit
        else Text("列标题缺少单位", "the unit is missing")
    )
    convert = Text("请换算数值，并把列标题改为", "convert the values and write the heading")
    if unit == "%":
        convert = Text("请把数值除以100，并把列标题改为", "divide the values by 100 and write the heading")
    if not unit:
        convert = Text("请确认数值的单位，并把列标题改为", "make sure of the values' unit and write the heading")
    advice = Text(f"{convert.zh}「{right}」", f'{convert.en} "{right}"')
    return table.problem(what, row=1, column=written, expected=right, found=unit or written, advice=advice)
