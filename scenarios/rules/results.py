"""Rules as they stand among the requirements of an answer."""

from __future__ import annotations

from collections.abc import Sequence

from model.sector import FloatArray
from model.units import Amount
from scenarios.requirements import Shared
from scenarios.result import RequirementResult, said
from scenarios.rules.plan import Held


def rule_results(plans: Sequence[Held], level: FloatArray | None) -> tuple[RequirementResult, ...]:
    """Return every rule, asked against reached; ``level`` (choice,) is None without an answer."""
    return tuple(_result(plan, level) for plan in plans)


def _result(plan: Held, level: FloatArray | None) -> RequirementResult:
    rule = plan.requirement
    reached = None if level is None else plan.reached(level)
    return RequirementResult(
        id=rule.id,
        row=rule.id,
        kind=rule.kind,
        pollutant=getattr(rule, "pollutant", None),
        metric="rule",
        scope=scope_of(rule),
        year=plan.year,
        basis=None,
        sense=plan.sense,
        asked=plan.asked,
        asked_text=_text(rule, plan.asked),
        tolerance=0.0,
        reached=reached,
        reachable=None,
        reachable_alone=None,
        unit=plan.unit,
        met=None if level is None else plan.is_kept(level),
        slack=None if reached is None else (reached - plan.asked) * (1.0 if plan.sense == ">=" else -1.0),
        marginal_cost=None,
        is_assumed=rule.assumed,
        cites=[
            {"document": said(cite.document), "clause": cite.clause, "summary": said(cite.summary)}
            for cite in rule.cites
        ],
        note=said(rule.note) if rule.note.zh else None,
    )


def scope_of(requirement: Shared) -> dict[str, object]:
    """Return districts, sectors and filtered columns of a requirement, those that it states."""
    scope: dict[str, object] = {"district": list(requirement.district)} if requirement.district else {}
    scope |= {"sector": list(requirement.sector)} if requirement.sector else {}
    return scope | ({"where": sorted(requirement.where)} if requirement.where else {})


def _text(rule: Shared, asked: float) -> str:
    capacity = getattr(rule, "capacity", None)
    return capacity.text if isinstance(capacity, Amount) else f"{asked:g}"
