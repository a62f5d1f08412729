"""What planners keep: the same tests on SQLite and on a real PostgreSQL server."""

import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import text

from scenarios.store import Store, StoreError, open_store
from scenarios.store.tables import Base
from tests.test_scenarios.databases import postgres_programs, postgres_server

NOON = datetime(2026, 1, 2, 12, tzinfo=UTC)


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


def save(store: Store, *edits: str, based_on: int | None = None, author: str = "甲") -> int:
    return store.save("plan", base="huzhou-2023", edits=edits, author=author, based_on=based_on).version.number


class TestVersions:
    def test_a_version_comes_back_as_it_was_saved(self, store: Store) -> None:
        saved = store.save("plan", base="huzhou-2023", edits=["discount_rate=0.05"], author="甲", note="首稿")
        assert store.version("plan", 1) == saved.version
        found = saved.version
        assert (found.edits, found.author, found.note, found.saved_at) == (("discount_rate=0.05",), "甲", "首稿", NOON)
        assert not found.is_final
        assert store.scenarios() == ("plan",)

    def test_the_second_of_two_who_save_is_told_and_neither_loses(self, store: Store) -> None:
        """Both started from version 1; whoever overwrote the other would leave two versions, not three."""
        first = save(store, "a=1")
        one = store.save("plan", base="b", edits=["a=2"], author="甲", based_on=first)
        two = store.save("plan", base="b", edits=["a=3"], author="乙", based_on=first)
        assert one.meanwhile == ()
        assert two.meanwhile == (one.version,)
        assert [version.edits for version in store.versions("plan")] == [("a=1",), ("a=2",), ("a=3",)]

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

    def test_batches_are_apart(self, store: Store) -> None:
        for batch in ("one", "two"):
            store.keep_run(batch, "grid-1", digest="", record={}, answer=batch)
        assert store.answer("two", "grid-1") == "two"
        assert len(store.runs("one")) == 1
        with pytest.raises(StoreError, match="no run three/grid-1"):
            store.answer("three", "grid-1")


class TestJobs:
    def test_a_job_goes_its_way(self, store: Store) -> None:
        job = store.queue("甲", "batch", {"sweep": "x"}, most=2)
        assert (job.state, job.is_over) == ("queued", False)
        taken = store.take_job()
        assert taken is not None
        assert (taken.id, taken.state, taken.asked) == (job.id, "running", {"sweep": "x"})
        assert store.take_job() is None
        assert store.progress(job.id, 3, 10)
        assert store.finish(job.id, "done", "好")
        (found,) = store.jobs("甲")
        assert (found.state, found.done, found.total, found.message, found.is_over) == ("done", 3, 10, "好", True)
        assert not store.finish(job.id, "failed")

    def test_only_its_owner_cancels_a_job_and_then_it_stops(self, store: Store) -> None:
        job = store.queue("甲", "batch", {}, most=1)
        store.take_job()
        assert not store.cancel(job.id, "乙")
        assert store.cancel(job.id, "甲")
        assert not store.progress(job.id, 1, 2)
        assert store.jobs("甲")[0].state == "cancelled"

    def test_a_queue_has_an_end_for_each_owner(self, store: Store) -> None:
        store.queue("甲", "batch", {}, most=1)
        with pytest.raises(StoreError, match="at most 1 jobs"):
            store.queue("甲", "batch", {}, most=1)
        assert store.queue("乙", "batch", {}, most=1).owner == "乙"

    def test_a_job_is_taken_by_one_worker(self, store: Store) -> None:
        for _ in range(6):
            store.queue("甲", "batch", {}, most=10)
        with ThreadPoolExecutor(6) as pool:
            taken = list(pool.map(lambda _: store.take_job(), range(6)))
        ids = [job.id for job in taken if job is not None]
        assert len(ids) == len(set(ids))


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
