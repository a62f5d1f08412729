"""The HTML report: one file, no other host, totals equal the answer, the same text twice, names stay text."""

import base64
import hashlib
import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import get_args

import pytest

from model.text import Language
from scenarios.answering.result import Result
from scenarios.export import report_html as module
from scenarios.export.report_html import plotly_js, report_html
from scenarios.figures import report_figures
from tests.test_scenarios.hand_made import PENDING, hand_made, infeasible, requirement, task

LANGUAGES: tuple[Language, ...] = get_args(Language)
ATTACK = "</script><script>alert(1)</script><img src=x onerror=alert(2)>"
CHROMIUM = shutil.which("chromium")


class Page(HTMLParser):
    """Elements, attributes, tables, scripts and visible text of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str, str]] = []
        self.tables: list[list[list[str]]] = []
        self.scripts: list[tuple[str, str]] = []
        self.said: list[str] = []
        self.open: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]
        if tag == "table":
            self.tables.append([])
        elif tag == "tr":
            self.tables[-1].append([])
        elif tag in {"td", "th"}:
            self.tables[-1][-1].append("")
        elif tag == "script":
            self.scripts.append((dict(attrs).get("type") or "", ""))
        elif tag == "br":
            self.handle_data("\n")
        if tag not in {"br", "meta", "col"}:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] == "script":
            kind, text = self.scripts[-1]
            self.scripts[-1] = (kind, text + data)
        elif self.open and self.open[-1] in {"td", "th"}:
            self.tables[-1][-1][-1] += data
        elif self.open and self.open[-1] != "style":
            self.said.append(data)

    def table(self, heading: str) -> list[list[str]]:
        return next(table for table in self.tables if any(heading in cell for cell in table[0]))

    @property
    def text(self) -> str:
        return "\n".join([*self.said, *(cell for table in self.tables for row in table for cell in row)])


@pytest.fixture(autouse=True, scope="module")
def short_library() -> Iterator[None]:
    """Most tests need no five megabytes of chart library."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "plotly_js", lambda: "window.Plotly = {};")
        yield


def page_of(result: Result, language: Language = "zh") -> Page:
    return Page(report_html(result, language))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_same_answer_gives_the_same_text(language: Language) -> None:
    assert report_html(hand_made(), language) == report_html(hand_made(), language)


def test_seconds_and_date_of_the_run_are_not_in_it() -> None:
    provenance = {**hand_made().provenance, "date": "2031-05-06T00:00:00+00:00", "seconds": {"solve": 7.0}}
    assert report_html(hand_made(provenance=provenance), "zh") == report_html(hand_made(), "zh")


def test_the_sums_are_those_of_the_answer() -> None:
    """65 t of NOx, 35 of VOCs, 0.125 of TP; capital 485.4321, running 34.12345, annual cost 105.00005 万元."""
    page = page_of(hand_made())
    assert page.table("任务数")[-1] == ["合计", "3", "65.00", "35.00", "0.13", "485.43", "34.12", "105.00"]
    by_district = next(table for table in page.tables if table[0][0] == "区县" and "总投资" in table[0][1])
    assert by_district[1:] == [
        ["东区", "420.00", "95.00"],
        ["西区", "65.43", "10.00"],
        ["合计", "485.43", "105.00"],
    ]
    assert [row[0] for table in page.tables if table[0][0] == "序号" for row in table[1:]] == [
        "1",
        "2",
        "合计",
        "3",
        "合计",
    ]


def test_the_charts_are_those_of_the_dashboard_without_their_titles() -> None:
    page = page_of(hand_made(), "en")
    [data] = [text for kind, text in page.scripts if kind == "application/json"]
    charts, expected = json.loads(data), report_figures(hand_made(), "en")
    assert {name.removeprefix("chart-"): chart["data"] for name, chart in charts.items()} == {
        name: figure["data"] for name, figure in expected.items()
    }
    assert all("title" not in chart["layout"] for chart in charts.values())
    assert set(charts) == {value for tag, name, value in page.attributes if (tag, name) == ("div", "id")}
    assert "Cost by district" in page.said


def test_every_id_stands_once() -> None:
    ids = [value for _, name, value in page_of(hand_made(years=[2024, 2025])).attributes if name == "id"]
    assert len(ids) == len(set(ids))


def test_its_policy_allows_its_own_scripts_and_nothing_from_elsewhere() -> None:
    page = page_of(hand_made())
    [policy] = [value for tag, name, value in page.attributes if (tag, name) == ("meta", "content") and "src" in value]
    scripts = [text for kind, text in page.scripts if not kind]
    digests = [base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in scripts]
    assert policy.startswith("default-src 'none'; ")
    assert f"script-src {' '.join(repr(f'sha256-{digest}') for digest in digests)};" in policy
    assert "http" not in policy


def test_nothing_is_loaded_from_elsewhere() -> None:
    page = page_of(hand_made())
    links = [value for _, name, value in page.attributes if name in {"src", "href", "srcset", "action", "data"}]
    assert [link for link in links if not link.startswith("#")] == []
    assert "link" not in page.tags
    styles = re.findall(r"<style>.*?</style>", report_html(hand_made(), "zh"), re.DOTALL)
    assert not any("url(" in style or "@import" in style for style in styles)


def test_names_stay_text() -> None:
    result = hand_made(
        title={"zh": ATTACK, "en": ATTACK},
        tasks=[task(1, source_name=ATTACK, district=ATTACK, lead_unit=ATTACK)],
        requirements=[requirement(row=ATTACK)],
    )
    page = page_of(result)
    assert len(page.scripts) == 3
    assert "img" not in page.tags
    assert ATTACK in page.table("主要内容")[1]


def test_characters_that_no_page_can_hold_are_left_out() -> None:
    assert "锅炉1号" in page_of(hand_made(tasks=[task(1, source_name="锅炉\x00\x0b1号")])).table("主要内容")[1]


def test_the_banner_is_there_when_the_data_are_illustrative() -> None:
    banner = {"zh": "示意数据，不代表任何企业。", "en": "Illustrative data."}
    assert banner["zh"] in page_of(hand_made(is_illustrative=True, illustrative=banner)).said
    assert "示意" not in page_of(hand_made()).text


def test_without_an_answer_requirements_and_sources_are_still_told() -> None:
    page = page_of(infeasible())
    assert page.table("单独可达")[1][5:9] == ["≥ 200.00", "—", "—", "120.25"]
    chapters = [value for tag, name, value in page.attributes if (tag, name) == ("section", "id")]
    assert chapters == ["overview", "targets", "assumptions", "sources"]


def test_a_plan_without_tasks_says_so() -> None:
    page = page_of(hand_made(tasks=[]))
    assert "没有任务。" in page.said
    assert not any(value == "timing" for _, _, value in page.attributes)


def test_too_many_tasks_are_summed_but_not_listed() -> None:
    page = Page(report_html(hand_made(), "zh", most_tasks=2))
    assert page.table("任务数")[-1][1] == "3"
    assert "任务超过2项，此处不逐项列出；任务清单见xlsx和csv文件。" in page.said
    assert not any(table[0][0] == "序号" for table in page.tables)


def test_a_chinese_report_holds_no_english_word() -> None:
    """But ids, names of files and programs, references, and chemical symbols."""
    result = hand_made(tasks=[task(1), task(2, share=0.5, is_decided=True)], requirements=[requirement(), PENDING])
    known = {"scenario.toml", "boilers.csv", "base-2024", "discount_rate", "jianpai", "highspy", "milp"}
    known |= {"nox-total", "cod-from-above", "growth", "price-coal", "F270"}
    known |= {"NOx", "VOCs", "TP", "COD", "SHA-256", "xlsx", "csv"}
    words = set(re.findall(r"[A-Za-z][\w.-]*[A-Za-z0-9]", page_of(result).text))
    assert {word for word in words - known if not re.fullmatch(r"[a-f][0-9a-f]{40,63}|e-\d\d", word)} == set()


@pytest.mark.parametrize(("language", "lang", "chapter"), [("zh", "zh-CN", "概述"), ("en", "en", "Overview")])
def test_the_page_says_its_language(language: Language, lang: str, chapter: str) -> None:
    page = page_of(hand_made(), language)
    assert ("html", "lang", lang) in page.attributes
    assert chapter in page.said


def test_both_languages_stand_side_by_side() -> None:
    page = page_of(hand_made(), "both")
    assert "概述 Overview" in page.said
    assert page.table("单独可达")[0][5] == "要求\nAsked"


def test_the_chart_library_is_whole() -> None:
    library = plotly_js()
    assert library.startswith("/**\n* plotly.js v")
    assert "</script" not in library.lower()


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")
def test_a_browser_draws_every_chart_without_a_complaint(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Under its own content policy and without any other host; plotly draws three layers a chart."""
    monkeypatch.setattr(module, "plotly_js", plotly_js)
    file = tmp_path / "report.html"
    file.write_text(report_html(hand_made(), "zh"), encoding="utf-8")
    flags = ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
    flags += [
        "--disable-dev-shm-usage",
        "--host-resolver-rules=MAP * ~NOTFOUND",
        f"--user-data-dir={tmp_path / 'user'}",
    ]
    flags += ["--enable-logging=stderr", "--virtual-time-budget=20000", "--dump-dom", file.as_uri()]
    answer = subprocess.run([str(CHROMIUM), *flags], capture_output=True, text=True, check=True, timeout=120)
    assert answer.stdout.count('class="main-svg"') == 3 * len(report_figures(hand_made(), "zh"))
    assert "CONSOLE" not in answer.stderr
