"""What chosen packages cost and do: the second ledger, added up from the catalogue and each source's own row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from model.economics import Economics, price_problems
from model.entries import Money, book_entries
from model.inventory import Inventory
from model.ledger import Book, flows_as_is
from model.measures import Catalogue
from model.problems import InputError
from model.sector import FloatArray, Sector
from model.sectors import SECTORS
from model.stages import staged
from model.task_years import TaskYears
from model.timeline import Growth, Timeline


@dataclass(frozen=True, slots=True)
class PortfolioCost:
    """Cost of a portfolio in money of the scenario's price year.

    ``annual_cny`` is of the last plan year [CNY/yr], ``capital_cny`` the sum of all capital [CNY],
    ``present_value_cny`` the sum over plan years y from each start of annual cost / (1 + r)^(y - first plan year).
    The tables share these columns, by ``year`` (of the plan), ``district``, ``sector`` and ``payer``, and by both
    ``payer`` and ``year``; capital stands in the year of its start, and capital of starts outside the plan years in no
    year.
    """

    annual_cny: float
    capital_cny: float
    present_value_cny: float
    by_year: pd.DataFrame
    by_district: pd.DataFrame
    by_sector: pd.DataFrame
    by_payer: pd.DataFrame
    by_payer_and_year: pd.DataFrame


@dataclass(frozen=True, slots=True)
class Portfolio:
    """Tasks, what each is made of, emissions and cost of a set of choices.

    ``tasks``: one row per choice and year in which some of its measures start, by source number, start year and
    measures: source, source_id, source_name, district, sector, ``row`` (place of the choice among those given),
    measure_ids (those that start), share, start_year, due (date), capital_cny, annual_cost_cny,
    ``<p>_accountable_t_per_year``, ``<p>_reduction_t_per_year`` and ``<p>_full_year_reduction_t_per_year`` per
    pollutant, lead_unit, support_units. Reductions are those of the last
    plan year against the same year without the plan, growth counted: the first with the part of the year that is
    credited (none when the task starts later), the second as if it ran all year. Accountable is the project basis: the
    source's emission of the year before the start less that of the start year, credited alike, none for a source that
    enters during the plan. Annual cost is that of the last plan
    year, always a full year's once the task has started.

    ``lines``: one row per task, measure and cost term (``task`` is the row in ``tasks``): measure_id, kind (capital,
    fixed, variable, fuel, service), name and ``of`` (what the term is charged by), unit, size, quantity (after scaling
    law and share), unit_price_cny, amount_cny (CNY for capital, else CNY/yr at base-year activity), annual_cny (the
    amount per year: capital as its annuity).

    ``emissions``: year, district, sector, pollutant, base_t_per_year (base year), without_plan_t_per_year (with
    growth), with_plan_t_per_year (growth, and the credited part of every started task).

    ``flows``: other flows of all sources together: year, flow, without_plan and change, in the flow's own unit.
    """

    tasks: pd.DataFrame
    lines: pd.DataFrame
    emissions: pd.DataFrame
    flows: pd.DataFrame
    cost: PortfolioCost


def evaluate(  # noqa: PLR0913, PLR0917 - six things make a portfolio, in the order in which they are stated
    choices: pd.DataFrame,
    inventory: Inventory,
    catalogue: Catalogue,
    economics: Economics,
    timeline: Timeline,
    growth: Growth,
    *,
    pollutants: Sequence[str],
    flows: Sequence[str] = (),
    sectors: Mapping[str, Sector] = SECTORS,
) -> Portfolio:
    """Price choices and count their tonnes, of ``pollutants`` and of other ``flows``.

    ``choices`` has one row per source and package that differs from as is: source (number), measure_ids (tuple),
    start_year, share (1 unless all its measures are divisible), and where some measures start later than others
    start_years (tuple), where work is decided already ready (datetime64); several rows of one source share it out.
    The order of rows changes nothing. Cost of a task in year y from its start: share (annuity + fixed + running g_y), a
    whole year's also where only months of the start year are credited. Whether a measure applies to its source is not
    judged here.

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
    chosen = staged(choices, sources, catalogue, books)
    emitted = [f"{pollutant}_t_per_year" for pollutant in pollutants]
    entries = book_entries(chosen, inventory, catalogue, books, flows=[*emitted, *flows])
    years = TaskYears(chosen, entries, inventory, timeline, growth)
    as_is = _as_is(inventory, books, emitted)
    return Portfolio(
        tasks=_tasks(chosen, sources, years, dict(zip(pollutants, as_is, strict=True))),
        lines=entries.lines(chosen, sources),
        emissions=_emissions(sources, as_is, years, pollutants),
        flows=_flows(_as_is(inventory, books, flows), years, flows),
        cost=_cost(sources, years, economics.discount_rate),
    )


def _tasks(
    chosen: pd.DataFrame, sources: pd.DataFrame, years: TaskYears, as_is: Mapping[str, FloatArray]
) -> pd.DataFrame:
    """One row per task; ``as_is`` is what each source states (source,), by pollutant."""
    entries = years.entries
    source = sources.iloc[chosen["source"]].reset_index(drop=True)
    table = {
        "source": chosen["source"],
        "source_id": source["source_id"],
        "source_name": source["name"],
        **{name: source[name] for name in ("district", "sector")},
        **{name: chosen[name] for name in ("row", "measure_ids", "share", "start_year")},
        "due": pd.Series(years.due(), dtype=object),
        "capital_cny": entries.total.capital_cny,
        "annual_cost_cny": years.annual_cny(entries.total)[-1],
    }
    for pollutant, emitted in as_is.items():
        flow = f"{pollutant}_t_per_year"
        table[f"{pollutant}_accountable_t_per_year"] = years.accountable(flow, emitted)
        table[f"{pollutant}_reduction_t_per_year"] = 0.0 - years.change(flow)[-1]
        table[f"{pollutant}_full_year_reduction_t_per_year"] = 0.0 - years.growth[-1] * entries.change[flow]
    return pd.DataFrame(table | {name: source[name] for name in ("lead_unit", "support_units")})


def _emissions(sources: pd.DataFrame, as_is: FloatArray, years: TaskYears, pollutants: Sequence[str]) -> pd.DataFrame:
    """Emissions by year, district, sector and pollutant; ``as_is`` (pollutant, source) is what the sources state."""
    scopes, scope = _scopes(sources)
    shape = (len(years.timeline.years), len(scopes), len(pollutants))
    base, without, change = np.zeros(shape), np.zeros(shape), np.zeros(shape)
    for column, pollutant in enumerate(pollutants):
        base[:, :, column] = np.bincount(scope, as_is[column] * years.base_activity, len(scopes))
        changed = years.change(f"{pollutant}_t_per_year")
        for row in range(shape[0]):
            without[row, :, column] = np.bincount(scope, as_is[column] * years.activity[row], len(scopes))
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


def _flows(as_is: FloatArray, years: TaskYears, flows: Sequence[str]) -> pd.DataFrame:
    """Other flows by year, of all sources together; ``as_is`` (flow, source) is what the sources state."""
    return pd.DataFrame(
        [
            (year, flow, float(as_is[row] @ years.activity[place]), float(years.change(flow)[place].sum()))
            for row, flow in enumerate(flows)
            for place, year in enumerate(years.timeline.years)
        ],
        columns=["year", "flow", "without_plan", "change"],
    )


def _as_is(inventory: Inventory, books: Mapping[str, Book], names: Sequence[str]) -> FloatArray:
    """Flows as stated, shape (flow, source); a flow no formula gives counts as zero."""
    stated = np.zeros((len(names), inventory.size))
    starts = inventory.offsets()
    for sector, table in inventory.tables.items():
        flows = flows_as_is(table, books[sector]) if len(table) else {}
        for row, name in enumerate(names):
            here = slice(starts[sector], starts[sector] + len(table))
            stated[row, here] = flows.get(name, 0.0)
    return stated


def _scopes(sources: pd.DataFrame) -> tuple[list[tuple[str, str]], NDArray[np.intp]]:
    """All (district, sector) that have sources, districts by name, sectors in their order; and that of each source."""
    district, districts = pd.factorize(sources["district"], sort=True)
    sector, sectors = pd.factorize(sources["sector"])
    found, scope = np.unique(district * len(sectors) + sector, return_inverse=True)
    return [(districts[pair // len(sectors)], sectors[pair % len(sectors)]) for pair in found], scope


def _cost(sources: pd.DataFrame, years: TaskYears, discount_rate: float) -> PortfolioCost:
    """The totals, and the same by plan year, district, sector and payer."""
    entries, plan_years = years.entries, years.timeline.years
    discount = np.array([(1 + discount_rate) ** (plan_years[0] - year) for year in plan_years])
    annual = years.annual_cny(entries.total)
    of_task = pd.DataFrame(
        {
            "annual_cny": annual[-1],
            "capital_cny": entries.total.capital_cny,
            "present_value_cny": discount @ annual,
        }
    )
    totals = of_task.sum()
    payers = sorted(entries.by_payer.items())
    paid = [{"payer": payer, **_paid(_by_year(years, money, discount), money)} for payer, money in payers]
    parts = [_by_year(years, money, discount).assign(payer=payer) for payer, money in payers]
    by_year = _by_year(years, entries.total, discount)
    return PortfolioCost(
        annual_cny=float(totals["annual_cny"]),
        capital_cny=float(totals["capital_cny"]),
        present_value_cny=float(totals["present_value_cny"]),
        by_year=by_year,
        by_district=_shared(of_task, "district", sources, years.source),
        by_sector=_shared(of_task, "sector", sources, years.source),
        by_payer=pd.DataFrame(paid, columns=["payer", *of_task]),
        by_payer_and_year=pd.concat([by_year.iloc[:0].assign(payer=""), *parts], ignore_index=True)[
            ["payer", *by_year]
        ],
    )


def _by_year(years: TaskYears, money: Money, discount: FloatArray) -> pd.DataFrame:
    """Some money by plan year."""
    annual = years.annual_cny(money).sum(axis=1)
    return pd.DataFrame(
        {
            "year": years.timeline.years,
            "annual_cny": annual,
            "capital_cny": years.capital_cny(money).sum(axis=1),
            "present_value_cny": annual * discount,
        }
    )


def _paid(by_year: pd.DataFrame, money: Money) -> dict[str, float]:
    """The totals of one payer."""
    return {
        "annual_cny": float(by_year["annual_cny"].iloc[-1]),
        "capital_cny": float(money.capital_cny.sum()),
        "present_value_cny": float(by_year["present_value_cny"].sum()),
    }


def _shared(of_task: pd.DataFrame, by: str, sources: pd.DataFrame, source: NDArray[np.intp]) -> pd.DataFrame:
    """Totals of the tasks by a text column of their sources; what has sources but no task counts zero."""
    code, labels = pd.factorize(sources[by], sort=by != "sector")
    sums = {name: np.bincount(code[source], of_task[name], len(labels)) for name in of_task}
    return pd.DataFrame({by: labels, **sums})
