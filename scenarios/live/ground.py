"""What stays the same while amounts move: the scenario with its other edits, compiled and taken apart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from pydantic import ValidationError

from model.catalogue import flow_names
from model.options import OptionTable
from model.problems import InputError, Problem
from model.rates import at_rate
from model.sectors import SECTORS
from model.strict import problems_of
from optimizer.apart import Piece, Pieces, take_apart
from scenarios.compiling.compile import Compiled, compile_scenario, options_of
from scenarios.compiling.covered import mask_of
from scenarios.compiling.extensions import Ways, extended
from scenarios.compiling.held_rows import first_row, further_rows, rows_of
from scenarios.compiling.metrics import metric_values
from scenarios.compiling.needs import row_facts
from scenarios.compiling.objective import objective
from scenarios.compiling.rows import Facts, RowPlan, is_row, plan_rows
from scenarios.live.edits import AMOUNT, Edits, is_amount
from scenarios.reading.bundle import Bundle, Patch
from scenarios.reading.consistency import catalogue_problems, input_problems, scenario_problems
from scenarios.reading.fields import PENDING, PROPOSE
from scenarios.reading.files import ScenarioFiles
from scenarios.reading.layers import merge
from scenarios.reading.patches import COMMAND, apply, as_text
from scenarios.reading.requirements import Requirement
from scenarios.reading.spec import Scenario

RATE = "discount_rate"


@dataclass(frozen=True, slots=True, eq=False)
class Ground:
    """A scenario with every edit but those that move an amount, compiled.

    ``raw`` are the tables of the scenario file with its bases. ``anew`` are the amounts under which all was compiled
    once more, because more than bounds and ratios differ: the pieces are those of no other amounts.
    """

    raw: Mapping[str, Any]
    bundle: Bundle
    compiled: Compiled
    facts: Facts
    pieces: Pieces
    anew: Edits = ()

    def ratios(self, piece: Piece) -> tuple[float | None, ...]:
        """Return the ratios asked for in a piece: they stand in what its options add to a row, not in its bounds."""
        own = set(piece.rows)
        pairs = zip(self.compiled.plans, self.compiled.row_of, strict=True)
        return tuple(plan.bound for plan, place in pairs if plan.per is not None and place in own)


def raw_of(found: ScenarioFiles) -> dict[str, Any]:
    """Return the tables of a scenario file, put on top of those it builds on."""
    merged: dict[str, Any] = {}
    for layer in reversed(found.layers):
        merged = merge(merged, {key: value for key, value in layer.raw.items() if key != "base"})
    return merged


def first_given(bundle: Bundle, edits: Edits) -> Edits:
    """Return the edits that give an amount to a requirement that has none yet: these make rows of their own."""
    waiting = {item.id for item in bundle.scenario.requirement if getattr(item, "amount", None) in {PENDING, PROPOSE}}
    found = ((AMOUNT.fullmatch(key), key, value) for key, value in edits)
    return tuple((key, value) for amount, key, value in found if amount and amount["id"] in waiting)


def ground_of(raw: Mapping[str, Any], bundle: Bundle, edits: Edits, stands: Ground | None = None) -> Ground:
    """Compile a scenario with edits. Raises `InputError` with whatever does not fit.

    ``stands`` is the scenario as it stands: at another discount rate, or with amounts given, its options serve again.
    """
    keys = {key for key, _ in edits}
    if stands is not None and keys == {RATE} and (moved := _at_rate(stands, edits)) is not None:
        return moved
    edited = edited_bundle(raw, bundle, edits) if edits else bundle
    if stands is None or any(key != RATE and not is_amount(key) for key in keys):
        return _compiled(raw, edited, options_of(edited))
    return _compiled(raw, edited, _rated_table(stands, edited))


def _at_rate(ground: Ground, edits: Edits) -> Ground | None:
    """Return the ground at another discount rate; None where that is in more than what is minimised.

    In rows over yearly cost it is, and in the price of what is missed.
    """
    compiled = ground.compiled
    if compiled.slack.places or any(map(_is_yearly_cost, compiled.plans)):
        return None
    tables, problems = apply(ground.raw, edits)
    bundle = _restated(ground.bundle, _scenario(tables, problems), edits)
    table, later = _rated_table(ground, bundle), compiled.options.later
    later = extended(
        table, later.choice, Ways(later.before, later.after, later.start_year, later.start_year, later.ready)
    )
    options = replace(compiled.options, table=table, economics=bundle.economics, later=later)
    problem = replace(compiled.problem, cost=compiled.widened(objective(bundle, options)))
    compiled = replace(compiled, options=options, problem=problem)
    return replace(ground, bundle=bundle, compiled=compiled, pieces=take_apart(problem))


def _rated_table(stands: Ground, bundle: Bundle) -> OptionTable:
    return at_rate(stands.compiled.options.table, bundle.catalogue, bundle.economics.discount_rate)


def _is_yearly_cost(plan: RowPlan) -> bool:
    """Say whether any metric that a row adds up is the cost of a year."""
    metrics = [plan.metric, *((plan.per,) if plan.per else ())]
    while metrics:
        metric = metrics.pop()
        if metric.name == "annual":
            return True
        metrics += [part for _, part in metric.parts]
    return False


def _compiled(raw: Mapping[str, Any], bundle: Bundle, table: OptionTable) -> Ground:
    compiled = compile_scenario(bundle, table)
    return Ground(raw, bundle, compiled, row_facts(bundle, table), take_apart(compiled.problem))


def edited_bundle(raw: Mapping[str, Any], bundle: Bundle, edits: Edits) -> Bundle:
    """Return the bundle with edits applied, its sources and catalogue as they were read.

    Raises
    ------
    InputError
        With every edit that does not fit the scenario, its sources or its catalogue.

    """
    tables, problems = apply(raw, edits)
    scenario = _scenario(tables, problems)
    flows = {name: flow_names(SECTORS[name], bundle.catalogue.factors) for name in bundle.inventory.tables}
    problems += scenario_problems(scenario, SECTORS, COMMAND)
    problems += catalogue_problems(scenario, bundle.catalogue, COMMAND)
    problems += input_problems(scenario, bundle.inventory, bundle.catalogue, flows, COMMAND)
    if problems:
        raise InputError(dict.fromkeys(problems))
    return _restated(bundle, scenario, edits)


def _restated(bundle: Bundle, scenario: Scenario, edits: Edits) -> Bundle:
    """Return the bundle with another scenario over the same sources and catalogue."""
    return replace(
        bundle,
        scenario=scenario,
        economics=replace(bundle.economics, discount_rate=scenario.discount_rate),
        patches=tuple(Patch(key, as_text(value)) for key, value in edits),
    )


def with_amounts(ground: Ground, edits: Edits) -> Ground:
    """Return the scenario with its amounts set: the same arrays under other bounds.

    Raises
    ------
    InputError
        When an amount cannot be read, or has a unit of another kind.

    """
    amounts = tuple(edit for edit in edits if is_amount(edit[0]))
    if not amounts:
        return ground
    tables, problems = apply(ground.raw, edits)
    scenario = _scenario(tables, problems)
    bundle = _restated(ground.bundle, scenario, edits)
    moved = [item for item in bundle.scenario.requirement if f"requirement.{item.id}.amount" in dict(amounts)]
    return _bounded(bundle, ground, moved) or replace(
        _compiled(ground.raw, bundle, ground.compiled.options.table), anew=amounts
    )


def _scenario(tables: Mapping[str, Any], problems: Sequence[Problem]) -> Scenario:
    if problems:
        raise InputError(problems)
    try:
        return Scenario.model_validate(tables)
    except ValidationError as error:
        raise InputError(problems_of(error, tables, Scenario, COMMAND)) from error


def _bounded(bundle: Bundle, ground: Ground, moved: Sequence[Requirement]) -> Ground | None:
    """Put new bounds on the rows of the requirements that moved; None where more than bounds and ratios differ."""
    compiled = ground.compiled
    if compiled.slack.places or not all(map(is_row, moved)):
        return None
    fresh = [plan for item in moved for plan in plan_rows(item, mask_of(bundle, item), ground.facts)]
    by_row = {plan.row_id: plan for plan in fresh}
    plans = tuple(by_row.get(plan.row_id, plan) for plan in compiled.plans)
    if not all(_is_same_row(new, old) for new, old in zip(plans, compiled.plans, strict=True)):
        return None
    ground = replace(ground, bundle=bundle, compiled=replace(compiled, plans=plans))
    ratios = [
        number
        for number, (new, old) in enumerate(zip(plans, compiled.plans, strict=True))
        if new.held != old.held and compiled.row_of[number] is not None
    ]
    return _rated(ground, ratios) if ratios else _with_bounds(ground)


def _with_bounds(ground: Ground) -> Ground:
    """Return the ground with the bounds that its plans have."""
    compiled = ground.compiled
    rows = {row.id: row for row in compiled.problem.rows}
    for plan, place, metric in zip(compiled.plans, compiled.row_of, compiled.metric_of, strict=True):
        if place is not None:
            rows.update({row.id: row for row in (first_row(plan, metric), *further_rows(plan, metric))})
    problem = compiled.problem.with_rows(tuple(rows.values()))
    return replace(ground, compiled=replace(compiled, problem=problem))


def _rated(ground: Ground, numbers: Sequence[int]) -> Ground | None:
    """Return the ground with what options add to the rows of some ratios; None where they tie other pieces together.

    The row of N / D >= a is N - a D >= 0: another a is another metric of its own.
    """
    compiled = ground.compiled
    problem, metric_of = compiled.problem, list(compiled.metric_of)
    values = [compiled.widened(metric_values(compiled.plans[number].held, compiled.options)) for number in numbers]
    for place, number in enumerate(numbers, start=len(problem.metrics)):
        metric_of[number] = place
    problem = replace(problem, metrics=np.vstack([problem.metrics, *values]))
    compiled = replace(compiled, problem=problem, metric_of=tuple(metric_of))
    ground = _with_bounds(replace(ground, compiled=compiled))
    ids = {row_id for number in numbers for row_id in rows_of(compiled.plans[number])}
    rows = [place for place, row in enumerate(ground.compiled.problem.rows) if row.id in ids]
    pieces = ground.pieces.over(ground.compiled.problem, rows)
    return None if pieces is None else replace(ground, pieces=pieces)


def _is_same_row(new: RowPlan, old: RowPlan) -> bool:
    """Say whether two plans of a row differ in their bounds and ratios at most; one that is pending has no row."""
    return new is old or (
        (new.metric, new.per) == (old.metric, old.per)
        and len(new.limits) == len(old.limits)
        and all(mine[0] == other[0] for mine, other in zip(new.row_bounds, old.row_bounds, strict=True))
    )
