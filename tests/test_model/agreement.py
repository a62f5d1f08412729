"""The two ledgers side by side: the option table's columns against the portfolio's own sums."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.testing import assert_allclose
from numpy.typing import ArrayLike, NDArray

from model.economics import Economics
from model.inventory import Inventory
from model.measures import Catalogue
from model.options import OptionTable, build_options
from model.portfolio import Portfolio, evaluate
from model.sector import FloatArray, Sector
from model.timeline import Growth, Timeline, activity_factors, credited_share, earliest_start_year, ready_date

RELATIVE = 1e-9


@dataclass(frozen=True)
class World:
    """Everything both ledgers need."""

    inventory: Inventory
    catalogue: Catalogue
    economics: Economics
    timeline: Timeline
    growth: Growth
    sectors: Mapping[str, Sector]
    pollutants: tuple[str, ...]

    def options(self) -> OptionTable:
        flows = [f"{pollutant}_t_per_year" for pollutant in self.pollutants]
        return build_options(self.inventory, self.catalogue, self.economics, flows=flows, sectors=self.sectors)

    def portfolio(self, choices: pd.DataFrame) -> Portfolio:
        return evaluate(
            choices,
            self.inventory,
            self.catalogue,
            self.economics,
            self.timeline,
            self.growth,
            pollutants=self.pollutants,
            sectors=self.sectors,
        )

    def base_activity(self) -> FloatArray:
        base_year = self.timeline.base_year
        factors: FloatArray = activity_factors(self.inventory, self.growth, base_year, [base_year])[0]
        return factors


@dataclass(frozen=True)
class Picked:
    """Some options by number, and the same as choices, row by row."""

    options: OptionTable
    option: NDArray[np.int64]
    choices: pd.DataFrame

    @property
    def share(self) -> FloatArray:
        return self.choices["share"].to_numpy(dtype=np.float64)

    @property
    def start(self) -> NDArray[np.int64]:
        return self.choices["start_year"].to_numpy(dtype=np.int64)


def pick(world: World, options: OptionTable, option: NDArray[np.int64], rng: np.random.Generator) -> Picked:
    """Put options as choices: a start year not before each is ready, a share where it is divisible."""
    ready = earliest_start_year(world.timeline, options.lead_time_months[option])
    ids = [options.packages[place].measure_ids for place in options.package[option]]
    choices = pd.DataFrame(
        {
            "source": options.source[option],
            "measure_ids": pd.Series(ids, dtype=object),
            "start_year": np.maximum(ready, rng.choice(world.timeline.years, len(option))),
            "share": np.where(options.divisible[option], rng.uniform(0.1, 1, len(option)), 1.0),
        }
    )
    return Picked(options, option, choices)


def assert_ledgers_agree(world: World, picked: Picked, seed: int) -> None:
    """Compare money and tonnes, task by task and in total; the choices are handed over in random order."""
    portfolio = world.portfolio(picked.choices.sample(frac=1, random_state=seed))
    assert portfolio.tasks["source"].tolist() == picked.choices["source"].tolist()
    growth = activity_factors(world.inventory, world.growth, world.timeline.base_year, world.timeline.years)
    assert_money_agrees(world, picked, portfolio, growth)
    for pollutant in world.pollutants:
        assert_tonnes_agree(world, picked, portfolio, growth[-1], pollutant)


def assert_money_agrees(world: World, picked: Picked, portfolio: Portfolio, growth: FloatArray) -> None:
    """Capital, annual cost by year, present value and public capital."""
    options, option, years = picked.options, picked.option, world.timeline.years
    steady = options.annuity_cny_per_year[option] + options.fixed_cny_per_year[option]
    running = options.running_cny_per_year[option] * growth[:, options.source[option]]
    runs = np.array([picked.start <= year for year in years])
    annual = picked.share * runs * (steady + running)
    discount = np.array([(1 + world.economics.discount_rate) ** -(year - years[0]) for year in years])
    public = portfolio.cost.by_payer.query("payer != 'enterprise'")["capital_cny"].sum()
    pairs: list[tuple[ArrayLike, ArrayLike]] = [
        (portfolio.tasks["capital_cny"], picked.share * options.capital_cny[option]),
        (portfolio.tasks["annual_cost_cny"], annual[-1]),
        (portfolio.cost.by_year["annual_cny"], annual.sum(axis=1)),
        (portfolio.cost.present_value_cny, (discount @ annual).sum()),
        (portfolio.cost.annual_cny, annual[-1].sum()),
        (public, picked.share @ options.public_capital_cny[option]),
    ]
    turnover = np.abs(portfolio.lines["annual_cny"]).sum()
    for found, expected in pairs:
        assert_allclose(np.asarray(found), np.asarray(expected), rtol=RELATIVE, atol=RELATIVE * turnover)


def assert_tonnes_agree(world: World, picked: Picked, portfolio: Portfolio, growth: FloatArray, pollutant: str) -> None:
    """Reduction of each task and what remains of all, in the last plan year; ``growth`` is of that year."""
    options, option, year = picked.options, picked.option, world.timeline.years[-1]
    base, change = options.base[f"{pollutant}_t_per_year"], options.change[f"{pollutant}_t_per_year"]
    full = -picked.share * growth[options.source[option]] * change[option]
    credited = full * credited_share(
        world.timeline, ready_date(world.timeline, options.lead_time_months[option]), picked.start, year
    )
    emissions = portfolio.emissions
    here = (emissions["year"] == year) & (emissions["pollutant"] == pollutant)
    pairs: list[tuple[ArrayLike, ArrayLike]] = [
        (portfolio.tasks[f"{pollutant}_reduction_t_per_year"], credited),
        (portfolio.tasks[f"{pollutant}_full_year_reduction_t_per_year"], full),
        (emissions.loc[here, "base_t_per_year"].sum(), world.base_activity() @ base),
        (emissions.loc[here, "without_plan_t_per_year"].sum(), growth @ base),
        (emissions.loc[here, "with_plan_t_per_year"].sum(), growth @ base - credited.sum()),
    ]
    for found, expected in pairs:
        assert_allclose(
            np.asarray(found), np.asarray(expected), rtol=RELATIVE, atol=RELATIVE * (base.sum() + np.abs(full).sum())
        )
