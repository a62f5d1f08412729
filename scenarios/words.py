"""Every word the reports show, in Chinese and English."""

from __future__ import annotations

from collections.abc import Mapping

from model.text import Text

STATUS: Mapping[str, Text] = {
    "OPTIMAL": Text("已证明最优", "proven optimal within the asked gap"),
    "FEASIBLE": Text("可行，未达到要求的最优性差距", "feasible, but not proven to the asked gap"),
    "INFEASIBLE": Text("不可行：要求不能同时满足", "infeasible: the requirements cannot all be met"),
    "NO_ANSWER": Text("在限制内没有得到结果", "no answer within the limits"),
    "EVALUATED": Text("按给定选择计价，未作优化", "the given choices priced; nothing was optimised"),
    "REACH": Text("各项要求可达到的程度", "how far each requirement can be pushed"),
}

KIND: Mapping[str, Text] = {
    "reduce": Text("减排", "reduction"),
    "cap": Text("排放上限", "emission cap"),
    "intensity": Text("排放强度下降", "fall of emission intensity"),
    "quota": Text("数量任务", "quota"),
    "mandate": Text("全部完成", "mandate"),
    "budget": Text("资金上限", "budget"),
    "fair": Text("人均费用与各区县平均之比", "cost per head by the mean of the districts"),
    "indicator": Text("指标", "indicator"),
    "resource": Text("用量", "use"),
    "offset": Text("新增量替代", "offset of new sources"),
    "couple": Text("以用定产", "production tied to use"),
    "rank_out": Text("末位淘汰", "elimination of the lowest-ranked"),
    "fix": Text("已定项目", "decided project"),
    "concentration": Text("断面浓度（参考）", "concentration at a section (indicative)"),
    "sections": Text("达到水质类别的断面数（参考）", "sections in a water class (indicative)"),
    "requires": Text("配套条件（缺配套的源）", "needs another project (sources without it)"),
    "excludes": Text("互斥项目（同时实施的源）", "excludes another project (sources with both)"),
    "at_most": Text("项目数上限", "at most so many projects"),
    "shared": Text("共享设施负荷", "load of a shared plant"),
}

METRIC: Mapping[str, Text] = {
    "capital": Text("总投资", "capital"),
    "public": Text("财政投资", "public capital"),
    "annual": Text("年费用", "annual cost"),
}

BASIS: Mapping[str, Text] = {
    "inventory": Text("清单口径", "inventory basis"),
    "project": Text("项目口径", "project basis"),
    "quota": Text("配额口径", "quota basis"),
}

MODE: Mapping[str, Text] = {
    "least_cost": Text("费用最小", "least cost"),
    "most_reduction": Text("减排最大", "most reduction"),
    "closest": Text("最接近各项目标", "closest to the targets"),
    "hierarchical": Text("按目标顺序逐级优化", "aims in turn"),
    "evaluate": Text("给定方案计价", "given choices priced"),
}

OBJECTIVE: Mapping[str, Text] = {
    "annual cost of the last plan year": Text("末规划年的年费用", "annual cost of the last plan year"),
    "present value over the plan years": Text("规划期费用现值", "present value over the plan years"),
    "weighted reduction in the last plan year": Text(
        "末规划年的加权减排量", "weighted reduction in the last plan year"
    ),
}

PAYER: Mapping[str, Text] = {
    "enterprise": Text("企业", "enterprise"),
    "municipality": Text("市级财政", "municipality"),
    "county": Text("区县财政", "county"),
    "province": Text("省级财政", "province"),
}

PRICE: Mapping[str, Text] = {
    "coal": Text("煤炭价格", "Price of coal"),
    "gas": Text("天然气价格", "Price of natural gas"),
    "biomass": Text("生物质价格", "Price of biomass"),
    "electricity": Text("电价", "Price of electricity"),
    "heat": Text("热力价格", "Price of heat"),
    "value_added": Text("停产损失（每元增加值）", "Loss of output, per CNY of value added"),
}

LABEL: Mapping[str, Text] = {
    "summary": Text("汇总", "Summary"),
    "tasks": Text("任务清单", "Task list"),
    "targets": Text("要求完成情况", "Requirements"),
    "costs": Text("费用", "Costs"),
    "emissions": Text("排放量", "Emissions"),
    "basis": Text("假设与来源", "Assumptions and sources"),
    "basis_sheet": Text("假设与来源", "Assumptions"),
    "asked": Text("要求", "Asked"),
    "reached": Text("达到", "Reached"),
    "reachable": Text("可达", "Reachable"),
    "reachable_alone": Text("单独可达", "Reachable alone"),
    "reachable_means": Text(
        "“可达”是其他要求同时满足时的最好值，“单独可达”是不计其他要求时的最好值。",
        "Reachable is the best value with all other requirements held; reachable alone leaves them out.",
    ),
    "met": Text("满足", "Met"),
    "yes": Text("是", "yes"),
    "no": Text("否", "no"),
    "pending": Text("待定", "pending"),
    "proposed": Text("待提出", "to be proposed"),
    "proposals": Text("建议值", "Proposals"),
    "proposed_value": Text("可提出的目标值", "value that could be asked for"),
    "share_of_reach": Text("占可达幅度", "share of what is reachable"),
    "unit": Text("单位", "Unit"),
    "scope": Text("范围", "Scope"),
    "where": Text("按条件", "by"),
    "year": Text("年份", "Year"),
    "requirement": Text("要求编号", "Requirement"),
    "kind": Text("类型", "Kind"),
    "pollutant": Text("污染物", "Pollutant"),
    "name": Text("名称", "Name"),
    "illustrative": Text("示意数据", "Illustrative data"),
    "assumed": Text("假设值", "assumed value"),
    "tolerance": Text("允许偏差", "tolerance"),
    "status": Text("结论", "Status"),
    "mode": Text("目标", "Aim"),
    "jurisdiction": Text("辖区", "Jurisdiction"),
    "plan_years": Text("规划年", "Plan years"),
    "objective": Text("目标函数", "Objective"),
    "gap": Text("最优性差距", "Gap"),
    "gap_asked": Text("要求的最优性差距", "Gap asked for"),
    "bound": Text("已证明的界", "Proven bound"),
    "annual_cost": Text("年费用", "Annual cost"),
    "capital": Text("总投资", "Capital"),
    "present_value": Text("规划期费用现值", "Present value over the plan years"),
    "ledger": Text("两本账核对", "Two ledgers"),
    "agrees": Text("一致，最大相对差", "agree, largest relative difference"),
    "task_count": Text("任务数", "Tasks"),
    "of_which_decided": Text("其中已定项目", "decided already"),
    "all": Text("全域", "whole jurisdiction"),
    "decided": Text("已定项目", "decided already"),
    "share_of_source": Text("实施比例", "share of the source"),
    "total": Text("合计", "Total"),
    "by_pollutant": Text("减排量", "Reductions"),
    "by_year": Text("按年份", "By year"),
    "by_district": Text("按区县", "By district"),
    "by_sector": Text("按行业", "By sector"),
    "by_payer": Text("按出资方", "By payer"),
    "base_year": Text("基准年排放量", "Base year"),
    "without_plan": Text("不实施规划", "Without plan"),
    "with_plan": Text("实施规划", "With plan"),
    "reduction": Text("减排量", "Reduction"),
    "reduction_share": Text("减排比例", "Reduction share"),
    "task_reduction": Text("任务减排量（全年）", "Tasks, full year"),
    "decided_reduction": Text("其中已定项目", "of which decided"),
    "accountable": Text("可核算减排量", "Accountable"),
    "not_added": Text(
        "可核算减排量按项目口径计算，与工程减排量不得相加。",
        "Accountable reductions are counted on the project basis and are never added to engineering reductions.",
    ),
    "sector": Text("行业", "Sector"),
    "district": Text("区县", "District"),
    "payer": Text("出资方", "Payer"),
    "inputs": Text("输入文件", "Inputs"),
    "input": Text("文件", "File"),
    "sha256": Text("校验码（SHA-256）", "SHA-256"),
    "digest": Text("输入校验码", "Input digest"),
    "versions": Text("程序与参数", "Programs and settings"),
    "item": Text("项目", "Item"),
    "bases": Text("引用的情景", "Builds on"),
    "patches": Text("附加设置", "Set on top"),
    "discount_rate": Text("贴现率", "Discount rate"),
    "price_year": Text("价格基准年", "Price year"),
    "engine": Text("求解引擎", "Engine"),
    "seed": Text("随机种子", "Seed"),
    "aim": Text("第{number}级目标", "Aim {number}"),
    "weights": Text("每吨权重", "Weight of a tonne"),
    "ranking": Text("若按单位减排成本排序", "Sorting by cost per tonne"),
    "this_plan": Text("本方案", "This plan"),
    "sorted": Text("按单位成本排序", "Sorted by cost per tonne"),
    "missed": Text("差额", "Missed by"),
    "per_head": Text("各区县人均费用", "Cost per head by district"),
    "population": Text("人口（人）", "Population"),
    "annual_per_head": Text("人均年费用（元/人·年）", "Annual cost per head (CNY)"),
    "capital_per_head": Text("人均总投资（元/人）", "Capital per head (CNY)"),
    "times_mean": Text("为各区县平均的倍数", "times the mean of the districts"),
    "penalty": Text("软目标罚金（不计入费用）", "Penalty of missed targets (no part of the cost)"),
    "notes": Text("说明", "Notes"),
    "note": Text("备注", "Note"),
    "cites": Text("各项要求的依据", "Where the requirements come from"),
    "document": Text("文件", "Document"),
    "clause": Text("条款", "Clause"),
    "own_words": Text("内容摘要", "In our words"),
    "assumptions": Text("假设", "Assumptions"),
    "assumption": Text("假设", "Assumption"),
    "prices": Text("价格", "Prices"),
    "price": Text("价格", "Price"),
    "value": Text("数值", "Value"),
    "source": Text("来源", "Source"),
    "origin": Text("出处", "Origin"),
    "default": Text("程序默认值", "default of the program"),
    "stated": Text("情景给定", "stated in the scenario"),
    "files": Text("已写出", "Written"),
    "scenario": Text("情景", "Scenario"),
    "sources_read": Text("源", "Sources"),
    "measures_read": Text("措施", "Measures"),
    "options_read": Text("可选方案", "Options"),
    "requirements_read": Text("要求", "Requirements"),
    "no_problems": Text("没有发现问题", "no problem was found"),
    "no_tasks": Text("没有任务。", "There are no tasks."),
    "none": Text("无", "none"),
    "page": Text("第 &P 页，共 &N 页", "Page &P of &N"),
    "continued": Text("续", "continued"),
    "no_district_sheets": Text(
        "任务或区县过多，未分区县列表；请在任务清单中按区县筛选。",
        "Too many tasks or districts for a sheet each; filter the task list by district.",
    ),
    "no_list": Text(
        "任务过多，工作簿不列任务清单；全部任务见同一文件夹的任务清单文件。",
        "Too many tasks for a workbook; all of them are in tasks.csv.",
    ),
    "list_split": Text(
        "任务超过一张工作表的行数，任务清单分为多张。",
        "More tasks than one sheet holds; the task list goes on in further sheets.",
    ),
}

TASK: Mapping[str, Text] = {
    "number": Text("序号", "No."),
    "district": Text("区县", "District"),
    "source_name": Text("源名称", "Source"),
    "measures": Text("措施", "Measures"),
    "content": Text("主要内容", "Main content"),
    "reduction": Text("减排量（吨/年）", "reduction (t/yr)"),
    "accountable": Text("可核算减排量（吨/年）", "accountable (t/yr)"),
    "capital": Text("总投资（万元）", "Capital (×10⁴ CNY)"),
    "operating_cost": Text("年运行费（万元/年）", "Operating cost (×10⁴ CNY/yr)"),
    "annual_cost": Text("年总费用（万元/年）", "Annual cost (×10⁴ CNY/yr)"),
    "cost_per_t": Text("单位减排成本（元/吨）", "cost (CNY/t)"),
    "lead_unit": Text("责任单位", "Responsible unit"),
    "support_units": Text("配合单位", "Supporting units"),
    "start_year": Text("投运年份", "In service from"),
    "due": Text("完成时限", "Due"),
    "cites": Text("依据", "Basis"),
    "note": Text("备注", "Note"),
    "source_id": Text("源编号", "Source id"),
}

STAGE: Mapping[str, Text] = {
    "read": Text("读取", "reading"),
    "options": Text("方案", "options"),
    "compile": Text("建模", "compiling"),
    "solve": Text("求解", "solving"),
    "reach": Text("可达值", "reach"),
    "proposals": Text("建议值", "proposals"),
    "ranking": Text("排序对照", "ranking"),
    "repair": Text("调整方案", "repairs"),
    "evaluate": Text("计价", "pricing"),
    "tasks": Text("任务清单", "task list"),
    "write": Text("写文件", "writing"),
}
"""Stages of a run, as ``provenance.seconds`` calls them."""

PROGRESS: Mapping[str, Text] = {
    "compiling": Text(
        "首次编译大规模计算程序，约半分钟；jianpai warmup 可提前完成",
        "Compiling for large problems, once, about half a minute; jianpai warmup does it ahead of time",
    ),
    "compiled": Text("大规模计算程序已编译好", "The passes over large problems are compiled"),
    "not_compiled": Text(
        "未安装 numba，大规模问题改用 NumPy 计算，结果相同，时间更长；可安装 jianpai[speed]",
        "numba is not installed: large problems are passed over by NumPy, with the same answers in more time; "
        "jianpai[speed] installs it",
    ),
    "planning": Text("正在求解：{title}，{sources}个源", "Planning: {title}, {sources} sources"),
    "evaluating": Text("正在计价：{title}，{sources}个源", "Pricing: {title}, {sources} sources"),
    "reaching": Text("正在计算可达值：{title}，{sources}个源", "How far it reaches: {title}, {sources} sources"),
    "written": Text("已写出 {file}", "Written: {file}"),
    "no_tasks": Text(
        "没有方案，因此没有写出任务清单；result.json 记录了结论和各项要求的可达值。",
        "There is no plan, so no task list is written; result.json has the status and the reachable values.",
    ),
    "batch_begins": Text("批量运行：{title}，共{runs}个情景", "Batch over {title}: {runs} runs"),
    "run_failed": Text("运行 {run} 失败：{message}", "Run {run} failed: {message}"),
    "batch_done": Text(
        "完成{runs}个情景：{met}个满足全部要求，{failed}个失败；清单见 {file}",
        "{runs} runs done: {met} meet every requirement, {failed} failed; the list is {file}",
    ),
    "try_it": Text("试算：jianpai plan {folder} --out 结果文件夹", "Try it: jianpai plan {folder} --out RESULTS"),
}
