"""Previews: the same plan as a full run within the gap they state, whatever is edited."""

from __future__ import annotations

import threading
from dataclasses import asdict
from pathlib import Path

import pytest

from model.problems import InputError
from optimizer import Settings, Status
from scenarios.answering import run
from scenarios.compiling.compile import compile_scenario, options_of
from scenarios.live.edits import forbid, is_amount, lock, read_edits, with_edit, write_edits
from scenarios.live.levers import lever_value, levers_of
from scenarios.live.repairs import nearest_changes
from scenarios.live.studio import Kept, Preview, Studio
from scenarios.reading.files import find_scenario, load_bundle
from tests.test_scenarios.stacks import POLISH, SCRUB, write

AT_LEAST_60 = """
[[requirement]]
id = "nox-total"
kind = "reduce"
pollutant = "nox"
amount = "60 t/yr"
"""
MONEY = """
[[requirement]]
id = "money"
kind = "budget"
metric = "capital"
amount = "500 万元"
"""
PENDING = """
[[requirement]]
id = "later"
kind = "reduce"
pollutant = "so2"
amount = "pending"
"""
COUNT = """
[[requirement]]
id = "two"
kind = "quota"
sense = ">="
amount = 1
measures = ["scrub"]
"""

RATIO = """
[[requirement]]
id = "share"
kind = "indicator"
numerator = "so2_t_per_year"
denominator = "nox_t_per_year"
amount = "40 %"
"""
AT_MOST_TWO = (
    AT_LEAST_60
    + """
[[requirement]]
id = "few"
kind = "at_most"
amount = 2
projects = [{ source_id = "A", measures = ["scrub"] }, { source_id = "B", measures = ["scrub"] }]
"""
)


@pytest.fixture
def studio(tmp_path: Path) -> Studio:
    """Two stacks: A emits 100 t of NOx, B 50 t; a scrubber takes 80 %, so 120 t at most."""
    folder = write(tmp_path, AT_LEAST_60 + MONEY + PENDING + COUNT)
    return Studio(lambda _: find_scenario(folder))


def asked(studio: Studio, *texts: str, is_fine: bool = True) -> Preview:
    return studio.preview("stacks", read_edits(texts), is_fine=is_fine)


@pytest.mark.parametrize("texts", [(), ("requirement.nox-total.amount=90 t/yr",), ("discount_rate=0.02",)])
def test_a_preview_is_the_plan_of_a_full_run(studio: Studio, tmp_path: Path, texts: tuple[str, ...]) -> None:
    """Every number of the first ledger equals that of the run, whose second ledger was compared with the first."""
    edits = read_edits(texts)
    bundle = load_bundle(find_scenario(tmp_path), edits)
    full = run.plan(bundle, settings=Settings(), has_reach=False)
    preview = studio.preview("stacks", edits).result
    assert preview.cost is not None
    assert full.cost is not None
    for name in ("annual_cny", "capital_cny", "present_value_cny"):
        assert getattr(preview.cost, name) == pytest.approx(getattr(full.cost, name))
    same = ("source_id", "measures", "start_year", "due", "district", "is_decided", "lead_unit", "district", "task_id")
    for mine, other in zip(preview.tasks, full.tasks, strict=True):
        assert {name: mine[name] for name in same} == {name: other[name] for name in same}
        for name in ("capital_cny", "annual_cost_cny", "operating_cost_cny"):
            assert mine[name] == pytest.approx(other[name])
        for name in ("reduction_t_per_year", "accountable_t_per_year", "cost_per_t"):
            assert mine[name] == pytest.approx(other[name])
    assert [asdict(row)["reached"] for row in preview.requirements] == pytest.approx(
        [asdict(row)["reached"] for row in full.requirements]
    )
    keys = ("year", "district", "sector", "pollutant")
    for mine, other in zip(preview.emissions, full.emissions, strict=True):
        assert [mine[key] for key in keys] == [other[key] for key in keys]
        assert [mine[key] for key in mine if key not in keys] == pytest.approx(
            [other[key] for key in mine if key not in keys]
        )


def test_a_target_beyond_all_sources_is_blocked_and_mended(studio: Studio) -> None:
    """130 t of 120 t: the nearest value that can be had is 120 t."""
    preview = asked(studio, "requirement.nox-total.amount=130 t/yr")
    assert preview.quick.solution.status is Status.INFEASIBLE
    assert preview.result.cost is None
    (change,) = nearest_changes(preview.ground, preview.quick)
    assert (change.key, change.value) == ("requirement.nox-total.amount", "120 t/yr")
    mended = studio.preview(
        "stacks", with_edit(read_edits(["requirement.nox-total.amount=130 t/yr"]), change.key, change.value)
    )
    assert mended.result.cost is not None


def test_a_count_that_cannot_be_had_is_mended_by_the_most(studio: Studio) -> None:
    preview = asked(studio, "requirement.two.amount=3")
    values = {change.key: change.value for change in nearest_changes(preview.ground, preview.quick)}
    assert values["requirement.two.amount"] == 2


def test_money_that_is_too_little_is_mended_by_what_the_cheapest_plan_costs(studio: Studio) -> None:
    """One scrubber is 120 万元 of capital: with 100 万元 nothing can be built."""
    preview = asked(studio, "requirement.money.amount=100 万元")
    (change,) = nearest_changes(preview.ground, preview.quick)
    assert (change.key, change.value) == ("requirement.money.amount", "120 万元")


def test_money_that_binds_is_kept(studio: Studio) -> None:
    """Both scrubbers are wanted at 90 t and 240 万元 is just enough."""
    preview = asked(studio, "requirement.nox-total.amount=90 t/yr", "requirement.money.amount=240 万元")
    assert preview.result.cost is not None
    assert preview.result.cost.capital_cny == pytest.approx(2.4e6)


@pytest.mark.parametrize("is_fine", [True, False])
def test_a_ratio_that_moves_is_kept(tmp_path: Path, *, is_fine: bool) -> None:
    """SO2 over NOx is 50 / 150; with B scrubbed, the cheaper one, 49 / 110 = 0.445, with A 46 / 70 = 0.657, both 1.5.

    A ratio N / D of at least a stands in the options' numbers, N - a D, with a bound of 0 whatever a is: were the
    answers told apart by bounds alone, all of these were the answer to 40 %.
    """
    folder = write(tmp_path, RATIO)
    ratios = Studio(lambda _: find_scenario(folder))
    wanted = {"40 %": ["B"], "50 %": ["A"], "100 %": ["A", "B"], "44 %": ["B"], "30 %": []}
    for text, sources in wanted.items():
        preview = asked(ratios, f"requirement.share.amount={text}", is_fine=is_fine)
        assert [task["source_id"] for task in preview.result.tasks] == sources, text
        assert preview.result.requirements[0].met, text


def test_a_ratio_beyond_all_sources_is_mended_by_the_best_there_is(tmp_path: Path) -> None:
    """Both scrubbers make SO2 over NOx 1.5: 160 % cannot be had, 150 % can."""
    folder = write(tmp_path, RATIO)
    preview = asked(Studio(lambda _: find_scenario(folder)), "requirement.share.amount=160 %")
    assert preview.result.cost is None
    (change,) = nearest_changes(preview.ground, preview.quick)
    assert (change.key, change.value) == ("requirement.share.amount", "150 %")


def test_a_ceiling_of_projects_that_moves_is_kept(tmp_path: Path) -> None:
    """90 t take both scrubbers, 80 + 40: of two projects allowed both are done, of one none will do.

    A ceiling of projects is no row over a metric: were only such rows moved, the first answer would stand.
    """
    folder = write(tmp_path, AT_MOST_TWO)
    ceilings = Studio(lambda _: find_scenario(folder))
    most = "requirement.nox-total.amount=90 t/yr"
    assert [task["source_id"] for task in asked(ceilings, most).result.tasks] == ["A", "B"]
    assert asked(ceilings, most, "requirement.few.amount=1").result.cost is None
    assert [task["source_id"] for task in asked(ceilings, "requirement.few.amount=1").result.tasks] == ["A"]


@pytest.mark.parametrize("wanted", [("requirement.money.amount=300 万元",), ()])
def test_another_rate_is_the_same_plan_as_when_all_is_compiled_anew(studio: Studio, wanted: tuple[str, ...]) -> None:
    """At 2 % a scrubber of 1.2 million over 10 years costs 0.11132653 of it a year, at 5 % 0.12950457.

    CRF(2 %, 10) = 0.02 * 1.02^10 / (1.02^10 - 1) = 0.02 * 1.218994 / 0.218994 = 0.1113265. Scrubbing A alone takes the
    80 t that 60 ask for: 1.2e6 * 0.1113265 + 50000 + 1200 * 80 = 279591.8 CNY a year.
    """
    found = asked(studio, "discount_rate=0.02", *wanted).result
    assert found.cost is not None
    assert found.cost.annual_cny == pytest.approx(279_591.8, abs=1.0)
    assert found.provenance["patches"][0]["key"] == "discount_rate"


def test_a_rate_that_stands_in_a_row_is_moved_in_it(tmp_path: Path) -> None:
    """Scrubbing A costs 301405 CNY a year at 5 %, 279592 at 2 %: a ceiling of 30 万元 forbids it at 5 % alone."""
    folder = write(tmp_path, AT_LEAST_60 + MONEY.replace("capital", "annual").replace("500", "30"))
    yearly = Studio(lambda _: find_scenario(folder))
    assert asked(yearly).result.cost is None
    assert asked(yearly, "discount_rate=0.02").result.cost is not None


def test_another_rate_is_in_what_an_extension_adds_too(tmp_path: Path) -> None:
    """A scrubber can be there in 2025 and be polished behind in 2026: such choices pay two annuities.

    What they add is kept by choice. Left at the old rate, their cost would differ from that of a scenario read at 2 %.
    """
    folder = write(tmp_path, AT_LEAST_60, measures=SCRUB + POLISH)
    text = (folder / "scenario.toml").read_text(encoding="utf-8")
    (folder / "scenario.toml").write_text(text.replace("[2025]", "[2025, 2026]"), encoding="utf-8")
    moved = asked(Studio(lambda _: find_scenario(folder)), "discount_rate=0.02").ground.compiled
    bundle = load_bundle(find_scenario(folder), read_edits(["discount_rate=0.02"]))
    read = compile_scenario(bundle, options_of(bundle))
    assert len(read.options.later.choice)
    assert moved.problem.cost == pytest.approx(read.problem.cost, rel=1e-12)


def test_nothing_is_offered_where_nothing_is_blocked(studio: Studio) -> None:
    preview = asked(studio)
    assert nearest_changes(preview.ground, preview.quick) == []


def test_a_locked_and_a_forbidden_task(studio: Studio) -> None:
    base = asked(studio).result
    chosen = str(base.tasks[0]["source_id"])
    other = "B" if chosen == "A" else "A"
    locked = studio.preview("stacks", with_edit((), *lock(other, ["scrub"], 2025))).result
    assert next(task for task in locked.tasks if task["source_id"] == other)["is_decided"]
    gone = studio.preview("stacks", with_edit((), *forbid("scrub"))).result
    assert gone.cost is None
    here = studio.preview("stacks", with_edit((), *forbid("scrub", other))).result
    assert [task["source_id"] for task in here.tasks] == [chosen]


def test_a_pending_value_that_is_given_becomes_a_row(studio: Studio) -> None:
    given = asked(studio, "requirement.later.amount=3 t/yr").result
    row = next(one for one in given.requirements if one.id == "later")
    assert row.asked == pytest.approx(3.0)
    assert row.met


@pytest.mark.parametrize(
    "text",
    [
        "requirement.nox-total.amount=5 km",
        "requirement.nobody.amount=5 t/yr",
        "requirement.no-x={kind='forbid',measures=['x']}",
    ],
)
def test_an_edit_that_does_not_fit_is_refused_in_words(studio: Studio, text: str) -> None:
    with pytest.raises(InputError):
        asked(studio, text)


def test_quick_answers_give_way_to_fine_ones(studio: Studio) -> None:
    fine, quick = asked(studio), asked(studio, is_fine=False)
    assert quick.result.objective.value == fine.result.objective.value
    assert asked(studio, "requirement.nox-total.amount=70 t/yr", is_fine=False).result.cost is not None


def test_levers_are_the_amounts_in_their_own_units(studio: Studio) -> None:
    base = asked(studio)
    levers = {lever.requirement_id: lever for lever in levers_of(base.bundle, base.ground.compiled)}
    assert list(levers) == ["nox-total", "money", "later", "two"]
    nox = levers["nox-total"]
    assert (nox.value, nox.unit, nox.group) == (60.0, "t/yr", "targets")
    assert nox.limit == pytest.approx(120.0)
    assert nox.written(70.5) == "70.5 t/yr"
    assert (levers["money"].value, levers["money"].unit, levers["money"].group) == (500.0, "万元", "money")
    assert levers["later"].value is None
    assert levers["two"].written(1.6) == 2
    edits = read_edits(
        ["requirement.nox-total.amount=70 t/yr", "requirement.money.amount=cheap", "requirement.two.amount=2"]
    )
    assert [lever_value(lever, edits) for lever in levers.values()] == [70.0, 500.0, None, 2.0]


def test_edits_come_back_as_they_were() -> None:
    edits = (("discount_rate", 0.05), forbid("a-b"), lock('x"y\\z', ["p", "q"], 2025), ("requirement.n.amount", "40 %"))
    assert read_edits(write_edits(edits)) == edits
    assert [is_amount(key) for key, _ in edits] == [False, False, False, True]
    assert forbid("a", "x y")[0] != forbid("a", "x-y")[0]


def test_too_many_edits_are_refused() -> None:
    with pytest.raises(InputError, match="too many edits"):
        read_edits(["discount_rate=0.01"] * 201)


def test_what_is_kept_is_made_once_and_the_oldest_leaves() -> None:
    kept: Kept[int] = Kept(2)
    made: list[int] = []

    def make(value: int) -> int:
        made.append(value)
        return value

    def ask() -> None:
        kept.get("a", lambda: make(1))

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert made == [1]
    kept.get("b", lambda: make(2))
    kept.get("c", lambda: make(3))
    assert kept.peek("a") is None
    assert kept.peek("c") == 3
    with pytest.raises(ZeroDivisionError):
        kept.get("d", lambda: 1 // 0)
    assert kept.get("d", lambda: make(4)) == 4
