"""Compiled once, wherever Numba may keep it; never waited for where Numba is missing."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import cast

import pytest

import optimizer
from optimizer import compiled

numba = pytest.importorskip("numba")

ROOT = Path(__file__).resolve().parents[2]
SAY = "import optimizer; print(optimizer.needs_warmup()); optimizer.warmup(); print(optimizer.needs_warmup())"


def said(cache: str) -> list[str]:
    """Return what a process of its own says before and after it has compiled, with a cache in some folder."""
    environment = {**os.environ, "NUMBA_CACHE_DIR": cache, "PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "-c", SAY], env=environment, capture_output=True, text=True, check=True)
    return done.stdout.split()


@pytest.mark.slow
def test_a_second_process_finds_what_the_first_compiled(tmp_path: Path) -> None:
    assert said(str(tmp_path)) == ["True", "False"]
    assert said(str(tmp_path)) == ["False", "False"]


def test_in_this_process() -> None:
    assert optimizer.warmup()
    assert not optimizer.needs_warmup()


def test_without_numba_there_is_nothing_to_wait_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compiled, "find_spec", lambda _: None)
    assert not optimizer.needs_warmup()
    assert not optimizer.warmup()


def test_functions_are_compiled_where_nothing_may_be_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """Numba refuses to cache a function whose file it finds no folder for; it is compiled all the same."""
    kernels = import_module(compiled.KERNELS)
    asked: list[bool] = []
    real = numba.njit

    def njit(*, nogil: bool, cache: bool = False) -> object:
        asked.append(cache)
        if cache:
            raise RuntimeError("cannot cache function: no locator available")
        return cast("object", real(nogil=nogil))

    monkeypatch.setattr(numba, "njit", njit)
    double: Callable[[float], float] = kernels.compiled(lambda number: 2.0 * number)
    assert double(2.0) == 4.0
    assert asked == [True, False]
