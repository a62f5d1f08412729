"""What a sheet's XML says beside its values, which openpyxl's quick reader leaves out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO
from xml.etree import ElementTree as ET

from openpyxl.utils import coordinate_to_tuple

CHUNK_BYTES = 1 << 20
LONGEST_TAG_BYTES = 1 << 24

_MERGE = re.compile(rb'<(?:\w+:)?mergeCell\s[^>]*?\bref="([A-Z]{1,3}[0-9]{1,7}:[A-Z]{1,3}[0-9]{1,7})"')
_HIDDEN_ROW = re.compile(rb'<(?:\w+:)?row\s(?=[^>]*\bhidden="(?:1|true)")[^>]*?\br="([0-9]{1,7})"')
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s/>]")


@dataclass(frozen=True, slots=True)
class Merge:
    """A merged range such as ``B1:C2``, and its first cell counted from 1."""

    range: str
    first_row: int
    first_column: int


@dataclass(frozen=True, slots=True)
class Marks:
    """Merged ranges, numbers of hidden rows, and (row, column) of formulas without a saved value, counted from 1."""

    merged: tuple[Merge, ...] = ()
    hidden_rows: tuple[int, ...] = ()
    not_calculated: tuple[tuple[int, int], ...] = ()


def sheet_marks(part: IO[bytes]) -> Marks:
    """Scan the XML of one sheet. Only a sheet that holds formulas is parsed as a tree, row by row."""
    merged: list[Merge] = []
    hidden: list[int] = []
    has_formulas = False
    for text in _whole_tags(part):
        merged += [_merge(found.decode()) for found in _MERGE.findall(text)]
        hidden += [int(found) for found in _HIDDEN_ROW.findall(text)]
        has_formulas = has_formulas or _FORMULA.search(text) is not None
    if not has_formulas:
        return Marks(tuple(merged), tuple(hidden))
    part.seek(0)
    return Marks(tuple(merged), tuple(hidden), tuple(_not_calculated(part)))


def _whole_tags(part: IO[bytes]) -> Iterator[bytes]:
    """Yield the bytes in pieces that end where a tag ends."""
    rest = b""
    while chunk := part.read(CHUNK_BYTES):
        if len(rest) > LONGEST_TAG_BYTES:
            raise ValueError("a tag without an end")
        whole, end, rest = (rest + chunk).rpartition(b">")
        yield whole + end
    yield rest


def _merge(cells: str) -> Merge:
    row, column = coordinate_to_tuple(cells.partition(":")[0])
    return Merge(cells, row, column)


def _not_calculated(part: IO[bytes]) -> Iterator[tuple[int, int]]:
    """Yield cells with a formula and no value; a text result may be empty."""
    for _, element in ET.iterparse(part):  # noqa: S314 definitions of entities are refused before
        tag = element.tag.rpartition("}")[2]
        if tag == "c" and element.find("{*}f") is not None:
            value = element.find("{*}v")
            is_empty_text = value is not None and element.get("t") == "str"
            if not is_empty_text and not element.findtext("{*}v"):
                yield coordinate_to_tuple(element.get("r", "A1"))
        elif tag == "row":
            element.clear()
