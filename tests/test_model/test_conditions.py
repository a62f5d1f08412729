import pytest

from model.conditions import check_condition, parse_condition
from model.measures import Condition
from model.refusal import RefusedError
from model.sector import Column
from model.text import Text

TITLE = Text("", "")
NUMBER = Column("capacity_t_per_h", TITLE, "t/h")
CHOICE = Column("fuel", TITLE, kind="choice", choices={"coal": TITLE, "gas": TITLE})
WORDS = Column("owner", TITLE, kind="text")


@pytest.mark.parametrize(
    ("raw", "condition"),
    [
        ("coal", Condition(values=("coal",))),
        (["coal", "gas"], Condition(values=("coal", "gas"))),
        (3, Condition(values=(3.0,))),
        (True, Condition(values=(1.0,))),
        ({"min": 10}, Condition(minimum=10.0)),
        ({"max": 10, "above": 3}, Condition(maximum=10.0, above=3.0)),
        ({"below": 35}, Condition(below=35.0)),
        ({"min": 3, "max": 3}, Condition(minimum=3.0, maximum=3.0)),
    ],
)
def test_a_filter_is_a_value_a_list_or_a_range(raw: object, condition: Condition) -> None:
    assert parse_condition(raw) == condition


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        ([], "an empty filter"),
        ([{}], "not a filter"),
        (None, "not a filter"),
        (float("nan"), "not a filter"),
        ({}, "a range without bounds"),
        ({"mni": 3}, 'unknown key .mni. in a range; .*did you mean "min"'),
        ({"min": "3"}, "a bound that is no number"),
        ({"min": True}, "a bound that is no number"),
        ({"min": float("inf")}, "a bound that is no number"),
        ({"min": 4, "max": 3}, "a range that no number is in"),
        ({"above": 3, "max": 3}, "a range that no number is in"),
        ({"min": 3, "below": 3}, "a range that no number is in"),
    ],
)
def test_any_other_shape_is_refused(raw: object, says: str) -> None:
    with pytest.raises(RefusedError, match=says):
        parse_condition(raw)


@pytest.mark.parametrize(
    ("raw", "column"),
    [("coal", CHOICE), (["coal", "gas"], CHOICE), ("anyone", WORDS), (3, NUMBER), ({"min": 3}, NUMBER)],
)
def test_a_condition_that_can_hold_is_accepted(raw: object, column: Column) -> None:
    check_condition(parse_condition(raw), column)


@pytest.mark.parametrize(
    ("raw", "column", "says"),
    [
        ({"min": 3}, CHOICE, r"a range on a column of text; expected coal \| gas"),
        ({"min": 3}, WORDS, "a range on a column of text; expected text"),
        (3, CHOICE, "a value of another kind"),
        ("3", NUMBER, "a value of another kind than the column's; expected numbers; found '3'"),
        ("cole", CHOICE, 'not a choice of this column; .*did you mean "coal"'),
    ],
)
def test_a_condition_that_never_holds_is_refused(raw: object, column: Column, says: str) -> None:
    with pytest.raises(RefusedError, match=says):
        check_condition(parse_condition(raw), column)
