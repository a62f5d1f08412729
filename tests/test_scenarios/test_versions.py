"""Saved versions come back as they were."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from optimizer import Settings
from scenarios import run, versions
from scenarios.result import Result, to_json
from scenarios.versions import NotSavedError, Versions
from tests.test_scenarios.stacks import load, write

EDITS = (("requirement.nox-total.amount", "70 t/yr"), ("discount_rate", 0.04))


@pytest.fixture
def result(tmp_path: Path) -> Result:
    return run.plan(load(write(tmp_path)), settings=Settings(), has_reach=False)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Versions]:
    made = Versions(f"sqlite:///{tmp_path / 'versions.sqlite'}")
    yield made
    made.close()


def save(store: Versions, result: Result, name: str) -> str:
    return store.save(scenario="two-stacks", name=name, author=" 张三 ", edits=EDITS, result=result)


def test_a_version_comes_back_as_it_was(store: Versions, result: Result) -> None:
    version_id = save(store, result, " 甲 ")
    (version,) = store.get([version_id])
    assert (version.name, version.author, version.scenario) == ("甲", "张三", "two-stacks")
    assert version.edits == EDITS
    assert to_json(version.result) == to_json(result)
    assert store.latest() == [version] or to_json(store.latest()[0].result) == to_json(result)


def test_versions_come_in_the_order_asked_for(store: Versions, result: Result) -> None:
    first, second = save(store, result, "a"), save(store, result, "b")
    assert [version.id for version in store.get([second, "gone", first])] == [second, first]


def test_a_version_outlives_the_program(tmp_path: Path, result: Result) -> None:
    url = f"sqlite:///{tmp_path / 'kept.sqlite'}"
    before = Versions(url)
    version_id = save(before, result, "a")
    before.close()
    after = Versions(url)
    assert after.get([version_id])
    after.close()


def test_a_name_is_needed_and_room_ends(store: Versions, result: Result, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(NotSavedError, match="a name"):
        save(store, result, "  ")
    monkeypatch.setattr(versions, "MOST", 1)
    save(store, result, "a")
    with pytest.raises(NotSavedError, match="too many"):
        save(store, result, "b")
