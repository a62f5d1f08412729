"""Batches asked for on the screen: what may be asked, who works it off, and what becomes of it."""

from __future__ import annotations

import base64
import csv
import io
import os
import signal
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from model.problems import InputError
from model.text import Text
from scenarios.batch.work import Shelf
from scenarios.live.crew import Crew, fair_size
from scenarios.live.jobs import Jobs
from scenarios.live.levers import Lever
from scenarios.live.orders import MOST_RUNS, Order, grid_order, levels_between, order_of, uploaded_order
from scenarios.live.worker import Worker
from scenarios.reading.files import find_scenario
from scenarios.store import Job, Quota, Store, StoreError, batch_of, open_store
from tests.test_scenarios import stacks

LEVER = Lever("nox-total", Text("NOx", "NOx"), "targets", "t/yr", 60.0, 0.0, 120.0, 1.0)
SWEEP = 'schema = 1\nbase = "two-stacks"\n[grid]\n"requirement.nox-total.amount" = ["40 t/yr", "60 t/yr", "90 t/yr"]\n'
ORDER = Order("two-stacks", SWEEP, (), "三档")
PATIENCE_S = 60.0


def as_sent(text: str) -> str:
    return "data:application/toml;base64," + base64.b64encode(text.encode()).decode()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = open_store(f"sqlite:///{tmp_path / 'plans.sqlite'}")
    yield made
    made.close()


@pytest.fixture
def worker(store: Store, tmp_path: Path) -> Worker:
    """A worker in this process, to whom every scenario is the two stacks."""
    folder = tmp_path / "stacks"
    folder.mkdir()
    stacks.write(folder)
    return Worker(store, "w", find=lambda _: find_scenario(folder))


class _NoCrew(Crew):
    """Nobody: jobs stay in the queue."""

    def start(self) -> None:
        pass


@pytest.fixture
def jobs(store: Store) -> Jobs:
    return Jobs(store, _NoCrew(store))


def only(store: Store, owner: str = "甲") -> Job:
    (job,) = store.jobs(owner)
    return job


class TestOrders:
    def test_a_grid_is_a_run_for_each_level_with_the_edits_of_the_screen(self) -> None:
        edits = (("discount_rate", 0.05), ("requirement.nox-total.amount", "70 t/yr"))
        order = grid_order("two-stacks", edits, LEVER, [40.0, 90.0], " 两档 ")
        settings = [spec.settings for spec in order.specs]
        assert settings == [
            (("discount_rate", 0.05), ("requirement.nox-total.amount", "40 t/yr")),
            (("discount_rate", 0.05), ("requirement.nox-total.amount", "90 t/yr")),
        ]
        assert order.title == "两档"
        assert order_of(order.to_json()) == order

    def test_levels_stand_evenly_apart(self) -> None:
        assert levels_between(20.0, 40.0, 3) == [20.0, 30.0, 40.0]
        assert levels_between(20.0, 40.0, 1) == [20.0]
        assert levels_between(0.0, 1.0, 4)[1] == 0.333333

    @pytest.mark.parametrize("levels", [[], [1.0] * 500])
    def test_no_level_and_too_many_are_refused(self, levels: list[float]) -> None:
        with pytest.raises(InputError, match="levels"):
            grid_order("a", (), LEVER, levels, "")

    def test_a_sweep_file_is_taken(self) -> None:
        order = uploaded_order(as_sent("\ufeff" + SWEEP), ["two-stacks"], "t")
        assert len(order.specs) == 3

    @pytest.mark.parametrize(
        ("text", "words"),
        [
            (SWEEP.replace("two-stacks", "/etc"), "no such scenario"),
            (SWEEP.replace("two-stacks", "../other"), "no such scenario"),
            (SWEEP.replace('"requirement.nox-total.amount"', '"inventory.point_sources"'), "does not offer"),
            (SWEEP.replace('"requirement.nox-total.amount"', '"measures.files"'), "does not offer"),
            (SWEEP + '[[variant]]\nid = "x"\nset = { base = "/etc/passwd" }\n', "does not offer"),
            (f"{SWEEP}discount_rate = [{','.join(['0.05'] * MOST_RUNS)}]\n", "too many runs"),
            ("schema = 2", "schema"),
            ("not toml", "not valid TOML"),
            ("x = " + "[" * 5000 + "]" * 5000, "can be read"),
        ],
    )
    def test_what_the_screen_does_not_offer_is_refused(self, text: str, words: str) -> None:
        with pytest.raises(InputError, match=words):
            uploaded_order(as_sent(text), ["two-stacks"], "")

    @pytest.mark.parametrize("content", [None, 7, "data:,@@", "x" * 1_000_000, "data:;base64,/w=="])
    def test_what_is_no_text_is_refused(self, content: object) -> None:
        with pytest.raises(InputError, match="can be read"):
            uploaded_order(content, ["two-stacks"], "")

    def test_a_job_that_was_tampered_with_is_checked_again(self) -> None:
        order = Order("two-stacks", SWEEP.replace('"requirement.nox-total.amount"', '"inventory.point_sources"'))
        with pytest.raises(InputError, match="does not offer"):
            _ = order.specs


class TestWorker:
    def test_a_job_is_worked_off(self, jobs: Jobs, worker: Worker) -> None:
        """40 t: B alone; 60 t: A alone; 90 t: both."""
        job = jobs.queue("甲", ORDER)
        assert worker.turn()
        assert not worker.turn()
        found = only(jobs.store)
        assert (found.state, found.done, found.total, job.total) == ("done", 3, 3, 3)
        assert [record["tasks"] for record in jobs.table(found)] == [1, 1, 2]

    def test_a_turn_ends_and_the_job_goes_on_where_it_was(self, jobs: Jobs, worker: Worker) -> None:
        """Turns of no length do nothing at all; with the first run in the store, two are left."""
        jobs.queue("甲", ORDER)
        hasty = Worker(worker.store, "w", find=worker.find, slice_s=-1.0)
        assert hasty.turn()
        assert only(jobs.store).state == "queued"
        spec, shelf = ORDER.specs[0], Shelf(worker._shelf("two-stacks").kit)  # noqa: SLF001 - a run of another turn
        worker._run(only(jobs.store), spec, shelf)  # noqa: SLF001 - as above
        before = jobs.store.runs(batch_of(1))
        assert worker.turn()
        found = jobs.store.runs(batch_of(1))
        assert only(jobs.store).state == "done"
        assert len(found) == 3
        assert found[0] == before[0]

    def test_a_cancelled_job_stops_at_the_next_run(self, jobs: Jobs, worker: Worker) -> None:
        job = jobs.queue("甲", ORDER)
        taken = jobs.store.take_job("w")
        assert taken is not None
        jobs.store.cancel(job.id, "甲")
        worker._work(taken, ORDER.specs, worker._shelf("two-stacks"))  # noqa: SLF001 - between taking and working
        assert only(jobs.store).state == "cancelled"
        assert len(jobs.store.runs(batch_of(job.id))) == 1

    def test_a_job_that_takes_too_long_is_ended(self, jobs: Jobs, worker: Worker) -> None:
        jobs.queue("甲", ORDER)
        Worker(worker.store, "w", find=worker.find, most_s=0.0).turn()
        found = only(jobs.store)
        assert (found.state, found.done) == ("failed", 1)
        assert "more than 0 s" in found.message

    def test_a_job_whose_order_is_wrong_fails_in_words(self, store: Store, worker: Worker) -> None:
        store.queue("甲", "batch", Order("two-stacks", "schema = 2").to_json(), quota=Quota())
        assert worker.turn()
        assert only(store).state == "failed"
        assert "schema" in only(store).message

    @pytest.mark.usefixtures("worker")
    def test_a_planners_own_scenario_is_found_where_it_lies(self, store: Store, tmp_path: Path) -> None:
        """The id names no scenario that ships; its path does the finding."""
        order = replace(ORDER, path=str(tmp_path / "stacks"))
        store.queue("甲", "batch", order.to_json(), quota=Quota())
        assert Worker(store, "w").turn()
        assert only(store).state == "done"

    def test_a_run_that_fails_is_a_row_and_is_not_done_again(self, jobs: Jobs, worker: Worker) -> None:
        """A pressure is no amount of NOx: its run fails, the other is done."""
        text = SWEEP.replace('["40 t/yr", "60 t/yr", "90 t/yr"]', '["40 kPa", "60 t/yr"]')
        job = jobs.queue("甲", Order("two-stacks", text))
        worker.turn()
        records = jobs.table(only(jobs.store))
        assert [record["status"] for record in records] == ["FAILED", "OPTIMAL"]
        assert only(jobs.store).state == "done"
        assert [name for name, _ in jobs.store.answers(batch_of(job.id))] == ["grid-2"]


class TestFiles:
    def test_runs_and_iamc_leave_as_files_to_those_who_may_see_the_job(self, jobs: Jobs, worker: Worker) -> None:
        job = jobs.queue("甲", ORDER)
        assert jobs.file("甲", job.id, "runs.csv") is None
        worker.turn()
        made = jobs.file("甲", job.id, "runs.csv")
        assert made is not None
        assert [row["run"] for row in csv.DictReader(io.StringIO(made.decode("utf-8-sig")))] == [
            "grid-1",
            "grid-2",
            "grid-3",
        ]
        long = jobs.file("甲", job.id, "iamc.csv")
        assert long is not None
        assert {row["scenario"] for row in csv.DictReader(io.StringIO(long.decode()))} == {"grid-1", "grid-2", "grid-3"}
        assert jobs.file("甲", job.id, "iamc.xlsx")
        assert jobs.file("甲", job.id, "passwd") is None
        assert jobs.file("乙", job.id, "runs.csv") is None
        jobs.store.share(job.id, "甲", is_shared=True)
        assert jobs.file("乙", job.id, "runs.csv") == made

    def test_a_user_has_a_quota(self, jobs: Jobs) -> None:
        for _ in range(jobs.quota.most_open):
            jobs.queue("甲", ORDER)
        with pytest.raises(StoreError, match="at a time"):
            jobs.queue("甲", ORDER)
        assert jobs.queue("乙", ORDER).owner == "乙"
        assert len(jobs.listed("乙")) == 1


def until(holds: Callable[[], bool]) -> None:
    """Wait until something holds."""
    end = time.monotonic() + PATIENCE_S
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.1)


def test_the_crew_works_is_replaced_and_leaves_no_process(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that is ended is replaced, its job done by the next; after `close` none is left."""
    monkeypatch.setattr("scenarios.live.crew.SHORTEST_S", 0.0)
    jobs = Jobs(store, Crew(store, 1))
    text = 'schema = 1\nbase = "lingwu-2020"\n[grid]\ndiscount_rate = [0.03, 0.05]\n'
    jobs.resume()
    assert jobs.crew.pids == []
    jobs.queue("甲", Order("lingwu-2020", text))
    (first,) = jobs.crew.pids
    until(lambda: only(store).state == "running")
    os.kill(first, signal.SIGKILL)
    until(lambda: jobs.crew.pids != [first])
    (second,) = jobs.crew.pids
    until(lambda: only(store).state == "done")
    assert len(store.runs(batch_of(only(store).id))) == 2
    assert only(store).losses == 1
    jobs.close()
    assert not any(psutil.pid_exists(pid) and psutil.Process(pid).status() != "zombie" for pid in (first, second))
    jobs.crew.start()
    assert jobs.crew.pids == []


def test_what_was_left_is_gone_on_with(jobs: Jobs, monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[bool] = []
    monkeypatch.setattr(_NoCrew, "start", lambda _: started.append(True))
    jobs.resume()
    assert started == []
    jobs.queue("甲", ORDER)
    started.clear()
    jobs.resume()
    assert started == [True]


def test_a_core_is_left_to_whoever_is_at_the_screen() -> None:
    assert fair_size() == max(1, (os.cpu_count() or 1) - 1)
