"""Requirements that ask something of nothing are refused, all of them at once."""

import pytest

from model.problems import InputError, Problem
from scenarios.compiling.compile import compile_scenario, options_of
from tests.test_scenarios.by_hand import compiled
from tests.test_scenarios.conftest import BundleMaker
from tests.test_scenarios.stacks import SOURCES

NO_NOX = SOURCES.replace("kiln,100", "kiln,0").replace("kiln,50", "kiln,0")
THREE_DISTRICTS = ["East", "West", "North"]


def requirement(name: str, kind: str, *lines: str) -> str:
    return "\n".join(["[[requirement]]", f'id = "{name}"', f'kind = "{kind}"', *lines, ""])


def reduce(name: str, amount: str, *lines: str) -> str:
    return requirement(name, "reduce", 'pollutant = "nox"', f'amount = "{amount}"', *lines)


def refused(make: BundleMaker, text: str, **changes: object) -> list[Problem]:
    bundle = make(text, **changes)
    table = options_of(bundle)
    with pytest.raises(InputError) as raised:
        compile_scenario(bundle, table)
    return list(raised.value.problems)


EMPTY = "where = { nox_t_per_year = { above = 1000 } }"
OUTPUT = 'output = { East = "1 t/yr", West = "1 t/yr" }'


@pytest.mark.parametrize(
    "text",
    [
        reduce("one", "60 t/yr", EMPTY),
        reduce("one", "30 %", EMPTY),
        reduce("one", "pending", EMPTY),
        reduce("one", "60 t/yr", EMPTY, 'each = "district"'),
        requirement("one", "cap", 'pollutant = "nox"', 'amount = "80 t/yr"', 'where = { source_class = "boiler" }'),
        requirement("one", "quota", 'sense = ">="', "amount = 0", 'measures = ["scrub"]', EMPTY),
        requirement("one", "mandate", 'measures = ["scrub"]', EMPTY),
        requirement("one", "forbid", 'measures = ["scrub"]', EMPTY),
        requirement("one", "budget", 'metric = "capital"', 'amount = "1 CNY"', EMPTY),
    ],
)
def test_a_requirement_covers_at_least_one_source(stacks: BundleMaker, text: str) -> None:
    """Kept, a mandate or percentage over nothing would always count as met."""
    (problem,) = refused(stacks, text)
    assert (problem.column, problem.found) == ("requirement.one", "none of 2 sources")
    assert problem.file.endswith("scenario.toml")


def test_a_district_of_the_scenario_without_sources_covers_nothing(stacks: BundleMaker) -> None:
    (problem,) = refused(stacks, reduce("one", "30 %", 'district = "North"'), districts=THREE_DISTRICTS)
    assert problem.column == "requirement.one"


@pytest.mark.parametrize(
    "text",
    [
        reduce("one", "30 %"),
        requirement("one", "intensity", 'pollutant = "nox"', 'amount = "10 %"', OUTPUT),
    ],
)
def test_a_share_of_no_emission_is_refused(stacks: BundleMaker, text: str) -> None:
    """30 % of 0 t would be met by doing nothing."""
    (problem,) = refused(stacks, text, sources=NO_NOX)
    assert (problem.column, problem.found) == ("requirement.one", "0 t/yr")


def test_a_share_of_a_stated_task_needs_no_emission(stacks: BundleMaker) -> None:
    (plan,) = compiled(stacks(reduce("one", "30 %", 'of = "1200 t/yr"'), sources=NO_NOX)).plans
    assert plan.bound == pytest.approx(360)


@pytest.mark.parametrize(
    "text",
    [
        reduce("one", "20 t/yr", 'each = "district"'),
        reduce("one", "30 %", 'of = "60 t/yr"', 'each = "district"'),
        requirement("one", "quota", 'sense = ">="', "amount = 1", 'measures = ["scrub"]', 'each = "district"'),
    ],
)
def test_a_district_that_has_nothing_to_give_is_not_passed_over(stacks: BundleMaker, text: str) -> None:
    """North has no source: twenty tonnes of each of three districts are 60 t asked, not 40 t."""
    (problem,) = refused(stacks, text, districts=THREE_DISTRICTS)
    assert (problem.column, problem.found) == ("requirement.one", "none in North")


def test_without_listed_districts_those_of_the_inventory_are_meant(stacks: BundleMaker) -> None:
    text = reduce("one", "20 t/yr", 'each = "district"', "where = { nox_t_per_year = { above = 50 } }")
    (problem,) = refused(stacks, text)
    assert problem.found == "none in West"


@pytest.mark.parametrize(
    "text",
    [
        reduce("one", "20 %", 'each = "district"'),
        reduce("one", "0 t/yr", 'each = "district"'),
        reduce("one", "20 t/yr", 'each = "district"', 'district = ["East", "West"]'),
        reduce("one", "pending", 'each = "district"'),
        requirement("one", "quota", 'sense = "<="', "amount = 1", 'measures = ["scrub"]', 'each = "district"'),
        requirement("one", "quota", 'sense = ">="', 'amount = "pending"', 'measures = ["scrub"]', 'each = "district"'),
        requirement("one", "mandate", 'measures = ["scrub"]', 'each = "district"'),
    ],
)
def test_a_district_without_sources_keeps_what_asks_nothing_of_it(stacks: BundleMaker, text: str) -> None:
    plans = compiled(stacks(text, districts=THREE_DISTRICTS)).plans
    assert [plan.row_id for plan in plans] == ["one/East", "one/West"]


def test_the_most_of_allowances_is_refused(stacks: BundleMaker) -> None:
    money = requirement("money", "budget", 'metric = "capital"', 'amount = "1 CNY"')
    (problem,) = refused(stacks, money, basis="quota", mode="most_reduction", weights={"nox": 1.0})
    assert (problem.column, problem.found) == ("basis", "quota")
    assert "allowances" in problem.what.en


def test_all_of_it_is_said_at_once_decided_projects_too(stacks: BundleMaker) -> None:
    fix = requirement("built", "fix", 'source_id = "A"', 'measures = ["scrub"]', "start_year = 2025", "share = 0.5")
    found = refused(
        stacks, reduce("one", "30 %", EMPTY) + fix + reduce("two", "30 %", 'where = { source_class = "x" }')
    )
    assert [problem.column for problem in found] == ["requirement.one", "requirement.two", "requirement.built.share"]
