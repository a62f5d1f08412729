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
from dashboard.state import State, Tongue
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


def test_a_long_question_is_taken_back(open_page: Open, service: Service) -> None:
    """While it is worked on the page says for how long; cancelled, no work goes on, and it can be asked again."""
    page = open_page("/reach?s=lingwu-2020&lang=en")
    stop = page.get_by_role("button", name="Cancel")
    expect(stop).to_be_hidden()
    panel = page.locator("section", has=page.get_by_role("heading", name="Why it is so"))
    panel.get_by_role("button", name="Work it out").click()
    expect(panel).to_contain_text("s so far")
    stop.click()
    expect(panel).to_contain_text("Cancelled")
    expect(stop).to_be_hidden()
    assert service.look(State(scenario="lingwu-2020"), "explain", "") is None
    page.wait_for_timeout(1500)
    expect(panel).to_contain_text("Cancelled")
    panel.get_by_role("button", name="Work it out").click()
    expect(panel).to_contain_text("Why in", timeout=120_000)


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


def checked(page: Any, axe: str, where: str) -> list[str]:  # noqa: ANN401 - as above
    """Return what the accessibility checker finds wrong with a page as it stands."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(axe)
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [f"{where} {one['id']}: {one['nodes'][0]['html'][:160]}" for one in found["violations"]]


@pytest.mark.parametrize(("language", "width", "scheme"), [("zh", 1440, "light"), ("en", 390, "dark")])
def test_no_page_has_an_accessibility_violation(
    open_page: Open, axe: str, language: Tongue, width: int, scheme: str
) -> None:
    """Also each fits its window: only its pictures and tables may be wider, in places of their own that scroll."""
    page = open_page(f"/?lang={language}", width=width, bypass_csp=True)
    page.evaluate(f"localStorage.setItem('mantine-color-scheme-value', '{scheme}')")
    page.reload()
    said = []
    for path in PAGE:
        if width < NARROW:
            page.locator("button.menu").click()
        page.locator(f"a[data-nav='{path}']").click()
        expect(page.locator(f"a[data-nav='{path}'][aria-current]")).to_have_count(1)
        expect(page.get_by_role("heading", level=1)).to_have_text(State(language=language).say(PAGE[path]))
        page.wait_for_timeout(500)
        assert page.evaluate("document.documentElement.dataset.mantineColorScheme") == scheme
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), path
        said += checked(page, axe, path)
    assert said == []


def test_no_state_of_a_page_has_an_accessibility_violation(open_page: Open, axe: str) -> None:
    """No plan, on the pages that change with it; a workbook with problems; a picked task."""
    lost = "lang=zh&set=requirement.nox-share.amount%3D%22200%20%25%22"
    page = open_page(f"/try?{lost}", bypass_csp=True)
    expect(page.locator("#verdict .bad")).to_be_visible()
    said = checked(page, axe, "no plan, /try")
    for path in ("/reach", "/tasks"):
        page.goto(page.url.split("/try")[0].split("/reach")[0] + f"{path}?{lost}")
        expect(page.locator("main .verdict.bad a.button").first).to_be_visible()
        said += checked(page, axe, f"no plan, {path}")
    page.get_by_role("link", name="数据").first.click()
    page.locator("#upload input").set_input_files(
        {"name": "broken.xlsx", "mimeType": "application/x", "buffer": b"PK\x03\x04 nothing"}
    )
    expect(page.locator("#checked .bad")).to_be_visible()
    said += checked(page, axe, "problems of a workbook")
    assert said == []


def test_every_control_is_reached_by_keyboard_and_shows_that_it_is(open_page: Open) -> None:
    """From the top of the page with the tab key alone: links, buttons, sliders, boxes; each with an outline."""
    page = open_page("/try?lang=en")
    expect(page.locator(".kpi.lead")).to_be_visible()
    wanted = page.evaluate(CONTROLS)
    reached: set[str] = set()
    for _ in range(len(wanted) + 20):
        page.keyboard.press("Tab")
        name, is_seen = page.evaluate(FOCUSED)
        reached.add(name)
        assert is_seen, name
    assert set(wanted) - reached == set()


NARROW = 860
NAMED = "(e) => e.id + '|' + e.tagName + '|' + (e.getAttribute('aria-label') || e.textContent).slice(0, 40)"
CONTROLS = f"""() => [...document.querySelectorAll('a[href], button, input, summary, [role=slider]')]
    .filter((e) => e.checkVisibility({{visibilityProperty: true}}) && e.tabIndex >= 0 && !e.disabled
        && !(e.type === 'radio' && !e.checked))
    .map({NAMED})"""
FOCUSED = f"""() => {{
    const e = document.activeElement;
    const looks = [e, e.parentElement, e.nextElementSibling].filter(Boolean).map((one) => getComputedStyle(one));
    const seen = looks.some((look) => (look.outlineStyle !== 'none' && parseFloat(look.outlineWidth) > 0)
        || look.borderColor !== '' && e.matches('input'));
    return [({NAMED})(e), seen || e === document.body];
}}"""
