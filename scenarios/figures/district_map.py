"""Districts as filled outlines, from the planner's own GeoJSON: no map service, no network."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal

from model.text import Language, Text
from scenarios.answering.result import Json, Result
from scenarios.figures.emissions import COLUMNS
from scenarios.figures.rows import added
from scenarios.figures.style import INK, PALE_GREY, Figure, Trace, label, layout, number, phrase
from scenarios.figures.words import FIGURE
from scenarios.wording.shown import MONEY, TONNES, YEARLY_MONEY, ReportUnit, called, names_of, symbol
from scenarios.wording.words import LABEL

type MapValue = Literal["capital", "annual_cost", "reduction"]
type Ring = Sequence[Sequence[float]]
type Area = tuple[str, Sequence[Ring]]

LOW, HIGH = (0xE6, 0xF1, 0xFA), (0x08, 0x45, 0x7E)
"""Ends of the colour scale: one hue from light to dark, which every reader can order."""

DARK = 0.55
"""Share of the scale from which the name stands in white."""

MAP_HEIGHT = 520
POINTS_OF_A_RING = 4
NAME = "name"
"""Property that holds a district's id."""


class GeoJsonError(ValueError):
    """The GeoJSON is not a collection of named areas; the message says where."""


def district_map(
    result: Result,
    geojson: Json,
    language: Language,
    *,
    value: MapValue = "capital",
    pollutant: str = "nox",
) -> Figure:
    """Return a value by district: capital [万元], annual cost [万元/年] or the last plan year's reduction [t/yr].

    ``geojson`` is a FeatureCollection of Polygons and MultiPolygons in degrees; the property `NAME` holds the
    district's id. A district that the plan does not know is shown in grey; one without an outline cannot be shown.

    Raises
    ------
    GeoJsonError
        When an outline is not what is described above.

    """
    areas = list(_areas(geojson))
    values, unit, title = _values(result, value, pollutant)
    shown = [unit.of(values[name]) for name, _ in areas if name in values]
    low, high = (min([0.0, *shown]), max([0.0, *shown])) if shown else (0.0, 1.0)
    high = high if high > low else low + 1.0

    def share(name: str) -> float | None:
        return (unit.of(values[name]) - low) / (high - low) if name in values else None

    names = names_of(result)
    titles = {name: label(called(name, names), language) for name, _ in areas}
    said = {name: unit.with_name(values[name], language) for name in values}
    unknown = phrase("no_value", language)
    traces = [
        _area(name, rings, share(name), shown=titles[name], said=said.get(name, unknown)) for name, rings in areas
    ]
    printed = {name: unit.brief(amount) for name, amount in values.items()}
    names_on_it = [_name(titles[name], rings, share(name), printed=printed.get(name, unknown)) for name, rings in areas]
    return {
        "data": [*traces, _scale(low, high, label(unit.name, language))],
        "layout": {**_sheet(title, areas, language), "annotations": names_on_it},
    }


def check_outlines(geojson: Json) -> None:
    """Raise `GeoJsonError` when outlines are not what `district_map` takes."""
    for _ in _areas(geojson):
        pass


def _sheet(title: Text, areas: Sequence[Area], language: Language) -> dict[str, Any]:
    """Return the layout of the map: a degree of longitude as wide as it is at these latitudes."""
    width = math.cos(math.radians(_middle(areas)))
    hidden = {"visible": False, "fixedrange": True}
    return layout(
        Text(f"{FIGURE['map'].zh}：{title.zh}", f"{FIGURE['map'].en}: {title.en}"),
        language,
        height=MAP_HEIGHT,
        margin={"l": 20, "r": 20, "t": 60, "b": 20},
        xaxis={"type": "linear", **hidden},
        yaxis={"type": "linear", "scaleanchor": "x", "scaleratio": number(1 / width), **hidden},
    )


def _values(result: Result, value: MapValue, pollutant: str) -> tuple[Mapping[str, float], ReportUnit, Text]:
    """Return the shown value of each district, its unit, and what it is."""
    if value == "reduction":
        last = [row for row in result.emissions if row["year"] == result.years[-1] and row["pollutant"] == pollutant]
        sums = added(last, "district", COLUMNS)
        title = LABEL["reduction"]
        named = Text(f"{symbol(pollutant)}{title.zh}", f"{symbol(pollutant)} {title.en.lower()}")
        return {name: without - after for name, (without, _, after) in sums.items()}, TONNES, named
    column, unit = {"capital": ("capital_cny", MONEY), "annual_cost": ("annual_cny", YEARLY_MONEY)}[value]
    rows = result.cost.by_district if result.cost else []
    return {str(row["district"]): float(row[column]) for row in rows}, unit, LABEL[value]


def _areas(geojson: Json) -> Iterator[tuple[str, list[Ring]]]:
    """Yield name and rings of every feature: outer rings run against the clock, holes with it."""
    features = geojson.get("features")
    if geojson.get("type") != "FeatureCollection" or not isinstance(features, list) or not features:
        raise GeoJsonError("GeoJSON: expected a FeatureCollection with at least one feature")
    for place, feature in enumerate(features):
        at = f"GeoJSON: feature {place}"
        properties = _mapping(feature, "properties", at)
        if not isinstance(name := properties.get(NAME), str):
            raise GeoJsonError(f"{at}: expected the district's name as text in the property {NAME!r}")
        yield name, list(_rings(_mapping(feature, "geometry", at), at))


def _mapping(feature: object, key: str, at: str) -> Json:
    found = feature.get(key) if isinstance(feature, Mapping) else None
    if not isinstance(found, Mapping):
        raise GeoJsonError(f"{at}: expected an object {key!r}")
    return found


def _rings(geometry: Json, at: str) -> Iterator[Ring]:
    kind, coordinates = geometry.get("type"), geometry.get("coordinates")
    if kind not in {"Polygon", "MultiPolygon"} or not isinstance(coordinates, list):
        raise GeoJsonError(f"{at}: expected a Polygon or a MultiPolygon; found {kind!r}")
    for polygon in [coordinates] if kind == "Polygon" else coordinates:
        for place, points in enumerate(polygon):
            ring = _ring(points, at)
            yield ring if (_size(ring) > 0) is (place == 0) else ring[::-1]


def _ring(points: object, at: str) -> Ring:
    try:
        ring = [(float(point[0]), float(point[1])) for point in points]  # type: ignore[attr-defined]
    except (TypeError, ValueError, IndexError) as error:
        raise GeoJsonError(f"{at}: expected rings of points [longitude, latitude]") from error
    if len(ring) < POINTS_OF_A_RING or not all(math.isfinite(value) for point in ring for value in point):
        raise GeoJsonError(f"{at}: expected rings of at least four points with finite numbers")
    return ring


def _size(ring: Ring) -> float:
    """Return twice the signed area of a ring, positive against the clock (shoelace formula)."""
    following = [*ring[1:], ring[0]]
    return math.fsum(a[0] * b[1] - b[0] * a[1] for a, b in zip(ring, following, strict=True))


def _centre(ring: Ring) -> tuple[float, float]:
    """Return the centre of gravity of a ring, or the mean of its points where it has no area."""
    following, size = [*ring[1:], ring[0]], _size(ring)
    if size == 0:
        return math.fsum(point[0] for point in ring) / len(ring), math.fsum(point[1] for point in ring) / len(ring)
    cross = [a[0] * b[1] - b[0] * a[1] for a, b in zip(ring, following, strict=True)]
    x, y = (
        math.fsum((a[axis] + b[axis]) * c for a, b, c in zip(ring, following, cross, strict=True)) / (3 * size)
        for axis in (0, 1)
    )
    return x, y


def _middle(areas: Sequence[Area]) -> float:
    """Return the latitude in the middle of all outlines, short of the poles."""
    latitudes = [point[1] for _, rings in areas for ring in rings for point in ring]
    return max(-85.0, min(85.0, (min(latitudes) + max(latitudes)) / 2)) if latitudes else 0.0


def _colour(share: float) -> str:
    return "#" + "".join(f"{round(low + share * (high - low)):02X}" for low, high in zip(LOW, HIGH, strict=True))


def _area(name: str, rings: Sequence[Ring], share: float | None, *, shown: str, said: str) -> Trace:
    xs: list[float | None] = []
    ys: list[float | None] = []
    for ring in rings:
        xs += [*(number(point[0]) for point in ring), None]
        ys += [*(number(point[1]) for point in ring), None]
    return {
        "type": "scatter",
        "mode": "lines",
        "x": xs[:-1],
        "y": ys[:-1],
        "fill": "toself",
        "fillcolor": PALE_GREY if share is None else _colour(share),
        "line": {"color": "#FFFFFF", "width": 1.5},
        "hoveron": "fills",
        "hoverinfo": "text",
        "text": f"{shown}<br>{said}",
        "name": shown,
        "customdata": [name],
    }


def _name(shown: str, rings: Sequence[Ring], share: float | None, *, printed: str) -> dict[str, Any]:
    """Return the district's name and value, on its largest part."""
    x, y = _centre(max(rings, key=_size, default=[(0.0, 0.0)]))
    colour = "#FFFFFF" if share is not None and share > DARK else INK
    look = {"showarrow": False, "font": {"size": 12, "color": colour}}
    return {"text": f"{shown}<br>{printed}", "x": number(x), "y": number(y), **look}


def _scale(low: float, high: float, title: str) -> Trace:
    """Return a marker that is not seen and carries the colour bar."""
    bar = {"title": {"text": title}, "thickness": 14, "len": 0.7, "outlinewidth": 0, "exponentformat": "none"}
    bar |= {"separatethousands": True}
    marker = {
        "color": [low],
        "cmin": number(low),
        "cmax": number(high),
        "colorscale": [[0, _colour(0.0)], [1, _colour(1.0)]],
        "showscale": True,
        "colorbar": bar,
    }
    return {"type": "scatter", "mode": "markers", "x": [None], "y": [None], "marker": marker, "hoverinfo": "skip"}
