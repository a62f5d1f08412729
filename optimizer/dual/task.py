"""What the steps to a whole plan share: a plan, how far the search has come, and what there is to go by."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace

import numpy as np

from optimizer.arrays import Floats, Integers
from optimizer.deadline import NO_DEADLINE, Deadline
from optimizer.dual.extremes import Extremes
from optimizer.dual.layout import Layout
from optimizer.dual.prices import Refined
from optimizer.dual.restricted import Answer, Band, Restricted, restrict
from optimizer.dual.survey import nearest, sizes_of, spread
from optimizer.settings import Settings

PART = 0.5
DEAREST = 300.0
FAR = 10.0


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
        near = self.nearest(count)
        last, share = refined.model, refined.answer.share
        taken = np.empty(0, dtype=np.int64) if share is None else last.option[share > 0.0]
        bases = last.base[np.unique(last.group[np.flatnonzero(share)])] if share is not None else taken
        return restrict(layout, self.sizes.tolerance, self.best, np.union1d(near, np.union1d(taken, bases)))

    def around(self, base: Integers, more: Integers, count: int) -> Restricted:
        """Return the model of a choice, int64 (group,), of the ``count`` nearest options, and of ``more`` options."""
        return restrict(self.layout, self.sizes.tolerance, base, np.union1d(self.nearest(count), more))

    def nearest(self, count: int) -> Integers:
        """Return the ``count`` open options that are most nearly tied at the best prices, int64."""
        return nearest(self.refined.box.open, self.refined.price, count, is_damped=True)

    def sizes_of(self, option: Integers) -> Floats:
        """Return how much some options would change, at the best prices, float64 (option,)."""
        return sizes_of(self.layout, self.refined.price, self.best, option)

    def plan(self, model: Restricted, share: Floats | None) -> Plan | None:
        """Return the plan that shares mean, None where there are none or a row is missed by more than rounding."""
        if share is None:
            return None
        whole = model.choice_of(share)
        spare = (np.asarray(model.matrix @ whole) - model.lower) / model.row_scale
        missing = np.where(self.layout.is_free, np.abs(spare), -spare)
        if (missing > self.sizes.tolerance).any():
            return None
        return Plan(model, whole, model.base_cost + math.fsum(model.cost * whole) / model.cost_scale)


def better(progress: Progress, plan: Plan | None) -> Progress:
    """Return the progress with a plan, if it is the cheapest so far."""
    if plan is None or (progress.plan is not None and plan.cost >= progress.plan.cost):
        return progress
    return replace(progress, plan=plan)
