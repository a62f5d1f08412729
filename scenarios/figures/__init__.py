"""Figures of an answer, as plain dictionaries for plotly.js: pure functions, the same in reports and dashboard.

No plotly object is ever built: the dictionaries are ready to be serialised. Every text from an inventory is escaped.
"""

from __future__ import annotations

from model.text import Language
from scenarios.answering.result import Result
from scenarios.figures.costs import CostBy, costs
from scenarios.figures.district_map import GeoJsonError, MapValue, district_map
from scenarios.figures.emissions import EmissionBy, StepBy, emissions, pollutants_of, waterfall
from scenarios.figures.mac import mac_curve, mac_steps
from scenarios.figures.style import Figure, escape
from scenarios.figures.targets import targets
from scenarios.figures.timeline import timeline

__all__ = [
    "CostBy",
    "EmissionBy",
    "Figure",
    "GeoJsonError",
    "MapValue",
    "StepBy",
    "costs",
    "district_map",
    "emissions",
    "escape",
    "mac_curve",
    "mac_steps",
    "pollutants_of",
    "report_figures",
    "targets",
    "timeline",
    "waterfall",
]


def report_figures(result: Result, language: Language) -> dict[str, Figure]:
    """Return every figure that an answer has something for, by name, in the order of a report."""
    found = {"targets": targets(result, language)}
    if result.cost is not None:
        by_year: tuple[CostBy, ...] = ("year",) if len(result.years) > 1 else ()
        parts: tuple[CostBy, ...] = (*by_year, "district", "sector", "payer")
        found |= {f"costs_by_{by}": costs(result, by, language) for by in parts}
    for pollutant in pollutants_of(result):
        found |= {
            f"emissions_{pollutant}_by_sector": emissions(result, pollutant, language),
            f"emissions_{pollutant}_by_district": emissions(result, pollutant, language, by="district"),
            f"waterfall_{pollutant}_by_sector": waterfall(result, pollutant, language),
            f"waterfall_{pollutant}_by_measure": waterfall(result, pollutant, language, by="measure"),
        }
        if mac_steps(result, pollutant):
            found[f"mac_{pollutant}"] = mac_curve(result, pollutant, language)
    if result.tasks:
        found["timeline"] = timeline(result, language)
    return found
