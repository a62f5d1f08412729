"""A link is the whole state, and anything may stand in it."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.state import State, read_state
from scenarios.live.edits import forbid, lock

KNOWN = ("huzhou-2023", "zhejiang-2019")


def test_a_state_comes_back_from_its_address() -> None:
    state = State("/try", "zhejiang-2019", "en", (("requirement.nox-share.amount", "40 %"), ("discount_rate", 0.05)))
    state = state.with_edit(*forbid("boiler-scr")).with_edit(*lock("源 1.2", ["a", "b"], 2023))
    assert read_state(state.href(), KNOWN) == state


@given(st.text(max_size=300))
def test_any_address_gives_a_state(text: str) -> None:
    state = read_state(text, KNOWN)
    assert state.scenario in KNOWN
    assert state.language in {"zh", "en"}


@pytest.mark.parametrize("address", [None, 3, {"href": "/"}, ["/"], "x" * 20_000])
def test_what_is_no_address_gives_the_first_page(address: object) -> None:
    assert read_state(address, KNOWN) == State()


@pytest.mark.parametrize(
    "edit",
    [
        'inventory.coal_boilers="/etc/passwd"',
        "mode=evaluate",
        "requirement.x.id=y",
        'requirement.nox={kind="reduce",amount="1 t/yr"}',
        'requirement.no-x={kind="forbid",measures=["a"],cites=[]}',
        "discount_rate=true",
        "discount_rate",
        "requirement.nox-share.amount=" + "9" * 700,
    ],
)
def test_an_edit_that_the_screen_does_not_offer_is_said_and_left_out(edit: str) -> None:
    state = read_state("/?" + urlencode({"s": "huzhou-2023", "set": edit}), KNOWN)
    assert state.edits == ()
    assert len(state.problems) == 1


def test_an_unknown_scenario_is_said() -> None:
    state = read_state("/?s=atlantis&lang=en", KNOWN)
    assert state.scenario == "huzhou-2023"
    assert state.problems == ("there is no such scenario; Huzhou is shown",)


def test_too_many_fields_are_left_out() -> None:
    assert read_state("/?" + "&".join("set=a" for _ in range(500)), KNOWN) == State("/")


def test_an_edit_is_taken_back() -> None:
    state = State().with_edit("discount_rate", 0.05)
    assert state.with_edit("discount_rate", None) == State()
