"""From an address to a page."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from dash import Dash, Input, Output
from dash.development.base_component import Component

from dashboard.kit import link, notice, say
from dashboard.pages import comparing, curves, data, jobs, overview, places, reaching, tasks, try_it
from dashboard.service import Service, View
from dashboard.shell import shell
from dashboard.state import State, read_state
from model.problems import InputError

type Page = Callable[[State, View, Service], list[Component]]

PAGES: Mapping[str, Page] = MappingProxyType(
    {
        "/": overview.page,
        "/try": try_it.page,
        "/tasks": tasks.page,
        "/reach": reaching.page,
        "/curves": curves.page,
        "/map": places.map_page,
        "/timeline": places.timeline_page,
        "/compare": comparing.page,
        "/jobs": jobs.page,
        "/data": data.page,
    }
)


def register(app: Dash, service: Service) -> None:
    """Show the page of the address whenever the address changes."""

    @app.callback(Output("root", "children"), Output("live", "data"), Input("route", "data"), prevent_initial_call=True)
    def show(route: object) -> tuple[Component, str]:
        href = route.get("href") if isinstance(route, dict) else None
        state = read_state(href, service.scenario_ids())
        return page_of(state, service), state.search()


def page_of(state: State, service: Service) -> Component:
    """Return the page of a state, whole; what does not fit is said, and the way back offered."""
    build = PAGES.get(state.path)
    if build is None:
        return shell(state, service, [notice(say(state, "not_found"), []), link("←", state.href("/"), is_button=True)])
    try:
        view = service.view(state)
    except InputError as error:
        said = [problem.say(state.language) for problem in error.problems]
        back = State(state.path, state.scenario, state.language).href()
        return shell(
            state, service, [notice(say(state, "bad_link"), said), link(say(state, "reset"), back, is_button=True)]
        )
    return shell(state, service, build(state, view, service), title=view.base.bundle.scenario.title)
