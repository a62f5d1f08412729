"""Whether the state has a plan, in a sentence; where it has none, the nearest change as a button."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from dashboard.kit import icon, link, say
from dashboard.service import Nearest, Service, View
from dashboard.state import State
from scenarios.wording.shown import as_text


def verdict(state: State, view: View, service: Service) -> Component:
    """Return the sentence, and the way out."""
    said = state.say(as_text(view.result.says))
    waits = any(requirement.asked is None for requirement in view.result.requirements)
    if view.is_answered:
        return html.Div(
            [_head("check", say(state, "feasible_so_far" if waits else "feasible")), html.Span(said)],
            className="verdict good",
            role="status",
        )
    ways = [_way(state, change) for change in service.nearest(view)]
    offer = [html.Div([html.Span(say(state, "nearest")), *ways], className="ways")] if ways else []
    return html.Div(
        [_head("alert", say(state, "infeasible")), html.Span(said), *offer],
        className="verdict bad",
        role="status",
    )


def _head(mark: str, said: str) -> Component:
    return html.Strong([icon(mark), said], className="verdict-head")


def _way(state: State, change: Nearest) -> Component:
    return link(
        f"{say(state, 'apply')} {state.say(change.says)}",
        state.with_edit(change.key, change.value).href(),
        is_button=True,
    )
