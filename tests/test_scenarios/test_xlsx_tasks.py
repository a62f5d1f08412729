"""The workbook a bureau hands out: text stays text, totals are right, every page can be printed."""

import io
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

import openpyxl
import pytest
from openpyxl.cell import Cell
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from model.text import Language
from scenarios.answering.result import Result
from scenarios.export.blocks import costs
from scenarios.export.table import task_columns
from scenarios.export.xlsx_sheet import LONGEST_TEXT
from scenarios.export.xlsx_tasks import Limits, tasks_xlsx
from scenarios.wording.facts import digest
from tests.test_scenarios.hand_made import COST, PENDING, emission, hand_made, infeasible, requirement, shares, task

BANNER = {"zh": "示意数据：不代表真实企业。", "en": "Illustrative data: no real enterprise."}
HEADING_ROW = 2
FORMULA = '=HYPERLINK("http://x")'
LANGUAGES: tuple[Language, ...] = ("zh", "en", "both")


def opened(result: Result, language: Language = "zh", *, limits: Limits | None = None) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(tasks_xlsx(result, language, limits or Limits())))


def values(result: Result, language: Language = "zh") -> openpyxl.Workbook:
    """The workbook as a reader sees it that does not compute: stored values in place of formulas."""
    return openpyxl.load_workbook(io.BytesIO(tasks_xlsx(result, language)), data_only=True)


def sheet(book: openpyxl.Workbook, name: str) -> Worksheet:
    found = book[name]
    assert isinstance(found, Worksheet)
    return found


def texts(page: Worksheet) -> str:
    return "\n".join(str(cell) for row in page.iter_rows(values_only=True) for cell in row if cell is not None)


def column(result: Result, key: str) -> int:
    return next(place for place, found in enumerate(task_columns(result), start=1) if found.key == key)


def totals_row(page: Worksheet) -> dict[int, object]:
    (row,) = [row for row in page.iter_rows() if row[0].value == "合计"]
    return {cell.column: cell.value for cell in row if isinstance(cell, Cell) and cell.value not in {None, "", "合计"}}


def every_cell(book: openpyxl.Workbook) -> Iterator[Cell]:
    for page in book.worksheets:
        for row in page.iter_rows():
            yield from (cell for cell in row if isinstance(cell, Cell))


def test_there_is_a_sheet_for_each_view_and_each_district() -> None:
    assert opened(hand_made()).sheetnames == ["汇总", "任务清单", "东区", "西区", "费用", "排放量", "假设与来源"]


def test_sheets_are_named_in_the_language_asked_for() -> None:
    assert opened(hand_made(), "en").sheetnames[:2] == ["Summary", "Task list"]
    assert opened(hand_made(), "both").sheetnames[:2] == ["汇总 Summary", "任务清单 Task list"]


def test_the_same_answer_gives_the_same_bytes() -> None:
    assert tasks_xlsx(hand_made(), "both") == tasks_xlsx(hand_made(), "both")


def test_the_time_stamp_is_fixed() -> None:
    created = opened(hand_made()).properties.created
    assert created == datetime(2020, 1, 1)  # noqa: DTZ001 - a time stamp of xlsx has no zone


@pytest.mark.parametrize("first", ["=", "+", "-", "@", "＝"])
def test_a_name_that_looks_like_a_formula_stays_text(first: str) -> None:
    result = hand_made(tasks=[task(1, source_name=f"{first}1+1")])
    cell = sheet(opened(result), "任务清单").cell(HEADING_ROW + 1, column(result, "source_name"))
    assert (cell.value, cell.data_type, cell.quotePrefix) == (f"{first}1+1", "s", 1)


def test_nothing_of_the_user_becomes_a_formula_or_a_link() -> None:
    """Every text that the answer takes over from its author is set to a formula; only totals may be formulas."""
    said = {"zh": FORMULA, "en": FORMULA}
    result = hand_made(
        title=said,
        jurisdiction=said,
        notes=[said],
        illustrative=said,
        tasks=[task(1, district=FORMULA, source_name=FORMULA, lead_unit=FORMULA, support_units=FORMULA, cites=[said])],
        requirements=[
            requirement(row=FORMULA, note=said, cites=[{"document": said, "clause": FORMULA, "summary": said}])
        ],
        assumptions=[{"id": FORMULA, "text": said, "value": FORMULA, "cites": [said]}],
    )
    book = opened(result)
    formulas = {str(cell.value) for cell in every_cell(book) if cell.data_type == "f"}
    assert {formula[:5] for formula in formulas} == {"=SUBT", "=SUM("}
    assert not [cell for cell in every_cell(book) if cell.hyperlink]


def test_a_text_of_digits_stays_text() -> None:
    result = hand_made(tasks=[task(1, source_name="00123")])
    assert sheet(opened(result), "任务清单").cell(HEADING_ROW + 1, column(result, "source_name")).value == "00123"


def test_a_text_longer_than_a_cell_is_cut_and_marked() -> None:
    result = hand_made(tasks=[task(1, source_name="长" * 40_000)])
    cell = sheet(opened(result), "任务清单").cell(HEADING_ROW + 1, column(result, "source_name"))
    assert len(str(cell.value)) == LONGEST_TEXT
    assert str(cell.value).endswith("…")


def test_totals_are_formulas_over_the_visible_rows() -> None:
    page = sheet(opened(hand_made()), "任务清单")
    assert totals_row(page)[column(hand_made(), "nox_reduction")] == "=SUBTOTAL(109,F3:F5)"


def test_stored_totals_equal_the_answer() -> None:
    """485.4321 万元 of capital and 105.00005 万元 a year are the answer's own totals; NOx falls by 65 t."""
    found = totals_row(sheet(values(hand_made()), "任务清单"))
    expected = {"capital": COST.capital_cny / 1e4, "annual_cost": COST.annual_cny / 1e4, "nox_reduction": 65.0}
    assert {key: found[column(hand_made(), key)] for key in expected} == expected


def test_each_district_has_its_own_totals() -> None:
    result = hand_made()
    capital = column(result, "capital")
    assert totals_row(sheet(values(result), "东区"))[capital] == 420.0
    assert totals_row(sheet(values(result), "西区"))[capital] == 65.4321


def test_without_an_answer_there_is_no_cost_to_show() -> None:
    assert costs(infeasible()) == []


def test_costs_add_up_but_not_over_years() -> None:
    """Yearly costs of two years are not one sum of money; capital and present value are."""
    cost = replace(COST, by_year=shares("year", (2024, 400_000.0, 3e6), (2025, 1_050_000.5, 1_854_321.0)))
    page = sheet(values(hand_made(cost=cost, years=[2024, 2025])), "费用")
    assert [[cell.value for cell in row] for row in page.iter_rows(min_row=4, max_row=7)] == [
        ["年份", "总投资\n（万元）", "年费用\n（万元/年）", "规划期费用现值\n（万元）"],
        [2024, 300.0, 40.0, 40.0],
        [2025, 185.4321, 105.00005, 105.00005],
        ["合计", 485.4321, None, 145.00005],
    ]


def test_the_list_has_filters_and_a_frozen_heading() -> None:
    page = sheet(opened(hand_made()), "任务清单")
    assert (page.auto_filter.ref, page.freeze_panes) == ("A2:X5", "D3")


def test_numbers_have_formats() -> None:
    result = hand_made()
    page = sheet(opened(result), "任务清单")
    formats = {
        key: page.cell(HEADING_ROW + 1, column(result, key)).number_format
        for key in ("nox_reduction", "capital", "nox_cost_per_t", "start_year", "due", "source_name")
    }
    assert formats == {
        "nox_reduction": '#,##0.00;-#,##0.00;"–"',
        "capital": "#,##0.00",
        "nox_cost_per_t": "#,##0",
        "start_year": "0",
        "due": "yyyy-mm-dd",
        "source_name": "General",
    }


def test_deadlines_are_days() -> None:
    cell = sheet(opened(hand_made()), "任务清单").cell(HEADING_ROW + 1, column(hand_made(), "due"))
    assert cell.value == datetime(2025, 12, 31)  # noqa: DTZ001 - a day has no zone


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_prints_on_a4_landscape_one_page_wide(language: Language) -> None:
    for page in opened(hand_made(), language).worksheets:
        setup = page.page_setup
        assert (setup.paperSize, setup.orientation, setup.fitToWidth or 1, setup.fitToHeight) == (9, "landscape", 1, 0)
        assert page.sheet_properties.pageSetUpPr is not None
        assert page.sheet_properties.pageSetUpPr.fitToPage


def test_the_heading_is_repeated_on_every_page() -> None:
    page = sheet(opened(hand_made()), "任务清单")
    assert page.print_title_rows == "$2:$2"


def test_the_foot_names_scenario_page_and_inputs() -> None:
    foot = sheet(opened(hand_made()), "任务清单").oddFooter
    assert foot is not None
    assert foot.center is not None
    assert foot.right is not None
    assert foot.center.text == "第 &P 页，共 &N 页"
    assert foot.right.text == f"example-2025  {digest(hand_made())[:12]}"


def test_an_ampersand_in_the_title_is_no_code_of_the_foot() -> None:
    title = {"zh": "A&B&P", "en": "A&B&P"}
    with zipfile.ZipFile(io.BytesIO(tasks_xlsx(hand_made(title=title), "zh"))) as book:
        assert "A&amp;&amp;B&amp;&amp;P" in book.read("xl/worksheets/sheet1.xml").decode()


def test_illustrative_data_are_called_so_on_every_page() -> None:
    book = opened(hand_made(is_illustrative=True, illustrative=BANNER))
    assert {page["A2"].value for page in book.worksheets} == {BANNER["zh"]}


def test_real_data_bear_no_banner() -> None:
    assert all("示意" not in texts(page) for page in opened(hand_made()).worksheets)


def test_the_summary_states_what_was_asked_reached_and_proven() -> None:
    page = texts(sheet(opened(hand_made(requirements=[requirement(), PENDING])), "汇总"))
    for said in (
        "最小费用方案，全部要求均满足。",
        "485.43万元",
        "105.00万元/年",
        "<0.001%",
        "一致",
        digest(hand_made()),
    ):
        assert said in page


def test_a_requirement_is_a_row_of_numbers() -> None:
    book = opened(hand_made())
    (row,) = [row for row in sheet(book, "汇总").iter_rows() if row[0].value == "nox-total"]
    assert [cell.value for cell in row] == [
        "nox-total",
        "NOx减排",
        "全域",
        2025,
        "吨/年",
        60,
        65,
        118.5,
        120.25,
        "是",
        "假设值；清单口径；吨位为假设。",
    ]
    assert row[5].number_format == '"≥ "#,##0.00'


def test_a_pending_value_is_said_and_not_met() -> None:
    (row,) = [
        row
        for row in sheet(opened(hand_made(requirements=[PENDING])), "汇总").iter_rows(values_only=True)
        if row[0] == "cod-from-above"
    ]
    assert (row[5], row[6], row[9]) == ("待定", 0, "待定")


def test_money_requirements_are_in_ten_thousands_and_counts_are_whole() -> None:
    money = requirement(kind="budget", pollutant=None, metric="capital", sense="<=", unit="CNY", asked=3e9)
    count = requirement(kind="quota", pollutant=None, metric="count", unit="count", asked=9.0, row="parks")
    rows = {row[0].value: row for row in sheet(opened(hand_made(requirements=[money, count])), "汇总").iter_rows()}
    assert (rows["nox-total"][4].value, rows["nox-total"][5].value) == ("万元", 300_000)
    assert rows["nox-total"][5].number_format == '"≤ "#,##0.00'
    assert rows["parks"][5].number_format == '"≥ "#,##0'


def test_reductions_of_decided_projects_and_accountable_ones_stand_apart() -> None:
    """VOCs: 100 t in the base year, 110 without the plan, 75 with it; 35 of them decided already, 17.5 accountable."""
    rows = {row[0]: row for row in sheet(opened(hand_made()), "汇总").iter_rows(values_only=True)}
    assert rows["VOCs"][3:10] == (100, 110, 75, 35, 0.35, 35, 17.5)


def test_emissions_are_added_up_by_sector_and_district() -> None:
    """NOx of the east: 200 t + 0 before, 180 t + 0.5 t after; a share of nothing is left empty."""
    rows = list(sheet(opened(hand_made()), "排放量").iter_rows(values_only=True))
    assert (2025, "NOx", "全域", 250, 275, 210, 65, 0.26) in rows
    assert (2025, "NOx", "VOCs生产线", 0, 0, 0.5, -0.5, None) in rows
    assert (2025, "NOx", "东区", 200, 220, 180.5, 39.5, 0.1975) in rows


def test_a_sector_that_emits_nothing_of_a_pollutant_is_left_out() -> None:
    nothing = emission("东区", "furnaces", "tp", 0.0, 0.0, 0.0)
    page = sheet(opened(hand_made(emissions=[emission("东区", "voc_lines", "tp", 1.0, 1.0, 1.0), nothing])), "排放量")
    assert "火电与工业炉窑" not in texts(page)


def test_emissions_are_listed_by_year_then_pollutant() -> None:
    rows = [
        emission("东区", "coal_boilers", "nox", 1.0, 1.0, 1.0) | {"year": 2024},
        emission("东区", "coal_boilers", "tp", 1.0, 1.0, 1.0) | {"year": 2024},
        emission("东区", "coal_boilers", "nox", 1.0, 1.0, 1.0),
        emission("西区", "coal_boilers", "nox", 1.0, 1.0, 1.0) | {"year": 2024},
    ]
    page = sheet(opened(hand_made(emissions=rows)), "排放量")
    found = [row[:3] for row in page.iter_rows(values_only=True) if row[2] in {"东区", "西区"}]
    assert found == [(2024, "NOx", "东区"), (2024, "NOx", "西区"), (2024, "TP", "东区"), (2025, "NOx", "东区")]


def test_assumptions_prices_and_sources_are_listed() -> None:
    rows = list(sheet(opened(hand_made()), "假设与来源").iter_rows(values_only=True))
    for row in (
        ("growth", "产量年增百分之四。", "0.04", "情景给定", "本情景"),
        ("price-coal", "煤炭价格", "900 CNY/t", "程序默认值", "F270"),
        ("nox-total", "氮氧化物减排六十吨。", "三.1", "假设值", "示例市2025年计划"),
        ("boilers.csv", "cd" * 32, None, None, None),
        ("贴现率", "5%", None, None, None),
        ("highspy", "1.15.0", None, None, None),
        ("附加设置", "discount_rate = 0.05", None, None, None),
    ):
        assert row in rows


def test_neither_seconds_nor_the_date_are_written() -> None:
    later = {**hand_made().provenance, "seconds": {"solve": 99.0}, "date": "2026-02-02T00:00:00+00:00"}
    assert tasks_xlsx(hand_made(provenance=later), "both") == tasks_xlsx(hand_made(), "both")


def test_more_tasks_than_a_sheet_holds_go_on_in_another() -> None:
    """With room for two tasks a sheet, three tasks take two sheets, and the summary says so."""
    book = opened(hand_made(), limits=Limits(sheet_rows=10))
    assert book.sheetnames[1:3] == ["任务清单", "任务清单（续1）"]
    assert sheet(book, "任务清单（续1）").cell(HEADING_ROW + 1, 1).value == 3
    assert "任务清单分为多张" in texts(sheet(book, "汇总"))


def test_very_many_tasks_are_not_listed_and_the_summary_says_so() -> None:
    book = opened(hand_made(), limits=Limits(tasks_once=1))
    first, *others = book.worksheets
    said = {cell.value for row in first.iter_rows() for cell in row if isinstance(cell.value, str)}
    assert any("工作簿不列任务清单" in text for text in said)
    assert not any("任务清单" in sheet.title for sheet in others)


@pytest.mark.parametrize("limits", [Limits(district_sheets=1), Limits(tasks_twice=2)], ids=["districts", "tasks"])
def test_lists_by_district_are_left_out_where_they_are_too_many(limits: Limits) -> None:
    book = opened(hand_made(), limits=limits)
    assert book.sheetnames == ["汇总", "任务清单", "费用", "排放量", "假设与来源"]
    assert "未分区县列表" in texts(sheet(book, "汇总"))


def test_a_plan_without_tasks_says_so() -> None:
    book = opened(hand_made(tasks=[]))
    assert book.sheetnames == ["汇总", "任务清单", "费用", "排放量", "假设与来源"]
    assert "没有任务。" in texts(sheet(book, "任务清单"))


def test_a_large_total_widens_its_column() -> None:
    """999 999 999.99 万元 in bold need some 17 characters; the column is 9 wide otherwise and would show ###."""
    result = hand_made(tasks=[task(1, capital_cny=9_999_999_999_900.0)])
    letter = get_column_letter(column(result, "capital"))
    assert sheet(opened(result), "任务清单").column_dimensions[letter].width > 15


def test_a_row_is_as_high_as_its_longest_text() -> None:
    """Each line takes 14.5 points, and 4 go between the rows.

    Sixty Chinese characters, each 1.95 wide, fill a column of 26 4.5 times: 5 lines. The longest text of the first task
    is its unit: six characters, 11.7 in a column of 10, 2 lines.
    """
    content = {"zh": "一二三四五六七八九十" * 6, "en": ""}
    page = sheet(opened(hand_made(tasks=[task(1), task(2, content=content)])), "任务清单")
    assert [page.row_dimensions[HEADING_ROW + row].height for row in (1, 2)] == [33.0, 76.5]


def test_a_district_called_like_a_page_has_a_sheet_of_its_own() -> None:
    assert "汇总 (2)" in opened(hand_made(tasks=[task(1, district="汇总")])).sheetnames
