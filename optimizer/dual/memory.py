"""What a solve leaves behind for the next one: the layout, its extremes, the best prices and the boxes around them.

Bounds of the rows stand in neither extremes nor boxes, only in what a layout has left to reach: under other bounds it
moves by as much, and nothing has to be measured again. Whether the new best prices lie in an old box shows by itself.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from optimizer.arrays import Floats
from optimizer.dual.arrange import arrange
from optimizer.dual.extremes import Extremes, extremes_of
from optimizer.dual.layout import Layout
from optimizer.dual.passes import way_of
from optimizer.dual.prices import Start
from optimizer.dual.reduced import Reduced, reduced
from optimizer.dual.task import Known
from optimizer.problem import ChoiceProblem
from optimizer.settings import Settings
from optimizer.solution import Solution

NEAR = 2.0
"""A box of prices is looked into again when it reaches this many times as far as the bounds have moved, as shares."""


@dataclass(frozen=True, slots=True, eq=False)
class Memory:
    """The problem solved and how it was made less, its layout and extremes, where its best prices are, and its plan."""

    reduced: Reduced
    layout: Layout
    sizes: Extremes
    start: Start | None
    known: Known | None = None


def recall(problem: ChoiceProblem, settings: Settings, warm: Solution | None) -> Memory:
    """Return what is known of a problem before it is solved: from ``warm``, or measured anew.

    A solution is of use whole where the problem holds the very arrays that were solved, as ``ChoiceProblem.with_rows``
    leaves them, and its rows differ in their bounds only. Otherwise its prices are.
    """
    memory = None if warm is None else warm.memory
    if not isinstance(memory, Memory) or memory.start is None:
        return _measured(problem, settings, warm)
    left = memory.reduced.under(problem)
    if left is None:
        return _measured(problem, settings, warm)
    old, asked = memory.layout, left.problem
    change = old.sign * (asked.bounds - old.problem.bounds)
    shift = float(np.max(np.abs(change) / np.maximum(np.abs(old.problem.bounds), 1e-300), initial=0.0))
    kept = [box for box in memory.start.boxes if box.reach(memory.start.price) >= NEAR * shift]
    boxes = tuple(replace(box, open=_moved(box.open, asked, change)) for box in kept or memory.start.boxes[:1])
    layout = replace(_moved(old, asked, change), way=way_of(asked, settings))
    return Memory(left, layout, memory.sizes.under(asked), Start(memory.start.price, boxes), memory.known)


def _measured(problem: ChoiceProblem, settings: Settings, warm: Solution | None) -> Memory:
    left = reduced(problem)
    layout = arrange(left.problem, settings)
    return Memory(left, layout, extremes_of(layout), _prices_of(warm, left, layout))


def _prices_of(warm: Solution | None, left: Reduced, layout: Layout) -> Start | None:
    if warm is None or warm.prices is None or len(warm.prices) != left.asked.row_count:
        return None
    return Start(left.inner(warm.prices) * layout.sign)


def _moved(layout: Layout, problem: ChoiceProblem, change: Floats) -> Layout:
    return replace(layout, problem=problem, target=layout.target + change)
