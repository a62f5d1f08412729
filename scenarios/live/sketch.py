"""The answer of a preview, added up from the optimiser's arrays: the first ledger alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from model.sector import FloatArray
from optimizer import Solution
from scenarios.answering import sentences
from scenarios.answering.answer import RowFacts
from scenarios.answering.co_effects import reported_pollutants
from scenarios.answering.result import CostSummary, Json, Result, said
from scenarios.answering.soft_results import missing_of
from scenarios.answering.stating import stated
from scenarios.compiling.compile import Compiled
from scenarios.compiling.held_rows import prices
from scenarios.live.chosen import Chosen, Sources, chosen_of, plan_values
from scenarios.live.worklist import worklist
from scenarios.reading.bundle import Bundle


def sketch(bundle: Bundle, compiled: Compiled, solution: Solution, sources: Sources) -> Result:
    """Return the answer of a preview: requirements, cost, tasks and emissions as the optimiser's arrays have them.

    Payers and the clauses behind each task are left to the full run.
    """
    result = replace(
        stated(bundle, compiled, solution, _facts(compiled, solution)),
        notes=[said(note) for note in sentences.notes(compiled, compiled.plans)],
        provenance={"patches": [{"key": patch.key, "value": patch.value} for patch in bundle.patches]},
    )
    if solution.level is None:
        return result
    chosen = chosen_of(bundle, compiled, solution.level, sources)
    return replace(
        result, cost=_cost(chosen), tasks=worklist(bundle, compiled, chosen), emissions=_emissions(compiled, chosen)
    )


def _facts(compiled: Compiled, solution: Solution) -> RowFacts:
    unknown = np.full(len(compiled.plans), np.nan)
    reached = unknown if solution.level is None else plan_values(compiled, solution.level)
    return RowFacts(
        reached=reached,
        together=unknown,
        alone=compiled.alone,
        price=prices(compiled, solution),
        missing=missing_of(compiled, solution.level),
    )


def _cost(chosen: Chosen) -> CostSummary:
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


def _shared(by: str, chosen: Chosen, columns: Mapping[str, FloatArray]) -> list[Json]:
    code, labels = chosen.sources.code[by], chosen.sources.labels[by]
    sums = {name: np.bincount(code[chosen.source], values, len(labels)) for name, values in columns.items()}
    return [
        {by: label, **{name: float(values[number]) for name, values in sums.items()}}
        for number, label in enumerate(labels)
    ]


def _emissions(compiled: Compiled, chosen: Chosen) -> list[Json]:
    """Return emissions by year, district, sector and pollutant, with the keys of ``result.json``."""
    options = chosen.options
    district, sector = chosen.sources.code["district"], chosen.sources.code["sector"]
    districts, sectors = chosen.sources.labels["district"], chosen.sources.labels["sector"]
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
