"""Least cost against the level of one requirement, from previews: each point is proven to the gap it shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from model.text import Language, Text
from scenarios.figures.style import BLUE, INK, VERMILION, Figure, escape, layout, number, value_axis
from scenarios.live.edits import Edits, with_edit
from scenarios.live.levers import Lever, lever_value
from scenarios.live.studio import Studio
from scenarios.wording.shown import UNITS, percent

POINTS = 13
AXIS = Text("要求（{unit}）", "Asked ({unit})")
COST = Text("目标费用（{unit}）", "Objective ({unit})")
NOW = Text("现在的要求", "what is asked now")
NONE = Text("此后无可行方案", "beyond: no plan")


@dataclass(frozen=True, slots=True)
class Point:
    """What a level of a requirement costs: objective in the unit of the result, None where no plan exists."""

    asked: float
    objective: float | None
    unit: str
    gap: float | None


def trade_off(studio: Studio, scenario_id: str, edits: Edits, lever: Lever, *, points: int = POINTS) -> list[Point]:
    """Return the objective at evenly spaced levels of a requirement, all other edits held."""
    top = lever.high if lever.limit is None else max(lever.limit, lever.step)
    levels = [lever.low + (top - lever.low) * place / (points - 1) for place in range(points)]
    found = []
    for level in dict.fromkeys(round(level / lever.step) * lever.step for level in levels):
        asked = with_edit(edits, lever.key, lever.written(level))
        result = studio.preview(scenario_id, asked, is_fine=False).result
        found.append(Point(level, result.objective.value, result.objective.unit, result.gap))
    return found


def trade_off_figure(points: Sequence[Point], lever: Lever, edits: Edits, language: Language) -> Figure:
    """Return the curve; a line stands where the requirement is now, another where plans end."""
    unit = UNITS[points[0].unit]
    known = [point for point in points if point.objective is not None]
    trace = {
        "type": "scatter",
        "mode": "lines+markers",
        "x": [number(point.asked) for point in known],
        "y": [number(unit.of(point.objective or 0.0)) for point in known],
        "line": {"color": BLUE, "width": 3},
        "marker": {"size": 8},
        "hoverinfo": "text",
        "hovertext": [
            escape(
                f"{point.asked:,.6g} {lever.unit}: {unit.with_name(point.objective, language)} (± {percent(point.gap)})"
            )
            for point in known
        ],
    }
    now, lost = lever_value(lever, edits), next((point.asked for point in points if point.objective is None), None)
    marks = [
        *_mark(now, NOW.say(language), INK, side="left"),
        *_mark(lost, NONE.say(language), VERMILION, side="right"),
    ]
    name = lever.unit or UNITS["count"].name.say(language)
    return {
        "data": [trace],
        "layout": layout(
            lever.title,
            language,
            height=400,
            margin={"l": 80, "r": 30, "t": 40, "b": 56},
            xaxis=value_axis(escape(AXIS.say(language).format(unit=name))),
            yaxis=value_axis(escape(COST.say(language).format(unit=unit.name.say(language)))),
            shapes=[shape for shape, _ in marks],
            annotations=[note for _, note in marks],
        ),
    }


def _mark(at: float | None, said: str, colour: str, *, side: str) -> list[tuple[dict[str, object], dict[str, object]]]:
    if at is None:
        return []
    line = {
        "type": "line",
        "x0": at,
        "x1": at,
        "y0": 0,
        "y1": 1,
        "yref": "paper",
        "line": {"color": colour, "dash": "dot"},
    }
    high = {"y": 1, "yanchor": "top"} if side == "left" else {"y": 0, "yanchor": "bottom", "yshift": 16}
    note = {"x": at, "yref": "paper", **high, "text": escape(said), "showarrow": False}
    note |= {"xanchor": side, "xshift": 5 if side == "left" else -5}
    return [(line, note)]
