"""Batches on the screen: queued, watched, cancelled, shared, taken away as files."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from scenarios.answering.saved import read_result
from scenarios.batch.folder import runs_csv
from scenarios.batch.work import Record
from scenarios.export.csv_tasks import BOM
from scenarios.export.iamc import iamc_csv, iamc_xlsx
from scenarios.live.crew import Crew
from scenarios.live.orders import Order
from scenarios.store import Job, Quota, Store, StoreError, batch_of

BATCH = "batch"
MOST_SHOWN = 100
RUNS_CSV, IAMC_CSV, IAMC_XLSX = "runs.csv", "iamc.csv", "iamc.xlsx"


@dataclass(frozen=True, slots=True)
class Jobs:
    """The jobs of every user. ``crew`` works them off; ``quota`` is what one user may have."""

    store: Store
    crew: Crew
    quota: Quota = field(default_factory=Quota)

    def resume(self) -> None:
        """Go on with what was left when the program ended."""
        if self.store.count_open() > 0:
            self.crew.start()

    def queue(self, owner: str, order: Order) -> Job:
        """Queue a batch. Raises `InputError` when the order is wrong, `StoreError` when the user has too many."""
        total = len(order.specs)
        job = self.store.queue(owner, BATCH, order.to_json(), total=total, quota=self.quota)
        self.crew.start()
        return job

    def listed(self, owner: str) -> tuple[Job, ...]:
        """Return the jobs that a user may see, newest first."""
        return self.store.visible(owner)

    def table(self, job: Job) -> list[Record]:
        """Return what the first runs of a job came to, at most 100."""
        return [dict(run.record) for run in self.store.runs(batch_of(job.id), most=MOST_SHOWN)]

    def file(self, owner: str, job: int, name: str) -> bytes | None:
        """Return a file of a job that a user may see; None when there is none, or nothing to put into it yet."""
        try:
            found = self.store.job(job, owner)
        except StoreError:
            return None
        make = WRITERS.get(name)
        return None if make is None or not found.done else make(self.store, found)

    def close(self) -> None:
        """End the processes."""
        self.crew.close()


def _runs(store: Store, job: Job) -> bytes:
    return (BOM + runs_csv(dict(run.record) for run in store.runs(batch_of(job.id)))).encode()


def _iamc_csv(store: Store, job: Job) -> bytes:
    answers = ((name, read_result(text)) for name, text in store.answers(batch_of(job.id)))
    return "".join(iamc_csv(answers)).encode()


def _iamc_xlsx(store: Store, job: Job) -> bytes | None:
    return iamc_xlsx((name, read_result(text)) for name, text in store.answers(batch_of(job.id)))


WRITERS: Mapping[str, Callable[[Store, Job], bytes | None]] = {
    RUNS_CSV: _runs,
    IAMC_CSV: _iamc_csv,
    IAMC_XLSX: _iamc_xlsx,
}
