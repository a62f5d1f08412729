"""Every row of the five plans: what it asks, and where it is expressed or why not; `make docs` writes the page.

The rows come from the bundled scenarios alone: the references of each requirement in ``scenario.toml`` name the rows it
serves, and the tables of its ``README.md`` say what was assumed, or why a row is no requirement.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
LIBRARY = ROOT / "scenarios" / "library"
PAGE = ROOT / "docs" / "plan-rows.md"

ROW_ID = re.compile(r"\bS\d{3}\b")
CODE = re.compile(r"`([^`]+)`")
REQUIREMENTS, REASONS = ("row", "clause", "requirement", "what was assumed"), ("row", "clause", "reason")

HEAD = """# Every row of the five plans

What the five plans ask, row by row, and where a bundled scenario expresses it, or why it does not. `make docs` writes
the page from `scenarios/library/`, and a test compares the two. The ids number the rows of all plans together; a row
that is outside says so with its reason. The plans are paraphrased, never quoted.

| scenario | rows | expressed | outside |
|---|---|---|---|
"""


@dataclass(frozen=True, slots=True)
class PlanRow:
    """One row of a plan; ``requirements`` are ids of the scenario, empty where a row is no requirement."""

    row_id: str
    scenario: str
    clause: str
    asked: str
    place: str
    requirements: tuple[str, ...] = ()
    is_outside: bool = False


def plan_rows(folder: Path) -> list[PlanRow]:
    """Return the rows of one bundled scenario, in order of their ids."""
    cited = references(folder)
    rows: list[PlanRow] = []
    for heading, cells in table_rows((folder / "README.md").read_text(encoding="utf-8")):
        make = {REQUIREMENTS: _expressed, REASONS: _outside}.get(heading)
        if make is not None:
            rows += [make(row_id, folder.name, cells, cited) for row_id in ROW_ID.findall(cells[0])]
    return sorted(rows, key=lambda row: row.row_id)


def all_rows() -> list[PlanRow]:
    """Return the rows of every bundled scenario, in order of their ids."""
    folders = sorted(path.parent for path in LIBRARY.glob("*/README.md"))
    return sorted((row for folder in folders for row in plan_rows(folder)), key=lambda row: row.row_id)


def page(rows: Sequence[PlanRow]) -> str:
    """Return the page: what each scenario expresses, and a table for each."""
    ordered = sorted(rows, key=lambda row: row.scenario)
    by_scenario = {name: list(group) for name, group in groupby(ordered, key=lambda row: row.scenario)}
    counts = [_count(f"`{name}`", group) for name, group in by_scenario.items()]
    tables = [_table(name, group) for name, group in by_scenario.items()]
    return HEAD + "\n".join([*counts, _count("all", rows), "", *tables])


def _count(name: str, rows: Sequence[PlanRow]) -> str:
    outside = sum(row.is_outside for row in rows)
    return f"| {name} | {len(rows)} | {len(rows) - outside} | {outside} |"


def _table(name: str, rows: Sequence[PlanRow]) -> str:
    lines = [f"| {row.row_id} | {row.clause} | {row.asked} | {row.place} |" for row in rows]
    heading = ["## " + name, "", "| row | clause | what is asked | where, or why not |", "|---|---|---|---|"]
    return "\n".join([*heading, *lines, ""])


def references(folder: Path) -> Mapping[str, list[tuple[Mapping[str, Any], str]]]:
    """Return, by row id, the requirements that cite it, each with the summary of the reference."""
    scenario = tomllib.loads((folder / "scenario.toml").read_text(encoding="utf-8"))
    found: dict[str, list[tuple[Mapping[str, Any], str]]] = {}
    for requirement in scenario["requirement"]:
        for cite in requirement.get("cites", []):
            for row_id in ROW_ID.findall(cite.get("clause", "")):
                found.setdefault(row_id, []).append((requirement, cite["summary"]["en"]))
    return found


def table_rows(text: str) -> Iterator[tuple[tuple[str, ...], list[str]]]:
    """Yield the rows of the tables of a page, each with its table's headings."""
    heading: tuple[str, ...] = ()
    for line in text.splitlines():
        if not line.startswith("|"):
            heading = ()
            continue
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if not heading:
            heading = tuple(cells)
        elif not set(line) <= set("|-: "):
            yield heading, cells


def _expressed(
    row_id: str, scenario: str, cells: Sequence[str], cited: Mapping[str, list[tuple[Mapping[str, Any], str]]]
) -> PlanRow:
    """A row of the first table: requirements that cite it, or, where none does, what stands for it in words."""
    _, clause, what, assumed = cells
    behind = [(requirement, summary) for requirement, summary in cited.get(row_id, []) if requirement["id"] in what]
    if not behind:
        return PlanRow(row_id, scenario, clause, assumed, what)
    named = [f"`{requirement['id']}` ({_kind(requirement)})" for requirement, _ in behind]
    asked = " ".join(dict.fromkeys(summary for _, summary in behind))
    ids = tuple(str(requirement["id"]) for requirement, _ in behind)
    return PlanRow(row_id, scenario, clause, asked, ", ".join(named), ids)


def _kind(requirement: Mapping[str, Any]) -> str:
    words = [str(requirement["kind"])]
    words += [str(requirement["amount"])] if requirement.get("amount") in {"pending", "propose"} else []
    words += ["assumed"] if requirement.get("assumed") else []
    return ", ".join(words)


def _outside(row_id: str, scenario: str, cells: Sequence[str], _: object) -> PlanRow:
    """A row of the second table: what is asked stands before the first colon, the reason after it."""
    _, clause, reason = cells
    asked, _, why = reason.partition(": ")
    return PlanRow(row_id, scenario, clause, asked, f"outside: {why or asked}", is_outside=True)


if __name__ == "__main__":
    PAGE.write_text(page(all_rows()), encoding="utf-8")
