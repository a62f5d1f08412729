"""Malformed arrays never reach a solver: each is refused with the array, what it is and what was expected."""

from typing import Any

import numpy as np
import pytest
from scipy import sparse

from optimizer import ChoiceProblem, Row, Settings

SIDE = sparse.csr_array(np.array([[1.0, 0.0, 2.0, 0.0]]))


def build(**changed: Any) -> ChoiceProblem:  # noqa: ANN401 - whatever a caller might hand in
    """Two groups of two options with one metric and one row, with some of it changed."""
    parts: dict[str, Any] = {
        "cost": np.array([0.0, 3.0, 0.0, 4.0]),
        "group": np.array([2, 2, 7, 7]),
        "metrics": np.array([[0.0, 10.0, 0.0, 20.0]]),
        "rows": [Row(id="nox", metric=0, sense=">=", bound=15.0)],
    }
    return ChoiceProblem(**(parts | changed))


NAN, INF = float("nan"), float("inf")
BAD: dict[str, tuple[dict[str, Any], str]] = {
    "no options": ({"cost": [], "group": [], "metrics": np.zeros((1, 0))}, r"cost: expected at least one option.*none"),
    "NaN cost": ({"cost": [0.0, NAN, 0.0, 4.0]}, r"cost: expected finite.*1 not finite, first nan at \(1,\).*\(4,\)"),
    "infinite cost": ({"cost": [0.0, 3.0, INF, 4.0]}, r"cost: .*inf at \(2,\)"),
    "text cost": ({"cost": ["0", "3", "0", "4"]}, r"cost: expected 1-dimensional numbers.*<U1"),
    "object cost": ({"cost": np.array([0.0, None, 0.0, 4.0])}, r"cost: .*object"),
    "cost of two dimensions": ({"cost": np.zeros((2, 2))}, r"cost: expected 1-dimensional.*\(2, 2\)"),
    "short group": ({"group": [2, 2, 7]}, r"group: expected one id for each of 4 options, found shape \(3,\)"),
    "group of floats": ({"group": [2.0, 2.0, 7.0, 7.0]}, r"group: expected a vector of integers.*float64"),
    "group falls": ({"group": [7, 7, 2, 2]}, r"group: expected non-decreasing ids, found 7 before 2 at option 1"),
    "group splits": ({"group": [2, 7, 2, 7]}, r"group: expected non-decreasing ids, found 7 before 2"),
    "metrics flat": ({"metrics": np.zeros(4)}, r"metrics: expected 2-dimensional.*\(4,\)"),
    "metrics too wide": ({"metrics": np.zeros((1, 5))}, r"metrics: expected shape \(metric, 4\), found shape \(1, 5\)"),
    "NaN metric": ({"metrics": [[0.0, 1.0, NAN, 2.0]]}, r"metrics: expected finite.*at \(0, 2\)"),
    "metric out of range": ({"rows": [Row("a", 1, ">=", 1.0)]}, r"row 'a': metric 1 is out of range.*\(1, 4\)"),
    "unknown group": ({"rows": [Row("a", 0, ">=", 1.0, np.array([2, 3]))]}, r"row 'a': groups holds 1 ids.*\(3\)"),
    "one id twice": ({"rows": [Row("a", 0, ">=", 1.0), Row("a", 0, "<=", 9.0)]}, r"ids of their own, found 'a' twice"),
    "not a row": ({"rows": ["nox >= 15"]}, r"rows: expected Row objects, found str"),
    "divisible by option": ({"divisible": np.zeros(4, dtype=bool)}, r"divisible: expected 2 booleans.*\(4,\)"),
    "divisible of numbers": ({"divisible": np.array([0, 1])}, r"divisible: expected 2 booleans.*int64"),
    "side alone": ({"side": SIDE}, r"side: expected .* together, found no side_sense, side_bound"),
    "side dense": (
        {"side": np.ones((1, 4)), "side_sense": [">="], "side_bound": np.ones(1)},
        r"side: expected a scipy.sparse matrix, found ndarray",
    ),
    "side too narrow": (
        {"side": SIDE[:, :3], "side_sense": [">="], "side_bound": np.ones(1)},
        r"side: expected shape \(side row, 4\), found shape \(1, 3\)",
    ),
    "side with NaN": (
        {"side": SIDE * NAN, "side_sense": [">="], "side_bound": np.ones(1)},
        r"side: expected finite numbers",
    ),
    "side with one sense too many": (
        {"side": SIDE, "side_sense": [">=", "<="], "side_bound": np.ones(1)},
        r"side: expected one sense and one bound for each of 1 rows, found 2 senses",
    ),
    "side with another sense": (
        {"side": SIDE, "side_sense": ["=>"], "side_bound": np.ones(1)},
        r"side_sense: expected >=, <=, =, found =>",
    ),
    "side bound not finite": (
        {"side": SIDE, "side_sense": [">="], "side_bound": np.array([INF])},
        r"side_bound: expected finite numbers",
    ),
}


@pytest.mark.parametrize("what", BAD)
def test_bad_array_is_refused_by_name(what: str) -> None:
    changed, message = BAD[what]
    with pytest.raises(ValueError, match=message):
        build(**changed)


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"sense": "=="}, r"row 'nox': sense: expected one of >=, <=, =, found '=='"),
        ({"bound": NAN}, r"bound: expected finite"),
        ({"bound": [1.0]}, r"bound: expected 0-dimensional"),
        ({"metric": -1}, r"metric: expected an index from 0, found -1"),
        ({"metric": 0.5}, r"metric: expected an index from 0, found 0.5"),
        ({"id": ""}, r"id: expected a text"),
        ({"groups": [0.5]}, r"groups: expected a vector of integers"),
        ({"groups": [3, 3]}, r"groups: expected distinct ids"),
    ],
)
def test_bad_row_is_refused(changed: dict[str, Any], message: str) -> None:
    parts: dict[str, Any] = {"id": "nox", "metric": 0, "sense": ">=", "bound": 1.0, "groups": None}
    with pytest.raises(ValueError, match=message):
        Row(**(parts | changed))


def test_all_problems_are_told_at_once() -> None:
    with pytest.raises(ValueError, match=r"cost") as refusal:
        build(cost=[0.0, NAN, 0.0, 4.0], metrics=np.zeros((1, 5)), divisible=np.zeros(3, dtype=bool))
    assert [line.split(":")[0] for line in str(refusal.value).splitlines()] == ["cost", "divisible", "metrics"]


def test_row_tells_all_that_is_wrong_at_once() -> None:
    with pytest.raises(ValueError, match=r"sense.*bound"):
        Row(id="nox", metric=0, sense="<", bound=INF)  # type: ignore[arg-type]


def test_ids_of_groups_may_have_gaps() -> None:
    problem = build()
    assert problem.group_ids.tolist() == [2, 7]
    assert problem.starts.tolist() == [0, 2, 4]
    assert problem.members(0).tolist() == [True, True]


def test_arrays_cannot_be_written_through_the_problem() -> None:
    problem = build()
    with pytest.raises(ValueError, match="read-only"):
        problem.cost[0] = 1.0


def test_arrays_of_the_caller_stay_writable() -> None:
    cost = np.array([0.0, 3.0, 0.0, 4.0])
    build(cost=cost)
    cost[0] = 1.0
    assert cost[0] == 1.0


def test_whole_numbers_and_flags_are_numbers() -> None:
    problem = build(cost=[0, 3, 0, 4], metrics=np.array([[False, True, False, True]]))
    assert problem.cost.dtype == problem.metrics.dtype == np.float64


def test_a_row_over_no_groups_adds_up_to_nothing() -> None:
    problem = build(rows=[Row("nobody", 0, ">=", 0.0, np.array([], dtype=np.int64)), Row("list", 0, "<=", 9.0, [])])  # type: ignore[arg-type]
    assert problem.contribution(0).tolist() == [0.0] * 4
    assert problem.contribution(1).tolist() == [0.0] * 4


def test_side_rows_follow_the_others() -> None:
    problem = build(side=SIDE, side_sense=["<="], side_bound=np.array([2.0]))
    assert problem.row_ids == ("nox", "side0")
    assert problem.senses == (">=", "<=")
    assert problem.bounds.tolist() == [15.0, 2.0]
    assert problem.contribution(1).tolist() == [1.0, 0.0, 2.0, 0.0]
    assert problem.members(1).tolist() == [True, True]


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"gap": -0.1}, "gap: expected 0 to 1"),
        ({"gap": NAN}, "gap: expected 0 to 1"),
        ({"time_limit_s": 0.0}, "time_limit_s: expected seconds above 0"),
        ({"time_limit_s": INF}, "time_limit_s"),
        ({"seed": -1}, "seed: expected 0 to"),
        ({"node_limit": -1}, "node_limit: expected 0 or more"),
        ({"threads": 0}, "threads: expected 1 or more"),
        ({"gap": 2.0, "seed": -1}, "gap.*seed"),
    ],
)
def test_settings_out_of_range_are_refused(changed: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Settings(**changed)
