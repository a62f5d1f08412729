"""Long questions in a process of their own: answered there, and truly ended when nobody waits for them any more."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest

from model.problems import InputError
from scenarios.live.desk import Desk, work_off
from scenarios.live.inquiries import Inquiries
from scenarios.reading.files import ScenarioFiles, find_scenario
from tests.test_scenarios.stacks import write

PATIENCE_S = 60.0


@dataclass(frozen=True, slots=True)
class Doubled:
    """Twice a number; below zero there is no answer."""

    number: int

    def answered(self) -> int:
        if self.number < 0:
            raise ValueError("below zero")
        return 2 * self.number


@dataclass(frozen=True, slots=True)
class Endless:
    """Says that it has begun, and is never done."""

    begun: Path

    def answered(self) -> None:
        self.begun.touch()
        while True:
            time.sleep(1.0)


def always() -> bool:
    return True


def wait_for(is_there: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE_S
    while not is_there():
        assert time.monotonic() < end
        time.sleep(0.02)


@pytest.fixture(scope="module")
def desk() -> Iterator[Desk]:
    made = Desk()
    yield made
    made.end()
    assert made.pid is None


def test_a_question_is_ended_in_its_midst_and_the_next_is_answered_by_a_new_process(desk: Desk, tmp_path: Path) -> None:
    """Ending another question does nothing; ending this one kills the process that works on it."""
    assert desk.answer("small", Doubled(4), is_wanted=always) == 8
    first, begun = desk.pid or 0, tmp_path / "begun"
    with ThreadPoolExecutor(1) as beside:
        waiting = beside.submit(desk.answer, "endless", Endless(begun), is_wanted=always)
        wait_for(begun.exists)
        desk.end("another")
        assert psutil.pid_exists(first)
        desk.end("endless")
        with pytest.raises(InputError, match="ended before it was done"):
            waiting.result(PATIENCE_S)
    assert not psutil.pid_exists(first)
    assert desk.answer("small", Doubled(5), is_wanted=always) == 10
    assert desk.pid != first


def test_what_is_wrong_with_a_question_is_raised_where_it_was_asked(desk: Desk) -> None:
    with pytest.raises(ValueError, match="below zero"):
        desk.answer("bad", Doubled(-1), is_wanted=always)
    with pytest.raises(InputError, match="ended"):
        desk.answer("unwanted", Doubled(1), is_wanted=lambda: False)
    assert desk.answer("good", Doubled(1), is_wanted=always) == 2


def test_a_process_that_somebody_ended_is_replaced(desk: Desk, tmp_path: Path) -> None:
    """As when the machine ran out of memory: whoever waits is told, and the next question is answered."""
    begun = tmp_path / "begun"
    with ThreadPoolExecutor(1) as beside:
        waiting = beside.submit(desk.answer, "endless", Endless(begun), is_wanted=always)
        wait_for(begun.exists)
        psutil.Process(desk.pid).kill()
        with pytest.raises(InputError, match="ask again"):
            waiting.result(PATIENCE_S)
    assert desk.answer("small", Doubled(3), is_wanted=always) == 6


@dataclass(frozen=True, slots=True)
class Faulty:
    """A question whose answer is a fault of ours."""

    def answered(self) -> None:
        raise ZeroDivisionError


def test_questions_are_answered_until_no_more_come(capsys: pytest.CaptureFixture[str]) -> None:
    """A fault is told and logged, and the next question answered: it is not taken for work that was ended."""
    asked: Iterator[Doubled | Faulty] = iter([Doubled(1), Doubled(-1), Faulty(), Doubled(2)])
    given: list[object] = []

    def take() -> Doubled | Faulty:
        found = next(asked, None)
        if found is None:
            raise EOFError
        return found

    work_off(take, given.append)
    assert given[0] == 2
    assert isinstance(given[1], ValueError)
    assert isinstance(given[2], InputError)
    assert "the work failed (ZeroDivisionError)" in str(given[2])
    assert "Traceback" in capsys.readouterr().err
    assert given[3] == 4


def test_a_question_is_given_up_when_the_last_who_waits_takes_it_back(tmp_path: Path) -> None:
    """Two ask the same: it goes on when one leaves. A stranger cannot take it back. What waits is not begun."""
    folder, may_go_on = write(tmp_path), threading.Event()
    read: list[str] = []

    def find(name: str) -> ScenarioFiles:
        read.append(name)
        may_go_on.wait(PATIENCE_S)
        return find_scenario(folder)

    inquiries = Inquiries(find)
    for owner in ("me", "you"):
        inquiries.ask("mac", "first", (), about="nox", owner=owner)
    assert inquiries.ask("mac", "second", (), about="nox", owner="me").ahead == 1
    inquiries.cancel("mac", "first", (), about="nox", owner="me")
    inquiries.cancel("mac", "first", (), about="nox", owner="stranger")
    assert inquiries.look("mac", "first", (), about="nox") is not None
    inquiries.cancel("mac", "first", (), about="nox", owner="you")
    inquiries.cancel("mac", "second", (), about="nox", owner="me")
    inquiries.cancel("mac", "never asked", (), about="nox", owner="me")
    assert inquiries.look("mac", "first", (), about="nox") is None
    assert inquiries.look("mac", "second", (), about="nox") is None
    may_go_on.set()
    inquiries.close()
    assert read == ["first"]
    assert inquiries.pid is None


def test_a_cancelled_question_lets_the_next_one_through(tmp_path: Path) -> None:
    """The explanation of a plan is taken back once its process works on it; then the cost curve is answered."""
    folder = write(tmp_path)
    inquiries = Inquiries(lambda _: find_scenario(folder))
    with pytest.raises(KeyError):
        inquiries.ask("nonsense", "stacks", ())
    inquiries.ask("explain", "stacks", ())
    wait_for(lambda: inquiries.pid is not None)
    inquiries.cancel("explain", "stacks", ())
    assert inquiries.look("explain", "stacks", ()) is None

    def is_there() -> bool:
        return inquiries.ask("mac", "stacks", (), about="nox").is_done

    wait_for(is_there)
    assert inquiries.ask("mac", "stacks", (), about="nox").answer is not None
    inquiries.cancel("mac", "stacks", (), about="nox")
    assert inquiries.look("mac", "stacks", (), about="nox") is not None
    inquiries.close()
