"""What is reported of requirements that may be missed: what is missing, and what it counts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from scenarios.answering.result import Json
from scenarios.compiling.giving_way import asked_of, is_priced, missed, missing_scale, missing_unit, price_of

if TYPE_CHECKING:
    from model.sector import FloatArray
    from scenarios.compiling.compile import Compiled
    from scenarios.reading.bundle import Bundle


def missing_of(compiled: Compiled, level: FloatArray | None) -> Mapping[int, float]:
    """Return what each row that may be missed lacks, in its reported unit and without sign, by its place."""
    if level is None:
        return {}
    return {
        place: abs(missed(compiled, level, place)) * missing_scale(compiled.demands[place])
        for place in sorted(compiled.slack.places)
    }


def soft_result(compiled: Compiled, place: int, missing: float | None) -> Json | None:
    """Return how a row may be missed, what it lacks and what that counts; None for one that may not.

    ``price`` [CNY per unit, "yr" left out] with ``penalty_cny`` of the year; otherwise ``weight`` with the ``share`` of
    what is asked; otherwise ``priority``. ``missing`` is None without an answer.
    """
    slack, plan = compiled.slack, compiled.demands[place]
    if place not in slack.places:
        return None
    lack: dict[str, object] = {"missing": missing, "unit": missing_unit(plan)}
    if slack.way == "whole":
        return {"priority": plan.requirement.priority, **lack}
    if slack.is_priced:
        price = price_of(plan)
        penalty = None if missing is None else price * missing
        return {"price": price, "price_text": plan.requirement.soft, **lack, "penalty_cny": penalty}
    share = None if missing is None or not asked_of(plan) else missing / asked_of(plan)
    return {"weight": plan.requirement.weight, **lack, "share": share}


def penalty_result(bundle: Bundle, compiled: Compiled, penalty: float, *, is_answered: bool) -> Json | None:
    """Return what missed targets count in the unit of the objective; None where none has a price, or no answer."""
    if compiled.slack.way != "priced" or not is_priced(bundle.scenario) or not is_answered:
        return None
    return {"value": penalty, "unit": "CNY/yr" if len(bundle.timeline.years) == 1 else "CNY"}
