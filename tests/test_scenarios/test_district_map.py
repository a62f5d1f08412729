"""Districts are drawn from the planner's own outlines; what is no map is refused."""

from typing import Any

import pytest

from scenarios import figures
from scenarios.figures import style
from tests.test_scenarios.hand_made import hand_made, infeasible
from tests.test_scenarios.squares import SQUARES, square


def trace(figure: figures.Figure, place: int, *keys: str) -> dict[str, Any]:
    return {key: figure["data"][place][key] for key in keys}


def test_districts_are_filled_by_value() -> None:
    """Capital 420 and 65.4321 万元: the larger has the dark end of the scale, which begins at zero."""
    figure = figures.district_map(hand_made(), SQUARES, "zh")
    assert [area["text"] for area in figure["data"][:2]] == ["东区<br>420.00万元", "西区<br>65.43万元"]
    assert figure["data"][0]["fillcolor"] == "#08457E"
    assert trace(figure, 0, "x", "fill", "customdata") == {
        "x": [120.0, 121.0, 121.0, 120.0, 120.0],
        "fill": "toself",
        "customdata": ["东区"],
    }
    assert figure["data"][2]["marker"]["cmax"] == 420.0
    names = figure["layout"]["annotations"]
    assert [(note["text"], note["x"], note["y"]) for note in names] == [
        ("东区<br>420.00", 120.5, 30.5),
        ("西区<br>65.43", 119.5, 30.5),
    ]
    assert [note["font"]["color"] for note in names] == ["#FFFFFF", "#1F2933"]


def test_a_degree_of_longitude_is_shorter_in_the_north() -> None:
    """At 60.5 degrees north it is cos 60.5 = 0.49242 of one of latitude: 1 / 0.49242 = 2.0308."""
    far = {"type": "FeatureCollection", "features": [square("东区", 10.0, 60.0)]}
    assert figures.district_map(hand_made(), far, "zh")["layout"]["yaxis"]["scaleratio"] == pytest.approx(2.0308, 1e-4)


def test_the_map_shows_yearly_cost_and_reductions_too() -> None:
    """NOx in the east: 220 without the plan, 180.5 with it."""
    annual = figures.district_map(hand_made(), SQUARES, "en", value="annual_cost")
    assert annual["data"][0]["text"] == "东区<br>95.00 ×10⁴ CNY/yr"
    reduction = figures.district_map(hand_made(), SQUARES, "en", value="reduction", pollutant="nox")
    assert reduction["data"][0]["text"] == "东区<br>39.50 t/yr"
    assert reduction["layout"]["title"]["text"] == "Map of districts: NOx reduction"


def test_a_district_outside_the_plan_is_grey() -> None:
    other = {"type": "FeatureCollection", "features": [square("外区", 118.0, 30.0)]}
    for result in (hand_made(), infeasible()):
        figure = figures.district_map(result, other, "zh")
        assert figure["data"][0]["fillcolor"] == style.PALE_GREY
        assert figure["layout"]["annotations"][0]["text"] == "外区<br>无数据"


def test_holes_run_against_their_outline_and_islands_are_kept_apart() -> None:
    """Both rings are given against the clock: the hole is turned round, or it would be filled as well."""
    hole = [[120.4, 30.4], [120.6, 30.4], [120.6, 30.6], [120.4, 30.4]]
    island = [[[125.0, 30.0], [125.1, 30.0], [125.1, 30.1], [125.0, 30.0]]]
    feature = square("东区", 120.0, 30.0, hole)
    feature["geometry"] = {"type": "MultiPolygon", "coordinates": [feature["geometry"]["coordinates"], island]}
    figure = figures.district_map(hand_made(), {"type": "FeatureCollection", "features": [feature]}, "zh")
    assert figure["data"][0]["x"] == [
        *[120.0, 121.0, 121.0, 120.0, 120.0, None],
        *[120.4, 120.6, 120.6, 120.4, None],
        *[125.0, 125.1, 125.1, 125.0],
    ]
    assert figure["layout"]["annotations"][0]["x"] == 120.5


def test_a_line_without_area_still_has_a_name() -> None:
    flat = square("东区", 120.0, 30.0)
    flat["geometry"]["coordinates"] = [[[120.0, 30.0], [122.0, 30.0], [122.0, 30.0], [120.0, 30.0]]]
    figure = figures.district_map(hand_made(), {"type": "FeatureCollection", "features": [flat]}, "zh")
    assert figure["layout"]["annotations"][0]["x"] == 121.0


@pytest.mark.parametrize(
    ("geojson", "message"),
    [
        ({"type": "Feature"}, "FeatureCollection"),
        ({"type": "FeatureCollection", "features": []}, "at least one feature"),
        ({"type": "FeatureCollection", "features": ["x"]}, "feature 0: expected an object 'properties'"),
        ({"type": "FeatureCollection", "features": [square(7, 0, 0)]}, "property 'name'"),
        ({"type": "FeatureCollection", "features": [square("a", 0, 0) | {"geometry": None}]}, "object 'geometry'"),
        (
            {"type": "FeatureCollection", "features": [square("a", 0, 0) | {"geometry": {"type": "Point"}}]},
            "found 'Point'",
        ),
        ({"type": "FeatureCollection", "features": [square("a", 0, 0, [[1.0], [2.0]])]}, "longitude, latitude"),
        ({"type": "FeatureCollection", "features": [square("a", 0, 0, [[0.0, 0.0]])]}, "at least four points"),
        ({"type": "FeatureCollection", "features": [square("a", float("nan"), 0)]}, "finite numbers"),
    ],
)
def test_a_map_that_is_none_is_refused(geojson: dict[str, Any], message: str) -> None:
    with pytest.raises(figures.GeoJsonError, match=message):
        figures.district_map(hand_made(), geojson, "zh")
