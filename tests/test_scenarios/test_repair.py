"""The single change that makes an infeasible scenario feasible, worked out by hand on the two stacks.

Scrubbing A takes 80 t of NOx, B 40 t; capital is 1.2e6 CNY each; a year costs COST_A and COST_B.
"""

import pytest

from optimizer import Settings
from scenarios.answering import run
from scenarios.answering.result import Result
from tests.test_scenarios.conftest import BundleMaker
from tests.test_scenarios.stacks import COST_A, COST_B, POLISH

SETTINGS = Settings(gap=0.0)


def nox(amount: str) -> str:
    return f'[[requirement]]\nid = "nox"\nkind = "reduce"\npollutant = "nox"\namount = "{amount}"\n'


def budget(amount: str) -> str:
    return f'[[requirement]]\nid = "money"\nkind = "budget"\nmetric = "capital"\namount = "{amount}"\n'


def plan(make: BundleMaker, requirements: str) -> Result:
    return run.plan(make(requirements), settings=SETTINGS)


def test_a_target_out_of_reach_is_lowered_to_what_both_scrubbers_reach(stacks: BundleMaker) -> None:
    """130 t are asked, 80 + 40 = 120 t can be had, at COST_A + COST_B."""
    (repair,) = plan(stacks, nox("130 t/yr")).repairs
    assert repair == {
        "change": "lower the value",
        "requirement": "nox",
        "from": 130.0,
        "to": 120.0,
        "unit": "t/yr",
        "cost_annual_cny": pytest.approx(COST_A + COST_B),
        "verified": True,
    }


def test_either_side_of_a_conflict_can_give_way_the_smaller_change_first(stacks: BundleMaker) -> None:
    """100 t need both scrubbers, 2.4e6 CNY, against 1.3e6 allowed.

    80 t (-20 %) fit the budget with A alone; or the budget rises to 2.4e6 (+85 %).
    """
    first, second = plan(stacks, nox("100 t/yr") + budget("1.3e6 CNY")).repairs
    assert (first["requirement"], first["to"]) == ("nox", 80.0)
    assert first["cost_annual_cny"] == pytest.approx(COST_A)
    assert (second["requirement"], second["from"], second["to"]) == ("money", 1.3e6, 2.4e6)
    assert second["change"] == "raise the value"
    assert second["cost_annual_cny"] == pytest.approx(COST_A + COST_B)


@pytest.mark.parametrize("amount", ["130 t/yr", "121.5 t/yr", "1000 t/yr"])
def test_a_repair_applied_alone_makes_the_scenario_feasible(stacks: BundleMaker, amount: str) -> None:
    (repair,) = plan(stacks, nox(amount)).repairs
    assert plan(stacks, nox(f"{repair['to']} t/yr")).status == "OPTIMAL"


def test_two_separate_shortfalls_have_no_single_repair(stacks: BundleMaker) -> None:
    """A gives at most 80 t and B 40 t; 90 and 50 are asked: easing one leaves the other."""
    east = nox("90 t/yr").replace('"nox"\nkind', '"east"\nkind') + 'district = "East"\n'
    west = nox("50 t/yr").replace('"nox"\nkind', '"west"\nkind') + 'district = "West"\n'
    result = plan(stacks, east + west)
    assert result.status == "INFEASIBLE"
    assert result.repairs == []


def test_a_plan_that_stands_needs_no_repair(stacks: BundleMaker) -> None:
    assert plan(stacks, nox("60 t/yr")).repairs == []


def test_where_nothing_can_be_had_nothing_is_asked(stacks: BundleMaker) -> None:
    (repair,) = plan(stacks, nox("60 t/yr").replace('"nox"\namount', '"vocs"\namount')).repairs
    assert (repair["to"], repair["cost_annual_cny"]) == (0.0, 0.0)


def test_a_repair_of_most_reduction_names_no_yearly_cost(stacks: BundleMaker) -> None:
    bundle = stacks(nox("130 t/yr"), mode="most_reduction", weights={"nox": 1.0})
    (repair,) = run.plan(bundle, settings=SETTINGS).repairs
    assert (repair["to"], repair["cost_annual_cny"]) == (120.0, None)


def test_a_value_is_rounded_to_the_side_that_can_be_met(stacks: BundleMaker) -> None:
    """80 % of 100.0000001 t and of 50 t is 120.00000008 t, proposed as 120 t and never more."""
    sources = "source_id,name,district,nox_t_per_year,source_class\nA,A,East,100.0000001,kiln\nB,B,West,50,kiln\n"
    result = run.plan(stacks(nox("130 t/yr"), sources=sources), settings=SETTINGS)
    (repair,) = result.repairs
    assert repair["to"] == 120.0


def test_a_quota_is_lowered_to_a_whole_number(stacks: BundleMaker) -> None:
    quota = '[[requirement]]\nid = "three"\nkind = "quota"\nsense = ">="\namount = 3\nmeasures = ["scrub"]\n'
    (repair,) = plan(stacks, quota).repairs
    assert (repair["requirement"], repair["to"], repair["unit"]) == ("three", 2.0, "count")


def test_a_tolerance_still_eases_the_value_that_is_proposed(stacks: BundleMaker) -> None:
    """150 t less 10 % is 135 t, 120 t can be had: asking 120 / 0.9 = 133.333 t, eased, is 119.9997 t.

    Proposing 120 t itself would ask for no more than 108 t, which is not what was solved again.
    """
    (repair,) = plan(stacks, nox("150 t/yr") + 'tolerance = "10 %"\n').repairs
    assert repair["to"] == 133.333
    again = plan(stacks, nox(f"{repair['to']} t/yr") + 'tolerance = "10 %"\n')
    assert again.status == "OPTIMAL"
    assert again.cost is not None
    assert again.cost.annual_cny == pytest.approx(repair["cost_annual_cny"])


def test_an_exact_number_out_of_reach_is_lowered_in_words_too(stacks: BundleMaker) -> None:
    quota = '[[requirement]]\nid = "three"\nkind = "quota"\nsense = "="\namount = 3\nmeasures = ["scrub"]\n'
    (repair,) = plan(stacks, quota).repairs
    assert (repair["to"], repair["change"]) == (2.0, "lower the value")


def test_over_several_years_the_yearly_cost_of_the_last_one_is_named(stacks: BundleMaker) -> None:
    """130 t are asked of 2026 and 120 t can be had; the objective is a present value, a year costs COST_A + COST_B."""
    bundle = stacks(nox("130 t/yr"), years=[2025, 2026])
    (repair,) = run.plan(bundle, settings=SETTINGS).repairs
    assert repair["cost_annual_cny"] == pytest.approx(COST_A + COST_B)


def test_a_count_of_shares_is_rounded_to_what_can_be_met(stacks: BundleMaker) -> None:
    """Polishing one costs 400000 CNY and may be done in part: 680000 CNY buy 1.7 of 2, so 1 is proposed and not 2."""
    quota = '[[requirement]]\nid = "two"\nkind = "quota"\nsense = ">="\namount = 2\nmeasures = ["polish"]\n'
    bundle = stacks(quota + budget("680000 CNY"), measures=POLISH, years=[2026])
    found = run.plan(bundle, settings=SETTINGS).repairs
    assert {repair["requirement"]: repair["to"] for repair in found} == {"two": 1.0, "money": 800000.0}
