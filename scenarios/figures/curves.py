"""Curves about a plan: least cost against the level of a requirement, and everything on offer by cost."""

from __future__ import annotations

from collections.abc import Sequence

from model.text import Language, Text
from scenarios.analysis.frontier import Frontier, Point
from scenarios.analysis.frontier_words import curve_words
from scenarios.analysis.mac import MacCurve
from scenarios.figures.mac import Step, steps_figure
from scenarios.figures.style import (
    BLUE,
    GREY,
    VERMILION,
    Figure,
    Trace,
    escape,
    label,
    layout,
    nothing,
    number,
    numbers,
    remark,
    value_axis,
)
from scenarios.wording.shown import UNITS, percent

ASKED = Text("现在的要求", "Asked now")
MAC_NOTE = Text(
    "所有可用措施，每格一步：宽为在同一源已有措施之上再减的量，高为这一步的单位费用；不计其他要求。",
    "Everything on offer, one bar a step: as wide as it removes beyond the measures before it at the same source, "
    "as high as the step costs per tonne; requirements are left aside.",
)


def frontier_figure(frontier: Frontier, language: Language) -> Figure:
    """Return least cost, or most reduction, and proven bound against the level, with the level that is asked now."""
    words = curve_words(frontier.objective_unit)
    title = Text(f"{words.title.zh}：{frontier.row}", f"{words.title.en}: {frontier.row}")
    known = [point for point in frontier.points if point.cost is not None]
    if not known:
        return nothing(title, language)
    unit, money = UNITS[frontier.unit], UNITS[frontier.objective_unit]
    levels = numbers([unit.of(point.level) for point in known])
    costs = numbers([money.of(point.cost or 0.0) for point in known])
    bounds = numbers([money.of(point.bound if point.bound is not None else point.cost or 0.0) for point in known])
    data: list[Trace] = [
        _line(levels, bounds, words.bound, language, line={"color": GREY, "width": 1, "dash": "dot"}, mode="lines"),
        _line(levels, costs, words.value, language, line={"color": BLUE, "width": 2}, mode="lines+markers")
        | {"hovertext": [_said(frontier, point, language) for point in known], "hoverinfo": "text"},
    ]
    if frontier.asked is not None:
        at = number(unit.of(frontier.asked))
        ends = [min(bounds[0], costs[0]), costs[-1]]
        data.append(_line([at, at], ends, ASKED, language, line={"color": VERMILION, "width": 1}, mode="lines"))
    across = Text(f"{frontier.row}（{unit.name.zh}）", f"{frontier.row} ({unit.name.en})")
    up = Text(f"{words.value.zh}（{money.name.zh}）", f"{words.value.en} ({money.name.en})")
    return {
        "data": data,
        "layout": layout(
            title,
            language,
            height=440,
            margin={"l": 90, "r": 30, "t": 84, "b": 100},
            showlegend=True,
            xaxis=value_axis(escape(across.say(language))),
            yaxis=value_axis(escape(up.say(language))),
            annotations=[remark(label(words.note, language))],
        ),
    }


def mac_figure(curve: MacCurve, language: Language) -> Figure:
    """Return the steps of everything on offer, cheapest tonne first."""
    steps = [
        Step(step.name, step.source_name, step.sector, step.reduction_t_per_year, step.cost_cny_per_year)
        for step in curve.steps
    ]
    return steps_figure(steps, curve.pollutant, language, note=MAC_NOTE)


def _line(x: Sequence[float], y: Sequence[float], name: Text, language: Language, **more: object) -> Trace:
    said = escape(name.say(language))
    return {"type": "scatter", "x": list(x), "y": list(y), "name": said, "hoverinfo": "skip", **more}


def _said(frontier: Frontier, point: Point, language: Language) -> str:
    unit, money = UNITS[frontier.unit], UNITS[frontier.objective_unit]
    gap = Text(f"差距{percent(point.gap)}", f"gap {percent(point.gap)}").say(language)
    parts = [unit.with_name(point.level, language), money.with_name(point.cost, language), gap]
    return "<br>".join(escape(part) for part in parts)
