"""End a batch of 200 runs with SIGKILL at 20 random moments, on SQLite and on PostgreSQL, and count its runs.

``python tests/bench/check_kills.py [RUNS] [KILLS]``. Each run must be in folder and store exactly once.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from optimizer import Settings
from scenarios.batch.run_batch import open_batch
from scenarios.store import open_store
from tests.test_scenarios.databases import postgres_programs, postgres_server
from tests.test_scenarios.killing import kill_and_resume, write_sweep


def check(url: str, folder: Path, runs: int, kills: int) -> bool:
    """Do it on one database, print what was found, and say whether it is right."""
    sweep = write_sweep(folder, runs)
    ended = kill_and_resume(sweep, folder / "out", url, kills=kills, seed=20, workers=2)
    store = open_store(url)
    kept = sorted(run.name for run in store.runs(open_batch(sweep, Settings()).key))
    store.close()
    is_right = ended.code == 0 and kept == list(ended.runs) and len(kept) == runs == len(set(kept))
    print(f"{url.partition(':')[0]}: ended {ended.kills} times, {len(ended.runs)} folders, {len(kept)} answers kept")
    return is_right


def main() -> None:
    """Exit with 1 when a run is missing or there twice."""
    runs, kills = map(int, sys.argv[1:3] if len(sys.argv) > 2 else (200, 20))
    is_right = []
    with tempfile.TemporaryDirectory() as folder:
        is_right.append(check(f"sqlite:///{folder}/plans.sqlite", Path(folder), runs, kills))
    programs = postgres_programs()
    if programs is not None:
        with tempfile.TemporaryDirectory() as folder, postgres_server(programs) as url:
            is_right.append(check(url, Path(folder), runs, kills))
    sys.exit(0 if all(is_right) else 1)


if __name__ == "__main__":
    main()
