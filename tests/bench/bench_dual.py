"""Time the engine ``dual`` on random abatement plans: 3 rows, or 48 in 11 regions under 4 wide rows.

Warm process, median of the runs, 8 packages a source. ``python tests/bench/bench_dual.py 1000 10000`` takes sizes.
"""

from __future__ import annotations

import resource
import statistics
import sys
from dataclasses import replace
from pathlib import Path
from time import perf_counter

import numpy as np
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from optimizer import ChoiceProblem, Row, Settings
from optimizer.dual import solve_dual

SEED = 20230101
PACKAGES = 8
RUNS = 5
SIZES = (10_000, 100_000)
"""Sizes timed when none are asked for; 1 000 takes minutes with 48 rows, 1 000 000 far longer."""

GAPS = {1: {}, 11: {1_000: 1e-3, 10_000: 3e-4}}
"""Gap asked for by regions and sources; 1e-4 where nothing is said."""
SHIFT = 1.01
"""A target of the second solve, in multiples of the first."""

type Floats = NDArray[np.float64]


def random_plan(sources: int, regions: int) -> ChoiceProblem:
    """Return sources of log-normal size, each with one main pollutant and at times others; about half is asked."""
    rng = np.random.default_rng(SEED)
    pollutants = 3 if regions == 1 else 4
    share = rng.dirichlet(np.full(regions, 2.0))
    region = np.sort(rng.choice(regions, sources, p=share))
    reduction = _reductions(rng, sources, pollutants)
    cost = np.zeros((sources, PACKAGES))
    scale, depth = reduction.pop("scale"), reduction.pop("depth")
    unit = rng.lognormal(0.0, 0.5, (sources, 1)) * rng.lognormal(0.0, 0.35, depth.shape)
    cost[:, 1:] = unit * scale**0.75 * depth**1.3 / (1.06 - depth) ** 0.8
    cost[:, 1:] *= np.where(rng.random(depth.shape) < 0.05 * (depth < 0.4), -0.3, 1.0)
    metrics = np.stack(list(reduction.values()))
    rows = []
    for metric in range(pollutants):
        most = np.bincount(region, metrics[metric].max(axis=1), regions)
        asked = rng.uniform(0.35, 0.55, regions) * most if regions > 1 else 0.45 * most
        if regions > 1:
            rows += [
                Row(f"r{one}-{metric}", metric, ">=", float(asked[one]), np.flatnonzero(region == one))
                for one in range(regions)
            ]
        extra = 0.04 * most.sum() if regions > 1 else 0.0
        rows.append(Row(f"all-{metric}", metric, ">=", float(asked.sum() + extra)))
    group = np.repeat(np.arange(sources), PACKAGES)
    return ChoiceProblem(cost=cost.ravel(), group=group, metrics=metrics.reshape(pollutants, -1), rows=rows)


def _reductions(rng: np.random.Generator, sources: int, pollutants: int) -> dict[str | int, Floats]:
    """Return scale (source, 1), depth (source, package) and a reduction (source, package) for each pollutant."""
    scale = rng.lognormal(0.0, 1.8, (sources, 1))
    depth = np.sort(rng.uniform(0.08, 0.97, (sources, PACKAGES - 1)), axis=1)
    main = rng.choice(pollutants, (sources, 1), p=np.array([4, 3, 2, 1][:pollutants]) / sum([4, 3, 2, 1][:pollutants]))
    found: dict[str | int, Floats] = {"scale": scale, "depth": depth}
    for pollutant in range(pollutants):
        beside = (rng.random((sources, 1)) < 0.15) * rng.lognormal(-1.0, 0.4, (sources, 1))
        beside = beside * rng.uniform(0.0, 1.1, depth.shape)
        amount = np.zeros((sources, PACKAGES))
        amount[:, 1:] = scale * depth * np.where(main == pollutant, rng.lognormal(0.0, 0.4, (sources, 1)), beside)
        found[pollutant] = amount
    return found


def shifted(problem: ChoiceProblem) -> ChoiceProblem:
    """Return the problem with its last target moved."""
    rows = list(problem.rows)
    rows[-1] = replace(rows[-1], bound=rows[-1].bound * SHIFT)
    return replace(problem, rows=rows)


def main() -> None:
    """Print one line for each size and number of rows."""
    sizes = [int(float(word)) for word in sys.argv[1:]] or list(SIZES)
    solve_dual(random_plan(2_000, 1), Settings(), None)
    for regions in (1, 11):
        for sources in sizes:
            problem = random_plan(sources, regions)
            settings = Settings(gap=GAPS[regions].get(sources, 1e-4))
            seconds, again = [], []
            solution = solve_dual(problem, settings, None)
            for _ in range(RUNS):
                start = perf_counter()
                solve_dual(problem, settings, None)
                seconds.append(perf_counter() - start)
                start = perf_counter()
                solve_dual(shifted(problem), settings, solution)
                again.append(perf_counter() - start)
            memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
            print(
                f"  {len(problem.rows):>2} rows {sources:>9,} sources: {statistics.median(seconds):8.3f} s, "
                f"again {statistics.median(again):8.3f} s, {solution.status}, gap {solution.gap or 0.0:.1e}, "
                f"peak {memory:.1f} GiB",
                flush=True,
            )


if __name__ == "__main__":
    main()
