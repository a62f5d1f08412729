"""What the rows of a scenario read: flows, levels, columns of the inventory, sources that comply already."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial

import numpy as np
from numpy.typing import NDArray

from model.options import OptionTable
from model.sector import FloatArray
from model.standing import already_there
from model.timeline import entry_years
from scenarios.compiling.covered import mask_of, new_sources
from scenarios.compiling.rows import Facts
from scenarios.compiling.scope import number_column
from scenarios.reading.bundle import Bundle
from scenarios.reading.population import population_of
from scenarios.reading.requirements import Mandate, Offset, Quota, RankOut, SharedPlant

REPORTED = ("nox_t_per_year", "vocs_t_per_year", "tp_t_per_year")
CO_EFFECTS = ("co2_t_per_year",)
"""Flows whose change every plan states, whatever it asks for."""


def flows_read(bundle: Bundle) -> tuple[str, ...]:
    """Return the flows that rows, objective and reports read."""
    scenario = bundle.scenario
    weighted = scenario.weights if scenario.mode == "most_reduction" else ()
    asked = [flow for requirement in scenario.requirement for flow in requirement.flows]
    added = [item.of for item in scenario.requirement if isinstance(item, Quota | SharedPlant) and item.of is not None]
    added = [name for name in added if np.isnan(number_column(bundle.inventory, name)).all()]
    of_weights = [f"{pollutant}_t_per_year" for pollutant in weighted]
    return tuple(dict.fromkeys([*REPORTED, *asked, *added, *of_weights, *CO_EFFECTS]))


def levels_read(bundle: Bundle) -> tuple[str, ...]:
    """Return the levels that mandates read."""
    mandates: Iterable[Mandate] = (item for item in bundle.scenario.requirement if isinstance(item, Mandate))
    return tuple(dict.fromkeys(mandate.limit.level for mandate in mandates if mandate.limit))


def payers_read(bundle: Bundle) -> tuple[str, ...]:
    """Return the payers whose capital rows read."""
    asked = [getattr(requirement, "payer", None) for requirement in bundle.scenario.requirement]
    return tuple(dict.fromkeys(payer for payer in asked if payer))


def base_flows(bundle: Bundle, table: OptionTable) -> Mapping[str, FloatArray]:
    """Return the flows of the base year, (source,) each: 0 where the source enters later."""
    stands = entry_years(bundle.inventory, bundle.timeline.base_year) <= bundle.timeline.base_year
    return {flow: values * stands for flow, values in table.base.items()}


def row_facts(bundle: Bundle, table: OptionTable) -> Facts:
    """Return what the rows of a scenario are computed from."""
    asked = [item for item in bundle.scenario.requirement if isinstance(item, Mandate | RankOut)]
    sources = bundle.inventory.sources()
    return Facts(
        districts=sources["district"].to_numpy(dtype=object),
        source_ids=sources["source_id"].to_numpy(dtype=object),
        base=base_flows(bundle, table),
        column=partial(number_column, bundle.inventory),
        new={item.id: new_sources(bundle, item) for item in bundle.scenario.requirement if isinstance(item, Offset)},
        output_growth=bundle.output_growth,
        compliant={item.id: _compliant(bundle, item) for item in asked},
        years=bundle.timeline.years,
        base_year=bundle.timeline.base_year,
        basis=bundle.scenario.basis,
        sections=bundle.sections,
        population=population_of(bundle.inventory, bundle.scenario.population),
    )


def _compliant(bundle: Bundle, mandate: Mandate | RankOut) -> frozenset[int]:
    """Return the sources that keep a mandate as they are: one of its measures covers them and would change nothing."""
    there = mask_of(bundle, mandate)
    kept: NDArray[np.bool_] = np.zeros_like(there)
    for measure in mandate.measures:
        kept |= already_there(bundle.inventory, bundle.catalogue.measures[measure])
    return frozenset(np.flatnonzero(kept & there).tolist())
