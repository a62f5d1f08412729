"""Curves of least cost, and all pairs of two aims that no plan beats, against trying every choice."""

from dataclasses import replace

import numpy as np
import pytest

from optimizer import ChoiceProblem, Row, Settings, Solution, Status, evaluate, frontier, solve
from optimizer.frontier import nondominated, rebound, sweep
from tests.test_optimizer.oracle import every_choice, kept, least_cost, random_problem, written

EXACT = Settings(gap=0.0)


def test_every_point_is_the_least_cost_at_its_bound() -> None:
    for seed in range(12):
        problem = random_problem(seed, most_choices=500)
        if not problem.rows:
            continue
        bounds = [problem.rows[0].bound + step for step in (-6.0, -3.0, 0.0, 3.0)]
        for bound, point in zip(bounds, sweep(problem, 0, bounds, EXACT), strict=True):
            best = least_cost(rebound(problem, 0, bound))
            assert point.objective == (None if best is None else pytest.approx(best, abs=1e-6)), seed


@pytest.mark.parametrize("sense", [">=", "<="])
def test_cost_and_bound_never_fall_as_the_row_tightens_however_loose_the_gap(sense: str) -> None:
    """With a gap of a half each point may be half too dear; the plan of a tighter point then serves."""
    rng = np.random.default_rng(5)
    group = np.repeat(np.arange(25), 4)
    gain = rng.integers(0, 30, size=100).astype(float)
    cost = gain * rng.uniform(0.5, 2.0, size=100)
    metric = gain if sense == ">=" else -gain
    row = Row("r", 0, ">=" if sense == ">=" else "<=", 0.0)
    problem = ChoiceProblem(cost=cost, group=group, metrics=metric[None, :], rows=[row])
    sign = 1.0 if sense == ">=" else -1.0
    levels = [sign * level for level in np.linspace(150.0, 500.0, 12)]
    points = sweep(problem, 0, levels, Settings(gap=0.5))
    costs = [point.objective for point in points if point.objective is not None]
    proven = [point.bound for point in points if point.bound is not None]
    assert costs == sorted(costs)
    assert proven == sorted(proven)
    for bound, point in zip(levels, points, strict=True):
        if point.level is not None:
            assert not evaluate(rebound(problem, 0, bound), point.level).faults
            assert point.gap is not None


def told(point: Solution) -> tuple[object, ...]:
    """Return what stands in an answer."""
    level = None if point.level is None else point.level.tolist()
    return point.status, point.objective, point.bound, level


def test_the_points_are_the_same_on_any_number_of_threads() -> None:
    """What one point finds does not depend on which others were solved before it."""
    problem = next(p for p in (random_problem(seed, most_choices=500) for seed in range(9)) if p.rows)
    bounds = [problem.rows[0].bound + step for step in (-6.0, -4.0, -2.0, 0.0, 2.0)]
    alone = sweep(problem, 0, bounds, EXACT)
    for together in (sweep(problem, 0, bounds, replace(EXACT, threads=threads)) for threads in (2, 5)):
        assert [told(point) for point in together] == [told(point) for point in alone]


def test_an_unknown_row_is_refused() -> None:
    problem = random_problem(0)
    with pytest.raises(ValueError, match="row: expected"):
        sweep(problem, problem.row_count, [0.0], EXACT)


def test_a_side_row_can_be_moved() -> None:
    problem = next(p for p in map(random_problem, range(60)) if p.side is not None)
    place = len(problem.rows)
    assert rebound(problem, place, 3.0).bounds[place] == 3.0


def beaten_by_none(
    problem: ChoiceProblem, gain: np.ndarray[tuple[int], np.dtype[np.float64]]
) -> set[tuple[float, float]]:
    """Return every pair (cost, gain) that no other choice beats, by trying all of them."""
    wide = replace(
        problem,
        metrics=np.vstack([problem.metrics, gain]),
        rows=(*problem.rows, Row("gain", len(problem.metrics), ">=", -1e9)),
    )
    cost, values = every_choice(wide)
    plain = written(wide)
    is_kept = kept(values, plain.senses, plain.bounds)
    pairs = {(float(c), float(v)) for c, v in zip(cost[is_kept], values[is_kept, len(problem.rows)], strict=True)}
    return {(c, g) for c, g in pairs if not any((c2 <= c and g2 >= g) and (c2, g2) != (c, g) for c2, g2 in pairs)}


def test_all_pairs_that_none_beats_are_found() -> None:
    """Also those that no weighting of the two aims finds."""
    found_more_than_corners = 0
    for seed in range(25):
        problem = random_problem(seed, most_choices=300)
        if problem.side is not None:
            continue
        gain = np.random.default_rng(seed).integers(0, 9, size=problem.option_count).astype(float)
        expected = beaten_by_none(problem, gain)
        plans = nondominated(problem, gain, EXACT, step=0.5)
        pairs = [
            (float(problem.cost @ plan.level), float(gain @ plan.level)) for plan in plans if plan.level is not None
        ]
        assert len(pairs) == len(expected), seed
        assert {(round(c, 6), round(g, 6)) for c, g in pairs} == expected
        found_more_than_corners += len(expected) > 3
    assert found_more_than_corners >= 3


def test_a_pair_inside_the_hull_is_found() -> None:
    """Three plans: (0, 0), (6, 4) and (10, 10). No weight prefers the middle one: it lies above the line between."""
    problem = ChoiceProblem(
        cost=np.array([0.0, 6.0, 10.0]), group=np.zeros(3, dtype=np.int64), metrics=np.zeros((0, 3)), rows=[]
    )
    plans = nondominated(problem, np.array([0.0, 4.0, 10.0]), EXACT, step=0.5)
    assert [plan.objective for plan in plans] == [0.0, 6.0, 10.0]


def test_a_point_without_a_plan_of_its_own_takes_that_of_a_tighter_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a search is cut short, what is known of the tighter bound serves the looser one."""
    problem = ChoiceProblem(
        cost=np.array([0.0, 5.0]),
        group=np.zeros(2, dtype=np.int64),
        metrics=np.array([[0.0, 3.0]]),
        rows=[Row("r", 0, ">=", 1.0)],
    )
    whole = solve(problem, EXACT)
    nothing = Solution(status=Status.NO_ANSWER, reason="", engine="", engine_version="")
    answers = iter([nothing, whole])
    monkeypatch.setattr(frontier, "solve_near", lambda *_, **__: next(answers))
    looser, tighter = sweep(problem, 0, [1.0, 2.0], EXACT)
    assert (looser.objective, tighter.objective) == (5.0, 5.0)
