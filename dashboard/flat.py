"""What is shown as plain nested lists, which the browser draws without asking a framework what has changed.

A tree is a text, or ``[tag, attributes, parts]``. The page's components cost Dash 50 to 100 ms a move to compare and
lay out again; the same elements made from a tree cost less than 5.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dash.development.base_component import Component

from dashboard.kit import Children

type Tree = str | list[Any]

NAMESPACE = "dash_html_components"
TAGS = frozenset({"a", "button", "code", "details", "div", "li", "p", "span", "strong", "summary", "ul"})
"""The elements that ``assets/draw.js`` makes."""

RENAMED = {"className": "class", "tabIndex": "tabindex"}


def flat(part: Component | str) -> Tree:
    """Return a component of plain elements as a tree. Raises `TypeError` for anything else."""
    if isinstance(part, str):
        return part
    told = part.to_plotly_json()  # type: ignore[no-untyped-call]
    tag, props = str(told["type"]).lower(), told["props"]
    if told["namespace"] != NAMESPACE or tag not in TAGS:
        raise TypeError(f"expected one of {', '.join(sorted(TAGS))}, found {told['type']}")
    attributes = {RENAMED.get(name, name): value for name, value in props.items() if name != "children" and value != ""}
    return [tag, attributes, flats(props.get("children") or "")]


def flats(parts: Children) -> list[Tree]:
    """Return one or several components as trees; empty texts are left out."""
    listed: Sequence[Component | str] = [parts] if isinstance(parts, Component | str) else parts
    return [flat(part) for part in listed if part != ""]


__all__ = ["TAGS", "Tree", "flat", "flats"]
