"""The columns of the printed task list are as wide as what stands in them asks for."""

import pytest

from scenarios.answering.result import Result
from scenarios.export.printed import Printed
from scenarios.export.printed_tasks import task_table
from scenarios.export.task_groups import groups
from tests.test_scenarios.hand_made import hand_made, task

SIX = dict.fromkeys(("nox", "vocs", "tp", "so2", "cod", "nh3n"), 1.0)


def table(result: Result) -> Printed:
    return task_table(result, groups(result, "district")[0], "zh")


def share(printed: Printed, heading: str) -> float:
    """Return the part of the table's width that a column takes."""
    widths = {column.title: column.width for column in printed.columns}
    (width,) = (value for title, value in widths.items() if title.startswith(heading))
    return width / sum(widths.values())


@pytest.mark.parametrize(("count", "is_wide"), [(999, False), (1000, True)])
def test_numbers_of_four_digits_have_room(count: int, *, is_wide: bool) -> None:
    few, these = table(hand_made()), table(hand_made(tasks=[task(number) for number in range(1, count + 1)]))
    assert (share(these, "序号") > share(few, "序号")) is is_wide


def test_a_date_keeps_its_room_beside_six_pollutants() -> None:
    """Six columns of tonnes for three leave every other column 7 % narrower; that of the date is not."""
    many = [task(1, reduction_t_per_year=SIX, accountable_t_per_year=SIX)]
    assert share(table(hand_made(tasks=many)), "投运年份") > share(table(hand_made()), "投运年份")
