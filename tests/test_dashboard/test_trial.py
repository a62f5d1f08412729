"""What the page Try sends back for a move, without a browser."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from dash import no_update
from dash.exceptions import PreventUpdate

from dashboard.service import Service
from dashboard.state import State
from dashboard.trial import Moved, answer, read_move, touched_first

STILL = Moved(
    "slid", {}, ("nox-share", "tp-total", "discount_rate"), ("tp-total",), (), "nox", State(path="/try"), (), ()
)


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
    live, past, values, _, verdict, numbers, bars, changes, look, *figures, moved = answer(
        service, replace(STILL, values={"tp-total": 30.0})
    )
    assert "tp-total.amount" in live
    assert moved == live
    assert past == {"back": [State().search()], "ahead": []}
    assert values == [no_update] * 3
    assert "全部要求均可满足" in shown(verdict)
    assert "预览" in shown(numbers)
    assert "20.56" in shown(bars)  # 30 % of the 68.55 t of the base year
    assert "25 % → 30 %" in shown(changes)
    assert look == "pictures"
    assert all(figure["data"] for figure in figures)


def test_the_settled_answer_is_no_preview_and_moves_nothing(service: Service) -> None:
    (
        live,
        past,
        *_,
    ) = answer(service, replace(STILL, touched="settle"))
    numbers = answer(service, replace(STILL, touched="settle"))[5]
    assert live is no_update
    assert past is no_update
    assert "预览" not in shown(numbers)


def test_what_cannot_be_had_greys_the_pictures_and_offers_a_way(service: Service) -> None:
    out = answer(service, replace(STILL, values={"tp-total": 90.0}))
    assert "无法同时满足全部要求" in shown(out[4])
    assert "TP减排：90 % → " in shown(out[4])
    assert out[8:12] == ("pictures stale", no_update, no_update, no_update)


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
    live, _, values, left_out, *_ = answer(service, replace(STILL, touched="reset", live=state))
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
    assert "措施" in shown(out[4])
    assert out[5] is no_update


def test_the_rate_is_an_edit_of_its_own(service: Service) -> None:
    live, *_ = answer(service, replace(STILL, values={"discount_rate": 5.0}))
    assert "discount_rate%3D0.05" in live


def test_the_payload_of_a_move_is_small(service: Service) -> None:
    out = answer(
        service,
        replace(
            STILL, values={"tp-total": 32.0}, rows=tuple(row.row for row in service.view(State()).result.requirements)
        ),
    )
    sent = [part for part in out if part is not no_update]
    assert (
        len(json.dumps(sent, default=lambda part: part.to_plotly_json() if hasattr(part, "to_plotly_json") else None))
        < 50_000
    )


@pytest.mark.parametrize(
    "sent",
    [
        (None,) * 11,
        ("x", {}, [], 1, 2, 3, {"a": 1}, "ids", 5, "past", 7),
        (
            [1.0, "a", True, -5, float("1e99")],
            ["boiler-scr", 4],
            "co2",
            None,
            None,
            None,
            None,
            [{"id": n} for n in "abcde"],
            "/?s=1",
            {"back": [1, "?"], "ahead": 2},
            [{"row": "a"}, 3],
        ),
    ],
)
def test_whatever_a_browser_sends_is_read(service: Service, sent: tuple[Any, ...]) -> None:
    moved = read_move(service, "slid", sent)
    assert moved.live.scenario == "huzhou-2023"
    assert moved.pollutant == "nox"
    assert all(0 <= value <= 1e12 for value in moved.values.values())
