"""The same batch on a Dask cluster, whose workers come and go."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Self

import pytest

from model.problems import InputError
from optimizer import Settings
from scenarios.batch.cluster import on_cluster
from scenarios.batch.run_batch import Batch, Spread, open_batch, run_batch
from scenarios.batch.sweep import RunSpec
from scenarios.batch.work import Kit, Outcome, Shelf, work
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


class Ended:
    """A Dask of one answer, whose scheduler is gone after the first run."""

    status = "finished"

    def __init__(self, *_: object, **__: object) -> None:
        self.futures: list[Ended] = []
        self.found: Outcome | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        return

    def scatter(self, kit: Kit, **_: object) -> Kit:
        return kit

    def submit(self, _work: object, kit: Kit, spec: RunSpec, **_: object) -> Ended:
        future = Ended()
        if self.futures:
            future.status = "cancelled"
        else:
            future.found = work(Shelf(kit), spec)
        self.futures.append(future)
        return future

    def result(self) -> Outcome | None:
        return self.found

    def release(self) -> None:
        return


def test_a_scheduler_that_is_lost_keeps_what_was_done(
    batch: Batch, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So Dask 2026 tells it: all futures that are left are cancelled. A scheduler of our own finds the rest later."""
    monkeypatch.setattr(distributed, "Client", Ended)
    monkeypatch.setattr(distributed, "as_completed", iter)
    with pytest.raises(InputError, match="connection to the scheduler was lost"):
        run_batch(batch, tmp_path / "out", Spread(scheduler="tcp://nowhere:1"), lambda *_: None)
    assert [path.parent.name for path in (tmp_path / "out").glob("*/result.json")] == ["grid-01"]
