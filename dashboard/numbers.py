"""The big numbers at the top of a page."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from dashboard.kit import kpi, say
from dashboard.service import View
from dashboard.state import State
from scenarios.answering.result import Result
from scenarios.wording.shown import DASH, MONEY, TONNES, YEARLY_MONEY, percent, symbol

SHOWN = ("nox", "vocs", "tp")
SAME = 1e-9


def numbers(state: State, view: View, *, is_fine: bool = True) -> list[Component]:
    """Return cost, tonnes, tasks and proof of the answer, each against the scenario as it stands."""
    now, before = view.result, view.base.result
    annual = (
        None if now.cost is None else now.cost.annual_cny,
        None if before.cost is None else before.cost.annual_cny,
    )
    capital = (
        None if now.cost is None else now.cost.capital_cny,
        None if before.cost is None else before.cost.capital_cny,
    )
    tasks = (float(len(now.tasks)) if now.cost else None, float(len(before.tasks)))
    proof = say(state, "gap") if is_fine else f"{say(state, 'gap')} · {say(state, 'preview')}"
    return [
        kpi(
            say(state, "annual_cost"),
            YEARLY_MONEY.brief(annual[0]),
            state.say(YEARLY_MONEY.name),
            _change(state, *annual),
            tone="lead",
        ),
        kpi(say(state, "capital"), MONEY.brief(capital[0]), state.say(MONEY.name), _change(state, *capital)),
        *(_tonnes(state, now, before, pollutant) for pollutant in SHOWN),
        kpi(
            say(state, "tasks"),
            DASH if tasks[0] is None else f"{tasks[0]:,.0f}",
            say(state, "task_count"),
            _change(state, *tasks),
        ),
        kpi(proof, percent(now.gap) if now.cost else DASH, "", "", tone="" if is_fine else "loose"),
    ]


def _tonnes(state: State, now: Result, before: Result, pollutant: str) -> Component:
    less, base = _reduction(now, pollutant)
    was, _ = _reduction(before, pollutant)
    share = f"{say(state, 'of_base')} {100 * less / base:.1f} %" if now.cost and base else ""
    value = TONNES.brief(less) if now.cost else DASH
    return kpi(
        f"{symbol(pollutant)} {say(state, 'reduction')}",
        value,
        state.say(TONNES.name),
        [share, " ", _change(state, less if now.cost else None, was)],
    )


def _reduction(result: Result, pollutant: str) -> tuple[float, float]:
    rows = [row for row in result.emissions if row["pollutant"] == pollutant and row["year"] == result.years[-1]]
    less = sum(row["without_plan_t_per_year"] - row["with_plan_t_per_year"] for row in rows)
    return less, sum(row["base_t_per_year"] for row in rows)


def _change(state: State, now: float | None, before: float | None) -> Component | str:
    """Return how far a number is from that of the scenario as it stands."""
    if now is None or before is None or not before or abs(now - before) <= SAME * abs(before):
        return ""
    share = 100 * (now - before) / abs(before)
    return html.Span(f"{share:+.1f} % {say(state, 'from_base')}", className="delta")
