"""One rule: the rows that hold it, and how it is reported."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from model.sector import FloatArray
from optimizer.problem import Sense

if TYPE_CHECKING:
    from scenarios.reading.requirements import Shared
    from scenarios.reading.requirements.rules import Rule

ROUNDING = 1e-7
"""Relative; rows are re-added from the plan."""


@dataclass(frozen=True, slots=True)
class SideRow:
    """``sum(weight x level of choice) <= bound``; ``choice`` are places among the choices."""

    choice: NDArray[np.int64]
    weight: FloatArray
    bound: float = 0.0

    def value(self, level: FloatArray) -> float:
        """Return the sum under a choice, ``level`` (choice,)."""
        return float(self.weight @ level[self.choice])

    def eased(self, choice: int, by: float) -> SideRow:
        """Return the row with one more option, which lowers its sum by ``by``."""
        return replace(self, choice=np.append(self.choice, choice), weight=np.append(self.weight, -by))

    def is_kept(self, level: FloatArray) -> bool:
        """Say whether a choice keeps the row, up to rounding."""
        size = max(1.0, abs(self.bound), float(np.abs(self.weight).max(initial=0.0)))
        return self.value(level) <= self.bound + ROUNDING * size


@dataclass(frozen=True, slots=True)
class RulePlan:
    """A rule and its rows.

    ``asked`` [``unit``] is the most that ``count`` may say. ``count`` holds the rows that are reported: with
    ``counts_breaches`` how many of them are broken, otherwise the largest of their values. ``most`` is more than
    ``count`` can ever say, where the rule may be missed.
    """

    requirement: Rule
    rows: tuple[SideRow, ...]
    count: tuple[SideRow, ...]
    asked: float
    unit: str
    counts_breaches: bool
    year: int
    most: float = 0.0
    sense: str = "<="
    marker_count: int = 0

    def side_rows(self, _first_marker: int) -> tuple[SideRow, ...]:
        """Return the rows; a rule needs no markers."""
        return self.rows

    def marker_levels(self, _level: FloatArray) -> FloatArray:
        """Return the part of each option of the markers: there are none."""
        return np.zeros(0)

    @property
    def furthest(self) -> tuple[float, float]:
        """How far the rule can fall short and go over."""
        return 0.0, max(self.most - self.asked, 0.0)

    def lack(self, level: FloatArray) -> float:
        """Return by how much a choice goes over, negative; 0 up to rounding."""
        over = self.reached(level) - self.asked
        return -over if over > ROUNDING * max(1.0, self.asked) else 0.0

    def reached(self, level: FloatArray) -> float:
        """Return what is reported against ``asked`` under a choice."""
        if self.counts_breaches:
            return float(sum(not row.is_kept(level) for row in self.count))
        return max((row.value(level) for row in self.count), default=0.0)

    def is_kept(self, level: FloatArray) -> bool:
        """Say whether a choice keeps every row."""
        return all(row.is_kept(level) for row in self.rows)

    def supports(self, level: FloatArray) -> NDArray[np.bool_]:
        """Return which choices that are taken are what others that are taken need, shape (choice,)."""
        needed = np.zeros(len(level), dtype=np.bool_)
        for row in self.rows:
            if (level[row.choice[row.weight > 0.0]] > 0.0).any():
                needed[row.choice[row.weight < 0.0]] = True
        return needed & (level > 0.0)


class Held(Protocol):
    """What stands beside the rows over metrics: a rule, or a number of sections."""

    @property
    def requirement(self) -> Shared: ...  # noqa: D102
    @property
    def asked(self) -> float: ...  # noqa: D102
    @property
    def unit(self) -> str: ...  # noqa: D102
    @property
    def sense(self) -> str: ...  # noqa: D102
    @property
    def year(self) -> int: ...  # noqa: D102
    @property
    def marker_count(self) -> int: ...  # noqa: D102
    @property
    def furthest(self) -> tuple[float, float]: ...  # noqa: D102
    def side_rows(self, first_marker: int, /) -> tuple[SideRow, ...]: ...  # noqa: D102
    def marker_levels(self, level: FloatArray, /) -> FloatArray: ...  # noqa: D102
    def lack(self, level: FloatArray) -> float: ...  # noqa: D102
    def reached(self, level: FloatArray) -> float: ...  # noqa: D102
    def is_kept(self, level: FloatArray) -> bool: ...  # noqa: D102
    def supports(self, level: FloatArray) -> NDArray[np.bool_]: ...  # noqa: D102


def marker_count(plans: Sequence[Held]) -> int:
    """Return how many markers the rows need."""
    return sum(plan.marker_count for plan in plans)


def side_of(plans: Sequence[Held], size: int, lifts: Mapping[int, tuple[int, float]]) -> dict[str, Any]:
    """Return the side rows of a problem of ``size`` choices and two options for each marker; none without rules.

    ``lifts`` has, for the number of each plan that may be missed, the option that misses it and by how much: that
    option lowers the last of the plan's rows, which is the one that counts.
    """
    rows: list[SideRow] = []
    place = size
    for number, plan in enumerate(plans):
        own = list(plan.side_rows(place))
        if number in lifts:
            own[-1] = own[-1].eased(*lifts[number])
        rows += own
        place += 2 * plan.marker_count
    if not rows:
        return {}
    lengths = [len(row.choice) for row in rows]
    where = (np.repeat(np.arange(len(rows)), lengths), np.concatenate([row.choice for row in rows]))
    side = sparse.csr_array((np.concatenate([row.weight for row in rows]), where), shape=(len(rows), place))
    senses: list[Sense] = ["<="] * len(rows)
    return {"side": side, "side_sense": senses, "side_bound": np.array([row.bound for row in rows])}
