"""Time a batch over Huzhou 2023: wall time against the work done, throughput against single commands, memory.

``python tests/bench/bench_batch.py [RUNS] [--keep DIR]``; 1 000 runs, two processes, are what the figures in the README
are about. With ``--keep`` the sweep and its answers stay in a new folder, for ``check_cluster.py --kept DIR``.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter

import psutil

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from optimizer import Settings
from scenarios.batch.run_batch import Spread, open_batch, run_batch
from scenarios.batch.work import Record

ROOT = Path(__file__).resolve().parents[2]
MAIN = "from scenarios.cli import main; main()"
SWEEP, OUT = "sweep.toml", "out"
WORKERS = 2
SINGLES = 3
"""Commands ``jianpai plan`` that are timed one after the other."""


def sweep_text(runs: int) -> str:
    """Return a sweep of so many runs: targets for NOx from 15 to 35 %, for phosphorus from 10 to 30 %, and the rate."""
    ranges = {
        "requirement.nox-share.amount": 'min = 15, max = 35, unit = "%"',
        "requirement.tp-total.amount": 'min = 10, max = 30, unit = "%"',
        "discount_rate": "min = 0.03, max = 0.08",
    }
    keys = "\n".join(f'"{key}" = {{ {numbers} }}' for key, numbers in ranges.items())
    return f'schema = 1\nbase = "huzhou-2023"\n[sample]\ncount = {runs}\nseed = 1\n[sample.keys]\n{keys}\n'


class Memory:
    """The memory of this process's children [MiB], looked at every second."""

    def __init__(self) -> None:
        self.seen: list[float] = []
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()

    def _look(self) -> None:
        me = psutil.Process()
        while not self._stop.wait(1.0):
            alive = [child for child in me.children(recursive=True) if child.is_running()]
            try:
                self.seen.append(max((child.memory_info().rss for child in alive), default=0) / 2**20)
            except psutil.NoSuchProcess:
                continue

    def stop(self) -> list[float]:
        """Return what was seen."""
        self._stop.set()
        self._thread.join()
        return self.seen


def single() -> float:
    """Return the seconds of one ``jianpai plan``."""
    with tempfile.TemporaryDirectory() as folder:
        begin = perf_counter()
        command = [
            sys.executable,
            "-c",
            MAIN,
            "plan",
            "huzhou-2023",
            "--out",
            folder,
        ]
        subprocess.run(command, cwd=ROOT, check=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        return perf_counter() - begin


@contextmanager
def folder_for(keep: Path | None) -> Iterator[Path]:
    """Yield a folder that goes afterwards, or a new one that stays: runs that are there already would not be timed."""
    if keep is None:
        with tempfile.TemporaryDirectory() as folder:
            yield Path(folder)
        return
    keep.mkdir(parents=True)
    yield keep


def asked() -> tuple[int, Path | None]:
    """Return how many runs are asked for, and the folder that keeps them."""
    parser = argparse.ArgumentParser()
    parser.add_argument("runs", nargs="?", type=int, default=100)
    parser.add_argument("--keep", type=Path)
    given = parser.parse_args()
    return given.runs, given.keep


def main() -> None:
    """Print the figures."""
    runs, keep = asked()
    with folder_for(keep) as folder:
        sweep = folder / SWEEP
        sweep.write_text(sweep_text(runs), encoding="utf-8")
        memory, begin = Memory(), perf_counter()
        records: list[Record] = run_batch(open_batch(sweep, Settings()), folder / OUT, Spread(WORKERS), lambda *_: None)
        wall = perf_counter() - begin
        seen = memory.stop()
    worked = sum(record.get("solve_s", 0.0) + record.get("evaluate_s", 0.0) for record in records)
    alone = sorted(single() for _ in range(SINGLES))[SINGLES // 2]
    third = max(len(seen) // 3, 1)
    print(f"{runs} runs on {WORKERS} processes: {wall:.1f} s; solve and evaluate {worked:.1f} s in all")
    print(f"wall time / (work / {WORKERS}) = {wall / (worked / WORKERS):.2f}")
    print(f"one `jianpai plan`: {alone:.2f} s; throughput of the batch: {alone * runs / wall:.1f} times as much")
    print(f"largest process, first third {max(seen[:third]):.0f} MiB, last third {max(seen[-third:]):.0f} MiB")
    print(f"statuses: { {record['status'] for record in records} }")


if __name__ == "__main__":
    main()
