"""Every page of every state has something on it, in both languages."""

from __future__ import annotations

import json

import pytest
from flask.testing import FlaskClient

from dashboard.routes import PAGES, page_of
from dashboard.service import Service
from dashboard.state import State
from dashboard.words import LEDE, PAGE, WORD

IMPOSSIBLE = ("requirement.nox-share.amount", "200 %")


def shown(state: State, service: Service) -> str:
    return json.dumps(page_of(state, service), ensure_ascii=False, default=lambda part: part.to_plotly_json())


@pytest.mark.parametrize("path", list(PAGES))
def test_a_page_speaks_one_language(service: Service, path: str) -> None:
    zh, en = (shown(State(path, language=language), service) for language in ("zh", "en"))
    assert PAGE[path].zh in zh
    assert PAGE[path].en in en
    assert LEDE[path].en not in zh


@pytest.mark.parametrize("path", list(PAGES))
def test_a_state_without_a_plan_has_no_dead_end(service: Service, path: str) -> None:
    page = shown(State(path, edits=(IMPOSSIBLE,)), service)
    assert "无法同时满足全部要求" in page or path in {"/compare", "/data", "/jobs"}


def test_an_edit_that_does_not_fit_is_said_and_the_way_back_offered(service: Service) -> None:
    page = shown(State("/try", edits=(("requirement.nox-share.amount", "30 km"),)), service)
    assert "链接中有无法识别的内容" in page
    assert "恢复原方案" in page


def test_an_address_without_a_page_is_said(service: Service) -> None:
    assert "没有这一页" in shown(State("/nowhere"), service)


def test_every_word_is_there_twice() -> None:
    words = {**PAGE, **LEDE, **WORD}
    assert [name for name, text in words.items() if not text.zh or not text.en] == []
    marks = [(name, text) for name, text in words.items() if text.zh.count("{") != text.en.count("{")]
    assert marks == []


def test_every_edit_is_shown_in_words(service: Service) -> None:
    state = State(
        "/",
        edits=(
            ("discount_rate", 0.05),
            ("requirement.tp-total.amount", "30 %"),
            ("requirement.no-boiler-scr", {"kind": "forbid", "measures": ["boiler-scr"]}),
        ),
    )
    page = shown(state, service)
    assert "贴现率: 8 % → 5 %" in page
    assert "TP减排: 25 % → 30 %" in page
    assert "不采用: " in page
    assert "jianpai plan huzhou-2023" in page


def test_the_first_answer_of_the_server_is_a_page(client: FlaskClient) -> None:
    assert "减排" in client.get("/").get_data(as_text=True)
    assert client.get("/_dash-layout").status_code == 200
