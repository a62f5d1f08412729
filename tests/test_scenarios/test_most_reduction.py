"""The most reduction for a budget, from the file to the report: by hand, and against every plan."""

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from optimizer import Settings
from optimizer.settings import EngineName
from scenarios.answering import run
from scenarios.cli import app
from scenarios.wording.facts import facts
from tests.test_scenarios.conftest import BundleMaker
from tests.test_scenarios.stacks import COST_A, COST_B, write
from tests.test_scenarios.test_optima import budget, reduce
from tests.test_scenarios.tried import CASES, HEAD, Case

ENGINES: tuple[EngineName, ...] = ("milp", "dual")
MOST = {"mode": "most_reduction"}


@pytest.mark.parametrize(("nox", "so2", "plan"), [(1.0, 0.0, "A"), (0.0, 1.0, "B"), (1.0, 14.0, "B"), (1.0, 13.0, "A")])
def test_weights_say_which_tonnes_count(stacks: BundleMaker, nox: float, so2: float, plan: str) -> None:
    """One of two can be paid. A takes 80 t NOx and 4 t SO2, B 40 t and, of 70 t SO2, 7 t.

    A is worth 80 + 4 w, B 40 + 7 w; equal at w = 13.33.
    """
    sources = f"{HEAD}\nA,A,East,kiln,100,40\nB,B,West,kiln,50,70\n"
    bundle = stacks(budget("capital", "120 万元"), sources=sources, weights={"nox": nox, "so2": so2}, **MOST)
    result = run.plan(bundle, settings=Settings(gap=0.0))
    assert [task["source_id"] for task in result.tasks] == [plan]
    worth = {"A": 80 * nox + 4 * so2, "B": 40 * nox + 7 * so2}[plan]
    assert (result.objective.value, result.bound) == pytest.approx((worth, worth))
    shown = {label.en: value for label, value in facts(result, "en")}
    assert shown["Weight of a tonne"] == f"NOx {nox:g}, SO2 {so2:g}"
    assert "Sorting by cost per tonne" not in shown


def test_other_requirements_hold_beside_the_budget(stacks: BundleMaker) -> None:
    """For one scrubber A is the most, but 40 t are asked of the West."""
    text = budget("capital", "120 万元") + reduce("40 t/yr", 'district = "West"')
    result = run.plan(stacks(text, weights={"nox": 1.0}, **MOST), settings=Settings(gap=0.0))
    assert [task["source_id"] for task in result.tasks] == ["B"]


def test_the_command_line_finds_it_and_writes_every_file(tmp_path: Path) -> None:
    """300000 CNY a year pay for B (253405), not for A (301405): 40 t."""
    folder = write(tmp_path / "in", budget("annual", "30 万元/年"))
    out = tmp_path / "out"
    sets = ["--set", "mode=most_reduction", "--set", "weights={ nox = 1.0 }"]
    done = CliRunner().invoke(app, ["plan", str(folder), "--out", str(out), "--lang", "both", *sets])
    assert done.exit_code == 0, done.output
    tree = json.loads((out / "result.json").read_text(encoding="utf-8"))
    assert tree["objective"] == {
        "value": 40.0,
        "unit": "weighted t/yr",
        "what": "weighted reduction in the last plan year",
    }
    assert tree["cost"]["annual_cny"] == pytest.approx(COST_B)
    assert tree["cost"]["annual_cny"] < 300_000 < COST_A
    assert tree["weights"] == {"nox": 1.0}
    assert {file.name for file in out.iterdir()} >= {"tasks.csv", "tasks.xlsx", "plan.docx", "report.html"}
    assert "每吨权重" in (out / "report.html").read_text(encoding="utf-8")


@settings(
    max_examples=10,
    deadline=None,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(case=CASES, money=st.integers(0, 150), engine=st.sampled_from(ENGINES))
def test_the_most_of_every_plan_that_can_be_paid_and_of_these_the_cheapest(
    tmp_path: Path, case: Case, money: int, engine: EngineName
) -> None:
    bundle = case.bundle(tmp_path, budget("annual", f"{money} CNY/yr"), weights={"nox": 2.0}, **MOST)
    result = run.plan(bundle, settings=Settings(gap=0.0, engine=engine), has_reach=False)
    ranked = [(-round(2 * sum(plan.removed), 9), plan.total) for plan in case.plans() if plan.total <= money]
    most, cost = min(ranked)
    assert result.objective.value == pytest.approx(-most)
    assert result.cost is not None
    assert result.cost.annual_cny == pytest.approx(cost)
