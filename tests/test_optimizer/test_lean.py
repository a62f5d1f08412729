"""Bounds of rows that count in steps, and problems without the options that no plan needs."""

import numpy as np
import pytest
from scipy import sparse

from optimizer.lean import lean, moved_bounds, steps, thinned
from optimizer.problem import ChoiceProblem, Row, Sense
from tests.test_optimizer.oracle import least_cost, random_problem


def counting(bound: float, sense: Sense, entries: tuple[float, ...] = (0.0, 6.0, 0.0, 9.0)) -> ChoiceProblem:
    """Return two groups of nothing or some amount, whole tonnes of which ``bound`` is asked."""
    return ChoiceProblem(
        cost=np.array([0.0, 2.0, 0.0, 4.0]),
        group=np.array([1, 1, 2, 2]),
        metrics=np.array([entries]),
        rows=[Row("t", 0, sense, bound)],
    )


def whole_bound(problem: ChoiceProblem, row: int) -> float:
    """Return where a row's bound moves to."""
    return float(moved_bounds(problem, steps(problem))[row])


@pytest.mark.parametrize(
    ("sense", "asked", "bound"),
    [(">=", 7.0, 9.0), (">=", 9.0, 9.0), ("<=", 8.0, 6.0), ("=", 7.0, 7.0), (">=", -1.0, 0.0), ("<=", -1.0, -3.0)],
)
def test_a_bound_moves_to_the_next_amount(sense: Sense, asked: float, bound: float) -> None:
    """6 and 9 t are threes: at least 7 is at least 9, at most 8 is at most 6. An exact amount is left to the solver."""
    assert whole_bound(counting(asked, sense), 0) == bound


def test_rounding_does_not_move_a_bound() -> None:
    """9 t miss 9.000000001 t by less than a row may miss its bound: were the bound moved, 12 t would be asked."""
    assert whole_bound(counting(9.000000001, ">="), 0) == 9.000000001


@pytest.mark.parametrize("entries", [(0.0, 6.5, 0.0, 9.0), (0.0, 1e300, 0.0, 9.0), (0.0, 0.0, 0.0, 0.0)])
def test_amounts_that_are_not_whole_move_nothing(entries: tuple[float, ...]) -> None:
    assert whole_bound(counting(7.0, ">=", entries), 0) == 7.0


def test_mixtures_have_any_amount() -> None:
    """With the second group divisible, 7 t are 6 t and a ninth of 9 t."""
    own = counting(7.0, ">=")
    problem = ChoiceProblem(own.cost, own.group, own.metrics, own.rows, divisible=np.array([False, True]))
    assert whole_bound(problem, 0) == 7.0


def test_side_rows_count_in_steps_too() -> None:
    own = counting(9.0, ">=")
    side = sparse.csr_array(np.array([[0.0, 2.0, 0.0, 4.0]]))
    problem = ChoiceProblem(
        own.cost, own.group, own.metrics, own.rows, side=side, side_sense=["<="], side_bound=np.array([5.0])
    )
    left = lean(problem)
    assert left.problem.bounds.tolist() == [9.0, 4.0]
    assert left.remarks(problem) == ("row 'side0' counts in steps, so <= 5 is <= 4",)


def test_dominated_options_go_and_come_back() -> None:
    """4 t for 5 lose to 6 t for 2; a choice of what is left is put back where it was."""
    problem = ChoiceProblem(
        cost=np.array([0.0, 5.0, 2.0]),
        group=np.zeros(3, dtype=np.int64),
        metrics=np.array([[0.0, 4.0, 6.0]]),
        rows=[Row("t", 0, ">=", 3.0)],
    )
    left = lean(problem)
    assert left.option.tolist() == [0, 2]
    assert left.level(np.array([0.0, 1.0])).tolist() == [0.0, 0.0, 1.0]


def test_large_groups_lose_what_no_plan_needs() -> None:
    """Twenty options of which the k-th gives k t for k^2, and one of 3 t for 50: it goes. Two groups of two stay."""
    amount = np.arange(20.0)
    problem = ChoiceProblem(
        cost=np.concatenate([amount**2, [50.0, 0.0, 9.0, 0.0, 8.0]]),
        group=np.array([4] * 21 + [6, 6, 8, 8]),
        metrics=np.array([[*amount, 3.0, 0.0, 0.0, 0.0, 2.0]]),
        rows=[Row("t", 0, ">=", 4.0)],
    )
    left = thinned(problem)
    assert left is not None
    assert left.option.tolist() == [*range(20), 21, 22, 23, 24]
    assert left.remarks(problem) == ()
    moved = left.under(problem.with_rows([Row("t", 0, ">=", 7.5)]))
    assert moved is not None
    assert moved.problem.bounds.tolist() == [7.5]
    assert thinned(left.problem) is None


def test_too_many_pairs_are_not_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("optimizer.lean.MOST_PAIRS", 100.0)
    count = 16
    problem = ChoiceProblem(np.zeros(count), np.zeros(count, dtype=np.int64), np.zeros((1, count)), [])
    assert thinned(problem) is None


def test_another_row_that_binds_is_looked_at_anew() -> None:
    """At most 20 t bind nothing, so 4 t for 5 lose to 6 t for 2; under at most 5 t they are the plan."""
    problem = ChoiceProblem(
        cost=np.array([0.0, 5.0, 2.0]),
        group=np.zeros(3, dtype=np.int64),
        metrics=np.array([[0.0, 4.0, 6.0]]),
        rows=[Row("t", 0, ">=", 3.0), Row("cap", 0, "<=", 20.0)],
    )
    left = lean(problem)
    assert left.option.tolist() == [0, 2]
    assert left.under(problem.with_rows([Row("t", 0, ">=", 2.0), Row("cap", 0, "<=", 20.0)])) is not None
    assert left.under(problem.with_rows([Row("t", 0, ">=", 3.0), Row("cap", 0, "<=", 5.0)])) is None


def test_the_least_cost_stays() -> None:
    """200 problems of whole numbers, by enumeration before and after."""
    moved = 0
    for seed in range(200):
        problem = random_problem(9000 + seed, most_choices=3_000)
        left = lean(problem)
        moved += bool(left.remarks(problem))
        assert least_cost(left.problem) == least_cost(problem), seed
    assert moved >= 5
