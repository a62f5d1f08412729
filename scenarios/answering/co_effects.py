"""What a plan does beside what is asked of it: the change of CO2, stated for every plan."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from model.pollutants import POLLUTANTS
from scenarios.answering.result import Json
from scenarios.compiling.compile import Compiled
from scenarios.compiling.needs import CO_EFFECTS


def priced_pollutants(compiled: Compiled) -> tuple[str, ...]:
    """Return the pollutants that the second ledger counts: those reported, those asked for, and the co-effects."""
    names = (flow.removesuffix("_t_per_year") for flow in compiled.options.table.change)
    return tuple(name for name in names if name in POLLUTANTS)


def other_flows(compiled: Compiled) -> tuple[str, ...]:
    """Return the flows that rows read and that are no pollutant's: the second ledger counts them too."""
    of_pollutants = {f"{name}_t_per_year" for name in priced_pollutants(compiled)}
    return tuple(flow for flow in compiled.options.table.change if flow not in of_pollutants)


def reported_pollutants(compiled: Compiled) -> tuple[str, ...]:
    """Return the pollutants a result shows task by task: NOx, VOCs and TP, and those a requirement names."""
    asked = {getattr(plan.requirement, "pollutant", None) for plan in compiled.plans}
    beside = {flow.removesuffix("_t_per_year") for flow in CO_EFFECTS} - asked
    return tuple(name for name in priced_pollutants(compiled) if name not in beside)


def shown_emissions(compiled: Compiled, emissions: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of an emissions table that a result shows."""
    return emissions[emissions["pollutant"].isin(reported_pollutants(compiled))]


def co_effects(years: Sequence[int], emissions: pd.DataFrame) -> list[Json]:
    """Return the change of each co-effect in every plan year [t/yr], with the plan minus without it.

    What the inventory does not count as it is (power of a plant, say) still counts in the change.
    """
    found: list[Json] = []
    for flow in CO_EFFECTS:
        pollutant = flow.removesuffix("_t_per_year")
        for year in years:
            rows = emissions[(emissions["pollutant"] == pollutant) & (emissions["year"] == year)]
            change = float((rows["with_plan_t_per_year"] - rows["without_plan_t_per_year"]).sum())
            found.append({"pollutant": pollutant, "year": year, "change_t_per_year": change})
    return found
