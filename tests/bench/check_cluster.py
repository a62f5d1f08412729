"""A batch over Huzhou on a local Dask cluster of two workers, one of them ended half-way, against one process.

``python tests/bench/check_cluster.py [RUNS]``; 1 000 runs by default. Every run must come once, with the same bytes.
With ``--kept DIR`` the cluster is compared with the runs that ``bench_batch.py --keep DIR`` left, however many.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
import tempfile
from pathlib import Path
from time import perf_counter

from distributed import LocalCluster

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from optimizer import Settings
from scenarios.batch.cluster import on_cluster
from scenarios.batch.folder import BATCH, BatchFolder
from scenarios.batch.run_batch import Batch, open_batch
from scenarios.batch.work import Shelf, work
from tests.bench.bench_batch import OUT, SWEEP, sweep_text


def alone_in(folder: Path) -> tuple[Batch, dict[str, str | None]]:
    """Return a batch that ``bench_batch.py`` kept and its answers. Exits when today's code is of another version."""
    batch, kept = open_batch(folder / SWEEP, Settings()), BatchFolder(folder / OUT)
    if json.loads((kept.path / BATCH).read_text(encoding="utf-8")) != batch.identity:
        sys.exit(f"{folder} holds a batch over other inputs or of another version")
    return batch, {name: kept.answer(name) for name in kept.finished()}


def alone_now(runs: int) -> tuple[Batch, dict[str, str | None]]:
    """Return a batch of so many runs and its answers, made one after the other in this process."""
    with tempfile.TemporaryDirectory() as folder:
        sweep = Path(folder) / SWEEP
        sweep.write_text(sweep_text(runs), encoding="utf-8")
        batch = open_batch(sweep, Settings())
    shelf = Shelf(batch.kit)
    return batch, {spec.id: work(shelf, spec).result for spec in batch.specs}


def asked() -> tuple[int, Path | None]:
    """Return how many runs are asked for, and the folder of those that are there."""
    parser = argparse.ArgumentParser()
    parser.add_argument("runs", nargs="?", type=int, default=1000)
    parser.add_argument("--kept", type=Path)
    given = parser.parse_args()
    return given.runs, given.kept


def main() -> None:
    """Print what was found, and exit with 1 when a run is missing, there twice, or another."""
    runs, kept = asked()
    begin = perf_counter()
    batch, alone = alone_now(runs) if kept is None else alone_in(kept)
    between, runs = perf_counter(), len(batch.specs)
    found: list[tuple[str, str | None]] = []
    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster:  # type: ignore[no-untyped-call]
        for outcome in on_cluster(batch.kit, batch.specs, cluster.scheduler_address):
            found.append((outcome.id, outcome.result))
            if len(found) == runs // 2:
                os.kill(cluster.workers[0].pid, signal.SIGKILL)
    end = perf_counter()
    different = [name for name, result in found if result is None or result != alone.get(name)]
    missing = runs - len(dict(found))
    print(f"{runs} runs: serial {between - begin:.0f} s; two workers, one ended half-way, {end - between:.0f} s")
    print(f"missing {missing}, twice {len(found) - len(dict(found))}, other bytes or no answer {len(different)}")
    sys.exit(1 if missing or different or len(found) != runs else 0)


if __name__ == "__main__":
    main()
