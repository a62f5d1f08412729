"""Choices that are given: from rows of a file to a level for every option."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import pytest

from model.problems import InputError, Problem
from model.sector import FloatArray
from scenarios.compiling.choices import level_of
from scenarios.compiling.expand import YearOptions
from scenarios.reading.bundle import Bundle
from tests.test_scenarios.by_hand import choices_in, expanded
from tests.test_scenarios.conftest import BundleMaker
from tests.test_scenarios.stacks import POLISH, SCRUB

type Row = tuple[str, tuple[str, ...], int, float]
type Given = tuple[Bundle, YearOptions]


@pytest.fixture
def given(stacks: BundleMaker) -> Given:
    """Scrubbing is whole, polishing may be applied to a share; either may start in 2025 or 2026."""
    bundle = stacks(measures=SCRUB + POLISH, years=[2025, 2026])
    return bundle, expanded(bundle)


def table(rows: Sequence[Row], first_row: int | None = None) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["source_id", "measures", "start_year", "share"])
    if first_row is not None:
        frame.index = pd.Index(range(first_row, first_row + len(rows)), name="row")
    return frame


def levels(given: Given, *rows: Row) -> FloatArray:
    bundle, options = given
    return level_of(table(rows), bundle.inventory, options, file="choices.csv")


def problems(given: Given, *rows: Row, first_row: int | None = None) -> tuple[Problem, ...]:
    bundle, options = given
    with pytest.raises(InputError) as raised:
        level_of(table(rows, first_row), bundle.inventory, options, file="choices.csv")
    return raised.value.problems


def chosen(given: Given, level: FloatArray) -> list[tuple[int, tuple[str, ...], int, float]]:
    return [(*choice, float(share)) for choice, share in zip(choices_in(given[1]), level, strict=True) if share]


def test_without_choices_every_source_stays_as_it_is(given: Given) -> None:
    assert chosen(given, levels(given)) == [(0, (), 0, 1.0), (1, (), 0, 1.0)]


def test_a_chosen_package_takes_the_place_of_as_is(given: Given) -> None:
    level = levels(given, ("B", ("scrub",), 2026, 1.0))
    assert chosen(given, level) == [(0, (), 0, 1.0), (1, ("scrub",), 2026, 1.0)]


def test_the_order_of_measures_in_a_row_does_not_matter(given: Given) -> None:
    level = levels(given, ("A", ("polish", "scrub"), 2025, 1.0))
    assert (0, ("scrub", "polish"), 2025, 1.0) in chosen(given, level)


def test_what_a_share_leaves_stays_as_it_is(given: Given) -> None:
    """0.3 from 2025 and 0.2 more from 2026 leave half of A as it is."""
    level = levels(given, ("A", ("polish",), 2025, 0.3), ("A", ("polish",), 2026, 0.2))
    assert chosen(given, level)[:3] == [(0, (), 0, 0.5), (0, ("polish",), 2025, 0.3), (0, ("polish",), 2026, 0.2)]


def test_a_row_without_measures_is_as_is_whatever_else_it_says(given: Given) -> None:
    assert np.array_equal(levels(given, ("A", (), 0, 1.0)), levels(given))


def test_everything_wrong_is_said_at_once_with_its_row(given: Given) -> None:
    found = problems(
        given,
        ("C", ("scrub",), 2025, 1.0),
        ("A", ("scrub",), 2024, 1.0),
        ("A", ("scrub",), 2025, 0.5),
        ("B", ("polish",), 2025, 1.5),
        ("B", ("other",), 2025, 1.0),
    )
    assert [(problem.row, problem.column, problem.found) for problem in found] == [
        (2, "source_id", "C"),
        (3, "measures", "scrub (2024)"),
        (4, "share", "0.5"),
        (5, "share", "1.5"),
        (6, "measures", "other (2025)"),
    ]
    assert {problem.file for problem in found} == {"choices.csv"}


def test_rows_are_numbered_as_in_the_file_when_it_says_so(given: Given) -> None:
    (problem,) = problems(given, ("C", ("scrub",), 2025, 1.0), first_row=7)
    assert problem.row == 7


@pytest.mark.parametrize("share", [0.0, -0.5, float("nan")])
def test_a_share_is_above_zero(given: Given, share: float) -> None:
    (problem,) = problems(given, ("A", ("polish",), 2025, share))
    assert problem.column == "share"


def test_a_package_with_a_whole_measure_has_no_share(given: Given) -> None:
    (problem,) = problems(given, ("A", ("scrub", "polish"), 2025, 0.5))
    assert problem.column == "share"


def test_the_parts_of_a_source_are_no_more_than_the_whole(given: Given) -> None:
    (problem,) = problems(given, ("B", ("polish",), 2025, 0.7), ("B", ("polish",), 2026, 0.7))
    assert (problem.found, problem.expected, problem.column) == ("B: 1.4", "at most 1", "share")


def test_a_source_gets_one_whole_package(given: Given) -> None:
    (problem,) = problems(given, ("A", ("scrub",), 2025, 1.0), ("A", ("polish",), 2025, 1.0))
    assert problem.found == "A: 2"
