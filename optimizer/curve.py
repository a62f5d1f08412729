"""What more of one row costs, by prices of the rows alone.

At prices y every group takes its best option, and the choice x(y) that this makes costs least of all choices that give
every row with a price as much as x(y) does (Everett, Operations Research 11, 1963, pp. 399-417). So each point is an
exact answer to a question near the one asked: the row is asked for a level and gets a value beside it, and the other
rows get a little more or less than their bounds. With phi of ``dual.pricing`` no plan whose row k has ``value`` v and
which keeps the other rows costs less than

    phi_v(y) = phi(y) + y_k (v - b_k),

so cost and bound say how far the point is from what was asked. The prices come from a sample's relaxation, whose bounds
move by what the sample has been wrong about at the point before: one pass over all options a point.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import cast

import numpy as np

from optimizer.arrays import Floats
from optimizer.dual.arrange import arrange
from optimizer.dual.extremes import Extremes, extremes_of
from optimizer.dual.layout import Layout
from optimizer.dual.pricing import UNIT_ROUNDOFF, Priced, price_out
from optimizer.dual.sample import Sample, widest
from optimizer.problem import ChoiceProblem
from optimizer.settings import Settings

WHOLE_OPTIONS = 32_000
"""Problems of fewer options are their own sample."""
SAMPLE = 400
SAMPLE_PER_ROW = 20
FIRST_PASSES = 3
ROUNDED = 8.0 * UNIT_ROUNDOFF
"""What rounding may add to a bound that moves to another level, as a share of what is moved."""
AT_THE_END = 0.99
"""Prices from this share of the highest that could matter on: the row cannot be pushed further."""


@dataclass(frozen=True, slots=True, eq=False)
class Curve:
    """Points in order of what they ask of the row, from nothing on.

    Parameters
    ----------
    row
        Number of the row; the others are held.
    prices
        float64 (point, row), as in ``Solution.prices``; ``plan_at`` gives the plan that belongs to them.
    value
        float64 (point,): what the row adds up to, in its own unit.
    cost
        float64 (point,): what the plan costs, the least for what it gives the rows that have a price.
    bound
        float64 (point,): no plan that gives the row its ``value`` and keeps the other rows costs less.
    row_values
        float64 (point, row): what every row adds up to; a row may miss its bound by a little.

    """

    row: int
    prices: Floats
    value: Floats
    cost: Floats
    bound: Floats
    row_values: Floats


def curve(problem: ChoiceProblem, row: int, points: int, settings: Settings) -> Curve:
    """Return least cost against one row, at about ``points`` levels between what costs nothing and the most of it.

    Levels are evenly spaced. Those that no choice reaches while it keeps the other rows are left out, and so are those
    that give the same plan. The row's own bound plays no part.

    Raises
    ------
    ValueError
        The row does not exist, or there are fewer than two points.

    """
    if not 0 <= row < problem.row_count:
        raise ValueError(f"row: expected 0 to {problem.row_count - 1}, found {row}")
    if points < 2:  # noqa: PLR2004 - two make a line
        raise ValueError(f"points: expected 2 or more, found {points}")
    layout = arrange(problem, settings)
    walk = _Walk(layout, extremes_of(layout), replace(settings, time_limit_s=None), row)
    free, level = walk.first()
    found = [free]
    for wanted in np.linspace(level, walk.sizes.most[row], points)[1:].tolist():
        found.append(walk.to(wanted))
        if walk.is_at_end(found[-1][0]):
            break
    return _curve(layout, row, found)


def plan_at(problem: ChoiceProblem, prices: Floats, settings: Settings) -> Floats:
    """Return the choice that prices of the rows, (row,) as in ``Solution.prices``, lead to: float64 (option,)."""
    layout = arrange(problem, settings)
    price = layout.project(np.asarray(prices, dtype=np.float64) * layout.sign)
    level = np.zeros(problem.option_count)
    level[price_out(layout, extremes_of(layout), price).choice] = 1.0
    return level


class _Walk:
    """The sample on its way from one level of the row to the next."""

    def __init__(self, layout: Layout, sizes: Extremes, settings: Settings, row: int) -> None:
        self.layout, self.sizes, self.row = layout, sizes, row
        is_whole = layout.problem.option_count < WHOLE_OPTIONS
        count = layout.group_count if is_whole else SAMPLE + SAMPLE_PER_ROW * layout.row_count
        self.sample = Sample(layout, sizes, settings, count, None)
        self.ahead = self.sample.asked() - layout.target
        self.high = widest(layout, sizes).high

    def first(self) -> tuple[tuple[Floats, Priced], float]:
        """Return prices and what they give where nothing is asked of the row, and what it has there."""
        for _ in range(FIRST_PASSES - 1):
            self.to(self.sizes.least[self.row])
        found = self.to(self.sizes.least[self.row])
        return found, float(self.layout.target[self.row] - found[1].short[self.row])

    def to(self, level: float) -> tuple[Floats, Priced]:
        """Return prices at which the row is near a level, and what they give."""
        target = self.layout.target.copy()
        target[self.row] = level
        price = cast("Floats", self.sample.solve(target + self.ahead))
        priced = price_out(self.layout, self.sizes, price)
        self.ahead = self.sample.value(priced) - (self.layout.target - priced.short)
        return price, priced

    def is_at_end(self, price: Floats) -> bool:
        """Whether the row's price is as high as could matter."""
        return bool(abs(price[self.row]) >= AT_THE_END * self.high[self.row])


def _curve(layout: Layout, row: int, found: list[tuple[Floats, Priced]]) -> Curve:
    prices = np.array([price for price, _ in found])
    values = layout.target - np.array([priced.short for _, priced in found])
    moved = np.abs(prices[:, row]) * (np.abs(values[:, row]) + abs(layout.target[row]))
    bound = np.array([priced.bound for _, priced in found]) + prices[:, row] * (values[:, row] - layout.target[row])
    bound -= ROUNDED * moved + 2.0 * UNIT_ROUNDOFF * np.abs(bound)
    cost = np.array([priced.cost for _, priced in found])
    order = np.lexsort((cost, values[:, row]))
    is_new = np.concatenate([[True], np.diff(values[order, row]) > 0.0])
    kept = order[is_new]
    return Curve(
        row=row,
        prices=prices[kept] * layout.sign,
        value=values[kept, row] * layout.sign[row],
        cost=cost[kept],
        bound=bound[kept],
        row_values=values[kept] * layout.sign,
    )
