"""The task list as it is printed: one table a district or unit, and a table of their sums."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from model.text import Language, Text
from scenarios.answering.result import Json, Result
from scenarios.export.printed import Align, Printed, PrintedCell, PrintedColumn, fixed
from scenarios.export.report_words import REPORT
from scenarios.export.table import notes, reported
from scenarios.export.task_groups import Group, GroupBy, Sums, sums
from scenarios.wording.shown import MONEY, as_text, called, cited, lines, names_of, symbol
from scenarios.wording.words import LABEL, TASK

NOTHING = "–"
FOUR_DIGITS = 1000
MANY = 6
"""So many pollutants make every other column narrow, and a date must not break."""


def task_table(result: Result, group: Group, language: Language) -> Printed:
    """Return the tasks of a group with all official columns, and their sums.

    Accountable reductions and costs per tonne share a column, a line for each pollutant that has one: so the table
    fits a page. A task keeps the number it has in the whole list.
    """
    pollutants, names = reported(result), names_of(result)
    rows = []
    for task, note in zip(group.tasks, notes(group.tasks), strict=True):
        place = lines(called(task["district"], names), language)
        rows.append(_row(task, place, pollutants, lines(note, language) if isinstance(note, Text) else "", language))
    columns = _columns(pollutants, len(result.tasks), language)
    return Printed(lines(group.name, language), columns, rows, _total(group.sums, language))


def group_table(result: Result, parts: Sequence[Group], by: GroupBy, language: Language) -> Printed:
    """Return the sums of each group and of the whole plan."""
    pollutants = reported(result)
    columns = (
        _column(LABEL["district"] if by == "district" else TASK["lead_unit"], 30, "left", language),
        _column(REPORT["count"], 14, "right", language),
        *(_column(_headed(p, TASK["reduction"]), 18, "right", language) for p in pollutants),
        _column(TASK["capital"], 22, "right", language),
        _column(REPORT["operating_cost"], 22, "right", language),
        _column(TASK["annual_cost"], 22, "right", language),
    )
    rows = [[PrintedCell(text) for text in _sums(lines(part.name, language), part.sums, pollutants)] for part in parts]
    total = _sums(LABEL["total"].say(language), sums(result.tasks), pollutants)
    return Printed("", columns, rows, total)


def _sums(name: str, found: Sums, pollutants: Sequence[str]) -> list[str]:
    return [
        name,
        f"{found.count:,}",
        *(_tonnes(found.reduction_t_per_year.get(p, 0.0)) for p in pollutants),
        MONEY.say(found.capital_cny),
        MONEY.say(found.operating_cost_cny),
        MONEY.say(found.annual_cost_cny),
    ]


def _columns(pollutants: Sequence[str], count: int, language: Language) -> tuple[PrintedColumn, ...]:
    """Return the columns of a task table; numbers of four digits need a wider one, or they break."""
    return (
        _column(TASK["number"], 9 if count < FOUR_DIGITS else 14, "center", language),
        _column(TASK["district"], 13, "center", language),
        _column(TASK["source_name"], 25, "left", language),
        _column(TASK["measures"], 25, "left", language),
        _column(TASK["content"], 34, "left", language),
        *(_column(_headed(p, TASK["reduction"]), 15, "right", language) for p in pollutants),
        _column(REPORT["accountable"], 18, "right", language),
        _column(TASK["capital"], 16, "right", language),
        _column(REPORT["operating_cost"], 18, "right", language),
        _column(REPORT["cost_per_t"], 20, "right", language),
        _column(TASK["lead_unit"], 18, "center", language),
        _column(TASK["support_units"], 19, "center", language),
        _column(REPORT["due"], 17 if len(pollutants) < MANY else 22, "center", language),
        _column(TASK["cites"], 26, "left", language),
        _column(TASK["note"], 11, "left", language),
    )


def _row(task: Json, place: str, pollutants: Sequence[str], note: str, language: Language) -> list[PrintedCell]:
    texts = [
        str(int(task["task_id"][1:])),
        place,
        task["source_name"],
        lines(as_text(task["measure_names"]), language),
        lines(as_text(task["content"]), language),
        *(_tonnes(float(task["reduction_t_per_year"].get(p, 0.0))) for p in pollutants),
        _stacked(task["accountable_t_per_year"], 2),
        MONEY.say(float(task["capital_cny"])),
        MONEY.say(float(task["operating_cost_cny"])),
        _stacked(task["cost_per_t"], 0),
        task["lead_unit"],
        task["support_units"],
        f"{task['start_year']}\n{task['due']}",
        lines(cited(task["cites"]), language),
        note,
    ]
    return [PrintedCell(text) for text in texts]


def _total(found: Sums, language: Language) -> list[str]:
    return [
        LABEL["total"].say(language) if language != "both" else lines(LABEL["total"], language),
        *[""] * 4,
        *(_tonnes(value) for value in found.reduction_t_per_year.values()),
        _stacked(found.accountable_t_per_year, 2),
        MONEY.say(found.capital_cny),
        MONEY.say(found.operating_cost_cny),
        *[""] * 6,
    ]


def _stacked(values: Mapping[str, float], decimals: int) -> str:
    """Return a line for each pollutant that has a value."""
    said = [f"{symbol(p)} {fixed(float(value), decimals)}" for p, value in values.items() if value]
    return "\n".join(said) or NOTHING


def _tonnes(value: float) -> str:
    return fixed(value, 2) if value else NOTHING


def _headed(pollutant: str, title: Text) -> Text:
    return Text(f"{symbol(pollutant)}{title.zh}", f"{symbol(pollutant)} {title.en}")


def _column(title: Text, width: float, align: Align, language: Language) -> PrintedColumn:
    return PrintedColumn(lines(title, language), width, align)
