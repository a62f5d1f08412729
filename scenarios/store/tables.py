"""The tables of the store. A change here needs a migration beside it; a test holds the two against each other."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    DateTime,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
    false,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

NAME = 200


class Base(DeclarativeBase):
    """Names of constraints are stated, so that migrations can change them on every database."""

    type_annotation_map = {datetime: DateTime(timezone=True), dict[str, Any]: JSON, list[str]: JSON}  # noqa: RUF012 - read once by the base class


class VersionRow(Base):
    """A version of a scenario; one that was removed keeps its number."""

    __tablename__ = "version"
    __table_args__ = (
        ForeignKeyConstraint(
            ["scenario", "based_on"], ["version.scenario", "version.number"], name="fk_version_based_on"
        ),
        Index("ix_version_key", "key", unique=True),
    )

    scenario: Mapped[str] = mapped_column(String(NAME), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    base: Mapped[str] = mapped_column(String(NAME))
    edits: Mapped[list[str]]
    author: Mapped[str] = mapped_column(String(NAME))
    note: Mapped[str] = mapped_column(Text)
    based_on: Mapped[int | None]
    saved_at: Mapped[datetime]
    final_by: Mapped[str | None] = mapped_column(String(NAME))
    owner: Mapped[str] = mapped_column(String(NAME), server_default="")
    key: Mapped[str | None] = mapped_column(String(NAME))
    is_removed: Mapped[bool] = mapped_column(server_default=false())


class RunRow(Base):
    """An answer, its ``result.json`` compressed."""

    __tablename__ = "run"
    __table_args__ = (UniqueConstraint("batch", "name", name="uq_run_batch_name"), Index("ix_run_digest", "digest"))

    id: Mapped[int] = mapped_column(primary_key=True)
    batch: Mapped[str] = mapped_column(String(NAME))
    name: Mapped[str] = mapped_column(String(NAME))
    digest: Mapped[str] = mapped_column(String(64))
    record: Mapped[dict[str, Any]]
    answer: Mapped[bytes] = mapped_column(LargeBinary)
    done_at: Mapped[datetime]


class JobRow(Base):
    """A job and how far it is: who works on it, how often that ended badly, seconds of work so far."""

    __tablename__ = "job"
    __table_args__ = (Index("ix_job_state", "state"), Index("ix_job_owner", "owner"))

    id: Mapped[int] = mapped_column(primary_key=True)
    owner: Mapped[str] = mapped_column(String(NAME))
    kind: Mapped[str] = mapped_column(String(40))
    asked: Mapped[dict[str, Any]]
    state: Mapped[str] = mapped_column(String(20))
    done: Mapped[int]
    total: Mapped[int]
    message: Mapped[str] = mapped_column(Text)
    queued_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    worker: Mapped[str] = mapped_column(String(NAME), server_default="")
    losses: Mapped[int] = mapped_column(server_default="0")
    spent_s: Mapped[float] = mapped_column(server_default="0")
    is_shared: Mapped[bool] = mapped_column(server_default=false())
