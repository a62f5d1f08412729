"""Branching on large groups: bounds that hold at every moment, and soon tell what large groups have to do."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest

from optimizer.dual.arrange import arrange
from optimizer.dual.branch import Tree
from optimizer.dual.extremes import extremes_of
from optimizer.dual.restricted import Band, Restricted, restrict
from optimizer.problem import ChoiceProblem, Row
from optimizer.settings import Settings
from tests.test_optimizer.dual_cases import least_cost, random_problem


def model_of(problem: ChoiceProblem) -> Restricted:
    """Return the model of all options of a problem, the first of each group as base."""
    layout = arrange(problem)
    everything = np.arange(problem.option_count)
    return restrict(layout, extremes_of(layout).tolerance, problem.starts[:-1], everything)


def wide(problem: ChoiceProblem) -> Band:
    """Return a band of any price."""
    is_free = np.array(problem.senses) == "="
    high = np.full(problem.row_count, 1e9)
    return Band(np.where(is_free, -high, 0.0), high)


def giant() -> ChoiceProblem:
    """Return a source of 100 t for 90 and ten of 5 t for 10 each; 50 t are asked."""
    return ChoiceProblem(
        cost=np.array([0.0, 90.0] + [0.0, 10.0] * 10),
        group=np.repeat(np.arange(11), 2),
        metrics=np.array([[0.0, 100.0] + [0.0, 5.0] * 10]),
        rows=[Row("t", 0, ">=", 50.0)],
    )


def test_a_giant_is_decided_in_three_relaxations() -> None:
    """Half of the giant would give 50 t for 45. Without it the ten cost 100, with it 90: nothing costs less than 90."""
    problem = giant()
    tree = Tree(model_of(problem), Settings(), wide(problem))
    assert tree.bound == pytest.approx(45.0)
    tree.grow(89.0, 100)
    assert tree.solved == 3
    assert tree.bound == pytest.approx(90.0)
    assert tree.lowest is not None
    assert tree.lowest[0] == pytest.approx(1.0)


@pytest.mark.parametrize("has_mixtures", [False, True])
def test_no_bound_is_above_the_least_cost(*, has_mixtures: bool) -> None:
    """Whole choices cost no less than mixtures, so what bounds all choices with mixtures is below both."""
    for seed in range(60):
        problem = random_problem(500 + seed, has_mixtures=has_mixtures)
        least = least_cost(problem)
        if least is None or problem.row_count == 0:
            continue
        model = model_of(problem)
        if not len(model.option):
            continue
        tree = Tree(model, Settings(), wide(problem))
        room = 1e-7 * float(np.abs(problem.cost).sum())
        for most in (1, 5, 50):
            tree.grow(np.inf, most)
            assert tree.bound <= least + room, seed


def test_only_whole_groups_are_branched_on() -> None:
    """A divisible giant gives 50 t for 45 by halves; were it held at nothing or all, 90 would be claimed."""
    own = giant()
    problem = ChoiceProblem(own.cost, own.group, own.metrics, own.rows, divisible=np.arange(11) == 0)
    tree = Tree(model_of(problem), Settings(), wide(problem))
    tree.grow(np.inf, 50)
    assert tree.bound == pytest.approx(45.0)
    assert tree.solved == 1


def test_without_limits_the_bound_is_the_least_cost() -> None:
    """Twelve sources with two options and two rows, by enumeration."""
    rng = np.random.default_rng(7)
    effect, cost = rng.uniform(1.0, 9.0, (2, 12)), rng.uniform(1.0, 9.0, 12)
    problem = ChoiceProblem(
        cost=np.stack([np.zeros(12), cost], axis=1).ravel(),
        group=np.repeat(np.arange(12), 2),
        metrics=np.stack([np.zeros((2, 12)), effect], axis=2).reshape(2, -1),
        rows=[Row("a", 0, ">=", 25.0), Row("b", 1, ">=", 30.0)],
    )
    taken = np.array(list(itertools.product([0.0, 1.0], repeat=12)))
    is_plan = (taken @ effect.T >= [25.0, 30.0]).all(axis=1)
    tree = Tree(model_of(problem), Settings(), wide(problem))
    tree.grow(np.inf, 10_000)
    assert tree.bound == pytest.approx(float((taken @ cost)[is_plan].min()))


def test_a_relaxation_without_an_answer_leaves_the_bound_where_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    """HiGHS may stop at a limit: the half of the giant stays the bound."""
    problem = giant()
    tree = Tree(model_of(problem), Settings(), wide(problem))
    nothing = replace(tree.relaxed.solve(), share=None, price=None)
    monkeypatch.setattr(type(tree.relaxed), "solve", lambda _relaxed: nothing)
    tree.grow(np.inf, 100)
    assert tree.bound == pytest.approx(45.0)
    assert tree.lowest is None
