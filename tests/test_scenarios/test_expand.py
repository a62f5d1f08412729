"""Packages in time: when they start, what a year costs, what a year counts."""

from datetime import date

import numpy as np
import pytest

from scenarios.compiling.expand import NEVER
from tests.test_scenarios.by_hand import choices_in, expanded
from tests.test_scenarios.conftest import BundleMaker
from tests.test_scenarios.stacks import ANNUITY, COST_A, COST_B, POLISH, SCRUB

NOX, SO2 = "nox_t_per_year", "so2_t_per_year"
SO2_CAP = """
[[requirement]]
id = "so2-cap"
kind = "cap"
pollutant = "so2"
amount = "100 t/yr"
"""
TEN_PERCENT = [{"rate": "10 %"}]
TWO_YEARS = {"years": [2025, 2026]}
A_AS_IS, A_2025, A_2026 = 0, 1, 2
"""Places of the choices of stack A when there are two plan years."""


def test_every_package_starts_once_in_each_plan_year_and_as_is_stands_once(stacks: BundleMaker) -> None:
    assert choices_in(expanded(stacks(**TWO_YEARS))) == [
        (0, (), NEVER),
        (0, ("scrub",), 2025),
        (0, ("scrub",), 2026),
        (1, (), NEVER),
        (1, ("scrub",), 2025),
        (1, ("scrub",), 2026),
    ]


def test_lead_time_admits_only_the_years_in_which_the_work_can_be_ready(stacks: BundleMaker) -> None:
    """Eighteen months from 2025-01-01 end on 2026-07-01: no polishing in 2025, although scrubbing (6 months) can."""
    options = expanded(stacks(measures=SCRUB + POLISH, decision_date=date(2025, 1, 1), **TWO_YEARS))
    at_a = [(measures, year) for source, measures, year in choices_in(options) if source == 0]
    assert at_a == [
        ((), NEVER),
        (("scrub",), 2025),
        (("scrub",), 2026),
        (("polish",), 2026),
        (("scrub", "polish"), 2026),
    ]


def test_decided_work_starts_when_it_was_decided_to_whatever_its_lead_time(stacks: BundleMaker) -> None:
    late = stacks(decision_date=date(2025, 10, 1), **TWO_YEARS)
    assert (0, ("scrub",), 2025) not in choices_in(expanded(late))
    option_of_a = 1
    decided = expanded(late, started={(option_of_a, 2025): date(2025, 1, 1)})
    assert (0, ("scrub",), 2025) in choices_in(decided)
    assert (1, ("scrub",), 2025) not in choices_in(decided)


def test_decided_as_is_adds_no_choice(stacks: BundleMaker) -> None:
    assert choices_in(expanded(stacks(), started={(0, NEVER): date(2025, 1, 1)})) == choices_in(expanded(stacks()))


def test_a_year_costs_annuity_and_fixed_and_running_cost(stacks: BundleMaker) -> None:
    """A: 1.2e6 * CRF(5 %, 10) + 50000 + 1200 * 80 = 301405.49 CNY; with all capital in the year it would be 1346000."""
    options = expanded(stacks())
    assert options.yearly_cost(2025) == pytest.approx([0, COST_A, 0, COST_B], rel=1e-12)


def test_only_running_cost_grows_with_activity(stacks: BundleMaker) -> None:
    """Activity 1.1: 155405.49 + 50000 + 1.1 * 96000 = 311005.49 CNY; were all of it to grow, 331546.04."""
    options = expanded(stacks(growth=TEN_PERCENT))
    assert options.yearly_cost(2025)[1] == pytest.approx(ANNUITY + 50_000 + 1.1 * 96_000, rel=1e-12)


def test_nothing_is_paid_before_the_start(stacks: BundleMaker) -> None:
    options = expanded(stacks(**TWO_YEARS))
    assert options.yearly_cost(2025)[:3] == pytest.approx([0, COST_A, 0], rel=1e-12)
    assert options.yearly_cost(2026)[:3] == pytest.approx([0, COST_A, COST_A], rel=1e-12)


def test_several_years_are_added_at_their_present_value(stacks: BundleMaker) -> None:
    """Start 2025: C + C / 1.05 = 1.952380952 C = 588458.34 (undiscounted 602810.98). Start 2026: C / 1.05."""
    present = expanded(stacks(**TWO_YEARS)).present_value()
    assert present[A_AS_IS] == 0
    assert present[A_2025] == pytest.approx(588_458.3375381, rel=1e-10)
    assert present[A_2026] == pytest.approx(287_052.8475796, rel=1e-10)


def test_present_value_discounts_by_calendar_years_not_by_places(stacks: BundleMaker) -> None:
    """Plan years 2025 and 2030: C + C / 1.05^5 = 1.783526166 C; taken as neighbours they would give 1.952380952 C."""
    present = expanded(stacks(years=[2025, 2030])).present_value()
    assert present[A_2025] == pytest.approx(COST_A * 1.783526166468, rel=1e-10)


def test_capital_is_spent_in_the_year_of_the_start_alone(stacks: BundleMaker) -> None:
    """Spent in every year of service, the two years would count 2.4e6 for one scrubber."""
    options = expanded(stacks(**TWO_YEARS))
    assert options.capital(2025)[:3] == pytest.approx([0, 1.2e6, 0])
    assert options.capital(2026)[:3] == pytest.approx([0, 0, 1.2e6])


def test_public_capital_is_what_others_than_the_enterprise_pay(stacks: BundleMaker) -> None:
    """Polishing costs 400000, three quarters from the county: 300000; scrubbing is the enterprise's alone: 0."""
    options = expanded(stacks(measures=SCRUB + POLISH))
    at_a = {measures: place for place, (source, measures, _) in enumerate(choices_in(options)) if source == 0}
    public = options.capital(2025, public_only=True)
    assert public[at_a["polish",]] == pytest.approx(300_000)
    assert public[at_a["scrub",]] == 0
    assert public[at_a["scrub", "polish"]] == pytest.approx(300_000)


def test_a_full_year_counts_whole_from_the_start_year(stacks: BundleMaker) -> None:
    options = expanded(stacks(decision_date=date(2025, 1, 1), **TWO_YEARS))
    assert options.reduction(NOX, 2025)[:3] == pytest.approx([0, 80, 0])
    assert options.reduction(NOX, 2026)[:3] == pytest.approx([0, 80, 80])


def test_months_count_in_the_start_year_only(stacks: BundleMaker) -> None:
    """Ready on 2025-07-01: 6/12 of 80 t in 2025, all of it from 2026; a start in 2026 has the whole year."""
    options = expanded(stacks(decision_date=date(2025, 1, 1), credit="months", **TWO_YEARS))
    assert options.reduction(NOX, 2025)[:3] == pytest.approx([0, 40, 0])
    assert options.reduction(NOX, 2026)[:3] == pytest.approx([0, 80, 80])


def test_a_part_year_costs_a_whole_year(stacks: BundleMaker) -> None:
    options = expanded(stacks(decision_date=date(2025, 1, 1), credit="months"))
    assert options.yearly_cost(2025)[1] == pytest.approx(COST_A, rel=1e-12)


def test_the_inventory_basis_compares_with_the_same_year(stacks: BundleMaker) -> None:
    """Growth 10 %: 110 t without, 22 t with the scrubber in 2025: 88 t, and 121 - 24.2 = 96.8 t in 2026."""
    options = expanded(stacks(growth=TEN_PERCENT, **TWO_YEARS))
    assert options.reduction(NOX, 2025)[:3] == pytest.approx([0, 88, 0])
    assert options.reduction(NOX, 2026)[:3] == pytest.approx([0, 96.8, 96.8])


def test_the_project_basis_compares_the_year_before_with_the_start_year(stacks: BundleMaker) -> None:
    """Start 2025: 100 t of 2024 less 22 t of 2025 = 78 t, also in 2026 (same-year emissions would give 88 and 96.8).

    Start 2026: 110 t of 2025 less 24.2 t of 2026 = 85.8 t, nothing in 2025. As is earns nothing, though it grows.
    """
    options = expanded(stacks(growth=TEN_PERCENT, **TWO_YEARS))
    assert options.project_reduction(NOX, 2025)[:3] == pytest.approx([0, 78, 0])
    assert options.project_reduction(NOX, 2026)[:3] == pytest.approx([0, 78, 85.8])


def test_the_project_basis_credits_months(stacks: BundleMaker) -> None:
    """Ready on 2025-07-01: 6/12 of 78 t in the start year, 78 t after it."""
    options = expanded(stacks(growth=TEN_PERCENT, decision_date=date(2025, 1, 1), credit="months", **TWO_YEARS))
    assert options.project_reduction(NOX, 2025)[A_2025] == pytest.approx(39)
    assert options.project_reduction(NOX, 2026)[A_2025] == pytest.approx(78)


def test_what_remains_has_grown(stacks: BundleMaker) -> None:
    """100 t as is become 110 t and 121 t; scrubbed 22 t and 24.2 t. Without growth it would be 100 t and 20 t."""
    options = expanded(stacks(growth=TEN_PERCENT, **TWO_YEARS))
    assert options.remaining(NOX, 2025)[:3] == pytest.approx([110, 22, 110])
    assert options.remaining(NOX, 2026)[:3] == pytest.approx([121, 24.2, 24.2])


def test_growth_is_the_sources_own(stacks: BundleMaker) -> None:
    """West grows by 20 %, East by 10 %: 110 t and 60 t."""
    growth = [*TEN_PERCENT, {"district": "West", "rate": "20 %"}]
    options = expanded(stacks(growth=growth))
    assert options.remaining(NOX, 2025)[[0, 2]] == pytest.approx([110, 60])


def test_a_side_emission_is_a_negative_reduction(stacks: BundleMaker) -> None:
    """Polishing A adds a fifth of 40 t SO2: -8 t, and 48 t remain."""
    options = expanded(stacks(SO2_CAP, measures=POLISH))
    assert options.reduction(SO2, 2025)[1] == pytest.approx(-8)
    assert options.remaining(SO2, 2025)[1] == pytest.approx(48)


def test_leaving_out_choices_keeps_the_others_as_they_are(stacks: BundleMaker) -> None:
    options = expanded(stacks(**TWO_YEARS))
    rest = options.only(np.array([True, False, True, True, True, False]))
    assert choices_in(rest) == [(0, (), NEVER), (0, ("scrub",), 2026), (1, (), NEVER), (1, ("scrub",), 2025)]
    assert rest.present_value()[[1, 3]] == pytest.approx(options.present_value()[[2, 4]])
