"""Saved versions: a scenario with its edits and the plan that was worked out for them, in a database file."""

from __future__ import annotations

import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import sqlalchemy as sa

from model.text import Text
from scenarios.live.edits import Edits, read_edits, write_edits
from scenarios.result import Result, to_json
from scenarios.saved import read_result

MOST = 500
LONGEST_NAME = 80

METADATA = sa.MetaData()
VERSIONS = sa.Table(
    "version",
    METADATA,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("scenario", sa.String(200), nullable=False),
    sa.Column("name", sa.String(LONGEST_NAME), nullable=False),
    sa.Column("author", sa.String(LONGEST_NAME), nullable=False),
    sa.Column("created", sa.String(32), nullable=False),
    sa.Column("edits", sa.Text, nullable=False),
    sa.Column("result", sa.Text, nullable=False),
)

FULL = Text("已保存的版本过多，请先删除一些", "too many versions are saved; delete some first")
NAMELESS = Text("请给版本起一个名字", "give the version a name")


class NotSavedError(Exception):
    """A version was not saved; ``says`` tells why."""

    def __init__(self, says: Text) -> None:
        self.says = says
        super().__init__(says.en)


@dataclass(frozen=True, slots=True)
class Version:
    """A saved version: what was asked and, in ``result``, what came out."""

    id: str
    scenario: str
    name: str
    author: str
    created: str
    edits: Edits
    result: Result


class Versions:
    """The saved versions of one database; the default is kept in memory only."""

    def __init__(self, url: str = "sqlite://") -> None:
        memory = (
            {"poolclass": sa.StaticPool, "connect_args": {"check_same_thread": False}} if url == "sqlite://" else {}
        )
        self._engine = sa.create_engine(url, **memory)
        METADATA.create_all(self._engine)

    def save(self, *, scenario: str, name: str, author: str, edits: Edits, result: Result) -> str:
        """Save a version and return its id. Raises `NotSavedError` without a name, or when there are too many."""
        name, author = name.strip()[:LONGEST_NAME], author.strip()[:LONGEST_NAME]
        if not name:
            raise NotSavedError(NAMELESS)
        version_id = secrets.token_hex(8)
        row = {
            "id": version_id,
            "scenario": scenario,
            "name": name,
            "author": author,
            "created": datetime.now(UTC).isoformat(timespec="seconds"),
            "edits": json.dumps(write_edits(edits), ensure_ascii=False),
            "result": to_json(result),
        }
        with self._engine.begin() as connection:
            count = connection.execute(sa.select(sa.func.count()).select_from(VERSIONS)).scalar_one()
            if count >= MOST:
                raise NotSavedError(FULL)
            connection.execute(sa.insert(VERSIONS), row)
        return version_id

    def latest(self, most: int = 50) -> list[Version]:
        """Return the versions saved last, the newest first."""
        query = sa.select(VERSIONS).order_by(VERSIONS.c.created.desc(), VERSIONS.c.id).limit(most)
        with self._engine.connect() as connection:
            return [_version(row) for row in connection.execute(query).mappings()]

    def get(self, ids: Sequence[str]) -> list[Version]:
        """Return versions by id, in that order; those that are not there are left out."""
        query = sa.select(VERSIONS).where(VERSIONS.c.id.in_(list(ids)))
        with self._engine.connect() as connection:
            found = {str(row["id"]): _version(row) for row in connection.execute(query).mappings()}
        return [found[one] for one in ids if one in found]

    def close(self) -> None:
        """Let go of the database."""
        self._engine.dispose()


def _version(row: sa.RowMapping) -> Version:
    plain = {name: str(row[name]) for name in ("id", "scenario", "name", "author", "created")}
    return Version(**plain, edits=read_edits(json.loads(str(row["edits"]))), result=read_result(str(row["result"])))
