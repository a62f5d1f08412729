"""What the risk of a plan says: variance shares, the no-regret core, tables, figures, the commands as typed."""

import csv
import io
import json
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner, Result

from model.numbers import Number
from model.text import Text
from scenarios.cli import app
from scenarios.figures.risk import chance_figure, driver_figure
from scenarios.risk.core import core_of
from scenarios.risk.draws import Sampling
from scenarios.risk.numbers import Uncertain, certain_count, uncertain_numbers
from scenarios.risk.risk import Range, risk
from scenarios.risk.shares import Bins
from scenarios.risk.tables import driver_table, title_of, unit_of
from tests.test_scenarios import stacks as two
from tests.test_scenarios.conftest import BundleMaker
from tests.test_scenarios.risky import EXACT, POLISH_BETWEEN, SCRUB_BETWEEN, planned
from tests.test_scenarios.studies import nox

COUNT = 2000
SPANS = (("left", 99_999, 150_000), ("right", 50_000, 100_000))
"""Cost of two measures that do the same: whatever is drawn, the second is the cheaper."""

NUMBERS = tuple(Uncertain(name, Number(0.5, 0.0, 1.0, "", "estimate", "made up"), Text(name, name)) for name in "abcd")
SPLIT = """
[[measure]]
id = "{name}"
sector = "point_sources"
slot = "control"
name = {{ zh = "{name}", en = "{name}" }}
where = {{ source_class = ["kiln"] }}
removes = {{ nox = 0.8 }}
lead_time_months = 6
[measure.cost]
price_year = 2023
annual = {{ value = 100000, low = {low}, high = {high}, unit = "CNY/yr" }}
"""


def jianpai(*arguments: object) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def uniforms() -> np.ndarray:
    return Sampling().uniforms([one.name for one in NUMBERS], np.arange(COUNT))


def test_shares_of_a_sum_are_those_of_its_terms() -> None:
    """3 a - 4 b of equal widths: 9 / 25 and 16 / 25; 13 classes blur at most 1 / 100; c and d are not listed."""
    a, b, _, _ = uniforms()
    found = Bins(NUMBERS, Sampling(), COUNT).shares(3.0 * a - 4.0 * b)
    assert [(share.uncertain.name, share.rises) for share in found] == [("b", False), ("a", True)]
    assert [share.share for share in found] == pytest.approx([0.64, 0.36], abs=0.03)


def test_a_product_without_first_order_effect_has_no_share() -> None:
    """(a - 1/2)(b - 1/2): knowing one of them alone says nothing about the mean."""
    a, b, _, _ = uniforms()
    assert Bins(NUMBERS, Sampling(), COUNT).shares((a - 0.5) * (b - 0.5)) == ()


@pytest.mark.parametrize(("outcome", "count"), [(np.full(COUNT, 7.0), COUNT), (np.arange(50.0), 50)])
def test_nothing_is_said_of_what_stands_still_or_of_few_samples(outcome: np.ndarray, count: int) -> None:
    assert Bins(NUMBERS, Sampling(), count).shares(outcome) == ()


def test_no_number_no_share() -> None:
    assert Bins((), Sampling(), COUNT).shares(np.arange(float(COUNT))) == ()


def test_numbers_are_named_by_what_they_stand_in(stacks: BundleMaker) -> None:
    """The polish states a removal and a capital with a range; the scrubber two removals."""
    bundle = stacks(measures=SCRUB_BETWEEN + POLISH_BETWEEN)
    names = [one.name for one in uncertain_numbers(bundle) if not one.name.startswith("factor/")]
    assert names == [
        "measure/scrub/change/nox_t_per_year",
        "measure/scrub/change/so2_t_per_year",
        "measure/polish/change/nox_t_per_year",
        "measure/polish/capital/0",
    ]
    exact = sum(one.low == one.high for one in bundle.catalogue.factors.numbers.values())
    assert certain_count(bundle) == exact + 3  # the scrubber's capital, flat amount and price of a tonne


def test_what_matters_most_is_the_number_that_varies(stacks: BundleMaker) -> None:
    bundle = stacks(measures=SCRUB_BETWEEN)
    compiled, level = planned(bundle)
    found = risk(bundle, compiled, level, sampling=Sampling(), count=500)
    (driver, *others) = found.rows[0].reached.drivers
    assert driver.uncertain.name == "measure/scrub/change/nox_t_per_year"
    assert (driver.share > 0.95, driver.rises, others) == (True, False, [])
    assert found.rows[0].to_json()["chance"]["probability"] == pytest.approx(11 / 12, abs=0.05)


def test_the_core_counts_worlds(stacks: BundleMaker) -> None:
    """Two measures do the same; in some worlds one is the cheaper, in others the other, at A always one of the two."""
    measures = "".join(SPLIT.format(name=name, low=50_000, high=150_000) for name in ("left", "right"))
    core = core_of(stacks(measures=measures), EXACT, Sampling(), 12)
    assert (core.worlds, core.without_plan, core.always) == (12, 0, ())
    counts = {project.measures: project.count for project in core.sometimes}
    assert sum(counts.values()) == 12
    assert set(counts) == {("left",), ("right",)}
    assert [row["source_id"] for row in core.never] == ["B"]
    always = "".join(SPLIT.format(name=name, low=low, high=high) for name, low, high in SPANS)
    sure = core_of(stacks(measures=always), EXACT, Sampling(), 5)
    assert [(project.measures, project.count) for project in sure.always] == [(("right",), 5)]
    assert sure.sometimes == ()


def test_worlds_without_a_plan_are_counted_apart(stacks: BundleMaker) -> None:
    """All scrubbed, 150 x >= 115 only where x >= 0.7667."""
    core = core_of(stacks(nox("115 t/yr"), measures=SCRUB_BETWEEN), EXACT, Sampling(activity_spread=0.01), 12)
    assert 0 < core.without_plan < 12
    assert all(project.count == 12 - core.without_plan for project in core.always)


def test_figures_have_a_bar_for_each_requirement_and_all_together(stacks: BundleMaker) -> None:
    bundle = stacks(measures=SCRUB_BETWEEN)
    compiled, level = planned(bundle)
    found = risk(bundle, compiled, level, sampling=Sampling(), count=200)
    figure = chance_figure(found, "en")
    assert len(figure["data"][0]["x"]) == 2
    cost = next(one for one in found.ranges if one.name == "annual_cost")
    assert driver_figure(cost, title_of(cost.name), "both")["data"][0]["x"][0] > 90.0
    bare = Range("capital_cost", "CNY", 1.0, 1.0, 1.0, 1.0, ())
    assert driver_figure(bare, title_of(bare.name), "zh")["data"] == []
    assert len(driver_table(found).rows) >= 2


def test_a_unit_that_reports_do_not_know_stands_as_it_is() -> None:
    assert unit_of("furlong").name.en == "furlong"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "scenario").mkdir()
    return two.write(tmp_path / "scenario", measures=SCRUB_BETWEEN)


def test_risk_writes_table_json_and_page(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    done = jianpai("risk", folder, "--samples", 200, "--seed", 3, "--worlds", 3, "--out", out)
    assert done.exit_code == 0
    assert "达成概率" in done.stdout
    assert "drawn worlds" in done.stdout
    rows = list(csv.reader(io.StringIO((out / "risk.csv").read_text(encoding="utf-8-sig"))))
    assert rows[1][0] == "nox-total"
    assert 'id="chart-chances"' in (out / "risk.html").read_text(encoding="utf-8")
    saved = json.loads((out / "risk.json").read_text(encoding="utf-8"))
    again = jianpai("risk", folder, "--samples", 200, "--seed", 3, "--worlds", 3, "--json")
    assert json.loads(again.stdout) == saved
    assert saved["core"]["worlds"] == 3


def test_risk_plans_for_a_confidence_and_says_what_being_surer_costs(folder: Path) -> None:
    done = jianpai("risk", folder, "--samples", 100, "--confidence", 0.95, "--joint", "--json", "--shape", "pert")
    assert done.exit_code == 0
    tree = json.loads(done.stdout)
    assert tree["confidence"]["is_held"] is True
    assert [step["confidence"] for step in tree["steps"]] == [0.5, 0.7, 0.8, 0.9, 0.95]
    assert tree["together"]["probability"] >= 0.9
    said = jianpai("risk", folder, "--samples", 60, "--confidence", 0.6, "--activity", 0.1, "--lang", "en")
    assert "Margins of safety by confidence" in said.stdout
    assert "Each source's own activity varies by up to 10" in said.stdout


def test_given_choices_are_judged(folder: Path, tmp_path: Path) -> None:
    """B alone reduces 50 x: never 60 t."""
    choices = tmp_path / "choices.csv"
    choices.write_text("source_id,measures,start_year,share\nB,scrub,2025,1\n", encoding="utf-8")
    done = jianpai("risk", folder, "--samples", 50, "--choices", choices, "--json")
    assert done.exit_code == 1
    assert json.loads(done.stdout)["together"]["probability"] == 0.0
    choices.write_text("source_id,measures,start_year,share\nZ,scrub,2025,1\n", encoding="utf-8")
    assert jianpai("risk", folder, "--choices", choices).exit_code == 2


@pytest.mark.parametrize("more", [[], ["--json"]])
def test_without_a_plan_there_is_nothing_to_judge(folder: Path, more: list[str]) -> None:
    done = jianpai("risk", folder, "--set", "requirement.nox-total.amount=130 t/yr", *more)
    assert done.exit_code == 1
    assert "jianpai explain" in done.stderr


@pytest.mark.parametrize(
    "wrong",
    [
        ["--shape", "normal"],
        ["--joint"],
        ["--confidence", "0.9", "--choices", "x.csv"],
        ["--set", "mode=evaluate"],
        ["--confidence", "1.5"],
    ],
)
def test_what_cannot_be_asked_is_refused(folder: Path, wrong: list[str]) -> None:
    done = jianpai("risk", folder, *wrong)
    assert done.exit_code == 2
    assert "Traceback" not in done.stderr


def test_plan_for_a_confidence_writes_the_plan_and_how_sure_it_is(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    done = jianpai("plan", folder, "--out", out, "--confidence", 0.95, "--samples", 200, "--lang", "en")
    assert done.exit_code == 0
    result = json.loads((out / "result.json").read_text(encoding="utf-8"))
    assert [task["source_id"] for task in result["tasks"]] == ["A", "B"]
    assert result["requirements"][0]["asked"] == 60.0
    assert any("95" in note["en"] and "fresh samples" in note["en"] for note in result["notes"])
    assert json.loads((out / "risk.json").read_text(encoding="utf-8"))["confidence"]["is_held"] is True
    assert jianpai("plan", folder, "--out", out, "--joint").exit_code == 2


def test_a_confidence_out_of_reach_gives_1_and_says_so(folder: Path, tmp_path: Path) -> None:
    far = ["--confidence", 0.95, "--samples", 100, "--json", "--set"]
    done = jianpai("plan", folder, "--out", tmp_path / "a", *far, "requirement.nox-total.amount=115 t/yr")
    assert done.exit_code == 1
    assert any("not reached" in note["en"] for note in json.loads(done.stdout)["notes"])
    none = jianpai("plan", folder, "--out", tmp_path / "b", *far, "requirement.nox-total.amount=130 t/yr")
    assert none.exit_code == 1
    assert any("No plan keeps" in note["en"] for note in json.loads(none.stdout)["notes"])
