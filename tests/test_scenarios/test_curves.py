"""Curves and other plans on small stacks, worked out by hand or against planning at every level."""

import json
from dataclasses import asdict, replace
from itertools import pairwise

import pytest

from model.problems import InputError
from model.text import Text
from scenarios.analysis.alternatives import alternatives
from scenarios.analysis.frontier import frontier
from scenarios.analysis.mac import mac
from scenarios.analysis.study import question_of
from scenarios.analysis.tables import frontier_table
from scenarios.answering import run
from scenarios.answering.result import plain
from scenarios.figures.curves import frontier_figure, mac_figure
from tests.test_scenarios.conftest import BundleMaker
from tests.test_scenarios.stacks import COST_A, COST_B, POLISH, SCRUB
from tests.test_scenarios.studies import EXACT, budget, nox, study
from tests.test_scenarios.test_explain_feasible import FOUR, cost

SAVES = """
[[measure]]
id = "tune"
sector = "point_sources"
slot = "tuning"
name = { zh = "调优", en = "Tuning" }
removes = { nox = 0.25 }
lead_time_months = 1
[measure.cost]
price_year = 2023
annual = "-1000 CNY/yr"
"""
"""Takes a quarter of the NOx of any source and saves 1000 CNY a year."""


class TestFrontier:
    def test_every_point_is_the_plan_for_its_level(self, stacks: BundleMaker) -> None:
        """From 0 t, which nothing costs, to 120 t with both: asked 30 and 60 t cost B, A; 90 t and 120 t both."""
        found = frontier(study(stacks, nox("60 t/yr")), "nox", points=5)
        assert [point.level for point in found.points] == pytest.approx([0.0, 30.0, 60.0, 90.0, 120.0])
        expected = [0.0, COST_B, COST_A, COST_A + COST_B, COST_A + COST_B]
        assert [point.cost for point in found.points] == pytest.approx(expected)
        assert [point.projects for point in found.points] == [0, 1, 1, 2, 2]
        assert all(point.gap is not None and point.gap < 1e-6 for point in found.points)
        assert found.points[1].reached == pytest.approx(40.0)
        assert found.points[1].capital_cny == pytest.approx(1.2e6)
        assert found.objective_unit == "CNY/yr"

    def test_costs_rise_with_the_level_and_equal_planning_at_it(self, stacks: BundleMaker) -> None:
        points = frontier(study(stacks, nox("60 t/yr"), sources=FOUR), "nox", points=9).points
        costs = [point.cost or 0.0 for point in points]
        assert all(first <= second for first, second in pairwise(costs))
        for point in points[1:-1]:
            planned = run.plan(stacks(nox(f"{point.level} t/yr"), sources=FOUR), settings=EXACT, has_reach=False)
            assert point.cost == pytest.approx(planned.objective.value, rel=5e-3)

    def test_a_ceiling_is_drawn_from_what_is_spent_down_to_the_least(self, stacks: BundleMaker) -> None:
        """24 t need one scrubber, 1.2e6 CNY, whichever: the ceiling can only stay there."""
        found = frontier(study(stacks, nox("24 t/yr") + budget("3e6 CNY"), sources=FOUR), "money", points=3)
        assert found.points[0].level == pytest.approx(1.2e6)
        assert {point.cost for point in found.points} == {found.points[0].cost}
        assert found.sense == "<="

    def test_numbers_of_sources_step_by_whole_sources(self, stacks: BundleMaker) -> None:
        quota = '[[requirement]]\nid = "n"\nkind = "quota"\nsense = ">="\namount = 1\nmeasures = ["scrub"]\n'
        found = frontier(study(stacks, quota, sources=FOUR), "n", points=9)
        assert [point.level for point in found.points] == [0.0, 1.0, 2.0, 3.0, 4.0]
        assert found.points[2].cost == pytest.approx(cost(24) + cost(40))

    def test_without_any_plan_there_are_no_points(self, stacks: BundleMaker) -> None:
        text = nox("60 t/yr") + nox("999 t/yr", name="more")
        found = frontier(study(stacks, text), "nox", points=3)
        assert found.points == ()
        assert "leave no plan" in found.says.en
        assert frontier_figure(found, "zh")["data"] == []

    @pytest.mark.parametrize(("row", "points"), [("nothing", 5), ("nox", 1)])
    def test_what_cannot_be_drawn_is_refused(self, stacks: BundleMaker, row: str, points: int) -> None:
        with pytest.raises(InputError):
            frontier(study(stacks, nox("60 t/yr")), row, points=points)

    def test_a_requirement_with_several_rows_has_to_be_named_by_its_row(self, stacks: BundleMaker) -> None:
        found = study(stacks, nox("10 t/yr", 'each = "district"'))
        with pytest.raises(InputError, match="several rows"):
            frontier(found, "nox", points=3)
        assert frontier(found, "nox/East", points=3).row == "nox/East"

    def test_the_picture_has_the_points_the_bound_and_what_is_asked(self, stacks: BundleMaker) -> None:
        found = frontier(study(stacks, nox("60 t/yr")), "nox", points=5)
        figure = frontier_figure(found, "both")
        bound, least, asked = figure["data"]
        assert least["x"] == pytest.approx([0.0, 30.0, 60.0, 90.0, 120.0])
        assert least["y"] == pytest.approx([0.0, 25.3405, 30.1405, 55.4811, 55.4811], abs=1e-3)
        assert bound["y"] == pytest.approx(least["y"], abs=1e-3)
        assert asked["x"] == [60.0, 60.0]
        json.dumps(plain(found.to_json()), allow_nan=False)

    def test_most_reduction_is_drawn_in_tonnes(self, stacks: BundleMaker) -> None:
        """1.2e6 CNY scrub A, 80 t; nothing 0 t; 2.4e6 both, 120 t: drawn along the ceiling."""
        made = study(stacks, budget("3e6 CNY"), mode="most_reduction", weights={"nox": 1.0})
        found = frontier(made, "money", points=3)
        assert [point.cost for point in found.points] == pytest.approx([120.0, 80.0, 0.0])
        assert found.objective_unit == "weighted t/yr"
        assert "the most weighted reduction falls from 120.00 weighted t/yr to 0.00 weighted t/yr" in found.says.en
        assert "最大加权减排量从120.00加权吨/年降到0.00加权吨/年" in found.says.zh
        table, figure = frontier_table(found), frontier_figure(found, "both")
        told = json.dumps([plain(asdict(table)), figure], ensure_ascii=False)
        assert table.headings[2] == Text("最大加权减排量（加权吨/年）", "Most weighted reduction (weighted t/yr)")
        assert "none above the grey line" in told
        assert "费用曲线" not in told
        assert "Least" not in told

    def test_a_value_that_stays_is_said_to_stay(self, stacks: BundleMaker) -> None:
        """24 t cost one scrubber at whatever ceiling there is."""
        found = frontier(study(stacks, nox("24 t/yr") + budget("3e6 CNY"), sources=FOUR), "money", points=3)
        assert "the least cost stays at" in found.says.en
        assert "最小费用一直是" in found.says.zh

    def test_the_answer_is_the_same_on_any_number_of_threads_and_without_a_plan(self, stacks: BundleMaker) -> None:
        made = study(stacks, nox("60 t/yr"), sources=FOUR)
        alone = frontier(made, "nox", points=9)
        question = question_of(made.bundle, settings=replace(made.settings, threads=3))
        assert not question.is_feasible
        assert frontier(question, "nox", points=9) == alone


class TestMac:
    def test_steps_come_cheapest_first_with_real_units(self, stacks: BundleMaker) -> None:
        """A: 80 t at 301405 / 80 = 3767.57 CNY/t; B: 40 t at 253405 / 40 = 6335.14 CNY/t."""
        found = mac(study(stacks, nox("60 t/yr")), "nox")
        assert [step.source_id for step in found.steps] == ["A", "B"]
        assert [step.cost_cny_per_t for step in found.steps] == pytest.approx([COST_A / 80, COST_B / 40])
        assert [step.cumulative_t_per_year for step in found.steps] == pytest.approx([80.0, 120.0])
        assert found.steps[-1].cumulative_cost_cny_per_year == pytest.approx(COST_A + COST_B)

    def test_a_measure_is_as_wide_as_what_it_removes_after_those_before_it(self, stacks: BundleMaker) -> None:
        """At A tuning takes 25 of 100 t and saves money; the scrubber then takes 80 % of the 75 t left, 60 t.

        In the package the scrubber comes first and is charged for the 80 t it then takes, so the step costs
        205405.49 + 1200 * 80 = 301405.49 a year. At B 12.5 t and 30 t.
        """
        found = mac(study(stacks, nox("60 t/yr"), measures=SCRUB + SAVES), "nox")
        assert [(step.source_id, step.to_measures) for step in found.steps] == [
            ("B", ("tune",)),
            ("A", ("tune",)),
            ("A", ("scrub", "tune")),
            ("B", ("scrub", "tune")),
        ]
        assert [step.reduction_t_per_year for step in found.steps] == pytest.approx([12.5, 25.0, 60.0, 30.0])
        assert found.steps[2].cost_cny_per_year == pytest.approx(cost(80))
        assert found.steps[2].name.en == "Scrubber"
        assert [step.cost_cny_per_t < 0 for step in found.steps] == [True, True, False, False]
        assert "37.50 t/yr save money" in found.says.en

    def test_a_measure_that_replaces_another_says_so(self, stacks: BundleMaker) -> None:
        """A small scrubber, 40 % for 1000 CNY, then the large one in the same slot."""
        small = (
            SCRUB.replace('"scrub"', '"small"').replace("nox = 0.8", "nox = 0.4").replace('"1.2e6 CNY"', '"1000 CNY"')
        )
        small = small.replace('"50000 CNY/yr"', '"1000 CNY/yr"').replace("Scrubber", "Small scrubber")
        found = mac(study(stacks, nox("10 t/yr"), measures=SCRUB + small), "nox")
        names = [step.name.en for step in found.steps]
        assert names[0] == "Small scrubber"
        assert "Small scrubber → Scrubber" in names

    def test_a_pollutant_that_nothing_reduces_has_no_steps(self, stacks: BundleMaker) -> None:
        found = mac(study(stacks, nox("60 t/yr")), "tp")
        assert found.steps == ()
        assert "No measure" in found.says.en
        assert mac_figure(found, "en")["data"] == []

    def test_an_unknown_pollutant_is_refused(self, stacks: BundleMaker) -> None:
        with pytest.raises(InputError, match="knows nothing of this pollutant"):
            mac(study(stacks, nox("60 t/yr")), "dust")

    def test_the_picture_has_a_bar_a_step(self, stacks: BundleMaker) -> None:
        found = mac(study(stacks, nox("60 t/yr")), "nox")
        (bars,) = mac_figure(found, "zh")["data"]
        assert bars["width"] == pytest.approx([80.0, 40.0])
        assert json.loads(json.dumps(plain(found.to_json())))["steps"][0]["name"] == {"zh": "治理", "en": "Scrubber"}


class TestAlternatives:
    def test_every_plan_is_feasible_within_the_budget_and_another_one(self, stacks: BundleMaker) -> None:
        made = study(stacks, nox("100 t/yr"), sources=FOUR)
        found = alternatives(made, within=0.2, count=4)
        assert len({choice.tobytes() for choice in found.choices}) == len(found.plans) >= 3
        for plan, choice in zip(found.plans, found.choices, strict=True):
            assert made.compiled.plan_values(choice)[0] >= 100.0 - 1e-9
            assert plan.cost <= made.objective * 1.2 + 1e-6
            assert plan.above_share == pytest.approx(plan.cost / made.objective - 1.0)
        assert found.plans[0].cost == pytest.approx(made.objective)

    def test_projects_are_counted_over_plans_and_levels(self, stacks: BundleMaker) -> None:
        """60 t: A alone, C alone (282205, cheaper). 90 % and 110 % of it, 54 and 66 t, take C and A."""
        made = study(stacks, nox("60 t/yr"), sources=FOUR)
        found = alternatives(made, within=0.1, count=2)
        assert found.levels == {"0.9": True, "1.1": True}
        assert found.always == ()
        counts = {project.source_id: (project.count, project.of) for project in found.sometimes}
        assert counts == {"A": (2, 4), "C": (2, 4)}
        assert {row["source_id"] for row in found.never} == {"B", "D"}
        assert [item["source_id"] for item in found.plans[1].added] == ["A"]
        assert [item["source_id"] for item in found.plans[1].dropped] == ["C"]

    def test_fewer_plans_than_asked_for_are_said(self, stacks: BundleMaker) -> None:
        found = alternatives(study(stacks, nox("120 t/yr")), within=0.05, count=5)
        assert len(found.plans) == 1
        assert "no more different plans" in found.says.en
        assert [project.source_id for project in found.always] == ["A", "B"]
        assert found.levels == {"0.9": True, "1.1": False}
        json.dumps(plain(found.to_json()), allow_nan=False)

    def test_a_share_in_part_counts_as_another_plan_when_it_moves(self, stacks: BundleMaker) -> None:
        found = alternatives(study(stacks, nox("60 t/yr"), measures=POLISH, years=[2026]), within=0.5, count=3)
        assert len(found.plans) >= 2
