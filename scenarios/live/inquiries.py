"""Questions that take longer than a hand waits: why in and why out, other plans, whole curves; one by one.

They are answered in a process of their own, so that one that nobody waits for any more can be ended.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field

from model.problems import InputError, Problem
from model.text import Text
from optimizer import Settings
from scenarios.analysis.alternatives import Alternatives, alternatives
from scenarios.analysis.explain import Explanation, explain
from scenarios.analysis.frontier import Frontier, frontier
from scenarios.analysis.mac import MacCurve, mac
from scenarios.analysis.study import Study, study_of
from scenarios.live.desk import Desk
from scenarios.live.edits import Edits, write_edits
from scenarios.live.finals import BusyError, Find
from scenarios.live.studio import Kept
from scenarios.reading.files import ScenarioFiles, load_bundle

MOST = 24
MOST_OF_ONE = 3
MOST_SOLVED = 60
"""Projects that are solved again; of the others bounds are stated."""

POINTS = 13
SECONDS = 30.0
"""For each solve."""

GAP = 1e-3

type Answer = Explanation | Frontier | MacCurve | Alternatives
type Key = tuple[str, str, str, tuple[str, ...]]

ASK: Mapping[str, Callable[[Study, str], Answer]] = {
    "explain": lambda study, _: explain(study, most=MOST_SOLVED),
    "frontier": lambda study, row: frontier(study, _row_of(study, row), points=POINTS),
    "mac": mac,
    "alternatives": lambda study, _: alternatives(study),
}


_STUDIES: Kept[Study] = Kept(4)
"""The scenarios that this process has solved for a question."""


@dataclass(frozen=True, slots=True)
class Question:
    """A question as it is sent to the process that answers it; ``key`` says which plan it is about."""

    kind: str
    about: str
    files: ScenarioFiles
    edits: Edits
    settings: Settings
    key: tuple[str, tuple[str, ...]]

    def answered(self) -> Answer:
        """Return the answer; what is solved is kept for the next question about the same plan."""
        return ASK[self.kind](_STUDIES.get(self.key, self._study), self.about)

    def _study(self) -> Study:
        return study_of(load_bundle(self.files, self.edits), settings=self.settings)


@dataclass(frozen=True, slots=True)
class Inquiry:
    """Where a question stands: waiting or running for some seconds, answered, or refused with what was wrong.

    ``ahead`` is how many other questions are worked off first.
    """

    is_done: bool
    seconds: float
    answer: Answer | None = None
    problems: tuple[Problem, ...] = ()
    ahead: int = 0


@dataclass(slots=True)
class _Asked:
    """A question, who wait for its answer, when it was asked, when its work began."""

    owners: set[str]
    since: float
    future: Future[Answer] = field(default_factory=Future)


class Inquiries:
    """Works off questions in the background; the same question is asked once, by however many."""

    def __init__(self, find: Find, settings: Settings | None = None) -> None:
        self._find, self._settings = find, settings or Settings(gap=GAP, time_limit_s=SECONDS)
        self._pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="inquiry")
        self._desk = Desk(__name__)
        self._lock = threading.Lock()
        self._asked: OrderedDict[Key, _Asked] = OrderedDict()

    def ask(self, kind: str, scenario_id: str, edits: Edits, *, about: str = "", owner: str = "") -> Inquiry:
        """Have a question worked out, and say where it stands; ``about`` is a requirement or a pollutant.

        Raises `BusyError`, and `KeyError` for a kind of question that there is not.
        """
        key = _key(kind, about, scenario_id, edits)
        if kind not in ASK:
            raise KeyError(kind)
        with self._lock:
            if key not in self._asked:
                self._make_room(owner)
                future = self._pool.submit(self._answer, key, edits)
                self._asked[key] = _Asked({owner}, time.monotonic(), future)
            self._asked[key].owners.add(owner)
            self._asked.move_to_end(key)
            return self._standing(self._asked[key])

    def look(self, kind: str, scenario_id: str, edits: Edits, *, about: str = "") -> Inquiry | None:
        """Say where a question stands, None when nobody asked it or it was taken back."""
        with self._lock:
            asked = self._asked.get(_key(kind, about, scenario_id, edits))
            return None if asked is None else self._standing(asked)

    def cancel(self, kind: str, scenario_id: str, edits: Edits, *, about: str = "", owner: str = "") -> None:
        """Take a question back: it is worked on no longer, unless somebody else waits for its answer."""
        key = _key(kind, about, scenario_id, edits)
        with self._lock:
            asked = self._asked.get(key)
            if asked is None or asked.future.done() or owner not in asked.owners:
                return
            asked.owners.discard(owner)
            if asked.owners:
                return
            del self._asked[key]
            asked.future.cancel()
        self._desk.end(key)

    @property
    def pid(self) -> int | None:
        """Id of the process that answers, None while there is none."""
        return self._desk.pid

    def close(self) -> None:
        """Take no more questions; what is worked on is ended."""
        self._pool.shutdown(wait=False, cancel_futures=True)
        self._desk.end()
        self._pool.shutdown()
        self._desk.end()

    def _make_room(self, owner: str) -> None:
        done = [key for key, asked in self._asked.items() if asked.future.done()]
        waiting = sum(owner in asked.owners and not asked.future.done() for asked in self._asked.values())
        if waiting >= MOST_OF_ONE or (len(self._asked) >= MOST and not done):
            raise BusyError
        for key in done[: max(0, len(self._asked) - MOST + 1)]:
            del self._asked[key]

    def _answer(self, key: Key, edits: Edits) -> Answer:
        kind, about, scenario_id, written = key
        question = Question(kind, about, self._find(scenario_id), edits, self._settings, (scenario_id, written))
        found = self._desk.answer(key, question, is_wanted=lambda: self._is_asked(key))
        if not isinstance(found, Explanation | Frontier | MacCurve | Alternatives):
            raise TypeError(type(found).__name__)
        return found

    def _is_asked(self, key: Key) -> bool:
        with self._lock:
            return key in self._asked

    def _standing(self, asked: _Asked) -> Inquiry:
        seconds = time.monotonic() - asked.since
        if not asked.future.done():
            others = (one for one in self._asked.values() if not one.future.done() and one.since < asked.since)
            return Inquiry(is_done=False, seconds=seconds, ahead=sum(1 for _ in others))
        return _outcome(seconds, asked.future)


def _key(kind: str, about: str, scenario_id: str, edits: Edits) -> Key:
    return kind, about, scenario_id, tuple(write_edits(edits))


def _row_of(study: Study, requirement_id: str) -> str:
    """Return the first row of a requirement."""
    rows = [plan.row_id for plan in study.compiled.plans if plan.requirement.id == requirement_id]
    return rows[0] if rows else requirement_id


def _outcome(seconds: float, future: Future[Answer]) -> Inquiry:
    error = future.exception()
    if isinstance(error, InputError):
        return Inquiry(is_done=True, seconds=seconds, problems=error.problems)
    if isinstance(error, ValueError):
        said = Text("没有方案，无法回答", "there is no plan, so there is nothing to say")
        return Inquiry(is_done=True, seconds=seconds, problems=(Problem("", said),))
    return Inquiry(is_done=True, seconds=seconds, answer=future.result())
