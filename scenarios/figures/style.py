"""How every figure looks: colours, words, axes. A figure is a plain dictionary that plotly.js draws."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from typing import Any

from rich.cells import cell_len

from model.sectors import SECTORS
from model.text import Language, Text
from scenarios.figures.words import FIGURE
from scenarios.wording.shown import sides

type Figure = dict[str, Any]
type Trace = dict[str, Any]

BLACK, ORANGE, SKY, GREEN = "#000000", "#E69F00", "#56B4E9", "#009E73"
YELLOW, BLUE, VERMILION, PURPLE = "#F0E442", "#0072B2", "#D55E00", "#CC79A7"
"""Okabe and Ito (2008), Color Universal Design: told apart by colour-blind readers."""

GREY, PALE_GREY, INK, SOFT, LINE = "#8A94A0", "#C9D0D8", "#1F2933", "#5B6672", "#DDE3E9"
SECTOR_COLOURS = (BLUE, ORANGE, GREEN, PURPLE, SKY, VERMILION, YELLOW, "#4D4D4D", "#7A5200", "#00503B", "#8E3C6B")
"""The palette, then its dark shades; in the order of `model.sectors`."""

FONT = "Noto Sans CJK SC, Source Han Sans SC, Microsoft YaHei, PingFang SC, sans-serif"

DIGITS = 9
"""Significant digits of a coordinate; more than any screen shows."""

HEIGHT = 380
ROW_HEIGHT, FRAME_HEIGHT = 30, 130
"""Pixels of a row of bars, and of title, axis and legend together."""

LINE_HEIGHT, BAR_HEIGHT = 16.0, 19.0
NAME_WIDTH, NOTE_WIDTH = 38, 46
BREAKS = re.compile(r"[^ 、，；]*[ 、，；]+|[^ 、，；]+$")
"""Parts of a name that stay in one line."""

MOST_ROWS = 25
"""Rows of bars before the smallest are added up in one."""


def escape(text: str) -> str:
    """Return a text as a figure shows it literally: plotly reads ``<a>``, ``<b>`` and ``&...;`` as markup.

    >>> escape("A&B <b>")
    'A&amp;B &lt;b&gt;'
    """
    return html.escape(" ".join(text.split()), quote=False)


def plain(text: str) -> str:
    r"""Return a text of a figure without its markup: line breaks as such, escaped letters as themselves.

    >>> plain("A&amp;B &lt;b&gt;<br>2")
    'A&B <b>\n2'
    """
    return "\n".join(html.unescape(line) for line in text.split("<br>"))


def caption(figure: Figure) -> str:
    """Return the title of a figure as plain text."""
    return plain(figure["layout"]["title"]["text"])


def label(text: Text, language: Language) -> str:
    """Return a name as a figure shows it; of two languages each has a line of its own."""
    return "<br>".join(dict.fromkeys(escape(side) for side in sides(text, language)))


def row_name(text: Text, language: Language) -> str:
    """Return the name of a row, folded where it is long, so that room is left for the bars."""
    return "<br>".join(dict.fromkeys(escape(line) for side in sides(text, language) for line in folded(side)))


def folded(text: str, width: int = NAME_WIDTH) -> list[str]:
    """Return a text in lines of at most ``width`` Latin letters, broken at blanks and after Chinese marks.

    A Chinese letter counts as two. A part without such a place stays whole.

    >>> folded("Power units and furnaces, by type", 20)
    ['Power units and', 'furnaces, by type']
    """
    lines = [""]
    for part in BREAKS.findall(text):
        if lines[-1] and cell_len((lines[-1] + part).rstrip()) > width:
            lines.append("")
        lines[-1] += part
    return [line.strip() for line in lines]


def note_lines(text: Text, language: Language) -> str:
    """Return a note below a figure in lines that a telephone has room for."""
    lines = (line for side in sides(text, language) for line in folded(side, NOTE_WIDTH))
    return "<br>".join(dict.fromkeys(map(escape, lines)))


def phrase(name: str, language: Language, **facts: object) -> str:
    """Return words of `FIGURE` with facts put in, escaped."""
    text = FIGURE[name]
    return escape(Text(text.zh.format(**facts), text.en.format(**facts)).say(language))


def heading(text: Text, language: Language) -> dict[str, Any]:
    """Return a title."""
    return {"text": escape(text.say(language)), "x": 0.01, "xanchor": "left", "xref": "container", "font": {"size": 16}}


def layout(title: Text, language: Language, *, height: float = HEIGHT, **more: Any) -> dict[str, Any]:  # noqa: ANN401 - plotly attributes are of many types
    """Return a layout with the house's font, margins and legend, and what ``more`` states."""
    return {
        "title": heading(title, language),
        "font": {"family": FONT, "size": 12, "color": INK},
        "height": height,
        "margin": {"l": 60, "r": 30, "t": 64, "b": 50},
        "paper_bgcolor": "#FFFFFF",
        "plot_bgcolor": "#FFFFFF",
        "barmode": "overlay",
        "showlegend": False,
        "legend": {
            "orientation": "h",
            "x": 0,
            "xanchor": "left",
            "y": 1.01,
            "yanchor": "bottom",
            "traceorder": "normal",
        },
        "hoverlabel": {"align": "left"},
        **more,
    }


def value_axis(title: str, **more: Any) -> dict[str, Any]:  # noqa: ANN401 - as above
    """Return an axis of numbers."""
    grid = {"gridcolor": LINE, "zeroline": True, "zerolinecolor": GREY, "automargin": True}
    return (
        {
            "title": {"text": title, "standoff": 10},
            "type": "linear",
            "separatethousands": True,
            "exponentformat": "none",
        }
        | grid
        | more
    )


def row_axis(names: Sequence[str], **more: Any) -> dict[str, Any]:  # noqa: ANN401 - as above
    """Return a vertical axis of named rows, the first on top. Rows have numbers, so that names may repeat."""
    count = max(len(names), 1)
    ticks = {"tickmode": "array", "tickvals": list(range(len(names))), "ticktext": list(names)}
    look = {"showgrid": False, "zeroline": False, "automargin": True, "fixedrange": True}
    return {"type": "linear", "range": [count - 0.5, -0.5], **ticks, **look, **more}


def row_height(names: Sequence[str], *, least: float = ROW_HEIGHT) -> float:
    """Return the height of a row [pixels] that is enough for the longest name."""
    lines = max((name.count("<br>") + 1 for name in names), default=1)
    return max(least, LINE_HEIGHT * lines + 8)


def rows_height(names: Sequence[str], *, least: float = ROW_HEIGHT) -> float:
    """Return the height of a figure whose rows have these names."""
    return FRAME_HEIGHT + row_height(names, least=least) * max(len(names), 2)


def bar_width(names: Sequence[str]) -> float:
    """Return the width of a bar as a share of its row, the same on the page however high rows are."""
    return BAR_HEIGHT / row_height(names)


def number(value: float) -> float:
    """Return a coordinate with the digits a figure needs."""
    return float(f"{value:.{DIGITS}g}") + 0.0


def numbers(values: Sequence[float]) -> list[float]:
    """Return coordinates with the digits a figure needs."""
    return [number(value) for value in values]


def bars(rows: Sequence[float], lengths: Sequence[float], colour: str | Sequence[str], **more: Any) -> Trace:  # noqa: ANN401 - as above
    """Return bars that lie in numbered rows; ``base`` is where they begin."""
    colours = colour if isinstance(colour, str) else list(colour)
    look = {"marker": {"color": colours}, "hoverinfo": "text", "textposition": "outside", "cliponaxis": False}
    return {"type": "bar", "orientation": "h", "x": numbers(lengths), "y": list(rows), **look, **more}


def sector_colour(sector: str) -> str:
    """Return the colour of a sector, the same in every figure; grey where it is unknown."""
    place = list(SECTORS).index(sector) if sector in SECTORS else -1
    return SECTOR_COLOURS[place % len(SECTOR_COLOURS)] if place >= 0 else GREY


def remark(text: str) -> dict[str, Any]:
    """Return a small note below a figure."""
    place = {"x": 0, "xref": "paper", "xanchor": "left", "y": 0, "yref": "paper", "yanchor": "top", "yshift": -58}
    return {"text": text, "showarrow": False, "align": "left", "font": {"size": 11, "color": SOFT}, **place}


def nothing(title: Text, language: Language) -> Figure:
    """Return an empty figure that says so."""
    word = {"text": phrase("nothing", language), "showarrow": False, "font": {"size": 14, "color": GREY}}
    place = {"x": 0.5, "y": 0.5, "xref": "paper", "yref": "paper"}
    hidden: dict[str, Any] = {"visible": False}
    return {
        "data": [],
        "layout": layout(title, language, height=200, xaxis=hidden, yaxis=hidden, annotations=[{**word, **place}]),
    }
