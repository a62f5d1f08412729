"""Answers about a plan as tables for files and screen."""

from __future__ import annotations

from collections.abc import Sequence

from model.text import Text
from scenarios.analysis.alternatives import Alternatives
from scenarios.analysis.compare import Comparison, Line
from scenarios.analysis.frontier import Frontier
from scenarios.analysis.frontier_words import curve_words
from scenarios.analysis.mac import MacCurve
from scenarios.export.answer_tables import Cell, PlainTable
from scenarios.wording.shown import UNITS, as_text, sector_title, symbol

SOURCE = Text("源", "Source")
DISTRICT = Text("区县", "District")
MEASURES = Text("措施", "Measures")
GAP = Text("与最优值的差距（%）", "Distance from the best (%)")
GAP_DECIMALS = 4
PROJECTS = Text("项目数", "Projects")


def frontier_table(frontier: Frontier) -> PlainTable:
    """Return the points of a curve; levels in the requirement's unit, money as reported."""
    unit, money = UNITS[frontier.unit], UNITS[frontier.objective_unit]
    year, whole = UNITS["CNY/yr"], UNITS["CNY"]
    words = curve_words(frontier.objective_unit)
    headings = [
        Text(f"要求（{unit.name.zh}）", f"Asked ({unit.name.en})"),
        Text(f"达到（{unit.name.zh}）", f"Reached ({unit.name.en})"),
        Text(f"{words.value.zh}（{money.name.zh}）", f"{words.value.en} ({money.name.en})"),
        Text(f"已证明的可能最好值（{money.name.zh}）", f"Best possible, proven ({money.name.en})"),
        GAP,
        Text(f"年费用（{year.name.zh}）", f"Annual cost ({year.name.en})"),
        Text(f"总投资（{whole.name.zh}）", f"Capital ({whole.name.en})"),
        PROJECTS,
    ]
    rows = [
        [
            unit.of(point.level),
            None if point.reached is None else unit.of(point.reached),
            None if point.cost is None else money.of(point.cost),
            None if point.bound is None else money.of(point.bound),
            None if point.gap is None else round(100.0 * point.gap, GAP_DECIMALS),
            None if point.annual_cny is None else year.of(point.annual_cny),
            None if point.capital_cny is None else whole.of(point.capital_cny),
            point.projects,
        ]
        for point in frontier.points
    ]
    title = Text(f"{words.title.zh}：{frontier.row}", f"{words.title.en}: {frontier.row}")
    return PlainTable(title, headings, rows)


def mac_table(curve: MacCurve) -> PlainTable:
    """Return the steps of a marginal abatement cost curve, cheapest first."""
    headings = [
        SOURCE,
        DISTRICT,
        Text("行业", "Sector"),
        Text("增加的措施", "Measures added"),
        Text("再减（吨/年）", "Further reduction (t/yr)"),
        Text("费用（元/年）", "Cost (CNY/yr)"),
        Text("单位费用（元/吨）", "Cost per tonne (CNY/t)"),
        Text("累计减排（吨/年）", "Cumulative (t/yr)"),
        Text("累计费用（元/年）", "Cumulative cost (CNY/yr)"),
    ]
    rows: list[list[Cell]] = [
        [
            step.source_name,
            step.district,
            sector_title(step.sector),
            step.name,
            step.reduction_t_per_year,
            step.cost_cny_per_year,
            step.cost_cny_per_t,
            step.cumulative_t_per_year,
            step.cumulative_cost_cny_per_year,
        ]
        for step in curve.steps
    ]
    name = symbol(curve.pollutant)
    return PlainTable(Text(f"{name}边际减排成本", f"{name} marginal abatement cost"), headings, rows)


def alternatives_tables(answer: Alternatives) -> list[PlainTable]:
    """Return the plans, and the projects by how many plans they are in."""
    plans = PlainTable(
        Text("备选方案", "Alternative plans"),
        [
            Text("方案", "Plan"),
            Text("年费用（万元/年）", "Annual cost (×10⁴ CNY/yr)"),
            Text("高于最优（%）", "Above the least (%)"),
            PROJECTS,
            Text("与首个方案相同的项目", "Projects shared with the first"),
        ],
        [
            [number, plan.annual_cny / 1e4, 100.0 * plan.above_share, plan.projects, plan.shared[0]]
            for number, plan in enumerate(answer.plans, start=1)
        ],
    )
    core = PlainTable(
        Text("项目出现次数", "How often each project is in"),
        [SOURCE, DISTRICT, MEASURES, Text("出现的方案数", "Plans with it"), Text("方案总数", "Plans in all")],
        [
            [project.source_name, project.district, project.measure_names, project.count, project.of]
            for project in (*answer.always, *answer.sometimes)
        ],
    )
    return [plans, core]


def comparison_tables(comparison: Comparison) -> list[PlainTable]:
    """Return money, requirements, tonnes, measures, districts and the projects that differ, side by side."""
    names = [Text(name, name) for name in comparison.names]
    parts: list[tuple[Text, Sequence[Line]]] = [
        (Text("费用", "Money"), comparison.money),
        (Text("各项要求：要求值", "Requirements: asked"), comparison.asked),
        (Text("各项要求：达到值", "Requirements: reached"), comparison.reached),
        (Text("减排量", "Reductions"), comparison.tonnes),
        (Text("措施（任务数）", "Measures (tasks)"), comparison.measures),
        (Text("区县年费用（元/年）", "Districts, annual cost (CNY/yr)"), comparison.districts),
    ]
    tables = [
        PlainTable(title, [title, *names], [[as_text(line.name), *line.values] for line in part])
        for title, part in parts
    ]
    tasks = PlainTable(
        Text("不同的任务（年费用，元/年）", "Tasks that differ (CNY/yr)"),
        [SOURCE, DISTRICT, MEASURES, *names],
        [
            [task.source_name, task.district, as_text(task.measure_names), *task.annual_cost_cny]
            for task in comparison.tasks
            if task.is_different
        ],
    )
    return [*tables, tasks]
