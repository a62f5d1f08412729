"""Answers found without any of the product's code: every choice is tried, or the linear programme is written out."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.optimize import linprog

from optimizer import ChoiceProblem, Row

type Floats = NDArray[np.float64]

SENSES = (">=", "<=", "=")


@dataclass(frozen=True, slots=True)
class Written:
    """A problem written out by hand: cost (option,), coefficients (row, option), senses, bounds, groups as slices."""

    cost: Floats
    coefficients: Floats
    senses: tuple[str, ...]
    bounds: Floats
    groups: tuple[slice, ...]


def written(problem: ChoiceProblem) -> Written:
    """Write out every coefficient from the arrays the caller gave."""
    lines = []
    for row in problem.rows:
        values = np.array(problem.metrics[row.metric])
        if row.groups is not None:
            members = set(np.asarray(row.groups).tolist())
            values = np.array(
                [value if group in members else 0.0 for value, group in zip(values, problem.group, strict=True)]
            )
        lines.append(values)
    senses, bounds = [row.sense for row in problem.rows], [row.bound for row in problem.rows]
    if problem.side is not None and problem.side_sense is not None and problem.side_bound is not None:
        lines += list(problem.side.toarray())
        senses += list(problem.side_sense)
        bounds += problem.side_bound.tolist()
    edges = [
        place for place in range(len(problem.group)) if place == 0 or problem.group[place] != problem.group[place - 1]
    ]
    groups = tuple(slice(first, end) for first, end in pairwise([*edges, len(problem.group)]))
    coefficients = np.array(lines).reshape(len(lines), len(problem.cost))
    return Written(np.array(problem.cost), coefficients, tuple(senses), np.array(bounds, dtype=float), groups)


def kept(values: Floats, senses: tuple[str, ...], bounds: Floats) -> NDArray[np.bool_]:
    """Which of many choices keep every row; values (choice, row)."""
    is_kept = np.ones(len(values), dtype=bool)
    for row, (sense, bound) in enumerate(zip(senses, bounds, strict=True)):
        total = values[:, row]
        is_kept &= {">=": total >= bound, "<=": total <= bound, "=": total == bound}[sense]
    return is_kept


def every_choice(problem: ChoiceProblem) -> tuple[Floats, Floats]:
    """Return cost (choice,) and row values (choice, row) of every whole choice there is."""
    plain = written(problem)
    table = np.column_stack([plain.cost, plain.coefficients.T])
    totals = np.zeros((1, table.shape[1]))
    for group in plain.groups:
        totals = (totals[:, None, :] + table[group][None, :, :]).reshape(-1, table.shape[1])
    return totals[:, 0], totals[:, 1:]


def least_cost(problem: ChoiceProblem) -> float | None:
    """Return the least cost of a whole choice that keeps every row, None where there is none."""
    cost, values = every_choice(problem)
    plain = written(problem)
    costs = cost[kept(values, plain.senses, plain.bounds)]
    return float(costs.min()) if len(costs) else None


def least_cost_of_shares(problem: ChoiceProblem) -> float | None:
    """Return the least cost when every group may mix its options, from scipy's linear programming."""
    plain = written(problem)
    groups = np.zeros((len(plain.groups), len(plain.cost)))
    for place, group in enumerate(plain.groups):
        groups[place, group] = 1.0
    more = [row for row, sense in enumerate(plain.senses) if sense == ">="]
    less = [row for row, sense in enumerate(plain.senses) if sense == "<="]
    same = [row for row, sense in enumerate(plain.senses) if sense == "="]
    answer = linprog(
        plain.cost,
        A_ub=np.vstack([-plain.coefficients[more], plain.coefficients[less]]),
        b_ub=np.concatenate([-plain.bounds[more], plain.bounds[less]]),
        A_eq=np.vstack([groups, plain.coefficients[same]]),
        b_eq=np.concatenate([np.ones(len(groups)), plain.bounds[same]]),
        bounds=(0.0, 1.0),
    )
    return None if answer.fun is None else float(answer.fun)


def random_problem(seed: int, *, most_choices: int = 60_000, has_divisible: bool = False) -> ChoiceProblem:
    """Return a small problem of whole numbers, so that sums are exact: up to 10 groups, 5 options, 3 metrics, 5 rows.

    Rows of every sense over all groups or some, side rows, negative costs and effects; bounds near what can be had, so
    that about a third of the problems have no answer.
    """
    rng = np.random.default_rng(seed)
    sizes = rng.integers(1, 6, size=rng.integers(1, 11))
    while np.prod(sizes, dtype=float) > most_choices:
        sizes = sizes[:-1]
    group = np.repeat(np.sort(rng.choice(40, size=len(sizes), replace=False)), sizes)
    metrics = rng.integers(-3, 12, size=(3, len(group))).astype(float)
    cost = rng.integers(-5, 30, size=len(group)).astype(float)
    ids = np.unique(group)
    rows = []
    for number in range(rng.integers(0, 6)):
        metric = int(rng.integers(3))
        members = (
            None if rng.random() < 0.5 else np.sort(rng.choice(ids, size=rng.integers(1, len(ids) + 1), replace=False))
        )
        sense = rng.choice(SENSES, p=(0.5, 0.35, 0.15))
        bound = _near_bound(rng, metrics[metric], group, ids if members is None else members)
        rows.append(Row(id=f"row-{number}", metric=metric, sense=sense, bound=bound, groups=members))
    divisible = rng.random(len(ids)) < 0.5 if has_divisible else None
    if rng.random() < 0.3:
        dense = rng.integers(-4, 9, size=(2, len(group))) * (rng.random((2, len(group))) < 0.5)
        bounds = np.array([_near_bound(rng, line.astype(float), group, ids) for line in dense])
        return ChoiceProblem(
            cost=cost,
            group=group,
            metrics=metrics,
            rows=rows,
            side=sparse.csr_array(dense.astype(float)),
            side_sense=[">=", "<="],
            side_bound=bounds,
            divisible=divisible,
        )
    return ChoiceProblem(cost=cost, group=group, metrics=metrics, rows=rows, divisible=divisible)


def _near_bound(
    rng: np.random.Generator, values: Floats, group: NDArray[np.int64], members: NDArray[np.int64]
) -> float:
    """Return a whole number that some choices of the members reach and others do not."""
    picks = [rng.choice(values[group == member]) for member in members]
    return float(np.sum(picks) + rng.integers(-1, 2))
