"""Time ours beside general solvers on the same random plans, in one run, and print or write the table.

``python tests/bench/bench_peers.py --sizes 1000 10000 --limit 60 --out peers.md``. Everyone works in a process of its
own, on the same arrays. Ours: warm, medians of five, a plan with its certificate, and the bound alone. A peer: from
arrays to answer, once (or ``--repeat``), ended when it overruns its limit by half. Peers that are not installed are
left out; ``pip install -e .[peers]`` brings linopy and Pyomo.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import resource
import statistics
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, replace
from itertools import product
from multiprocessing.connection import Connection
from pathlib import Path
from time import perf_counter

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from optimizer import ChoiceProblem, Settings, solve
from optimizer.dual.arrange import arrange
from optimizer.dual.extremes import extremes_of
from optimizer.dual.prices import Refined, best_prices
from optimizer.parallel import processors
from tests.bench.bench_dual import GAPS, LONG, PACKAGES, random_plan
from tests.bench.peers import PEERS, available, task_of

REGIONS = {3: 1, 48: 11, 606: 101}
"""Regions of the random plan that has so many rows."""
PLAN, BOUND = "Jianpai, plan and proof", "Jianpai, bound alone"
RUNS = 5
GAP = 1e-4
PLAN_LIMIT_S = 120.0
PATIENCE = 1.5
"""A peer is ended after its limit times this: not every solver keeps a limit."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the table; ``mib`` is the peak memory of the process, its problem's arrays included."""

    who: str
    seconds: float | None
    build_s: float | None
    value: float | None
    gap: float | None
    mib: float | None


@dataclass(frozen=True, slots=True)
class Asked:
    """What everyone is asked: a whole plan or the relaxation, to which gap, within how many seconds."""

    sources: int
    rows: int
    is_whole: bool
    limit_s: float

    @property
    def gap(self) -> float:
        """The gap that such a plan is asked for, as in ``bench_dual``."""
        return GAPS[REGIONS[self.rows]].get(self.sources, GAP)

    @property
    def problem(self) -> ChoiceProblem:
        """The random plan."""
        return random_plan(self.sources, REGIONS[self.rows])


def plan(asked: Asked) -> Line:
    """Return ours: plan and certificate, whatever the peers are asked."""
    problem, settings = asked.problem, Settings(engine="dual", gap=asked.gap, time_limit_s=PLAN_LIMIT_S)
    seconds, found = timed(lambda: solve(problem, settings))
    return Line(PLAN, seconds, 0.0, found.objective, found.gap, _peak_mib())


def bound(asked: Asked) -> Line:
    """Return ours: the best prices and the bound that they prove, no plan; ``gap`` to what no price can better."""
    problem, settings = asked.problem, Settings(gap=asked.gap)

    def work() -> Refined:
        layout = arrange(problem, settings)
        found = best_prices(layout, extremes_of(layout), settings, None)
        if found is None:
            raise RuntimeError("HiGHS gave no prices")
        return found

    seconds, found = timed(work)
    value = found.priced.bound
    return Line(BOUND, seconds, 0.0, value, max(found.most_gain, 0.0) / abs(value), _peak_mib())


def timed[Found](work: Callable[[], Found]) -> tuple[float, Found]:
    """Return the median seconds of a warm process and the last answer; fewer runs where they are long."""
    taken: list[float] = []
    found = work()
    while len(taken) < RUNS and sum(taken) < LONG:
        begin = perf_counter()
        found = work()
        taken.append(perf_counter() - begin)
    return statistics.median(taken), found


OURS: dict[str, Callable[[Asked], Line]] = {PLAN: plan, BOUND: bound}


def line_of(name: str, asked: Asked) -> Line:
    """Let one of ours or a peer work in a process of its own; end it when it overruns its limit."""
    receiver, sender = multiprocessing.get_context("spawn").Pipe(duplex=False)
    worker = multiprocessing.get_context("spawn").Process(target=_work, args=(sender, name, asked))
    worker.start()
    sender.close()
    line = Line(name, None, None, None, None, None)
    # generating the problem and importing a library are not the peer's fault
    patience = None if name in OURS else 120.0 + PATIENCE * asked.limit_s
    try:
        if receiver.poll(patience):
            line = Line(**json.loads(receiver.recv()))
    except EOFError:
        pass
    finally:
        worker.kill()
        worker.join()
    return line


def _work(sender: Connection, name: str, asked: Asked) -> None:
    if name in OURS:
        line = OURS[name](asked)
    else:
        task = task_of(asked.problem, is_whole=asked.is_whole, gap=asked.gap, limit_s=asked.limit_s)
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


def tables(asked: Asked, peers: list[str], repeat: int) -> Iterator[str]:
    """Yield a table of the relaxation and one of the whole plan, each under its title."""
    own = [line_of(name, asked) for name in OURS]
    for is_whole in (False, True):
        answer = f"whole plan, gap {asked.gap:g}" if is_whole else "relaxation only"
        shown = replace(asked, is_whole=is_whole)
        lines = [median_of([line_of(name, shown) for _ in range(repeat)]) for name in peers]
        title = f"{asked.sources} sources x {PACKAGES} options, {asked.rows} rows; peers: {answer}"
        yield f"\n{title}, limit {asked.limit_s:g} s\n\n{table([*own, *lines], own[0])}"


def main() -> None:
    """Print, or add to a file, one table for each number of rows, size and kind of answer."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=[1_000])
    parser.add_argument("--rows", type=int, nargs="+", default=[3, 48], choices=sorted(REGIONS))
    parser.add_argument("--limit", type=float, default=20.0, help="seconds for each peer")
    parser.add_argument("--repeat", type=int, default=1)
    parser.add_argument("--peers", nargs="+", default=list(available()), choices=list(PEERS))
    parser.add_argument("--out", type=Path, help="a Markdown file that the tables are written to as well")
    asked = parser.parse_args()
    text = f"# Peers\n\n`python tests/bench/bench_peers.py {' '.join(sys.argv[1:])}`, {processors()} processors\n"
    for rows, sources in product(asked.rows, asked.sizes):
        for shown in tables(Asked(sources, rows, is_whole=False, limit_s=asked.limit), asked.peers, asked.repeat):
            print(shown, flush=True)
            text += shown + "\n"
            if asked.out is not None:
                asked.out.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
