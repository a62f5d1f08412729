"""Two small sectors and the files to fill them, for tests of reading and checking."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd

from model.numbers import Factors, Number
from model.sector import Column, Flows, Sector, State
from model.sectors.helpers import common_columns
from model.text import Text

FACTORS = Factors({"coal_t_per_t_steam": Number.exact(0.16, "t/t")})
FUELS = {"coal": Text("燃煤", "Coal"), "gas": Text("燃气", "Natural gas")}


def _coal(table: pd.DataFrame, factors: Factors) -> pd.Series:
    return table["capacity_t_per_h"] * table["hours_per_year"] * factors["coal_t_per_t_steam"]


def _per_hour(table: pd.DataFrame, _: Factors) -> pd.Series:
    return table["coal_t_per_year"] / table["hours_per_year"]


def _type(table: pd.DataFrame, _: Factors) -> pd.Series:
    return table["fuel"].map({"coal": "chain_grate", "gas": "burner"})


def _flows(state: State, _: Factors) -> Flows:
    return {"coal_t_per_year": state["coal_t_per_year"]}


def _cross_checks(table: pd.DataFrame) -> list[tuple[int, str, Text]]:
    what = Text("燃气锅炉不烧煤", "a gas boiler burns no coal")
    wrong = (table["fuel"] == "gas") & (table["has_filter"] == 1)
    return [(int(row), "has_filter", what) for row in np.flatnonzero(wrong)]


BOILERS = Sector(
    id="boilers",
    title=Text("锅炉", "Boilers"),
    columns=(
        *common_columns(),
        Column("fuel", Text("燃料", "Fuel"), kind="choice", choices=FUELS, example="coal"),
        Column("boiler_type", Text("炉型", "Type"), kind="text", default=_type),
        Column("capacity_t_per_h", Text("额定蒸发量", "Capacity"), "t/h", above=0, example=35),
        Column("flow_m3_per_day", Text("水量", "Flow"), "m3/d", minimum=0, example=100),
        Column("nox_removal_fraction", Text("脱硝效率", "NOx removal"), default=0.0, minimum=0, maximum=1),
        Column("sulphur_fraction", Text("硫分", "Sulphur"), default=0.008, minimum=0, maximum=0.1),
        Column("has_filter", Text("有滤池", "Has a filter"), default=0.0, minimum=0, maximum=1),
        Column("hours_per_year", Text("年小时数", "Hours"), "h/yr", default=8000.0, minimum=0, maximum=8784),
        Column("line_count", Text("线数", "Lines"), "1", default=1.0),
        Column("coal_t_per_year", Text("燃煤量", "Coal"), "t/yr", default=_coal, minimum=0, activity=True),
        Column("coal_t_per_h", Text("小时燃煤量", "Coal an hour"), "t/h", default=_per_hour, minimum=0, derived=True),
    ),
    slots=("fuel",),
    formula=_flows,
    cross_checks=_cross_checks,
)
PLANTS = Sector(
    id="plants",
    title=Text("污水处理厂", "Treatment plants"),
    columns=(*common_columns(), Column("flow_m3_per_day", Text("水量", "Flow"), "m3/d", minimum=0, maximum=1e7)),
    slots=(),
    formula=_flows,
)
SECTORS: Mapping[str, Sector] = {"boilers": BOILERS, "plants": PLANTS}

HEADINGS = ("源编号", "源名称", "区县", "燃料", "额定蒸发量(t/h)", "水量(m3/d)")
ROW: tuple[object, ...] = ("A1", "一号炉", "吴兴", "燃煤", 35, 100)

type Rows = Sequence[Sequence[object]]


def row(**changes: object) -> tuple[object, ...]:
    """A good row of boilers with some cells changed: id, name, district, fuel, capacity, flow."""
    names = ("id", "name", "district", "fuel", "capacity", "flow")
    return tuple(changes.get(name, value) for name, value in zip(names, ROW, strict=True))


def save_csv(path: Path, rows: Rows, encoding: str = "utf-8") -> Path:
    """Write rows, the headings first; cells must hold no comma."""
    lines = [",".join("" if cell is None else str(cell) for cell in cells) for cells in rows]
    path.write_bytes(("\n".join(lines) + "\n").encode(encoding))
    return path


def save_book(
    path: Path, sheets: Mapping[str, Rows], change: Callable[[openpyxl.Workbook], object] | None = None
) -> Path:
    """Write a workbook, each sheet's headings first; ``change`` may do more to it before it is saved."""
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for cells in rows:
            sheet.append(list(cells))
    if change is not None:
        change(book)
    book.save(path)
    return path


def rewrite_part(path: Path, part: str, change: Callable[[bytes], bytes]) -> Path:
    """Change the bytes of one part of a workbook."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts[part] = change(parts.get(part, b""))
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path
