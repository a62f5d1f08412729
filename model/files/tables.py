"""Inventory files as raw tables, by what their names end in."""

from __future__ import annotations

from pathlib import Path

from model.files import bytes_of
from model.files.csv_table import read_csv_table
from model.files.kinds import refusal
from model.files.parquet import read_parquet_table
from model.problems import Problem
from model.rawtable import RawFile


def read_tables(path: Path) -> RawFile:
    """Return the tables of a CSV, Parquet or xlsx file and what is wrong with it; raises nothing."""
    data = bytes_of(path)
    if isinstance(data, Problem):
        return RawFile(problems=(data,))
    refused = refusal(data, str(path), path.suffix.lower())
    if refused is not None:
        return RawFile(problems=(refused,))
    return READERS[path.suffix.lower()](data, str(path))


def _read_workbook(data: bytes, file: str) -> RawFile:
    from model.files.workbook import read_workbook  # noqa: PLC0415 - openpyxl: a fifth of a second that others save

    return read_workbook(data, file)


READERS = {".csv": read_csv_table, ".parquet": read_parquet_table, ".xlsx": _read_workbook}
