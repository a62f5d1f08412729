"""One row: what is added up over which sources, its bound, and how its value is reported."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from model.sector import FloatArray
from model.text import Text
from model.units import Amount
from scenarios.compiling.metrics import Metric
from scenarios.reading.requirements import Shared
from scenarios.reading.sections import Sections

type Sense = Literal[">=", "<=", "="]
type Mask = NDArray[np.bool_]

COUNTED, RATIO = "count", "ratio"
"""Units of a number of sources, and of a ratio that is no share."""

ROUNDING = 1e-9
"""What a share of a whole number may miss of the whole number it means."""

MET_TOLERANCE = 1e-7
"""Relative; rows are re-added from the plan, so only rounding separates a met row from its bound."""

FLIPPED: Mapping[Sense, Sense] = {">=": "<=", "<=": ">=", "=": "="}


@dataclass(frozen=True, slots=True)
class RowPlan:
    """One row of the choice problem and how it is reported.

    Its value v is the sum of ``metric`` over the choices of sources in ``mask``, divided by that of ``per`` where a
    ratio is asked for; it is held in ``sense`` against ``bound``, None while pending. It is reported as
    ``offset + scale * v`` in ``unit``; ``asked`` is in that unit, before the tolerance.
    """

    requirement: Shared
    row_id: str
    scope: Mapping[str, object]
    year: int
    basis: str | None
    metric: Metric
    mask: Mask
    sense: Sense
    bound: float | None
    asked: float | None
    asked_text: str
    unit: str
    scale: float = 1.0
    offset: float = 0.0
    per: Metric | None = None

    @property
    def reported_sense(self) -> Sense:
        """Sense in the reported unit: a negative ``scale`` turns "at most" into "at least"."""
        return self.sense if self.scale > 0 else FLIPPED[self.sense]

    @property
    def ease(self) -> float:
        """What an asked value, in the reported unit, is multiplied by before it binds: the tolerance."""
        return ease_of(self.reported_sense, self.requirement.tolerance)

    @property
    def is_mandatory(self) -> bool:
        """True where every source in scope has to comply, so that choices that do not can be left out."""
        return self.metric.name == "comply"

    @property
    def limits(self) -> tuple[tuple[Sense, float], ...]:
        """Senses and bounds that hold the value: none while pending, two for a tolerated "exactly"."""
        if self.bound is None:
            return ()
        room = self.requirement.tolerance * abs(self.asked or 0.0) / abs(self.scale)
        if self.sense != "=" or room == 0.0:
            return ((self.sense, self.bound),)
        return ((">=", self.bound - room), ("<=", self.bound + room))

    @property
    def held(self) -> Metric:
        """Metric of the row in the choice problem: of a ratio N / D >= a it is N - a D, held at zero."""
        if self.per is None:
            return self.metric
        return Metric("sum", self.year, parts=((1.0, self.metric), (-(self.bound or 0.0), self.per)), by=self.metric.by)

    @property
    def row_bounds(self) -> tuple[tuple[Sense, float], ...]:
        """Senses and bounds of the rows over ``held`` in the choice problem."""
        return self.limits if self.per is None else tuple((sense, 0.0) for sense, _ in self.limits)

    @property
    def is_comparison(self) -> bool:
        """True where shares of the plan's own cost are compared: how far that could go says nothing."""
        return self.requirement.kind == "fair"

    def at(self, asked: float, *, ease: float | None = None) -> RowPlan:
        """Return the row with another value asked for, in the reported unit; eased by its tolerance, or as stated."""
        bound = (asked * (self.ease if ease is None else ease) - self.offset) / self.scale
        return replace(self, asked=asked, bound=bound)

    def value(self, total: float, per: float) -> float:
        """Return a ratio from the totals above and below the line.

        Of nothing per nothing it is on the safe side; something per nothing has no bound. Per less than nothing, where
        a plan saves money, there is no ratio: it is beyond every number on the side on which the row then is.
        """
        if per < 0.0:
            is_over = total > (self.bound or 0.0) * per
            return np.inf if is_over else -np.inf
        if per != 0.0:
            return total / per
        if total == 0.0:
            return 0.0 if self.sense == "<=" else np.inf
        return float(np.copysign(np.inf, total))

    def report(self, value: float) -> float:
        """Return a row value in the reported unit."""
        return self.offset + self.scale * value


@dataclass(frozen=True, slots=True)
class Facts:
    """What rows are computed from.

    ``base`` [t/yr, or the flow's unit], shape (source,), by flow, in the base year; ``column`` gives a number column of
    the inventory over all sources, shape (source,), NaN where a source has none; ``new`` gives, by offset, which
    sources are new and which of these need an offset; ``output_growth`` maps (district, year) to output relative to the
    base year; ``compliant`` gives, by mandate, the sources where its measures would change nothing; ``population`` are
    the people of each district.
    """

    districts: NDArray[np.object_]
    source_ids: NDArray[np.object_]
    base: Mapping[str, FloatArray]
    column: Callable[[str], FloatArray]
    new: Mapping[str, tuple[Mask, Mask]]
    output_growth: Callable[[str, int], float]
    compliant: Mapping[str, frozenset[int]]
    years: tuple[int, ...]
    base_year: int
    basis: str
    sections: Sections | None = None
    population: Mapping[str, float] = field(default_factory=dict[str, float])

    @property
    def last_year(self) -> int:
        """The last plan year."""
        return self.years[-1]


@dataclass(frozen=True, slots=True)
class Body:
    """A row's metric and what is asked of it, in the reported unit.

    ``per`` is the denominator where a ratio is asked for; ``mask`` narrows the scope further.
    """

    metric: Metric
    sense: Sense
    asked: float | None
    unit: str
    scale: float = 1.0
    offset: float = 0.0
    per: Metric | None = None
    mask: Mask | None = None


def ease_of(reported_sense: Sense, tolerance: float) -> float:
    """Return what an asked value is multiplied by before it binds."""
    return {">=": 1.0 - tolerance, "<=": 1.0 + tolerance, "=": 1.0}[reported_sense]


def value_of(amount: Amount | str) -> float | None:
    """Return the number of an amount; None while it waits."""
    return None if isinstance(amount, str) else amount.value


def flow_of(pollutant: str) -> str:
    """Return the name of a pollutant's flow."""
    return f"{pollutant}_t_per_year"


def pending_text(plan: RowPlan) -> Text:
    """Return the sentence that says which number is missing."""
    row = plan.row_id
    return Text(
        f"要求“{row}”的数值待上级确定，本结果不视为已满足。",
        f"Requirement {row!r} waits for its value from above; this answer does not count it as met.",
    )
