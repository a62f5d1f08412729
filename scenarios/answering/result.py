"""The answer: what ``result.json`` holds, and how it is written.

Tables (tasks, emissions, cost shares) are lists of plain dictionaries in a stated order, so that the same answer is
always the same bytes; seconds and the date stand in ``provenance`` only.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, is_dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from model.text import Text

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

    from scenarios.reading.fields import Cite

type Json = Mapping[str, Any]

IF_ANY: Mapping[str, bool] = MappingProxyType({"if_any": True})
"""Marks a field that is written only where it holds something."""


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
    ``by`` is the day by which the work must be in service, where it is not the end of the year. ``soft`` says of one
    that may be missed what it is missing and what that counts: `scenarios.answering.soft_results`.
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
    soft: Json | None = field(default=None, metadata=IF_ANY)
    is_without_limit: bool = field(default=False, metadata=IF_ANY)

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
    ``weights`` are those of a tonne of each pollutant in the most reduction. ``penalty`` {value, unit} is what missed
    targets count; it is no part of any cost, of the objective or of its bound.
    ``levels`` say what each of several aims reached in turn, ``per_head`` what each district pays for each of its
    people, ``ranking`` what sorting by cost per tonne would have chosen: `scenarios.analysis.ranking`.
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
    weights: Json | None = field(default=None, metadata=IF_ANY)
    penalty: Json | None = field(default=None, metadata=IF_ANY)
    levels: Sequence[Json] = field(default=(), metadata=IF_ANY)
    per_head: Sequence[Json] = field(default=(), metadata=IF_ANY)
    ranking: Json | None = field(default=None, metadata=IF_ANY)
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


def cited(cites: Sequence[Cite]) -> list[Json]:
    """Return references as they stand in ``result.json``."""
    return [{"document": said(cite.document), "clause": cite.clause, "summary": said(cite.summary)} for cite in cites]


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
    return "".join(json_pieces(result))


def json_pieces(result: Result) -> Iterator[str]:
    """Yield the text of `to_json` piece by piece: at the size of a country all of it together takes gigabytes."""
    begin = "{\n"
    for name, value in _stated(result):
        yield f"{begin} {json.dumps(name)}: "
        yield from _written(value)
        begin = ",\n"
    yield "\n}\n"


def _stated(part: DataclassInstance) -> Iterator[tuple[str, object]]:
    """Yield name and value of the fields of a part that are written."""
    for one in fields(part):
        value = getattr(part, one.name)
        if value or "if_any" not in one.metadata:
            yield one.name, value


def _written(value: object) -> Iterator[str]:
    """Yield a part of a result as JSON; a list of rows with one row a line, made one by one."""
    if not isinstance(value, Sequence) or isinstance(value, str):
        yield as_json(value)
    elif not value:
        yield "[]"
    else:
        begin = "[\n  "
        for row in value.json_lines() if isinstance(value, HasJsonLines) else map(as_json, value):
            yield f"{begin}{row}"
            begin = ",\n  "
        yield "\n ]"


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
        return {name: plain(item) for name, item in _stated(value)}
    return value
