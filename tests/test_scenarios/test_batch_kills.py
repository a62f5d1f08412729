"""Whatever ends the program: started again, a batch loses no finished run and repeats none."""

from pathlib import Path

import pytest

from optimizer import Settings
from scenarios.batch.run_batch import open_batch
from scenarios.store import open_store
from tests.test_scenarios.databases import postgres_programs, postgres_server
from tests.test_scenarios.killing import kill_and_resume, write_sweep

RUNS = 12


def each_run_is_there_once(folder: Path, url: str) -> None:
    """``tests/bench/check_kills.py`` does the same with 200 runs, two processes and 20 ends."""
    ended = kill_and_resume(write_sweep(folder, RUNS), folder / "out", url, kills=1, seed=1)
    assert ended.code == 0
    assert len(ended.runs) == RUNS
    store = open_store(url)
    kept = store.runs(open_batch(folder / "sweep.toml", Settings()).key)
    store.close()
    assert sorted(run.name for run in kept) == list(ended.runs)
    assert len((folder / "out" / "runs.csv").read_text(encoding="utf-8").splitlines()) == RUNS + 1


@pytest.mark.slow
def test_a_batch_that_is_killed_goes_on_with_sqlite(tmp_path: Path) -> None:
    each_run_is_there_once(tmp_path, f"sqlite:///{tmp_path / 'plans.sqlite'}")


@pytest.mark.slow
def test_a_batch_that_is_killed_goes_on_with_postgresql(tmp_path: Path) -> None:
    programs = postgres_programs()
    if programs is None:
        pytest.skip("no PostgreSQL server is installed")
    with postgres_server(programs) as url:
        each_run_is_there_once(tmp_path, url)
