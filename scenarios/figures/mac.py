"""The marginal abatement cost curve of a plan."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from model.text import Language, Text
from scenarios.answering.result import Result
from scenarios.answering.task_table import column_of, numbers_of
from scenarios.figures.style import (
    BLUE,
    Figure,
    Trace,
    escape,
    label,
    layout,
    note_lines,
    nothing,
    number,
    numbers,
    phrase,
    remark,
    sector_colour,
    value_axis,
)
from scenarios.figures.words import FIGURE
from scenarios.wording.shown import TONNES, as_text, sector_title, symbol
from scenarios.wording.words import LABEL

MOST_BARS = 300
"""Bars before neighbours are merged; more cannot be told apart on a page."""

SHOWN_REDUCTION = 0.98
"""Share of the reduction whose bars stand wholly in the picture."""

HEADROOM = 1.25


@dataclass(frozen=True, slots=True)
class Step:
    """One bar: what is removed [t/yr], at which annual cost [CNY/yr]; ``sector`` is empty for merged bars."""

    name: Text
    source: str
    sector: str
    reduction_t_per_year: float
    annual_cost_cny: float

    @property
    def cost_cny_per_t(self) -> float:
        """Height of the bar."""
        return self.annual_cost_cny / self.reduction_t_per_year


def mac_steps(result: Result, pollutant: str) -> list[Step]:
    """Return the tasks that reduce a pollutant, cheapest tonne first, those that save money before all.

    The width of a step is what the task's whole package removes in a full year, so measures at one source are never
    counted twice; its whole annual cost is borne by this pollutant.
    """
    tasks = result.tasks
    removed = numbers_of(tasks, "reduction_t_per_year", pollutant).tolist()
    cost = numbers_of(tasks, "annual_cost_cny").tolist()
    words = (column_of(tasks, key) for key in ("measure_names", "source_name", "sector"))
    steps = [
        Step(as_text(names), source, sector, reduction, cost_cny)
        for names, source, sector, reduction, cost_cny in zip(*words, removed, cost, strict=True)
        if reduction > 0
    ]
    return sorted(steps, key=lambda step: step.cost_cny_per_t)


def mac_curve(result: Result, pollutant: str, language: Language) -> Figure:
    """Return the tasks' annual cost per tonne [CNY/t] over the cumulative reduction [t/yr], cheapest first."""
    return steps_figure(mac_steps(result, pollutant), pollutant, language, note=FIGURE["mac_note"])


def steps_figure(steps: Sequence[Step], pollutant: str, language: Language, *, note: Text) -> Figure:
    """Return steps, cheapest first, as bars of tonnes by cost per tonne; ``note`` says what a bar is."""
    title = Text(f"{symbol(pollutant)}{FIGURE['mac'].zh}", f"{symbol(pollutant)} {FIGURE['mac'].en}")
    if not steps:
        return nothing(title, language)
    shown = merged(steps)
    notes = [note_lines(note, language)]
    notes += [phrase("mac_merged", language, count=len(shown))] if len(shown) < len(steps) else []
    lowest, highest = _range(shown)
    beyond = [step for step in shown if step.cost_cny_per_t > highest]
    most = f"{shown[-1].cost_cny_per_t:,.0f}"
    notes += [phrase("mac_beyond", language, count=len(beyond), most=most)] if beyond else []
    said = "<br>".join(notes)
    return {
        "data": _bars(shown, language),
        "layout": layout(
            title,
            language,
            height=420,
            margin={"l": 80, "r": 30, "t": 64, "b": 74 + 15 * (said.count("<br>") + 1)},
            showlegend=True,
            xaxis=value_axis(phrase("cumulative", language)),
            yaxis=value_axis(label(FIGURE["cost_per_t"], language), range=[number(lowest), number(highest)]),
            annotations=[remark(said)],
        ),
    }


def merged(steps: Sequence[Step], most: int = MOST_BARS) -> list[Step]:
    """Return at most ``most`` steps: neighbours of a longer row are added up, tonnes and money, in equal numbers."""
    if len(steps) <= most:
        return list(steps)
    size = math.ceil(len(steps) / most)
    return [_sum(steps[first : first + size]) for first in range(0, len(steps), size)]


def _sum(steps: Sequence[Step]) -> Step:
    name = Text(f"{len(steps)}项任务", f"{len(steps)} tasks")
    tonnes = math.fsum(step.reduction_t_per_year for step in steps)
    return Step(name, "", "", tonnes, math.fsum(step.annual_cost_cny for step in steps))


def _range(steps: Sequence[Step]) -> tuple[float, float]:
    """Return the ends of the cost axis: zero, every saving, and the bars of 98 % of the reduction with some room.

    A package bought for another pollutant may remove a trace of this one at an enormous cost per tonne; one such bar
    would flatten all others.
    """
    target = SHOWN_REDUCTION * math.fsum(step.reduction_t_per_year for step in steps)
    tonnes, high = 0.0, 0.0
    for step in steps:
        if tonnes > target:
            break
        tonnes += step.reduction_t_per_year
        high = step.cost_cny_per_t
    low = min(0.0, steps[0].cost_cny_per_t)
    high = max(high, 0.0)
    room = (HEADROOM - 1) * max(high - low, 1.0)
    return (low - room if low < 0 else 0.0), high + room


def _bars(steps: Sequence[Step], language: Language) -> list[Trace]:
    """Return one trace a sector; merged bars have one colour."""
    widths = [step.reduction_t_per_year for step in steps]
    begins = [math.fsum(widths[:place]) for place in range(len(widths))]
    found = []
    for sector in dict.fromkeys(step.sector for step in steps):
        own = [place for place, step in enumerate(steps) if step.sector == sector]
        name = sector_title(sector) if sector else LABEL["tasks"]
        look: dict[str, Any] = {"color": sector_colour(sector) if sector else BLUE, "line": {"width": 0}}
        trace = {
            "type": "bar",
            "orientation": "v",
            "x": numbers([begins[place] for place in own]),
            "y": numbers([steps[place].cost_cny_per_t for place in own]),
            "width": numbers([widths[place] for place in own]),
            "offset": 0,
            "marker": look,
            "name": label(name, language).replace("<br>", " "),
            "hovertext": [_said(steps[place], language) for place in own],
            "hoverinfo": "text",
        }
        found.append(trace)
    return found


def _said(step: Step, language: Language) -> str:
    cost = f"{step.cost_cny_per_t:,.0f} {Text('元/吨', 'CNY/t').say(language)}"
    parts = [escape(step.source)] if step.source else []
    return "<br>".join(
        [*parts, label(step.name, language), TONNES.with_name(step.reduction_t_per_year, language), cost]
    )
