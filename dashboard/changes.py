"""What was changed against the scenario, in words, each with a button that takes it back."""

from __future__ import annotations

from collections.abc import Mapping

from dash import html
from dash.development.base_component import Component

from dashboard.kit import link, say
from dashboard.service import View
from dashboard.state import State
from scenarios.live.edits import AMOUNT, write_edits
from scenarios.reading.patches import Setting, as_text


def changes(state: State, view: View) -> list[Component]:
    """Return every edit of the state, and the command that does the same."""
    if not state.edits:
        return [html.P(say(state, "nothing_changed"), className="note")]
    rows = [_row(state, view, edit) for edit in state.edits]
    sets = " ".join(f"--set '{text}'" for text in write_edits(state.edits))
    command = f"jianpai plan {state.scenario} --out out {sets}"
    return [
        html.Ul(rows, className="changes"),
        html.Details([html.Summary(say(state, "command")), html.Code(command)], className="command"),
    ]


def _row(state: State, view: View, edit: Setting) -> Component:
    back = state.with_edit(edit[0], None).href()
    return html.Li([html.Span(_said(state, view, edit)), link(say(state, "take_back"), back)])


def _said(state: State, view: View, edit: Setting) -> str:
    key, value = edit
    amount = AMOUNT.fullmatch(key)
    lever = next((one for one in view.levers if one.key == key), None)
    if key == "discount_rate" and isinstance(value, float | int):
        return f"{say(state, 'discount_rate')}: {100 * view.base.bundle.scenario.discount_rate:g} % → {100 * value:g} %"
    if amount and lever:
        before = say(state, "pending") if lever.value is None else lever.written(lever.value)
        return f"{state.say(lever.title)}: {before} → {value}"
    soft = next((one for one in view.levers if one.soft_key == key), None)
    if soft:
        return f"{state.say(soft.title)}: {say(state, 'may_be_missed')}, {value}"
    if isinstance(value, Mapping):
        return _rule(state, view, value)
    return f"{key} = {as_text(value)}"


def _rule(state: State, view: View, rule: Mapping[str, object]) -> str:
    known = view.base.bundle.catalogue.measures
    listed = rule.get("measures")
    ids = listed if isinstance(listed, list | tuple) else []
    names = ", ".join(state.say(known[name].name) if name in known else str(name) for name in ids)
    where = rule.get("where")
    source = rule.get("source_id") or (where.get("source_id", "") if isinstance(where, Mapping) else "")
    what = say(state, "locked" if rule.get("kind") == "fix" else "forbidden")
    return f"{what}: {names}" + (f" ({source})" if source else "")
