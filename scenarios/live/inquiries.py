"""Questions that take longer than a hand waits: why in and why out, other plans, whole curves; one by one."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

from model.problems import InputError, Problem
from model.text import Text
from optimizer import Settings
from scenarios.analysis.alternatives import Alternatives, alternatives
from scenarios.analysis.explain import Explanation, explain
from scenarios.analysis.frontier import Frontier, frontier
from scenarios.analysis.mac import MacCurve, mac
from scenarios.analysis.study import Study, study_of
from scenarios.files import load_bundle
from scenarios.live.edits import Edits, write_edits
from scenarios.live.finals import BusyError, Find
from scenarios.live.studio import Kept

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


@dataclass(frozen=True, slots=True)
class Inquiry:
    """Where a question stands: waiting or running for some seconds, answered, or refused with what was wrong."""

    is_done: bool
    seconds: float
    answer: Answer | None = None
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class _Asked:
    owner: str
    since: float
    future: Future[Answer]


class Inquiries:
    """Works off questions in the background; the same question is asked once."""

    def __init__(self, find: Find, settings: Settings | None = None) -> None:
        self._find, self._settings = find, settings or Settings(gap=GAP, time_limit_s=SECONDS)
        self._pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="inquiry")
        self._lock = threading.Lock()
        self._asked: OrderedDict[Key, _Asked] = OrderedDict()
        self._studies: Kept[Study] = Kept(4)

    def ask(self, kind: str, scenario_id: str, edits: Edits, *, about: str = "", owner: str = "") -> Inquiry:
        """Have a question worked out, and say where it stands; ``about`` is a requirement or a pollutant.

        Raises `BusyError`, and `KeyError` for a kind of question that there is not.
        """
        key = (kind, about, scenario_id, tuple(write_edits(edits)))
        make = ASK[kind]
        with self._lock:
            if key not in self._asked:
                self._make_room(owner)
                future = self._pool.submit(self._answer, make, about, scenario_id, edits)
                self._asked[key] = _Asked(owner, time.monotonic(), future)
            self._asked.move_to_end(key)
            asked = self._asked[key]
        return _standing(time.monotonic() - asked.since, asked.future)

    def close(self) -> None:
        """Take no more questions; what runs is finished first."""
        self._pool.shutdown(cancel_futures=True)

    def _make_room(self, owner: str) -> None:
        done = [key for key, asked in self._asked.items() if asked.future.done()]
        waiting = sum(asked.owner == owner and not asked.future.done() for asked in self._asked.values())
        if waiting >= MOST_OF_ONE or (len(self._asked) >= MOST and not done):
            raise BusyError
        for key in done[: max(0, len(self._asked) - MOST + 1)]:
            del self._asked[key]

    def _answer(self, make: Callable[[Study, str], Answer], about: str, scenario_id: str, edits: Edits) -> Answer:
        key = (scenario_id, tuple(write_edits(edits)))
        return make(self._studies.get(key, lambda: self._study(scenario_id, edits)), about)

    def _study(self, scenario_id: str, edits: Edits) -> Study:
        return study_of(load_bundle(self._find(scenario_id), edits), settings=self._settings)


def _row_of(study: Study, requirement_id: str) -> str:
    """Return the first row of a requirement."""
    rows = [plan.row_id for plan in study.compiled.plans if plan.requirement.id == requirement_id]
    return rows[0] if rows else requirement_id


def _standing(seconds: float, future: Future[Answer]) -> Inquiry:
    if not future.done():
        return Inquiry(is_done=False, seconds=seconds)
    error = future.exception()
    if isinstance(error, InputError):
        return Inquiry(is_done=True, seconds=seconds, problems=error.problems)
    if isinstance(error, ValueError):
        said = Text("没有方案，无法回答", "there is no plan, so there is nothing to say")
        return Inquiry(is_done=True, seconds=seconds, problems=(Problem("", said),))
    return Inquiry(is_done=True, seconds=seconds, answer=future.result())
