"""From a solved scenario to its `Result`: requirements, tasks, emissions, cost, the check of the two ledgers."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from model.portfolio import Portfolio
from model.sector import FloatArray
from model.text import Text
from scenarios.admission import is_of
from scenarios.bundle import Bundle
from scenarios.compile import Compiled
from scenarios.requirements import Fix, Shared
from scenarios.result import CostSummary, Json, Ledger, RequirementResult
from scenarios.rows import RowPlan, Sense
from scenarios.serves import clauses, served_rows

MET_TOLERANCE = 1e-7
"""Relative; rows are re-added from the plan, so only rounding separates a met row from its bound."""

LEDGER_TOLERANCE = 1e-6
SMALL_PART = 1e-6
"""Of an emission; a reduction below it is lost in the emission's own rounding."""


type Pair = tuple[float, float, float]
"""A number of the first ledger, what a difference is relative to, and the number of the second."""

type Total = Callable[[FloatArray], tuple[float, float]]
"""Sums a value (choice,) over what was chosen: the sum, and the sum of absolute values."""


class LedgerError(Exception):
    """The two ledgers differ by more than 1e-6: a fault of the program, so no result is given."""


@dataclass(frozen=True, slots=True)
class RowFacts:
    """What is known of the rows, each shape (row plan,), in the rows' own units; NaN where unknown."""

    reached: FloatArray
    together: FloatArray
    alone: FloatArray
    price: FloatArray


def requirement_results(compiled: Compiled, facts: RowFacts, *, is_answered: bool) -> tuple[RequirementResult, ...]:
    """Return every row of the scenario as it is reported, in scenario order."""
    sign = -1.0 if compiled.mode == "most_reduction" else 1.0
    return tuple(
        _requirement(plan, number, facts, is_answered=is_answered, sign=sign)
        for number, plan in enumerate(compiled.plans)
    )


def _requirement(plan: RowPlan, number: int, facts: RowFacts, *, is_answered: bool, sign: float) -> RequirementResult:
    """Return one row as reported; ``sign`` is -1 where the objective was maximised by minimising its negative."""
    requirement = plan.requirement
    reached = _reported(plan, facts.reached[number]) if is_answered else None
    bound = plan.bound
    met = None if reached is None or bound is None else _is_met(plan.sense, bound, float(facts.reached[number]))
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
        cites=_cites(requirement),
        note=said(requirement.note) if requirement.note.zh else None,
    )


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
        cites=_cites(fix),
        note=said(fix.note) if fix.note.zh else None,
    )


def _reported(plan: RowPlan, value: float) -> float | None:
    return None if np.isnan(value) else plan.report(float(value))


def _is_met(sense: Sense, bound: float, value: float) -> bool:
    room = MET_TOLERANCE * max(1.0, abs(bound), abs(value))
    above, below = value >= bound - room, value <= bound + room
    return {">=": above, "<=": below, "=": above and below}[sense]


def _slack(plan: RowPlan, reached: float) -> float | None:
    if plan.asked is None:
        return None
    surplus = reached - plan.asked
    return {">=": surplus, "<=": -surplus, "=": -abs(surplus)}[plan.reported_sense]


def _cites(requirement: Shared) -> list[Json]:
    return [
        {"document": said(cite.document), "clause": cite.clause, "summary": said(cite.summary)}
        for cite in requirement.cites
    ]


def said(text: Text) -> Json:
    """Return a text as it stands in ``result.json``."""
    return {"zh": text.zh, "en": text.en}


def cost_summary(portfolio: Portfolio) -> CostSummary:
    """Return the cost of a portfolio as it is reported."""
    cost = portfolio.cost
    return CostSummary(
        annual_cny=cost.annual_cny,
        capital_cny=cost.capital_cny,
        present_value_cny=cost.present_value_cny,
        by_year=records(cost.by_year),
        by_district=records(cost.by_district),
        by_sector=records(cost.by_sector),
        by_payer=records(cost.by_payer),
    )


def records(table: pd.DataFrame) -> list[Json]:
    """Return a table as plain rows."""
    return [{str(key): value for key, value in row.items()} for row in table.to_dict(orient="records")]


def task_rows(bundle: Bundle, compiled: Compiled, portfolio: Portfolio, choices: pd.DataFrame) -> list[Json]:
    """Return the task list: one row per chosen package, by district, sector and source.

    ``reduction_t_per_year`` is the engineering reduction of a full year at the last plan year's activity;
    ``accountable_t_per_year`` is the project basis with the credit rule: the source's emission of the year before the
    start minus that of the start year, m/12 of it in the start year when months are counted.
    """
    tasks = portfolio.tasks
    pollutants = reported_pollutants(compiled)
    place = _places(tasks, choices)
    accountable = _accountable(bundle, compiled, tasks, place, pollutants)
    served = served_rows(compiled, place)
    decided = np.isin(place, [np.flatnonzero(is_of(compiled.options, decision)) for decision in compiled.decided])
    operating = _operating_cost(portfolio)
    rows = tasks.to_dict(orient="records")
    order = np.lexsort((tasks["start_year"], tasks["source"], tasks["district"]))
    return [
        _task(
            bundle,
            compiled,
            number,
            rows[row],
            accountable=accountable[row],
            operating_cost=float(operating[row]),
            served=served[row],
            is_decided=bool(decided[row]),
        )
        for number, row in enumerate(order, start=1)
    ]


def _task(
    bundle: Bundle,
    compiled: Compiled,
    number: int,
    task: Mapping[Hashable, Any],
    *,
    accountable: Mapping[str, float],
    operating_cost: float,
    served: NDArray[np.bool_],
    is_decided: bool,
) -> Json:
    measures = [bundle.catalogue.measures[measure] for measure in task["measure_ids"]]
    reduction = {p: float(task[f"{p}_full_year_reduction_t_per_year"]) for p in accountable}
    annual = float(task["annual_cost_cny"])
    units = bundle.scenario.units
    return {
        "task_id": f"T{number:05d}",
        "source_id": task["source_id"],
        "source_name": task["source_name"],
        "district": task["district"],
        "sector": task["sector"],
        "measures": list(task["measure_ids"]),
        "measure_names": said(_joined([measure.name for measure in measures])),
        "content": said(_joined([measure.content for measure in measures])),
        "share": float(task["share"]),
        "start_year": int(task["start_year"]),
        "due": task["due"].isoformat(),
        "capital_cny": float(task["capital_cny"]),
        "annual_cost_cny": annual,
        "operating_cost_cny": operating_cost,
        "reduction_t_per_year": reduction,
        "accountable_t_per_year": dict(accountable),
        "cost_per_t": {p: annual / tonnes for p, tonnes in reduction.items() if tonnes > 0},
        "lead_unit": task["lead_unit"] or units.lead,
        "support_units": task["support_units"] or units.support,
        "is_decided": is_decided,
        "serves": [plan.row_id for plan, is_served in zip(compiled.plans, served, strict=True) if is_served],
        "cites": [said(text) for text in clauses(bundle, compiled, task["source_id"], served)],
        "references": list(dict.fromkeys(ref for measure in measures for ref in measure.refs)),
    }


def _joined(texts: Sequence[Text]) -> Text:
    return Text("；".join(text.zh for text in texts), "; ".join(text.en for text in texts))


def reported_pollutants(compiled: Compiled) -> tuple[str, ...]:
    """Return the pollutants a result shows: NOx, VOCs and TP, and those a requirement names."""
    return tuple(flow.removesuffix("_t_per_year") for flow in compiled.options.table.change)


def _places(tasks: pd.DataFrame, choices: pd.DataFrame) -> NDArray[np.int64]:
    """Return the place of each task among the options, shape (task,)."""
    keys = ["source", "measure_ids", "start_year"]
    return tasks[keys].merge(choices[[*keys, "choice"]], on=keys, how="left")["choice"].to_numpy(dtype=np.int64)


def _accountable(
    bundle: Bundle, compiled: Compiled, tasks: pd.DataFrame, place: NDArray[np.int64], pollutants: Sequence[str]
) -> list[dict[str, float]]:
    options, year = compiled.options, bundle.timeline.years[-1]
    share = tasks["share"].to_numpy(dtype=float)
    columns = {p: options.project_reduction(f"{p}_t_per_year", year)[place] * share for p in pollutants}
    return [{p: float(columns[p][row]) for p in pollutants} for row in range(len(tasks))]


def _operating_cost(portfolio: Portfolio) -> FloatArray:
    """Return annual cost less the annuities of capital [CNY/yr], shape (task,)."""
    lines = portfolio.lines
    annuity = lines.loc[lines["kind"] == "capital"].groupby("task")["annual_cny"].sum()
    annuities = annuity.reindex(range(len(portfolio.tasks)), fill_value=0.0).to_numpy()
    return np.asarray(portfolio.tasks["annual_cost_cny"].to_numpy(dtype=float) - annuities)


def check_ledgers(compiled: Compiled, level: FloatArray, portfolio: Portfolio, *, objective: float) -> Ledger:
    """Compare the arrays the optimiser chose from with the plan priced task by task.

    ``objective`` is what the optimiser says its choice is worth. Money: annual cost and capital of every plan year,
    the totals, the annual cost by district, sector and payer, and present value, relative to the sum of the tasks'
    absolute values. Tonnes, for every reported pollutant: the tasks' reduction in the last plan year, relative to the
    sum of absolute values and a millionth of the emission, so that rounding of large emissions does not count; and what
    the emissions table says is less in every plan year, relative to the emission.

    Raises
    ------
    LedgerError
        When one of them differs by more than 1e-6.

    """
    chosen = np.flatnonzero((level > 0) & ~compiled.options.is_as_is())
    share = level[chosen]

    def total(values: FloatArray) -> tuple[float, float]:
        parts = values[chosen] * share
        return float(parts.sum()), float(np.abs(parts).sum())

    worth = compiled.problem.cost * level
    pairs = [
        (float(worth.sum()), float(np.abs(worth).sum()), objective),
        *_money(compiled, portfolio, total),
        *_tonnes(compiled, portfolio, total),
    ]
    first, size, second = np.array(pairs).T
    worst = float(np.max(np.abs(first - second) / np.maximum(size, 1e-9)))
    if not worst <= LEDGER_TOLERANCE:
        raise LedgerError(f"the two ledgers differ by {worst:.3g} (relative); no result is given")
    return Ledger(agrees=True, max_relative_difference=worst)


def _money(compiled: Compiled, portfolio: Portfolio, total: Total) -> Iterator[Pair]:
    options, cost = compiled.options, portfolio.cost
    years = options.timeline.years
    annual, capital = (cost.by_year[name].to_numpy(dtype=float) for name in ("annual_cny", "capital_cny"))
    for place, year in enumerate(years):
        yield *total(options.yearly_cost(year)), float(annual[place])
        yield *total(options.capital(year)), float(capital[place])
    last = total(options.yearly_cost(years[-1]))
    yield *last, cost.annual_cny
    for shares in (cost.by_district, cost.by_sector, cost.by_payer):
        yield *last, float(shares["annual_cny"].to_numpy(dtype=float).sum())
    yield *total(np.sum([options.capital(year) for year in years], axis=0)), cost.capital_cny
    yield *total(options.present_value()), cost.present_value_cny


def _tonnes(compiled: Compiled, portfolio: Portfolio, total: Total) -> Iterator[Pair]:
    options, table = compiled.options, portfolio.emissions
    last = options.timeline.years[-1]
    for flow in options.table.change:
        pollutant = flow.removesuffix("_t_per_year")
        for year in options.timeline.years:
            rows = table[(table["pollutant"] == pollutant) & (table["year"] == year)]
            without, remains = (
                rows[f"{name}_t_per_year"].to_numpy(dtype=float) for name in ("without_plan", "with_plan")
            )
            emitted = float(np.abs(without).sum())
            value, size = total(options.reduction(flow, year))
            yield value, size + emitted, float((without - remains).sum())
            if year == last:
                booked = float(portfolio.tasks[f"{pollutant}_reduction_t_per_year"].to_numpy(dtype=float).sum())
                yield value, size + SMALL_PART * emitted, booked
