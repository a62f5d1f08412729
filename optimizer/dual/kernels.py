"""The passes over all options as loops that Numba compiles; imported only where Numba is installed.

What each pass gives is said in ``passes``, which has the same in NumPy. Numbers are added in the same order there:
within a strip, and within a cell of a piece, one after another. No product is fused with a sum. So both ways, and any
number of threads, give the same bits. The loops hold no lock, and a thread writes only to its own pieces.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple, cast

import numba
import numpy as np

from optimizer.arrays import Flags, Floats, Integers
from optimizer.dual.layout import STRIP
from optimizer.dual.passes import ROOM, SAFETY


class Data(NamedTuple):
    """The arrays of a ``layout.Block``, and the block's ``step``."""

    groups: Integers
    first: Integers
    cost: Floats
    table: Floats
    which: Integers
    cell: Integers
    step: int


class Out(NamedTuple):
    """Where a pass writes: ``passes.Chosen``, ``sums`` by piece."""

    choice: Integers
    strips: Floats
    sums: Floats
    is_open: Flags


def compiled[F: Callable[..., object]](function: F) -> F:
    """Return a function to be compiled when it is first called, kept on the disk where there is a place for it."""
    with contextlib.suppress(RuntimeError):
        return cast("F", numba.njit(nogil=True, cache=True)(function))
    return cast("F", numba.njit(nogil=True)(function))


@compiled
def reduced_costs(data: Data, prices: Floats, start: int, stop: int, reduced: Floats) -> None:
    """Fill ``reduced`` (group x option,) with c_j - sum_k y_k a_kj of groups ``start`` to ``stop``."""
    size = data.cost.shape[1]
    count = (stop - start) * size
    own = data.cost[start:stop].reshape(count)
    for place in range(count):
        reduced[place] = own[place]
    cell = data.cell[start]
    is_one = True
    for group in range(start, stop):
        is_one &= data.cell[group] == cell
    for k in range(len(data.which)):
        metric = data.table[data.which[k], start:stop].reshape(count)
        if is_one:
            price = prices[cell, k]
            if price != 0.0:
                for place in range(count):
                    reduced[place] -= price * metric[place]
        else:
            for group in range(start, stop):
                price = prices[data.cell[group], k]
                for place in range((group - start) * size, (group - start + 1) * size):
                    reduced[place] -= price * metric[place]


@compiled
def best_of(reduced: Floats, start: int, size: int) -> int:
    """Return the first place of the least of ``size`` numbers from ``start``."""
    best = reduced[start]
    place = 0
    for option in range(1, size):
        value = reduced[start + option]
        if value < best:
            best = value
            place = option
    return place


@compiled
def price_pass(data: Data, prices: Floats, start: int, stop: int, out: Out) -> None:
    """Let groups ``start`` to ``stop`` choose; see ``passes.price``."""
    size = data.cost.shape[1]
    reduced = np.empty(STRIP * size)
    for first in range(start, stop, STRIP):
        last = min(first + STRIP, stop)
        reduced_costs(data, prices, first, last, reduced)
        minima, magnitude, cost = 0.0, 0.0, 0.0
        for group in range(first, last):
            place = best_of(reduced, (group - first) * size, size)
            best = reduced[(group - first) * size + place]
            minima += best
            magnitude += abs(best)
            cost += data.cost[group, place]
            out.choice[group] = data.first[group] + place
            for k in range(len(data.which)):
                out.sums[group // data.step, data.cell[group], k] += data.table[data.which[k], group, place]
        out.strips[0, first // STRIP] = minima
        out.strips[1, first // STRIP] = magnitude
        out.strips[2, first // STRIP] = cost


@compiled
def tally_pass(data: Data, start: int, stop: int, out: Out) -> None:
    """Add up what groups ``start`` to ``stop`` have chosen; see ``passes.tally``."""
    for first in range(start, stop, STRIP):
        cost = 0.0
        for group in range(first, min(first + STRIP, stop)):
            place = out.choice[group] - data.first[group]
            cost += data.cost[group, place]
            for k in range(len(data.which)):
                out.sums[group // data.step, data.cell[group], k] += data.table[data.which[k], group, place]
        out.strips[0, first // STRIP] = cost


@compiled
def best_two_of(reduced: Floats, start: int, size: int) -> tuple[int, float]:
    """Return the first place of the least of ``size`` numbers from ``start``, and the least of the others."""
    best, second = reduced[start], np.inf
    place = 0
    for option in range(1, size):
        value = reduced[start + option]
        second = min(second, max(value, best))
        if value < best:
            best = value
            place = option
    return place, second


@compiled
def can_change(data: Data, group: int, best: tuple[int, float], reduced: Floats, radius: Floats) -> bool:
    """Whether another option can become the best while prices move by ``radius``; ``best`` its place, and the limit."""
    place, limit = best
    least = reduced[place]
    for option in range(len(reduced)):
        excess = reduced[option] - least
        if option == place or excess > limit:
            continue
        move = 0.0
        for k in range(len(data.which)):
            metric = data.table[data.which[k], group]
            move += abs(metric[option] - metric[place]) * radius[data.cell[group], k]
        if excess <= move * SAFETY + ROOM * (abs(least) + move):
            return True
    return False


@compiled
def survey_pass(data: Data, prices: tuple[Floats, Floats, Floats], start: int, stop: int, out: Out) -> None:
    """Find the groups from ``start`` to ``stop`` whose choice can change; see ``passes.survey``."""
    size, radius, span = data.cost.shape[1], prices[1], prices[2]
    reduced = np.empty(STRIP * size)
    for first in range(start, stop, STRIP):
        last = min(first + STRIP, stop)
        reduced_costs(data, prices[0], first, last, reduced)
        cost = 0.0
        for group in range(first, last):
            at, cell = (group - first) * size, data.cell[group]
            place, second = best_two_of(reduced, at, size)
            best = reduced[at + place]
            limit = 0.0
            for k in range(len(data.which)):
                limit += span[k, data.groups[group]] * radius[cell, k]
            limit = limit * SAFETY + ROOM * (abs(best) + limit)
            out.choice[group] = data.first[group] + place
            is_open = second - best <= limit
            if is_open:
                is_open = can_change(data, group, (place, limit), reduced[at : at + size], radius)
            out.is_open[group] = is_open
            if not is_open:
                cost += data.cost[group, place]
                for k in range(len(data.which)):
                    out.sums[group // data.step, cell, k] += data.table[data.which[k], group, place]
        out.strips[0, first // STRIP] = cost


@compiled
def nearness_pass(data: Data, seen: tuple[Floats, Floats, bool], start: int, stop: int, score: Floats) -> None:
    """Measure the options of groups ``start`` to ``stop`` against the best; see ``passes.nearness``."""
    prices, reference, is_damped = seen
    size = data.cost.shape[1]
    reduced = np.empty(STRIP * size)
    for first in range(start, stop, STRIP):
        last = min(first + STRIP, stop)
        reduced_costs(data, prices, first, last, reduced)
        for group in range(first, last):
            at, cell = (group - first) * size, data.cell[group]
            place = best_of(reduced, at, size)
            least = reduced[at + place]
            for option in range(size):
                width = 0.0
                for k in range(len(data.which)):
                    metric = data.table[data.which[k], group]
                    width += abs(metric[option] - metric[place]) * reference[cell, k]
                if width == 0.0:
                    score[group, option] = np.inf
                    continue
                unit = np.sqrt(width) * np.sqrt(np.sqrt(width)) if is_damped else width
                score[group, option] = max(reduced[at + option] - least, 0.0) / unit


@compiled
def extremes_pass(data: Data, start: int, stop: int, span: Floats, out: tuple[Floats, Floats]) -> None:
    """Measure groups ``start`` to ``stop``; see ``passes.extremes``."""
    strips, sums = out
    for first in range(start, stop, STRIP):
        magnitude, between = 0.0, 0.0
        for group in range(first, min(first + STRIP, stop)):
            top, bottom = data.cost[group, 0], data.cost[group, 0]
            for option in range(1, data.cost.shape[1]):
                top = max(top, data.cost[group, option])
                bottom = min(bottom, data.cost[group, option])
            magnitude += max(top, -bottom)
            between += top - bottom
        strips[0, first // STRIP] = magnitude
        strips[1, first // STRIP] = between
    for k in range(len(data.which)):
        metric = data.table[data.which[k]]
        for group in range(start, stop):
            top, bottom = metric[group, 0], metric[group, 0]
            for option in range(1, metric.shape[1]):
                top = max(top, metric[group, option])
                bottom = min(bottom, metric[group, option])
            span[k, data.groups[group]] = top - bottom
            piece, cell = group // data.step, data.cell[group]
            size = max(top, -bottom)
            sums[0, piece, cell, k] += top
            sums[1, piece, cell, k] += bottom
            sums[2, piece, cell, k] += size
            sums[3, piece, cell, k] = max(sums[3, piece, cell, k], size)


PASSES: tuple[Any, ...] = (price_pass, tally_pass, survey_pass, nearness_pass, extremes_pass)
"""The passes, which call the others."""


def is_ready() -> bool:
    """Whether all passes are compiled, in this process or on the disk."""
    return all(one.signatures or _is_kept(one) for one in PASSES)


def is_loaded() -> bool:
    """Whether all passes have been made in this process."""
    return all(one.signatures for one in PASSES)


def _is_kept(kernel: Any) -> bool:  # noqa: ANN401 - Numba's own type is not public
    """Whether Numba keeps a function compiled from the file as it is."""
    folder, code = kernel.stats.cache_path, kernel.py_func.__code__
    kept = Path(folder or ".").glob(f"*.{code.co_name}-{code.co_firstlineno}.*.nbi")
    return any(one.stat().st_mtime >= Path(__file__).stat().st_mtime for one in kept)
