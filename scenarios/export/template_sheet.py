"""One sector's sheet of the planner's workbook."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from model.checks import EXAMPLE_PREFIX
from model.headings import choices, heading
from model.sector import Column, Sector
from model.sectors.helpers import common_columns
from model.text import Language
from scenarios.export.template_words import comment, message, refusal

LAST_ROW = 20_000
WIDEST, NARROWEST = 26, 11
LONGEST_TITLE, LONGEST_MESSAGE = 32, 255
A4 = 9
HEADING_HEIGHT = 50
EXAMPLE_HEIGHT = 18


def sheet_columns(sector: Sector) -> list[Column]:
    """Return the columns to fill in: what is required, what the sector asks besides, and at last who and where."""
    common = {column.name for column in common_columns()}
    asked = [column for column in sector.columns if not column.derived]
    return sorted(asked, key=lambda column: 0 if column.default is None else 2 if column.name in common else 1)


def fill_sheet(
    sheet: Worksheet, sector: Sector, formats: Mapping[str, Format], lists: Mapping[str, str], language: Language
) -> None:
    """Write headings, comments, an example row, drop-downs and bounds; set up the view and the printed page.

    ``lists`` gives the range of each choice column's drop-down by column name.
    """
    columns = sheet_columns(sector)
    for position, column in enumerate(columns):
        _write_column(sheet, position, column, formats, language)
        sheet.data_validation(
            1, position, LAST_ROW, position, _validation(column, lists.get(column.name, ""), language)
        )
    sheet.set_row(0, HEADING_HEIGHT)
    sheet.set_row(1, EXAMPLE_HEIGHT, formats["example"])
    sheet.freeze_panes(1, 2)
    sheet.autofilter(0, 0, 1, len(columns) - 1)
    sheet.set_paper(A4)
    sheet.set_landscape()
    sheet.set_margins(left=0.4, right=0.4, top=0.6, bottom=0.6)
    sheet.repeat_rows(0)
    sheet.repeat_columns(0, 1)
    sheet.set_print_scale(75)
    sheet.set_header("&L&A&R&F")
    sheet.set_footer("&C&P / &N")


def _write_column(
    sheet: Worksheet, position: int, column: Column, formats: Mapping[str, Format], language: Language
) -> None:
    title = heading(column, "en" if language == "en" else "zh")
    is_text = column.kind != "number" or bool(choices(column))
    example = example_value(column, language)
    sheet.set_column(position, position, _width(title, example), formats["text" if is_text else "number"])
    sheet.write_string(0, position, title, formats["required" if column.default is None else "optional"])
    sheet.write_comment(0, position, comment(column), {"x_scale": 2.2, "y_scale": 1.6, "author": "Jianpai"})
    if isinstance(example, str):
        sheet.write_string(1, position, example, formats["example"]) if example else None
    else:
        sheet.write_number(1, position, example, formats["example"])


def example_value(column: Column, language: Language) -> str | float:
    """Return what the example row shows in a column: choices by their label, nothing without an example."""
    example = column.example
    if column.name == "source_id":
        return f"{EXAMPLE_PREFIX}{example or 1}"
    if example == "" or not choices(column):
        return example
    key = example if isinstance(example, str) else f"{example:g}"
    return choices(column)[key].say(language)


def _width(title: str, example: str | float) -> float:
    """Headings wrap to about two lines; a Chinese character is two wide."""
    wide = [sum(1 + (ord(character) > 0x2E80) for character in str(text)) for text in (title, example)]  # noqa: PLR2004
    return min(max(math.ceil(wide[0] / 2) + 4, wide[1] + 2, NARROWEST), WIDEST)


def _validation(column: Column, choice_range: str, language: Language) -> dict[str, Any]:
    rule: dict[str, Any] = {
        "input_title": heading(column, "en" if language == "en" else "zh")[:LONGEST_TITLE],
        "input_message": message(column, language)[:LONGEST_MESSAGE],
        "error_title": column.title.zh[:LONGEST_TITLE],
        "error_message": refusal(column)[:LONGEST_MESSAGE],
    }
    if choice_range:
        return rule | {"validate": "list", "source": f"={choice_range}"}
    return rule | (_number_rule(column) if column.kind == "number" else {"validate": "any"})


def _number_rule(column: Column) -> dict[str, Any]:
    """A spreadsheet holds one comparison for a cell: both ends where they are closed, else the lower one, else any."""
    low, high = column.minimum, column.maximum
    if column.above is not None:
        return {"validate": "decimal", "criteria": ">", "value": column.above}
    if low is not None and high is not None:
        return {"validate": "decimal", "criteria": "between", "minimum": low, "maximum": high}
    if low is not None:
        return {"validate": "decimal", "criteria": ">=", "value": low}
    limit = {"criteria": "<=", "value": high} if high is not None else {"criteria": ">=", "value": -1e300}
    return {"validate": "decimal"} | limit
