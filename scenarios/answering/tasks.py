"""From a priced plan to its task list."""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from model.inventory import PLACE
from model.portfolio import Portfolio
from model.sector import FloatArray
from model.text import Text
from scenarios.answering.co_effects import reported_pollutants
from scenarios.answering.result import Json, said
from scenarios.answering.serves import asked_for, clauses, served_rows, supported_rules, units
from scenarios.answering.task_table import Columns, Places, TaskTable
from scenarios.compiling.admission import is_of
from scenarios.compiling.compile import Compiled
from scenarios.reading.bundle import Bundle
from scenarios.reading.requirements import Fix

type Flags = NDArray[np.bool_]


def task_rows(bundle: Bundle, compiled: Compiled, portfolio: Portfolio, choices: pd.DataFrame) -> TaskTable:
    """Return the task list: one row per chosen package, by district, sector and source.

    Districts come in the order of the scenario, or by name where it lists none.
    ``reduction_t_per_year`` is the engineering reduction of a full year at the last plan year's activity;
    ``accountable_t_per_year`` is the project basis with the credit rule: the source's emission of the year before the
    start minus that of the start year, m/12 of it in the start year when months are counted.
    """
    tasks = portfolio.tasks
    place = choices["choice"].to_numpy(dtype=np.int64)[tasks["row"].to_numpy(dtype=np.int64)]
    kind, kinds = _shared(tasks["measure_ids"], lambda row: package_words(bundle, tasks["measure_ids"].iloc[row]))
    reason, reasons, due = answerable(bundle, compiled, tasks, place)
    pollutants = reported_pollutants(compiled)
    tables = {"reduction_t_per_year": "full_year_reduction", "accountable_t_per_year": "accountable"}
    columns = Columns(
        plain=_plain(bundle, compiled, portfolio, place) | {"due": due},
        tonnes={
            table: {p: tasks[f"{p}_{name}_t_per_year"].to_numpy(dtype=np.float64) for p in pollutants}
            for table, name in tables.items()
        },
        kind=kind,
        kinds=kinds,
        reason=reason,
        reasons=reasons,
    )
    return TaskTable(columns, _order(bundle, tasks))


def answerable(
    bundle: Bundle, compiled: Compiled, tasks: pd.DataFrame, place: Places
) -> tuple[Places, list[Json], list[str]]:
    """Return which of some reasons each task has, these reasons with who answers for it, and the day it is due.

    ``tasks`` has the columns source_id, district, lead_unit, support_units, start_year and due; ``place`` (task,) is
    where each stands among the options.
    """
    served = _served(compiled, tasks, place)
    return *_reasons(bundle, compiled, tasks, served), _due(compiled, tasks, served)


def _order(bundle: Bundle, tasks: pd.DataFrame) -> Places:
    rank = {district: number for number, district in enumerate(bundle.scenario.district_ids)}
    district = tasks["district"]
    place = district.map(rank).to_numpy() if rank else pd.factorize(district, sort=True)[0]
    return np.lexsort((tasks["start_year"], tasks["source"], place))


def _plain(bundle: Bundle, compiled: Compiled, portfolio: Portfolio, place: Places) -> dict[str, list[Any]]:
    tasks = portfolio.tasks
    decided = np.isin(place, [np.flatnonzero(is_of(compiled.options, decision)) for decision in compiled.decided])
    coordinates = bundle.inventory.coordinates()[tasks["source"].to_numpy()]
    kept = ("source_id", "source_name", "district", "sector", "share", "start_year", "capital_cny", "annual_cost_cny")
    return {
        **{name: tasks[name].tolist() for name in kept},
        **place_cells(coordinates),
        "operating_cost_cny": operating_cost(portfolio).tolist(),
        "is_decided": decided.tolist(),
    }


def operating_cost(portfolio: Portfolio) -> FloatArray:
    """Return annual cost less the annuities of capital [CNY/yr], shape (task,)."""
    lines = portfolio.lines
    annuity = lines.loc[lines["kind"] == "capital"].groupby("task")["annual_cny"].sum()
    annuities = annuity.reindex(range(len(portfolio.tasks)), fill_value=0.0).to_numpy()
    return np.asarray(portfolio.tasks["annual_cost_cny"].to_numpy(dtype=float) - annuities)


def place_cells(coordinates: FloatArray) -> dict[str, list[float | None]]:
    """Return the columns of the places of tasks, from their coordinates (task, 2); None where one is not known."""
    return {
        name: [None if math.isnan(value) else value for value in column]
        for name, column in zip(PLACE, coordinates.T.tolist(), strict=True)
    }


def package_words(bundle: Bundle, measure_ids: Sequence[str]) -> Json:
    """Return what tasks with the same measures share."""
    measures = [bundle.catalogue.measures[measure] for measure in measure_ids]
    return {
        "measures": list(measure_ids),
        "measure_names": said(_joined([measure.name for measure in measures])),
        "content": said(_joined([measure.content for measure in measures])),
        "references": list(dict.fromkeys(ref for measure in measures for ref in measure.refs)),
    }


def _joined(texts: Sequence[Text]) -> Text:
    return Text("；".join(text.zh for text in texts), "; ".join(text.en for text in texts))


def _served(compiled: Compiled, tasks: pd.DataFrame, place: Places) -> Flags:
    """Return, shape (task, row plan and rule), which rows and rules each task serves, rows from its start year on."""
    years = np.array([plan.year for plan in compiled.plans], dtype=np.int64)
    has_begun = tasks["start_year"].to_numpy(dtype=np.int64)[:, None] <= years
    return np.hstack([served_rows(compiled, place) & has_begun, supported_rules(compiled, place)])


def _due(compiled: Compiled, tasks: pd.DataFrame, served: Flags) -> list[str]:
    """Return the day by which each task must be done: the earliest deadline that it serves, where one comes first."""
    due = np.array(tasks["due"].tolist(), dtype="datetime64[D]")
    for number, plan in enumerate(compiled.plans):
        if plan.metric.by is not None:
            is_first = served[:, number] & (due > np.datetime64(plan.metric.by, "D"))
            due[is_first] = np.datetime64(plan.metric.by, "D")
    return [str(day) for day in due]


def _reasons(bundle: Bundle, compiled: Compiled, tasks: pd.DataFrame, served: Flags) -> tuple[Places, list[Json]]:
    """Return why each task is there and who answers for it: tasks that are alike in all of that share one entry."""
    own = {item.source_id for item in bundle.scenario.requirement if isinstance(item, Fix)}
    source_id = tasks["source_id"]
    keys = pd.DataFrame(
        {
            "served": [row.tobytes() for row in np.packbits(served, axis=1)],
            "fixed": source_id.where(source_id.isin(own), ""),
            **{name: tasks[name] for name in ("district", "lead_unit", "support_units")},
        }
    )
    cells = {name: tasks[name].tolist() for name in ("source_id", "district", "lead_unit", "support_units")}
    asked = asked_for(compiled)

    def reason(row: int) -> Json:
        task: dict[Hashable, Any] = {name: column[row] for name, column in cells.items()}
        who = units(bundle, compiled, task, served[row])
        behind = clauses(bundle, compiled, task["source_id"], served[row])
        return {
            "lead_unit": who.lead,
            "support_units": who.support,
            "serves": [name for (name, _), is_served in zip(asked, served[row], strict=True) if is_served],
            "cites": [said(text) for text in behind],
        }

    return _shared(keys, reason)


def _shared(keys: pd.Series | pd.DataFrame, make: Callable[[int], Json]) -> tuple[Places, list[Json]]:
    """Return which of the distinct keys each row has, and what ``make`` gives at the first row of each."""
    frame = keys.to_frame() if isinstance(keys, pd.Series) else keys
    code = np.asarray(frame.groupby(list(frame.columns), sort=False).ngroup(), dtype=np.int64)
    first = np.unique(code, return_index=True)[1]
    return code, [make(int(row)) for row in first]
