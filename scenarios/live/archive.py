"""Saved versions as the dashboard shows them: who saved what, and the plan that was worked out for it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from model.text import Text
from scenarios.answering.result import Result, to_json
from scenarios.answering.saved import read_result
from scenarios.live.edits import Edits, read_edits, write_edits
from scenarios.live.studio import Kept
from scenarios.store import Draft, Saved, Store, StoreError, Version, shelf_of

LONGEST_NAME = 80
LONGEST_NOTE = 200
MOST_PARSED = 8
"""Answers kept as they were read last."""

NAMELESS = Text("请填写编制人和版本说明", "give an author and a note")


@dataclass(frozen=True, slots=True)
class Wish:
    """What a planner asks to have saved; ``based_on``, ``seen``, ``owner`` and ``key`` as a `Draft` has them."""

    author: str
    note: str
    based_on: int | None = None
    seen: int = 0
    owner: str = ""
    key: str | None = None

    def checked(self) -> Wish:
        """Return the wish with its texts cut to length. Raises `StoreError` when one is empty."""
        author, note = self.author.strip()[:LONGEST_NAME], self.note.strip()[:LONGEST_NOTE]
        if not author or not note:
            raise StoreError(NAMELESS)
        return replace(self, author=author, note=note)


def ref_of(version: Version) -> str:
    """Return how an address names a version."""
    return f"{version.scenario}:{version.number}"


def edits_of(version: Version) -> Edits:
    """Return what a version changes. Raises `InputError` when this program no longer offers that."""
    return read_edits(version.edits)


@dataclass(frozen=True, slots=True)
class Archive:
    """The versions of a store, with their answers."""

    store: Store
    _parsed: Kept[Result] = field(default_factory=lambda: Kept(MOST_PARSED))

    def save(self, scenario: str, edits: Edits, wish: Wish, result: Result) -> Saved:
        """Keep a version with its answer. Raises `StoreError` without author or note, or when there are too many."""
        wish = wish.checked()
        draft = Draft(
            base=scenario,
            edits=tuple(write_edits(edits)),
            author=wish.author,
            note=wish.note,
            based_on=wish.based_on,
            seen=wish.seen,
            owner=wish.owner,
            key=wish.key,
        )
        return self.store.save(scenario, draft, to_json(result))

    def listed(self, scenarios: Iterable[str], most: int = 50) -> list[Version]:
        """Return the versions of scenarios that were saved last, the newest first."""
        found = [version for name in scenarios for version in self.store.versions(name)]
        return sorted(found, key=lambda version: (version.saved_at, version.number), reverse=True)[:most]

    def newest(self, scenario: str) -> int:
        """Return the number of the newest version of a scenario, 0 when there is none."""
        return max((version.number for version in self.store.versions(scenario)), default=0)

    def find(self, refs: Sequence[str], scenarios: Sequence[str]) -> list[Version]:
        """Return the versions that an address names, in its order; those that are not there are left out."""
        found = []
        for ref in refs:
            scenario, _, number = ref.rpartition(":")
            if scenario not in scenarios or not number.isdecimal() or len(number) > 9:  # noqa: PLR2004 - a column of 32 bits
                continue
            try:
                found.append(self.store.version(scenario, int(number)))
            except StoreError:
                continue
        return found

    def result(self, version: Version) -> Result:
        """Return the answer of a version. Raises `StoreError` when none was kept with it."""
        moment = version.saved_at.isoformat()
        return self._parsed.get((version.scenario, version.number, moment), lambda: self._read(version))

    def _read(self, version: Version) -> Result:
        return read_result(self.store.answer(shelf_of(version.scenario), str(version.number)))
