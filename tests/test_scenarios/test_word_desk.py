"""The Word document is the same wherever it is made, and is made here where a helper cannot."""

from __future__ import annotations

import io
import pickle

import pytest

from scenarios.export import word_desk as module
from scenarios.export.docx_plan import plan_docx
from scenarios.export.word_desk import plan_here, serve, word_desk
from tests.test_scenarios.hand_made import hand_made


def test_a_helper_makes_the_same_document(monkeypatch: pytest.MonkeyPatch) -> None:
    """In a process of its own: nothing is made here."""
    monkeypatch.setattr(module, "plan_here", lambda *_: pytest.fail)
    with word_desk() as ask:
        document = ask(hand_made(), "en")
        assert document() == plan_docx(hand_made(), "en")


def test_where_a_helper_fails_the_document_is_made_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """What cannot be sent to another process, a function without a name, is no obstacle here."""
    monkeypatch.setattr(module, "plan_here", lambda *_: lambda: b"made here")
    with word_desk() as ask:
        assert ask(hand_made(provenance={"unsent": lambda: None}), "en")() == b"made here"


def test_a_helper_that_does_not_start_is_no_obstacle(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "HELPER", "raise SystemExit(1)")
    monkeypatch.setattr(module, "plan_here", lambda *_: lambda: b"made here")
    with word_desk() as ask:
        assert ask(hand_made(), "en")() == b"made here"


def test_a_helper_that_is_not_asked_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    """It would sleep for an hour."""
    monkeypatch.setattr(module, "HELPER", "import time; time.sleep(3600)")
    with word_desk():
        pass


def test_a_document_made_here_is_the_same() -> None:
    assert plan_here(hand_made(), "zh")() == plan_docx(hand_made(), "zh")


def test_a_helper_serves_what_it_is_asked() -> None:
    made = io.BytesIO()
    serve(io.BytesIO(pickle.dumps((hand_made(), "en"))), made)
    assert made.getvalue() == plan_docx(hand_made(), "en")


def test_a_helper_makes_nothing_where_nobody_asks() -> None:
    made = io.BytesIO()
    serve(io.BytesIO(), made)
    assert made.getvalue() == b""
