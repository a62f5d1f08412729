"""Judge what the engines claim on random problems of every kind; ``python tests/bench/check_certificates.py 3000``.

Every claim is held against an oracle that shares nothing with the engines: enumeration of all choices, or scipy's mixed
integer programming where groups may be mixed or there are too many choices. Prints a table of what came out and every
false claim, and returns 1 if there is one.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy import optimize, sparse

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from optimizer import ChoiceProblem, Row, Settings, Solution, Status, evaluate, relative_gap, solve
from tests.test_optimizer import dual_cases, oracle

COUNT = 600
ENGINES = ("dual", "milp")
GAPS = (0.0, 1e-4, 0.05)
MOST_CHOICES = 20_000
ROOM = 1e-7
"""Relative, of the sum of |cost| of the dearest options: what an oracle in floating point may be off by ..."""
ROOM_OF_SOLVER = 1e-5
"""... and one that keeps rows to 1e-6."""
ROUNDED = 1e-7
"""A plan that costs nothing has a gap where its bound is off by rounding alone: by this share of the room."""

type Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What an engine said of a problem, and which of its claims are false."""

    seed: int
    kind: str
    engine: str
    status: Status
    false_claims: tuple[str, ...]


def regional(seed: int) -> ChoiceProblem:
    """Return regions with targets, a target and a budget over all, and a row over a part of two regions."""
    rng = np.random.default_rng(seed)
    regions, packages = int(rng.integers(2, 4)), int(rng.integers(2, 4))
    plain = dual_cases.abatement(int(rng.integers(8, 24)), regions, seed=seed, packages=packages, pollutants=2)
    ids = plain.group_ids
    some = rng.choice(ids, len(ids) // 2, replace=False)
    dearest = float(np.maximum.reduceat(plain.cost, plain.starts[:-1]).sum())
    metrics = np.vstack([plain.metrics, plain.cost[None, :]])
    most = float(np.maximum.reduceat(metrics[0], plain.starts[:-1])[np.isin(ids, some)].sum())
    rows = [
        *plain.rows,
        Row("budget", 2, "<=", float(rng.uniform(0.3, 0.9)) * dearest),
        Row("some", 0, str(rng.choice([">=", "<="])), float(rng.uniform(0.2, 0.8)) * most, some),  # type: ignore[arg-type]
    ]
    divisible = rng.random(len(ids)) < 0.3 if seed % 2 else None
    return ChoiceProblem(plain.cost, plain.group, metrics, rows, divisible=divisible)


def quotas(seed: int) -> ChoiceProblem:
    """Return costs and effects of both signs, shares of sources that must act or may, and a budget in whole numbers."""
    rng = np.random.default_rng(seed)
    groups, size = int(rng.integers(3, 8)), int(rng.integers(2, 4))
    group = np.repeat(np.arange(groups), size)
    acts = np.tile(np.arange(size) > 0, groups).astype(float)
    effect, cost = rng.normal(0.5, 2.0, len(group)), rng.normal(1.0, 3.0, len(group))
    price = rng.integers(0, 40, len(group)) * 100.0
    rows = [
        Row("acting", 0, ">=", float(rng.uniform(0.1, 0.7)) * groups),
        Row("few", 0, "<=", float(rng.uniform(0.6, 1.1)) * groups, np.arange(groups - 1)),
        Row("effect", 1, ">=", float(rng.normal(0.0, 3.0))),
        Row("money", 2, "<=", float(rng.uniform(500.0, 3000.0)) * groups),
    ]
    return ChoiceProblem(cost, group, np.array([acts, effect, price]), rows)


def many(seed: int) -> ChoiceProblem:
    """Return a row over 110 groups or more, two large ones divisible: what is dear whole may be cheap in part."""
    rng = np.random.default_rng(seed)
    groups = int(rng.integers(110, 140))
    size, depth = rng.lognormal(0.0, 1.0, (groups, 1)), np.sort(rng.uniform(0.0, 1.0, (groups, 3)), axis=1)
    depth[:, 0] = 0.0
    effect = np.rint(20.0 * size * depth)
    cost = np.rint((20.0 * size * depth) ** 1.2 * rng.lognormal(0.0, 0.3, depth.shape))
    large = rng.choice(groups, 2, replace=False)
    effect[large, 2], cost[large, 2] = 200.0, rng.uniform(800.0, 3000.0, 2)
    rows = [Row("t", 0, ">=", float(np.rint(0.45 * effect.max(axis=1).sum())) + 0.5)]
    divisible = np.isin(np.arange(groups), large)
    group = np.repeat(np.arange(groups), 3)
    return ChoiceProblem(cost.ravel(), group, effect.reshape(1, -1), rows, divisible=divisible)


def problem_of(seed: int) -> tuple[str, ChoiceProblem]:
    """Return a kind of problem and one of it."""
    kind = seed % 7
    if kind == 0:
        return "whole numbers", oracle.random_problem(seed, most_choices=MOST_CHOICES)
    if kind == 1:
        is_tied = seed // 7 % 2
        return (
            ("linked groups", dual_cases.tied(seed)) if is_tied else ("real numbers", dual_cases.random_problem(seed))
        )
    if kind == 2:
        return "mixtures", dual_cases.random_problem(seed, has_mixtures=True)
    if kind == 3:
        return "whole mixtures", oracle.random_problem(seed, most_choices=MOST_CHOICES, has_divisible=True)
    if kind == 4:
        return "many groups", many(seed)
    return ("regions", regional(seed)) if kind == 5 else ("quotas", quotas(seed))


def least_cost(problem: ChoiceProblem) -> tuple[float | None, float]:
    """Return the least cost, None where nothing keeps the rows, and how far it may be off."""
    scale = float(np.maximum.reduceat(np.abs(problem.cost), problem.starts[:-1]).sum())
    choices = np.prod(np.diff(problem.starts), dtype=float)
    if choices <= MOST_CHOICES and not problem.is_divisible.any():
        return dual_cases.least_cost(problem), ROOM * scale
    plain = oracle.written(problem)
    groups = np.zeros((len(plain.groups), problem.option_count))
    for place, group in enumerate(plain.groups):
        groups[place, group] = 1.0
    senses = np.array(plain.senses, dtype="U2")
    limits = [
        optimize.LinearConstraint(sparse.csr_array(groups), 1.0, 1.0),
        optimize.LinearConstraint(
            sparse.csr_array(plain.coefficients),
            np.where(senses == "<=", -np.inf, plain.bounds),
            np.where(senses == ">=", np.inf, plain.bounds),
        ),
    ]
    is_whole = np.repeat(~problem.is_divisible, np.diff(problem.starts))
    answer = optimize.milp(
        problem.cost,
        constraints=limits if len(senses) else limits[:1],
        integrality=is_whole.astype(np.int64),
        bounds=optimize.Bounds(0.0, 1.0),
        options={"mip_rel_gap": 0.0},
    )
    return (None if answer.fun is None else float(answer.fun)), ROOM_OF_SOLVER * scale


def false_claims(problem: ChoiceProblem, solution: Solution, gap: float) -> list[str]:
    """Return every claim of a solution that is not so."""
    least, room = least_cost(problem)
    if solution.status is Status.INFEASIBLE:
        named = [row for row in problem.row_ids if repr(row) in solution.reason]
        found = [] if least is None else [f"infeasible, and {least:.12g} is the least cost"]
        is_said = named or "no whole choice" in solution.reason or "no shares of options" in solution.reason
        return found if is_said else [*found, f"infeasible without a proof: {solution.reason}"]
    if solution.level is None or solution.objective is None or solution.bound is None or solution.gap is None:
        return [f"no answer: {solution.reason}"]
    judged = evaluate(problem, solution.level)
    checks = {
        "; ".join(judged.faults): bool(judged.faults),
        f"cost {solution.objective}, added up {judged.objective}": abs(solution.objective - judged.objective) > room,
        "a plan where the oracle has none": least is None,
        f"bound {solution.bound} above the least cost {least}": least is not None and solution.bound > least + room,
        f"cost {solution.objective} below the least {least}": least is not None and solution.objective < least - room,
        f"gap {solution.gap}": abs(relative_gap(problem, solution.objective, solution.bound) - solution.gap) > 1e-9,
        f"optimal at gap {solution.gap}": solution.status is Status.OPTIMAL and solution.gap > max(gap, 1e-9),
        f"stopped at gap {solution.gap}": solution.status is Status.FEASIBLE
        and solution.objective - solution.bound > ROUNDED * room,
    }
    return [text for text, is_false in checks.items() if is_false]


def verdicts(seeds: range) -> Iterator[Verdict]:
    """Solve the problem of every seed with both engines and judge what they claim."""
    for seed in seeds:
        kind, problem = problem_of(seed)
        gap = GAPS[seed // 7 % len(GAPS)]
        for engine in ENGINES:
            solution = solve(problem, Settings(engine=engine, gap=gap))  # type: ignore[arg-type]
            yield Verdict(seed, kind, engine, solution.status, tuple(false_claims(problem, solution, gap)))


def main() -> int:
    """Print what came out, and return 1 when a claim was false."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else COUNT
    first = int(sys.argv[2]) if len(sys.argv) > 2 else 0
    seen: Counter[tuple[str, str, str]] = Counter()
    false = 0
    for verdict in verdicts(range(first, first + count)):
        seen[verdict.kind, verdict.engine, verdict.status] += 1
        for claim in verdict.false_claims:
            false += 1
            print(f"  seed {verdict.seed}, {verdict.kind}, {verdict.engine}: {claim}", flush=True)
    for (kind, engine, status), times in sorted(seen.items()):
        print(f"  {kind:<15} {engine:<5} {status:<11} {times:>6}")
    print(f"  {count} problems, two engines, {false} false claims")
    return 1 if false else 0


if __name__ == "__main__":
    sys.exit(main())
