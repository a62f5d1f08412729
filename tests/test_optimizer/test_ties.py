"""Which of several plans of equal cost comes out is stated, and does not hang on the order of listing."""

from dataclasses import replace

import numpy as np
import pytest

from optimizer import ChoiceProblem, Row, Settings, solve
from optimizer.core import core_of
from optimizer.problem import Sense
from optimizer.reachable import ranges
from optimizer.twins import deal_out

EXACT = Settings(engine="milp", gap=0.0)


def taken(problem: ChoiceProblem, settings: Settings = EXACT) -> list[int]:
    """Return the place of the option each group takes within its group."""
    solution = solve(problem, settings)
    assert solution.level is not None
    return [int(option - first) for option, first in zip(np.flatnonzero(solution.level), problem.starts, strict=False)]


def alike(groups: int, bound: float, *, options: tuple[tuple[float, float], ...], sense: Sense = ">=") -> ChoiceProblem:
    """Return groups that are equal in everything: (cost, tonnes) of each option."""
    cost, tonnes = (np.tile(np.array(options)[:, part], groups) for part in (0, 1))
    return ChoiceProblem(
        cost, np.repeat(np.arange(groups), len(options)), tonnes[None, :], [Row("nox", 0, sense, bound)]
    )


def test_of_equal_options_the_first_listed_is_taken() -> None:
    """Two ways of 10 t for 5: the second option, not the third."""
    assert taken(alike(1, 10.0, options=((0.0, 0.0), (5.0, 10.0), (5.0, 10.0)))) == [1]


def test_of_options_of_equal_cost_the_better_one_is_taken() -> None:
    """10 t or 12 t for 5, asked 10 t: more reduction costs nothing."""
    assert taken(alike(1, 10.0, options=((0.0, 0.0), (5.0, 10.0), (5.0, 12.0)))) == [2]


@pytest.mark.parametrize(("bound", "expected"), [(10.0, [1, 0, 0, 0]), (20.0, [1, 1, 0, 0]), (30.0, [1, 1, 1, 0])])
def test_of_equal_groups_those_listed_first_act(bound: float, expected: list[int]) -> None:
    assert taken(alike(4, bound, options=((0.0, 0.0), (5.0, 10.0)))) == expected


def test_of_equal_groups_the_first_takes_the_dearest() -> None:
    """0, 5 and 9 for 0, 10 and 18 t, asked 46 t: 18 + 18 + 10 t for 23 is cheapest, dealt out from the dearest on."""
    problem = alike(4, 46.0, options=((0.0, 0.0), (5.0, 10.0), (9.0, 18.0)))
    assert taken(problem) == [2, 2, 1, 0]


def test_groups_whose_keys_agree_by_accident_keep_their_choices() -> None:
    """Keys are made equal by force: costs differ in the first pair, entries in the second."""
    for other_cost, other_tonnes in ((6.0, 10.0), (5.0, 11.0)):
        problem = ChoiceProblem(
            cost=np.array([0.0, 5.0, 0.0, other_cost]),
            group=np.array([0, 0, 1, 1]),
            metrics=np.array([[0.0, 10.0, 0.0, other_tonnes]]),
            rows=[Row("nox", 0, ">=", 10.0)],
        )
        core = core_of(problem, ranges(problem))
        forced = replace(core, group_key=np.zeros_like(core.group_key))
        choice = np.isin(core.option, (0, 3)).astype(float)
        assert deal_out(forced, choice).tolist() == choice.tolist()


def test_groups_equal_but_for_dominated_options_are_equal() -> None:
    """The second group has one more option that nobody needs, and is listed after: the first acts."""
    problem = ChoiceProblem(
        cost=np.array([0.0, 5.0, 0.0, 7.0, 5.0]),
        group=np.array([0, 0, 1, 1, 1]),
        metrics=np.array([[0.0, 10.0, 0.0, 9.0, 10.0]]),
        rows=[Row("nox", 0, ">=", 10.0)],
    )
    assert taken(problem) == [1, 0]


def test_groups_in_different_rows_are_not_equal() -> None:
    """Equal numbers, but the row takes in the second group alone."""
    problem = ChoiceProblem(
        cost=np.array([0.0, 5.0, 0.0, 5.0]),
        group=np.array([0, 0, 1, 1]),
        metrics=np.array([[0.0, 10.0, 0.0, 10.0]]),
        rows=[Row("both", 0, "<=", 10.0), Row("second", 0, ">=", 10.0, np.array([1]))],
    )
    assert taken(problem) == [0, 1]


def test_shares_of_equal_divisible_groups_are_dealt_out_too() -> None:
    """Three groups of 0 or 10 t for 5, asked 15 t: the first whole, the second half."""
    problem = ChoiceProblem(
        cost=np.tile([0.0, 5.0], 3),
        group=np.repeat(np.arange(3), 2),
        metrics=np.tile([0.0, 10.0], 3)[None, :],
        rows=[Row("nox", 0, ">=", 15.0)],
        divisible=np.ones(3, dtype=bool),
    )
    solution = solve(problem, EXACT)
    assert solution.level is not None
    assert solution.level.tolist() == pytest.approx([0.0, 1.0, 0.5, 0.5, 1.0, 0.0])


def test_listing_order_does_not_show_even_with_a_gap_to_spare() -> None:
    """80 groups, five rows, gap 1 %: many plans would do. Groups and rows listed backwards give the same plan."""
    rng = np.random.default_rng(2)
    size = rng.lognormal(0.0, 1.2, size=(80, 1))
    depth = np.sort(rng.uniform(0.0, 1.0, size=(80, 6)), axis=1) * size
    metrics = depth * rng.uniform(0.4, 1.6, size=(5, 80, 6))
    cost = depth**1.3 * rng.uniform(0.5, 2.0, size=depth.shape)
    rows = [Row(f"r{k}", k, ">=", float(0.6 * metrics[k].max(axis=1).sum())) for k in range(5)]
    group = np.repeat(np.arange(80), 6)
    settings = Settings(engine="milp", gap=0.01)
    forward = taken(ChoiceProblem(cost.ravel(), group, metrics.reshape(5, -1), rows), settings)
    backward = taken(ChoiceProblem(cost[::-1].ravel(), group, metrics[:, ::-1].reshape(5, -1), rows[::-1]), settings)
    assert backward[::-1] == forward
