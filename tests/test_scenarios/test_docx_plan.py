"""The Word document: totals equal the answer, the same bytes twice, names stay text, nothing English in Chinese."""

import io
import re
import shutil
import subprocess
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest
from docx import Document
from docx.document import Document as Opened
from docx.enum.section import WD_ORIENT
from docx.oxml.ns import qn
from docx.table import Table

from model.text import Language
from scenarios.answering.result import Result
from scenarios.export import docx_plan
from scenarios.export.docx_plan import plan_docx
from scenarios.export.report_words import chinese_number
from scenarios.export.room import MOST_TASKS, has_room, left_out
from scenarios.export.static_figures import NO_FONT, chinese_font, figure_png
from tests.test_scenarios.hand_made import PENDING, emission, hand_made, infeasible, requirement, task

LANGUAGES: tuple[Language, ...] = get_args(Language)
ILLUSTRATIVE = {"zh": "示意数据，不代表任何企业。", "en": "Illustrative data."}
SYMBOLS = {"NOx", "VOCs", "TP", "COD", "SHA-256"}
DIGITS = re.compile(r"[a-f][0-9a-f]{40,63}|e-\d\d")
"""Part of a digest, or of a very small number."""


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Most tests need no pictures."""
    monkeypatch.setattr(docx_plan, "figure_png", lambda *_, **__: None)


@pytest.fixture
def pictures(monkeypatch: pytest.MonkeyPatch) -> None:
    if chinese_font() is None:
        pytest.skip("no font with Chinese letters on this machine")
    monkeypatch.setattr(docx_plan, "figure_png", figure_png)


def opened(result: Result, language: Language = "zh") -> Opened:
    return Document(io.BytesIO(plan_docx(result, language)))


def cells(table: Table) -> list[list[str]]:
    return [[cell.text for cell in row.cells] for row in table.rows]


def texts(document: Opened) -> Iterator[str]:
    """Every text a reader sees: paragraphs, tables, page head and foot."""
    yield from (paragraph.text for paragraph in document.paragraphs)
    for table in document.tables:
        yield from (text for row in cells(table) for text in row)
    yield from (paragraph.text for paragraph in document.sections[0].header.paragraphs)
    yield from (paragraph.text for paragraph in document.sections[0].footer.paragraphs)


def table_with(document: Opened, heading: str, *, place: int = 0) -> list[list[str]]:
    """Rows of the ``place``-th table whose headings hold a text."""
    found = [cells(table) for table in document.tables]
    return [rows for rows in found if any(heading in cell for cell in rows[0])][place]


def task_tables(document: Opened) -> list[list[list[str]]]:
    return [rows for table in document.tables if (rows := cells(table))[0][0] == "序号"]


@pytest.mark.usefixtures("pictures")
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_same_answer_gives_the_same_bytes(language: Language) -> None:
    content = plan_docx(hand_made(), language)
    assert content == plan_docx(hand_made(), language)
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        assert {part.date_time for part in parts.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_seconds_and_date_of_the_run_are_not_in_it() -> None:
    provenance = {**hand_made().provenance, "date": "2031-05-06T00:00:00+00:00", "seconds": {"solve": 7.0}}
    assert plan_docx(hand_made(provenance=provenance), "zh") == plan_docx(hand_made(), "zh")


def test_its_properties_are_fixed() -> None:
    properties = opened(hand_made()).core_properties
    assert (properties.title, properties.author) == ("示例市2025年减排任务", "Jianpai")
    assert str(properties.created) == str(properties.modified) == "2020-01-01 00:00:00+00:00"


def test_the_sums_by_district_are_those_of_the_answer() -> None:
    """40 - 0.5 = 39.5 t of NOx in the east and 25.5 in the west, 65 in all; capital 420 + 65.4321 = 485.4321 万元.

    Running cost 9 + 25 + 0.12345 = 34.12345; annual cost 95 + 10.00005 = 105.00005 万元.
    """
    rows = table_with(opened(hand_made()), "任务数")
    assert rows[1:] == [
        ["东区", "2", "39.50", "35.00", "–", "420.00", "34.00", "95.00"],
        ["西区", "1", "25.50", "–", "0.13", "65.43", "0.12", "10.00"],
        ["合计", "3", "65.00", "35.00", "0.13", "485.43", "34.12", "105.00"],
    ]


def test_every_task_is_listed_once_by_district_and_once_by_unit() -> None:
    by_district = [["1", "2", "合计"], ["3", "合计"]]
    numbers = [[row[0] for row in table[1:]] for table in task_tables(opened(hand_made()))]
    assert numbers == [*by_district, *by_district]


def test_a_task_without_a_unit_is_listed_last() -> None:
    tasks = [task(1, lead_unit=""), task(2)]
    headings = [p.text for p in opened(hand_made(tasks=tasks)).paragraphs if p.style and p.style.name == "Heading 2"]
    assert [heading.split("：")[0] for heading in headings[1:]] == ["（一）东区人民政府", "（二）未指定责任单位"]


def test_a_task_has_all_official_columns() -> None:
    """Task 2: VOCs 35 t, of it 17.5 accountable at 20 000 CNY/t; it adds half a tonne of NOx."""
    east = task_tables(opened(hand_made()))[0]
    assert [heading.replace("\n", "") for heading in east[0]] == [
        *["序号", "区县", "源名称", "措施", "主要内容"],
        *["NOx减排量（吨/年）", "VOCs减排量（吨/年）", "TP减排量（吨/年）", "可核算减排量（吨/年）"],
        *["总投资（万元）", "年运行费（万元/年）", "单位减排成本（元/吨）"],
        *["责任单位", "配合单位", "投运年份 / 完成时限", "依据", "备注"],
    ]
    assert east[2] == [
        *["2", "东区", "东湖涂装厂", "密闭收集；蓄热燃烧", "车间密闭；建设蓄热燃烧装置"],
        *["-0.50", "35.00", "–", "NOx -0.25\nVOCs 17.50", "300.00", "25.00", "VOCs 20,000"],
        *["东区人民政府", "市生态环境局", "2025\n2025-12-31"],
        *["示例市2025年计划 三.1；示例市2025年计划 三.2", "已定项目"],
    ]
    assert east[3][5:11] == ["39.50", "35.00", "–", "NOx 19.75\nVOCs 17.50", "420.00", "34.00"]
    assert task_tables(opened(hand_made()))[1][1][-1] == "实施比例40%"


def test_task_lists_stand_on_wide_pages_and_repeat_their_headings() -> None:
    document = opened(hand_made())
    assert [section.orientation for section in document.sections] == [
        WD_ORIENT.PORTRAIT,
        WD_ORIENT.LANDSCAPE,
        WD_ORIENT.PORTRAIT,
    ]
    for table in document.tables:
        is_facts = len(table.columns) == 2 and table.cell(0, 0).text == "辖区"
        assert is_facts or table._tbl.tr_lst[0].find(f".//{qn('w:tblHeader')}") is not None  # noqa: SLF001 - not read otherwise


def test_requirements_are_shown_as_the_answer_has_them() -> None:
    unmet = requirement(row="unmet", reached=50.0, met=False)
    rows = table_with(opened(hand_made(requirements=[requirement(), unmet, PENDING])), "单独可达")
    assert rows[1][:10] == [
        *["nox-total", "NOx减排", "全域", "2025", "吨/年"],
        *["≥ 60.00", "65.00", "118.50", "120.25", "是"],
    ]
    assert [row[9] for row in rows[1:]] == ["是", "否", "待定"]


def test_the_banner_is_there_when_the_data_are_illustrative() -> None:
    shown = list(texts(opened(hand_made(is_illustrative=True, illustrative=ILLUSTRATIVE))))
    assert "示意数据，不代表任何企业。" in shown
    assert "示例市2025年减排任务  ·  示意数据" in shown
    assert not any("示意数据" in text for text in texts(opened(hand_made())))


@pytest.mark.usefixtures("pictures")
def test_pictures_are_described_and_numbered() -> None:
    document = opened(hand_made())
    described = [element.get("descr") for element in document.element.iter(qn("wp:docPr"))]
    assert described[:2] == ["各项要求：达到与可达", "分区县费用"]
    captions = [p.text for p in document.paragraphs if p.style and p.style.name == "FigureCaption"]
    assert captions[:2] == ["图1  各项要求：达到与可达", "图2  分区县费用"]
    assert len(captions) == len(described) == 5


def test_a_sentence_stands_for_each_picture_that_cannot_be_drawn() -> None:
    document = opened(hand_made())
    assert len(document.inline_shapes) == 0
    assert [p.text for p in document.paragraphs].count(NO_FONT.zh) == 5


def test_names_stay_text() -> None:
    name = "<w:b/>&amp; \x07<b>锅炉</b>"
    document = opened(hand_made(tasks=[task(1, source_name=name, district=name, lead_unit=name)]))
    assert task_tables(document)[0][1][1:3] == ["<w:b/>&amp; <b>锅炉</b>"] * 2


def test_without_an_answer_requirements_and_sources_are_still_told() -> None:
    document = opened(infeasible())
    assert "没有任务。" in [p.text for p in document.paragraphs]
    assert table_with(document, "单独可达")[1][5:9] == ["≥ 200.00", "—", "—", "120.25"]
    assert "费用" not in " ".join(p.text for p in document.paragraphs if p.style and p.style.name == "Heading 1")


def test_a_table_without_rows_says_so() -> None:
    paragraphs = [p.text for p in opened(hand_made(assumptions=[], provenance={})).paragraphs]
    assert [paragraphs[paragraphs.index(caption) + 1] for caption in ("表7  假设", "表10  输入文件")] == ["无", "无"]


def test_a_share_of_nothing_is_left_empty() -> None:
    """A pollutant that only the plan brings has no base year to be a share of."""
    new = emission("东区", "voc_lines", "nox", 0.0, 0.0, 0.5)
    rows = table_with(opened(hand_made(emissions=[new])), "减排比例")
    assert rows[1][3:8] == ["–", "–", "0.50", "-0.50", ""]


def test_a_chinese_document_holds_no_english_word() -> None:
    """But ids, names of files and programs, references, and chemical symbols."""
    result = hand_made(tasks=[task(1), task(2, share=0.5, is_decided=True)], requirements=[requirement(), PENDING])
    known = {"scenario.toml", "boilers.csv", "base-2024", "discount_rate", "jianpai", "highspy", "milp"}
    known |= {"nox-total", "cod-from-above", "growth", "price-coal", "F270"} | SYMBOLS
    words = {word for text in texts(opened(result)) for word in re.findall(r"[A-Za-z][\w.-]*[A-Za-z0-9]", text)}
    assert {word for word in words - known if not DIGITS.fullmatch(word)} == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_chapters_are_in_the_language_asked_for(language: Language) -> None:
    headings = [p.text for p in opened(hand_made(), language).paragraphs if p.style and p.style.name == "Heading 1"]
    expected = {"zh": "一、概述", "en": "1. Overview", "both": "一、概述 Overview"}
    assert headings[0] == expected[language]
    assert len(headings) == 8


def test_numbers_of_chapters_and_groups() -> None:
    assert [chinese_number(number) for number in (1, 9, 10, 11, 20, 34, 99, 100)] == [
        *["一", "九", "十", "十一", "二十", "三十四", "九十九", "100"],
    ]


def test_too_many_tasks_are_refused_and_there_is_a_sentence_for_it() -> None:
    many = hand_made(tasks=[task(1)] * (MOST_TASKS + 1))
    assert has_room(hand_made())
    assert not has_room(many)
    (missing, _) = left_out(many)
    assert missing["file"] == "plan.docx"
    assert "5,000" in missing["zh"]
    assert "5,000" in missing["en"]
    with pytest.raises(ValueError, match="5001"):
        plan_docx(many, "zh")


@pytest.mark.slow
@pytest.mark.usefixtures("pictures")
@pytest.mark.skipif(shutil.which("lowriter") is None, reason="LibreOffice Writer is not on this machine")
def test_a_word_processor_opens_it(tmp_path: Path) -> None:
    (tmp_path / "plan.docx").write_bytes(plan_docx(hand_made(), "both"))
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    command = ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path)]
    subprocess.run([*command, str(tmp_path / "plan.docx")], check=True, capture_output=True, timeout=120)
    assert (tmp_path / "plan.pdf").read_bytes().startswith(b"%PDF")
