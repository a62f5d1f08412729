"""Outlines of districts: beside the scenario's file, or handed in by who looks at the map; never from a network."""

from __future__ import annotations

import json
import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from model.problems import InputError, Problem
from model.text import Text
from scenarios.answering.result import Json
from scenarios.figures.district_map import GeoJsonError, check_outlines
from scenarios.reading.bundle import Bundle
from scenarios.reading.files import ScenarioFiles

FILE = "districts.geojson"
MOST_BYTES = 3_000_000
MOST_FEATURES = 500
MOST_KEPT = 40


@dataclass(slots=True)
class Outlines:
    """Outlines that users handed in, by user and scenario, in memory alone; the oldest leave first."""

    _kept: OrderedDict[tuple[str, str], Json] = field(default_factory=OrderedDict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def get(self, owner: str, scenario_id: str) -> Json | None:
        """Return what a user handed in for a scenario."""
        with self._lock:
            return self._kept.get((owner, scenario_id))

    def put(self, owner: str, scenario_id: str, outlines: Json) -> None:
        """Keep what a user handed in."""
        with self._lock:
            self._kept.pop((owner, scenario_id), None)
            self._kept[owner, scenario_id] = outlines
            while len(self._kept) > MOST_KEPT:
                self._kept.popitem(last=False)


def districts_of(bundle: Bundle) -> list[str]:
    """Return the ids of the districts: as the scenario lists them, otherwise those of the sources."""
    return list(bundle.scenario.district_ids) or sorted(set(map(str, bundle.inventory.sources()["district"])))


def outlines_beside(found: ScenarioFiles, districts: Sequence[str]) -> Json | None:
    """Return the outlines in the folder of a scenario, or of the nearest it builds on; None where there are none.

    Raises `InputError` as `read_outlines` does.
    """
    paths = [layer.path.parent / FILE for layer in found.layers]
    path = next((path for path in paths if path.is_file()), None)
    return None if path is None else read_outlines(path.read_bytes(), districts)


def read_outlines(data: bytes, districts: Sequence[str]) -> Json:
    """Return outlines with the districts' ids as names, whichever property holds them.

    Raises
    ------
    InputError
        When it is too large, no GeoJSON with Polygons, or names none of the districts.

    """
    if len(data) > MOST_BYTES:
        raise _refused("文件过大", "the file is too large", f"<= {MOST_BYTES // 10**6} MB")
    try:
        tree = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise _refused("不是GeoJSON", "this is no GeoJSON", "FeatureCollection") from error
    listed = tree.get("features") if isinstance(tree, Mapping) else None
    features = [one for one in listed if isinstance(one, Mapping)] if isinstance(listed, list) else []
    if not 0 < len(features) <= MOST_FEATURES:
        raise _refused("没有区域，或区域过多", "no areas, or too many", f"1 to {MOST_FEATURES}", str(len(features)))
    named = _named(features, districts)
    if named is None:
        raise _refused("没有一个区域是情景中的区县", "none of the areas is a district", "、".join(districts[:12]))
    own = [
        {"properties": {"name": str(one["properties"][named])}, "geometry": one.get("geometry")}
        for one in features
        if isinstance(one.get("properties"), Mapping) and isinstance(one["properties"].get(named), str)
    ]
    outlines: Json = {"type": "FeatureCollection", "features": own}
    try:
        check_outlines(outlines)
    except GeoJsonError as error:
        raise _refused("轮廓有误", "the outlines are wrong", "Polygon, MultiPolygon", str(error)) from error
    return outlines


def _named(features: Sequence[Mapping[str, Any]], districts: Sequence[str]) -> str | None:
    """Return the property that names the most districts."""
    known, counts = set(districts), dict[str, int]()
    for feature in features:
        properties = feature.get("properties")
        for key, value in properties.items() if isinstance(properties, Mapping) else ():
            if isinstance(value, str) and value in known:
                counts[str(key)] = counts.get(str(key), 0) + 1
    return max(counts, key=lambda key: (counts[key], key)) if counts else None


def _refused(zh: str, en: str, expected: str = "", found: str = "") -> InputError:
    return InputError([Problem(FILE, Text(zh, en), expected, found)])
