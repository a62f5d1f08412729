"""Solving part by part and near the prices first gives what trying every choice gives, on many problems."""

from dataclasses import replace

import numpy as np
import pytest

from optimizer import ChoiceProblem, Row, Settings, Status, evaluate, solve, vicinity
from optimizer.parts import split
from optimizer.vicinity import Memory, at_prices, flat, priced, solve_near
from tests.test_optimizer.oracle import every_choice, kept, least_cost, random_problem, written

EXACT = Settings(gap=0.0)


@pytest.fixture
def narrow(monkeypatch: pytest.MonkeyPatch) -> None:
    """Look at two options at first, so that the search has to widen."""
    monkeypatch.setattr(vicinity, "NEAR_A_ROW", 0)
    monkeypatch.setattr(vicinity, "NEAR_AT_LEAST", 1)


@pytest.mark.usefixtures("narrow")
@pytest.mark.parametrize("first", range(0, 120, 30))
def test_least_cost_is_that_of_trying_every_choice(first: int) -> None:
    for seed in range(first, first + 30):
        problem = random_problem(seed, most_choices=2000)
        found, best = solve_near(problem, EXACT), least_cost(problem)
        assert found.objective == (None if best is None else pytest.approx(best, abs=1e-7)), seed
        if best is None:
            assert found.status is Status.INFEASIBLE
        else:
            assert found.level is not None
            assert not evaluate(problem, found.level).faults
            assert found.bound == pytest.approx(best, abs=1e-6)


@pytest.mark.usefixtures("narrow")
def test_mixtures_cost_what_the_engine_finds() -> None:
    for seed in range(20):
        problem = random_problem(seed, most_choices=2000, has_divisible=True)
        ours, theirs = solve_near(problem, EXACT), solve(problem, EXACT)
        expected = None if theirs.objective is None else pytest.approx(theirs.objective, abs=1e-6)
        assert ours.objective == expected, seed


def test_options_that_may_not_be_taken_are_left_out() -> None:
    """Without them the problem is another one, solved here by leaving their columns out by hand."""
    checked = 0
    for seed in range(35):
        problem = random_problem(seed, most_choices=1000)
        only = np.random.default_rng(seed).random(problem.option_count) < 0.7
        only[problem.starts[:-1]] = True
        if problem.side is not None:
            continue
        part = replace(problem, cost=problem.cost[only], group=problem.group[only], metrics=problem.metrics[:, only])
        best = least_cost(part)
        found = solve_near(problem, EXACT, only=only)
        assert found.objective == (None if best is None else pytest.approx(best, abs=1e-7)), seed
        assert found.level is None or not found.level[~only].any()
        checked += 1
    assert checked > 15


def test_a_group_without_options_is_refused() -> None:
    problem = random_problem(1)
    with pytest.raises(ValueError, match="at least one option of each group"):
        solve_near(problem, EXACT, only=np.zeros(problem.option_count, dtype=bool))


def test_a_part_solved_before_is_not_solved_again() -> None:
    """Two groups apart from each other: when the second row moves, the first part comes from memory."""
    problem = ChoiceProblem(
        cost=np.array([0.0, 5.0, 0.0, 7.0]),
        group=np.array([0, 0, 1, 1]),
        metrics=np.array([[0.0, 3.0, 0.0, 4.0]]),
        rows=[Row("a", 0, ">=", 1.0, np.array([0])), Row("b", 0, ">=", 1.0, np.array([1]))],
    )
    memory: Memory = {}
    assert solve_near(problem, EXACT, memory=memory).objective == 12.0
    assert len(memory) == 2
    moved = replace(problem, rows=(problem.rows[0], replace(problem.rows[1], bound=2.0)))
    assert solve_near(moved, EXACT, memory=memory).objective == 12.0
    assert len(memory) == 3


def test_a_row_of_whole_numbers_is_asked_in_whole_numbers() -> None:
    """2.2 of three sources are 3 of them; without the rounding the relaxation would take 2.2."""
    problem = ChoiceProblem(
        cost=np.array([0.0, 1.0] * 3),
        group=np.repeat([0, 1, 2], 2),
        metrics=np.array([[0.0, 1.0] * 3]),
        rows=[Row("n", 0, ">=", 2.2)],
    )
    assert flat(problem).rows[0].bound == 3.0
    at = priced(problem, EXACT)
    assert at is not None
    assert at.bound == pytest.approx(3.0)


def test_no_plan_is_cheaper_than_the_bound_at_any_prices() -> None:
    for seed in range(40):
        problem = random_problem(seed, most_choices=500)
        cost, values = every_choice(problem)
        plain = written(problem)
        costs = cost[kept(values, plain.senses, plain.bounds)]
        signs = np.array([{">=": 1.0, "<=": -1.0, "=": 1.0}[sense] for sense in problem.senses])
        at = at_prices(problem, signs * np.random.default_rng(seed).random(problem.row_count))
        if len(costs):
            assert at.bound <= costs.min() + 1e-6
            assert np.minimum.reduceat(at.excess, problem.starts[:-1]) == pytest.approx(0.0, abs=1e-9)


def test_problems_too_large_for_a_dense_table_go_to_the_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vicinity, "LARGEST", 0)
    problem = next(p for p in map(random_problem, range(50)) if least_cost(p) is not None)
    best = least_cost(problem)
    everything = np.ones(problem.option_count, dtype=bool)
    assert solve_near(problem, EXACT).objective == pytest.approx(best)
    assert solve_near(problem, EXACT, only=everything).objective == pytest.approx(best)


def test_parts_are_groups_that_a_row_ties_together() -> None:
    """Row a tells options apart in groups 0 and 1, row b in 2; group 3 is free and takes its cheaper option."""
    problem = ChoiceProblem(
        cost=np.array([0.0, 1.0, 0.0, 1.0, 0.0, 1.0, 4.0, 3.0]),
        group=np.repeat([0, 1, 2, 3], 2),
        metrics=np.array([[0.0, 1.0, 0.0, 1.0, 5.0, 5.0, 2.0, 2.0], [0.0, 0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0]]),
        rows=[Row("a", 0, ">=", 9.0), Row("b", 1, ">=", 1.0)],
    )
    found = split(problem, np.ones(8, dtype=bool), np.ones(2, dtype=bool))
    assert [part.option.tolist() for part in found.parts] == [[0, 1, 2, 3], [4, 5]]
    # 9 less the 5 and 2 that groups 2 and 3 add whatever they choose
    assert found.parts[0].problem.rows[0].bound == 2.0
    assert found.free.tolist() == [7]
