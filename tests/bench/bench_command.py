"""Time a whole command, ``jianpai plan huzhou-2023``, and what of it is not the engine.

Run by ``python tests/bench/bench_command.py [RUNS]``, on a quiet machine.
The quickest of some runs counts, each in a process of its own. The engine is what solves: the plan, how far its
requirements reach, values to propose, the ranking beside it. Everything else is overhead: start, reading, options,
compiling, pricing, files. Listing the scenarios and the help are timed as well.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

ROOT = Path(__file__).resolve().parents[2]
SCENARIO = "huzhou-2023"
ENGINE = ("solve", "reach", "proposals", "ranking", "repair")
RUNS = 5
MAIN = "from scenarios.cli import main; main()"


@dataclass(frozen=True, slots=True)
class Run:
    """Wall and processor seconds of a command; the processor's include those of its helpers."""

    wall_s: float
    cpu_s: float


def timed(arguments: Sequence[str]) -> Run:
    """Run a command in a process of its own."""
    begin = perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-c", MAIN, *arguments], cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{' '.join(arguments)}: exit code {process.returncode}")
    return Run(perf_counter() - begin, used.ru_utime + used.ru_stime)


def planned() -> tuple[Run, dict[str, float]]:
    """Plan once; also return the seconds of each stage."""
    with tempfile.TemporaryDirectory() as folder:
        run = timed(["plan", SCENARIO, "--out", folder, "--lang", "zh"])
        answer = json.loads((Path(folder) / "result.json").read_text(encoding="utf-8"))
    return run, answer["provenance"]["seconds"]


def main() -> None:
    """Print the quickest plan with its stages, and how long lists and help take."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else RUNS
    best, seconds = min((planned() for _ in range(runs)), key=lambda pair: pair[0].wall_s)
    engine = sum(seconds.get(stage, 0.0) for stage in ENGINE)
    print(
        f"  plan {SCENARIO}: {best.wall_s:.2f} s ({best.cpu_s:.2f} CPU s), {best.wall_s - engine:.2f} s of it overhead"
    )
    print("    " + ", ".join(f"{stage} {value:.2f}" for stage, value in seconds.items()), end="")
    print(f", start and files {best.wall_s - sum(seconds.values()):.2f}")
    for arguments in (["list"], ["--help"]):
        quickest = min((timed(arguments) for _ in range(runs)), key=lambda run: run.wall_s)
        print(f"  {' '.join(arguments)}: {quickest.wall_s:.2f} s ({quickest.cpu_s:.2f} CPU s)")


if __name__ == "__main__":
    main()
