"""How sure a plan is, as figures: chances of the requirements, and what matters most for the cost."""

from __future__ import annotations

from model.text import Language, Text
from scenarios.figures.style import (
    BLUE,
    ORANGE,
    VERMILION,
    Figure,
    bar_width,
    bars,
    layout,
    nothing,
    row_axis,
    row_name,
    rows_height,
    value_axis,
)
from scenarios.risk.risk import Range, Risk
from scenarios.risk.tables import together_of
from scenarios.wording.shown import percent

CHANCES = Text("各项要求的达成概率", "Probability of each requirement")
PROBABILITY = Text("概率（%）", "Probability (%)")
SHARE = Text("方差份额（%）", "Share of the variance (%)")
HALF = 0.5


def chance_figure(risk: Risk, language: Language) -> Figure:
    """Return a bar for each requirement with a value: blue from one half up, red below; all together last."""
    known = [(Text(row.row, row.row), row.chance.probability) for row in risk.rows if row.chance is not None]
    known += [(Text(rule.requirement, rule.requirement), rule.chance.probability) for rule in risk.rules]
    known.append((together_of(risk), risk.together.probability))
    colours = [BLUE if chance >= HALF else VERMILION for _, chance in known]
    return _rows(CHANCES, PROBABILITY, [(name, chance, percent(chance)) for name, chance in known], colours, language)


def driver_figure(one: Range, title: Text, language: Language) -> Figure:
    """Return the shares of the variance of one outcome: blue where it rises with the number, orange where it falls."""
    about = Text(f"{title.zh}：影响最大的数值", f"{title.en}: what matters most")
    if not one.drivers:
        return nothing(about, language)
    rows = [(share.uncertain.title, share.share, percent(share.share)) for share in one.drivers]
    colours = [BLUE if share.rises else ORANGE for share in one.drivers]
    return _rows(about, SHARE, rows, colours, language)


def _rows(
    title: Text, axis: Text, rows: list[tuple[Text, float, str]], colours: list[str], language: Language
) -> Figure:
    names = [row_name(name, language) for name, _, _ in rows]
    trace = bars(
        list(range(len(rows))),
        [100.0 * value for _, value, _ in rows],
        colours,
        text=[said for _, _, said in rows],
        hovertext=[said for _, _, said in rows],
        width=bar_width(names),
    )
    return {
        "data": [trace],
        "layout": layout(
            title,
            language,
            height=rows_height(names),
            xaxis=value_axis(axis.say(language), range=[0, 112]),
            yaxis=row_axis(names),
        ),
    }
