"""Words of the pages that keep things: versions and jobs."""

from __future__ import annotations

from collections.abc import Mapping

from model.text import Text

KEEPING: Mapping[str, Text] = {
    "save_version": Text("保存当前方案", "Save what is on the screen"),
    "save_note": Text(
        "保存前按万分之一求解，并逐项核对两本账。",
        "Before saving it is solved to 0.01 % and both ledgers are checked, task by task.",
    ),
    "version_note": Text("版本说明", "Note"),
    "author": Text("编制人", "Author"),
    "save": Text("保存", "Save"),
    "saved_as": Text("已保存为第{number}版。", "Saved as version {number}."),
    "meanwhile": Text(
        "在此期间他人也保存了版本，两份都已保留", "Others saved versions meanwhile; all of them are kept"
    ),
    "other_version": Text("第{number}版，{author}：{note}", "version {number} by {author}: {note}"),
    "see_both": Text("并排查看", "See them side by side"),
    "versions": Text("已保存的版本", "Saved versions"),
    "version_number": Text("第{number}版", "Version {number}"),
    "made_from": Text("源自第{number}版", "from version {number}"),
    "no_versions": Text(
        "还没有保存的版本。在“试算”中改出一个方案，回到这里填写编制人并保存；有两个版本后即可并排对比。",
        "Nothing is saved yet. Change the plan on the Try page, come back, sign and save it; two versions can be "
        "compared side by side.",
    ),
    "pick_versions": Text("选择两到四个版本并排查看。", "Show two to four versions side by side."),
    "final_by": Text("{author}定稿", "final, says {author}"),
    "make_final": Text("定稿", "Declare final"),
    "withdraw_final": Text("撤销定稿", "Withdraw final"),
    "remove": Text("删除", "Remove"),
    "sign_first": Text("请先填写编制人", "Give your name as author first"),
    "same_rows": Text("其余{count}项要求，各版本相同", "{count} other requirements, the same in all versions"),
    "no_answer": Text("没有保存结果", "No answer was kept with it"),
}

JOBS: Mapping[str, Text] = {
    "new_batch": Text("一项要求，多个取值", "One requirement at several levels"),
    "new_batch_note": Text(
        "其余保持当前方案不变；每个取值求解一次。", "All else as on the screen; the plan is found once for each level."
    ),
    "no_levers": Text("这个情景没有可变动的数值。", "This scenario has no amount to vary."),
    "level_from": Text("从", "From"),
    "level_to": Text("到", "To"),
    "level_count": Text("取值个数", "Levels"),
    "job_title": Text("任务名称", "Name"),
    "queue_it": Text("开始批量计算", "Run the batch"),
    "sweep_file": Text("上传扫描文件", "Upload a sweep file"),
    "sweep_note": Text(
        "TOML格式，与命令 jianpai batch 相同；可改变各项要求的数值、贴现率、措施的采用与锁定，至多1000次运行。",
        "TOML as for jianpai batch: amounts, discount rate, measures left out or locked; 1 000 runs at most.",
    ),
    "drop_sweep": Text("把toml拖到这里，或点击选择", "Drop a toml here, or click to choose"),
    "queued": Text("已排队：{runs} 次运行。", "Queued: {runs} runs."),
    "not_queued": Text("未能排队", "Not queued"),
    "jobs": Text("批量任务", "Batches"),
    "no_jobs": Text(
        "还没有批量任务。在上面选一项要求和几个取值，点“开始批量计算”；进度和结果会出现在这里。",
        "There are no batches yet. Choose a requirement and its levels above and run the batch; progress and results "
        "appear here.",
    ),
    "jobs_note": Text(
        "只有您能看到自己的任务，除非选择共享；各用户轮流计算。",
        "Only you see your batches unless you share them; users take turns.",
    ),
    "job_number": Text("任务{number}", "Batch {number}"),
    "job_queued": Text("排队中", "waiting"),
    "job_running": Text("计算中", "running"),
    "job_done": Text("完成", "done"),
    "job_failed": Text("失败", "failed"),
    "job_cancelled": Text("已取消", "cancelled"),
    "job_shared": Text("已共享", "shared"),
    "job_of_another": Text("他人共享", "shared by another"),
    "job_progress": Text("{done} / {total} 次运行", "{done} of {total} runs"),
    "job_results": Text("结果", "Results"),
    "job_share": Text("共享", "Share"),
    "job_unshare": Text("停止共享", "Stop sharing"),
    "job_drop": Text("删除", "Remove"),
    "job_cancel": Text("取消", "Cancel"),
    "results_note": Text("这里列出前{most}次运行，全部结果见文件。", "The first {most} runs; all are in the files."),
    "run": Text("运行", "Run"),
    "set": Text("改动", "What is set"),
    "met_of": Text("满足要求", "Met"),
}
