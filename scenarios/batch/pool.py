"""Runs spread over processes of this machine."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections import Counter, deque
from collections.abc import Generator, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from multiprocessing.connection import wait as wait_for
from typing import TYPE_CHECKING

from scenarios.batch.sweep import RunSpec
from scenarios.batch.work import Kit, Outcome, Shelf, failed, work

if TYPE_CHECKING:
    from multiprocessing.context import ForkServerContext, SpawnContext

AHEAD = 2
"""Runs handed out for each process: one in work, one waiting."""
MOST_ATTEMPTS = 3
"""Times a run is tried while processes end under it: memory ran out, or somebody ended them."""
LINEAR_ALGEBRA_THREADS = "OPENBLAS_NUM_THREADS"
"""Read by NumPy's library when a process begins; the processes started from here inherit it."""

_SHELF: list[Shelf] = []
"""The shelf of this process, once it works for a batch."""


def in_processes(kit: Kit, specs: Sequence[RunSpec], workers: int) -> Iterator[Outcome]:
    """Yield the outcome of every run as it comes, each once.

    A process that is ended takes its runs with it: they are handed to a new one, at most three times.
    """
    todo = deque(specs)
    tries: Counter[str] = Counter()
    context = started_from(work.__module__)
    while todo:
        with ProcessPoolExecutor(workers, mp_context=context, initializer=_open, initargs=(kit,)) as pool:
            try:
                lost = yield from _until_broken(pool, todo, AHEAD * workers)
            finally:
                pool.shutdown(wait=False, cancel_futures=True)
        tries.update(spec.id for spec in lost)
        for spec in reversed(lost):
            if tries[spec.id] < MOST_ATTEMPTS:
                todo.appendleft(spec)
            else:
                yield failed(spec, "进程被中止 the process was ended")


def started_from(module: str) -> ForkServerContext | SpawnContext:
    """Return how processes are started: from one that has imported a module, where the system can do that.

    Each has a processor to itself: threads of linear algebra would only wait for one another there, a fifth of a run.
    """
    os.environ.setdefault(LINEAR_ALGEBRA_THREADS, "1")
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([module])
    return context


def _until_broken(
    pool: ProcessPoolExecutor, todo: deque[RunSpec], most: int
) -> Generator[Outcome, None, list[RunSpec]]:
    """Work on what is to do until all is done or a process ends; return the runs that were lost with it."""
    running: dict[Future[Outcome], RunSpec] = {}
    lost: list[RunSpec] = []
    while (todo or running) and not lost:
        try:
            while todo and len(running) < most:
                running[pool.submit(_work, todo[0])] = todo[0]
                todo.popleft()
        except BrokenProcessPool:
            break
        done, _ = wait(running, return_when=FIRST_COMPLETED)
        for future in done:
            spec = running.pop(future)
            if isinstance(future.exception(), BrokenProcessPool):
                lost.append(spec)
            else:
                yield future.result()
    return [*lost, *running.values()]


def _open(kit: Kit) -> None:
    """Make this process ready for the runs of a batch, and end it when its parent is gone, not by ``Ctrl+C`` itself."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _SHELF[:] = [Shelf(kit)]
    threading.Thread(target=end_with_parent, daemon=True).start()


def end_with_parent() -> None:
    """End this process when the one that started it is gone."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait_for([parent.sentinel])
        os._exit(1)


def _work(spec: RunSpec) -> Outcome:
    return work(_SHELF[0], spec)
