"""The task list as CSV: a golden file, numbers as they are, no text that a spreadsheet takes for a formula."""

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.text import Language
from scenarios.export.csv_tasks import BOM, RISKY, tasks_csv
from tests.test_scenarios.hand_made import hand_made, task

GOLDEN = Path(__file__).parent / "golden"


def rows(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text.removeprefix(BOM))))


def named(name: str) -> str:
    """The source name as the file holds it."""
    return rows(tasks_csv(hand_made(tasks=[task(1, source_name=name)]), "zh"))[1][2]


@pytest.mark.parametrize("language", ["zh", "en", "both"])
def test_the_file_is_as_it_was_checked_by_eye(language: Language) -> None:
    golden = (GOLDEN / f"tasks_{language}.csv").read_bytes().decode("utf-8")
    assert tasks_csv(hand_made(), language) == golden


def test_it_begins_with_a_byte_order_mark() -> None:
    assert tasks_csv(hand_made(), "zh").encode().startswith(b"\xef\xbb\xbf")


@pytest.mark.parametrize("first", RISKY)
def test_a_text_that_looks_like_a_formula_is_prefixed(first: str) -> None:
    assert named(f"{first}1+1") == f"'{first}1+1"


@given(st.text(st.characters(exclude_categories=["Cc", "Cs"]), min_size=1).filter(lambda text: text[0] not in RISKY))
def test_any_other_text_stands_as_it_is(name: str) -> None:
    assert named(name) == name


def test_a_negative_number_is_never_prefixed() -> None:
    """The oxidiser of the second task makes 0.5 t of NOx; "'-0.5" would be text."""
    assert rows(tasks_csv(hand_made(), "zh"))[2][5] == "-0.5"


def test_commas_quotes_and_line_ends_stay_in_their_cell() -> None:
    name = 'A, "B"\nC'
    assert named(name) == name


def test_without_tasks_only_headings_are_written() -> None:
    assert len(rows(tasks_csv(hand_made(tasks=[]), "en"))) == 1
