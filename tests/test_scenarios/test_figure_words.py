"""What a figure says: names are never markup, long ones are folded, every language has its words."""

import html
import importlib
from collections.abc import Iterator
from dataclasses import replace
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.text import Language
from scenarios import figures
from scenarios.answering.result import Result
from scenarios.figures import style
from tests.test_scenarios.hand_made import emission, hand_made, requirement, task
from tests.test_scenarios.squares import square

LANGUAGES: tuple[Language, ...] = get_args(Language)
NASTY = "<b>东</b> & <a href='http://x.example'>区</a>"


def strings(value: object) -> Iterator[str]:
    """Every text in a figure but ``customdata``, which is never drawn."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, item in value.items():
            if key != "customdata":
                yield from strings(item)
    elif isinstance(value, list):
        for item in value:
            yield from strings(item)


def nasty() -> Result:
    """An answer whose every name would be markup if it were not escaped."""
    cost = hand_made().cost
    assert cost is not None
    districts = [{**row, "district": NASTY} for row in cost.by_district]
    return hand_made(
        title={"zh": NASTY, "en": NASTY},
        cost=replace(cost, by_district=districts),
        requirements=[requirement(row=NASTY, scope={"district": [NASTY], "sector": [NASTY]})],
        tasks=[task(1, source_name=NASTY, district=NASTY, sector=NASTY, measure_names={"zh": NASTY, "en": NASTY})],
        emissions=[emission(NASTY, NASTY, "nox", 100.0, 110.0, 70.0)],
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_names_are_never_markup(language: Language) -> None:
    areas = {"type": "FeatureCollection", "features": [square(NASTY, 120.0, 30.0)]}
    found = [*figures.report_figures(nasty(), language).values(), figures.district_map(nasty(), areas, language)]
    said = [text.replace("<br>", "") for figure in found for text in strings(figure)]
    assert [text for text in said if "<" in text] == []
    assert any("&lt;b&gt;东&lt;/b&gt; &amp;" in text for text in said)


@given(st.text())
def test_escaping_keeps_what_is_said(text: str) -> None:
    escaped = figures.escape(text)
    assert "<" not in escaped
    assert html.unescape(escaped) == " ".join(text.split())


@pytest.mark.parametrize("language", LANGUAGES)
def test_figures_speak_the_language_asked_for(language: Language) -> None:
    titles = [figure["layout"]["title"]["text"] for figure in figures.report_figures(hand_made(), language).values()]
    expected = {"zh": "分区县费用", "en": "Cost by district", "both": "分区县费用 Cost by district"}
    assert expected[language] in titles


def test_long_names_of_rows_are_folded_between_words() -> None:
    """Thirty-eight Latin letters a line, a Chinese one counts as two; a word that is longer stays whole."""
    furnaces = "Power units and industrial furnaces,"
    assert style.folded("短名") == ["短名"]
    assert style.folded(f"{furnaces} by type") == [furnaces, "by type"]
    assert style.folded("玻璃窑低氮燃烧；陶瓷触媒滤管一体化；垃圾焚烧") == [
        "玻璃窑低氮燃烧；陶瓷触媒滤管一体化；",
        "垃圾焚烧",
    ]
    assert style.folded("W" * 50) == ["W" * 50]


@given(st.text())
def test_folding_loses_no_letter(text: str) -> None:
    assert "".join("".join(style.folded(text)).split()) == "".join(text.split())


def test_a_figure_is_as_high_as_its_longest_name_needs() -> None:
    """Two rows of three lines at 16 pixels and 8 between are 112, beside 130 of frame; short ones have 30 each."""
    assert style.rows_height(["a<br>b<br>c", "a"]) == 130 + 2 * 56
    assert style.rows_height(["a", "b", "c"]) == 130 + 3 * 30
    assert style.bar_width(["a<br>b<br>c"]) * 56 == pytest.approx(style.bar_width(["a"]) * 30)


def test_the_colours_of_sectors_can_be_told_apart() -> None:
    """Okabe and Ito's palette, published for colour-blind readers, comes first."""
    sectors = list(importlib.import_module("model.sectors").SECTORS)
    colours = [style.sector_colour(sector) for sector in sectors]
    assert colours[:4] == ["#0072B2", "#E69F00", "#009E73", "#CC79A7"]
    assert len(set(colours)) == len(sectors)
