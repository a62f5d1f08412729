"""Bars, markers, outlines and legends of a figure, drawn on a panel of matplotlib."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import LinearSegmentedColormap, Normalize
from matplotlib.figure import Figure as Canvas
from matplotlib.font_manager import FontProperties
from matplotlib.patches import PathPatch
from matplotlib.path import Path

from scenarios.figures.style import INK, plain

POINTS_PER_PIXEL = 0.72
MARKERS = {"diamond": "D", "triangle-right": ">"}
DASHES = {"dot": ":", "solid": "-"}
TEXT_GAP = 3.0
"""Points between the end of a bar and its number."""

TEXT_ROOM = 0.13
"""Share of the axis kept free beyond the longest bar, for its number."""


@dataclass(frozen=True, slots=True)
class Pen:
    """The font of a picture."""

    family: str

    def font(self, pixels: float) -> FontProperties:
        """Return the font in a size of a figure."""
        return FontProperties(family=self.family, size=pixels * POINTS_PER_PIXEL)


def draw_bars(panel: Axes, trace: Mapping[str, Any], pen: Pen) -> None:
    """Draw bars that lie or stand, from their base, with their numbers at the end."""
    is_lying = trace["orientation"] == "h"
    places, lengths = (trace["y"], trace["x"]) if is_lying else (trace["x"], trace["y"])
    base = trace.get("base", [0.0] * len(lengths))
    look: dict[str, Any] = {"color": trace["marker"]["color"], "label": plain(trace["name"]), "zorder": 2}
    look["align"] = "edge" if "offset" in trace else "center"
    if is_lying:
        panel.barh(places, lengths, left=base, height=trace["width"], **look)
    else:
        panel.bar(places, lengths, bottom=base, width=trace["width"], **look)
    if "text" in trace:
        _numbers(panel, trace, base, pen)


def _numbers(panel: Axes, trace: Mapping[str, Any], base: Sequence[float], pen: Pen) -> None:
    """Write the numbers beyond the ends of lying bars, and keep room for them."""
    for row, length, begin, text in zip(trace["y"], trace["x"], base, trace["text"], strict=True):
        side = -1 if length < 0 else 1
        panel.annotate(
            plain(text),
            (begin + length, row),
            xytext=(side * TEXT_GAP, 0),
            textcoords="offset points",
            ha="left" if side > 0 else "right",
            va="center",
            color=INK,
            fontproperties=pen.font(11.5),
            parse_math=False,
            zorder=5,
        )
    ends = [begin + length for length, begin in zip(trace["x"], base, strict=True)]
    low, high = min([0.0, *ends]), max([0.0, *ends])
    room = TEXT_ROOM * ((high - low) or 1.0)
    panel.update_datalim([(low - room if low < 0 else low, trace["y"][0]), (high + room, trace["y"][0])])
    panel.margins(x=0.02 if low < 0 else 0.0)
    panel.autoscale_view(scaley=False)


def draw_scatter(panel: Axes, trace: Mapping[str, Any]) -> None:
    """Draw markers, lines, or filled outlines."""
    if "fill" in trace:
        panel.add_patch(_outline(trace))
        panel.autoscale_view()
    elif trace["mode"] == "lines":
        xs, ys = (_gaps(trace[axis]) for axis in ("x", "y"))
        line = trace["line"]
        panel.plot(xs, ys, color=line["color"], linewidth=line["width"], linestyle=DASHES[line.get("dash", "solid")])
    else:
        _markers(panel, trace)


def _markers(panel: Axes, trace: Mapping[str, Any]) -> None:
    marker = trace["marker"]
    look = {"marker": MARKERS[marker["symbol"]], "color": marker["color"], "label": plain(trace["name"])}
    size = (marker["size"] * POINTS_PER_PIXEL) ** 2 * 0.8
    panel.scatter(trace["x"], trace["y"], s=size, clip_on=False, zorder=5, **look)


def _gaps(values: Sequence[float | None]) -> list[float]:
    return [math.nan if value is None else value for value in values]


def _rings(trace: Mapping[str, Any]) -> Iterator[list[tuple[float, float]]]:
    ring: list[tuple[float, float]] = []
    for x, y in zip(trace["x"], trace["y"], strict=True):
        if x is None:
            yield ring
            ring = []
        else:
            ring.append((x, y))
    yield ring


def _outline(trace: Mapping[str, Any]) -> PathPatch:
    """Return the rings of an area as one filled path; rings that run the other way are holes."""
    path = Path.make_compound_path(*(Path(ring, closed=True) for ring in _rings(trace)))
    line = trace["line"]
    return PathPatch(path, facecolor=trace["fillcolor"], edgecolor=line["color"], linewidth=line["width"])


def draw_scale(canvas: Canvas, panel: Axes, marker: Mapping[str, Any], pen: Pen) -> None:
    """Draw the colour bar of a map beside it."""
    colours = LinearSegmentedColormap.from_list("scale", [(at, colour) for at, colour in marker["colorscale"]])
    scale = ScalarMappable(Normalize(marker["cmin"], marker["cmax"]), colours)
    bar = canvas.colorbar(scale, ax=panel, fraction=0.04, shrink=marker["colorbar"]["len"], pad=0.02)
    bar.outline.set_visible(False)
    bar.ax.set_title(plain(marker["colorbar"]["title"]["text"]), fontproperties=pen.font(12), parse_math=False)
    bar.ax.tick_params(length=0)
    for tick in bar.ax.get_yticklabels():
        tick.set_fontproperties(pen.font(11))


def legend(canvas: Canvas, panel: Axes, pen: Pen) -> None:
    """Write the legend above the panel, in one row that begins at the left edge of the picture."""
    handles, names = panel.get_legend_handles_labels()
    if handles:
        box = canvas.legend(
            handles,
            names,
            loc="lower left",
            bbox_to_anchor=(0.0, panel.get_position().y1),
            ncols=len(handles),
            prop=pen.font(12),
            frameon=False,
            borderaxespad=0.1,
            borderpad=0.2,
            handlelength=1.1,
            columnspacing=1.4,
        )
        for text in box.get_texts():
            text.set_parse_math(False)
