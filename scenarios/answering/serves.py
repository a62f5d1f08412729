"""Which requirements a task serves, the clauses of the plan it therefore rests on, and who answers for it."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from model.sector import FloatArray
from model.text import Text
from scenarios.compiling.compile import Compiled
from scenarios.compiling.expand import YearOptions
from scenarios.compiling.metrics import metric_values
from scenarios.compiling.rows import RowPlan
from scenarios.reading.bundle import Bundle
from scenarios.reading.requirements import Fix
from scenarios.reading.requirements.shared import Shared
from scenarios.reading.spec import UnitsSpec

MONEY = frozenset({"capital", "public", "annual"})
SOME = 1e-9
DISTRICT = "{district}"
"""Stands for the district of a task in the name of a unit: ``{district}人民政府``."""


def served_rows(compiled: Compiled, choice: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Return, shape (task, row plan), where a task moves a row towards what is asked of it.

    ``choice`` (task,) is the place of each task among the options. A task serves a row when its source is in scope and
    the row stands better with it than with the source as it is; no task serves a ceiling of money.
    """
    chosen = np.zeros(compiled.options.size, dtype=np.bool_)
    chosen[choice] = True
    options = compiled.options.only(chosen)
    as_they_are = options.as_they_are()
    place = np.searchsorted(np.flatnonzero(chosen), choice)
    columns = [plan.mask[options.source] & (_gain(plan, options, as_they_are) > SOME) for plan in compiled.plans]
    return np.array(columns, dtype=np.bool_).reshape(len(columns), options.size).T[place]


def _gain(plan: RowPlan, options: YearOptions, as_they_are: YearOptions) -> FloatArray:
    """Return by how much each choice moves a row to its safe side, shape (choice,); of a ratio N / D by N - a D."""
    if plan.metric.name in MONEY:
        return np.zeros(options.size)
    change = metric_values(plan.held, options) - metric_values(plan.held, as_they_are)
    return -change if plan.sense == "<=" else change


def asked_for(compiled: Compiled) -> list[tuple[str, Shared]]:
    """Return row id and requirement of every row, and after them of every rule."""
    rows = [(plan.row_id, plan.requirement) for plan in compiled.plans]
    return [*rows, *((rule.requirement.id, rule.requirement) for rule in compiled.rules)]


def supported_rules(compiled: Compiled, choice: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Return, shape (task, rule), where a task is what another one needs, such as the plant that its users share."""
    chosen = np.zeros(compiled.options.size)
    chosen[choice] = 1.0
    columns = [rule.supports(chosen)[choice] for rule in compiled.rules]
    return np.array(columns, dtype=np.bool_).reshape(len(columns), len(choice)).T


def clauses(bundle: Bundle, compiled: Compiled, source_id: str, served: NDArray[np.bool_]) -> list[Text]:
    """Return the documents behind one task with their clauses, those of the decision on its source before the rows.

    ``served`` (row plan and rule,) says which of `asked_for` the task serves. Each document stands once, with each of
    its clauses once.
    """
    found: dict[Text, list[str]] = {}
    for requirement in _behind(bundle, compiled, source_id, served):
        for cite in requirement.cites:
            found.setdefault(cite.document, []).append(cite.clause)
    return [_document(document, dict.fromkeys(filter(None, named))) for document, named in found.items()]


def units(bundle: Bundle, compiled: Compiled, task: Mapping[Hashable, Any], served: NDArray[np.bool_]) -> UnitsSpec:
    """Return who answers for a task and who helps.

    Units that its source names come first, then those of the first requirement behind the task that names a responsible
    unit (in the order of `clauses`), then the scenario's. The cooperating units go with the responsible one: a clause
    that names one without the other leaves the other empty. Where a unit is written with ``{district}``, the district
    of the task stands there.
    """
    behind = _behind(bundle, compiled, str(task["source_id"]), served)
    named = (UnitsSpec(lead=item.lead, support=item.support) for item in behind if item.lead)
    usual = next(named, bundle.scenario.units)
    lead, support = task["lead_unit"] or usual.lead, task["support_units"] or usual.support
    district = str(task["district"])
    return UnitsSpec(lead=lead.replace(DISTRICT, district), support=support.replace(DISTRICT, district))


def _behind(bundle: Bundle, compiled: Compiled, source_id: str, served: NDArray[np.bool_]) -> list[Shared]:
    """Return the decision on a source, and then the requirements whose rows its task serves."""
    decided = [item for item in bundle.scenario.requirement if isinstance(item, Fix) and item.source_id == source_id]
    rows = [requirement for (_, requirement), is_served in zip(asked_for(compiled), served, strict=True) if is_served]
    return [*decided, *rows]


def _document(document: Text, named: Iterable[str]) -> Text:
    """Return a document with its clauses.

    >>> _document(Text("计划", "Plan"), ["三.1", "三.2"])
    Text(zh='计划 三.1、三.2', en='Plan 三.1, 三.2')
    """
    zh, en = "、".join(named), ", ".join(named)
    return Text(f"{document.zh} {zh}".strip(), f"{document.en} {en}".strip())
