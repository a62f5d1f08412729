"""From a solved scenario to its `Result`: requirements, tasks, emissions, cost, the check of the two ledgers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from model.portfolio import Portfolio
from model.sector import FloatArray
from scenarios.answering.co_effects import priced_pollutants
from scenarios.answering.result import CostSummary, Json, Ledger, RequirementResult, cited, said
from scenarios.answering.soft_results import soft_result
from scenarios.compiling.admission import is_of
from scenarios.compiling.compile import Compiled
from scenarios.compiling.expand import YearOptions
from scenarios.compiling.giving_way import missed
from scenarios.compiling.rows import RowPlan, Sense
from scenarios.compiling.rows.plan import MET_TOLERANCE
from scenarios.reading.bundle import Bundle
from scenarios.reading.requirements import Fix, Quota, RankOut, Shared

LEDGER_TOLERANCE = 1e-6
SMALL_PART = 1e-6
"""Of an emission; a reduction below it is lost in the emission's own rounding."""


type Pair = tuple[float, float, float]
"""A number of the first ledger, what a difference is relative to, and the number of the second."""

type Total = Callable[[FloatArray], tuple[float, float]]
"""Sums a value of the chosen, (chosen,), by their shares: the sum, and the sum of absolute values."""


class LedgerError(Exception):
    """The two ledgers differ by more than 1e-6: a fault of the program, so no result is given."""


@dataclass(frozen=True, slots=True)
class RowFacts:
    """What is known of the rows, each shape (row plan,), in the rows' own units; NaN where unknown.

    ``together`` is found; no plan goes beyond ``limit``, where that is proven. ``proposals`` are values that could be
    asked for, by row plan; empty where none were sought. ``missing`` is what rows that may be missed lack, by their
    place, as `soft_results.missing_of` gives it. ``rules_together`` (rule,) is how many sections can be in their class.
    """

    reached: FloatArray
    together: FloatArray
    alone: FloatArray
    price: FloatArray
    proposals: Sequence[Sequence[Json]] = ()
    missing: Mapping[int, float] = field(default_factory=dict[int, float])
    limit: FloatArray | None = None
    rules_together: FloatArray | None = None


def requirement_results(compiled: Compiled, facts: RowFacts, *, is_answered: bool) -> tuple[RequirementResult, ...]:
    """Return every row of the scenario as it is reported, in scenario order."""
    sign = -1.0 if compiled.mode == "most_reduction" else 1.0
    return tuple(
        _requirement(compiled, number, facts, is_answered=is_answered, sign=sign)
        for number in range(len(compiled.plans))
    )


def _requirement(
    compiled: Compiled, number: int, facts: RowFacts, *, is_answered: bool, sign: float
) -> RequirementResult:
    """Return one row as reported; ``sign`` is -1 where the objective was maximised by minimising its negative."""
    plan = compiled.plans[number]
    requirement = plan.requirement
    value = float(facts.reached[number])
    reached = _reported(plan, value) if is_answered else None
    met = is_kept(plan, value) if is_answered and plan.limits else None
    price = facts.price[number]
    return RequirementResult(
        id=requirement.id,
        row=plan.row_id,
        kind=requirement.kind,
        pollutant=getattr(requirement, "pollutant", None),
        metric=plan.metric.name,
        scope=plan.scope,
        year=plan.year,
        basis=plan.basis,
        sense=plan.reported_sense,
        asked=plan.asked,
        asked_text=plan.asked_text,
        tolerance=requirement.tolerance,
        reached=reached,
        reachable=_reported(plan, facts.together[number]),
        reachable_alone=_reported(plan, facts.alone[number]),
        unit=plan.unit,
        met=met,
        slack=None if reached is None else _slack(plan, reached),
        marginal_cost=None if np.isnan(price) else float(sign * price * plan.ease / plan.scale),
        is_assumed=requirement.assumed,
        cites=cited(requirement.cites),
        note=said(requirement.note) if requirement.note.zh else None,
        of=_of(requirement),
        payer=getattr(requirement, "payer", None),
        proposals=facts.proposals[number] if facts.proposals else (),
        by=None if plan.metric.by is None else plan.metric.by.isoformat(),
        soft=soft_result(compiled, number, facts.missing.get(number)),
        is_without_limit=bool(np.isinf(facts.together[number])),
    )


def _of(requirement: Shared) -> list[str]:
    """Return the flows or the column that a requirement is about, unless it is about a pollutant."""
    if getattr(requirement, "pollutant", None) is not None:
        return []
    if isinstance(requirement, Quota | RankOut):
        column = requirement.of if isinstance(requirement, Quota) else requirement.score
        return [column] if column else []
    return list(requirement.flows)


def in_order(bundle: Bundle, *groups: Sequence[RequirementResult]) -> tuple[RequirementResult, ...]:
    """Return results of rows, rules and the like in the order in which the scenario states its requirements."""
    place = {requirement.id: number for number, requirement in enumerate(bundle.scenario.requirement)}
    return tuple(sorted((result for group in groups for result in group), key=lambda result: place[result.id]))


def departures(bundle: Bundle, compiled: Compiled, level: FloatArray) -> tuple[RequirementResult, ...]:
    """Return the decided projects that given choices leave out, in part or in whole; their share is counted."""
    fixes = {item.id: item for item in bundle.scenario.requirement if isinstance(item, Fix)}
    shares = [float(level[is_of(compiled.options, decision)].sum()) for decision in compiled.decided]
    return tuple(
        _departure(fixes[decision.requirement_id], decision.share, share, bundle.timeline.years[-1])
        for decision, share in zip(compiled.decided, shares, strict=True)
        if not _is_met("=", decision.share, share)
    )


def _departure(fix: Fix, asked: float, reached: float, last_year: int) -> RequirementResult:
    return RequirementResult(
        id=fix.id,
        row=fix.id,
        kind=fix.kind,
        pollutant=None,
        metric="share",
        scope={},
        year=fix.start_year or last_year,
        basis=None,
        sense="=",
        asked=asked,
        asked_text=f"{asked:g}",
        tolerance=0.0,
        reached=reached,
        reachable=None,
        reachable_alone=None,
        unit="count",
        met=False,
        slack=-abs(reached - asked),
        marginal_cost=None,
        is_assumed=fix.assumed,
        cites=cited(fix.cites),
        note=said(fix.note) if fix.note.zh else None,
    )


def _reported(plan: RowPlan, value: float) -> float | None:
    return plan.report(float(value)) if np.isfinite(value) else None


def is_kept(plan: RowPlan, value: float) -> bool:
    """Say whether a row's value is within all its limits; a ratio without bound is beyond every number."""
    if np.isinf(value):
        return all((value > 0) == (sense == ">=") for sense, _ in plan.limits)
    return all(_is_met(sense, bound, value) for sense, bound in plan.limits)


def _is_met(sense: Sense, bound: float, value: float) -> bool:
    room = MET_TOLERANCE * max(1.0, abs(bound), abs(value))
    above, below = value >= bound - room, value <= bound + room
    return {">=": above, "<=": below, "=": above and below}[sense]


def _slack(plan: RowPlan, reached: float) -> float | None:
    if plan.asked is None:
        return None
    surplus = reached - plan.asked
    return {">=": surplus, "<=": -surplus, "=": -abs(surplus)}[plan.reported_sense]


def cost_summary(portfolio: Portfolio, districts: Sequence[str] = ()) -> CostSummary:
    """Return the cost of a portfolio as it is reported, its districts as `in_district_order` puts them."""
    cost = portfolio.cost
    return CostSummary(
        annual_cny=cost.annual_cny,
        capital_cny=cost.capital_cny,
        present_value_cny=cost.present_value_cny,
        by_year=records(cost.by_year),
        by_district=records(in_district_order(cost.by_district, districts)),
        by_sector=records(cost.by_sector),
        by_payer=records(cost.by_payer),
    )


def in_district_order(table: pd.DataFrame, districts: Sequence[str]) -> pd.DataFrame:
    """Return a table with the rows of each year in the order of the scenario's districts, if it lists any."""
    if not districts:
        return table
    rank = {district: number for number, district in enumerate(districts)}
    year = table["year"] if "year" in table else np.zeros(len(table))
    return table.iloc[np.lexsort((table["district"].map(rank), year))]


def records(table: pd.DataFrame) -> list[Json]:
    """Return a table as plain rows."""
    return [{str(key): value for key, value in row.items()} for row in table.to_dict(orient="records")]


def check_ledgers(compiled: Compiled, level: FloatArray, portfolio: Portfolio, *, objective: float) -> Ledger:
    """Compare the arrays the optimiser chose from with the plan priced task by task.

    ``objective`` is what the optimiser says its choice is worth. Money: annual cost and capital of every plan year,
    the totals, the annual cost by district, sector and payer, the capital by payer and year, and present value,
    relative to the sum of the tasks' absolute values. Tonnes, for every reported pollutant: the tasks' reduction in the
    last plan year, relative to the sum of absolute values and a millionth of the emission, so that rounding of large
    emissions does not count, and likewise on the project basis; and what the emissions table says is less in every plan
    year, relative to the emission. Other flows that rows read: their change in every plan year, relative to the flow.

    Raises
    ------
    LedgerError
        When one of them differs by more than 1e-6.

    """
    is_chosen = (compiled.own(level) > 0) & ~compiled.options.is_as_is()
    chosen, share = compiled.options.only(is_chosen), compiled.own(level)[is_chosen]

    def total(values: FloatArray) -> tuple[float, float]:
        parts = values * share
        return float(parts.sum()), float(np.abs(parts).sum())

    worth = compiled.problem.cost * level
    pairs = [
        (float(worth.sum()), float(np.abs(worth).sum()), objective),
        *_money(chosen, portfolio, total),
        *_tonnes(chosen, portfolio, total, priced_pollutants(compiled)),
        *_other_flows(chosen, portfolio, total),
        *_penalties(compiled, level),
    ]
    first, size, second = np.array(pairs).T
    worst = float(np.max(np.abs(first - second) / np.maximum(size, 1e-9)))
    if not worst <= LEDGER_TOLERANCE:
        raise LedgerError(f"the two ledgers differ by {worst:.3g} (relative); no result is given")
    return Ledger(agrees=True, max_relative_difference=worst)


def _penalties(compiled: Compiled, level: FloatArray) -> Iterator[Pair]:
    """Yield what each missed row adds to the objective, and its price times what it lacks by the choices alone."""
    slack, options = compiled.slack, level[compiled.slack_options]
    for number, give in enumerate(slack.gives):
        charged = float((slack.cost * options)[slack.of == number].sum())
        lacks = abs(missed(compiled, level, give.place)) * (give.per_unit if slack.way == "priced" else 0.0)
        yield charged, lacks, lacks


def _money(options: YearOptions, portfolio: Portfolio, total: Total) -> Iterator[Pair]:
    cost = portfolio.cost
    years = options.timeline.years
    annual, capital = (cost.by_year[name].to_numpy(dtype=float) for name in ("annual_cny", "capital_cny"))
    paid = cost.by_payer_and_year
    for place, year in enumerate(years):
        yield *total(options.yearly_cost(year)), float(annual[place])
        yield *total(options.capital(year)), float(capital[place])
        yield *total(options.capital(year)), float(paid.loc[paid["year"] == year, "capital_cny"].sum())
    last = total(options.yearly_cost(years[-1]))
    yield *last, cost.annual_cny
    for shares in (cost.by_district, cost.by_sector, cost.by_payer):
        yield *last, float(shares["annual_cny"].to_numpy(dtype=float).sum())
    starts = {*years, *np.unique(options.start_year[~options.is_as_is()]).tolist()}
    yield *total(np.sum([options.capital(year) for year in sorted(starts)], axis=0)), cost.capital_cny
    yield *total(options.present_value()), cost.present_value_cny


def _tonnes(options: YearOptions, portfolio: Portfolio, total: Total, pollutants: Sequence[str]) -> Iterator[Pair]:
    table = portfolio.emissions
    last = options.timeline.years[-1]
    for pollutant in pollutants:
        flow = f"{pollutant}_t_per_year"
        for year in options.timeline.years:
            rows = table[(table["pollutant"] == pollutant) & (table["year"] == year)]
            without, remains = (
                rows[f"{name}_t_per_year"].to_numpy(dtype=float) for name in ("without_plan", "with_plan")
            )
            emitted = float(np.abs(without).sum())
            value, size = total(options.reduction(flow, year))
            yield value, size + emitted, float((without - remains).sum())
            if year == last:
                room = SMALL_PART * emitted
                yield value, size + room, float(portfolio.tasks[f"{pollutant}_reduction_t_per_year"].sum())
                value, size = total(options.project_reduction(flow, year))
                yield value, size + room, float(portfolio.tasks[f"{pollutant}_accountable_t_per_year"].sum())


def _other_flows(options: YearOptions, portfolio: Portfolio, total: Total) -> Iterator[Pair]:
    for year, flow, without, change in portfolio.flows.itertuples(index=False):
        value, size = total(options.reduction(flow, year))
        yield value, size + abs(without), -change
