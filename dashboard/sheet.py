"""What the page Try shows of an answer, ready to be drawn: words and numbers as trees, pictures as figures."""

from __future__ import annotations

from typing import Any

from dash import html

from dashboard.bullets import bar
from dashboard.changes import changes
from dashboard.flat import Tree, flats
from dashboard.kit import bare, extra, say
from dashboard.numbers import numbers
from dashboard.service import Lever, Service, View, lever_value
from dashboard.state import State
from dashboard.verdict import verdict
from model.problems import InputError
from scenarios.figures import Figure, costs, emissions, mac_curve

type Sheet = dict[str, Any]

PICTURES = ("pic-cost", "pic-mac", "pic-emissions")


def sheet(service: Service, state: State, view: View, pollutant: str, *, is_fine: bool = True) -> Sheet:
    """Return everything that moves: ``parts`` by id, ``bars`` by row, ``figures`` by id, and ``look`` of the pictures.

    Without a plan there are no figures: those of the last plan stay, greyed and labelled.
    """
    return {
        "parts": {
            "verdict": flats(verdict(state, view, service)),
            "numbers": flats(numbers(state, view, is_fine=is_fine)),
            "changes": flats(changes(state, view)),
            **offers(state, view),
        },
        "bars": {requirement.row: flats(bar(state, requirement)) for requirement in view.result.requirements},
        "look": "pictures" if view.is_answered else "pictures stale",
        "figures": figures(state, view, pollutant) if view.is_answered else {},
    }


def refusal(state: State, error: InputError) -> Sheet:
    """Return what is shown where an edit does not fit: the reasons, and all else as it was, greyed."""
    said = [html.Strong(say(state, "bad_link")), *(html.P(problem.say(state.language)) for problem in error.problems)]
    box = html.Div(said, className="verdict bad", role="status")
    return {"parts": {"verdict": flats(box)}, "bars": {}, "look": "pictures stale", "figures": {}}


def figures(state: State, view: View, pollutant: str) -> dict[str, Figure]:
    """Return the pictures by id."""
    found = (
        costs(view.result, "district", state.language),
        mac_curve(view.result, pollutant, state.language),
        emissions(view.result, pollutant, state.language),
    )
    return dict(zip(PICTURES, map(bare, found), strict=True))


def offers(state: State, view: View) -> dict[str, list[Tree]]:
    """Return for each lever the button that proposes a value: where none is set yet, or what is set cannot be had."""
    unmet = {requirement.id for requirement in view.result.requirements if requirement.met is False}
    return {
        f"offer-{lever.requirement_id}": _offer(state, lever)
        if needs_value(state, lever) or lever.requirement_id in unmet
        else []
        for lever in view.levers
    }


def needs_value(state: State, lever: Lever) -> bool:
    """Say whether a lever stands nowhere yet, or beyond its limit."""
    value = lever_value(lever, state.edits)
    return value is None or (lever.limit is not None and not lever.is_least and value > lever.limit)


def _offer(state: State, lever: Lever) -> list[Tree]:
    named = extra({"data-offer": lever.requirement_id})
    return flats(html.Button(say(state, "propose"), type="button", className="plain offer", **named))
