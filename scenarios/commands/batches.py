"""The command that runs many scenarios."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from model.problems import InputError, Problem
from model.text import Text
from optimizer import Settings
from scenarios.answering.saved import read_result
from scenarios.batch.folder import BATCH, RUNS, BatchFolder
from scenarios.batch.run_batch import Progress as Told
from scenarios.batch.run_batch import Spread, is_success, open_batch, run_batch
from scenarios.batch.work import FAILED, Record
from scenarios.commands.iamc import check_iamc, write_iamc
from scenarios.commands.screen import SUCCESS, UNMET, Screen
from scenarios.export.write import check_folder
from scenarios.store import Store, StoreError, open_store

INTERRUPTED = 130
"""Exit code of a command that was interrupted, as shells have it."""

GO_ON = Text(
    "解决后重新运行同一命令：已完成的运行会保留",
    "give the same command again once that is mended: finished runs are kept",
)


@dataclass(frozen=True, slots=True)
class Also:
    """Where answers go beside the folder: a store at an address, a file in the IAMC's long format."""

    store_url: str | None = None
    iamc: Path | None = None


def batch(
    screen: Screen,
    sweep: Path,
    out: Path,
    settings: Settings,
    spread: Spread,
    *,
    has_reach: bool = False,
    is_quiet: bool = False,
    also: Also | None = None,
) -> int:
    """Do every run of a sweep that is not done yet, list them, and say how many met everything."""
    check_folder(out, (BATCH, RUNS))
    also = also or Also()
    if also.iamc is not None:
        check_iamc(also.iamc)
    opened = open_batch(sweep, settings, has_reach=has_reach)
    screen.tell("batch_begins", runs=f"{len(opened.specs):,}", title=opened.kit.found.path.parent.name)
    with _store(also.store_url) as store, _told(screen, len(opened.specs), is_quiet=is_quiet) as progress:
        try:
            records = run_batch(opened, out, spread, progress, store=store)
        except StoreError as error:
            raise InputError([Problem("--store", error.what, advice=GO_ON)]) from error
        except KeyboardInterrupt:
            screen.tell("batch_interrupted", file=out)
            return INTERRUPTED
    failures = sum(record["status"] == FAILED for record in records)
    met = sum(is_success([record]) for record in records)
    screen.tell("batch_done", runs=f"{len(records):,}", met=f"{met:,}", failed=f"{failures:,}", file=out / RUNS)
    if also.iamc is not None:
        folder, done = BatchFolder(out), [str(record["run"]) for record in records if record["status"] != FAILED]
        write_iamc(screen, also.iamc, ((name, read_result(folder.answer(name))) for name in done))
    if screen.is_json:
        screen.put({"runs": records})
    return SUCCESS if is_success(records) else UNMET


@contextmanager
def _store(url: str | None) -> Iterator[Store | None]:
    """Open the store at an address for as long as the batch goes on; None without an address."""
    if url is None:
        yield None
        return
    try:
        store = open_store(url)
    except StoreError as error:
        expected = "sqlite:///FILE or postgresql://USER@HOST/NAME"
        raise InputError([Problem("--store", error.what, expected)]) from error
    with closing(store):
        yield store


@contextmanager
def _told(screen: Screen, total: int, *, is_quiet: bool) -> Iterator[Told]:
    """Show a bar on stderr; a run that failed is told at once, also to whoever wants quiet."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=screen.err, disable=is_quiet or not screen.err.is_terminal) as bar:
        shown = bar.add_task("", total=total)

        def progress(done: int, of: int, record: Record) -> None:
            del of
            bar.update(shown, completed=done)
            if record["status"] == FAILED:
                screen.tell("run_failed", run=record["run"], message=record["message"])

        yield progress
