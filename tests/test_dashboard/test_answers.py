"""What is worked out in the background, as the pages show it; workbooks and outlines as they come in."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import pytest
from dash import no_update
from dash.exceptions import PreventUpdate

from dashboard import asking
from dashboard.pages.answers import answered, panel
from dashboard.service import Service
from dashboard.state import State
from model.problems import Problem
from model.text import Text
from optimizer import Settings
from scenarios.analysis.study import Study, study_of
from scenarios.live.finals import BusyError
from scenarios.live.inquiries import ASK, Inquiry
from tests.test_dashboard.test_browser_pages import filled
from tests.test_scenarios.stacks import NOX_TOTAL, load, write

EN = State("/reach", language="en")
RING = [[[119.0, 30.0], [120.0, 30.0], [120.0, 31.0], [119.0, 30.0]]]


def shown(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, default=lambda part: part.to_plotly_json())


def study(folder: Path, asked: str) -> Study:
    return study_of(load(write(folder, NOX_TOTAL.replace("60 t/yr", asked))), settings=Settings())


@pytest.mark.parametrize(
    ("kind", "words"),
    [("explain", "Why in"), ("frontier", "frontier"), ("mac", "mac-all"), ("alternatives", "Stack A")],
)
def test_every_answer_is_shown(tmp_path: Path, kind: str, words: str) -> None:
    about = "nox-total" if kind == "frontier" else "nox"
    said = shown(answered(EN, ASK[kind](study(tmp_path, "60 t/yr"), about)))
    assert words in said
    assert "开始" not in said


def test_a_repair_has_a_button_that_applies_it(tmp_path: Path) -> None:
    """130 t are asked of stacks that can give 120 t."""
    said = shown(answered(EN, ASK["explain"](study(tmp_path, "130 t/yr"), "")))
    assert "Changes that make it possible" in said
    assert "nox-total.amount%3D%22120" in said


def test_a_question_says_its_limits_before_it_is_asked() -> None:
    assert "13 levels" in shown(panel(EN, "frontier"))
    assert "13点" in shown(panel(State(), "frontier"))


class _Asked(Service):
    """A service whose questions stand where a test wants them."""

    def __init__(self, found: Inquiry | None) -> None:
        super().__init__()
        self._found, self.taken_back = found, False

    def ask(self, state: State, kind: str, about: str) -> Inquiry:
        if self._found is None:
            raise BusyError
        return self.look(state, kind, about) or self._found

    def look(self, state: State, kind: str, about: str) -> Inquiry | None:
        assert (state.scenario, kind, about) == ("huzhou-2023", "mac", "tp")
        return None if self.taken_back else self._found

    def take_back(self, state: State, kind: str, about: str) -> None:
        assert (state.scenario, kind, about) == ("huzhou-2023", "mac", "tp")
        self.taken_back = True


RUNNING = Inquiry(is_done=False, seconds=4.4)
QUEUED = Inquiry(is_done=False, seconds=4.4, ahead=2)
REFUSED = Inquiry(is_done=True, seconds=1.0, problems=(Problem("", Text("坏", "bad luck")),))


@pytest.mark.parametrize(
    ("found", "words"),
    [(RUNNING, "4 s so far"), (QUEUED, "2 other questions"), (REFUSED, "bad luck"), (None, "Too many")],
)
def test_waiting_refused_and_busy_questions_say_so(found: Inquiry | None, words: str) -> None:
    """Looked at again every second, and can be taken back, only while the answer is on its way."""
    stub = _Asked(found)
    said, idle, no_stop = asking.inquiry_of(stub, EN, "mac", "go", about="tp")
    assert words in shown(said)
    assert idle is no_stop is (found is None or found.is_done)
    for what, kind in (("out", "mac"), ("go", "nonsense")):
        with pytest.raises(PreventUpdate):
            asking.inquiry_of(stub, EN, kind, what, about="tp")
    stub.close()


def test_a_question_taken_back_is_not_asked_again_by_the_clock() -> None:
    """A tick that was under way when the planner cancelled finds nothing, and begins nothing."""
    stub = _Asked(RUNNING)
    for what in ("stop", "tick"):
        said, idle, no_stop = asking.inquiry_of(stub, EN, "mac", what, about="tp")
        assert "Cancelled" in shown(said)
        assert idle
        assert no_stop
    stub.close()


def address(data: bytes) -> str:
    return f"data:x;base64,{base64.b64encode(data).decode()}"


def test_a_good_workbook_can_be_planned_with_and_a_bad_one_not(service: Service) -> None:
    state = State("/data", language="en")
    good = shown(asking.received(service, state, address(filled(service.template(State()))), "My city.xlsx"))
    assert "Plan with it" in good
    assert "My city" in [one.title.en for one in service.scenarios()]
    assert "Plan with it" not in shown(asking.received(service, state, address(b"PK"), None))


def test_outlines_are_drawn_or_refused(service: Service) -> None:
    """Of five districts one has an outline here; tiles have five."""
    geometry = {"type": "Polygon", "coordinates": RING}
    tree = {"type": "FeatureCollection", "features": [{"properties": {"县": "德清县"}, "geometry": geometry}]}
    state = State("/map", language="en")
    figure, said = asking.placed(service, state, "capital", address(json.dumps(tree).encode()))
    assert said == ""
    assert [trace["name"] for trace in figure["data"] if trace.get("fill")] == ["Deqing"]
    figure, said = asking.placed(service, state, "capital", "data:x;base64,e30=")
    assert figure is no_update
    assert "cannot be used" in shown(said)
