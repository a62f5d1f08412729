"""What is asked, what the plan reaches, and how far one could go."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from model.text import Language, Text
from scenarios.answering.result import RequirementResult, Result
from scenarios.figures.style import (
    BLACK,
    GREEN,
    INK,
    VERMILION,
    Figure,
    Trace,
    bar_width,
    bars,
    escape,
    layout,
    nothing,
    number,
    numbers,
    phrase,
    remark,
    row_axis,
    row_name,
    rows_height,
    value_axis,
)
from scenarios.figures.words import FIGURE
from scenarios.wording.shown import DASH, SENSE, UNITS, lines, names_of, scope, subject, verdict
from scenarios.wording.words import LABEL

MOST_PERCENT = 200.0
"""Right end of the axis; what lies beyond is shown at the edge, pointing on."""

MOST_REQUIREMENTS = 30


def targets(result: Result, language: Language) -> Figure:
    """Return asked, reached and reachable of every requirement, each in per cent of what is asked.

    The numbers stand beside the rows in their own units. A requirement without a value, or that asks for zero, has no
    per cent: only its numbers are shown. Of more than 30 requirements those with the least room are shown, and a note
    says so.
    """
    shown = _least_room(result.requirements)
    if not shown:
        return nothing(FIGURE["targets"], language)
    titles = names_of(result)
    names = [_name(requirement, titles, language) for requirement in shown]
    left_out = len(result.requirements) - len(shown)
    note = phrase("least_room", language, all=len(result.requirements), count=len(shown))
    return {
        "data": [*_bars(shown, language, bar_width(names)), *_marks(shown, language)],
        "layout": layout(
            FIGURE["targets"],
            language,
            height=rows_height(names),
            margin={"l": 60, "r": 250, "t": 64, "b": 70},
            showlegend=True,
            xaxis=value_axis(phrase("share_of_asked", language), range=[0, MOST_PERCENT], fixedrange=True),
            yaxis=row_axis(names),
            shapes=[_asked_line()],
            annotations=[*_numbers(shown, language), *([remark(note)] if left_out else [])],
        ),
    }


def _least_room(requirements: Sequence[RequirementResult]) -> list[RequirementResult]:
    """Return at most 30 requirements in their order: unmet and pending ones first, then by room relative to asked."""
    if len(requirements) <= MOST_REQUIREMENTS:
        return list(requirements)

    def room(place: int) -> float:
        requirement = requirements[place]
        if requirement.slack is None or not requirement.asked or not requirement.met:
            return -1.0
        return requirement.slack / abs(requirement.asked)

    chosen = sorted(sorted(range(len(requirements)), key=room)[:MOST_REQUIREMENTS])
    return [requirements[place] for place in chosen]


def _share(requirement: RequirementResult, value: float | None) -> float | None:
    """Return a value in per cent of what is asked, None where there is no per cent."""
    return 100.0 * value / requirement.asked if requirement.asked and value is not None else None


def _bars(shown: Sequence[RequirementResult], language: Language, width: float) -> list[Trace]:
    found = []
    for name, is_met, colour in (("met", True, GREEN), ("unmet", False, VERMILION)):
        rows = [
            (row, min(max(share, 0.0), MOST_PERCENT), _said(requirement, language))
            for row, requirement in enumerate(shown)
            if requirement.met is is_met and (share := _share(requirement, requirement.reached)) is not None
        ]
        if rows:
            places, shares, hover = zip(*rows, strict=True)
            found.append(
                bars(places, shares, colour, width=number(width), name=phrase(name, language), hovertext=list(hover))
            )
    return found


def _marks(shown: Sequence[RequirementResult], language: Language) -> list[Trace]:
    """Return a diamond where one could go; a triangle at the edge points to what lies beyond."""
    found = []
    for name, symbol, is_beyond in (("reachable", "diamond", False), ("reachable_beyond", "triangle-right", True)):
        rows = [
            (row, min(max(share, 0.0), MOST_PERCENT), _said(requirement, language))
            for row, requirement in enumerate(shown)
            if (share := _share(requirement, requirement.reachable)) is not None and (share > MOST_PERCENT) is is_beyond
        ]
        if rows:
            places, shares, hover = zip(*rows, strict=True)
            trace = {
                "type": "scatter",
                "mode": "markers",
                "name": phrase(name, language),
                "x": numbers(shares),
                "y": list(places),
                "marker": {"color": INK, "size": 10, "symbol": symbol},
                "hovertext": list(hover),
                "hoverinfo": "text",
                "cliponaxis": False,
            }
            found.append(trace)
    return found


def _asked_line() -> dict[str, Any]:
    ends = {"x0": 100, "x1": 100, "y0": 0, "y1": 1}
    return {"type": "line", "xref": "x", "yref": "paper", "line": {"color": BLACK, "width": 2}, **ends}


def _name(requirement: RequirementResult, titles: Mapping[str, Text], language: Language) -> str:
    """Return what a row is about, and its id below."""
    what, where = subject(requirement, titles), scope(requirement, titles)
    name = Text(f"{what.zh}，{where.zh}", f"{what.en}, {where.en}")
    return f"{row_name(name, language)}<br>{escape(requirement.row)}"


def _numbers(shown: Sequence[RequirementResult], language: Language) -> list[dict[str, Any]]:
    place = {"xref": "paper", "x": 1.02, "xanchor": "left", "align": "left", "showarrow": False, "font": {"size": 11}}
    head = {**place, "text": phrase("beside", language), "y": 0, "yref": "paper", "yanchor": "top", "yshift": -16}
    rows = [{**place, "text": _figures(requirement, language), "y": row} for row, requirement in enumerate(shown)]
    return [head, *rows]


def _figures(requirement: RequirementResult, language: Language) -> str:
    """Return reached and asked in the requirement's own unit, and what is reachable."""
    unit = UNITS[requirement.unit]
    asked = _asked(requirement, language)
    reached = "" if requirement.reached is None else f"{unit.say(requirement.reached)}  /  "
    best = f"{LABEL['reachable'].say(language)} {unit.say(requirement.reachable)}"
    return f"{escape(f'{reached}{asked}')}<br>{escape(best)}"


def _asked(requirement: RequirementResult, language: Language) -> str:
    if requirement.asked is None:
        return verdict(requirement).say(language)
    unit = UNITS[requirement.unit]
    return f"{SENSE[requirement.sense]} {unit.say(requirement.asked)} {unit.name.say(language)}"


def _said(requirement: RequirementResult, language: Language) -> str:
    """Return all that is known of a row, for the one who points at it."""
    unit = UNITS[requirement.unit]
    facts = (
        ("asked", _asked(requirement, language)),
        ("reached", unit.say(requirement.reached) if requirement.reached is not None else DASH),
        ("reachable", unit.say(requirement.reachable)),
        ("reachable_alone", unit.say(requirement.reachable_alone)),
    )
    said = [escape(f"{LABEL[name].say(language)}: {value}") for name, value in facts]
    return "<br>".join(
        [escape(requirement.row), *map(escape, lines(subject(requirement), language).split("\n")), *said]
    )
