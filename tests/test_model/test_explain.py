"""What a message tells the author of a cell to write."""

from __future__ import annotations

import pytest

from model.explain import wrong_cell
from model.problems import Problem
from model.sector import Column
from model.text import Text

CAPACITY = Column("capacity_t_per_h", Text("额定蒸发量", "Capacity"), "t/h", above=0)
LINES = Column("line_count", Text("线数", "Lines"), "1", minimum=0)


@pytest.mark.parametrize(
    ("written", "advice"),
    [
        ("35 t/h", "write only the number (35): the unit is in the heading"),
        ("35吨/时", "write only the number (35): the unit is in the heading"),
        ("35000 kg/h", "write only the number (35): the unit is in the heading"),
        ("25 MW", "write the number in t/h"),
        ("35 左右", "write the number in t/h"),
    ],
)
def test_a_number_with_a_unit_is_named_in_the_unit_of_the_heading(written: str, advice: str) -> None:
    """35 000 kg/h are 35 t/h; to write 35000 there would make the boiler a thousand times as large."""
    reason = wrong_cell(written, CAPACITY)
    assert (reason.what.en, reason.expected, reason.advice.en) == ("text in a number cell", "> 0 t/h", advice)


def test_a_count_with_a_word_is_the_number_alone() -> None:
    assert wrong_cell("3条", LINES).advice.en == "write only the number (3): the unit is in the heading"


@pytest.mark.parametrize(
    ("problem", "line"),
    [
        (
            Problem("a.xlsx", Text("空", "empty"), sheet="锅炉", row=2, column="燃料"),
            "a.xlsx，工作表“锅炉”，第2行，“燃料”列: 空",
        ),
        (Problem("a.toml", Text("空", "empty"), column="mode"), "a.toml，键“mode”: 空"),
    ],
)
def test_a_place_is_said_in_chinese_too(problem: Problem, line: str) -> None:
    assert problem.say("zh") == line
