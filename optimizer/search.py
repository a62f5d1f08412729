"""The steps of the exact engine between presolve and answer.

1. The relaxation gives prices, a bound phi and, often, a whole plan (``relaxation``).
2. A model of the options that a small change of prices would make best, a short list, gives a plan; when that is within
   the gap of phi, it is proven.
3. Any plan that takes the whole of option j costs at least phi + excess_j, so options beyond the cost of the plan in
   hand go
   (reduced-cost fixing: Nemhauser and Wolsey, Integer and Combinatorial Optimization, 1988, section II.5.2); what is
   left is solved, starting from the plan.
4. A plan is added up again on the problem's own arrays. One that misses a row by more than rounding is no plan: it is
   sought again with the row drawn in by twice as much.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy import sparse

from optimizer.arrays import Flags, Floats
from optimizer.core import Core, only
from optimizer.deadline import Deadline
from optimizer.evaluate import Evaluation, evaluate
from optimizer.problem import ChoiceProblem
from optimizer.pulp_model import HIGHS, Attempt, Limits, run
from optimizer.relaxation import Relaxation
from optimizer.rounding import choice_of, level_of
from optimizer.settings import Settings
from optimizer.solution import ROUNDING, relative_gap, smallest_scale
from optimizer.twins import deal_out

LISTED_A_ROW = 50
LONGEST_LIST = 1500
"""Options beyond the best of each group that a short list holds: so many a row at first, then the most there may be."""

GROUPS_A_ROW = 100
"""Below so many groups a row the relaxation's bound is too far off for a short list to prove anything."""

LIST_NODES = 500
"""Nodes after which the model of a short list is left."""

TRIES = 3
"""How often a plan is sought again because it misses a row by more than rounding."""


@dataclass(frozen=True, slots=True, eq=False)
class Task:
    """What is to be solved and until when; ``start`` is a level (option,) to start from."""

    problem: ChoiceProblem
    settings: Settings
    core: Core
    relaxed: Relaxation
    start: Floats | None
    deadline: Deadline


@dataclass(frozen=True, slots=True, eq=False)
class Candidate:
    """A choice, float64 (column,), its level, float64 (option,), and what it comes to."""

    choice: Floats
    level: Floats
    evaluation: Evaluation


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """What is known: the best plan, the bound in scaled units, nodes and seconds spent, how it ended."""

    plan: Candidate | None
    bound: float
    nodes: int | None
    seconds: float
    ending: str
    is_infeasible: bool = False


def search(task: Task) -> Found:
    """Go through the steps until the gap is proven or the limits are reached."""
    found = Found(None, task.relaxed.bound, 0, task.relaxed.seconds, "proven by the linear relaxation")
    found = _with_plan(found, _candidate(task, choice_of(task.core, task.relaxed.share)))
    if is_proven(task, found):
        return found
    for length in _list_lengths(task):
        found = _try_list(task, found, length)
        if is_proven(task, found):
            return found
    return _try_all(task, found)


def is_proven(task: Task, found: Found) -> bool:
    """Whether the plan in hand is within the gap asked for."""
    if found.plan is None:
        return False
    objective = found.plan.evaluation.objective
    return relative_gap(task.problem, objective, proven_bound(task, found, objective)) <= max(
        task.settings.gap, ROUNDING
    )


def proven_bound(task: Task, found: Found, objective: float) -> float:
    """Return the bound in the problem's unit, at most the cost of a plan, from which only rounding may part it upwards.

    A solver's bound that lies above by more than that is wrong: then the relaxation's stands.
    """
    scale = task.core.cost_scale
    allowance = ROUNDING * max(abs(objective), smallest_scale(task.problem))
    proven = found.bound / scale
    return min(proven if proven <= objective + allowance else task.relaxed.bound / scale, objective)


def _candidate(task: Task, choice: Floats | None) -> Candidate | None:
    if choice is None:
        return None
    choice = deal_out(task.core, choice)
    level = level_of(task.core, choice, task.problem.option_count)
    return Candidate(choice, level, evaluate(task.problem, level))


def _with_plan(found: Found, candidate: Candidate | None) -> Found:
    """Return what is known with one more candidate, if it is a plan and cheaper than the one in hand."""
    if candidate is None or candidate.evaluation.faults:
        return found
    if found.plan is not None and found.plan.evaluation.objective <= candidate.evaluation.objective:
        return found
    return replace(found, plan=candidate)


def _list_lengths(task: Task) -> list[int]:
    """Return how long the short lists are that are worth a try, none where the full model is not much longer."""
    groups, rows = len(task.core.group), len(task.core.row)
    if task.settings.solver != HIGHS or groups < GROUPS_A_ROW * rows:
        return []
    lengths = sorted({min(LISTED_A_ROW * rows, LONGEST_LIST), LONGEST_LIST})
    return [length for length in lengths if len(task.core.option) > groups + 2 * length]


def _try_list(task: Task, found: Found, length: int) -> Found:
    """Look for a plan among the best of each group and the ``length`` others nearest to being best."""
    ratio = _price_change(task)
    last = len(task.core.group) + length
    keep = ratio <= np.partition(ratio, last)[last]
    attempt = _run(task, found, only(task.core, keep), gap=task.settings.gap / 2.0, most_nodes=LIST_NODES)
    return _with_plan(_after(found, attempt, found.ending), _answer(task, attempt, keep))


def _price_change(task: Task) -> Floats:
    """Return how far prices must change, as a fraction of each, before an option can become its group's best (column,).

    excess_j / sum_k p_k |a_kj - a_k,best|: groups of every size count alike, unlike by excess alone, which leaves the
    large ones with nothing to trade (on 10 000 groups with 48 rows: gap 9e-4 instead of 1.5e-2 at the same length).
    """
    core, excess = task.core, task.relaxed.excess
    columns = np.arange(len(excess))
    best = np.minimum.reduceat(np.where(excess <= 0.0, columns, len(excess)), core.starts[:-1])
    worth = sparse.csc_array(sparse.diags_array(np.abs(task.relaxed.price)) @ core.matrix)
    moved = np.asarray(abs(worth - worth[:, best[core.group_of_column]]).sum(axis=0)).ravel()
    return np.divide(excess, moved, out=np.where(excess > 0.0, np.inf, 0.0), where=moved > 0.0)


def _try_all(task: Task, found: Found) -> Found:
    """Solve what can still be part of a better plan, drawing in rows that the answer misses."""
    keep = _can_improve(task, found)
    start = found.plan.choice if found.plan else _start(task)
    drawn_in = np.zeros(len(task.core.row))
    for _ in range(TRIES):
        core = only(replace(task.core, lower=task.core.lower + drawn_in, upper=task.core.upper - drawn_in), keep)
        attempt = _run(task, found, core, gap=task.settings.gap, start=None if start is None else start[keep])
        found = _after(found, attempt, f"{task.settings.solver} ended with: {attempt.ending}")
        if not drawn_in.any():
            found = _with_proof(task, found, attempt)
        candidate = _answer(task, attempt, keep)
        found = _with_plan(found, candidate)
        if candidate is None or not candidate.evaluation.faults:
            return found
        found = replace(
            found, ending=f"{task.settings.solver} gave a choice that is no plan: {candidate.evaluation.faults[0]}"
        )
        drawn_in = drawn_in + 2.0 * _missed(task, candidate)
    return found


def _run(
    task: Task,
    found: Found,
    core: Core,
    *,
    gap: float,
    start: Floats | None = None,
    most_nodes: int | None = None,
) -> Attempt:
    """Run the solver; that there is no plan is believed of HiGHS when it says so without its presolve too.

    Presolve loses plans now and then: HiGHS 1.15, 46 columns, 10 rows, two of them kept to the last digit.
    """
    settings = task.settings
    left = None if settings.node_limit is None else max(settings.node_limit - (found.nodes or 0), 0)
    allowed = [nodes for nodes in (left, most_nodes) if nodes is not None]
    limits = Limits(
        gap=gap,
        absolute_gap=gap * smallest_scale(task.problem) * task.core.cost_scale,
        time_limit_s=task.deadline.left_s,
        node_limit=min(allowed, default=None),
    )
    attempt = run(core, settings, limits, start)
    if not attempt.is_infeasible or settings.solver != HIGHS:
        return attempt
    checked = run(core, settings, limits, start, presolve="off")
    return replace(checked, seconds=attempt.seconds + checked.seconds)


def _after(found: Found, attempt: Attempt, ending: str) -> Found:
    nodes = None if found.nodes is None or attempt.nodes is None else found.nodes + attempt.nodes
    return replace(found, nodes=nodes, seconds=found.seconds + attempt.seconds, ending=ending)


def _answer(task: Task, attempt: Attempt, keep: Flags) -> Candidate | None:
    """Return the solver's answer over all columns, None without one."""
    if attempt.share is None:
        return None
    share = np.zeros(len(keep))
    share[keep] = attempt.share
    return _candidate(task, choice_of(task.core, share))


def _can_improve(task: Task, found: Found) -> Flags:
    """Return which columns a plan no dearer than the one in hand can hold; all of them without a plan.

    All columns of divisible groups are among them: a small share of a dear option costs little.
    """
    if found.plan is None:
        return np.ones(len(task.core.option), dtype=bool)
    cost = found.plan.evaluation.objective * task.core.cost_scale
    allowance = ROUNDING * max(abs(cost), smallest_scale(task.problem) * task.core.cost_scale)
    is_cheap = task.relaxed.bound + task.relaxed.excess <= cost + allowance
    return is_cheap | (found.plan.choice > 0.0) | ~task.core.is_whole


def _with_proof(task: Task, found: Found, attempt: Attempt) -> Found:
    """Return what is known with what HiGHS proved; other solvers state no bound in full precision, so phi stands."""
    if attempt.is_infeasible and found.plan is None:
        return replace(found, is_infeasible=True)
    if attempt.bound is None or task.settings.solver != HIGHS:
        return found
    return replace(found, bound=max(found.bound, attempt.bound))


def _missed(task: Task, candidate: Candidate) -> Floats:
    """Return how far each core row is missed beyond rounding, in scaled units; ``=`` rows cannot be drawn in."""
    evaluation, core = candidate.evaluation, task.core
    short = np.where(evaluation.shortfall > evaluation.tolerance, evaluation.shortfall, 0.0)[core.row] * core.row_scale
    return np.where(core.lower == core.upper, 0.0, short)


def _start(task: Task) -> Floats | None:
    """Return the choice to start from (column,), NaN for groups whose option has gone."""
    if task.start is None:
        return None
    share, core = task.start[task.core.option], task.core
    is_there = np.abs(np.add.reduceat(share, core.starts[:-1]) - 1.0) <= ROUNDING
    return np.where(is_there[core.group_of_column], share, np.nan)
