"""Limits of fairness: what districts pay per head; by hand on the two stacks, and against every plan on random ones.

Scrubbing A (East) takes 80 t at 301405.49 CNY a year, scrubbing B (West) 40 t at 253405.49 CNY; capital 1.2e6 CNY each.
"""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from model.problems import InputError
from optimizer import Settings
from scenarios.answering import run
from scenarios.answering.result import Result
from scenarios.export import blocks
from scenarios.export.write import write_answer
from scenarios.wording.shown import subject
from tests.test_scenarios.by_hand import compiled
from tests.test_scenarios.conftest import BundleMaker
from tests.test_scenarios.stacks import COST_A, COST_B, SCRUB
from tests.test_scenarios.test_optima import reduce, requirement
from tests.test_scenarios.tried import CASES, Case

SMALL = Settings(gap=0.0)
PEOPLE = {"East": 1000, "West": 1000}


def fair(ratio: float, *lines: str) -> str:
    return requirement("fair", f"ratio = {ratio}", *lines, name="fair")


def planned(make: BundleMaker, text: str, **changes: object) -> Result:
    return run.plan(make(text, **{"population": PEOPLE, **changes}), settings=SMALL)


def taken(result: Result) -> list[str]:
    return [task["source_id"] for task in result.tasks]


@pytest.mark.parametrize(
    ("ratio", "people", "plan"),
    [(2.0, PEOPLE, ["A"]), (1.9, PEOPLE, ["A", "B"]), (1.9, {"East": 1000, "West": 10}, None)],
)
def test_one_district_pays_no_more_than_so_many_times_the_mean(
    stacks: BundleMaker, ratio: float, people: dict[str, int], plan: list[str] | None
) -> None:
    """60 t: with A alone the East pays twice the mean of two districts, so below 2 both have to be taken.

    Both: 301.41 and 253.41 CNY a head, 1.087 and 0.913 times the mean 277.41. With 10 people in the West they would pay
    25340 of a mean of 12821, 1.976 times, so below that there is no plan.
    """
    result = planned(stacks, reduce("60 t/yr") + fair(ratio), population=people)
    assert (taken(result) or None) == plan
    assert (result.status == "INFEASIBLE") is (plan is None)


def test_what_each_district_pays_per_head_is_reported(stacks: BundleMaker) -> None:
    """East 301405.49 / 1000 and West 253405.49 / 2000 CNY a head; their mean is 214.05: 1.408 and 0.592 of it."""
    result = planned(stacks, reduce("81 t/yr") + fair(1.5), population={"East": 1000, "West": 2000})
    east, west = COST_A / 1000, COST_B / 2000
    mean = (east + west) / 2
    assert [row["annual_cny_per_head"] for row in result.per_head] == pytest.approx([east, west])
    assert [row["capital_cny_per_head"] for row in result.per_head] == pytest.approx([1200.0, 600.0])
    assert [row["annual_times_mean"] for row in result.per_head] == pytest.approx([east / mean, west / mean])
    rows = [item for item in result.requirements if item.kind == "fair"]
    assert [(item.row, item.unit, item.met) for item in rows] == [
        ("fair/East", "ratio", True),
        ("fair/West", "ratio", True),
    ]
    assert [item.reached for item in rows] == pytest.approx([east / mean, west / mean])
    assert [item.reachable for item in rows] == [None, None]


def test_capital_is_compared_where_it_is_asked_for(stacks: BundleMaker) -> None:
    """1200 CNY a head each is once the mean, though the annual costs differ."""
    result = planned(stacks, reduce("81 t/yr") + fair(1.0, 'metric = "capital"'))
    assert taken(result) == ["A", "B"]
    assert planned(stacks, reduce("81 t/yr") + fair(1.0)).status == "INFEASIBLE"


def test_nothing_done_is_fair(stacks: BundleMaker) -> None:
    result = planned(stacks, fair(1.0))
    assert (result.status, result.is_success) == ("OPTIMAL", True)


def test_a_plan_that_saves_money_has_no_ratio_and_is_judged_by_its_row(stacks: BundleMaker) -> None:
    """Every scrubber earns 100000 CNY a year: -100 CNY a head each; with both nobody pays more than the mean.

    With one alone, that district is at -100 and the mean at -50: 1.0 x -50 is above the -100 of the one and below the 0
    of the other, who would be treated unfairly; so both are taken.
    """
    free = SCRUB.split("[measure.cost]", maxsplit=1)[0]
    earns = f'{free}[measure.cost]\nprice_year = 2023\nannual = "-100000 CNY/yr"\n'
    result = planned(stacks, reduce("40 t/yr") + fair(1.0), measures=earns)
    assert taken(result) == ["A", "B"]
    assert [item.met for item in result.requirements] == [True, True, True]
    assert [row["annual_times_mean"] for row in result.per_head] == [None, None]


def test_people_may_stand_in_the_inventory(stacks: BundleMaker) -> None:
    """1000 with A in the East; 400 with B and 600 with C in the West make 1000 there."""
    sources = (
        "source_id,name,district,source_class,nox_t_per_year,so2_t_per_year,user_people\n"
        "A,A,East,kiln,100,40,1000\nB,B,West,kiln,50,10,400\nC,C,West,kiln,1,1,600\n"
    )
    result = planned(stacks, reduce("81 t/yr") + fair(1.5), sources=sources, population="user_people")
    assert [row["population"] for row in result.per_head] == [1000.0, 1000.0]


def test_every_report_shows_the_cost_per_head(stacks: BundleMaker, tmp_path: Path) -> None:
    result = planned(stacks, reduce("81 t/yr") + fair(1.5))
    block = blocks.costs(result)[-2]
    assert block.title.zh == "各区县人均费用"
    assert block.rows[0][1:] == pytest.approx([1000.0, COST_A / 1000, 1200.0, COST_A / (COST_A + COST_B) * 2])
    fair_row = result.requirements[-1]
    assert subject(fair_row).zh == "人均年费用与各区县平均之比"
    written = write_answer(result, tmp_path / "out", language="both")
    assert (tmp_path / "out" / "report.html").read_text(encoding="utf-8").count("Cost per head by district") == 1
    assert written


@pytest.mark.parametrize(
    ("text", "changes", "says"),
    [
        (fair(1.5), {"population": {"East": 1000}}, "none for West"),
        (fair(1.5), {"population": "user_nobody"}, "none for East, West"),
        (fair(1.5), {"population": {"East": 0}}, "above zero"),
        (fair(1.5), {"population": {}}, "no population"),
        (fair(0.9), {}, "cannot be"),
        (fair(1.5, 'each = "district"'), {}, "compares districts"),
        (fair(1.5, 'soft = "5 CNY"'), {}, "cannot be missed"),
    ],
)
def test_what_cannot_be_compared_is_refused(
    stacks: BundleMaker, text: str, changes: dict[str, object], says: str
) -> None:
    with pytest.raises(InputError, match=says):
        compiled(stacks(text, **{"population": PEOPLE, **changes}))


@settings(
    max_examples=10,
    deadline=None,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(case=CASES, asked=st.integers(1, 150), tenths=st.integers(10, 20), west=st.sampled_from([500, 1000, 3000]))
def test_the_fair_plan_is_the_cheapest_of_every_fair_plan(
    tmp_path: Path, case: Case, asked: int, tenths: int, west: int
) -> None:
    """C_d / P_d <= k (C_E / P_E + C_W / P_W) / 2 in both districts; 1000 people live in the East."""
    ratio, people = tenths / 10, {"East": 1000, "West": west}
    bundle = case.bundle(tmp_path, reduce(f"{asked} t/yr") + fair(ratio), population=people)
    result = run.plan(bundle, settings=SMALL, has_reach=False)
    costs = []
    for plan in case.plans():
        heads = [cost / count for cost, count in zip(plan.cost, people.values(), strict=True)]
        if sum(plan.removed) >= asked - 1e-9 and max(heads) <= ratio * sum(heads) / 2 + 1e-9:
            costs.append(plan.total)
    if costs:
        assert result.objective.value == pytest.approx(min(costs))
    else:
        assert result.status == "INFEASIBLE"
