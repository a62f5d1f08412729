"""From a requirement to rows: what is added up, over which sources, against which bound."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from model.sector import FloatArray
from model.text import Text
from model.units import Amount
from scenarios.metrics import Metric, MetricName
from scenarios.requirements import Budget, Cap, Intensity, Mandate, Quota, Reduce, Requirement

type Sense = Literal[">=", "<=", "="]
type Demand = Reduce | Cap | Intensity | Quota | Mandate | Budget
type Mask = NDArray[np.bool_]

FLIPPED: Mapping[Sense, Sense] = {">=": "<=", "<=": ">=", "=": "="}


@dataclass(frozen=True, slots=True)
class RowPlan:
    """One row of the choice problem and how it is reported.

    The row is ``sum(metric over choices of sources in mask) sense bound``; ``bound`` is None while pending. Its value v
    is reported as ``offset + scale * v`` in ``unit``; ``asked`` is in that unit, before the tolerance.
    """

    requirement: Demand
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

    @property
    def reported_sense(self) -> Sense:
        """Sense in the reported unit: a negative ``scale`` turns "at most" into "at least"."""
        return self.sense if self.scale > 0 else FLIPPED[self.sense]

    @property
    def ease(self) -> float:
        """What an asked value, in the reported unit, is multiplied by before it binds: the tolerance."""
        return _ease(self.reported_sense, self.requirement.tolerance)

    def report(self, value: float) -> float:
        """Return a row value in the reported unit."""
        return self.offset + self.scale * value


@dataclass(frozen=True, slots=True)
class Facts:
    """What rows are computed from.

    ``base`` [t/yr], shape (source,), by flow, in the base year; ``output_growth`` maps (district, year) to output
    relative to the base year; ``compliant`` gives, by mandate, the sources where its measures would change nothing.
    """

    districts: NDArray[np.object_]
    base: Mapping[str, FloatArray]
    output_growth: Callable[[str, int], float]
    compliant: Mapping[str, frozenset[int]]
    last_year: int
    basis: str


def plan_rows(requirement: Demand, mask: Mask, facts: Facts) -> Iterator[RowPlan]:
    """Yield the rows of one requirement: one, or one per district with ``each = "district"``."""
    if requirement.each is None:
        yield _row(requirement, mask, facts, district=None)
        return
    for district in sorted(set(facts.districts[mask])):
        yield _row(requirement, mask & (facts.districts == district), facts, district=district)


def _row(requirement: Demand, mask: Mask, facts: Facts, *, district: str | None) -> RowPlan:
    year = requirement.year or facts.last_year
    body = _body(requirement, mask, facts, year)
    scope: dict[str, object] = {}
    scope |= (
        {"district": [district] if district else list(requirement.district)} if district or requirement.district else {}
    )
    scope |= {"sector": list(requirement.sector)} if requirement.sector else {}
    scope |= {"where": sorted(requirement.where)} if requirement.where else {}
    return RowPlan(
        requirement=requirement,
        row_id=f"{requirement.id}/{district}" if district else requirement.id,
        scope=scope,
        year=year,
        basis=(requirement.basis or facts.basis) if isinstance(requirement, Reduce) else None,
        metric=body.metric,
        mask=mask,
        sense=body.sense,
        bound=_eased(body, requirement.tolerance),
        asked=body.asked,
        asked_text=_text(requirement),
        unit=body.unit,
        scale=body.scale,
        offset=body.offset,
    )


@dataclass(frozen=True, slots=True)
class _Body:
    """A row's metric and what is asked of it, in the reported unit."""

    metric: Metric
    sense: Sense
    asked: float | None
    unit: str
    scale: float = 1.0
    offset: float = 0.0


def _body(requirement: Demand, mask: Mask, facts: Facts, year: int) -> _Body:
    match requirement:
        case Reduce():
            return _reduce(requirement, mask, facts, year)
        case Cap():
            return _cap(requirement, year)
        case Intensity():
            return _intensity(requirement, mask, facts, year)
        case Quota():
            return _quota(requirement, year)
        case Mandate():
            return _mandate(requirement, mask, facts, year)
        case _:
            return _budget(requirement, year)


def _eased(body: _Body, tolerance: float) -> float | None:
    """Return the bound in the metric's own unit: the asked value, eased by the tolerance."""
    if body.asked is None:
        return None
    reported_sense = body.sense if body.scale > 0 else FLIPPED[body.sense]
    return (body.asked * _ease(reported_sense, tolerance) - body.offset) / body.scale


def _ease(reported_sense: Sense, tolerance: float) -> float:
    return {">=": 1.0 - tolerance, "<=": 1.0 + tolerance, "=": 1.0}[reported_sense]


def _flow(pollutant: str) -> str:
    return f"{pollutant}_t_per_year"


def _reduce(requirement: Reduce, mask: Mask, facts: Facts, year: int) -> _Body:
    flow, asked = _flow(requirement.pollutant), _value(requirement.amount)
    if isinstance(requirement.amount, Amount) and requirement.amount.unit == "":
        of = requirement.of
        whole = float(facts.base[flow][mask].sum()) if of == "base_year" else of.value
        asked = requirement.amount.value * whole
    name: MetricName = "project" if (requirement.basis or facts.basis) == "project" else "reduction"
    return _Body(Metric(name, year, flow=flow), ">=", asked, "t/yr")


def _cap(requirement: Cap, year: int) -> _Body:
    return _Body(Metric("remaining", year, flow=_flow(requirement.pollutant)), "<=", _value(requirement.amount), "t/yr")


def _intensity(requirement: Intensity, mask: Mask, facts: Facts, year: int) -> _Body:
    """Return the fall of E / Y against the base year, in per cent: ``100 - 100 (E_t / E_0) / (Y_t / Y_0)``.

    With several districts in one row their outputs are added before the ratio is taken. Where nothing is emitted in the
    base year there is no ratio to lower, and E_t <= (1 - amount) E_0 Y_t / Y_0 says that nothing may be emitted later.
    """
    flow = _flow(requirement.pollutant)
    base = float(facts.base[flow][mask].sum())
    asked = _value(requirement.amount)
    if base == 0.0:
        return _Body(Metric("remaining", year, flow=flow), "<=", None if asked is None else 0.0, "t/yr")
    present = sorted(set(facts.districts[mask]))
    output = {district: requirement.output[district].value for district in present}
    later = sum(value * facts.output_growth(district, year) for district, value in output.items())
    growth = later / sum(output.values())
    fall = None if asked is None else 100.0 * asked
    return _Body(Metric("remaining", year, flow=flow), "<=", fall, "%", -100.0 / (base * growth), 100.0)


def _quota(requirement: Quota, year: int) -> _Body:
    asked = None if isinstance(requirement.amount, str) else float(requirement.amount)
    return _Body(Metric("count", year, measures=frozenset(requirement.measures)), requirement.sense, asked, "count")


def _mandate(requirement: Mandate, mask: Mask, facts: Facts, year: int) -> _Body:
    limit = requirement.limit
    metric = Metric(
        "comply",
        year,
        measures=frozenset(requirement.measures),
        level=limit.level if limit else "",
        limit=limit.at_most.value if limit else np.inf,
        compliant=facts.compliant[requirement.id],
    )
    return _Body(metric, ">=", float(mask.sum()), "count")


def _budget(requirement: Budget, year: int) -> _Body:
    unit = "CNY/yr" if requirement.metric == "annual" else "CNY"
    return _Body(Metric(requirement.metric, year), "<=", _value(requirement.amount), unit)


def _value(amount: Amount | str) -> float | None:
    return None if isinstance(amount, str) else amount.value


def _text(requirement: Requirement) -> str:
    amount = getattr(requirement, "amount", "")
    return amount.text if isinstance(amount, Amount) else str(amount)


def pending_text(plan: RowPlan) -> Text:
    """Return the sentence that says which number is missing."""
    row = plan.row_id
    return Text(
        f"要求“{row}”的数值待上级确定，本结果不视为已满足。",
        f"Requirement {row!r} waits for its value from above; this answer does not count it as met.",
    )
