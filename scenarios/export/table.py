"""The task list as a bureau hands it out: columns, order, words, numbers."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from model.text import Text
from scenarios.result import Json, Result
from scenarios.shown import MONEY, as_text, cited, listed, symbol
from scenarios.words import LABEL, TASK

REPORTED = ("nox", "vocs", "tp")
DIGITS = 12
"""Significant digits of a number, as in ``result.json``."""

type Cell = Text | str | float | int | date | None
type Form = Literal["text", "name", "tonnes", "money", "whole", "year", "date", "percent"]


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table: heading, how its cells are formatted, width in characters, whether it is added up."""

    title: Text
    form: Form = "text"
    width: float = 12
    total: bool = False


@dataclass(frozen=True, slots=True)
class TaskColumn:
    """A column of the task list: ``fill`` gives the cell of a task."""

    key: str
    column: Column
    fill: Callable[[Json], Cell]


def task_columns(result: Result) -> tuple[TaskColumn, ...]:
    """Return the columns of the task list in the official order, the source's id last; three per pollutant."""
    pollutants = reported(result)
    return (
        _column("number", "whole", 5, lambda task: int(task["task_id"][1:])),
        _column("district", "name", 8, lambda task: task["district"]),
        _column("source_name", "text", 18, lambda task: task["source_name"]),
        _column("measures", "text", 18, lambda task: as_text(task["measure_names"])),
        _column("content", "text", 26, lambda task: as_text(task["content"])),
        *(_of_pollutant("reduction", pollutant, "reduction_t_per_year") for pollutant in pollutants),
        *(_of_pollutant("accountable", pollutant, "accountable_t_per_year") for pollutant in pollutants),
        _money("capital", "capital_cny"),
        _money("operating_cost", "operating_cost_cny"),
        _money("annual_cost", "annual_cost_cny"),
        *(_cost_per_t(pollutant) for pollutant in pollutants),
        _column("lead_unit", "name", 10, lambda task: task["lead_unit"]),
        _column("support_units", "name", 10, lambda task: task["support_units"]),
        _column("start_year", "year", 6, lambda task: int(task["start_year"])),
        _column("due", "date", 10.5, lambda task: date.fromisoformat(task["due"])),
        _column("cites", "text", 18, lambda task: cited(task["cites"])),
        _column("note", "text", 9, _note),
        _column("source_id", "name", 9, lambda task: task["source_id"]),
    )


def task_rows(columns: Sequence[TaskColumn], tasks: Sequence[Json]) -> list[list[Cell]]:
    """Return the rows of the task list, numbers with the digits of ``result.json``."""
    return [[rounded(column.fill(task)) for column in columns] for task in tasks]


def reported(result: Result) -> tuple[str, ...]:
    """Return the pollutants the task list shows."""
    return tuple(result.tasks[0]["reduction_t_per_year"]) if result.tasks else REPORTED


def totals(columns: Sequence[Column], rows: Sequence[Sequence[Cell]]) -> list[float | None]:
    """Return the sum of each column that is added up, None for the others."""
    return [
        math.fsum(value for row in rows if isinstance(value := row[place], int | float)) if column.total else None
        for place, column in enumerate(columns)
    ]


def rounded(cell: Cell) -> Cell:
    """Return a number with the digits of ``result.json``; other cells as they are."""
    return float(f"{cell:.{DIGITS}g}") + 0.0 if isinstance(cell, float) else cell


def _column(key: str, form: Form, width: float, fill: Callable[[Json], Cell]) -> TaskColumn:
    return TaskColumn(key, Column(TASK[key], form, width), fill)


def _of_pollutant(key: str, pollutant: str, table: str) -> TaskColumn:
    column = Column(_headed(pollutant, TASK[key]), "tonnes", 8.5, total=True)
    return TaskColumn(f"{pollutant}_{key}", column, lambda task: float(task[table].get(pollutant, 0.0)))


def _cost_per_t(pollutant: str) -> TaskColumn:
    """Each pollutant bears the whole cost of its task: the figures of one task must not be added. Empty where none."""
    column = Column(_headed(pollutant, TASK["cost_per_t"]), "whole", 8.5)
    return TaskColumn(f"{pollutant}_cost_per_t", column, lambda task: task["cost_per_t"].get(pollutant))


def _headed(pollutant: str, title: Text) -> Text:
    name = symbol(pollutant)
    return Text(f"{name}{title.zh}", f"{name} {title.en}")


def _money(key: str, source: str) -> TaskColumn:
    column = Column(TASK[key], "money", 9, total=True)
    return TaskColumn(key, column, lambda task: MONEY.of(float(task[source])))


def _note(task: Json) -> Text:
    notes = [LABEL["decided"]] if task["is_decided"] else []
    if task["share"] < 1:
        share, label = f"{100 * task['share']:.3g} %", LABEL["share_of_source"]
        notes.append(Text(f"{label.zh}{share}", f"{share} {label.en}"))
    return listed(notes, ("；", "; "))
