"""Which requirements a task serves, and the clauses of the plan it therefore rests on."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from model.sector import FloatArray
from model.text import Text
from scenarios.bundle import Bundle
from scenarios.compile import Compiled
from scenarios.expand import NEVER
from scenarios.fields import Cite
from scenarios.metrics import metric_values
from scenarios.requirements import Fix
from scenarios.rows import RowPlan

MONEY = frozenset({"capital", "public", "annual"})
SOME = 1e-9


def served_rows(compiled: Compiled, choice: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Return, shape (task, row plan), where a task moves a row towards what is asked of it.

    ``choice`` (task,) is the place of each task among the options. A task serves a row when its source is in scope and
    it reduces, counts, or complies where the source as it is does not; no task serves what is asked at most, such as a
    budget or a quota with ``<=``.
    """
    source = compiled.options.source[choice]
    columns = [plan.mask[source] & (_gain(compiled, plan)[choice] > SOME) for plan in compiled.plans]
    return np.array(columns, dtype=np.bool_).reshape(len(columns), len(choice)).T


def _gain(compiled: Compiled, plan: RowPlan) -> FloatArray:
    """Return what each choice does for a row, shape (choice,): of an emission that remains, what it takes away."""
    options, name = compiled.options, plan.metric.name
    if name in MONEY or (name == "count" and plan.sense == "<="):
        return np.zeros(options.size)
    if name == "comply":
        return metric_values(plan.metric, options) - _complies_as_is(compiled, plan)
    metric = replace(plan.metric, name="reduction") if name == "remaining" else plan.metric
    return metric_values(metric, options)


def _complies_as_is(compiled: Compiled, plan: RowPlan) -> FloatArray:
    """Return 1 for each choice whose source keeps a mandate by its level or its equipment as they are."""
    options = compiled.options
    as_is = replace(options, start_year=np.full_like(options.start_year, NEVER))
    return metric_values(plan.metric, as_is)


def clauses(bundle: Bundle, compiled: Compiled, source_id: str, served: NDArray[np.bool_]) -> list[Text]:
    """Return document and clause behind one task, each once: of the decision on its source, then of the rows it serves.

    ``served`` (row plan,) is the task's row of `served_rows`.
    """
    decided = [item for item in bundle.scenario.requirement if isinstance(item, Fix) and item.source_id == source_id]
    rows = [plan.requirement for plan, is_served in zip(compiled.plans, served, strict=True) if is_served]
    return list(dict.fromkeys(_clause(cite) for requirement in (*decided, *rows) for cite in requirement.cites))


def _clause(cite: Cite) -> Text:
    clause = f" {cite.clause}" if cite.clause else ""
    return Text(f"{cite.document.zh}{clause}", f"{cite.document.en}{clause}")
