"""The least cost is the true one: hand-worked, and against the enumeration of every choice."""

import numpy as np
import pytest

from optimizer import ChoiceProblem, Row, Settings, Status, evaluate, solve
from tests.test_optimizer.oracle import every_choice, kept, least_cost, random_problem, written

EXACT = Settings(engine="milp", gap=0.0)
INSTANCES = 300


def two_stacks() -> ChoiceProblem:
    """Two groups: A {0 for 0 t, 30 for 40 t, 90 for 80 t}, B {0 for 0 t, 40 for 40 t}."""
    return ChoiceProblem(
        cost=np.array([0.0, 30.0, 90.0, 0.0, 40.0]),
        group=np.array([0, 0, 0, 1, 1]),
        metrics=np.array([[0.0, 40.0, 80.0, 0.0, 40.0]]),
        rows=[Row(id="nox", metric=0, sense=">=", bound=60.0)],
    )


def test_least_cost_worked_by_hand() -> None:
    """At least 60 t: A alone at its best gives 80 t for 90; A at 30 with B at 40 gives 80 t for 70, the least.

    Were shares allowed, A's 40 t for 30 and half of B, 20 t for 20, would do for 50. Without the rule that every group
    takes an option, A's second option alone, 80 t for 90, would be no dearer for leaving B out.
    """
    solution = solve(two_stacks(), EXACT)
    assert solution.status is Status.OPTIMAL
    assert solution.objective == 70.0
    assert solution.bound == pytest.approx(70.0, rel=1e-9)
    assert solution.level is not None
    assert solution.level.tolist() == [0.0, 1.0, 0.0, 0.0, 1.0]
    assert solution.row_values is not None
    assert solution.row_values.tolist() == [80.0]


def test_ranking_by_cost_per_tonne_is_not_the_optimum() -> None:
    """At least 80 t, B now 46 for 41 t (1.12 a tonne), A 30 for 39 t (0.77) or 75 for 80 t (0.94).

    Ranking takes A 39 t first, then B: 80 t for 76. The least cost is A's second option alone: 80 t for 75.
    """
    problem = ChoiceProblem(
        cost=np.array([0.0, 30.0, 75.0, 0.0, 46.0]),
        group=np.array([0, 0, 0, 1, 1]),
        metrics=np.array([[0.0, 39.0, 80.0, 0.0, 41.0]]),
        rows=[Row(id="nox", metric=0, sense=">=", bound=80.0)],
    )
    solution = solve(problem, EXACT)
    assert solution.objective == 75.0


def test_optimum_equals_enumeration_on_random_problems() -> None:
    """300 problems of every row kind; both answers occur often, so neither is a matter of course."""
    answered = 0
    for seed in range(INSTANCES):
        problem = random_problem(seed)
        expected, solution = least_cost(problem), solve(problem, EXACT)
        assert solution.status is (Status.INFEASIBLE if expected is None else Status.OPTIMAL), seed
        assert solution.objective == expected, seed
        answered += expected is not None
    assert 150 < answered < 280


def test_a_plan_stands_on_the_arrays_it_came_from() -> None:
    """Level, row values and objective agree with a sum written out here; exactly one option of each group is taken."""
    for seed in range(0, INSTANCES, 10):
        problem = random_problem(seed)
        solution = solve(problem, EXACT)
        if solution.level is None or solution.row_values is None:
            continue
        plain = written(problem)
        assert set(solution.level.tolist()) <= {0.0, 1.0}
        assert [solution.level[group].sum() for group in plain.groups] == [1.0] * len(plain.groups)
        assert solution.row_values.tolist() == (plain.coefficients @ solution.level).tolist()
        assert solution.objective == plain.cost @ solution.level
        assert kept(solution.row_values[None, :], plain.senses, plain.bounds).all()
        assert evaluate(problem, solution.level).faults == ()


def test_bound_never_passes_the_true_optimum() -> None:
    """With a coarse gap the solver stops early: still bound <= optimum <= objective."""
    coarse = Settings(engine="milp", gap=0.2)
    for seed in range(60):
        problem = random_problem(seed)
        expected, solution = least_cost(problem), solve(problem, coarse)
        if expected is None or solution.objective is None or solution.bound is None:
            assert solution.status is Status.INFEASIBLE
            continue
        assert solution.bound <= expected + 1e-9 * max(1.0, abs(expected))
        assert expected <= solution.objective


def test_no_rows_every_group_takes_its_cheapest() -> None:
    problem = ChoiceProblem(
        cost=np.array([3.0, 1.0, -2.0, 5.0]), group=np.array([4, 4, 9, 9]), metrics=np.zeros((0, 4)), rows=[]
    )
    solution = solve(problem, EXACT)
    assert solution.status is Status.OPTIMAL
    assert solution.objective == -1.0
    assert solution.gap == 0.0


def test_group_of_one_option_has_no_choice() -> None:
    problem = ChoiceProblem(
        cost=np.array([7.0, 0.0, 5.0]),
        group=np.array([0, 1, 1]),
        metrics=np.array([[2.0, 0.0, 3.0]]),
        rows=[Row(id="both", metric=0, sense=">=", bound=5.0)],
    )
    solution = solve(problem, EXACT)
    assert solution.objective == 12.0


def test_zero_cost_everywhere_has_no_gap() -> None:
    problem = ChoiceProblem(
        cost=np.zeros(2), group=np.array([0, 0]), metrics=np.array([[0.0, 1.0]]), rows=[Row("r", 0, ">=", 1.0)]
    )
    solution = solve(problem, EXACT)
    assert (solution.status, solution.objective, solution.gap) == (Status.OPTIMAL, 0.0, 0.0)


def test_every_choice_counts_all_of_them() -> None:
    """The oracle itself: 3 x 2 options give 6 choices, the dearest 90 + 40."""
    cost, values = every_choice(two_stacks())
    assert len(cost) == 6
    assert cost.max() == 130.0
    assert values[:, 0].max() == 120.0


def test_a_level_of_another_shape_is_refused() -> None:
    with pytest.raises(ValueError, match=r"level: expected 5 finite numbers, one an option, found shape \(2,\)"):
        evaluate(two_stacks(), np.zeros(2))


def test_evaluation_says_what_is_broken() -> None:
    """A takes nothing, B half of one option and a quarter of the other; 60 t are asked and 10 t reached."""
    found = evaluate(two_stacks(), np.array([0.0, 0.0, 0.0, 0.5, 0.25]))
    assert found.objective == 10.0
    assert found.shortfall.tolist() == [50.0]
    assert found.faults == (
        "group 1 has a share although it is not divisible",
        "group 0 does not add up to one option",
        "group 1 does not add up to one option",
        "row 'nox': asked >= 60, reached 10",
    )
    negative = evaluate(two_stacks(), np.array([2.0, -1.0, 0.0, 0.0, 1.0]))
    assert negative.faults[0] == "group 0 has a level outside 0 to 1"
