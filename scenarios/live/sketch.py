"""The answer of a preview, added up from the optimiser's arrays: the first ledger alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from model.sector import FloatArray
from model.text import Text
from model.timeline import due_date
from optimizer import Solution
from scenarios import sentences
from scenarios.admission import is_of
from scenarios.answer import RowFacts, in_order, requirement_results
from scenarios.bundle import Bundle
from scenarios.co_effects import reported_pollutants
from scenarios.compile import SMALLEST_SHARE, Compiled
from scenarios.expand import YearOptions
from scenarios.held_rows import prices
from scenarios.result import CostSummary, Json, Objective, Result, said
from scenarios.rules import rule_results


@dataclass(frozen=True, slots=True, eq=False)
class _Chosen:
    """What is chosen: the choices alone, their order on the list, and shares and sources in that order."""

    options: YearOptions
    order: NDArray[np.int64]
    share: FloatArray
    source: NDArray[np.int64]
    sources: pd.DataFrame

    def of(self, values: FloatArray) -> FloatArray:
        """Return a value (choice,) of what is chosen in the order of the list, times its share."""
        return np.asarray(values[self.order] * self.share)


def sketch(bundle: Bundle, compiled: Compiled, solution: Solution, sources: pd.DataFrame) -> Result:
    """Return the answer of a preview: requirements, cost, tasks and emissions as the optimiser's arrays have them.

    ``sources`` is `Inventory.sources` of the bundle. Payers and the clauses behind each task are left to the full run.
    """
    answered = solution.level is not None
    requirements = requirement_results(compiled, _facts(compiled, solution), is_answered=answered)
    chosen = _chosen(bundle, compiled, solution, sources) if answered else None
    scenario = bundle.scenario
    requirements = in_order(
        bundle,
        requirements,
        rule_results(compiled.rules, None if solution.level is None else compiled.own(solution.level)),
    )
    return Result(
        scenario=scenario.id,
        title=said(scenario.title),
        jurisdiction=said(scenario.jurisdiction),
        districts=[{"id": district.id, **said(district.name)} for district in scenario.districts],
        columns=[{"id": name, **said(title)} for name, title in scenario.columns.items()],
        mode=scenario.mode,
        years=list(scenario.years),
        status=str(solution.status),
        says=said(sentences.says(compiled, solution, requirements)),
        is_illustrative=scenario.is_illustrative,
        illustrative=said(scenario.illustrative) if scenario.is_illustrative else None,
        objective=_objective(bundle, solution),
        bound=solution.bound,
        gap=solution.gap,
        cost=None if chosen is None else _cost(chosen),
        requirements=requirements,
        tasks=[] if chosen is None else list(_tasks(bundle, compiled, chosen)),
        emissions=[] if chosen is None else _emissions(compiled, chosen),
        repairs=[],
        ledger=None,
        assumptions=[],
        notes=[said(note) for note in sentences.notes(compiled, compiled.plans)],
        provenance={"patches": [{"key": patch.key, "value": patch.value} for patch in bundle.patches]},
    )


def _facts(compiled: Compiled, solution: Solution) -> RowFacts:
    unknown = np.full(len(compiled.plans), np.nan)
    reached = unknown if solution.level is None else compiled.plan_values(solution.level)
    return RowFacts(reached=reached, together=unknown, alone=compiled.alone, price=prices(compiled, solution))


def _chosen(bundle: Bundle, compiled: Compiled, solution: Solution, sources: pd.DataFrame) -> _Chosen:
    """Return what is chosen, by district in the scenario's order or by name, then by source."""
    level = np.asarray(solution.level)[: compiled.options.size]
    taken = (level > SMALLEST_SHARE) & ~compiled.options.is_as_is()
    options = compiled.options.only(taken)
    district = sources["district"].to_numpy()[options.source]
    rank = {name: number for number, name in enumerate(bundle.scenario.district_ids or sorted(set(district)))}
    of_district = np.array([rank[name] for name in district], dtype=np.int64)
    order = np.lexsort((options.start_year, options.source, of_district))
    return _Chosen(options, order, level[taken][order], options.source[order], sources)


def _objective(bundle: Bundle, solution: Solution) -> Objective:
    value = solution.objective
    if bundle.scenario.mode == "most_reduction":
        turned = None if value is None else -value
        return Objective(turned, "weighted t/yr", "weighted reduction in the last plan year")
    if len(bundle.timeline.years) == 1:
        return Objective(value, "CNY/yr", "annual cost of the last plan year")
    return Objective(value, "CNY", "present value over the plan years")


def _cost(chosen: _Chosen) -> CostSummary:
    options = chosen.options
    years = options.timeline.years
    annual, present = chosen.of(options.yearly_cost(years[-1])), chosen.of(options.present_value())
    capital = np.sum([chosen.of(options.capital(year)) for year in years], axis=0)
    by_year = [
        {
            "year": year,
            "annual_cny": float(chosen.of(options.yearly_cost(year)).sum()),
            "capital_cny": float(chosen.of(options.capital(year)).sum()),
        }
        for year in years
    ]
    columns = {"annual_cny": annual, "capital_cny": capital, "present_value_cny": present}
    return CostSummary(
        annual_cny=float(annual.sum()),
        capital_cny=float(capital.sum()),
        present_value_cny=float(present.sum()),
        by_year=by_year,
        by_district=_shared("district", chosen, columns),
        by_sector=_shared("sector", chosen, columns),
        by_payer=[],
    )


def _shared(by: str, chosen: _Chosen, columns: Mapping[str, FloatArray]) -> list[Json]:
    code, labels = pd.factorize(chosen.sources[by], sort=by != "sector")
    sums = {name: np.bincount(code[chosen.source], values, len(labels)) for name, values in columns.items()}
    return [
        {by: label, **{name: float(values[number]) for name, values in sums.items()}}
        for number, label in enumerate(labels)
    ]


def _tasks(bundle: Bundle, compiled: Compiled, chosen: _Chosen) -> Iterator[Json]:
    """Yield the task list by district, sector and source, with the keys of ``result.json`` that a screen shows."""
    options, table = chosen.options, chosen.options.table
    pollutants, year = reported_pollutants(compiled), options.timeline.years[-1]
    option, start = options.last_option()[chosen.order], options.start_year[chosen.order]
    grown = options.activity[year][chosen.source] * chosen.share
    full = {p: -table.change[f"{p}_t_per_year"][option] * grown for p in pollutants}
    accountable = {p: chosen.of(options.project_reduction(f"{p}_t_per_year", year)) for p in pollutants}
    capital = np.sum([chosen.of(options.capital(one)) for one in options.timeline.years], axis=0)
    annual, annuity = chosen.of(options.yearly_cost(year)), table.annuity_cny_per_year[option] * chosen.share
    due = due_date(options.timeline, options.ready[chosen.order], start).astype(object)
    decided = np.zeros(options.size, dtype=bool)
    for decision in compiled.decided:
        decided |= is_of(options, decision)
    decided = decided[chosen.order]
    names = {name: chosen.sources[name].to_numpy()[chosen.source] for name in NAMES}
    for row, package in enumerate(table.package[option]):
        measures = [bundle.catalogue.measures[measure] for measure in table.packages[package].measure_ids]
        reduction = {p: float(full[p][row]) for p in pollutants}
        yield {
            "task_id": f"T{row + 1:05d}",
            "source_id": names["source_id"][row],
            "source_name": names["name"][row],
            "district": names["district"][row],
            "sector": names["sector"][row],
            "measures": [measure.id for measure in measures],
            "measure_names": said(_joined([measure.name for measure in measures])),
            "content": said(_joined([measure.content for measure in measures])),
            "share": float(chosen.share[row]),
            "start_year": int(start[row]),
            "due": due[row].isoformat(),
            "capital_cny": float(capital[row]),
            "annual_cost_cny": float(annual[row]),
            "operating_cost_cny": float(annual[row] - annuity[row]),
            "reduction_t_per_year": reduction,
            "accountable_t_per_year": {p: float(accountable[p][row]) for p in pollutants},
            "cost_per_t": {p: float(annual[row]) / tonnes for p, tonnes in reduction.items() if tonnes > 0},
            "lead_unit": names["lead_unit"][row] or bundle.scenario.units.lead,
            "support_units": names["support_units"][row] or bundle.scenario.units.support,
            "is_decided": bool(decided[row]),
            "serves": [],
            "cites": [],
            "references": [],
        }


NAMES = ("source_id", "name", "district", "sector", "lead_unit", "support_units")


def _joined(texts: list[Text]) -> Text:
    return Text("；".join(text.zh for text in texts), "; ".join(text.en for text in texts))


def _emissions(compiled: Compiled, chosen: _Chosen) -> list[Json]:
    """Return emissions by year, district, sector and pollutant, with the keys of ``result.json``."""
    options = chosen.options
    district, districts = pd.factorize(chosen.sources["district"], sort=True)
    sector, sectors = pd.factorize(chosen.sources["sector"])
    found, scope = np.unique(district * len(sectors) + sector, return_inverse=True)
    rows: list[Json] = []
    for year in options.timeline.years:
        sums = {
            pollutant: (
                np.bincount(scope, options.base(flow), len(found)),
                np.bincount(scope, options.table.base[flow] * options.activity[year], len(found)),
                np.bincount(scope[chosen.source], chosen.of(options.reduction(flow, year)), len(found)),
            )
            for pollutant in reported_pollutants(compiled)
            if (flow := f"{pollutant}_t_per_year")
        }
        rows += [
            {
                "year": year,
                "district": districts[pair // len(sectors)],
                "sector": sectors[pair % len(sectors)],
                "pollutant": pollutant,
                "base_t_per_year": float(base[number]),
                "without_plan_t_per_year": float(without[number]),
                "with_plan_t_per_year": float(without[number] - less[number]),
            }
            for number, pair in enumerate(found)
            for pollutant, (base, without, less) in sums.items()
        ]
    return rows
