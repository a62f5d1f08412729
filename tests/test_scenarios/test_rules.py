"""Rules between choices: each where it binds, with the number that would come out without it."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

from model.problems import InputError
from optimizer import Settings
from scenarios.answering import run
from scenarios.answering.result import RequirementResult, Result
from tests.test_scenarios.by_hand import compiled
from tests.test_scenarios.conftest import BundleMaker
from tests.test_scenarios.green_island import BUILD, MEASURES, OWN, SHARE, SOURCES, measure, reduce, requirement

ENGINES = [Settings(gap=0.0, engine="milp"), Settings(gap=0.0, engine="dual")]

NEEDS_P1 = requirement("pair", "requires", 'measures = ["share"]', 'needs = { source_id = "P1", measures = ["build"] }')
NEEDS_ONE = requirement(
    "pair",
    "requires",
    'measures = ["share"]',
    'needs = { same = "district", measures = ["build"], where = { source_class = "plant" } }',
)


def excludes(other: str = "U2") -> str:
    against = f'against = {{ source_id = "{other}", measures = ["share"] }}'
    return requirement("or", "excludes", 'measures = ["share"]', 'where = { district = "East" }', against)


def at_most(amount: int) -> str:
    listed = ", ".join(f'{{ source_id = "U{n}", measures = ["share"] }}' for n in (1, 2, 3))
    return requirement("few", "at_most", f"amount = {amount}", f"projects = [{listed}]")


def shared(capacity: str, *lines: str) -> str:
    plant = 'plant = { source_id = "P1", measures = ["build"] }'
    what = ('measures = ["share"]', 'of = "vocs_t_per_year"', f'capacity = "{capacity}"')
    return requirement("island", "shared", *what, plant, *lines)


def planned(make: BundleMaker, text: str, settings: Settings = ENGINES[0], **changes: Any) -> Result:  # noqa: ANN401
    return run.plan(make(text, **({"sources": SOURCES, "measures": MEASURES} | changes)), settings=settings)


def cost(result: Result) -> float:
    assert result.status == "OPTIMAL"
    assert result.objective.value is not None
    return result.objective.value


def done(result: Result) -> list[tuple[str, str]]:
    return [(task["source_id"], task["measures"][0]) for task in result.tasks]


def the(result: Result, name: str) -> RequirementResult:
    return next(found for found in result.requirements if found.id == name)


@pytest.mark.parametrize("settings", ENGINES, ids=["milp", "dual"])
def test_sharing_needs_the_plant(stacks: BundleMaker, settings: Settings) -> None:
    """One workshop: its own unit costs 100 000, sharing 10 000 + 120 000 for the plant. Ignored, it is 10 000."""
    result = planned(stacks, reduce(8.9) + NEEDS_P1, settings)
    assert cost(result) == pytest.approx(100_000)
    assert cost(planned(stacks, reduce(8.9), settings)) == pytest.approx(10_000)


@pytest.mark.parametrize("settings", ENGINES, ids=["milp", "dual"])
def test_two_that_share_pay_for_the_plant(stacks: BundleMaker, settings: Settings) -> None:
    """Two workshops: 2 x 10 000 + 120 000 = 140 000 against 200 000 with units of their own; ignored, 20 000."""
    result = planned(stacks, reduce(17.9) + NEEDS_P1, settings)
    assert cost(result) == pytest.approx(140_000)
    assert ("P1", "build") in done(result)
    assert (the(result, "pair").asked, the(result, "pair").reached, the(result, "pair").met) == (0, 0, True)


@pytest.mark.parametrize("settings", ENGINES, ids=["milp", "dual"])
def test_one_plant_of_the_district_is_enough(stacks: BundleMaker, settings: Settings) -> None:
    """U1 and U2 share the plant of the East: 140 000. U1 and U3 would need both plants, 260 000."""
    result = planned(stacks, reduce(17.9) + NEEDS_ONE, settings)
    assert cost(result) == pytest.approx(140_000)
    assert done(result) == [("P1", "build"), ("U1", "share"), ("U2", "share")]


def test_what_is_needed_is_in_service_not_later(stacks: BundleMaker) -> None:
    """The plant takes 18 months, until mid 2026, so nothing is shared in 2025 although 8.9 t are due then.

    An own unit from 2025 costs 100 000 in each year: 100 000 (1 + 1 / 1.05) = 195 238. Ignored, sharing from 2025 with
    the plant from 2026 would cost 10 000 (1 + 1 / 1.05) + 120 000 / 1.05 = 133 810.
    """
    slow = BUILD.replace("= 6", "= 30") + SHARE + OWN
    result = planned(stacks, reduce(8.9, "year = 2025") + NEEDS_P1, measures=slow, years=[2025, 2026])
    assert cost(result) == pytest.approx(100_000 * (1 + 1 / 1.05))
    assert [measure for _, measure in done(result)] == ["own"]


def test_with_months_in_service_the_plant_counts_from_its_day(stacks: BundleMaker) -> None:
    """The workshop could share from July 2025, the plant stands in September: the workshop waits for 2026.

    Both start in 2025, so by years nothing would be wrong, and 4.45 t (6 of 12 months) would count in 2025.
    """
    timed = measure("build", 120_000, where="plant", does="floor = { vocs_t_per_year = 0.001 }", lead=20) + measure(
        "share", 10_000, lead=18
    )
    text = reduce(4.4, "year = 2025") + NEEDS_P1
    changes: dict[str, Any] = {"measures": timed, "years": [2025, 2026], "credit": "months"}
    assert planned(stacks, text, **changes).status == "INFEASIBLE"
    assert planned(stacks, reduce(4.4, "year = 2025"), **changes).status == "OPTIMAL"


@pytest.mark.parametrize("settings", ENGINES, ids=["milp", "dual"])
def test_one_excludes_the_other(stacks: BundleMaker, settings: Settings) -> None:
    """Two of three: U1 and U2 exclude each other, so U3 shares beside one of them: 20 000 still.

    All three: one of U1 and U2 needs its own unit, 10 000 + 100 000 + 10 000 = 120 000; ignored, 30 000.
    """
    assert cost(planned(stacks, reduce(17.9) + excludes(), settings)) == pytest.approx(20_000)
    result = planned(stacks, reduce(26.9) + excludes(), settings)
    assert cost(result) == pytest.approx(120_000)
    assert cost(planned(stacks, reduce(26.9), settings)) == pytest.approx(30_000)


@pytest.mark.parametrize("settings", ENGINES, ids=["milp", "dual"])
def test_at_most_one_project_is_done(stacks: BundleMaker, settings: Settings) -> None:
    """All three: one shares, two take units of their own, 10 000 + 2 x 100 000 = 210 000; ignored, 30 000."""
    result = planned(stacks, reduce(26.9) + at_most(1), settings)
    assert cost(result) == pytest.approx(210_000)
    assert (the(result, "few").asked, the(result, "few").reached, the(result, "few").unit) == (1, 1, "count")


@pytest.mark.parametrize("settings", ENGINES, ids=["milp", "dual"])
def test_a_shared_plant_holds_what_its_users_bring(stacks: BundleMaker, settings: Settings) -> None:
    """Capacity 20 t: U1 and U2 share for 140 000. Capacity 15 t takes one: 230 000 against 200 000 without the plant.

    Were the plant free and endless, two that share would cost 20 000.
    """
    result = planned(stacks, reduce(17.9) + shared("20 t/yr"), settings)
    assert cost(result) == pytest.approx(140_000)
    load = the(result, "island")
    assert (load.asked, load.reached, load.unit, load.asked_text) == (20, 20, "t/yr", "20 t/yr")
    assert cost(planned(stacks, reduce(17.9) + shared("15 t/yr"), settings)) == pytest.approx(200_000)


def test_what_users_bring_grows_with_their_activity(stacks: BundleMaker) -> None:
    """10 % more in 2025: two bring 22 t, more than 20; 22 t fit. Without growth they would fit in 20 t."""
    changes: dict[str, Any] = {"growth": [{"rate": "10 %"}]}
    assert cost(planned(stacks, reduce(19.7) + shared("20 t/yr"), **changes)) == pytest.approx(200_000)
    assert cost(planned(stacks, reduce(19.7) + shared("22 t/yr"), **changes)) == pytest.approx(140_000)


def test_parts_of_a_source_need_the_plant_in_part_only_when_it_is_whole(stacks: BundleMaker) -> None:
    """4.45 t by half of a divisible workshop still need the whole plant: 5 000 + 120 000 against 50 000 of its own."""
    parts = BUILD + measure("share", 10_000, divisible=True) + measure("own", 100_000, divisible=True)
    result = planned(stacks, reduce(4.5) + NEEDS_P1, measures=parts)
    assert cost(result) == pytest.approx(50_000)
    assert cost(planned(stacks, reduce(4.5), measures=parts)) == pytest.approx(5_000)


def test_given_choices_that_break_rules_say_so(stacks: BundleMaker) -> None:
    """Three share without any plant: three lack it, 30 t are brought, three projects of at most two are done."""
    text = reduce(1) + NEEDS_P1 + at_most(2) + shared("20 t/yr") + excludes()
    bundle = stacks(text, sources=SOURCES, measures=MEASURES, mode="evaluate")
    rows = [(f"U{n}", ("share",), 2025, 1.0) for n in (1, 2, 3)]
    choices = pd.DataFrame(rows, columns=["source_id", "measures", "start_year", "share"])
    result = run.evaluate(bundle, choices, settings=ENGINES[0], file="choices.csv")
    assert [(found.id, found.reached, found.met) for found in result.requirements] == [
        ("vocs", 27, True),
        ("pair", 3, False),
        ("few", 3, False),
        ("island", 30, False),
        ("or", 2, False),
    ]


def test_rules_stand_in_the_order_of_the_scenario(stacks: BundleMaker) -> None:
    result = planned(stacks, NEEDS_P1 + reduce(17.9) + at_most(3))
    assert [found.id for found in result.requirements] == ["pair", "vocs", "few"]


def test_a_rule_without_an_answer_has_nothing_reached(stacks: BundleMaker) -> None:
    """27 t are the most that three workshops give."""
    result = planned(stacks, reduce(40) + NEEDS_P1)
    assert (result.status, the(result, "pair").reached, the(result, "pair").met) == ("INFEASIBLE", None, None)


def test_of_the_most_reduction_the_cheapest_keeps_the_rules_too(stacks: BundleMaker) -> None:
    """All 27 t: own units for 300 000, or 30 000 with the plants of both districts, 270 000, less 0.002 t from them."""
    result = planned(stacks, NEEDS_ONE, mode="most_reduction", weights={"vocs": 1.0})
    assert done(result) == [("U1", "own"), ("U2", "own"), ("U3", "own")]


def test_side_rows_are_few_and_tight(stacks: BundleMaker) -> None:
    """One row for each workshop and year it may begin; each sums its own choices against those of the plant."""
    found = compiled(stacks(reduce(1) + NEEDS_P1, sources=SOURCES, measures=MEASURES, years=[2025, 2026]))
    side = found.problem.side
    assert side is not None
    assert side.shape[0] == 6
    assert {(row > 0).sum() for row in side.toarray()} == {1, 2}
    assert np.abs(side.data).max() == 1


def test_the_plant_serves_the_rule_that_needs_it(stacks: BundleMaker) -> None:
    """Without it the plant would stand in the task list for no reason at all."""
    cited = NEEDS_P1 + 'cites = [{ document = "Plan", clause = "3" }]\n'
    tasks = planned(stacks, reduce(17.9) + cited).tasks
    assert [(task["measures"], task["serves"]) for task in tasks] == [
        (["build"], ["pair"]),
        (["share"], ["vocs"]),
        (["share"], ["vocs"]),
    ]
    assert tasks[0]["cites"] == [{"zh": "Plan 3", "en": "Plan 3"}]


def test_an_idle_plant_serves_nothing(stacks: BundleMaker) -> None:
    built = requirement("f", "fix", 'source_id = "P1"', 'measures = ["build"]', "start_year = 2025")
    assert planned(stacks, built + NEEDS_P1).tasks[0]["serves"] == []


MISTAKES = {
    "no such source": (NEEDS_P1.replace("P1", "P9"), "requirement.pair.needs.source_id"),
    "no such measure": (NEEDS_P1.replace('"share"', '"shore"'), "requirement.pair.measures"),
    "no such measure there": (NEEDS_P1.replace('"build"', '"bild"'), "requirement.pair.needs.measures"),
    "no such measure in the district": (NEEDS_ONE.replace('"build"', '"bild"'), "requirement.pair.needs.measures"),
    "no such column": (NEEDS_ONE.replace("source_class", "colour"), "requirement.pair.needs.where"),
    "neither source nor district": (
        requirement("pair", "requires", 'measures = ["share"]', 'needs = { measures = ["build"] }'),
        "requirement.pair.needs",
    ),
    "a source and a district": (
        NEEDS_P1.replace("{ source_id", '{ same = "district", source_id'),
        "requirement.pair.needs",
    ),
    "a year": (NEEDS_P1 + "year = 2025\n", "requirement.pair"),
    "a tolerance": (at_most(1) + "tolerance = 0.1\n", "requirement.few"),
    "nothing to choose from": (
        requirement("few", "at_most", "amount = 1", "projects = []"),
        "requirement.few.projects",
    ),
    "no such project": (at_most(1).replace("U2", "U9"), "requirement.few.projects.2.source_id"),
    "another unit": (shared("5 km"), "requirement.island.capacity"),
    "nothing that is brought": (shared("5 t/yr").replace("vocs_t", "dust_t"), "requirement.island.of"),
    "ruled out by nobody": (excludes("U9"), "requirement.or.against.source_id"),
}


@pytest.mark.parametrize(("text", "key"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_in_a_rule_is_named_with_its_key(stacks: BundleMaker, text: str, key: str) -> None:
    with pytest.raises(InputError) as refused:
        stacks(text, sources=SOURCES, measures=MEASURES)
    assert [problem.column for problem in refused.value.problems] == [key]


def test_a_measure_of_another_sector_is_refused(stacks: BundleMaker) -> None:
    """A boiler's measure at a point source."""
    other = MEASURES + SHARE.replace('"share"', '"dig"').replace("point_sources", "mobile_sources").replace(
        "source_class", "vehicle_class"
    ).replace("removes = { vocs = 0.9 }", "scale = { vehicle_count = 0.9 }").replace('"control"', '"fleet"')
    with pytest.raises(InputError) as refused:
        stacks(NEEDS_P1.replace('"build"', '"dig"'), sources=SOURCES, measures=other)
    assert "sector" in str(refused.value)


def test_what_users_bring_may_be_a_column_that_does_not_grow(stacks: BundleMaker) -> None:
    """A user's own number, 3 a workshop whatever the activity: two bring 6."""
    rows = (
        SOURCES.replace("vocs_t_per_year", "vocs_t_per_year,user_drums")
        .replace(",10", ",10,3")
        .replace(",0\n", ",0,0\n")
    )
    rule = shared("6 t/yr").replace("vocs_t_per_year", "user_drums")
    result = planned(stacks, reduce(19.7) + rule, sources=rows, growth=[{"rate": "10 %"}])
    assert cost(result) == pytest.approx(140_000)
    assert the(result, "island").reached == 6


def test_a_note_says_when_what_is_needed_is_not_on_offer(stacks: BundleMaker) -> None:
    """The plant would take five years: nobody can share in 2025, and the reader is told why."""
    late = BUILD.replace("= 6", "= 60") + SHARE + OWN
    result = planned(stacks, reduce(8.9) + NEEDS_P1, measures=late)
    assert [measure for _, measure in done(result)] == ["own"]
    assert any("'pair'" in note["en"] for note in result.notes)
    assert not any("'pair'" in note["en"] for note in planned(stacks, reduce(8.9) + NEEDS_P1).notes)
