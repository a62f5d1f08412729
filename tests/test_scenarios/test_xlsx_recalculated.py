"""LibreOffice opens the workbook and computes its totals itself."""

import csv
import io
import re
import shutil
import subprocess
import zipfile
from pathlib import Path

import openpyxl
import pytest

from scenarios.export.xlsx_tasks import tasks_xlsx
from tests.test_scenarios.hand_made import hand_made


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("localc") is None, reason="LibreOffice Calc is not on this machine")
def test_libreoffice_computes_the_same_totals(tmp_path: Path) -> None:
    """The stored totals are taken out first, so that what comes back was computed from the formulas."""
    (tmp_path / "tasks.xlsx").write_bytes(_without_stored_totals(tasks_xlsx(hand_made(), "zh")))
    command = ["soffice", "--headless", f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}", "--convert-to"]
    every_sheet = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,false,false,false,false,-1"
    subprocess.run(
        [*command, every_sheet, "--outdir", str(tmp_path), str(tmp_path / "tasks.xlsx")],
        check=True,
        capture_output=True,
        timeout=120,
    )
    with (tmp_path / "tasks-任务清单.csv").open(encoding="utf-8", newline="") as file:
        (total,) = [row for row in csv.reader(file) if row[0] == "合计"]
    stored = _stored_totals(tasks_xlsx(hand_made(), "zh"))
    assert {place: float(total[place - 1]) for place in stored} == pytest.approx(stored, rel=1e-12)


def _stored_totals(book: bytes) -> dict[int, float]:
    """The totals as they stand in the file, by column."""
    page = openpyxl.load_workbook(io.BytesIO(book), data_only=True)["任务清单"]
    (row,) = [row for row in page.iter_rows(values_only=True) if row[0] == "合计"]
    return {place: value for place, value in enumerate(row, start=1) if isinstance(value, int | float)}


def _without_stored_totals(book: bytes) -> bytes:
    """Take the stored value of every formula out."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            content = old.read(name).decode()
            new.writestr(name, re.sub("</f><v>[^<]*</v>", "</f>", content))
    return out.getvalue()
