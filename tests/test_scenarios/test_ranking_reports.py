"""What sorting by cost per tonne would have chosen stands beside every plan.

A costs 301405.49 / 80 = 3767.57 CNY/t, B 253405.49 / 40 = 6335.14 CNY/t: sorted, A comes first.
"""

import json
from pathlib import Path

import pytest

from model.text import Text
from optimizer import Settings
from scenarios.answering import run
from scenarios.answering.result import Result, to_json
from scenarios.export import blocks
from scenarios.export.blocks import Figure
from scenarios.export.write import write_answer
from scenarios.wording.facts import facts
from tests.test_scenarios.conftest import BundleMaker
from tests.test_scenarios.stacks import COST_A, COST_B
from tests.test_scenarios.test_optima import budget, quota, reduce


def planned(make: BundleMaker, text: str, **changes: object) -> Result:
    return run.plan(make(text, **changes), settings=Settings(gap=0.0))


def test_the_summary_says_what_sorting_would_have_cost(stacks: BundleMaker) -> None:
    """40 t: sorted A at 301405, the optimum is B at 253405; 48000 CNY or 18.9 % more."""
    result = planned(stacks, reduce("40 t/yr"))
    assert result.ranking is not None
    assert (result.ranking["cost"], result.ranking["optimum"]) == pytest.approx((COST_A, COST_B))
    shown = {label.zh: value for label, value in facts(result, "zh")}
    assert shown["若按单位减排成本排序"] == "费用30.14万元/年，比本方案多4.80万元/年（18.9%）；各项要求均满足"
    assert json.loads(to_json(result))["ranking"]["excess_share"] == pytest.approx(48_000 / COST_B)


def test_what_it_misses_is_said_and_stands_beside_the_plan(stacks: BundleMaker) -> None:
    """40 t for at most 30 万元 a year: sorting looks at the money afterwards, and is over by 1405.49 CNY."""
    result = planned(stacks, reduce("40 t/yr") + budget("annual", "30 万元/年"))
    shown = {label.en: value for label, value in facts(result, "en")}
    assert shown["Sorting by cost per tonne"].endswith(
        "(18.9%) more than this plan; it misses annual cost ceiling (by 0.14 ×10⁴ CNY/yr)"
    )
    block = blocks.costs(result)[-1]
    assert block.title == Text("若按单位减排成本排序", "Sorting by cost per tonne")
    numbers = {
        row[0] if isinstance(row[0], str) else "cost": [
            cell.value if isinstance(cell, Figure) else cell for cell in row[2:]
        ]
        for row in block.rows
    }
    wan = 10_000
    assert numbers["cost"] == [pytest.approx(COST_B / wan), pytest.approx(COST_A / wan), "—"]
    assert numbers["one"] == [pytest.approx(40.0), pytest.approx(80.0), "—"]
    assert numbers["money"] == [
        pytest.approx(COST_B / wan),
        pytest.approx(COST_A / wan),
        pytest.approx((COST_A - 300_000) / wan),
    ]


def test_what_is_asked_by_number_is_sorted_first(stacks: BundleMaker) -> None:
    """Exactly one scrubber: the cheapest, B. Its 40 t lack 20 t, so A comes too, and one is too many; A does alone."""
    result = planned(stacks, reduce("60 t/yr") + quota("=", 1))
    shown = {label.en: value for label, value in facts(result, "en")}
    assert shown["Sorting by cost per tonne"].startswith("cost 55.48")
    assert shown["Sorting by cost per tonne"].endswith("it misses quota (by 1 source)")


def test_every_report_has_it(stacks: BundleMaker, tmp_path: Path) -> None:
    write_answer(planned(stacks, reduce("40 t/yr")), tmp_path / "out", language="both")
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert page.count("若按单位减排成本排序") == 2


def test_without_tonnes_or_a_plan_there_is_nothing_to_sort(stacks: BundleMaker) -> None:
    for text in (quota(">=", 1), reduce("500 t/yr")):
        result = planned(stacks, text)
        assert result.ranking is None
        assert "Sorting by cost per tonne" not in {label.en for label, _ in facts(result, "en")}


def test_large_problems_are_sorted_on_demand_only(stacks: BundleMaker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "MOST_RANKED", 3)
    assert planned(stacks, reduce("40 t/yr")).ranking is None
