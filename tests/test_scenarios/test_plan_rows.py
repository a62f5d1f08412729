"""The page of all plan rows is what the bundled scenarios say, and leaves no row out."""

import csv
import re
from collections import Counter
from pathlib import Path

import pytest

from tests.plan_rows import (
    CODE,
    LIBRARY,
    PAGE,
    REQUIREMENTS,
    ROOT,
    ROW_ID,
    all_rows,
    page,
    plan_rows,
    references,
    table_rows,
)

PLANS = ROOT.parent / "shared" / "domain" / "PLANS.csv"
FOLDERS = sorted(path.parent for path in LIBRARY.glob("*/README.md"))
PLACES = {
    "huzhou-2023": "Huzhou",
    "xiaogan-2022": "Xiaogan",
    "lingwu-2020": "Lingwu",
    "zhejiang-2019": "Zhejiang, 2019",
    "guizhou-2020": "Guizhou",
}


def test_the_page_is_what_the_scenarios_say() -> None:
    """`make docs` writes it anew."""
    assert PAGE.read_text(encoding="utf-8") == page(all_rows())


def test_no_row_is_listed_twice() -> None:
    times = Counter(row.row_id for row in all_rows())
    assert [row_id for row_id, count in times.items() if count > 1] == []


@pytest.mark.skipif(not PLANS.exists(), reason="the plans are not beside this tree")
def test_every_row_of_every_plan_is_listed_with_its_own_scenario() -> None:
    with PLANS.open(encoding="utf-8", newline="") as file:
        asked = {row["id"]: row["jurisdiction"] for row in csv.DictReader(file)}
    found = {row.row_id: row.scenario for row in all_rows()}
    assert len(asked) == 216
    assert sorted(set(asked) ^ set(found)) == []
    assert [row for row, name in found.items() if PLACES[name] not in asked[row]] == []


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_readme_and_references_name_the_same_rows(folder: Path) -> None:
    """A requirement that the page of a scenario names is in its file and cites that row, and the other way round."""
    cited = {(row, item["id"]) for row, items in references(folder).items() for item, _ in items}
    written = {
        (row, name)
        for heading, cells in table_rows((folder / "README.md").read_text(encoding="utf-8"))
        if heading == REQUIREMENTS
        for row in ROW_ID.findall(cells[0])
        for name in CODE.findall(cells[2])
    }
    assert sorted(cited ^ written) == []


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_every_row_says_what_is_asked_and_where(folder: Path) -> None:
    rows = plan_rows(folder)
    assert rows
    assert [row.row_id for row in rows if not (row.clause and row.asked and row.place)] == []


def test_rows_of_a_table_are_read_with_its_headings() -> None:
    text = "| a | b |\n|---|---|\n| 1 | 2 |\n\ntext\n| c |\n|---|\n| 3 |\n"
    assert list(table_rows(text)) == [(("a", "b"), ["1", "2"]), (("c",), ["3"])]


def test_the_page_has_one_line_for_each_row() -> None:
    lines = re.findall(r"^\| (S\d{3}) \|", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE)
    assert lines == [row.row_id for row in sorted(all_rows(), key=lambda row: (row.scenario, row.row_id))]
