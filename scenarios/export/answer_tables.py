"""Answers about a plan as files: tables as CSV and workbook, and a page with sentences, charts and tables."""

from __future__ import annotations

import csv
import html
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from xlsxwriter import Workbook

from model.text import Language, Text
from scenarios.export.csv_tasks import BOM, RISKY
from scenarios.export.printed import printable
from scenarios.export.report_html import LANG, plotly_js, policy
from scenarios.export.report_look import BOOT, PRINT, STYLE
from scenarios.export.sheet_names import SheetNames
from scenarios.export.xlsx_tasks import CREATED
from scenarios.figures.style import Figure, caption
from scenarios.wording.shown import lines

type Cell = str | float | int | Text | None

COLUMN_WIDTH = 22
DIGITS = 12
"""Significant digits of a number in a file, as in ``result.json``."""


@dataclass(frozen=True, slots=True)
class PlainTable:
    """A table: a name, headings, and rows of texts and numbers."""

    name: Text
    headings: Sequence[Text]
    rows: Sequence[Sequence[Cell]]


def table_csv(table: PlainTable, language: Language) -> str:
    """Return a table as CSV text in UTF-8 with BOM; texts that look like formulas get an apostrophe."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow([heading.say(language) for heading in table.headings])
    writer.writerows([[_written(cell, language) for cell in row] for row in table.rows])
    return BOM + buffer.getvalue()


def _written(cell: Cell, language: Language) -> str | float | None:
    if isinstance(cell, Text | str):
        text = cell.say(language) if isinstance(cell, Text) else cell
        return f"'{text}" if text.startswith(RISKY) else text
    return float(f"{cell:.{DIGITS}g}") if isinstance(cell, float) else cell


def tables_xlsx(title: Text, tables: Sequence[PlainTable], language: Language) -> bytes:
    """Return a workbook with a sheet for each table; the same tables give the same bytes, no text is a formula."""
    stream = io.BytesIO()
    names = SheetNames()
    plain = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with Workbook(stream, plain) as book:
        book.set_properties({"title": title.say(language), "author": "Jianpai", "created": CREATED})
        bold = book.add_format({"bold": True, "text_wrap": True, "bottom": 1})
        for table in tables:
            sheet = book.add_worksheet(names.take(table.name.say("zh" if language == "zh" else "en")))
            sheet.set_column(0, max(len(table.headings) - 1, 0), COLUMN_WIDTH)
            sheet.freeze_panes(1, 0)
            for column, heading in enumerate(table.headings):
                sheet.write_string(0, column, lines(heading, language), bold)
            for number, row in enumerate(table.rows, start=1):
                for column, cell in enumerate(row):
                    if isinstance(cell, Text | str):
                        sheet.write_string(number, column, cell.say(language) if isinstance(cell, Text) else cell)
                    elif cell is not None:
                        sheet.write_number(number, column, float(f"{cell:.{DIGITS}g}"))
    return stream.getvalue()


def answer_page(
    title: Text,
    sentences: Sequence[Text],
    figures: Mapping[str, Figure],
    tables: Sequence[PlainTable],
    language: Language,
) -> str:
    """Return one HTML page that needs no other file or host; every text in it is escaped."""
    scripts = (plotly_js(), BOOT) if figures else ()
    data = json.dumps({f"chart-{name}": figure for name, figure in figures.items()}, ensure_ascii=False)
    body = [f"<h1>{_text(lines(title, language))}</h1>"]
    body += [f"<p>{_text(lines(text, language))}</p>" for text in sentences]
    body += [_chart(name, figure) for name, figure in figures.items()]
    body += [_table(table, language) for table in tables]
    head = [
        '<meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{policy(scripts)}">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{_text(title.say(language))}</title>",
        f"<style>{STYLE}{PRINT}</style>",
    ]
    inert = data.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
    foot = [
        f'<script type="application/json" id="figures">{inert}</script>',
        *(f"<script>{s}</script>" for s in scripts),
    ]
    parts = ["<!DOCTYPE html>", f'<html lang="{LANG[language]}">', "<head>", *head, "</head>", "<body>", *body, *foot]
    return "\n".join([*parts, "</body>", "</html>", ""])


def _chart(name: str, figure: Figure) -> str:
    look = f'role="img" aria-label="{_text(caption(figure))}" style="height:{figure["layout"]["height"]:g}px"'
    return f'<figure><div id="chart-{name}" class="plot" {look}></div></figure>'


def _table(table: PlainTable, language: Language) -> str:
    heads = "".join(f'<th scope="col">{_text(lines(heading, language))}</th>' for heading in table.headings)
    rows = "".join(f"<tr>{''.join(_cell(cell, language) for cell in row)}</tr>" for row in table.rows)
    caption = f"<caption>{_text(lines(table.name, language))}</caption>"
    body = f"<thead><tr>{heads}</tr></thead><tbody>{rows}</tbody>"
    return f'<div class="scroll"><table class="plain">{caption}{body}</table></div>'


def _cell(cell: Cell, language: Language) -> str:
    if isinstance(cell, Text):
        return f'<td class="left">{_text(cell.say(language))}</td>'
    if isinstance(cell, str):
        return f'<td class="left">{_text(cell)}</td>'
    shown = "" if cell is None else f"{cell:,}" if isinstance(cell, int) else f"{cell:,.2f}"
    return f'<td class="right">{shown}</td>'


def _text(text: str) -> str:
    return html.escape(printable(text)).replace("\n", "<br>")
