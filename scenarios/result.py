"""The answer: what ``result.json`` holds, and how it is written.

Tables (tasks, emissions, cost shares) are lists of plain dictionaries in a stated order, so that the same answer is
always the same bytes; seconds and the date stand in ``provenance`` only.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

type Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Objective:
    """What was minimised or maximised; ``value`` is None without an answer."""

    value: float | None
    unit: str
    what: str


@dataclass(frozen=True, slots=True)
class CostSummary:
    """Cost of the plan: last plan year [CNY/yr], capital [CNY], present value over the plan years [CNY], and shares."""

    annual_cny: float
    capital_cny: float
    present_value_cny: float
    by_year: Sequence[Json]
    by_district: Sequence[Json]
    by_sector: Sequence[Json]
    by_payer: Sequence[Json]


@dataclass(frozen=True, slots=True)
class RequirementResult:
    """One requirement, asked against reached, in ``unit``.

    ``reachable`` is the most (for "at most" requirements the least) that can be had with all others held,
    ``reachable_alone`` ignoring them. ``asked`` is None while the value is pending; ``met`` is None without an answer
    or a value. ``slack`` is positive on the safe side. ``marginal_cost`` is the objective's rise per unit more asked in
    the relaxation, a bound on what a whole further project costs.
    """

    id: str
    row: str
    kind: str
    pollutant: str | None
    metric: str
    scope: Json
    year: int
    basis: str | None
    sense: str
    asked: float | None
    asked_text: str
    tolerance: float
    reached: float | None
    reachable: float | None
    reachable_alone: float | None
    unit: str
    met: bool | None
    slack: float | None
    marginal_cost: float | None
    is_assumed: bool
    cites: Sequence[Json]
    note: Json | None


@dataclass(frozen=True, slots=True)
class Ledger:
    """Agreement of the optimiser's objective with the plan re-priced task by task."""

    agrees: bool
    max_relative_difference: float


@dataclass(frozen=True, slots=True)
class Result:
    """A scenario's answer; ``cost`` and ``ledger`` are None, and the tables empty, without an answer."""

    scenario: str
    title: Json
    jurisdiction: Json
    mode: str
    years: Sequence[int]
    status: str
    says: Json
    is_illustrative: bool
    illustrative: Json | None
    objective: Objective
    bound: float | None
    gap: float | None
    cost: CostSummary | None
    requirements: Sequence[RequirementResult]
    tasks: Sequence[Json]
    emissions: Sequence[Json]
    repairs: Sequence[Json]
    ledger: Ledger | None
    assumptions: Sequence[Json]
    notes: Sequence[Json]
    provenance: Json = field(default_factory=dict)

    @property
    def is_answered(self) -> bool:
        """True when there is a plan to read."""
        return self.cost is not None

    @property
    def is_success(self) -> bool:
        """True when a plan, proven to the asked gap or given, meets every requirement, none of them pending."""
        is_asked = self.status == "OPTIMAL" or (self.mode == "evaluate" and self.is_answered)
        return is_asked and all(requirement.met for requirement in self.requirements)


def to_json(result: Result) -> str:
    """Return ``result.json``: keys in field order, floats to 12 significant digits, never NaN or infinity.

    Twelve digits keep every tonne and yuan a plan can hold and drop the last bits that depend on the order of sums.
    """
    return json.dumps(_plain(asdict(result)), ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def _plain(value: Any) -> Any:  # noqa: ANN401 - JSON trees are untyped by nature
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if isinstance(value, float):
        return float(f"{value:.12g}") + 0.0 if math.isfinite(value) else None
    return value
