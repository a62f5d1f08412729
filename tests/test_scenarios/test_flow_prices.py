import pytest

from model.numbers import Factors, Number
from model.problems import InputError
from model.units import Amount
from scenarios.reading.prices import DEFAULTS, PriceUsed, flow_prices, prices_used

FACTORS = Factors({name: Number(10.0, 5.0, 15.0, "CNY", "estimate", "F279", 2023) for name in DEFAULTS.values()})
COAL = {"coal": Amount("900 CNY/t", 900.0, "CNY/t")}
BOILERS = ("coal_t_per_year", "heat_delivered_gj_per_year")


def used(price_year: int = 2023, price_index: dict[int, float] | None = None) -> tuple[PriceUsed, ...]:
    return prices_used(
        COAL, FACTORS, BOILERS, price_year=price_year, price_index=price_index or {}, file="scenario.toml"
    )


def test_a_stated_price_wins_and_a_default_says_where_it_is_from() -> None:
    assert used() == (
        PriceUsed("coal", 900.0, "CNY/t", is_default=False, ref="scenario.toml"),
        PriceUsed("heat", 10.0, "CNY/GJ", is_default=True, ref="F279"),
    )


def test_heat_bought_and_heat_no_longer_delivered_have_one_price() -> None:
    assert flow_prices(used()) == {
        "coal_t_per_year": 900.0,
        "heat_bought_gj_per_year": 10.0,
        "heat_delivered_gj_per_year": 10.0,
    }


def test_a_flow_may_be_priced_by_its_own_name() -> None:
    sludge = PriceUsed("sludge_t_per_year", 300.0, "CNY/t", is_default=False, ref="scenario.toml")
    assert flow_prices([sludge]) == {"sludge_t_per_year": 300.0}


def test_a_default_moves_to_the_price_year_of_the_scenario() -> None:
    """10 CNY of 2023 are 10 x 0.96 / 1.2 = 8 CNY of 2018; a stated price is of 2018 already."""
    coal, heat = used(2018, {2018: 0.96, 2023: 1.2})
    assert coal.value == 900.0
    assert heat.value == pytest.approx(8.0)


def test_a_default_of_another_year_without_an_index_is_refused() -> None:
    with pytest.raises(
        InputError, match=r"column prices.heat: .*another year.*2023 and 2018; found: a default of 2023"
    ):
        used(2018, {2018: 1.0})


def test_a_default_nobody_needs_is_left_out() -> None:
    """Otherwise a plan of point sources would have to state a price of coal in its own price year."""
    assert prices_used({}, FACTORS, ["nox_t_per_year"], price_year=1990, price_index={}, file="") == ()
