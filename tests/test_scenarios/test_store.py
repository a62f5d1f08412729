"""What planners keep: the same tests on SQLite and on a real PostgreSQL server."""

import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from sqlalchemy import create_engine, text

from scenarios.store import Draft, Job, Quota, Store, StoreError, batch_of, open_store, shelf_of
from scenarios.store import versions as versions_module
from scenarios.store.engine import MIGRATIONS
from scenarios.store.jobs import LEASE, MOST_LOSSES
from scenarios.store.tables import Base
from tests.test_scenarios.databases import postgres_programs, postgres_server

NOON = datetime(2026, 1, 2, 12, tzinfo=UTC)
WIDE = Quota(most_open=10)


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    programs = postgres_programs()
    if programs is None:
        pytest.skip("no PostgreSQL server is installed")
    with postgres_server(programs) as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'plans.sqlite'}"
    return str(request.getfixturevalue("server"))


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    """An empty store, in which it is always noon."""
    opened = open_store(url)
    with opened.engine.begin() as connection:
        for table in reversed(Base.metadata.sorted_tables):
            connection.execute(table.delete())
    yield Store(opened.engine, clock=lambda: NOON)
    opened.close()


def save(store: Store, *edits: str, based_on: int | None = None, author: str = "甲", owner: str = "") -> int:
    draft = Draft("huzhou-2023", edits, author, based_on=based_on, owner=owner)
    return store.save("plan", draft).version.number


def draft(edit: str, author: str, based_on: int | None = None) -> Draft:
    return Draft("b", (edit,), author, based_on=based_on)


class TestVersions:
    def test_a_version_comes_back_as_it_was_saved(self, store: Store) -> None:
        saved = store.save("plan", Draft("huzhou-2023", ("discount_rate=0.05",), "甲", note="首稿"))
        assert store.version("plan", 1) == saved.version
        found = saved.version
        assert (found.edits, found.author, found.note, found.saved_at) == (("discount_rate=0.05",), "甲", "首稿", NOON)
        assert not found.is_final
        assert store.scenarios() == ("plan",)

    def test_the_second_of_two_who_save_is_told_and_neither_loses(self, store: Store) -> None:
        """Both started from version 1; whoever overwrote the other would leave two versions, not three."""
        first = save(store, "a=1")
        one = store.save("plan", draft("a=2", "甲", first))
        two = store.save("plan", draft("a=3", "乙", first))
        assert one.meanwhile == ()
        assert two.meanwhile == (one.version,)
        assert [version.edits for version in store.versions("plan")] == [("a=1",), ("a=2",), ("a=3",)]

    def test_what_was_seen_before_is_not_told_again(self, store: Store) -> None:
        """Three are there; whoever began from the scenario and knew of two is told of the third alone."""
        for number in range(3):
            save(store, f"a={number}")
        told = store.save("plan", Draft("b", ("a=9",), "乙", seen=2)).meanwhile
        assert [version.number for version in told] == [3]

    def test_a_wish_that_is_sent_twice_is_granted_once(self, store: Store) -> None:
        wish = Draft("b", ("a=1",), "甲", key="page-1")
        assert store.save("plan", wish) == store.save("plan", wish)
        assert store.save("plan", replace(wish, key="page-2")).version.number == 2

    def test_the_answer_is_kept_with_the_version(self, store: Store) -> None:
        store.save("plan", draft("a=1", "甲"), "{答}")
        assert store.answer(shelf_of("plan"), "1") == "{答}"

    def test_only_its_owner_removes_a_version_and_its_number_stays_taken(self, store: Store) -> None:
        save(store, "a=1", owner="one")
        store.save("plan", Draft("b", ("a=2",), "甲", owner="one"), "{答}")
        with pytest.raises(StoreError, match="no version 2"):
            store.remove("plan", 2, "two")
        store.remove("plan", 2, "one")
        for ask in (lambda: store.version("plan", 2), lambda: store.remove("plan", 2, "one")):
            with pytest.raises(StoreError, match="no version 2"):
                ask()
        with pytest.raises(StoreError, match="no run"):
            store.answer(shelf_of("plan"), "2")
        assert save(store, "a=3") == 3
        assert [version.number for version in store.versions("plan")] == [1, 3]

    def test_a_final_version_is_locked(self, store: Store) -> None:
        save(store, "a=1", owner="one")
        store.declare_final("plan", 1, by="局长")
        with pytest.raises(StoreError, match="declared final by 局长"):
            store.remove("plan", 1, "one")
        assert len(store.versions("plan")) == 1

    def test_room_ends(self, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(versions_module, "MOST_VERSIONS", 1)
        save(store, "a=1")
        with pytest.raises(StoreError, match="too many versions"):
            save(store, "a=2")

    def test_many_who_save_at_once_get_a_number_each(self, store: Store) -> None:
        with ThreadPoolExecutor(8) as pool:
            numbers = list(pool.map(lambda number: save(store, f"a={number}"), range(16)))
        assert sorted(numbers) == list(range(1, 17))
        assert {version.edits[0] for version in store.versions("plan")} == {f"a={number}" for number in range(16)}

    def test_a_version_that_is_not_there_is_said(self, store: Store) -> None:
        with pytest.raises(StoreError, match="has no version 7"):
            store.version("plan", 7)
        with pytest.raises(StoreError, match="has no version 7"):
            save(store, based_on=7)
        assert store.versions("plan") == ()

    def test_one_version_is_final_until_that_is_withdrawn(self, store: Store) -> None:
        save(store, "a=1")
        save(store, "a=2")
        assert store.declare_final("plan", 1, by="局长").final_by == "局长"
        assert store.declare_final("plan", 1, by="他人").final_by == "局长"
        with pytest.raises(StoreError, match="version 1 was declared final by 局长"):
            store.declare_final("plan", 2, by="乙")
        store.withdraw_final("plan")
        assert store.declare_final("plan", 2, by="乙").is_final
        with pytest.raises(StoreError, match="no version 9"):
            store.declare_final("plan", 9, by="乙")


class TestRuns:
    def test_a_run_is_kept_once(self, store: Store) -> None:
        record, digest = {"status": "OPTIMAL", "gap": 1e-5}, "d" * 64
        assert store.keep_run("batch", "grid-1", digest=digest, record=record, answer="{一}")
        assert not store.keep_run("batch", "grid-1", digest=digest, record=record, answer="{二}")
        assert store.answer("batch", "grid-1") == "{一}"
        (run,) = store.runs("batch")
        assert (run.name, run.record, run.digest) == ("grid-1", record, digest)

    def test_runs_come_a_page_at_a_time_and_answers_one_by_one(self, store: Store) -> None:
        for number, answer in enumerate(("一", "", "三"), start=1):
            store.keep_run("batch", f"grid-{number}", digest="", record={}, answer=answer)
        assert [run.name for run in store.runs("batch", first=1, most=1)] == ["grid-2"]
        assert len(store.runs("batch")) == 3
        assert list(store.answers("batch")) == [("grid-1", "一"), ("grid-3", "三")]

    def test_batches_are_apart(self, store: Store) -> None:
        for batch in ("one", "two"):
            store.keep_run(batch, "grid-1", digest="", record={}, answer=batch)
        assert store.answer("two", "grid-1") == "two"
        assert len(store.runs("one")) == 1
        with pytest.raises(StoreError, match="no run three/grid-1"):
            store.answer("three", "grid-1")


def queue(store: Store, owner: str = "甲", quota: Quota = WIDE) -> Job:
    return store.queue(owner, "batch", {}, quota=quota)


class TestJobs:
    def test_a_job_goes_its_way(self, store: Store) -> None:
        job = store.queue("甲", "batch", {"sweep": "x"}, total=10, quota=WIDE)
        assert (job.state, job.is_over, job.total) == ("queued", False, 10)
        taken = store.take_job("w1")
        assert taken is not None
        assert (taken.id, taken.state, taken.asked, taken.worker) == (job.id, "running", {"sweep": "x"}, "w1")
        assert store.take_job() is None
        assert store.progress(job.id, 3, 10, spent_s=1.5)
        assert store.progress(job.id, 4, 10, spent_s=1.5)
        assert store.finish(job.id, "done", "好")
        (found,) = store.jobs("甲")
        assert (found.state, found.done, found.spent_s, found.message, found.is_over) == ("done", 4, 3.0, "好", True)
        assert not store.finish(job.id, "failed")

    def test_only_its_owner_cancels_a_job_and_then_it_stops(self, store: Store) -> None:
        job = queue(store)
        store.take_job()
        assert not store.cancel(job.id, "乙")
        assert store.cancel(job.id, "甲")
        assert not store.progress(job.id, 1, 2)
        assert store.jobs("甲")[0].state == "cancelled"

    def test_a_queue_has_an_end_for_each_owner_and_for_all(self, store: Store) -> None:
        quota = Quota(most_open=1, most_kept=2, most_open_of_all=2)
        first = queue(store, quota=quota)
        with pytest.raises(StoreError, match="at most 1 jobs at a time"):
            queue(store, quota=quota)
        assert queue(store, "乙", quota).owner == "乙"
        with pytest.raises(StoreError, match="too many jobs are waiting"):
            queue(store, "丙", quota)
        store.finish(first.id, "done")
        store.finish(queue(store, quota=quota).id, "done")
        with pytest.raises(StoreError, match="at most 2 jobs are kept"):
            queue(store, quota=quota)

    def test_a_job_is_taken_by_one_worker(self, store: Store) -> None:
        for _ in range(6):
            queue(store)
        with ThreadPoolExecutor(6) as pool:
            taken = list(pool.map(lambda _: store.take_job(), range(6)))
        ids = [job.id for job in taken if job is not None]
        assert len(ids) == len(set(ids))

    def test_owners_take_turns(self, store: Store) -> None:
        """Three jobs of 甲 wait, then one of 乙: after 甲 was served once it is 乙's turn, not 甲's second job."""
        ticks = count()
        ticking = Store(store.engine, clock=lambda: NOON + timedelta(seconds=next(ticks)))
        mine = [queue(ticking).id for _ in range(3)]
        other = queue(ticking, "乙").id
        order = []
        for _ in range(4):
            job = ticking.take_job()
            assert job is not None
            order.append(job.id)
            ticking.progress(job.id, 1, 2, spent_s=1.0)
            ticking.put_back(job.id)
        assert order == [mine[0], other, mine[1], other]

    def test_a_job_is_lost_with_its_process_and_given_up_in_the_end(self, store: Store) -> None:
        job = queue(store)
        for losses in range(1, MOST_LOSSES + 1):
            store.take_job("w")
            store.give_back("other")
            assert store.jobs("甲")[0].state == "running"
            store.give_back("w")
            assert store.jobs("甲")[0].losses == losses
        found = store.jobs("甲")[0]
        assert (found.id, found.state) == (job.id, "failed")
        assert "was ended" in found.message

    def test_a_job_that_nobody_spoke_of_for_long_is_taken_again(self, store: Store) -> None:
        job = queue(store)
        store.take_job("gone")
        assert Store(store.engine, clock=lambda: NOON + LEASE).take_job("w") is None
        later = Store(store.engine, clock=lambda: NOON + LEASE + timedelta(seconds=1)).take_job("w")
        assert later is not None
        assert (later.id, later.worker, later.losses) == (job.id, "w", 1)

    def test_a_job_is_its_owners_until_it_is_shared(self, store: Store) -> None:
        job = queue(store)
        assert store.visible("乙") == ()
        with pytest.raises(StoreError, match="no such job"):
            store.job(job.id, "乙")
        assert not store.share(job.id, "乙", is_shared=True)
        assert store.share(job.id, "甲", is_shared=True)
        assert store.job(job.id, "乙").owner == "甲"
        assert [found.id for found in store.visible("乙")] == [job.id]
        assert store.jobs("乙") == ()

    def test_a_job_that_is_over_is_removed_with_its_answers(self, store: Store) -> None:
        job = queue(store)
        store.keep_run(batch_of(job.id), "grid-1", digest="", record={}, answer="{}")
        assert not store.remove_job(job.id, "甲")
        store.finish(job.id, "done")
        assert not store.remove_job(job.id, "乙")
        assert store.remove_job(job.id, "甲")
        assert store.jobs("甲") == ()
        assert len(store.runs(batch_of(job.id))) == 0


def test_the_migrations_make_the_tables_of_the_code(store: Store) -> None:
    with store.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []


def test_opening_again_changes_nothing(store: Store, url: str) -> None:
    save(store, "a=1")
    again = open_store(url)
    assert len(again.versions("plan")) == 1
    again.close()


def test_many_may_open_a_new_store_at_once(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'new.sqlite'}"
    with ThreadPoolExecutor(4) as pool:
        stores = list(pool.map(lambda _: open_store(url), range(4)))
    assert all(store.versions("plan") == () for store in stores)
    for store in stores:
        store.close()


def test_a_store_of_an_older_program_keeps_what_it_holds(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'plans.sqlite'}"
    engine = create_engine(url)
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        old = "INSERT INTO version VALUES ('plan', 1, 'b', '[\"a=1\"]', '甲', '', NULL, '2026-01-02 12:00:00', NULL)"
        connection.exec_driver_sql(old)
    engine.dispose()
    store = open_store(url)
    (version,) = store.versions("plan")
    store.close()
    assert (version.edits, version.owner, version.is_final) == (("a=1",), "", False)


def test_sqlite_keeps_a_log(tmp_path: Path) -> None:
    store = open_store(f"sqlite:///{tmp_path / 'plans.sqlite'}")
    with store.engine.connect() as connection:
        assert connection.execute(text("PRAGMA journal_mode")).scalar() == "wal"
    store.close()


def test_a_store_of_a_newer_program_is_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "plans.sqlite"
    open_store(f"sqlite:///{file}").close()
    with sqlite3.connect(file) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    with pytest.raises(StoreError, match="newer version"):
        open_store(f"sqlite:///{file}")


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("nonsense", "not the address"),
        ("oracle9://x", "not the address"),
        ("sqlite:////no/such/folder/plans.sqlite", "cannot be used"),
        ("postgresql://nobody@127.0.0.1:1/plans", "cannot be used"),
    ],
)
def test_an_address_that_is_none_is_a_message(url: str, said: str) -> None:
    with pytest.raises(StoreError, match=said):
        open_store(url)
