"""What planners keep: versions of scenarios, answers of runs, and jobs that take their time."""

from scenarios.store.keep import Store, open_store
from scenarios.store.things import Job, Run, Saved, StoreError, Version

__all__ = ["Job", "Run", "Saved", "Store", "StoreError", "Version", "open_store"]
