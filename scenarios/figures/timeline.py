"""When tasks are due."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from typing import Any

from model.sectors import SECTORS
from model.text import Language
from scenarios.answering.result import Result
from scenarios.answering.task_table import column_of, numbers_of
from scenarios.figures.style import (
    Figure,
    Trace,
    escape,
    label,
    layout,
    nothing,
    phrase,
    sector_colour,
    value_axis,
)
from scenarios.figures.words import FIGURE
from scenarios.wording.shown import MONEY, sector_title
from scenarios.wording.words import LABEL

MOST_MONTHS = 36
"""Months in a row before tasks are shown by year."""

MOST_TICKS = 13
MONTHS = 12
LEAST_PLACES = 4
"""So that a single bar is not as wide as the page; the bars stand in the middle."""


def timeline(result: Result, language: Language) -> Figure:
    """Return the number of tasks by the month they are due, by sector; by year where they span over three years."""
    if not result.tasks:
        return nothing(FIGURE["timeline"], language)
    dues = [_month(due) for due in column_of(result.tasks, "due")]
    is_long = max(dues) - min(dues) >= MOST_MONTHS
    slots = [due // MONTHS for due in dues] if is_long else dues
    first, count = min(slots), max(slots) - min(slots) + 1
    names = [str(first + place) if is_long else _month_name(first + place) for place in range(count)]
    step, room = math.ceil(count / MOST_TICKS), max(count, LEAST_PLACES)
    ticks = {"tickmode": "array", "tickvals": list(range(0, count, step)), "ticktext": names[::step]}
    title = {"text": phrase("due_year" if is_long else "due_month", language)}
    look = {
        "showgrid": False,
        "zeroline": False,
        "automargin": True,
        "range": [(count - room) / 2 - 0.6, (count + room) / 2 - 0.4],
    }
    return {
        "data": _stacks(result, [slot - first for slot in slots], names, language),
        "layout": layout(
            FIGURE["timeline"],
            language,
            showlegend=True,
            xaxis={"type": "linear", "title": title, **ticks, **look},
            yaxis=value_axis(phrase("tasks", language), rangemode="tozero"),
        ),
    }


def _month(due: str) -> int:
    """Return the months since year 0 of a date such as ``2025-06-30``."""
    year, month, _ = due.split("-")
    return MONTHS * int(year) + int(month) - 1


def _month_name(month: int) -> str:
    return f"{month // MONTHS}-{month % MONTHS + 1:02d}"


def _stacks(result: Result, slots: Sequence[int], names: Sequence[str], language: Language) -> list[Trace]:
    """Return one trace a sector, each standing on those before it."""
    stacks = list(zip(column_of(result.tasks, "sector"), slots, strict=True))
    counts = Counter(stacks)
    capital = dict.fromkeys(counts, 0.0)
    for stack, capital_cny in zip(stacks, numbers_of(result.tasks, "capital_cny").tolist(), strict=True):
        capital[stack] += capital_cny
    sectors = [sector for sector in SECTORS if any(key[0] == sector for key in counts)]
    sectors += sorted({key[0] for key in counts} - set(sectors))
    floor = Counter[int]()
    found = []
    for sector in sectors:
        own = sorted(slot for name, slot in counts if name == sector)
        heights = [counts[sector, slot] for slot in own]
        title = label(sector_title(sector), language).replace("<br>", " ")
        said = [
            f"{names[slot]}<br>{title}<br>{phrase('tasks', language)}: {counts[sector, slot]}<br>"
            + escape(f"{LABEL['capital'].say(language)}: {MONEY.with_name(capital[sector, slot], language)}")
            for slot in own
        ]
        found.append(_stack(own, heights, [floor[slot] for slot in own], title=title, said=said, sector=sector))
        floor.update(dict(zip(own, heights, strict=True)))
    return found


def _stack(
    slots: Sequence[int], heights: Sequence[int], floors: Sequence[int], *, title: str, said: Sequence[str], sector: str
) -> Trace:
    look: dict[str, Any] = {"width": 0.7, "hoverinfo": "text", "marker": {"color": sector_colour(sector)}}
    return {
        "type": "bar",
        "orientation": "v",
        "x": list(slots),
        "y": list(heights),
        "base": list(floors),
        "name": title,
        "hovertext": list(said),
        **look,
    }
