"""Around a plan: what rows have to spare is used, and nothing single is left that would help."""

import numpy as np
import pytest

from optimizer import ChoiceProblem, Row, Settings, evaluate
from optimizer.dual import whole
from optimizer.dual.arrange import arrange
from optimizer.dual.descent import Descent
from optimizer.dual.extremes import extremes_of
from optimizer.dual.prices import best_prices
from optimizer.dual.restricted import restrict
from optimizer.dual.survey import everything, nearest, sizes_of, survey
from optimizer.dual.task import Progress, Task
from optimizer.dual.trim import most_worth, savings
from tests.test_optimizer.dual_cases import abatement


def three() -> ChoiceProblem:
    """Return three sources of 0 or 10 t for 10, 0 or 4 t for 5, and 0 or 1 t for 2; 5 t are asked."""
    return ChoiceProblem(
        cost=np.array([0.0, 10.0, 0.0, 5.0, 0.0, 2.0]),
        group=np.array([0, 0, 1, 1, 2, 2]),
        metrics=np.array([[0.0, 10.0, 0.0, 4.0, 0.0, 1.0]]),
        rows=[Row("t", 0, ">=", 5.0)],
    )


def test_what_is_to_spare_is_given_up_first() -> None:
    """At 1 a tonne all but 10 t have an excess: 0, 1 and 1. The plan takes all: 15 t, 10 to spare.

    Without 10 t for 10: excess 0, and of its 10 t all are to spare: 10 saved. Without 4 t: excess -1, 4 saved: 5 in
    all. Without 1 t: -1 and 1: 2. If what is to spare were worth nothing, these would be 0, 1 and 1, in another order.
    """
    layout = arrange(three())
    plan, spare = np.array([1, 3, 5]), np.array([10.0])
    assert savings(layout, np.ones(1), plan, spare, 1).tolist() == [0]
    assert savings(layout, np.ones(1), plan, spare, 2).tolist() == [0, 2]
    assert savings(layout, np.ones(1), plan, np.zeros(1), 2).tolist() == [2, 4]
    assert savings(layout, np.ones(1), plan, spare, 9).tolist() == [0, 2, 4]


def test_rows_with_a_price_and_something_to_spare_count() -> None:
    layout = arrange(abatement(30, 2, seed=1))
    price, spare = np.zeros(layout.row_count), np.zeros(layout.row_count)
    price[[0, 2, 3]], spare[[1, 2, 3]] = 1.0, (5.0, 1.0, 2.0)
    assert most_worth(layout, price, spare).tolist() == [3, 2]


def rounded(problem: ChoiceProblem, trims: int, monkeypatch: pytest.MonkeyPatch) -> float:
    """Return the cost of the plan that the first step finds, checked."""
    monkeypatch.setattr(whole, "TRIMS", trims)
    layout = arrange(problem)
    sizes = extremes_of(layout)
    settings = Settings(gap=1e-7)
    refined = best_prices(layout, sizes, settings, None)
    assert refined is not None
    plan = whole._descend(Task(layout, sizes, settings, refined), Progress(None, refined.priced.bound)).plan  # noqa: SLF001
    assert plan is not None
    assert evaluate(problem, plan.model.level(plan.share, problem.option_count)).faults == ()
    return plan.cost


def test_plans_get_cheaper(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(whole, "DESCENT_COLUMNS", 200)
    monkeypatch.setattr(whole, "DESCENT_COLUMNS_PER_ROW", 1)
    problems = [abatement(400, 3, seed=seed) for seed in range(4)]
    costs = np.array([[rounded(problem, trims, monkeypatch) for trims in (0, 4)] for problem in problems])
    assert (costs[:, 1] <= costs[:, 0]).all()
    assert (costs[:, 1] < costs[:, 0]).any()


@pytest.mark.parametrize("seed", range(6))
def test_a_descent_ends_where_no_change_of_one_group_helps(seed: int) -> None:
    """Every change tried from scratch, on a model with a target of exactly so much: none lowers cost and misses."""
    rng = np.random.default_rng(seed)
    plain = abatement(60, 2, seed=seed)
    rows = [*plain.rows, Row("exact", 0, "=", 0.4 * plain.rows[0].bound, np.arange(20))]
    layout = arrange(plain.with_rows(rows))
    sizes = extremes_of(layout)
    near = nearest(layout, np.full(layout.row_count, 0.5), 150, is_damped=False)
    model = restrict(layout, sizes.tolerance, layout.problem.starts[:-1], near)
    weight = rng.uniform(0.5, 2.0, layout.row_count) * model.cost_scale / model.row_scale
    descent = Descent(model, rng.uniform(0.0, 1.0, len(model.option)))
    descent.run(weight, 10_000)

    def worth(taken: np.ndarray) -> float:
        share = np.zeros(len(model.option))
        share[taken[taken < len(share)]] = 1.0
        spare = np.asarray(model.matrix @ share) - model.lower
        missing = np.where(model.is_equal, np.abs(spare), np.maximum(-spare, 0.0))
        return float(model.cost @ share + weight @ missing)

    least = worth(descent.taken)
    for move, group in enumerate(descent.member):
        other = descent.taken.copy()
        other[group] = move
        assert worth(other) >= least - 1e-6 * abs(least)


def test_a_box_holds_choices_that_are_its_own_elsewhere() -> None:
    layout = arrange(abatement(300, 1, seed=1))
    sizes = extremes_of(layout)
    box = survey(everything(layout), sizes, np.full(layout.row_count, 0.5), np.full(layout.row_count, 0.05))
    is_open = np.zeros(300, dtype=bool)
    is_open[box.groups] = True
    assert 0 < len(box.groups) < 300
    starts = layout.problem.starts[:-1]
    assert box.holds(np.where(is_open, starts, box.base))
    assert not box.holds(np.where(is_open, box.base, starts))


def test_the_size_of_an_option_is_what_sets_it_apart_from_the_best() -> None:
    """At prices of 1 the first option of each source counts as its best; the others differ by 10, 4 and 1 t."""
    layout, best = arrange(three()), np.array([0, 2, 4])
    assert sizes_of(layout, np.ones(1), best, np.array([5, 3, 1])).tolist() == [1.0, 4.0, 10.0]
    assert sizes_of(layout, np.ones(1), best, np.array([4, 2])).tolist() == [0.0, 0.0]


def test_a_plan_from_elsewhere_stays_one() -> None:
    """Everyone takes the last option, which the box's frozen groups do not: what is trimmed costs what it says."""
    problem = abatement(3000, 1, seed=4)
    layout = arrange(problem)
    sizes = extremes_of(layout)
    settings = Settings(gap=1e-6)
    refined = best_prices(layout, sizes, settings, None)
    assert refined is not None
    assert len(refined.box.groups) < layout.group_count
    task = Task(layout, sizes, settings, refined)
    model = restrict(layout, sizes.tolerance, problem.starts[1:] - 1, np.empty(0, dtype=np.int64))
    plan = task.plan(model, np.empty(0))
    assert plan is not None
    trimmed = whole._trimmed(task, plan)  # noqa: SLF001
    assert trimmed is not None
    found = evaluate(problem, trimmed.model.level(trimmed.share, problem.option_count))
    assert found.faults == ()
    assert found.objective == pytest.approx(trimmed.cost, rel=1e-9)
    assert trimmed.cost < plan.cost
