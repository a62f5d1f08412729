"""How long the server takes for a move on the page Try, for every bundled plan, without a browser.

``python tests/bench/bench_moves.py [MOVES] [SCENARIO ...]`` moves one slider at a time, the discount rate among them,
to a place where it has not been, and has the answer made ready to be sent. Prints percentiles of processor time, which
others on the machine disturb least. Exits with 1 when 95 % of the moves of a plan took more than 600 ms.
"""

from __future__ import annotations

import gzip
import os
import sys
import time

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np
from dash._utils import to_json

from dashboard.service import Service
from dashboard.state import State
from dashboard.trial import RATE, Moved, answer
from scenarios.reading.files import bundled_scenarios

SLOWEST_MS = 600.0
SPREAD = 0.25
"""How far from where it stands a slider is moved, as a share."""
SEED = 7


def moves_of(standing: dict[str, float], count: int) -> list[dict[str, float]]:
    """Return where all sliders stand after each move: one of those that stand anywhere is moved from the start."""
    draw = np.random.default_rng(SEED)
    names = [name for name, value in standing.items() if value > 0.0]
    picked = [names[int(place)] for place in draw.integers(len(names), size=count)]
    shares = draw.uniform(1.0 - SPREAD, 1.0 + SPREAD, size=count)
    return [
        standing | {name: float(f"{standing[name] * share:.5g}")} for name, share in zip(picked, shares, strict=True)
    ]


def measured(scenario: str, count: int) -> list[float]:
    """Return the processor time of each move [ms]."""
    service = Service()
    service.warm(scenario)
    state = State("/try", scenario)
    view = service.view(state)
    standing = {lever.requirement_id: lever.value or 0.0 for lever in view.levers}
    standing[RATE] = 100.0 * view.base.bundle.scenario.discount_rate
    times = []
    for values in moves_of(standing, count):
        moved = Moved("slid", values, tuple(values), {}, (), "", (), "nox", state, (), ())
        begin = time.process_time()
        gzip.compress(to_json(answer(service, moved)).encode())  # type: ignore[no-untyped-call]
        times.append(1000.0 * (time.process_time() - begin))
    service.close()
    return times


def main() -> None:
    """Print the figures."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 32
    slow = []
    for scenario in sys.argv[2:] or bundled_scenarios():
        p50, p95, most = np.quantile(measured(scenario, count), [0.5, 0.95, 1.0])
        print(f"{scenario}: p50 {p50:.0f} ms, p95 {p95:.0f} ms, at most {most:.0f} ms of a processor, {count} moves")
        slow += [scenario] if p95 > SLOWEST_MS else []
    sys.exit(1 if slow else 0)


if __name__ == "__main__":
    main()
