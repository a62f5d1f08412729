"""Time ours beside general solvers on the same random plans, in one run, and print the table.

``python tests/bench/bench_peers.py --sizes 1000 10000 --limit 60``. Ours: warm process, median of five, a plan with
its certificate. A peer: a process of its own, from arrays to answer, once (or ``--repeat``), ended when it overruns its
limit by half. Peers that are not installed are left out; ``pip install -e .[peers]`` brings linopy and Pyomo.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import resource
import statistics
import sys
from dataclasses import asdict, dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from time import perf_counter

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from optimizer import Settings, solve
from tests.bench.bench_dual import random_plan
from tests.bench.peers import PEERS, available, task_of

REGIONS = {3: 1, 48: 11}
"""Regions of the random plan that has so many rows."""
RUNS = 5
GAP = 1e-4
PATIENCE = 1.5
"""A peer is ended after its limit times this: not every solver keeps a limit."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the table; ``mib`` is the peak memory of the peer's process."""

    who: str
    seconds: float | None
    build_s: float | None
    value: float | None
    gap: float | None
    mib: float | None


def ours(sources: int, rows: int) -> Line:
    """Return the median of a warm process: plan and certificate."""
    problem = random_plan(sources, REGIONS[rows])
    settings = Settings(engine="dual", gap=GAP, time_limit_s=120.0)
    taken: list[float] = []
    solution = solve(problem, settings)
    for _ in range(RUNS):
        begin = perf_counter()
        solution = solve(problem, settings)
        taken.append(perf_counter() - begin)
    return Line("Jianpai, plan and bound", statistics.median(taken), 0.0, solution.objective, solution.gap, _peak_mib())


def peer(name: str, sources: int, rows: int, *, is_whole: bool, limit_s: float) -> Line:
    """Run a peer in a process of its own and end it when it overruns its limit."""
    receiver, sender = multiprocessing.get_context("spawn").Pipe(duplex=False)
    worker = multiprocessing.get_context("spawn").Process(
        target=_work, args=(sender, name, sources, rows), kwargs={"is_whole": is_whole, "limit_s": limit_s}
    )
    worker.start()
    sender.close()
    line = Line(name, None, None, None, None, None)
    try:
        # generating the problem and importing a library are not the peer's fault
        if receiver.poll(120.0 + PATIENCE * limit_s):
            line = Line(**json.loads(receiver.recv()))
    except EOFError:
        pass
    finally:
        worker.kill()
        worker.join()
    return line


def _work(sender: Connection, name: str, sources: int, rows: int, *, is_whole: bool, limit_s: float) -> None:
    task = task_of(random_plan(sources, REGIONS[rows]), is_whole=is_whole, gap=GAP, limit_s=limit_s)
    report = PEERS[name](task)
    line = Line(name, report.seconds, report.build_s, report.value, report.gap, _peak_mib())
    sender.send(json.dumps(asdict(line)))


def _peak_mib() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024.0


def median_of(lines: list[Line]) -> Line:
    """Return the line of the median seconds; one without an answer counts as the slowest."""
    ordered = sorted(lines, key=lambda line: float("inf") if line.seconds is None else line.seconds)
    return ordered[len(ordered) // 2]


def table(lines: list[Line], own: Line) -> str:
    """Return the lines as a Markdown table; the ratio is to our seconds."""
    out = ["| | seconds | building | times ours | objective | gap | peak MiB |", "|---|---|---|---|---|---|---|"]
    for line in lines:
        ratio = line.seconds / own.seconds if line.seconds and own.seconds else None
        cells = (
            _cell(line.seconds, "{:.3f}", missing="no answer"),
            _cell(line.build_s, "{:.2f}"),
            _cell(ratio, "{:.1f}"),
            _cell(line.value, "{:.8g}", missing="none"),
            _cell(line.gap, "{:.1e}"),
            _cell(line.mib, "{:.0f}"),
        )
        out.append("| " + " | ".join((line.who, *cells)) + " |")
    return "\n".join(out)


def _cell(value: float | None, form: str, *, missing: str = "") -> str:
    return missing if value is None else form.format(value)


def main() -> None:
    """Print one table for each number of rows, size and kind of answer."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=[1_000])
    parser.add_argument("--rows", type=int, nargs="+", default=[3, 48], choices=sorted(REGIONS))
    parser.add_argument("--limit", type=float, default=20.0, help="seconds for each peer")
    parser.add_argument("--repeat", type=int, default=1)
    parser.add_argument("--peers", nargs="+", default=list(available()), choices=list(PEERS))
    asked = parser.parse_args()
    for rows in asked.rows:
        for sources in asked.sizes:
            own = ours(sources, rows)
            for is_whole in (False, True):
                answer = "whole plan, gap 1e-4" if is_whole else "relaxation only"
                print(f"\n{sources} sources x 8 options, {rows} rows; peers: {answer}, limit {asked.limit:g} s\n")
                lines = [
                    median_of(
                        [peer(name, sources, rows, is_whole=is_whole, limit_s=asked.limit) for _ in range(asked.repeat)]
                    )
                    for name in asked.peers
                ]
                print(table([own, *lines], own), flush=True)


if __name__ == "__main__":
    main()
