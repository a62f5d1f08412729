"""Lingwu 2019-2020 as it is bundled: planned once, every row met, pending or to be proposed, units clause by clause."""

import csv
import math
import re

import pandas as pd
import pytest

from optimizer import Settings
from scenarios.answering import run
from scenarios.answering.result import RequirementResult, Result
from scenarios.illustrating.illustrate import illustrative_files
from scenarios.illustrating.profile import read_profile
from scenarios.reading.bundle import Bundle
from scenarios.reading.files import LIBRARY, find_scenario, load_bundle
from scenarios.reading.requirements import Requirement
from tests.plan_rows import ROOT, ROW_ID
from tests.test_scenarios.bundled import check_proven, table_of
from tests.test_scenarios.contract import check_contract

FOLDER = LIBRARY / "lingwu-2020"
PLANS = ROOT.parent / "shared" / "domain" / "PLANS.csv"
PENDING = {f"total-{pollutant}" for pollutant in ("nox", "so2", "cod", "nh3n", "vocs")}
PENDING |= {"scattered-works", "vocs-task", "drain-1", "drain-2", "drain-3"}
FERTILISER = {"farm-fertiliser-cut", "farm-fertiliser-second-cut"}


@pytest.fixture(scope="module")
def bundle() -> Bundle:
    return load_bundle(find_scenario("lingwu-2020"))


@pytest.fixture(scope="module")
def answer(bundle: Bundle) -> Result:
    return run.plan(bundle, settings=Settings(gap=1e-3))


def table(sector: str) -> pd.DataFrame:
    return table_of("lingwu-2020", sector)


def by_row(answer: Result) -> dict[str, RequirementResult]:
    return {requirement.row: requirement for requirement in answer.requirements}


def in_service(answer: Result, year: int) -> set[str]:
    return {task["source_id"] for task in answer.tasks if task["start_year"] <= year}


def test_it_is_answered_to_the_gap_and_both_ledgers_agree(answer: Result) -> None:
    check_proven(answer, 1e-3)


def test_its_file_keeps_the_contract(answer: Result) -> None:
    check_contract(answer)


def test_every_row_is_met_pending_or_to_be_proposed(answer: Result) -> None:
    assert {r.id for r in answer.requirements if r.asked is None} == PENDING | {"old-vehicles"}
    assert [r.row for r in answer.requirements if r.asked is not None and not r.met] == []


def test_the_inventory_is_the_one_its_profile_draws_in_all_eleven_places(bundle: Bundle) -> None:
    drawn = illustrative_files(read_profile(FOLDER / "profile.toml"), sources=200, seed=2019)
    tables = {name: content for name, content in drawn.items() if name.endswith(".csv")}
    assert {name: (FOLDER / name).read_bytes() for name in tables} == tables
    assert bundle.inventory.size == 200
    assert set(bundle.inventory.sources()["district"]) <= set(bundle.scenario.district_ids)
    assert len(bundle.scenario.district_ids) == 11


def test_every_drawn_source_says_in_its_name_that_it_is_illustrative(bundle: Bundle) -> None:
    names = bundle.inventory.sources()["name"]
    assert names[~names.str.contains("示意|据WRI")].tolist() == []


def plan_units(text: str) -> list[str]:
    """Return the units of a clause without the city's 市, which a list says once; 市场监管局 keeps its own."""
    narrow = text.replace("（", "(").replace("）", ")")
    return [re.sub("^市(?!场)", "", unit) for unit in re.split("[、,，]", narrow) if unit]


@pytest.mark.skipif(not PLANS.exists(), reason="the plans are not beside this tree")
def test_units_are_those_the_plan_names_clause_by_clause(bundle: Bundle) -> None:
    with PLANS.open(encoding="utf-8", newline="") as file:
        plan = {row["id"]: row for row in csv.DictReader(file)}

    def named(requirement: Requirement) -> list[tuple[list[str], list[str]]]:
        rows = [plan[row_id] for cite in requirement.cites for row_id in ROW_ID.findall(cite.clause)]
        units = [(row["responsible_unit_责任单位"], row["cooperating_units_配合单位"]) for row in rows]
        return [(plan_units(lead), plan_units(support)) for lead, support in units if lead]

    asked = [requirement for requirement in bundle.scenario.requirement if named(requirement)]
    assert len(asked) > 20
    wrong = [r.id for r in asked if (plan_units(r.lead), plan_units(r.support)) not in named(r)]
    assert wrong == []


def test_a_task_takes_the_units_of_the_clause_it_serves(answer: Result) -> None:
    """Boilers below 40 t/h in the built-up area answer to the housing bureau (S110), scattered coal to two others."""
    boilers = table("coal_boilers")
    zone = boilers[(boilers["user_in_built_up"] == 1) & (boilers["fuel"] == "coal")]
    stoves = set(zone.index[zone["user_is_scattered_coal"] == 1])
    small = set(zone.index[zone["capacity_t_per_h"] < 40]) - stoves
    lead = {task["source_id"]: task["lead_unit"] for task in answer.tasks}
    assert {lead[source] for source in small} == {"市住建局"}
    assert {lead[source] for source in stoves & set(lead)} == {"市市场监管局、市工信局"}
    reuse = [task for task in answer.tasks if "reuse-rate" in task["serves"]]
    assert reuse
    assert {task["lead_unit"] for task in reuse} == {"市水务局、市住建局、市农业农村局、市工信局"}


def test_three_fifths_of_the_small_boilers_are_done_by_the_end_of_2019(answer: Result) -> None:
    """Of 12 boilers below 40 t/h in the built-up area 7.2, so 8, go in 2019 (S088), and all of them by 2020 (S110)."""
    boilers = table("coal_boilers")
    small = boilers.index[
        (boilers["user_in_built_up"] == 1)
        & (boilers["fuel"] == "coal")
        & (boilers["user_is_scattered_coal"] == 0)
        & (boilers["capacity_t_per_h"] < 40)
    ]
    assert len(small) == 12
    assert len(set(small) & in_service(answer, 2019)) >= 8
    assert set(small) <= in_service(answer, 2020)


def test_fertiliser_falls_by_15_per_cent_in_each_year(answer: Result) -> None:
    """Of a use u a share s with one cut leaves u (1 - 0.15 s), with both u (1 - 0.2775 s): 0.85 and 0.7225 of it all.

    Without compounding 2020 would stop at 70 %.
    """
    use = table("farmland")["fertiliser_as_is_t_per_year"].fillna(0.0)
    for year, left in ((2019, 0.85), (2020, 0.7225)):
        cuts: dict[tuple[str, float], set[str]] = {}
        for task in answer.tasks:
            if task["start_year"] <= year and FERTILISER & set(task["measures"]):
                cuts.setdefault((task["source_id"], task["share"]), set()).update(FERTILISER & set(task["measures"]))
        saved = math.fsum(use[source] * share * (1 - 0.85 ** len(done)) for (source, share), done in cuts.items())
        assert 1 - saved / use.sum() <= left + 1e-9


def test_work_of_2020_is_in_service_by_the_end_of_october(answer: Result) -> None:
    """S089: every task of 2020 serves a row with that day, so none is due on 31 December; of 2019 the year counts."""
    assert {task["due"] for task in answer.tasks if task["start_year"] == 2020} == {"2020-10-31"}
    assert {task["due"] for task in answer.tasks if task["start_year"] == 2019} == {"2019-12-31"}
    assert by_row(answer)["boilers-below-40"].by == "2020-10-31"
    assert by_row(answer)["boilers-below-40-2019"].by is None


def test_foundries_and_kilns_stand_still_in_the_heating_season(answer: Result) -> None:
    """15 November to 15 March are 16 + 31 + 31 + 28 + 15 = 121 days: each loses 121/365 of its value added (S116)."""
    furnaces = table("furnaces")
    asked = furnaces[furnaces["furnace_type"].isin(["foundry", "cement"])]
    stopped = {task["source_id"]: task for task in answer.tasks if "furnace-winter-stop" in task["measures"]}
    assert set(stopped) == set(asked.index)
    assert {task["start_year"] for task in stopped.values()} == {2019}
    alone = [task for task in stopped.values() if task["measures"] == ["furnace-winter-stop"]]
    value_added = asked["value_added_cny_per_year"].to_dict()
    lost = [value_added[task["source_id"]] * 121 / 365 for task in alone]
    assert alone
    assert [task["annual_cost_cny"] for task in alone] == pytest.approx(lost)


def test_earthworks_stop_from_november_to_the_middle_of_march(answer: Result) -> None:
    sites = {task["source_id"]: task for task in answer.tasks if "site-winter-stop" in task["measures"]}
    assert set(sites) == set(table("point_sources").index)
    assert all("11月1日至3月15日" in task["content"]["zh"] for task in sites.values())


def test_new_boilers_keep_the_bans_on_new_boilers() -> None:
    """None in the built-up area (S107), none below 20 t/h elsewhere (S108)."""
    boilers = table("coal_boilers")
    new = boilers[boilers["start_year"].notna()]
    assert len(new) == 2
    assert (new["user_in_built_up"] == 0).all()
    assert (new["capacity_t_per_h"] >= 20).all()


def test_the_city_pays_no_more_than_its_share_in_each_year(answer: Result) -> None:
    for year in (2019, 2020):
        row = by_row(answer)[f"municipal-capital/{year}"]
        assert row.reached is not None
        assert row.reached <= 150e6
