"""The map of the tasks: points where places are stated, nothing where none are."""

import json
from pathlib import Path
from typing import Any

from model.text import Language
from scenarios.export.geojson import tasks_geojson
from scenarios.export.write import TASKS_GEOJSON, write_answer
from tests.test_scenarios.conftest import BundleMaker
from tests.test_scenarios.hand_made import hand_made, task
from tests.test_scenarios.test_answer import A_SCRUBBED, answer

PLACED = task(2, lon=119.12345678, lat=30.5, source_name='=1+1 "x"')


def points(*tasks: dict[str, Any], language: Language = "zh") -> list[dict[str, Any]]:
    text = tasks_geojson(hand_made(tasks=list(tasks)), language)
    assert text is not None
    tree = json.loads(text)
    assert tree["type"] == "FeatureCollection"
    features: list[dict[str, Any]] = tree["features"]
    return features


def test_a_task_with_a_place_is_a_point_longitude_first() -> None:
    (point,) = points(task(1, lon=None, lat=None), PLACED)
    assert (point["type"], point["id"]) == ("Feature", "T00002")
    assert point["geometry"] == {"type": "Point", "coordinates": [119.123457, 30.5]}


def test_a_point_says_what_is_done_by_when_and_for_how_much() -> None:
    (point,) = points(PLACED)
    said = point["properties"]
    assert (said["source_name"], said["measures"], said["due"]) == ('=1+1 "x"', "选择性催化还原", "2025-12-31")
    assert (said["nox_reduction_t_per_year"], said["capital_cny"]) == (40.0, 1_200_000.0)
    assert (said["district"], said["sector"], said["cites"]) == ("东区", "工业锅炉", "示例市2025年计划 三.1")


def test_texts_are_in_the_language_asked_for() -> None:
    assert points(PLACED, language="en")[0]["properties"]["measures"] == "Selective catalytic reduction"


def test_without_any_place_there_is_no_map(tmp_path: Path) -> None:
    assert tasks_geojson(hand_made(), "zh") is None
    assert TASKS_GEOJSON not in {path.name for path in write_answer(hand_made(), tmp_path, "zh")}


def test_a_map_of_an_earlier_answer_does_not_stay(tmp_path: Path) -> None:
    write_answer(hand_made(tasks=[PLACED]), tmp_path, "zh")
    assert (tmp_path / TASKS_GEOJSON).exists()
    write_answer(hand_made(), tmp_path, "zh")
    assert not (tmp_path / TASKS_GEOJSON).exists()


def test_the_place_comes_from_the_inventory(stacks: BundleMaker) -> None:
    """Stack A states 119.9 degrees east and 31 north; without the columns there is no place."""
    sources = "source_id,name,district,source_class,nox_t_per_year,so2_t_per_year,lon,lat\n"
    sources += "A,Stack A,East,kiln,100,40,119.9,31\nB,Stack B,West,kiln,50,10,,\n"
    (placed,) = answer(stacks(sources=sources), A_SCRUBBED).tasks
    assert (placed["lon"], placed["lat"]) == (119.9, 31.0)
    (unplaced,) = answer(stacks(), A_SCRUBBED).tasks
    assert (unplaced["lon"], unplaced["lat"]) == (None, None)
