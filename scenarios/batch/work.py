"""One run of a batch, in whatever process it is done: read what differs, plan, and say what came of it."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass, field, replace
from typing import Any

from model.options import OptionTable
from model.problems import InputError
from model.rates import at_rate
from model.text import Language
from optimizer import Settings
from scenarios.answering import run
from scenarios.answering.result import Result, to_json
from scenarios.batch.sweep import RunSpec
from scenarios.compiling.compile import options_of
from scenarios.compiling.needs import flows_read, levels_read, payers_read
from scenarios.reading.bundle import Bundle
from scenarios.reading.files import Parts, ScenarioFiles, load_bundle
from scenarios.reading.patches import as_text
from scenarios.reading.requirements import Forbid

MOST_TABLES = 4
"""Option tables that a process keeps: runs that differ in bounds only share one."""

FAILED = "FAILED"
"""Status of a run without an answer: its settings do not fit, or something broke."""

type Record = dict[str, Any]
"""What is kept of a run beside its answer: plain values by column of ``runs.csv``."""


@dataclass(frozen=True, slots=True, eq=False)
class Kit:
    """What every process of a batch is given once: the scenario, what was read for it, how to solve.

    ``has_reach`` asks each run how far each requirement could be pushed.
    """

    found: ScenarioFiles
    parts: Parts
    settings: Settings
    has_reach: bool = False
    language: Language = "both"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a run: ``record`` as it is listed, ``result`` the text of its ``result.json``, None when it failed.

    A batch's ``result.json`` holds neither seconds nor a date: these stand in the record, so that the same run gives
    the same bytes on every machine.
    """

    id: str
    record: Record
    result: str | None


@dataclass(slots=True)
class Shelf:
    """What one process keeps between runs: parts that were read, option tables that may serve again.

    Arrays are shared, prices and plans never: a run gives the same answer whatever ran before it.
    """

    kit: Kit
    tables: OrderedDict[Hashable, OptionTable] = field(default_factory=OrderedDict)

    def bundle(self, spec: RunSpec) -> Bundle:
        """Return the scenario of a run. Raises `InputError` when the run's settings do not fit it."""
        return load_bundle(self.kit.found, spec.settings, parts=self.kit.parts)

    def table(self, bundle: Bundle) -> OptionTable:
        """Return the options of a scenario, from the shelf when an equal question was asked before.

        Annuities are always made from the capital, so that it does not matter at which rate a table was built.
        """
        key = _asked(bundle)
        if key not in self.tables:
            self.tables[key] = options_of(bundle)
            if len(self.tables) > MOST_TABLES:
                self.tables.popitem(last=False)
        self.tables.move_to_end(key)
        return at_rate(self.tables[key], bundle.catalogue, bundle.economics.discount_rate)


def _asked(bundle: Bundle) -> Hashable:
    """Return everything that `options_of` reads but the discount rate, in a form that two equal questions share."""
    forbidden = [repr(item) for item in bundle.scenario.requirement if isinstance(item, Forbid)]
    asked = (flows_read(bundle), levels_read(bundle), payers_read(bundle), bundle.scenario.packages.max_per_source)
    economics = repr(replace(bundle.economics, discount_rate=0.0))
    return id(bundle.inventory), id(bundle.catalogue), economics, asked, tuple(forbidden)


def work(shelf: Shelf, spec: RunSpec) -> Outcome:
    """Do one run. Whatever goes wrong with it is its outcome: no run ends a batch."""
    begin = time.perf_counter()
    record: Record = {"run": spec.id, "set": said(spec)}
    try:
        result = _planned(shelf, spec)
    except InputError as error:
        return failed(spec, " | ".join(problem.say(shelf.kit.language) for problem in error.problems))
    except Exception as error:  # noqa: BLE001 - one run's fault, of whatever kind, must not end the others
        return failed(spec, f"{type(error).__name__}: {error}")
    seconds = result.provenance["seconds"]
    record |= listed(result) | {
        "solve_s": seconds.get("solve", 0.0),
        "evaluate_s": seconds.get("evaluate", 0.0),
        "wall_s": round(time.perf_counter() - begin, 3),
    }
    timeless = {key: value for key, value in result.provenance.items() if key not in {"seconds", "date"}}
    return Outcome(spec.id, record, to_json(replace(result, provenance=timeless)))


def _planned(shelf: Shelf, spec: RunSpec) -> Result:
    begin = time.perf_counter()
    bundle = shelf.bundle(spec)
    read = time.perf_counter() - begin
    table = shelf.table(bundle)
    kit = shelf.kit
    return run.plan(bundle, settings=kit.settings, table=table, read_seconds=read, has_reach=kit.has_reach)


def failed(spec: RunSpec, message: str) -> Outcome:
    """Return the outcome of a run that has no answer."""
    return Outcome(spec.id, {"run": spec.id, "set": said(spec), "status": FAILED, "message": message}, None)


def said(spec: RunSpec) -> str:
    """Return what a run sets, as ``key=value; key=value``."""
    return "; ".join(f"{key}={as_text(value)}" for key, value in spec.settings)


def listed(result: Result) -> Record:
    """Return what ``runs.csv`` says of an answer."""
    met = [requirement.row for requirement in result.requirements if requirement.met]
    unmet = [requirement.row for requirement in result.requirements if not requirement.met]
    cost = result.cost
    return {
        "status": result.status,
        "objective": result.objective.value,
        "objective_unit": result.objective.unit,
        "gap": result.gap,
        "annual_cny": None if cost is None else cost.annual_cny,
        "capital_cny": None if cost is None else cost.capital_cny,
        "present_value_cny": None if cost is None else cost.present_value_cny,
        "requirements": len(result.requirements),
        "requirements_met": len(met),
        "not_met": " ".join(unmet),
        "tasks": len(result.tasks),
    }
