"""The task list of a preview, by columns: what a screen shows of it, nothing that takes a second ledger."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from model.inventory import PLACE
from model.text import Text
from model.timeline import due_date
from scenarios.admission import is_of
from scenarios.bundle import Bundle
from scenarios.co_effects import reported_pollutants
from scenarios.compile import Compiled
from scenarios.live.chosen import Chosen
from scenarios.result import Json, said
from scenarios.task_table import Columns, Places, TaskTable


def worklist(bundle: Bundle, compiled: Compiled, chosen: Chosen) -> TaskTable:
    """Return the task list by district and source, with the keys of ``result.json``.

    What each task serves and the clauses behind it are left to the full run.
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
        kinds=[_words(bundle, table.packages[package].measure_ids) for package in packages.tolist()],
        reason=reason,
        reasons=reasons,
    )
    return TaskTable(columns, np.arange(len(option)))


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
    place = chosen.sources.coordinates[chosen.source].T.tolist()
    return {
        "source_name": texts["name"][chosen.source].tolist(),
        **{name: texts[name][chosen.source].tolist() for name in ("source_id", "district", "sector")},
        **{
            name: [None if math.isnan(value) else value for value in column]
            for name, column in zip(PLACE, place, strict=True)
        },
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


def _words(bundle: Bundle, measure_ids: Sequence[str]) -> Json:
    measures = [bundle.catalogue.measures[measure] for measure in measure_ids]
    return {
        "measures": list(measure_ids),
        "measure_names": said(_joined([measure.name for measure in measures])),
        "content": said(_joined([measure.content for measure in measures])),
        "references": list(dict.fromkeys(ref for measure in measures for ref in measure.refs)),
    }


def _joined(texts: Sequence[Text]) -> Text:
    return Text("；".join(text.zh for text in texts), "; ".join(text.en for text in texts))


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
