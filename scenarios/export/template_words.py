"""The words of the planner's workbook."""

from __future__ import annotations

from model.explain import bounds
from model.headings import choices, heading, is_flag, is_fraction
from model.sector import Column
from model.text import Language, Text

TITLE = Text("污染源清单填报表", "Inventory workbook")
REQUIRED = Text("必填", "required")
OPTIONAL = Text("选填，不知道就留空", "optional, leave it empty when it is not known")
PICK = Text("请从下拉列表中选择", "choose from the list")

STEPS = (
    Text(
        "每个行业一张工作表；没有的行业可以不填或删去整张表。",
        "One sheet for each sector; leave a sheet you do not need, or delete it.",
    ),
    Text(
        "每行一个源，从第2行起；第1行的列标题不要改动。",
        "One source in each row, from row 2 on; leave the headings in row 1 as they are.",
    ),
    Text("源编号在整个文件中不得重复。", "A source id must be unique in the whole file."),
    Text("区县名称与情景文件中的写法一致。", "Write districts as the scenario file does."),
    Text(
        "按列标题中的单位填数字，不带千位分隔符和单位。",
        "Write plain numbers in the unit of the heading, with neither separators nor units.",
    ),
    Text("标有(0-1)的列填小数：45%写0.45。", "Columns marked (0-1) take fractions: 45 % is 0.45."),
    Text("浓度填实测年均值，不填排放限值。", "A concentration is the measured yearly mean, not the limit."),
    Text("不要合并单元格，不要加合计行。", "Merge no cells and add no totals row."),
    Text(
        "以“示例-”开头的行会被跳过，可以保留或删去。",
        "Rows whose id begins with 示例- are left out; keep them or delete them.",
    ),
    Text(
        "自有的列可以加在最右边，列标题以“自定义_”或user_开头。",
        "Add columns of your own at the right; their headings begin with user_.",
    ),
    Text("填好后在情景文件中写：", "When it is filled in, write in the scenario file:"),
)
SNIPPET = ("[inventory]", 'workbook = "{}"')
FILE_NAME = Text("清单.xlsx", "inventory.xlsx")

LEGEND = {
    "required": Text("必填列", "a required column"),
    "optional": Text("选填列，留空时按目录取默认值", "an optional column; an empty cell takes the catalogue's default"),
    "example": Text("示例行", "an example row"),
}


def say(text: Text, language: Language) -> str:
    """Return words for the sheet itself, where two languages stand on lines of their own."""
    return f"{text.zh}\n{text.en}" if language == "both" else text.say(language)


def comment(column: Column) -> str:
    """Return what hovers over a heading: the column in both languages, whether it is required, bounds, help."""
    need = REQUIRED if column.default is None else OPTIONAL
    lines = [heading(column, "zh"), heading(column, "en"), column.name, need.zh, need.en]
    lines += [_admitted(column)] if _admitted(column) else []
    lines += [line for line in (column.help.zh, column.help.en) if line]
    return "\n".join(lines)


def message(column: Column, language: Language) -> str:
    """Return what appears beside a cell that is being filled in."""
    parts = [REQUIRED if column.default is None else OPTIONAL]
    parts += [PICK] if choices(column) else []
    parts += [column.help] if column.help.zh and not is_flag(column) else []
    words = [say(part, language) for part in parts]
    words += [_admitted(column)] if _admitted(column) and not choices(column) else []
    return "\n".join(words)


def refusal(column: Column) -> str:
    """Return what a spreadsheet says when a cell does not admit a value."""
    if choices(column):
        return f"{PICK.zh}\n{PICK.en}"
    fraction = "\n45% = 0.45" if is_fraction(column) else ""
    return f"应为数字，must be a number: {_admitted(column) or '…'}{fraction}"


def _admitted(column: Column) -> str:
    if column.kind != "number" or choices(column):
        return " | ".join(label.say("both") for label in choices(column).values())
    return " ".join(part for part in (bounds(column), column.unit) if part and part != "1")
