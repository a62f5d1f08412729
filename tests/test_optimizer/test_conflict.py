"""Conflicts are irreducible and repair sets smallest: enumeration says so on every random problem without a plan."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest

from optimizer import ChoiceProblem, Row, Settings, evaluate, solve
from optimizer.conflict import conflicts
from optimizer.easing import least_easing, smallest_sets
from tests.test_optimizer.oracle import least_cost, random_problem

EXACT = Settings(gap=0.0)
SEEDS = range(110)


def with_rows(problem: ChoiceProblem, rows: Sequence[int]) -> bool:
    """Whether some choice keeps these rows."""
    return least_cost(replace(problem, rows=tuple(problem.rows[row] for row in rows))) is not None


def impossible() -> list[ChoiceProblem]:
    drawn = (random_problem(seed, most_choices=600) for seed in SEEDS)
    return [problem for problem in drawn if problem.side is None and least_cost(problem) is None]


PROBLEMS = impossible()


def test_there_are_problems_of_every_sort() -> None:
    """Among them such that whole choices only cannot be had, and such with two shortfalls apart from each other."""
    assert len(PROBLEMS) >= 20
    sizes = {len(smallest_sets(problem, families(problem), EXACT, most=1)[0]) for problem in PROBLEMS}
    assert {1, 2} <= sizes


def families(problem: ChoiceProblem) -> list[tuple[int, ...]]:
    return [(row,) for row in range(problem.row_count)]


def test_a_conflict_has_no_plan_and_any_fewer_of_its_rows_have_one() -> None:
    for number, problem in enumerate(PROBLEMS):
        found = conflicts(problem, families(problem), EXACT)
        assert found, number
        for conflict in found:
            assert conflict.is_irreducible
            assert not with_rows(problem, conflict.families)
            for left_out in conflict.families:
                assert with_rows(problem, [row for row in conflict.families if row != left_out])


def test_every_conflict_is_named() -> None:
    """Without the rows of all of them there is a plan."""
    for problem in PROBLEMS:
        named = {row for conflict in conflicts(problem, families(problem), EXACT) for row in conflict.families}
        assert with_rows(problem, [row for row in range(problem.row_count) if row not in named])


def test_no_fewer_rows_than_the_smallest_set_can_give_way() -> None:
    for number, problem in enumerate(PROBLEMS):
        rows = range(problem.row_count)
        found = smallest_sets(problem, families(problem), EXACT, most=20)
        size = len(found[0])
        ways = [
            given for given in combinations(rows, size) if with_rows(problem, [row for row in rows if row not in given])
        ]
        assert {tuple(sorted(given)) for given in found} == set(ways[:20]) or len(ways) > 20, number
        for fewer in combinations(rows, size - 1):
            assert not with_rows(problem, [row for row in rows if row not in fewer])


def test_rows_give_way_no_more_than_they_must() -> None:
    """A single row gives way down to its own best with the others held, found by trying all choices."""
    checked = 0
    for problem in PROBLEMS:
        (given, *_) = smallest_sets(problem, families(problem), EXACT, most=1)
        found = least_easing(problem, [(row,) for row in given], np.ones(len(given)), EXACT)
        assert found is not None
        assert found.level is not None
        broken = np.flatnonzero(evaluate(problem, found.level).shortfall > 1e-6)
        assert set(broken.tolist()) <= set(given)
        if len(given) == 1 and problem.rows[given[0]].sense == ">=":
            others = tuple(row for place, row in enumerate(problem.rows) if place != given[0])
            values = problem.contribution(given[0])
            most = least_cost(replace(problem, cost=-values, rows=others))
            assert most is not None
            assert found.row_values is not None
            assert found.row_values[given[0]] == pytest.approx(-most)
            checked += 1
    assert checked >= 4


def pair() -> ChoiceProblem:
    return ChoiceProblem(
        cost=np.array([0.0, 1.0]),
        group=np.array([0, 0]),
        metrics=np.array([[0.0, 1.0]]),
        rows=[Row("up", 0, ">=", 1.0), Row("down", 0, "<=", 0.0)],
    )


def test_a_problem_with_a_plan_has_no_conflict() -> None:
    assert conflicts(replace(pair(), rows=pair().rows[:1]), [(0,)], EXACT) == []


def test_rows_of_no_family_are_facts_and_never_named() -> None:
    (conflict,) = conflicts(pair(), [(1,)], EXACT)
    assert conflict.families == (0,)


def test_facts_that_contradict_each_other_leave_nothing_to_name_or_to_change() -> None:
    (conflict,) = conflicts(pair(), [], EXACT)
    assert (conflict.families, conflict.is_irreducible) == ((), True)
    assert smallest_sets(pair(), [], EXACT, most=3) == []
    assert least_easing(pair(), [], np.empty(0), EXACT) is None


def test_what_only_whole_choices_cannot_do_is_a_conflict_too() -> None:
    """Shares keep 1 <= 2x <= 1 at x = 1/2, whole choices do not."""
    problem = ChoiceProblem(
        cost=np.array([0.0, 1.0]),
        group=np.array([0, 0]),
        metrics=np.array([[0.0, 2.0]]),
        rows=[Row("up", 0, ">=", 0.9), Row("down", 0, "<=", 1.1)],
    )
    assert solve(replace(problem, divisible=np.array([True])), EXACT).level is not None
    (conflict,) = conflicts(problem, [(0,), (1,)], EXACT)
    assert conflict.families == (0, 1)
