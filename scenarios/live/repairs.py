"""The nearest change that makes a preview possible, found in the piece that stands in the way."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from model.sector import FloatArray
from model.text import Text
from model.units import Amount, parts
from optimizer import ChoiceProblem, Settings, Solution, solve
from optimizer.apart import Piece
from scenarios.compiling.compile import Compiled
from scenarios.compiling.rows import RowPlan
from scenarios.live.edits import AMOUNT
from scenarios.live.ground import Ground
from scenarios.live.levers import title_of
from scenarios.live.quick import Quick

GAP = 1e-3
DIGITS = 4
"""Significant digits of an amount that is proposed."""


@dataclass(frozen=True, slots=True)
class Nearest:
    """A change of one amount: the edit, and what it says. Alone it mends the rows it was found for."""

    key: str
    value: str | int
    says: Text


def nearest_changes(ground: Ground, quick: Quick) -> list[Nearest]:
    """Return changes of single amounts that mend what stands in the way; of several faults one change each.

    Each comes from a choice that exists: the row's own extreme with the other rows of its piece held, or what the
    cheapest choice without the wide rows would need of them.
    """
    compiled = ground.compiled
    if not quick.blocked:
        return []
    without = quick.without
    if without is not None and without.row_values is not None and without.level is not None:
        missed = [row for row in quick.blocked if _is_missed(compiled, row, without.row_values[row])]
        changes = [_change(compiled, row, without.level) for row in missed]
        return [change for change in changes if change is not None]
    found = []
    for piece in ground.pieces.pieces:
        if set(piece.rows) & set(quick.blocked):
            found += list(_in_piece(compiled, piece))
    return found


def _is_missed(compiled: Compiled, row: int, value: float) -> bool:
    bound = compiled.problem.bounds[row]
    return bool(value > bound if compiled.problem.senses[row] == "<=" else value < bound)


def _in_piece(compiled: Compiled, piece: Piece) -> Iterator[Nearest]:
    """Yield for each row of a piece how far it can go with the piece's other rows held."""
    problem = piece.bounded(tuple(compiled.problem.rows[row].bound for row in piece.movable))
    for place, row in enumerate(piece.movable):
        level = _extreme(problem, place)
        if level is not None and _is_missed(compiled, row, float(problem.contribution(place) @ level)):
            whole = np.zeros(compiled.problem.option_count)
            whole[piece.options] = level
            change = _change(compiled, row, whole)
            if change is not None:
                yield change


def _extreme(problem: ChoiceProblem, place: int) -> FloatArray | None:
    """Return a choice (option,) that keeps the other rows and takes one as far as it goes."""
    sign = 1.0 if problem.rows[place].sense == "<=" else -1.0
    others = tuple(row for number, row in enumerate(problem.rows) if number != place)
    values = problem.contribution(place)
    solution: Solution = solve(replace(problem, cost=sign * values, rows=others), Settings(engine="milp", gap=GAP))
    return solution.level


def _change(compiled: Compiled, row: int, level: FloatArray) -> Nearest | None:
    """Return the change of the amount behind a row to what a choice gives, rounded to the side that can be had."""
    plan = next((plan for plan, place in zip(compiled.plans, compiled.row_of, strict=True) if place == row), None)
    amount = None if plan is None else getattr(plan.requirement, "amount", None)
    if plan is None or plan.asked is None or not plan.asked or amount is None:
        return None
    value = float(compiled.problem.contribution(row) @ level)
    if plan.per is not None:
        value = plan.value(*(compiled.total(plan, metric, level) for metric in (plan.metric, plan.per)))
    ratio = plan.report(value) / plan.ease / plan.asked
    key = f"requirement.{plan.requirement.id}.amount"
    if AMOUNT.fullmatch(key) is None:
        return None
    if isinstance(amount, Amount):
        number, unit = parts(amount.text)
        text: str | int = f"{_round(number * ratio, plan):.10g} {unit}"
    else:
        text = math.floor(float(amount) * ratio + 1e-9)
    title = title_of(plan.requirement)  # type: ignore[arg-type]
    before = amount.text if isinstance(amount, Amount) else str(amount)
    return Nearest(key, text, Text(f"{title.zh}：{before} → {text}", f"{title.en}: {before} → {text}"))


def _round(number: float, plan: RowPlan) -> float:
    if number == 0:
        return 0.0
    unit = 10.0 ** (math.floor(math.log10(abs(number))) - DIGITS + 1)
    rounded = math.floor(number / unit) if plan.reported_sense == ">=" else math.ceil(number / unit)
    return rounded * unit
