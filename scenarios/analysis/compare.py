"""Answers side by side: requirements, tasks, measures, districts, money."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from scenarios.answering.result import Json, Result

type Values = Mapping[str, float | None]


@dataclass(frozen=True, slots=True)
class Line:
    """One thing compared: ``key`` says which, ``values`` what it is in each answer in turn, None where absent."""

    key: tuple[str, ...]
    name: Json
    values: Sequence[float | None]

    @property
    def is_different(self) -> bool:
        """True where not all answers agree."""
        first = self.values[0]
        return any((value is None) != (first is None) or _far(value, first) for value in self.values[1:])


@dataclass(frozen=True, slots=True)
class TaskLine:
    """One project: in which answers it is, with its yearly cost there [CNY/yr], None where it is not."""

    source_id: str
    source_name: str
    district: str
    measures: Sequence[str]
    measure_names: Json
    annual_cost_cny: Sequence[float | None]

    @property
    def is_different(self) -> bool:
        """True where some answer does without it."""
        return any(cost is None for cost in self.annual_cost_cny)


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two answers or more, side by side; every ``values`` has one entry an answer.

    ``money`` [CNY, CNY/yr] and ``requirements`` (asked and reached, in their units) come first; ``tonnes`` are the
    reductions in the last plan year [t/yr]; ``measures`` count tasks; ``districts`` are yearly costs [CNY/yr].
    """

    names: Sequence[str]
    statuses: Sequence[str]
    money: Sequence[Line]
    asked: Sequence[Line]
    reached: Sequence[Line]
    tonnes: Sequence[Line]
    measures: Sequence[Line]
    districts: Sequence[Line]
    tasks: Sequence[TaskLine]

    def to_json(self) -> Json:
        """Return it as it stands in JSON; every line says whether the answers differ in it."""
        parts = ("money", "asked", "reached", "tonnes", "measures", "districts", "tasks")
        tree: dict[str, Any] = {
            "answers": [{"name": n, "status": s} for n, s in zip(self.names, self.statuses, strict=True)]
        }
        for part in parts:
            tree[part] = [asdict(line) | {"is_different": line.is_different} for line in getattr(self, part)]
        return tree


def compare(results: Sequence[tuple[str, Result]]) -> Comparison:
    """Compare answers under the names given, the first being what the others are held against.

    Raises
    ------
    ValueError
        Fewer than two answers.

    """
    if len(results) < 2:  # noqa: PLR2004 - one answer has no other beside it
        raise ValueError("results: expected two or more to compare")
    answers = [result for _, result in results]
    return Comparison(
        names=tuple(name for name, _ in results),
        statuses=tuple(result.status for result in answers),
        money=_lines(answers, _money),
        asked=_lines(answers, lambda result: _rows(result, "asked")),
        reached=_lines(answers, lambda result: _rows(result, "reached")),
        tonnes=_lines(answers, _tonnes),
        measures=_lines(answers, _measures),
        districts=_lines(answers, _districts),
        tasks=_tasks(answers),
    )


type Entries = Iterable[tuple[tuple[str, ...], Json, float | None]]


def _lines(answers: Sequence[Result], read: Callable[[Result], Entries]) -> tuple[Line, ...]:
    """Return one line for each key that any answer has, in the order in which they first appear."""
    tables = [list(read(answer)) for answer in answers]
    names = {key: name for table in reversed(tables) for key, name, _ in table}
    keys = dict.fromkeys(key for table in tables for key, _, _ in table)
    values = [{key: value for key, _, value in table} for table in tables]
    return tuple(Line(key, names[key], tuple(own.get(key) for own in values)) for key in keys)


def _plain(name: str) -> Json:
    return {"zh": name, "en": name}


def _money(result: Result) -> Entries:
    yield ("objective",), {"zh": "目标函数", "en": "Objective"}, result.objective.value
    cost = result.cost
    yield ("annual_cny",), {"zh": "年费用（元/年）", "en": "Annual cost (CNY/yr)"}, cost.annual_cny if cost else None
    yield ("capital_cny",), {"zh": "总投资（元）", "en": "Capital (CNY)"}, cost.capital_cny if cost else None
    present = {"zh": "规划期费用现值（元）", "en": "Present value (CNY)"}
    yield ("present_value_cny",), present, cost.present_value_cny if cost else None
    yield ("tasks",), {"zh": "任务数", "en": "Tasks"}, float(len(result.tasks)) if cost else None


def _rows(result: Result, name: str) -> Entries:
    for item in result.requirements:
        yield (item.row, item.unit), _plain(f"{item.row} ({item.unit})"), getattr(item, name)


def _tonnes(result: Result) -> Entries:
    sums: dict[str, float] = {}
    for row in result.emissions:
        if row["year"] == result.years[-1]:
            less = float(row["without_plan_t_per_year"]) - float(row["with_plan_t_per_year"])
            sums[row["pollutant"]] = sums.get(row["pollutant"], 0.0) + less
    for pollutant, tonnes in sums.items():
        yield (pollutant,), _plain(f"{pollutant} (t/yr)"), tonnes


def _measures(result: Result) -> Entries:
    counts: dict[tuple[str, ...], float] = {}
    names: dict[tuple[str, ...], Json] = {}
    for task in result.tasks:
        key = tuple(task["measures"])
        counts[key] = counts.get(key, 0.0) + 1.0
        names[key] = task["measure_names"]
    for key, count in sorted(counts.items()):
        yield key, names[key], count


def _districts(result: Result) -> Entries:
    for row in result.cost.by_district if result.cost else ():
        yield (row["district"],), _plain(row["district"]), float(row["annual_cny"])


def _tasks(answers: Sequence[Result]) -> tuple[TaskLine, ...]:
    tables = [{_task_key(task): task for task in answer.tasks} for answer in answers]
    keys = sorted({key for table in tables for key in table})
    found = []
    for key in keys:
        task = next(table[key] for table in tables if key in table)
        costs = tuple(float(table[key]["annual_cost_cny"]) if key in table else None for table in tables)
        found.append(TaskLine(key[0], task["source_name"], task["district"], key[1], task["measure_names"], costs))
    return tuple(found)


def _task_key(task: Json) -> tuple[str, tuple[str, ...]]:
    return str(task["source_id"]), tuple(task["measures"])


def _far(value: float | None, other: float | None) -> bool:
    if value is None or other is None:
        return False
    return abs(value - other) > 1e-9 * max(1.0, abs(value), abs(other))
