"""What is wrong with a cell, and what its author should write instead."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from dataclasses import dataclass

from model.cells import ERROR_VALUES, LOST_DIGITS, PLAIN_NUMBER, is_empty
from model.headings import choices, is_fraction
from model.refusal import RefusedError
from model.sector import Column
from model.suggest import did_you_mean
from model.text import Text
from model.units import quantity

LONGEST_QUOTE = 40

_PERCENT = re.compile(rf"({PLAIN_NUMBER})\s*[%％]")
_THOUSANDS = re.compile(r"[+-]?\d{1,3}(?:[,，' ]\d{3})+(?:\.\d+)?")
_DECIMAL_COMMA = re.compile(r"[+-]?\d+,\d+")
_WITH_UNIT = re.compile(rf"({PLAIN_NUMBER})\s*(?!_|[eExX][+-]?\d)[^\d\s.,%].*")
_NOT_KNOWN = {"-", "--", "—", "——", "/", "\\", "无", "不详", "未知", "na", "n/a", "nan", "null", "none", "unknown", "?"}


@dataclass(frozen=True, slots=True)
class Reason:
    """The words of a problem without its place; ``found`` only where it is not the cell itself."""

    what: Text
    advice: Text
    expected: str = ""
    found: str = ""


def quote(cell: object) -> str:
    """Return a cell as a message shows it: short, on one line, nothing for an empty one."""
    if is_empty(cell):
        return ""
    if isinstance(cell, dt.datetime):
        cell = cell.date() if cell.time() == dt.time() else cell
    text = f"{cell:.15g}" if isinstance(cell, float) else str(cell)
    text = " ".join(text.split())
    return text if len(text) <= LONGEST_QUOTE else f"{text[:LONGEST_QUOTE]}…"


def bounds(column: Column) -> str:
    """Return what a number column admits.

    >>> bounds(Column("x", Text("", ""), above=0, maximum=1))
    '> 0, <= 1'
    """
    signs = ((">=", column.minimum), (">", column.above), ("<=", column.maximum))
    return ", ".join(f"{sign} {bound:g}" for sign, bound in signs if bound is not None)


def wrong_cell(cell: object, column: Column) -> Reason:
    """Return why a cell is no value of its column."""
    if isinstance(cell, str) and cell.strip() in ERROR_VALUES:
        advice = Text("请改正公式或填写数值", "mend the formula or write the value")
        return Reason(Text("公式出错", "a formula error"), advice, _expected(column))
    if choices(column):
        return _wrong_choice(cell, column)
    return _wrong_number(cell, column) if column.kind == "number" else _wrong_text(cell)


def _wrong_choice(cell: object, column: Column) -> Reason:
    labels = [f"{label.say('both')} ({value})" for value, label in choices(column).items()]
    names = [name for value, label in choices(column).items() for name in (label.zh, label.en, value)]
    advice = did_you_mean(str(cell), names, Text("请从所列选项中选择", "choose one of those listed"))
    return Reason(Text("不在可选值之内", "not one of the allowed values"), advice, " | ".join(labels))


def _wrong_text(cell: object) -> Reason:
    if isinstance(cell, dt.date | dt.time | dt.timedelta):
        what = Text("文字被表格软件改成了日期", "the spreadsheet turned the text into a date")
        return Reason(what, Text("请把该列设为文本格式后重填", "format the column as text and write it again"))
    if isinstance(cell, float) and abs(cell) >= LOST_DIGITS:
        what = Text("长数字丢失了末位", "a long number has lost its last digits")
        return Reason(what, Text("请把该列设为文本格式后重填", "format the column as text and write it again"))
    return Reason(Text("应为文字", "must be text"), Text("请填写普通文字", "write plain text"))


def _wrong_number(cell: object, column: Column) -> Reason:
    what = Text("不是数字", "not a number")
    if isinstance(cell, bool):
        return Reason(what, Text("请填写数字", "write a number"), _expected(column))
    if isinstance(cell, dt.date | dt.time | dt.timedelta):
        advice = Text("请把格式改为常规后重填数字", "set the format to General and write the number again")
        return Reason(Text("数字格内是日期", "a date in a number cell"), advice, _expected(column))
    if isinstance(cell, str):
        return _wrong_number_text(cell.strip(), column)
    return Reason(NOT_FINITE, Text("请填写数字", "write a number"), _expected(column))


def _wrong_number_text(text: str, column: Column) -> Reason:
    """Go from what can be recognised for certain to what cannot."""
    expected = _expected(column)
    half_width = unicodedata.normalize("NFKC", text).replace("−", "-")
    if found := _PERCENT.fullmatch(text):
        return _percent_text(float(found[1]), column)
    if text != half_width and re.fullmatch(PLAIN_NUMBER, half_width):
        return Reason(Text("全角数字", "full-width digits"), _write(half_width), expected)
    if _THOUSANDS.fullmatch(text):
        without = re.sub(r"[,，' ]", "", text)
        return Reason(Text("数字带千位分隔符", "thousands separators"), _write(without), expected)
    if _DECIMAL_COMMA.fullmatch(text):
        return Reason(
            Text("小数点写成了逗号", "a comma for the decimal point"), _write(text.replace(",", ".")), expected
        )
    return _words_for_number(text, column)


def _words_for_number(text: str, column: Column) -> Reason:
    what = Text("数字格内是文字", "text in a number cell")
    expected = _expected(column)
    if re.fullmatch(PLAIN_NUMBER, text):
        return Reason(NOT_FINITE, Text("请核对数值", "check the value"), expected)
    if text.casefold() in _NOT_KNOWN:
        return Reason(what, MUST_BE_GIVEN if column.default is None else LEAVE_EMPTY, expected)
    if found := _WITH_UNIT.fullmatch(text):
        return Reason(what, _without_unit(text, found[1], column), expected)
    return Reason(what, Text("请填写数字", "write a number"), expected)


def _without_unit(text: str, number: str, column: Column) -> Text:
    """Name the number in the unit of the heading, or only that unit where the one written cannot be converted."""
    if column.unit not in {"", "1"}:
        try:
            number = f"{quantity(text, column.unit):.12g}"
        except RefusedError:
            return Text(f"请填写以 {column.unit} 为单位的数字", f"write the number in {column.unit}")
    return Text(
        f"请只填数字（{number}），单位在列标题中", f"write only the number ({number}): the unit is in the heading"
    )


NOT_FINITE = Text("不是有限的数", "not a finite number")
MUST_BE_GIVEN = Text("必填，请填写数字", "it is required: write a number")
LEAVE_EMPTY = Text("不知道就留空", "leave the cell empty when it is not known")


def _expected(column: Column) -> str:
    return " ".join(part for part in (bounds(column), column.unit) if part)


def _write(number: str) -> Text:
    return Text(f"请写 {number}", f"write {number}")


def _percent_text(percent: float, column: Column) -> Reason:
    what = Text("百分数写成了文字", "a percentage written as text")
    if is_fraction(column):
        return Reason(what, _write(f"{percent / 100:g}"), _expected(column))
    return Reason(
        what, Text("请按列标题的单位填写数字", "write a number in the unit of the heading"), _expected(column)
    )


def out_of_bounds(value: float, column: Column) -> Reason:
    """Return why a number lies outside its column's bounds."""
    expected = _expected(column)
    lowest = column.minimum if column.above is None else column.above
    if is_fraction(column) and 0 <= value / 100 <= (column.maximum or 0):
        what = Text("应填小数，不是百分数", "a percentage where a fraction is due")
        advice = Text(f"{value:g}%请写 {value / 100:g}", f"for {value:g} % write {value / 100:g}")
        return Reason(what, advice, expected)
    if lowest == 0 and value < 0:
        return Reason(
            Text("数值为负", "a negative value"),
            Text("请核对并填写非负数", "check it: it cannot be negative"),
            expected,
        )
    return Reason(
        Text("数值超出范围", "out of bounds"), Text("请核对数值与单位", "check the value and its unit"), expected
    )


def not_computable(value: object, column: Column) -> Reason:
    """Return why a value that was computed for an empty cell or a derived column will not do."""
    what = Text("该格留空，推算不出有效值", "the cell is empty and no valid value can be computed for it")
    advice = Text("请填写该格，或核对本行其他数值", "fill it in, or check the other values of this row")
    if column.derived:
        what = Text("由本行推算的值无效", "a value computed from this row is invalid")
        advice = Text("请核对本行其他数值", "check the other values of this row")
    return Reason(what, advice, _expected(column), f"{column.name} = {value}")
