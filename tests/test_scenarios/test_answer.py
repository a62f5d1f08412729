"""From a solved scenario to what is reported: requirements, tasks, money, and whether the two ledgers agree."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pytest

from model.portfolio import Portfolio, evaluate
from model.sector import FloatArray
from scenarios.answering.answer import (
    LedgerError,
    RowFacts,
    check_ledgers,
    cost_summary,
    requirement_results,
)
from scenarios.answering.co_effects import priced_pollutants, reported_pollutants
from scenarios.answering.result import Ledger, RequirementResult
from scenarios.answering.tasks import task_rows
from scenarios.compiling.choices import choices_of, level_of
from scenarios.compiling.compile import Compiled
from scenarios.reading.bundle import Bundle
from tests.test_scenarios.by_hand import compiled, solved
from tests.test_scenarios.conftest import BundleMaker
from tests.test_scenarios.stacks import ANNUITY, COST_A, COST_B, NOX_TOTAL, POLISH, SCRUB

type Choice = tuple[str, tuple[str, ...], int, float]
type Perturb = Callable[[Portfolio], Portfolio]

GROWS = [{"rate": "10 %"}]
OUTPUT = 'output = { East = "1e9 CNY/yr", West = "1e9 CNY/yr" }'
A_SCRUBBED: Choice = ("A", ("scrub",), 2025, 1.0)


def requirement(kind: str, *lines: str) -> str:
    return "\n".join(["[[requirement]]", 'id = "one"', f'kind = "{kind}"', *lines, ""])


def reduce(amount: str, *lines: str) -> str:
    return requirement("reduce", 'pollutant = "nox"', f'amount = "{amount}"', *lines)


@dataclass(frozen=True)
class Answer:
    """A bundle with given choices, compiled and priced."""

    bundle: Bundle
    compiled: Compiled
    level: FloatArray
    choices: pd.DataFrame
    portfolio: Portfolio

    @property
    def tasks(self) -> list[Mapping[str, Any]]:
        return list(task_rows(self.bundle, self.compiled, self.portfolio, self.choices))


def answer(bundle: Bundle, *given: Choice) -> Answer:
    found = compiled(bundle, is_open=True)
    table = pd.DataFrame(given, columns=["source_id", "measures", "start_year", "share"])
    level = level_of(table, bundle.inventory, found.options, file="choices.csv")
    choices = choices_of(found, solved(level))
    portfolio = evaluate(
        choices,
        bundle.inventory,
        bundle.catalogue,
        bundle.economics,
        bundle.timeline,
        bundle.growth,
        pollutants=priced_pollutants(found),
    )
    return Answer(bundle, found, level, choices, portfolio)


# Requirements ----------------------------------------------------------------------------------------------------


def reported(
    make: BundleMaker,
    text: str,
    *,
    reached: float = np.nan,
    together: float = np.nan,
    alone: float = np.nan,
    price: float = np.nan,
    **changes: object,
) -> RequirementResult:
    found = compiled(make(text, **changes))
    reached_, together_, alone_, price_ = (np.array([value]) for value in (reached, together, alone, price))
    facts = RowFacts(reached_, together_, alone_, price_)
    (result,) = requirement_results(found, facts, is_answered=not np.isnan(reached))
    return result


def test_a_requirement_is_reported_asked_against_reached(stacks: BundleMaker) -> None:
    """60 t asked, 80 t reached: 20 t more than asked; 120 t could be had."""
    result = reported(stacks, reduce("60 t/yr"), reached=80, together=110, alone=120, price=3767.5)
    assert (result.id, result.row, result.kind, result.pollutant, result.metric) == (
        "one",
        "one",
        "reduce",
        "nox",
        "reduction",
    )
    assert (result.asked, result.asked_text, result.sense, result.unit) == (60, "60 t/yr", ">=", "t/yr")
    assert (result.reached, result.reachable, result.reachable_alone) == (80, 110, 120)
    assert (result.met, result.slack, result.marginal_cost) == (True, 20, 3767.5)
    assert (result.year, result.basis, result.scope) == (2025, "inventory", {})


def test_where_it_comes_from_is_reported(stacks: BundleMaker) -> None:
    cite = 'cites = { document = "Plan", clause = "4.5", summary = { zh = "摘要", en = "Summary" } }'
    result = reported(stacks, reduce("60 t/yr", cite, "assumed = true", 'note = "A note."'))
    assert result.cites == [
        {"document": {"zh": "Plan", "en": "Plan"}, "clause": "4.5", "summary": {"zh": "摘要", "en": "Summary"}}
    ]
    assert (result.is_assumed, result.note) == (True, {"zh": "A note.", "en": "A note."})


def test_an_intensity_is_reported_as_a_fall_in_per_cent(stacks: BundleMaker) -> None:
    """Of 150 t remain 120 t: a fall of 20 %, 10 more than asked; at best 30 t remain, a fall of 80 %.

    A tonne less allowed costs 100 CNY; a per cent more asked is 1.5 t less allowed: 150 CNY.
    """
    text = requirement("intensity", 'pollutant = "nox"', 'amount = "10 %"', OUTPUT)
    result = reported(stacks, text, reached=120, together=30, alone=30, price=-100)
    assert (result.unit, result.sense, result.met) == ("%", ">=", True)
    assert [result.asked, result.reached, result.slack] == pytest.approx([10, 20, 10])
    assert [result.reachable, result.reachable_alone, result.marginal_cost] == pytest.approx([80, 80, 150])


def test_at_most_has_its_slack_below(stacks: BundleMaker) -> None:
    result = reported(stacks, requirement("cap", 'pollutant = "nox"', 'amount = "80 t/yr"'), reached=70)
    assert (result.slack, result.met) == (10, True)


@pytest.mark.parametrize(("reached", "met", "slack"), [(2, True, 0), (1, False, -1), (3, False, -1)])
def test_exactly_is_missed_on_either_side(stacks: BundleMaker, reached: float, slack: float, *, met: bool) -> None:
    text = requirement("quota", 'sense = "="', "amount = 2", 'measures = ["scrub"]')
    result = reported(stacks, text, reached=reached)
    assert (result.met, result.slack) == (met, slack)


@pytest.mark.parametrize(("reached", "met"), [(60 - 1e-6, True), (60 - 1e-4, False)])
def test_only_rounding_is_forgiven(stacks: BundleMaker, reached: float, *, met: bool) -> None:
    """1e-7 of 60 t are 6 g: a gram short is met, a hundred grams short are not."""
    assert reported(stacks, reduce("60 t/yr"), reached=reached).met is met


def test_a_tolerance_decides_what_is_met_and_the_slack_shows_what_was_asked(stacks: BundleMaker) -> None:
    """5 % of 60 t: 58 t do and are 2 t short; a tonne more asked binds 0.95 t more: 0.95 * 1000 CNY."""
    result = reported(stacks, reduce("60 t/yr", "tolerance = 0.05"), reached=58, price=1000)
    assert (result.met, result.tolerance) == (True, 0.05)
    assert [result.asked, result.slack, result.marginal_cost] == pytest.approx([60, -2, 950])


def test_the_price_of_a_limit_on_the_most_reduction_is_what_the_reduction_gains(stacks: BundleMaker) -> None:
    """The optimiser lowers minus the reduction: -0.01 there is 0.01 t more for each CNY of budget."""
    text = requirement("budget", 'metric = "capital"', 'amount = "120 万元"')
    result = reported(stacks, text, reached=1.2e6, price=-0.01, mode="most_reduction", weights={"nox": 1.0})
    assert result.marginal_cost == pytest.approx(0.01)


def test_what_is_pending_is_reached_but_never_met(stacks: BundleMaker) -> None:
    result = reported(stacks, reduce("pending"), reached=80, together=120, alone=120)
    assert (result.asked, result.met, result.slack) == (None, None, None)
    assert (result.reached, result.reachable) == (80, 120)


def test_without_an_answer_only_reach_is_known(stacks: BundleMaker) -> None:
    result = reported(stacks, reduce("130 t/yr"), alone=120)
    assert (result.reached, result.met, result.slack, result.marginal_cost) == (None, None, None, None)
    assert (result.reachable, result.reachable_alone) == (None, 120)


# Tasks -----------------------------------------------------------------------------------------------------------


def test_a_task_says_what_it_costs_and_does(stacks: BundleMaker) -> None:
    """A: 301405.49 CNY a year, 155405.49 of it annuity; 80 t NOx at 3767.57 CNY/t."""
    (task,) = answer(stacks(), A_SCRUBBED).tasks
    assert [task[name] for name in ("task_id", "source_id", "source_name", "district", "sector")] == [
        "T00001",
        "A",
        "Stack A",
        "East",
        "point_sources",
    ]
    assert (task["measures"], task["measure_names"]) == (["scrub"], {"zh": "治理", "en": "Scrubber"})
    assert (task["start_year"], task["due"], task["share"]) == (2025, "2025-12-31", 1.0)
    assert task["capital_cny"] == pytest.approx(1.2e6)
    assert task["annual_cost_cny"] == pytest.approx(COST_A)
    assert task["operating_cost_cny"] == pytest.approx(COST_A - ANNUITY)
    assert task["reduction_t_per_year"] == pytest.approx({"nox": 80, "vocs": 0, "tp": 0})
    assert task["cost_per_t"] == {"nox": pytest.approx(COST_A / 80)}
    assert task["is_decided"] is False


def test_growth_and_months_tell_engineering_and_accountable_reduction_apart(stacks: BundleMaker) -> None:
    """Growth 10 %, ready in July: a full year takes 110 - 22 = 88 t; credited are 6/12 of 100 - 22 = 39 t."""
    bundle = stacks(growth=GROWS, credit="months", decision_date=date(2025, 1, 1))
    (task,) = answer(bundle, A_SCRUBBED).tasks
    assert task["reduction_t_per_year"]["nox"] == pytest.approx(88)
    assert task["accountable_t_per_year"]["nox"] == pytest.approx(39)


def test_a_share_counts_for_its_part(stacks: BundleMaker) -> None:
    """Two fifths of A polished: 0.4 * 50 t NOx less, 0.4 * 8 t SO2 more, 0.4 * 400000 CNY."""
    so2 = requirement("cap", 'pollutant = "so2"', 'amount = "60 t/yr"')
    (task,) = answer(stacks(so2, measures=POLISH), ("A", ("polish",), 2025, 0.4)).tasks
    assert task["share"] == 0.4
    assert task["capital_cny"] == pytest.approx(160_000)
    assert task["reduction_t_per_year"] == pytest.approx({"nox": 20, "vocs": 0, "tp": 0, "so2": -3.2})
    assert task["accountable_t_per_year"] == pytest.approx({"nox": 20, "vocs": 0, "tp": 0, "so2": -3.2})
    assert list(task["cost_per_t"]) == ["nox"]


def test_measures_of_a_package_stand_together(stacks: BundleMaker) -> None:
    """80 % and then 50 % of A: 100 - 20 * 0.5 = 90 t."""
    refs = POLISH.replace("divisible", 'refs = ["X1", "X2"]\ndivisible')
    measures = SCRUB.replace("removes", 'refs = ["X1"]\nremoves') + refs
    (task,) = answer(stacks(measures=measures), ("A", ("polish", "scrub"), 2025, 1.0)).tasks
    assert task["measures"] == ["scrub", "polish"]
    assert task["measure_names"] == {"zh": "治理；深度治理", "en": "Scrubber; Polishing"}
    assert task["references"] == ["X1", "X2"]
    assert task["accountable_t_per_year"]["nox"] == pytest.approx(90)


def test_tasks_stand_by_district_and_then_by_source(stacks: BundleMaker) -> None:
    sources = "source_id,name,district,source_class,nox_t_per_year\n"
    sources += "A,a,West,kiln,20\nB,b,East,kiln,20\nC,c,East,kiln,20\n"
    given: list[Choice] = [(name, ("scrub",), 2025, 1.0) for name in "CAB"]
    tasks = answer(stacks(sources=sources), *given).tasks
    assert [(task["task_id"], task["source_id"]) for task in tasks] == [
        ("T00001", "B"),
        ("T00002", "C"),
        ("T00003", "A"),
    ]


def test_districts_of_tasks_stand_in_the_order_of_the_scenario(stacks: BundleMaker) -> None:
    """By name East comes first; the scenario lists West first."""
    given: list[Choice] = [(name, ("scrub",), 2025, 1.0) for name in "AB"]
    tasks = answer(stacks(districts=["West", "East"]), *given).tasks
    assert [task["source_id"] for task in tasks] == ["B", "A"]


def test_units_of_the_scenario_stand_in_for_those_a_source_lacks(stacks: BundleMaker) -> None:
    sources = "source_id,name,district,lead_unit,source_class,nox_t_per_year\n"
    sources += "A,a,East,Own bureau,kiln,100\nB,b,West,,kiln,50\n"
    bundle = stacks(sources=sources, units={"lead": "County", "support": "City"})
    tasks = answer(bundle, A_SCRUBBED, ("B", ("scrub",), 2025, 1.0)).tasks
    assert [(task["lead_unit"], task["support_units"]) for task in tasks] == [
        ("Own bureau", "City"),
        ("County", "City"),
    ]


def test_decided_projects_are_marked(stacks: BundleMaker) -> None:
    fix = requirement("fix", 'source_id = "B"', 'measures = ["scrub"]', "start_year = 2025")
    tasks = answer(stacks(fix), A_SCRUBBED, ("B", ("scrub",), 2025, 1.0)).tasks
    assert [(task["source_id"], task["is_decided"]) for task in tasks] == [("A", False), ("B", True)]


# Money and the two ledgers ---------------------------------------------------------------------------------------


def test_cost_is_summed_up_in_plain_rows(stacks: BundleMaker) -> None:
    found = answer(stacks(years=[2025, 2026]), A_SCRUBBED, ("B", ("scrub",), 2026, 1.0))
    cost = cost_summary(found.portfolio)
    assert cost.annual_cny == pytest.approx(COST_A + COST_B)
    assert cost.capital_cny == pytest.approx(2.4e6)
    assert cost.present_value_cny == pytest.approx(COST_A * (1 + 1 / 1.05) + COST_B / 1.05)
    assert [row["year"] for row in cost.by_year] == [2025, 2026]
    assert [row["district"] for row in cost.by_district] == ["East", "West"]
    assert [row["capital_cny"] for row in cost.by_payer] == [pytest.approx(2.4e6)]


def checked(found: Answer, portfolio: Portfolio) -> Ledger:
    objective = float(found.compiled.problem.cost @ found.level)
    return check_ledgers(found.compiled, found.level, portfolio, objective=objective)


def test_the_ledgers_agree_on_anything_that_is_on_offer(stacks: BundleMaker) -> None:
    """Growth, months, two years, shares and side emissions, through both ledgers."""
    bundle = stacks(
        requirement("cap", 'pollutant = "so2"', 'amount = "60 t/yr"'),
        measures=SCRUB + POLISH,
        years=[2025, 2026],
        growth=GROWS,
        credit="months",
    )
    found = answer(bundle, ("A", ("scrub", "polish"), 2025, 1.0), ("B", ("polish",), 2025, 0.3))
    ledger = checked(found, found.portfolio)
    assert ledger.agrees
    assert ledger.max_relative_difference < 1e-12


def test_doing_nothing_agrees(stacks: BundleMaker) -> None:
    found = answer(stacks())
    assert checked(found, found.portfolio).max_relative_difference == 0
    assert found.tasks == []


def with_cost(name: str, factor: float) -> Perturb:
    def perturb(portfolio: Portfolio) -> Portfolio:
        value = getattr(portfolio.cost, name) * factor
        return replace(portfolio, cost=replace(portfolio.cost, **{name: value}))

    return perturb


def with_column(table: str, column: str, factor: float) -> Perturb:
    def perturb(portfolio: Portfolio) -> Portfolio:
        frame: pd.DataFrame = getattr(portfolio, table)
        changed: dict[str, Any] = {table: frame.assign(**{column: frame[column] * factor})}
        return replace(portfolio, **changed)

    return perturb


def with_share(name: str, factor: float) -> Perturb:
    def perturb(portfolio: Portfolio) -> Portfolio:
        shares: pd.DataFrame = getattr(portfolio.cost, name)
        changed: dict[str, Any] = {name: shares.assign(annual_cny=shares["annual_cny"] * factor)}
        return replace(portfolio, cost=replace(portfolio.cost, **changed))

    return perturb


OFF = 1 + 2e-6
NAN = float("nan")


@pytest.mark.parametrize(
    "perturb",
    [
        with_cost("annual_cny", OFF),
        with_cost("capital_cny", OFF),
        with_cost("present_value_cny", OFF),
        with_share("by_year", OFF),
        with_share("by_district", OFF),
        with_share("by_sector", OFF),
        with_share("by_payer", OFF),
        with_column("tasks", "nox_reduction_t_per_year", OFF),
        with_column("emissions", "with_plan_t_per_year", 1 + 1e-5),
        with_cost("annual_cny", NAN),
        with_cost("present_value_cny", NAN),
        with_column("tasks", "nox_reduction_t_per_year", NAN),
        with_column("emissions", "with_plan_t_per_year", NAN),
    ],
)
def test_a_number_that_is_off_by_more_than_a_millionth_is_refused(stacks: BundleMaker, perturb: Perturb) -> None:
    """A plan that is not a number is refused as well: NaN is neither above nor below the tolerance."""
    found = answer(stacks(), A_SCRUBBED)
    with pytest.raises(LedgerError, match="no result is given"):
        checked(found, perturb(found.portfolio))


def test_an_objective_that_the_choice_is_not_worth_is_refused(stacks: BundleMaker) -> None:
    """Money and tonnes of the plan agree; only what the optimiser says it costs does not."""
    found = answer(stacks(), A_SCRUBBED)
    with pytest.raises(LedgerError, match="no result is given"):
        check_ledgers(found.compiled, found.level, found.portfolio, objective=COST_A * OFF)


def test_tonnes_of_an_earlier_year_are_checked_too(stacks: BundleMaker) -> None:
    """Only the year 2025 of two is off: the last year's tonnes agree."""
    found = answer(stacks(years=[2025, 2026]), A_SCRUBBED)
    table = found.portfolio.emissions
    off = np.where(table["year"] == 2025, 1.1, 1.0)
    wrong = replace(found.portfolio, emissions=table.assign(with_plan_t_per_year=table["with_plan_t_per_year"] * off))
    with pytest.raises(LedgerError):
        checked(found, wrong)


def test_half_a_millionth_is_rounding(stacks: BundleMaker) -> None:
    found = answer(stacks(), A_SCRUBBED)
    off = with_cost("annual_cny", 1 + 5e-7)(found.portfolio)
    assert checked(found, off).max_relative_difference == pytest.approx(5e-7, rel=1e-3)


def test_a_small_task_among_large_emissions_is_checked_by_itself(stacks: BundleMaker) -> None:
    """A takes 8 t of 10 t beside 1e7 t that nothing is done about: a tenth of it is 8e-8 of all, and still refused."""
    sources = "source_id,name,district,source_class,nox_t_per_year\nA,a,East,kiln,10\nB,b,West,mill,1e7\n"
    found = answer(stacks(sources=sources), A_SCRUBBED)
    off = with_column("tasks", "nox_reduction_t_per_year", 1.1)(found.portfolio)
    with pytest.raises(LedgerError):
        checked(found, off)


def test_results_show_the_three_pollutants_and_those_asked_for(stacks: BundleMaker) -> None:
    so2 = requirement("cap", 'pollutant = "so2"', 'amount = "60 t/yr"')
    assert reported_pollutants(compiled(stacks(NOX_TOTAL + so2))) == ("nox", "vocs", "tp", "so2")
