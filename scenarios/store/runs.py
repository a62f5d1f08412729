"""Answers of runs in the store, each kept once."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from model.text import Text
from scenarios.store.ground import Ground, aware
from scenarios.store.tables import RunRow
from scenarios.store.things import Run, StoreError


@dataclass(frozen=True, slots=True)
class RunStore(Ground):
    """The answers of every batch."""

    def keep_run(self, batch: str, name: str, *, digest: str, record: Mapping[str, Any], answer: str) -> bool:
        """Keep the answer of a run, and say whether it was new: a run of a batch is kept once."""
        try:
            with self.change() as session:
                session.add(
                    RunRow(
                        batch=batch,
                        name=name,
                        digest=digest,
                        record=dict(record),
                        answer=zlib.compress(answer.encode()),
                        done_at=self.clock(),
                    )
                )
        except IntegrityError:
            return False
        return True

    def runs(self, batch: str, *, first: int = 0, most: int | None = None) -> tuple[Run, ...]:
        """Return the runs of a batch by name, from the ``first`` on, at most ``most`` of them."""
        columns = (RunRow.batch, RunRow.name, RunRow.digest, RunRow.record, RunRow.done_at)
        query = select(*columns).where(RunRow.batch == batch).order_by(RunRow.name).offset(first).limit(most)
        with self.look() as session:
            rows = session.execute(query).all()
        return tuple(Run(batch, name, digest, record, aware(at)) for batch, name, digest, record, at in rows)

    def answer(self, batch: str, name: str) -> str:
        """Return the ``result.json`` of a run. Raises `StoreError` when there is no such run."""
        with self.look() as session:
            found = session.scalar(select(RunRow.answer).where(RunRow.batch == batch, RunRow.name == name))
        if found is None:
            raise StoreError(Text(f"没有运行“{batch}/{name}”", f"there is no run {batch}/{name}"))
        return zlib.decompress(found).decode()

    def answers(self, batch: str) -> Iterator[tuple[str, str]]:
        """Yield name and ``result.json`` of every run of a batch that has one, by name, one at a time."""
        for run in self.runs(batch):
            answer = self.answer(batch, run.name)
            if answer:
                yield run.name, answer
