"""Every word that only the figures show, in Chinese and English."""

from __future__ import annotations

from collections.abc import Mapping

from model.text import Text

FIGURE: Mapping[str, Text] = {
    "targets": Text("各项要求：达到与可达", "Requirements: reached and reachable"),
    "share_of_asked": Text("占要求值的比例（%）", "Share of what is asked (%)"),
    "beside": Text("达到 / 要求", "reached / asked"),
    "met": Text("达到，满足要求", "reached, met"),
    "unmet": Text("达到，未满足", "reached, not met"),
    "reachable": Text("可达（其他要求同时满足）", "reachable with the others held"),
    "reachable_beyond": Text("可达（超出图幅）", "reachable, beyond the picture"),
    "costs_by_year": Text("分年份费用", "Cost by year"),
    "costs_by_district": Text("分区县费用", "Cost by district"),
    "costs_by_sector": Text("分行业费用", "Cost by sector"),
    "costs_by_payer": Text("分出资方费用", "Cost by payer"),
    "emissions_by_sector": Text("分行业排放量：规划前后", "emissions by sector, before and after"),
    "emissions_by_district": Text("分区县排放量：规划前后", "emissions by district, before and after"),
    "waterfall_by_sector": Text("从基准年到规划实施后（按行业）", "from base year to plan, by sector"),
    "waterfall_by_measure": Text("从基准年到规划实施后（按措施）", "from base year to plan, by measure"),
    "base_year": Text("基准年", "base year"),
    "growth": Text("活动水平变化", "change of activity"),
    "without_plan": Text("不实施规划", "without plan"),
    "with_plan": Text("实施规划后", "with plan"),
    "not_in_effect": Text("当年尚未生效", "not yet in effect"),
    "rise": Text("增加", "rise"),
    "fall": Text("减少", "fall"),
    "timeline": Text("任务完成时限", "When tasks are due"),
    "due_month": Text("完成月份", "Month due"),
    "due_year": Text("完成年份", "Year due"),
    "tasks": Text("任务数（项）", "Tasks"),
    "map": Text("区县分布", "Map of districts"),
    "no_value": Text("无数据", "no figure"),
    "mac": Text("边际减排成本曲线", "marginal abatement cost curve"),
    "mac_note": Text(
        "每项任务一格：宽为整套措施的减排量，高为年费用除以减排量；费用全部计入该污染物。",
        "One bar a task: as wide as its whole package removes, as high as its annual cost per tonne of this pollutant.",
    ),
    "mac_merged": Text(
        "任务较多，按成本次序合并为{count}段，高为段内平均。", "Many tasks: merged in order of cost into {count} steps."
    ),
    "mac_beyond": Text(
        "另有{count}格高出图幅，最高{most}元/吨。", "{count} bars leave the picture; the highest is {most} CNY/t."
    ),
    "cumulative": Text("累计减排量（吨/年）", "Cumulative reduction (t/yr)"),
    "cost_per_t": Text("单位减排成本（元/吨）", "Annual cost per tonne (CNY/t)"),
    "others": Text("其余{count}项", "{count} others"),
    "least_room": Text(
        "共{all}项，图中为余量最小的{count}项，其余见表。",
        "{count} of {all}, those with the least room; the table has the others.",
    ),
    "nothing": Text("没有可显示的数据", "Nothing to show"),
}
