"""The smallest scenario from end to end: what is planned, and what is said when there is no plan."""

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pandas as pd
import pytest

from model.portfolio import Portfolio
from model.portfolio import evaluate as price
from model.problems import InputError
from optimizer import Settings
from scenarios.answering import run
from scenarios.answering.answer import LedgerError
from scenarios.answering.result import Ledger, Result, to_json
from scenarios.reading.bundle import Bundle
from tests.test_scenarios.conftest import BundleMaker
from tests.test_scenarios.stacks import ANNUITY, COST_A, COST_B, NOX_TOTAL, POLISH, SCRUB, SOURCES

PROVEN = Settings(gap=0.0)
NOX = "nox"


def reduce(amount: str, *lines: str, name: str = "nox-total") -> str:
    head = ["[[requirement]]", f'id = "{name}"', 'kind = "reduce"', 'pollutant = "nox"', f'amount = "{amount}"']
    return "\n".join([*head, *lines, ""])


def budget(amount: str, metric: str = "capital") -> str:
    return f'[[requirement]]\nid = "money"\nkind = "budget"\nmetric = "{metric}"\namount = "{amount}"\n'


def planned(make: BundleMaker, text: str = NOX_TOTAL, *, settings: Settings = PROVEN, **changes: object) -> Result:
    return run.plan(make(text, **changes), settings=settings)


def done(result: Result) -> list[tuple[str, list[str], int, float]]:
    return [(task["source_id"], task["measures"], task["start_year"], task["share"]) for task in result.tasks]


# The contract's example ------------------------------------------------------------------------------------------


def test_sixty_tonnes_are_had_for_least_money_from_the_larger_stack(stacks: BundleMaker) -> None:
    """A takes 80 t, B only 40 t, so A: 1.2e6 * 0.129504574965 + 50000 + 1200 * 80 = 301405.489959 CNY a year.

    B alone would cost 253405.49 CNY and fall 20 t short; both together 554810.98.
    """
    result = planned(stacks)
    assert result.status == "OPTIMAL"
    assert done(result) == [("A", ["scrub"], 2025, 1.0)]
    assert result.objective.value == pytest.approx(301_405.489958548, rel=1e-12)
    assert (result.objective.unit, result.objective.what) == ("CNY/yr", "annual cost of the last plan year")
    assert result.bound == pytest.approx(result.objective.value)
    assert result.gap == pytest.approx(0, abs=1e-9)
    assert result.is_success


def test_the_requirement_is_reported_with_what_could_be_had(stacks: BundleMaker) -> None:
    """The relaxation takes three quarters of A at 301405.49 / 80 = 3767.57 CNY for a tonne (B's cost 6335.14)."""
    (requirement,) = planned(stacks).requirements
    assert (requirement.asked, requirement.met) == (60, True)
    assert [requirement.reached, requirement.slack] == pytest.approx([80, 20])
    assert [requirement.reachable, requirement.reachable_alone] == pytest.approx([120, 120])
    assert requirement.marginal_cost == pytest.approx(COST_A / 80)


def test_emissions_cost_and_ledger_stand_beside_it(stacks: BundleMaker) -> None:
    result = planned(stacks)
    nox = [row for row in result.emissions if row["pollutant"] == NOX]
    assert [(row["district"], row["base_t_per_year"], row["with_plan_t_per_year"]) for row in nox] == [
        ("East", 100, pytest.approx(20)),
        ("West", 50, 50),
    ]
    assert result.cost is not None
    assert [result.cost.annual_cny, result.cost.capital_cny] == pytest.approx([COST_A, 1.2e6])
    assert isinstance(result.ledger, Ledger)
    assert result.ledger.agrees


def test_the_same_input_gives_the_same_answer_but_for_seconds_and_date(stacks: BundleMaker) -> None:
    def text(result: Result) -> str:
        found: dict[str, Any] = json.loads(to_json(result))
        assert set(found["provenance"]) >= {"inputs", "versions", "engine", "seed", "gap_asked", "seconds", "date"}
        return json.dumps({**found, "provenance": {**found["provenance"], "seconds": None, "date": None}})

    assert text(planned(stacks)) == text(planned(stacks))


def test_shares_of_divisible_measures_are_mixed(stacks: BundleMaker) -> None:
    """A polished takes 50 t, B 25 t, each for 400000 * 0.129504574965 + 10000 = 61801.83 CNY: A's tonnes are cheaper.

    60 t: all of A and 10 / 25 of B: 1.4 * 61801.83 = 86522.56 CNY. Whole, both would be needed: 123603.66 CNY.
    """
    result = planned(stacks, measures=POLISH)
    assert done(result) == [("A", ["polish"], 2025, 1.0), ("B", ["polish"], 2025, pytest.approx(0.4))]
    assert result.objective.value == pytest.approx(1.4 * (ANNUITY / 3 + 10_000))


def test_several_years_are_planned_at_their_present_value(stacks: BundleMaker) -> None:
    """Sixty tonnes by 2026: A starts in 2026 and costs C / 1.05 = 287052.85 CNY seen from 2025."""
    result = planned(stacks, years=[2025, 2026])
    assert done(result) == [("A", ["scrub"], 2026, 1.0)]
    assert result.objective.value == pytest.approx(287_052.8475796)
    assert (result.objective.unit, result.objective.what) == ("CNY", "present value over the plan years")


# No plan, and why ------------------------------------------------------------------------------------------------


def test_what_is_out_of_reach_is_infeasible_and_says_how_far_one_could_go(stacks: BundleMaker) -> None:
    """80 + 40 = 120 t are all that can be had; 130 t are asked."""
    result = planned(stacks, reduce("130 t/yr"))
    (requirement,) = result.requirements
    assert result.status == "INFEASIBLE"
    asks = "NOx reduction is asked to be at least 130.00 t/yr"
    assert result.says["en"] == f"Infeasible: {asks}; all other requirements aside, the best is 120.00 t/yr."
    assert (requirement.reached, requirement.met) == (None, None)
    assert requirement.reachable_alone == pytest.approx(120)
    assert not result.is_success


def test_nothing_is_read_from_a_run_without_an_answer(stacks: BundleMaker) -> None:
    """PuLP leaves an infeasible objective at 0.0: it would look like a plan that costs nothing."""
    result = planned(stacks, reduce("130 t/yr"))
    assert (result.objective.value, result.bound, result.gap) == (None, None, None)
    assert (result.cost, result.ledger, list(result.tasks), list(result.emissions)) == (None, None, [], [])
    assert not result.is_answered


def test_requirements_that_exclude_each_other_are_not_blamed_alone(stacks: BundleMaker) -> None:
    """60 t take 1.2e6 CNY of capital; with 1e6 CNY none of it can be had, and within 60 t it cannot be less."""
    result = planned(stacks, NOX_TOTAL + budget("100 万元"))
    assert result.status == "INFEASIBLE"
    assert result.says["en"] == "Each requirement can be met alone, but not all of them together."
    nox, money = result.requirements
    assert [nox.reachable_alone, nox.reachable] == pytest.approx([120, 0])
    assert [money.reachable_alone, money.reachable] == pytest.approx([0, 1.2e6])


def test_a_requirement_that_a_mandate_stands_against_is_not_out_of_reach(stacks: BundleMaker) -> None:
    """The mandate's measure takes 10 % in the scrubber's slot; without the mandate 60 t could be had."""
    weak = SCRUB.replace('id = "scrub"', 'id = "weak"').replace("nox = 0.8", "nox = 0.1")
    mandate = '[[requirement]]\nid = "all"\nkind = "mandate"\nmeasures = ["weak"]\n'
    result = planned(stacks, mandate + NOX_TOTAL, measures=SCRUB + weak)
    assert result.status == "INFEASIBLE"
    assert result.says["en"].startswith("Each requirement can be met alone")
    assert [row.reachable_alone for row in result.requirements] == pytest.approx([2, 120])


def test_a_pending_value_is_reached_for_and_not_met(stacks: BundleMaker) -> None:
    """Planned as if it were not there, the COD requirement still shows what could be had: nothing here emits COD."""
    pending = reduce("pending", name="from-above").replace('"nox"', '"cod"')
    result = planned(stacks, NOX_TOTAL + pending)
    waiting = result.requirements[1]
    assert result.status == "OPTIMAL"
    assert result.objective.value == pytest.approx(COST_A)
    assert (waiting.asked, waiting.met, waiting.slack) == (None, None, None)
    assert waiting.reachable == pytest.approx(0)
    assert result.says["en"].endswith("not counted as met: COD reduction.")
    assert any("waits for its value" in note["en"] for note in result.notes)
    assert not result.is_success


def test_without_a_measure_that_applies_nothing_can_be_planned(stacks: BundleMaker) -> None:
    nobody = SCRUB.replace("min = 10", "min = 1000")
    asked = planned(stacks, measures=nobody)
    assert asked.status == "INFEASIBLE"
    assert asked.says["en"].startswith("No measure applies to any source of the inventory.")
    unasked = planned(stacks, "", measures=nobody)
    assert (unasked.status, unasked.objective.value, list(unasked.tasks)) == ("OPTIMAL", 0, [])
    assert unasked.notes[-1]["en"] == "No measure applies to any source of the inventory."


@pytest.mark.parametrize("limit", [Settings(gap=0.0, time_limit_s=1e-9)])
def test_a_run_that_is_cut_short_has_no_answer(stacks: BundleMaker, limit: Settings) -> None:
    result = planned(stacks, settings=limit)
    assert result.status == "NO_ANSWER"
    assert result.says["en"] == "No plan was found within the given limits of time or nodes."
    assert (result.objective.value, result.cost, result.is_success) == (None, None, False)


def test_a_run_without_nodes_says_no_more_than_it_knows(stacks: BundleMaker) -> None:
    """Forty stacks of which exactly twenty are scrubbed, within a narrow cap on SO2: no plan falls out by itself."""
    rows = [f"S{n:02d},s,East,kiln,{20 + (n * 37) % 281},{1 + (n * 53) % 89}" for n in range(40)]
    sources = "\n".join(["source_id,name,district,source_class,nox_t_per_year,so2_t_per_year", *rows, ""])
    text = (
        reduce("41.3 %") + '[[requirement]]\nid = "n"\nkind = "quota"\nsense = "="\namount = 20\nmeasures = ["scrub"]\n'
    )
    text += '[[requirement]]\nid = "so2"\nkind = "reduce"\npollutant = "so2"\namount = "6.8 %"\n'
    cut = planned(stacks, text, sources=sources, settings=Settings(gap=0.0, node_limit=0))
    assert cut.status in {"NO_ANSWER", "FEASIBLE"}
    assert not cut.is_success


# Other aims ------------------------------------------------------------------------------------------------------


def test_the_most_reduction_within_a_budget(stacks: BundleMaker) -> None:
    """1.2e6 CNY buy one scrubber: 80 t at A, not 40 t at B; 2.4e6 CNY buy both."""
    one = planned(stacks, budget("120 万元"), mode="most_reduction", weights={"nox": 1.0})
    both = planned(stacks, budget("240 万元"), mode="most_reduction", weights={"nox": 1.0})
    assert done(one) == [("A", ["scrub"], 2025, 1.0)]
    assert [one.objective.value, both.objective.value] == pytest.approx([80, 120])
    assert (one.objective.unit, one.objective.what) == ("weighted t/yr", "weighted reduction in the last plan year")
    assert one.bound == pytest.approx(80)
    assert one.says["en"].startswith("The plan of most reduction")


def test_of_plans_that_reduce_as_much_the_cheapest_is_taken(stacks: BundleMaker) -> None:
    """A dearer measure that takes as much stands first in the catalogue."""
    dear = SCRUB.replace('id = "scrub"', 'id = "dear"').replace("50000", "90000")
    result = planned(stacks, "", measures=dear + SCRUB, mode="most_reduction", weights={"nox": 1.0})
    assert [task["measures"] for task in result.tasks] == [["scrub"], ["scrub"]]


def test_least_cost_and_most_reduction_mirror_each_other(stacks: BundleMaker) -> None:
    """For the money that 60 t cost at least, no less than 60 t can be had; and for those tonnes no less money do."""
    least = planned(stacks).objective.value
    assert least is not None
    most = planned(
        stacks, budget(f"{least:.6f} CNY", "annual"), mode="most_reduction", weights={"nox": 1.0}
    ).objective.value
    assert most is not None
    assert most >= 60
    back = planned(stacks, reduce(f"{most:.6f} t/yr")).objective.value
    assert back == pytest.approx(least)


@pytest.mark.parametrize("tighter", [41, 79, 80.5, 100, 120])
def test_a_tighter_target_never_costs_less(stacks: BundleMaker, tighter: float) -> None:
    loose = planned(stacks, reduce("40 t/yr")).objective.value
    tight = planned(stacks, reduce(f"{tighter} t/yr")).objective.value
    assert loose == pytest.approx(COST_B)
    assert tight is not None
    assert tight >= COST_B * (1 - 1e-12)


# Given choices and reach -----------------------------------------------------------------------------------------


def given(*rows: tuple[str, tuple[str, ...], int, float]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["source_id", "measures", "start_year", "share"])


def test_a_scenario_that_only_prices_is_not_planned(stacks: BundleMaker) -> None:
    with pytest.raises(InputError, match=r"plans nothing.*jianpai evaluate"):
        run.plan(stacks(mode="evaluate"), settings=PROVEN)


def evaluated(bundle: Bundle, *rows: tuple[str, tuple[str, ...], int, float]) -> Result:
    return run.evaluate(bundle, given(*rows), settings=PROVEN, file="choices.csv")


def test_given_choices_are_priced_and_not_improved(stacks: BundleMaker) -> None:
    """Both scrubbed although A would do: 301405.49 + 253405.49 CNY."""
    result = evaluated(stacks(), ("A", ("scrub",), 2025, 1.0), ("B", ("scrub",), 2025, 1.0))
    assert (result.status, result.mode, result.gap, result.bound) == ("FEASIBLE", "evaluate", None, None)
    assert result.objective.value == pytest.approx(COST_A + COST_B)
    assert result.requirements[0].reached == pytest.approx(120)
    assert result.is_success


def test_given_choices_say_what_they_miss(stacks: BundleMaker) -> None:
    result = evaluated(stacks(), ("B", ("scrub",), 2025, 1.0))
    assert result.says["en"] == "The given choices are priced; not met: nox-total."
    assert [result.requirements[0].met, result.is_success] == [False, False]
    assert result.objective.value == pytest.approx(COST_B)


def test_a_source_that_is_decided_in_part_keeps_a_mandate_in_part(stacks: BundleMaker) -> None:
    """0.4 of A is polished and the rest stays; all of B can be: 1.4 of 2, so that 1 is what can be asked."""
    fix = '[[requirement]]\nid = "a"\nkind = "fix"\nsource_id = "A"\nmeasures = ["polish"]\nstart_year = 2025\n'
    mandate = '[[requirement]]\nid = "all"\nkind = "mandate"\nmeasures = ["polish", "scrub"]\n'
    bundle = stacks(f"{fix}share = 0.4\n{mandate}", measures=SCRUB + POLISH)
    result = run.plan(bundle, settings=PROVEN)
    (row,) = result.requirements
    assert result.status == "INFEASIBLE"
    assert row.reachable_alone == pytest.approx(1.4)
    assert "the best is 1.4 sources" in result.says["en"]
    assert [repair["to"] for repair in result.repairs] == [1.0]


def test_given_choices_that_leave_out_a_decided_project_say_so(stacks: BundleMaker) -> None:
    """B is decided; scrubbing A alone meets the 60 t and leaves B out. With B scrubbed nothing is missing."""
    fix = '[[requirement]]\nid = "b"\nkind = "fix"\nsource_id = "B"\nmeasures = ["scrub"]\nstart_year = 2025\n'
    a, b = ("A", ("scrub",), 2025, 1.0), ("B", ("scrub",), 2025, 1.0)
    result = evaluated(stacks(NOX_TOTAL + fix), a)
    missing = result.requirements[-1]
    assert (missing.id, missing.kind, missing.asked, missing.reached, missing.met) == ("b", "fix", 1.0, 0.0, False)
    assert not result.is_success
    assert "not met: b" in result.says["en"]
    kept = evaluated(stacks(NOX_TOTAL + fix), a, b)
    assert kept.is_success
    assert {task["source_id"]: task["is_decided"] for task in kept.tasks} == {"A": False, "B": True}


def test_a_task_at_a_decided_source_is_decided_only_when_it_is_that_one(stacks: BundleMaker) -> None:
    """Polishing A is decided; it is scrubbed instead."""
    fix = '[[requirement]]\nid = "a"\nkind = "fix"\nsource_id = "A"\nmeasures = ["polish"]\nstart_year = 2025\n'
    (task,) = evaluated(stacks(fix, measures=SCRUB + POLISH), ("A", ("scrub",), 2025, 1.0)).tasks
    assert task["is_decided"] is False


def test_given_choices_that_are_not_on_offer_are_refused(stacks: BundleMaker) -> None:
    with pytest.raises(InputError) as raised:
        evaluated(stacks(), ("A", ("scrub",), 2030, 1.0), ("C", (), 2025, 1.0))
    assert [problem.row for problem in raised.value.problems] == [2, 3]


def test_reach_states_how_far_one_could_go_and_plans_nothing(stacks: BundleMaker) -> None:
    result = run.reach(stacks(NOX_TOTAL + budget("120 万元")), settings=PROVEN)
    assert (result.status, result.cost, list(result.tasks)) == ("REACH", None, [])
    nox, money = result.requirements
    assert [nox.reachable, nox.reachable_alone] == pytest.approx([80, 120])
    assert [money.reachable, money.reachable_alone] == pytest.approx([1.2e6, 0])


def test_a_plan_whose_ledgers_differ_is_not_returned(stacks: BundleMaker, monkeypatch: pytest.MonkeyPatch) -> None:
    """One yuan too many in the second ledger."""

    def off(choices: pd.DataFrame, *world: object, pollutants: Sequence[str], flows: Sequence[str]) -> Portfolio:
        portfolio = price(choices, *world, pollutants=pollutants, flows=flows)  # type: ignore[arg-type]
        return replace(portfolio, cost=replace(portfolio.cost, annual_cny=portfolio.cost.annual_cny + 1))

    monkeypatch.setattr("scenarios.answering.run.price", off)
    with pytest.raises(LedgerError):
        planned(stacks, sources=SOURCES)
