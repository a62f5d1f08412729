"""Cells of one column turned into numbers, texts or choices; what cannot be turned is marked, never guessed."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from model.headings import choices
from model.sector import Column
from model.suggest import plain

PLAIN_NUMBER = r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?"
ERROR_VALUES = ("#N/A", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!", "#CALC!")
LOST_DIGITS = 1e15
_CONTROL = r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]"

type Cells = pd.Series[Any]
type BoolArray = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Parsed:
    """Values of a column, (row,): numbers float64 with NaN, texts with "", where the cell is empty or ``bad`` (row,).

    ``bad`` cells hold something that is not such a value. ``was_text`` counts numbers a workbook holds as text.
    """

    values: Cells
    bad: BoolArray
    was_text: int = 0


def parse(cells: Cells, column: Column) -> Parsed:
    """Return the values of one column."""
    if choices(column):
        return parse_choices(cells, column)
    return parse_numbers(cells) if column.kind == "number" else parse_texts(cells)


def parse_numbers(cells: Cells) -> Parsed:
    """Return finite numbers; text counts when it is a plain number such as ``12.5`` or ``1.2e-3``."""
    if pd.api.types.is_numeric_dtype(cells) and not pd.api.types.is_bool_dtype(cells):
        values = cells.to_numpy(dtype=np.float64, na_value=np.nan)
        return _finite(values, np.isinf(values), 0)
    if not pd.api.types.is_object_dtype(cells):
        return _text_numbers(cells)
    kinds = cells.map(type)
    is_number = kinds.isin((int, float, Decimal, np.float64, np.int64)).to_numpy()
    numbers = cells.where(is_number).to_numpy(dtype=np.float64)
    is_text = kinds.isin((str,)).to_numpy()
    texts = _text_numbers(cells.where(is_text, "").astype("str"))
    other = ~is_number & ~is_text & cells.notna().to_numpy()
    values = np.where(is_text, texts.values.to_numpy(), numbers)
    return _finite(values, texts.bad | other | np.isinf(values), int(np.isfinite(texts.values).sum()))


def _text_numbers(cells: Cells) -> Parsed:
    texts = _as_text(cells).str.strip()
    filled = (texts != "").to_numpy(dtype=bool)
    values = np.full(len(texts), np.nan)
    if not filled.any():
        return Parsed(pd.Series(values), filled)
    good = texts.str.fullmatch(PLAIN_NUMBER).to_numpy(dtype=bool)
    values[good] = texts[good].to_numpy(dtype=object).astype(np.float64)
    return _finite(values, (filled & ~good) | np.isinf(values), 0)


def _finite(values: NDArray[np.float64], bad: BoolArray, was_text: int) -> Parsed:
    return Parsed(pd.Series(np.where(bad, np.nan, values)), bad, was_text)


def parse_texts(cells: Cells) -> Parsed:
    """Return text without white space around it; a whole number in a text column becomes its digits.

    Bad are error values, dates, truth values, control characters, and numbers so long that digits were lost.
    """
    if not isinstance(cells.dtype, pd.StringDtype):
        cells = cells.astype(object).map(_text_of)
        bad = cells.isna().to_numpy(dtype=bool)
    else:
        bad = np.zeros(len(cells), dtype=bool)
    texts = _as_text(cells).str.strip()
    bad = bad | (texts.isin(ERROR_VALUES) | texts.str.contains(_CONTROL)).to_numpy(dtype=bool)
    return Parsed(texts.mask(bad, ""), bad)


def parse_choices(cells: Cells, column: Column) -> Parsed:
    """Return ids of choices, for a number column the number; a cell may hold the id or a label in either language."""
    known = {
        plain(name): value
        for value, label in choices(column).items()
        for name in (label.say("both"), label.en, label.zh, value)
    }
    if pd.api.types.is_object_dtype(cells):
        return _chosen(parse_texts(cells), known, column)
    codes, written = pd.factorize(cells, use_na_sentinel=False)
    once = _chosen(parse_texts(pd.Series(written)), known, column)
    return Parsed(once.values.take(codes).reset_index(drop=True), once.bad[codes])


def _chosen(texts: Parsed, known: Mapping[str, str], column: Column) -> Parsed:
    """Return the choices that texts name, from what each name means."""
    codes, written = pd.factorize(texts.values)
    meant = pd.array([known.get(_plain_choice(text), "") for text in written], dtype="str")
    values = pd.Series(meant.take(codes), index=texts.values.index)
    bad = texts.bad | ((texts.values != "") & (values == "")).to_numpy(dtype=bool)
    if column.kind == "number":
        return Parsed(pd.to_numeric(values.where(values != "")).astype(np.float64), bad)
    return Parsed(values, bad)


def _plain_choice(text: str) -> str:
    """Read 1.0 as 1, which is how some programs write a whole number."""
    return plain(text).removesuffix(".0")


def _as_text(cells: Cells) -> Cells:
    return cells.astype("str").fillna("").reset_index(drop=True)


def _text_of(cell: object) -> str | None:
    """Return the text of one cell, "" when it is empty, None when it is no text."""
    if isinstance(cell, str):
        return cell
    if is_empty(cell):
        return ""
    if isinstance(cell, float) and abs(cell) < LOST_DIGITS:
        return str(int(cell)) if cell.is_integer() else str(cell)
    is_whole = isinstance(cell, int | np.integer) and not isinstance(cell, bool)
    return str(cell) if is_whole else None


def is_empty(cell: object) -> bool:
    """Tell whether a cell holds nothing: None, NaN, or one of pandas' own marks."""
    return cell is None or cell is pd.NaT or cell is pd.NA or (isinstance(cell, float) and math.isnan(cell))
