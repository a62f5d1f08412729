"""Monitoring sections and how sources reach them: two tables of the author's own.

``sections.csv`` has a row for each section: id, name, river or lake, and the concentrations of the base year.
``transfer.csv`` says by how much one tonne a year from a source raises a concentration. No such factor comes with the
product, and what follows from them is indicative.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from model.checks import check_table
from model.files.tables import read_tables
from model.numbers import Factors
from model.pollutants import POLLUTANTS
from model.problems import InputError, Problem
from model.sector import Column, FloatArray, Sector
from model.text import Text

INDICATIVE = Text(
    "断面浓度按用户提供的传递系数线性推算，仅供参考。",
    "Concentrations at sections follow linearly from transfer factors that the user supplied; they are indicative.",
)
WATER_BODIES = {"river": Text("河流", "river"), "lake": Text("湖库", "lake")}
NOTHING_MORE = Text("请核对编号", "check the id")


def _pollutant_columns(suffix: str, unit: str, kind: Text) -> tuple[Column, ...]:
    return tuple(
        Column(
            f"{name}_{suffix}",
            Text(f"{one.title.zh}{kind.zh}", f"{one.symbol} {kind.en}"),
            unit,
            default=np.nan,
            minimum=0,
        )
        for name, one in POLLUTANTS.items()
        if one.medium == "water"
    )


SECTION_TABLE = Sector(
    id="sections",
    title=Text("监测断面", "Monitoring sections"),
    columns=(
        Column("section_id", Text("断面编号", "Section id"), kind="text"),
        Column("name", Text("断面名称", "Section"), kind="text"),
        Column("district", Text("区县", "District"), kind="text", default=""),
        Column("water_body_type", Text("水体类型", "Water body"), kind="choice", choices=WATER_BODIES),
        *_pollutant_columns("mg_per_l", "mg/L", Text("浓度", "concentration")),
    ),
    slots=(),
    formula=lambda _state, _factors: {},
)

TRANSFER_TABLE = Sector(
    id="transfer",
    title=Text("传递系数", "Transfer factors"),
    columns=(
        Column("section_id", Text("断面编号", "Section id"), kind="text"),
        Column("source_id", Text("源编号", "Source id"), kind="text"),
        *_pollutant_columns("mg_per_l_per_t", "mg/L per t/yr", Text("传递系数", "transfer factor")),
    ),
    slots=(),
    formula=lambda _state, _factors: {},
)


@dataclass(frozen=True, slots=True)
class Sections:
    """Sections in the author's order, and what reaches them.

    ``level`` [mg/L] of the base year and ``transfer`` [mg/L per t/yr], by pollutant, have the shapes (section,) and
    (section, source); a level that is not stated is NaN.
    """

    ids: tuple[str, ...]
    names: tuple[str, ...]
    water_bodies: tuple[str, ...]
    level: Mapping[str, FloatArray]
    transfer: Mapping[str, FloatArray]

    def place(self, section_id: str) -> int:
        """Return the place of a section; ValueError when there is none of that id."""
        return self.ids.index(section_id)


def read_sections(file: Path, transfer: Path, source_ids: Sequence[str], factors: Factors) -> Sections:
    """Read both tables; raises `InputError` with everything that is wrong in them."""
    sections, problems = _table(file, SECTION_TABLE, factors)
    factor_table, more = _table(transfer, TRANSFER_TABLE, factors)
    problems += more
    if sections is not None:
        problems += _repeated(file, sections["section_id"], "section_id")
    if sections is not None and factor_table is not None:
        pairs = factor_table["section_id"].str.cat(factor_table["source_id"], sep=" / ")
        problems += _repeated(transfer, pairs, "section_id")
        problems += _unknown(transfer, factor_table["section_id"], set(sections["section_id"]), "section_id")
        problems += _unknown(transfer, factor_table["source_id"], set(source_ids), "source_id")
    if problems or sections is None or factor_table is None:
        raise InputError(problems)
    return _sections(sections, factor_table, source_ids)


def _sections(table: pd.DataFrame, transfer: pd.DataFrame, source_ids: Sequence[str]) -> Sections:
    ids = table["section_id"].tolist()
    number = {name: place for place, name in enumerate(source_ids)}
    row = transfer["section_id"].map({name: place for place, name in enumerate(ids)}).to_numpy(dtype=np.int64)
    column = transfer["source_id"].map(number).to_numpy(dtype=np.int64)
    level, factors = {}, {}
    for pollutant in [name for name, one in POLLUTANTS.items() if one.medium == "water"]:
        level[pollutant] = table[f"{pollutant}_mg_per_l"].to_numpy(dtype=np.float64)
        factors[pollutant] = np.zeros((len(ids), len(source_ids)))
        factors[pollutant][row, column] = transfer[f"{pollutant}_mg_per_l_per_t"].fillna(0.0).to_numpy()
    names, bodies = table["name"].tolist(), table["water_body_type"].tolist()
    return Sections(tuple(ids), tuple(names), tuple(bodies), level, factors)


def _table(path: Path, shape: Sector, factors: Factors) -> tuple[pd.DataFrame | None, list[Problem]]:
    read = read_tables(path)
    if read.problems or len(read.tables) != 1:
        one = Problem(str(path), Text("应只有一张表", "not exactly one table"), "1", str(len(read.tables)))
        return None, list(read.problems) or [one]
    checked = check_table(read.tables[0], shape, factors, districts=None)
    return checked.table, list(checked.problems)


def _repeated(path: Path, keys: pd.Series, column: str) -> list[Problem]:
    what = Text("重复的行", "a row that is there twice")
    return [
        Problem(str(path), what, "each once", str(key), NOTHING_MORE, column=column)
        for key in keys[keys.duplicated()].unique()
    ]


def _unknown(path: Path, names: pd.Series, known: set[str], column: str) -> list[Problem]:
    what = Text("没有这个编号", "an id that there is not")
    return [
        Problem(str(path), what, f"a known {column}", str(name), NOTHING_MORE, column=column)
        for name in names[~names.isin(known)].unique()
    ]
