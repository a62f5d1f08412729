"""The task list as a table: columns in the official order, numbers in the units of the bureau."""

import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.pollutants import POLLUTANTS
from model.text import Text
from scenarios.answering.result import Result
from scenarios.export.table import Cell, Column, reported, rounded, task_columns, task_rows, totals
from scenarios.wording.words import LABEL, TASK
from tests.test_scenarios.hand_made import TASKS, hand_made, task

SYMBOLS = sorted((pollutant.symbol for pollutant in POLLUTANTS.values()), key=len, reverse=True)


def cells(result: Result, key: str) -> list[Cell]:
    columns = task_columns(result)
    place = next(place for place, column in enumerate(columns) if column.key == key)
    return [row[place] for row in task_rows(columns, result.tasks)]


def test_the_columns_stand_in_the_official_order() -> None:
    assert [column.column.title.zh for column in task_columns(hand_made())] == [
        "序号",
        "区县",
        "源名称",
        "措施",
        "主要内容",
        "NOx减排量（吨/年）",
        "VOCs减排量（吨/年）",
        "TP减排量（吨/年）",
        "NOx可核算减排量（吨/年）",
        "VOCs可核算减排量（吨/年）",
        "TP可核算减排量（吨/年）",
        "总投资（万元）",
        "年运行费（万元/年）",
        "年总费用（万元/年）",
        "NOx单位减排成本（元/吨）",
        "VOCs单位减排成本（元/吨）",
        "TP单位减排成本（元/吨）",
        "责任单位",
        "配合单位",
        "投运年份",
        "完成时限",
        "依据",
        "备注",
        "源编号",
    ]


def test_money_is_in_ten_thousands() -> None:
    """654 321 CNY are 65.4321 万元; left in CNY the column would be ten thousand times too large."""
    assert cells(hand_made(), "capital") == [120.0, 300.0, 65.4321]
    assert cells(hand_made(), "annual_cost") == [25.0, 70.0, 10.00005]
    assert cells(hand_made(), "operating_cost") == [9.0, 25.0, 0.12345]


def test_engineering_and_accountable_tonnes_stand_apart() -> None:
    assert cells(hand_made(), "nox_reduction") == [40.0, -0.5, 25.5]
    assert cells(hand_made(), "nox_accountable") == [20.0, -0.25, 12.75]


def test_a_task_without_reduction_of_a_pollutant_has_no_cost_per_tonne_of_it() -> None:
    assert cells(hand_made(), "vocs_cost_per_t") == [None, 20_000.0, None]


def test_the_year_of_service_and_the_deadline_are_a_number_and_a_day() -> None:
    assert cells(hand_made(), "start_year") == [2025, 2025, 2025]
    assert cells(hand_made(), "due") == [date(2025, 12, 31)] * 3


def test_a_note_tells_decided_projects_and_shares() -> None:
    decided = Text("已定项目", "decided already")
    share = Text("实施比例40%", "40% share of the source")
    assert cells(hand_made(), "note") == [Text("", ""), decided, share]


def test_a_note_can_tell_both() -> None:
    (note,) = cells(hand_made(tasks=[task(1, is_decided=True, share=0.125)]), "note")
    assert note == Text("已定项目；实施比例12.5%", "decided already; 12.5% share of the source")


def test_references_stand_in_one_cell() -> None:
    one = Text("示例市2025年计划 三.1", "Example plan 2025 三.1")
    both = Text("示例市2025年计划 三.1；示例市2025年计划 三.2", "Example plan 2025 三.1; Example plan 2025 三.2")
    assert cells(hand_made(), "cites") == [one, both, one]


def test_further_pollutants_have_columns_of_their_own() -> None:
    tonnes = {"nox": 1.0, "vocs": 0.0, "tp": 0.0, "so2": 2.0}
    result = hand_made(tasks=[task(1, reduction_t_per_year=tonnes, accountable_t_per_year={"nox": 1.0})])
    assert reported(result) == ("nox", "vocs", "tp", "so2")
    assert cells(result, "so2_reduction") == [2.0]
    assert cells(result, "so2_accountable") == [0.0]


def test_without_tasks_the_three_pollutants_are_shown() -> None:
    assert reported(hand_made(tasks=[])) == ("nox", "vocs", "tp")


def test_totals_add_up_tonnes_and_money_and_nothing_else() -> None:
    """65 = 40 - 0.5 + 25.5 t of NOx; years, numbers and costs per tonne are not added."""
    columns = task_columns(hand_made())
    sums = totals([column.column for column in columns], task_rows(columns, TASKS))
    assert dict(zip((column.key for column in columns), sums, strict=True)) == {
        **dict.fromkeys((column.key for column in columns), None),
        "nox_reduction": 65.0,
        "vocs_reduction": 35.0,
        "tp_reduction": 0.125,
        "nox_accountable": 32.5,
        "vocs_accountable": 17.5,
        "tp_accountable": 0.0625,
        "capital": pytest.approx(485.4321, rel=1e-15),
        "operating_cost": pytest.approx(34.12345, rel=1e-15),
        "annual_cost": pytest.approx(105.00005, rel=1e-15),
    }


def test_totals_do_not_depend_on_the_order_of_rows() -> None:
    """Added one by one, 1e16 + 1 + ... + 1 - 1e16 loses every one of the small numbers."""
    column = Column(Text("", ""), "tonnes", total=True)
    assert totals([column], [[1e16], *[[1.0]] * 10, [-1e16]]) == [10.0]


@given(st.floats(min_value=-1e12, max_value=1e12))
def test_numbers_keep_twelve_digits(number: float) -> None:
    assert rounded(number) == float(f"{number:.12g}")


def test_no_number_is_a_negative_zero() -> None:
    assert str(rounded(-0.0)) == "0.0"


@pytest.mark.parametrize("words", [TASK, LABEL], ids=["headings", "labels"])
def test_chinese_words_hold_no_english(words: dict[str, Text]) -> None:
    """But for chemical symbols, SHA-256, the page codes &P and &N, and places to fill in."""
    for text in words.values():
        left = re.sub("|".join([*SYMBOLS, "SHA-256", "&P", "&N", r"\{\w+\}"]), "", text.zh)
        assert not re.search("[A-Za-z]", left), text


def test_the_chinese_list_holds_no_english_but_symbols_and_ids() -> None:
    columns = task_columns(hand_made())
    said = [column.column.title.zh for column in columns]
    for column, row in zip(columns * 2, zip(*task_rows(columns, TASKS[:2]), strict=True), strict=False):
        if column.key != "source_id":
            said += [cell.zh if isinstance(cell, Text) else str(cell) for cell in row if cell is not None]
    left = re.sub("|".join(SYMBOLS), "", "\n".join(said))
    assert re.findall("[A-Za-z]+", left) == []
