"""What the files of an answer can hold, asked before anything that makes one is loaded, and what they leave out."""

from __future__ import annotations

from dataclasses import dataclass, replace

from model.text import Text
from scenarios.answering.result import Json, Result, said
from scenarios.export.report_words import REPORT
from scenarios.wording.words import LABEL

MOST_TASKS = 5_000
"""Tasks a Word document can hold and still be opened with ease."""


@dataclass(frozen=True, slots=True)
class Room:
    """How many tasks each file holds: the document at all, the report and the workbook one by one."""

    document: int = MOST_TASKS
    report: int = 5_000
    workbook: int = 200_000


ROOM = Room()


def has_room(result: Result) -> bool:
    """Return whether a Word document can hold the task list."""
    return len(result.tasks) <= MOST_TASKS


def left_out(result: Result, room: Room = ROOM) -> list[Json]:
    """Return what is left out of which file and why: {file, zh, en}; ``tasks.csv`` and ``result.json`` hold all."""
    found = [
        ("plan.docx", room.document, _most("left_out", room.document)),
        ("report.html", room.report, not_listed(room.report)),
        ("tasks.xlsx", room.workbook, LABEL["no_list"]),
    ]
    return [{"file": file, **said(text)} for file, most, text in found if len(result.tasks) > most]


def with_left_out(result: Result, room: Room = ROOM) -> Result:
    """Return an answer whose provenance says what is left out of its files, where anything is."""
    found = left_out(result, room)
    return replace(result, provenance={**result.provenance, "left_out": found}) if found else result


def not_listed(most: int) -> Text:
    """Return what to tell the reader of a report that lists no tasks one by one."""
    return _most("list_left_out", most)


def _most(name: str, most: int) -> Text:
    text = REPORT[name]
    return Text(text.zh.format(most=f"{most:,}"), text.en.format(most=f"{most:,}"))
