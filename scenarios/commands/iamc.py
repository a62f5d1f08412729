"""Answers as a file in the long format of the IAMC."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from model.problems import InputError, Problem
from model.text import Text
from scenarios.answering.result import Result
from scenarios.commands.screen import Screen
from scenarios.export.iamc import MOST_ROWS, iamc_csv, iamc_xlsx
from scenarios.export.write import Content, put_files

SUFFIXES = (".csv", ".xlsx")
OPTION = "--iamc"


def check_iamc(file: Path) -> None:
    """Refuse a name that says neither CSV nor workbook, before any work is done. Raises `InputError`."""
    if file.suffix.lower() not in SUFFIXES:
        what = Text("文件名须以 .csv 或 .xlsx 结尾", "a name that ends in neither .csv nor .xlsx")
        raise InputError([Problem(OPTION, what, "FILE.csv or FILE.xlsx", str(file))])


def write_iamc(screen: Screen, file: Path, answers: Iterable[tuple[str, Result]]) -> None:
    """Write answers, each by its name, to a file of the format its ending says, and tell where it is.

    Raises
    ------
    InputError
        When the file cannot be written, or a sheet cannot hold so many lines.

    """
    check_iamc(file)
    if file.suffix.lower() == ".csv":
        made: Content | None = iamc_csv(answers)
    else:
        made = iamc_xlsx(answers)
    if made is None:
        what = Text("行数超过一张工作表", "more lines than a sheet holds")
        advice = Text("请改用 .csv", "write .csv instead")
        raise InputError([Problem(str(file), what, f"<= {MOST_ROWS:,}", advice=advice)])
    for path in put_files(file.parent, {file.name: made}):
        screen.tell("written", file=path)
