"""Constructs 1 to 6, 18 and 24 of the plans: what is asked of emissions, each with an optimum worked out by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.test_scenarios.constructs import ask, chosen, cost, measure, planned, refused, row, table, write

STACKS = table(
    "source_id,name,district,source_class,nox_t_per_year,vocs_t_per_year",
    "A,Stack A,East,a,100,40",
    "B,Stack B,East,b,60,30",
    "C,Stack C,West,c,40,20",
)
SCRUB = (
    measure("scrub-a", 900, where={"source_class": "a"}, removes={"nox": 0.5})
    + measure("scrub-b", 500, where={"source_class": "b"}, removes={"nox": 0.5})
    + measure("scrub-c", 300, where={"source_class": "c"}, removes={"nox": 0.5})
)
"""Takes 50 t for 900, 30 t for 500 and 20 t for 300 CNY/yr; the base year emits 200 t."""


def stacks(folder: Path, requirements: str, *, more: str = "", basis: str = "inventory") -> Path:
    return write(folder, requirements, SCRUB, {"point_sources": STACKS}, more=more, basis=basis)


def test_1_a_percentage_of_the_base_year_although_activity_grows(tmp_path: Path) -> None:
    """30 % of the 200 t of 2020 are 60 t. Activity grows by 2 % a year, 1.02^5 = 1.1041: A takes 55.20 t in 2025.

    B takes 33.12 t and C 22.08 t. A + C take 77.28 t for 1200; A + B 88.33 t for 1400; B + C with 55.20 t fall short.
    Without growth A + C would take 70 t, at the same cost; with nothing asked the plan would cost 0.
    """
    found = planned(stacks(tmp_path, ask("reduce", pollutant="nox", amount="30 %"), more='[[growth]]\nrate = "2 %"\n'))
    assert (cost(found), chosen(found)) == (1200.0, ["A: scrub-a", "C: scrub-c"])
    assert row(found).asked == pytest.approx(60.0)
    assert row(found).reached == pytest.approx(70 * 1.02**5)


def test_1_a_base_that_the_inventory_does_not_hold_is_stated(tmp_path: Path) -> None:
    """10 % of 480 t, known from a document, are 48 t: A alone takes 50 t for 900, B + C take 50 t for 800.

    Of the inventory's own 200 t only 20 t would be asked: C alone, 300.
    """
    found = planned(stacks(tmp_path, ask("reduce", pollutant="nox", amount="10 %", of="480 t/yr")))
    assert (cost(found), chosen(found)) == (800.0, ["B: scrub-b", "C: scrub-c"])
    assert row(found).asked == pytest.approx(48.0)


def test_2_a_share_of_a_parent_target_in_tonnes(tmp_path: Path) -> None:
    """At least 30 % of a five-year task of 250 t are 75 t: A + B take 80 t for 1400; A + C take 70 t and fall short.

    Taken as 30 % of the base year's 200 t it would be 60 t, and A + C for 1200.
    """
    found = planned(stacks(tmp_path, ask("reduce", pollutant="nox", amount="30 %", of="250 t/yr")))
    assert (cost(found), chosen(found)) == (1400.0, ["A: scrub-a", "B: scrub-b"])


def test_3_intensity_falls_in_each_district(tmp_path: Path) -> None:
    """Each district's NOx per output falls by 10 %; output and activity grow by 1 % a year, so the ratio is unchanged.

    East: of 160 t at least 16 t, B's 30 t for 500 is cheapest; West: of 40 t at least 4 t, C for 300. Optimum 800.
    Asked of the city as a whole, 20 t of 200 t: C alone for 300.
    """
    asked = ask(
        "intensity",
        pollutant="nox",
        amount="10 %",
        each="district",
        output={"East": "2e9 CNY/yr", "West": "1e9 CNY/yr"},
    )
    found = planned(stacks(tmp_path, asked, more='[[growth]]\nrate = "1 %"\n'))
    assert (cost(found), chosen(found)) == (800.0, ["B: scrub-b", "C: scrub-c"])
    assert row(found, "it/East").reached == pytest.approx(100 * 30 / 160)
    assert row(found, "it/West").reached == pytest.approx(50.0)


PLANTS = table(
    "source_id,name,district,source_class,nox_t_per_year,vocs_t_per_year,cod_t_per_year,nh3n_t_per_year,tp_t_per_year,start_year",
    "A,Plant A,East,a,100,100,0,0,0,",
    "B,Plant B,East,b,0,0,200,40,10,",
    "N,New plant,East,a,80,80,0,0,0,2024",
)


def test_4_key_projects_of_five_pollutants_at_once(tmp_path: Path) -> None:
    """Project basis: A's project takes 50 t of NOx and of VOCs for 900, B's 100 t COD, 20 t NH3-N, 5 t TP for 900.

    The new plant N could take 40 t of each for 400, but a source that enters in 2024 is no project: A and B, 1800. By
    inventory N counts, and N and B cost 1300.
    """
    measures = (
        measure("air-a", 900, where={"source_id": "A"}, removes={"nox": 0.5, "vocs": 0.5})
        + measure("air-n", 400, where={"source_id": "N"}, removes={"nox": 0.5, "vocs": 0.5})
        + measure("water", 900, where={"source_class": "b"}, removes={"cod": 0.5, "nh3n": 0.5, "tp": 0.5})
    )
    amounts = {"nox": 30, "vocs": 30, "cod": 90, "nh3n": 15, "tp": 4}
    asked = "".join(ask("reduce", p, pollutant=p, amount=f"{t} t/yr") for p, t in amounts.items())
    by_project = planned(write(tmp_path / "p", asked, measures, {"point_sources": PLANTS}, basis="project"))
    assert (cost(by_project), chosen(by_project)) == (1800.0, ["A: air-a", "B: water"])
    assert {item.row: item.reached for item in by_project.requirements} == pytest.approx(
        {"nox": 50.0, "vocs": 50.0, "cod": 100.0, "nh3n": 20.0, "tp": 5.0}
    )
    assert {item.basis for item in by_project.requirements} == {"project"}
    by_inventory = planned(write(tmp_path / "i", asked, measures, {"point_sources": PLANTS}))
    assert (cost(by_inventory), chosen(by_inventory)) == (1300.0, ["B: water", "N: air-n"])


def test_5_a_value_that_is_set_above_is_waited_for(tmp_path: Path) -> None:
    """NOx waits for its number and binds nothing; 20 t of NOx in the West still make C, 300.

    Taken as 0 it would be met, and the answer a success. What can be reached stands beside it: 50 + 30 + 20 = 100 t.
    """
    asked = ask("reduce", "above", pollutant="nox", amount="pending") + ask(
        "reduce", "west", pollutant="nox", amount="20 t/yr", district=["West"]
    )
    found = planned(stacks(tmp_path, asked))
    assert (cost(found), found.is_success) == (300.0, False)
    assert (row(found, "above").met, row(found, "above").asked) == (None, None)
    assert row(found, "above").reachable == pytest.approx(100.0)
    assert "NOx减排（全域）" in found.says["zh"]


def test_6_the_plan_proposes_a_value_with_its_cost(tmp_path: Path) -> None:
    """Up to 100 t can be reached. 25 t: B, 500; 50 t: B + C, 800; 75 t: A + B, 1400; 100 t: all, 1700.

    Nothing is held, so the plan itself costs 0, and the answer counts as given: the values to choose from are there.
    """
    found = planned(stacks(tmp_path, ask("reduce", pollutant="nox", amount="propose")))
    said = [(item["part"], item["value"], item["annual_cost_cny"]) for item in row(found).proposals]
    assert said == [(0.25, 25.0, 500.0), (0.5, 50.0, 800.0), (0.75, 75.0, 1400.0), (1.0, 100.0, 1700.0)]
    assert (cost(found), found.is_success, row(found).met) == (0.0, True, None)
    assert any("50.00 t/yr" in note["en"] and "吨/年" in note["zh"] for note in found.notes)


def test_6_a_proposal_keeps_the_other_requirements(tmp_path: Path) -> None:
    """With at most 1000 CNY/yr the most is 50 t: A for 900, or B + C for 800; a half, 25 t, is B for 500."""
    asked = ask("reduce", pollutant="nox", amount="propose") + ask(
        "budget", "money", metric="annual", amount="1000 CNY/yr"
    )
    found = planned(stacks(tmp_path, asked))
    said = [(item["value"], item["annual_cost_cny"]) for item in row(found).proposals]
    assert said == [(12.5, 300.0), (25.0, 500.0), (37.5, 800.0), (50.0, 800.0)]


def test_6_a_ceiling_is_proposed_from_what_there_is_downwards(tmp_path: Path) -> None:
    """200 t as they are, 100 t at the least: 175, 150, 125 and 100 t, at 500, 800, 1400 and 1700 CNY/yr."""
    found = planned(stacks(tmp_path, ask("cap", pollutant="nox", amount="propose")))
    said = [(item["value"], item["annual_cost_cny"]) for item in row(found).proposals]
    assert said == [(175.0, 500.0), (150.0, 800.0), (125.0, 1400.0), (100.0, 1700.0)]


def test_18_an_emission_budget_counts_new_sources(tmp_path: Path) -> None:
    """Allowances of 230 t: A, B, C emit 200 t and the new N 60 t, so 30 t must go: B for 500. Without N: nothing."""
    rows = STACKS + "N,New,West,n,60,0\n"
    asked = ask("cap", pollutant="nox", amount="230 t/yr", basis="quota")
    found = planned(write(tmp_path, asked, SCRUB, {"point_sources": rows}))
    assert (cost(found), chosen(found)) == (500.0, ["B: scrub-b"])
    assert row(found).basis == "quota"
    assert row(found).reached == pytest.approx(230.0)


def test_18_allowances_are_no_reductions(tmp_path: Path) -> None:
    """A reduction is counted by inventory or by project, never in allowances."""
    asked = ask("reduce", pollutant="nox", amount="20 t/yr", basis="quota")
    (problem,) = refused(stacks(tmp_path, asked))
    assert problem.column == "requirement.it.basis"


def test_24_the_change_of_co2_is_stated_although_nobody_asks(tmp_path: Path) -> None:
    """B's scrubber takes 30 t NOx and adds 7 t CO2 by its power: the plan states +7 t, though nobody asks."""
    side = '[[measure.side]]\nflow = "co2_t_per_year"\namount = "7 t/yr"\n'
    found = planned(
        write(
            tmp_path,
            ask("reduce", pollutant="nox", amount="30 t/yr"),
            measure("scrub-b", 500, where={"source_class": "b"}, removes={"nox": 0.5}) + side,
            {"point_sources": STACKS},
        )
    )
    assert found.co_effects == [{"pollutant": "co2", "year": 2025, "change_t_per_year": pytest.approx(7.0)}]
    assert "co2" not in {item["pollutant"] for item in found.emissions}


def test_24_co2_can_be_asked_for_too(tmp_path: Path) -> None:
    """At most 5 t more CO2: the scrubber that adds 7 t is out, and C's 20 t are all that is left, without CO2: 300."""
    side = '[[measure.side]]\nflow = "co2_t_per_year"\namount = "7 t/yr"\n'
    measures = (
        measure("scrub-b", 200, where={"source_class": "b"}, removes={"nox": 0.5})
        + side
        + measure("scrub-c", 300, where={"source_class": "c"}, removes={"nox": 0.5})
    )
    both = ask("reduce", pollutant="nox", amount="20 t/yr") + ask("cap", "co2", pollutant="co2", amount="5 t/yr")
    found = planned(write(tmp_path, both, measures, {"point_sources": STACKS}))
    assert (cost(found), chosen(found)) == (300.0, ["C: scrub-c"])
    assert {item["pollutant"] for item in found.emissions} >= {"co2"}
