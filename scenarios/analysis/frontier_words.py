"""What a frontier is called: a curve of least cost, or of the most weighted reduction where that is planned for."""

from __future__ import annotations

from dataclasses import dataclass

from model.text import Text


@dataclass(frozen=True, slots=True)
class CurveWords:
    """``title`` of the curve, its ``value``, the proven ``bound`` and a ``note`` under a figure.

    ``way`` is what the value does as the requirement tightens: rises, or falls.
    """

    title: Text
    value: Text
    bound: Text
    note: Text
    way: Text


LEAST_COST = CurveWords(
    title=Text("费用曲线", "Least-cost curve"),
    value=Text("最小费用", "Least cost"),
    bound=Text("已证明的下界", "Proven bound"),
    note=Text(
        "每点都是一个完整的最优方案；灰线以下已证明没有方案。",
        "Every point is a whole plan; it is proven that there is none below the grey line.",
    ),
    way=Text("升", "rises"),
)

MOST_REDUCTION = CurveWords(
    title=Text("减排量曲线", "Curve of the most reduction"),
    value=Text("最大加权减排量", "Most weighted reduction"),
    bound=Text("已证明的上界", "Proven bound"),
    note=Text(
        "每点都是一个完整的最优方案；灰线以上已证明没有方案。",
        "Every point is a whole plan; it is proven that there is none above the grey line.",
    ),
    way=Text("降", "falls"),
)


def curve_words(objective_unit: str) -> CurveWords:
    """Return what a curve whose values have this unit is called."""
    return MOST_REDUCTION if objective_unit == "weighted t/yr" else LEAST_COST
