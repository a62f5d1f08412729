"""A batch from its sweep file to the folder with all runs."""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from model.files import read_toml_text
from optimizer import Settings
from scenarios.batch.cluster import on_cluster
from scenarios.batch.folder import BatchFolder
from scenarios.batch.pool import in_processes
from scenarios.batch.sweep import RunSpec, read_sweep, runs_of
from scenarios.batch.work import FAILED, Kit, Outcome, Record
from scenarios.reading.files import Parts, bundled_scenarios, find_scenario, load_bundle
from scenarios.store import Store

type Progress = Callable[[int, int, Record], None]
"""Told after each run: how many are done, of how many, and the run's record."""


class Doer(Protocol):
    """Whoever does runs."""

    def outcomes(self, kit: Kit, specs: Sequence[RunSpec]) -> Iterator[Outcome]:
        """Yield the outcome of every run, each once, in any order."""


@dataclass(frozen=True, slots=True)
class Spread:
    """Where runs are done: ``workers`` processes here, or on the cluster at ``scheduler``."""

    workers: int = 1
    scheduler: str | None = None

    def outcomes(self, kit: Kit, specs: Sequence[RunSpec]) -> Iterator[Outcome]:
        """Yield the outcome of every run as it comes."""
        if self.scheduler is not None:
            return on_cluster(kit, specs, self.scheduler)
        return in_processes(kit, specs, min(self.workers, len(specs)))


@dataclass(frozen=True, slots=True)
class Batch:
    """A sweep file with its base read and checked, ready to run."""

    kit: Kit
    specs: tuple[RunSpec, ...]
    identity: Mapping[str, object]

    @property
    def key(self) -> str:
        """What tells this batch from every other: sweep, inputs, settings and version of the program."""
        return hashlib.sha256(json.dumps(self.identity, sort_keys=True).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Shelved:
    """The runs of a batch in a store; without a store it keeps nothing."""

    store: Store | None
    batch: str

    def missing(self, names: Iterable[str]) -> list[str]:
        """Return the runs that the store lacks: those that were done just before the program was ended."""
        if self.store is None:
            return []
        there = {run.name for run in self.store.runs(self.batch)}
        return [name for name in names if name not in there]

    def keep(self, name: str, record: Record, answer: str) -> None:
        """Keep the answer of a run, if it is not there."""
        if self.store is not None:
            digest = hashlib.sha256(f"{self.batch} {record['set']}".encode()).hexdigest()
            self.store.keep_run(self.batch, name, digest=digest, record=record, answer=answer)


def open_batch(sweep_file: Path, settings: Settings, *, has_reach: bool = False) -> Batch:
    """Read a sweep file and its base.

    Raises
    ------
    InputError
        With everything that is wrong with the sweep file, or with its base as it stands.

    """
    text = read_toml_text(sweep_file)
    sweep = read_sweep(text, str(sweep_file))
    base = sweep.base if sweep.base in bundled_scenarios() else str(sweep_file.parent / sweep.base)
    found, parts = find_scenario(base), Parts()
    bundle = load_bundle(found, parts=parts)
    identity: dict[str, object] = {
        "sweep": hashlib.sha256(text.encode()).hexdigest(),
        "inputs": [{"name": item.name, "sha256": item.sha256} for item in bundle.inputs],
        "settings": repr(settings),
        "reach": has_reach,
        "version": importlib.metadata.version("jianpai"),
    }
    return Batch(Kit(found, parts, settings, has_reach=has_reach), runs_of(sweep), identity)


def run_batch(batch: Batch, out: Path, doer: Doer, progress: Progress, *, store: Store | None = None) -> list[Record]:
    """Do the runs that the folder does not hold yet, and list all of them; return their records in order.

    With ``store`` each answer is kept there too, once, under the batch's ``key``.

    Raises
    ------
    InputError
        When the folder holds another batch or cannot be written, another program works in it, or the cluster cannot be
        reached.
    StoreError
        When the store cannot keep an answer. Whatever is raised, finished runs stay in the folder.

    """
    folder = BatchFolder(out)
    with folder.held():
        folder.claim(batch.identity)
        return _done(batch, folder, doer, progress, Shelved(store, batch.key))


def _done(batch: Batch, folder: BatchFolder, doer: Doer, progress: Progress, shelf: Shelved) -> list[Record]:
    """Do what is missing in a folder that is held, list all runs, and return their records."""
    records = folder.finished()
    for name in shelf.missing(records):
        shelf.keep(name, records[name], folder.answer(name))
    todo = [spec for spec in batch.specs if spec.id not in records]
    for outcome in doer.outcomes(batch.kit, todo) if todo else ():
        folder.keep(outcome)
        if outcome.result is not None:
            shelf.keep(outcome.id, outcome.record, outcome.result)
        records[outcome.id] = outcome.record
        progress(len(records), len(batch.specs), outcome.record)
    ordered = [records[spec.id] for spec in batch.specs]
    folder.list_runs(ordered)
    return ordered


def is_success(records: Sequence[Record]) -> bool:
    """Say whether every run has an answer that meets every requirement."""
    return all(
        record["status"] != FAILED and record["requirements"] == record["requirements_met"] for record in records
    )
