"""A CSV file as a raw table: UTF-8, or GBK when that is plain to see; commas between cells."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator

import numpy as np
import pandas as pd
from pandas.errors import ParserError

from model.problems import Problem
from model.rawtable import MAX_LISTED, RawFile, RawTable, listed
from model.text import Text

SAMPLE_BYTES = 100_000
COMMON_SHARE = 0.8
RARE_LEAD_BYTE = 0xD8
GBK_NOTE = Text("文件不是UTF-8编码，已按GBK读取", "the file is not UTF-8 and was read as GBK")
SAVE_AS_CSV = Text("请另存为“CSV UTF-8(逗号分隔)”", 'save it as "CSV UTF-8 (comma delimited)"')
OTHER_SEPARATORS = {";": ";", "\t": "Tab", "，": "，", "|": "|"}


def read_csv_table(data: bytes, file: str) -> RawFile:
    """Return the table of a CSV file; every cell is text, an empty cell the empty text."""
    try:
        encoding = _encoding(data)
    except UnicodeDecodeError:
        from charset_normalizer import from_bytes  # noqa: PLC0415 - only a text in no known encoding needs it

        guess = from_bytes(data[:SAMPLE_BYTES]).best()
        what = Text("无法识别文本编码", "the text encoding is not recognised")
        found = f"{guess.encoding}?" if guess else "?"
        return RawFile(problems=(Problem(file, what, "UTF-8 / GBK", found, SAVE_AS_CSV),))
    try:
        refused = _heading_problem(next(_records(data, encoding), []), file)
        if refused is not None:
            return RawFile(problems=(refused,))
        cells = _cells(data, encoding)
    except (ParserError, csv.Error) as error:
        return _misshapen(data, encoding, file, error)
    return RawFile((_table(cells, file, encoding),))


def _encoding(data: bytes) -> str:
    """Return ``utf-8-sig`` or ``gb18030``; raises UnicodeDecodeError when it is neither."""
    try:
        data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if _is_chinese(data.decode("gb18030")):
            return "gb18030"
        raise error from None
    return "utf-8-sig"


def _is_chinese(text: str) -> bool:
    """Tell whether bytes that decode as GB 18030, as nearly any bytes do, were meant so.

    GB 2312 has signs and the 3 755 common characters in rows with a lead byte below D8, and the rare ones above. Most
    of the different characters of a Chinese text are common, and some stand side by side. Latin letters with accents
    give rare characters or lone ones, Cyrillic and Big5 text rare ones.
    """
    characters = {character for character in text if not character.isascii()}
    codes = (character.encode("gb2312", errors="ignore") for character in characters)
    common = sum(1 for code in codes if code and code[0] < RARE_LEAD_BYTE)
    return common >= COMMON_SHARE * len(characters) and re.search("[\u4e00-\u9fff]{2}", text) is not None


def _records(data: bytes, encoding: str) -> Iterator[list[str]]:
    return csv.reader(io.TextIOWrapper(io.BytesIO(data), encoding=encoding, newline=""))


def _heading_problem(first: list[str], file: str) -> Problem | None:
    if not "".join(first).strip():
        what = Text("第1行为空", "row 1 is empty")
        return Problem(file, what, advice=Text("请把列标题放在第1行", "put the headings in row 1"), row=1)
    found = next((mark for mark in OTHER_SEPARATORS if mark in first[0]), "") if len(first) == 1 else ""
    if not found:
        return None
    what = Text("单元格之间不是逗号", "the cells are not separated by commas")
    return Problem(file, what, ",", OTHER_SEPARATORS[found], SAVE_AS_CSV, row=1)


def _cells(data: bytes, encoding: str) -> pd.DataFrame:
    """Return all records, the headings among them, as text; raises ParserError for a record longer than the first."""
    return pd.read_csv(
        io.BytesIO(data),
        encoding=encoding,
        header=None,
        dtype=str,
        keep_default_na=False,
        na_filter=False,
        skip_blank_lines=False,
    )


def _table(cells: pd.DataFrame, file: str, encoding: str) -> RawTable:
    """Take the headings off, and leave out rows without content and a last column that is only a trailing comma."""
    headings = [str(heading).strip() for heading in cells.iloc[0]]
    filled = cells.iloc[1:].apply(lambda column: column.str.strip() != "")
    while headings and not headings[-1] and not filled.iloc[:, len(headings) - 1].any():
        headings.pop()
    kept = filled.any(axis=1).to_numpy(dtype=bool)
    body = cells.iloc[1:, : len(headings)].loc[kept].reset_index(drop=True)
    notes = () if encoding == "utf-8-sig" else (GBK_NOTE,)
    return RawTable(file, "", tuple(headings), body, np.flatnonzero(kept) + 2, notes=notes)


def _misshapen(data: bytes, encoding: str, file: str, error: Exception) -> RawFile:
    """Return the rows that fit, so that they are checked too, and those with more cells than there are headings.

    Where no row is longer, or records cannot be told apart, what the reader says is the problem, and there is no table.
    """
    try:
        records = list(_records(data, encoding))
    except csv.Error:
        records = [[]]
    width = len(records[0])
    longer = [row for row, record in enumerate(records) if len(record) > width]
    if not longer:
        what = Text("CSV格式有误，例如引号不成对", "the CSV is malformed, such as an unmatched quotation mark")
        return RawFile(problems=(Problem(file, what, found=str(error).strip(), advice=SAVE_AS_CSV),))
    what = Text("单元格比列标题多", "more cells than headings")
    advice = Text("请为含逗号的文字加引号", "put quotes around text that contains a comma")
    problems = [
        Problem(file, what, str(width), str(len(records[row])), advice, row=row + 1) for row in longer[:MAX_LISTED]
    ]
    fitting = [[*record, *[""] * (width - len(record))] if len(record) <= width else [""] * width for record in records]
    return RawFile((_table(pd.DataFrame(fitting, dtype=str), file, encoding),), tuple(listed(problems, len(longer))))
