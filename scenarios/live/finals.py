"""Plans that are handed out: read afresh, solved to the asked gap, priced twice; worked off one after the other."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

from model.problems import InputError
from model.text import Language
from optimizer import Settings
from scenarios.answering import run
from scenarios.answering.result import Result, to_json
from scenarios.export.csv_tasks import tasks_csv
from scenarios.export.report_html import report_html
from scenarios.export.room import has_room
from scenarios.export.write import PLAN, REPORT, RESULT, TASKS_CSV, TASKS_XLSX
from scenarios.export.xlsx_tasks import tasks_xlsx
from scenarios.live.edits import Edits, write_edits
from scenarios.reading.files import ScenarioFiles, find_scenario, load_bundle

MOST = 24
"""Plans kept, and the most that may wait."""
MOST_OF_ONE = 4
"""Plans of one user that may wait."""

type Find = Callable[[str], ScenarioFiles]
type Key = tuple[str, tuple[str, ...]]


def _plan_docx(result: Result, language: Language) -> bytes:
    from scenarios.export.docx_plan import plan_docx  # noqa: PLC0415 - draws: half a second that the first page saves

    return plan_docx(result, language)


WRITERS: Mapping[str, Callable[[Result, Language], bytes]] = {
    TASKS_XLSX: tasks_xlsx,
    PLAN: _plan_docx,
    TASKS_CSV: lambda result, language: tasks_csv(result, language).encode(),
    REPORT: lambda result, language: report_html(result, language).encode(),
    RESULT: lambda result, _: to_json(result).encode(),
}
OF_A_PLAN = frozenset({TASKS_XLSX, PLAN, TASKS_CSV})


class BusyError(Exception):
    """Too many plans are waiting already, of all users or of this one."""


@dataclass(frozen=True, slots=True)
class Final:
    """Where a plan stands: waiting or running for some seconds, done, or refused with what was wrong."""

    is_done: bool
    seconds: float
    result: Result | None = None
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Asked:
    """A plan that somebody asked for, and when."""

    owner: str
    since: float
    future: Future[Result]


class Finals:
    """Works off plans in the background; the same question is asked once."""

    def __init__(self, find: Find = find_scenario, settings: Settings | None = None) -> None:
        self._find, self._settings = find, settings or Settings()
        self._pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="final")
        self._lock = threading.Lock()
        self._found: OrderedDict[Key, _Asked] = OrderedDict()

    def ask(self, scenario_id: str, edits: Edits, *, owner: str = "") -> Final:
        """Have a plan worked out as the command line does, and say where it stands. Raises `BusyError`."""
        key = (scenario_id, tuple(write_edits(edits)))
        with self._lock:
            if key not in self._found:
                self._make_room(owner)
                future = self._pool.submit(self._plan, scenario_id, edits)
                self._found[key] = _Asked(owner, time.monotonic(), future)
            self._found.move_to_end(key)
            asked = self._found[key]
        return _standing(time.monotonic() - asked.since, asked.future)

    def close(self) -> None:
        """Take no more plans; what runs is finished first."""
        self._pool.shutdown(cancel_futures=True)

    def file(self, scenario_id: str, edits: Edits, language: Language, name: str) -> bytes | None:
        """Return a file of a plan that is worked out; None while it is not, or where it cannot hold the plan."""
        result = self.ask(scenario_id, edits).result
        if result is None or (name in OF_A_PLAN and not result.is_answered) or (name == PLAN and not has_room(result)):
            return None
        return WRITERS[name](result, language)

    def _make_room(self, owner: str) -> None:
        done = [key for key, asked in self._found.items() if asked.future.done()]
        waiting = sum(asked.owner == owner and not asked.future.done() for asked in self._found.values())
        if waiting >= MOST_OF_ONE or (len(self._found) >= MOST and not done):
            raise BusyError
        for key in done[: max(0, len(self._found) - MOST + 1)]:
            del self._found[key]

    def _plan(self, scenario_id: str, edits: Edits) -> Result:
        begin = time.perf_counter()
        bundle = load_bundle(self._find(scenario_id), edits)
        return run.plan(bundle, settings=self._settings, read_seconds=time.perf_counter() - begin)


def _standing(seconds: float, future: Future[Result]) -> Final:
    if not future.done():
        return Final(is_done=False, seconds=seconds)
    error = future.exception()
    if isinstance(error, InputError):
        return Final(is_done=True, seconds=seconds, problems=tuple(problem.say("both") for problem in error.problems))
    return Final(is_done=True, seconds=seconds, result=future.result())
