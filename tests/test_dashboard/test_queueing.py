"""Batches on the page Jobs, without a browser and without processes."""

from __future__ import annotations

import base64
import json
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from dash import no_update
from dash.exceptions import PreventUpdate
from flask import Flask

from dashboard import queueing, turns
from dashboard.app import create_app
from dashboard.pages.jobs import board, page, results
from dashboard.service import Service
from dashboard.state import State
from dashboard.turns import Turns
from scenarios.live.crew import Crew
from scenarios.live.jobs import Jobs
from scenarios.live.orders import Order
from scenarios.store import Job, open_store
from tests.test_dashboard.test_keeping import Buffered

JOBS = State("/jobs")
SWEEP = 'schema = 1\nbase = "huzhou-2023"\n[grid]\ndiscount_rate = [0.03, 0.05]\n'
ORDER = Order("huzhou-2023", SWEEP, (), "两档")
GRID = ("nox-share", 20, 40, 3, "三档")
DONE = {
    "run": "grid-1",
    "set": "a=1",
    "status": "OPTIMAL",
    "annual_cny": 6.83e6,
    "capital_cny": 4.3e8,
    "tasks": 99,
    "requirements": 7,
    "requirements_met": 7,
    "gap": 5e-5,
}


def shown(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, default=lambda part: part.to_plotly_json())


class _NoCrew(Crew):
    """Nobody: jobs stay in the queue."""

    def start(self) -> None:
        pass


@pytest.fixture
def desk(tmp_path: Path, service: Service) -> Iterator[Service]:
    """A service with a store of its own, in which nobody works."""
    store = open_store(f"sqlite:///{tmp_path / 'plans.sqlite'}")
    made = Service(service._studio, store=store)  # noqa: SLF001 - what was read serves again
    made.__dict__["jobs"] = Jobs(store, _NoCrew(store))
    yield made
    made.close()


@pytest.fixture
def job(desk: Service) -> Job:
    return desk.jobs.queue("", ORDER)


def as_sent(text: str) -> str:
    return "data:application/toml;base64," + base64.b64encode(text.encode()).decode()


class TestQueue:
    def test_a_grid_of_the_page_is_queued_with_the_edits_of_the_screen(self, desk: Service) -> None:
        state = State("/jobs", edits=(("discount_rate", 0.05),))
        said, is_still, _ = queueing.queued(desk, state, None, GRID, is_file=False)
        assert "已排队：3 次运行" in shown(said)
        assert is_still is False
        (job,) = desk.jobs.listed("")
        assert job.asked["edits"] == ["discount_rate=0.05"]
        assert '["20 %", "30 %", "40 %"]' in job.asked["sweep"]
        assert (job.asked["title"], job.total) == ("三档", 3)

    def test_a_sweep_file_is_queued(self, desk: Service) -> None:
        said, *_ = queueing.queued(desk, JOBS, as_sent(SWEEP), GRID, is_file=True)
        assert "已排队：2 次运行" in shown(said)

    def test_a_wrong_sweep_file_is_said(self, desk: Service) -> None:
        said, is_still, _ = queueing.queued(desk, JOBS, as_sent("schema = 2"), GRID, is_file=True)
        assert "未能排队" in shown(said)
        assert is_still is no_update

    def test_the_quota_is_said(self, desk: Service) -> None:
        for _ in range(3):
            queueing.queued(desk, JOBS, None, GRID, is_file=False)
        said, *_ = queueing.queued(desk, JOBS, None, GRID, is_file=False)
        assert "同时最多3个任务" in shown(said)

    @pytest.mark.parametrize(
        "sent", [("odd", 1, 2, 3, ""), ("nox-share", None, 2, 3, ""), ("nox-share", 1, "2", True, 4)]
    )
    def test_a_form_that_is_not_filled_in_does_nothing(self, desk: Service, sent: tuple[object, ...]) -> None:
        with pytest.raises(PreventUpdate):
            queueing.queued(desk, JOBS, None, sent, is_file=False)

    def test_levels_are_offered_around_what_is_asked(self, desk: Service) -> None:
        """Huzhou asks for 30 % of NOx: from 24 to 36."""
        assert queueing.levels_of(desk, JOBS, "nox-share") == (24.0, 36.0)
        with pytest.raises(PreventUpdate):
            queueing.levels_of(desk, JOBS, None)


class TestWatch:
    def test_an_unchanged_list_is_left_alone_and_its_bars_move(self, desk: Service, job: Job) -> None:
        known = queueing.seen(desk, JOBS, [], None, None)[1]
        desk.jobs.store.take_job()
        desk.jobs.store.progress(job.id, 1, 2)
        listed, known, bars, is_still, picked = queueing.seen(desk, JOBS, [{"id": job.id}, "odd"], known, None)
        assert "1 / 2 次运行" in shown(listed)
        assert bars == [no_update]
        desk.jobs.store.progress(job.id, 2, 2)
        listed, _, bars, is_still, picked = queueing.seen(desk, JOBS, [{"id": job.id}, {"id": 99}], known, None)
        assert listed is no_update
        assert "2 / 2 次运行" in shown(bars[0])
        assert bars[1] is no_update
        assert (is_still, picked) == (False, [])

    def test_the_clock_stands_still_when_all_is_over(self, desk: Service, job: Job) -> None:
        desk.jobs.store.finish(job.id, "done")
        assert queueing.seen(desk, JOBS, None, None, None)[3] is True

    def test_what_is_clicked_is_done(self, desk: Service, job: Job) -> None:
        store = desk.jobs.store
        assert queueing.acted(desk, {"id": job.id, "what": "results"}, None) == job.id
        queueing.acted(desk, {"id": job.id, "what": "share"}, None)
        assert store.job(job.id, "乙").is_shared
        queueing.acted(desk, {"id": job.id, "what": "unshare"}, None)
        assert store.visible("乙") == ()
        assert queueing.acted(desk, {"id": job.id, "what": "cancel"}, job.id) == job.id
        assert store.job(job.id, "").state == "cancelled"
        assert queueing.acted(desk, {"id": job.id, "what": "drop"}, job.id) is None
        assert store.jobs("") == ()

    @pytest.mark.parametrize("touched", [{}, {"id": "1", "what": "cancel"}, {"id": 1, "what": "explode"}])
    def test_what_names_no_job_does_nothing(self, desk: Service, touched: dict[str, object]) -> None:
        with pytest.raises(PreventUpdate):
            queueing.acted(desk, touched, None)
        assert queueing.acted(desk, None, "3") is None

    def test_a_job_of_another_is_not_seen_until_it_is_shared(self, desk: Service) -> None:
        other = desk.jobs.queue("乙", ORDER)
        assert "还没有批量任务" in shown(page(JOBS, desk.view(JOBS), desk))
        queueing.acted(desk, {"id": other.id, "what": "cancel"}, None)
        queueing.acted(desk, {"id": other.id, "what": "share"}, None)
        assert desk.jobs.store.job(other.id, "乙").state == "queued"
        desk.jobs.store.share(other.id, "乙", is_shared=True)
        said = shown(page(JOBS, desk.view(JOBS), desk))
        assert "他人共享" in said
        assert '"what": "cancel"' not in said

    def test_results_are_listed_and_linked(self, desk: Service, job: Job) -> None:
        store = desk.jobs.store
        store.keep_run(
            f"job {job.id}", "grid-1", digest="", record={"run": "grid-1", "set": "a=1", **DONE}, answer="{}"
        )
        failed = {"run": "grid-2", "set": "a=2", "status": "FAILED", "message": "坏了"}
        store.keep_run(f"job {job.id}", "grid-2", digest="", record=failed, answer="")
        store.take_job()
        store.progress(job.id, 2, 2)
        said = shown(queueing.seen(desk, JOBS, None, None, job.id)[4])
        assert all(words in said for words in ("683.00", "43,000.00", "7 / 7", "坏了", f"/jobs/{job.id}/iamc.xlsx"))

    def test_a_job_without_a_name_and_a_long_one(self, desk: Service) -> None:
        job = desk.jobs.queue("", Order("huzhou-2023", SWEEP))
        assert f"任务{job.id}" in shown(board(JOBS, [job]))
        long = Job(**{name: getattr(job, name) for name in Job.__slots__} | {"done": 500, "message": "停了"})
        assert "前100次" in shown(results(JOBS, long, []))
        assert "停了" in shown(board(JOBS, [long]))


class TestFiles:
    def test_files_leave_only_for_their_owner(self, desk: Service) -> None:
        """The browser's cookie is the owner: another browser finds nothing."""
        server = create_app(desk).server
        mine, other = (Buffered(server, server.response_class) for _ in range(2))
        mine.get("/")
        with mine.session_transaction() as session:
            who = session["owner"]
        job = desk.jobs.queue(who, ORDER)
        store = desk.jobs.store
        assert mine.get(f"/jobs/{job.id}/runs.csv").status_code == 404
        store.keep_run(f"job {job.id}", "grid-1", digest="", record=DONE, answer="")
        store.take_job()
        store.progress(job.id, 1, 2)
        assert b"grid-1" in mine.get(f"/jobs/{job.id}/runs.csv").data
        assert other.get(f"/jobs/{job.id}/runs.csv").status_code == 404
        assert mine.get(f"/jobs/{job.id}/passwd").status_code == 404


class TestTurns:
    def test_one_user_has_two_turns_at_once_and_others_do_not_wait(self) -> None:
        turn = Turns(at_once=2, most=3)
        assert turn.take("甲")
        assert turn.take("甲")
        waiting = threading.Thread(target=turn.take, args=("甲",))
        waiting.start()
        while turn._open["甲"] < 3:  # noqa: SLF001 - until the third waits
            time.sleep(0.001)
        assert not turn.take("甲")
        assert turn.take("乙")
        turn.give("甲")
        waiting.join(5)
        assert not waiting.is_alive()

    def test_what_is_given_back_leaves_nothing(self) -> None:
        turn = Turns()
        turn.take("甲")
        turn.give("甲")
        assert not turn._open  # noqa: SLF001 - a table that would grow with every user
        assert not turn._working  # noqa: SLF001 - as above

    def test_questions_beyond_a_users_share_are_refused(self) -> None:
        server = Flask("turns")
        server.config["SECRET_KEY"] = "x" * 16
        turns.register(server, Turns(most=0))
        server.add_url_rule("/", "ask", lambda: "answer", methods=["GET", "POST"])
        assert server.test_client().post("/").status_code == 429
        assert server.test_client().get("/").status_code == 200

    def test_a_turn_is_given_back_whatever_happens(self) -> None:
        server, turn = Flask("turns"), Turns()
        server.config["SECRET_KEY"] = "x" * 16
        turns.register(server, turn)

        def fail() -> str:
            raise ValueError

        server.add_url_rule("/", "ask", fail, methods=["POST"])
        assert server.test_client().post("/").status_code == 500
        assert not turn._open  # noqa: SLF001 - all given back
