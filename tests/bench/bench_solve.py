"""Time `optimizer.solve` on random plans of stated sizes.

Run by ``make bench``, or alone by ``python tests/bench/bench_solve.py``.
Every plan has three pollutants, an "as is" option that costs nothing, and asks for 60 % of what could be had.
"""

from dataclasses import dataclass
from time import perf_counter

import numpy as np

from optimizer import ChoiceProblem, Row, Settings, solve

SEED = 20230101
POLLUTANTS = 3
SHARE_ASKED = 0.6
TIME_LIMIT_S = 300.0


@dataclass(frozen=True, slots=True)
class Size:
    """How many sources, and how many packages each can choose from, "as is" included."""

    sources: int
    packages: int


SIZES = (Size(600, 8), Size(5_000, 8), Size(20_000, 8))


def random_plan(size: Size) -> ChoiceProblem:
    """Sources of very different size; dearer packages remove more, with noise, as real ones do."""
    rng = np.random.default_rng(SEED)
    shape = (size.sources, size.packages)
    scale = rng.lognormal(0.0, 1.5, size=(size.sources, 1))
    depth = np.sort(rng.uniform(0.1, 0.95, size=shape), axis=1)
    depth[:, 0] = 0.0
    reduction = scale * depth * rng.uniform(0.5, 1.5, size=(POLLUTANTS, *shape))
    cost = scale**0.7 * depth**2 * rng.uniform(0.5, 2.0, size=shape)
    most = reduction.max(axis=2).sum(axis=1)
    rows = [
        Row(id=f"pollutant-{number}", metric=number, sense=">=", bound=float(SHARE_ASKED * amount), groups=None)
        for number, amount in enumerate(most)
    ]
    group = np.repeat(np.arange(size.sources), size.packages)
    return ChoiceProblem(cost=cost.ravel(), group=group, metrics=reduction.reshape(POLLUTANTS, -1), rows=rows)


def main() -> None:
    """Print one line for each size."""
    settings = Settings(engine="milp", gap=1e-4, time_limit_s=TIME_LIMIT_S, seed=0)
    for size in SIZES:
        problem = random_plan(size)
        start = perf_counter()
        solution = solve(problem, settings)
        seconds = perf_counter() - start
        label = f"{size.sources:>7,} sources x {size.packages} packages"
        print(f"  {label}: {seconds:8.2f} s, {solution.status}, gap {solution.gap:.1e}", flush=True)


if __name__ == "__main__":
    main()
