"""Monitoring sections that a profile draws, and what a tonne of each source adds to them."""

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from model.problems import InputError
from scenarios.illustrating.drawn_sections import draw_sections
from scenarios.illustrating.illustrate import illustrative_files
from scenarios.illustrating.profile import read_profile

EAST_AND_WEST = [{"name": "East", "weight": 1.0}, {"name": "West", "weight": 3.0}]
RIVER = {
    "name": "River",
    "prefix": "R",
    "count": 40,
    "water_body_type": "river",
    "columns": {"tp_mg_per_l": {"uniform": [0.1, 0.3], "digits": 3}, "flow_m3_per_s": 1.0, "reach_fraction": 0.2},
}
LAKE = RIVER | {"name": "Named lake", "prefix": "L", "count": 1, "water_body_type": "lake", "district": "West"}
TABLES = {
    "wastewater_plants": pd.DataFrame({"source_id": ["W1", "W2"], "district": ["East", "West"]}),
    "voc_lines": pd.DataFrame({"source_id": ["V1"], "district": ["West"]}),
}

PROFILE = """
[[district]]
name = "East"
weight = 1.0
[[sector.wastewater_plants]]
name = "plant"
prefix = "W"
share = 1.0
[sector.wastewater_plants.columns]
plant_type = "municipal"
[[section]]
name = "River"
prefix = "R"
count = 2
water_body_type = "river"
[section.columns]
tp_mg_per_l = 0.2
reach_fraction = 0.2
"""


def drawn(*kinds: dict[str, Any], seed: int = 1) -> dict[str, pd.DataFrame]:
    return draw_sections({"district": EAST_AND_WEST, "section": list(kinds)}, TABLES, seed=seed)


def test_a_tonne_adds_what_the_river_dilutes_it_to() -> None:
    """0.2 x 1e6 g over 1 m3/s x 31 536 000 s = 0.00634196 mg/L, for water sources of the section's own district."""
    found = drawn(LAKE)
    (row,) = found["transfer"].to_dict(orient="records")
    assert (row["section_id"], row["source_id"]) == ("L-01", "W2")
    assert row["tp_mg_per_l_per_t"] == pytest.approx(0.2 * 1e6 / 31_536_000, rel=1e-5)


def test_sections_stand_in_the_districts_by_weight_unless_one_is_stated() -> None:
    """One in four in the East, so 10 of 40 with a standard deviation of 2.7; names of drawn ones say they are drawn."""
    sections = drawn(RIVER, LAKE)["sections"]
    rivers, lake = sections[:40], sections.iloc[40]
    assert abs(rivers["name"].str.startswith("East（示意）").sum() - 10) <= 11
    assert (lake["name"], lake["water_body_type"]) == ("Named lake", "lake")
    assert list(sections.columns) == ["section_id", "name", "water_body_type", "tp_mg_per_l"]
    assert rivers["tp_mg_per_l"].between(0.1, 0.3).all()
    assert rivers["tp_mg_per_l"].nunique() > 20


def test_the_same_seed_draws_the_same_and_another_does_not() -> None:
    assert drawn(RIVER)["sections"].equals(drawn(RIVER)["sections"])
    assert not drawn(RIVER)["sections"].equals(drawn(RIVER, seed=2)["sections"])


def test_a_profile_without_sections_has_no_such_files() -> None:
    assert drawn() == {}


def test_sections_are_written_beside_the_inventory_and_are_no_part_of_it(tmp_path: Path) -> None:
    path = tmp_path / "profile.toml"
    path.write_text(PROFILE + "flow_m3_per_s = 5\n", encoding="utf-8")
    files = illustrative_files(read_profile(path), sources=3, seed=1)
    assert set(files) == {"scenario.toml", "wastewater_plants.csv", "sections.csv", "transfer.csv"}
    assert "sections" not in files["scenario.toml"].decode()
    assert files["transfer.csv"].decode("utf-8-sig").count("\n") == 1 + 2 * 3


def test_a_section_without_flow_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "profile.toml"
    path.write_text(PROFILE, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_profile(path)
    (problem,) = caught.value.problems
    assert "flow_m3_per_s" in problem.expected
    assert "section" in problem.column
