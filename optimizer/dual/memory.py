"""What a solve leaves behind for the next one: the layout, its extremes, the best prices and the boxes around them.

Bounds of the rows stand in neither extremes nor boxes, only in what a layout has left to reach: under other bounds it
moves by as much, and nothing has to be measured again. Whether the new best prices lie in an old box shows by itself.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from optimizer.arrays import Floats, Integers
from optimizer.dual.arrange import arrange
from optimizer.dual.extremes import Extremes, extremes_of
from optimizer.dual.layout import Layout
from optimizer.dual.passes import way_of
from optimizer.dual.prices import Start
from optimizer.problem import ChoiceProblem, Row
from optimizer.settings import Settings
from optimizer.solution import Solution

NEAR = 2.0
"""A box of prices is looked into again when it reaches this many times as far as the bounds have moved, as shares."""


@dataclass(frozen=True, slots=True, eq=False)
class Memory:
    """The whole layout of the problem solved, its extremes, and where its best prices are."""

    layout: Layout
    sizes: Extremes
    start: Start | None


def recall(problem: ChoiceProblem, settings: Settings, warm: Solution | None) -> Memory:
    """Return what is known of a problem before it is solved: from ``warm``, or measured anew.

    A solution is of use whole where the problem holds the very arrays that were solved, as ``ChoiceProblem.with_rows``
    leaves them, and its rows differ in their bounds only. Otherwise its prices are.
    """
    memory = None if warm is None else warm.memory
    if not isinstance(memory, Memory) or memory.start is None or not _is_alike(memory.layout.problem, problem):
        layout = arrange(problem, settings)
        return Memory(layout, extremes_of(layout), _prices_of(warm, layout))
    old = memory.layout
    change = old.sign * (problem.bounds - old.problem.bounds)
    shift = float(np.max(np.abs(change) / np.maximum(np.abs(old.problem.bounds), 1e-300), initial=0.0))
    kept = [box for box in memory.start.boxes if box.reach(memory.start.price) >= NEAR * shift]
    boxes = tuple(replace(box, open=_moved(box.open, problem, change)) for box in kept or memory.start.boxes[:1])
    layout = replace(_moved(old, problem, change), way=way_of(problem, settings))
    return Memory(layout, memory.sizes.under(problem), Start(memory.start.price, boxes))


def _prices_of(warm: Solution | None, layout: Layout) -> Start | None:
    if warm is None or warm.prices is None or len(warm.prices) != layout.row_count:
        return None
    return Start(warm.prices * layout.sign)


def _moved(layout: Layout, problem: ChoiceProblem, change: Floats) -> Layout:
    return replace(layout, problem=problem, target=layout.target + change)


def _is_alike(old: ChoiceProblem, new: ChoiceProblem) -> bool:
    is_same = old.cost is new.cost and old.group is new.group and old.metrics is new.metrics and old.side is new.side
    is_same &= old.divisible is new.divisible and len(old.rows) == len(new.rows)
    return is_same and all(_binds_alike(one, other) for one, other in zip(old.rows, new.rows, strict=True))


def _binds_alike(old: Row, new: Row) -> bool:
    return (old.metric, old.sense) == (new.metric, new.sense) and _is_same(old.groups, new.groups)


def _is_same(old: Integers | None, new: Integers | None) -> bool:
    if old is None or new is None:
        return old is new
    is_one = old.ctypes.data == new.ctypes.data and old.strides == new.strides and old.shape == new.shape
    return is_one or np.array_equal(old, new)
