"""How a workbook looks: one font, one accent colour, formats by name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook

from model.text import Language

FONTS: Mapping[Language, str] = {"zh": "Microsoft YaHei", "both": "Microsoft YaHei", "en": "Calibri"}

INK, ACCENT, PALE, LINE = "#1F2933", "#1B4F72", "#DCE6F1", "#B8C4CE"
WARN_INK, WARN = "#7A1F1F", "#FFF1CC"

NUMBERS: Mapping[str, str] = {
    "tonnes": '#,##0.00;-#,##0.00;"–"',
    "money": "#,##0.00",
    "whole": "#,##0",
    "year": "0",
    "date": "yyyy-mm-dd",
    "percent": "0.0%",
    "text": "General",
    "name": "General",
}

STYLES: Mapping[str, Mapping[str, Any]] = {
    "title": {"bold": True, "font_size": 16, "font_color": ACCENT, "valign": "vcenter"},
    "subtitle": {"font_color": "#52606D", "valign": "vcenter"},
    "banner": {"bold": True, "font_color": WARN_INK, "bg_color": WARN, "valign": "vcenter", "text_wrap": True},
    "section": {"bold": True, "font_size": 12, "font_color": ACCENT, "valign": "vcenter"},
    "heading": {
        "bold": True,
        "bg_color": PALE,
        "border": 1,
        "border_color": LINE,
        "align": "center",
        "valign": "vcenter",
        "text_wrap": True,
    },
    "cell": {"border": 1, "border_color": LINE, "valign": "vcenter"},
    "total": {"bold": True, "border": 1, "border_color": LINE, "top": 2, "bg_color": "#F1F5F9", "valign": "vcenter"},
    "label": {
        "bold": True,
        "border": 1,
        "border_color": LINE,
        "bg_color": PALE,
        "valign": "vcenter",
        "text_wrap": True,
    },
    "note": {"italic": True, "font_color": "#52606D", "valign": "top", "text_wrap": True},
    "remark": {"valign": "top", "text_wrap": True},
    "good": {"border": 1, "border_color": LINE, "font_color": "#1E6B3A", "align": "center", "valign": "vcenter"},
    "bad": {
        "border": 1,
        "border_color": LINE,
        "bold": True,
        "font_color": "#A61B1B",
        "bg_color": "#FDECEA",
        "align": "center",
        "valign": "vcenter",
        "text_wrap": True,
    },
}

ALIGN: Mapping[str, Mapping[str, Any]] = {
    "text": {"align": "left", "text_wrap": True},
    "name": {"align": "center", "text_wrap": True},
    "year": {"align": "center"},
    "date": {"align": "center"},
}


class Styles:
    """The formats of one workbook, each made once."""

    def __init__(self, book: Workbook, language: Language) -> None:
        self._book = book
        self._base = {"font_name": FONTS[language], "font_size": 10, "font_color": INK}
        self._made: dict[tuple[tuple[str, Any], ...], Format] = {}
        self._properties: dict[Format, Mapping[str, Any]] = {}
        self._cells: dict[tuple[str, str], Format] = {}

    def named(self, name: str) -> Format:
        """Return the format ``name`` of `STYLES`."""
        return self._format(STYLES[name])

    def cell(self, form: str, *, name: str = "cell") -> Format:
        """Return the format of a table cell that holds a ``form`` of number or text."""
        if (form, name) not in self._cells:
            properties = {**STYLES[name], "num_format": NUMBERS[form], **ALIGN.get(form, {})}
            self._cells[form, name] = self._format(properties)
        return self._cells[form, name]

    def number(self, num_format: str) -> Format:
        """Return the format of a table cell with a number format of its own."""
        return self._format({**STYLES["cell"], "num_format": num_format})

    def quoted(self, style: Format) -> Format:
        """Return a format under which a program keeps a text as text also when it is edited."""
        return self._format({**self._properties[style], "quote_prefix": True})

    def _format(self, properties: Mapping[str, Any]) -> Format:
        full = {**self._base, **properties}
        key = tuple(sorted(full.items()))
        if key not in self._made:
            made = self._book.add_format(full)
            self._made[key], self._properties[made] = made, full
        return self._made[key]


def decimals(places: int, before: str = "") -> str:
    """Return a number format with a fixed number of decimals, after literal words.

    >>> decimals(2, "≥ ")
    '"≥ "#,##0.00'
    """
    words = f'"{before}"' if before else ""
    return f"{words}#,##0.{'0' * places}" if places else f"{words}#,##0"
