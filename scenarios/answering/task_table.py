"""The task list, held by columns: a task becomes a mapping only where somebody reads it.

A plan for a country has millions of tasks, of which a few hundred kinds of package and a few reasons are shared; a list
of mappings would take gigabytes, and most readers only add up a column.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from json.encoder import encode_basestring
from typing import Any, overload

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from model.inventory import PLACE
from model.sector import FloatArray
from scenarios.answering.result import Json, as_json

type Places = NDArray[np.int64]

AT_ONCE = 50_000
"""Tasks that are written at a time: their texts are in memory together."""


@dataclass(frozen=True, slots=True, eq=False)
class Columns:
    """The columns of a task list, each (task,), and what many tasks share.

    ``plain`` and ``tonnes`` are what differs from task to task, ``tonnes`` by table and pollutant; ``kind`` and
    ``reason`` say which of ``kinds`` (measures and their words) and ``reasons`` (requirements served, clauses, units)
    a task has.
    """

    plain: Mapping[str, Sequence[Any]]
    tonnes: Mapping[str, Mapping[str, FloatArray]]
    kind: Places
    kinds: Sequence[Json]
    reason: Places
    reasons: Sequence[Json]

    def task(self, place: int, number: int) -> Json:
        """Return one task, called by its number."""
        plain = {name: column[place] for name, column in self.plain.items()}
        kind, reason = self.kinds[self.kind[place]], self.reasons[self.reason[place]]
        tonnes = {table: {p: float(values[place]) for p, values in own.items()} for table, own in self.tonnes.items()}
        annual = plain["annual_cost_cny"]
        reduction = tonnes["reduction_t_per_year"]
        return {
            "task_id": f"T{number:05d}",
            **{name: plain[name] for name in ("source_id", "source_name", "district", "sector", *PLACE)},
            **{name: kind[name] for name in ("measures", "measure_names", "content")},
            **{name: plain[name] for name in ("share", "start_year", "due")},
            **{name: plain[name] for name in ("capital_cny", "annual_cost_cny", "operating_cost_cny")},
            **tonnes,
            "cost_per_t": {p: annual / removed for p, removed in reduction.items() if removed > 0},
            **{name: reason[name] for name in ("lead_unit", "support_units")},
            "is_decided": plain["is_decided"],
            **{name: reason[name] for name in ("serves", "cites")},
            "references": kind["references"],
        }


class TaskTable(Sequence[Json]):
    """A task list as a sequence of mappings that are made when they are asked for; ``order`` (task,) is its order."""

    __slots__ = ("_columns", "_numbers", "_order")

    def __init__(self, columns: Columns, order: Places, numbers: Places | None = None) -> None:
        self._columns = columns
        self._order = order
        self._numbers = np.arange(1, len(order) + 1) if numbers is None else numbers

    def __len__(self) -> int:
        return len(self._order)

    @overload
    def __getitem__(self, place: int) -> Json: ...
    @overload
    def __getitem__(self, place: slice) -> TaskTable: ...
    def __getitem__(self, place: int | slice) -> Json | TaskTable:
        """Return a task, or a part of the list whose tasks keep their numbers."""
        if isinstance(place, slice):
            return TaskTable(self._columns, self._order[place], self._numbers[place])
        return self._columns.task(int(self._order[place]), int(self._numbers[place]))

    def __iter__(self) -> Iterator[Json]:
        return map(self._columns.task, self._order.tolist(), self._numbers.tolist())

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and list(self) == list(other)

    __hash__ = None  # type: ignore[assignment]

    def values(self, key: str, of: str | None = None) -> FloatArray:
        """Return a number of every task, shape (task,): ``task[key]``, or ``task[key][of]`` and NaN without one."""
        if of is None:
            return np.asarray(self._columns.plain[key], dtype=np.float64).take(self._order)
        if key == "cost_per_t":
            removed = self.values("reduction_t_per_year", of)
            costs = np.full(len(self), np.nan)
            np.divide(self.values("annual_cost_cny"), removed, out=costs, where=removed > 0)
            return costs
        tonnes = self._columns.tonnes[key].get(of)
        return np.full(len(self), np.nan) if tonnes is None else np.asarray(tonnes[self._order])

    def column(self, key: str) -> list[Any]:
        """Return what every task holds under a key, as the tasks themselves do."""
        columns = self._columns
        if key == "task_id":
            return [f"T{number:05d}" for number in self._numbers.tolist()]
        if key in columns.plain:
            held = columns.plain[key]
            return [held[place] for place in self._order.tolist()]
        if not len(self):
            return []
        shared, code = (columns.kinds, columns.kind) if key in columns.kinds[0] else (columns.reasons, columns.reason)
        return [shared[place][key] for place in code[self._order].tolist()]

    def answered_for(self, reason: Places, reasons: Sequence[Json], due: Sequence[str]) -> TaskTable:
        """Return the list with other reasons and days, each (task,) in the order of the columns."""
        plain = {**self._columns.plain, "due": due}
        return TaskTable(
            replace(self._columns, plain=plain, reason=reason, reasons=reasons), self._order, self._numbers
        )

    def json_lines(self) -> Iterator[str]:
        """Yield each task as `as_json` writes it: what tasks share is written once and used again."""
        if not len(self):
            return
        keys = list(self[0])
        for first in range(0, len(self), AT_ONCE):
            columns = [_named(key, self[first : first + AT_ONCE].json_cells(key)) for key in keys]
            yield from (f"{{{', '.join(cells)}}}" for cells in zip(*columns, strict=True))

    def json_cells(self, key: str) -> list[str]:
        """Return what every task holds under a key, as JSON."""
        if key not in {*self._columns.tonnes, "cost_per_t"}:
            held = self.column(key)
            if isinstance(held[0], float):
                return as_numbers(held)
            if isinstance(held[0], str):
                return list(map(encode_basestring, held))
            made = {id(value): as_json(value) for value in {id(value): value for value in held}.values()}
            return [made[id(value)] for value in held]
        names = next(iter(self._columns.tonnes.values()))
        values = [[f'"{name}": {number}' for number in as_numbers(self.values(key, name).tolist())] for name in names]
        if key == "cost_per_t":
            nothing = [f'"{name}": null' for name in names]
            return [f"{{{', '.join(c for c in cells if c not in nothing)}}}" for cells in zip(*values, strict=True)]
        return [f"{{{', '.join(cells)}}}" for cells in zip(*values, strict=True)]

    def by(self, key: str) -> dict[str, TaskTable]:
        """Return the tasks by a text they hold, in the order in which these texts come."""
        columns = self._columns
        codes, names = pd.factorize(np.array(self.column(key), dtype=object))
        return {
            str(name): TaskTable(columns, self._order[codes == code], self._numbers[codes == code])
            for code, name in enumerate(names)
        }


def _named(key: str, cells: Sequence[str]) -> list[str]:
    return [f'"{key}": {cell}' for cell in cells]


def as_number(value: float | None) -> str:
    """Return a number as `as_json` writes it, without its detours: there may be tens of millions."""
    return "null" if value is None or not math.isfinite(value) else repr(float(f"{value:.12g}") + 0.0)


def as_numbers(values: Sequence[float | None]) -> list[str]:
    """Return numbers as `as_number` does.

    They are formatted all at once; twelve digits with a point and without an exponent are what `repr` writes as well.
    """
    plain = [math.nan if value is None else value for value in values]
    texts = ("%.12g " * len(plain) % tuple(plain)).split()
    return [
        text if "." in text and "e" not in text else as_number(value) for text, value in zip(texts, plain, strict=True)
    ]


def numbers_of(tasks: Sequence[Json], key: str, of: str | None = None, *, without: float = 0.0) -> FloatArray:
    """Return a number of every task, shape (task,): ``task[key]``, or ``task[key][of]``, ``without`` for none."""
    if isinstance(tasks, TaskTable):
        values = tasks.values(key, of)
    else:
        found = [task[key] if of is None else task[key].get(of) for task in tasks]
        values = np.array([np.nan if value is None else value for value in found], dtype=np.float64)
    return np.where(np.isnan(values), without, values)


def column_of(tasks: Sequence[Json], key: str) -> list[Any]:
    """Return what every task holds under a key, None where it has no such key."""
    return tasks.column(key) if isinstance(tasks, TaskTable) else [task.get(key) for task in tasks]


def sum_of(tasks: Sequence[Json], key: str, of: str | None = None) -> float:
    """Return the sum of a number over tasks, exactly rounded, so that their order changes nothing."""
    return math.fsum(numbers_of(tasks, key, of).tolist())


def split_by(tasks: Sequence[Json], key: str) -> dict[str, Sequence[Json]]:
    """Return the tasks by a text they hold, in the order in which these texts come."""
    if isinstance(tasks, TaskTable):
        return dict(tasks.by(key))
    found: dict[str, list[Json]] = {}
    for task in tasks:
        found.setdefault(str(task[key]), []).append(task)
    return dict(found)
