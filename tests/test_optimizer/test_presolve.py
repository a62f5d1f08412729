"""Options that go and options that stay, and what is left to decide."""

from dataclasses import replace

import numpy as np
import pytest
from scipy import sparse

from optimizer import ChoiceProblem, Row, Settings, dominance, solve
from optimizer.core import core_of
from optimizer.dominance import undominated
from optimizer.problem import Sense
from optimizer.reachable import binding, ranges
from tests.test_optimizer.oracle import least_cost, random_problem, written


def one_group(cost: list[float], *metrics: list[float], rows: list[Row], **parts: object) -> ChoiceProblem:
    return ChoiceProblem(
        cost=np.array(cost),
        group=np.zeros(len(cost), dtype=np.int64),
        metrics=np.array(metrics, dtype=float).reshape(-1, len(cost)),
        rows=rows,
        **parts,  # type: ignore[arg-type]
    )


def stay(problem: ChoiceProblem) -> list[int]:
    return np.flatnonzero(undominated(problem, range(problem.row_count))).tolist()


@pytest.mark.parametrize(("sense", "left"), [(">=", [0, 2]), ("<=", [0, 1]), ("=", [0, 1, 2])])
def test_what_dominates_depends_on_the_sense(sense: Sense, left: list[int]) -> None:
    """Costs 1, 2, 2 and 5, 4, 8 t: the first is cheaper than both, and better than 4 t at least, than 8 t at most."""
    assert stay(one_group([1.0, 2.0, 2.0], [5.0, 4.0, 8.0], rows=[Row("r", 0, sense, 5.0)])) == left


def test_of_equal_options_the_first_listed_stays() -> None:
    problem = one_group([3.0, 1.0, 3.0, 1.0], [5.0, 0.0, 5.0, 0.0], rows=[Row("r", 0, ">=", 5.0)])
    assert stay(problem) == [0, 1]


def test_without_rows_the_first_of_the_cheapest_stays() -> None:
    assert stay(one_group([3.0, 1.0, 1.0], [9.0, 0.0, 5.0], rows=[])) == [1]


def test_two_rows_of_opposite_sense_want_equal_values() -> None:
    """A floor and a cap on one metric: neither more nor less is better."""
    rows = [Row("floor", 0, ">=", 1.0), Row("cap", 0, "<=", 9.0)]
    assert stay(one_group([1.0, 2.0, 2.0], [5.0, 6.0, 5.0], rows=rows)) == [0, 1]


def test_rows_of_other_groups_do_not_matter() -> None:
    """Only group 1 is in the row, so group 0 needs its cheapest option alone."""
    problem = ChoiceProblem(
        cost=np.array([1.0, 2.0, 1.0, 2.0]),
        group=np.array([0, 0, 1, 1]),
        metrics=np.array([[0.0, 9.0, 0.0, 9.0]]),
        rows=[Row("r", 0, ">=", 9.0, np.array([1]))],
    )
    assert stay(problem) == [0, 2, 3]


@pytest.mark.parametrize(("sense", "left"), [(">=", [0, 1]), ("<=", [0]), ("=", [0, 1])])
def test_side_rows_count_too(sense: str, left: list[int]) -> None:
    """The second option costs more and adds 1 to the side row: worth having where more is asked."""
    problem = one_group(
        [1.0, 2.0],
        [0.0, 0.0],
        rows=[],
        side=sparse.csr_array(np.array([[0.0, 1.0]])),
        side_sense=[sense],
        side_bound=np.array([0.5]),
    )
    assert stay(problem) == left


def test_large_groups_are_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dominance, "LARGEST_GROUP", 2)
    assert stay(one_group([1.0, 2.0, 3.0], [0.0, 0.0, 0.0], rows=[])) == [0, 1, 2]


def test_pieces_give_what_the_whole_gives(monkeypatch: pytest.MonkeyPatch) -> None:
    problem = random_problem(11)
    whole = stay(problem)
    monkeypatch.setattr(dominance, "PAIRS_AT_ONCE", 1)
    assert stay(problem) == whole


def test_dominance_is_what_its_definition_says() -> None:
    """60 random problems: an option goes exactly when some option that stays is no worse in cost and in every row."""
    for seed in range(60):
        problem = random_problem(3000 + seed)
        plain, keep = written(problem), undominated(problem, range(problem.row_count))
        table = np.column_stack([-plain.cost, plain.coefficients.T])
        for row, sense in enumerate(plain.senses):
            if sense == "<=":
                table[:, row + 1] *= -1.0
        same = [row + 1 for row, sense in enumerate(plain.senses) if sense == "="]
        for group in plain.groups:
            mine, stays = table[group], keep[group]
            beaten = [
                any((other >= one).all() and (other[same] == one[same]).all() for other in mine[stays])
                for one in mine[~stays]
            ]
            assert all(beaten)
            left = mine[stays]
            pairs = [(one, other) for one in range(len(left)) for other in range(len(left)) if one != other]
            assert not any(
                (left[one] >= left[other]).all() and (left[one][same] == left[other][same]).all()
                for one, other in pairs
            )


def test_leaving_out_dominated_options_keeps_the_least_cost() -> None:
    for seed in range(40):
        problem = random_problem(4000 + seed)
        keep = undominated(problem, range(problem.row_count))
        side = None if problem.side is None else problem.side[:, np.flatnonzero(keep)]
        smaller = replace(
            problem, cost=problem.cost[keep], group=problem.group[keep], metrics=problem.metrics[:, keep], side=side
        )
        assert least_cost(smaller) == least_cost(problem)


def test_rows_that_every_choice_keeps_bind_nothing() -> None:
    """0 to 20 t can be had: at least 0 and at most 20 bind nothing, at least 1, at most 19 and exactly 20 do."""
    rows = [
        Row("at least 0", 0, ">=", 0.0),
        Row("at most 20", 0, "<=", 20.0),
        Row("at least 1", 0, ">=", 1.0),
        Row("at most 19", 0, "<=", 19.0),
        Row("exactly 20", 0, "=", 20.0),
    ]
    problem = one_group([1.0, 2.0], [0.0, 20.0], rows=rows)
    assert binding(problem, ranges(problem)).tolist() == [False, False, True, True, True]


def test_the_core_is_the_problem_in_other_units() -> None:
    """Powers of two throughout, so unscaled entries are the problem's own to the last bit."""
    rng = np.random.default_rng(5)
    problem = ChoiceProblem(
        cost=rng.lognormal(8.0, 2.0, size=60),
        group=np.repeat(np.arange(12), 5),
        metrics=rng.lognormal(-3.0, 3.0, size=(2, 60)),
        rows=[Row("a", 0, ">=", 2.0), Row("b", 1, "<=", 40.0, np.arange(6))],
    )
    core = core_of(problem, ranges(problem))
    assert (core.cost / core.cost_scale).tolist() == problem.cost[core.option].tolist()
    for place, row in enumerate(core.row):
        entries = core.matrix[[place], :].toarray()[0] / core.row_scale[place]
        assert entries.tolist() == problem.contribution(int(row))[core.option].tolist()
        largest = max(abs(problem.bounds[row]), np.abs(problem.contribution(int(row))).max())
        assert 1.0 <= largest * core.row_scale[place] < 2.0
    assert 2.0**14 <= np.abs(core.cost).max() < 2.0**15


def test_groups_with_one_option_left_are_settled() -> None:
    """Group 0 keeps its cheapest option alone, group 1 has a choice; the 4 t of group 0 count towards the 9 t."""
    problem = ChoiceProblem(
        cost=np.array([1.0, 2.0, 0.0, 5.0]),
        group=np.array([0, 0, 1, 1]),
        metrics=np.array([[4.0, 4.0, 0.0, 6.0]]),
        rows=[Row("r", 0, ">=", 9.0)],
    )
    core = core_of(problem, ranges(problem))
    assert core.settled.tolist() == [0]
    assert sorted(core.option.tolist()) == [2, 3]
    assert (core.lower / core.row_scale).tolist() == [5.0]
    assert solve(problem, Settings(engine="milp", gap=0.0)).objective == 6.0
