"""Guizhou 2017-2020 as it is bundled: planned once, every row met or said to be pending."""

from collections import Counter

import pandas as pd
import pytest

from optimizer import Settings
from scenarios.answering import run
from scenarios.answering.result import Result
from scenarios.illustrating.illustrate import illustrative_files
from scenarios.illustrating.profile import read_profile
from scenarios.reading.bundle import Bundle
from scenarios.reading.files import LIBRARY, find_scenario, load_bundle
from tests.test_scenarios.bundled import by_id, check_proven, table_of
from tests.test_scenarios.contract import check_contract

FOLDER = LIBRARY / "guizhou-2020"
PENDING = {"diffuse-plan", "old-capacity", "total-nox", "total-so2", "total-cod", "total-nh3n"}


@pytest.fixture(scope="module")
def bundle() -> Bundle:
    return load_bundle(find_scenario("guizhou-2020"))


@pytest.fixture(scope="module")
def answer(bundle: Bundle) -> Result:
    return run.plan(bundle, settings=Settings(gap=1e-3))


def table(sector: str) -> pd.DataFrame:
    return table_of("guizhou-2020", sector)


def started(answer: Result, measure: str, year: int) -> list[str]:
    """Return the sources at which a measure has started by the end of a year."""
    return [t["source_id"] for t in answer.tasks if measure in t["measures"] and t["start_year"] <= year]


def test_it_is_answered_to_the_gap_and_both_ledgers_agree(answer: Result) -> None:
    check_proven(answer, 1e-3)


def test_its_file_keeps_the_contract(answer: Result) -> None:
    check_contract(answer)


def test_every_row_is_met_or_pending(answer: Result) -> None:
    assert {r.id for r in answer.requirements if r.asked is None} == PENDING
    assert [r.id for r in answer.requirements if r.asked is not None and not r.met] == []


def test_it_covers_the_nine_prefectures_with_1500_sources(bundle: Bundle) -> None:
    assert bundle.inventory.size == 1500
    assert set(bundle.inventory.sources()["district"]) == set(bundle.scenario.district_ids)
    assert len(bundle.scenario.district_ids) == 9


def test_capacity_and_sewers_by_the_end_of_2017_add_up_to_the_quotas(answer: Result) -> None:
    """Added up from the file and the tasks alone: 238 000 m3/d and 739.52 km (S186)."""
    towns = table("sewage_catchments")
    capacity = towns.loc[started(answer, "catchment-new-capacity", 2017), "planned_capacity_m3_per_day"].sum()
    sewers = towns.loc[started(answer, "sewer-extension", 2017), "missing_sewer_km"].sum()
    assert capacity >= 238_000
    assert sewers >= 739.52
    assert by_id(answer)["new-capacity"].reached == pytest.approx(capacity)
    assert by_id(answer)["new-sewers"].reached == pytest.approx(sewers)


def test_farms_inside_the_no_go_zones_close_in_2017_and_no_others(answer: Result) -> None:
    farms = table("farmland")
    inside = set(farms.index[farms["no_go_fraction"].fillna(0) > 0])
    assert set(started(answer, "farm-close-no-go", 2017)) == inside == set(started(answer, "farm-close-no-go", 2020))


def test_phosphogypsum_is_used_as_much_as_is_made_in_2020(answer: Result) -> None:
    """Every works either uses all it makes (its potential is what it does not use today) or closes (S177)."""
    sites = table("phosphorus_sites")
    works = set(sites.index[sites["p2o5_t_per_year"].fillna(0) > 0])
    done = {*started(answer, "gypsum-use", 2020), *started(answer, "plant-relocation", 2020)}
    assert works - done == set()


def test_a_task_carries_the_responsible_units_of_its_clause(answer: Result) -> None:
    (kailin,) = (t for t in answer.tasks if t["source_id"] == "KL-P" and t["start_year"] == 2017)
    assert kailin["lead_unit"] == "省环境保护厅等8个部门、贵阳市党委和政府"
    sewers = {t["lead_unit"] for t in answer.tasks if "new-sewers" in t["serves"] and t["district"] == "黔南州"}
    assert sewers == {"省住房城乡建设厅等7个部门、黔南州党委和政府"}


def test_the_files_are_those_that_the_profile_draws() -> None:
    drawn = illustrative_files(read_profile(FOLDER / "profile.toml"), sources=1500, seed=2020)
    tables = {name: content for name, content in drawn.items() if name.endswith(".csv")}
    assert {name: (FOLDER / name).read_bytes() for name in tables} == tables


def test_phosphorus_works_are_where_phosphate_is_mined(bundle: Bundle) -> None:
    places = Counter(bundle.inventory.tables["phosphorus_sites"]["district"])
    assert (places["贵阳市"] + places["黔南州"]) / places.total() > 0.6
