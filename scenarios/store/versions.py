"""Versions of scenarios in the store, each saved once and never changed."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from model.text import Text
from scenarios.store.ground import Ground, aware, values_of
from scenarios.store.tables import RunRow, VersionRow
from scenarios.store.things import Draft, Saved, StoreError, Version

MOST_TRIES = 20
"""Times a number is tried that another planner may take at the same moment."""
MOST_VERSIONS = 500
"""Versions of one scenario that are kept."""


def shelf_of(scenario: str) -> str:
    """Return the name of the batch under which the answers of a scenario's versions are kept."""
    return f"versions {scenario}"


@dataclass(frozen=True, slots=True)
class VersionStore(Ground):
    """The versions of every scenario."""

    def save(self, scenario: str, draft: Draft, answer: str | None = None) -> Saved:
        """Keep a new version of a scenario with its ``result.json``, and say which ones others saved meanwhile.

        Two planners who save at once get a version each, in the order in which the database took them. A draft whose
        ``key`` was saved before is not saved again.

        Raises
        ------
        StoreError
            When there is no version that the draft is based on, or too many are kept.

        """
        for _ in range(MOST_TRIES):
            try:
                with self.change() as session:
                    return _kept(session, scenario, draft, answer, self)
            except IntegrityError:
                continue
        raise StoreError(Text("同时保存的人太多，请重试", "too many are saving at once: try again"))

    def versions(self, scenario: str) -> tuple[Version, ...]:
        """Return the versions of a scenario, oldest first."""
        with self.look() as session:
            return tuple(_version(row) for row in session.scalars(_rows(scenario)) if not row.is_removed)

    def version(self, scenario: str, number: int) -> Version:
        """Return one version. Raises `StoreError` when there is none of that number."""
        with self.look() as session:
            row = session.get(VersionRow, (scenario, number))
            if row is None or row.is_removed:
                raise StoreError(_none_of(scenario, number))
            return _version(row)

    def scenarios(self) -> tuple[str, ...]:
        """Return the names of the scenarios that have versions, in order."""
        query = select(VersionRow.scenario).where(VersionRow.is_removed.is_(False)).distinct()
        with self.look() as session:
            return tuple(session.scalars(query.order_by(VersionRow.scenario)))

    def declare_final(self, scenario: str, number: int, by: str) -> Version:
        """Declare a version the one that stands; it cannot be removed, nor another be declared final.

        Raises
        ------
        StoreError
            When there is no such version, or another is final already: who declared it is said.

        """
        with self.change() as session:
            found = session.scalars(_rows(scenario).with_for_update())
            rows = {row.number: row for row in found if not row.is_removed}
            final = next((row for row in rows.values() if row.final_by is not None), None)
            if number not in rows:
                raise StoreError(_none_of(scenario, number))
            if final is not None and final.number != number:
                raise StoreError(_is_final(final))
            rows[number].final_by = rows[number].final_by or by
            return _version(rows[number])

    def withdraw_final(self, scenario: str) -> None:
        """Let a scenario have no final version again."""
        with self.change() as session:
            session.execute(update(VersionRow).where(VersionRow.scenario == scenario).values(final_by=None))

    def remove(self, scenario: str, number: int, owner: str) -> None:
        """Remove one's own version and its answer; its number is not used again.

        Raises
        ------
        StoreError
            When there is no such version of this owner, or it is final.

        """
        with self.change() as session:
            row = session.get(VersionRow, (scenario, number), with_for_update=True)
            if row is None or row.is_removed or row.owner != owner:
                raise StoreError(_none_of(scenario, number))
            if row.final_by is not None:
                raise StoreError(_is_final(row))
            row.is_removed, row.edits, row.note = True, [], ""
            its_answer = (RunRow.batch == shelf_of(scenario), RunRow.name == str(number))
            session.execute(delete(RunRow).where(*its_answer))


def _kept(session: Session, scenario: str, draft: Draft, answer: str | None, ground: Ground) -> Saved:
    """Put a version and its answer where they belong, in the transaction that is open."""
    rows = list(session.scalars(_rows(scenario)))
    there = [row for row in rows if not row.is_removed]
    since = draft.seen if draft.based_on is None else draft.based_on
    again = next((row for row in there if draft.key is not None and row.key == draft.key), None)
    if again is None:
        _check(scenario, draft, there)
        again = _row(scenario, max((row.number for row in rows), default=0) + 1, draft, ground)
        session.add(again)
        if answer is not None:
            session.add(_answer(again, answer))
        session.flush()
    return Saved(_version(again), tuple(_version(row) for row in there if since < row.number < again.number))


def _check(scenario: str, draft: Draft, there: Sequence[VersionRow]) -> None:
    if draft.based_on is not None and draft.based_on not in {row.number for row in there}:
        raise StoreError(_none_of(scenario, draft.based_on))
    if len(there) >= MOST_VERSIONS:
        raise StoreError(Text("已保存的版本过多，请先删除一些", "too many versions are saved: remove some first"))


def _row(scenario: str, number: int, draft: Draft, ground: Ground) -> VersionRow:
    return VersionRow(
        scenario=scenario,
        number=number,
        base=draft.base,
        edits=list(draft.edits),
        author=draft.author,
        note=draft.note,
        based_on=draft.based_on,
        saved_at=ground.clock(),
        final_by=None,
        owner=draft.owner,
        key=draft.key,
        is_removed=False,
    )


def _answer(row: VersionRow, answer: str) -> RunRow:
    packed = answer.encode()
    return RunRow(
        batch=shelf_of(row.scenario),
        name=str(row.number),
        digest=hashlib.sha256(packed).hexdigest(),
        record={},
        answer=zlib.compress(packed),
        done_at=row.saved_at,
    )


def _rows(scenario: str) -> Any:  # noqa: ANN401 - a select of SQLAlchemy
    return select(VersionRow).where(VersionRow.scenario == scenario).order_by(VersionRow.number)


def _version(row: VersionRow) -> Version:
    kept = {name: value for name, value in values_of(row).items() if name not in {"key", "is_removed"}}
    return Version(**(kept | {"edits": tuple(row.edits), "saved_at": aware(row.saved_at)}))


def _none_of(scenario: str, number: int) -> Text:
    return Text(f"“{scenario}”没有第{number}版", f"{scenario!r} has no version {number}")


def _is_final(row: VersionRow) -> Text:
    return Text(f"第{row.number}版已由{row.final_by}定稿", f"version {row.number} was declared final by {row.final_by}")
