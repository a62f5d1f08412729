"""The public names, pinned: a change here is a change for every caller."""

import inspect

import optimizer

PUBLIC = {
    "ChoiceProblem": ["cost", "group", "metrics", "rows", "side", "side_sense", "side_bound", "divisible"],
    "Evaluation": ["objective", "row_values", "shortfall", "tolerance", "faults"],
    "Extent": ["status", "value", "limit", "reason"],
    "Row": ["id", "metric", "sense", "bound", "groups"],
    "RowReach": ["row_id", "sense", "bound", "least_alone", "most_alone", "least", "most"],
    "Settings": ["engine", "gap", "time_limit_s", "seed", "node_limit", "solver", "threads"],
    "evaluate": ["problem", "level"],
    "reach": ["problem", "settings"],
    "reach_of": ["problem", "row", "settings"],
    "relative_gap": ["problem", "objective", "bound"],
    "solve": ["problem", "settings", "warm"],
    "to_lp": ["problem"],
    "to_mps": ["problem"],
}
SOLUTION = {
    *("status", "reason", "engine", "engine_version", "objective", "bound", "gap"),
    *("level", "row_values", "prices", "nodes", "seconds"),
}


def test_names_are_those_agreed() -> None:
    assert set(PUBLIC) | {"Solution", "Status"} <= set(optimizer.__all__)


def test_arguments_are_those_agreed() -> None:
    found = {name: list(inspect.signature(getattr(optimizer, name)).parameters) for name in PUBLIC}
    assert {name: found[name][: len(PUBLIC[name])] for name in PUBLIC} == PUBLIC


def test_a_solution_holds_what_was_agreed() -> None:
    assert set(inspect.signature(optimizer.Solution).parameters) >= SOLUTION


def test_statuses_are_their_own_words() -> None:
    assert [str(status) for status in optimizer.Status] == ["OPTIMAL", "FEASIBLE", "INFEASIBLE", "NO_ANSWER"]


def test_every_public_name_says_what_it_is() -> None:
    assert all(inspect.getdoc(getattr(optimizer, name)) for name in optimizer.__all__)
