"""Plan a national census from end to end, as a user would: Parquet in, ``result.json`` and a task list out.

``python tests/bench/bench_census.py [SOURCES ...]``; 3 580 000 sources are as many as the second national census of
pollution sources had. They are drawn by Huzhou's profile over sixteen districts, the catalogue is the bundled one with
at most eighteen packages a source (ten on average), and each district has a target for NOx, VOCs and total phosphorus:
48 rows. The plan is made by the command line in a process of its own, whose seconds and memory are printed.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any

import pandas as pd

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from scenarios.commands.plans import PROFILE
from scenarios.illustrating.illustrate import HEAD
from scenarios.illustrating.profile import read_profile
from scenarios.illustrating.synth import synthesise

ROOT = Path(__file__).resolve().parents[2]
SIZES = (20_000,)
"""What ``make bench`` runs; larger ones on request."""

DISTRICTS = tuple(f"第{number:02d}片区" for number in range(1, 17))
MOST_PACKAGES = 18
SEED = 2023
SHARES = {"nox": "20 %", "vocs": "15 %", "tp": "10 %"}
KIB_PER_GIB = 2**20
MAIN = "from scenarios.cli import main; main()"

PACKAGES = """
[packages]
max_per_source = {most}
"""

REQUIREMENT = """
[[requirement]]
id = "{pollutant}"
kind = "reduce"
pollutant = "{pollutant}"
amount = "{share}"
each = "district"
assumed = true
"""


def draw(folder: Path, sources: int) -> None:
    """Write a scenario whose inventory is one Parquet file for each sector."""
    profile: dict[str, Any] = dict(read_profile(PROFILE))
    profile |= {"district": [{"name": name, "weight": 1.0} for name in DISTRICTS], "named": [], "section": []}
    tables = synthesise(profile, sources=sources, seed=SEED)
    for sector, table in tables.items():
        table.apply(_plain).to_parquet(folder / f"{sector}.parquet", index=False)
    inventory = "\n".join(f'{sector} = "{sector}.parquet"' for sector in tables)
    asked = [REQUIREMENT.format(pollutant=pollutant, share=share) for pollutant, share in SHARES.items()]
    head = HEAD.format(sources=sources, seed=SEED, inventory=inventory) + PACKAGES.format(most=MOST_PACKAGES)
    text = head + "".join(asked)
    (folder / "scenario.toml").write_text(text, encoding="utf-8")


def _plain(column: pd.Series) -> pd.Series:
    """Return a column whose cells are all of one kind, as Parquet wants them."""
    if column.dtype != object:
        return column
    numbers = pd.to_numeric(column, errors="coerce")
    return numbers if (numbers.notna() == column.notna()).all() else column.astype("str").where(column.notna())


@dataclass(frozen=True, slots=True)
class Run:
    """Exit code, wall and processor seconds and peak memory [GiB] of one command, and what it wrote."""

    code: int
    wall_s: float
    cpu_s: float
    peak_gib: float
    answer: dict[str, Any]
    written: dict[str, int]


def plan(folder: Path, out: Path) -> Run:
    """Plan a scenario by the command line, in a process of its own."""
    command = [sys.executable, "-c", MAIN, "plan", str(folder), "--out", str(out), "--lang", "zh"]
    begin = perf_counter()
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    wall = perf_counter() - begin
    code = os.waitstatus_to_exitcode(status)
    process.returncode = code
    written = {path.name: path.stat().st_size for path in sorted(out.iterdir())} if out.is_dir() else {}
    answer = read_answer(out / "result.json") if "result.json" in written else {}
    return Run(code, wall, used.ru_utime + used.ru_stime, used.ru_maxrss / KIB_PER_GIB, answer, written)


def read_answer(path: Path) -> dict[str, Any]:
    """Return status, gap, provenance and the number of tasks of an answer, read line by line."""
    found: dict[str, Any] = {"tasks": 0}
    at = ""
    with path.open(encoding="utf-8") as file:
        for line in file:
            if line.startswith(' "'):
                at, _, value = line.strip().rstrip(",").partition(": ")
                at = at.strip('"')
                found |= {at: json.loads(value)} if at in {"status", "gap", "provenance"} else {}
            elif at == "tasks" and line.startswith("  {"):
                found["tasks"] += 1
    return found


def tell(sources: int, run: Run) -> None:
    """Print the seconds of each stage, memory, proof and files of a run."""
    print(f"  {sources:,} sources: {run.wall_s:.1f} s, {run.cpu_s:.1f} CPU s, peak {run.peak_gib:.2f} GiB")
    provenance = run.answer["provenance"]
    for stage, seconds in provenance["seconds"].items():
        print(f"    {stage:<12}{seconds:8.2f} s")
    print(f"    {'the rest':<12}{run.wall_s - sum(provenance['seconds'].values()):8.2f} s (start, files)")
    gap, tasks = run.answer["gap"], run.answer["tasks"]
    print(f"    {run.answer['status']}, gap {gap:.1e}, {tasks:,} tasks, {provenance['engine']}")
    print("    " + ", ".join(f"{name} {size / 2**20:,.0f} MiB" for name, size in run.written.items()))


def main() -> int:
    """Plan each size that is asked for; return 1 when one gives no plan."""
    sizes = [int(text.replace("_", "")) for text in sys.argv[1:]] or SIZES
    failed = False
    for sources in sizes:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name) / "census"
            folder.mkdir()
            draw(folder, sources)
            run = plan(folder, Path(name) / "out")
            failed = failed or not run.answer
            if run.answer:
                tell(sources, run)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
