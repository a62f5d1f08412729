"""The tasks on a map: one point for each task whose source states where it stands."""

from __future__ import annotations

import json

from model.text import Language, Text
from scenarios.answering.result import Json, Result
from scenarios.answering.task_table import column_of
from scenarios.wording.shown import as_text, called, cited, names_of, sector_title

DECIMALS = 6
"""Of a degree: a tenth of a metre."""


def tasks_geojson(result: Result, language: Language) -> str | None:
    """Return a GeoJSON FeatureCollection (RFC 7946, degrees of WGS 84); None when no task's source states a place.

    The properties have the names of ``result.json``, one column for each pollutant; texts are in ``language``.
    """
    names = names_of(result)
    tasks = result.tasks
    places = zip(column_of(tasks, "lon"), column_of(tasks, "lat"), strict=True) if tasks else ()
    placed = [tasks[number] for number, place in enumerate(places) if None not in place]
    if not placed:
        return None
    features = [
        {
            "type": "Feature",
            "id": task["task_id"],
            "geometry": {
                "type": "Point",
                "coordinates": [round(task["lon"], DECIMALS), round(task["lat"], DECIMALS)],
            },
            "properties": _properties(task, called(task["district"], names), language),
        }
        for task in placed
    ]
    tree = {"type": "FeatureCollection", "name": result.scenario, "features": features}
    return json.dumps(tree, ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def _properties(task: Json, district: Text, language: Language) -> Json:
    tonnes = {f"{pollutant}_reduction_t_per_year": value for pollutant, value in task["reduction_t_per_year"].items()}
    plain = ("task_id", "source_id", "source_name", "share", "start_year", "due", "capital_cny", "annual_cost_cny")
    return {
        **{key: task[key] for key in plain},
        **tonnes,
        "district": district.say(language),
        "sector": sector_title(task["sector"]).say(language),
        "measures": as_text(task["measure_names"]).say(language),
        "lead_unit": task["lead_unit"],
        "support_units": task["support_units"],
        "cites": cited(task["cites"]).say(language),
        "is_decided": task["is_decided"],
    }
