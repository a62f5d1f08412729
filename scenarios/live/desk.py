"""A process beside the server that answers long questions one by one, and can be ended in the midst of one."""

from __future__ import annotations

import os
import threading
import traceback
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Protocol

from model.problems import InputError, Problem
from model.text import Text
from scenarios.batch.pool import end_with_parent, started_from

MODEST = 10
"""Niceness: whoever moves a slider goes first."""

ENDED = Text("计算已中止，请重新提问", "the work was ended before it was done; ask again")


class Question(Protocol):
    """What can be sent to the process: it is answered there. Raises `InputError`, or `ValueError` without a plan."""

    def answered(self) -> object:
        """Return the answer."""


@dataclass(slots=True)
class Desk:
    """One process, started with the first question and again after it was ended; one question at a time.

    ``module`` is what it has imported before it is asked anything.
    """

    module: str = __name__
    _process: BaseProcess | None = None
    _pipe: Connection | None = None
    _current: Hashable = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def answer(self, key: Hashable, question: Question, *, is_wanted: Callable[[], bool]) -> object:
        """Return the answer to a question; raises what the question raises, `InputError` when it was ended.

        ``is_wanted`` is asked once `end` would find the question, so that none is begun after it was taken back.
        """
        with self._lock:
            pipe = self._manned()
            self._current = key
        try:
            if not is_wanted():
                raise InputError([Problem("", ENDED)])
            pipe.send(question)
            found = pipe.recv()
        except (EOFError, OSError) as error:
            self.end(key)
            raise InputError([Problem("", ENDED)]) from error
        finally:
            with self._lock:
                self._current = None
        if isinstance(found, Exception):
            raise found
        return found

    def end(self, key: Hashable = None) -> None:
        """End the process; with ``key`` only while it works on that question."""
        with self._lock:
            if self._process is None or self._pipe is None or (key is not None and key != self._current):
                return
            self._process.kill()
            self._process.join()
            self._process.close()
            self._process, self._pipe = None, None

    @property
    def pid(self) -> int | None:
        """Id of the process, None while there is none."""
        with self._lock:
            return None if self._process is None else self._process.pid

    def _manned(self) -> Connection:
        if self._process is not None and self._pipe is not None and self._process.is_alive():
            return self._pipe
        context = started_from(self.module)
        ours, theirs = context.Pipe()
        process = context.Process(target=_work, args=(theirs,), daemon=True, name="desk")
        process.start()
        theirs.close()
        self._process, self._pipe = process, ours
        return ours


def _work(pipe: Connection) -> None:
    """Answer what comes until nothing comes any more, or the server is gone."""
    threading.Thread(target=end_with_parent, daemon=True).start()
    if hasattr(os, "nice"):
        os.nice(MODEST)
    work_off(pipe.recv, pipe.send)


def work_off(take: Callable[[], Question], give: Callable[[object], None]) -> None:
    """Answer questions as they come; what is wrong with one is its answer."""
    while True:
        try:
            question = take()
        except EOFError:
            return
        try:
            give(question.answered())
        except (InputError, ValueError) as error:
            give(error)
        except Exception as error:  # noqa: BLE001 - a fault of ours is told and logged, and the next question answered
            traceback.print_exc()
            give(_failed(error))


def _failed(error: Exception) -> InputError:
    name = type(error).__name__
    said = Text(
        f"计算出错（{name}），详情见服务器的错误输出",
        f"the work failed ({name}); the server's error output has the details",
    )
    return InputError([Problem("", said)])
