"""Tasks grouped by district or by responsible unit, with the sums that stand below each group."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from model.text import Text
from scenarios.answering.result import Json, Result
from scenarios.answering.task_table import split_by, sum_of
from scenarios.export.report_words import REPORT
from scenarios.wording.shown import called, names_of

type GroupBy = Literal["district", "lead_unit"]


@dataclass(frozen=True, slots=True)
class Sums:
    """Sums over tasks: tonnes by pollutant [t/yr], money [CNY, CNY/yr]."""

    count: int
    reduction_t_per_year: dict[str, float]
    accountable_t_per_year: dict[str, float]
    capital_cny: float
    operating_cost_cny: float
    annual_cost_cny: float


@dataclass(frozen=True, slots=True)
class Group:
    """The tasks of a district or a unit."""

    name: Text
    tasks: Sequence[Json]
    sums: Sums


def groups(result: Result, by: GroupBy) -> list[Group]:
    """Return the tasks by district or responsible unit, in the order in which these come; without a unit last."""
    names = names_of(result) if by == "district" else {}
    ordered = sorted(split_by(result.tasks, by).items(), key=lambda item: not item[0])
    return [Group(called(name, names) if name else REPORT["no_unit"], own, sums(own)) for name, own in ordered]


def sums(tasks: Sequence[Json]) -> Sums:
    """Return the sums over tasks."""
    pollutants = tuple(tasks[0]["reduction_t_per_year"]) if tasks else ()

    def tonnes(table: str) -> dict[str, float]:
        return {p: sum_of(tasks, table, p) for p in pollutants}

    return Sums(
        count=len(tasks),
        reduction_t_per_year=tonnes("reduction_t_per_year"),
        accountable_t_per_year=tonnes("accountable_t_per_year"),
        capital_cny=sum_of(tasks, "capital_cny"),
        operating_cost_cny=sum_of(tasks, "operating_cost_cny"),
        annual_cost_cny=sum_of(tasks, "annual_cost_cny"),
    )
