"""The summary that is printed: status, money, proof, requirements, reductions, notes, files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from rich import box
from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text as Line

from model.text import Language, Text
from scenarios.answering.result import Json, RequirementResult, Result
from scenarios.commands.console import line, print_facts, say
from scenarios.wording.facts import facts
from scenarios.wording.shown import (
    DASH,
    TONNES,
    UNITS,
    YEARLY_MONEY,
    asked,
    decided_reduction,
    lines,
    names_of,
    percent,
    row_name,
    scope,
    subject,
    symbol,
    verdict,
    words,
)
from scenarios.wording.words import LABEL

LEAST_NAME_WIDTH = 20
BETWEEN_COLUMNS = 3
ASSUMED = "*"
LARGE = 1000.0
"""From here on two decimals are enough on the screen."""


def print_summary(result: Result, console: Console, language: Language, *, files: Sequence[Path] = ()) -> None:
    """Print an answer for its reader."""
    say(console, words(result.title, language), "bold")
    if result.illustrative:
        say(console, words(result.illustrative, language), "bold yellow")
    print_facts(facts(result, language), console, language)
    print_requirements(result, console, language)
    _print_grid(_reductions(result, language), console, language)
    for repair in result.repairs:
        say(console, lines(repairline(repair), language))
    for note in result.notes:
        say(console, f"{LABEL['note'].say(language)}: {words(note, language)}")
    for part in result.provenance.get("left_out", []):
        say(console, f"{LABEL['note'].say(language)}: {part['file']}: {words(part, language)}")
    for file in files:
        say(console, f"{LABEL['files'].say(language)}: {file}")


def repairline(repair: Json) -> Text:
    """Return one change that makes the scenario feasible, in words."""
    unit = UNITS[repair["unit"]]
    values = f"{unit.say(repair['from'])} → {unit.say(repair['to'])}"
    zh = f"{repair['requirement']} {values}（{unit.name.zh}）"
    en = f"{repair['requirement']} {values} ({unit.name.en})"
    cost = repair["cost_annual_cny"]
    if cost is not None:
        zh += f"，年费用{YEARLY_MONEY.with_name(cost, 'zh')}"
        en += f", annual cost {YEARLY_MONEY.with_name(cost, 'en')}"
    return Text(
        f"单独改这一项即可行（已重新求解验证）：{zh}", f"This change alone makes it feasible, solved again: {en}"
    )


def print_requirements(result: Result, console: Console, language: Language) -> None:
    """Print the requirements: asked, reached, reachable with the others held and alone, met."""
    if not result.requirements:
        return
    _print_grid(_requirements(result, language), console, language)
    say(console, lines(LABEL["reachable_means"], language), "dim")
    if any(requirement.is_assumed for requirement in result.requirements):
        say(console, f"{ASSUMED} {LABEL['assumed'].say(language)}", "dim")


def print_table(
    headings: Sequence[Text], rows: Sequence[Sequence[str | float | Text | None]], console: Console, language: Language
) -> None:
    """Print rows of texts and numbers under headings; numbers to six significant digits."""
    shown = [[_shown(cell, language) for cell in row] for row in rows]
    _print_grid(_Grid(headings, [(first, [line(cell) for cell in rest]) for first, *rest in shown]), console, language)


def _shown(cell: str | float | Text | None, language: Language) -> str:
    if isinstance(cell, Text):
        return lines(cell, language)
    if cell is None:
        return DASH
    if isinstance(cell, str):
        return cell
    if cell == round(cell):
        return f"{cell:,.0f}"
    return f"{cell:,.2f}" if abs(cell) >= LARGE else f"{cell:.6g}"


@dataclass(frozen=True, slots=True)
class _Grid:
    """Rows of a name and its values, under headings."""

    headings: Sequence[Text]
    rows: Sequence[tuple[str, Sequence[Line]]]


def _print_grid(grid: _Grid, console: Console, language: Language) -> None:
    """Print a table, or, where it is too wide, its rows as lists: a number is never cut short."""
    if not grid.rows:
        return
    headings = [lines(heading, language) for heading in grid.headings]
    if _least_width(grid, headings) <= console.width:
        console.print(_table(grid, headings, is_plain=not console.is_terminal))
        return
    for name, values in grid.rows:
        say(console, name, "bold")
        cells = zip(grid.headings[1:], values, strict=True)
        print_facts([(heading, value.plain) for heading, value in cells], console, language)


def _least_width(grid: _Grid, headings: Sequence[str]) -> int:
    """Return the columns of the screen that a table of the rows needs, its names wrapped."""
    texts = [[heading, *(values[place].plain for _, values in grid.rows)] for place, heading in enumerate(headings[1:])]
    numbers = sum(max(cell_len(line) for text in column for line in text.split("\n")) for column in texts)
    return LEAST_NAME_WIDTH + numbers + BETWEEN_COLUMNS * len(headings) + 1


def _table(grid: _Grid, headings: Sequence[str], *, is_plain: bool) -> Table:
    """Return a table with a column of text that wraps, and columns of numbers that do not."""
    table = Table(box=box.ASCII if is_plain else box.SIMPLE_HEAD, header_style="bold")
    first, *others = map(line, headings)
    table.add_column(first, overflow="fold")
    for heading in others:
        table.add_column(heading, justify="right", no_wrap=True)
    for name, values in grid.rows:
        table.add_row(line(name), *values)
    return table


def _requirements(result: Result, language: Language) -> _Grid:
    """Return the requirements; without a plan nothing is reached or met."""
    requirements, titles = result.requirements, names_of(result)
    has_plan = any(requirement.reached is not None for requirement in requirements)
    names = ("asked", "reached", "reachable", "reachable_alone", "met")
    kept = [place for place, name in enumerate(names) if has_plan or name not in {"reached", "met"}]
    rows = [(_named(requirement, titles, language), _values(requirement, language)) for requirement in requirements]
    headings = [LABEL["requirement"], *(LABEL[names[place]] for place in kept)]
    return _Grid(headings, [(name, [values[place] for place in kept]) for name, values in rows])


def _values(requirement: RequirementResult, language: Language) -> tuple[Line, ...]:
    unit = UNITS[requirement.unit]
    reached, *ends = (
        unit.say(number) for number in (requirement.reached, requirement.reachable, requirement.reachable_alone)
    )
    if requirement.is_without_limit:
        ends = [LABEL["no_limit"].say(language)] * len(ends)
    style = {True: "green", False: "bold red", None: "yellow"}[requirement.met]
    return (
        line(asked(requirement).say(language)),
        *(line(number) for number in (reached, *ends)),
        line(verdict(requirement).say(language), style),
    )


def _named(requirement: RequirementResult, titles: Mapping[str, Text], language: Language) -> str:
    """Return id, subject, unit, scope and year of a requirement; an asterisk marks an assumed value."""
    about, where, unit = subject(requirement, titles), scope(requirement, titles), UNITS[requirement.unit].name
    year = requirement.year
    said = Text(f"{about.zh}（{unit.zh}），{where.zh}，{year}", f"{about.en} ({unit.en}), {where.en}, {year}")
    mark = ASSUMED if requirement.is_assumed else ""
    room = f" (±{percent(requirement.tolerance)})" if requirement.tolerance else ""
    row = row_name(requirement.row, titles).en if language == "en" else requirement.row
    return f"{row}{mark}{room}\n{lines(said, language)}"


def _reductions(result: Result, language: Language) -> _Grid:
    """Return emissions without and with the plan in the last plan year, by pollutant."""
    names = ("pollutant", "base_year", "without_plan", "with_plan", "reduction", "reduction_share", "decided_reduction")
    last = [row for row in result.emissions if row["year"] == result.years[-1]]
    rows = []
    for pollutant in dict.fromkeys(row["pollutant"] for row in last):
        base, without, after = (
            sum(float(row[f"{name}_t_per_year"]) for row in last if row["pollutant"] == pollutant)
            for name in ("base", "without_plan", "with_plan")
        )
        share = percent((without - after) / base) if base > 0 else DASH
        numbers = [TONNES.say(value) for value in (base, without, after, without - after)]
        decided = TONNES.say(decided_reduction(result.tasks, pollutant))
        title = Text(f"{symbol(pollutant)}（{TONNES.name.zh}）", f"{symbol(pollutant)} ({TONNES.name.en})")
        rows.append((lines(title, language), [line(cell) for cell in (*numbers, share, decided)]))
    return _Grid([LABEL[name] for name in names], rows)
