"""The least-cost plan that keeps its requirements in most drawn worlds: margins of safety found by calibration."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from model.sector import FloatArray
from optimizer import ChoiceProblem, Settings, Solution, Status
from scenarios.answering.solving import solution_of
from scenarios.compiling.compile import Compiled
from scenarios.compiling.metrics import metric_values
from scenarios.compiling.rows import RowPlan
from scenarios.reading.bundle import Bundle
from scenarios.risk.draws import CERTAIN, Sampling
from scenarios.risk.frame import Frame, frame_of
from scenarios.risk.limits import carried, has_limit, with_limits
from scenarios.risk.outcome import Outcomes, outcomes

SURE = 0.95
"""How sure a plan that is accepted keeps its confidence beyond the samples it was calibrated on."""

MOST_STEPS = 8
HALVINGS = 3
SMALL = 1e-3
"""Relative; margins that move less stand still."""


@dataclass(frozen=True, slots=True)
class Aim:
    """What a plan shall keep: every row in a share ``confidence`` of worlds, or all at once with ``is_joint``.

    ``samples`` drawn by ``sampling`` calibrate the margins; as many of its stream "fresh" check them, or ``checks``.
    """

    confidence: float
    is_joint: bool
    sampling: Sampling
    samples: int
    checks: int

    @property
    def needed(self) -> int:
        """In how many of the samples a row must be kept.

        The smallest k with P(Bin(n, confidence) < k) >= 0.95: a plan that is kept in k of n samples is kept in
        ``confidence`` of all worlds with 95 % certainty, whatever the distribution (Wilks 1941, Annals of Mathematical
        Statistics 12(1)). All n where they are too few to be so sure.
        """
        from scipy.stats import binom  # noqa: PLC0415 - half a second that all other commands save

        return min(self.samples, int(binom.ppf(SURE, self.samples, self.confidence)) + 1)

    @property
    def fresh(self) -> Sampling:
        """Samples that calibrated nothing."""
        return replace(self.sampling, stream=f"{self.sampling.stream}/fresh")


@dataclass(frozen=True, slots=True)
class Assured:
    """A plan found for an aim, its margins (row,) in the reported units or shares of limits, and fresh outcomes.

    ``is_held`` says whether it keeps the aim in the samples it was calibrated on; ``steps`` how many plans were looked
    at. ``solution`` is that of the scenario with its margins; without ``level`` there is no plan with any margin.
    """

    aim: Aim
    solution: Solution
    margins: FloatArray
    is_held: bool
    steps: int
    frame: Frame | None
    checked: Outcomes | None

    @property
    def level(self) -> FloatArray | None:
        """Share of every option in the plan, shape (option,)."""
        return self.solution.level

    @property
    def kept_share(self) -> float:
        """Share of the fresh samples in which the least sure row is kept, or all rows with ``is_joint``."""
        return 0.0 if self.checked is None else _least_kept(self.checked, self.aim)


@dataclass(frozen=True, slots=True)
class _Try:
    margins: FloatArray
    solution: Solution
    frame: Frame
    wanted: FloatArray
    is_held: bool
    is_beyond_help: bool


def assured(
    bundle: Bundle, compiled: Compiled, settings: Settings, aim: Aim, *, first: FloatArray | None = None
) -> Assured:
    """Return the least-cost plan whose rows are kept as often as the aim asks.

    Every row is asked for a margin more than it asks, so that the problem keeps its shape - one choice a source, few
    rows - and its engines, bounds and prices; a row for every sample (the scenario approach) would take that away. The
    margin of a row is what the plan at hand loses on it in the worst part of the samples. As that depends on the plan,
    margin, plan and samples go round until a plan has the margin that its own samples ask for; the cheapest such plan
    is taken. Margins are never negative: what is asked is kept with the catalogue's values too. A mandate that holds a
    level to a limit has its margin on the limit, as a share of it. Rows of equality and of counted projects have none,
    nor have those that may be missed: the plan weighs them at their price, with the catalogue's values, and the aim
    asks nothing of them. ``first`` are margins to begin with.
    """
    walk = _Walk(bundle, compiled, settings, aim)
    margins = np.zeros(len(compiled.plans)) if first is None else first
    found = walk.go(margins)
    chosen = found[0] if found else None
    if chosen is None:
        return Assured(aim, walk.unsolved, margins, chosen is not None, walk.steps, None, None)
    checked = outcomes(chosen.frame, aim.fresh, aim.checks)
    return Assured(aim, chosen.solution, chosen.margins, chosen.is_held, walk.steps, chosen.frame, checked)


class _Walk:
    """From margin to plan to samples to margin."""

    def __init__(self, bundle: Bundle, compiled: Compiled, settings: Settings, aim: Aim) -> None:
        self._bundle, self._compiled, self._settings, self._aim = bundle, compiled, settings, aim
        self._may = _with_margins(compiled)
        self._seen: dict[bytes, tuple[FloatArray, bool, bool]] = {}
        self.steps = 0
        self.unsolved = Solution(status=Status.NO_ANSWER, reason="", engine="", engine_version="")

    def go(self, margins: FloatArray) -> list[_Try]:
        """Return the plans looked at: those that hold by cost, then the others, the most cautious first."""
        tries: list[_Try] = []
        last = np.zeros_like(margins)
        while self.steps < MOST_STEPS:
            one = self._tried(margins)
            if one is None:
                tries += self._halved(last, margins)
                break
            tries.append(one)
            last = margins
            if one.is_beyond_help or (one.wanted <= margins + SMALL * np.abs(one.wanted)).all():
                break
            margins = one.wanted if self.steps < MOST_STEPS // 2 else np.maximum(margins, one.wanted)
        order = sorted(range(len(tries)), key=lambda place: self._rank(tries[place], place))
        return [tries[place] for place in order]

    def _rank(self, one: _Try, place: int) -> tuple[bool, float]:
        return (not one.is_held, (one.solution.objective or 0.0) if one.is_held else -float(place))

    def _halved(self, feasible: FloatArray, beyond: FloatArray) -> list[_Try]:
        """Return the most cautious plan found between margins that can be had and others that cannot."""
        tries: list[_Try] = []
        for _ in range(HALVINGS):
            middle = (feasible + beyond) / 2.0
            one = self._tried(middle)
            if one is None:
                beyond = middle
            else:
                tries.append(one)
                feasible = middle
        return tries

    def _tried(self, margins: FloatArray) -> _Try | None:
        """Return the least-cost plan with these margins and the margins that its samples ask for."""
        self.steps += 1
        margins, strict = self._within_reach(margins)
        solution = solution_of(self._bundle, replace(strict, problem=with_margins(strict, margins)), self._settings)
        if solution.level is None:
            self.unsolved = solution
            return None
        level = carried(solution.level, strict, self._compiled)
        solution, frame = replace(solution, level=level), frame_of(self._bundle, self._compiled, level)
        key = level.tobytes()
        if key not in self._seen:
            found = outcomes(frame, self._aim.sampling, self._aim.samples)
            plain = outcomes(frame, CERTAIN, 1)
            self._seen[key] = (self._wanted(found, plain), _is_held(found, self._aim), self._is_beyond_help(found))
        return _Try(margins, solution, frame, *self._seen[key])

    def _is_beyond_help(self, found: Outcomes) -> bool:
        """Say whether every row that can have a margin is kept often enough, and another is not."""
        often = found.kept.sum(axis=0) >= self._aim.needed
        is_helped = bool(often[self._may].all())
        return is_helped and not self._aim.is_joint and not _is_held(found, self._aim)

    def _within_reach(self, margins: FloatArray) -> tuple[FloatArray, Compiled]:
        """Return the scenario with stricter limits; a row that no choice could keep then loses its margin for good."""
        strict = with_limits(self._bundle, self._compiled, margins)
        bounds = np.array([np.nan if plan.bound is None else plan.bound for plan in strict.plans])
        limited = np.array([has_limit(plan) for plan in strict.plans], dtype=bool)
        beyond = limited & (margins > 0.0) & (strict.alone < bounds - SMALL)
        if not beyond.any():
            return margins, strict
        self._may &= ~beyond
        self._seen.clear()
        margins = np.where(beyond, 0.0, margins)
        return margins, with_limits(self._bundle, self._compiled, margins)

    def _wanted(self, found: Outcomes, plain: Outcomes) -> FloatArray:
        """Return the margins that the aim asks for of this plan, (row,): what it loses in the worst samples."""
        nearer = 1.0 - np.divide(plain.strain, found.strain, out=np.ones_like(found.strain), where=found.strain > 0.0)
        held = np.array([has_limit(row) for row in found.rows], dtype=bool)
        lost = np.nan_to_num(np.where(self._may, np.where(held, nearer, plain.room[0] - found.room), 0.0))
        ordered = np.sort(lost, axis=0)
        place = self._aim.needed - 1
        if self._aim.is_joint:
            rules_kept = (found.rules_kept | found.soft_rules).all(axis=1)
            fixed = (found.kept | self._may | found.soft).all(axis=1) & rules_kept
            place = _joint_place(lost, ordered, fixed, self._aim.needed)
        wanted: FloatArray = np.maximum(ordered[place], 0.0)
        return wanted


def _joint_place(lost: FloatArray, ordered: FloatArray, fixed: NDArray[np.bool_], needed: int) -> int:
    """Return the smallest rank of losses that covers enough samples in all rows at once."""
    low, high = needed - 1, len(lost) - 1
    while low < high:
        middle = (low + high) // 2
        if ((lost <= ordered[middle]).all(axis=1) & fixed).sum() >= needed:
            high = middle
        else:
            low = middle + 1
    return low


def _kept_counts(found: Outcomes, aim: Aim) -> NDArray[np.int64]:
    if aim.is_joint:
        return np.array([found.all_kept.sum()])
    rows, rules = found.kept[:, ~found.soft], found.rules_kept[:, ~found.soft_rules]
    counts: NDArray[np.int64] = np.hstack([rows.sum(axis=0), rules.sum(axis=0)])
    return counts


def _is_held(found: Outcomes, aim: Aim) -> bool:
    return bool((_kept_counts(found, aim) >= aim.needed).all())


def _least_kept(found: Outcomes, aim: Aim) -> float:
    return float(_kept_counts(found, aim).min(initial=found.size)) / found.size


def _with_margins(compiled: Compiled) -> NDArray[np.bool_]:
    """Return which rows can be asked for more, shape (row,)."""
    missed = compiled.slack.places
    return np.array(
        [
            plan.bound is not None
            and place not in missed
            and (has_limit(plan) or (row is not None and _is_measured(plan)))
            for place, (plan, row) in enumerate(zip(compiled.plans, compiled.row_of, strict=True))
        ],
        dtype=bool,
    )


def _is_measured(plan: RowPlan) -> bool:
    return plan.reported_sense != "=" and plan.metric.name not in {"count", "comply", "added"}


def with_margins(compiled: Compiled, margins: FloatArray) -> ChoiceProblem:
    """Return the problem with every row asked for its margin more, ``margins`` (row,) in the reported units.

    Rows that hold a level to a limit stay: their margins are in `with_limits`.
    """
    problem = compiled.problem
    metrics, rows = [problem.metrics], {row.id: row for row in problem.rows}
    for number, (plan, margin) in enumerate(zip(compiled.plans, margins.tolist(), strict=True)):
        if not margin or plan.bound is None or has_limit(plan):
            continue
        asked = plan.report(plan.bound) + (margin if plan.reported_sense == ">=" else -margin)
        tight = plan.at(asked, ease=1.0)
        place = compiled.metric_of[number]
        if plan.per is not None:
            place = len(problem.metrics) + len(metrics) - 1
            metrics.append(compiled.widened(metric_values(tight.held, compiled.options))[None, :])
            rows[plan.row_id] = replace(rows[plan.row_id], metric=place)
        bound = 0.0 if plan.per is not None else tight.bound or 0.0
        rows[plan.row_id] = replace(rows[plan.row_id], bound=bound)
    return replace(problem, metrics=np.vstack(metrics), rows=tuple(rows.values()))
