"""Run a scenario: compile, solve, price again task by task, compare the two ledgers, state the answer."""

from __future__ import annotations

import importlib.metadata
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cache

import numpy as np
import pandas as pd

from model.options import OptionTable
from model.portfolio import Portfolio
from model.portfolio import evaluate as price
from model.problems import InputError, Problem
from model.text import Text
from optimizer import Settings, Solution, Status
from scenarios.analysis.ranking import ranking
from scenarios.analysis.study import Study
from scenarios.answering import sentences
from scenarios.answering.answer import (
    RowFacts,
    check_ledgers,
    cost_summary,
    departures,
    in_district_order,
    records,
)
from scenarios.answering.co_effects import co_effects, other_flows, priced_pollutants, shown_emissions
from scenarios.answering.levels import Answer, answer_of
from scenarios.answering.narrow import narrowed
from scenarios.answering.proposals import proposals
from scenarios.answering.reachable import Reached, together
from scenarios.answering.repair import repairs
from scenarios.answering.result import Json, Ledger, RequirementResult, Result, said
from scenarios.answering.soft_results import missing_of
from scenarios.answering.spare_memory import give_back, laid_aside, let_go
from scenarios.answering.stating import stated
from scenarios.answering.tasks import task_rows
from scenarios.compiling.choices import choices_of, level_of
from scenarios.compiling.compile import Compiled, compile_scenario, options_of
from scenarios.compiling.giving_way import tidied
from scenarios.compiling.held_rows import prices
from scenarios.compiling.rules import counts_together
from scenarios.reading.bundle import Bundle
from scenarios.reading.population import per_head
from scenarios.reading.spec import PLANNED

REACH_GAP = 1e-3
"""Relative gap to which the reachable value of a requirement is sought."""

MOST_RANKED = 200_000
"""Choices up to which ranking by cost per tonne is set beside a plan unasked; `jianpai explain` does it at any size."""


@dataclass(slots=True)
class _Clock:
    """Seconds spent in each stage of one run."""

    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        begin = time.perf_counter()
        yield
        self.seconds[name] = self.seconds.get(name, 0.0) + time.perf_counter() - begin


def plan(
    bundle: Bundle,
    *,
    settings: Settings,
    table: OptionTable | None = None,
    read_seconds: float = 0.0,
    has_reach: bool = True,
    found: Solution | None = None,
) -> Result:
    """Find the plan of a scenario and state it.

    ``table`` are its options where they are known already (`options_of`). Without ``has_reach`` nothing says how far
    each requirement could be pushed, which takes a solve for each. ``found`` is stated in place of the least-cost plan.

    Raises
    ------
    InputError
        When the scenario asks for something its inventory or catalogue cannot state.
    LedgerError
        When the optimiser's arrays and the plan priced task by task disagree.

    """
    if bundle.scenario.mode == "evaluate":
        raise InputError([_nothing_to_plan(bundle)])
    clock = _Clock({"read": read_seconds})
    compiled = _compiled(bundle, clock, table)
    with clock.stage("solve"):
        answer = answer_of(bundle, compiled, settings) if found is None else Answer(compiled, found)
        answer = replace(answer, solution=replace(answer.solution, memory=None))  # nothing starts from it any more
        compiled, solution = answer.compiled, answer.solution
        give_back(bundle.inventory.size)
    with clock.stage("reach"):
        facts = _facts(compiled, solution, settings, has_reach=has_reach)
        let_go(compiled.options.table)
    with clock.stage("proposals"):
        looser = replace(settings, gap=max(settings.gap, REACH_GAP))
        facts = replace(facts, proposals=proposals(compiled, facts.together, looser))
        let_go(compiled.options.table)
    with clock.stage("ranking"):
        beside = _ranked(Study(bundle, compiled, solution, settings))
    levels = answer.levels
    del answer
    if solution.level is not None:
        compiled, level = narrowed(compiled, solution.level)
        solution = replace(solution, level=level)
        give_back(bundle.inventory.size)
    result = _result(bundle, compiled, solution, facts, settings=settings, clock=clock)
    return replace(result, levels=levels, ranking=beside)


def _ranked(study: Study) -> Json | None:
    """Return what ranking by cost per tonne would have chosen, where there is a plan and ranking it is quick."""
    if not study.is_feasible or study.compiled.options.size > MOST_RANKED:
        return None
    found = ranking(study)
    return None if found is None else found.to_json()


def _nothing_to_plan(bundle: Bundle) -> Problem:
    what = Text("该情景只对给定的选择计价，不求方案", "the scenario prices given choices and plans nothing")
    advice = Text("请用 jianpai evaluate 并给出 --choices", "use jianpai evaluate with --choices")
    return Problem(bundle.scenario_file, what, PLANNED, "evaluate", advice, column="mode")


def reach(bundle: Bundle, *, settings: Settings, read_seconds: float = 0.0) -> Result:
    """State how far each requirement can be pushed, alone and with the others held, without planning."""
    clock = _Clock({"read": read_seconds})
    compiled = _compiled(bundle, clock)
    unsolved = Solution(status=Status.NO_ANSWER, reason="reach", engine="reach", engine_version="")
    with clock.stage("reach"):
        facts = _facts(compiled, unsolved, settings)
    says = Text("各项要求可达到的程度，未求解方案。", "How far each requirement can be pushed; no plan was sought.")
    return replace(
        _result(bundle, compiled, unsolved, facts, settings=settings, clock=clock), status="REACH", says=said(says)
    )


def evaluate(
    bundle: Bundle, choices: pd.DataFrame, *, settings: Settings, file: str, read_seconds: float = 0.0
) -> Result:
    """Price given choices (source_id, measures, start_year, share) without optimising.

    A decided project that the choices leave out stands among the requirements as one that is not met.

    Raises
    ------
    InputError
        With every row of ``choices`` that names something not on offer.

    """
    clock = _Clock({"read": read_seconds})
    compiled = _compiled(bundle, clock, is_open=True)
    with clock.stage("compile"):
        level = compiled.widened(level_of(choices, bundle.inventory, compiled.options, file=file))
    level = tidied(compiled, level)
    cost = float(compiled.problem.cost @ level)
    given = Solution(
        status=Status.FEASIBLE, reason="given choices", engine="none", engine_version="", objective=cost, level=level
    )
    with clock.stage("reach"):
        facts = _facts(compiled, given, settings)
    result = _result(bundle, compiled, given, facts, settings=settings, clock=clock)
    requirements = (*result.requirements, *departures(bundle, compiled, level))
    unmet = [requirement.row for requirement in requirements if not requirement.met]
    says = sentences.evaluated(unmet)
    return replace(result, mode="evaluate", says=said(says), requirements=requirements)


def _compiled(bundle: Bundle, clock: _Clock, table: OptionTable | None = None, *, is_open: bool = False) -> Compiled:
    sources = bundle.inventory.size
    with clock.stage("options"):
        give_back(sources)
        options = laid_aside(options_of(bundle) if table is None else table)
    with clock.stage("compile"):
        give_back(sources)
        compiled = compile_scenario(bundle, options, is_open=is_open)
        let_go(options)
        give_back(sources)
    return compiled


def _facts(compiled: Compiled, solution: Solution, settings: Settings, *, has_reach: bool = True) -> RowFacts:
    """Gather what is known of every row plan; how far it reaches is sought to the looser of two gaps."""
    plans = len(compiled.plans)
    unknown = np.full(plans, np.nan)
    reachable, counted = Reached(unknown, unknown), None
    if has_reach:
        looser = replace(settings, gap=max(settings.gap, REACH_GAP))
        reachable = together(compiled, looser, solution.level)
        counted = counts_together(compiled, looser, solution.level)
    return RowFacts(
        reached=unknown if solution.level is None else compiled.plan_values(solution.level),
        together=reachable.value,
        limit=reachable.limit,
        alone=compiled.alone,
        price=prices(compiled, solution),
        missing=missing_of(compiled, solution.level),
        rules_together=counted,
    )


def _result(
    bundle: Bundle, compiled: Compiled, solution: Solution, facts: RowFacts, *, settings: Settings, clock: _Clock
) -> Result:
    repaired: list[Json] = []
    if solution.status is Status.INFEASIBLE:
        with clock.stage("repair"):
            repaired = repairs(compiled, facts.together, replace(settings, gap=max(settings.gap, REACH_GAP)))
    result = stated(bundle, compiled, solution, facts)
    result = replace(
        result,
        repairs=repaired,
        assumptions=_assumptions(bundle),
        notes=_notes(bundle, compiled, result.requirements, facts),
        weights=dict(bundle.scenario.weights) if bundle.scenario.mode == "most_reduction" else None,
    )
    if solution.level is not None:
        result = _priced(result, bundle, compiled, solution, clock=clock)
    else:
        clock.seconds |= {"evaluate": 0.0, "tasks": 0.0}  # every run states the same stages
    return replace(result, provenance=_provenance(bundle, solution, settings, clock))


def _priced(result: Result, bundle: Bundle, compiled: Compiled, solution: Solution, *, clock: _Clock) -> Result:
    """Return an answer with all that takes the chosen packages, priced again task by task."""
    with clock.stage("evaluate"):
        choices = choices_of(compiled, solution)
        portfolio = _price(bundle, compiled, choices)
        ledger = _checked(compiled, solution, portfolio)
    cost = cost_summary(portfolio, bundle.scenario.district_ids)
    with clock.stage("tasks"):
        tasks = task_rows(bundle, compiled, portfolio, choices)
    return replace(
        result,
        cost=cost,
        tasks=tasks,
        emissions=_emissions(bundle, compiled, portfolio),
        ledger=ledger,
        co_effects=co_effects(bundle.scenario.years, portfolio.emissions),
        per_head=per_head(bundle, cost),
    )


def _notes(
    bundle: Bundle, compiled: Compiled, requirements: Sequence[RequirementResult], facts: RowFacts
) -> list[Json]:
    loose = sentences.loosely_reached(compiled.plans, facts.together, facts.limit)
    notes = (*bundle.notes, *sentences.notes(compiled, compiled.plans), *sentences.proposed(requirements), *loose)
    return [said(note) for note in notes]


def _emissions(bundle: Bundle, compiled: Compiled, portfolio: Portfolio) -> list[Json]:
    shown = shown_emissions(compiled, portfolio.emissions)
    return records(in_district_order(shown, bundle.scenario.district_ids))


def _checked(compiled: Compiled, solution: Solution, portfolio: Portfolio) -> Ledger:
    if solution.level is None or solution.objective is None:
        raise ValueError("the solution holds no answer")
    return check_ledgers(compiled, solution.level, portfolio, objective=solution.objective)


def _price(bundle: Bundle, compiled: Compiled, choices: pd.DataFrame) -> Portfolio:
    return price(
        choices,
        bundle.inventory,
        bundle.catalogue,
        bundle.economics,
        bundle.timeline,
        bundle.growth,
        pollutants=priced_pollutants(compiled),
        flows=other_flows(compiled),
    )


def _assumptions(bundle: Bundle) -> list[Json]:
    stated: list[Json] = [
        {
            "id": assumption.id,
            "text": said(assumption.text),
            "value": assumption.value,
            "cites": [said(cite.document) for cite in assumption.cites],
        }
        for assumption in bundle.scenario.assumptions
    ]
    prices: list[Json] = [
        {
            "id": f"price-{price.name}",
            "text": said(Text(f"价格：{price.name}", f"Price of {price.name}")),
            "value": f"{price.value:g} {price.unit}",
            "is_default": price.is_default,
            "cites": [said(Text(price.ref, price.ref))],
        }
        for price in bundle.prices
    ]
    return [*stated, *prices]


@cache
def _versions() -> Mapping[str, str]:
    """Return the versions of what an answer hangs on: asked once, they are looked up in files."""
    return {name: importlib.metadata.version(name) for name in ("jianpai", "pulp", "highspy", "numpy", "pandas")}


def _provenance(bundle: Bundle, solution: Solution, settings: Settings, clock: _Clock) -> Json:
    return {
        "inputs": [{"name": item.name, "sha256": item.sha256} for item in bundle.inputs],
        "bases": list(bundle.bases),
        "patches": [{"key": patch.key, "value": patch.value} for patch in bundle.patches],
        "versions": dict(_versions()),
        "engine": f"{solution.engine} {solution.engine_version}".strip(),
        "reason": solution.reason,
        "nodes": solution.nodes,
        "seed": settings.seed,
        "gap_asked": settings.gap,
        "discount_rate": bundle.scenario.discount_rate,
        "price_year": bundle.scenario.price_year,
        "seconds": {name: round(seconds, 3) for name, seconds in clock.seconds.items()},
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
    }
