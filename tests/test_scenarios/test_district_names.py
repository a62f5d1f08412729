"""Districts under their English names wherever an English reader meets them."""

import io
import json
from collections.abc import Callable

import pytest
from docx import Document
from openpyxl import load_workbook
from rich.console import Console

from optimizer import Settings
from scenarios.answering import run
from scenarios.answering.result import Result, to_json
from scenarios.answering.saved import read_result
from scenarios.commands.summary import print_summary
from scenarios.export.csv_tasks import tasks_csv
from scenarios.export.docx_plan import plan_docx
from scenarios.export.report_html import report_html
from scenarios.export.xlsx_tasks import tasks_xlsx
from scenarios.figures import report_figures
from tests.test_scenarios.conftest import BundleMaker
from tests.test_scenarios.hand_made import hand_made, requirement

EAST = {"id": "东区", "zh": "东区", "en": "East"}
WEST = {"id": "西区", "zh": "西区", "en": "West"}


@pytest.fixture
def named() -> Result:
    return hand_made(districts=[EAST, WEST], requirements=[requirement(scope={"district": ["东区"]})])


def printed(result: Result) -> str:
    stream = io.StringIO()
    print_summary(result, Console(file=stream, width=200), "en")
    return stream.getvalue()


def in_docx(result: Result) -> str:
    document = Document(io.BytesIO(plan_docx(result, "en")))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*cells, *(paragraph.text for paragraph in document.paragraphs)])


def in_xlsx(result: Result) -> str:
    book = load_workbook(io.BytesIO(tasks_xlsx(result, "en")))
    cells = [str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row if cell]
    return "\n".join([*cells, *book.sheetnames])


def in_figures(result: Result) -> str:
    return json.dumps(report_figures(result, "en"), ensure_ascii=False)


def in_csv(result: Result) -> str:
    return tasks_csv(result, "en")


def in_html(result: Result) -> str:
    return report_html(result, "en")


@pytest.mark.parametrize("shown", [printed, in_docx, in_xlsx, in_figures, in_csv, in_html])
def test_an_english_reader_meets_english_district_names(named: Result, shown: Callable[[Result], str]) -> None:
    """Source and unit names hold 东区 too (东区人民政府), so only 西区 alone would show a district left in Chinese."""
    text = shown(named)
    assert "East" in text
    assert '"西区"' not in text
    assert "\n西区\n" not in text


def test_a_result_carries_the_names_of_its_districts_and_own_columns(stacks: BundleMaker) -> None:
    districts = [{"id": "East", "zh": "东区", "en": "Eastern district"}, "West"]
    columns = {"user_zone": {"zh": "建成区内", "en": "built-up area"}}
    bundle = stacks(districts=districts, columns=columns)
    result = run.plan(bundle, settings=Settings())
    assert result.districts == [
        {"id": "East", "zh": "东区", "en": "Eastern district"},
        {"id": "West", "zh": "West", "en": "West"},
    ]
    assert result.columns == [{"id": "user_zone", "zh": "建成区内", "en": "built-up area"}]
    assert read_result(to_json(result)).districts == result.districts


def test_costs_and_emissions_stand_in_the_order_of_the_scenarios_districts(stacks: BundleMaker) -> None:
    """By name East comes first; the scenario lists West first. Years stay together."""
    found = run.plan(stacks(districts=["West", "East"]), settings=Settings())
    assert found.cost is not None
    assert [row["district"] for row in found.cost.by_district] == ["West", "East"]
    places = [(row["year"], row["district"]) for row in found.emissions]
    assert list(dict.fromkeys(places)) == [(2025, "West"), (2025, "East")]
