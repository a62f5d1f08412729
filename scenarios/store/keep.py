"""The store: every question and change of what planners keep, each in one transaction."""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, cast

from sqlalchemy import Engine, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from model.text import Text
from scenarios.store.engine import connect
from scenarios.store.tables import Base, JobRow, RunRow, VersionRow
from scenarios.store.things import Job, JobState, Run, Saved, StoreError, Version

MOST_TRIES = 20
"""Times a number is tried that another planner may take at the same moment."""


def open_store(url: str) -> Store:
    """Return the store at an address such as ``sqlite:///plans.sqlite`` or ``postgresql://user@host/plans``.

    Raises
    ------
    StoreError
        When there is no such database, or it cannot be used.

    """
    return Store(connect(url))


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Store:
    """What planners keep. ``clock`` says what time it is."""

    engine: Engine
    clock: Callable[[], datetime] = _now

    def close(self) -> None:
        """Give the connections back."""
        self.engine.dispose()

    # Versions of scenarios -------------------------------------------------------------------------------------------

    def save(
        self,
        scenario: str,
        *,
        base: str,
        edits: Sequence[str],
        author: str,
        note: str = "",
        based_on: int | None = None,
    ) -> Saved:
        """Keep a new version of a scenario, and say which ones others saved since ``based_on``.

        Two planners who save at once get a version each, in the order in which the database took them.

        Raises
        ------
        StoreError
            When there is no version ``based_on``.

        """
        for _ in range(MOST_TRIES):
            try:
                with self._change() as session:
                    there = list(session.scalars(self._versions(scenario)))
                    if based_on is not None and based_on not in {row.number for row in there}:
                        raise StoreError(_no_version(scenario, based_on))
                    row = VersionRow(
                        scenario=scenario,
                        number=max((row.number for row in there), default=0) + 1,
                        base=base,
                        edits=list(edits),
                        author=author,
                        note=note,
                        based_on=based_on,
                        saved_at=self.clock(),
                        final_by=None,
                    )
                    session.add(row)
                    session.flush()
                    meanwhile = tuple(_version(other) for other in there if other.number > (based_on or 0))
                    return Saved(_version(row), meanwhile)
            except IntegrityError:
                continue
        raise StoreError(Text("同时保存的人太多，请重试", "too many are saving at once: try again"))

    def versions(self, scenario: str) -> tuple[Version, ...]:
        """Return the versions of a scenario, oldest first."""
        with self._look() as session:
            return tuple(_version(row) for row in session.scalars(self._versions(scenario)))

    def version(self, scenario: str, number: int) -> Version:
        """Return one version. Raises `StoreError` when there is none of that number."""
        with self._look() as session:
            row = session.get(VersionRow, (scenario, number))
            if row is None:
                raise StoreError(_no_version(scenario, number))
            return _version(row)

    def scenarios(self) -> tuple[str, ...]:
        """Return the names of the scenarios that have versions, in order."""
        with self._look() as session:
            return tuple(session.scalars(select(VersionRow.scenario).distinct().order_by(VersionRow.scenario)))

    def declare_final(self, scenario: str, number: int, by: str) -> Version:
        """Declare a version the one that stands.

        Raises
        ------
        StoreError
            When there is no such version, or another is final already: who declared it is said.

        """
        with self._change() as session:
            rows = {row.number: row for row in session.scalars(self._versions(scenario).with_for_update())}
            final = next((row for row in rows.values() if row.final_by is not None), None)
            if number not in rows:
                raise StoreError(_no_version(scenario, number))
            if final is not None and final.number != number:
                raise StoreError(
                    Text(
                        f"第{final.number}版已由{final.final_by}定稿",
                        f"version {final.number} was declared final by {final.final_by}",
                    )
                )
            rows[number].final_by = rows[number].final_by or by
            return _version(rows[number])

    def withdraw_final(self, scenario: str) -> None:
        """Let a scenario have no final version again."""
        with self._change() as session:
            session.execute(update(VersionRow).where(VersionRow.scenario == scenario).values(final_by=None))

    # Answers of runs -------------------------------------------------------------------------------------------------

    def keep_run(self, batch: str, name: str, *, digest: str, record: Mapping[str, Any], answer: str) -> bool:
        """Keep the answer of a run, and say whether it was new: a run of a batch is kept once."""
        try:
            with self._change() as session:
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

    def runs(self, batch: str) -> tuple[Run, ...]:
        """Return the runs of a batch by name."""
        columns = (RunRow.batch, RunRow.name, RunRow.digest, RunRow.record, RunRow.done_at)
        with self._look() as session:
            rows = session.execute(select(*columns).where(RunRow.batch == batch).order_by(RunRow.name))
            return tuple(Run(*row) for row in rows)

    def answer(self, batch: str, name: str) -> str:
        """Return the ``result.json`` of a run. Raises `StoreError` when there is no such run."""
        with self._look() as session:
            found = session.scalar(select(RunRow.answer).where(RunRow.batch == batch, RunRow.name == name))
        if found is None:
            raise StoreError(Text(f"没有运行“{batch}/{name}”", f"there is no run {batch}/{name}"))
        return zlib.decompress(found).decode()

    # Jobs ------------------------------------------------------------------------------------------------------------

    def queue(self, owner: str, kind: str, asked: Mapping[str, Any], *, most: int) -> Job:
        """Queue a job, of which one owner may have at most ``most`` that are not over.

        Raises
        ------
        StoreError
            When the owner has that many already.

        """
        with self._change() as session:
            waiting = select(func.count()).where(JobRow.owner == owner, JobRow.state.in_(("queued", "running")))
            if (session.scalar(waiting) or 0) >= most:
                raise StoreError(Text(f"同时最多{most}个任务", f"at most {most} jobs at a time"))
            now = self.clock()
            row = JobRow(
                owner=owner,
                kind=kind,
                asked=json.loads(json.dumps(asked)),
                state="queued",
                done=0,
                total=0,
                message="",
                queued_at=now,
                changed_at=now,
            )
            session.add(row)
            session.flush()
            return _job(row)

    def take_job(self) -> Job | None:
        """Return the oldest queued job, now running and nobody else's; None when there is none."""
        with self._change() as session:
            oldest = select(JobRow).where(JobRow.state == "queued").order_by(JobRow.id).limit(1)
            row = session.scalar(oldest.with_for_update(skip_locked=True))
            if row is None:
                return None
            row.state, row.changed_at = "running", self.clock()
            return _job(row)

    def progress(self, job: int, done: int, total: int) -> bool:
        """Note how far a job is, and say whether it should go on: not after it was cancelled."""
        return self._move(job, {"running"}, done=done, total=total)

    def finish(self, job: int, state: JobState, message: str = "") -> bool:
        """End a job that has not ended, and say whether that was so."""
        return self._move(job, {"queued", "running"}, state=state, message=message)

    def cancel(self, job: int, owner: str) -> bool:
        """Cancel one's own job, and say whether there was one to cancel."""
        return self._move(job, {"queued", "running"}, owner=owner, state="cancelled")

    def jobs(self, owner: str) -> tuple[Job, ...]:
        """Return the jobs of an owner, newest first."""
        with self._look() as session:
            rows = session.scalars(select(JobRow).where(JobRow.owner == owner).order_by(JobRow.id.desc()))
            return tuple(_job(row) for row in rows)

    def _move(self, job: int, states: set[str], *, owner: str | None = None, **values: object) -> bool:
        change = update(JobRow).where(JobRow.id == job, JobRow.state.in_(states))
        if owner is not None:
            change = change.where(JobRow.owner == owner)
        with self._change() as session:
            moved = session.execute(change.values(**values, changed_at=self.clock()).returning(JobRow.id)).all()
        return bool(moved)

    @staticmethod
    def _versions(scenario: str) -> Any:  # noqa: ANN401 - a select of SQLAlchemy
        return select(VersionRow).where(VersionRow.scenario == scenario).order_by(VersionRow.number)

    @contextmanager
    def _change(self) -> Iterator[Session]:
        with Session(self.engine, expire_on_commit=False) as session, session.begin():
            yield session

    @contextmanager
    def _look(self) -> Iterator[Session]:
        with Session(self.engine) as session:
            yield session


def _values(row: Base) -> dict[str, Any]:
    return {column.name: getattr(row, column.name) for column in row.__table__.columns}


def _version(row: VersionRow) -> Version:
    return Version(**(_values(row) | {"edits": tuple(row.edits), "saved_at": _aware(row.saved_at)}))


def _job(row: JobRow) -> Job:
    times = {"queued_at": _aware(row.queued_at), "changed_at": _aware(row.changed_at)}
    return Job(**(_values(row) | times | {"state": cast("JobState", row.state)}))


def _aware(moment: datetime) -> datetime:
    """Return a moment with its zone: SQLite gives none back, and UTC is what was put in."""
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _no_version(scenario: str, number: int) -> Text:
    return Text(f"“{scenario}”没有第{number}版", f"{scenario!r} has no version {number}")
