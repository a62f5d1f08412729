"""Many runs: what is kept of each, what an interruption leaves, and that where they are done changes nothing."""

import csv
import json
import os
import signal
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from model.problems import InputError
from optimizer import Settings
from scenarios.answering import run
from scenarios.answering.result import to_json
from scenarios.answering.saved import read_result
from scenarios.batch import pool
from scenarios.batch.folder import BatchFolder, runs_csv
from scenarios.batch.run_batch import Batch, Doer, Spread, open_batch, run_batch
from scenarios.batch.sweep import RunSpec
from scenarios.batch.work import Kit, Outcome, Shelf, work
from scenarios.cli import app
from scenarios.reading.files import find_scenario, load_bundle
from scenarios.store import StoreError, open_store
from tests.test_scenarios import stacks

SWEEP = """
schema = 1
base = "scenario"
[grid]
"requirement.nox-total.amount" = ["40 t/yr", "60 t/yr", "90 t/yr", "300 t/yr"]
[[variant]]
id = "bare-number"
set = { "requirement.nox-total.amount" = "60" }
"""
Runs = list[dict[str, Any]]


@pytest.fixture
def sweep(tmp_path: Path) -> Path:
    """The two stacks: scrubbing A takes 80 t, B 40 t, both 120 t, so 300 t cannot be met."""
    (tmp_path / "scenario").mkdir()
    stacks.write(tmp_path / "scenario")
    file = tmp_path / "sweep.toml"
    file.write_text(SWEEP, encoding="utf-8")
    return file


class Serial:
    """Runs done one after the other in this process."""

    def __init__(self, *, most: int = 1000) -> None:
        self.most = most
        self.done: list[str] = []

    def outcomes(self, kit: Kit, specs: Sequence[RunSpec]) -> Iterator[Outcome]:
        shelf = Shelf(kit)
        for spec in specs:
            if len(self.done) == self.most:
                raise KeyboardInterrupt
            self.done.append(spec.id)
            yield work(shelf, spec)


def do(batch: Batch, out: Path, doer: Doer | None = None) -> Runs:
    return run_batch(batch, out, doer or Serial(), lambda *_: None)


def opened(sweep: Path) -> Batch:
    return open_batch(sweep, Settings())


def listed(out: Path) -> Runs:
    with (out / "runs.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def answers(out: Path) -> dict[str, bytes]:
    return {path.parent.name: path.read_bytes() for path in out.glob("*/result.json")}


def test_every_run_has_a_line_and_every_answer_a_folder(sweep: Path, tmp_path: Path) -> None:
    """40 t: B alone, 40 t; 60 t: A alone, 80 t; 90 t: both, 120 t. A bare number fails one run, not the batch."""
    out = tmp_path / "out"
    do(opened(sweep), out)
    lines = listed(out)
    assert [line["run"] for line in lines] == ["grid-1", "grid-2", "grid-3", "grid-4", "bare-number"]
    assert [line["status"] for line in lines] == ["OPTIMAL", "OPTIMAL", "OPTIMAL", "INFEASIBLE", "FAILED"]
    assert [line["requirements_met"] for line in lines[:4]] == ["1", "1", "1", "0"]
    assert [line["tasks"] for line in lines[:4]] == ["1", "1", "2", "0"]
    assert lines[3]["not_met"] == "nox-total"
    assert lines[0]["set"] == "requirement.nox-total.amount=40 t/yr"
    assert "a bare number" in lines[4]["message"]
    assert set(answers(out)) == {"grid-1", "grid-2", "grid-3", "grid-4"}
    reached = [read_result(answers(out)[f"grid-{n}"].decode()).requirements[0].reached for n in (1, 2, 3)]
    assert reached == [40.0, 80.0, 120.0]


def test_a_run_gives_what_plan_gives(sweep: Path, tmp_path: Path) -> None:
    """Whatever ran before it: the same objective, bound and tasks as the scenario alone."""
    do(opened(sweep), tmp_path / "out")
    planned = run.plan(load_bundle(find_scenario(sweep.parent / "scenario")), settings=Settings())
    alone = read_result(to_json(planned))
    found = read_result(answers(tmp_path / "out")["grid-2"].decode())
    assert (found.objective, found.bound, list(found.tasks)) == (alone.objective, alone.bound, list(alone.tasks))


def test_an_answer_holds_neither_seconds_nor_a_date(sweep: Path, tmp_path: Path) -> None:
    do(opened(sweep), tmp_path / "out")
    provenance = json.loads(answers(tmp_path / "out")["grid-1"])["provenance"]
    assert not {"seconds", "date"} & set(provenance)
    assert provenance["patches"] == [{"key": "requirement.nox-total.amount", "value": "40 t/yr"}]


def test_a_batch_goes_on_where_it_stopped(sweep: Path, tmp_path: Path) -> None:
    """Ended after two of five; the second time only the other three are done, and the failed one is tried again."""
    out, batch = tmp_path / "out", opened(sweep)
    with pytest.raises(KeyboardInterrupt):
        do(batch, out, Serial(most=2))
    assert set(answers(out)) == {"grid-1", "grid-2"}
    kept = answers(out)
    rest = Serial()
    do(batch, out, rest)
    assert rest.done == ["grid-3", "grid-4", "bare-number"]
    assert {name: answers(out)[name] for name in kept} == kept
    again = Serial()
    do(batch, out, again)
    assert again.done == ["bare-number"]
    assert len(listed(out)) == 5


def test_what_an_interruption_left_half_written_is_removed(sweep: Path, tmp_path: Path) -> None:
    out, batch = tmp_path / "out", opened(sweep)
    do(batch, out)
    half = out / ".run-half"
    half.mkdir()
    (half / "run.json").write_text("{", encoding="utf-8")
    do(batch, out)
    assert not half.exists()


@pytest.mark.parametrize("change", ["sweep", "scenario", "settings"])
def test_a_folder_is_not_shared_by_two_batches(sweep: Path, tmp_path: Path, change: str) -> None:
    out = tmp_path / "out"
    do(opened(sweep), out)
    settings = Settings()
    if change == "sweep":
        sweep.write_text(SWEEP.replace("40 t/yr", "41 t/yr"), encoding="utf-8")
    elif change == "scenario":
        sources = sweep.parent / "scenario" / "point_sources.csv"
        sources.write_text(stacks.SOURCES.replace("100", "101"), encoding="utf-8")
    else:
        settings = Settings(gap=1e-2)
    before = answers(out)
    with pytest.raises(InputError, match="another batch"):
        do(open_batch(sweep, settings), out)
    assert answers(out) == before


def test_a_disk_that_fills_up_loses_no_finished_run(
    sweep: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out, batch = tmp_path / "out", opened(sweep)
    sync: Callable[[int], None] = os.fsync
    left = iter([True] * 4 + [False])

    def full(file: int) -> None:
        if not next(left):
            raise OSError(28, "No space left on device")
        sync(file)

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(InputError, match="No space left"):
        do(batch, out)
    assert set(answers(out)) == {"grid-1", "grid-2"}
    monkeypatch.setattr(os, "fsync", sync)
    do(batch, out)
    assert len(answers(out)) == 4


def test_two_processes_give_the_bytes_of_one(sweep: Path, tmp_path: Path) -> None:
    batch = opened(sweep)
    do(batch, tmp_path / "one")
    do(batch, tmp_path / "two", Spread(workers=2))
    assert answers(tmp_path / "two") == answers(tmp_path / "one")


def test_a_process_that_is_ended_loses_no_run(sweep: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first run ends its process the first time it is tried; somebody did that to it."""
    flag = tmp_path / "ended"
    monkeypatch.setattr(pool, "_work", _Ending(str(flag), str(tmp_path / "never")))
    do(opened(sweep), tmp_path / "out", Spread(workers=1))
    assert flag.exists()
    assert [line["status"] for line in listed(tmp_path / "out")][:4] == ["OPTIMAL"] * 3 + ["INFEASIBLE"]


def test_a_run_that_always_ends_its_process_is_given_up(
    sweep: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pool, "_work", _Ending("", "grid-2"))
    monkeypatch.setattr(pool, "AHEAD", 1)
    do(opened(sweep), tmp_path / "out", Spread(workers=1))
    lines = {line["run"]: line for line in listed(tmp_path / "out")}
    assert (lines["grid-2"]["status"], lines["grid-3"]["status"]) == ("FAILED", "OPTIMAL")
    assert "the process was ended" in lines["grid-2"]["message"]


class _Ending:
    """Does a run, but ends its process: once, leaving a flag behind, or whenever a run of a name comes."""

    def __init__(self, flag: str, name: str) -> None:
        self.flag, self.name = flag, name

    def __call__(self, spec: RunSpec) -> Outcome:
        is_first = bool(self.flag) and not Path(self.flag).exists()
        if is_first:
            Path(self.flag).touch()
        if is_first or spec.id == self.name:
            os.kill(os.getpid(), signal.SIGKILL)
        return work(pool._SHELF[0], spec)  # noqa: SLF001 - stands in for the function beside it


def test_a_text_that_could_be_a_formula_is_prefixed() -> None:
    assert "'=1+1" in runs_csv([{"run": "a", "set": "=1+1"}])


def test_the_command_line_lists_and_tells(sweep: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    asked = ["batch", str(sweep), "--out", str(out), "--workers", "1", "--json", "--lang", "en"]
    result = CliRunner().invoke(app, asked)
    assert result.exit_code == 1
    assert [record["run"] for record in json.loads(result.stdout)["runs"]][-1] == "bare-number"
    assert "5 runs done: 3 meet every requirement, 1 failed" in result.stderr
    assert "Run bare-number failed" in result.stderr
    assert len(BatchFolder(out).finished()) == 4


def test_two_programs_do_not_work_in_one_folder(sweep: Path, tmp_path: Path) -> None:
    """The second is told; the first goes on, and once it is done the second may."""
    out, batch = tmp_path / "out", opened(sweep)
    with BatchFolder(out).held(), pytest.raises(InputError, match="another program is working"):
        do(batch, out)
    assert answers(out) == {}
    do(batch, out)
    assert len(answers(out)) == 4


def test_a_folder_that_cannot_be_made_is_told(sweep: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(InputError, match="cannot be written"):
        do(opened(sweep), tmp_path / "file" / "out")
    (tmp_path / "out" / ".lock").mkdir(parents=True)
    with pytest.raises(InputError, match="cannot be written"):
        do(opened(sweep), tmp_path / "out")


def asked(sweep: Path, out: Path, *more: str) -> list[str]:
    return ["batch", str(sweep), "--out", str(out), "--workers", "1", "--lang", "en", *more]


@pytest.fixture
def serial(monkeypatch: pytest.MonkeyPatch) -> None:
    """The command does its runs in this process."""
    monkeypatch.setattr(Spread, "outcomes", lambda _, kit, specs: Serial().outcomes(kit, specs))


@pytest.mark.usefixtures("serial")
def test_a_store_that_somebody_locks_loses_no_run(sweep: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Locked for longer than the patience of a writer: one message, and the run that was done stands in the folder."""
    monkeypatch.setattr("scenarios.store.engine.PATIENCE_MS", 50)
    url, out = f"sqlite:///{tmp_path / 'plans.sqlite'}", tmp_path / "out"
    open_store(url).close()

    def keep(folder: BatchFolder, outcome: Outcome) -> None:
        kept(folder, outcome)
        other.execute("BEGIN EXCLUSIVE")

    kept, other = BatchFolder.keep, sqlite3.connect(tmp_path / "plans.sqlite", isolation_level=None)
    with monkeypatch.context() as patch:
        patch.setattr(BatchFolder, "keep", keep)
        result = CliRunner().invoke(app, asked(sweep, out, "--store", url))
    other.close()
    assert result.exit_code == 2
    assert "the database cannot do it: database is locked" in result.stderr
    assert "give the same command again" in result.stderr
    assert set(answers(out)) == {"grid-1"}
    assert CliRunner().invoke(app, asked(sweep, out, "--store", url)).exit_code == 1
    store = open_store(url)
    assert [run.name for run in store.runs(opened(sweep).key)] == ["grid-1", "grid-2", "grid-3", "grid-4"]
    store.close()


@pytest.mark.usefixtures("serial")
def test_a_store_whose_disk_is_full_loses_no_run(sweep: Path, tmp_path: Path) -> None:
    """SQLite may grow no further: what was done before stays, and the message says what is the matter."""
    url, out = f"sqlite:///{tmp_path / 'plans.sqlite'}", tmp_path / "out"
    store = open_store(url)
    with store.engine.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
    records = open_batch(sweep, Settings())
    with pytest.raises(StoreError, match="full"):
        run_batch(records, out, Serial(), lambda *_: None, store=store)
    done = set(answers(out))
    store.close()
    assert done
    store = open_store(url)
    run_batch(records, out, Serial(), lambda *_: None, store=store)
    assert [run.name for run in store.runs(records.key)] == ["grid-1", "grid-2", "grid-3", "grid-4"]
    store.close()


def test_an_interrupted_command_says_how_to_go_on(sweep: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = tmp_path / "out"
    monkeypatch.setattr(Spread, "outcomes", lambda _, kit, specs: Serial(most=2).outcomes(kit, specs))
    result = CliRunner().invoke(app, asked(sweep, out))
    assert result.exit_code == 130
    assert "finished runs are kept" in result.stderr
    assert set(answers(out)) == {"grid-1", "grid-2"}


@pytest.mark.usefixtures("serial")
def test_a_key_that_is_wrong_in_one_run_fails_that_run(sweep: Path, tmp_path: Path) -> None:
    """Of 6 runs the third names a requirement that is not there: five answers, and one line that says which key."""
    keys = '"requirement.nox-totl.amount" = "60 t/yr"'
    text = SWEEP.replace(
        '"bare-number"\nset = { "requirement.nox-total.amount" = "60" }', '"typo"\nset = {' + keys + "}"
    )
    sweep.write_text(f'{text}\n[[variant]]\nid = "last"\nset = {{ discount_rate = 0.03 }}\n', encoding="utf-8")
    out = tmp_path / "out"
    CliRunner().invoke(app, asked(sweep, out))
    lines = {line["run"]: line for line in listed(out)}
    assert set(answers(out)) == {"grid-1", "grid-2", "grid-3", "grid-4", "last"}
    assert lines["typo"]["status"] == "FAILED"
    assert "nox-totl" in lines["typo"]["message"]
