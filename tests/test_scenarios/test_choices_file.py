"""A file of given choices: what is read, and every problem of every row at once."""

from pathlib import Path

import openpyxl
import pytest

from model.problems import InputError, Problem
from scenarios.reading.bundle import Bundle
from scenarios.reading.choices_file import GivenChoices, read_choices
from tests.test_scenarios.conftest import BundleMaker
from tests.test_scenarios.stacks import POLISH, SCRUB

HEADINGS = "source_id,measures,start_year,share\n"


@pytest.fixture
def bundle(stacks: BundleMaker) -> Bundle:
    """Stacks A and B; scrub and polish; plan years 2025 and 2026."""
    return stacks(measures=SCRUB + POLISH, years=[2025, 2026])


def read(text: str, bundle: Bundle, folder: Path) -> GivenChoices:
    (folder / "choices.csv").write_text(text, encoding="utf-8")
    return read_choices(folder / "choices.csv", bundle)


def rows(given: GivenChoices) -> list[tuple[object, ...]]:
    return list(given.table.drop(columns="start_years").itertuples(name=None))


def places(problems: tuple[Problem, ...]) -> list[tuple[int | None, str, str]]:
    return [(problem.row, problem.column, problem.found) for problem in problems]


def test_rows_are_read_with_their_place_in_the_file(bundle: Bundle, tmp_path: Path) -> None:
    given = read(f"{HEADINGS}A,scrub;polish,2025,1\n\nB,polish,2026,0.25\n", bundle, tmp_path)
    assert rows(given) == [(2, "A", ("scrub", "polish"), 2025, 1.0), (4, "B", ("polish",), 2026, 0.25)]
    assert given.problems == ()
    assert given.table.index.name == "row"


def test_columns_may_stand_in_any_order_and_measures_be_spaced(bundle: Bundle, tmp_path: Path) -> None:
    given = read("share,start_year,measures,source_id\n1,2025, scrub ； polish ;scrub,A\n", bundle, tmp_path)
    assert rows(given) == [(2, "A", ("scrub", "polish"), 2025, 1.0)]


def test_a_source_left_as_it_is_needs_neither_year_nor_share(bundle: Bundle, tmp_path: Path) -> None:
    assert rows(read(f"{HEADINGS}A,,,\n", bundle, tmp_path)) == [(2, "A", (), 0, 1.0)]


def test_no_choices_are_choices(bundle: Bundle, tmp_path: Path) -> None:
    assert rows(read(HEADINGS, bundle, tmp_path)) == []


def test_every_problem_is_told_with_its_row_and_column(bundle: Bundle, tmp_path: Path) -> None:
    text = (
        "X,scrub,2025,1\nA,skrub;polish,2030,1\nB,scrub,soon,\nB,scrub,2025,half\nA,scrub,2025,1.5\nA,polish,2025,1\n"
    )
    given = read(HEADINGS + text, bundle, tmp_path)
    assert places(given.problems) == [
        (2, "source_id", "X"),
        (3, "measures", "skrub"),
        (3, "start_year", "2030"),
        (4, "start_year", "soon"),
        (4, "share", ""),
        (5, "share", "half"),
        (6, "share", "1.5"),
    ]
    assert rows(given) == [(7, "A", ("polish",), 2025, 1.0)]


def test_a_mistyped_measure_is_recognised(bundle: Bundle, tmp_path: Path) -> None:
    (problem,) = read(f"{HEADINGS}A,skrub,2025,1\n", bundle, tmp_path).problems
    assert problem.advice.en == 'did you mean "scrub"?'


def test_a_file_that_is_not_there_is_refused(bundle: Bundle, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such file"):
        read_choices(tmp_path / "none.csv", bundle)


def test_missing_unknown_and_repeated_columns_are_told_at_once(bundle: Bundle, tmp_path: Path) -> None:
    with pytest.raises(InputError) as raised:
        read("source_id,source_id,measure,start_year\n", bundle, tmp_path)
    assert [problem.column for problem in raised.value.problems] == ["source_id", "measures", "share", "measure"]
    assert raised.value.problems[-1].advice.en == 'did you mean "measures"?'


def test_a_workbook_of_several_tables_is_refused(bundle: Bundle, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for sheet in (book.worksheets[0], book.create_sheet("more")):
        sheet.append(["source_id", "measures", "start_year", "share"])
    book.save(tmp_path / "choices.xlsx")
    with pytest.raises(InputError, match="not exactly one table"):
        read_choices(tmp_path / "choices.xlsx", bundle)


def test_a_workbook_of_one_table_is_read(bundle: Bundle, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.worksheets[0].append(["source_id", "measures", "start_year", "share"])
    book.worksheets[0].append(["A", "scrub", 2025, 1])
    book.save(tmp_path / "choices.xlsx")
    assert rows(read_choices(tmp_path / "choices.xlsx", bundle)) == [(2, "A", ("scrub",), 2025, 1.0)]


def test_measures_of_one_source_may_start_in_different_years(bundle: Bundle, tmp_path: Path) -> None:
    given = read(f"{HEADINGS}A,scrub;polish,2025;2026,1\nB,scrub;polish,2026,1\n", bundle, tmp_path)
    assert given.table["start_years"].tolist() == [(2025, 2026), (2026, 2026)]
    assert given.table["start_year"].tolist() == [2025, 2026]


@pytest.mark.parametrize("written", ["2025;2026;2026", "2025;2030", "2025;", "2025;soon"])
def test_start_years_that_do_not_fit_are_a_problem(written: str, bundle: Bundle, tmp_path: Path) -> None:
    given = read(f"{HEADINGS}A,scrub;polish,{written},1\n", bundle, tmp_path)
    assert places(given.problems) == [(2, "start_year", written)]


def test_decided_work_from_before_the_plan_may_be_given(stacks: BundleMaker, tmp_path: Path) -> None:
    fix = '[[requirement]]\nid = "f"\nkind = "fix"\nsource_id = "A"\nmeasures = ["scrub"]\nstart_year = 2025\n'
    bundle = stacks(fix, years=[2026])
    assert read(f"{HEADINGS}A,scrub,2025,1\n", bundle, tmp_path).problems == ()
    assert len(read(f"{HEADINGS}A,scrub,2024,1\n", bundle, tmp_path).problems) == 1
