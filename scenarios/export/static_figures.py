"""Figures as PNG for documents: the dictionaries of `scenarios.figures` drawn by matplotlib, without a browser.

One pixel of a figure is a hundredth of an inch. No pyplot, no global state; the same figure gives the same bytes.
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Mapping
from typing import Any

from matplotlib import font_manager
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure as Canvas
from matplotlib.ticker import FuncFormatter
from matplotlib.transforms import ScaledTranslation, Transform, blended_transform_factory

from model.text import Text
from scenarios.export.static_marks import Pen, draw_bars, draw_scale, draw_scatter, legend
from scenarios.figures.style import GREY, LINE, LINE_HEIGHT, Figure, plain

CHINESE_FONTS = (
    "Noto Sans CJK SC",
    "Noto Sans SC",
    "Source Han Sans SC",
    "Microsoft YaHei",
    "PingFang SC",
    "SimHei",
    "WenQuanYi Micro Hei",
    "Noto Sans CJK JP",
    "SimSun",
)
"""Fonts with Chinese letters, the first found is taken; what is installed as Noto CJK may show as its Japanese part."""

LATIN_FONT = "DejaVu Sans"
"""Comes with matplotlib."""

CHINESE = re.compile("[\u2e80-\ufaff\ufe30-\uffef\U00020000-\U0003ffff]")
"""Chinese letters and full-width marks."""

NO_FONT = Text(
    "本机没有中文字体，此图未绘制；图中的数字见各表。安装一种中文字体后重新导出即可。",
    "This machine has no font with Chinese letters, so the figure is left out; the tables hold its numbers. "
    "Install one and export again.",
)

WIDTH = 900
PIXELS_PER_INCH, SHARPNESS = 100.0, 2.0
PRESSED = 3
"""How hard pictures are compressed: flat areas get no smaller beyond it, and it saves an eighth of the time."""

EDGE = 8.0
"""Pixels between the outermost letter and the edge."""

TITLE_ROOM = 34.0
"""Pixels at the top that only the title needs."""

ALIGN_X = {"left": "left", "center": "center", "right": "right", "auto": "center"}
ALIGN_Y = {"top": "top", "middle": "center", "bottom": "bottom", "auto": "center"}


def chinese_font() -> str | None:
    """Return the name of an installed font with Chinese letters, None where there is none."""
    installed = {entry.name for entry in font_manager.fontManager.ttflist}
    return next((name for name in CHINESE_FONTS if name in installed), None)


def figure_png(figure: Figure, *, font: str | None) -> bytes | None:
    """Return a figure as PNG, `WIDTH` hundredths of an inch wide and drawn twice as sharp; its title is left out.

    ``font`` is what `chinese_font` found. Without one a figure that holds Chinese letters cannot be drawn: None, and
    `NO_FONT` is what to tell the reader.
    """
    if font is None and CHINESE.search(json.dumps(figure, ensure_ascii=False)):
        return None
    page = _Page(figure["layout"], font or LATIN_FONT)
    for trace in figure["data"]:
        page.draw(trace)
    page.finish()
    return page.png()


class _Page:
    """A picture in the making: the panels of a layout, drawn on by traces."""

    def __init__(self, layout: Mapping[str, Any], font: str) -> None:
        self.layout = layout
        self.width, self.height = float(WIDTH), float(layout["height"]) - TITLE_ROOM
        self.canvas = Canvas(figsize=(self.width / PIXELS_PER_INCH, self.height / PIXELS_PER_INCH), dpi=PIXELS_PER_INCH)
        FigureCanvasAgg(self.canvas)
        self.pen = Pen(font)
        self.panels = {number: self._panel(number) for number in ("", "2") if f"xaxis{number}" in layout}
        self._place()

    def draw(self, trace: Mapping[str, Any]) -> None:
        """Draw one trace on its panel."""
        panel = self.panels[trace.get("xaxis", "x").removeprefix("x")]
        if trace["type"] == "bar":
            draw_bars(panel, trace, self.pen)
        elif trace.get("marker", {}).get("showscale"):
            draw_scale(self.canvas, panel, trace["marker"], self.pen)
        else:
            draw_scatter(panel, trace)

    def finish(self) -> None:
        """Set the ranges, which depend on what was drawn, and write what stands on top."""
        for number, panel in self.panels.items():
            for axis, name in ((panel.xaxis, f"xaxis{number}"), (panel.yaxis, f"yaxis{number}")):
                if "range" in self.layout[name]:
                    (panel.set_xlim if axis is panel.xaxis else panel.set_ylim)(*self.layout[name]["range"])
        main = self.panels[""]
        for shape in self.layout.get("shapes", []):
            main.axvline(shape["x0"], color=shape["line"]["color"], linewidth=shape["line"]["width"], zorder=4)
        for note in self.layout.get("annotations", []):
            self._annotate(main, note)
        if self.layout["showlegend"]:
            legend(self.canvas, main, self.pen)

    def png(self) -> bytes:
        """Return the picture; nothing in it tells when or with what it was made."""
        stream = io.BytesIO()
        self.canvas.savefig(
            stream,
            format="png",
            dpi=PIXELS_PER_INCH * SHARPNESS,
            metadata={"Software": None},
            facecolor="white",
            pil_kwargs={"compress_level": PRESSED},
        )
        return stream.getvalue()

    def _panel(self, number: str) -> Axes:
        panel = self.canvas.add_axes((0.0, 0.0, 1.0, 1.0))
        panel.set_axisbelow(True)
        for side in panel.spines.values():
            side.set_visible(False)
        self._axis(panel, "x", self.layout[f"xaxis{number}"])
        self._axis(panel, "y", self.layout[f"yaxis{number}"])
        return panel

    def _axis(self, panel: Axes, which: str, spec: Mapping[str, Any]) -> None:
        """Give an axis its title, ticks and grid."""
        axis = panel.xaxis if which == "x" else panel.yaxis
        if "scaleratio" in spec:
            panel.set_aspect(spec["scaleratio"], adjustable="datalim")
        if not spec.get("visible", True):
            axis.set_visible(False)
            return
        axis.set_tick_params(length=0)
        if "tickvals" in spec:
            names = spec["ticktext"] if spec.get("showticklabels", True) else [""] * len(spec["tickvals"])
            axis.set_ticks(spec["tickvals"], labels=[plain(name) for name in names])
        else:
            axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.10g}"))
        for tick in axis.get_ticklabels():
            tick.set(fontproperties=self.pen.font(12), parse_math=False)
        axis.set_label_text(plain(spec.get("title", {}).get("text", "")), fontproperties=self.pen.font(13))
        axis.label.set_parse_math(False)
        if spec.get("showgrid", True):
            axis.grid(visible=True, color=LINE, linewidth=0.8)
        if spec.get("zeroline"):
            (panel.axvline if which == "x" else panel.axhline)(0.0, color=GREY, linewidth=0.9, zorder=1)

    def _place(self) -> None:
        """Place the panels inside the margins, the left one wide enough for the names of the rows."""
        margin = self.layout["margin"]
        widest = max((tick.get_window_extent().width for tick in self.panels[""].get_yticklabels()), default=0.0)
        named = "tickvals" in self.layout["yaxis"]
        title = self.layout["yaxis"].get("title", {}).get("text", "")
        left = max(margin["l"], widest + 2 * EDGE) if named else margin["l"] + LINE_HEIGHT * title.count("<br>")
        top = max(margin["t"] - TITLE_ROOM, EDGE)
        breadth, tall = self.width - left - margin["r"], self.height - top - margin["b"]
        for number, panel in self.panels.items():
            begin, end = self.layout[f"xaxis{number}"].get("domain", (0.0, 1.0))
            x, wide = (left + begin * breadth) / self.width, (end - begin) * breadth / self.width
            panel.set_position((x, margin["b"] / self.height, wide, tall / self.height))

    def _annotate(self, panel: Axes, note: Mapping[str, Any]) -> None:
        shift = ScaledTranslation(0.0, note.get("yshift", 0.0) / PIXELS_PER_INCH, self.canvas.dpi_scale_trans)
        panel.text(
            note["x"],
            note["y"],
            plain(note["text"]),
            transform=_where(panel, note) + shift,
            color=note["font"].get("color", "black"),
            fontproperties=self.pen.font(note["font"]["size"]),
            ha=ALIGN_X[note.get("xanchor", "auto")],
            va=ALIGN_Y[note.get("yanchor", "auto")],
            linespacing=1.35,
            parse_math=False,
        )


def _where(panel: Axes, note: Mapping[str, Any]) -> Transform:
    """Return whether a note's place is in numbers of the axes or in shares of the panel."""
    across = panel.transAxes if note.get("xref") == "paper" else panel.transData
    up = panel.transAxes if note.get("yref") == "paper" else panel.transData
    return blended_transform_factory(across, up)
