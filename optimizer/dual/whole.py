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

from optimizer.arrays import Floats, Integers
from optimizer.deadline import NO_DEADLINE, Deadline
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
DESCENT_COLUMNS_PER_ROW = 30
FIRST_COLUMNS = 300
FIRST_COLUMNS_PER_ROW = 10
LARGEST_MODEL = 5000
LARGEST_PROOF = 20_000
HEURISTIC_NODES = 50
MODELS = 3
PART = 0.5
DEAREST = 300.0
MOST_NODES = 20_000
NEARLY = 0.9
HELD = 1e-6
"""A model holds a plan when no more than this of one group's share is outside."""
AIM = 0.5
ROUGH = 0.25
"""Models that prove nothing are solved to the larger of these shares: of the gap asked for, and of the gap there is."""


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """A choice: shares (column,) of the alternatives of a model, and what it costs."""

    model: Restricted
    share: Floats
    cost: float

    @property
    def choice(self) -> Integers:
        """The option of each group that has the larger part, int64 (group,)."""
        choice = self.model.base.copy()
        taken = self.share > PART
        choice[self.model.group[taken]] = self.model.option[taken]
        return choice


@dataclass(frozen=True, slots=True, eq=False)
class Progress:
    """Where the search stands.

    The best plan, the best bound, whether no plan exists, the ids of rows that no whole choice keeps together where
    they are known, nodes and seconds of HiGHS, what ended the search.
    """

    plan: Plan | None
    bound: float
    is_infeasible: bool = False
    nodes: int = 0
    seconds: float = 0.0
    conflict: tuple[str, ...] = ()
    ending: str = ""

    @property
    def distance(self) -> float:
        """How far plan and bound are apart, 0 without a plan."""
        return 0.0 if self.plan is None else max(self.plan.cost - self.bound, 0.0)

    def with_answer(self, answer: Answer) -> Progress:
        """Count what HiGHS did."""
        return replace(self, nodes=self.nodes + answer.nodes, seconds=self.seconds + answer.seconds)


@dataclass(frozen=True, slots=True, eq=False)
class Task:
    """What the steps share.

    The layout, its extremes, settings, best prices, when to end, and the gap asked for in units of cost, None where it
    is ``settings.gap`` of the plan's cost.
    """

    layout: Layout
    sizes: Extremes
    settings: Settings
    refined: Refined
    deadline: Deadline = NO_DEADLINE
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

    def is_stopped(self, progress: Progress) -> bool:
        """Whether the limits leave nothing more to do."""
        most = self.settings.node_limit
        return self.deadline.is_over or (most is not None and 0 < most <= progress.nodes)

    def left(self, progress: Progress, nodes: int | None = None) -> Settings:
        """Return the settings with what is left of the time and of the nodes, at most ``nodes`` of them."""
        most = self.settings.node_limit
        allowed = [one for one in (nodes, None if most is None else max(most - progress.nodes, 0)) if one is not None]
        return replace(self.settings, time_limit_s=self.deadline.left_s, node_limit=min(allowed, default=None))

    def model(self, count: int) -> Restricted:
        """Return the model of the ``count`` nearest options, and those that the relaxation takes."""
        refined = self.refined
        layout = refined.box.open
        near = candidates(layout, refined.price).nearest(count, SIZE_POWER)
        last, share = refined.model, refined.answer.share
        taken = np.empty(0, dtype=np.int64) if share is None else last.option[share > 0.0]
        bases = last.base[np.unique(last.group[np.flatnonzero(share)])] if share is not None else taken
        base = spread(layout, refined.priced.choice, refined.box.base)
        return restrict(layout, self.sizes.tolerance, base, np.union1d(near, np.union1d(taken, bases)))

    def around(self, plan: Plan, count: int) -> Restricted:
        """Return the model of the ``count`` nearest options that may take the place of a plan's."""
        near = candidates(self.refined.box.open, self.refined.price).nearest(count, SIZE_POWER)
        mixed = (plan.share > 0.0) & (plan.share < 1.0)
        parts = np.union1d(plan.model.option[mixed], plan.model.base[plan.model.group[mixed]])
        return restrict(self.layout, self.sizes.tolerance, plan.choice, np.union1d(near, parts))

    def plan(self, model: Restricted, share: Floats) -> Plan | None:
        """Return the plan that shares mean, None where it misses a row by more than rounding."""
        whole = model.choice_of(share)
        spare = (np.asarray(model.matrix @ whole) - model.lower) / model.row_scale
        missing = np.where(self.layout.is_free, np.abs(spare), -spare)
        if (missing > self.sizes.tolerance).any():
            return None
        return Plan(model, whole, model.base_cost + math.fsum(model.cost * whole) / model.cost_scale)


type Step = Callable[[Task, Progress], Progress]

ROUNDED = "rounding the relaxation and descending"
BY_REGION = "solving every region by itself"
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
    quick = [(ROUNDED, _descend), *((BY_REGION, step) for step in more), (DIVED, _dive)]
    for words, step in (*quick, models[0], (ALL, _prove), *models[1:], (ALL, _prove)):
        progress = step(task, progress)
        if task.is_done(progress):
            return replace(progress, ending=f"settled by {words}")
        if task.is_stopped(progress):
            return replace(progress, ending=f"the limits ended it after {words}")
    return replace(progress, ending="no step was left")


def better(progress: Progress, plan: Plan | None) -> Progress:
    """Return the progress with a plan, if it is the cheapest so far."""
    if plan is None or (progress.plan is not None and plan.cost >= progress.plan.cost):
        return progress
    return replace(progress, plan=plan)


def descent_columns(layout: Layout) -> int:
    """Return how many options a descent looks at."""
    return max(DESCENT_COLUMNS, DESCENT_COLUMNS_PER_ROW * layout.row_count)


def _descend(task: Task, progress: Progress) -> Progress:
    """Round the relaxation and descend over near-tied options."""
    model = task.model(descent_columns(task.layout))
    share = descend(model, _carried(task, model), task.refined.price)
    return better(progress, None if share is None else task.plan(model, share))


def _carried(task: Task, model: Restricted) -> Floats:
    """Return the last relaxation's shares on another model's columns."""
    last, answer = task.refined.model, task.refined.answer
    if answer.share is None:
        return np.zeros(len(model.option))
    return np.clip(last.level_of(answer.share, model.option, model.group), 0.0, 1.0)


def _dive(task: Task, progress: Progress) -> Progress:
    """Round by size, the largest groups first, and descend; not from a relaxation that is slow to solve again."""
    last = task.refined.model
    if len(last.option) > LARGEST_PROOF:
        return progress
    price = np.abs(task.refined.price)
    high = DEAREST * np.maximum(price, 0.3 * float(price.sum()) / max(len(price), 1) + 1e-12)
    band = Band(np.where(task.layout.is_free, -high, 0.0), high)
    near = candidates(task.refined.box.open, task.refined.price)
    size = np.zeros(task.layout.problem.option_count)
    size[near.option] = near.size
    share = dive(last, task.left(progress), band, size=size[last.option], floor=0.0)
    share = None if share is None else descend(last, share, task.refined.price)
    return better(progress, None if share is None else task.plan(last, share))


def _near(task: Task, progress: Progress, *, count: int) -> Progress:
    """Solve the model of the ``count`` nearest options for a plan, of a large problem in place of those of a plan."""
    if progress.plan is not None and task.layout.problem.option_count > LARGEST_PROOF:
        model = task.around(progress.plan, count)
    else:
        model = task.model(count)
    room, start = max(AIM * task.room(progress), ROUGH * progress.distance), _start(progress, model)
    answer = solve_whole(model, task.left(progress, HEURISTIC_NODES), gap=room, start=start)
    progress = progress.with_answer(answer)
    return better(progress, None if answer.share is None else task.plan(model, answer.share))


def _start(progress: Progress, model: Restricted) -> Floats | None:
    """Return the best plan on a model's columns, None where the model does not hold it."""
    if progress.plan is None:
        return None
    plan, groups = progress.plan, np.arange(len(model.base))
    start = plan.model.level_of(plan.share, model.option, model.group)
    held = float(start.sum()) + float(plan.model.level_of(plan.share, model.base, groups).sum())
    return start if held >= len(groups) - HELD else None


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
    answer = solve_whole(model, task.left(progress, MOST_NODES), gap=room, start=start)
    progress = progress.with_answer(answer)
    if answer.is_infeasible:
        return replace(progress, is_infeasible=progress.plan is None)
    progress = better(progress, None if answer.share is None else task.plan(model, answer.share))
    bound = answer.bound if progress.plan is None else min(answer.bound, progress.plan.cost)
    return replace(progress, bound=max(progress.bound, bound))
