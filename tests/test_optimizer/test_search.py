"""The steps between presolve and answer: a short list of options first, then all that can still be better."""

import numpy as np
import pytest

from optimizer import ChoiceProblem, Row, Settings, Status, search, solve
from tests.test_optimizer.oracle import least_cost, random_problem


@pytest.mark.parametrize(("a_row", "longest"), [(0, 0), (1, 3)])
def test_a_short_list_changes_no_optimum(monkeypatch: pytest.MonkeyPatch, a_row: int, longest: int) -> None:
    """80 random problems, solved from lists of hardly more than the best option of each group."""
    monkeypatch.setattr(search, "GROUPS_A_ROW", 0)
    monkeypatch.setattr(search, "LISTED_A_ROW", a_row)
    monkeypatch.setattr(search, "LONGEST_LIST", longest)
    for seed in range(80):
        problem = random_problem(7000 + seed)
        expected, solution = least_cost(problem), solve(problem, Settings(engine="milp", gap=0.0))
        assert solution.status is (Status.INFEASIBLE if expected is None else Status.OPTIMAL), seed
        assert solution.objective == expected, seed


def test_many_groups_under_few_rows_are_proven_by_prices() -> None:
    """3 000 groups of like size, 3 rows: at most three groups share in the relaxation, so rounding costs little."""
    rng = np.random.default_rng(1)
    size = rng.lognormal(0.0, 0.3, size=(3000, 1))
    depth = np.sort(rng.uniform(0.1, 0.95, size=(3000, 8)), axis=1)
    depth[:, 0] = 0.0
    metrics = size * depth * rng.uniform(0.5, 1.5, size=(3, 3000, 8))
    cost = size**0.7 * depth**2 * rng.uniform(0.5, 2.0, size=depth.shape)
    rows = [Row(f"r{k}", k, ">=", float(0.6 * metrics[k].max(axis=1).sum())) for k in range(3)]
    problem = ChoiceProblem(cost.ravel(), np.repeat(np.arange(3000), 8), metrics.reshape(3, -1), rows)
    solution = solve(problem, Settings(engine="milp", gap=1e-4))
    assert solution.status is Status.OPTIMAL
    assert solution.gap is not None
    assert solution.gap <= 1e-4
    assert "proven by the linear relaxation" in solution.reason
