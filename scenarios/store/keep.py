"""The store: every question and change of what planners keep, each in one transaction."""

from __future__ import annotations

from dataclasses import dataclass

from scenarios.store.engine import connect
from scenarios.store.jobs import JobStore
from scenarios.store.runs import RunStore
from scenarios.store.versions import VersionStore


@dataclass(frozen=True, slots=True)
class Store(VersionStore, RunStore, JobStore):
    """What planners keep."""


def open_store(url: str) -> Store:
    """Return the store at an address such as ``sqlite:///plans.sqlite`` or ``postgresql://user@host/plans``.

    Raises
    ------
    StoreError
        When there is no such database, or it cannot be used.

    """
    return Store(connect(url))
