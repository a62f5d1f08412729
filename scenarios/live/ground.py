"""What stays the same while amounts move: the scenario with its other edits, compiled and taken apart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from pydantic import ValidationError

from model.catalogue import flow_names
from model.options import OptionTable
from model.problems import InputError, Problem
from model.rates import at_rate
from model.sectors import SECTORS
from model.strict import problems_of
from optimizer.apart import Pieces, take_apart
from scenarios.bundle import Bundle, Patch
from scenarios.compile import Compiled, compile_scenario, options_of
from scenarios.consistency import catalogue_problems, input_problems, scenario_problems
from scenarios.covered import mask_of
from scenarios.fields import PENDING, PROPOSE
from scenarios.files import ScenarioFiles
from scenarios.held_rows import first_row, further_rows
from scenarios.layers import merge
from scenarios.live.edits import AMOUNT, Edits, is_amount
from scenarios.needs import row_facts
from scenarios.patches import COMMAND, apply, as_text
from scenarios.rows import Facts, RowPlan, is_row, plan_rows
from scenarios.spec import Scenario


@dataclass(frozen=True, slots=True, eq=False)
class Ground:
    """A scenario with every edit but those that move an amount, compiled.

    ``raw`` are the tables of the scenario file with its bases; ``pieces`` is None where the problem cannot be taken
    apart.
    """

    raw: Mapping[str, Any]
    bundle: Bundle
    compiled: Compiled
    facts: Facts
    pieces: Pieces | None


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


def ground_of(raw: Mapping[str, Any], bundle: Bundle, edits: Edits, table: OptionTable | None = None) -> Ground:
    """Compile a scenario with edits. Raises `InputError` with whatever does not fit.

    ``table`` holds the options of the scenario as it stands: at another discount rate, or with amounts given, they
    serve again.
    """
    edited = edited_bundle(raw, bundle, edits) if edits else bundle
    if table is None or any(key != "discount_rate" and not is_amount(key) for key, _ in edits):
        return _compiled(raw, edited, options_of(edited))
    return _compiled(raw, edited, at_rate(table, edited.catalogue, edited.economics.discount_rate))


def _compiled(raw: Mapping[str, Any], bundle: Bundle, table: OptionTable) -> Ground:
    compiled = compile_scenario(bundle, table)
    pieces = None if compiled.problem.side is not None else take_apart(compiled.problem)
    return Ground(raw, bundle, compiled, row_facts(bundle, table), pieces)


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
    bundle = replace(
        ground.bundle, scenario=scenario, patches=tuple(Patch(key, as_text(value)) for key, value in edits)
    )
    moved = {key.split(".")[1] for key, _ in amounts}
    return _bounded(bundle, ground, moved)


def _scenario(tables: Mapping[str, Any], problems: Sequence[Problem]) -> Scenario:
    if problems:
        raise InputError(problems)
    try:
        return Scenario.model_validate(tables)
    except ValidationError as error:
        raise InputError(problems_of(error, tables, Scenario, COMMAND)) from error


def _bounded(bundle: Bundle, ground: Ground, moved: set[str]) -> Ground:
    """Put new bounds on the rows of the requirements that moved; compile anew where more than bounds differ."""
    compiled = ground.compiled
    fresh = [
        plan
        for item in bundle.scenario.requirement
        if item.id in moved and is_row(item)
        for plan in plan_rows(item, mask_of(bundle, item), ground.facts)
    ]
    by_row = {plan.row_id: plan for plan in fresh}
    plans = tuple(by_row.get(plan.row_id, plan) for plan in compiled.plans)
    if compiled.slack.places or not all(_is_same_row(new, old) for new, old in zip(plans, compiled.plans, strict=True)):
        return _compiled(ground.raw, bundle, compiled.options.table)
    rows = {row.id: row for row in compiled.problem.rows}
    for plan, place, metric in zip(plans, compiled.row_of, compiled.metric_of, strict=True):
        if place is not None:
            rows.update({row.id: row for row in (first_row(plan, metric), *further_rows(plan, metric))})
    problem = replace(compiled.problem, rows=tuple(rows.values()))
    return replace(ground, bundle=bundle, compiled=replace(compiled, plans=plans, problem=problem))


def _is_same_row(new: RowPlan, old: RowPlan) -> bool:
    """Say whether two plans of a row differ in their bounds at most; one that is pending has no row."""
    return new is old or (
        new.held == old.held
        and len(new.limits) == len(old.limits)
        and all(mine[0] == other[0] for mine, other in zip(new.row_bounds, old.row_bounds, strict=True))
    )
