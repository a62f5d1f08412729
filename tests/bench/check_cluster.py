"""A batch over Huzhou on a local Dask cluster of two workers, one of them ended half-way, against one process.

``python tests/bench/check_cluster.py [RUNS]``; 1 000 runs by default. Every run must come once, with the same bytes.
"""

from __future__ import annotations

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
from scenarios.batch.run_batch import open_batch
from scenarios.batch.work import Shelf, work
from tests.bench.bench_batch import sweep_text


def main() -> None:
    """Print what was found, and exit with 1 when a run is missing, there twice, or another."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    with tempfile.TemporaryDirectory() as folder:
        sweep = Path(folder) / "sweep.toml"
        sweep.write_text(sweep_text(runs), encoding="utf-8")
        batch = open_batch(sweep, Settings())
    begin = perf_counter()
    shelf = Shelf(batch.kit)
    alone = {spec.id: work(shelf, spec).result for spec in batch.specs}
    between = perf_counter()
    found: list[tuple[str, str | None]] = []
    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster:  # type: ignore[no-untyped-call]
        for outcome in on_cluster(batch.kit, batch.specs, cluster.scheduler_address):
            found.append((outcome.id, outcome.result))
            if len(found) == runs // 2:
                os.kill(cluster.workers[0].pid, signal.SIGKILL)
    end = perf_counter()
    different = [name for name, result in found if result is None or result != alone[name]]
    missing = len(alone) - len(dict(found))
    print(f"{runs} runs: one process {between - begin:.0f} s; two workers, one ended half-way, {end - between:.0f} s")
    print(f"missing {missing}, twice {len(found) - len(dict(found))}, other bytes or no answer {len(different)}")
    sys.exit(1 if missing or different or len(found) != runs else 0)


if __name__ == "__main__":
    main()
