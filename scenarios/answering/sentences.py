"""What the answer says in a sentence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from model.sector import FloatArray
from model.text import Text
from optimizer import Solution, Status
from scenarios.answering.result import Json, RequirementResult
from scenarios.compiling.compile import Compiled
from scenarios.compiling.rows import RowPlan, pending_text
from scenarios.reading.fields import PROPOSE
from scenarios.wording.shown import NO_NAMES, UNITS, YEARLY_MONEY, listed, missing, percent, titled

AIM = {
    False: Text("最小费用方案", "The least-cost plan"),
    True: Text("减排最大的方案", "The plan of most reduction"),
}

WAYS = {
    "priced": Text("费用与罚金之和最小的方案", "The plan of least cost and penalty together"),
    "share": Text("最接近各项目标的方案", "The plan that comes closest to the targets"),
    "whole": Text("按目标顺序逐级优化的方案", "The plan of the aims in turn"),
}

NO_GAP = 1e-9
"""Below this share a gap is rounding."""

LOOSE = 0.01
"""From this relative distance on, the reader is told that a reachable value is not proven the best."""

SMALLEST = 1e-9

SENSE = {">=": Text("至少", "at least"), "<=": Text("至多", "at most"), "=": Text("恰好", "exactly")}


def says(
    compiled: Compiled,
    solution: Solution,
    requirements: Sequence[RequirementResult],
    names: Mapping[str, Text] = NO_NAMES,
) -> Text:
    """Return the answer's status in one sentence; ``names`` are those of districts and of the author's columns."""
    titles = titled(requirements, names)
    if solution.status is Status.INFEASIBLE:
        return _infeasible(compiled, requirements, titles)
    if solution.status is Status.NO_ANSWER:
        return Text(
            "在给定的时间或节点限制内没有找到方案。", "No plan was found within the given limits of time or nodes."
        )
    unmet = [requirement for requirement in requirements if requirement.met is False]
    waiting = [plan.row_id for plan in compiled.plans if plan.bound is None and plan.asked_text != PROPOSE]
    proof = _proof(compiled, solution)
    if unmet:
        return _unmet(unmet, titles, proof)
    if waiting:
        named = listed(titles[row] for row in waiting)
        return Text(
            f"{proof.zh}；以下要求的数值待定，不视为已满足：{named.zh}。",
            f"{proof.en}; these requirements wait for their values and are not counted as met: {named.en}.",
        )
    return Text(f"{proof.zh}，全部要求均满足。", f"{proof.en}; every requirement is met.")


def _unmet(unmet: Sequence[RequirementResult], titles: Mapping[str, Text], proof: Text) -> Text:
    """Say which requirements are missed, and by how much those that may be."""
    soft = [(titles[requirement.row], missing(requirement.soft)) for requirement in unmet if requirement.soft]
    hard = listed(titles[requirement.row] for requirement in unmet if not requirement.soft)
    if not soft:
        return Text(f"以下要求没有满足：{hard.zh}。", f"These requirements are not met: {hard.en}.")
    zh = "；".join(f"{about.zh}{lack.zh}" for about, lack in soft)
    en = "; ".join(f"{about.en} {lack.en}" for about, lack in soft)
    if hard.en:
        zh, en = f"{zh}；另有{hard.zh}没有满足", f"{en}; not met besides: {hard.en}"
    return Text(f"有目标没有达到：{zh}。{proof.zh}。", f"Not all targets are reached: {en}. {proof.en}.")


def _proof(compiled: Compiled, solution: Solution) -> Text:
    if solution.status is not Status.OPTIMAL:
        if solution.gap is None:
            return Text(
                "可行方案，但还不知道离最优值有多远", "A feasible plan; how far it is from the best is not known"
            )
        gap = percent(solution.gap)
        return Text(
            f"可行方案，只证明与最优值相差不超过{gap}", f"A feasible plan, proven only to be within {gap} of the best"
        )
    aim = _aim(compiled)
    if solution.gap is None or solution.gap < NO_GAP:
        return Text(f"{aim.zh}，已证明最优", f"{aim.en}, proven the best")
    gap = percent(solution.gap)
    return Text(f"{aim.zh}，已证明与最优值相差不超过{gap}", f"{aim.en}, proven to be within {gap} of the best possible")


def _aim(compiled: Compiled) -> Text:
    way = "whole" if compiled.mode == "hierarchical" else compiled.slack.way if compiled.slack.places else None
    return WAYS[way] if way else AIM[compiled.mode == "most_reduction"]


def _infeasible(compiled: Compiled, requirements: Sequence[RequirementResult], titles: Mapping[str, Text]) -> Text:
    nothing = _nothing_to_choose(compiled)
    if nothing is not None:
        return Text(f"{nothing.zh}要求无法满足。", f"{nothing.en} The requirements cannot be met.")
    beyond = [requirement for requirement in requirements if _is_beyond(requirement)]
    if not beyond:
        return Text(
            "各项要求单独都能达到，但不能同时满足。",
            "Each requirement can be met alone, but not all of them together.",
        )
    said = [_beyond(requirement, titles[requirement.row]) for requirement in beyond]
    zh, en = "；".join(text.zh for text in said), "; ".join(text.en for text in said)
    return Text(f"不可行：{zh}。", f"Infeasible: {en}.")


def _beyond(requirement: RequirementResult, title: Text) -> Text:
    word, unit = SENSE[requirement.sense], UNITS[requirement.unit]
    if requirement.reachable_alone is not None and not requirement.reachable_alone.is_integer():
        unit = replace(unit, decimals=max(unit.decimals, 1))
    zh, en = (
        [unit.with_name(value, language) for value in (requirement.asked, requirement.reachable_alone)]
        for language in ("zh", "en")
    )
    end = Text("最好也只能做到", "the best is")
    if requirement.sense == "<=":
        end = Text("至少也要", "it cannot be less than")
    return Text(
        f"{title.zh}要求{word.zh}{zh[0]}，不考虑其他要求，{end.zh}{zh[1]}",
        f"{title.en} is asked to be {word.en} {en[0]}; all other requirements aside, {end.en} {en[1]}",
    )


def _nothing_to_choose(compiled: Compiled) -> Text | None:
    """Say why no source has a choice, if none has one."""
    options = compiled.options
    if not options.is_as_is().all():
        return None
    if any(package.measure_ids for package in options.table.packages):
        return Text("没有任何措施能在规划年内投运。", "No measure that is allowed can start within the plan years.")
    return Text("没有任何措施适用于清单中的源。", "No measure applies to any source of the inventory.")


def _is_beyond(requirement: RequirementResult) -> bool:
    """True where even alone the asked value, less its tolerance, is out of reach."""
    if requirement.asked is None or requirement.reachable_alone is None:
        return False
    if requirement.sense == "<=":
        return requirement.reachable_alone > requirement.asked * (1 + requirement.tolerance) * (1 + 1e-9)
    return requirement.reachable_alone < requirement.asked * (1 - requirement.tolerance) * (1 - 1e-9)


def notes(compiled: Compiled, plans: Sequence[RowPlan]) -> list[Text]:
    """Return what the reader should know besides: pending values, caps on packages, an empty choice."""
    found = [pending_text(plan) for plan in plans if plan.bound is None and plan.asked_text != PROPOSE]
    nothing = _nothing_to_choose(compiled)
    return [*found, *([nothing] if nothing else []), *compiled.notes]


def loosely_reached(plans: Sequence[RowPlan], value: FloatArray, limit: FloatArray | None) -> list[Text]:
    """Say which reachable values are the best found only, with the limit proven, both (row plan,) in own units."""
    if limit is None:
        return []
    apart = np.abs(limit - value) > LOOSE * np.maximum(np.abs(value), SMALLEST)
    rows = [(plans[place], float(limit[place])) for place in np.flatnonzero(apart).tolist()]
    if not rows:
        return []
    named = [(plan.row_id, UNITS[plan.unit], plan.report(end)) for plan, end in rows]
    zh = "；".join(f"{row} {unit.with_name(end, 'zh')}" for row, unit, end in named)
    en = "; ".join(f"{row} {unit.with_name(end, 'en')}" for row, unit, end in named)
    return [
        Text(
            f"以下要求的可达值是已找到的最好值，未证明不能更好；已证明不会超过的界限为：{zh}。",
            f"Reachable values that are the best found and not proven the best, with the limit that is proven: {en}.",
        )
    ]


def proposed(requirements: Sequence[RequirementResult]) -> list[Text]:
    """Return for each value that the plan must propose what parts of the reachable are and what each costs a year."""
    found = []
    for requirement in requirements:
        if requirement.is_proposed and requirement.proposals:
            said = [_proposal(proposal) for proposal in requirement.proposals]
            zh, en = "；".join(text.zh for text in said), "; ".join(text.en for text in said)
            row = requirement.row
            found.append(
                Text(
                    f"{row} 由本规划提出数值，可供选择：{zh}。",
                    f"{row}: the plan proposes the value; to choose from: {en}.",
                )
            )
    return found


def _proposal(proposal: Json) -> Text:
    unit, part, cost = UNITS[proposal["unit"]], percent(proposal["part"]), proposal["annual_cost_cny"]
    if cost is None:
        no_plan = Text("在限制内未得到方案", "no plan within the limits")
        cost_zh, cost_en = no_plan.zh, no_plan.en
    else:
        cost_zh = f"年费用{YEARLY_MONEY.with_name(cost, 'zh')}"
        cost_en = f"annual cost {YEARLY_MONEY.with_name(cost, 'en')}"
    value = proposal["value"]
    return Text(
        f"做到可达幅度的{part}，即{unit.with_name(value, 'zh')}，{cost_zh}",
        f"{part} of the way is {unit.with_name(value, 'en')}, {cost_en}",
    )


def evaluated(unmet: Sequence[str]) -> Text:
    """Return what the pricing of given choices says."""
    if not unmet:
        return Text("已按给定选择计价，全部要求均满足。", "The given choices are priced; every requirement is met.")
    names = ", ".join(unmet)
    return Text(f"已按给定选择计价；以下要求没有满足：{names}。", f"The given choices are priced; not met: {names}.")
