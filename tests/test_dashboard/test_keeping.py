"""Versions on the page Compare: saved, told, declared final, removed, compared; without a browser."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from dash import no_update
from dash.exceptions import PreventUpdate
from flask.testing import FlaskClient

from dashboard import keeping
from dashboard.app import create_app
from dashboard.pages.comparing import page, shelf, side_by_side
from dashboard.service import Service
from dashboard.state import State
from optimizer import Settings
from scenarios.answering import run
from scenarios.answering.result import Result, to_json
from scenarios.live.archive import Archive, Wish, edits_of, ref_of
from scenarios.live.finals import Final, Finals
from scenarios.store import Draft, StoreError, Version, open_store
from tests.test_scenarios.stacks import NOX_TOTAL, load, write

COMPARE = State("/compare")
EDITS = (("requirement.nox-share.amount", "70 %"), ("discount_rate", 0.04))


def shown(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, default=lambda part: part.to_plotly_json())


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> tuple[Result, Result]:
    """Sixty tonnes, which stack A alone gives, and ninety, which take both."""
    folder = write(tmp_path_factory.mktemp("stacks"))
    more = write(tmp_path_factory.mktemp("more"), NOX_TOTAL.replace("60 t/yr", "90 t/yr"))
    return tuple(run.plan(load(one), settings=Settings(), has_reach=False) for one in (folder, more))  # type: ignore[return-value]


class Buffered(FlaskClient):
    """A client that reads every answer to its end, so that no file stays open."""

    def open(self, *args: Any, **settings: Any) -> Any:  # noqa: ANN401 - as the class it stands for
        return super().open(*args, **{"buffered": True, **settings})


class _Ready(Finals):
    """Stands for plans that are worked out at once."""

    def __init__(self, result: Result) -> None:
        super().__init__()
        self._result = result

    def ask(self, *_: Any, **__: Any) -> Final:  # noqa: ANN401 - as the class it stands for
        return Final(is_done=True, seconds=0.1, result=self._result)


@pytest.fixture
def desk(tmp_path: Path, results: tuple[Result, Result], service: Service) -> Iterator[Service]:
    """A service with a store of its own, whose plans are ready."""
    made = Service(service._studio, _Ready(results[0]), open_store(f"sqlite:///{tmp_path / 'plans.sqlite'}"))  # noqa: SLF001 - what was read serves again
    yield made
    made.close()


def version(number: int, note: str) -> Version:
    return Version("two-stacks", number, "two-stacks", (), "甲", note, None, datetime(2026, 1, 2, tzinfo=UTC))


class TestArchive:
    def test_a_version_comes_back_as_it_was(self, desk: Service, results: tuple[Result, Result]) -> None:
        saved = desk.archive.save("huzhou-2023", EDITS, Wish(" 张三 ", " 首稿 "), results[0]).version
        (found,) = desk.archive.find([ref_of(saved)], ["huzhou-2023"])
        assert (found.author, found.note, found.base) == ("张三", "首稿", "huzhou-2023")
        assert edits_of(found) == EDITS
        assert to_json(desk.archive.result(found)) == to_json(results[0])

    def test_a_version_outlives_the_program(self, tmp_path: Path, results: tuple[Result, Result]) -> None:
        url = f"sqlite:///{tmp_path / 'kept.sqlite'}"
        before = open_store(url)
        Archive(before).save("a", (), Wish("甲", "首稿"), results[0])
        before.close()
        after = open_store(url)
        (found,) = Archive(after).listed(["a"])
        assert to_json(Archive(after).result(found)) == to_json(results[0])
        after.close()

    @pytest.mark.parametrize("wish", [Wish(" ", "首稿"), Wish("甲", " ")])
    def test_author_and_note_are_needed(self, desk: Service, results: tuple[Result, Result], wish: Wish) -> None:
        with pytest.raises(StoreError, match="an author and a note"):
            desk.archive.save("huzhou-2023", (), wish, results[0])

    @pytest.mark.parametrize(
        "ref", ["", "huzhou-2023", "huzhou-2023:x", "huzhou-2023:²", "elsewhere:1", "a:" + "9" * 30]
    )
    def test_what_names_no_version_is_left_out(self, desk: Service, ref: str) -> None:
        assert desk.archive.find([ref], ["a"]) == []

    def test_versions_of_scenarios_that_a_user_cannot_open_are_not_listed(
        self, desk: Service, results: tuple[Result, Result]
    ) -> None:
        desk.archive.save("mine-of-another", (), Wish("乙", "自己的"), results[0])
        assert desk.archive.listed(desk.known(COMPARE)) == []


class TestSaving:
    def test_two_who_save_at_once_lose_nothing_and_the_second_is_told(self, desk: Service) -> None:
        """Both pages show an empty list; both save in the same moment; one is told of the other, by name."""
        gate = Barrier(2)

        def save(author: str) -> str:
            gate.wait()
            return shown(keeping.saved(desk, COMPARE, Wish(author, f"{author}的方案", owner=author))[0])

        with ThreadPoolExecutor(2) as pool:
            said = list(pool.map(save, ("甲", "乙")))
        assert [found.number for found in desk.archive.store.versions("huzhou-2023")] == [1, 2]
        told = [text for text in said if "在此期间他人也保存了版本" in text]
        assert len(told) == 1
        assert ("第1版，乙：乙的方案" in told[0]) or ("第1版，甲：甲的方案" in told[0])

    def test_after_saving_the_next_one_is_based_on_it(self, desk: Service) -> None:
        _, is_idle, listed, live, moved = keeping.saved(desk, COMPARE, Wish("甲", "首稿"))
        assert is_idle
        assert "第1版 · 首稿" in shown(listed)
        assert live == moved
        assert live.endswith("from=1")
        keeping.saved(desk, replace(COMPARE, based_on=1), Wish("甲", "二稿"))
        assert desk.archive.store.version("huzhou-2023", 2).based_on == 1

    def test_the_clock_that_asks_twice_saves_once(self, desk: Service) -> None:
        wish = Wish("甲", "首稿", owner="x", key="x/page/1")
        keeping.saved(desk, COMPARE, wish)
        keeping.saved(desk, COMPARE, wish)
        assert len(desk.archive.store.versions("huzhou-2023")) == 1

    def test_a_version_that_is_gone_cannot_be_built_on(self, desk: Service) -> None:
        said, is_idle, *rest = keeping.saved(desk, replace(COMPARE, based_on=9), Wish("甲", "首稿"))
        assert "没有第9版" in shown(said)
        assert is_idle
        assert rest == [no_update] * 3

    def test_a_wish_is_read_from_whatever_is_sent(self) -> None:
        wish = keeping.wish_of("首稿", "甲", {"token": "t", "seen": 4}, 2)
        assert (wish.note, wish.author, wish.seen, wish.key) == ("首稿", "甲", 4, "/t/2")
        odd = keeping.wish_of(None, ["甲"], "ground", 1)
        assert (odd.note, odd.author, odd.seen, odd.key) == ("", "", 0, None)
        assert keeping.wish_of("", "", {"token": 3, "seen": -1}, 1).seen == 0


class TestActing:
    @pytest.fixture
    def ref(self, desk: Service) -> str:
        draft = Draft("huzhou-2023", (), "甲", note="首稿")
        return ref_of(desk.archive.store.save("huzhou-2023", draft).version)

    def test_a_version_is_declared_final_and_back(self, desk: Service, ref: str) -> None:
        keeping.acted(desk, COMPARE, {"what": "final", "ref": ref}, "局长")
        assert desk.archive.store.version("huzhou-2023", 1).final_by == "局长"
        assert "局长定稿" in shown(shelf(COMPARE, desk))
        keeping.acted(desk, COMPARE, {"what": "withdraw", "ref": ref}, "局长")
        assert not desk.archive.store.version("huzhou-2023", 1).is_final

    def test_whoever_declares_gives_a_name(self, desk: Service, ref: str) -> None:
        said, _ = keeping.acted(desk, COMPARE, {"what": "final", "ref": ref}, " ")
        assert "请先填写编制人" in shown(said)
        assert not desk.archive.store.version("huzhou-2023", 1).is_final

    def test_a_final_version_is_not_removed_and_a_plain_one_is(self, desk: Service, ref: str) -> None:
        keeping.acted(desk, COMPARE, {"what": "final", "ref": ref}, "局长")
        said, _ = keeping.acted(desk, COMPARE, {"what": "remove", "ref": ref}, "")
        assert "已由局长定稿" in shown(said)
        keeping.acted(desk, COMPARE, {"what": "withdraw", "ref": ref}, "局长")
        _, listed = keeping.acted(desk, COMPARE, {"what": "remove", "ref": ref}, "")
        assert "还没有保存的版本" in shown(listed)

    @pytest.mark.parametrize("touched", [None, {"what": "final", "ref": "huzhou-2023:9"}, {"what": "x"}, {"ref": 3}])
    def test_what_names_no_version_does_nothing(self, desk: Service, touched: object) -> None:
        with pytest.raises(PreventUpdate):
            keeping.acted(desk, COMPARE, touched, "甲")


class TestShelf:
    def test_versions_side_by_side_show_cost_requirements_and_what_differs(
        self, results: tuple[Result, Result]
    ) -> None:
        """A is built in both; B only where ninety tonnes are asked: one source differs."""
        chosen = [(version(1, "a"), results[0]), (version(2, "b"), results[1])]
        said = shown(side_by_side(State(language="en"), chosen))
        assert "Tasks that differ (1)" in said
        assert "Stack B" in said
        assert "Stack A" not in said
        assert "80.00 / 60.00" in said
        assert "120.00 / 90.00" in said

    def test_a_requirement_that_only_one_version_has_is_a_dash_in_the_other(
        self, results: tuple[Result, Result]
    ) -> None:
        bare = replace(results[0], requirements=())
        assert "—" in shown(side_by_side(State(), [(version(1, "a"), bare), (version(2, "b"), results[1])]))

    def test_saved_versions_are_listed_and_shown(self, desk: Service, results: tuple[Result, Result]) -> None:
        saved = desk.archive.save("huzhou-2023", (), Wish("张三", "张三的方案"), results[0]).version
        state = State("/compare", versions=(ref_of(saved),), based_on=1)
        said = shown(page(state, desk.view(State()), desk))
        assert all(words in said for words in ("张三的方案", "并排对比", "移出", "源自第1版"))

    def test_a_version_of_another_time_is_listed_but_not_opened(self, desk: Service) -> None:
        """Neither its edits are offered any more, nor is there an answer."""
        draft = Draft("huzhou-2023", ("mode=evaluate",), "甲", note="旧稿")
        ref = ref_of(desk.archive.store.save("huzhou-2023", draft).version)
        said = shown(shelf(State("/compare", versions=(ref,)), desk))
        assert "旧稿" in said
        assert "打开" not in said
        assert "并排对比" not in said


def test_a_browser_is_known_by_its_cookie_from_the_first_page_on(service: Service) -> None:
    server = create_app(service).server
    head = Buffered(server, server.response_class).get("/").headers["Set-Cookie"]
    assert head.startswith("jianpai=")
    assert "HttpOnly" in head
    assert "SameSite=Strict" in head
    assert "Set-Cookie" not in Buffered(server, server.response_class).get("/assets/app.css").headers
