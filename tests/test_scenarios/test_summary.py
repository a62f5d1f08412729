"""The printed summary: a golden text per language, any width, nothing that could steer the terminal."""

import io
from dataclasses import replace
from pathlib import Path

import pytest
from rich.cells import cell_len
from rich.console import Console

from model.text import Language, Text
from scenarios.answering.result import Result
from scenarios.commands.console import PLAIN_WIDTH, console_on
from scenarios.commands.summary import print_summary
from scenarios.export.blocks import requirements
from tests.test_scenarios.hand_made import PENDING, hand_made, infeasible, requirement

GOLDEN = Path(__file__).parent / "golden"
FILES = (Path("out") / "result.json",)


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def printed(result: Result, language: Language = "en") -> str:
    stream = io.StringIO()
    print_summary(result, console_on(stream), language, files=FILES)
    return stream.getvalue()


def on_terminal(result: Result, width: int, language: Language = "both") -> str:
    stream = io.StringIO()
    print_summary(result, Console(file=stream, width=width, force_terminal=True, markup=False), language)
    return stream.getvalue()


@pytest.mark.parametrize("language", ["zh", "en", "both"])
def test_the_summary_is_as_it_was_checked_by_eye(language: Language) -> None:
    result = hand_made(requirements=[requirement(), PENDING])
    assert printed(result, language) == (GOLDEN / f"summary_{language}.txt").read_text(encoding="utf-8")


def test_what_is_no_terminal_gets_plain_text() -> None:
    text = printed(hand_made())
    assert "\x1b" not in text
    assert max(cell_len(line) for line in text.splitlines()) <= PLAIN_WIDTH


def test_a_terminal_keeps_its_own_width() -> None:
    assert console_on(Terminal()).width != PLAIN_WIDTH or console_on(Terminal()).is_terminal


@pytest.mark.parametrize("width", [30, 60, 80, 120, 200])
@pytest.mark.parametrize("language", ["zh", "en", "both"])
def test_no_number_is_cut_short_at_any_width(width: int, language: Language) -> None:
    big = requirement(asked=123_456_789.5, reached=123_456_790.25, reachable=223_456_789.75)
    text = on_terminal(hand_made(requirements=[big]), width, language)
    for number in ("123,456,789.50", "123,456,790.25", "223,456,789.75", "120.25", "275.00"):
        assert number in text
    assert "…" not in text


def test_rows_of_a_table_end_at_the_same_column_in_chinese() -> None:
    rows = [line for line in printed(hand_made(), "zh").splitlines() if line.startswith(("|", "+"))]
    widths = {cell_len(line) for line in rows[: rows.index(next(r for r in rows[1:] if r.startswith("+"))) + 1]}
    assert len(widths) == 1


def test_illustrative_data_are_called_so_at_the_top() -> None:
    said = {"zh": "示意数据。", "en": "Illustrative data."}
    assert printed(hand_made(illustrative=said)).splitlines()[1] == "Illustrative data."


def test_without_an_answer_there_is_neither_money_nor_a_verdict() -> None:
    text = printed(infeasible())
    assert "Infeasible." in text
    assert "120.25" in text
    for word in ("Capital", "Reached", "Met", "Distance", "Tasks"):
        assert word not in text


REPAIR = {
    "change": "lower the value",
    "requirement": "nox-total",
    "from": 130.0,
    "to": 120.0,
    "unit": "t/yr",
    "cost_annual_cny": 554_811.0,
    "verified": True,
}


def test_what_would_make_it_feasible_is_printed_with_its_cost() -> None:
    text = printed(replace(infeasible(), repairs=[REPAIR]), "both")
    assert "单独改这一项即可行（已重新求解验证）：nox-total 130.00 → 120.00（吨/年），年费用55.48万元/年" in text
    assert "feasible, solved again: nox-total 130.00 → 120.00 (t/yr), annual cost 55.48 ×10⁴ CNY/yr" in text


def test_a_repair_without_a_yearly_cost_names_none() -> None:
    text = printed(replace(infeasible(), repairs=[REPAIR | {"cost_annual_cny": None}]))
    assert text.count("130.00 → 120.00 (t/yr)\n") == 1


def test_several_years_have_a_present_value() -> None:
    assert "Present value over the plan years" in printed(hand_made(years=[2024, 2025]))
    assert "Present value" not in printed(hand_made())


def test_notes_and_files_are_named() -> None:
    text = printed(hand_made())
    assert "Note: The inventory was read as GBK." in text
    assert f"Written: {FILES[0]}" in text


def test_an_assumed_value_is_marked_and_the_mark_explained() -> None:
    assert "nox-total*" in printed(hand_made())
    assert "* assumed value" in printed(hand_made())
    assert "*" not in printed(hand_made(requirements=[requirement(is_assumed=False)]))


def test_a_scenario_without_requirements_prints_its_cost() -> None:
    text = printed(hand_made(requirements=[]))
    assert "Capital" in text
    assert "Reachable" not in text


def test_names_cannot_steer_the_terminal_or_style_the_text() -> None:
    steering = "\x1b[2J\x07[bold]A[/bold]\x9b"
    result = replace(hand_made(), title={"zh": steering, "en": steering})
    assert printed(result).splitlines()[0] == "[2J[bold]A[/bold]"


@pytest.mark.parametrize(("language", "said"), [("zh", "不限"), ("en", "no limit")])
def test_a_ratio_over_nothing_has_no_limit_rather_than_a_dash(language: Language, said: str) -> None:
    free = replace(requirement(), reachable=None, reachable_alone=None, is_without_limit=True)
    assert said in printed(hand_made(requirements=[free]), language)
    assert Text("不限", "no limit") in requirements(hand_made(requirements=[free])).rows[0]
