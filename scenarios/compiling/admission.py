"""Which choices a scenario leaves to be made."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scenarios.compiling.decided import Decision
from scenarios.compiling.expand import YearOptions
from scenarios.compiling.metrics import metric_values
from scenarios.compiling.rows import RowPlan


@dataclass(frozen=True, slots=True)
class Admission:
    """``undecided`` (choice,): what decided projects leave; ``admitted`` (choice,): what mandates leave of it.

    ``kept`` are the places of the row plans that hold by what is left out.
    """

    undecided: NDArray[np.bool_]
    admitted: NDArray[np.bool_]
    kept: frozenset[int]


def admission(
    options: YearOptions,
    plans: Sequence[RowPlan],
    decided: Sequence[Decision],
    may_miss: frozenset[int] = frozenset(),
) -> Admission:
    """Leave out what a decision rules out, and what breaks a mandate that every source in its scope can keep.

    A mandate that some source cannot keep, or that is eased by a tolerance, stays a row over counts; so does one over a
    source that is decided in part, where leaving out a choice would rule out the rest of the source, and one that may
    be missed: ``may_miss`` are the places of such row plans.
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
        if not plan.is_mandatory or plan.requirement.tolerance > 0 or number in may_miss:
            continue
        complies = metric_values(plan.metric, options) > 0
        can = np.zeros(len(plan.mask), dtype=bool)
        can[options.source[complies & admitted]] = True
        can[parts] = False
        if can[plan.mask].all():
            admitted &= complies | ~plan.mask[options.source]
            kept.add(number)
    return Admission(undecided, admitted, frozenset(kept))


def all_admitted(options: YearOptions) -> Admission:
    """Leave out nothing."""
    everything = np.ones(options.size, dtype=bool)
    return Admission(everything, everything, frozenset())


def is_of(options: YearOptions, decision: Decision) -> NDArray[np.bool_]:
    """Return which choice is the decided one, shape (choice,): that package from that year, and nothing later."""
    is_package = (options.option == decision.option) & (options.start_year == decision.start_year)
    return np.asarray(is_package & ~options.is_extended())
