"""Random problems of every kind of row, and their optimum by enumeration, written apart from the engine."""

from __future__ import annotations

import itertools

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from optimizer.problem import ChoiceProblem, Row, Sense

Array = NDArray[np.float64]


def numbers(rng: np.random.Generator, shape: tuple[int, ...], *, is_integer: bool) -> Array:
    """Return numbers of both signs, whole ones (and so many ties) or not."""
    return rng.integers(-2, 9, shape).astype(float) if is_integer else rng.normal(1.0, 1.5, shape)


def random_problem(seed: int, *, has_mixtures: bool = False) -> ChoiceProblem:
    """Return up to 6 groups of up to 4 options with up to 4 rows of any sense and scope, side rows at times."""
    rng = np.random.default_rng(seed)
    count = int(rng.integers(1, 7))
    sizes = np.full(count, rng.integers(1, 5)) if rng.random() < 0.3 else rng.integers(1, 5, count)
    group = np.repeat(np.sort(rng.choice(50, count, replace=False)), sizes)
    is_integer = bool(rng.random() < 0.5)
    cost = numbers(rng, (len(group),), is_integer=is_integer) * rng.choice([1.0, 1e-3, 1e5])
    metrics = numbers(rng, (3, len(group)), is_integer=is_integer)
    first = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    some = first + rng.integers(0, sizes)
    is_kept = bool(rng.random() < 0.75)
    rows = [_row(rng, number, group, metrics, some, is_kept=is_kept) for number in range(int(rng.integers(0, 5)))]
    side, senses, bounds = _side(rng, len(group), some) if rng.random() < 0.3 else (None, None, None)
    return ChoiceProblem(
        cost=cost,
        group=group,
        metrics=metrics,
        rows=rows,
        side=side,
        side_sense=senses,
        side_bound=bounds,
        divisible=rng.random(count) < 0.4 if has_mixtures else None,
    )


def _row(
    rng: np.random.Generator,
    number: int,
    group: NDArray[np.int64],
    metrics: Array,
    some: NDArray[np.int64],
    *,
    is_kept: bool,
) -> Row:
    """Return a row that the choice ``some`` keeps, or one about which nothing is known."""
    ids = np.unique(group)
    members = (
        None if rng.random() < 0.5 else rng.permutation(rng.choice(ids, rng.integers(0, len(ids) + 1), replace=False))
    )
    metric, sense = int(rng.integers(3)), str(rng.choice([">=", "<=", "="], p=[0.5, 0.35, 0.15]))
    own = some if members is None else some[np.isin(group[some], members)]
    value = float(metrics[metric][own].sum())
    room = float(rng.integers(0, 3)) if is_kept else float(rng.normal(0.0, 3.0))
    bound = value + (0.0 if sense == "=" and is_kept else room if sense == "<=" else -room)
    return Row(id=f"row{number}", metric=metric, sense=sense, bound=bound, groups=members)  # type: ignore[arg-type]


def _side(
    rng: np.random.Generator, options: int, some: NDArray[np.int64]
) -> tuple[sparse.csr_array, list[Sense], Array]:
    entries = rng.normal(1.0, 1.0, (2, options)) * (rng.random((2, options)) < 0.5)
    return sparse.csr_array(entries), [">=", "<="], entries[:, some].sum(axis=1) + np.array([-0.5, 0.5])


def tied(seed: int, groups: int = 0) -> ChoiceProblem:
    """Return groups in pairs and threes of which one requires, excludes or goes with the next, under rows over some."""
    rng = np.random.default_rng(seed)
    count = groups or int(rng.integers(4, 8))
    sizes = rng.integers(2, 4, count)
    group = np.repeat(np.arange(count) * 2 + 3, sizes)
    first = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    acts = (np.arange(len(group)) != np.repeat(first, sizes)).astype(float)
    is_integer = bool(rng.random() < 0.5)
    cost, metrics = (
        numbers(rng, (len(group),), is_integer=is_integer),
        numbers(rng, (2, len(group)), is_integer=is_integer),
    )
    lines, senses, bounds = [], [], []
    order = rng.permutation(count)
    for one, other in zip(order[:-1:2], order[1::2], strict=False):
        lines.append(np.where(group == group[first[one]], acts, 0.0))
        kind = int(rng.integers(3))
        lines[-1] += np.where(group == group[first[other]], -acts if kind else acts, 0.0)
        senses.append("=" if kind == 2 else "<=")
        bounds.append(0.0 if kind else 1.0)
    if rng.random() < 0.5:
        third = np.isin(group, group[first[order[:3]]])
        lines.append(np.where(third, acts, 0.0))
        senses.append(str(rng.choice([">=", "<="])))
        bounds.append(float(rng.integers(1, 3)))
    some = first + rng.integers(0, sizes)
    rows = [
        _row(rng, number, group, metrics[[0, 1, 0]], some, is_kept=True) for number in range(int(rng.integers(1, 4)))
    ]
    rows = [Row(row.id, row.metric % 2, row.sense, row.bound, row.groups) for row in rows]
    return ChoiceProblem(
        cost=cost,
        group=group,
        metrics=metrics,
        rows=rows,
        side=sparse.csr_array(np.array(lines)),
        side_sense=senses,  # type: ignore[arg-type]
        side_bound=np.array(bounds),
    )


def least_cost(problem: ChoiceProblem) -> float | None:
    """Return the least cost of any whole choice that keeps every row, None if there is none, by looking at all."""
    options = np.array(list(itertools.product(*map(range, problem.starts[:-1], problem.starts[1:]))))
    is_kept = np.ones(len(options), dtype=bool)
    for row in range(problem.row_count):
        entries = problem.contribution(row)
        value, bound = entries[options].sum(axis=1), problem.bounds[row]
        room = 1e-9 * max(abs(bound), np.abs(entries).max())
        sense = problem.senses[row]
        is_kept &= (value >= bound - room) | (sense == "<=")
        is_kept &= (value <= bound + room) | (sense == ">=")
    return float(problem.cost[options].sum(axis=1)[is_kept].min()) if is_kept.any() else None


def abatement(sources: int, regions: int, *, seed: int = 0, packages: int = 8, pollutants: int = 3) -> ChoiceProblem:
    """Return sources of very different size in regions; each region and the whole have a target for each pollutant."""
    rng = np.random.default_rng(seed)
    shape = (sources, packages)
    scale = rng.lognormal(0.0, 1.5, (sources, 1))
    depth = np.sort(rng.uniform(0.05, 0.97, shape), axis=1)
    depth[:, 0] = 0.0
    is_touched = rng.random((pollutants, sources, 1)) < 0.5
    reduction = scale * depth * rng.uniform(0.4, 1.2, (pollutants, *shape)) * is_touched
    cost = scale**0.75 * depth**1.5 / (1.05 - depth) * rng.lognormal(0.0, 0.4, shape)
    ids = np.arange(sources)
    region = ids * regions // sources
    most = reduction.max(axis=2)
    rows = []
    for metric in range(pollutants):
        if regions > 1:
            rows += [
                Row(
                    f"r{one}-{metric}",
                    metric,
                    ">=",
                    float(0.45 * most[metric, region == one].sum()),
                    ids[region == one],
                )
                for one in range(regions)
            ]
        rows.append(Row(f"all-{metric}", metric, ">=", float(0.5 * most[metric].sum())))
    return ChoiceProblem(
        cost=cost.ravel(), group=np.repeat(ids, packages), metrics=reduction.reshape(pollutants, -1), rows=rows
    )
