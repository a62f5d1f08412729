"""Passes over all options of a layout, by NumPy or compiled.

A block is cut into strips of ``STRIP`` groups, and into pieces of some strips. Numbers of a strip are added one after
another, and so are those of a cell within a piece; strips are then added exactly (``math.fsum``) and pieces one after
another. ``kernels`` does the same, so the way does not change a bit of the answer.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import numpy as np

from optimizer.arrays import Flags, Floats, Integers
from optimizer.dual.layout import STRIP, Block, Layout, Way
from optimizer.parallel import processors
from optimizer.problem import ChoiceProblem
from optimizer.settings import Settings

KERNELS = "optimizer.dual.kernels"

COMPILED_OPTIONS = 200_000
LOADED_OPTIONS = 4000
"""Problems of fewer options are done before compiled code is loaded, or called where it has been."""

THREADED_OPTIONS = 400_000
"""Blocks of fewer options are done before a second thread is awake."""

SAFETY = 1.0 + 1e-9
"""More than rounding can bring a group across the limit of its reduced costs ..."""

ROOM = 1e-12
"""... and the same as a share of the best one."""


@dataclass(frozen=True, slots=True, eq=False)
class Chosen:
    """What the groups of a block take at some prices.

    ``choice`` first best option of each, int64 (group,). ``strips`` float64 (3, strip): least reduced cost, its
    absolute value and cost of the choice; ``sums`` float64 (cell, metric): metrics of the choice. In a survey
    ``is_open``, bool (group,), and ``strips`` (1, strip) cost of the choice, of groups that are not open, as ``sums``.
    """

    choice: Integers
    strips: Floats
    sums: Floats
    is_open: Flags


@dataclass(frozen=True, slots=True, eq=False)
class Measured:
    """Extremes of a block's groups.

    ``strips`` float64 (2, strip): largest absolute cost, and largest less smallest; ``sums`` float64 (4, cell,
    metric): sums of largest, smallest and largest absolute value of a group, and the largest of the latter.
    """

    strips: Floats
    sums: Floats


def way_of(problem: ChoiceProblem, settings: Settings | None = None) -> Way:
    """Return how to pass over a problem, as asked for where Numba is installed.

    Raises
    ------
    ValueError
        Compiled passes are asked for and Numba is not installed.

    """
    passes, threads = (settings.passes, settings.pass_threads) if settings else ("auto", None)
    is_installed = find_spec("numba") is not None
    if passes == "compiled" and not is_installed:
        raise ValueError("settings: passes: compiled asks for numba, which is not installed")
    least = LOADED_OPTIONS if is_installed and _is_loaded() else COMPILED_OPTIONS
    is_large = passes == "compiled" or problem.option_count >= least
    is_compiled = is_installed and is_large and passes != "numpy" and problem.side is None
    return Way(is_compiled, threads or processors())


def price(layout: Layout, block: Block, prices: Floats, side: Floats) -> Chosen:
    """Let every group take its best option at ``prices`` (cell, metric), and ``side`` of the side rows."""
    choice = np.empty(len(block.groups), dtype=np.int64)
    strips, sums = _tables(layout, block, 3)
    if layout.way.is_compiled:
        kernel, data = _compiled(block)
        out = kernel.Out(choice, strips, sums, np.empty(0, dtype=bool))
        in_threads(layout.way, block, lambda a, b: kernel.price_pass(data, prices, a, b, out))
    else:
        for number, piece in enumerate(block.pieces()):
            reduced = reduced_costs(block, piece, prices, side)
            best, place = best_of(reduced)
            at_best = np.arange(len(best)), place
            for line, values in enumerate((best, np.abs(best), block.cost[piece][at_best])):
                strips[line, _strips(piece)] = _by_strip(values)
            choice[piece] = block.first[piece] + place
            for k, metric in enumerate(block.metrics):
                sums[number, :, k] = np.bincount(block.cell[piece], metric[piece][at_best], layout.cell_count)
    return Chosen(choice, strips, sums.sum(axis=0), np.empty(0, dtype=bool))


def tally(layout: Layout, block: Block, choice: Integers) -> Chosen:
    """Add up a choice of the block's groups, int64 (group,): ``strips`` (1, strip) of cost, ``sums`` of metrics."""
    strips, sums = _tables(layout, block, 1)
    out = (choice, strips, sums, np.empty(0, dtype=bool))
    if layout.way.is_compiled:
        kernel, data = _compiled(block)
        in_threads(layout.way, block, lambda a, b: kernel.tally_pass(data, a, b, kernel.Out(*out)))
    else:
        for number, piece in enumerate(block.pieces()):
            at = np.arange(piece.stop - piece.start), choice[piece] - block.first[piece]
            strips[0, _strips(piece)] = _by_strip(block.cost[piece][at])
            for k, metric in enumerate(block.metrics):
                sums[number, :, k] = np.bincount(block.cell[piece], metric[piece][at], layout.cell_count)
    return Chosen(choice, strips, sums.sum(axis=0), out[-1])


def survey(layout: Layout, block: Block, prices: tuple[Floats, Floats], side: Floats, span: Floats) -> Chosen:
    """Find the groups whose choice can change; ``prices`` and by how much each can move, (cell, metric) both.

    ``span`` float64 (metric, group of the problem).
    """
    choice = np.empty(len(block.groups), dtype=np.int64)
    is_open = np.empty(len(block.groups), dtype=bool)
    strips, sums = _tables(layout, block, 1)
    if layout.way.is_compiled:
        kernel, data = _compiled(block)
        out = kernel.Out(choice, strips, sums, is_open)
        in_threads(layout.way, block, lambda a, b: kernel.survey_pass(data, (*prices, span), a, b, out))
    else:
        for number, piece in enumerate(block.pieces()):
            reduced = reduced_costs(block, piece, prices[0], side)
            best, place = best_of(reduced)
            is_near = _can_change(block, piece, (reduced, best, place), prices[1], span)
            is_open[piece] = is_near
            choice[piece] = block.first[piece] + place
            at_best = np.arange(len(best)), place
            strips[0, _strips(piece)] = _by_strip(np.where(is_near, 0.0, block.cost[piece][at_best]))
            for k, metric in enumerate(block.metrics):
                weights = np.where(is_near, 0.0, metric[piece][at_best])
                sums[number, :, k] = np.bincount(block.cell[piece], weights, layout.cell_count)
    return Chosen(choice, strips, sums.sum(axis=0), is_open)


def nearness(layout: Layout, block: Block, prices: tuple[Floats, Floats], side: Floats, *, is_damped: bool) -> Floats:
    """Return how far each option of a block is from being the best of its group, float64 (group, option).

    What it costs beyond the best by what sets it apart: the difference in metrics at the second of ``prices``, (cell,
    metric) both, and its entries in side rows at the size of their prices; damped, to the power of 3/4. Infinite for
    the best and those like it.
    """
    score = np.empty(block.cost.shape)
    if layout.way.is_compiled:
        kernel, data = _compiled(block)
        in_threads(layout.way, block, lambda a, b: kernel.nearness_pass(data, (*prices, is_damped), a, b, score))
        return score
    for piece in block.pieces():
        reduced = reduced_costs(block, piece, prices[0], side)
        best, place = best_of(reduced)
        width = widths(block, piece, place, prices[1], side)
        unit = np.sqrt(width) * np.sqrt(np.sqrt(width)) if is_damped else width
        excess = np.maximum(reduced - best[:, None], 0.0)
        score[piece] = np.inf
        np.divide(excess, unit, out=score[piece], where=width > 0.0)
    return score


def widths(block: Block, piece: slice, place: Integers, reference: Floats, side: Floats) -> Floats:
    """Return what sets options apart from one of their group, int64 (group,), float64 (group, option)."""
    width = np.zeros(block.cost[piece].shape)
    at_place = np.arange(len(place)), place
    cell = block.cell[piece]
    for k, values in enumerate(block.metrics):
        own = values[piece]
        width += np.abs(own - own[at_place][:, None]) * reference[cell, k][:, None]
    if block.side is not None:
        size = width.shape[1]
        entries = abs(block.side[piece.start * size : piece.stop * size]) @ np.abs(side)
        width += entries.reshape(width.shape)
    return width


def extremes(layout: Layout, block: Block, span: Floats) -> Measured:
    """Measure every group of a block; fills its part of ``span`` (metric, group of the problem)."""
    strips, sums = _tables(layout, block, 2)
    sums = np.zeros((4, *sums.shape))
    if layout.way.is_compiled:
        kernel, data = _compiled(block)
        in_threads(layout.way, block, lambda a, b: kernel.extremes_pass(data, a, b, span, (strips, sums)))
    else:
        for number, piece in enumerate(block.pieces()):
            top, bottom = across(block.cost[piece])
            for line, values in enumerate((np.maximum(top, -bottom), top - bottom)):
                strips[line, _strips(piece)] = _by_strip(values)
            for k, metric in enumerate(block.metrics):
                top, bottom = across(metric[piece])
                size = np.maximum(top, -bottom)
                span[k, block.groups[piece]] = top - bottom
                cell = block.cell[piece]
                for line, values in enumerate((top, bottom, size)):
                    sums[line, number, :, k] = np.bincount(cell, values, layout.cell_count)
                np.maximum.at(sums[3, number, :, k], cell, size)
    return Measured(strips, np.concatenate([sums[:3].sum(axis=1), sums[3:].max(axis=1)]))


def in_threads(way: Way, block: Block, run: Callable[[int, int], object]) -> None:
    """Run over all pieces, from the first group to the last, in as many threads as a block of this size deserves."""
    pieces = -(-len(block.groups) // block.step)
    count = min(way.threads, pieces) if block.cost.size >= THREADED_OPTIONS else 1
    cuts = [pieces * number // count * block.step for number in range(count)] + [len(block.groups)]
    if count == 1:
        run(0, len(block.groups))
        return
    with ThreadPoolExecutor(count) as pool:
        list(pool.map(run, cuts[:-1], cuts[1:]))


def reduced_costs(block: Block, piece: slice, prices: Floats, side: Floats) -> Floats:
    """Return c_j - sum_k y_k a_kj of a piece of a block, float64 (group, option).

    ``prices`` are (cell, metric), ``side`` those of the side rows.
    """
    reduced: Floats = block.cost[piece].copy()
    scratch = np.empty_like(reduced)
    per_group = None if len(prices) == 1 else prices[block.cell[piece]]
    for k, values in enumerate(block.metrics):
        if per_group is None:
            if prices[0, k] == 0.0:
                continue
            np.multiply(values[piece], prices[0, k], out=scratch)
        else:
            np.multiply(values[piece], per_group[:, k, None], out=scratch)
        reduced -= scratch
    if block.side is not None and side.any():
        size = reduced.shape[1]
        reduced -= (block.side[piece.start * size : piece.stop * size] @ side).reshape(reduced.shape)
    return reduced


def best_of(reduced: Floats) -> tuple[Floats, Integers]:
    """Return the least of each row of (group, option) and the first place it stands at."""
    best = reduced[:, 0].copy()
    place = np.zeros(len(best), dtype=np.int64)
    for column in range(1, reduced.shape[1]):
        values = reduced[:, column]
        np.copyto(place, column, where=values < best)
        np.minimum(best, values, out=best)
    return best, place


def second_of(reduced: Floats, best: Floats, place: Integers) -> Floats:
    """Return the least of each row but for the place of the best; infinite for groups of one option."""
    second = np.full(len(best), np.inf)
    for column in range(reduced.shape[1]):
        np.minimum(second, np.where(place == column, np.inf, reduced[:, column]), out=second)
    return second


def across(values: Floats) -> tuple[Floats, Floats]:
    """Return the most and the least of each row of (group, option)."""
    high = values[:, 0].copy()
    low = high.copy()
    for column in range(1, values.shape[1]):
        np.maximum(high, values[:, column], out=high)
        np.minimum(low, values[:, column], out=low)
    return high, low


def _can_change(
    block: Block, piece: slice, found: tuple[Floats, Floats, Integers], radius: Floats, span: Floats
) -> Flags:
    """Return the groups of a piece whose choice can change, bool (group,); those with side entries always can."""
    reduced, best, place = found
    cell = block.cell[piece]
    limit = np.zeros(len(best))
    for k in range(len(block.which)):
        limit += span[k, block.groups[piece]] * (radius[0, k] if len(radius) == 1 else radius[cell, k])
    is_near: Flags = second_of(reduced, best, place) - best <= limit * SAFETY + ROOM * (np.abs(best) + limit)
    near = np.flatnonzero(is_near)
    move = np.zeros((len(near), reduced.shape[1]))
    for k, metric in enumerate(block.metrics):
        own = metric[piece][near]
        change = np.abs(own - own[np.arange(len(near)), place[near]][:, None])
        move += change * radius[cell[near], k][:, None]
    excess = reduced[near] - best[near, None]
    is_close = excess <= move * SAFETY + ROOM * (np.abs(best[near, None]) + move)
    is_close &= excess <= (limit * SAFETY + ROOM * (np.abs(best) + limit))[near, None]
    is_close[np.arange(len(near)), place[near]] = False
    is_near[near] = is_close.any(axis=1)
    if block.side is not None:
        size = reduced.shape[1]
        entries = np.diff(block.side.indptr)[piece.start * size : piece.stop * size]
        is_near |= entries.reshape(reduced.shape).any(axis=1)
    return is_near


def _tables(layout: Layout, block: Block, lines: int) -> tuple[Floats, Floats]:
    strips = -(-len(block.groups) // STRIP)
    pieces = -(-len(block.groups) // block.step)
    return np.zeros((lines, strips)), np.zeros((pieces, layout.cell_count, len(layout.metric)))


def _strips(piece: slice) -> slice:
    return slice(piece.start // STRIP, -(-piece.stop // STRIP))


def _by_strip(values: Floats) -> Floats:
    return np.bincount(np.arange(len(values)) // STRIP, values)


def _is_loaded() -> bool:
    kernels = sys.modules.get(KERNELS)
    return kernels is not None and kernels.is_loaded()


def _compiled(block: Block) -> tuple[Any, Any]:
    """Return the compiled passes and a block as they take it."""
    kernels = import_module(KERNELS)
    own = (block.groups, block.first, block.cost, block.table, block.which, block.cell, block.step)
    return kernels, kernels.Data(*own)
