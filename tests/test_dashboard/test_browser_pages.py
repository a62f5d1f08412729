"""A planner goes through the other pages."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from dashboard.service import Service
from dashboard.state import State
from dashboard.words import PAGE

pytestmark = pytest.mark.browser

type Open = Callable[..., Any]


def expect(found: Any) -> Any:  # noqa: ANN401 - playwright is optional
    return pytest.importorskip("playwright.sync_api").expect(found)


def test_a_task_is_picked_explained_locked_and_forbidden(open_page: Open) -> None:
    page = open_page("/tasks")
    why = page.get_by_role("button", name="为什么选它")
    for _ in range(5):  # the grid draws its rows anew when the server's answer comes, and with them what was picked
        page.locator("#grid .ag-center-cols-container .ag-row").first.click()
        with suppress(AssertionError):
            expect(why).to_be_visible(timeout=4_000)
            break
    why.click()
    expect(page.locator("#why")).to_contain_text("不做这一项")
    page.get_by_role("button", name="锁定").click()
    expect(page).to_have_url(re.compile("requirement.only-"))
    expect(page.locator(".verdict")).to_contain_text("全部要求均可满足")
    page.get_by_role("link", name="总览").first.click()
    expect(page.locator(".changes")).to_contain_text("锁定")
    page.locator(".changes a").first.click()
    expect(page).not_to_have_url(re.compile("requirement.only-"))


def test_tasks_are_filtered_sorted_and_grouped_by_the_server(open_page: Open) -> None:
    page = open_page("/tasks")
    expect(page.locator("#groups")).to_contain_text("德清县")
    page.get_by_text("责任单位", exact=True).first.click()
    expect(page.locator("#groups")).to_contain_text("属地区县人民政府")
    row = page.locator("#grid .ag-pinned-left-cols-container .ag-row").first
    expect(row).to_be_visible()
    first = row.inner_text()
    page.locator("#grid .ag-header-cell[col-id='source_name'] .ag-header-cell-label").click()
    page.locator("#grid .ag-header-cell[col-id='source_name'] .ag-header-cell-label").click()
    expect(row).not_to_have_text(first)


def test_the_plan_is_exported_and_opens(open_page: Open) -> None:
    page = open_page("/tasks?s=lingwu-2020")
    page.get_by_role("button", name="Excel").click()
    expect(page.locator("#final a").first).to_be_visible(timeout=90_000)
    with page.expect_download() as download:
        page.locator("#final a", has_text="tasks.xlsx").click()
    book = openpyxl.load_workbook(io.BytesIO(Path(download.value.path()).read_bytes()))
    assert len(book.sheetnames) > 1


def test_limits_are_worked_out_with_all_others_held(open_page: Open) -> None:
    page = open_page("/reach?s=lingwu-2020")
    page.locator("#reach-go").click()
    expect(page.locator("#reach-out table")).to_be_visible(timeout=120_000)
    expect(page.locator("#reach-out")).to_contain_text("coal-total")


def test_a_broken_workbook_and_a_good_one(open_page: Open, tmp_path: Path) -> None:
    page = open_page("/data")
    with page.expect_download() as download:
        page.get_by_role("link", name="下载空白工作簿").click()
    empty = Path(download.value.path()).read_bytes()
    broken = tmp_path / "broken.xlsx"
    broken.write_bytes(b"PK\x03\x04 nothing")
    page.locator("#upload input").set_input_files(broken)
    expect(page.locator("#checked")).to_contain_text("个问题")
    page.locator("#upload input").set_input_files(
        {"name": "good.xlsx", "mimeType": "application/x", "buffer": filled(empty)}
    )
    expect(page.locator("#checked")).to_contain_text("工作簿没有问题", timeout=60_000)
    page.locator("#upload input").set_input_files(
        {"name": "odd.xlsx", "mimeType": "application/x", "buffer": filled(empty, effluent="viel")}
    )
    expect(
        page.locator("#checked td", has_text="effluent").or_(page.locator("#checked td", has_text="出水")).first
    ).to_be_visible(timeout=60_000)


def test_a_good_workbook_is_planned_with_and_seen_by_nobody_else(open_page: Open, service: Service) -> None:
    """15 000 m3/d at 0.4 mg/l are 2.19 t/yr of phosphorus; a tenth less is asked first."""
    page = open_page("/data", is_new=True)
    book = {"name": "我市.xlsx", "mimeType": "application/x", "buffer": filled(service.template(State()))}
    page.locator("#upload input").set_input_files(book)
    page.get_by_role("link", name="用它做规划").click(timeout=60_000)
    expect(page.get_by_role("textbox", name="TP减排", exact=True)).to_have_value("10 %", timeout=60_000)
    expect(page.locator(".head-title")).to_have_text("我市")
    box = page.get_by_role("textbox", name="TP减排", exact=True)
    box.fill("20")
    box.press("Tab")
    expect(page.locator("#changes")).to_contain_text("10 % → 20 %")
    expect(page.locator("#bullets")).to_contain_text("≥ 0.44")
    page.get_by_role("link", name="任务清单").first.click()
    expect(page.locator(".ag-row").first).to_contain_text("一厂")
    other = open_page(page.url.removeprefix(page.url.split("/tasks")[0]), is_new=True)
    expect(other.locator("main")).to_contain_text("没有这个情景")


def filled(empty: bytes, effluent: float | str = 0.4) -> bytes:
    """Return the template with one treatment plant in it."""
    book = openpyxl.load_workbook(io.BytesIO(empty))
    sheet = next(sheet for sheet in book.worksheets if "污水处理厂" in sheet.title)
    headings = [str(cell.value) for cell in sheet[1]]
    values: dict[str, str] = {"源编号": "P1", "源名称": "一厂", "区县": "某县"}
    for column, heading in enumerate(headings, start=1):
        sheet.cell(2, column).value = next((value for name, value in values.items() if name in heading), None)
    fill: dict[str, float | str] = {
        "类型": "municipal",
        "规模": 20000,
        "实际处理水量": 15000,
        "进水总磷": 4.0,
        "出水总磷": effluent,
    }
    for column, heading in enumerate(headings, start=1):
        found = next((value for name, value in fill.items() if name in heading), None)
        if found is not None and sheet.cell(2, column).value is None:
            sheet.cell(2, column).value = found
    for row in range(3, 8):
        for column in range(1, len(headings) + 1):
            sheet.cell(row, column).value = None
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_curves_map_and_data_follow_their_switches(open_page: Open) -> None:
    page = open_page("/curves")
    expect(page.locator("#trade-off .scatterlayer .point").first).to_be_attached(timeout=60_000)
    page.locator("[id*='about'][id*='mac']").get_by_text("TP", exact=True).click()
    expect(page.locator("#mac")).to_contain_text("污水处理厂")
    page.get_by_role("link", name="地图").first.click()
    expect(page.locator("#map")).to_contain_text("德清县")
    page.get_by_text("NOx 减排").click()
    expect(page.locator("#map")).to_contain_text("吨/年")
    page.get_by_role("link", name="数据").first.click()
    expect(page.locator("#browse-grid .ag-row").first).to_be_visible()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_no_page_has_an_accessibility_violation(open_page: Open, axe: str, language: str) -> None:
    page = open_page(f"/?lang={language}", bypass_csp=True)
    page.evaluate(axe)
    said = []
    for path in PAGE:
        page.locator(f"a[data-nav='{path}']").click()
        expect(page.locator(f"a[data-nav='{path}'][aria-current]")).to_be_visible()
        page.wait_for_timeout(500)
        found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
        said += [f"{path} {one['id']}: {one['nodes'][0]['html'][:160]}" for one in found["violations"]]
    assert said == []
