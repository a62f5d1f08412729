"""What to change so that a scenario that cannot be met can be: single changes, and smallest sets where none suffices.

Offered are: another value of a requirement, a decision that can be taken back (``decisions``), a later year. Never
offered are facts: data of sources, existing controls, decided projects, what a project needs to work. Each proposal is
applied and solved again before it is named.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from model.problems import InputError
from model.text import Text
from optimizer import ChoiceProblem, Settings, Solution, solve
from optimizer.conflict import conflicts
from optimizer.easing import least_easing, smallest_sets
from scenarios.analysis.decisions import WHOLE_CHANGE, Change, decisions_of
from scenarios.analysis.says import joined, names, requirement_text, value_text
from scenarios.analysis.study import Study
from scenarios.analysis.variants import loosened, moved, moving, study_again
from scenarios.answering.repair import safe_value
from scenarios.answering.result import Json, said
from scenarios.compiling.held_rows import with_rows, without
from scenarios.compiling.rows import RowPlan
from scenarios.compiling.rows.plan import COUNTED
from scenarios.wording.shown import YEARLY_MONEY, subject

MOST_SETS = 5
"""Smallest sets of changes that are listed where no single change suffices."""

REPAIR_GAP = 1e-3
"""Relative gap of a repair's cost, and of how little gives way."""


@dataclass(frozen=True, slots=True)
class Repair:
    """Changes that, made together and nothing else, make the scenario feasible; solved again with them."""

    changes: Sequence[Change]
    cost_annual_cny: float | None
    is_verified: bool
    says: Text

    @property
    def rank(self) -> tuple[int, float, str]:
        """Fewer changes first, then the smaller ones."""
        return len(self.changes), sum(item.relative for item in self.changes), self.says.en

    def to_json(self) -> Json:
        """Return it as it stands in JSON."""
        return {
            "changes": [item.to_json() for item in self.changes],
            "size": len(self.changes),
            "cost_annual_cny": self.cost_annual_cny,
            "verified": self.is_verified,
            "says": said(self.says),
        }


def repairs_of(study: Study, *, rows_in_conflict: Sequence[str]) -> tuple[Repair, ...]:
    """Return what makes an infeasible scenario feasible, the smallest first."""
    settings = replace(study.settings, gap=max(study.settings.gap, REPAIR_GAP))
    loose = loosened(study)
    found = [*_values(loose, settings, ()), *_given_up(study, settings), *_later(study, settings, rows_in_conflict)]
    return tuple(sorted(found, key=lambda repair: repair.rank))


def _values(study: Study, settings: Settings, before: Sequence[Change]) -> Iterator[Repair]:
    """Yield changes of values: every single one that suffices, or the smallest sets."""
    for places in _smallest(study, settings):
        repair = _eased(study, places, settings, before)
        if repair is not None:
            yield repair


def _smallest(study: Study, settings: Settings) -> list[tuple[int, ...]]:
    """Return the smallest sets of row plans that may be enough: at least one row of every conflict has to give way.

    With a single conflict each of its rows is a set to try. Of several conflicts without a common row each gives one;
    where that does not suffice the sets are sought among all rows.
    """
    held = [place for place, rows in enumerate(study.rows_of) if rows]
    families = [study.rows_of[place] for place in held]
    problem = study.compiled.problem
    found = conflicts(problem, families, settings)
    if len(found) == 1:
        singles: list[tuple[int, ...]] = [(held[place],) for place in found[0].families]
        if any(_easing(study, single, settings) is not None for single in singles):
            return singles
    named = sorted({place for conflict in found for place in conflict.families})
    sets = smallest_sets(problem, [families[place] for place in named], settings, most=MOST_SETS)
    if sets and len(sets[0]) == len(found):
        return [tuple(held[named[place]] for place in given) for given in sets]
    return [
        tuple(held[place] for place in given) for given in smallest_sets(problem, families, settings, most=MOST_SETS)
    ]


def _easing(study: Study, places: Sequence[int], settings: Settings) -> Solution | None:
    """Return the plan for which some rows give way least, each relative to what it asks; None where there is none."""
    plans = [study.compiled.plans[place] for place in places]
    weights = np.array([1.0 / (abs(plan.asked or 0.0) / abs(plan.scale) or 1.0) for plan in plans])
    families = [study.rows_of[place] for place in places]
    return least_easing(study.compiled.problem, families, weights, settings)


def _eased(study: Study, places: Sequence[int], settings: Settings, before: Sequence[Change]) -> Repair | None:
    """Return the least change of the values of some rows, solved again with it."""
    plans = [study.compiled.plans[place] for place in places]
    least = _easing(study, places, settings)
    if least is None or least.level is None:
        return None
    values = study.compiled.plan_values(least.level)
    proposed = [_proposed(plan, float(values[place])) for plan, place in zip(plans, places, strict=True)]
    problem = study.compiled.problem
    for plan, value in zip(plans, proposed, strict=True):
        asking = plan.at(value, ease=ease_of(plan))
        problem = with_rows(study.compiled, without(problem, plan), [asking])
    cost = _annual(study, problem, settings)
    if cost is None:
        return None
    changes = [_value_change(study, place, value) for place, value in zip(places, proposed, strict=True)]
    return _repair([*before, *changes], cost)


def ease_of(plan: RowPlan) -> float:
    """Return the tolerance that still eases a proposed value; what a mandate counts is all that it has to give way."""
    return 1.0 if plan.is_mandatory else plan.ease or 1.0


def _proposed(plan: RowPlan, value: float) -> float:
    """Return the value to ask for so that what was reached suffices, never stricter than what is asked now."""
    if plan.reported_sense == "=" and plan.unit != COUNTED:
        return plan.report(value)
    reached = safe_value(plan, plan.report(value) / ease_of(plan))
    asked = plan.asked if plan.asked is not None else reached
    if plan.reported_sense == ">=":
        return min(reached, asked)
    return max(reached, asked) if plan.reported_sense == "<=" else reached


def _annual(study: Study, problem: ChoiceProblem, settings: Settings) -> float | None:
    """Return the yearly cost of the plan of a changed problem, None where it has none."""
    solution = solve(problem, settings)
    if solution.level is None:
        return None
    return float(study.annual_cost @ solution.level[: study.compiled.options.size])


def _value_change(study: Study, place: int, value: float) -> Change:
    plan, requirement = study.compiled.plans[place], study.requirements[place]
    asked = plan.asked or 0.0
    difference = value_text(plan.unit, abs(value - asked))
    now, then = value_text(plan.unit, asked), value_text(plan.unit, value)
    is_lower = value < asked
    verb = Text("降低", "lower") if is_lower else Text("提高", "raise")
    about = requirement_text(study, requirement)
    says = Text(
        f"把“{about.zh}”{verb.zh}{difference.zh}，由{now.zh}改为{then.zh}",
        f"{verb.en} “{about.en}” by {difference.en}, from {now.en} to {then.en}",
    )
    relative = abs(value - asked) / max(abs(asked), 1e-12)
    change = "lower the value" if is_lower else "raise the value"
    return Change(change, plan.row_id, plan.asked, value, plan.unit, _setting(plan, value), relative, says)


def _setting(plan: RowPlan, value: float) -> Mapping[str, str]:
    """Return how to ask for a value with ``--set``; of a requirement with several rows all are asked for as much."""
    requirement, asked = plan.requirement, plan.asked
    key = f"requirement.{requirement.id}"
    if plan.is_mandatory:
        return {f"{key}.tolerance": _cut(1.0 - value / asked, is_down=False)} if asked else {}
    amount = getattr(requirement, "amount", None)
    share = getattr(requirement, "share", None)
    if amount is None or share is not None:
        return {}
    if getattr(amount, "unit", None) != "":
        text = f"{value:.0f}" if isinstance(amount, int) else f"{value:.9g} {plan.unit}"
        return {f"{key}.amount": text}
    percent = 100.0 * amount.value * value / asked if asked else 0.0
    return {f"{key}.amount": f"{_cut(percent, is_down=plan.reported_sense == '>=')} %"}


def _cut(value: float, *, is_down: bool) -> str:
    """Return a number with eight decimals, rounded to the side that is easier to meet."""
    rounding = np.floor if is_down else np.ceil
    return f"{rounding(value * 1e8) / 1e8:.8f}".rstrip("0").rstrip(".")


def _given_up(study: Study, settings: Settings) -> Iterator[Repair]:
    """Yield what giving up a decision does: alone, or with fewer changes of values than without it."""
    alone = None
    for ways in decisions_of(study):
        variants = [(change, study_again(bundle, settings)) for change, bundle in ways]
        enough = next((way for way in variants if way[1].is_feasible), None)
        if enough is not None:
            change, variant = enough
            yield _repair([change], float(variant.annual_cost @ variant.level[: variant.compiled.options.size]))
            continue
        alone = len(next(iter(_smallest(loosened(study), settings)), ())) if alone is None else alone
        for change, variant in variants:
            found = list(_values(loosened(variant), settings, [change]))
            few = [repair for repair in found if not alone or len(repair.changes) <= alone]
            yield from few
            if few:
                break


def _later(study: Study, settings: Settings, rows: Sequence[str]) -> Iterator[Repair]:
    """Yield later years for requirements that conflict: the next plan years, or one year more than are planned."""
    by_row = {plan.row_id: plan for plan in study.compiled.plans}
    by_id = {by_row[row].requirement.id: by_row[row] for row in rows if row in by_row}
    years = (*study.bundle.timeline.years, study.bundle.timeline.years[-1] + 1)
    for plan in by_id.values():
        if plan.requirement.each == "year" or plan.reported_sense == "<=":
            continue
        for year in (year for year in years if year > plan.year):
            repair = _moved(study, plan, year, settings)
            if repair is not None:
                yield repair
                break


def _moved(study: Study, plan: RowPlan, year: int, settings: Settings) -> Repair | None:
    try:
        variant = study_again(moved(study.bundle, plan.requirement.id, year), settings)
    except InputError:
        return None
    if not variant.is_feasible:
        return None
    about = subject(next(item for item in study.requirements if item.row == plan.row_id), names(study))
    says = Text(
        f"把“{about.zh}[{plan.requirement.id}]”的期限由{plan.year}年推迟到{year}年",
        f"move the deadline of “{about.en} [{plan.requirement.id}]” from {plan.year} to {year}",
    )
    applied = moving(study.bundle, plan.requirement.id, year)
    change = Change(
        "move the year", plan.row_id, plan.year, year, "year", applied, WHOLE_CHANGE * (year - plan.year), says
    )
    return _repair([change], float(variant.annual_cost @ variant.level[: variant.compiled.options.size]))


def _repair(changes: Sequence[Change], cost: float) -> Repair:
    money = Text(YEARLY_MONEY.with_name(cost, "zh"), YEARLY_MONEY.with_name(cost, "en"))
    together = joined([item.says for item in changes])
    head = Text("只改这一项就可行", "This one change is enough")
    if len(changes) > 1:
        head = Text(f"同时改这{len(changes)}项就可行", f"These {len(changes)} changes together are enough")
    says = Text(
        f"{head.zh}（已重新求解）：{together.zh}；年费用{money.zh}。",
        f"{head.en} (solved again): {together.en}; yearly cost {money.en}.",
    )
    return Repair(tuple(changes), cost, is_verified=True, says=says)
