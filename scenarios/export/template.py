"""The planner's workbook: one sheet per sector, to fill in and hand back as an inventory."""

from __future__ import annotations

import io
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Literal

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from model.headings import CHOICES, READ_ME, choices, sheet_title
from model.problems import InputError, Problem
from model.sector import Sector
from model.sectors import SECTORS
from model.text import Language, Text
from scenarios.export.template_sheet import A4, fill_sheet
from scenarios.export.template_words import FILE_NAME, LEGEND, SNIPPET, STEPS, TITLE, say

CREATED = datetime(2020, 1, 1)  # noqa: DTZ001 a time stamp of xlsx has no zone
INSTRUCTIONS_WIDTH = 90
NOT_XLSX = Text("模板是xlsx工作簿", "the template is an xlsx workbook"), Text("请用扩展名.xlsx", "name it .xlsx")
EXISTS = (
    Text("文件已存在，不予覆盖", "the file exists and is not overwritten"),
    Text("请换一个文件名", "choose another name"),
)

STYLES: dict[str, dict[str, object]] = {
    "title": {"bold": True, "font_size": 16},
    "step": {"text_wrap": True, "valign": "top"},
    "code": {"font_name": "Consolas", "bg_color": "#F2F2F2"},
    "required": {"bold": True, "bg_color": "#F8CBAD", "border": 1, "text_wrap": True, "valign": "top"},
    "optional": {"bg_color": "#DDEBF7", "border": 1, "text_wrap": True, "valign": "top"},
    "example": {"italic": True, "font_color": "#7F7F7F", "bg_color": "#F2F2F2", "valign": "vcenter"},
    "text": {"num_format": "@"},
    "number": {"num_format": "General"},
}
"""Colours are told apart in grey print as well: required headings are bold."""


def write_template(path: Path, language: Language) -> None:
    """Write the workbook; raises `InputError` when the file exists already or cannot be written."""
    refused = NOT_XLSX if path.suffix.lower() != ".xlsx" else EXISTS if path.exists() else None
    if refused is not None:
        raise InputError([Problem(str(path), refused[0], advice=refused[1])])
    content = template(language)
    try:
        path.write_bytes(content)
    except OSError as error:
        what = Text("无法写入文件", "the file cannot be written")
        advice = Text("请检查文件夹与权限", "check the folder and your permissions")
        raise InputError([Problem(str(path), what, found=error.strerror or "", advice=advice)]) from error


def template(language: Language, sectors: Mapping[str, Sector] = SECTORS) -> bytes:
    """Return the workbook: a page of instructions, a sheet per sector, a hidden sheet of drop-down lists.

    Headings are Chinese unless ``language`` is ``en``; each heading's comment has the other language and the help, and
    ``both`` shows drop-downs and messages in both. The same call gives the same bytes.
    """
    stream = io.BytesIO()
    plain = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(stream, {"in_memory": True, **plain}) as book:
        book.set_properties({"title": TITLE.say(language), "author": "Jianpai", "created": CREATED})
        formats = {name: book.add_format(style) for name, style in STYLES.items()}
        side: Literal["zh", "en"] = "en" if language == "en" else "zh"
        _instructions(book.add_worksheet(READ_ME.say(side)), formats, language)
        sheets = {id_: book.add_worksheet(sheet_title(sector, side)) for id_, sector in sectors.items()}
        ranges = _choice_lists(book.add_worksheet(CHOICES.say(side)), sectors, language)
        for id_, sheet in sheets.items():
            fill_sheet(sheet, sectors[id_], formats, ranges[id_], language)
    return stream.getvalue()


def _instructions(sheet: Worksheet, formats: Mapping[str, Format], language: Language) -> None:
    lines = 2 if language == "both" else 1
    sheet.set_column(0, 0, 4)
    sheet.set_column(1, 1, INSTRUCTIONS_WIDTH)
    sheet.write_string(0, 0, TITLE.say(language), formats["title"])
    row = 2
    for number, step in enumerate(STEPS, start=1):
        sheet.write_number(row, 0, number, formats["step"])
        sheet.write_string(row, 1, say(step, language), formats["step"])
        sheet.set_row(row, 18 * lines)
        row += 1
    for line in SNIPPET:
        sheet.write_string(row, 1, line.format(FILE_NAME.say("en" if language == "en" else "zh")), formats["code"])
        row += 1
    for style, words in LEGEND.items():
        row += 1
        sheet.write_string(row, 1, say(words, language), formats[style])
        sheet.set_row(row, 18 * lines)
    sheet.set_paper(A4)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 1)


def _choice_lists(sheet: Worksheet, sectors: Mapping[str, Sector], language: Language) -> dict[str, dict[str, str]]:
    """Write each list of labels once, and return the range of every choice column by sector and column name."""
    ranges: dict[str, dict[str, str]] = {}
    written: dict[tuple[str, ...], str] = {}
    for id_, sector in sectors.items():
        ranges[id_] = {}
        for column in sector.columns:
            labels = tuple(label.say(language) for label in choices(column).values())
            if labels and not column.derived:
                position = len(written)
                name = xl_col_to_name(position, col_abs=True)
                if labels not in written:
                    sheet.write_column(0, position, labels)
                    written[labels] = f"'{sheet.name}'!{name}$1:{name}${len(labels)}"
                ranges[id_][column.name] = written[labels]
    sheet.hide()
    return ranges
