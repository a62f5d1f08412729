"""Whole choices with a proof: descent, models of near-tied options, and at last of all that could be better.

A plan that costs less than the best one known, U, takes no option whose excess over its group's best is above U -
phi: it would cost more than U (reduced-cost fixing: Nauss, European Journal of Operational Research 2, 1978, pp.
125-131). The model of the options left therefore bounds every better plan, and the smaller of U and its bound holds
for the whole problem.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from functools import partial

import numpy as np

from optimizer.arrays import Floats, Integers
from optimizer.dual.branch import Tree
from optimizer.dual.descent import descend
from optimizer.dual.dive import dive
from optimizer.dual.layout import Layout
from optimizer.dual.restricted import Restricted, restrict, solve_whole
from optimizer.dual.survey import within
from optimizer.dual.task import Plan, Progress, Task, better
from optimizer.dual.trim import savings

FEW_COLUMNS, FEW_COLUMNS_PER_ROW = 1500, 55
DESCENT_COLUMNS, DESCENT_COLUMNS_PER_ROW = 4000, 30
"""Options that a descent looks at: the first pair says how many where rows are few, up to the first of the second."""
NEAR_COLUMNS, NEAR_COLUMNS_PER_ROW = 300, 25
FIRST_COLUMNS, FIRST_COLUMNS_PER_ROW = 300, 10
LARGEST_MODEL = 5000
LARGEST_PROOF = 20_000
LARGEST_TREE = 400_000
"""Columns of a model of everything that could be better, and columns times rows of one that is branched on."""
QUICK_PROOF, QUICK_NODES = 1000, 300
"""Columns up to which that model is tried first, and the nodes it may take."""
HEURISTIC_NODES = 50
MODELS = 3
MANY_ROWS = 200
"""Problems of more rows are not worth a long descent before their regions are solved."""
TRIMS = 4
"""Most descents around a plan that has a row's worth to spare."""
MOST_NODES = 20_000
RELAXATIONS = (5, 15, 60)
"""Relaxations of a tree after which a plan is sought where its bound is least; the last one ends it."""
NEARLY = 0.9
HELD = 1e-6
"""A model holds a plan when no more than this of one group's share is outside."""
AIM = 0.5
ROUGH = 0.25
"""Models that prove nothing are solved to the larger of these shares: of the gap asked for, and of the gap there is."""

type Step = Callable[[Task, Progress], Progress]

REPAIRED = "repairing the last plan"
ROUNDED = "rounding the relaxation and descending"
BY_REGION = "solving every region by itself"
BRANCHED = "branching on the largest groups"
DIVED = "rounding group by group, the largest first"
NEAR = "a model of near-tied options"
ALL = "a model of all that could be better"


def whole_plan(task: Task, *more: Step) -> Progress:
    """Return the best plan and bound found until the gap is proven or the steps are through.

    ``more`` steps stand between the quick ones and the models.
    """
    progress = Progress(None, task.refined.priced.bound)
    count = FIRST_COLUMNS + FIRST_COLUMNS_PER_ROW * task.layout.row_count
    models: list[tuple[str, Step]] = [
        (NEAR, partial(_near, count=count * 2**k)) for k in range(MODELS) if k == 0 or count * 2**k <= LARGEST_MODEL
    ]
    little: Step = partial(_prove, largest=QUICK_PROOF, nodes=QUICK_NODES)
    first = (ROUNDED, _descend) if task.known is None else (REPAIRED, _repair)
    quick = [first, *((BY_REGION, step) for step in more), (BRANCHED, _branch), (ALL, little), (DIVED, _dive)]
    for words, step in (*quick, models[0], (ALL, _prove), *models[1:], (ALL, _prove)):
        progress = step(task, progress)
        if task.is_done(progress):
            return replace(progress, ending=f"settled by {words}")
        if task.is_stopped(progress):
            return replace(progress, ending=f"the limits ended it after {words}")
    return replace(progress, ending="no step was left")


def around(task: Task, base: Integers, more: Integers) -> Restricted:
    """Return the model of a choice, int64 (group,), what is nearly tied at the best prices, and ``more`` options."""
    return task.around(base, more, NEAR_COLUMNS + NEAR_COLUMNS_PER_ROW * task.layout.row_count)


def settled(task: Task, progress: Progress, base: Integers, more: Integers) -> Progress:
    """Look for a plan near a choice, int64 (group,), among near-tied options and ``more``: dive, then descend."""
    progress = _dived(task, progress, around(task, base, more))
    if task.is_done(progress) or progress.plan is not None:
        return progress
    model = task.around(base, more, descent_columns(task.layout))
    share = descend(model, np.zeros(len(model.option)), task.refined.price)
    return better(progress, task.plan(model, share))


def _repair(task: Task, progress: Progress) -> Progress:
    """Take over what the last plan did otherwise than its prices said; all other groups follow the new prices."""
    if task.known is None:
        return progress
    choice, best = task.known.choice, task.best
    base = np.where(choice == task.known.best, best, choice)
    return settled(task, progress, base, np.empty(0, dtype=np.int64))


def descent_columns(layout: Layout) -> int:
    """Return how many options a descent looks at."""
    rows = layout.row_count
    return max(min(FEW_COLUMNS + FEW_COLUMNS_PER_ROW * rows, DESCENT_COLUMNS), DESCENT_COLUMNS_PER_ROW * rows)


def _descend(task: Task, progress: Progress) -> Progress:
    """Round the relaxation and descend over near-tied options."""
    model = task.model(descent_columns(task.layout))
    is_quick = task.layout.row_count > MANY_ROWS
    share = descend(model, _carried(task, model), task.refined.price, is_quick=is_quick)
    return better(progress, _trimmed(task, task.plan(model, share)))


def _trimmed(task: Task, plan: Plan | None) -> Plan | None:
    """Descend again around a plan, among the box's options that use what its rows have to spare."""
    refined, count = task.refined, descent_columns(task.layout) // 2
    near = None
    for _ in range(TRIMS):
        if plan is None or task.is_done(Progress(plan, refined.priced.bound)):
            break
        choice = plan.choice
        near = task.nearest(count) if near is None else near
        saving = savings(refined.box.open, refined.price, choice, plan.spare, count)
        layout = refined.box.open if refined.box.holds(choice) else task.layout
        model = restrict(layout, task.sizes.tolerance, choice, np.union1d(near, np.union1d(saving, plan.parts)))
        share = descend(model, plan.model.level_of(plan.share, model.option, model.group), refined.price)
        found = task.plan(model, share)
        if found is None or found.cost >= plan.cost:
            break
        plan = found
    return plan


def _carried(task: Task, model: Restricted) -> Floats:
    """Return the last relaxation's shares on another model's columns."""
    last, answer = task.refined.model, task.refined.answer
    if answer.share is None:
        return np.zeros(len(model.option))
    return np.clip(last.level_of(answer.share, model.option, model.group), 0.0, 1.0)


def _branch(task: Task, progress: Progress) -> Progress:
    """Branch on the largest groups of everything that could be better than the best plan."""
    model = _improving(task, progress, max(LARGEST_PROOF, LARGEST_TREE / max(task.layout.row_count, 1)))
    if model is None or not len(model.option):
        return progress
    tree = Tree(model, task.left(progress), task.dearest)
    least = np.inf if progress.plan is None else progress.plan.cost
    for most in RELAXATIONS:
        cost = np.inf if progress.plan is None else progress.plan.cost
        tree.grow(cost - NEARLY * task.room(progress), most)
        progress = replace(progress, bound=max(progress.bound, min(tree.bound, least)))
        if tree.lowest is None or task.is_done(progress) or task.is_stopped(progress):
            break
        share = descend(model, tree.lowest, task.refined.price)
        progress = better(progress, task.plan(model, share))
        if task.is_done(progress) or (most > RELAXATIONS[0] and task.is_far(progress)):
            break
    return progress


def _dive(task: Task, progress: Progress) -> Progress:
    """Round by size, the largest groups first, and descend; not from a relaxation that is slow to solve again."""
    last = task.refined.model
    return progress if len(last.option) > LARGEST_PROOF else _dived(task, progress, last)


def _dived(task: Task, progress: Progress, model: Restricted) -> Progress:
    share = dive(model, task.left(progress), task.dearest, size=task.sizes_of(model.option), floor=0.0)
    share = None if share is None else descend(model, share, task.refined.price)
    return better(progress, _trimmed(task, task.plan(model, share)))


def _near(task: Task, progress: Progress, *, count: int) -> Progress:
    """Solve the model of the ``count`` nearest options for a plan, of a large problem in place of those of a plan."""
    if progress.plan is not None and task.layout.problem.option_count > LARGEST_PROOF:
        model = task.around(progress.plan.choice, progress.plan.parts, count)
    else:
        model = task.model(count)
    room, start = max(AIM * task.room(progress), ROUGH * progress.distance), _start(progress, model)
    answer = solve_whole(model, task.left(progress, HEURISTIC_NODES), gap=room, start=start)
    progress = progress.with_answer(answer)
    return better(progress, task.plan(model, answer.share))


def _start(progress: Progress, model: Restricted) -> Floats | None:
    """Return the best plan on a model's columns, None where the model does not hold it."""
    if progress.plan is None:
        return None
    plan, groups = progress.plan, np.arange(len(model.base))
    start = plan.model.level_of(plan.share, model.option, model.group)
    held = float(start.sum()) + float(plan.model.level_of(plan.share, model.base, groups).sum())
    return start if held >= len(groups) - HELD else None


def _improving(task: Task, progress: Progress, most: float) -> Restricted | None:
    """Return the model of everything that could be better than the best plan, None where it has more columns."""
    layout, opened, price = task.layout, task.refined.box.open, task.refined.price
    cost = np.inf if progress.plan is None else progress.plan.cost
    excess = (cost - task.refined.priced.bound) * (1.0 + 1e-9)
    if opened is not layout and len(within(opened, price, excess)) > most:
        return None
    option = within(layout, price, excess)
    return None if len(option) > most else restrict(layout, task.sizes.tolerance, task.best, option)


def _prove(task: Task, progress: Progress, *, largest: float = math.inf, nodes: int = MOST_NODES) -> Progress:
    """Solve for everything that could be better than the best plan."""
    model = _improving(task, progress, min(largest, LARGEST_PROOF))
    if model is None:
        return progress
    room, start = NEARLY * task.room(progress), _start(progress, model)
    answer = solve_whole(model, task.left(progress, nodes), gap=room, start=start)
    progress = progress.with_answer(answer)
    if answer.is_infeasible:
        return replace(progress, is_infeasible=progress.plan is None)
    progress = better(progress, task.plan(model, answer.share))
    bound = answer.bound if progress.plan is None else min(answer.bound, progress.plan.cost)
    return replace(progress, bound=max(progress.bound, bound))
