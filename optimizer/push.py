"""One end of what a total can be over the choices that keep some rows, sought where it can change at all.

Groups that no row joins to the total decide apart. Within a part the choice that is extreme group by group is tried
first; if it keeps the rows, nothing beats it. Where one row alone, such as a budget, joins the part to the rest, what
the rest takes of it at least is found once and taken off: with u_p the least that part p can take of the row, the total
over part q is sought under the bound b - sum_{p != q} u_p, and a Lagrangian bound at the prices found there, for the
proven limits of u_p, holds for the whole. What remains is a problem of choice with the total in place of the cost.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from optimizer.arrays import Flags, Floats, Integers
from optimizer.engines import solve
from optimizer.evaluate import row_tolerance
from optimizer.problem import ChoiceProblem
from optimizer.settings import Settings
from optimizer.solution import Status
from optimizer.ties import Ties

EXTREME = "the choice that is extreme in every group keeps all other rows"
SMALL = 0.5
"""A row parts a problem where what it leaves joined to the total has at most this share of the groups."""
ROUNDED = 1e-12
"""Relative; what a bound added up in another order may be off by."""


@dataclass(frozen=True, slots=True)
class Extent:
    """One end of what a row can be with all others held, in the row's unit.

    ``value`` is attained by a choice that keeps all other rows; ``limit`` is proven: no choice goes beyond it. Both are
    None without an answer. ``status`` OPTIMAL: the two are within the gap asked for; FEASIBLE: they are not;
    INFEASIBLE: no choice keeps the other rows; NO_ANSWER: neither was found. ``reason`` says so in words.
    """

    status: Status
    value: float | None
    limit: float | None
    reason: str


NOTHING = Extent(Status.INFEASIBLE, None, None, "no choice keeps the other rows")


@dataclass(frozen=True, slots=True, eq=False)
class Scene:
    """A problem with what all questions about it share.

    ``tolerance`` float64 (row,); ``help`` float64 (option,): what each option adds towards all rows, by each row's
    scale; ``start`` int64 (group,): a choice that keeps all rows, None where none is known. ``is_feasible`` says that
    there is one, whole or mixed.
    """

    ties: Ties
    tolerance: Floats
    help: Floats
    settings: Settings
    start: Integers | None = None
    is_feasible: bool = False
    shares: dict[tuple[int, frozenset[int]], Extent] = field(default_factory=dict)

    @property
    def problem(self) -> ChoiceProblem:
        """The problem."""
        return self.ties.problem

    def keeps(self, choice: Integers, rows: Sequence[int]) -> bool:
        """Whether a choice, an option of each group, keeps some rows."""
        return all(self._keeps(choice, row) for row in rows)

    def _keeps(self, choice: Integers, row: int) -> bool:
        problem = self.problem
        if row < len(problem.rows):
            taken = problem.metrics[problem.rows[row].metric][choice[self.ties.tied[row]]]
            value = float(taken.sum()) + self.ties.constant[row]
        else:
            value = float(problem.contribution(row)[choice].sum())
        missing = problem.bounds[row] - value
        by_sense = {">=": missing, "<=": -missing, "=": abs(missing)}
        return bool(by_sense[problem.senses[row]] <= self.tolerance[row])


def scene_of(ties: Ties, settings: Settings, level: Floats | None) -> Scene:
    """Return a problem ready for questions; ``level`` (option,) is a choice that keeps all its rows, where known."""
    problem, tolerance = ties.problem, ties.tolerance()
    start = None
    if level is not None:
        taken = np.flatnonzero(level == 1.0)
        start = taken if len(taken) == problem.group_count else None
    return Scene(ties, tolerance, help_of(problem, tolerance), settings, start, level is not None)


def push(scene: Scene, values: Floats, rows: Sequence[int]) -> Extent:
    """Return the least total of ``values`` (option,) over the choices that keep some rows of a scene."""
    problem = scene.problem
    label, found = scene.ties.parts(rows)
    least = np.minimum.reduceat(values, problem.starts[:-1])
    varies = least != np.maximum.reduceat(values, problem.starts[:-1])
    touched = set(np.unique(label[varies]).tolist())
    total, limit, status, reasons = float(least.sum()), float(least.sum()), Status.OPTIMAL, [EXTREME]
    for part, own in found.items():
        groups = label == part
        if part not in touched:
            if not scene.is_feasible and not _is_feasible(scene, groups, own):
                return NOTHING
            continue
        extent = _push_part(scene, values, groups, own)
        if extent.value is None or extent.limit is None:
            return extent
        alone = float(least[groups].sum())
        total, limit = total + (extent.value - alone), limit + (extent.limit - alone)
        if extent.reason != EXTREME:
            reasons = [*(reason for reason in reasons if reason != EXTREME), extent.reason]
        status = Status.FEASIBLE if Status.FEASIBLE in {status, extent.status} else status
    return Extent(status, total, min(limit, total), "; ".join(reasons))


def _is_feasible(scene: Scene, groups: Flags, rows: Sequence[int]) -> bool:
    """Whether some choice of groups, bool (group,), keeps the rows that tie no others."""
    key = (-1, frozenset(rows))
    if key not in scene.shares:
        status = Status.OPTIMAL if is_feasible(scene.ties, groups, rows, scene.settings) else Status.INFEASIBLE
        scene.shares[key] = replace(NOTHING, status=status)
    return scene.shares[key].status is not Status.INFEASIBLE


def is_feasible(ties: Ties, groups: Flags, rows: Sequence[int], settings: Settings) -> bool:
    """Whether some choice of groups, bool (group,), keeps rows that tie no others; of rows without groups, by hand."""
    if groups.any():
        part = ties.part(groups, rows).problem
        solution = solve(replace(part, cost=np.zeros(part.option_count)), replace(settings, node_limit=None))
        return solution.status is not Status.INFEASIBLE
    problem = ties.problem
    missing = problem.bounds - ties.constant
    tolerance = ties.tolerance()
    by_sense = {">=": missing, "<=": -missing, "=": np.abs(missing)}
    return all(by_sense[problem.senses[row]][row] <= tolerance[row] for row in rows)


def _push_part(scene: Scene, values: Floats, groups: Flags, rows: Sequence[int]) -> Extent:
    """Return the least total over one part: groups, bool (group,), that rows tie together."""
    problem = scene.problem
    inside = np.repeat(groups, np.diff(problem.starts))
    best = extreme_choice(problem, np.where(inside, values, 0.0), scene.help)
    least = float(values[best][groups].sum())
    for choice in _tried(scene, values, best):
        if scene.keeps(choice, rows):
            return Extent(Status.OPTIMAL, least, least, EXTREME)
    parted = _parted(scene, values, groups, rows)
    if parted is not None:
        return parted
    part = scene.ties.part(groups, rows)
    return _solved(scene, part.problem, values[part.option], _known(scene, values, groups))


def _tried(scene: Scene, values: Floats, best: Integers) -> list[Integers]:
    """Return choices that are extreme in every group: the most helpful one, and the start where it is indifferent."""
    if scene.start is None:
        return [best]
    return [best, np.where(values[scene.start] == values[best], scene.start, best)]


def _known(scene: Scene, values: Floats, groups: Flags) -> float | None:
    """Return the total of the choice that is known to keep all rows, None without one."""
    return None if scene.start is None else float(values[scene.start][groups].sum())


@dataclass(frozen=True, slots=True, eq=False)
class _Parting:
    """One row that joins what a total is about to the rest.

    ``joint`` its number; ``sign`` 1, or -1 where it asks for at least so much; ``near`` bool (group,), what the total
    is about, and its ``rows``; ``label`` int64 (group,) and ``rest``: the parts of the others, and the rows of each.
    """

    joint: int
    sign: float
    near: Flags
    rows: Sequence[int]
    label: Integers
    rest: Mapping[int, Sequence[int]]


def _parted(scene: Scene, values: Floats, groups: Flags, rows: Sequence[int]) -> Extent | None:
    """Return the least total where one row alone joins what the total is about to the rest; None where none does.

    None as well where that leaves value and limit further apart than asked, unless effort is limited.
    """
    parting = _parting(scene, values, groups, rows)
    taken = None if parting is None else _rest(scene, parting, groups)
    if parting is None or taken is None:
        return None
    part = scene.ties.part(parting.near, parting.rows)
    place = part.row.index(parting.joint)
    bound = scene.problem.rows[parting.joint].bound - scene.ties.settled(parting.joint, groups)
    tight, loose = (_with_bound(part.problem, place, bound - parting.sign * rest) for rest in taken)
    own, far = values[part.option], groups & ~parting.near
    is_exact = taken[0] - taken[1] <= scene.tolerance[parting.joint]
    extent = _solved(scene, tight, own, _known(scene, values, parting.near), None if is_exact else loose)
    outside = float(np.minimum.reduceat(values, scene.problem.starts[:-1])[far].sum())
    is_rough = extent.status is not Status.OPTIMAL and scene.settings.node_limit is None
    if extent.value is None or extent.limit is None or is_rough:
        return None
    return replace(extent, value=extent.value + outside, limit=extent.limit + outside)


def _parting(scene: Scene, values: Floats, groups: Flags, rows: Sequence[int]) -> _Parting | None:
    problem, ties = scene.problem, scene.ties
    joint = max(rows, key=lambda row: len(ties.tied[row]))
    if joint >= len(problem.rows) or problem.senses[joint] == "=":
        return None
    label, found = ties.parts([row for row in rows if row != joint])
    starts = problem.starts[:-1]
    varies = groups & (np.minimum.reduceat(values, starts) != np.maximum.reduceat(values, starts))
    touched = set(np.unique(label[varies]).tolist()) - {-1}
    near = varies | np.isin(label, list(touched))
    if near.sum() > SMALL * groups.sum():
        return None
    return _Parting(
        joint=joint,
        sign=-1.0 if problem.senses[joint] == ">=" else 1.0,
        near=near,
        rows=[*(row for part in touched for row in found[part]), joint],
        label=label,
        rest={part: own for part, own in found.items() if part not in touched},
    )


def _rest(scene: Scene, parting: _Parting, groups: Flags) -> tuple[float, float] | None:
    """Return the least that the rest takes of a joint row, and what is proven of it; None where it keeps no rows."""
    problem, ties, joint = scene.problem, scene.ties, parting.joint
    metric = problem.rows[joint].metric
    by_group = ties.least[metric] if parting.sign > 0 else -ties.most[metric]
    free = groups & ~parting.near & problem.members(joint) & (parting.label < 0)
    value = limit = float(by_group[free].sum())
    for part, rows in parting.rest.items():
        key = (joint, frozenset(rows))
        if key not in scene.shares:
            scene.shares[key] = _share(scene, parting, part, rows)
        extent = scene.shares[key]
        if extent.value is None or extent.limit is None:
            return None
        value, limit = value + extent.value, limit + extent.limit
    return value, limit


def _share(scene: Scene, parting: _Parting, part: int, rows: Sequence[int]) -> Extent:
    """Return the least of what one part of the rest takes of a joint row."""
    groups = parting.label == part
    if not groups.any():
        is_kept = is_feasible(scene.ties, groups, rows, scene.settings)
        return Extent(Status.OPTIMAL, 0.0, 0.0, EXTREME) if is_kept else NOTHING
    return _push_part(scene, parting.sign * scene.problem.contribution(parting.joint), groups, rows)


def _with_bound(problem: ChoiceProblem, place: int, bound: float) -> ChoiceProblem:
    """Return a problem with another bound of one row."""
    return problem.with_rows([replace(row, bound=bound) if k == place else row for k, row in enumerate(problem.rows)])


def _solved(
    scene: Scene, part: ChoiceProblem, values: Floats, known: float | None, loose: ChoiceProblem | None = None
) -> Extent:
    """Return the least total by the engines; where they stop without a plan, that of the choice known.

    The limit holds for ``loose``, the same problem with a bound that is proven, where there is one.
    """
    solution = solve(replace(part, cost=values), scene.settings)
    if solution.status is Status.INFEASIBLE or (solution.objective is None and known is None):
        return replace(NOTHING, status=solution.status, reason=solution.reason)
    limit = float(np.minimum.reduceat(values, part.starts[:-1]).sum())
    if loose is not None and solution.prices is not None:
        limit = max(limit, lagrangian(replace(loose, cost=values), solution.prices))
    elif loose is None and solution.bound is not None:
        limit = max(limit, solution.bound)
    value = min(one for one in (solution.objective, known) if one is not None)
    is_near = value - limit <= scene.settings.gap * abs(value) or (loose is None and solution.status is Status.OPTIMAL)
    return Extent(Status.OPTIMAL if is_near else Status.FEASIBLE, value, min(limit, value), solution.reason)


def lagrangian(problem: ChoiceProblem, prices: Floats) -> float:
    """Return ``sum_k y_k b_k + sum_i min_j (c_j - sum_k y_k a_kj)``, which no plan undercuts, at prices y (row,).

    Prices of a wrong sign count as 0.
    """
    senses = np.array(problem.senses)
    price = np.where(senses == ">=", np.maximum(prices, 0.0), np.where(senses == "<=", np.minimum(prices, 0.0), prices))
    reduced = problem.cost.copy()
    for row in np.flatnonzero(price).tolist():
        reduced -= price[row] * problem.contribution(row)
    best = np.minimum.reduceat(reduced, problem.starts[:-1])
    total = float(price @ problem.bounds) + float(best.sum())
    return total - ROUNDED * (float(np.abs(price * problem.bounds).sum()) + float(np.abs(best).sum()))


def extreme_choice(problem: ChoiceProblem, values: Floats, helping: Floats) -> Integers:
    """Return the option of least value of every group, int64 (group,); of equals the one of most ``helping``."""
    starts, sizes = problem.starts[:-1], np.diff(problem.starts)
    best = np.minimum.reduceat(values, starts)
    worth = np.where(values == np.repeat(best, sizes), helping, -np.inf)
    most = np.maximum.reduceat(worth, starts)
    place = np.flatnonzero(worth == np.repeat(most, sizes))
    group = np.searchsorted(problem.starts, place, side="right") - 1
    return place[np.flatnonzero(np.diff(group, prepend=-1))]


def extreme(problem: ChoiceProblem, values: Floats) -> Floats:
    """Return the choice (option,) of least value in every group, of equals the one that helps the rows most."""
    level = np.zeros(problem.option_count)
    level[extreme_choice(problem, values, help_of(problem, row_tolerance(problem)))] = 1.0
    return level


def help_of(problem: ChoiceProblem, tolerance: Floats) -> Floats:
    """Return what each option adds towards all rows, by each row's scale, (option,); ``=`` rows take no side."""
    helping = np.zeros(problem.option_count)
    sides = {">=": 1.0, "<=": -1.0, "=": 0.0}
    for row, size in enumerate(tolerance):
        if size > 0.0:
            helping += sides[problem.senses[row]] / size * problem.contribution(row)
    return helping
