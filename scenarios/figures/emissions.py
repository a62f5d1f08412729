"""Emissions before and after the plan, and the way from one to the other."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Literal

from model.text import Language, Text
from scenarios.answering.result import Json, Result
from scenarios.answering.task_table import column_of, numbers_of
from scenarios.figures.rows import Row, added, largest_first, title_of
from scenarios.figures.style import (
    BLUE,
    GREEN,
    GREY,
    INK,
    ORANGE,
    PALE_GREY,
    VERMILION,
    Figure,
    Trace,
    bar_width,
    bars,
    label,
    layout,
    nothing,
    number,
    numbers,
    phrase,
    row_axis,
    row_name,
    rows_height,
    value_axis,
)
from scenarios.figures.words import FIGURE
from scenarios.wording.shown import TONNES, as_text, names_of, sector_title, symbol
from scenarios.wording.words import LABEL

type EmissionBy = Literal["sector", "district"]
type StepBy = Literal["sector", "measure"]

COLUMNS = ("without_plan_t_per_year", "base_t_per_year", "with_plan_t_per_year")
GROUP_WIDTH = 0.26
ROW = 56.0
MOST_STEPS = 12
SMALL = 1e-9
"""Relative to the base year; less is rounding and gets no step."""


def emissions(result: Result, pollutant: str, language: Language, *, by: EmissionBy = "sector") -> Figure:
    """Return emissions of a pollutant [t/yr] in the base year, and in the last plan year without and with the plan."""
    title = _titled(pollutant, f"emissions_by_{by}")
    sums, titles = added(_last_year(result, pollutant), by, COLUMNS), names_of(result)
    rows = largest_first([Row(title_of(by, name, titles), values) for name, values in sums.items() if any(values)])
    if not rows:
        return nothing(title, language)
    names = [row_name(row.name, language) for row in rows]
    groups = (("base_year", 1, PALE_GREY), ("without_plan", 0, ORANGE), ("with_plan", 2, BLUE))
    return {
        "data": [
            _group(rows, column, place - 1, name=_when(result, name, language), colour=colour, language=language)
            for place, (name, column, colour) in enumerate(groups)
        ],
        "layout": layout(
            title,
            language,
            height=rows_height(names, least=ROW),
            margin={"l": 60, "r": 70, "t": 64, "b": 50},
            showlegend=True,
            xaxis=_tonnes_axis(language),
            yaxis=row_axis(names),
        ),
    }


def waterfall(result: Result, pollutant: str, language: Language, *, by: StepBy = "sector") -> Figure:
    """Return the way from the base year's emission to that of the last plan year with the plan [t/yr].

    Steps: base year; what changes without the plan; what each sector, or each kind of measure, takes away; the plan.
    The measures' steps are the tasks' full-year reductions; where not all of that is in effect in the last plan year,
    a step of its own says how much, so that the last bar is always the emission with the plan.
    """
    title = _titled(pollutant, f"waterfall_by_{by}")
    rows = _last_year(result, pollutant)
    without, base, after = (math.fsum(float(row[column]) for row in rows) for column in COLUMNS)
    if not any((base, without, after)):
        return nothing(title, language)
    falls = _by_sector(rows) if by == "sector" else _by_measure(result, pollutant, without - after)
    small = SMALL * max(base, without)
    changes = [Row(FIGURE["growth"], (without - base,)), *falls]
    shown = [row for row in changes if abs(row.values[0]) > small]
    year = str(result.years[-1])
    last = Text(f"{FIGURE['with_plan'].zh}（{year}）", f"{FIGURE['with_plan'].en} ({year})")
    steps = [Row(FIGURE["base_year"], (base,)), *shown, Row(last, (after,))]
    names = [row_name(step.name, language) for step in steps]
    return {
        "data": [_connectors(steps), *_steps(steps, language)],
        "layout": layout(
            title,
            language,
            height=rows_height(names),
            margin={"l": 60, "r": 70, "t": 64, "b": 50},
            showlegend=True,
            xaxis=_tonnes_axis(language),
            yaxis=row_axis(names),
        ),
    }


def pollutants_of(result: Result) -> list[str]:
    """Return the pollutants with any emission in the last plan year or the base year, in the result's order."""
    rows = [row for row in result.emissions if row["year"] == result.years[-1]]
    sums = added(rows, "pollutant", COLUMNS)
    return [pollutant for pollutant, values in sums.items() if any(values)]


def _titled(pollutant: str, name: str) -> Text:
    text = FIGURE[name]
    return Text(f"{symbol(pollutant)}{text.zh}", f"{symbol(pollutant)} {text.en}")


def _when(result: Result, name: str, language: Language) -> str:
    """Return the name of a bar, with the year where it is a plan year's."""
    text, year = FIGURE[name], result.years[-1]
    if name != "base_year":
        text = Text(f"{text.zh}（{year}）", f"{text.en} ({year})")
    return label(text, language).replace("<br>", " ")


def _tonnes_axis(language: Language) -> dict[str, Any]:
    title = LABEL["emissions"]
    return value_axis(label(Text(f"{title.zh}（{TONNES.name.zh}）", f"{title.en} ({TONNES.name.en})"), language))


def _last_year(result: Result, pollutant: str) -> list[Json]:
    last = result.years[-1]
    return [row for row in result.emissions if row["year"] == last and row["pollutant"] == pollutant]


def _group(rows: Sequence[Row], column: int, place: int, *, name: str, colour: str, language: Language) -> Trace:
    values = [row.values[column] for row in rows]
    said = [
        f"{label(row.name, language)}<br>{name}<br>{TONNES.with_name(row.values[column], language)}" for row in rows
    ]
    heights = [number(row + place * GROUP_WIDTH) for row in range(len(rows))]
    printed = [TONNES.brief(value) for value in values]
    return bars(heights, values, colour, width=GROUP_WIDTH, name=name, text=printed, hovertext=said)


def _by_sector(rows: Sequence[Json]) -> list[Row]:
    sums = added(rows, "sector", COLUMNS)
    falls = [Row(sector_title(name), (after - without,)) for name, (without, _, after) in sums.items()]
    return largest_first(falls, most=MOST_STEPS)


def _by_measure(result: Result, pollutant: str, fall: float) -> list[Row]:
    """Return the tasks' reductions by package, as changes, and what of them is not in effect in the last plan year."""
    tonnes: dict[Text, list[float]] = {}
    removed = numbers_of(result.tasks, "reduction_t_per_year", pollutant).tolist()
    for names, reduction in zip(column_of(result.tasks, "measure_names"), removed, strict=True):
        tonnes.setdefault(as_text(names), []).append(-reduction)
    steps = [Row(name, (math.fsum(parts),)) for name, parts in tonnes.items()]
    waiting = -fall - math.fsum(step.values[0] for step in steps)
    return [
        *largest_first([step for step in steps if step.values[0]], most=MOST_STEPS),
        Row(FIGURE["not_in_effect"], (waiting,)),
    ]


def _ends(steps: Sequence[Row]) -> list[tuple[float, float]]:
    """Return where each bar begins and ends: the first and last stand on zero, the others go on from the one before."""
    ends = [(0.0, steps[0].values[0])]
    for step in steps[1:-1]:
        begin = ends[-1][1]
        ends.append((begin, begin + step.values[0]))
    return [*ends, (0.0, steps[-1].values[0])]


def _steps(steps: Sequence[Row], language: Language) -> list[Trace]:
    ends = _ends(steps)
    last = len(steps) - 1
    width = number(bar_width([row_name(step.name, language) for step in steps]))

    def kind(row: int) -> str:
        if row in {0, last}:
            return "whole"
        return "rise" if steps[row].values[0] > 0 else "fall"

    parts = (("whole", GREY, ""), ("rise", VERMILION, "rise"), ("fall", GREEN, "fall"))
    found = []
    for name, colour, word in parts:
        rows = [row for row in range(len(steps)) if kind(row) == name]
        if not rows:
            continue
        trace = bars(
            rows,
            [ends[row][1] - ends[row][0] for row in rows],
            colour,
            base=numbers([ends[row][0] for row in rows]),
            width=width,
            name=phrase(word, language) if word else LABEL["emissions"].say(language),
            text=[_signed(steps[row].values[0], name) for row in rows],
            hovertext=[
                f"{label(steps[row].name, language)}<br>{TONNES.with_name(steps[row].values[0], language)}"
                for row in rows
            ],
        )
        found.append(trace)
    return found


def _signed(value: float, kind: str) -> str:
    """Return a change with its sign, an emission without."""
    return f"+{TONNES.brief(value)}" if kind == "rise" else TONNES.brief(value)


def _connectors(steps: Sequence[Row]) -> Trace:
    """Return the thin lines that lead from the end of a bar to the next."""
    xs: list[float | None] = []
    ys: list[float | None] = []
    for row, (_, end) in enumerate(_ends(steps)[:-1]):
        xs += [number(end), number(end), None]
        ys += [row, row + 1, None]
    line = {"color": INK, "width": 1, "dash": "dot"}
    return {
        "type": "scatter",
        "mode": "lines",
        "x": xs,
        "y": ys,
        "line": line,
        "hoverinfo": "skip",
        "showlegend": False,
    }
