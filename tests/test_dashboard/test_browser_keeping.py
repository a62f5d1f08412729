"""Planners keep versions and run batches, each in a browser of their own."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dashboard.service import Service
from dashboard.state import State
from tests.test_dashboard.test_browser_pages import filled

pytestmark = pytest.mark.browser

type Open = Callable[..., Any]

SMALL = "s=lingwu-2020&lang=zh"
WORKED_OUT_MS = 240_000


def expect(found: Any) -> Any:  # noqa: ANN401 - playwright is optional
    return pytest.importorskip("playwright.sync_api").expect(found)


def sign(page: Any, author: str, note: str) -> None:  # noqa: ANN401 - as above
    page.get_by_label("版本说明").fill(note)
    page.get_by_label("编制人").fill(author)


def test_two_planners_save_at_once_and_the_second_is_told(open_page: Open) -> None:
    """Both begin from the same version; then the versions are compared and one of them is declared final."""
    first = open_page(f"/compare?{SMALL}", is_new=True)
    second = open_page(f"/compare?{SMALL}", is_new=True)
    sign(first, "张三", "甲案")
    sign(second, "李四", "乙案")
    for page in (first, second):
        page.get_by_role("button", name="保存", exact=True).click()
    for page in (first, second):
        expect(page.locator("#saved .verdict")).to_contain_text("已保存为第", timeout=WORKED_OUT_MS)
        expect(page).to_have_url(re.compile("from=[12]"))
    told = [page for page in (first, second) if "他人也保存了版本" in page.locator("#saved").inner_text()]
    assert len(told) == 1
    told[0].get_by_role("link", name="并排查看").click()
    expect(told[0].locator("#shelf li")).to_have_count(2)
    expect(told[0].locator("#shelf table").first.locator("thead th")).to_have_count(2)
    told[0].get_by_label("编制人").fill("局长")
    told[0].get_by_role("button", name="定稿", exact=True).first.click()
    expect(told[0].locator("#shelf")).to_contain_text("局长定稿")
    expect(told[0].get_by_role("button", name="撤销定稿")).to_have_count(1)
    told[0].get_by_role("button", name="撤销定稿").click()
    expect(told[0].locator("#shelf")).not_to_contain_text("局长定稿")


def test_a_batch_is_queued_watched_looked_at_and_taken_away(open_page: Open) -> None:
    page = open_page(f"/jobs?{SMALL}", is_new=True)
    page.get_by_label("取值个数").fill("2")
    page.get_by_label("任务名称").fill("两档试算")
    page.get_by_role("button", name="开始批量计算").click()
    expect(page.locator("#job-said")).to_contain_text("已排队：2 次运行")
    expect(page.locator("#jobs-list")).to_contain_text("完成", timeout=WORKED_OUT_MS)
    page.get_by_role("button", name="结果").click()
    expect(page.locator("#job-results tbody tr")).to_have_count(2)
    with page.expect_download() as download:
        page.locator("#job-results a", has_text="runs.csv").click()
    rows = list(csv.DictReader(io.StringIO(Path(download.value.path()).read_text(encoding="utf-8-sig"))))
    assert [row["run"] for row in rows] == ["grid-1", "grid-2"]
    other = open_page(f"/jobs?{SMALL}", is_new=True)
    expect(other.locator("#jobs-list")).to_contain_text("还没有批量任务")
    page.get_by_role("button", name="共享", exact=True).click()
    expect(page.locator("#jobs-list")).to_contain_text("已共享")
    other.reload()
    expect(other.locator("#jobs-list")).to_contain_text("两档试算")
    expect(other.get_by_role("button", name="删除")).to_have_count(0)
    page.get_by_role("button", name="删除").click()
    expect(page.locator("#jobs-list")).to_contain_text("还没有批量任务")


def test_a_batch_on_a_workbook_of_ones_own_is_worked_off(open_page: Open, service: Service) -> None:
    """The workers are processes of their own and find the workbook; half as much again of the asked tenth is met."""
    page = open_page("/data?lang=zh", is_new=True)
    book = {"name": "我市.xlsx", "mimeType": "application/x", "buffer": filled(service.template(State()))}
    page.locator("#upload input").set_input_files(book)
    page.get_by_role("link", name="用它做规划").click(timeout=WORKED_OUT_MS)
    expect(page.locator(".head-title")).to_have_text("我市", timeout=WORKED_OUT_MS)
    page.get_by_role("link", name="批量计算").first.click()
    page.get_by_label("到", exact=True).fill("15")
    page.get_by_label("取值个数").fill("2")
    page.get_by_role("button", name="开始批量计算").click()
    expect(page.locator("#jobs-list")).to_contain_text("2 / 2 次运行", timeout=WORKED_OUT_MS)
    page.get_by_role("button", name="结果").click()
    rows = page.locator("#job-results tbody tr")
    expect(rows).to_have_count(2)
    for place in (0, 1):
        expect(rows.nth(place)).to_contain_text("1 / 1")
    page.get_by_role("button", name="删除").click()


def test_a_sweep_file_is_uploaded_and_its_batch_cancelled(open_page: Open) -> None:
    page = open_page("/jobs?lang=en", is_new=True)

    def send(text: str) -> None:
        file = {"name": "sweep.toml", "mimeType": "application/toml", "buffer": text.encode()}
        page.locator("#job-upload input").set_input_files(file)

    send('schema = 1\nbase = "huzhou-2023"\n[grid]\n"inventory.coal_boilers" = ["/etc/passwd"]\n')
    expect(page.locator("#job-said")).to_contain_text("does not offer")
    rates = ", ".join(f"{0.03 + 0.0005 * number:.4f}" for number in range(100))
    send(f'schema = 1\nbase = "huzhou-2023"\n[grid]\ndiscount_rate = [{rates}]\n')
    expect(page.locator("#job-said")).to_contain_text("Queued: 100 runs.")
    page.locator("#jobs-list").get_by_role("button", name="Cancel").click()
    expect(page.locator("#jobs-list")).to_contain_text("cancelled")
    expect(page.locator("#jobs-list").get_by_role("button", name="Cancel")).to_have_count(0)


def test_the_page_of_jobs_fits_a_phone(open_page: Open) -> None:
    page = open_page(f"/jobs?{SMALL}", width=390, height=800)
    expect(page.get_by_role("button", name="开始批量计算")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
