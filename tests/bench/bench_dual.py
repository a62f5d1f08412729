"""Time the engine ``dual`` on random abatement plans: 3 rows, 48 (11 regions under 4 wide rows), 606 (101 of 6 rows).

Warm process, medians of five, 8 packages a source. ``python tests/bench/bench_dual.py 1e4 1e6`` takes sizes, ``census``
asks for 3.58 million sources with 10 packages and 48 rows. Peak memory is the process's while it solves, of the first
solve and of the second, which has the first answer beside it; the problem's arrays are included. Where the system
cannot forget earlier peaks, these count too.
"""

from __future__ import annotations

import contextlib
import resource
import statistics
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from time import perf_counter, process_time

import numpy as np
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from optimizer import ChoiceProblem, Row, Settings, Solution, curve, warmup
from optimizer.dual import solve_dual

SEED = 20230101
PACKAGES = 8
RUNS = 5
LONG = 20.0
"""Seconds after which runs are not repeated."""
POINTS = 50
SIZES = (1_000, 10_000, 100_000, 1_000_000)
CENSUS = ("census", 3_580_000, 10)

REGIONS = {1: 3, 11: 4, 101: 6}
"""Pollutants by number of regions."""
LEAST_SOURCES = {1: 1_000, 11: 1_000, 101: 100_000}
MOST_SOURCES = {1: 10**9, 11: 10**9, 101: 100_000}
GAPS = {1: {}, 11: {1_000: 1e-3, 10_000: 3e-4}, 101: {100_000: 2e-3}}
"""Gap asked for by regions and sources; 1e-4 where nothing is said."""
SHIFT = 1.01
"""A target of the second solve, in multiples of the first."""

type Floats = NDArray[np.float64]


def random_plan(sources: int, regions: int, packages: int = PACKAGES) -> ChoiceProblem:
    """Return sources of log-normal size, each with one main pollutant and at times others; about half is asked."""
    rng = np.random.default_rng(SEED)
    pollutants = REGIONS[regions]
    share = rng.dirichlet(np.full(regions, 2.0))
    region = np.sort(rng.choice(regions, sources, p=share))
    reduction = _reductions(rng, sources, pollutants, packages)
    cost = np.zeros((sources, packages))
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
    group = np.repeat(np.arange(sources), packages)
    return ChoiceProblem(cost=cost.ravel(), group=group, metrics=metrics.reshape(pollutants, -1), rows=rows)


def _reductions(rng: np.random.Generator, sources: int, pollutants: int, packages: int) -> dict[str | int, Floats]:
    """Return scale (source, 1), depth (source, package) and a reduction (source, package) for each pollutant."""
    scale = rng.lognormal(0.0, 1.8, (sources, 1))
    depth = np.sort(rng.uniform(0.08, 0.97, (sources, packages - 1)), axis=1)
    weight = np.array([4.0, 3.0, 2.0, 1.0, 1.0, 1.0][:pollutants])
    main = rng.choice(pollutants, (sources, 1), p=weight / weight.sum())
    found: dict[str | int, Floats] = {"scale": scale, "depth": depth}
    for pollutant in range(pollutants):
        beside = (rng.random((sources, 1)) < 0.15) * rng.lognormal(-1.0, 0.4, (sources, 1))
        beside = beside * rng.uniform(0.0, 1.1, depth.shape)
        amount = np.zeros((sources, packages))
        amount[:, 1:] = scale * depth * np.where(main == pollutant, rng.lognormal(0.0, 0.4, (sources, 1)), beside)
        found[pollutant] = amount
    return found


def shifted(problem: ChoiceProblem) -> ChoiceProblem:
    """Return the problem with its last target moved."""
    rows = list(problem.rows)
    rows[-1] = replace(rows[-1], bound=rows[-1].bound * SHIFT)
    return problem.with_rows(rows)


def timed(run: Callable[[], Solution]) -> tuple[str, Solution]:
    """Return median seconds, seconds of processor and peak memory, in words, and the last answer.

    One run where it is a long one. No run has the answer of another beside its own.
    """
    forget_peak()
    seconds: list[float] = []
    busy: list[float] = []
    found = run()
    while len(seconds) < RUNS and sum(seconds) < LONG:
        del found
        start, used = perf_counter(), process_time()
        found = run()
        seconds.append(perf_counter() - start)
        busy.append(process_time() - used)
    gib = peak() / 2**20
    return f"{statistics.median(seconds):7.3f} s (cpu {statistics.median(busy):7.3f} s, {gib:.2f} GiB)", found


def forget_peak() -> None:
    """Let the peak of memory begin at what is held now, where the system can."""
    with contextlib.suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")


def peak() -> int:
    """Return the peak of memory, KiB."""
    with contextlib.suppress(OSError):
        status = Path("/proc/self/status").read_text(encoding="ascii")
        return int(next(one.split()[1] for one in status.splitlines() if one.startswith("VmHWM")))
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def line(problem: ChoiceProblem, gap: float) -> str:
    """Return what one problem takes: solved, solved again with a target moved, and its proof."""
    settings = Settings(gap=gap)
    first, solution = timed(lambda: solve_dual(problem, settings, None))
    again, other = timed(lambda: solve_dual(shifted(problem), settings, solution))
    return (
        f"  {len(problem.rows):>3} rows {problem.group_count:>9,} x {problem.option_count // problem.group_count:>2}: "
        f"{first}, {solution.status}, gap {solution.gap or 0.0:.1e}; again {again}, gap {other.gap or 0.0:.1e}"
    )


def census() -> None:
    """Print the line of a national census."""
    _, sources, packages = CENSUS
    print(line(random_plan(sources, 11, packages), 1e-5), flush=True)


def main() -> None:
    """Print one line for each size and number of rows."""
    words = [word for word in sys.argv[1:] if word != CENSUS[0]]
    sizes = [int(float(word)) for word in words] or ([] if CENSUS[0] in sys.argv else list(SIZES))
    warmup()
    solve_dual(random_plan(30_000, 1), Settings(), None)
    for regions in REGIONS:
        for sources in sizes:
            if LEAST_SOURCES[regions] <= sources <= MOST_SOURCES[regions]:
                print(line(random_plan(sources, regions), GAPS[regions].get(sources, 1e-4)), flush=True)
    for sources in sizes:
        problem = random_plan(sources, 1)
        curve(problem, 2, POINTS, Settings())
        start = perf_counter()
        found = curve(problem, 2, POINTS, Settings())
        print(
            f"  curve of {len(found.value)} points, {sources:>9,} sources: {perf_counter() - start:8.3f} s", flush=True
        )
    if CENSUS[0] in sys.argv:
        census()


if __name__ == "__main__":
    main()
