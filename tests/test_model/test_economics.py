import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.economics import capital_recovery_factor, price_factor, price_problems, service_problems
from tests.test_model import toy


@pytest.mark.parametrize(
    ("rate", "years", "factor"),
    [(0.08, 10, 0.149029), (0.08, 15, 0.116830), (0.08, 20, 0.101852), (0.07, 15, 0.109795), (0.03, 15, 0.083767)],
)
def test_capital_recovery_factor_is_the_tabulated_one(rate: float, years: int, factor: float) -> None:
    """8 %, 10 years: 1.08^10 = 2.158925; 0.08 x 2.158925 / 1.158925 = 0.149029 (any annuity table)."""
    assert capital_recovery_factor(rate, years) == pytest.approx(factor, abs=5e-7)


def test_capital_without_interest_is_paid_in_equal_parts() -> None:
    """0 % over 20 years: 1/20; the formula itself would divide zero by zero."""
    assert capital_recovery_factor(0, 20) == 0.05


@given(st.floats(0, 0.3), st.integers(1, 60))
def test_the_annuity_repays_the_capital(rate: float, years: int) -> None:
    """The present value of n payments of CRF is one, for every rate and lifetime, down to a rate of zero."""
    rate = 0.0 if rate < 1e-300 else rate  # below, a rate has no digits left
    payment = capital_recovery_factor(rate, years)
    assert math.fsum(payment / (1 + rate) ** year for year in range(1, years + 1)) == pytest.approx(1, rel=1e-9)


@pytest.mark.parametrize(
    ("rate", "years", "name"),
    [
        (-0.01, 10, "discount_rate"),
        (math.nan, 10, "discount_rate"),
        (0.08, 0, "lifetime"),
        (0.08, math.nan, "lifetime"),
    ],
)
def test_impossible_rates_and_lifetimes_are_refused(rate: float, years: float, name: str) -> None:
    with pytest.raises(ValueError, match=name):
        capital_recovery_factor(rate, years)


def test_an_amount_is_brought_to_the_price_year_by_the_index() -> None:
    """Index 2020 = 95, 2023 = 104.5: 1 CNY of 2020 is 104.5 / 95 = 1.1 CNY of 2023; the other way round 0.909."""
    economics = toy.economics(price_year=2023, index={2020: 95.0, 2023: 104.5})
    assert price_factor(economics, 2020) == pytest.approx(1.1, rel=1e-12)


@pytest.mark.parametrize("year", [2023, None])
def test_amounts_of_the_price_year_need_no_index(year: int | None) -> None:
    assert price_factor(toy.economics(price_year=2023), year) == 1


def test_every_missing_index_year_is_said_with_the_measures_that_need_it() -> None:
    costs = [toy.cost(fixed=[toy.term(1)]) for _ in range(7)]
    measures = [toy.measure(f"m{i}", "tail", {}, costs=cost) for i, cost in enumerate(costs)]
    problems = price_problems(measures, toy.economics(price_year=2025, index={2020: 1.0}))
    assert [(p.what.en, p.found) for p in problems] == [
        ("the price index has no value for 2023", "none, and these measures need it: m0, m1, m2, m3, m4, ..."),
        ("the price index has no value for 2025", "none, and these measures need it: m0, m1, m2, m3, m4, ..."),
    ]


def test_measures_of_the_price_year_have_no_price_problem() -> None:
    cost = toy.cost(capital=[toy.term(1)], fixed=[toy.term(2)], variable=[toy.term(3)], years=10)
    assert price_problems([toy.measure("m", "tail", {}, costs=cost)], toy.economics(price_year=2023)) == []


def test_a_service_without_a_price_is_said_once() -> None:
    lost = [("boilers", "steam"), ("boilers", "heat"), ("boilers", "steam")]
    assert [p.column for p in service_problems(lost)] == ["prices.heat", "prices.steam"]
