"""What each of several aims reached, as it is reported."""

from __future__ import annotations

from typing import TYPE_CHECKING

from model.text import Text
from scenarios.answering.result import Json, said
from scenarios.wording.shown import MONEY, UNITS, percent

if TYPE_CHECKING:
    from optimizer import Solution
    from scenarios.answering.levels import Step

AIMS = {
    "shortfall": Text("各目标相对缺口之和最小", "least sum of shortfalls, each as a share of what is asked"),
    "penalty": Text("未达目标的罚金最小", "least penalty of what is missed"),
    "requirements": Text("满足的要求最多", "as many requirements met as can be"),
    "cost": Text("费用最小", "least cost"),
    "spread": Text("费用最多的区县负担最少", "the district that pays most pays as little as can be"),
    "burden": Text("人均费用最高的区县负担最少", "the district that pays most per head pays as little as can be"),
}


def level_json(step: Step, solution: Solution) -> Json:
    """Return one aim: what it reached with the bound that is proven, in ``unit``, the gap, the stated tolerance.

    Of requirements ``value`` is how many are met, of ``of``; no more than ``bound`` can be.
    """
    value, bound = solution.objective or 0.0, solution.bound or 0.0
    if step.aim == "requirements":
        value, bound = step.count - round(value), step.count - max(round(bound + 0.499), 0)
    level = {
        "aim": step.aim,
        "value": value,
        "bound": bound,
        "unit": step.unit,
        "gap": solution.gap,
        "tolerance": step.tolerance,
    }
    if step.priority is not None:
        level |= {"of": step.count, "priority": step.priority}
    return {**level, "says": said(_says(level))}


def _says(level: Json) -> Text:
    aim, value = AIMS[level["aim"]], _value(level)
    rank = level.get("priority")
    zh = f"（优先级{rank}）" if rank else ""
    en = f" (priority {rank})" if rank else ""
    room = level["tolerance"]
    kept_zh = f"，后续目标可让出{percent(room)}" if room else ""
    kept_en = f"; later aims may give up {percent(room)} of it" if room else ""
    return Text(f"{aim.zh}{zh}：{value.zh}{kept_zh}", f"{aim.en}{en}: {value.en}{kept_en}")


def _value(level: Json) -> Text:
    value, unit = level["value"], level["unit"]
    if unit == "count":
        return Text(f"{value}/{level['of']}项", f"{value} of {level['of']}")
    if unit == "share":
        return Text(percent(value), percent(value))
    if unit == "CNY/yr per head":
        return Text(f"{value:,.2f}元/人·年", f"{value:,.2f} CNY per head a year")
    shown = UNITS.get(unit, MONEY)
    return Text(shown.with_name(value, "zh"), shown.with_name(value, "en"))
