"""The files of an answer, put into a folder all at once or not at all."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path

from model.problems import InputError, Problem
from model.text import Language, Text
from scenarios.answering.result import Result, json_pieces
from scenarios.export.csv_tasks import csv_pieces
from scenarios.export.geojson import tasks_geojson
from scenarios.export.report_html import report_html
from scenarios.export.room import ROOM, Room, with_left_out
from scenarios.export.word_desk import Ask, plan_here
from scenarios.export.xlsx_tasks import Limits, tasks_xlsx

RESULT, TASKS_CSV, TASKS_XLSX, PLAN, REPORT = "result.json", "tasks.csv", "tasks.xlsx", "plan.docx", "report.html"
ANSWER_FILES = (RESULT, TASKS_CSV, TASKS_XLSX, PLAN, REPORT)
TASKS_GEOJSON = "tasks.geojson"
"""Beside these, where a source of a task states its place."""


type Content = bytes | Iterable[str]
"""What a file holds, or the pieces of its text, which are made while it is written."""


def answer_files(
    result: Result, language: Language, room: Room = ROOM, *, document: Ask = plan_here
) -> dict[str, Content]:
    """Return the files of an answer by name; without a plan there are no tasks to list.

    A Word document cannot hold very many tasks: then it is left out, which the others state. So is the map of tasks
    without any place.
    """
    result = with_left_out(result, room)
    is_document = result.is_answered and len(result.tasks) <= room.document
    word = document(result, language) if is_document else None
    files: dict[str, Content] = {RESULT: json_pieces(result)}
    points = tasks_geojson(result, language)
    if result.is_answered:
        files[TASKS_CSV] = csv_pieces(result, language)
        files[TASKS_XLSX] = tasks_xlsx(result, language, Limits(tasks_once=room.workbook))
    report = report_html(result, language, most_tasks=room.report)
    if word is not None:
        files[PLAN] = word()
    if points is not None:
        files[TASKS_GEOJSON] = points.encode()
    files[REPORT] = report.encode()
    return files


def write_answer(result: Result, directory: Path, language: Language, *, document: Ask = plan_here) -> list[Path]:
    """Write the files of an answer and return their paths; a task list of an earlier answer does not stay beside it.

    Raises
    ------
    InputError
        When the folder cannot be written.

    """
    return put_files(
        directory, answer_files(result, language, document=document), replaced=(*ANSWER_FILES, TASKS_GEOJSON)
    )


def check_folder(directory: Path, names: Iterable[str]) -> None:
    """Refuse a folder that cannot hold files of these names, before any work is done.

    Raises
    ------
    InputError
        When the folder, or one above it, is a file, or a folder has the name of a file to be written.

    """
    above = next(path for path in (directory, *directory.absolute().parents) if path.exists())
    advice = Text("请换一个文件夹", "name another folder")
    problems = []
    if not above.is_dir():
        what = Text("这是文件，不是文件夹", "this is a file, not a folder")
        problems.append(Problem(str(above), what, advice=advice))
    else:
        what = Text("有同名文件夹，无法写入文件", "a folder has the name of a file to be written")
        taken = [directory / name for name in names if (directory / name).is_dir()]
        problems += [Problem(str(path), what, advice=advice) for path in taken]
    if problems:
        raise InputError(problems)


def put_files(directory: Path, files: Mapping[str, Content], *, replaced: Iterable[str] = ()) -> list[Path]:
    """Write files into a folder, made when it is not there: complete ones beside it first, then all into place.

    ``replaced`` names files of an earlier run that are removed when they are not written anew. When moving fails half
    way, what stood there before is put back. Raises `InputError` when the folder cannot be written.
    """
    gone = [name for name in replaced if name not in files]
    check_folder(directory, files)
    is_new, above = not directory.exists(), directory.absolute().parent
    try:
        above.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".jianpai-", dir=above, ignore_cleanup_errors=True) as beside:
            new, old = Path(beside) / "new", Path(beside) / "old"
            new.mkdir()
            old.mkdir()
            for name, content in files.items():
                _write(new / name, content)
            directory.mkdir(exist_ok=True)
            _swap(directory, new, old, [*files, *gone])
    except OSError as error:
        if is_new and directory.is_dir():
            directory.rmdir()
        what = Text("无法写入文件夹", "the folder cannot be written")
        advice = Text(
            "请检查权限和磁盘空间，并关闭正在使用这些文件的程序",
            "check permissions and free space, and close the program that uses the files",
        )
        raise InputError([Problem(str(directory), what, found=error.strerror or str(error), advice=advice)]) from error
    return [directory / name for name in files]


def _write(path: Path, content: Content) -> None:
    if isinstance(content, bytes):
        path.write_bytes(content)
        return
    with path.open("w", encoding="utf-8", newline="") as file:
        file.writelines(content)


def _swap(directory: Path, new: Path, old: Path, names: Iterable[str]) -> None:
    """Move ``names`` from the folder to ``old``, and from ``new`` to the folder; undo it when one cannot be moved."""
    moved: list[tuple[Path, Path]] = []
    try:
        for name in names:
            for source, target in ((directory / name, old / name), (new / name, directory / name)):
                if source.exists():
                    source.replace(target)
                    moved.append((source, target))
    except OSError:
        for source, target in reversed(moved):
            shutil.move(target, source)
        raise
