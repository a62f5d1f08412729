"""Laws that hold whatever the optimum is: what a change of the problem must do to the answer."""

from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from optimizer import ChoiceProblem, Row, Settings, Solution, solve
from tests.test_optimizer.oracle import random_problem

EXACT = Settings(engine="milp", gap=0.0)

quick = settings(max_examples=25, deadline=None, derandomize=True)
problems = st.integers(0, 10_000).map(lambda seed: random_problem(seed, most_choices=2_000))


def cost_of(solution: Solution) -> float:
    """Return the cost, infinite without a plan."""
    return np.inf if solution.objective is None else solution.objective


def chosen(problem: ChoiceProblem, solution: Solution) -> dict[int, float] | None:
    """Return the cost of the option each group takes."""
    if solution.level is None:
        return None
    taken = np.flatnonzero(solution.level)
    return dict(zip(problem.group[taken].tolist(), problem.cost[taken].tolist(), strict=True))


@given(problems, st.integers(0, 4), st.integers(1, 5))
@quick
def test_a_tighter_bound_never_costs_less(problem: ChoiceProblem, place: int, step: int) -> None:
    rows = list(problem.rows)
    if not rows:
        return
    row = rows[place % len(rows)]
    if row.sense == "=":
        return
    rows[place % len(rows)] = replace(row, bound=row.bound + (step if row.sense == ">=" else -step))
    assert cost_of(solve(replace(problem, rows=rows), EXACT)) >= cost_of(solve(problem, EXACT))


@given(problems, st.integers(-3, 5))
@quick
def test_scaling_all_costs_scales_the_objective_and_keeps_the_choice(problem: ChoiceProblem, exponent: int) -> None:
    before = solve(problem, EXACT)
    after = solve(replace(problem, cost=problem.cost * 2.0**exponent), EXACT)
    assert cost_of(after) == cost_of(before) * 2.0**exponent
    assert (before.level is None) == (after.level is None)
    if before.level is not None and after.level is not None:
        assert before.level.tolist() == after.level.tolist()


@given(problems, st.randoms(use_true_random=False))
@quick
def test_order_of_groups_changes_nothing(problem: ChoiceProblem, random: np.random.Generator) -> None:
    """Groups are renumbered at random; each group, by what it holds, takes the option it took before.

    Noise makes groups different, so that there is no tie between equal groups for the listing order to decide.
    """
    noise = np.random.default_rng(1).integers(0, 1000, size=problem.option_count) / 1024.0
    problem = replace(problem, cost=problem.cost + noise, side=None, side_sense=None, side_bound=None)
    ids = problem.group_ids.tolist()
    shuffled = ids.copy()
    random.shuffle(shuffled)
    renamed = dict(zip(ids, shuffled, strict=True))
    names = np.array([renamed[group] for group in problem.group.tolist()])
    order = np.argsort(names, kind="stable")
    rows = [
        replace(row, groups=None if row.groups is None else np.array([renamed[group] for group in row.groups.tolist()]))
        for row in problem.rows
    ]
    moved = ChoiceProblem(cost=problem.cost[order], group=names[order], metrics=problem.metrics[:, order], rows=rows)
    before, after = chosen(problem, solve(problem, EXACT)), chosen(moved, solve(moved, EXACT))
    assert after == (None if before is None else {renamed[group]: cost for group, cost in before.items()})


@given(problems)
@quick
def test_order_of_rows_changes_nothing(problem: ChoiceProblem) -> None:
    before, after = solve(problem, EXACT), solve(replace(problem, rows=tuple(problem.rows)[::-1]), EXACT)
    assert (None if before.level is None else before.level.tolist()) == (
        None if after.level is None else after.level.tolist()
    )


@given(problems, st.integers(0, 100), st.integers(0, 3))
@quick
def test_a_dominated_option_changes_nothing(problem: ChoiceProblem, place: int, dearer: int) -> None:
    """A copy of an option, listed after it and no cheaper, with the same effects, is never taken."""
    place %= problem.option_count
    at = place + 1

    def with_copy(values: np.ndarray) -> np.ndarray:
        return np.insert(values, at, values[..., place], axis=-1)

    cost = with_copy(problem.cost)
    cost[at] += dearer
    longer = ChoiceProblem(
        cost=cost,
        group=with_copy(problem.group),
        metrics=with_copy(problem.metrics),
        rows=problem.rows,
    )
    shorter = replace(problem, side=None, side_sense=None, side_bound=None)
    before, after = solve(shorter, EXACT), solve(longer, EXACT)
    assert after.objective == before.objective
    if after.level is not None and before.level is not None:
        assert after.level[at] == 0.0
        assert np.delete(after.level, at).tolist() == before.level.tolist()


@given(problems, st.integers(0, 2), st.integers(-6, 6))
@quick
def test_unit_of_a_metric_changes_nothing(problem: ChoiceProblem, metric: int, exponent: int) -> None:
    """Tonnes or kilogrammes: a metric and the bounds of its rows times the same number."""
    factor = 2.0**exponent
    metrics = problem.metrics.copy()
    metrics[metric] *= factor
    rows = [
        Row(row.id, row.metric, row.sense, row.bound * (factor if row.metric == metric else 1.0), row.groups)
        for row in problem.rows
    ]
    before, after = solve(problem, EXACT), solve(replace(problem, metrics=metrics, rows=rows), EXACT)
    assert after.objective == before.objective
    assert (None if before.level is None else before.level.tolist()) == (
        None if after.level is None else after.level.tolist()
    )


@given(problems)
@quick
def test_same_input_same_bytes(problem: ChoiceProblem) -> None:
    first, second = solve(problem, Settings(engine="milp")), solve(problem, Settings(engine="milp"))
    assert (first.status, first.objective, first.bound, first.gap, first.nodes, first.reason) == (
        second.status,
        second.objective,
        second.bound,
        second.gap,
        second.nodes,
        second.reason,
    )
    for one, other in (
        (first.level, second.level),
        (first.row_values, second.row_values),
        (first.prices, second.prices),
    ):
        assert (None if one is None else one.tobytes()) == (None if other is None else other.tobytes())
