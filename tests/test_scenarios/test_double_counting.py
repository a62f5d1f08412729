"""Nothing is counted twice: worked out by hand, each with the number that would come out if it were."""

from __future__ import annotations

from pathlib import Path

import pytest

from scenarios.reading.files import find_scenario, load_bundle
from tests.test_scenarios.by_hand import choices_in, compiled
from tests.test_scenarios.constructs import ask, chosen, cost, measure, planned, refused, row, table, write

LINE = table(
    "source_id,name,district,industry,material_t_per_year,voc_content_fraction,capture_fraction,destruction_fraction,"
    "exhaust_m3_per_h,operating_hours_per_year,value_added_cny_per_year",
    "V,Paint line,East,wood_furniture,100,0.5,0.3,0,0,0,1000",
)
"""50 t of VOCs, 30 % of them captured, none destroyed: 50 t leave."""

HOOD = measure("hood", 100, sector="voc_lines", slot="capture", changes={"capture_fraction": 0.8})
BURNER = measure("burner", 100, sector="voc_lines", slot="destruction", changes={"destruction_fraction": 0.9})
FREE = '[prices]\nvalue_added = "0 CNY/CNY"\n'


def line(folder: Path, requirements: str, measures: str) -> Path:
    return write(folder, requirements, measures, {"voc_lines": LINE})


def test_capture_without_destruction_saves_nothing(tmp_path: Path) -> None:
    """A hood that captures 80 % of what nothing destroys leaves all 50 t: the most that can be reached is 0 t.

    Were capture counted as removal, it would save 50 x (0.8 - 0.3) = 25 t.
    """
    found = planned(line(tmp_path, ask("reduce", pollutant="vocs", amount="20 t/yr"), HOOD))
    assert found.status == "INFEASIBLE"
    assert (row(found).reachable, row(found).reachable_alone) == pytest.approx((0.0, 0.0), abs=1e-9)


def test_capture_and_destruction_multiply(tmp_path: Path) -> None:
    """A burner alone destroys 0.3 x 0.9 x 50 = 13.5 t; with the hood 0.8 x 0.9 x 50 = 36 t. 20 t need both: 200.

    Were the two added up (25 t + 13.5 t), the plan would reach 38.5 t; were the burner not limited by capture, it would
    take 45 t alone, for 100.
    """
    found = planned(line(tmp_path, ask("reduce", pollutant="vocs", amount="20 t/yr"), HOOD + BURNER))
    assert (cost(found), chosen(found)) == (200.0, ["V: hood + burner"])
    assert row(found).reached == pytest.approx(36.0)


BOILERS = table(
    "source_id,name,district,fuel,boiler_type,capacity_t_per_h,full_load_hours_per_year,nox_mg_per_m3",
    "A,Boiler A,East,coal,chain_grate,10,3000,300",
    "B,Boiler B,East,coal,chain_grate,20,3000,300",
)
ALL_SLOTS = ["fuel", "combustion", "flue_gas", "dust_and_sulphur"]
RETIRE = measure("retire", 300, sector="coal_boilers", slot=ALL_SLOTS, changes={"served_share": 0})
SCR = measure("scr", 400, sector="coal_boilers", slot="flue_gas", changes={"flue_gas_nox_removal_fraction": 0.8})
NO_PRICES = '[prices]\ncoal = "0 CNY/t"\nheat = "0 CNY/GJ"\n'
BOTH = ask("quota", "out", sense=">=", amount=1, measures=["retire"], where={"source_id": "A"}) + ask(
    "quota", "cleaned", sense=">=", amount=1, measures=["scr"]
)


def boilers(folder: Path, requirements: str, measures: str = RETIRE + SCR) -> Path:
    return write(folder, requirements, measures, {"coal_boilers": BOILERS}, more=NO_PRICES)


def test_a_retired_boiler_gets_and_costs_nothing_else(tmp_path: Path) -> None:
    """A is retired and one boiler cleaned: that must be B, 300 + 400. No package of A holds both measures.

    Were SCR on offer behind a cold boiler, A could serve both quotas.
    """
    folder = boilers(tmp_path, BOTH)
    found = planned(folder)
    assert (cost(found), chosen(found)) == (700.0, ["A: retire", "B: scr"])
    packages = {measures for _, measures, _ in choices_in(compiled(load_bundle(find_scenario(folder))).options)}
    assert packages == {(), ("retire",), ("scr",)}


def test_a_retired_boiler_saves_what_it_emits_and_no_more(tmp_path: Path) -> None:
    """Without the two, A and B emit E; retiring A takes exactly its part and SCR 80 % of B's: never more than E."""
    found = planned(boilers(tmp_path, BOTH))
    emitted = {item["pollutant"]: item["without_plan_t_per_year"] for item in found.emissions}["nox"]
    saved = {task["source_id"]: task["reduction_t_per_year"]["nox"] for task in found.tasks}
    assert saved == pytest.approx({"A": emitted / 3, "B": 0.8 * emitted * 2 / 3})


def test_a_measure_that_closes_must_take_every_slot(tmp_path: Path) -> None:
    """A closure in the slot of the fuel alone would leave room for SCR behind a cold boiler: it is refused."""
    (problem,) = refused(boilers(tmp_path, BOTH, RETIRE.replace(str(ALL_SLOTS).replace("'", '"'), '"fuel"') + SCR))
    assert (problem.column, problem.what.en) == (
        "measure.retire.slot",
        "a measure that closes a source leaves room for others",
    )


def test_a_boiler_counts_once_in_a_quota_of_two_measures(tmp_path: Path) -> None:
    """Two sources get a hood or a burner: the line can have both and is still one of them, so two cannot be had."""
    asked = ask("quota", sense=">=", amount=2, measures=["hood", "burner"])
    found = planned(line(tmp_path, asked, HOOD + BURNER))
    assert (found.status, row(found).reachable) == ("INFEASIBLE", 1.0)


STACKS = table(
    "source_id,name,district,source_class,nox_t_per_year,start_year",
    "A,Stack A,East,a,100,",
    "B,Stack B,East,b,60,",
    "N,New stack,East,n,50,2024",
)
SCRUB = measure("scrub-a", 900, where={"source_class": "a"}, removes={"nox": 0.5}) + measure(
    "scrub-n", 100, where={"source_class": "n"}, removes={"nox": 0.4}
)
GROWTH = '[[growth]]\nrate = "2 %"\n'


def test_inventory_project_and_allowances_are_three_numbers(tmp_path: Path) -> None:
    """Activity grows by 2 % a year from 2020 to 2025; A and N get their measures in 2025.

    Inventory: what is less than without the plan, A's 50 x 1.02^5 and N's 20 x 1.02 (it enters in 2024 with 50 t).
    Project: A's emission of 2024, 100 x 1.02^4, less that of 2025, 50 x 1.02^5; N is new and counts nothing.
    Allowances: what all three emit in 2025 is held against the budget. No number is the sum of two others.
    """
    more, later = 1.02**5, 1.02
    asked = (
        ask("reduce", "inventory", pollutant="nox", amount="60 t/yr")
        + ask("reduce", "project", pollutant="nox", amount="40 t/yr", basis="project")
        + ask("cap", "rights", pollutant="nox", amount="170 t/yr", basis="quota")
    )
    found = planned(write(tmp_path, asked, SCRUB, {"point_sources": STACKS}, more=GROWTH))
    assert chosen(found) == ["A: scrub-a", "N: scrub-n"]
    reached = {item.row: (item.basis, item.reached) for item in found.requirements}
    assert {name: basis for name, (basis, _) in reached.items()} == {
        "inventory": "inventory",
        "project": "project",
        "rights": "quota",
    }
    assert {name: value for name, (_, value) in reached.items()} == pytest.approx(
        {
            "inventory": 50 * more + 20 * later,
            "project": 100 * 1.02**4 - 50 * more,
            "rights": (50 + 60) * more + 30 * later,
        }
    )
    by_source = {task["source_id"]: task for task in found.tasks}
    assert by_source["N"]["accountable_t_per_year"]["nox"] == 0.0
    assert by_source["A"]["reduction_t_per_year"]["nox"] == pytest.approx(50 * more)
    assert by_source["A"]["accountable_t_per_year"]["nox"] == pytest.approx(100 * 1.02**4 - 50 * more)


def test_heat_that_moves_to_a_network_emits_there_once(tmp_path: Path) -> None:
    """10 t/h x 3 000 h x 0.151 = 4 530 t coal, x 2.94 kg = 13.3182 t NOx, 4 530 x 16.7264 = 75 770.6 GJ useful heat.

    The network's factors are net of its plant: 15 % of 13.3182 = 1.9977 t remain, and CO2 falls by 0.3 t per t coal,
    1 359 t. The 5 t of another source stay 5 t: the load is added nowhere else. Forgotten, nothing would remain of the
    boiler (13.3182 t saved); added at a plant as well, only 9.3227 t would be saved.
    """
    boiler = BOILERS.split("B,Boiler B")[0].replace(",nox_mg_per_m3", "").replace(",300\n", "\n")
    other = table("source_id,name,district,source_class,nox_t_per_year", "C,Central plant,East,plant,5")
    shares = {"coal_share": 0, "gas_share": 0, "biomass_share": 0, "electric_share": 0, "network_share": 1}
    join = measure("join", 10, sector="coal_boilers", slot=ALL_SLOTS, changes=shares)
    asked = ask("mandate", measures=["join"], sector="coal_boilers")
    tables = {"coal_boilers": boiler, "point_sources": other}
    found = planned(write(tmp_path, asked, join, tables, more='[prices]\ncoal = "0 CNY/t"\nheat = "0 CNY/GJ"\n'))
    nox = {row["sector"]: row for row in found.emissions if row["pollutant"] == "nox"}
    assert nox["coal_boilers"]["without_plan_t_per_year"] == pytest.approx(13.3182)
    assert nox["coal_boilers"]["with_plan_t_per_year"] == pytest.approx(0.15 * 13.3182, rel=1e-6)
    assert nox["point_sources"]["with_plan_t_per_year"] == 5.0
    assert found.co_effects[0]["change_t_per_year"] == pytest.approx(-0.3 * 4530, rel=1e-6)
