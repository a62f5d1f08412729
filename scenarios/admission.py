"""Which choices a scenario leaves to be made, and how far each row could go with them alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from model.sector import FloatArray
from scenarios.decided import Decision
from scenarios.expand import YearOptions
from scenarios.metrics import metric_values
from scenarios.requirements import Mandate
from scenarios.rows import RowPlan


@dataclass(frozen=True, slots=True)
class Admission:
    """``undecided`` (choice,): what decided projects leave; ``admitted`` (choice,): what mandates leave of it.

    ``kept`` are the places of the row plans that hold by what is left out.
    """

    undecided: NDArray[np.bool_]
    admitted: NDArray[np.bool_]
    kept: frozenset[int]


def admission(options: YearOptions, plans: Sequence[RowPlan], decided: Sequence[Decision]) -> Admission:
    """Leave out what a decision rules out, and what breaks a mandate that every source in its scope can keep.

    A mandate that some source cannot keep, or that is eased by a tolerance, stays a row over counts; so does one over a
    source that is decided in part, where leaving out a choice would rule out the rest of the source.
    """
    parts = [decision.source for decision in decided if decision.share < 1.0]
    undecided = np.ones(options.size, dtype=bool)
    for decision in decided:
        allowed = is_of(options, decision)
        if decision.share < 1.0:
            allowed |= options.is_as_is()
        undecided &= allowed | (options.source != decision.source)
    admitted = undecided.copy()
    kept = set()
    for number, plan in enumerate(plans):
        if not isinstance(plan.requirement, Mandate) or plan.requirement.tolerance > 0:
            continue
        complies = metric_values(plan.metric, options) > 0
        can = np.zeros(len(plan.mask), dtype=bool)
        can[options.source[complies & admitted]] = True
        can[parts] = False
        if can[plan.mask].all():
            admitted &= complies | ~plan.mask[options.source]
            kept.add(number)
    return Admission(undecided, admitted, frozenset(kept))


def is_of(options: YearOptions, decision: Decision) -> NDArray[np.bool_]:
    """Return which choice is the decided one, shape (choice,)."""
    return np.asarray((options.option == decision.option) & (options.start_year == decision.start_year))


def alone(options: YearOptions, plans: Sequence[RowPlan], decided: Sequence[Decision]) -> FloatArray:
    """Return how far each row can go when all others are ignored, shape (row plan,), in the rows' own units.

    The most of a row that asks for at least or exactly so much, the least of one that asks for at most: each source
    decides by itself, so the extreme is the sum of the sources' extremes; one that is decided in part is that part of
    its project, and for the rest as it is.
    """
    parts = [decision for decision in decided if decision.share < 1.0]
    starts = np.flatnonzero(np.diff(options.source, prepend=-1))
    extremes = np.empty(len(plans))
    for metric in dict.fromkeys(plan.metric for plan in plans):
        values = metric_values(metric, options)
        for number, plan in enumerate(plans):
            if plan.metric == metric:
                extreme = np.minimum if plan.sense == "<=" else np.maximum
                by_source = extreme.reduceat(values, starts)
                for decision in parts:
                    by_source[decision.source] = _part(options, values, decision)
                extremes[number] = by_source[plan.mask].sum()
    return extremes


def _part(options: YearOptions, values: FloatArray, decision: Decision) -> float:
    rest = options.is_as_is() & (options.source == decision.source)
    whole, none = (float(values[choice].sum()) for choice in (is_of(options, decision), rest))
    return decision.share * whole + (1.0 - decision.share) * none
