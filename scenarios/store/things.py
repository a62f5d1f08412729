"""What comes out of the store: plain frozen things, no rows of a database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from model.text import Text

type JobState = Literal["queued", "running", "done", "failed", "cancelled"]


class StoreError(Exception):
    """The store cannot do what it is asked; ``what`` says why in both languages."""

    def __init__(self, what: Text) -> None:
        super().__init__(what.en)
        self.what = what


@dataclass(frozen=True, slots=True)
class Draft:
    """What somebody wants to save: ``edits`` on top of ``base``, as ``KEY=VALUE`` texts.

    ``based_on`` is the version it was made from, None for the base itself; ``seen`` the newest version that its maker
    knew of. ``owner`` is the maker's session. ``key`` names the wish: asked twice, it is granted once.
    """

    base: str
    edits: tuple[str, ...]
    author: str
    note: str = ""
    based_on: int | None = None
    seen: int = 0
    owner: str = ""
    key: str | None = None


@dataclass(frozen=True, slots=True)
class Version:
    """A scenario as somebody saved it: what was set on top of ``base``, as ``KEY=VALUE`` texts.

    ``number`` counts from 1 within ``scenario``; ``based_on`` is the version it was made from, None for the base
    itself. A final version is the one that stands: it says who said so. ``owner`` is the session that saved it.
    """

    scenario: str
    number: int
    base: str
    edits: tuple[str, ...]
    author: str
    note: str
    based_on: int | None
    saved_at: datetime
    final_by: str | None = None
    owner: str = ""

    @property
    def is_final(self) -> bool:
        """True when the version was declared the one that stands."""
        return self.final_by is not None


@dataclass(frozen=True, slots=True)
class Saved:
    """What came of saving: the version, and those that others saved meanwhile from the same one.

    Nothing is lost: both stand, and whoever reads this is the one who must be told.
    """

    version: Version
    meanwhile: tuple[Version, ...]


@dataclass(frozen=True, slots=True)
class Run:
    """An answer that was kept: ``record`` as ``runs.csv`` lists it, ``digest`` of everything that it depends on."""

    batch: str
    name: str
    digest: str
    record: Mapping[str, Any]
    done_at: datetime


@dataclass(frozen=True, slots=True)
class Job:
    """Work that takes its time: what is asked, how far it is, and what came of it.

    ``worker`` names the process that works on it; ``losses`` counts how often such a process ended before the job did,
    ``spent_s`` the seconds of work so far.
    """

    id: int
    owner: str
    kind: str
    asked: Mapping[str, Any]
    state: JobState
    done: int
    total: int
    message: str
    queued_at: datetime
    changed_at: datetime
    worker: str = ""
    losses: int = 0
    spent_s: float = 0.0
    is_shared: bool = False

    @property
    def is_over(self) -> bool:
        """True when nothing more happens to it."""
        return self.state in {"done", "failed", "cancelled"}
