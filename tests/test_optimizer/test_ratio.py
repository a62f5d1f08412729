"""The most of a ratio of two totals against all choices tried one by one."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimizer import ChoiceProblem, Row, Settings, reach_ratio

EXACT = Settings(gap=0.0)


def problem(size: int, groups: int, rows: tuple[Row, ...] = (), metrics: np.ndarray | None = None) -> ChoiceProblem:
    """Return ``groups`` groups of ``size`` options that cost nothing."""
    options = size * groups
    stated = np.zeros((0, options)) if metrics is None else metrics
    return ChoiceProblem(cost=np.zeros(options), group=np.repeat(np.arange(groups), size), metrics=stated, rows=rows)


def test_the_best_ratio_is_not_that_of_the_most_above_the_line() -> None:
    """Two groups: (N, D) = (1, 2) or (6, 9); (2, 2) or (3, 5).

    The four ratios are 3/4, 4/7, 8/11 and 9/14: the most is 3/4, while the most of N alone gives 9/14.
    """
    above, below = np.array([1.0, 6.0, 2.0, 3.0]), np.array([2.0, 9.0, 2.0, 5.0])
    found = reach_ratio(problem(2, 2), above, below, EXACT)
    assert found.value == pytest.approx(3 / 4, abs=1e-12)
    assert found.limit == pytest.approx(3 / 4, abs=1e-12)


def test_the_other_rows_are_held() -> None:
    """As above, but a row forbids the first option of the first group: 8/11 is the most that is left."""
    above, below = np.array([1.0, 6.0, 2.0, 3.0]), np.array([2.0, 9.0, 2.0, 5.0])
    held = Row("no", metric=0, sense="<=", bound=0.0)
    found = reach_ratio(problem(2, 2, (held,), np.array([[1.0, 0.0, 0.0, 0.0]])), above, below, EXACT)
    assert found.value == pytest.approx(8 / 11, abs=1e-12)


def test_nothing_below_the_line_has_no_ratio() -> None:
    """Nothing is used whatever is chosen: the ratio means nothing, and no number is made up."""
    found = reach_ratio(problem(2, 1), np.array([1.0, 2.0]), np.zeros(2), EXACT)
    assert found.value is None


def test_a_ratio_without_bound_has_no_value() -> None:
    """The second option has 2 above and nothing below the line: there is no most."""
    found = reach_ratio(problem(2, 1), np.array([1.0, 2.0]), np.array([1.0, 0.0]), EXACT)
    assert found.value is None


def test_rows_that_nothing_keeps_leave_no_ratio() -> None:
    """A row asks for 5 of at most 1."""
    asked = Row("much", metric=0, sense=">=", bound=5.0)
    found = reach_ratio(problem(2, 1, (asked,), np.ones((1, 2))), np.ones(2), np.ones(2), EXACT)
    assert found.value is None
    assert found.status == "INFEASIBLE"


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_all_choices_tried_one_by_one_agree(data: st.DataObject) -> None:
    """Three groups of three options and one row: enumeration of the 27 choices gives the same most."""
    numbers = st.lists(st.integers(0, 9), min_size=9, max_size=9)
    above, below, metric = (np.array(data.draw(numbers), dtype=float) for _ in range(3))
    below += 1.0
    bound = float(data.draw(st.integers(0, 15)))
    stated = problem(3, 3, (Row("most", metric=0, sense="<=", bound=bound),), metric[None, :])
    choices = [np.array(places) + np.array([0, 3, 6]) for places in itertools.product(range(3), repeat=3)]
    ratios = [above[c].sum() / below[c].sum() for c in choices if metric[c].sum() <= bound]
    found = reach_ratio(stated, above, below, EXACT)
    if not ratios:
        assert found.value is None
        return
    assert found.value == pytest.approx(max(ratios), abs=1e-9)
    assert found.limit is not None
    assert found.limit >= max(ratios) - 1e-9


def test_a_known_choice_is_where_the_search_begins() -> None:
    """From the worst of the four ratios the search comes to 3/4 as well; a choice that breaks a row is no start."""
    above, below = np.array([1.0, 6.0, 2.0, 3.0]), np.array([2.0, 9.0, 2.0, 5.0])
    held = Row("no", metric=0, sense="<=", bound=0.0)
    first, broken = np.array([1.0, 0.0, 0.0, 1.0]), np.array([1.0, 0.0, 1.0, 0.0])
    assert reach_ratio(problem(2, 2), above, below, EXACT, first).value == pytest.approx(3 / 4)
    rows = problem(2, 2, (held,), np.array([[1.0, 0.0, 0.0, 0.0]]))
    assert reach_ratio(rows, above, below, EXACT, broken).value == pytest.approx(8 / 11)


def test_a_loose_gap_stops_early_with_a_proven_limit() -> None:
    """Within 50 % of the numerator: whatever value is given, the limit is no less than the true most of 3/4."""
    above, below = np.array([1.0, 6.0, 2.0, 3.0]), np.array([2.0, 9.0, 2.0, 5.0])
    start = np.array([1.0, 0.0, 0.0, 1.0])
    found = reach_ratio(problem(2, 2), above, below, Settings(gap=0.5), start)
    assert found.value is not None
    assert found.limit is not None
    assert found.value <= 3 / 4 + 1e-12 <= found.limit + 2e-12
