"""Cells of documents: numbers with the digits of their column, money in Chinese, two languages on two lines."""

from datetime import date

import pytest

from model.text import Language, Text
from scenarios.export.blocks import Block, BlockCell, Figure
from scenarios.export.printed import PrintedCell, chinese_money, fixed, printable, printed, with_widths
from scenarios.export.table import Cell, Column, Form
from scenarios.wording.words import LABEL


def shown(form: Form, cell: Cell, language: Language = "zh") -> str:
    column = Column(Text("列", "column"), form)
    return printed(Block(Text("表", "table"), (column,), [[cell]]), language).rows[0][0].text


@pytest.mark.parametrize(
    ("form", "cell", "text"),
    [
        ("tonnes", 1234.565, "1,234.57"),
        ("tonnes", 0.0, "–"),
        ("money", 0.0, "0.00"),
        ("whole", 2.5, "3"),
        ("year", 2025, "2025"),
        ("percent", 0.3333, "33.3%"),
        ("percent", None, ""),
        ("date", date(2025, 12, 31), "2025-12-31"),
        ("text", 0.04, "0.04"),
        ("name", 3, "3"),
        ("text", "900 CNY/t", "900 元/t"),
    ],
)
def test_a_cell_is_printed_as_its_column_says(form: Form, cell: Cell, text: str) -> None:
    assert shown(form, cell) == text


def test_money_keeps_its_letters_where_english_stands_beside() -> None:
    assert shown("text", "900 CNY/t", "both") == shown("text", "900 CNY/t", "en") == "900 CNY/t"


@pytest.mark.parametrize(("written", "said"), [("5 CNY/yr", "5 元/年"), ("1 CNY/CNY", "1 元/元"), ("7 CNY", "7 元")])
def test_money_is_said_in_chinese(written: str, said: str) -> None:
    assert chinese_money(written) == said


def test_other_words_are_not_taken_for_money() -> None:
    assert chinese_money("CNY") == "CNY"
    assert chinese_money("900 CNY a tonne") == "900 CNY a tonne"


def test_halves_are_rounded_up_as_in_a_sheet() -> None:
    """Binary floats would give 0.12 and 2.67."""
    assert (fixed(0.125, 2), fixed(2.675, 2), fixed(-0.001, 2)) == ("0.13", "2.68", "0.00")


def test_a_verdict_has_its_tone_and_a_bound_its_sign() -> None:
    columns = (Column(Text("达到", "met")), Column(Text("要求", "asked"), "tonnes"))
    rows: list[list[BlockCell]] = [[LABEL["no"], Figure(60.0, 2, "≥ ")], [LABEL["yes"], Figure(3.0, 0)]]
    block = Block(Text("表", "table"), columns, rows)
    assert printed(block, "both").rows == [
        [PrintedCell("否\nno", "bad"), PrintedCell("≥ 60.00")],
        [PrintedCell("是\nyes", "good"), PrintedCell("3")],
    ]


def test_totals_stand_below_columns_that_are_added_up() -> None:
    columns = (Column(Text("区县", "District")), Column(Text("投资", "Capital"), "money", total=True))
    table = printed(Block(Text("表", "table"), columns, [["东", 1.5], ["西", 2.25]]), "zh")
    assert list(table.total) == ["合计", "3.75"]
    assert [column.width for column in with_widths(table, (3, 4)).columns] == [3, 4]


def test_what_no_document_can_hold_is_left_out() -> None:
    assert printable("a\x00b\x0bc\rd\ud800e\nf") == "abcde\nf"
