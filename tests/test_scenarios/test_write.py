"""The files of an answer are put into a folder all at once or not at all."""

import json
import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from model.problems import InputError
from scenarios.answering.result import to_json
from scenarios.export.csv_tasks import tasks_csv
from scenarios.export.docx_plan import plan_docx
from scenarios.export.report_html import report_html
from scenarios.export.room import MOST_TASKS, Room
from scenarios.export.write import ANSWER_FILES, Content, answer_files, check_folder, put_files, write_answer
from scenarios.export.xlsx_tasks import tasks_xlsx
from tests.test_scenarios.hand_made import hand_made, infeasible, task


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_an_answer_is_five_files(tmp_path: Path) -> None:
    out = tmp_path / "new" / "out"
    assert write_answer(hand_made(), out, "zh") == [out / name for name in ANSWER_FILES]
    assert (out / "result.json").read_text(encoding="utf-8") == to_json(hand_made())
    assert (out / "tasks.csv").read_bytes() == tasks_csv(hand_made(), "zh").encode()
    assert (out / "tasks.xlsx").read_bytes() == tasks_xlsx(hand_made(), "zh")
    assert (out / "plan.docx").read_bytes() == plan_docx(hand_made(), "zh")
    assert (out / "report.html").read_bytes() == report_html(hand_made(), "zh").encode()


def test_nothing_else_is_left_behind(tmp_path: Path) -> None:
    write_answer(hand_made(), tmp_path / "out", "zh")
    assert names(tmp_path) == {"out"}


def test_without_a_plan_only_the_status_is_written(tmp_path: Path) -> None:
    assert write_answer(infeasible(), tmp_path, "zh") == [tmp_path / "result.json", tmp_path / "report.html"]
    assert json.loads((tmp_path / "result.json").read_text(encoding="utf-8"))["status"] == "INFEASIBLE"


def test_a_task_list_of_an_earlier_answer_does_not_stay_beside_another(tmp_path: Path) -> None:
    write_answer(hand_made(), tmp_path, "zh")
    write_answer(infeasible(), tmp_path, "zh")
    assert names(tmp_path) == {"result.json", "report.html"}


def test_more_tasks_than_a_document_holds_leave_it_out(tmp_path: Path) -> None:
    many = replace(hand_made(), tasks=[task(number) for number in range(1, MOST_TASKS + 2)])
    assert tmp_path / "plan.docx" not in write_answer(many, tmp_path, "zh")


def test_other_files_of_the_folder_stay(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("x", encoding="utf-8")
    write_answer(hand_made(), tmp_path, "zh")
    assert names(tmp_path) == {"mine.txt", *ANSWER_FILES}


def test_a_folder_that_is_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("x", encoding="utf-8")
    with pytest.raises(InputError, match="a file, not a folder"):
        check_folder(tmp_path / "out" / "below", ANSWER_FILES)


def test_every_folder_in_the_way_of_a_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "tasks.csv").mkdir()
    (tmp_path / "tasks.xlsx").mkdir()
    with pytest.raises(InputError) as raised:
        write_answer(hand_made(), tmp_path, "zh")
    assert [problem.file for problem in raised.value.problems] == [
        str(tmp_path / "tasks.csv"),
        str(tmp_path / "tasks.xlsx"),
    ]
    assert names(tmp_path) == {"tasks.csv", "tasks.xlsx"}


def test_a_file_that_cannot_be_moved_leaves_everything_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Moving the third file in fails: the two that were moved go back, and the old ones stand again."""
    put_files(tmp_path / "out", {"a": b"old a", "b": b"old b"})
    move = Path.replace

    def fail_on_c(self: Path, target: Path) -> Path:
        if Path(target) == tmp_path / "out" / "c":
            raise PermissionError(13, "in use")
        return move(self, target)

    monkeypatch.setattr(Path, "replace", fail_on_c)
    with pytest.raises(InputError, match="in use"):
        put_files(tmp_path / "out", {"a": b"new", "b": b"new", "c": b"new"})
    assert {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()} == {"a": b"old a", "b": b"old b"}
    assert names(tmp_path) == {"out"}


def test_a_folder_made_for_files_that_cannot_be_written_goes_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(self: Path, target: Path) -> Path:
        raise PermissionError(13, "in use", str(self), None, str(target))

    monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises(InputError):
        put_files(tmp_path / "out", {"a": b"new"})
    assert names(tmp_path) == set()


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="everything is allowed to the superuser")
def test_a_folder_without_permission_is_refused(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(InputError, match="cannot be written"):
        write_answer(hand_made(), tmp_path / "out", "zh")


def provenance_in(files: Mapping[str, Content]) -> dict[str, Any]:
    """Provenance as ``result.json`` states it."""
    text = files["result.json"]
    assert not isinstance(text, bytes)
    found: dict[str, Any] = json.loads("".join(text))["provenance"]
    return found


def test_what_is_left_out_of_a_file_stands_in_the_others() -> None:
    """Three tasks where the document holds two, the report lists two and the workbook none but two."""
    files = answer_files(hand_made(), "en", Room(document=2, report=2, workbook=2))
    said = provenance_in(files)["left_out"]
    assert [part["file"] for part in said] == ["plan.docx", "report.html", "tasks.xlsx"]
    assert "More than 2 tasks: no Word file is written" in said[0]["en"]
    assert "任务超过2项" in said[0]["zh"]
    assert "plan.docx" not in files
    page = files["report.html"]
    assert isinstance(page, bytes)
    assert "plan.docx: More than 2 tasks: no Word file is written" in page.decode()
    assert "tasks.xlsx: Too many tasks for a workbook" in page.decode()


def test_where_nothing_is_left_out_nothing_is_said() -> None:
    files = answer_files(hand_made(), "en", Room(document=3, report=3, workbook=3))
    assert "left_out" not in provenance_in(files)
    assert "plan.docx" in files
