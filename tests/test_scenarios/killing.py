"""A batch that is ended with SIGKILL at random moments, and started again until it is done."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.test_scenarios import stacks

ROOT = Path(__file__).resolve().parents[2]
MAIN = "from scenarios.cli import main; main()"


@dataclass(frozen=True, slots=True)
class Ended:
    """What was there when the batch was done: runs by name in the folder, and how often it was ended."""

    runs: tuple[str, ...]
    kills: int
    code: int


def write_sweep(folder: Path, runs: int) -> Path:
    """Write the two stacks and a sweep of so many runs over their target."""
    (folder / "scenario").mkdir()
    stacks.write(folder / "scenario")
    amounts = ", ".join(f'"{1 + 118 * number / runs:.3f} t/yr"' for number in range(runs))
    file = folder / "sweep.toml"
    grid = f'[grid]\n"requirement.nox-total.amount" = [{amounts}]\n'
    file.write_text(f'schema = 1\nbase = "scenario"\n{grid}', encoding="utf-8")
    return file


def kill_and_resume(sweep: Path, out: Path, store: str, *, kills: int, seed: int, workers: int = 1) -> Ended:
    """Start the batch, end it ``kills`` times after a random number of further runs, and let it finish."""
    draw = random.Random(seed)  # noqa: S311 - moments, not secrets
    total = sweep.read_text(encoding="utf-8").count("t/yr")
    done = 0
    for _ in range(kills):
        process = _start(sweep, out, store, workers)
        until = min(done + draw.randint(1, max(1, total // (kills + 2))), total - 1)
        while len(list(out.glob("*/run.json"))) < until and process.poll() is None:
            time.sleep(0.01)
        time.sleep(draw.uniform(0.0, 0.02))
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        done = len(list(out.glob("*/run.json")))
    code = _start(sweep, out, store, workers).wait()
    return Ended(tuple(sorted(_names(out))), kills, code)


def _start(sweep: Path, out: Path, store: str, workers: int) -> subprocess.Popen[bytes]:
    asked = ["batch", str(sweep), "--out", str(out), "--workers", str(workers), "--store", store, "--quiet"]
    return subprocess.Popen(
        [sys.executable, "-c", MAIN, *asked], cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )


def _names(out: Path) -> Iterator[str]:
    return (path.parent.name for path in out.glob("*/run.json"))
