"""The folder of a batch: one folder per run that appears whole or not at all, and the list of all runs.

A run's folder is written beside its place and moved there in one step, so that whatever ends the program leaves whole
runs only; a batch that is started again does those that are not there.
"""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from model.problems import InputError, Problem
from model.text import Text
from scenarios.batch.work import Outcome, Record
from scenarios.export.csv_tasks import BOM, safe_text
from scenarios.export.write import RESULT, put_files

BATCH, RUNS, RECORD, LOCK = "batch.json", "runs.csv", "run.json", ".lock"
COLUMNS = (
    "run",
    "set",
    "status",
    "objective",
    "objective_unit",
    "gap",
    "annual_cny",
    "capital_cny",
    "present_value_cny",
    "requirements",
    "requirements_met",
    "not_met",
    "tasks",
    "solve_s",
    "evaluate_s",
    "wall_s",
    "message",
)


@dataclass(frozen=True, slots=True)
class BatchFolder:
    """A folder that holds the runs of one batch."""

    path: Path

    @contextmanager
    def held(self) -> Iterator[None]:
        """Hold the folder while a batch works in it, by a lock that goes when the program ends, however it does.

        Raises
        ------
        InputError
            When another program works in it, or it cannot be written.

        """
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            lock = sqlite3.connect(self.path / LOCK, timeout=0.0, isolation_level=None)
        except (OSError, sqlite3.Error) as error:
            raise InputError([_unwritten(self.path, error)]) from error
        with closing(lock):
            try:
                lock.execute("BEGIN EXCLUSIVE")
            except sqlite3.Error as error:
                is_busy = error.sqlite_errorcode == sqlite3.SQLITE_BUSY
                raise InputError([_taken(self.path) if is_busy else _unwritten(self.path, error)]) from error
            yield

    def claim(self, identity: Mapping[str, Any]) -> None:
        """Make the folder that of a batch; one that holds another batch is left as it is.

        Raises
        ------
        InputError
            When the folder holds the runs of another batch, or cannot be written.

        """
        there = self.path / BATCH
        text = json.dumps(identity, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
        if there.is_file() and there.read_text(encoding="utf-8") != text:
            what = Text("文件夹里是另一批运行", "the folder holds the runs of another batch")
            advice = Text(
                "扫描文件、情景、数据或求解设置已改变：请换一个文件夹，或删除它",
                "the sweep, its scenario, its data or the settings differ: name another folder, or remove this one",
            )
            raise InputError([Problem(str(self.path), what, advice=advice)])
        put_files(self.path, {BATCH: text.encode()})
        for left in self.path.glob(".run-*"):
            shutil.rmtree(left, ignore_errors=True)

    def finished(self) -> dict[str, Record]:
        """Return the records of the runs that have an answer."""
        return {
            path.parent.name: json.loads(path.read_text(encoding="utf-8"))
            for path in self.path.glob(f"*/{RECORD}")
            if (path.parent / RESULT).is_file()
        }

    def answer(self, name: str) -> str:
        """Return the ``result.json`` of a finished run."""
        return (self.path / name / RESULT).read_text(encoding="utf-8")

    def keep(self, outcome: Outcome) -> None:
        """Keep the answer of a run; a run that failed leaves nothing, and is done again when the batch is.

        Raises
        ------
        InputError
            When the folder cannot be written: a full disk, a missing permission.

        """
        place = self.path / outcome.id
        if outcome.result is None or place.is_dir():
            return
        try:
            beside = Path(tempfile.mkdtemp(prefix=".run-", dir=self.path))
            for name, text in ((RECORD, json.dumps(outcome.record, ensure_ascii=False)), (RESULT, outcome.result)):
                _write_through(beside / name, text)
            beside.rename(place)
        except OSError as error:
            raise InputError([_unwritten(place, error)]) from error

    def list_runs(self, records: Iterable[Record]) -> Path:
        """Write ``runs.csv`` and return its path."""
        (path,) = put_files(self.path, {RUNS: (BOM + runs_csv(records)).encode()})
        return path


def _unwritten(place: Path, error: Exception) -> Problem:
    """Return why the answer of a run cannot be kept, and what to do."""
    what = Text("无法写入运行结果", "the answer of a run cannot be written")
    advice = Text(
        "请检查磁盘空间和权限，然后重新运行同一命令：已完成的运行会保留",
        "check free space and permissions, then give the same command again: finished runs are kept",
    )
    found = (error.strerror if isinstance(error, OSError) else None) or str(error)
    return Problem(str(place), what, found=found, advice=advice)


def _taken(place: Path) -> Problem:
    what = Text("另一个程序正在该文件夹中批量运行", "another program is working on the batch in this folder")
    return Problem(str(place), what, advice=Text("请等它结束，或换一个文件夹", "wait for it, or name another folder"))


def runs_csv(records: Iterable[Record]) -> str:
    """Return the list of runs as CSV; a text that a spreadsheet would take for a formula is prefixed."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(COLUMNS)
    for record in records:
        cells = [record.get(column) for column in COLUMNS]
        writer.writerow([safe_text(cell) if isinstance(cell, str) else cell for cell in cells])
    return buffer.getvalue()


def _write_through(path: Path, text: str) -> None:
    """Write a file and wait until it is on the disk: a folder must not arrive before what it holds."""
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
