"""A miniature: some groups that stand for all, each as heavy as those it stands for, and what is found with it."""

from dataclasses import replace

import numpy as np
import pytest

from optimizer import ChoiceProblem, Row, Settings, evaluate
from optimizer.dual import prices, solve_dual
from optimizer.dual.arrange import arrange
from optimizer.dual.extremes import extremes_of
from optimizer.dual.miniature import Miniature, draw, miniature
from optimizer.dual.pricing import price_out
from tests.test_optimizer.dual_cases import abatement, random_problem


def of(problem: ChoiceProblem, count: int) -> Miniature:
    layout = arrange(problem)
    return miniature(layout, extremes_of(layout), count, seed=0)


def equal(count: int, giant: float = 1.0) -> ChoiceProblem:
    """Return sources that give nothing, or 1 t for 2; the first one ``giant`` times as much of both; half is asked."""
    size = np.ones(count)
    size[0] = giant
    effect = (size[:, None] * [0.0, 1.0]).ravel()
    rows = [Row("t", 0, ">=", 0.5 * float(effect.sum()))]
    return ChoiceProblem(2.0 * effect, np.repeat(np.arange(count), 2), effect.reshape(1, -1), rows)


def test_two_of_four_equal_groups_weigh_two_each() -> None:
    """Each is drawn with chance 2 / 4 and stands for 2; both together give 4 t at most, and 2 t are asked."""
    small = of(equal(4), 2)
    assert small.layout.group_count == 2
    assert small.layout.problem.cost.tolist() == [0.0, 4.0, 0.0, 4.0]
    assert small.layout.problem.metrics.tolist() == [[0.0, 2.0, 0.0, 2.0]]
    assert small.sizes.most.tolist() == [4.0]
    assert small.layout.target.tolist() == [2.0]


def test_a_giant_stands_for_itself() -> None:
    """100 t of 199 in one group: drawn with certainty, weight 1; the others are drawn with chance 10 x 1 / 199."""
    layout = arrange(equal(100, 100.0))
    place, weight = draw(layout, extremes_of(layout), 10, seed=0)
    assert place[0] == 0
    assert weight[0] == 1.0
    np.testing.assert_allclose(weight[1:], 199.0 / 10.0)


def test_all_groups_are_the_whole() -> None:
    problem = abatement(60, 3, seed=2)
    layout = arrange(problem)
    sizes = extremes_of(layout)
    small = of(problem, 60)
    price = np.linspace(0.1, 1.0, layout.row_count)
    whole, other = price_out(layout, sizes, price), price_out(small.layout, small.sizes, price)
    np.testing.assert_allclose(small.layout.target, layout.target, rtol=1e-12)
    assert other.bound == pytest.approx(whole.bound, rel=1e-12)
    np.testing.assert_allclose(small.value(whole), layout.target - whole.short, rtol=1e-12)


@pytest.mark.parametrize("seed", range(30))
def test_groups_of_every_size_and_rows_over_options(seed: int) -> None:
    """What a miniature of all adds to the rows is what the whole's choice does, in whatever order blocks come."""
    problem = random_problem(seed, has_mixtures=True)
    layout = arrange(problem)
    sizes = extremes_of(layout)
    small = of(problem, problem.group_count)
    priced = price_out(layout, sizes, layout.project(np.random.default_rng(seed).normal(0.5, 1.0, layout.row_count)))
    np.testing.assert_allclose(small.value(priced), layout.target - priced.short, rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(small.sizes.most, sizes.most, rtol=1e-9, atol=1e-9)


def test_a_large_problem_is_seen_in_miniature_first(monkeypatch: pytest.MonkeyPatch) -> None:
    """The bound of a large problem found from a miniature is as good as the one found without, and so is the plan."""
    problem = abatement(20_000, 4, seed=1)
    ways = []
    for is_large in (True, False):
        monkeypatch.setattr(prices, "MINIATURE", 4000 if is_large else 10**9)
        monkeypatch.setattr(prices, "MINIATURE_IN", 4)
        monkeypatch.setattr(prices, "OPEN_GROUPS", 4000)
        ways.append(solve_dual(problem, Settings(gap=1e-4), None))
    first, second = ways
    for one in ways:
        assert one.level is not None
        assert evaluate(problem, one.level).faults == ()
    assert first.objective is not None
    assert second.objective is not None
    assert first.objective == pytest.approx(second.objective, rel=1e-4)
    assert first.bound == pytest.approx(second.bound, rel=1e-5)


def test_the_whole_corrects_a_miniature(monkeypatch: pytest.MonkeyPatch) -> None:
    """A few hundred of 20 000 groups say little of prices; what these prices give the whole says what is wrong."""
    monkeypatch.setattr(prices, "MINIATURE", 400)
    layout = arrange(abatement(20_000, 1, seed=3))
    sizes = extremes_of(layout)
    bounds = []
    for passes in (1, 3):
        monkeypatch.setattr(prices, "PREVIEWS", passes)
        found = prices.preview(layout, sizes, Settings())
        assert found is not None
        bounds.append(price_out(layout, sizes, found.price).bound)
    best = prices.best_prices(layout, sizes, Settings(gap=1e-6), None)
    assert best is not None
    assert best.priced.bound - bounds[1] < 0.1 * (best.priced.bound - bounds[0])


def test_rows_that_nothing_can_give_are_no_trouble() -> None:
    problem = equal(4)
    problem = problem.with_rows(
        [*problem.rows, replace(problem.rows[0], id="none", bound=0.0, groups=np.array([], int))]
    )
    assert of(problem, 2).layout.target.tolist() == [2.0, 0.0]
