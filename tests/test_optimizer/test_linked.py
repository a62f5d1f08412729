"""Groups that require or exclude each other, as one group of combinations: nothing is lost and nothing added."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings, strategies
from scipy import sparse

from optimizer import linked as linking
from optimizer.dual import solve_dual
from optimizer.engines import solve
from optimizer.evaluate import evaluate
from optimizer.linked import clusters, linked
from optimizer.problem import ChoiceProblem, Row, Sense
from optimizer.settings import Settings
from optimizer.solution import Status
from tests.test_optimizer.dual_cases import least_cost, tied

EXACT = Settings(gap=0.0)


def pair(lines: list[list[float]], senses: list[Sense], bounds: list[float], asked: float = 5.0) -> ChoiceProblem:
    """Return two sources that remove 0 or 5 t for 4, and 0, 3 or 6 t for 1 and 9; a third removes 1 t for 3."""
    return ChoiceProblem(
        cost=np.array([0.0, 4.0, 0.0, 1.0, 9.0, 0.0, 3.0]),
        group=np.array([2, 2, 5, 5, 5, 7, 7]),
        metrics=np.array([[0.0, 5.0, 0.0, 3.0, 6.0, 0.0, 1.0]]),
        rows=[Row("t", 0, ">=", asked)],
        side=sparse.csr_array(np.array(lines)),
        side_sense=senses,
        side_bound=np.array(bounds),
    )


REQUIRES = [[0.0, 1.0, 0.0, -1.0, -1.0, 0.0, 0.0]]
EXCLUDES = [[0.0, 1.0, 0.0, 1.0, 1.0, 0.0, 0.0]]


@pytest.mark.parametrize(
    ("lines", "bound", "asked", "cost"),
    [(REQUIRES, 0.0, 5.0, 5.0), (EXCLUDES, 1.0, 5.0, 4.0), (EXCLUDES, 1.0, 7.0, 12.0), (REQUIRES, 0.0, 9.0, 8.0)],
)
def test_pairs_by_hand(lines: list[list[float]], bound: float, asked: float, cost: float) -> None:
    """5 t alone cost 4; where the first requires the second, 8 t for 5 are the cheapest that give 5.

    7 t under exclusion are 6 t for 9 and 1 t for 3, not 5 and 3 for 5; 9 t under requirement are 5, 3 and 1 for 8.
    """
    solution = solve(pair(lines, ["<="], [bound], asked), EXACT)
    assert solution.engine == "dual"
    assert "1 rows between single options tie 2 groups together, taken as 1 with" in solution.reason
    assert solution.status is Status.OPTIMAL
    assert solution.objective == cost
    assert solution.prices is not None
    assert solution.prices[1] == 0.0


def test_combinations_are_those_that_keep_the_row() -> None:
    """Of 2 x 3 the first requires the second: (0, 0), (0, 1), (0, 2), (1, 1), (1, 2). Their metrics are sums."""
    joined = linked(pair(REQUIRES, ["<="], [0.0]))
    assert joined is not None
    assert joined.problem.side is None
    assert joined.problem.group.tolist() == [2, 2, 2, 2, 2, 7, 7]
    assert joined.problem.metrics.tolist() == [[0.0, 3.0, 6.0, 8.0, 11.0, 0.0, 1.0]]
    assert joined.problem.cost.tolist() == [0.0, 1.0, 9.0, 5.0, 13.0, 0.0, 3.0]
    assert joined.level(np.array([0.0, 0.0, 0.0, 1.0, 0.0, 1.0, 0.0])).tolist() == [0.0, 1.0, 0.0, 1.0, 0.0, 1.0, 0.0]


def test_a_row_over_one_of_a_pair_has_a_metric_of_its_own() -> None:
    """5 t are asked of the second source alone: 6 t for 9. Were the first counted with it, 5 + 3 t for 5 would do."""
    problem = pair(REQUIRES, ["<="], [0.0])
    solution = solve(replace(problem, rows=[Row("t", 0, ">=", 5.0, np.array([5]))]), EXACT)
    assert solution.engine == "dual"
    assert solution.objective == 9.0
    assert solution.row_values is not None
    assert solution.row_values.tolist() == [6.0, -1.0]


@pytest.mark.parametrize(
    ("lines", "senses", "bounds", "words"),
    [
        ([[0.0, 1.0, 0.0, 1.0, 1.0, 0.0, 0.0]] * 2, [">=", "<="], [2.0, 1.0], "none of the 6 combinations"),
        ([[0.0] * 7], [">="], [1.0], "row 'side0' asks for more than nothing"),
    ],
)
def test_rows_that_no_combination_keeps_are_named(
    lines: list[list[float]], senses: list[Sense], bounds: list[float], words: str
) -> None:
    solution = solve(pair(lines, senses, bounds), EXACT)
    assert solution.status is Status.INFEASIBLE
    assert words in solution.reason
    assert "'side0'" in solution.reason


def test_rows_without_entries_that_ask_for_nothing_tie_nothing() -> None:
    """5 t are asked: 5 t for 4 are the cheapest."""
    solution = solve(pair([[0.0] * 7], ["<="], [1.0]), EXACT)
    assert solution.objective == 4.0
    assert solution.engine == "dual"


def test_a_sum_of_nothing_keeps_a_row_that_asks_for_little() -> None:
    """At least one of the two must act; neither acting adds nothing to the row and is no combination."""
    joined = linked(pair(EXCLUDES, [">="], [1.0]))
    assert joined is not None
    assert joined.problem.metrics.tolist() == [[3.0, 6.0, 5.0, 8.0, 11.0, 0.0, 1.0]]


@pytest.mark.parametrize(
    ("name", "most", "words"),
    [
        ("MOST_COMBINATIONS", 5, "1 clusters of up to 6 combinations"),
        ("MOST_IN_ALL", 5, "1 clusters of up to 6 in all"),
        ("MOST_NUMBERS", 5, "asks for 1 metrics"),
    ],
)
def test_too_many_combinations_go_to_the_exact_engine(
    name: str, most: int, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(linking, name, most)
    problem = pair(REQUIRES, ["<="], [0.0])
    solution = solve(problem, EXACT)
    assert solution.engine == "milp"
    assert words in solution.reason
    assert solution.objective == 5.0
    assert solve_dual(problem, EXACT, None).objective == 5.0


def test_mixtures_are_not_put_together() -> None:
    """Half of the first needs half of the second: shares of combinations would not say the same."""
    problem = replace(pair(REQUIRES, ["<="], [0.0]), divisible=np.array([True, False, False]))
    assert clusters(problem).obstacle(problem) == "rows between single options tie groups that may be mixed"
    apart = replace(problem, divisible=np.array([False, False, True]))
    solution = solve(apart, EXACT)
    assert solution.engine == "dual"
    assert evaluate(apart, solution.level if solution.level is not None else np.zeros(7)).faults == ()


@given(strategies.integers(0, 10**6), strategies.sampled_from([0.0, 1e-4, 0.05]))
@settings(max_examples=120, deadline=None)
def test_every_claim_is_so(seed: int, gap: float) -> None:
    problem = tied(seed)
    least, solution = least_cost(problem), solve(problem, Settings(gap=gap))
    assert solution.engine == "dual"
    room = 1e-9 * float(np.abs(problem.cost).sum())
    if least is None:
        assert solution.status is Status.INFEASIBLE
        return
    assert solution.status is Status.OPTIMAL
    assert solution.level is not None
    assert solution.objective is not None
    assert solution.bound is not None
    assert solution.row_values is not None
    judged = evaluate(problem, solution.level)
    assert judged.faults == ()
    assert judged.objective == pytest.approx(solution.objective, abs=room)
    np.testing.assert_allclose(solution.row_values, judged.row_values, atol=1e-9)
    assert solution.bound <= least + room
    assert solution.objective <= least + gap * abs(solution.objective) + room


def test_another_target_finds_the_pairs_put_together(monkeypatch: pytest.MonkeyPatch) -> None:
    """A moved bound of a row is solved on what was put together before; a moved bound of a side row is not."""
    problem = tied(11, groups=8)
    first = solve(problem, EXACT)
    row = problem.rows[0]
    moved = problem.with_rows([replace(row, bound=row.bound + 0.25), *problem.rows[1:]])
    cold = solve(moved, EXACT)
    with monkeypatch.context() as patch:
        patch.setattr("optimizer.dual.reduced.linked", None)
        warm = solve(moved, EXACT, first)
    assert (warm.status, warm.objective) == (cold.status, cold.objective)
    assert problem.side_bound is not None
    other = replace(problem, side_bound=problem.side_bound + 1.0)
    assert solve(other, EXACT, first).objective == solve(other, EXACT).objective
