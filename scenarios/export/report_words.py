"""Every word that only the Word document and the HTML report show, in Chinese and English."""

from __future__ import annotations

from collections.abc import Mapping

from model.text import Text

REPORT: Mapping[str, Text] = {
    "plan": Text("任务清单与说明", "Task list and explanation"),
    "overview": Text("概述", "Overview"),
    "targets": Text("要求与完成情况", "Requirements"),
    "costs": Text("费用", "Costs"),
    "emissions": Text("排放变化", "Emissions"),
    "tasks_by_district": Text("任务清单（按区县）", "Tasks by district"),
    "tasks_by_unit": Text("任务清单（按责任单位）", "Tasks by responsible unit"),
    "timing": Text("完成时限", "Deadlines"),
    "assumptions": Text("假设", "Assumptions"),
    "sources": Text("来源与输入校验码", "Sources and digests of inputs"),
    "contents": Text("目录", "Contents"),
    "figure": Text("图", "Figure "),
    "table": Text("表", "Table "),
    "count": Text("任务数（项）", "Tasks"),
    "operating_cost": Text("年运行费（万元/年）", "Operating cost (×10⁴ CNY/yr)"),
    "accountable": Text("可核算减排量（吨/年）", "Accountable reduction (t/yr)"),
    "cost_per_t": Text("单位减排成本（元/吨）", "Cost per tonne (CNY/t)"),
    "no_unit": Text("未指定责任单位", "No unit named"),
    "due": Text("投运年份 / 完成时限", "In service / due"),
    "subtotal": Text("小计", "Subtotal"),
    "page": Text("第{page}页，共{pages}页", "Page {page} of {pages}"),
    "left_out": Text(
        "任务超过{most}项，未生成Word文件；任务清单见xlsx和csv文件。",
        "More than {most} tasks: no Word file is written; the task list is in the xlsx and csv files.",
    ),
    "list_left_out": Text(
        "任务超过{most}项，此处不逐项列出；任务清单见xlsx和csv文件。",
        "More than {most} tasks are not listed here; the task list is in the xlsx and csv files.",
    ),
    "needs_scripts": Text("图表需要启用脚本才能显示；各表不受影响。", "The charts need scripts; the tables do not."),
    "group_heading": Text(
        "{name}：任务{count}项，总投资{capital}万元，年总费用{annual}万元/年",
        "{name}: {count} tasks, capital {capital} ×10⁴ CNY, annual cost {annual} ×10⁴ CNY/yr",
    ),
}

NUMERALS = ("", "一", "二", "三", "四", "五", "六", "七", "八", "九")


def chinese_number(number: int) -> str:
    """Return a number from 1 to 99 in Chinese; a larger one in digits.

    >>> chinese_number(7), chinese_number(10), chinese_number(23), chinese_number(100)
    ('七', '十', '二十三', '100')
    """
    tens, ones = divmod(number, 10)
    if tens >= len(NUMERALS):
        return str(number)
    before = f"{NUMERALS[tens] if tens > 1 else ''}十" if tens else ""
    return f"{before}{NUMERALS[ones]}"
