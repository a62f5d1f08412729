"""The price-directed bound: at any prices of the right sign it is below every plan."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimizer.dual.arrange import arrange, part
from optimizer.dual.extremes import extremes_of
from optimizer.dual.pricing import price_out
from optimizer.dual.survey import everything, survey
from optimizer.evaluate import row_tolerance
from optimizer.problem import ChoiceProblem, Row
from optimizer.reachable import ranges
from tests.test_optimizer.dual_cases import abatement, least_cost, random_problem


def two_sources(sense: str, bound: float) -> ChoiceProblem:
    """Return source 1: nothing, or 4 t for 8; source 2: nothing, 3 t for 3, or 5 t for 10."""
    return ChoiceProblem(
        cost=np.array([0.0, 8.0, 0.0, 3.0, 10.0]),
        group=np.array([1, 1, 2, 2, 2]),
        metrics=np.array([[0.0, 4.0, 0.0, 3.0, 5.0]]),
        rows=[Row("t", 0, sense, bound)],  # type: ignore[arg-type]
    )


def test_bound_by_hand() -> None:
    """At 1.5 a tonne and 6 t asked: 9 + min(0, 8 - 6) + min(0, 3 - 4.5, 10 - 7.5) = 9 + 0 - 1.5 = 7.5.

    The cheapest plan takes 4 t and 3 t for 11; without the price the bound would be 0.
    """
    layout = arrange(two_sources(">=", 6.0))
    priced = price_out(layout, extremes_of(layout), np.array([1.5]))
    assert priced.bound == pytest.approx(7.5, abs=1e-12)
    assert priced.bound <= 7.5
    assert priced.choice.tolist() == [0, 3]
    assert priced.short.tolist() == [3.0]


def test_at_most_row_by_hand() -> None:
    """Earning 8 for 4 t and 3 or 10 for 3 or 5 t, at most 6 t: at 2 a tonne -12 + min(0, -8 + 8) + min(0, 3, 0) = -12.

    The best plan takes 5 t for -10. Were the sign not turned, the bound would be 12 - 16 - 20 = -24.
    """
    problem = replace(two_sources("<=", 6.0), cost=-two_sources("<=", 6.0).cost)
    layout = arrange(problem)
    bound = price_out(layout, extremes_of(layout), np.array([2.0])).bound
    assert bound == pytest.approx(-12.0, abs=1e-12)


@settings(max_examples=150, deadline=None)
@given(seed=st.integers(0, 10**6), scale=st.floats(0.0, 20.0))
def test_any_prices_bound_every_plan(seed: int, scale: float) -> None:
    problem = random_problem(seed)
    least = least_cost(problem)
    layout = arrange(problem)
    price = layout.project(np.random.default_rng(seed).normal(0.0, scale, layout.row_count))
    bound = price_out(layout, extremes_of(layout), price).bound
    assert least is None or bound <= least


@pytest.mark.parametrize("seed", range(40))
def test_extremes_and_tolerance_are_those_of_the_rows(seed: int) -> None:
    problem = random_problem(seed)
    layout = arrange(problem)
    sizes, alone = extremes_of(layout), ranges(problem)
    least = np.where(layout.sign > 0, alone.least, -alone.most)
    most = np.where(layout.sign > 0, alone.most, -alone.least)
    np.testing.assert_allclose(sizes.least, least, atol=1e-9)
    np.testing.assert_allclose(sizes.most, most, atol=1e-9)
    np.testing.assert_allclose(sizes.tolerance, row_tolerance(problem), rtol=1e-12)


@pytest.mark.parametrize("seed", range(20))
def test_coefficients_and_values_are_those_of_the_rows(seed: int) -> None:
    problem = random_problem(seed)
    layout = arrange(problem)
    options = np.arange(problem.option_count)
    amount = np.random.default_rng(seed).random(len(options))
    rows = np.array([sign * problem.contribution(row) for row, sign in enumerate(layout.sign)]).reshape(
        -1, len(options)
    )
    np.testing.assert_allclose(layout.coefficients(options).toarray(), rows, atol=1e-12)
    np.testing.assert_allclose(layout.values(options, amount), rows @ amount, atol=1e-9)


def test_rounding_is_taken_off() -> None:
    """Ten thousand groups with one option of 0.1 cost 1000 exactly in no order of adding; the bound is never above."""
    problem = ChoiceProblem(cost=np.full(10_000, 0.1), group=np.arange(10_000), metrics=np.zeros((1, 10_000)), rows=[])
    layout = arrange(problem)
    bound = price_out(layout, extremes_of(layout), np.empty(0)).bound
    assert 1000.0 - 1e-7 <= bound < 1000.0


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 10**6), width=st.floats(0.001, 0.5))
def test_inside_a_box_the_open_part_has_the_bound_of_the_whole(seed: int, width: float) -> None:
    problem = abatement(200, 4, seed=seed)
    layout = arrange(problem)
    sizes = extremes_of(layout)
    rng = np.random.default_rng(seed)
    price = rng.lognormal(0.0, 1.0, layout.row_count)
    box = survey(everything(layout), sizes, price, np.full(layout.row_count, width))
    assert box.band is not None
    moved = box.band.low + rng.random(layout.row_count) * (box.band.high - box.band.low)
    whole, opened = price_out(layout, sizes, moved), price_out(box.open, sizes, moved)
    assert opened.bound == pytest.approx(whole.bound, rel=1e-10)
    np.testing.assert_allclose(opened.short, whole.short, atol=1e-8)
    assert (box.choice(opened) == whole.choice).all()


def test_a_part_of_nothing_is_the_choice_itself() -> None:
    """The second and the last option, for 8 and 3, give 4 t and 3 t of the 6 t asked: one too many."""
    layout = arrange(two_sources(">=", 6.0))
    frozen = part(layout, [np.zeros(1, dtype=bool)] * 2, 11.0, np.array([7.0]))
    priced = price_out(frozen, extremes_of(layout), np.array([0.0]))
    assert priced.bound == pytest.approx(11.0)
    assert priced.cost == pytest.approx(11.0)
    assert priced.short.tolist() == [-1.0]
