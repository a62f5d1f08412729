"""What the page Try sends back for a move, without a browser."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from dash import html, no_update
from dash.exceptions import PreventUpdate

from dashboard.flat import flat
from dashboard.service import Service
from dashboard.state import State
from dashboard.trial import Moved, answer, read_move, touched_first

ORDER = ("nox-share", "tp-total", "discount_rate")
STILL = Moved("slid", {}, ORDER, {}, ("tp-total",), "", (), "nox", State(path="/try"), (), ())


def shown(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, default=lambda part: part.to_plotly_json())


def test_a_move_counts_before_the_clock_that_comes_with_it() -> None:
    """Taken for the clock, the last of many quick moves would be lost."""
    assert touched_first(["settle.data", '{"id":"tp-total","type":"slid"}.value']) == "slid"
    assert touched_first(["settle.data"]) == "settle"
    assert touched_first(["undo.n_clicks", "settle.data"]) == "undo"
    with pytest.raises(PreventUpdate):
        touched_first([])


def test_a_move_gives_the_edit_the_numbers_and_the_pictures(service: Service) -> None:
    """30 % of the 68.55 t of the base year are 20.56 t."""
    live, past, values, _, _, sheet, moved = answer(service, replace(STILL, values={"tp-total": 30.0}))
    assert "tp-total.amount" in live
    assert moved == live
    assert past == {"back": [State().search()], "ahead": []}
    assert values == [no_update] * 3
    parts = {name: shown(part) for name, part in sheet["parts"].items()}
    assert "全部要求均可满足" in parts["verdict"]
    assert "预览" in parts["numbers"]
    assert "20.56" in shown(sheet["bars"]["tp-total"])
    assert "25 % → 30 %" in parts["changes"]
    assert sheet["look"] == "pictures"
    assert set(sheet["figures"]) == {"pic-cost", "pic-mac", "pic-emissions"}
    assert all(figure["data"] for figure in sheet["figures"].values())


def test_the_clock_goes_by_the_sliders_where_an_older_answer_came_last(service: Service) -> None:
    """The slider stands at 40 %, and the answer to 39.5 % was slower than its own: without this 39.5 % would stay."""
    older = replace(STILL.live, edits=(("requirement.tp-total.amount", "39.5 %"),))
    live, past, *_, moved = answer(service, replace(STILL, touched="settle", values={"tp-total": 40.0}, live=older))
    assert "40+%25" in live
    assert moved == live
    assert past["back"] == [older.search()]


def test_the_settled_answer_is_no_preview_and_moves_nothing(service: Service) -> None:
    live, past, _, _, _, sheet, moved = answer(service, replace(STILL, touched="settle"))
    assert (live, past, moved) == (no_update,) * 3
    assert "预览" not in shown(sheet["parts"]["numbers"])


def test_what_cannot_be_had_greys_the_pictures_and_offers_a_way(service: Service) -> None:
    sheet = answer(service, replace(STILL, values={"tp-total": 90.0}))[5]
    assert "无法同时满足全部要求" in shown(sheet["parts"]["verdict"])
    assert "TP减排：90 % → " in shown(sheet["parts"]["verdict"])
    assert "建议可行值" in shown(sheet["parts"]["offer-tp-total"])
    assert sheet["parts"]["offer-nox-share"] == []
    assert (sheet["look"], sheet["figures"]) == ("pictures stale", {})


def test_a_value_that_can_be_had_is_proposed_and_set(service: Service) -> None:
    """90 % of 68.55 t is beyond every source together; what is proposed instead has a plan."""
    state = State(path="/try").with_edit("requirement.tp-total.amount", "90 %")
    live, past, values, _, _, sheet, _ = answer(
        service, replace(STILL, touched="offer", offered="tp-total", live=state)
    )
    assert past == {"back": [state.search()], "ahead": []}
    assert 25.0 < values[1] < 90.0
    assert "tp-total.amount" in live
    assert sheet["look"] == "pictures"


def test_a_target_with_a_price_may_be_missed(service: Service) -> None:
    """90 % of 68.55 t cannot be had; at 1 000 CNY each missing tonne is cheaper than most measures."""
    state = State(path="/try").with_edit("requirement.tp-total.amount", "90 %")
    live, _, _, _, _, sheet, _ = answer(
        service, replace(STILL, touched="soft", live=state, values={"tp-total": 90.0}, prices={"tp-total": 1000.0})
    )
    assert "tp-total.soft%3D%221000+CNY%2Ft%22" in live
    assert sheet["look"] == "pictures"
    assert "可不满足, 1000 CNY/t" in shown(sheet["parts"]["changes"])
    undone = answer(service, replace(STILL, touched="undo", back=(live,)))
    assert undone[3] == [1000.0]


def test_nothing_is_proposed_for_what_is_no_requirement(service: Service) -> None:
    state = State(path="/try").with_edit("requirement.tp-total.amount", "90 %")
    assert service.offered(state, "nothing") == state


def test_undo_and_redo_walk_through_the_states(service: Service) -> None:
    before, after = State(path="/try"), State(path="/try").with_edit("requirement.tp-total.amount", "30 %")
    undone = answer(service, replace(STILL, touched="undo", live=after, back=(before.search(),)))
    assert undone[0] == before.search()
    assert undone[1] == {"back": [], "ahead": [after.search()]}
    assert undone[2][1] == 25.0
    redone = answer(service, replace(STILL, touched="redo", live=before, ahead=(after.search(),)))
    assert redone[2][1] == 30.0
    assert answer(service, replace(STILL, touched="undo"))[0] == before.search()


def test_reset_takes_every_edit_away(service: Service) -> None:
    state = State(path="/try").with_edit("discount_rate", 0.05)
    live, _, values, _, left_out, *_ = answer(service, replace(STILL, touched="reset", live=state))
    assert live == State().search()
    assert values == [30.0, 25.0, 8.0]
    assert left_out == []


def test_a_move_back_to_the_scenario_leaves_no_edit(service: Service) -> None:
    state = State(path="/try").with_edit("requirement.tp-total.amount", "30 %")
    live, *_ = answer(service, replace(STILL, live=state, values={"tp-total": 25.0}))
    assert live == State().search()


def test_moves_that_the_page_has_not_heard_of_yet_are_kept(service: Service) -> None:
    """Two quick moves: the second request knows both sliders, though the page's own state has neither."""
    live, *_ = answer(service, replace(STILL, values={"tp-total": 30.0, "nox-share": 31.0}))
    assert "tp-total" in live
    assert "nox-share" in live


def test_nothing_moved_asks_nothing(service: Service) -> None:
    with pytest.raises(PreventUpdate):
        answer(service, replace(STILL, values={"tp-total": 25.0, "nox-share": 30.0, "discount_rate": 8.0}))


def test_a_measure_that_is_decided_cannot_be_left_out_and_the_page_says_why(service: Service) -> None:
    out = answer(service, replace(STILL, touched="excluded", left_out=("wwtp-new-capacity",)))
    assert "no-wwtp-new-capacity" in out[0]
    assert "措施" in shown(out[5]["parts"]["verdict"])
    assert "numbers" not in out[5]["parts"]


def test_the_rate_is_an_edit_of_its_own(service: Service) -> None:
    live, *_ = answer(service, replace(STILL, values={"discount_rate": 5.0}))
    assert "discount_rate%3D0.05" in live


def test_the_payload_of_a_move_is_small(service: Service) -> None:
    live, past, _, _, _, sheet, moved = answer(service, replace(STILL, values={"tp-total": 32.0}))
    assert len(json.dumps([live, past, sheet, moved])) < 50_000


def test_only_plain_elements_are_drawn() -> None:
    with pytest.raises(TypeError, match="Iframe"):
        flat(html.Iframe("x"))
    assert flat(html.Div(["a", html.Span("b", className="c"), ""], tabIndex="0")) == [
        "div",
        {"tabindex": "0"},
        ["a", ["span", {"class": "c"}, ["b"]]],
    ]


@pytest.mark.parametrize(
    "sent",
    [
        (None,) * 13,
        ("x", "y", {}, [], 1, 2, 3, 4, {"a": 1}, "ids", "ids", 5, "past"),
        (
            [1.0, "a", True, -5, float("1e99")],
            ["", -1, 3],
            ["boiler-scr", 4],
            "co2",
            None,
            None,
            None,
            {"id": 4},
            None,
            [{"id": n} for n in "abcde"],
            [{"id": n} for n in "abc"],
            "/?s=1",
            {"back": [1, "?"], "ahead": 2},
        ),
    ],
)
def test_whatever_a_browser_sends_is_read(service: Service, sent: tuple[Any, ...]) -> None:
    moved = read_move(service, "slid", sent)
    assert moved.live.scenario == "huzhou-2023"
    assert moved.pollutant == "nox"
    assert all(0 <= value <= 1e12 for value in moved.values.values())
