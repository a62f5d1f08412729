"""Whole choices with a proof: descent, models of near-tied options, and at last of all that could be better.

A plan that costs less than the best one known, U, takes no option whose excess over its group's best is above U -
phi: it would cost more than U (reduced-cost fixing: Nauss, European Journal of Operational Research 2, 1978, pp.
125-131). The model of the options left therefore bounds every better plan, and the smaller of U and its bound holds
for the whole problem.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial

import numpy as np

from optimizer.arrays import Floats, Integers
from optimizer.deadline import NO_DEADLINE, Deadline
from optimizer.dual.branch import Tree
from optimizer.dual.descent import descend
from optimizer.dual.dive import dive
from optimizer.dual.extremes import Extremes
from optimizer.dual.layout import Layout
from optimizer.dual.prices import Refined
from optimizer.dual.restricted import Answer, Band, Restricted, restrict, solve_whole
from optimizer.dual.survey import candidates, spread, within
from optimizer.dual.trim import savings
from optimizer.settings import Settings

SIZE_POWER = 0.75
"""Options enter models by excess / size^0.75: between the cheapest ones, which are tiny, and the most nearly tied."""

DESCENT_COLUMNS = 4000
DESCENT_COLUMNS_PER_ROW = 30
NEAR_COLUMNS = 300
NEAR_COLUMNS_PER_ROW = 25
FIRST_COLUMNS = 300
FIRST_COLUMNS_PER_ROW = 10
LARGEST_MODEL = 5000
LARGEST_PROOF = 20_000
LARGEST_TREE = 400_000
"""Columns of a model of everything that could be better, and columns times rows of one that is branched on."""
HEURISTIC_NODES = 50
MODELS = 3
MANY_ROWS = 200
"""Problems of more rows are not worth a long descent before their regions are solved."""
TRIMS = 4
"""Most descents around a plan that has a row's worth to spare."""
PART = 0.5
DEAREST = 300.0
MOST_NODES = 20_000
RELAXATIONS = (5, 15, 60)
"""Relaxations of a tree after which a plan is sought where its bound is least; the last one ends it."""
NEARLY = 0.9
FAR = 10.0
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

    @property
    def parts(self) -> Integers:
        """The options of mixtures, int64."""
        mixed = (self.share > 0.0) & (self.share < 1.0)
        return np.union1d(self.model.option[mixed], self.model.base[self.model.group[mixed]])

    @property
    def spare(self) -> Floats:
        """What each row has beyond its bound, float64 (row,), in its own unit."""
        return np.asarray((self.model.matrix @ self.share - self.model.lower) / self.model.row_scale)


@dataclass(frozen=True, slots=True, eq=False)
class Progress:
    """Where the search stands.

    The best plan, the best bound, whether no plan exists, the ids of rows that no whole choice keeps together where
    they are known, nodes and seconds of HiGHS, what ended the search, what regions gained (``Known.gain``).
    """

    plan: Plan | None
    bound: float
    is_infeasible: bool = False
    nodes: int = 0
    seconds: float = 0.0
    conflict: tuple[str, ...] = ()
    ending: str = ""
    gain: Floats = field(default_factory=lambda: np.empty(0))

    @property
    def distance(self) -> float:
        """How far plan and bound are apart, 0 without a plan."""
        return 0.0 if self.plan is None else max(self.plan.cost - self.bound, 0.0)

    def with_answer(self, answer: Answer) -> Progress:
        """Count what HiGHS did."""
        return replace(self, nodes=self.nodes + answer.nodes, seconds=self.seconds + answer.seconds)


@dataclass(frozen=True, slots=True, eq=False)
class Known:
    """What an earlier solve of the same groups under other bounds found.

    ``choice`` its plan and ``best`` the best options at its prices, int64 (group,); ``gain`` float64 (region,): by how
    much each region's whole choices raised the bound.
    """

    choice: Integers
    best: Integers
    gain: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Task:
    """What the steps share.

    The layout, its extremes, settings, best prices, when to end, and the gap asked for in units of cost, None where it
    is ``settings.gap`` of the plan's cost; what is known from an earlier solve.
    """

    layout: Layout
    sizes: Extremes
    settings: Settings
    refined: Refined
    deadline: Deadline = NO_DEADLINE
    absolute_gap: float | None = None
    known: Known | None = None

    @property
    def best(self) -> Integers:
        """The best option of each group at the best prices, int64 (group,)."""
        return spread(self.refined.box.open, self.refined.priced.choice, self.refined.box.base)

    def room(self, progress: Progress) -> float:
        """Return how far apart plan and bound may be."""
        if self.absolute_gap is not None:
            return self.absolute_gap
        return self.settings.gap * abs(progress.bound if progress.plan is None else progress.plan.cost)

    def is_done(self, progress: Progress) -> bool:
        """Whether the gap asked for is proven."""
        plan = progress.plan
        return progress.is_infeasible or (plan is not None and plan.cost - progress.bound <= self.room(progress))

    def is_far(self, progress: Progress) -> bool:
        """Whether so much is left to prove that no small step will."""
        return progress.distance > FAR * self.room(progress)

    def is_stopped(self, progress: Progress) -> bool:
        """Whether the limits leave nothing more to do."""
        most = self.settings.node_limit
        return self.deadline.is_over or (most is not None and 0 < most <= progress.nodes)

    def left(self, progress: Progress, nodes: int | None = None) -> Settings:
        """Return the settings with what is left of the time and of the nodes, at most ``nodes`` of them."""
        most = self.settings.node_limit
        allowed = [one for one in (nodes, None if most is None else max(most - progress.nodes, 0)) if one is not None]
        return replace(self.settings, time_limit_s=self.deadline.left_s, node_limit=min(allowed, default=None))

    @property
    def dearest(self) -> Band:
        """Prices beyond which no row is kept: every relaxation in this band has an answer."""
        price = np.abs(self.refined.price)
        high = DEAREST * np.maximum(price, 0.3 * float(price.sum()) / max(len(price), 1) + 1e-12)
        return Band(np.where(self.layout.is_free, -high, 0.0), high)

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
        return restrict(self.layout, self.sizes.tolerance, plan.choice, np.union1d(near, plan.parts))

    def plan(self, model: Restricted, share: Floats) -> Plan | None:
        """Return the plan that shares mean, None where it misses a row by more than rounding."""
        whole = model.choice_of(share)
        spare = (np.asarray(model.matrix @ whole) - model.lower) / model.row_scale
        missing = np.where(self.layout.is_free, np.abs(spare), -spare)
        if (missing > self.sizes.tolerance).any():
            return None
        return Plan(model, whole, model.base_cost + math.fsum(model.cost * whole) / model.cost_scale)


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
    first = (ROUNDED, _descend) if task.known is None else (REPAIRED, _repair)
    quick = [first, *((BY_REGION, step) for step in more), (BRANCHED, _branch), (DIVED, _dive)]
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


def around(task: Task, base: Integers, more: Integers) -> Restricted:
    """Return the model of a choice, int64 (group,), what is nearly tied at the best prices, and ``more`` options."""
    count = NEAR_COLUMNS + NEAR_COLUMNS_PER_ROW * task.layout.row_count
    near = candidates(task.refined.box.open, task.refined.price).nearest(count, SIZE_POWER)
    return restrict(task.layout, task.sizes.tolerance, base, np.union1d(near, more))


def settled(task: Task, progress: Progress, base: Integers, more: Integers) -> Progress:
    """Look for a plan near a choice, int64 (group,), among near-tied options and ``more``: dive, then descend."""
    layout, price = task.layout, task.refined.price
    near = candidates(task.refined.box.open, price)
    progress = _dived(task, progress, around(task, base, more))
    if task.is_done(progress) or progress.plan is not None:
        return progress
    many = near.nearest(descent_columns(layout), SIZE_POWER)
    model = restrict(layout, task.sizes.tolerance, base, np.union1d(many, more))
    share = descend(model, np.zeros(len(model.option)), price)
    return better(progress, None if share is None else task.plan(model, share))


def _repair(task: Task, progress: Progress) -> Progress:
    """Take over what the last plan did otherwise than its prices said; all other groups follow the new prices."""
    if task.known is None:
        return progress
    choice, best = task.known.choice, task.best
    base = np.where(choice == task.known.best, best, choice)
    return settled(task, progress, base, np.empty(0, dtype=np.int64))


def descent_columns(layout: Layout) -> int:
    """Return how many options a descent looks at."""
    return max(DESCENT_COLUMNS, DESCENT_COLUMNS_PER_ROW * layout.row_count)


def _descend(task: Task, progress: Progress) -> Progress:
    """Round the relaxation and descend over near-tied options."""
    model = task.model(descent_columns(task.layout))
    is_quick = task.layout.row_count > MANY_ROWS
    share = descend(model, _carried(task, model), task.refined.price, is_quick=is_quick)
    plan = None if share is None else task.plan(model, share)
    return better(progress, None if plan is None else _trimmed(task, plan))


def _trimmed(task: Task, plan: Plan) -> Plan:
    """Descend again around a plan, among the box's options that use what its rows have to spare."""
    refined, count = task.refined, descent_columns(task.layout) // 2
    for _ in range(TRIMS):
        if task.is_done(Progress(plan, refined.priced.bound)):
            break
        choice = plan.choice
        near = candidates(refined.box.open, refined.price).nearest(count, SIZE_POWER)
        saving = savings(refined.box.open, refined.price, choice, plan.spare, count)
        layout = refined.box.open if refined.box.holds(choice) else task.layout
        model = restrict(layout, task.sizes.tolerance, choice, np.union1d(near, np.union1d(saving, plan.parts)))
        share = descend(model, plan.model.level_of(plan.share, model.option, model.group), refined.price)
        found = None if share is None else task.plan(model, share)
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
        progress = better(progress, None if share is None else task.plan(model, share))
        if task.is_done(progress) or (most > RELAXATIONS[0] and task.is_far(progress)):
            break
    return progress


def _dive(task: Task, progress: Progress) -> Progress:
    """Round by size, the largest groups first, and descend; not from a relaxation that is slow to solve again."""
    last = task.refined.model
    return progress if len(last.option) > LARGEST_PROOF else _dived(task, progress, last)


def _dived(task: Task, progress: Progress, model: Restricted) -> Progress:
    near = candidates(task.refined.box.open, task.refined.price)
    share = dive(model, task.left(progress), task.dearest, size=near.size_of(model.option), floor=0.0)
    share = None if share is None else descend(model, share, task.refined.price)
    plan = None if share is None else task.plan(model, share)
    return better(progress, None if plan is None else _trimmed(task, plan))


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


def _improving(task: Task, progress: Progress, most: float) -> Restricted | None:
    """Return the model of everything that could be better than the best plan, None where it has more columns."""
    layout, opened, price = task.layout, task.refined.box.open, task.refined.price
    cost = np.inf if progress.plan is None else progress.plan.cost
    excess = (cost - task.refined.priced.bound) * (1.0 + 1e-9)
    if opened is not layout and len(within(opened, price, excess)) > most:
        return None
    option = within(layout, price, excess)
    return None if len(option) > most else restrict(layout, task.sizes.tolerance, task.best, option)


def _prove(task: Task, progress: Progress) -> Progress:
    """Solve for everything that could be better than the best plan."""
    model = _improving(task, progress, LARGEST_PROOF)
    if model is None:
        return progress
    room, start = NEARLY * task.room(progress), _start(progress, model)
    answer = solve_whole(model, task.left(progress, MOST_NODES), gap=room, start=start)
    progress = progress.with_answer(answer)
    if answer.is_infeasible:
        return replace(progress, is_infeasible=progress.plan is None)
    progress = better(progress, None if answer.share is None else task.plan(model, answer.share))
    bound = answer.bound if progress.plan is None else min(answer.bound, progress.plan.cost)
    return replace(progress, bound=max(progress.bound, bound))
