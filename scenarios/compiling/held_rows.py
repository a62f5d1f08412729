"""From row plans to rows of the choice problem, and the problem with one of them asked for otherwise."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from model.sector import FloatArray
from optimizer import ChoiceProblem, Row, Solution
from scenarios.compiling.decided import Decision
from scenarios.compiling.giving_way import Slack
from scenarios.compiling.metrics import metric_values
from scenarios.compiling.rows import RowPlan

if TYPE_CHECKING:
    from scenarios.compiling.compile import Compiled

AT_MOST = "/at-most"
"""What the id of the second row of a tolerated "exactly" ends with."""


def first_row(plan: RowPlan, metric: int) -> Row:
    """Return the row that holds a plan, the lower one of two; ``metric`` is the place of ``plan.held``."""
    sense, bound = plan.row_bounds[0]
    groups = None if plan.mask.all() else np.flatnonzero(plan.mask)
    return Row(id=plan.row_id, metric=metric, sense=sense, bound=bound, groups=groups)


def further_rows(plan: RowPlan, metric: int) -> list[Row]:
    """Return the upper row of a tolerated "exactly", which stands among the last rows of a problem."""
    row = first_row(plan, metric)
    return [
        replace(row, id=f"{plan.row_id}{AT_MOST}", sense=sense, bound=bound) for sense, bound in plan.row_bounds[1:]
    ]


def decided_row(decision: Decision, metric: int) -> Row:
    """Return the row that holds a project that is decided in part at its share."""
    return Row(id=f"/fix/{decision.requirement_id}", metric=metric, sense="=", bound=decision.share, groups=None)


def soft_rows(
    problem: ChoiceProblem,
    slack: Slack,
    plans: Sequence[RowPlan],
    metric_of: Sequence[int],
    *,
    first: int,
    sources: int,
) -> ChoiceProblem:
    """Return a problem in which the rows that may be missed count their groups of ``slack`` in.

    These are the groups that follow the ``sources``, their options begin at ``first``. Their rows have metrics of their
    own, so that no other row over the same metric takes them in. Rules that may be missed are held by side rows.
    """
    if not slack.gives:
        return problem
    own: dict[tuple[int, str], FloatArray] = {}
    fresh: dict[str, Row] = {}
    for number, give in enumerate(slack.gives):
        if give.place >= len(plans):
            continue
        plan, metric = plans[give.place], metric_of[give.place]
        options = first + np.flatnonzero(slack.of == number)
        groups = np.append(np.flatnonzero(plan.mask), sources + number)
        for row in _sides(plan, is_split=give.is_whole):
            side = (metric, row.sense if give.is_whole else "")
            own.setdefault(side, problem.metrics[metric].copy())[options] = give.lifts(row.sense)
            place = len(problem.metrics) + list(own).index(side)
            fresh[row.id] = replace(row, metric=place, groups=groups)
    kept = [fresh.pop(row.id, row) for row in problem.rows]
    return replace(problem, metrics=np.vstack([problem.metrics, *own.values()]), rows=(*kept, *fresh.values()))


def _sides(plan: RowPlan, *, is_split: bool) -> list[Row]:
    """Return the rows of a plan, with ``is_split`` an "exactly" as two of them."""
    rows = [first_row(plan, 0), *further_rows(plan, 0)]
    if not is_split or rows[0].sense != "=":
        return rows
    return [replace(rows[0], sense=">="), replace(rows[0], id=f"{plan.row_id}{AT_MOST}", sense="<=")]


def prices(compiled: Compiled, solution: Solution) -> FloatArray:
    """Return the objective's rise per unit added to each plan's bound, shape (row plan,), NaN where it is no row.

    The row of a ratio N / D >= a is N - a D >= 0: one unit more of a asks for D more of it.
    """
    found = np.full(len(compiled.plans), np.nan)
    if solution.prices is None or solution.level is None:
        return found
    by_id = dict(zip(compiled.problem.row_ids, solution.prices.tolist(), strict=True))
    for number, plan in enumerate(compiled.plans):
        if compiled.row_of[number] is not None:
            price = by_id[plan.row_id] + by_id.get(f"{plan.row_id}{AT_MOST}", 0.0)
            found[number] = price * (compiled.total(plan, plan.per, solution.level) if plan.per else 1.0)
    return found


def without(problem: ChoiceProblem, plan: RowPlan) -> ChoiceProblem:
    """Return a problem without the rows of a plan."""
    own = rows_of(plan)
    return replace(problem, rows=tuple(row for row in problem.rows if row.id not in own))


def rows_of(plan: RowPlan) -> frozenset[str]:
    """Return the ids of the rows that hold a plan."""
    return frozenset({plan.row_id, f"{plan.row_id}{AT_MOST}"})


def asking(compiled: Compiled, plan: RowPlan) -> ChoiceProblem:
    """Return the problem with a plan's rows in place of those of the same id, which need not be there."""
    return with_rows(compiled, without(compiled.problem, plan), [plan])


def with_rows(compiled: Compiled, problem: ChoiceProblem, plans: Sequence[RowPlan]) -> ChoiceProblem:
    """Return a problem with the rows of more plans, their metrics added."""
    metrics, rows = [problem.metrics], list(problem.rows)
    for number, plan in enumerate(plans, start=len(problem.metrics)):
        metrics.append(compiled.widened(metric_values(plan.held, compiled.options))[None, :])
        rows += [first_row(plan, number), *further_rows(plan, number)]
    return replace(problem, metrics=np.vstack(metrics), rows=tuple(rows))
