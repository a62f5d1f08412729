"""Jobs in the store: queued by planners, taken by worker processes, each planner's turn in time."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import ColumnElement, delete, func, or_, select, update
from sqlalchemy.orm import Session

from model.text import Text
from scenarios.store.ground import Ground, aware, values_of
from scenarios.store.tables import JobRow, RunRow
from scenarios.store.things import Job, JobState, StoreError

OPEN = ("queued", "running")
LEASE = timedelta(minutes=3)
"""A job that nobody said a word about for so long is nobody's any more."""
MOST_LOSSES = 3
"""Times a job is tried while processes end under it."""


def batch_of(job: int) -> str:
    """Return the name of the batch under which the answers of a job are kept."""
    return f"job {job}"


@dataclass(frozen=True, slots=True)
class Quota:
    """What one owner, and all of them together, may have: jobs that are not over, jobs in all."""

    most_open: int = 3
    most_kept: int = 20
    most_open_of_all: int = 60


@dataclass(frozen=True, slots=True)
class JobStore(Ground):
    """The jobs of every owner."""

    def queue(self, owner: str, kind: str, asked: Mapping[str, Any], *, total: int = 0, quota: Quota) -> Job:
        """Queue a job.

        Raises
        ------
        StoreError
            When the owner, or all together, have as many as they may.

        """
        with self.change() as session:
            _check(session, owner, quota)
            now = self.clock()
            row = JobRow(
                owner=owner,
                kind=kind,
                asked=json.loads(json.dumps(asked)),
                state="queued",
                done=0,
                total=total,
                message="",
                queued_at=now,
                changed_at=now,
                worker="",
                losses=0,
                spent_s=0.0,
                is_shared=False,
            )
            session.add(row)
            session.flush()
            return _job(row)

    def take_job(self, worker: str = "") -> Job | None:
        """Return a queued job, now running and nobody else's; None when there is none.

        Owners take turns: whoever was served longest ago is next, with the job that waits longest.
        """
        with self.change() as session:
            self._give_back(session, JobRow.changed_at < self.clock() - LEASE)
            waiting = session.execute(
                select(JobRow.id, JobRow.owner, JobRow.changed_at).where(JobRow.state == "queued")
            ).all()
            served = _last_served(session)
            turn = sorted(waiting, key=lambda row: (row.owner in served, served.get(row.owner), row.changed_at, row.id))
            for row in turn:
                claim = update(JobRow).where(JobRow.id == row.id, JobRow.state == "queued")
                values = {"state": "running", "worker": worker, "changed_at": self.clock()}
                if session.execute(claim.values(**values).returning(JobRow.id)).first() is not None:
                    return _job(session.get_one(JobRow, row.id, populate_existing=True))
        return None

    def progress(self, job: int, done: int, total: int, *, spent_s: float = 0.0) -> bool:
        """Note how far a job is, and say whether it should go on: not after it was cancelled."""
        values = {"done": done, "total": total, "spent_s": JobRow.spent_s + spent_s}
        return self._move(job, {"running"}, values)

    def put_back(self, job: int) -> bool:
        """Queue a job again that is not over, so that others have their turn."""
        return self._move(job, {"running"}, {"state": "queued", "worker": ""})

    def give_back(self, worker: str) -> None:
        """Queue again whatever a process that ended was working on; after three such ends a job has failed."""
        with self.change() as session:
            self._give_back(session, JobRow.worker == worker)

    def finish(self, job: int, state: JobState, message: str = "") -> bool:
        """End a job that has not ended, and say whether that was so."""
        return self._move(job, set(OPEN), {"state": state, "message": message})

    def cancel(self, job: int, owner: str) -> bool:
        """Cancel one's own job, and say whether there was one to cancel."""
        return self._move(job, set(OPEN), {"state": "cancelled"}, owner=owner)

    def share(self, job: int, owner: str, *, is_shared: bool) -> bool:
        """Let others see one's own job, or no longer, and say whether there is such a job."""
        return self._move(job, None, {"is_shared": is_shared}, owner=owner)

    def remove_job(self, job: int, owner: str) -> bool:
        """Remove one's own job that is over, with its answers, and say whether there was one."""
        gone = delete(JobRow).where(JobRow.id == job, JobRow.owner == owner, JobRow.state.not_in(OPEN))
        with self.change() as session:
            is_gone = session.execute(gone.returning(JobRow.id)).first() is not None
            if is_gone:
                session.execute(delete(RunRow).where(RunRow.batch == batch_of(job)))
        return is_gone

    def count_open(self) -> int:
        """Return how many jobs are not over."""
        with self.look() as session:
            query = select(func.count()).select_from(JobRow).where(JobRow.state.in_(OPEN))
            return session.scalar(query) or 0

    def jobs(self, owner: str) -> tuple[Job, ...]:
        """Return the jobs of an owner, newest first."""
        return self._found(JobRow.owner == owner)

    def visible(self, owner: str) -> tuple[Job, ...]:
        """Return the jobs that an owner may see: the own ones and those that others share, newest first."""
        return self._found(or_(JobRow.owner == owner, JobRow.is_shared))

    def job(self, job: int, owner: str) -> Job:
        """Return a job that an owner may see. Raises `StoreError` when there is none."""
        found = self._found(JobRow.id == job, or_(JobRow.owner == owner, JobRow.is_shared))
        if not found:
            raise StoreError(Text("没有这个任务", "there is no such job"))
        return found[0]

    def _found(self, *conditions: ColumnElement[bool]) -> tuple[Job, ...]:
        with self.look() as session:
            return tuple(map(_job, session.scalars(select(JobRow).where(*conditions).order_by(JobRow.id.desc()))))

    def _give_back(self, session: Session, which: ColumnElement[bool]) -> None:
        lost = update(JobRow).where(JobRow.state == "running", which)
        given_up = {"state": "failed", "message": "进程被中止 the process was ended", "losses": JobRow.losses + 1}
        session.execute(lost.where(JobRow.losses + 1 >= MOST_LOSSES).values(**given_up, changed_at=self.clock()))
        session.execute(lost.values(state="queued", worker="", losses=JobRow.losses + 1))

    def _move(self, job: int, states: set[str] | None, values: Mapping[str, Any], *, owner: str | None = None) -> bool:
        change = update(JobRow).where(JobRow.id == job)
        if states is not None:
            change = change.where(JobRow.state.in_(states))
        if owner is not None:
            change = change.where(JobRow.owner == owner)
        with self.change() as session:
            moved = session.execute(change.values(**values, changed_at=self.clock()).returning(JobRow.id)).first()
        return moved is not None


def _check(session: Session, owner: str, quota: Quota) -> None:
    def count(*conditions: ColumnElement[bool]) -> int:
        return session.scalar(select(func.count()).select_from(JobRow).where(*conditions)) or 0

    is_open, is_own = JobRow.state.in_(OPEN), JobRow.owner == owner
    if count(is_own, is_open) >= quota.most_open:
        raise StoreError(Text(f"同时最多{quota.most_open}个任务", f"at most {quota.most_open} jobs at a time"))
    if count(is_own) >= quota.most_kept:
        most = quota.most_kept
        raise StoreError(
            Text(f"最多保留{most}个任务，请先删除一些", f"at most {most} jobs are kept: remove some first")
        )
    if count(is_open) >= quota.most_open_of_all:
        raise StoreError(Text("等待的任务太多，请稍后再试", "too many jobs are waiting: try again later"))


def _last_served(session: Session) -> dict[str, datetime]:
    """Return when each owner who was ever served was served last."""
    touched = select(JobRow.owner, func.max(JobRow.changed_at)).where(
        or_(JobRow.state == "running", JobRow.spent_s > 0)
    )
    return {owner: aware(moment) for owner, moment in session.execute(touched.group_by(JobRow.owner))}


def _job(row: JobRow) -> Job:
    times = {"queued_at": aware(row.queued_at), "changed_at": aware(row.changed_at)}
    return Job(**(values_of(row) | times | {"state": cast("JobState", row.state)}))
