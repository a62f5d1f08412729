"""What reading accepts and refuses, and what a raw table holds."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from model.files import bundled_text, read_toml_text
from model.files.tables import read_tables
from model.problems import InputError, Problem
from model.rawtable import RawTable
from tests.toy_sector import HEADINGS, ROW, rewrite_part, save_book, save_csv

SHEET = "xl/worksheets/sheet1.xml"


def only_table(path: Path) -> RawTable:
    file = read_tables(path)
    assert file.problems == ()
    (table,) = file.tables
    return table


def only_problem(path: Path) -> Problem:
    file = read_tables(path)
    assert file.tables == ()
    (problem,) = file.problems
    assert problem.file == str(path)
    assert problem.what.zh
    assert problem.advice.en
    return problem


def test_csv_cells_are_text_and_rows_are_numbered_as_a_spreadsheet_does(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('a,b\n001,"two\nlines"\n\n,\n3,NA\n\n', encoding="utf-8")
    table = only_table(path)
    assert table.headings == ("a", "b")
    assert table.cells.to_numpy().tolist() == [["001", "two\nlines"], ["3", "NA"]]
    assert table.rows.tolist() == [2, 5]


def test_csv_with_a_byte_order_mark_is_plain_utf8(tmp_path: Path) -> None:
    table = only_table(save_csv(tmp_path / "a.csv", [HEADINGS, ROW], "utf-8-sig"))
    assert table.headings == HEADINGS
    assert table.notes == ()


@pytest.mark.parametrize("encoding", ["gbk", "gb18030", "gb2312"])
def test_csv_in_gbk_is_read_with_a_note(tmp_path: Path, encoding: str) -> None:
    table = only_table(save_csv(tmp_path / "a.csv", [HEADINGS, ROW], encoding))
    assert table.headings == HEADINGS
    assert table.cells.iloc[0, 1] == "一号炉"
    assert [note.en for note in table.notes] == ["the file is not UTF-8 and was read as GBK"]


@pytest.mark.parametrize("cells", [["鄞州区"] * 500, ["是", "否"] * 500, ["衢江"] * 3])
def test_gbk_is_recognised_whatever_repeats(tmp_path: Path, cells: list[str]) -> None:
    """Rare characters and lone ones are no reason to doubt a file whose headings are Chinese."""
    path = save_csv(tmp_path / "a.csv", [["源编号", "区县名称"], *[["A", cell] for cell in cells]], "gbk")
    assert only_table(path).cells.iloc[0, 1] == cells[0]


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("name\nMüller\nCôte d'Or\n", "latin-1"),
        ("name\nBoilers ÇôCoke2\nDryers ÇôWet\n", "latin-1"),
        ("name\nпечь\nкотлов\n", "cp1251"),
        ("名稱\n臺灣廢水處理廠\n", "big5"),
    ],
)
def test_text_that_merely_decodes_as_gbk_is_refused(tmp_path: Path, text: str, encoding: str) -> None:
    """Every one of these decodes as GB 18030 without an error, to characters nobody wrote."""
    path = tmp_path / "a.csv"
    path.write_bytes(text.encode(encoding))
    path.read_bytes().decode("gb18030")
    problem = only_problem(path)
    assert problem.what.en == "the text encoding is not recognised"
    assert problem.expected == "UTF-8 / GBK"


def test_bytes_that_are_no_text_encoding_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"a,b\n\xff\xff\xff,1\n")
    assert only_problem(path).what.en == "the text encoding is not recognised"


@pytest.mark.parametrize(("mark", "shown"), [(";", ";"), ("\t", "Tab"), ("，", "，"), ("|", "|")])
def test_csv_without_commas_says_what_separates_its_cells(tmp_path: Path, mark: str, shown: str) -> None:
    path = tmp_path / "a.csv"
    path.write_text(f"a{mark}b\n1{mark}2\n", encoding="utf-8")
    problem = only_problem(path)
    assert (problem.expected, problem.found, problem.row) == (",", shown, 1)


def test_csv_may_have_a_single_column(tmp_path: Path) -> None:
    assert only_table(save_csv(tmp_path / "a.csv", [["a"], [1]])).headings == ("a",)


def test_csv_with_an_empty_first_row_is_refused(tmp_path: Path) -> None:
    problem = only_problem(save_csv(tmp_path / "a.csv", [[], ["a", "b"], [1, 2]]))
    assert problem.what.en == "row 1 is empty"


def test_csv_rows_longer_than_the_headings_are_all_listed(tmp_path: Path) -> None:
    file = read_tables(save_csv(tmp_path / "a.csv", [["a", "b"], [1, 2, 3], [1, 2], [1, 2, 3, 4]]))
    assert [(problem.row, problem.expected, problem.found) for problem in file.problems] == [
        (2, "2", "3"),
        (4, "2", "4"),
    ]


def test_csv_rows_that_fit_are_read_beside_longer_ones(tmp_path: Path) -> None:
    """So that what is wrong with them is told in the same run; row 2 is too long, row 4 lacks its last cell."""
    (table,) = read_tables(save_csv(tmp_path / "a.csv", [["a", "b"], [1, 2, 3], [4, 5], [6]])).tables
    assert table.rows.tolist() == [3, 4]
    assert table.cells.to_numpy().tolist() == [["4", "5"], ["6", ""]]


def test_more_than_fifty_problems_of_a_kind_are_counted(tmp_path: Path) -> None:
    file = read_tables(save_csv(tmp_path / "a.csv", [["a", "b"], *[[1, 2, 3]] * 70]))
    assert len(file.problems) == 51
    assert file.problems[-1].what.en == "20 more problems of this kind are not listed"


def test_a_trailing_comma_is_no_column(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("a,b,\n1,2,\n", encoding="utf-8")
    assert only_table(path).headings == ("a", "b")


def test_an_unmatched_quotation_mark_is_a_problem(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('a,b\n1,"2\n', encoding="utf-8")
    assert "quotation" in only_problem(path).what.en


def test_an_endless_cell_is_a_problem(tmp_path: Path) -> None:
    """The limit is the csv module's own, 131 072 characters."""
    path = tmp_path / "a.csv"
    path.write_text('a,b\n1,2,3\n1,"' + "x" * 200_000 + '"\n', encoding="utf-8")
    assert "malformed" in only_problem(path).what.en


def test_an_unreadable_file_is_a_problem(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = save_csv(tmp_path / "a.csv", [["a"]])

    def refuse(_: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_bytes", refuse)
    problem = only_problem(path)
    assert (problem.what.en, problem.found) == ("the file cannot be read", "Permission denied")


def test_workbook_cells_keep_their_types(tmp_path: Path) -> None:
    day = dt.datetime(2024, 3, 5)  # noqa: DTZ001 a spreadsheet's dates have no zone
    rows: list[list[object]] = [["a", "b", "c", "d"], ["x", 1, 2.5, day], [None] * 4, ["  "], [True, None, "3", "#N/A"]]
    table = only_table(save_book(tmp_path / "a.xlsx", {"表": rows}))
    assert table.sheet == "表"
    assert table.cells.to_numpy().tolist() == [["x", 1, 2.5, day], [True, None, "3", "#N/A"]]
    assert table.rows.tolist() == [2, 5]


def test_every_row_is_read_whatever_size_the_sheet_states(tmp_path: Path) -> None:
    """A reader that trusts the stated size would see one row."""
    path = save_book(tmp_path / "a.xlsx", {"x": [["a"], *[[number] for number in range(100)]]})
    rewrite_part(path, SHEET, lambda xml: xml.replace(b'<dimension ref="A1:A101"', b'<dimension ref="A1"'))
    assert len(only_table(path).rows) == 100


def test_white_space_in_headings_is_put_in_order(tmp_path: Path) -> None:
    table = only_table(save_book(tmp_path / "a.xlsx", {"x": [["a\n(t/h) ", None, 5, "  "], [1, 2, 3]]}))
    assert table.headings == ("a (t/h)", "", "5")


def test_an_empty_sheet_has_no_headings(tmp_path: Path) -> None:
    assert only_table(save_book(tmp_path / "a.xlsx", {"x": []})).headings == ()


def test_merged_cells_are_problems_where_they_touch_the_table(tmp_path: Path) -> None:
    def merge(book: openpyxl.Workbook) -> None:
        for cells in ("B1:C1", "A2:A3", "A9:B9", "F1:G1"):
            book["x"].merge_cells(cells)

    rows: list[list[object]] = [["a", "b", "c", "d"], [1, 2, 3, 4], [None, 2, 3, 4]]
    problems = only_table(save_book(tmp_path / "a.xlsx", {"x": rows}, merge)).problems
    found = {(problem.what.en, problem.found, problem.row, problem.column) for problem in problems}
    assert found == {("heading cells are merged", "B1:C1", 1, "b"), ("cells are merged", "A2:A3", 2, "a")}


def test_a_formula_nobody_has_computed_is_a_problem(tmp_path: Path) -> None:
    """The writer used here saves formulas without a value, as programs do that are no spreadsheets."""
    path = save_book(tmp_path / "a.xlsx", {"x": [["a", "b"], [1, "=A2*2"], [2, 5], [3, "=A4*2"]]})
    problems = only_table(path).problems
    assert [(problem.row, problem.column) for problem in problems] == [(2, "b"), (4, "b")]
    assert problems[0].what.en == "the formula has no computed value"


def test_the_saved_value_of_a_formula_is_read(tmp_path: Path) -> None:
    path = save_book(tmp_path / "a.xlsx", {"x": [["a", "b"], [1, "=A2*2"], [1, "=A2&A9"]]})
    values = {b"<f>A2*2</f><v></v>": b"<f>A2*2</f><v>2</v>", b"<f>A2*2</f><v />": b"<f>A2*2</f><v>2</v>"}
    values |= {b'<c r="B3">': b'<c r="B3" t="str">'}
    rewrite_part(path, SHEET, lambda xml: replace_all(xml, values))
    table = only_table(path)
    assert table.problems == ()
    assert table.cells.to_numpy().tolist() == [[1, 2], [1, None]]


def replace_all(content: bytes, values: dict[bytes, bytes]) -> bytes:
    for old, new in values.items():
        content = content.replace(old, new)
    return content


def test_cells_without_a_heading_are_problems(tmp_path: Path) -> None:
    table = only_table(save_book(tmp_path / "a.xlsx", {"x": [["a"], [1, None, "stray"], [2]]}))
    assert [(problem.row, problem.found) for problem in table.problems] == [(2, "stray")]


def test_hidden_rows_and_sheets_are_read_with_a_note(tmp_path: Path) -> None:
    def hide(book: openpyxl.Workbook) -> None:
        book["x"].row_dimensions[3].hidden = True
        book["x"].row_dimensions[9].hidden = True
        book["y"].sheet_state = "hidden"

    file = read_tables(save_book(tmp_path / "a.xlsx", {"x": [["a"], [1], [2]], "y": [["a"]]}, hide))
    assert [[note.en for note in table.notes] for table in file.tables] == [
        ["1 hidden rows were read too"],
        ["a hidden sheet was read too"],
    ]
    assert len(file.tables[0].rows) == 2


def test_the_date_system_of_1904_is_refused_and_the_cells_are_still_read(tmp_path: Path) -> None:
    path = save_book(tmp_path / "a.xlsx", {"x": [["a"], [1]]})
    change = {b"<workbookPr />": b'<workbookPr date1904="1"/>', b"<workbookPr/>": b'<workbookPr date1904="1"/>'}
    rewrite_part(path, "xl/workbook.xml", lambda xml: replace_all(xml, change))
    file = read_tables(path)
    assert [(problem.expected, problem.found) for problem in file.problems] == [("1900", "1904")]
    assert len(file.tables) == 1


def test_a_workbook_without_stated_properties_counts_from_1900(tmp_path: Path) -> None:
    path = save_book(tmp_path / "a.xlsx", {"x": [["a"], [1]]})
    rewrite_part(path, "xl/workbook.xml", lambda xml: replace_all(xml, {b"<workbookPr />": b"", b"<workbookPr/>": b""}))
    assert only_table(path).headings == ("a",)


def test_sheets_may_stand_at_a_path_from_the_root_or_beside_the_workbook(tmp_path: Path) -> None:
    """One writer states /xl/worksheets/sheet1.xml, Excel states worksheets/sheet1.xml."""
    path = save_book(tmp_path / "a.xlsx", {"x": [["a"], [1]]})
    rewrite_part(path, "xl/_rels/workbook.xml.rels", lambda xml: xml.replace(b'"/xl/worksheets', b'"worksheets'))
    assert only_table(path).headings == ("a",)


def test_a_workbook_that_unpacks_to_far_more_than_it_is_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("model.files.workbook.SUSPECT_BYTES", 1_000_000)
    path = save_book(tmp_path / "a.xlsx", {"x": [["a"], [1]]})
    rewrite_part(path, "xl/media/bomb.bin", lambda _: bytes(5_000_000))
    problem = only_problem(path)
    assert problem.what.en == "the workbook unpacks to too much"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_document_type_definition_is_refused(tmp_path: Path, encoding: str) -> None:
    bomb = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa">]><x>&a;</x>'
    path = rewrite_part(save_book(tmp_path / "a.xlsx", {"x": [["a"]]}), SHEET, lambda _: bomb.encode(encoding))
    assert only_problem(path).found == SHEET


@pytest.mark.parametrize("change", [lambda _: b"<worksheet><sheetData>", lambda _: b"no xml"])
def test_a_damaged_workbook_is_a_problem_without_a_traceback(tmp_path: Path, change: Callable[[bytes], bytes]) -> None:
    path = rewrite_part(save_book(tmp_path / "a.xlsx", {"x": [["a"], [1]]}), "xl/workbook.xml", change)
    assert only_problem(path).what.en == "the workbook is damaged and cannot be read"


def test_a_tag_without_an_end_is_not_collected_for_ever(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("model.files.marks.LONGEST_TAG_BYTES", 1000)
    monkeypatch.setattr("model.files.marks.CHUNK_BYTES", 100)
    path = rewrite_part(save_book(tmp_path / "a.xlsx", {"x": [["a"]]}), SHEET, lambda xml: xml + b"<" + b"a" * 5000)
    assert only_problem(path).found == "ValueError"


def test_parquet_keeps_types_and_counts_rows_from_two(tmp_path: Path) -> None:
    frame = pd.DataFrame({"a": ["x", None, "y"], "b": [1.5, None, 2.0], "c": pd.array([1, None, 3], dtype="Int64")})
    frame.to_parquet(tmp_path / "a.parquet")
    table = only_table(tmp_path / "a.parquet")
    assert table.headings == ("a", "b", "c")
    assert table.rows.tolist() == [2, 4]
    assert table.cells[1].tolist() == [1.5, 2.0]


def test_a_named_index_of_parquet_is_a_column(tmp_path: Path) -> None:
    pd.DataFrame({"b": [1]}, index=pd.Index(["x"], name="a")).to_parquet(tmp_path / "a.parquet")
    assert only_table(tmp_path / "a.parquet").headings == ("a", "b")


def test_damaged_parquet_is_a_problem(tmp_path: Path) -> None:
    (tmp_path / "a.parquet").write_bytes(b"PAR1 and then nothing of the kind")
    assert only_problem(tmp_path / "a.parquet").what.en == "the Parquet file is damaged"


def test_parquet_without_pyarrow_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pd.DataFrame({"a": [1]}).to_parquet(tmp_path / "a.parquet")

    def absent(_: object) -> pd.DataFrame:
        raise ImportError

    monkeypatch.setattr(pd, "read_parquet", absent)
    assert only_problem(tmp_path / "a.parquet").what.en == "reading Parquet needs pyarrow"


def test_toml_text_is_read_without_its_byte_order_mark(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_bytes("\ufeffname = '减排'\n".encode())
    assert read_toml_text(tmp_path / "a.toml") == "name = '减排'\n"


def test_toml_text_in_another_encoding_names_the_line(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_bytes("a = 1\nname = '减排'\n".encode("gbk"))
    with pytest.raises(InputError) as raised:
        read_toml_text(tmp_path / "a.toml")
    (problem,) = raised.value.problems
    assert (problem.row, problem.expected) == (2, "UTF-8")


def test_toml_text_of_a_missing_file_is_an_input_problem(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="there is no such file"):
        read_toml_text(tmp_path / "a.toml")


def test_bundled_text_is_found_by_name() -> None:
    assert "nox" in bundled_text("pollutants.csv")
    with pytest.raises(FileNotFoundError):
        bundled_text("measures/none.toml")
