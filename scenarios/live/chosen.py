"""What a preview chooses, held by columns: only the choices that are taken, and the texts of the sources once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from model.inventory import Inventory
from model.sector import FloatArray
from scenarios.compiling.compile import SMALLEST_SHARE, Compiled
from scenarios.compiling.expand import YearOptions
from scenarios.compiling.metrics import metric_values
from scenarios.reading.bundle import Bundle

type Places = NDArray[np.int64]
type Labels = NDArray[Any]

TEXTS = ("source_id", "name", "district", "sector", "lead_unit", "support_units")
GROUPED = ("district", "sector")


@dataclass(frozen=True, slots=True, eq=False)
class Sources:
    """The sources of a scenario, read once: their texts, each (source,), and where they stand (source, 2) [degrees].

    ``code`` and ``labels`` number the districts, by name, and the sectors, in the order of the inventory.
    """

    texts: dict[str, Labels]
    coordinates: FloatArray
    code: dict[str, Places]
    labels: dict[str, list[str]]


def sources_of(inventory: Inventory) -> Sources:
    """Return the sources of an inventory."""
    frame = inventory.sources()
    coded = {name: pd.factorize(frame[name], sort=name != "sector") for name in GROUPED}
    return Sources(
        texts={name: frame[name].to_numpy(dtype=object) for name in TEXTS},
        coordinates=inventory.coordinates(),
        code={name: np.asarray(code, dtype=np.int64) for name, (code, _) in coded.items()},
        labels={name: [str(label) for label in labels] for name, (_, labels) in coded.items()},
    )


@dataclass(frozen=True, slots=True, eq=False)
class Chosen:
    """What is chosen: the choices alone, their order on the list, and shares and sources in that order.

    ``place`` says where each stands among all choices.
    """

    options: YearOptions
    order: Places
    place: Places
    share: FloatArray
    source: Places
    sources: Sources

    def of(self, values: FloatArray) -> FloatArray:
        """Return a value (choice,) of what is chosen in the order of the list, times its share."""
        return np.asarray(values[self.order] * self.share)


def chosen_of(bundle: Bundle, compiled: Compiled, level: FloatArray, sources: Sources) -> Chosen:
    """Return what is chosen, by district in the scenario's order or by name, then by source."""
    own = compiled.own(level)
    taken = (own > SMALLEST_SHARE) & ~compiled.options.is_as_is()
    options = compiled.options.only(taken)
    listed = {name: number for number, name in enumerate(bundle.scenario.district_ids)}
    labels = sources.labels["district"]
    rank = np.array([listed[name] for name in labels] if listed else np.arange(len(labels)), dtype=np.int64)
    of_district = rank[sources.code["district"][options.source]]
    order = np.lexsort((options.start_year, options.source, of_district))
    place = np.flatnonzero(taken)[order]
    return Chosen(options, order, place, own[taken][order], options.source[order], sources)


def plan_values(compiled: Compiled, level: FloatArray) -> FloatArray:
    """Return the value of every row plan under a choice, shape (row plan,), from what is taken alone.

    The same as `Compiled.plan_values` but for the order in which numbers are added.
    """
    own = compiled.own(level)
    taken = np.flatnonzero(own)
    amount, held = own[taken], None
    source = compiled.options.source[taken]
    found = []
    for plan, place in zip(compiled.plans, compiled.metric_of, strict=True):
        weight = np.where(plan.mask[source], amount, 0.0)
        if plan.per is None:
            found.append(float((compiled.problem.metrics[place][taken] * weight).sum()))
            continue
        held = compiled.options.only(own != 0.0) if held is None else held
        total, per = (float((metric_values(metric, held) * weight).sum()) for metric in (plan.metric, plan.per))
        found.append(plan.value(total, per))
    return np.array(found)
