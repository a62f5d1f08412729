"""Options that are nearest to being the best of their group, and memory for answers."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimizer import ChoiceProblem, Row, Settings, solve
from optimizer.dual import blank
from optimizer.dual.arrange import arrange
from optimizer.dual.regions import regions_of
from optimizer.dual.survey import least_of, nearest
from tests.test_optimizer.dual_cases import abatement, tied


def two() -> ChoiceProblem:
    """Return two sources: 0, 4 or 16 t for 0, 5 or 20, and 0 or 16 t for 0 or 24."""
    return ChoiceProblem(
        cost=np.array([0.0, 5.0, 20.0, 0.0, 24.0]),
        group=np.array([0, 0, 0, 1, 1]),
        metrics=np.array([[0.0, 4.0, 16.0, 0.0, 16.0]]),
        rows=[Row("t", 0, ">=", 10.0)],
    )


def test_near_is_what_costs_little_beyond_the_best_for_what_it_changes() -> None:
    """At 1 a tonne doing nothing is best. Beyond it the others cost 1 for 4 t, 4 for 16 t and 8 for 16 t.

    By the tonne that is 0.25, 0.25 and 0.5. Damped, by 4^0.75 = 2.83 and 16^0.75 = 8: 0.354, 0.5 and 1: the small one
    is nearer than the first large one, which a rule without damping could not tell.
    """
    layout, price = arrange(two()), np.ones(1)
    assert nearest(layout, price, 2, is_damped=False).tolist() == [1, 2]
    assert nearest(layout, price, 1, is_damped=True).tolist() == [1]
    assert nearest(layout, price, 2, is_damped=True).tolist() == [1, 2]
    assert nearest(layout, price, 3, is_damped=True).tolist() == [1, 2, 4]


def test_the_best_and_those_like_it_are_not_near() -> None:
    assert nearest(arrange(two()), np.ones(1), 4, is_damped=False).tolist() == [1, 2, 4]


def test_all_options_where_no_fewer_are_asked_for() -> None:
    assert nearest(arrange(two()), np.ones(1), 5, is_damped=False).tolist() == [0, 1, 2, 3, 4]


def test_entries_in_side_rows_set_options_apart() -> None:
    problem = tied(15)
    layout = arrange(problem)
    price = np.ones(layout.row_count)
    assert layout.problem.side is not None
    found = nearest(layout, price, problem.option_count - 1, is_damped=True)
    assert 0 < len(found) < problem.option_count


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 300), st.integers(0, 3))
def test_the_least_are_found_wherever_they_stand(seed: int, count: int, kind: int) -> None:
    """As sorting finds them: among numbers in any order, in order, against it, and with all small ones unseen."""
    rng = np.random.default_rng(seed)
    score = rng.random(5000)
    if kind in {1, 2}:
        score = np.sort(score)[:: 1 if kind == 1 else -1]
    if kind == 3:
        score[::17] += 10.0
    assert np.sort(score[least_of(score, count)]).tolist() == np.sort(score)[:count].tolist()


def test_an_answer_in_memory_made_ready_beside_the_search(monkeypatch: pytest.MonkeyPatch) -> None:
    problem = abatement(200, 2)
    alone = solve(problem, Settings(pass_threads=1))
    monkeypatch.setattr(blank, "MANY", 0)
    beside = solve(problem, Settings(pass_threads=2))
    assert alone.level is not None
    assert beside.level is not None
    assert alone.level.tobytes() == beside.level.tobytes()


def test_rows_that_cross_all_regions_are_wide_though_few_groups_enter_them() -> None:
    """Twelve sources, four to a region, each region with a row; the third source of each stands in a row over all.

    That row takes in a quarter of the groups. Were it not wide, it would tie all three regions into one.
    """
    group = np.repeat(np.arange(12), 2)
    acts = np.tile([0.0, 1.0], 12)
    rows = [Row(f"region {k}", 0, ">=", 2.0, np.arange(4 * k, 4 * k + 4)) for k in range(3)]
    rows.append(Row("across", 0, ">=", 1.0, np.array([2, 6, 10])))
    region, is_wide = regions_of(arrange(ChoiceProblem(acts, group, acts[None, :], rows)))
    assert is_wide.tolist() == [False, False, False, True]
    assert len(set(region.tolist())) == 3
    assert [len(set(region[4 * k : 4 * k + 4].tolist())) for k in range(3)] == [1, 1, 1]
