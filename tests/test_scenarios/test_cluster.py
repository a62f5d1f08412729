"""The same batch on a Dask cluster, whose workers come and go."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from model.problems import InputError
from optimizer import Settings
from scenarios.batch.cluster import on_cluster
from scenarios.batch.run_batch import Batch, Spread, open_batch, run_batch
from scenarios.batch.work import Outcome, Shelf, work
from tests.test_scenarios import stacks

distributed = pytest.importorskip("distributed")
pytestmark = pytest.mark.filterwarnings("default")

AMOUNTS = ", ".join(f'"{amount} t/yr"' for amount in range(20, 120, 4))
SWEEP = f'schema = 1\nbase = "scenario"\n[grid]\n"requirement.nox-total.amount" = [{AMOUNTS}]\n'


@pytest.fixture
def batch(tmp_path: Path) -> Batch:
    (tmp_path / "scenario").mkdir()
    stacks.write(tmp_path / "scenario")
    (tmp_path / "sweep.toml").write_text(SWEEP, encoding="utf-8")
    return open_batch(tmp_path / "sweep.toml", Settings())


@pytest.fixture
def cluster() -> Iterator[Any]:
    with distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as two:
        yield two


@pytest.mark.slow
def test_a_worker_that_is_ended_loses_no_run(batch: Batch, cluster: Any) -> None:  # noqa: ANN401 - Dask has no types
    """25 runs, one of two workers ended half-way: each run comes once, with the bytes of one process.

    ``tests/bench/check_cluster.py`` does the same with 1 000 variants of Huzhou.
    """
    shelf = Shelf(batch.kit)
    alone = {spec.id: work(shelf, spec).result for spec in batch.specs}
    found: list[Outcome] = []
    for outcome in on_cluster(batch.kit, batch.specs, cluster.scheduler_address):
        found.append(outcome)
        if len(found) == len(batch.specs) // 2:
            os.kill(cluster.workers[0].pid, signal.SIGKILL)
    assert sorted(outcome.id for outcome in found) == sorted(alone)
    assert {outcome.id: outcome.result for outcome in found} == alone


def test_a_scheduler_that_does_not_answer_is_a_message(batch: Batch, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be reached"):
        run_batch(batch, tmp_path / "out", Spread(scheduler="no-such-scheme://x"), lambda *_: None)
