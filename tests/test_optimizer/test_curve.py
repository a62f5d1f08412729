"""Curves by prices: every point costs least for what it gives, and no plan beats its bound, by enumeration."""

from __future__ import annotations

import itertools
from dataclasses import replace
from importlib import import_module

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimizer.curve import Curve, curve, plan_at
from optimizer.evaluate import evaluate
from optimizer.problem import ChoiceProblem, Row
from optimizer.settings import Settings
from tests.test_optimizer.dual_cases import abatement, random_problem

ASKED = Settings()


def ladder() -> ChoiceProblem:
    """Return two sources: 0 or 4 t for 8; 0, 3 or 5 t for 3 or 10. Rates: 1 for 3 t, 2 for 4 t, 3.5 for 2 t more."""
    return ChoiceProblem(
        cost=np.array([0.0, 8.0, 0.0, 3.0, 10.0]),
        group=np.array([1, 1, 2, 2, 2]),
        metrics=np.array([[0.0, 4.0, 0.0, 3.0, 5.0]]),
        rows=[Row("t", 0, ">=", 6.0)],
    )


def test_the_corners_of_a_ladder_by_hand() -> None:
    """By rising rate: 3 t for 3 (1 a tonne), 4 t more for 8 (2), 2 t more for 7 (3.5): 0, 3, 7, 9 t for 0, 3, 11, 18.

    4 t alone for 8 is a plan too, but 3 t for 3 and a part of 4 t would be cheaper: it is no corner, and not met. Where
    two corners cost the same at a price either may come out, so one in the middle may be missing.
    """
    found = curve(ladder(), 0, 10, ASKED)
    corners = list(zip(found.value.tolist(), found.cost.tolist(), strict=True))
    assert set(corners) <= {(0.0, 0.0), (3.0, 3.0), (7.0, 11.0), (9.0, 18.0)}
    assert len(corners) >= 3
    assert corners[0] == (0.0, 0.0)
    np.testing.assert_allclose(found.bound, found.cost, rtol=1e-9, atol=1e-9)
    assert (np.diff(found.prices[:, 0]) >= 0.0).all()


def everything(problem: ChoiceProblem) -> tuple[np.ndarray, np.ndarray]:
    """Return cost (choice,) and values of the rows (row, choice) of every whole choice."""
    options = np.array(list(itertools.product(*map(range, problem.starts[:-1], problem.starts[1:]))))
    values = [problem.contribution(row)[options].sum(axis=1) for row in range(problem.row_count)]
    return problem.cost[options].sum(axis=1), np.array(values)


def check(problem: ChoiceProblem, found: Curve) -> None:
    """Assert what every point claims, against all choices."""
    cost, values = everything(problem)
    room = 1e-7 * (1.0 + np.abs(problem.cost).sum())
    sign = np.where(np.array(problem.senses) == "<=", -1.0, 1.0)
    is_equal = np.array(problem.senses) == "="
    near = 1e-9 * (1.0 + np.abs(values).max(axis=1))
    for number, prices in enumerate(found.prices):
        own = found.row_values[number]
        side = np.where(is_equal, np.sign(prices), sign)
        gives = ((values - own[:, None]) * side[:, None] >= -near[:, None]) | (prices == 0.0)[:, None]
        assert cost[gives.all(axis=0)].min() >= found.cost[number] - room
        keeps = (values - problem.bounds[:, None]) * sign[:, None] >= -near[:, None]
        keeps &= ~is_equal[:, None] | (np.abs(values - problem.bounds[:, None]) <= near[:, None])
        keeps[found.row] = (values[found.row] - own[found.row]) * sign[found.row] >= -near[found.row]
        if is_equal[found.row]:
            keeps[found.row] &= values[found.row] <= own[found.row] + near[found.row]
        kept = cost[keeps.all(axis=0)]
        assert kept.size == 0 or kept.min() >= found.bound[number] - room


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 10**6), points=st.integers(2, 9))
def test_random_problems(seed: int, points: int) -> None:
    problem = random_problem(seed)
    if problem.row_count:
        row = seed % problem.row_count
        check(problem, curve(problem, row, points, ASKED))


@pytest.mark.parametrize(("smallest", "room"), [(32_000, 3e-2), (0, 5e-2)])
def test_a_large_curve_is_near_what_was_asked(monkeypatch: pytest.MonkeyPatch, smallest: int, room: float) -> None:
    """Cost and bound nearly meet, other rows are met but for the largest few sources, and prices lead back to the plan.

    The first time all 24 000 options are the sample, so that the relaxation is exact; the second time a seventh is.
    """
    monkeypatch.setattr(import_module("optimizer.curve"), "WHOLE_OPTIONS", smallest)
    problem = abatement(3000, 1, seed=2)
    found = curve(problem, 1, 12, ASKED)
    assert len(found.value) >= 9
    assert (np.diff(found.cost) > 0.0).all()
    assert (np.diff(found.value) > 0.0).all()
    middle = slice(1, -2)
    np.testing.assert_allclose(found.bound[middle], found.cost[middle], rtol=room)
    asked = np.delete(problem.bounds, 1)
    assert (np.delete(found.row_values[middle], 1, axis=1) >= 0.9 * asked).all()
    judged = evaluate(problem, plan_at(problem, found.prices[4], ASKED))
    assert judged.objective == pytest.approx(found.cost[4], rel=1e-12)
    np.testing.assert_allclose(judged.row_values, found.row_values[4], rtol=1e-12)


def test_a_budget_row_is_tightened() -> None:
    """The same two sources the other way round: least tonnes left undone under a budget that shrinks from 18 to 0."""
    done = ladder()
    problem = replace(done, cost=-done.metrics[0], metrics=done.cost[None, :], rows=[Row("money", 0, "<=", 11.0)])
    found = curve(problem, 0, 10, ASKED)
    corners = list(zip(found.value.tolist(), found.cost.tolist(), strict=True))
    assert set(corners) <= {(18.0, -9.0), (11.0, -7.0), (3.0, -3.0), (0.0, 0.0)}
    assert len(corners) >= 3
    assert corners[0] == (18.0, -9.0)
    assert (found.prices <= 0.0).all()


@pytest.mark.parametrize(("row", "points", "word"), [(1, 5, "row: expected 0 to 0"), (0, 1, "points: expected 2")])
def test_what_cannot_be_asked(row: int, points: int, word: str) -> None:
    with pytest.raises(ValueError, match=word):
        curve(ladder(), row, points, ASKED)
