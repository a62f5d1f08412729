"""How sure a plan is, as tables for files and screen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from model.pollutants import POLLUTANTS
from model.text import Text
from scenarios.export.answer_tables import Cell, PlainTable
from scenarios.risk.core import Core
from scenarios.risk.risk import Risk
from scenarios.risk.shares import Share
from scenarios.risk.steps import Step
from scenarios.wording.shown import SENSE, UNITS, ReportUnit

P10, P50, P90 = Text("P10", "P10"), Text("P50", "P50"), Text("P90", "P90")
VALUE = Text("按目录值", "By the catalogue")
UNIT = Text("单位", "Unit")
ALL_TOGETHER = Text("全部同时", "All together")

MONEY: Mapping[str, Text] = {
    "annual_cost": Text("年费用", "Annual cost"),
    "capital_cost": Text("总投资", "Capital"),
    "present_value": Text("规划期现值", "Present value"),
}


def unit_of(name: str) -> ReportUnit:
    """Return how a unit is reported; one that the reports do not know stands as it is."""
    return UNITS.get(name, ReportUnit(Text(name, name)))


def title_of(name: str) -> Text:
    """Return what a cost or reduction is called."""
    if name in MONEY:
        return MONEY[name]
    pollutant = POLLUTANTS[name.removesuffix("_reduction")]
    return Text(f"{pollutant.title.zh}减排量", f"{pollutant.symbol} reduction")


def chance_table(risk: Risk) -> PlainTable:
    """Return the requirements' chances and what is reached."""
    headings = [
        Text("要求", "Requirement"),
        Text("达成概率", "Probability"),
        Text("标准误", "Standard error"),
        Text("要求值", "Asked"),
        VALUE,
        P10,
        P50,
        P90,
        UNIT,
    ]
    rows: list[Sequence[Cell]] = []
    for row in risk.rows:
        unit = unit_of(row.reached.unit)
        chance = [None, None] if row.chance is None else [row.chance.probability, row.chance.error]
        asked = None if row.asked is None else f"{SENSE[row.sense]} {unit.say(row.asked)}"
        numbers = [unit.of(value) for value in (row.reached.value, row.reached.p10, row.reached.p50, row.reached.p90)]
        rows.append([_named(row.row, is_soft=row.is_soft), *chance, asked, *numbers, unit.name])
    for rule in risk.rules:
        name = _named(rule.requirement, is_soft=rule.is_soft)
        rows.append([name, rule.chance.probability, rule.chance.error, *[None] * 6])
    together = together_of(risk)
    rows.append([together, risk.together.probability, risk.together.error, *[None] * 6])
    return PlainTable(Text("达成概率", "Probability of each requirement"), headings, rows)


def _named(name: str, *, is_soft: bool) -> Text:
    return Text(f"{name}（软目标）", f"{name} (soft target)") if is_soft else Text(name, name)


def together_of(risk: Risk) -> Text:
    """Return what is called the chance of all that may not be missed."""
    is_any_soft = any(row.is_soft for row in risk.rows) or any(rule.is_soft for rule in risk.rules)
    return Text("全部同时（不含软目标）", "All but soft targets together") if is_any_soft else ALL_TOGETHER


def range_table(risk: Risk) -> PlainTable:
    """Return costs and reductions."""
    headings = [Text("项目", "Outcome"), VALUE, P10, P50, P90, UNIT]
    rows: list[Sequence[Cell]] = []
    for one in risk.ranges:
        unit = unit_of(one.unit)
        rows.append(
            [title_of(one.name), *(unit.of(value) for value in (one.value, one.p10, one.p50, one.p90)), unit.name]
        )
    return PlainTable(Text("费用与减排量", "Costs and reductions"), headings, rows)


def driver_table(risk: Risk) -> PlainTable:
    """Return which numbers matter most for each requirement that is not sure, and for costs and reductions."""
    headings = [
        Text("对象", "Of"),
        Text("数值", "Number"),
        Text("方差份额", "Share of variance"),
        Text("数值升高时", "When it rises"),
        Text("下限", "Low"),
        Text("取值", "Value"),
        Text("上限", "High"),
        UNIT,
        Text("出处", "Reference"),
    ]
    rows: list[Sequence[Cell]] = []
    for title, drivers in _driven(risk):
        for share in drivers:
            number = share.uncertain.number
            way = Text("升高", "rises") if share.rises else Text("降低", "falls")
            numbers = [number.low, number.value, number.high]
            rows.append([title, share.uncertain.title, share.share, way, *numbers, number.unit, number.ref])
    return PlainTable(Text("影响最大的数值", "What matters most"), headings, rows)


def _driven(risk: Risk) -> list[tuple[Text, tuple[Share, ...]]]:
    own = [(Text(row.row, row.row), row.reached.drivers) for row in risk.rows]
    return [*own, *((title_of(one.name), one.drivers) for one in risk.ranges)]


def step_table(steps: Sequence[Step]) -> PlainTable:
    """Return what being surer costs."""
    money = UNITS["CNY/yr"]
    headings = [
        Text("把握程度", "Confidence"),
        Text("新样本中的达成率", "Kept in fresh samples"),
        Text(f"年费用（{money.name.zh}）", f"Annual cost ({money.name.en})"),
        Text("项目数", "Projects"),
        Text("安全余量", "Margins of safety"),
    ]
    rows: list[Sequence[Cell]] = [
        [
            step.confidence,
            step.kept_share,
            None if step.annual_cny is None else money.of(step.annual_cny),
            step.projects,
            "; ".join(f"{row} {unit_of(unit).say(margin)}" for row, margin, unit in step.margins),
        ]
        for step in steps
    ]
    return PlainTable(Text("安全余量分级表", "Margins of safety by confidence"), headings, rows)


def core_table(core: Core) -> PlainTable:
    """Return the projects by how many worlds have them."""
    headings = [
        Text("源", "Source"),
        Text("区县", "District"),
        Text("措施", "Measures"),
        Text("出现的情形数", "Worlds that have it"),
        Text("情形总数", "Of"),
    ]
    rows: list[Sequence[Cell]] = [
        [f"{one.source_id} {one.source_name}", one.district, one.measure_names, one.count, one.of]
        for one in (*core.always, *core.sometimes)
    ]
    return PlainTable(Text("无悔项目（数值不确定时）", "No-regret core over uncertain numbers"), headings, rows)
