"""What planners keep: versions of scenarios, answers of runs, and jobs that take their time."""

from scenarios.store.jobs import Quota, batch_of
from scenarios.store.keep import Store, open_store
from scenarios.store.things import Draft, Job, Run, Saved, StoreError, Version
from scenarios.store.versions import shelf_of

__all__ = [
    "Draft",
    "Job",
    "Quota",
    "Run",
    "Saved",
    "Store",
    "StoreError",
    "Version",
    "batch_of",
    "open_store",
    "shelf_of",
]
