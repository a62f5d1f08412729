"""Rules as they stand among the requirements of an answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from model.sector import FloatArray
from model.units import Amount
from scenarios.answering.result import Json, RequirementResult, cited, said
from scenarios.answering.soft_results import soft_result
from scenarios.compiling.rules.plan import Held
from scenarios.compiling.scope import stated_scope
from scenarios.reading.requirements import Shared

if TYPE_CHECKING:
    from scenarios.compiling.compile import Compiled


def rule_results(
    compiled: Compiled, level: FloatArray | None, missing: Mapping[int, float], together: FloatArray | None = None
) -> tuple[RequirementResult, ...]:
    """Return every rule, asked against reached.

    ``level`` (option,) is None without an answer; ``missing`` is what rules that may be missed lack, as
    `soft_results.missing_of` gives it; ``together`` (rule,) how many sections `counts_together` finds.
    """
    own = None if level is None else compiled.own(level)
    places = range(len(compiled.plans), len(compiled.demands))
    softs = [soft_result(compiled, place, missing.get(place)) for place in places]
    unknown = np.full(len(compiled.rules), np.nan)
    reach = zip(unknown if together is None else together, compiled.rules_alone, strict=True)
    return tuple(
        _result(plan, own, soft, [float(one) if np.isfinite(one) else None for one in ends])
        for plan, soft, ends in zip(compiled.rules, softs, reach, strict=True)
    )


def _result(
    plan: Held, level: FloatArray | None, soft: Json | None, reach: Sequence[float | None]
) -> RequirementResult:
    rule = plan.requirement
    reached = None if level is None else plan.reached(level)
    return RequirementResult(
        id=rule.id,
        row=rule.id,
        kind=rule.kind,
        pollutant=getattr(rule, "pollutant", None),
        metric="rule",
        scope=stated_scope(rule),
        year=plan.year,
        basis=None,
        sense=plan.sense,
        asked=plan.asked,
        asked_text=_text(rule, plan.asked),
        tolerance=0.0,
        reached=reached,
        reachable=reach[0],
        reachable_alone=reach[1],
        unit=plan.unit,
        met=None if level is None else plan.is_kept(level),
        slack=None if reached is None else (reached - plan.asked) * (1.0 if plan.sense == ">=" else -1.0),
        marginal_cost=None,
        is_assumed=rule.assumed,
        cites=cited(rule.cites),
        note=said(rule.note) if rule.note.zh else None,
        soft=soft,
    )


def _text(rule: Shared, asked: float) -> str:
    capacity = getattr(rule, "capacity", None)
    return capacity.text if isinstance(capacity, Amount) else f"{asked:g}"
