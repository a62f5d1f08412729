"""Profiles are read strictly, and an illustrative inventory comes with a scenario that runs."""

import io
import tomllib
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from model.problems import InputError
from scenarios.commands.plans import PROFILE
from scenarios.illustrating.illustrate import illustrative_files
from scenarios.illustrating.profile import read_profile
from scenarios.reading.files import find_scenario, load_bundle

SMALL = """
[[district]]
name = "东区"
weight = 1.0

[[named]]
sector = "point_sources"
source_id = "P-1"
name = "一号源"
district = "东区"
nox_t_per_year = 5

[[sector.point_sources]]
name = "源"
prefix = "P"
share = 1.0
[sector.point_sources.columns]
source_class = {{ choose = {{ kiln = 1.0 }} }}
nox_t_per_year = {{ uniform = [1, 2], digits = 1 }}
so2_t_per_year = {draw}
"""


def profile(folder: Path, text: str) -> Path:
    (folder / "profile.toml").write_text(text, encoding="utf-8")
    return folder / "profile.toml"


def drawn(folder: Path, draw: str) -> dict[str, Any]:
    return read_profile(profile(folder, SMALL.format(draw=draw)))


def test_a_profile_is_read_as_it_stands(tmp_path: Path) -> None:
    path = profile(
        tmp_path, SMALL.format(draw="{ lognormal = [2, 0.3], of = 'nox_t_per_year', share = 0.5, else = 1 }")
    )
    assert read_profile(path) == tomllib.loads(path.read_text(encoding="utf-8"))


def test_the_bundled_profile_is_accepted() -> None:
    assert read_profile(PROFILE)["district"]


@pytest.mark.parametrize(
    ("draw", "found"),
    [
        ("{ uniform = [1, 2], lognormal = [1, 1] }", "not exactly one way to draw"),
        ("{ digits = 1 }", "not exactly one way to draw"),
        ("{ uniform = [2, 1] }", "make no distribution"),
        ("{ lognormal = [0, 1] }", "make no distribution"),
        ("{ uniform = [1, 2], of = 'nothing' }", "no column drawn before it"),
        ("{ uniform = [1, 2], shares = 0.5 }", "an unknown key"),
        ("{ choose = { a = 0 } }", "so2_t_per_year"),
    ],
)
def test_a_draw_that_means_nothing_is_refused(draw: str, found: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=found):
        drawn(tmp_path, draw)


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        ("[[sector.point_sources]]", "[[sector.ships]]", "an unknown sector"),
        ('source_id = "P-1"', "", "incomplete"),
        ('sector = "point_sources"', 'sector = "ships"', "incomplete"),
        ("weight = 1.0", "weight = 0", "district"),
        ("share = 1.0", "", "share"),
    ],
)
def test_a_profile_that_is_wrong_is_refused(old: str, new: str, found: str, tmp_path: Path) -> None:
    text = SMALL.format(draw="1").replace(old, new).replace("sector.point_sources.columns", "sector.X.columns")
    name = "ships" if "ships" in new and "[[" in new else "point_sources"
    with pytest.raises(InputError, match=found):
        read_profile(profile(tmp_path, text.replace("sector.X", f"sector.{name}")))


def test_the_same_seed_gives_the_same_files() -> None:
    first = illustrative_files(read_profile(PROFILE), sources=80, seed=7)
    assert illustrative_files(read_profile(PROFILE), sources=80, seed=7) == first
    assert illustrative_files(read_profile(PROFILE), sources=80, seed=8) != first


def test_there_are_as_many_sources_as_asked_for() -> None:
    files = illustrative_files(read_profile(PROFILE), sources=80, seed=7)
    tables = [pd.read_csv(io.BytesIO(content)) for name, content in files.items() if name.endswith(".csv")]
    assert sum(map(len, tables)) == 80


def test_the_scenario_asks_only_for_what_the_sectors_emit(tmp_path: Path) -> None:
    files = illustrative_files(drawn(tmp_path, "1"), sources=3, seed=0)
    assert set(files) == {"scenario.toml", "point_sources.csv"}
    assert "requirement" not in tomllib.loads(files["scenario.toml"].decode())


def test_the_folder_is_a_scenario_that_says_it_is_illustrative(tmp_path: Path) -> None:
    for name, content in illustrative_files(read_profile(PROFILE), sources=120, seed=1).items():
        (tmp_path / name).write_bytes(content)
    bundle = load_bundle(find_scenario(tmp_path))
    assert bundle.inventory.size == 120
    assert bundle.scenario.is_illustrative
    assert [item.id for item in bundle.scenario.requirement] == ["nox-share", "vocs-share", "tp-share"]


def test_too_few_sources_for_the_stated_ones_are_refused() -> None:
    with pytest.raises(InputError, match="too small"):
        illustrative_files(read_profile(PROFILE), sources=1, seed=0)
