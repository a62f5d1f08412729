"""Whole choices with a proof: descent, models of near-tied options, and at last of all that could be better.

A plan that costs less than the best one known, U, takes no option whose excess over its group's best is above U -
phi: it would cost more than U (reduced-cost fixing: Nauss, European Journal of Operational Research 2, 1978, pp.
125-131). The model of the options left therefore bounds every better plan, and the smaller of U and its bound holds
for the whole problem.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from optimizer.arrays import Floats
from optimizer.dual.descent import descend
from optimizer.dual.dive import dive
from optimizer.dual.extremes import Extremes
from optimizer.dual.layout import Layout
from optimizer.dual.prices import Refined
from optimizer.dual.restricted import Answer, Band, Restricted, restrict, solve_whole
from optimizer.dual.survey import candidates, spread, within
from optimizer.settings import Settings

SIZE_POWER = 0.75
"""Options enter models by excess / size^0.75: between the cheapest ones, which are tiny, and the most nearly tied."""

DESCENT_COLUMNS = 4000
FIRST_COLUMNS = 300
FIRST_COLUMNS_PER_ROW = 10
LARGEST_MODEL = 5000
LARGEST_PROOF = 20_000
HEURISTIC_NODES = 50
MODELS = 3
DEAREST = 300.0
MOST_NODES = 20_000
NEARLY = 0.9
AIM = 0.5
"""Models are solved to this share of what is left of the gap."""


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """A choice: ``level`` float64 (option,), what it costs."""

    level: Floats
    cost: float


@dataclass(frozen=True, slots=True, eq=False)
class Progress:
    """Where the search stands: the best plan, the best bound, whether none exists, nodes and seconds of HiGHS."""

    plan: Plan | None
    bound: float
    is_infeasible: bool = False
    nodes: int = 0
    seconds: float = 0.0

    def with_answer(self, answer: Answer) -> Progress:
        """Count what HiGHS did."""
        return replace(self, nodes=self.nodes + answer.nodes, seconds=self.seconds + answer.seconds)


@dataclass(frozen=True, slots=True, eq=False)
class Task:
    """What the steps share.

    The layout, its extremes, settings, best prices, and the gap asked for in units of cost, None where it is
    ``settings.gap`` of the plan's cost.
    """

    layout: Layout
    sizes: Extremes
    settings: Settings
    refined: Refined
    absolute_gap: float | None = None

    def room(self, progress: Progress) -> float:
        """Return how far apart plan and bound may be."""
        if self.absolute_gap is not None:
            return self.absolute_gap
        return self.settings.gap * abs(progress.bound if progress.plan is None else progress.plan.cost)

    def is_done(self, progress: Progress) -> bool:
        """Whether the gap asked for is proven."""
        plan = progress.plan
        return progress.is_infeasible or (plan is not None and plan.cost - progress.bound <= self.room(progress))

    def model(self, count: int) -> Restricted:
        """Return the model of the ``count`` nearest options, and those that the relaxation takes."""
        refined = self.refined
        layout = refined.box.open
        near = candidates(layout, refined.price).nearest(count, SIZE_POWER)
        last, share = refined.model, refined.answer.share
        taken = np.empty(0, dtype=np.int64) if share is None else last.option[share > 0.0]
        bases = last.base[np.unique(last.group[np.flatnonzero(share)])] if share is not None else taken
        base = spread(layout, refined.priced.choice, refined.box.base)
        return restrict(self.layout, self.sizes.tolerance, base, np.union1d(near, np.union1d(taken, bases)))

    def plan(self, model: Restricted, share: Floats) -> Plan | None:
        """Return the plan that shares mean, None where it misses a row by more than rounding."""
        whole = np.where(model.is_whole, np.rint(share), np.clip(share, 0.0, 1.0))
        level = model.level(whole, self.layout.problem.option_count)
        taken = np.flatnonzero(level)
        spare = self.layout.values(taken, level[taken]) - self.layout.sign * self.layout.problem.bounds
        missing = np.where(self.layout.is_free, np.abs(spare), -spare)
        if (missing > self.sizes.tolerance).any():
            return None
        return Plan(level, math.fsum(self.layout.problem.cost[taken] * level[taken]))


type Step = Callable[[Task, Progress], Progress]


def whole_plan(task: Task, *more: Step) -> Progress:
    """Return the best plan and bound found until the gap is proven or the steps are through.

    ``more`` steps stand between the quick ones and the models.
    """
    progress = Progress(None, task.refined.priced.bound)
    count = FIRST_COLUMNS + FIRST_COLUMNS_PER_ROW * task.layout.row_count
    models: list[Step] = [
        partial(_near, count=count * 2**k) for k in range(MODELS) if k == 0 or count * 2**k <= LARGEST_MODEL
    ]
    for step in (_descend, *more, _dive, models[0], _prove, *models[1:], _prove):
        progress = step(task, progress)
        if task.is_done(progress):
            break
    return progress


def better(progress: Progress, plan: Plan | None) -> Progress:
    """Return the progress with a plan, if it is the cheapest so far."""
    if plan is None or (progress.plan is not None and plan.cost >= progress.plan.cost):
        return progress
    return replace(progress, plan=plan)


def _descend(task: Task, progress: Progress) -> Progress:
    """Round the relaxation and descend over near-tied options."""
    model = task.model(DESCENT_COLUMNS)
    share = descend(model, _carried(task, model), task.refined.price)
    return better(progress, None if share is None else task.plan(model, share))


def _carried(task: Task, model: Restricted) -> Floats:
    """Return the last relaxation's shares on another model's columns."""
    last, answer = task.refined.model, task.refined.answer
    level = np.zeros(task.layout.problem.option_count)
    if answer.share is not None:
        level = last.level(answer.share, len(level))
    return np.clip(level[model.option], 0.0, 1.0)


def _dive(task: Task, progress: Progress) -> Progress:
    """Round by size, the largest groups first, and descend."""
    last = task.refined.model
    price = np.abs(task.refined.price)
    high = DEAREST * np.maximum(price, 0.3 * float(price.sum()) / max(len(price), 1) + 1e-12)
    band = Band(np.where(task.layout.is_free, -high, 0.0), high)
    near = candidates(task.refined.box.open, task.refined.price)
    size = np.zeros(task.layout.problem.option_count)
    size[near.option] = near.size
    share = dive(last, task.settings, band, size=size[last.option], floor=0.0)
    share = None if share is None else descend(last, share, task.refined.price)
    return better(progress, None if share is None else task.plan(last, share))


def _near(task: Task, progress: Progress, *, count: int) -> Progress:
    """Solve the model of the ``count`` nearest options for a plan; large problems only where there is none yet."""
    if progress.plan is not None and task.layout.problem.option_count > LARGEST_PROOF:
        return progress
    model = task.model(count)
    limit = _nodes(task, HEURISTIC_NODES)
    room, start = AIM * task.room(progress), _start(progress, model)
    answer = solve_whole(model, task.settings, gap=room, start=start, node_limit=limit)
    progress = progress.with_answer(answer)
    return better(progress, None if answer.share is None else task.plan(model, answer.share))


def _nodes(task: Task, most: int | None) -> int | None:
    limit = task.settings.node_limit
    return limit if most is None else most if limit is None else min(limit, most)


def _start(progress: Progress, model: Restricted) -> Floats | None:
    """Return the best plan on a model's columns, None where the model does not hold it."""
    if progress.plan is None:
        return None
    level = progress.plan.level.copy()
    start = level[model.option]
    level[model.option] = 0.0
    level[model.base] = 0.0
    return None if level.any() else start


def _prove(task: Task, progress: Progress) -> Progress:
    """Solve for everything that could be better than the best plan."""
    layout, refined = task.layout, task.refined
    slack = np.inf if progress.plan is None else progress.plan.cost - refined.priced.bound
    option = within(layout, refined.price, slack * (1.0 + 1e-9))
    if len(option) > LARGEST_PROOF:
        return progress
    base = spread(refined.box.open, refined.priced.choice, refined.box.base)
    model = restrict(layout, task.sizes.tolerance, base, option)
    room, start = NEARLY * task.room(progress), _start(progress, model)
    answer = solve_whole(model, task.settings, gap=room, start=start, node_limit=_nodes(task, MOST_NODES))
    progress = progress.with_answer(answer)
    if answer.is_infeasible:
        return replace(progress, is_infeasible=progress.plan is None)
    progress = better(progress, None if answer.share is None else task.plan(model, answer.share))
    bound = answer.bound if progress.plan is None else min(answer.bound, progress.plan.cost)
    return replace(progress, bound=max(progress.bound, bound))
