"""Two square districts side by side, as GeoJSON."""

from typing import Any


def square(name: object, west: float, south: float, *holes: list[list[float]]) -> dict[str, Any]:
    ring = [[west, south], [west + 1, south], [west + 1, south + 1], [west, south + 1], [west, south]]
    geometry = {"type": "Polygon", "coordinates": [ring, *holes]}
    return {"type": "Feature", "properties": {"name": name}, "geometry": geometry}


SQUARES = {"type": "FeatureCollection", "features": [square("东区", 120.0, 30.0), square("西区", 119.0, 30.0)]}
