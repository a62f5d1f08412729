"""Construct 19 of the plans: money of one payer, year by year, with optima worked out by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.test_scenarios.constructs import ask, capital, chosen, planned, refused, row, table, write

STACKS = table(
    "source_id,name,district,source_class,nox_t_per_year",
    "A,Stack A,East,a,100",
    "B,Stack B,East,b,100",
    "C,Stack C,West,c,100",
)
WORKS = (
    capital("works-a", 1000, {"municipality": 1.0}, source_class="a")
    + capital("works-b", 1200, {"municipality": 0.5, "enterprise": 0.5}, source_class="b")
    + capital("works-c", 1600, {"enterprise": 1.0}, source_class="c")
)
"""Takes 50 t each, for 1000 (the city's), 1200 (half of it the city's) and 1600 (the enterprise's)."""

HALF = ask("reduce", pollutant="nox", amount="100 t/yr")


def works(folder: Path, requirements: str, years: tuple[int, ...] = (2025,)) -> Path:
    return write(folder, requirements, WORKS, {"point_sources": STACKS}, years=years)


def test_19_the_city_s_part_of_the_capital_is_held(tmp_path: Path) -> None:
    """Two works are needed; A + B cost 2200, of which the city pays 1600. It has at most 1500 for it.

    A + C cost 2600 (city 1000), B + C 2800 (city 600), so A + C. Were the 1500 of all capital, nothing would do.
    """
    asked = ask("budget", "city", metric="capital", payer="municipality", amount="1500 CNY")
    found = planned(works(tmp_path, HALF + asked))
    assert (found.cost is not None and found.cost.capital_cny, chosen(found)) == (2600.0, ["A: works-a", "C: works-c"])
    city = row(found, "city")
    assert (city.reached, city.unit, city.payer, city.reachable) == (1000.0, "CNY", "municipality", 600.0)
    free = planned(works(tmp_path / "free", HALF))
    assert (free.cost is not None and free.cost.capital_cny) == 2200.0
    whole = planned(works(tmp_path / "all", HALF + ask("budget", "all", metric="capital", amount="1500 CNY")))
    assert whole.status == "INFEASIBLE"


def test_19_each_year_has_its_budget(tmp_path: Path) -> None:
    """At most 1000 of the city's in each of 2024 and 2025; 100 t in 2025, and C is not to be had: A (1000) and B (600).

    Both cannot start in 2025, where they would cost 2200. What starts in 2024 costs a year more (with a life of one
    year the annuity is the capital), so it is A, 1000 twice, and B, 1200 once: 3200; the other way round it is 3400.
    """
    asked = ask("forbid", "no-c", measures=["works-c"]) + ask(
        "budget", "city", metric="capital", payer="municipality", amount="1000 CNY", each="year"
    )
    found = planned(works(tmp_path, HALF + asked, years=(2024, 2025)))
    starts = {task["source_id"]: task["start_year"] for task in found.tasks}
    assert starts == {"A": 2024, "B": 2025}
    assert found.objective.value == pytest.approx(3200.0)
    spent = {item.row: item.reached for item in found.requirements if item.id == "city"}
    assert spent == {"city/2024": 1000.0, "city/2025": 600.0}
    assert [item.year for item in found.requirements if item.id == "city"] == [2024, 2025]


def test_19_a_payer_pays_capital(tmp_path: Path) -> None:
    """Running cost has no payer of its own here, so a payer of annual cost is refused; so is one nobody knows."""
    annual = ask("budget", metric="annual", payer="county", amount="5 CNY/yr")
    (problem,) = refused(works(tmp_path / "a", HALF.replace('"it"', '"half"') + annual))
    assert problem.column == "requirement.it"
    (problem,) = refused(works(tmp_path / "b", ask("budget", metric="capital", payer="state", amount="5 CNY")))
    assert problem.column == "requirement.it.payer"
