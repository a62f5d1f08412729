"""What chosen packages cost and do: the second ledger, added up from the catalogue and each source's own row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from model.economics import Economics, price_problems
from model.entries import Entries, Money, book_entries, ordered_choices
from model.inventory import Inventory
from model.ledger import Book, flows_as_is
from model.measures import Catalogue
from model.problems import InputError
from model.sector import FloatArray, Sector
from model.sectors import SECTORS
from model.timeline import Growth, Timeline, activity_factors, credited_share, due_date


@dataclass(frozen=True, slots=True)
class PortfolioCost:
    """Cost of a portfolio in money of the scenario's price year.

    ``annual_cny`` is of the last plan year [CNY/yr], ``capital_cny`` the sum of all capital [CNY],
    ``present_value_cny`` the sum over plan years y from each start of annual cost / (1 + r)^(y - first plan year).
    The tables share these columns, by ``year`` (of the plan), ``district``, ``sector`` and ``payer``; capital stands in
    the year of its start, and capital of starts outside the plan years in no year.
    """

    annual_cny: float
    capital_cny: float
    present_value_cny: float
    by_year: pd.DataFrame
    by_district: pd.DataFrame
    by_sector: pd.DataFrame
    by_payer: pd.DataFrame


@dataclass(frozen=True, slots=True)
class Portfolio:
    """Tasks, what each is made of, emissions and cost of a set of choices.

    ``tasks``: one row per choice, by source number, start year and measures: source, source_id, source_name, district,
    sector, measure_ids, share, start_year, due (date), capital_cny, annual_cost_cny, ``<p>_reduction_t_per_year`` and
    ``<p>_full_year_reduction_t_per_year`` per pollutant, lead_unit, support_units. Reductions are those of the last
    plan year against the same year without the plan, growth counted: the first with the part of the year that is
    credited (none when the task starts later), the second as if it ran all year. Annual cost is that of the last plan
    year, always a full year's once the task has started.

    ``lines``: one row per task, measure and cost term (``task`` is the row in ``tasks``): measure_id, kind (capital,
    fixed, variable, fuel, service), name and ``of`` (what the term is charged by), unit, size, quantity (after scaling
    law and share), unit_price_cny, amount_cny (CNY for capital, else CNY/yr at base-year activity), annual_cny (the
    amount per year: capital as its annuity).

    ``emissions``: year, district, sector, pollutant, base_t_per_year (base year), without_plan_t_per_year (with
    growth), with_plan_t_per_year (growth, and the credited part of every started task).
    """

    tasks: pd.DataFrame
    lines: pd.DataFrame
    emissions: pd.DataFrame
    cost: PortfolioCost


def evaluate(  # noqa: PLR0917 - six things make a portfolio, in the order in which they are stated
    choices: pd.DataFrame,
    inventory: Inventory,
    catalogue: Catalogue,
    economics: Economics,
    timeline: Timeline,
    growth: Growth,
    *,
    pollutants: Sequence[str],
    sectors: Mapping[str, Sector] = SECTORS,
) -> Portfolio:
    """Price choices and count their tonnes.

    ``choices`` has one row per source and package that differs from as is: source (number), measure_ids (tuple),
    start_year, share (1 unless all its measures are divisible); several rows of one source share it out. The order of
    rows changes nothing. Cost of a task in year y from its start: share (annuity + fixed + running g_y), a whole year's
    also where only months of the start year are credited. Whether a measure applies to its source is not judged here.

    Raises
    ------
    ValueError
        When choices are malformed: unknown sources or measures, two measures in one slot, shares that do not fit.
    InputError
        When the price index lacks a year or a lowered service has no price.

    """
    used = {measure_id for ids in choices["measure_ids"] for measure_id in ids}
    problems = price_problems((m for m in catalogue.measures.values() if m.id in used), economics)
    if problems:
        raise InputError(problems)
    sources = inventory.sources()
    books = {sector: Book(sectors[sector], catalogue.factors, economics) for sector in inventory.tables}
    chosen = ordered_choices(choices, sources, catalogue, books)
    entries = book_entries(chosen, inventory, catalogue, books, flows=[f"{p}_t_per_year" for p in pollutants])
    factors = activity_factors(inventory, growth, timeline.base_year, timeline.years)
    years = _Years(timeline, entries, chosen, factors[:, chosen["source"].to_numpy()])
    return Portfolio(
        tasks=_tasks(chosen, sources, entries, years, pollutants),
        lines=entries.lines(chosen, sources),
        emissions=_emissions(sources, _as_is(inventory, books, pollutants), factors, years, pollutants),
        cost=_cost(chosen, sources, entries, years, economics.discount_rate),
    )


class _Years:
    """Which tasks run in which plan year, how much of them is credited, and what that costs; arrays (year, task)."""

    def __init__(self, timeline: Timeline, entries: Entries, chosen: pd.DataFrame, growth: FloatArray) -> None:
        start = chosen["start_year"].to_numpy()
        self.timeline = timeline
        self.entries = entries
        self.source = chosen["source"].to_numpy()
        self.growth = growth
        self.runs = np.array([start <= year for year in timeline.years], dtype=np.float64)
        self.credited = np.array(
            [credited_share(timeline, entries.lead_time_months, start, year) for year in timeline.years]
        )

    def annual_cny(self, money: Money) -> FloatArray:
        """Cost of each task in each plan year."""
        cost: FloatArray = self.runs * (money.steady_cny_per_year + money.running_cny_per_year * self.growth)
        return cost

    def change(self, flow: str) -> FloatArray:
        """Credited change of a flow by each task in each plan year."""
        change: FloatArray = self.credited * self.growth * self.entries.change[flow]
        return change

    def due(self, start_year: pd.Series) -> list[object]:
        """Day by which each task must be done."""
        days: list[object] = due_date(self.timeline, self.entries.lead_time_months, start_year).astype(object).tolist()
        return days


def _tasks(
    chosen: pd.DataFrame, sources: pd.DataFrame, entries: Entries, years: _Years, pollutants: Sequence[str]
) -> pd.DataFrame:
    """One row per task."""
    source = sources.iloc[chosen["source"]].reset_index(drop=True)
    table = {
        "source": chosen["source"],
        "source_id": source["source_id"],
        "source_name": source["name"],
        **{name: source[name] for name in ("district", "sector")},
        **{name: chosen[name] for name in ("measure_ids", "share", "start_year")},
        "due": pd.Series(years.due(chosen["start_year"]), dtype=object),
        "capital_cny": entries.total.capital_cny,
        "annual_cost_cny": years.annual_cny(entries.total)[-1],
    }
    for pollutant in pollutants:
        flow = f"{pollutant}_t_per_year"
        table[f"{pollutant}_reduction_t_per_year"] = 0.0 - years.change(flow)[-1]
        table[f"{pollutant}_full_year_reduction_t_per_year"] = 0.0 - years.growth[-1] * entries.change[flow]
    return pd.DataFrame(table | {name: source[name] for name in ("lead_unit", "support_units")})


def _emissions(
    sources: pd.DataFrame, as_is: FloatArray, factors: FloatArray, years: _Years, pollutants: Sequence[str]
) -> pd.DataFrame:
    """Emissions by year, district, sector and pollutant.

    ``as_is`` is of the base year, shape (pollutant, source); ``factors`` is activity, shape (year, source).
    """
    scopes, scope = _scopes(sources)
    shape = (len(years.timeline.years), len(scopes), len(pollutants))
    base, without, change = np.zeros(shape), np.zeros(shape), np.zeros(shape)
    for column, pollutant in enumerate(pollutants):
        base[:, :, column] = np.bincount(scope, as_is[column], len(scopes))
        changed = years.change(f"{pollutant}_t_per_year")
        for row in range(shape[0]):
            without[row, :, column] = np.bincount(scope, as_is[column] * factors[row], len(scopes))
            change[row, :, column] = np.bincount(scope[years.source], changed[row], len(scopes))
    keys = pd.MultiIndex.from_product([years.timeline.years, range(len(scopes)), pollutants])
    place = keys.get_level_values(1).to_numpy(dtype=np.intp)
    return pd.DataFrame(
        {
            "year": keys.get_level_values(0),
            "district": [scopes[p][0] for p in place],
            "sector": [scopes[p][1] for p in place],
            "pollutant": keys.get_level_values(2),
            "base_t_per_year": base.ravel(),
            "without_plan_t_per_year": without.ravel(),
            "with_plan_t_per_year": (without + change).ravel(),
        }
    )


def _as_is(inventory: Inventory, books: Mapping[str, Book], pollutants: Sequence[str]) -> FloatArray:
    """Emissions of the base year, shape (pollutant, source); a pollutant no formula gives counts as zero."""
    emitted = np.zeros((len(pollutants), inventory.size))
    starts = inventory.offsets()
    for sector, table in inventory.tables.items():
        flows = flows_as_is(table, books[sector]) if len(table) else {}
        for row, pollutant in enumerate(pollutants):
            here = slice(starts[sector], starts[sector] + len(table))
            emitted[row, here] = flows.get(f"{pollutant}_t_per_year", 0.0)
    return emitted


def _scopes(sources: pd.DataFrame) -> tuple[list[tuple[str, str]], NDArray[np.intp]]:
    """All (district, sector) that have sources, districts by name, sectors in their order; and that of each source."""
    district, districts = pd.factorize(sources["district"], sort=True)
    sector, sectors = pd.factorize(sources["sector"])
    found, scope = np.unique(district * len(sectors) + sector, return_inverse=True)
    return [(districts[pair // len(sectors)], sectors[pair % len(sectors)]) for pair in found], scope


def _cost(
    chosen: pd.DataFrame, sources: pd.DataFrame, entries: Entries, years: _Years, discount_rate: float
) -> PortfolioCost:
    """The totals, and the same by plan year, district, sector and payer."""
    plan_years = years.timeline.years
    discount = np.array([(1 + discount_rate) ** (plan_years[0] - year) for year in plan_years])
    annual = years.annual_cny(entries.total)
    capital = entries.total.capital_cny
    started = [chosen["start_year"].to_numpy() == year for year in plan_years]
    by_year = pd.DataFrame(
        {
            "year": plan_years,
            "annual_cny": annual.sum(axis=1),
            "capital_cny": [capital[in_year].sum() for in_year in started],
            "present_value_cny": annual.sum(axis=1) * discount,
        }
    )
    of_task = pd.DataFrame(
        {
            "annual_cny": annual[-1],
            "capital_cny": capital,
            "present_value_cny": discount @ annual,
        }
    )
    totals = of_task.sum()
    payers = [(payer, _paid(money, years, discount)) for payer, money in sorted(entries.by_payer.items())]
    return PortfolioCost(
        annual_cny=float(totals["annual_cny"]),
        capital_cny=float(totals["capital_cny"]),
        present_value_cny=float(totals["present_value_cny"]),
        by_year=by_year,
        by_district=_shared(of_task, "district", sources, years.source),
        by_sector=_shared(of_task, "sector", sources, years.source),
        by_payer=pd.DataFrame([{"payer": payer, **paid} for payer, paid in payers], columns=["payer", *of_task]),
    )


def _paid(money: Money, years: _Years, discount: FloatArray) -> dict[str, float]:
    """The totals of one payer."""
    annual = years.annual_cny(money)
    return {
        "annual_cny": float(annual[-1].sum()),
        "capital_cny": float(money.capital_cny.sum()),
        "present_value_cny": float((discount @ annual).sum()),
    }


def _shared(of_task: pd.DataFrame, by: str, sources: pd.DataFrame, source: NDArray[np.intp]) -> pd.DataFrame:
    """Totals of the tasks by a text column of their sources; what has sources but no task counts zero."""
    code, labels = pd.factorize(sources[by], sort=by != "sector")
    sums = {name: np.bincount(code[source], of_task[name], len(labels)) for name in of_task}
    return pd.DataFrame({by: labels, **sums})
