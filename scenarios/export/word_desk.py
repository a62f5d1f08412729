"""The Word document made by a process of its own, which loads what draws while the plan is still sought.

The document is the same wherever it is made. A helper that fails for whatever reason gives nothing, and the document
is made here: then its error, if it has one, is told as ever.
"""

from __future__ import annotations

import pickle
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import BinaryIO

from model.text import Language
from scenarios.answering.result import Result

HELPER = "import sys; from scenarios.export.word_desk import serve; serve(sys.stdin.buffer, sys.stdout.buffer)"

type Document = Callable[[], bytes]
"""Waits for a document and returns it."""

type Ask = Callable[[Result, Language], Document]
"""Begins a document."""


def plan_here(result: Result, language: Language) -> Document:
    """Return what makes the document in this process when it is waited for."""

    def document() -> bytes:
        from scenarios.export.docx_plan import plan_docx  # noqa: PLC0415 - draws: half a second that others save

        return plan_docx(result, language)

    return document


@contextmanager
def word_desk() -> Iterator[Ask]:
    """Start a process that can make one document, and end it afterwards, whether it was asked or not."""
    pipe = subprocess.PIPE
    command = [sys.executable, "-P", "-c", HELPER]  # -P: the folder we stand in is no place to load modules from
    helper = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL)  # noqa: S603 - our own

    def exchange(result: Result, language: Language) -> bytes:
        try:
            return helper.communicate(pickle.dumps((result, language)))[0]
        except Exception:  # noqa: BLE001 - whatever it was, the document is made here
            return b""

    with helper, ThreadPoolExecutor(1) as messenger:

        def ask(result: Result, language: Language) -> Document:
            answer = messenger.submit(exchange, result, language)
            return lambda: answer.result() or plan_here(result, language)()

        try:
            yield ask
        finally:
            helper.kill()


def serve(source: BinaryIO, target: BinaryIO) -> None:
    """Make the one document that is asked for; where whoever asks has ended, nothing comes and nothing is made."""
    from scenarios.export.docx_plan import plan_docx  # noqa: PLC0415 - only the helper loads it at once

    asked = source.read()
    if asked:
        target.write(plan_docx(*pickle.loads(asked)))  # noqa: S301 - sent by `word_desk`, nobody else
