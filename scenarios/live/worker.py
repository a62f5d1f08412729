"""The process that works off jobs: ``python -m scenarios.live.worker NAME``, the store's address on its input.

It ends when its input does: with the dashboard, however that ended.
"""

from __future__ import annotations

import hashlib
import os
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from model.problems import InputError
from optimizer import Settings
from scenarios.batch.sweep import RunSpec
from scenarios.batch.work import Kit, Shelf, work
from scenarios.live.orders import order_of
from scenarios.live.studio import Kept
from scenarios.reading.files import Parts, ScenarioFiles, find_scenario
from scenarios.store import Job, Store, batch_of, open_store

SLICE_S = 8.0
"""Seconds of one owner's turn."""
MOST_SECONDS = 3_600.0
"""Seconds of work on one job."""
RUN_LIMIT_S = 120.0
"""Seconds of one run's solve: well within the lease of a job."""
PAUSE_S = 0.5
MODEST = 10
"""Niceness: whoever moves a slider goes first."""


@dataclass(frozen=True, slots=True)
class Worker:
    """Works off jobs a turn at a time; scenarios that were read stay read."""

    store: Store
    name: str = ""
    find: Callable[[str], ScenarioFiles] = find_scenario
    slice_s: float = SLICE_S
    most_s: float = MOST_SECONDS
    _shelves: Kept[Shelf] = field(default_factory=lambda: Kept(2))

    def turn(self) -> bool:
        """Work on whoever's turn it is, and say whether there was anybody."""
        job = self.store.take_job(self.name)
        if job is None:
            return False
        try:
            order = order_of(job.asked)
            specs = order.specs
            shelf = self._shelves.get(order.place, lambda: self._shelf(order.place))
        except InputError as error:
            said = " | ".join(problem.say("both") for problem in error.problems)
            self.store.finish(job.id, "failed", said)
        else:
            self._work(job, specs, shelf)
        return True

    def _shelf(self, place: str) -> Shelf:
        return Shelf(Kit(self.find(place), Parts(), Settings(time_limit_s=RUN_LIMIT_S)))

    def _work(self, job: Job, specs: tuple[RunSpec, ...], shelf: Shelf) -> None:
        """Do runs that are not there until all are, the turn is over, the job is cancelled or its time is up."""
        there = {run.name for run in self.store.runs(batch_of(job.id))}
        todo = [spec for spec in specs if spec.id not in there]
        begin, spent = time.monotonic(), job.spent_s
        for spec in todo:
            if time.monotonic() - begin > self.slice_s:
                self.store.put_back(job.id)
                return
            seconds = self._run(job, spec, shelf)
            there.add(spec.id)
            if not self.store.progress(job.id, len(there), len(specs), spent_s=seconds):
                return
            spent += seconds
            if spent > self.most_s and len(there) < len(specs):
                self.store.finish(job.id, "failed", f"超时 more than {self.most_s:.0f} s of work")
                return
        self.store.finish(job.id, "done")

    def _run(self, job: Job, spec: RunSpec, shelf: Shelf) -> float:
        """Do a run, keep what came of it, and return the seconds it took."""
        begin = time.monotonic()
        outcome = work(shelf, spec)
        answer = outcome.result or ""
        digest = hashlib.sha256(answer.encode()).hexdigest()
        self.store.keep_run(batch_of(job.id), spec.id, digest=digest, record=outcome.record, answer=answer)
        return time.monotonic() - begin


def main(arguments: list[str]) -> None:
    """Work until the input ends."""
    url = sys.stdin.readline().strip()
    threading.Thread(target=_end_with_input, daemon=True).start()
    if hasattr(os, "nice"):
        os.nice(MODEST)
    worker = Worker(open_store(url), arguments[0])
    while True:
        if not worker.turn():
            time.sleep(PAUSE_S)


def _end_with_input() -> None:
    while sys.stdin.read(1):
        pass
    os._exit(0)


if __name__ == "__main__":
    main(sys.argv[1:])
