"""A file is refused for what it is, whatever its name says."""

import io
import zipfile
from pathlib import Path

import pytest

from model.files.tables import read_tables
from model.problems import Problem
from tests.toy_sector import save_book


def only_problem(path: Path) -> Problem:
    file = read_tables(path)
    assert file.tables == ()
    (problem,) = file.problems
    assert problem.file == str(path)
    assert problem.advice.zh
    return problem


def contents() -> dict[str, bytes]:
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(100)
    return {
        "empty": b"",
        "pdf": b"%PDF-1.7 ...",
        "html": b"\xef\xbb\xbf\n<html><table><tr><td>1</td></tr></table></html>",
        "xml": b'<?xml version="1.0"?><Workbook/>',
        "xls": ole,
        "encrypted": ole + "EncryptedPackage".encode("utf-16-le"),
        "utf-16": "a\tb\n".encode("utf-16"),
        "binary": b"a\0b",
        "zip": zipped("data.csv"),
        "document": zipped("word/document.xml"),
        "ods": zipped("mimetype", "content.xml"),
        "xlsb": zipped("xl/workbook.bin"),
        "macros": zipped("xl/workbook.xml", "xl/vbaProject.bin"),
        "broken zip": zipped("a")[:20],
        "text": b"a,b\n1,2\n",
    }


def zipped(*names: str) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name in names:
            archive.writestr(name, "content")
    return stream.getvalue()


FOUND = {
    "empty": "an empty file",
    "pdf": "a PDF file",
    "html": "a web page (HTML)",
    "xml": "an XML file",
    "xls": "an old Office file (such as xls)",
    "encrypted": "a workbook protected by a password",
    "utf-16": "UTF-16 text",
    "binary": "binary data",
    "zip": "a zip archive",
    "document": "a Word or PowerPoint file",
    "ods": "an OpenDocument file",
    "xlsb": "a binary workbook (xlsb)",
    "macros": "a workbook with macros",
    "broken zip": "a damaged zip or xlsx file",
    "text": "text",
}


@pytest.mark.parametrize("kind", list(FOUND))
def test_a_file_that_is_not_an_xlsx_is_called_what_it_is(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(contents()[kind])
    problem = only_problem(path)
    assert problem.found.endswith(FOUND[kind])
    assert problem.expected.endswith("an Excel workbook (xlsx)")


def test_the_password_is_named_in_the_advice(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(contents()["encrypted"])
    assert "password" in only_problem(path).advice.en


def test_a_csv_that_is_a_workbook_is_refused(tmp_path: Path) -> None:
    path = save_book(tmp_path / "a.xlsx", {"x": [["a"]]}).rename(tmp_path / "a.csv")
    problem = only_problem(path)
    assert problem.what.en == "the file is not what its name says"
    assert problem.advice.en == "if it is a workbook, name it .xlsx"


def test_an_unknown_extension_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.xls"
    path.write_bytes(contents()["xls"])
    problem = only_problem(path)
    assert problem.expected == ".csv, .xlsx, .parquet"
    assert problem.found.startswith(".xls ")


def test_a_missing_file_and_a_folder_are_problems(tmp_path: Path) -> None:
    assert only_problem(tmp_path / "none.csv").what.en == "there is no such file"
    assert only_problem(tmp_path).what.en == "this is a folder, not a file"
