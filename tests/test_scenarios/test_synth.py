"""Illustrative inventories: as many sources as asked, drawn as the profile states, the same for the same seed."""

import tomllib
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from model.catalogue import parse_factors
from model.files import bundled_names, bundled_text
from model.problems import InputError, Problem
from model.read_inventory import load_inventory
from model.sectors import SECTORS
from scenarios.illustrating.synth import synthesise
from scenarios.reading.files import LIBRARY

HUZHOU = LIBRARY / "huzhou-2023"


def profile(**changes: object) -> dict[str, Any]:
    """Two named kilns; boilers in two classes of shares 0.5 and 0.3, printers of share 0.2; two districts, 3 to 1."""
    boilers = {"name": "锅炉", "prefix": "B", "share": 0.5, "columns": {"size": {"uniform": [1, 9]}}}
    small = {"name": "小锅炉", "prefix": "S", "share": 0.3, "columns": {"size": {"uniform": [0, 1]}}}
    printers = {"name": "印刷", "prefix": "P", "share": 0.2, "columns": {"ink": {"lognormal": [10.0, 0.5]}}}
    made: dict[str, Any] = {
        "district": [{"name": "East", "weight": 3}, {"name": "West", "weight": 1}],
        "named": [
            {"sector": "kilns", "source_id": "K1", "name": "Kiln one", "district": "East", "heat": 5},
            {"sector": "boilers", "source_id": "B0", "name": "Named boiler", "district": "West", "size": 99.0},
        ],
        "sector": {"boilers": [boilers, small], "lines": [printers]},
    }
    return made | changes


def drawn(column: object, sources: int = 400, seed: int = 1, **columns: object) -> pd.Series:
    """One column of a class, drawn after some others."""
    one = {"name": "n", "prefix": "B", "share": 1.0, "columns": {**columns, "x": column}}
    made = profile(named=[], sector={"boilers": [one]})
    return synthesise(made, sources=sources, seed=seed)["boilers"]["x"]


def refused(made: dict[str, Any], *, sources: int = 12, seed: int = 1) -> tuple[Problem, ...]:
    with pytest.raises(InputError) as raised:
        synthesise(made, sources=sources, seed=seed)
    return raised.value.problems


@pytest.mark.parametrize("sources", [2, 3, 12, 101])
def test_there_are_exactly_as_many_as_asked(sources: int) -> None:
    assert sum(len(table) for table in synthesise(profile(), sources=sources, seed=1).values()) == sources


def test_named_sources_stand_first_and_count() -> None:
    """Twelve less two named are ten: five boilers, three small ones, two printers."""
    tables = synthesise(profile(), sources=12, seed=5)
    assert tables["kilns"]["source_id"].tolist() == ["K1"]
    assert tables["boilers"]["source_id"].tolist() == [
        "B0",
        *(f"B-{n:03d}" for n in range(1, 6)),
        "S-001",
        "S-002",
        "S-003",
    ]
    assert tables["boilers"]["size"].iloc[0] == 99.0
    assert len(tables["lines"]) == 2


def test_what_rounding_leaves_goes_to_the_largest_remainders() -> None:
    """Of eleven: 5.5, 3.3 and 2.2 are cut to 5, 3 and 2; the one left goes to the remainder of 0.5."""
    tables = synthesise(profile(named=[]), sources=11, seed=1)
    prefixes = tables["boilers"]["source_id"].str[0].value_counts()
    assert (prefixes["B"], prefixes["S"], len(tables["lines"])) == (6, 3, 2)


def test_equal_remainders_go_to_the_class_that_stands_first() -> None:
    halves = [{"name": "n", "prefix": prefix, "share": 0.5, "columns": {}} for prefix in "XY"]
    table = synthesise(profile(named=[], sector={"boilers": halves}), sources=3, seed=1)["boilers"]
    assert table["source_id"].str[0].tolist() == ["X", "X", "Y"]


def test_a_class_too_small_for_one_source_has_none() -> None:
    assert "lines" not in synthesise(profile(named=[]), sources=1, seed=1)


def test_the_same_seed_gives_the_same_bytes_and_another_does_not() -> None:
    def text(seed: int) -> str:
        return "".join(table.to_csv() for table in synthesise(profile(), sources=50, seed=seed).values())

    assert text(1) == text(1)
    assert text(1) != text(2)


def test_a_change_in_one_class_leaves_the_others_alone() -> None:
    """The first class draws twice as many numbers; with one stream for all, the printers' ink would change."""
    made = profile()
    before = synthesise(made, sources=50, seed=1)
    made["sector"]["boilers"][0]["columns"]["more"] = {"uniform": [0, 1]}
    after = synthesise(made, sources=50, seed=1)
    pd.testing.assert_frame_equal(before["lines"], after["lines"])
    assert not before["boilers"].equals(after["boilers"])


def test_every_name_says_that_it_is_illustrative() -> None:
    names = synthesise(profile(named=[]), sources=20, seed=1)["boilers"]["name"]
    assert names.str.contains("（示意）", regex=False).all()
    assert names.iloc[0] in {"East（示意）锅炉001", "West（示意）锅炉001"}


def test_districts_have_their_weights() -> None:
    """Three in four: 1500 of 2000, standard deviation sqrt(2000 * 0.75 * 0.25) = 19.4."""
    table = synthesise(profile(named=[]), sources=4000, seed=1)["boilers"]
    inside = table["source_id"].str.startswith("B-")
    assert abs((table.loc[inside, "district"] == "East").sum() - 1500) < 5 * 19.4


def test_a_district_may_weigh_otherwise_for_a_sector() -> None:
    districts = [{"name": "East", "weight": 3, "weights": {"lines": 0}}, {"name": "West", "weight": 1}]
    tables = synthesise(profile(district=districts), sources=200, seed=1)
    assert set(tables["lines"]["district"]) == {"West"}
    assert set(tables["boilers"]["district"]) == {"East", "West"}


@pytest.mark.parametrize("value", ["gas", 7, 2.5])
def test_a_constant_stands_in_every_row(value: object) -> None:
    assert (drawn(value) == value).all()


def test_choices_come_in_their_proportion() -> None:
    """Three in four of 2000: 1500, standard deviation 19.4; weights need not add up to one."""
    fuel = drawn({"choose": {"gas": 3, "coal": 1}}, sources=2000)
    assert set(fuel) == {"gas", "coal"}
    assert abs((fuel == "gas").sum() - 1500) < 5 * 19.4


def test_uniform_numbers_lie_in_their_range() -> None:
    """Mean of 1 to 9 is 5, standard deviation of 2000 draws 8 / sqrt(12 * 2000) = 0.052."""
    size = drawn({"uniform": [1, 9]}, sources=2000)
    assert size.between(1, 9).all()
    assert abs(size.mean() - 5) < 5 * 0.052


def test_lognormal_numbers_have_their_median() -> None:
    """The logarithm is normal about ln 10 with 0.5; the mean of 2000 lies within 0.5 / sqrt(2000) = 0.011."""
    ink = np.log(drawn({"lognormal": [10.0, 0.5], "digits": 6}, sources=2000))
    assert abs(ink.mean() - np.log(10)) < 5 * 0.011
    assert abs(ink.std() - 0.5) < 0.05


def test_a_draw_may_multiply_another_column() -> None:
    capacity = {"uniform": [100, 200], "digits": 0}
    flow = drawn({"uniform": [0.5, 0.5], "of": "capacity"}, capacity=capacity)
    assert flow.between(50, 100).all()
    assert flow.nunique() > 10


def test_numbers_are_rounded_and_then_kept_within_their_bounds() -> None:
    """0.004 rounds to 0.00, which the least of 0.005 lifts again; bounded first, 0.01 or 0.00 would come out."""
    assert set(drawn({"uniform": [0.004, 0.0041], "least": 0.005})) == {0.005}
    assert set(drawn({"uniform": [80, 90], "most": 50})) == {50}
    assert set(drawn({"uniform": [1, 9], "digits": 0})) == {1, 2, 3, 4, 5, 6, 7, 8, 9}
    assert (drawn({"uniform": [1, 9]}) * 100 % 1).round(6).isin([0, 1]).all()


def test_a_share_of_cells_is_filled() -> None:
    """Three in ten of 2000: 600, standard deviation sqrt(2000 * 0.3 * 0.7) = 20.5; others hold 0 or what is said."""
    filled = drawn({"uniform": [1, 1], "share": 0.3}, sources=2000)
    assert set(filled) == {0.0, 1.0}
    assert abs(filled.sum() - 600) < 5 * 20.5
    assert set(drawn({"uniform": [1, 1], "share": 0.3, "else": 5.0})) == {1.0, 5.0}


def test_a_draw_nobody_knows_is_refused() -> None:
    one = {"name": "n", "prefix": "B", "share": 1.0, "columns": {"x": {"normal": [0, 1]}}}
    (problem,) = refused(profile(sector={"boilers": [one]}))
    assert (problem.column, problem.found) == ("x", "{'normal': [0, 1]}")


def test_too_few_sources_and_a_negative_seed_are_refused_together() -> None:
    found = [(problem.column, problem.expected, problem.found) for problem in refused(profile(), sources=1, seed=-1)]
    assert found == [("sources", "at least 2", "1"), ("seed", "at least 0", "-1")]
    (problem,) = refused(profile(named=[]), sources=0)
    assert problem.expected == "at least 1"


def huzhou(sources: int, seed: int) -> dict[str, pd.DataFrame]:
    return synthesise(tomllib.loads((HUZHOU / "profile.toml").read_text("utf-8")), sources=sources, seed=seed)


@pytest.mark.parametrize(("sources", "seed"), [(640, 2023), (1500, 1), (40, 7)])
def test_what_is_drawn_for_huzhou_is_an_inventory(tmp_path: Path, sources: int, seed: int) -> None:
    factors = parse_factors({name: bundled_text(name) for name in bundled_names("factors")})
    paths = {sector: tmp_path / f"{sector}.csv" for sector in huzhou(sources, seed)}
    for sector, table in huzhou(sources, seed).items():
        table.to_csv(paths[sector], index=False)
    inventory = load_inventory(paths, factors, sectors=SECTORS, districts=None)
    assert inventory.size == sources


def test_the_bundled_inventory_of_huzhou_is_the_one_its_profile_draws() -> None:
    for sector, table in huzhou(640, 2023).items():
        assert (HUZHOU / f"{sector}.csv").read_text("utf-8") == table.to_csv(index=False)
