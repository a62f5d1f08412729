"""Zhejiang 2019 as it is bundled: 15 000 sources, planned once, every row met or said to be pending."""

import pandas as pd
import pytest

from optimizer import Settings
from scenarios.answering import run
from scenarios.answering.result import Result
from scenarios.export.room import has_room
from scenarios.illustrating.illustrate import illustrative_files
from scenarios.illustrating.profile import read_profile
from scenarios.reading.bundle import Bundle
from scenarios.reading.files import LIBRARY, find_scenario, load_bundle
from tests.test_scenarios.bundled import by_id, check_proven, table_of
from tests.test_scenarios.contract import check_contract

FOLDER = LIBRARY / "zhejiang-2019"
RETIRING = {
    "boiler-close",
    "boiler-district-heat",
    "boiler-gas",
    "boiler-gas-ultra-low-nox",
    "boiler-biomass",
    "boiler-electric",
}


@pytest.fixture(scope="module")
def bundle() -> Bundle:
    return load_bundle(find_scenario("zhejiang-2019"))


@pytest.fixture(scope="module")
def answer(bundle: Bundle) -> Result:
    return run.plan(bundle, settings=Settings(gap=1e-3), has_reach=False)


def table(sector: str) -> pd.DataFrame:
    return table_of("zhejiang-2019", sector)


def takers(answer: Result, measures: set[str]) -> list[str]:
    return [task["source_id"] for task in answer.tasks if not measures.isdisjoint(task["measures"])]


def test_it_is_answered_to_the_gap_and_both_ledgers_agree(answer: Result) -> None:
    check_proven(answer, 1e-3)


def test_its_file_keeps_the_contract(answer: Result) -> None:
    check_contract(answer)


def test_every_row_is_met_or_pending(answer: Result) -> None:
    pending = {r.id for r in answer.requirements if r.asked is None}
    assert pending == {f"state-{name}" for name in ("nox", "so2", "vocs", "cod", "nh3n", "co2")}
    assert [r.id for r in answer.requirements if r.asked is not None and not r.met] == []


def test_it_covers_the_eleven_cities_with_15000_sources(bundle: Bundle) -> None:
    assert bundle.inventory.size == 15_000
    assert set(bundle.inventory.sources()["district"]) == set(bundle.scenario.district_ids)
    assert len(bundle.scenario.district_ids) == 11


def test_422_of_600_coal_boilers_below_35_t_per_h_are_retired(answer: Result) -> None:
    """Counted in the file and the tasks alone; a boiler of exactly 35 t/h would not count (S137)."""
    boilers = table("coal_boilers")
    small = boilers[(boilers["fuel"] == "coal") & (boilers["capacity_t_per_h"] < 35)]
    retired = set(takers(answer, RETIRING)) & set(small.index)
    assert len(small) == 600
    assert len(retired) >= 422
    assert by_id(answer)["small-boilers-retired"].reached == len(retired)


def test_every_coal_boiler_of_35_t_per_h_or_more_is_ultra_low_or_replaced(answer: Result) -> None:
    boilers = table("coal_boilers")
    large = boilers.index[(boilers["fuel"] == "coal") & (boilers["capacity_t_per_h"] >= 35)]
    done = takers(answer, {"boiler-ultra-low", "boiler-district-heat", "boiler-gas-ultra-low-nox"})
    assert len(large) == 190
    assert set(large) - set(done) == set()


def test_a_thousand_projects_and_ten_thousand_scattered_enterprises(answer: Result) -> None:
    """Enterprises are the lines of the groups that are closed or put in order, added up from the file (S135)."""
    lines = table("voc_lines")
    groups = set(takers(answer, {"scattered-group-close", "scattered-group-upgrade"}))
    assert lines.loc[sorted(groups), "line_count"].sum() >= 10_000
    assert (by_id(answer)["voc-projects"].reached or 0) >= 1000


def test_fifteen_hundred_rural_facilities_of_30_t_per_day_are_run_to_a_standard(answer: Result) -> None:
    villages = table("rural_wastewater").loc[takers(answer, {"village-operation"})]
    assert villages[villages["mean_facility_m3_per_day"] >= 30]["facilities_total"].sum() >= 1500


def test_the_task_list_is_short_enough_for_a_document(answer: Result) -> None:
    assert len(answer.tasks) > 1000
    assert has_room(answer)


def test_the_files_are_those_that_the_profile_draws() -> None:
    drawn = illustrative_files(read_profile(FOLDER / "profile.toml"), sources=15_000, seed=2019)
    tables = {name: content for name, content in drawn.items() if name.endswith(".csv")}
    assert {name: (FOLDER / name).read_bytes() for name in tables} == tables


def test_the_tables_stay_small_on_disk() -> None:
    """Plain text of 15 000 rows: 2 MB, an eighth of it in the wheel."""
    assert sum(path.stat().st_size for path in FOLDER.glob("*.csv")) < 2_000_000
