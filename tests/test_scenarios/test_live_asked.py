"""What users hand in and ask for in the background: outlines, workbooks, long questions."""

from __future__ import annotations

import json
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from model.problems import InputError
from scenarios.analysis.explain import Explanation
from scenarios.analysis.frontier import Frontier
from scenarios.live.edits import read_edits, write_edits
from scenarios.live.finals import BusyError
from scenarios.live.inquiries import Inquiries, Inquiry
from scenarios.live.levers import lever_value, levers_of, miss_price
from scenarios.live.offer import offers
from scenarios.live.outlines import FILE, Outlines, districts_of, outlines_beside, read_outlines
from scenarios.live.studio import Studio
from scenarios.live.uploads import KEPT_S, MOST_OF_ONE, PREFIX, Uploads
from scenarios.reading.files import ScenarioFiles, find_scenario, load_bundle
from tests.test_scenarios.stacks import NOX_TOTAL, write

SQUARE = [[[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 0.0]]]


def area(name: object, kind: str = "Polygon") -> dict[str, Any]:
    geometry = {"type": kind, "coordinates": SQUARE}
    return {"type": "Feature", "properties": {"id": 7, "县": name}, "geometry": geometry}


def told(*areas: dict[str, Any]) -> bytes:
    return json.dumps({"type": "FeatureCollection", "features": areas}).encode()


def test_the_property_that_names_districts_is_found() -> None:
    found = read_outlines(told(area("East"), area("Sea"), area(5)), ["East", "West"])
    assert [one["properties"]["name"] for one in found["features"]] == ["East", "Sea"]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"x" * 3_000_001, "too large"),
        (b"{", "no GeoJSON"),
        (b"[" * 100_000, "no GeoJSON"),
        (told(), "no areas"),
        (told(area("Sea")), "none of the areas"),
        (told(area("East", "Point")), "wrong"),
    ],
)
def test_outlines_that_are_none_are_refused(data: bytes, words: str) -> None:
    with pytest.raises(InputError, match=words):
        read_outlines(data, ["East", "West"])


def test_outlines_beside_the_scenario_are_read(tmp_path: Path) -> None:
    folder = write(tmp_path)
    found = find_scenario(folder)
    districts = districts_of(load_bundle(found))
    assert outlines_beside(found, districts) is None
    (folder / FILE).write_bytes(told(area(districts[0])))
    assert outlines_beside(found, districts) is not None


def test_outlines_are_kept_by_user_and_the_oldest_leave() -> None:
    kept = Outlines()
    for number in range(41):
        kept.put(f"user{number}", "stacks", {"n": number})
    assert kept.get("user0", "stacks") is None
    assert kept.get("user40", "stacks") == {"n": 40}
    assert kept.get("user40", "other") is None


def test_a_workbook_is_refused_that_emits_nothing_or_cannot_be_read(tmp_path: Path) -> None:
    beside = find_scenario(write(tmp_path))
    uploads = Uploads()
    with pytest.raises(InputError):
        uploads.take("me", b"no workbook", beside)
    assert uploads.of("me") == []


def test_a_workbook_is_gone_after_a_while_and_few_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Three of one user at most; after eight hours none."""
    monkeypatch.setattr("scenarios.live.uploads._make", lambda upload, _: (upload.folder / "scenario.toml").touch())
    beside, now = find_scenario(write(tmp_path)), [0.0]
    uploads = Uploads(clock=lambda: now[0])
    taken = [uploads.take("me", b"x", beside, name=f"city {number}\n") for number in range(MOST_OF_ONE + 1)]
    assert [one.id for one in uploads.of("me")] == [one.id for one in reversed(taken[1:])]
    assert uploads.of("me")[0].title.en == "city 3"
    assert not taken[0].folder.exists()
    assert uploads.of("you") == []
    with pytest.raises(InputError, match="upload it again"):
        uploads.find(taken[0].id)
    now[0] = KEPT_S + 1.0
    assert uploads.of("me") == []
    assert not taken[-1].folder.exists()
    last = uploads.take("me", b"x", beside)
    assert last.id.startswith(PREFIX)
    uploads.close()
    assert not last.folder.exists()


def until(inquiries: Inquiries, kind: str, *edits: str, about: str = "") -> Inquiry:
    end = time.monotonic() + 60.0
    while time.monotonic() < end:
        found = inquiries.ask(kind, "stacks", read_edits(edits), about=about)
        if found.is_done:
            return found
        time.sleep(0.02)
    raise TimeoutError(kind)


def test_questions_are_answered_in_the_background(tmp_path: Path) -> None:
    """120 t are the most that both stacks can give; 130 t are asked where nothing works."""
    folder = write(tmp_path)
    inquiries = Inquiries(lambda _: find_scenario(folder))
    curve = until(inquiries, "frontier", about="nox-total").answer
    assert isinstance(curve, Frontier)
    assert max(point.level for point in curve.points) == pytest.approx(120.0)
    why = until(inquiries, "explain", "requirement.nox-total.amount=130 t/yr").answer
    assert isinstance(why, Explanation)
    assert why.repairs[0].changes[0].new == pytest.approx(120.0)
    assert until(inquiries, "frontier", about="nothing").problems
    assert until(inquiries, "alternatives", "requirement.nox-total.amount=130 t/yr").problems
    inquiries.close()


def test_one_user_may_not_have_many_questions_waiting(tmp_path: Path) -> None:
    folder, may_go_on = write(tmp_path), threading.Event()

    def find(_: str) -> ScenarioFiles:
        may_go_on.wait(20.0)
        return find_scenario(folder)

    inquiries = Inquiries(find)
    for rate in ("0.01", "0.02", "0.03"):
        inquiries.ask("mac", "stacks", read_edits([f"discount_rate={rate}"]), about="nox", owner="me")
    with pytest.raises(BusyError):
        inquiries.ask("mac", "stacks", read_edits(["discount_rate=0.09"]), about="nox", owner="me")
    other = inquiries.ask("mac", "stacks", read_edits(["discount_rate=0.09"]), about="nox", owner="you")
    assert not other.is_done
    may_go_on.set()
    inquiries.close()


def test_what_is_offered_is_the_most_with_the_others_held(tmp_path: Path) -> None:
    """Both stacks give 120 t; a tenth of the money of a plan for 60 t holds it there."""
    folder = write(tmp_path, NOX_TOTAL.replace('"60 t/yr"', '"pending"'))
    studio = Studio(lambda _: find_scenario(folder))
    (lever,) = studio.levers("stacks")
    assert lever_value(lever, ()) is None
    ground = studio.preview("stacks").ground
    assert offers(ground, lever)[0] == "120 t/yr"
    assert levers_of(ground.bundle, ground.compiled) == (lever,)


def test_the_price_of_what_is_missing_is_an_edit(tmp_path: Path) -> None:
    folder = write(tmp_path, NOX_TOTAL.replace("60 t/yr", "130 t/yr"))
    studio = Studio(lambda _: find_scenario(folder))
    (lever,) = studio.levers("stacks")
    assert lever.miss_unit == "CNY/t"
    edits = read_edits([f'{lever.soft_key}="9000 CNY/t"'])
    assert write_edits(edits) == ['requirement.nox-total.soft="9000 CNY/t"']
    assert (miss_price(lever, edits), miss_price(lever, ())) == (9000.0, None)
    assert studio.preview("stacks").result.cost is None
    assert studio.preview("stacks", edits).result.cost is not None
    with pytest.raises(InputError):
        read_edits([f'{lever.soft_key}="a lot"'])
