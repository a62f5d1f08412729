"""Whether a Word document can hold a plan, asked before anything that makes one is loaded."""

from __future__ import annotations

from model.text import Text
from scenarios.export.report_words import REPORT
from scenarios.result import Result

MOST_TASKS = 5_000
"""Tasks a Word document can hold and still be opened with ease."""


def has_room(result: Result) -> bool:
    """Return whether a Word document can hold the task list."""
    return len(result.tasks) <= MOST_TASKS


def left_out() -> Text:
    """Return what to tell the reader when `has_room` says no."""
    text, most = REPORT["left_out"], f"{MOST_TASKS:,}"
    return Text(text.zh.format(most=most), text.en.format(most=most))
