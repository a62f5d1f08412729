"""What the plan costs, and whom: capital beside annual cost, by year, district, sector or payer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from model.text import Language, Text
from scenarios.answering.result import CostSummary, Json, Result
from scenarios.figures.rows import Row, largest_first, title_of
from scenarios.figures.style import (
    BLUE,
    ORANGE,
    Figure,
    Trace,
    bar_width,
    bars,
    label,
    layout,
    nothing,
    number,
    row_axis,
    row_name,
    rows_height,
    value_axis,
)
from scenarios.figures.words import FIGURE
from scenarios.wording.shown import MONEY, YEARLY_MONEY, ReportUnit, names_of
from scenarios.wording.words import LABEL

type CostBy = Literal["year", "district", "sector", "payer"]

GAP = 0.05
"""Half the distance of the two panels, as a share of the figure's width."""


def costs(result: Result, by: CostBy, language: Language) -> Figure:
    """Return capital [万元] and annual cost [万元/年] side by side, largest first; years in their order."""
    rows = [] if result.cost is None else _rows(_table(result.cost, by), by, names_of(result))
    if not rows:
        return nothing(FIGURE[f"costs_by_{by}"], language)
    names = [row_name(row.name, language) for row in rows]
    capital, annual = (_heading("capital", MONEY, language), _heading("annual_cost", YEARLY_MONEY, language))
    return {
        "data": [
            _panel(rows, 0, MONEY, colour=BLUE, name=capital, axes={}, language=language),
            _panel(
                rows,
                1,
                YEARLY_MONEY,
                colour=ORANGE,
                name=annual,
                axes={"xaxis": "x2", "yaxis": "y2"},
                language=language,
            ),
        ],
        "layout": layout(
            FIGURE[f"costs_by_{by}"],
            language,
            height=rows_height(names),
            margin={"l": 60, "r": 60, "t": 50, "b": 56},
            xaxis=value_axis(capital, domain=[0, 0.5 - GAP]),
            yaxis=row_axis(names),
            xaxis2=value_axis(annual, domain=[0.5 + GAP, 1], anchor="y2"),
            yaxis2=row_axis([""] * len(rows), anchor="x2", showticklabels=False),
        ),
    }


def _table(cost: CostSummary, by: CostBy) -> Sequence[Json]:
    tables: Mapping[CostBy, Sequence[Json]] = {
        "year": cost.by_year,
        "district": cost.by_district,
        "sector": cost.by_sector,
        "payer": cost.by_payer,
    }
    return tables[by]


def _rows(table: Sequence[Json], by: CostBy, names: Mapping[str, Text]) -> list[Row]:
    rows = [Row(title_of(by, row[by], names), (float(row["capital_cny"]), float(row["annual_cny"]))) for row in table]
    return rows if by == "year" else largest_first(rows)


def _panel(
    rows: Sequence[Row],
    place: int,
    unit: ReportUnit,
    *,
    colour: str,
    name: str,
    axes: Mapping[str, str],
    language: Language,
) -> Trace:
    values = [row.values[place] for row in rows]
    said = [f"{label(row.name, language)}<br>{unit.with_name(row.values[place], language)}" for row in rows]
    printed: dict[str, Any] = {"text": [unit.brief(value) for value in values], "hovertext": said}
    width = number(bar_width([row_name(row.name, language) for row in rows]))
    return bars(range(len(rows)), [unit.of(v) for v in values], colour, width=width, name=name, **printed, **axes)


def _heading(name: str, unit: ReportUnit, language: Language) -> str:
    title = LABEL[name]
    return label(Text(f"{title.zh}（{unit.name.zh}）", f"{title.en} ({unit.name.en})"), language)
