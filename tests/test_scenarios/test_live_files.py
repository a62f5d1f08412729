"""Workbooks from strangers, plans that are handed out, tables to look through, curves."""

from __future__ import annotations

import base64
import io
import json
import re
import subprocess
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest
from typer.testing import CliRunner

from model.text import Text
from scenarios.answering.result import Json, said
from scenarios.cli import app
from scenarios.export.template import template
from scenarios.live import finals as finals_module
from scenarios.live import intake, reader
from scenarios.live.browse import browse, shelves, window
from scenarios.live.curve import trade_off, trade_off_figure
from scenarios.live.edits import read_edits
from scenarios.live.finals import BusyError, Finals
from scenarios.live.levers import levers_of
from scenarios.live.listing import Order, grouped, listed
from scenarios.live.listing import window as rows_of
from scenarios.live.studio import Studio
from scenarios.live.tiles import tiles
from scenarios.reading.files import find_scenario, load_bundle
from tests.test_scenarios.stacks import load, write


def as_sent(data: bytes) -> str:
    return "data:application/x;base64," + base64.b64encode(data).decode()


def archive(**parts: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, data in parts.items():
            made.writestr(name.replace("__", "/") + (".xml" if "." not in name else ""), data)
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"not a zip", "not an xlsx"),
        (archive(a=b"0" * 20_000_000), "unpacks to too much"),
        (archive(**{"xl__vbaProject.bin": b"x"}), "macros"),
        (archive(a=b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]><x/>'), "document type"),
        (b"0" * (intake.MOST_BYTES + 1), "too large"),
    ],
)
def test_a_hostile_workbook_is_refused_before_it_is_unpacked(data: bytes, words: str) -> None:
    (problem,) = intake.judge(as_sent(data)).problems
    assert words in problem.say("en")


def test_an_archive_of_very_many_parts_is_refused() -> None:
    many = archive(**{f"p{number}": b"" for number in range(intake.MOST_PARTS + 1)})
    assert "unpacks" in intake.judge(as_sent(many)).problems[0].say("en")


@pytest.mark.parametrize("content", [None, 5, "data:,", "data:;base64,@@@", "x" * (2 * intake.MOST_BYTES + 1)])
def test_what_is_no_file_is_refused(content: object) -> None:
    assert intake.judge(content).problems


def test_an_empty_template_is_read_apart_and_its_problem_named() -> None:
    problems = intake.judge(as_sent(template("en"))).problems
    assert problems
    assert problems[0].file == intake.NAME


def test_a_reader_that_takes_too_long_or_falls_over_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    def slow(*_: object, **__: object) -> None:
        raise subprocess.TimeoutExpired("reader", 1)

    sent = as_sent(template("en"))
    monkeypatch.setattr(subprocess, "run", slow)
    assert "too long" in intake.judge(sent).problems[0].say("en")
    fallen = subprocess.CompletedProcess([], 1, stdout="", stderr="MemoryError")
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: fallen)
    assert "stopped" in intake.judge(sent).problems[0].say("en")


def test_the_reader_prints_what_a_workbook_holds(
    tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Run here without its caps, which would hold for all tests that follow."""
    monkeypatch.setattr(reader, "_limit", lambda: None)
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.title = "point_sources"
    sheet.append(["source_id", "name", "district", "source_class", "nox_t_per_year"])
    sheet.append(["A", "Stack A", "East", "kiln", 100])
    path = tmp_path / "book.xlsx"
    book.save(path)
    assert reader.main([str(path)]) == 0
    assert json.loads(capsysbinary.readouterr().out) == {"problems": [], "counts": {"point_sources": 1}}
    sheet.append(["A", "Stack A again", "East", "kiln", 100])
    book.save(path)
    assert reader.main([str(path)]) == 0
    found = json.loads(capsysbinary.readouterr().out)
    assert found["counts"] == {}
    assert found["problems"][0]["file"] == intake.NAME


def test_the_reader_caps_its_own_memory_and_time(monkeypatch: pytest.MonkeyPatch) -> None:
    resource = pytest.importorskip("resource")
    caps: list[tuple[int, int]] = []
    monkeypatch.setattr(resource, "setrlimit", lambda _, limits: caps.append(limits))
    reader._limit()  # noqa: SLF001 - the caps themselves
    assert caps == [(reader.MOST_MEMORY,) * 2, (reader.MOST_SECONDS,) * 2]


@pytest.fixture
def made(tmp_path: Path) -> Iterator[Finals]:
    write(tmp_path)
    finals = Finals(lambda _: find_scenario(tmp_path))
    yield finals
    finals.close()


def wait(finals: Finals, *texts: str) -> finals_module.Final:
    for _ in range(600):
        final = finals.ask("stacks", read_edits(texts))
        if final.is_done:
            return final
        time.sleep(0.05)
    raise TimeoutError


def test_a_plan_is_worked_out_once_and_handed_out_as_files(made: Finals) -> None:
    assert made.file("stacks", (), "zh", "tasks.xlsx") is None
    final = wait(made)
    assert final.result is not None
    assert final.result.ledger is not None
    assert all(made.file("stacks", (), "en", name) for name in finals_module.WRITERS)


def test_files_are_those_of_the_command_line(made: Finals, tmp_path: Path) -> None:
    """The same edit by ``--set``: equal bytes, but for seconds and date in the provenance of the result."""
    edit = "requirement.nox-total.amount=90 t/yr"
    assert wait(made, edit).result is not None
    out = tmp_path / "out"
    ran = CliRunner().invoke(app, ["plan", str(tmp_path), "--set", edit, "--lang", "en", "--out", str(out)])
    assert ran.exit_code == 0, ran.output
    for name in ("tasks.csv", "tasks.xlsx"):
        assert made.file("stacks", read_edits([edit]), "en", name) == (out / name).read_bytes()
    mine, other = (
        json.loads(text)
        for text in (
            made.file("stacks", read_edits([edit]), "en", "result.json") or b"",
            (out / "result.json").read_bytes(),
        )
    )
    assert mine["requirements"][0]["reachable"] == other["requirements"][0]["reachable"] == 120.0
    mine.pop("provenance")
    other.pop("provenance")
    assert mine == other


SECONDS = re.compile(rb"\d+\.\d+(?= ?(?:s|\xe7\xa7\x92))")


def test_the_report_and_the_plan_in_words_are_those_of_the_command_line(made: Finals, tmp_path: Path) -> None:
    """Chinese, with an edit; apart from seconds that were measured the same letters, and the same parts of the docx."""
    edit = "requirement.nox-total.amount=90 t/yr"
    assert wait(made, edit).result is not None
    out = tmp_path / "out"
    ran = CliRunner().invoke(app, ["plan", str(tmp_path), "--set", edit, "--lang", "zh", "--out", str(out)])
    assert ran.exit_code == 0, ran.output
    mine = {name: made.file("stacks", read_edits([edit]), "zh", name) or b"" for name in ("report.html", "plan.docx")}
    page = (out / "report.html").read_bytes()
    assert len(page) > 10_000
    assert SECONDS.sub(b"", mine["report.html"]) == SECONDS.sub(b"", page)
    with zipfile.ZipFile(io.BytesIO(mine["plan.docx"])) as one, zipfile.ZipFile(out / "plan.docx") as other:
        assert one.namelist() == other.namelist()
        differing = [
            name for name in one.namelist() if SECONDS.sub(b"", one.read(name)) != SECONDS.sub(b"", other.read(name))
        ]
    assert [name for name in differing if name != "docProps/core.xml"] == []


def test_an_impossible_plan_has_no_task_list(made: Finals) -> None:
    edit = "requirement.nox-total.amount=500 t/yr"
    assert wait(made, edit).result is not None
    assert made.file("stacks", read_edits([edit]), "zh", "tasks.xlsx") is None
    assert made.file("stacks", read_edits([edit]), "zh", "result.json") is not None


def test_a_plan_that_does_not_fit_says_why(made: Finals) -> None:
    assert wait(made, "requirement.nox-total.amount=5 km").problems


def test_the_queue_has_an_end_and_what_is_done_leaves(made: Finals, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(finals_module, "MOST", 1)
    wait(made)
    wait(made, "requirement.nox-total.amount=61 t/yr")
    monkeypatch.setattr(finals_module, "MOST", 0)
    made.ask("stacks", read_edits(["requirement.nox-total.amount=62 t/yr"]))
    with pytest.raises(BusyError):
        made.ask("stacks", read_edits(["requirement.nox-total.amount=63 t/yr"]))


def test_inventory_catalogue_and_prices_are_tables(tmp_path: Path) -> None:
    bundle = load(write(tmp_path))
    keys = [key for key, _ in shelves(bundle)]
    assert keys == ["point_sources", "catalogue", "prices"]
    sources = browse(bundle, "point_sources")
    assert [row[0] for row in window(sources, 0, 10, "zh")] == ["A", "B"]
    assert browse(bundle, "nonsense").titles == sources.titles
    (measure,) = window(browse(bundle, "catalogue"), 0, 10, "en")
    assert "Scrubber" in measure
    assert window(browse(bundle, "catalogue"), 0, 10, "zh")[0][0] == "治理"
    assert window(browse(bundle, "prices"), -5, 5, "en") == browse(bundle, "prices").cells(0, 5, "en")[:5]


def test_a_large_catalogue_is_handed_out_by_hundreds() -> None:
    table = browse(load_bundle(find_scenario("lingwu-2020")), "catalogue")
    assert len(window(table, 0, 100_000, "zh")) == min(100, table.count)


def test_a_trade_off_rises_and_ends_where_plans_end(tmp_path: Path) -> None:
    """60 t cost A alone or both; 120 t is the most, and costs both scrubbers: 554 810.98 CNY."""
    folder = write(tmp_path)
    studio = Studio(lambda _: find_scenario(folder))
    base = studio.preview("stacks")
    (lever,) = levers_of(base.bundle, base.ground.compiled)
    points = trade_off(studio, "stacks", (), lever, points=5)
    costs = [point.objective for point in points]
    assert costs == sorted(cost for cost in costs if cost is not None)
    assert costs[-1] == pytest.approx(554_810.98, rel=1e-6)
    for language in ("zh", "en"):
        figure = trade_off_figure(points, lever, (), language)
        assert len(figure["data"][0]["x"]) == len(points)
        assert figure["layout"]["annotations"]


def test_tiles_are_one_square_for_each_name() -> None:
    features = tiles(["a", "b", "c"])["features"]
    assert [feature["properties"]["name"] for feature in features] == ["a", "b", "c"]
    assert len({tuple(feature["geometry"]["coordinates"][0][0]) for feature in features}) == 3


def a_task(name: str, district: str, measure: Text, *, capital: float, nox: float) -> Json:
    texts = {"sector": "kiln", "source_id": "1", "lead_unit": "", "support_units": "", "due": "2025-12-31"}
    sums = {"capital_cny": capital, "annual_cost_cny": capital / 2, "reduction_t_per_year": {"nox": nox}}
    return {**texts, **sums, "source_name": name, "district": district, "measure_names": said(measure)}


TASKS = [
    a_task("Alpha", "East", Text("治理", "Scrubber"), capital=2.0, nox=5.0),
    a_task("Beta", "West", Text("改造", "Retrofit"), capital=7.0, nox=1.0),
]


def test_tasks_are_filtered_ordered_grouped_and_windowed() -> None:
    def names(*orders: Order, **filters: str) -> list[str]:
        return [str(task["source_name"]) for task in listed(TASKS, filters, orders, "en")]

    assert names() == ["Alpha", "Beta"]
    assert names(measure_names="retro") == ["Beta"]
    assert names(unknown="x") == ["Alpha", "Beta"]
    assert names(Order("capital_cny", is_falling=True)) == ["Beta", "Alpha"]
    assert names(Order("reduction_t_per_year.nox", is_falling=False)) == ["Beta", "Alpha"]
    assert names(Order("source_name", is_falling=True)) == ["Beta", "Alpha"]
    assert names(Order("nothing", is_falling=True)) == ["Alpha", "Beta"]
    groups = grouped(TASKS, "district", "zh")
    assert [(group.name, group.count, group.capital_cny) for group in groups] == [("West", 1, 7.0), ("East", 1, 2.0)]
    assert rows_of(TASKS * 200, -3, 9_999) == (TASKS * 200)[:100]
