"""The figures of a document are the figures of the report, drawn without a browser; the same bytes every time."""

import io
import struct
from typing import Any

import numpy as np
import pytest
from matplotlib import font_manager
from numpy.typing import NDArray
from PIL import Image

from scenarios import figures
from scenarios.export import static_figures, static_marks
from scenarios.export.static_figures import figure_png
from scenarios.figures.style import caption
from tests.test_scenarios.hand_made import PENDING, hand_made, requirement, task
from tests.test_scenarios.squares import SQUARES, square

FONT = static_figures.chinese_font()
needs_font = pytest.mark.skipif(FONT is None, reason="no font with Chinese letters on this machine")


def in_latin() -> dict[str, figures.Figure]:
    """Every kind of figure, without a Chinese letter: sectors and payers have English names."""
    result = hand_made(years=[2024, 2025], requirements=[requirement(reachable=600.0), requirement(met=False)])
    by_name = figures.report_figures(result, "en")
    kept = ("targets", "costs_by_sector", "emissions_nox_by_sector", "waterfall_nox_by_sector", "timeline")
    return {name: by_name[name] for name in kept}


def size(png: bytes) -> tuple[int, int]:
    """Width and height from the header of a PNG file."""
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    width, height = struct.unpack(">II", png[16:24])
    return width, height


@pytest.mark.parametrize("name", list(in_latin()))
def test_a_figure_is_drawn_twice_the_same_without_a_chinese_font(name: str) -> None:
    figure = in_latin()[name]
    png = figure_png(figure, font=None)
    assert png is not None
    assert png == figure_png(figure, font=None)
    assert size(png) == (1800, round(2 * (figure["layout"]["height"] - 34)))


def test_nothing_in_the_picture_tells_what_drew_it_and_when() -> None:
    png = figure_png(in_latin()["timeline"], font=None)
    assert png is not None
    assert b"tEXt" not in png
    assert b"tIME" not in png


def test_without_a_chinese_font_chinese_figures_are_left_out() -> None:
    assert figure_png(figures.timeline(hand_made(), "zh"), font=None) is None
    assert "字体" in static_figures.NO_FONT.zh
    assert "font" in static_figures.NO_FONT.en


def test_the_first_known_chinese_font_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    def installed(*names: str) -> None:
        entries = [font_manager.FontEntry(name=name) for name in names]
        monkeypatch.setattr(font_manager.fontManager, "ttflist", entries)

    installed("DejaVu Sans", "SimHei", "Noto Sans CJK SC")
    assert static_figures.chinese_font() == "Noto Sans CJK SC"
    installed("DejaVu Sans")
    assert static_figures.chinese_font() is None


@needs_font
def test_every_figure_of_a_report_can_be_drawn_in_chinese() -> None:
    result = hand_made(tasks=[*hand_made().tasks, task(4, annual_cost_cny=-1e5, source_name="$x^$ & <b>")])
    found = [*figures.report_figures(result, "both").values(), figures.district_map(result, SQUARES, "zh")]
    assert [figure["layout"]["title"]["text"] for figure in found if figure_png(figure, font=FONT) is None] == []


class Recorder:
    """A panel that writes down what it is asked to draw."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, tuple[Any, ...], dict[str, Any]]] = []

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - any method of a panel
        return lambda *given, **named: self.calls.append((name, given, named))


def recorded(trace: dict[str, Any]) -> list[tuple[str, tuple[Any, ...], dict[str, Any]]]:
    panel: Any = Recorder()
    static_marks.draw_bars(panel, trace, static_marks.Pen("DejaVu Sans"))
    return list(panel.calls)


def test_bars_are_drawn_where_the_figure_has_them() -> None:
    """The waterfall's falls: 65.5 t downwards from 275 t, in the third row; the number stands on the left."""
    falls = figures.waterfall(hand_made(), "nox", "en")["data"][3]
    (name, given, named), (_, text, look), *_ = recorded(falls)
    assert (name, *given) == ("barh", [2], [-65.5])
    assert (named["left"], named["height"], named["color"]) == ([275.0], 0.633333333, "#009E73")
    assert text == ("-65.50", (209.5, 2))
    assert look["ha"] == "right"


def test_steps_of_the_cost_curve_begin_at_their_left_edge() -> None:
    steps = figures.mac_curve(hand_made(), "nox", "en")["data"][0]
    [(name, given, named)] = recorded(steps)
    assert (name, *given) == ("bar", [0.0, 25.5], [3921.58824, 6250.0])
    assert (named["align"], named["width"]) == ("edge", [25.5, 40.0])


def grey(figure: figures.Figure) -> NDArray[np.bool_]:
    """Where a picture has the colour of a district that the plan does not know, shape (row, column)."""
    png = figure_png(figure, font=FONT)
    assert png is not None
    picture = np.asarray(Image.open(io.BytesIO(png)).convert("RGB"))
    return np.asarray((picture == (0xC9, 0xD0, 0xD8)).all(axis=2))


def filled(*holes: list[list[float]]) -> int:
    areas = {"type": "FeatureCollection", "features": [square("A", 120.0, 30.0, *holes)]}
    return int(grey(figures.district_map(hand_made(), areas, "en")).sum())


@needs_font
def test_a_hole_of_a_district_stays_open() -> None:
    """Half a degree by half a degree of one by one: a quarter is missing (its border and the name take a little)."""
    hole = [[120.25, 30.25], [120.75, 30.25], [120.75, 30.75], [120.25, 30.75], [120.25, 30.25]]
    assert filled(hole) / filled() == pytest.approx(0.75, abs=0.02)


@needs_font
def test_a_district_keeps_its_shape() -> None:
    """At 60.5 degrees north a square of degrees is half as wide as high: 1 to 2.03 (see the test of the map)."""
    far = {"type": "FeatureCollection", "features": [square("A", 10.0, 60.0)]}
    rows, columns = np.nonzero(grey(figures.district_map(hand_made(), far, "en")))
    assert np.ptp(rows) / np.ptp(columns) == pytest.approx(2.03, abs=0.03)


def test_a_figure_with_nothing_but_numbers_has_no_legend() -> None:
    assert figure_png(figures.targets(hand_made(requirements=[PENDING]), "en"), font=None) is not None


def test_a_caption_is_plain_text() -> None:
    figure = {"layout": {"title": {"text": "A&amp;B &lt;b&gt;"}}}
    assert caption(figure) == "A&B <b>"
