"""Inventories put together from files, and everything wrong with them said at once."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from model.inventory import Inventory
from model.problems import InputError, Problem
from model.read_inventory import load_inventory
from tests.toy_sector import FACTORS, HEADINGS, ROW, SECTORS, Rows, rewrite_part, row, save_book, save_csv

DISTRICTS = ("吴兴", "南浔", "德清", "长兴", "安吉")
PLANT_HEADINGS = ("源编号", "源名称", "区县", "水量(m3/d)")
PLANT = ("P1", "一厂", "德清", 40_000)


def load(sources: Mapping[str, Path], districts: Sequence[str] | None = DISTRICTS) -> Inventory:
    return load_inventory(sources, FACTORS, sectors=SECTORS, districts=districts)


def problems_of(sources: Mapping[str, Path]) -> tuple[Problem, ...]:
    with pytest.raises(InputError) as raised:
        load(sources)
    return raised.value.problems


def one(sources: Mapping[str, Path]) -> Problem:
    (problem,) = problems_of(sources)
    return problem


def test_the_same_rows_give_the_same_inventory_from_any_file(tmp_path: Path) -> None:
    rows = [HEADINGS, row(id="B2", fuel="燃气"), row(id="B1")]
    csv = save_csv(tmp_path / "a.csv", rows)
    book = save_book(tmp_path / "a.xlsx", {"锅炉": rows})
    frame = pd.DataFrame(rows[1:], columns=list(HEADINGS))
    frame.to_parquet(tmp_path / "a.parquet")
    tables = [load({"boilers": path}).tables["boilers"] for path in (csv, book, tmp_path / "a.parquet")]
    pd.testing.assert_frame_equal(tables[0], tables[1])
    pd.testing.assert_frame_equal(tables[0], tables[2])


def test_rows_stand_by_id_and_sectors_in_registry_order(tmp_path: Path) -> None:
    boilers = save_csv(tmp_path / "b.csv", [HEADINGS, row(id="B10"), row(id="B1")])
    plants = save_csv(tmp_path / "p.csv", [PLANT_HEADINGS, PLANT])
    inventory = load({"plants": plants, "boilers": boilers})
    assert list(inventory.tables) == ["boilers", "plants"]
    assert inventory.sources()["source_id"].tolist() == ["B1", "B10", "P1"]
    assert inventory.offsets() == {"boilers": 0, "plants": 2}
    assert inventory.size == 3


@pytest.mark.parametrize("names", [("锅炉", "污水处理厂"), ("Boilers", "Treatment plants"), ("boilers", "PLANTS")])
def test_a_workbook_holds_every_sector_its_sheets_name(tmp_path: Path, names: tuple[str, str]) -> None:
    sheets: dict[str, Rows] = {
        "说明": [["x"]],
        names[0]: [HEADINGS, ROW],
        names[1]: [PLANT_HEADINGS, PLANT],
        "自定义_草稿": [[1, 2]],
    }
    sheets["Sheet1"] = []
    inventory = load({"workbook": save_book(tmp_path / "a.xlsx", sheets)})
    assert list(inventory.tables) == ["boilers", "plants"]
    assert inventory.notes == ()


def test_one_workbook_may_be_named_for_several_sectors(tmp_path: Path) -> None:
    path = save_book(tmp_path / "a.xlsx", {"锅炉": [HEADINGS, ROW], "污水处理厂": [PLANT_HEADINGS, PLANT]})
    assert load({"boilers": path, "plants": path}).size == 2


def test_the_only_sheet_is_taken_whatever_its_name(tmp_path: Path) -> None:
    assert load({"boilers": save_book(tmp_path / "a.xlsx", {"Sheet1": [HEADINGS, ROW]})}).size == 1


def test_an_unfilled_sheet_of_a_workbook_is_left_out(tmp_path: Path) -> None:
    sheets: dict[str, Rows] = {"锅炉": [HEADINGS, ROW], "污水处理厂": [PLANT_HEADINGS, ("示例-1", "x", "x", "x")]}
    assert list(load({"workbook": save_book(tmp_path / "a.xlsx", sheets)}).tables) == ["boilers"]


def test_what_is_odd_but_accepted_is_noted_with_its_place_but_no_folder(tmp_path: Path) -> None:
    path = save_csv(tmp_path / "a.csv", [HEADINGS, ROW, row(id="示例-1")], "gbk")
    notes = load({"boilers": path}).notes
    assert [note.zh for note in notes] == ["a.csv：文件不是UTF-8编码，已按GBK读取", "a.csv：已跳过示例行：第3行"]
    assert [note.en for note in notes] == [
        "a.csv: the file is not UTF-8 and was read as GBK",
        "a.csv: example rows left out: row 3",
    ]


def test_a_note_names_its_sheet(tmp_path: Path) -> None:
    path = save_book(tmp_path / "a.xlsx", {"锅炉": [HEADINGS, row(capacity="35")]})
    (note,) = load({"workbook": path}).notes
    assert note.en.startswith("a.xlsx, 锅炉: ")


def test_districts_are_free_when_the_scenario_lists_none(tmp_path: Path) -> None:
    assert load({"boilers": save_csv(tmp_path / "a.csv", [HEADINGS, row(district="巴黎")])}, None).size == 1


def test_an_id_used_twice_in_a_table_names_both_rows(tmp_path: Path) -> None:
    problem = one({"boilers": save_csv(tmp_path / "a.csv", [HEADINGS, ROW, row(id="A2"), row(id=" A1 ")])})
    assert (problem.row, problem.found) == (4, "A1 (row 2; row 4)")
    assert problem.what.en == "the source id is not unique"


def test_an_id_used_in_two_files_or_sheets_names_both_places(tmp_path: Path) -> None:
    boilers = save_csv(tmp_path / "b.csv", [HEADINGS, ROW])
    plants = save_book(tmp_path / "p.xlsx", {"污水处理厂": [PLANT_HEADINGS, PLANT, ("A1", *PLANT[1:])]})
    problem = one({"boilers": boilers, "plants": plants})
    assert (problem.file, problem.sheet, problem.row) == (str(plants), "污水处理厂", 3)
    assert problem.found == f"A1 ({boilers}, row 2; row 3)"
    both = save_book(tmp_path / "a.xlsx", {"锅炉": [HEADINGS, ROW], "污水处理厂": [PLANT_HEADINGS, ("A1", *PLANT[1:])]})
    assert one({"workbook": both}).found == f"A1 ({both}, sheet 锅炉, row 2; row 2)"


def test_many_repeated_ids_are_counted(tmp_path: Path) -> None:
    problems = problems_of({"boilers": save_csv(tmp_path / "a.csv", [HEADINGS, *[ROW] * 100])})
    assert len(problems) == 51
    assert problems[-1].what.en == "49 more problems of this kind are not listed"


def test_ids_are_compared_even_where_tables_have_other_problems(tmp_path: Path) -> None:
    problems = problems_of({"boilers": save_csv(tmp_path / "a.csv", [HEADINGS, ROW, row(flow=-1)])})
    assert [problem.what.en for problem in problems] == ["a negative value", "the source id is not unique"]


def test_an_unknown_sector_gets_the_nearest_name(tmp_path: Path) -> None:
    problem = one({"boiler": save_csv(tmp_path / "a.csv", [HEADINGS, ROW])})
    assert (problem.found, problem.advice.en) == ("boiler", 'did you mean "boilers"?')
    assert problem.expected == "boilers | plants | workbook"


def test_an_unknown_sheet_is_refused_and_not_passed_over(tmp_path: Path) -> None:
    sheets: dict[str, Rows] = {"锅炉": [HEADINGS, ROW], "污水处理": [PLANT_HEADINGS, PLANT]}
    problem = one({"workbook": save_book(tmp_path / "a.xlsx", sheets)})
    assert (problem.sheet, problem.advice.zh) == ("污水处理", "是否应为「污水处理厂」？")


@pytest.mark.parametrize("key", ["workbook", "plants"])
def test_an_empty_sheet_is_a_problem(tmp_path: Path, key: str) -> None:
    sheets: dict[str, Rows] = {"锅炉": [HEADINGS, ROW], "污水处理厂": []}
    problem = one({key: save_book(tmp_path / "a.xlsx", sheets)})
    assert (problem.sheet, problem.what.en) == ("污水处理厂", "the sheet is empty")


def test_a_sheet_whose_headings_do_not_stand_in_row_1_is_a_problem(tmp_path: Path) -> None:
    problem = one({"workbook": save_book(tmp_path / "a.xlsx", {"锅炉": [[None], HEADINGS, ROW]})})
    assert (problem.row, problem.what.en) == (1, "row 1 is empty")


def test_a_workbook_without_a_sheet_for_the_sector_says_which_there_are(tmp_path: Path) -> None:
    problem = one({"plants": save_book(tmp_path / "a.xlsx", {"甲": [HEADINGS, ROW], "乙": [HEADINGS, ROW]})})
    assert (problem.expected, problem.found) == ("污水处理厂", "甲, 乙")


@pytest.mark.parametrize("key", ["workbook", "boilers"])
def test_an_inventory_without_sources_is_a_problem(tmp_path: Path, key: str) -> None:
    path = save_book(tmp_path / "a.xlsx", {"锅炉": [HEADINGS, row(id="示例-1")]})
    assert one({key: path}).what.en == "there are no sources"


def test_no_file_at_all_is_a_problem() -> None:
    assert one({}).what.en == "there are no sources"


def test_a_sector_may_not_come_from_two_tables(tmp_path: Path) -> None:
    csv = save_csv(tmp_path / "a.csv", [HEADINGS, ROW])
    book = save_book(tmp_path / "a.xlsx", {"锅炉": [HEADINGS, row(id="A2")]})
    problem = one({"boilers": csv, "workbook": book})
    assert problem.what.en == "two tables for the same sector"
    assert problem.found == f"{csv}; {book}, sheet 锅炉"


def test_a_file_that_cannot_be_read_stands_once_among_the_problems(tmp_path: Path) -> None:
    path = tmp_path / "none.xlsx"
    assert one({"boilers": path, "plants": path}).what.en == "there is no such file"


def bad_book(path: Path) -> Path:
    """Write a workbook with nearly everything wrong that happens to planners."""

    def spoil(book: openpyxl.Workbook) -> None:
        book["锅炉"].cell(1, 5).value = "额定蒸发量(MW)"
        book["污水处理厂"].merge_cells("B1:C1")

    boilers = [
        (*HEADINGS, "脱硝效率"),
        (*row(flow=-1), 45),
        (*row(id="A1", district="南浔区"), "45%"),
        (*row(id="A3", flow="多"), "#N/A"),
        (None, "合计", None, None, None, 100, None),
    ]
    save_book(path, {"锅炉": boilers, "污水处理厂": [PLANT_HEADINGS, PLANT]}, spoil)
    dates = {b"<workbookPr />": b'<workbookPr date1904="1"/>', b"<workbookPr/>": b'<workbookPr date1904="1"/>'}

    def date_1904(xml: bytes) -> bytes:
        for old, new in dates.items():
            xml = xml.replace(old, new)
        return xml

    return rewrite_part(path, "xl/workbook.xml", date_1904)


def test_every_problem_of_every_file_is_said_at_once_with_its_place(tmp_path: Path) -> None:
    book = bad_book(tmp_path / "bad.xlsx")
    html = tmp_path / "plants.xlsx"
    html.write_text("<html></html>", encoding="utf-8")
    found = {
        (Path(problem.file).name, problem.sheet, problem.row, problem.column, problem.what.en)
        for problem in problems_of({"workbook": book, "plants": html})
    }
    assert found == {
        ("bad.xlsx", "", None, "", "the workbook counts dates from 1904, four years off"),
        ("bad.xlsx", "锅炉", 1, "额定蒸发量(MW)", "the unit in the heading is wrong"),
        ("bad.xlsx", "锅炉", 2, "水量(m3/d)", "a negative value"),
        ("bad.xlsx", "锅炉", 2, "脱硝效率", "a percentage where a fraction is due"),
        ("bad.xlsx", "锅炉", 3, "区县", "the scenario has no such district"),
        ("bad.xlsx", "锅炉", 3, "脱硝效率", "a percentage written as text"),
        ("bad.xlsx", "锅炉", 3, "源编号", "the source id is not unique"),
        ("bad.xlsx", "锅炉", 4, "水量(m3/d)", "text in a number cell"),
        ("bad.xlsx", "锅炉", 4, "脱硝效率", "a formula error"),
        ("bad.xlsx", "锅炉", 5, "源编号", "the row has no source id and looks like a totals row"),
        ("bad.xlsx", "污水处理厂", 1, "源名称", "heading cells are merged"),
        ("plants.xlsx", "", None, "", "the file is not what its name says"),
    }


@pytest.mark.parametrize(
    ("language", "line"),
    [
        ("zh", "，工作表“锅炉”，第2行，“脱硝效率”列: 应填小数，不是百分数; 应为: >= 0, <= 1; 实为: 45; 45%请写 0.45"),
        ("en", "; expected: >= 0, <= 1; found: 45; for 45 % write 0.45"),
    ],
)
def test_a_problem_reads_as_one_line(tmp_path: Path, language: str, line: str) -> None:
    (problem,) = [
        problem for problem in problems_of({"workbook": bad_book(tmp_path / "b.xlsx")}) if problem.found == "45"
    ]
    assert problem.say("zh" if language == "zh" else "en").endswith(line)
