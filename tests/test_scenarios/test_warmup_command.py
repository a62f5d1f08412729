"""Compiling is said on stderr: by ``jianpai warmup``, and before the first plan that has to wait for it."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from scenarios.cli import app
from scenarios.commands import plans
from scenarios.wording.words import PROGRESS
from tests.test_scenarios import stacks


def said(*words: str) -> tuple[int, str, str]:
    """Return exit code, stdout and stderr of a command, in English."""
    done = CliRunner().invoke(app, [*words, "--lang", "en"], catch_exceptions=False)
    return done.exit_code, done.stdout, " ".join(done.stderr.split())


@pytest.mark.parametrize(("there", "word"), [(1, "compiled"), (0, "not_compiled")])
def test_warmup_says_what_came_of_it(monkeypatch: pytest.MonkeyPatch, there: int, word: str) -> None:
    is_there = bool(there)
    monkeypatch.setattr(plans, "needs_warmup", lambda: is_there)
    monkeypatch.setattr(plans, "compile_passes", lambda: is_there)
    code, out, err = said("warmup")
    assert (code, out) == (0, "")
    assert PROGRESS[word].en in err
    assert (PROGRESS["compiling"].en in err) is is_there


@pytest.mark.parametrize(("least", "sentences"), [(1, 1), (3, 0)])
def test_a_large_plan_says_that_it_waits(
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    least: int,
    sentences: int,
) -> None:
    """Two stacks: large where large begins at one source, not where it begins at three."""
    monkeypatch.setattr(plans, "needs_warmup", lambda: True)
    monkeypatch.setattr(plans, "MANY_SOURCES", least)
    (tmp_path / "scenario").mkdir()
    code, _, err = said("plan", str(stacks.write(tmp_path / "scenario")), "--out", str(tmp_path / "out"))
    assert code == 0
    assert (PROGRESS["compiling"].en in err) is bool(sentences)
