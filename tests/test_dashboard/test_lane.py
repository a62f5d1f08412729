"""Moves are answered in the order they came, so many at once as there is room for; what can wait lets them go first."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence

import pytest

from dashboard.lane import Lane

PATIENCE_S = 30.0


def until(is_so: Callable[[], bool]) -> None:
    """Wait for something that other threads do."""
    for _ in range(2000):
        if is_so():
            return
        time.sleep(0.005)
    pytest.fail("it never came to that")


def order_of(patience: Sequence[float], clock: Callable[[], float]) -> list[int]:
    """Return in which order callers are served who come one after the other while the only place is taken."""
    lane, served, coming = Lane(1, clock), list[int](), threading.Barrier(2)

    def call(number: int, patience_s: float) -> None:
        coming.wait()
        with lane.turn(patience_s):
            served.append(number)

    with lane.turn():
        callers = []
        for number, patience_s in enumerate(patience):
            callers.append(threading.Thread(target=call, args=(number, patience_s)))
            callers[-1].start()
            coming.wait()
            until(lambda: len(lane._waiting) == len(callers))  # noqa: SLF001 - the only sign that it waits
    for caller in callers:
        caller.join()
    return served


def test_whoever_comes_first_is_served_first() -> None:
    assert order_of([0.0, 0.0, 0.0, 0.0], time.monotonic) == [0, 1, 2, 3]


def test_whoever_can_wait_lets_those_go_first_who_come_soon_after() -> None:
    """Callers come at 1, 2, 3 and 4 s by the clock; the first counts as come at 3.5 s: after the third, not the fourth.

    The one that holds the place came at 0 s. Without patience the first would be served first.
    """
    ticks = iter([0.0, 1.0, 2.0, 3.0, 4.0])
    assert order_of([2.5, 0.0, 0.0, 0.0], lambda: next(ticks)) == [1, 2, 0, 3]


@pytest.mark.parametrize("width", [1, 2])
def test_no_more_are_at_it_than_there_is_room_for(width: int) -> None:
    lane, at_it, most, lock = Lane(width), 0, list[int](), threading.Lock()

    def call() -> None:
        nonlocal at_it
        with lane.turn():
            with lock:
                at_it += 1
                most.append(at_it)
            until(lambda: len(most) >= width)
            with lock:
                at_it -= 1

    callers = [threading.Thread(target=call) for _ in range(6)]
    for caller in callers:
        caller.start()
    for caller in callers:
        caller.join()
    assert max(most) == width
    assert len(most) == len(callers)


def test_a_place_is_given_back_by_whoever_fails() -> None:
    lane = Lane(1)
    with pytest.raises(ZeroDivisionError), lane.turn():
        _ = 1 / 0
    with lane.turn():
        pass
