"""Requirements as bars: reached, asked, and the limit, each in its own unit."""

from __future__ import annotations

from collections.abc import Mapping

from dash import html
from dash.development.base_component import Component

from dashboard.kit import badge, extra, say
from dashboard.state import State
from model.text import Text
from scenarios.answering.result import RequirementResult, Result
from scenarios.wording.shown import SENSE, UNITS, as_text, names_of, percent, scope, subject

FULL = 100.0


def bullets(state: State, result: Result, *, is_drawn: bool = False) -> Component:
    """Return one bar for each requirement; where the browser draws them, empty places that say whose bar they are."""
    names = names_of(result)
    rows = [
        html.Li(
            [
                html.Div(
                    [
                        html.Span(state.say(subject(requirement)), className="bullet-what"),
                        html.Span(_where(state, requirement, names), className="bullet-where"),
                    ]
                ),
                html.Div(**extra({"data-bar": requirement.row})) if is_drawn else html.Div(bar(state, requirement)),
            ]
        )
        for requirement in result.requirements
    ]
    return html.Ul(rows, className="bullets")


def bar(state: State, requirement: RequirementResult) -> list[Component]:
    """Return what a requirement's row shows of the plan: the bar, the numbers, the verdict."""
    unit = UNITS[requirement.unit]
    asked = say(state, "pending")
    if requirement.asked is not None:
        asked = f"{SENSE[requirement.sense]} {unit.say(requirement.asked)}"
    reached, limit = unit.say(requirement.reached), unit.say(requirement.reachable_alone)
    facts = f"{say(state, 'reached')} {reached}, {say(state, 'asked')} {asked}, {say(state, 'reachable')} {limit}"
    return [
        html.Div(_track(requirement), className="bullet-track", role="img", **extra({"aria-label": facts})),
        html.Div(
            [
                html.Strong(reached),
                f" / {asked} {state.say(unit.name)}{_tolerance(state, requirement)}",
                html.Span(f"{say(state, 'reachable')} {limit}", className="bullet-limit"),
                _verdict(state, requirement),
            ],
            className="bullet-facts",
        ),
    ]


def _where(state: State, requirement: RequirementResult, names: Mapping[str, Text]) -> str:
    """Return whom a requirement covers, and what the plan says of it."""
    where = state.say(scope(requirement, names))
    said = [state.say(as_text(cite["summary"])) for cite in requirement.cites if cite["summary"]["zh"]]
    return f"{where} · {said[0]}" if said else where


def _tolerance(state: State, requirement: RequirementResult) -> str:
    return f" · {say(state, 'tolerance')} {percent(requirement.tolerance)}" if requirement.tolerance else ""


def _verdict(state: State, requirement: RequirementResult) -> Component:
    if requirement.asked is None:
        return badge(say(state, "pending"), "wait")
    if requirement.met is None:
        return badge("—")
    return badge(say(state, "met"), "good") if requirement.met else badge(say(state, "unmet"), "bad")


def _track(requirement: RequirementResult) -> list[Component]:
    """Return what is reached as a bar, and marks where it is asked and where it ends, on one scale from zero."""
    known = (requirement.reached, requirement.asked, requirement.reachable_alone)
    most = max((abs(value) for value in known if value is not None), default=0.0) or 1.0
    marks = (
        ("bullet-fill bad" if requirement.met is False else "bullet-fill", "width", requirement.reached),
        ("bullet-end", "left", requirement.reachable_alone),
        ("bullet-asked", "left", requirement.asked),
    )
    return [
        html.Span(className=name, style={where: _share(value, most)})
        for name, where, value in marks
        if value is not None
    ]


def _share(value: float, most: float) -> str:
    return f"{min(max(FULL * value / most, 0.0), FULL):.1f}%"
