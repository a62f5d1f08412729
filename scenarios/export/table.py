"""The task list as a bureau hands it out: columns, order, words, numbers."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any, Literal

from model.text import Text
from scenarios.answering.result import Json, Result
from scenarios.answering.task_table import column_of, numbers_of
from scenarios.wording.shown import MONEY, as_text, called, cited, listed, names_of, symbol
from scenarios.wording.words import LABEL, TASK

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


type Cells = Callable[[Sequence[Json]], Sequence[Cell]]
"""The cells of a column, given the tasks: a whole column at once, because there may be millions."""


@dataclass(frozen=True, slots=True)
class TaskColumn:
    """A column of the task list: ``cells`` gives those of some tasks."""

    key: str
    column: Column
    cells: Cells


def task_columns(result: Result) -> tuple[TaskColumn, ...]:
    """Return the columns of the task list in the official order, the source's id last; three per pollutant."""
    pollutants, names = reported(result), names_of(result)
    return (
        _column("number", "whole", 5, _each("task_id", lambda task_id: int(task_id[1:]))),
        _column("district", "name", 8, _each("district", lambda district: called(district, names))),
        _column("source_name", "text", 18, _each("source_name", str)),
        _column("measures", "text", 18, _each("measure_names", as_text)),
        _column("content", "text", 26, _each("content", as_text)),
        *(_of_pollutant("reduction", pollutant, "reduction_t_per_year") for pollutant in pollutants),
        *(_of_pollutant("accountable", pollutant, "accountable_t_per_year") for pollutant in pollutants),
        _money("capital", "capital_cny"),
        _money("operating_cost", "operating_cost_cny"),
        _money("annual_cost", "annual_cost_cny"),
        *(_cost_per_t(pollutant) for pollutant in pollutants),
        _column("lead_unit", "name", 10, _each("lead_unit", str)),
        _column("support_units", "name", 10, _each("support_units", str)),
        _column("start_year", "year", 6, _each("start_year", int)),
        _column("due", "date", 10.5, _each("due", date.fromisoformat)),
        _column("cites", "text", 18, _each("cites", cited)),
        _column("note", "text", 9, notes),
        _column("source_id", "name", 9, _each("source_id", str)),
    )


def task_rows(columns: Sequence[TaskColumn], tasks: Sequence[Json]) -> list[tuple[Cell, ...]]:
    """Return the rows of the task list, numbers with the digits of ``result.json``."""
    return list(zip(*(rounded_cells(column, tasks) for column in columns), strict=True))


def rounded_cells(column: TaskColumn, tasks: Sequence[Json]) -> list[Cell]:
    """Return the cells of a column, numbers with the digits of ``result.json``."""
    return [rounded(cell) for cell in column.cells(tasks)]


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


def _column(key: str, form: Form, width: float, cells: Cells) -> TaskColumn:
    return TaskColumn(key, Column(TASK[key], form, width), cells)


def _each(key: str, make: Callable[[Any], Cell]) -> Cells:
    """Return the column of what ``make`` gives of each task's ``key``; what tasks share is made once."""

    def cells(tasks: Sequence[Json]) -> list[Cell]:
        held = column_of(tasks, key)
        made = {id(value): make(value) for value in {id(value): value for value in held}.values()}
        return [made[id(value)] for value in held]

    return cells


def _of_pollutant(key: str, pollutant: str, table: str) -> TaskColumn:
    column = Column(_headed(pollutant, TASK[key]), "tonnes", 8.5, total=True)
    return TaskColumn(f"{pollutant}_{key}", column, lambda tasks: numbers_of(tasks, table, pollutant).tolist())


def _cost_per_t(pollutant: str) -> TaskColumn:
    """Each pollutant bears the whole cost of its task: the figures of one task must not be added. Empty where none."""

    def cells(tasks: Sequence[Json]) -> list[Cell]:
        costs = numbers_of(tasks, "cost_per_t", pollutant, without=math.nan).tolist()
        return [None if math.isnan(cost) else cost for cost in costs]

    column = Column(_headed(pollutant, TASK["cost_per_t"]), "whole", 8.5)
    return TaskColumn(f"{pollutant}_cost_per_t", column, cells)


def _headed(pollutant: str, title: Text) -> Text:
    name = symbol(pollutant)
    return Text(f"{name}{title.zh}", f"{name} {title.en}")


def _money(key: str, source: str) -> TaskColumn:
    column = Column(TASK[key], "money", 9, total=True)
    return TaskColumn(key, column, lambda tasks: [MONEY.of(value) for value in numbers_of(tasks, source).tolist()])


def notes(tasks: Sequence[Json]) -> list[Cell]:
    """Return the remark of each task: decided already, or done at a share of its source."""
    shares = numbers_of(tasks, "share").tolist()
    decided = column_of(tasks, "is_decided")
    return [_note(is_decided=it, share=share) for it, share in zip(decided, shares, strict=True)]


@cache
def _note(*, is_decided: bool, share: float) -> Text:
    said = [LABEL["decided"]] if is_decided else []
    if share < 1:
        part, label = f"{100 * share:.3g}%", LABEL["share_of_source"]
        said.append(Text(f"{label.zh}{part}", f"{part} {label.en}"))
    return listed(said, ("；", "; "))
