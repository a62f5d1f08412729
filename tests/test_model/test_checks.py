"""From cells as written to a completed table, or to every problem with its place."""

import datetime as dt
from collections.abc import Sequence

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.cells import parse_numbers, parse_texts
from model.checks import Checked, check_table
from model.problems import Problem
from model.rawtable import RawTable
from model.sector import Column, Sector
from model.text import Text
from tests.toy_sector import BOILERS, FACTORS, HEADINGS, PLANTS, ROW, Rows, row

DISTRICTS = ("吴兴", "南浔", "德清")


def check(rows: Rows, headings: Sequence[str] = HEADINGS, *, sector: Sector = BOILERS) -> Checked:
    cells = pd.DataFrame([list(cells) for cells in rows], dtype=object, columns=range(len(headings)))
    raw = RawTable("f.xlsx", "锅炉", tuple(headings), cells, np.arange(len(rows)) + 2)
    return check_table(raw, sector, FACTORS, districts=DISTRICTS)


def one(rows: Rows, headings: Sequence[str] = HEADINGS) -> Problem:
    checked = check(rows, headings)
    (problem,) = checked.problems
    assert checked.table is None
    assert (problem.file, problem.sheet) == ("f.xlsx", "锅炉")
    assert problem.what.zh
    assert problem.advice.zh
    return problem


def cell(heading: str, value: object) -> Problem:
    """The problem of one optional cell."""
    return one([(*ROW, value)], [*HEADINGS, heading])


def accepted(heading: str, value: object) -> object:
    checked = check([(*ROW, value)], [*HEADINGS, heading])
    assert checked.problems == ()
    assert checked.table is not None
    names = {"脱硝效率(0-1)": "nox_removal_fraction", "有滤池(是/否)": "has_filter", "责任单位": "lead_unit"}
    return checked.table[names.get(heading, heading)].iloc[0]


def test_a_good_row_is_completed() -> None:
    table = check([ROW]).table
    assert table is not None
    first = table.iloc[0].to_dict()
    assert (first["source_id"], first["fuel"], first["capacity_t_per_h"]) == ("A1", "coal", 35.0)
    assert first["coal_t_per_year"] == pytest.approx(35 * 8000 * 0.16)


@pytest.mark.parametrize(
    "written",
    [
        "capacity_t_per_h",
        "额定蒸发量(t/h)",
        "额定蒸发量（t/h）",
        "额定蒸发量 (T/h)",
        "额定蒸发量\n（ｔ/ｈ）",
        "Capacity(t/h)",
        "capacity (t/h)",
    ],
)
def test_a_heading_may_be_name_or_title_with_its_unit(written: str) -> None:
    headings = [written if "额定" in heading else heading for heading in HEADINGS]
    assert check([ROW], headings).problems == ()


@pytest.mark.parametrize(
    "written", ["脱硝效率", "脱硝效率(0-1)", "NOx removal", "线数", "线数(1)", "有滤池", "有滤池（是/否）"]
)
def test_a_column_without_a_unit_may_be_headed_by_its_title(written: str) -> None:
    assert check([(*ROW, 1)], [*HEADINGS, written]).problems == ()


@pytest.mark.parametrize(
    ("written", "found", "advice"),
    [
        ("额定蒸发量（MW）", "MW", 'convert the values and write the heading "额定蒸发量(t/h)"'),
        ("额定蒸发量", "额定蒸发量", 'make sure of the values\' unit and write the heading "额定蒸发量(t/h)"'),
        ("Capacity (MW)", "MW", 'convert the values and write the heading "Capacity(t/h)"'),
    ],
)
def test_a_wrong_unit_in_a_heading_is_a_problem_and_no_missing_column(written: str, found: str, advice: str) -> None:
    headings = [written if "额定" in heading else heading for heading in HEADINGS]
    problem = one([ROW], headings)
    assert (problem.row, problem.column, problem.found, problem.advice.en) == (1, written, found, advice)
    assert problem.expected in {"额定蒸发量(t/h)", "Capacity(t/h)"}


def test_percent_in_the_heading_of_a_fraction_says_to_divide() -> None:
    problem = cell("脱硝效率(%)", 45)
    assert problem.advice.en == 'divide the values by 100 and write the heading "脱硝效率(0-1)"'


def test_a_missing_required_column_is_named() -> None:
    problem = one([ROW[:-1]], HEADINGS[:-1])
    assert problem.what.en == "a required column is missing"
    assert problem.expected == "水量(m3/d) / flow_m3_per_day"


def test_missing_columns_are_named_in_english_where_the_headings_are() -> None:
    headings = ["source_id", "name", "district", "fuel", "flow_m3_per_day"]
    assert one([("A", "A", "吴兴", "coal", 1)], headings).expected == "Capacity(t/h) / capacity_t_per_h"


def test_an_unknown_column_gets_the_nearest_name() -> None:
    assert cell("责任单伟", "x").advice.en == 'did you mean "责任单位"?'
    assert cell("line_cuont", 1).advice.en == 'did you mean "line_count"?'
    assert cell("电话号码12345", 1).advice.en == "a column of your own must begin with user_"


def test_a_computed_column_cannot_be_given() -> None:
    assert cell("小时燃煤量(t/h)", 1).what.en == "this column is computed and cannot be given"


def test_a_column_given_twice_is_a_problem() -> None:
    problem = cell("capacity_t_per_h", 35)
    assert problem.what.en == "the same column stands twice"
    assert problem.found == "额定蒸发量(t/h) (5), capacity_t_per_h (7)"


def test_a_column_without_a_heading_is_a_problem_only_when_it_holds_something() -> None:
    assert one([(*ROW, "x", 1)], [*HEADINGS, "", "line_count"]).what.en == "the column has no heading"
    assert check([(*ROW, None, 1)], [*HEADINGS, "", "line_count"]).problems == ()


def test_merged_headings_are_not_reported_as_missing_columns_as_well() -> None:
    merged = Problem("f.xlsx", Text("", "heading cells are merged"), row=1)
    cells = pd.DataFrame([list(ROW)], dtype=object, columns=range(6))
    raw = RawTable("f.xlsx", "锅炉", (*HEADINGS[:4], "", ""), cells, np.array([2]), (merged,))
    assert check_table(raw, BOILERS, FACTORS, districts=None).problems == (merged,)


def test_columns_of_the_author_are_kept() -> None:
    headings = [*HEADINGS, "user_phone", "自定义_面积", "user_empty"]
    checked = check([(*ROW, "0572-1", "12.5", None), (*row(id="A2"), 5, None, None)], headings)
    assert checked.table is not None
    assert checked.table["user_phone"].tolist() == ["0572-1", "5"]
    assert checked.table["自定义_面积"].tolist()[0] == 12.5
    assert np.isnan(checked.table["自定义_面积"].tolist()[1])


@pytest.mark.parametrize(
    ("value", "what", "advice"),
    [
        ("45%", "a percentage written as text", "write 0.45"),
        ("０．４５", "full-width digits", "write 0.45"),
        ("－1", "full-width digits", "write -1"),
        ("1,200", "thousands separators", "write 1200"),
        ("1，200，000.5", "thousands separators", "write 1200000.5"),
        ("0,45", "a comma for the decimal point", "write 0.45"),
        ("无", "text in a number cell", "leave the cell empty when it is not known"),
        ("N/A", "text in a number cell", "leave the cell empty when it is not known"),
        ("NaN", "text in a number cell", "leave the cell empty when it is not known"),
        ("inf", "text in a number cell", "write a number"),
        ("0.5 左右", "text in a number cell", "write only the number (0.5): the unit is in the heading"),
        ("高", "text in a number cell", "write a number"),
        ("1_000", "text in a number cell", "write a number"),
        ("0x1F", "text in a number cell", "write a number"),
        ("1e999", "not a finite number", "check the value"),
        ("#DIV/0!", "a formula error", "mend the formula or write the value"),
        (True, "not a number", "write a number"),
        (float("inf"), "not a finite number", "write a number"),
        (dt.date(2024, 3, 5), "a date in a number cell", "set the format to General and write the number again"),
        (45, "a percentage where a fraction is due", "for 45 % write 0.45"),
        (-0.1, "a negative value", "check it: it cannot be negative"),
        (450, "out of bounds", "check the value and its unit"),
    ],
)
def test_a_cell_that_is_no_fraction_says_what_to_write(value: object, what: str, advice: str) -> None:
    problem = cell("脱硝效率(0-1)", value)
    assert (problem.row, problem.column, problem.expected) == (2, "脱硝效率(0-1)", ">= 0, <= 1")
    assert (problem.what.en, problem.advice.en) == (what, advice)


def test_a_small_share_in_percent_is_recognised_by_its_bound() -> None:
    """Sulphur of coal is at most 0.1; 0.8 can only be 0.8 %, which is 0.008."""
    assert cell("硫分(0-1)", 0.8).advice.en == "for 0.8 % write 0.008"


def test_percent_text_in_a_column_with_a_unit_asks_for_the_unit() -> None:
    problem = one([row(capacity="45%")])
    assert problem.advice.en == "write a number in the unit of the heading"
    assert problem.expected == "> 0 t/h"


@pytest.mark.parametrize(
    ("value", "what"), [(0, "out of bounds"), (-3, "a negative value"), ("-3", "a negative value")]
)
def test_an_open_bound_excludes_its_end(value: object, what: str) -> None:
    problem = one([row(capacity=value)])
    assert (problem.what.en, problem.found) == (what, str(value))


def test_a_required_number_that_is_not_known_must_be_given() -> None:
    assert one([row(flow="不详")]).advice.en == "it is required: write a number"


@pytest.mark.parametrize("value", [None, "", "  ", float("nan")])
def test_an_empty_required_cell_is_a_problem(value: object) -> None:
    problem = one([row(flow=value)])
    assert (problem.what.en, problem.row, problem.found) == ("a required cell is empty", 2, "")


def test_clean_numbers_stored_as_text_are_read_with_a_note() -> None:
    checked = check([row(capacity="12.5"), row(id="A2", capacity=" 1.5e1 ")])
    assert checked.table is not None
    assert checked.table["capacity_t_per_h"].tolist() == [12.5, 15.0]
    assert [note.en for note in checked.notes] == [
        'column "额定蒸发量(t/h)": 2 numbers stored as text were read as numbers'
    ]


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1))
def test_numbers_written_as_text_are_read_to_the_last_bit(numbers: list[float]) -> None:
    """Python's shortest text of a number names exactly that number; a quick parser may miss its last bit."""
    texts = pd.Series([repr(number) for number in numbers], dtype="str")
    parsed = parse_numbers(texts)
    assert not parsed.bad.any()
    assert parsed.values.tolist() == numbers


@pytest.mark.parametrize(
    ("value", "number"),
    [("是", 1.0), ("否", 0.0), ("Yes", 1.0), ("no", 0.0), (1, 1.0), ("0", 0.0), (1.0, 1.0), ("0.0", 0.0), (None, 0.0)],
)
def test_a_flag_is_yes_or_no_in_words_or_figures(value: object, number: float) -> None:
    assert accepted("有滤池(是/否)", value) == number


def test_a_flag_is_nothing_between() -> None:
    problem = cell("有滤池(是/否)", 0.5)
    assert (problem.what.en, problem.found) == ("not one of the allowed values", "0.5")
    assert problem.expected == "是 yes (1) | 否 no (0)"


@pytest.mark.parametrize("value", ["gas", "GAS", "天然气", "燃气", "Natural gas", "燃气 Natural gas"])
def test_a_choice_may_be_its_id_or_a_label(value: str) -> None:
    checked = check([row(fuel=value)])
    if value == "天然气":
        assert checked.problems[0].expected == "燃煤 Coal (coal) | 燃气 Natural gas (gas)"
    else:
        assert checked.table is not None
        assert checked.table["fuel"].tolist() == ["gas"]


def test_an_unknown_choice_gets_the_nearest_label() -> None:
    assert one([row(fuel="燃煤炉")]).advice.en == 'did you mean "燃煤"?'
    assert one([row(fuel="氢")]).advice.en == "choose one of those listed"


@pytest.mark.parametrize(
    ("value", "text"),
    [("  张三\u3000", "张三"), (1001, "1001"), (1001.0, "1001"), (2.5, "2.5"), (None, ""), (np.nan, "")],
)
def test_text_is_taken_without_the_white_space_around_it(value: object, text: str) -> None:
    assert accepted("责任单位", value) == text


@pytest.mark.parametrize(
    ("value", "what"),
    [
        (dt.datetime(2024, 3, 5), "the spreadsheet turned the text into a date"),  # noqa: DTZ001 has no zone
        (dt.time(3, 5), "the spreadsheet turned the text into a date"),
        (9.13e17, "a long number has lost its last digits"),
        (True, "must be text"),
        ("a\x07b", "must be text"),
        ("#REF!", "a formula error"),
    ],
)
def test_a_cell_that_is_no_text_says_why(value: object, what: str) -> None:
    assert cell("责任单位", value).what.en == what


def test_a_date_is_quoted_without_its_midnight() -> None:
    assert cell("责任单位", dt.datetime(2024, 3, 5)).found == "2024-03-05"  # noqa: DTZ001 has no zone
    assert cell("责任单位", dt.datetime(2024, 3, 5, 12)).found == "2024-03-05 12:00:00"  # noqa: DTZ001 has no zone


def test_a_long_cell_is_quoted_in_short_and_on_one_line() -> None:
    assert cell("line_count", "x\n" * 100).found == "x " * 20 + "…"


def test_an_unknown_district_gets_the_nearest_name() -> None:
    problem = one([row(district="南浔区")])
    assert (problem.found, problem.expected, problem.advice.en) == (
        "南浔区",
        "吴兴 | 南浔 | 德清",
        'did you mean "南浔"?',
    )


def test_any_district_goes_where_none_are_listed() -> None:
    raw = RawTable("f", "", HEADINGS, pd.DataFrame([list(row(district="巴黎"))], dtype=object), np.array([2]))
    assert check_table(raw, BOILERS, FACTORS, districts=None).problems == ()


@pytest.mark.parametrize(
    "totals",
    [(None, None, None, None, 70, 200), ("合计", None, None, None, 70, 200), (None, "总计", None, None, 70, 200)],
)
def test_a_totals_row_is_one_problem_and_no_more(totals: tuple[object, ...]) -> None:
    problem = one([ROW, totals])
    assert (problem.row, problem.what.en) == (3, "the row has no source id and looks like a totals row")


def test_a_row_that_lacks_only_its_id_is_not_called_a_totals_row() -> None:
    problem = one([row(id=None)])
    assert (problem.column, problem.what.en) == ("源编号", "a required cell is empty")


def test_example_rows_are_left_out_with_a_note() -> None:
    checked = check([row(id="示例-1", capacity="按铭牌"), row(id="A2")])
    assert checked.problems == ()
    assert checked.ids.tolist() == ["A2"]
    assert checked.placed.raw.rows.tolist() == [3]
    assert [note.en for note in checked.notes] == ["example rows left out: row 2"]


def test_the_problems_of_one_column_are_listed_fifty_deep() -> None:
    problems = check([row(id=f"A{number}", flow=-1) for number in range(120)]).problems
    assert len(problems) == 51
    assert problems[-1].what.en == "70 more problems of this kind are not listed"
    assert problems[-1].column == "水量(m3/d)"


def test_all_problems_of_a_table_are_found_at_once() -> None:
    rows = [row(capacity="高", flow=-1), row(id="A2", district="巴黎", fuel="氢"), row(id=None)]
    found = {
        (problem.row, problem.column)
        for problem in check([(*cells, 45) for cells in rows], [*HEADINGS, "脱硝效率"]).problems
    }
    expected = {(2, "额定蒸发量(t/h)"), (2, "水量(m3/d)"), (3, "区县"), (3, "燃料"), (4, "源编号")}
    assert found == expected | {(line, "脱硝效率") for line in (2, 3, 4)}


def test_what_the_sector_finds_between_columns_is_a_problem() -> None:
    problem = one([(*row(fuel="gas"), "是")], [*HEADINGS, "有滤池"])
    assert (problem.row, problem.column, problem.found) == (2, "有滤池", "是")
    assert problem.what.en == "a gas boiler burns no coal"


def test_a_computed_value_is_held_against_the_same_bounds() -> None:
    """No hours in the year: 0 t of coal over 0 h is no number."""
    problem = one([(*ROW, 0)], [*HEADINGS, "hours_per_year"])
    assert problem.what.en == "a value computed from this row is invalid"
    assert (problem.column, problem.found) == ("coal_t_per_h", "coal_t_per_h = nan")


def test_a_default_out_of_bounds_asks_for_the_cell() -> None:
    column = Column("x", Text("甲", "X"), default=-5.0, minimum=0)
    sector = Sector("s", Text("", ""), (*PLANTS.columns, column), (), PLANTS.formula)
    checked = check([("A", "a", "吴兴", 1)], ["source_id", "name", "district", "flow_m3_per_day"], sector=sector)
    (problem,) = checked.problems
    assert problem.what.en == "the cell is empty and no valid value can be computed for it"
    assert problem.found == "x = -5.0"


def test_a_default_that_is_no_choice_is_found() -> None:
    column = Column("x", Text("甲", "X"), kind="choice", choices={"a": Text("甲", "A")}, default="b")
    sector = Sector("s", Text("", ""), (*PLANTS.columns, column), (), PLANTS.formula)
    headings = ["source_id", "name", "district", "flow_m3_per_day"]
    assert [problem.found for problem in check([("A", "a", "吴兴", 1)], headings, sector=sector).problems] == ["x = b"]


def test_a_table_without_ids_is_checked_all_the_same() -> None:
    checked = check([ROW[1:]], HEADINGS[1:])
    assert [problem.what.en for problem in checked.problems] == ["a required column is missing"]
    assert checked.ids.tolist() == [""]


@pytest.mark.parametrize(
    ("cells", "values", "bad"),
    [
        (pd.Series([1, 2]), [1.0, 2.0], [False, False]),
        (pd.Series(pd.array([1, None], dtype="Int64")), [1.0, None], [False, False]),
        (pd.Series([True, False]), [None, None], [True, True]),
        (pd.Series(pd.to_datetime(["2024-01-01"])), [None], [True]),
        (pd.Series([1.5, np.inf]), [1.5, None], [False, True]),
    ],
)
def test_typed_columns_become_numbers(cells: "pd.Series[float]", values: list[float | None], bad: list[bool]) -> None:
    parsed = parse_numbers(cells)
    assert [None if np.isnan(value) else value for value in parsed.values] == values
    assert parsed.bad.tolist() == bad


def test_typed_columns_become_text() -> None:
    assert parse_texts(pd.Series([12, 13])).values.tolist() == ["12", "13"]
    assert parse_texts(pd.Series(["a", None], dtype="str")).values.tolist() == ["a", ""]
    assert parse_texts(pd.Series(pd.to_datetime(["2024-01-01", ""]))).bad.tolist() == [True, False]
