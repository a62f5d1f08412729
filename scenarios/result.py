"""The answer: what ``result.json`` holds, and how it is written.

Tables (tasks, emissions, cost shares) are lists of plain dictionaries in a stated order, so that the same answer is
always the same bytes; seconds and the date stand in ``provenance`` only.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, is_dataclass
from typing import Any, Protocol, runtime_checkable

from model.text import Text

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
    the relaxation, a bound on what a whole further project costs. ``of`` names the flows or the column it is about,
    ``payer`` whose money it is; ``proposals`` say what parts of the reachable cost where the planner must propose one.
    ``by`` is the day by which the work must be in service, where it is not the end of the year.
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
    of: Sequence[str] = ()
    payer: str | None = None
    proposals: Sequence[Json] = ()
    by: str | None = None

    @property
    def is_proposed(self) -> bool:
        """True where the value is for the planner to propose."""
        return self.asked is None and self.asked_text == "propose"


@dataclass(frozen=True, slots=True)
class Ledger:
    """Agreement of the optimiser's objective with the plan re-priced task by task."""

    agrees: bool
    max_relative_difference: float


@dataclass(frozen=True, slots=True)
class Result:
    """A scenario's answer; ``cost`` and ``ledger`` are None, and the tables empty, without an answer.

    ``co_effects`` state the change of CO2 in every plan year. ``districts`` and ``columns`` name what the tables and
    scopes write by id: districts, and the author's own columns of the inventory; each has ``id``, ``zh`` and ``en``.
    """

    scenario: str
    title: Json
    jurisdiction: Json
    districts: Sequence[Json]
    columns: Sequence[Json]
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
    co_effects: Sequence[Json] = ()
    provenance: Json = field(default_factory=dict)

    @property
    def is_answered(self) -> bool:
        """True when there is a plan to read."""
        return self.cost is not None

    @property
    def is_success(self) -> bool:
        """True when a plan, proven to the asked gap or given, meets every requirement, none of them pending."""
        is_asked = self.status == "OPTIMAL" or (self.mode == "evaluate" and self.is_answered)
        return is_asked and all(item.met or item.is_proposed for item in self.requirements)


def said(text: Text) -> Json:
    """Return a text as it stands in ``result.json``."""
    return {"zh": text.zh, "en": text.en}


@runtime_checkable
class HasJsonLines(Protocol):
    """A table that writes its own rows, each as `as_json` would."""

    def json_lines(self) -> Iterator[str]:
        """Yield each row on one line."""


def to_json(result: Result) -> str:
    """Return ``result.json``: keys in field order, floats to 12 significant digits, never NaN or infinity.

    Twelve digits keep every tonne and yuan a plan can hold and drop the last bits that depend on the order of sums. The
    rows of a table stand on a line each.
    """
    parts = (f" {json.dumps(field.name)}: {_written(getattr(result, field.name))}" for field in fields(result))
    return "{\n" + ",\n".join(parts) + "\n}\n"


def _written(value: object) -> str:
    """Return a part of a result as JSON; a list of rows with one row a line, made one by one."""
    if not isinstance(value, Sequence) or isinstance(value, str):
        return as_json(value)
    if not value:
        return "[]"
    rows = value.json_lines() if isinstance(value, HasJsonLines) else map(as_json, value)
    return "[\n" + ",\n".join(f"  {row}" for row in rows) + "\n ]"


def as_json(value: object) -> str:
    """Return a value as it stands in ``result.json``, on one line."""
    return json.dumps(plain(value), ensure_ascii=False, allow_nan=False)


def plain(value: Any) -> Any:  # noqa: ANN401 - JSON trees are untyped by nature
    """Return a tree as JSON holds it: floats to 12 significant digits, None for what is not finite."""
    if isinstance(value, float):
        return float(f"{value:.12g}") + 0.0 if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    return value
