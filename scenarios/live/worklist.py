"""The task list of a preview, by columns: what a screen shows of it, nothing that takes a second ledger."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from model.timeline import due_date
from scenarios.answering.co_effects import reported_pollutants
from scenarios.answering.result import Json
from scenarios.answering.task_table import Columns, Places, TaskTable
from scenarios.answering.tasks import answerable, package_words, place_cells
from scenarios.compiling.admission import is_of
from scenarios.compiling.compile import Compiled
from scenarios.live.chosen import Chosen
from scenarios.reading.bundle import Bundle

ANSWERS = ("source_id", "district", "lead_unit", "support_units")


def worklist(bundle: Bundle, compiled: Compiled, chosen: Chosen) -> TaskTable:
    """Return the task list by district and source, with the keys of ``result.json``.

    Who answers for each task where a clause says so, what it serves and the clauses are left to `answered_for`.
    """
    table, year = chosen.options.table, chosen.options.timeline.years[-1]
    option = chosen.options.last_option()[chosen.order]
    pollutants = reported_pollutants(compiled)
    grown = chosen.options.activity[year][chosen.source] * chosen.share
    flows = {pollutant: f"{pollutant}_t_per_year" for pollutant in pollutants}
    kind, packages = pd.factorize(table.package[option])
    reason, reasons = _reasons(bundle, chosen)
    columns = Columns(
        plain=_plain(compiled, chosen, option),
        tonnes={
            "reduction_t_per_year": {p: -table.change[flow][option] * grown for p, flow in flows.items()},
            "accountable_t_per_year": {
                p: chosen.of(chosen.options.project_reduction(flow, year)) for p, flow in flows.items()
            },
        },
        kind=np.asarray(kind, dtype=np.int64),
        kinds=[package_words(bundle, table.packages[package].measure_ids) for package in packages.tolist()],
        reason=reason,
        reasons=reasons,
    )
    return TaskTable(columns, np.arange(len(option)))


def answered_for(bundle: Bundle, compiled: Compiled, chosen: Chosen, tasks: TaskTable) -> TaskTable:
    """Return a list of `worklist` with who answers for each task, by when, and why, as the full run has them."""
    texts = {name: chosen.sources.texts[name][chosen.source] for name in ANSWERS}
    frame = pd.DataFrame({**texts, **{name: tasks.column(name) for name in ("start_year", "due")}})
    return tasks.answered_for(*answerable(bundle, compiled, frame, chosen.place))


def _plain(compiled: Compiled, chosen: Chosen, option: Places) -> dict[str, list[Any]]:
    options, texts = chosen.options, chosen.sources.texts
    years = options.timeline.years
    capital = np.sum([chosen.of(options.capital(year)) for year in years], axis=0)
    annual = chosen.of(options.yearly_cost(years[-1]))
    annuity = options.table.annuity_cny_per_year[option] * chosen.share
    start = options.start_year[chosen.order]
    decided = np.zeros(options.size, dtype=bool)
    for decision in compiled.decided:
        decided |= is_of(options, decision)
    return {
        "source_name": texts["name"][chosen.source].tolist(),
        **{name: texts[name][chosen.source].tolist() for name in ("source_id", "district", "sector")},
        **place_cells(chosen.sources.coordinates[chosen.source]),
        "share": chosen.share.tolist(),
        "start_year": start.tolist(),
        "due": _days(due_date(options.timeline, options.ready[chosen.order], start)),
        "capital_cny": capital.tolist(),
        "annual_cost_cny": annual.tolist(),
        "operating_cost_cny": (annual - annuity).tolist(),
        "is_decided": decided[chosen.order].tolist(),
    }


def _days(due: np.ndarray[Any, np.dtype[np.datetime64]]) -> list[str]:
    code, days = pd.factorize(due.astype("datetime64[D]").astype(np.int64))
    said_as = np.array([str(np.datetime64(day, "D")) for day in days.tolist()], dtype=object)
    return said_as[code].tolist() if len(days) else []


def _reasons(bundle: Bundle, chosen: Chosen) -> tuple[Places, list[Json]]:
    """Return who answers for each task: tasks of the same units share one entry."""
    texts, units = chosen.sources.texts, bundle.scenario.units
    lead, support = (texts[name][chosen.source] for name in ("lead_unit", "support_units"))
    pairs = list(zip(lead.tolist(), support.tolist(), strict=True))
    distinct = {pair: number for number, pair in enumerate(dict.fromkeys(pairs))}
    reasons: list[Json] = [
        {"lead_unit": own or units.lead, "support_units": others or units.support, "serves": [], "cites": []}
        for own, others in distinct
    ]
    return np.array([distinct[pair] for pair in pairs], dtype=np.int64), reasons
