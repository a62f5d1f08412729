"""What every part of the store stands on: the database, the clock, transactions."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from model.text import Text
from scenarios.store.tables import Base
from scenarios.store.things import StoreError


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Ground:
    """A database that is open. ``clock`` says what time it is."""

    engine: Engine
    clock: Callable[[], datetime] = _now

    @property
    def url(self) -> str:
        """The address of the database, with whatever password it has."""
        return self.engine.url.render_as_string(hide_password=False)

    def close(self) -> None:
        """Give the connections back."""
        self.engine.dispose()

    @contextmanager
    def change(self) -> Iterator[Session]:
        """Open a transaction that is committed at its end, or leaves nothing behind.

        Raises `StoreError` when the database cannot do it: it is locked, its disk is full, the server is gone.
        """
        with _told(), Session(self.engine, expire_on_commit=False) as session, session.begin():
            yield session

    @contextmanager
    def look(self) -> Iterator[Session]:
        """Open a view of the database. Raises `StoreError` when it cannot be read."""
        with _told(), Session(self.engine) as session:
            yield session


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except OperationalError as error:
        reason = str(error.orig).strip().partition("\n")[0]
        raise StoreError(Text(f"数据库无法完成操作：{reason}", f"the database cannot do it: {reason}")) from error


def values_of(row: Base) -> dict[str, Any]:
    """Return the cells of a row by column."""
    return {column.name: getattr(row, column.name) for column in row.__table__.columns}


def aware(moment: datetime) -> datetime:
    """Return a moment with its zone: SQLite gives none back, and UTC is what was put in."""
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
