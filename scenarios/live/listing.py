"""Tasks a page at a time: filtered, sorted, grouped; the whole list leaves only as a file."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from scenarios.answering.result import Json

MOST_ROWS = 100
TEXTS = ("district", "source_name", "source_id", "sector", "measure_names", "lead_unit", "support_units", "due")
MONEY = ("capital_cny", "annual_cost_cny")
TONNES = "reduction_t_per_year"
LONGEST = 80
"""Characters of a filter."""

type Filters = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Order:
    """A column and whether it falls."""

    column: str
    is_falling: bool


@dataclass(frozen=True, slots=True)
class GroupRow:
    """Tasks that share a value: how many, capital [CNY], annual cost [CNY/yr], reduction [t/yr] by pollutant."""

    name: str
    count: int
    capital_cny: float
    annual_cost_cny: float
    reduction_t_per_year: Mapping[str, float]


def listed(tasks: Sequence[Json], filters: Filters, orders: Sequence[Order], language: str) -> list[Json]:
    """Return the tasks that contain every filter's text, in order; texts are compared without regard to case."""
    known = {name: text[:LONGEST].casefold() for name, text in filters.items() if name in TEXTS and text}
    found = [
        task for task in tasks if all(text in cell(task, name, language).casefold() for name, text in known.items())
    ]
    for order in reversed(orders):
        found.sort(key=lambda task, name=order.column: _rank(task, name, language), reverse=order.is_falling)  # type: ignore[misc]
    return found


def window(rows: Sequence[Json], first: int, last: int) -> list[Json]:
    """Return rows ``first`` to ``last``, at most 100 of them."""
    first = max(0, first)
    return list(rows[first : min(max(first, last), first + MOST_ROWS)])


def grouped(tasks: Sequence[Json], by: str, language: str) -> list[GroupRow]:
    """Return the tasks by district, unit, sector or measure, the dearest group first."""
    groups: dict[str, list[Json]] = {}
    for task in tasks:
        groups.setdefault(cell(task, by, language), []).append(task)
    rows = [_sum(name, own) for name, own in groups.items()]
    return sorted(rows, key=lambda row: -row.capital_cny)


def cell(task: Json, name: str, language: str) -> str:
    """Return a text of a task in a language."""
    value = task.get(name, "")
    return str(value["en" if language == "en" else "zh"]) if isinstance(value, Mapping) else str(value)


def _rank(task: Json, name: str, language: str) -> tuple[float, str]:
    if name in MONEY:
        return float(task[name]), ""
    if name.startswith(f"{TONNES}."):
        return float(task[TONNES].get(name.removeprefix(f"{TONNES}."), 0.0)), ""
    return 0.0, cell(task, name, language) if name in TEXTS else ""


def _sum(name: str, tasks: Sequence[Json]) -> GroupRow:
    pollutants = list(tasks[0][TONNES])
    return GroupRow(
        name=name,
        count=len(tasks),
        capital_cny=math.fsum(float(task["capital_cny"]) for task in tasks),
        annual_cost_cny=math.fsum(float(task["annual_cost_cny"]) for task in tasks),
        reduction_t_per_year={p: math.fsum(float(task[TONNES][p]) for task in tasks) for p in pollutants},
    )
