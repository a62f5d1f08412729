"""Previews at their edges: what cannot be offered, workbooks too many or too large, who answers for a task."""

from __future__ import annotations

from pathlib import Path

import pytest

from model.problems import InputError
from optimizer import Settings
from scenarios.analysis.frontier import Frontier
from scenarios.analysis.mac import MacCurve
from scenarios.answering import run
from scenarios.export.template import template
from scenarios.live import uploads as uploads_module
from scenarios.live.edits import read_edits
from scenarios.live.inquiries import Question
from scenarios.live.offer import offers
from scenarios.live.studio import Studio
from scenarios.live.uploads import Uploads
from scenarios.reading.files import find_scenario, load_bundle
from tests.test_dashboard.test_browser_pages import filled
from tests.test_scenarios.stacks import NOX_TOTAL, write

UNITS = '[units]\nlead = "{district}政府"\nsupport = "市局"\n'
BY_JUNE = '\nlead = "省厅、{district}"\nby = 2025-06-30\n'
ONE = '[[requirement]]\nid = "{id}"\nkind = "reduce"\npollutant = "nox"\namount = "{amount}"\n'


def studio_of(folder: Path) -> Studio:
    return Studio(lambda _: find_scenario(folder))


@pytest.mark.parametrize(
    ("requirements", "expected"),
    [
        (UNITS + NOX_TOTAL, {("A", "East政府", "市局", "2025-12-31"), ("B", "West政府", "市局", "2025-12-31")}),
        (
            UNITS + NOX_TOTAL.rstrip() + BY_JUNE,
            {("A", "省厅、East", "", "2025-06-30"), ("B", "省厅、West", "", "2025-06-30")},
        ),
    ],
)
def test_the_list_on_the_screen_has_the_units_and_days_of_the_exported_one(
    tmp_path: Path, requirements: str, expected: set[tuple[str, str, str, str]]
) -> None:
    """100 t are asked of 80 t and 40 t, so both are cleaned. A clause names its unit without one that helps.

    Units as the scenario writes them would read ``{district}政府``.
    """
    folder = write(tmp_path, requirements.replace("60 t/yr", "100 t/yr"))
    names = ("source_id", "lead_unit", "support_units", "due")
    shown = {tuple(task[name] for name in names) for task in studio_of(folder).tasks("stacks")}
    full = run.plan(load_bundle(find_scenario(folder)), settings=Settings())
    assert shown == expected
    assert shown == {tuple(task[name] for name in names) for task in full.tasks}


def test_without_a_plan_there_are_no_tasks(tmp_path: Path) -> None:
    folder = write(tmp_path, NOX_TOTAL.replace("60 t/yr", "130 t/yr"))
    assert list(studio_of(folder).tasks("stacks")) == []


def test_nothing_is_offered_where_the_others_leave_no_plan(tmp_path: Path) -> None:
    """130 t are asked of stacks that give 120 t: with that held no amount of the other requirement can be had."""
    other = ONE.format(id="more", amount="130 t/yr")
    studio = studio_of(write(tmp_path, NOX_TOTAL + other))
    nox = next(lever for lever in studio.levers("stacks") if lever.requirement_id == "nox-total")
    assert offers(studio.preview("stacks").ground, nox) == []


def test_an_amount_that_asks_for_too_much_is_offered_in_its_own_unit(tmp_path: Path) -> None:
    """130 t/yr asked, 120 t can be had; less than that is tried after it: 118.8, 116.4 and 108 t."""
    studio = studio_of(write(tmp_path, NOX_TOTAL.replace("60 t/yr", "130 t/yr")))
    (lever,) = studio.levers("stacks")
    assert offers(studio.preview("stacks").ground, lever) == ["120 t/yr", "118.8 t/yr", "116.4 t/yr", "108 t/yr"]


def test_nothing_can_be_had_where_the_measure_is_left_out(tmp_path: Path) -> None:
    """Without the scrubber nothing falls: none is what is offered."""
    studio = studio_of(write(tmp_path))
    (lever,) = studio.levers("stacks")
    rule = read_edits(['requirement.no-scrub={kind="forbid", measures=["scrub"]}'])
    assert set(offers(studio.preview("stacks", rule).ground, lever)) == {"0 t/yr"}


def test_a_workbook_with_too_many_sources_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads_module, "MOST_SOURCES", 0)
    kept = Uploads()
    with pytest.raises(InputError, match="too many sources"):
        kept.take("me", filled(template("zh")), find_scenario("huzhou-2023"))
    assert kept.of("me") == []


def test_when_there_are_many_workbooks_the_oldest_goes(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """One place for everybody: the second user's workbook takes that of the first, whose files are deleted."""
    monkeypatch.setattr(uploads_module, "MOST", 1)
    monkeypatch.setattr(uploads_module, "_make", lambda upload, _: (upload.folder / "scenario.toml").touch())
    kept, beside = Uploads(), find_scenario(write(tmp_path))
    first = kept.take("me", b"x", beside, name="一")
    kept.take("you", b"x", beside, name="二")
    assert kept.of("me") == []
    assert [one.title.zh for one in kept.of("you")] == ["二"]
    assert not first.folder.exists()
    with pytest.raises(InputError, match="gone"):
        kept.find(first.id)
    kept.close()


def test_a_question_carries_all_that_its_answer_needs(tmp_path: Path) -> None:
    """As the process beside the server answers it: the plan is solved once for both questions."""
    files = find_scenario(write(tmp_path))
    asked = [
        Question(kind, about, files, (), Settings(), (str(tmp_path), ()))
        for kind, about in (("frontier", "nox-total"), ("mac", "nox"))
    ]
    curve, steps = (question.answered() for question in asked)
    assert isinstance(curve, Frontier)
    assert max(point.level for point in curve.points) == pytest.approx(120.0)
    assert isinstance(steps, MacCurve)
