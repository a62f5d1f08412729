"""An xlsx workbook as raw tables. Values are read as saved: no formula is computed, no macro runs."""

from __future__ import annotations

import io
import warnings
import zipfile
from collections.abc import Iterable
from xml.etree import ElementTree as ET

import numpy as np
import pandas as pd
from openpyxl import load_workbook

from model.files.marks import Marks, sheet_marks
from model.problems import Problem
from model.rawtable import MAX_LISTED, RawFile, RawTable, listed
from model.text import Text

MAX_UNPACKED_BYTES = 2_000_000_000
SUSPECT_BYTES = 100_000_000
MAX_RATIO = 200
MAX_ROWS = 1_048_576
PROLOGUE_BYTES = 4096
MERGED_HEADINGS = (
    Text("列标题单元格已合并", "heading cells are merged"),
    Text("请取消合并，每列一个标题，且只占第1行", "unmerge them: one heading for each column, in row 1 only"),
)
MERGED_CELLS = (
    Text("单元格已合并", "cells are merged"),
    Text("请取消合并，并逐格填写", "unmerge them and fill every cell"),
)

type Row = tuple[object, ...]


def read_workbook(data: bytes, file: str) -> RawFile:
    """Return one table per worksheet.

    Refused as a whole: archives that unpack to far more than they are, document type definitions (entity bombs),
    damaged files, and the date system of 1904.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            refused = _archive_problem(archive, len(data), file)
            return RawFile(problems=(refused,)) if refused else _read(archive, data, file)
    except Exception as error:  # noqa: BLE001 a damaged or hostile workbook makes zip, XML and openpyxl fail in any way
        what = Text("工作簿已损坏，无法读取", "the workbook is damaged and cannot be read")
        advice = Text("请在Excel或WPS中打开并另存为xlsx", "open it in Excel or WPS and save it as xlsx")
        return RawFile(problems=(Problem(file, what, found=type(error).__name__, advice=advice),))


def _archive_problem(archive: zipfile.ZipFile, packed_bytes: int, file: str) -> Problem | None:
    """The zip module never unpacks more than the directory states, so the stated sizes can be relied on."""
    unpacked = sum(entry.file_size for entry in archive.infolist())
    if unpacked > MAX_UNPACKED_BYTES or (unpacked > SUSPECT_BYTES and unpacked > MAX_RATIO * packed_bytes):
        what = Text("工作簿解压后过大", "the workbook unpacks to too much")
        advice = Text("请删去多余的格式与工作表，或改用CSV", "delete needless formats and sheets, or use CSV")
        expected = f"<= {MAX_UNPACKED_BYTES // 10**6} MB, <= {MAX_RATIO}:1"
        return Problem(file, what, expected, f"{packed_bytes} -> {unpacked} bytes", advice)
    for name in archive.namelist():
        if name.endswith((".xml", ".rels")):
            with archive.open(name) as part:
                prologue = part.read(PROLOGUE_BYTES).replace(b"\0", b"")
            if b"<!DOCTYPE" in prologue:
                what = Text("工作簿含有文档类型定义，不予读取", "the workbook holds a document type definition")
                advice = Text("请在Excel或WPS中打开并另存为xlsx", "open it in Excel or WPS and save it as xlsx")
                return Problem(file, what, found=name, advice=advice)
    return None


def _read(archive: zipfile.ZipFile, data: bytes, file: str) -> RawFile:
    workbook = ET.fromstring(archive.read("xl/workbook.xml"))  # noqa: S314 definitions of entities are refused before
    parts = _sheet_parts(archive, workbook)
    tables = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # openpyxl warns of features it would not write back; nothing is written
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
        for sheet in book.worksheets:
            with archive.open(parts[sheet.title]) as part:
                marks = sheet_marks(part)
            sheet.reset_dimensions()  # the size a writer states may be wrong: some state one row
            rows = sheet.iter_rows(max_row=MAX_ROWS, values_only=True)
            tables.append(_table(file, sheet.title, rows, marks, is_visible=sheet.sheet_state == "visible"))
        book.close()
    return RawFile(tuple(tables), _date_problems(workbook, file))


def _sheet_parts(archive: zipfile.ZipFile, workbook: ET.Element) -> dict[str, str]:
    """Return the name in the archive of each sheet's XML."""
    relations = ET.fromstring(archive.read("xl/_rels/workbook.xml.rels"))  # noqa: S314 as above
    targets = {relation.get("Id"): relation.get("Target", "") for relation in relations}
    parts = {}
    for sheet in workbook.findall(".//{*}sheets/{*}sheet"):
        relation = next(value for key, value in sheet.attrib.items() if key.endswith("}id"))
        target = targets[relation]
        parts[sheet.get("name", "")] = target[1:] if target.startswith("/") else f"xl/{target}"
    return parts


def _date_problems(workbook: ET.Element, file: str) -> tuple[Problem, ...]:
    properties = workbook.find("{*}workbookPr")
    if properties is None or properties.get("date1904") not in {"1", "true"}:
        return ()
    what = Text("工作簿使用1904日期系统，日期会差四年", "the workbook counts dates from 1904, four years off")
    advice = Text(
        "请在Excel选项→高级中取消“使用1904日期系统”后保存",
        'switch off "Use 1904 date system" in Excel options, Advanced, and save',
    )
    return (Problem(file, what, "1900", "1904", advice),)


def _table(file: str, sheet: str, rows: Iterable[Row], marks: Marks, *, is_visible: bool) -> RawTable:
    """Take the headings off and leave out rows without content."""
    numbered = enumerate(rows, start=1)
    headings = _headings(next(numbered, (1, ()))[1])
    width = len(headings)
    kept = [(number, row) for number, row in numbered if any(map(_is_filled, row))]
    body = [row[:width] + (None,) * (width - len(row)) for _, row in kept]
    cells = pd.DataFrame(body, dtype=object, columns=range(width), index=range(len(body)))
    numbers = np.array([number for number, _ in kept], dtype=np.int64)
    notes = [] if is_visible else [Text("隐藏的工作表也已读取", "a hidden sheet was read too")]
    hidden = np.isin(numbers, marks.hidden_rows).sum()
    notes += [Text(f"{hidden}个隐藏行也已读取", f"{hidden} hidden rows were read too")] if hidden else []
    table = RawTable(file, sheet, headings, cells, numbers, notes=tuple(notes))
    problems = [
        *_merge_problems(table, marks, int(numbers.max(initial=1))),
        *_formula_problems(table, marks),
        *_stray_problems(table, [(number, row[width:]) for number, row in kept]),
    ]
    return RawTable(file, sheet, headings, cells, numbers, tuple(problems), table.notes)


def _is_filled(value: object) -> bool:
    return value is not None and (not isinstance(value, str) or value.strip() != "")


def _headings(row: Row) -> tuple[str, ...]:
    """Return the first row as text, white space put in order, without what is empty at its end."""
    headings = [" ".join(str(value).split()) if _is_filled(value) else "" for value in row]
    while headings and not headings[-1]:
        headings.pop()
    return tuple(headings)


def _merge_problems(table: RawTable, marks: Marks, last_row: int) -> list[Problem]:
    """Only the first cell of a merged range holds a value; the others would be read as empty."""
    problems = []
    for merge in marks.merged:
        if merge.first_row > last_row or merge.first_column > len(table.headings):
            continue
        what, advice = MERGED_HEADINGS if merge.first_row == 1 else MERGED_CELLS
        column = table.headings[merge.first_column - 1]
        problems.append(table.problem(what, row=merge.first_row, column=column, found=merge.range, advice=advice))
    return listed(problems[:MAX_LISTED], len(problems))


def _formula_problems(table: RawTable, marks: Marks) -> list[Problem]:
    what = Text("公式没有计算结果", "the formula has no computed value")
    advice = Text("请在Excel或WPS中打开并保存，或直接填数值", "open and save it in Excel or WPS, or write the value")
    inside = [(row, column) for row, column in marks.not_calculated if column <= len(table.headings)]
    problems = [
        table.problem(what, row=row, column=table.headings[column - 1], advice=advice)
        for row, column in inside[:MAX_LISTED]
    ]
    return listed(problems, len(inside))


def _stray_problems(table: RawTable, beyond: list[tuple[int, Row]]) -> list[Problem]:
    what = Text("单元格上方没有列标题", "the cell has no heading above it")
    advice = Text("请删去，或在第1行补标题", "delete it, or put a heading in row 1")
    stray = [(number, [value for value in row if _is_filled(value)]) for number, row in beyond]
    stray = [(number, values) for number, values in stray if values]
    problems = [
        table.problem(what, row=number, found=str(values[0])[:40], advice=advice)
        for number, values in stray[:MAX_LISTED]
    ]
    return listed(problems, len(stray))
