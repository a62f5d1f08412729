"""The database behind the store: a file beside the user's data, or a server by its address."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError

from model.text import Text
from scenarios.store.things import StoreError

MIGRATIONS = Path(__file__).parent / "migrations"
PATIENCE_MS = 30_000
"""How long a writer of SQLite waits for another."""
LOCK = 2023_0001
"""Number of the lock that one migration at a time holds on a PostgreSQL server."""


def connect(url: str) -> Engine:
    """Return the database at ``url`` with its tables as this version of the program has them.

    SQLite keeps a write-ahead log, so that readers and a writer do not wait for each other and a program that is ended
    loses nothing that was committed.

    Raises
    ------
    StoreError
        When the address is none, nothing answers there, or a newer version of the program made the tables.

    """
    try:
        engine = create_engine(_with_driver(url))
    except (ArgumentError, NoSuchModuleError, ModuleNotFoundError) as error:
        what = Text(f"数据库地址无效：{error}", f"not the address of a database this program knows: {error}")
        raise StoreError(what) from error
    try:
        if engine.dialect.name == "sqlite":
            _settle(engine)
        _migrate(engine)
    except SQLAlchemyError as error:
        engine.dispose()
        reason = str(error).splitlines()[0]
        raise StoreError(Text(f"无法使用数据库：{reason}", f"the database cannot be used: {reason}")) from error
    except StoreError:
        engine.dispose()
        raise
    return engine


def _with_driver(url: str) -> Any:  # noqa: ANN401 - a URL of SQLAlchemy
    """Return an address with the driver that comes with the program."""
    made = make_url(url)
    return made.set(drivername="postgresql+psycopg") if made.drivername in {"postgres", "postgresql"} else made


def _settle(engine: Engine) -> None:
    """Let SQLite keep a log, wait for other writers, check references, and take its lock when a transaction begins.

    The driver would begin late, at the first write, and then fail where somebody else wrote since the first read.
    """

    @event.listens_for(engine, "connect")
    def _(connection: Any, _record: object) -> None:  # noqa: ANN401 - the driver's connection
        connection.isolation_level = None
        for setting in ("journal_mode = WAL", f"busy_timeout = {PATIENCE_MS}", "foreign_keys = ON"):
            connection.execute(f"PRAGMA {setting}")

    @event.listens_for(engine, "begin")
    def _(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")


def _migrate(engine: Engine) -> None:
    """Bring the tables up to this version of the program, one process at a time."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
        there = MigrationContext.configure(connection).get_current_revision()
        if there is not None and there not in known:
            raise StoreError(
                Text("数据库由更新版本的程序建立", "the database was made by a newer version of the program")
            )
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
